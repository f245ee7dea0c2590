//! Roles of table columns: title, status, owner, issue and figures, by their names and cells.

use std::collections::BTreeSet;

use super::super::document::{FieldKind, TableBlock};
use super::super::figures;
use super::super::inline::Inline;
use super::super::owners;
use super::{cells, is_sign, numbers_rows, rows_of_work};
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
    driver; shepherd; contributor; person; owner(s) or team(s); owners or teams; owner or team; team(s); assign; \
    engineer; engineers; developer; developers; in charge; person in charge; working on it; working on this",
);
/// Owners that may instead be what each row is about.
static TEAMS: PhraseList = PhraseList::new("sig; sigs; group; team; teams; team(s)");
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
    "priority; prio; severity; size; effort; estimate; eta; due; due date; deadline; date; target; note; notes; \
    comment; comments; remark; remarks; slack; slack channel; channel; email; go-live",
);
/// Such names, which may also be what each row is about.
static RELEASES: PhraseList = PhraseList::new("version; release; milestone; wave; phase; batch; sprint; quarter");

/// The role of a column.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnRole {
    Title,
    /// Tells apart the rows that share a title, and follows it.
    Subtitle,
    Field(FieldKind),
    Figure(Figure),
    /// 1 for rows that are done, and 0 for the others.
    Bits,
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
        None if *kind == FieldKind::Status && holds_bits(table, at) => ColumnRole::Bits,
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

/// Finds the columns of people: "Migrated by", unless it holds days, and those without another role whose cells all
/// begin with `@login`, unless their name says that it is someone else, such as a reviewer.
fn with_people(table: &TableBlock, mut kinds: Vec<FieldKind>) -> Vec<FieldKind> {
    let begins_with_login = |cell: &Inline| {
        let person = owners::OwnerDraft::of_mentions(cell.plain().split([' ', ',']).next().unwrap_or_default());
        person.is_some_and(|person| !person.others.iter().any(|name| name.contains('/')))
            && cell.0.first().is_some_and(|run| !run.code)
    };
    for (at, (name, kind)) in table.header.iter().zip(&mut kinds).enumerate().filter(|(at, _)| *at > 0) {
        let name = name.plain().to_lowercase();
        let filled = || table.rows.iter().filter_map(|(_, cells)| cells.get(at)).filter(|cell| !cell.is_blank());
        let is_by = (owners::names_owner(&name) && cells(table, at).any(|cell| !is_value(&cell)))
            || (name == "by" && filled().any(begins_with_login));
        let holds_logins = filled().next().is_some() && filled().all(begins_with_login);
        let is_named = is_called(table, at, &TITLE) || owners::names_no_owner(&name);
        if *kind == FieldKind::Other && (is_by || (holds_logins && !is_named)) {
            *kind = FieldKind::Owner;
        }
    }
    kinds
}

/// Whether a table only counts things: several columns of figures beside the names, and neither a box nor a link.
pub(super) fn holds_statistics(table: &TableBlock, columns: &[ColumnRole]) -> bool {
    static WORK: PhraseList = PhraseList::new(
        "task; tasks; work; work item; action; action item; step; steps; deliverable; deliverables; to do; todo",
    );
    let is_figure = |text: &str| {
        text.contains(|c: char| c.is_ascii_digit())
            && text.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | ',' | '.' | '%' | '+' | '-'))
    };
    let is_column = |(at, role): (usize, &ColumnRole)| match role {
        ColumnRole::Title => !is_called(table, at, &WORK),
        ColumnRole::Field(FieldKind::Other) => {
            let describes = is_called(table, at, &ATTRIBUTES) || is_called(table, at, &RELEASES);
            !describes && cells(table, at).next().is_some() && cells(table, at).all(|cell| is_figure(&cell))
        }
        ColumnRole::Subtitle | ColumnRole::Field(_) | ColumnRole::Figure(_) | ColumnRole::Bits => false,
    };
    let is_named = |at: usize| table.header.get(at).is_some_and(|name| !numbers_rows(&name.plain()));
    let figures = columns.iter().enumerate().filter(|(at, role)| **role != ColumnRole::Title && is_named(*at));
    let is_plain = |cell: &Inline| {
        let text = cell.plain();
        cell.0.iter().all(|run| run.link.is_none()) && !text.contains(['#', '@']) && cell.clone().take_box().is_none()
    };
    figures.count() > 1
        && columns.iter().enumerate().all(is_column)
        && table.rows.iter().flat_map(|(_, cells)| cells).all(is_plain)
}

