//! Roles of table columns: title, status, owner, issue and figures, by their names and cells.

use super::super::document::{FieldKind, TableBlock};
use super::super::figures;
use super::super::inline::Inline;
use super::{cells, is_sign};
use crate::domain::State;
use crate::domain::status;
use crate::domain::wording::PhraseList;

static STATUS: PhraseList = PhraseList::new(
    "status; state; progress; done; done?; complete; complete?; completed; completed?; finished; migrated; \
    migrated?; moved; moved?; implemented; implemented?; merged; merged?; ready; ready?; current status; \
    implementation status; migration status; stage; support; supported; supported?",
);
static OWNER: PhraseList = PhraseList::new(
    "code owner; code owners; code owner(s); codeowner; codeowners; assignee / reviewer; assignee/reviewer; \
    owner; owners; owner(s); assignee; assignees; assignee(s); assigned; assigned to; who; responsible; \
    responsible person; responsibility; lead; leads; lead(s); champion; champions; maintainer; maintainers; \
    contact; contacts; point of contact; poc; pocs; dri; sig; sigs; owning sig; group; team; teams; author; \
    driver; shepherd; contributor; person; owner(s) or team(s); owners or teams; owner or team; team(s)",
);
static ISSUE: PhraseList = PhraseList::new(
    "issue; issues; issue(s); issue #; issue/pr; issue / pr; issue link; issue number; github issue; gh issue; \
    tracking issue; tracking issues; tracking; tracker; ticket; tickets; pr; prs; pr(s); pr link; pull request; \
    pull requests; reference; link; links; url",
);
static BLOCKER: PhraseList = PhraseList::new(
    "blocked by; blocked on; blocker; blockers; blocking issue; blocking issues; depends on; depends upon; \
    dependent on; dependency; dependencies; deps; prerequisite; prerequisites; requires; needs; waiting on; \
    waiting for; waits for; waits on; after",
);
static TITLE: PhraseList = PhraseList::new(
    "task; tasks; item; items; name; title; feature; features; project; goal; what; work; work item; component; \
    module; step; description; action; action item; job; package; repo; repository; milestone; deliverable; \
    topic",
);
static DUE: PhraseList = PhraseList::new("due; due date; due by; deadline; eta; target; target date; planned for");
/// Names of columns that describe a row rather than name it.
static ATTRIBUTES: PhraseList = PhraseList::new(
    "priority; prio; severity; size; effort; estimate; eta; due; due date; deadline; date; target; version; release; \
    milestone; note; notes; comment; comments; remark; remarks",
);

/// The role of a column.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnRole {
    Title,
    Field(FieldKind),
    Figure(Figure),
}

/// What the numbers in a column count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Figure {
    Done,
    Left,
    Total,
}

/// Returns the role of each column.
pub(super) fn columns(table: &TableBlock) -> Vec<ColumnRole> {
    let kinds: Vec<FieldKind> = table.header.iter().map(|name| kind(&name.plain())).collect();
    let mut kinds = with_people(table, with_unnamed_status(table, kinds));
    // The first column names the rows, even if its name is "Dependency".
    if let Some(first @ FieldKind::Blocker) = kinds.first_mut() {
        *first = FieldKind::Other;
    }
    let title = title_column(table, &kinds);
    let figures = figure_columns(table, title);
    let column = |(at, kind): (usize, &FieldKind)| match figures.iter().find(|(column, _)| *column == at) {
        _ if at == title => ColumnRole::Title,
        Some((_, figure)) => ColumnRole::Figure(*figure),
        None => ColumnRole::Field(*kind),
    };
    kinds.iter().enumerate().map(column).collect()
}

/// Returns the numeric columns that together give the progress: "Done" and "Total", "Migrated" and "Remaining".
fn figure_columns(table: &TableBlock, title: usize) -> Vec<(usize, Figure)> {
    static LEFT: PhraseList = PhraseList::new("left; remaining; remain; todo; to do; open; missing; outstanding");
    let is_numeric =
        |at: usize| cells(table, at).next().is_some() && cells(table, at).all(|cell| number(&cell).is_some());
    let figure = |(at, name): (usize, &Inline)| {
        let lower = name.plain().to_lowercase();
        let has = |word: &str| lower.split(|c: char| !c.is_alphanumeric()).any(|own| own == word);
        let figure = match () {
            () if has("total") || lower == "all" => Figure::Total,
            () if LEFT.all().any(|word| lower == word || lower.ends_with(&format!(" {word}"))) => Figure::Left,
            () if status::names_doneness(&lower) && !lower.is_empty() => Figure::Done,
            () => return None,
        };
        (at != title && is_numeric(at)).then_some((at, figure))
    };
    let found: Vec<_> = table.header.iter().enumerate().filter_map(figure).collect();
    let is_repeated =
        |(at, (_, figure)): (usize, &(usize, Figure))| found.iter().take(at).any(|(_, own)| own == figure);
    let fits = found.len() > 1 && !found.iter().enumerate().any(is_repeated);
    if fits { found } else { Vec::new() }
}

