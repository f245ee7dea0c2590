//! Pages of `count`: tables of figures, groups and units.

use super::figures::{CountedFigure, CounterRule};
use super::{CountRun, Which, problems};
use crate::domain::rule::Start;
use crate::domain::tally::{GroupBy, NONE, OWNER, TallyGroup};
use crate::domain::{Percent, Progress, Rule, Unit, UnitState};
use crate::report::{Cell, CellOf, Column, Json, Page, Table, Tone, json};
use crate::sources::counting::{Count, Problem};
use crate::sources::git::Commit;
use crate::sources::paths;
use crate::words;

/// A figure and its displayed counts.
type FigureRow<'r> = (&'r CountedFigure<'r>, ShownCounts);

/// Returns the columns shared by counts and histories.
fn figure_columns<'r>() -> [(Column, CellOf<FigureRow<'r>>); 15] {
    [
        (Column::new("counter", "counter").cut(8), |(it, _)| Cell::new(it.target.counter.id.as_str())),
        (Column::data("unit"), |(it, _)| Cell::data(it.target.counter.unit.as_str())),
        (Column::data("source"), |(it, _)| Cell::data(it.target.rule.source.word())),
        (Column::new("rule", "rule").right(), |(it, _)| Cell::number(it.target.rule.version)),
        (Column::new("rule_name", "called").cut(4).leaves(1), |(it, _)| Cell::maybe(it.target.rule.name.clone())),
        (Column::new("done", "done").right(), |(_, counts)| counts.done()),
        (Column::new("total", "total").right(), |(_, counts)| counts.total()),
        (Column::new("left", "left").right(), |(_, counts)| counts.left()),
        (Column::new("percent", "%").right(), |(it, _)| percent_cell(it.percent())),
        (Column::new("percent_of", "of").leaves(2), |(it, _)| percent_of(it)),
        (Column::data("start"), |(it, _)| Cell::data(it.start)),
        (Column::data("unknown"), |(it, _)| Cell::data(it.is_complete().then_some(it.count.amounts.unknown))),
        (Column::data("seen_done"), |(_, counts)| Cell::data(counts.progress.done)),
        (Column::data("seen_total"), |(_, counts)| Cell::data(counts.progress.total)),
        (Column::data("seen_left"), |(_, counts)| Cell::data(counts.progress.left())),
    ]
}

