//! Pages: figures, groups and units as tables.

use super::figures::{CheckoutRules, CountedFigure, CounterRule};
use super::{Which, problems};
use crate::domain::rule::Start;
use crate::domain::tally::{GroupBy, OWNER, TallyGroup};
use crate::domain::{Amounts, Percent, Rule, Unit};
use crate::report::{Cell, Column, Json, Page, Stamp, Table, Tone, json};
use crate::sources::git::Commit;
use crate::words;

const FIGURES: [Column; 15] = [
    Column::new("counter", "counter").cut(8),
    Column::data("unit"),
    Column::data("source"),
    Column::new("rule", "rule").right(),
    Column::new("rule_name", "called").cut(4).leaves(1),
    Column::new("done", "done").right(),
    Column::new("total", "total").right(),
    Column::new("left", "left").right(),
    Column::new("percent", "%").right(),
    Column::new("percent_of", "of").leaves(2),
    Column::data("start"),
    Column::data("unknown"),
    Column::data("seen_done"),
    Column::data("seen_total"),
    Column::data("seen_left"),
];

/// What was read: for programs, to whom a title says nothing.
const AT: [Column; 2] = [Column::data("date"), Column::data("commit")];

/// What the present commits give.
pub(super) fn counts(mut page: Page, figures: &[CountedFigure<'_>]) -> Page {
    let columns: Vec<Column> = FIGURES.into_iter().chain(AT).collect();
    let mut table = Table::new("counts", &columns);
    for figure in figures {
        let mut row = cells(figure);
        row.extend(at(figure.date().map(|date| date.to_string()), figure.commit.as_ref()));
        table.row(row);
    }
    page.table(table);
    page
}

/// What the commits of a history give.
pub(super) fn history(stamp: Stamp, figures: &[CountedFigure<'_>]) -> Page {
    let mut page = Page::new("offramp/count-history/1", stamp);
    let mut columns = vec![Column::new("date", "date"), Column::new("commit", "commit").cut(10).leaves(2)];
    columns.extend(FIGURES);
    let mut table = Table::new("readings", &columns);
    for figure in figures {
        let commit = figure.commit.as_ref();
        let id = commit.map(|commit| commit.id.to_string());
        let mut cell =
            Cell::maybe(commit.map(|commit| commit.short().to_owned())).exact(id.clone().unwrap_or_default());
        cell.json = Some(id.map_or(Json::Null, Json::String));
        let mut row = vec![Cell::maybe(figure.date().map(|date| date.to_string())), cell];
        row.extend(cells(figure));
        table.row(row);
    }
    page.table(table);
    page
}

/// A rule, and its units in groups.
pub(super) type Grouped<'r> = (usize, CounterRule<'r>, Option<Commit>, Vec<TallyGroup>, bool);

/// What one commit gives, in groups.
pub(super) fn groups(mut page: Page, by: &GroupBy, groups: &[Grouped<'_>]) -> Page {
    page.fact("by", by.word().as_str());
    let columns = [
        Column::new("counter", "counter").cut(8).leaves(2),
        Column::new("rule", "rule").right().leaves(1),
        Column::new("key", title_of(by)).cut(12),
        Column::new("done", "done").right(),
        Column::new("total", "total").right(),
        Column::new("left", "left").right(),
        Column::new("percent", "%").right(),
        Column::data("seen_done"),
        Column::data("seen_total"),
        Column::data("seen_left"),
    ];
    let columns: Vec<Column> = columns.into_iter().chain(AT).collect();
    let mut table = Table::new("groups", &columns);
    for (_, ask, commit, groups, is_complete) in groups {
        for group in groups {
            let amounts = Amounts { done: group.progress.done, left: group.progress.left(), ..Amounts::default() };
            let is_left_only = ask.rule.is_left_only();
            let percent = if *is_complete && !is_left_only { group.progress.percent() } else { Percent::Unknown };
            let mut row = vec![
                Cell::new(ask.counter.id.as_str()),
                Cell::number(u64::from(ask.rule.version)),
                Cell::new(group.key.as_str()),
            ];
            row.extend(numbers(amounts, *is_complete, is_left_only));
            row.push(percent_cell(percent));
            row.extend(seen(amounts));
            row.extend(at(commit.as_ref().map(|commit| commit.date.to_string()), commit.as_ref()));
            table.row(row);
        }
    }
    page.table(table);
    page
}

fn title_of(by: &GroupBy) -> &'static str {
    let known = ["cluster", "type", "repo", "sig", "owner"];
    match by {
        GroupBy::File => "file",
        GroupBy::Dir(_) => "dir",
        GroupBy::Field(key) => known.into_iter().find(|known| key == known).unwrap_or("group"),
    }
}

/// The form of a list: jobs have columns of their own.
pub(super) fn list_schema(rule: &Rule) -> &'static str {
    if rule.jobs().is_some() { "offramp/count-jobs/1" } else { "offramp/count-units/1" }
}

