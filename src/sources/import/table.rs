//! Table parser: turns rows into items.

mod columns;

use std::collections::BTreeSet;

use super::document::{FieldKind, ListItem, TableBlock, TableCell};
use super::figures;
use super::inline::{Inline, shortened};
use crate::domain::Progress;
use crate::domain::status;
use crate::domain::wording::PhraseList;

use columns::{ColumnRole, Figure, columns, holds_statistics, kind, number, subtitle};

/// Labels of an entry that describes its parent.
static FACTS: PhraseList = PhraseList::new(
    "owner; owners; assignee; assignees; assigned to; lead; dri; poc; status; state; issue; tracking issue; pr; prs; \
    pull request; due; due date; deadline; eta; target; priority; size; effort; estimate; note; notes; \
    point of contact; point(s) of contact; champion; champions; team; teams; zulip channel; short title; what and why",
);

/// Reads an entry such as "Owner: @ann" as a cell of the column of that name.
pub(super) fn fact(text: &Inline) -> Option<TableCell> {
    let (name, value) = text.split_label()?;
    fact_of(name, value)
}

fn fact_of(name: String, text: Inline) -> Option<TableCell> {
    FACTS.has(&name.to_lowercase()).then(|| TableCell { kind: kind(&name), name, text })
}

/// The reason to leave out rows of a table whose first cells are all labels such as "Owner" or "Status".
pub(super) const ABOUT_HEADING: &str = "this row describes the heading, which is not a project";

/// The reason to leave out a table of statistics.
pub(super) const STATISTICS: &str = "this table has only figures beside the names, so its rows are not read as work";

/// Reads a table that consists of such rows.
fn facts(table: &TableBlock) -> Option<Vec<ListItem>> {
    let fact = |(line, cells): (u32, &Vec<Inline>)| {
        let [name, text] = cells.as_slice() else { return None };
        let fields = vec![fact_of(name.plain(), text.clone())?];
        Some(ListItem { line, left_out: Some(ABOUT_HEADING), fields, ..ListItem::default() })
    };
    let first = table.rows.first()?.0;
    // The first row may be written as the header.
    let header = fact((first.saturating_sub(2).max(1), &table.header));
    let rows: Option<Vec<ListItem>> = table.rows.iter().map(|(line, cells)| fact((*line, cells))).collect();
    rows.map(|rows| header.into_iter().chain(rows).collect())
}

/// Returns the rows of a table as items. Rows that repeat the header or add up the others are marked as left out.
pub(super) fn rows(table: TableBlock) -> Vec<ListItem> {
    if let Some(facts) = facts(&table) {
        return facts;
    }
    let mut columns = columns(&table);
    if let Some(column) = subtitle(&table, &columns).and_then(|at| columns.get_mut(at)) {
        *column = ColumnRole::Subtitle;
    }
    if let Some((line, _)) = table.rows.first().filter(|_| holds_statistics(&table, &columns)) {
        return vec![ListItem { line: *line, left_out: Some(STATISTICS), ..ListItem::default() }];
    }
    let names: Vec<String> = table.header.iter().map(Inline::plain).collect();
    let doubts = doubts(&table, &columns, &names);
    let item = |(line, cells): (u32, Vec<Inline>)| match no_work(&cells, &columns, &names) {
        Some(why) => ListItem { line, left_out: Some(why), ..ListItem::default() },
        None => row(line, cells, &columns, &names),
    };
    let mut items: Vec<ListItem> = table.rows.into_iter().map(item).collect();
    if let Some(first) = items.first_mut() {
        first.doubt = doubts;
    }
    items
}