fn figure_rows<'r>(figures: &'r [CountedFigure<'r>]) -> impl Iterator<Item = FigureRow<'r>> {
    figures.iter().map(|figure| {
        let (is_complete, is_left_only) = (figure.is_complete(), figure.target.rule.is_left_only());
        (figure, ShownCounts { progress: figure.count.amounts.progress(), is_complete, is_left_only })
    })
}

/// Returns how much of what is left is unknown, if any is.
pub(super) fn unknown(target: CounterRule<'_>, count: &Count) -> Option<String> {
    let (unknown, left) = (count.amounts.unknown, count.left());
    let is_known = count.is_complete() && unknown > 0;
    is_known.then(|| format!("{}: {unknown} of the {left} left are unknown", target.counter.id))
}

impl CountRun<'_> {
    /// Returns the page of a history.
    pub(super) fn history_page(&self, figures: &[CountedFigure<'_>]) -> Page {
        let at: [(Column, CellOf<FigureRow<'_>>); 2] = [
            (Column::new("date", "date"), |(it, _)| Cell::shown(it.date())),
            (Column::new("commit", "commit").cut(10).leaves(2), |(it, _)| {
                it.commit.as_ref().map_or_else(Cell::none, |commit| {
                    Cell::of(commit.short(), commit.id.as_str()).exact(commit.id.as_str())
                })
            }),
        ];
        let mut page = Page::new("offramp/count-history/1", self.stamp.clone());
        let problems = figures.iter().flat_map(|figure| figure.count.problems.iter().cloned());
        self.note_missing(&mut page);
        let is_complete = self.missing.is_empty() && figures.iter().all(CountedFigure::is_complete);
        completeness(&mut page, is_complete, problems.collect());
        page.table(Table::of("readings", figure_rows(figures), &[&at[..], &figure_columns()].concat()));
        page
    }

    /// Returns the page of a count.
    pub(super) fn counts_page(&mut self, figures: &[CountedFigure<'_>]) -> Page {
        let (mut page, is_complete, mut problems) = self.head("offramp/count/1");
        problems.extend(figures.iter().flat_map(|figure| figure.count.problems.iter().cloned()));
        completeness(&mut page, is_complete && figures.iter().all(CountedFigure::is_complete), problems);
        // The first lines of the page are for people; programs need the commit in the rows.
        let at: [(Column, CellOf<FigureRow<'_>>); 2] = [
            (Column::data("date"), |(it, _)| Cell::data(json::maybe(it.date()))),
            (Column::data("commit"), |(it, _)| Cell::data(it.commit.as_ref().map(|commit| commit.id.as_str()))),
        ];
        page.table(Table::of("counts", figure_rows(figures), &[&figure_columns()[..], &at].concat()));
        figures.iter().filter_map(|figure| unknown(figure.target, &figure.count)).for_each(|line| page.line(line));
        page
    }

    /// Starts a page with the commits that were read, the problems, and whether checkouts are missing.
    pub(super) fn begin(&mut self, schema: &'static str) -> Page {
        let (mut page, is_complete, problems) = self.head(schema);
        completeness(&mut page, is_complete, problems);
        page
    }

    fn head(&mut self, schema: &'static str) -> (Page, bool, Vec<Problem>) {
        let mut page = Page::new(schema, self.stamp.clone());
        let (mut files, mut is_complete, mut problems) = (0, true, Vec::new());
        let several = self.checkouts.len() > 1;
        for checkout in &mut self.checkouts {
            let Some(listing) = checkout.listings.first().cloned() else { continue };
            let counts: Vec<_> =
                (0..checkout.targets.len()).map(|rule| checkout.reader.count(&listing, rule)).collect();
            let read = counts.iter().map(|count| count.files).max().unwrap_or(0);
            let named = words::count(read as u64, "file", "files");
            let of = if several { format!(" in {}", paths::shown(&checkout.path)) } else { String::new() };
            let around = || checkout.reader.checkout().around().map(paths::shown);
            page.line(match &listing.commit {
                Some(commit) => format!("{named} at {} of {}{of}", commit.short(), commit.date),
                None => match around() {
                    Some(root) => format!("{named} in the working tree of {root}, committed or not"),
                    None => format!("{named} in a plain folder{of}"),
                },
            });
            files += read;
            is_complete &= counts.iter().all(Count::is_complete);
            problems.extend(counts.into_iter().flat_map(|count| count.problems));
        }
        if !is_complete {
            page.line(INCOMPLETE);
        }
        self.note_missing(&mut page);
        is_complete &= self.missing.is_empty();
        // With several repositories, the rows have the commits.
        let only = self.checkouts.first().filter(|_| !several);
        let commit = only.and_then(|checkout| checkout.listings.first()?.commit.as_ref());
        page.fact("commit", commit.map(|commit| commit.id.as_str()));
        page.fact("commit_date", commit.map(|commit| commit.date.to_string()).as_deref());
        page.fact("files", files as i64);
        (page, is_complete, problems)
    }

    /// Adds a line for checkouts that are missing or cannot be read.
    fn note_missing(&self, page: &mut Page) {
        if !self.missing.is_empty() {
            page.line("Incomplete: counters are left out if their repository is missing.");
        }
    }
}

/// A rule with its commit, its units in groups, and whether the count is complete.
pub(super) type Grouped<'r> = (CounterRule<'r>, Option<Commit>, Vec<TallyGroup>, bool);

/// Returns the page of groups at one commit per checkout.
pub(super) fn groups(mut page: Page, by: &GroupBy, groups: &[Grouped<'_>]) -> Page {
    page.fact("by", by.word().as_str());
    let mut rows = Vec::new();
    for (target, commit, groups, is_complete) in groups {
        let (is_complete, is_left_only) = (*is_complete, target.rule.is_left_only());
        let counts = |group: &TallyGroup| ShownCounts { progress: group.progress, is_complete, is_left_only };
        rows.extend(groups.iter().map(|group| (group, counts(group), target, commit.as_ref(), by)));
    }
    page.table(Table::of(
        "groups",
        rows,
        &[
            (Column::new("counter", "counter").cut(8).leaves(2), |(_, _, target, ..)| {
                Cell::new(target.counter.id.as_str())
            }),
            (Column::new("rule", "rule").right().leaves(1), |(_, _, target, ..)| Cell::number(target.rule.version)),
            (Column::new("key", title_of(by)).cut(12), |(group, .., by)| key_cell(by, &group.key)),
            (Column::new("done", "done").right(), |(_, counts, ..)| counts.done()),
            (Column::new("total", "total").right(), |(_, counts, ..)| counts.total()),
            (Column::new("left", "left").right(), |(_, counts, ..)| counts.left()),
            (Column::new("percent", "%").right(), |(_, counts, ..)| counts.percent()),
            (Column::data("seen_done"), |(_, counts, ..)| Cell::data(counts.progress.done)),
            (Column::data("seen_total"), |(_, counts, ..)| Cell::data(counts.progress.total)),
            (Column::data("seen_left"), |(_, counts, ..)| Cell::data(counts.progress.left())),
            (Column::data("date"), |(.., commit, _)| Cell::data(commit.map(|commit| commit.date.to_string()))),
            (Column::data("commit"), |(.., commit, _)| Cell::data(commit.map(|commit| commit.id.as_str()))),
        ],
    ));
    page
}

/// The note for groups that share units.
pub(super) const OVERLAP: &str =
    "Entries of several groups count in each, so the groups add up to more than the total.";

fn key_cell(by: &GroupBy, key: &str) -> Cell {
    if key == NONE { Cell::of(by.shown(key), Json::Null).exact("") } else { Cell::new(key) }
}

fn title_of(by: &GroupBy) -> &'static str {
    let known = ["cluster", "type", "repo", "sig", "owner"];
    match by {
        GroupBy::File => "file",
        GroupBy::Dir(_) => "dir",
        GroupBy::Field(key) => known.into_iter().find(|known| key == known).unwrap_or("group"),
    }
}

/// Returns the schema of a list; jobs have their own columns.
pub(super) fn list_schema(rule: &Rule) -> &'static str {
    if rule.jobs().is_some() { "offramp/count-jobs/1" } else { "offramp/count-units/1" }
}

/// Returns the page of units that are left or done.
pub(super) fn list(mut page: Page, target: CounterRule<'_>, which: Which, units: &[Unit], base: Option<&str>) -> Page {
    let what = match which {
        Which::Left => "left",
        Which::Done => "done",
    };
    let (noun, nouns) = target.rule.nouns();
    let count = words::count(units.len() as u64, noun, nouns);
    let unknown = units.iter().filter(|unit| unit.state == UnitState::Unknown).count();
    let of_them = if unknown > 0 { format!(", {unknown} of them unknown") } else { String::new() };
    page.line(format!("{count} {what} by rule {} of {}{of_them}", target.rule.version, target.counter.id));
    page.fact("counter", target.counter.id.as_str());
    page.fact("rule", i64::from(target.rule.version));
    page.fact("which", what);
    page.table(if target.rule.jobs().is_some() { jobs(units, base) } else { unit_table(units, base) });
    page
}

fn jobs(units: &[Unit], base: Option<&str>) -> Table {
    Table::of(
        "jobs",
        units.iter().map(|unit| (unit, base)),
        &[
            (Column::new("name", "job").cut(20), |(unit, _)| filled(&unit.name)),
            (Column::new("type", "type").leaves(3), |(unit, _)| filled(&unit.field_text("type"))),
            (Column::new("repo", "repo").cut(10).leaves(2), |(unit, _)| filled(&unit.field_text("repo"))),
            (Column::new("cluster", "cluster").cut(7), |(unit, _)| filled(&unit.field_text("cluster"))),
            (Column::new("sigs", "sig").cut(8).leaves(1), |(unit, _)| list_cell(unit, "sig")),
            (Column::people("place").cut(20), |(unit, base)| place(unit, *base)),
            (Column::data("path"), |(unit, _)| Cell::data(unit.path.as_str())),
            (Column::data("line"), |(unit, _)| Cell::data(unit.line)),
            (Column::data("owner"), |(unit, _)| owner(unit)),
        ],
    )
}

fn unit_table(units: &[Unit], base: Option<&str>) -> Table {
    let has_unknown = units.iter().any(|unit| unit.state == UnitState::Unknown);
    let state = if has_unknown { Column::new("state", "state") } else { Column::data("state") };
    Table::of(
        "units",
        units.iter().map(|unit| (unit, base)),
        &[
            (Column::people("place").cut(20), |(unit, base)| place(unit, *base)),
            (Column::new("name", "what").cut(20), |(unit, _)| filled(&unit.name)),
            (Column::people("owner").cut(8).leaves(1), |(unit, _)| filled(&unit.field_text(OWNER))),
            (Column::data("path"), |(unit, _)| Cell::data(unit.path.as_str())),
            (Column::data("line"), |(unit, _)| Cell::data(unit.line)),
            (state, |(unit, _)| Cell::new(unit.state.word())),
            (Column::data("owner"), |(unit, _)| owner(unit)),
            (Column::data("fields"), |(unit, _)| Cell::data(fields(unit))),
        ],
    )
}

fn fields(unit: &Unit) -> Json {
    let fields = unit.fields.iter().filter(|field| field.key != OWNER);
    fields.map(|field| serde_json::json!({"key": field.key, "values": field.values})).collect()
}

fn filled(text: &str) -> Cell {
    if text.is_empty() { Cell::none() } else { Cell::new(text) }
}

fn list_cell(unit: &Unit, key: &str) -> Cell {
    let list = json::texts(unit.field(key));
    filled(&unit.field_text(key)).json(list)
}

fn owner(unit: &Unit) -> Cell {
    Cell::data(json::list(unit.field(OWNER).iter().flat_map(|owners| each_owner(owners))))
}

/// Splits a list of approvers at commas, except within parentheses, which contain the members of an alias.
pub(super) fn each_owner(owners: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_u32;
    let parts = owners.split(move |c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    });
    parts.map(str::trim)
}

fn place(unit: &Unit, base: Option<&str>) -> Cell {
    Cell::new(unit.place()).link(base.map(|base| unit.link(base)))
}

/// The note for an incomplete count.
pub(crate) const INCOMPLETE: &str = "Incomplete: some files were not counted, so the figures are lower bounds.";

/// Adds the facts `complete` and `problems`.
fn completeness(page: &mut Page, is_complete: bool, mut problems: Vec<Problem>) {
    problems.sort_unstable();
    problems.dedup();
    page.fact("complete", is_complete);
    page.fact("problems", problems::json(&problems));
}

/// Returns what a percentage refers to: the peak or start with its value, empty for the total.
fn percent_of(figure: &CountedFigure<'_>) -> Cell {
    let (of, word) = match figure.target.rule.from {
        _ if !figure.target.rule.is_left_only() => ("", "total"),
        Start::Peak => ("its peak", "peak"),
        Start::Count(_) | Start::Day(_) => ("its start", "start"),
    };
    let shown = match (figure.start, figure.target.rule.from) {
        (Some(start), _) => format!("{of}, {start}"),
        (None, Start::Day(day)) if figure.date().is_some_and(|date| date < day) => format!("{of}, on {day}"),
        (None, Start::Day(day)) => format!("{of}: no reading of {day}"),
        (None, Start::Peak | Start::Count(_)) => String::new(),
    };
    filled(&shown).exact(word).json(word)
}

fn percent_cell(percent: Percent) -> Cell {
    Cell::of(words::percent(percent), percent.known())
}

/// Done, total and left for display. An incomplete count has no total, and a rule that counts only what is left shows
/// nothing else.
#[derive(Clone, Copy)]
struct ShownCounts {
    progress: Progress,
    is_complete: bool,
    is_left_only: bool,
}

impl ShownCounts {
    fn done(&self) -> Cell {
        if self.is_left_only { Cell::none() } else { self.number(self.progress.done) }
    }

    fn total(&self) -> Cell {
        if self.is_left_only { Cell::none() } else { self.number(self.progress.total) }
    }

    fn left(&self) -> Cell {
        self.number(self.progress.left())
    }

    fn percent(&self) -> Cell {
        match (self.is_left_only, self.is_complete) {
            // Groups have no known peak.
            (true, _) => Cell::none(),
            (false, true) => percent_cell(self.progress.percent()),
            (false, false) => percent_cell(Percent::Unknown),
        }
    }

    fn number(&self, value: u64) -> Cell {
        if self.is_complete { Cell::number(value) } else { at_least(value) }
    }
}

/// Returns a cell with a lower bound, such as `12+`, which is null in JSON.
pub(crate) fn at_least(value: u64) -> Cell {
    Cell::of(format!("{value}+"), Json::Null).tone(Tone::Warning)
}
