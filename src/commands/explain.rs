//! `offramp explain`: where a number or a state comes from.

use super::reference::{self, ResolvedRef};
use super::{Context, Exit, Failure};
use crate::domain::board::Board;
use crate::domain::board::measure::Measure;
use crate::domain::{Counter, CounterId, IssueRef, ItemRow, ProjectRow, Reading, State, World};
use crate::insight::explain::Explainer;
use crate::insight::rank;
use crate::report::{Cell, Column, Object, Page, Table, json};
use crate::words;

/// The arguments of `explain`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = reference::HELP)]
pub struct ExplainArgs {
    /// What to explain
    #[arg(value_name = "REF", add = super::complete::references())]
    pub reference: String,
}

/// Runs the command.
pub fn run(context: &Context, args: &ExplainArgs) -> Result<Exit, Failure> {
    let is_counter = context.is_counter(&args.reference)?;
    let world = if is_counter { context.world_as_fetched()? } else { context.world()? };
    let board = world.board();
    let mut page = context.page("offramp/explain/1", &world);
    let explainer = Explainer { world: &world, board: &board };
    let why = ExplainPage { explainer, world: &world, board: &board };
    match reference::find(context, &world, &board, &args.reference)? {
        ResolvedRef::Project(row) => why.project(&mut page, row),
        ResolvedRef::Item(item) => why.item(&mut page, item),
        ResolvedRef::Counter(row) => why.counter(&mut page, &row.id),
        ResolvedRef::Issue(issue, items) => why.issue(&mut page, &issue, &items),
    }
    why.source(&mut page);
    context.show(&page)?;
    Ok(Exit::Done)
}

const ITEMS: [Column; 6] = [
    Column::data("ref"),
    Column::data("state"),
    Column::data("measure"),
    Column::data("why"),
    Column::data("written"),
    Column::data("freedom"),
];

const READINGS: [Column; 9] = [
    Column::data("counter"),
    Column::data("date"),
    Column::data("done"),
    Column::data("total"),
    Column::data("percent"),
    Column::data("rule"),
    Column::data("rule_name"),
    Column::data("commit"),
    Column::data("note"),
];

/// Prints what an [`Explainer`] says.
struct ExplainPage<'a> {
    explainer: Explainer<'a>,
    world: &'a World,
    board: &'a Board,
}