/// The units of one commit that are left, or done.
pub(super) fn list(mut page: Page, ask: CounterRule<'_>, which: Which, units: &[Unit], base: Option<&str>) -> Page {
    let what = match which {
        Which::Left => "left",
        Which::Done => "done",
    };
    let (noun, nouns) = ask.rule.nouns();
    let count = words::count(units.len() as u64, noun, nouns);
    page.line(format!("{count} {what} by rule {} of {}", ask.rule.version, ask.counter.id));
    page.fact("counter", ask.counter.id.as_str());
    page.fact("rule", i64::from(ask.rule.version));
    page.fact("which", what);
    page.table(if ask.rule.jobs().is_some() { jobs(units, base) } else { unit_table(units, base) });
    page
}

fn jobs(units: &[Unit], base: Option<&str>) -> Table {
    let columns = [
        Column::new("name", "job").cut(20),
        Column::new("type", "type").leaves(3),
        Column::new("repo", "repo").cut(10).leaves(2),
        Column::new("cluster", "cluster").cut(7),
        Column::new("sigs", "sig").cut(8).leaves(1),
        Column::people("place").cut(20),
        Column::data("path"),
        Column::data("line"),
        Column::data("owner"),
    ];
    let mut table = Table::new("jobs", &columns);
    for unit in units {
        table.row(vec![
            filled(&unit.name),
            filled(&unit.field_text("type")),
            filled(&unit.field_text("repo")),
            filled(&unit.field_text("cluster")),
            list_cell(unit, "sig"),
            place(unit, base),
            Cell::data(unit.path.as_str()),
            line(unit),
            owner(unit),
        ]);
    }
    table
}

fn unit_table(units: &[Unit], base: Option<&str>) -> Table {
    let columns = [
        Column::people("place").cut(20),
        Column::new("name", "what").cut(20),
        Column::people("owner").cut(8).leaves(1),
        Column::data("path"),
        Column::data("line"),
        Column::data("state"),
        Column::data("owner"),
        Column::data("fields"),
    ];
    let mut table = Table::new("units", &columns);
    for unit in units {
        let fields = unit.fields.iter().filter(|field| field.key != OWNER);
        let fields = fields.map(|field| {
            let values = json::list(field.values.iter().map(crate::domain::Text::as_str));
            Json::from(crate::report::Object::new().with("key", field.key.as_str()).with("values", values))
        });
        table.row(vec![
            place(unit, base),
            filled(&unit.name),
            filled(&unit.field_text(OWNER)),
            Cell::data(unit.path.as_str()),
            line(unit),
            Cell::data(unit.state.word()),
            owner(unit),
            Cell::data(Json::Array(fields.collect())),
        ]);
    }
    table
}

fn filled(text: &str) -> Cell {
    if text.is_empty() { Cell::none() } else { Cell::new(text) }
}

fn list_cell(unit: &Unit, key: &str) -> Cell {
    let list = json::list(unit.field(key).iter().map(crate::domain::Text::as_str));
    Cell { json: Some(list), ..filled(&unit.field_text(key)) }
}

fn owner(unit: &Unit) -> Cell {
    Cell::data(json::list(unit.field(OWNER).iter().map(crate::domain::Text::as_str)))
}

fn place(unit: &Unit, base: Option<&str>) -> Cell {
    Cell::new(unit.place()).link(base.map(|base| unit.link(base)))
}

fn line(unit: &Unit) -> Cell {
    Cell::data(unit.line.map_or(Json::Null, Json::from))
}

/// What a page says where not everything could be read.
pub(crate) const INCOMPLETE: &str =
    "Incomplete: some files could not be read, so there are no totals; N+ means that at least N were seen.";