/// Reports columns that hold only signs, if some of these are not understood. If no cell of any column named as a status
/// is understood, reports these columns.
fn doubts(table: &TableBlock, columns: &[ColumnRole], names: &[String]) -> Option<String> {
    let is_known = |text: &String| {
        is_dash(text) || status::of_text(text).is_some() || figures::of_cell(text).is_some() || box_of(text).is_some()
    };
    let rows = || table.rows.iter().map(|(_, cells)| cells).filter(|cells| no_work(cells, columns, names).is_none());
    let (mut signs, mut words, mut has_status) = (UnreadColumns::default(), UnreadColumns::default(), false);
    for ((at, name), column) in names.iter().enumerate().zip(columns) {
        let texts = || rows().filter_map(|cells| cells.get(at)).map(|cell| cell.standing().plain());
        let unknown: Vec<String> = texts().filter(|text| !is_known(text)).collect();
        let is_status = *column == ColumnRole::Field(FieldKind::Status);
        let can_be = is_status || *column == ColumnRole::Field(FieldKind::Other);
        let is_lost = texts().filter(|text| !text.is_empty()).count() == unknown.len();
        has_status |= is_status && !is_lost;
        if can_be && unknown.iter().all(|text| is_sign(text)) {
            signs.add(name, unknown);
        } else if is_status && is_lost {
            words.add(name, unknown);
        }
    }
    let in_words = words.said("cells").filter(|_| !has_status);
    let said: Vec<String> = signs.said("signs").into_iter().chain(in_words).collect();
    (!said.is_empty()).then(|| said.join("; "))
}

/// Columns that are not understood, and their texts.
#[derive(Default)]
struct UnreadColumns {
    columns: Vec<String>,
    texts: BTreeSet<String>,
}

impl UnreadColumns {
    fn add(&mut self, name: &str, texts: Vec<String>) {
        if !texts.is_empty() {
            self.columns.push(format!("`{name}`"));
            self.texts.extend(texts);
        }
    }

    fn said(&self, what: &str) -> Option<String> {
        const MOST_TEXTS: usize = 8;
        const MOST_CHARS: usize = 30;
        let columns = if self.columns.len() == 1 { "column" } else { "columns" };
        let shown = |text: &String| format!("`{}`", shortened(text, MOST_CHARS));
        let texts: Vec<String> = self.texts.iter().take(MOST_TEXTS).map(shown).collect();
        let (names, texts) = (self.columns.join(", "), texts.join(", "));
        (!self.columns.is_empty()).then(|| format!("the {what} of the {columns} {names} are not understood: {texts}"))
    }
}

/// Returns the texts of a column that are not empty, without those of rows that add up the others.
fn cells(table: &TableBlock, at: usize) -> impl Iterator<Item = String> + use<'_> {
    let rows = rows_of_work(table);
    rows.filter_map(move |cells| cells.get(at)).map(|cell| cell.standing().plain()).filter(|text| !text.is_empty())
}

fn rows_of_work(table: &TableBlock) -> impl Iterator<Item = &Vec<Inline>> {
    table.rows.iter().map(|(_, cells)| cells).filter(|cells| !adds_up(cells, first_cell(cells)))
}

/// Whether a cell has only a dash or the like, which means nothing.
fn is_dash(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '-' | '–' | '—' | '.' | '/'))
}

fn is_sign(text: &str) -> bool {
    !text.contains(char::is_alphanumeric)
}

/// Returns why a row is not work: it repeats the header, or adds up the other rows.
fn no_work(cells: &[Inline], columns: &[ColumnRole], names: &[String]) -> Option<&'static str> {
    let lower: Vec<String> = cells.iter().map(|cell| cell.plain().to_lowercase()).collect();
    let is_name = |(at, cell): (usize, &String)| names.get(at).is_some_and(|name| name.to_lowercase() == *cell);
    let behind_first = || lower.iter().enumerate().skip(1);
    if behind_first().all(is_name) && behind_first().any(|(_, cell)| cell.contains(char::is_alphabetic)) {
        return Some("this row repeats the header");
    }
    let title = columns.iter().position(|column| *column == ColumnRole::Title);
    let is_total = adds_up(cells, first_cell(cells)) || adds_up(cells, title);
    is_total.then_some("this row adds up the others")
}

/// The first cell of a row that is not empty: in a numbered table, "Total" may stand in the place of the number.
fn first_cell(cells: &[Inline]) -> Option<usize> {
    cells.iter().position(|cell| !cell.is_blank())
}