pub(super) fn number(text: &str) -> Option<u64> {
    text.replace(',', "").parse().ok()
}

pub(super) fn kind(name: &str) -> FieldKind {
    let name = name.to_lowercase();
    let name = name.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '?' | '(' | ')' | '#'));
    let kinds = [
        (FieldKind::Status, &STATUS),
        (FieldKind::Owner, &OWNER),
        (FieldKind::Issue, &ISSUE),
        (FieldKind::Blocker, &BLOCKER),
        (FieldKind::Due, &DUE),
    ];
    kinds.into_iter().find(|(_, words)| words.has(name)).map_or(FieldKind::Other, |(kind, _)| kind)
}

/// If no column is named as a status, takes the only one whose cells all read like one, provided that its name or its
/// cells are unambiguous: a tick below "Optional" means optional, not done.
fn with_unnamed_status(table: &TableBlock, mut kinds: Vec<FieldKind>) -> Vec<FieldKind> {
    let is_figures = |at: &usize| {
        let name = table.header.get(*at).map(Inline::plain).unwrap_or_default();
        let cells: Vec<String> = cells(table, *at).collect();
        kinds.get(*at) == Some(&FieldKind::Other) && !cells.is_empty() && figures::fill_column(&name, cells.iter())
    };
    if let [only] = (0..kinds.len()).filter(is_figures).collect::<Vec<_>>().as_slice()
        && let Some(kind) = kinds.get_mut(*only)
    {
        *kind = FieldKind::Status;
        return kinds;
    }
    if kinds.contains(&FieldKind::Status) {
        return kinds;
    }
    let states = |at: usize| cells(table, at).map(|cell| (status::of_text(&cell), is_sign(&cell)));
    // Several columns of ticks are a matrix, not a status. In a column of tasks, `x` is a name.
    let can_be = |at: &usize| kinds.get(*at) != Some(&FieldKind::Blocker) && !is_called(table, *at, &TITLE);
    let is_doneness = |at: usize| table.header.get(at).is_none_or(|name| status::names_doneness(&name.plain()));
    let found: Vec<usize> =
        (0..kinds.len()).filter(can_be).filter(|at| states(*at).any(|(state, _)| state.is_some())).collect();
    if let ([only], true) = (found.as_slice(), kinds.len() > 1)
        && states(*only).all(|(state, is_sign)| state.is_some() || is_sign)
        && (is_doneness(*only) || has_words_of_status(table, *only))
        && let Some(kind) = kinds.get_mut(*only)
    {
        *kind = FieldKind::Status;
    }
    kinds
}

/// Treats "By" as an owner column if one of its cells begins with `@`; otherwise it may be a date.
fn with_people(table: &TableBlock, mut kinds: Vec<FieldKind>) -> Vec<FieldKind> {
    for (at, (name, kind)) in table.header.iter().zip(&mut kinds).enumerate() {
        let mut cells = table.rows.iter().filter_map(|(_, cells)| cells.get(at));
        if name.plain().eq_ignore_ascii_case("by") && cells.any(|cell| cell.plain().starts_with('@')) {
            *kind = FieldKind::Owner;
        }
    }
    kinds
}

/// Whether a column has a cell with an unambiguous status, such as "In progress".
fn has_words_of_status(table: &TableBlock, at: usize) -> bool {
    let mut states = cells(table, at).filter_map(|cell| status::of_remark(&cell));
    states.any(|state| matches!(state, State::Started | State::Todo))
}

fn is_called(table: &TableBlock, at: usize, words: &PhraseList) -> bool {
    table.header.get(at).is_some_and(|name| words.has(name.plain().to_lowercase().trim()))
}

/// Returns the title column: named like a task, else the first without another role, else the issues, else the first.
fn title_column(table: &TableBlock, kinds: &[FieldKind]) -> usize {
    let is_other = |at: &usize| kinds.get(*at) == Some(&FieldKind::Other);
    let mut others = (0..kinds.len()).filter(is_other);
    let is_number = |cell: String| cell.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','));
    let numbers = |at: &usize| cells(table, *at).all(is_number);
    // Beside a column of issues, an attribute such as "P1" is no title.
    let has_issues = kinds.contains(&FieldKind::Issue);
    let is_attribute = |at: &usize| has_issues && is_called(table, *at, &ATTRIBUTES);
    (0..kinds.len())
        .filter(is_other)
        .find(|at| is_called(table, *at, &TITLE) && !is_attribute(at))
        .or_else(|| others.find(|at| !numbers(at) && !is_attribute(at)))
        .or_else(|| kinds.iter().position(|kind| *kind == FieldKind::Issue))
        .unwrap_or(0)
}