/// Whether a cell holds only a status, signs, figures or a day.
fn is_value(cell: &str) -> bool {
    let words = cell.to_lowercase();
    let is_value =
        words.split(' ').all(|word| !word.contains(char::is_alphabetic) || status::is_month_or_quarter(word));
    !cell.contains('#') && (is_value || figures::of_cell(cell).is_some() || status::is_remark(&words))
}

/// Whether a column of 0 and 1 tells which rows are done. Only ones may be a number of jobs.
fn holds_bits(table: &TableBlock, at: usize) -> bool {
    let is_doneness = table.header.get(at).is_some_and(|name| status::names_doneness(&name.plain()));
    is_doneness && cells(table, at).all(|cell| matches!(&*cell, "0" | "1")) && cells(table, at).any(|cell| cell == "0")
}

/// Whether a column has a cell with an unambiguous status, such as "In progress".
fn has_words_of_status(table: &TableBlock, at: usize) -> bool {
    let mut states = cells(table, at).filter_map(|cell| status::of_remark(&cell));
    states.any(|state| matches!(state, State::Started | State::Todo))
}

fn is_called(table: &TableBlock, at: usize, words: &PhraseList) -> bool {
    table.header.get(at).is_some_and(|name| words.has(name.plain().to_lowercase().trim()))
}

/// Returns the title column: named like a task; else a column of teams, if nothing before it can name the rows; else the
/// first without another role that is no attribute; else the issues; else the first that tells the rows apart.
fn title_column(table: &TableBlock, kinds: &[FieldKind]) -> usize {
    let all = || 0..kinds.len();
    let is_other = |at: &usize| kinds.get(*at) == Some(&FieldKind::Other);
    let has_issues = kinds.contains(&FieldKind::Issue);
    // Beside a column of issues, an attribute such as "v1.30" is no title.
    let is_attribute = |at: &usize| {
        is_called(table, *at, &ATTRIBUTES) || ((has_issues || *at > 0) && is_called(table, *at, &RELEASES))
    };
    let is_values = |at: &usize| cells(table, *at).all(|cell| is_value(&cell));
    let can_name = |at: &usize| is_other(at) && !is_attribute(at) && !is_values(at);
    let tells_apart = |at: &usize| {
        let texts: BTreeSet<String> = cells(table, *at).collect();
        texts.len() == rows_of_work(table).count() && !is_values(at)
    };
    let team = all().find(|at| is_called(table, *at, &TEAMS)).filter(|team| !(0..*team).any(|at| can_name(&at)));
    all()
        .filter(is_other)
        .find(|at| is_called(table, *at, &TITLE) && !(has_issues && is_attribute(at)))
        .or_else(|| team.filter(tells_apart))
        .or_else(|| all().find(can_name))
        .or_else(|| kinds.iter().position(|kind| *kind == FieldKind::Issue))
        .or_else(|| all().filter(is_other).find(tells_apart))
        .unwrap_or(0)
}

/// Returns the first column that tells apart rows with the same title: "Flow" beside several rows of one "Component".
pub(super) fn subtitle(table: &TableBlock, columns: &[ColumnRole]) -> Option<usize> {
    let title = columns.iter().position(|column| *column == ColumnRole::Title)?;
    let rows = rows_of_work(table).count();
    let text = |cells: &[Inline], at: usize| cells.get(at).map(Inline::plain).unwrap_or_default();
    let distinct = |at: usize| {
        let texts = rows_of_work(table).map(|cells| (text(cells, title), text(cells, at)));
        texts.collect::<BTreeSet<_>>().len() == rows
    };
    let is_text = |at: usize| cells(table, at).filter(|cell| cell.contains(char::is_alphabetic)).count() == rows;
    let can_follow = |at: &usize| {
        columns.get(*at) == Some(&ColumnRole::Field(FieldKind::Other))
            && !is_called(table, *at, &ATTRIBUTES)
            && is_text(*at)
            && distinct(*at)
    };
    (!distinct(title)).then(|| (title + 1..columns.len()).find(can_follow))?
}