/// Whether a row is called a total in this cell, and has figures in the others.
fn adds_up(cells: &[Inline], at: Option<usize>) -> bool {
    const TOTALS: [&str; 7] = ["total", "totals", "sum", "overall", "grand total", "subtotal", "all"];
    let name = at.and_then(|at| cells.get(at)).map(|cell| cell.plain().to_lowercase()).unwrap_or_default();
    let others = || cells.iter().enumerate().filter(|(own, _)| Some(*own) != at).map(|(_, cell)| cell.plain());
    TOTALS.contains(&name.trim_end_matches(':'))
        && others().all(|cell| !cell.contains(char::is_alphabetic))
        && others().any(|cell| cell.contains(|c: char| c.is_ascii_digit()))
}

fn row(line: u32, cells: Vec<Inline>, columns: &[ColumnRole], names: &[String]) -> ListItem {
    let mut item = ListItem { line, ..ListItem::default() };
    let is_numbered = names.iter().any(|name| numbers_rows(name));
    item.progress = progress(&cells, columns);
    for (at, text) in cells.into_iter().enumerate() {
        let name = names.get(at).cloned().unwrap_or_default();
        match columns.get(at).copied().unwrap_or(ColumnRole::Field(FieldKind::Other)) {
            ColumnRole::Title => item.text = text,
            ColumnRole::Subtitle => item.text = item.text.followed_by(text),
            ColumnRole::Bits => item.ticked = (!text.is_blank()).then(|| text.plain() == "1").or(item.ticked),
            ColumnRole::Figure(_) if item.progress.is_some() || text.is_blank() => {}
            ColumnRole::Figure(_) => item.fields.push(TableCell { kind: FieldKind::Other, name, text }),
            // Keeps an empty issue cell, so that issues in other columns stay remarks.
            ColumnRole::Field(kind)
                if (text.is_blank() && kind != FieldKind::Issue)
                    || (kind == FieldKind::Other && is_dash(&text.plain()))
                    || is_row_number(names.get(at), &text) => {}
            ColumnRole::Field(kind)
                if item.ticked.is_none()
                    && (kind == FieldKind::Status || status::names_doneness(&name))
                    && box_of(&text.plain()).is_some() =>
            {
                item.ticked = box_of(&text.plain());
            }
            ColumnRole::Field(kind) => {
                // If rows are numbered, a bare number refers to a row, not to an issue.
                let is_of_row = kind == FieldKind::Blocker && is_numbered && is_bare_numbers(&text.plain());
                let kind = if is_of_row { FieldKind::Other } else { kind };
                item.fields.push(TableCell { kind, name, text });
            }
        }
    }
    item.ticked = item.ticked.or_else(|| item.text.take_box());
    item
}

/// Returns the progress of a row from its figure columns.
fn progress(cells: &[Inline], columns: &[ColumnRole]) -> Option<Progress> {
    let of = |figure: Figure| {
        let at = columns.iter().position(|column| *column == ColumnRole::Figure(figure))?;
        number(&cells.get(at)?.standing().plain())
    };
    let (done, left, total) = (of(Figure::Done), of(Figure::Left), of(Figure::Total));
    let total = total.or_else(|| done?.checked_add(left?))?;
    let done = done.or_else(|| total.checked_sub(left?))?;
    let is_sum = left.is_none_or(|left| done.checked_add(left) == Some(total));
    Progress::new(done, total).filter(|progress| progress.total > 0 && is_sum)
}

/// Reads a cell that holds only a box.
fn box_of(text: &str) -> Option<bool> {
    match text.trim() {
        "[ ]" | "[]" => Some(false),
        "[x]" | "[X]" => Some(true),
        _ => None,
    }
}

fn is_row_number(name: Option<&String>, text: &Inline) -> bool {
    let is_number = |text: &str| text.trim_end_matches('.').bytes().all(|b| b.is_ascii_digit());
    name.is_some_and(|name| numbers_rows(name)) && is_number(&text.plain())
}

/// Whether a column of this name numbers the rows.
fn numbers_rows(name: &str) -> bool {
    matches!(name.to_lowercase().as_str(), "" | "#" | "no" | "no." | "nr" | "nr.")
}

fn is_bare_numbers(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | ' ' | '.'))
}