impl ExplainPage<'_> {
    fn project(&self, page: &mut Page, row: &ProjectRow) {
        page.title(format!("{}: {} as of {}", row.id, words::percent(row.percent), self.world.date));
        page.fact("percent", row.percent.known());
        // Before the readings: CSV shows the first table.
        page.table(self.table("items", &row.items.iter().collect::<Vec<_>>()));
        page.line(self.explainer.project(row));
        if let Some(id) = &row.measure {
            self.counter_lines(page, id);
        }
        let items = format!("{} done or dropped, {} left, {} free.", words::progress(row.progress), row.left, row.free);
        page.line(format!("Items: {items}"));
        page.points(row.items.iter().map(|item| self.explainer.point(item)).collect());
    }

    /// Each item that the issue measures, and the projects that it tracks as a whole.
    fn issue(&self, page: &mut Page, id: &IssueRef, items: &[&ItemRow]) {
        for item in items {
            self.item_lines(page, item);
        }
        if items.is_empty() {
            let found = self.world.snapshot.issue(id);
            let state = found.map_or_else(|| "not fetched".to_owned(), |issue| words::reason(&issue.state));
            page.title(format!("{id} is {state}"));
        }
        let tracked: Vec<_> = reference::tracked(self.world, id).map(|project| project.id.as_str()).collect();
        match tracked.as_slice() {
            [] if items.is_empty() => page.line("It is no item of the roadmap, so no number depends on it."),
            [] => {}
            ids if items.is_empty() => page.line(format!(
                "It tracks {} as a whole, whose percentage comes from its items; it measures none of them.",
                ids.join(" and ")
            )),
            ids => page.line(format!("It tracks {} as a whole.", ids.join(" and "))),
        }
        if let [item] = items {
            page.fact("item", self.facts(item));
        }
        page.fact("tracks", json::list(tracked));
        page.table(self.table("items", items));
    }

    fn item(&self, page: &mut Page, item: &ItemRow) {
        self.item_lines(page, item);
        page.fact("item", self.facts(item));
        // JSON has it already.
        page.table(self.table("", &[item]));
    }

    fn item_lines(&self, page: &mut Page, item: &ItemRow) {
        page.title(format!("{}: {} as of {}", words::item_ref(item), words::state(item.state), self.world.date));
        page.line(item.title.clone());
        let facts = self.explainer.item(item);
        let mut points: Vec<_> = facts.into_iter().map(|(label, text)| format!("{label}: {text}")).collect();
        points.extend(self.rank(item));
        page.points(points);
        if let Measure::Counter(id) = &item.measure {
            self.counter_lines(page, id);
        }
    }

    /// The sum by which `next` ranks what is free of an item.
    fn rank(&self, item: &ItemRow) -> Vec<String> {
        let next = rank::next(&self.world.roadmap, &self.world.snapshot, self.board, self.world.rows());
        let pieces = next.free.iter().chain(&next.maybe_free);
        let own = pieces.filter(|piece| piece.project == item.project && piece.item == item.key);
        let line = |piece: &rank::Piece| {
            let what = if piece.title == item.title { String::new() } else { format!(" ({})", piece.title) };
            let why = words::named(&piece.why(), &self.world.roadmap.groups);
            format!("Rank{what}: {}: {why}.", rank::points(piece.score))
        };
        own.map(line).collect()
    }

    fn counter(&self, page: &mut Page, id: &CounterId) {
        page.title(format!("Counter {id} as of {}", self.world.date));
        self.counter_lines(page, id);
    }

    /// Each rule with its reading, at the same commit where there is one, and how far it is from the first.
    fn counter_lines(&self, page: &mut Page, id: &CounterId) {
        for line in self.explainer.counter(id) {
            page.line(line);
        }
        let Some(counter) = self.world.roadmap.counter(id) else { return };
        let Some(holds) = counter.reading_at(self.world.date) else { return };
        let by_hand = counter.recorded_at(self.world.date);
        let others: Vec<_> = self.explainer.other_rules(counter, holds);
        if !others.is_empty() {
            page.points(others.iter().map(|(_, text)| text.clone()).collect());
        }
        let readings = std::iter::once(holds).chain(by_hand).chain(others.iter().filter_map(|(reading, _)| *reading));
        let mut table = Table::new("readings", &READINGS);
        for reading in readings {
            table.row(reading_cells(counter, reading));
        }
        page.table(table);
    }

    fn facts(&self, item: &ItemRow) -> Object {
        Object::new()
            .with("ref", words::item_ref(item))
            .with("state", item.state.word())
            .with("measure", words::measure_short(&item.measure))
            .with("why", self.explainer.reason(item))
            .with("written", item.contradicted.map(State::word))
            .with("freedom", words::freedom_word(item.freedom))
    }

    fn table(&self, key: &'static str, items: &[&ItemRow]) -> Table {
        let mut table = Table::new(key, &ITEMS);
        for item in items {
            table.row(self.facts(item).into_values().map(Cell::data).collect());
        }
        table
    }

    fn source(&self, page: &mut Page) {
        let roadmap = match &self.world.origin {
            crate::domain::Origin::Example => "the example that is built in".to_owned(),
            crate::domain::Origin::File(path) => crate::sources::paths::shown(path),
        };
        let issues = self
            .world
            .snapshot
            .fetched_at
            .map_or_else(|| "never fetched".to_owned(), |taken| format!("from {}", words::clock(taken)));
        let count = words::count(self.board.totals.projects, "project", "projects");
        page.line(format!("Sources: roadmap: {roadmap} ({count}); issues: {issues}."));
    }
}

fn reading_cells(counter: &Counter, reading: &Reading) -> Vec<Cell> {
    vec![
        Cell::data(counter.id.as_str()),
        Cell::data(reading.date.to_string()),
        Cell::data(reading.progress.done),
        Cell::data(reading.progress.total),
        Cell::data(reading.progress.percent().known()),
        Cell::data(reading.rule),
        Cell::data(counter.rule(reading.rule).and_then(|rule| rule.name.as_deref())),
        Cell::data(reading.commit.as_deref()),
        Cell::data(reading.note.as_deref()),
    ]
}