/// Begins a page: which commits were read, and what could not be.
pub(super) fn begin(schema: &'static str, stamp: Stamp, places: &mut [CheckoutRules<'_>]) -> Page {
    let mut page = Page::new(schema, stamp);
    let (mut files, mut is_complete, mut problems) = (0, true, Vec::new());
    let several = places.len() > 1;
    for place in &mut *places {
        let Some(listing) = place.listings.first().cloned() else { continue };
        let counts: Vec<_> = (0..place.asks.len()).map(|rule| place.reader.count(&listing, rule)).collect();
        let own = counts.iter().map(|count| count.files).max().unwrap_or(0);
        let named = words::count(own as u64, "file", "files");
        let of = if several { format!(" in {}", crate::sources::paths::shown(&place.path)) } else { String::new() };
        match &listing.commit {
            Some(commit) => page.line(format!("{named} at {} of {}{of}", commit.short(), commit.date)),
            None => page.line(format!("{named} in a plain folder{of}")),
        }
        files += own;
        is_complete &= counts.iter().all(crate::sources::counting::Count::is_complete);
        problems.extend(counts.into_iter().flat_map(|count| count.problems));
    }
    if !is_complete {
        page.line(INCOMPLETE);
    }
    problems.sort_unstable();
    problems.dedup();
    let commit = places.first().and_then(|place| place.listings.first()?.commit.clone());
    page.fact("commit", commit.as_ref().map(|commit| commit.id.as_str()));
    page.fact("commit_date", commit.as_ref().map(|commit| commit.date.to_string()).as_deref());
    page.fact("files", files as i64);
    page.fact("complete", is_complete);
    page.fact("problems", problems::json(&problems));
    page
}

fn at(date: Option<String>, commit: Option<&Commit>) -> [Cell; 2] {
    let text = |text: Option<String>| text.map_or_else(|| Cell::data(Json::Null), Cell::data);
    [text(date), text(commit.map(|commit| commit.id.to_string()))]
}

fn cells(figure: &CountedFigure<'_>) -> Vec<Cell> {
    let rule = figure.ask.rule;
    let amounts = figure.count.amounts;
    let mut cells = vec![
        Cell::new(figure.ask.counter.id.as_str()),
        Cell::data(figure.ask.counter.unit.as_str()),
        Cell::data(rule.source.word()),
        Cell::number(u64::from(rule.version)),
        Cell::maybe(rule.name.clone()),
    ];
    cells.extend(numbers(amounts, figure.is_complete(), rule.is_left_only()));
    cells.push(percent_cell(figure.percent()));
    let (of, word) = match (figure.start, rule.from) {
        (None, _) => ("", "total"),
        (Some(_), Start::Peak) => ("its peak", "peak"),
        (Some(_), Start::Count(_) | Start::Day(_)) => ("its start", "start"),
    };
    let shown = figure.start.map_or_else(String::new, |start| format!("{of}, {start}"));
    cells.push(Cell { json: Some(Json::String(word.to_owned())), ..filled(&shown).exact(word.to_owned()) });
    cells.push(Cell::data(figure.start.map_or(Json::Null, |start| Json::from(start as i64))));
    cells.push(if figure.is_complete() { Cell::data(amounts.unknown as i64) } else { Cell::data(Json::Null) });
    cells.extend(seen(amounts));
    cells
}

fn percent_cell(percent: Percent) -> Cell {
    let json = percent.known().map_or(Json::Null, Json::from);
    Cell { json: Some(json), ..Cell::new(words::percent(percent)) }
}

fn seen(amounts: Amounts) -> [Cell; 3] {
    let left = amounts.left + amounts.unknown;
    [amounts.done, amounts.total(), left].map(|value| Cell::data(value as i64))
}

/// Done, total and left. An incomplete count has no total, and a counter of only what is left shows only that.
fn numbers(amounts: Amounts, is_complete: bool, is_left_only: bool) -> [Cell; 3] {
    let number = |value: u64| if is_complete { Cell::number(value) } else { at_least(value) };
    let known = |value: u64| if is_left_only { Cell::none() } else { number(value) };
    [known(amounts.done), known(amounts.total()), number(amounts.left + amounts.unknown)]
}

/// What was seen where not everything was: no total.
pub(crate) fn at_least(value: u64) -> Cell {
    Cell { json: Some(Json::Null), ..Cell::new(format!("{value}+")).exact(String::new()).tone(Tone::Warning) }
}
