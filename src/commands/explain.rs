//! `offramp explain`: where a number or a state comes from.

use super::reference::{self, ResolvedRef};
use super::{Context, Exit, Failure};
use crate::domain::board::Board;
use crate::domain::board::measure::Measure;
use crate::domain::{Counter, CounterId, IssueRef, ItemRow, ProjectRow, Reading, State, World};
use crate::insight::rank;
use crate::report::{Cell, Column, Json, Object, Page, Table};
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
    let why = Explainer { world: &world, board: &board };
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

struct Explainer<'a> {
    world: &'a World,
    board: &'a Board,
}

impl Explainer<'_> {
    fn project(&self, page: &mut Page, row: &ProjectRow) {
        page.title(format!("{}: {} as of {}", row.id, words::percent(row.percent), self.world.date));
        page.fact("percent", row.percent.known());
        // Before the readings: CSV shows the first table.
        page.table(self.table("items", &row.items.iter().collect::<Vec<_>>()));
        match &row.measure {
            Some(id) => {
                page.line(format!(
                    "Its measure is the counter {id}: done / total, rounded down. Whole items are shown beside it."
                ));
                self.counter_lines(page, id);
            }
            None => page.line(items_rule(row)),
        }
        let items = format!("{} done or dropped, {} left, {} free.", words::progress(row.progress), row.left, row.free);
        page.line(format!("Items: {items}"));
        page.points(row.items.iter().map(|item| self.point(item)).collect());
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
        page.fact("tracks", Json::list(tracked));
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
        let mut points =
            vec![format!("State: {}, since {}. {}.", words::state(item.state), self.reason(item), rule(item.state))];
        if let Some(written) = item.contradicted {
            points.push(format!("The roadmap says {}; the measure counts.", words::state(written)));
        }
        if let Some(inner) = &item.inner {
            points.push(format!("Inside: {}; this is never mixed into a percentage of items.", words::inner(inner)));
        }
        points.push(format!("Owner: {}.", words::owner_in_full(&item.owner, &self.world.roadmap.groups)));
        points.push(format!("Free: {}.", self.freedom(item)));
        if let Some(touched) = item.touched {
            points.push(format!("Touched: {}, the last comment of a person.", touched.date()));
        }
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
        let Some(counter) = self.world.roadmap.counter(id) else { return };
        let Some(holds) = counter.reading_at(self.world.date) else {
            page.line(format!(
                "No reading of {id} is from {} or before, so it is {}.",
                self.world.date,
                words::UNKNOWN
            ));
            return;
        };
        page.line(reading_line(counter, holds));
        let by_hand = counter.recorded_at(self.world.date);
        if let Some(recorded) = by_hand {
            let note = recorded.note.as_deref().map(|note| format!(": {note}")).unwrap_or_default();
            page.line(format!("{}{note}. The counted figure is shown.", words::recorded(recorded)));
        }
        if let Some(note) = counter.rule(holds.rule).and_then(|rule| rule.note.as_deref()) {
            page.line(format!("Rule {}: {note}", holds.rule));
        }
        let others: Vec<_> = self.other_rules(counter, holds);
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

    fn other_rules<'a>(&self, counter: &'a Counter, holds: &Reading) -> Vec<(Option<&'a Reading>, String)> {
        let others = counter.rules.iter().filter(|rule| rule.version != holds.rule);
        others
            .map(|rule| {
                let beside = counter.comparable_reading(holds, rule.version, self.world.date);
                let name = rule.name.as_deref().map(|name| format!(" ({name})")).unwrap_or_default();
                let said = beside.map_or_else(|| "no reading yet".to_owned(), |reading| difference(reading, holds));
                let note = rule.note.as_deref().map(|note| format!(" {note}")).unwrap_or_default();
                (beside, format!("Rule {}{name}: {said}.{note}", rule.version))
            })
            .collect()
    }

    fn reason(&self, item: &ItemRow) -> String {
        let issue = item.issue.as_ref().and_then(|id| self.world.snapshot.issue(id));
        words::measure(item, issue, &self.world.roadmap.repo)
    }

    fn point(&self, item: &ItemRow) -> String {
        let is_counted = matches!(item.measure, Measure::Counter(_));
        let inner = item.inner.as_ref().filter(|_| !is_counted);
        let inner = inner.map(|inner| format!(", {} inside", words::inner(inner))).unwrap_or_default();
        format!("{}: {}, since {}{inner}", item.title, words::state(item.state), self.reason(item))
    }

    fn freedom(&self, item: &ItemRow) -> String {
        let waits: Vec<_> =
            item.blocked_by.iter().map(|target| words::target(target, &self.world.roadmap.repo)).collect();
        match item.freedom {
            crate::domain::Freedom::Free => "yes: open, unassigned, no open pull request known, not blocked".to_owned(),
            crate::domain::Freedom::MaybeFree(days) if item.assignees.is_empty() => {
                format!("maybe: it was claimed, and silent for {} since", words::days(days))
            }
            crate::domain::Freedom::MaybeFree(days) => {
                format!("maybe: {} assigned, silent for {}", words::people(&item.assignees), words::days(days))
            }
            crate::domain::Freedom::Taken if item.assignees.is_empty() => {
                "no: a pull request is open, or a comment claims it or each of its boxes".to_owned()
            }
            crate::domain::Freedom::Taken => format!("no: assigned to {}", words::people(&item.assignees)),
            crate::domain::Freedom::Blocked => format!("no: it waits for {}", waits.join(", ")),
            crate::domain::Freedom::Unclear => "no: what there is to do is not decided".to_owned(),
            crate::domain::Freedom::Unchecked => {
                "not known: what would tell was not fetched (`offramp sync`)".to_owned()
            }
            crate::domain::Freedom::Ended => "no: nothing is left".to_owned(),
        }
    }

    fn facts(&self, item: &ItemRow) -> Object {
        Object::new()
            .with("ref", words::item_ref(item))
            .with("state", item.state.word())
            .with("measure", words::measure_short(&item.measure))
            .with("why", self.reason(item))
            .with("written", item.contradicted.map(State::word))
            .with("freedom", words::freedom_word(item.freedom))
    }

    fn table(&self, key: &'static str, items: &[&ItemRow]) -> Table {
        let mut table = Table::new(key, &ITEMS);
        for item in items {
            table.row(self.facts(item).0.into_iter().map(|(_, value)| Cell::data(value)).collect());
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

fn items_rule(row: &ProjectRow) -> String {
    if row.percent.known().is_none() {
        return "What there is to do is not known for any of its items, so there is no percentage.".to_owned();
    }
    "It has no counter, so its percentage is items done or removed / items in scope, rounded down.".to_owned()
}

/// The rule of truth behind a state.
fn rule(state: State) -> &'static str {
    match state {
        State::Todo => "To do is what is open and has no sign of work yet",
        State::Started => "Started is what is partly done or assigned",
        State::Done => "Done is what was moved",
        State::Removed => "Removed is what was deleted, with nothing to move",
        State::Dropped => "Dropped is out of scope and leaves the total",
        State::ClosedNotDone => "What was closed like this is left until the roadmap says done, removed or dropped",
        State::Unknown => "What is unknown is shown as ?? and never as 0",
        State::NotFetched => "An issue that was never fetched says so; it is neither 0 % nor unknown work",
    }
}

fn reading_line(counter: &Counter, reading: &Reading) -> String {
    let source = match &reading.commit {
        Some(commit) => format!("counted at commit {commit}"),
        None => "recorded by hand".to_owned(),
    };
    let name = counter.rule(reading.rule).and_then(|rule| rule.name.as_deref()).map(|name| format!(" ({name})"));
    let note = reading.note.as_deref().map(|note| format!("; {note}")).unwrap_or_default();
    let share = words::percent(reading.progress.percent());
    format!(
        "{} {} = {share} on {}, by rule {}{}, {source}{note}.",
        counter.unit,
        words::progress(reading.progress),
        reading.date,
        reading.rule,
        name.unwrap_or_default()
    )
}

/// What another rule says, and how far that is from the one that holds.
fn difference(other: &Reading, holds: &Reading) -> String {
    let done = other.progress.done as i64 - holds.progress.done as i64;
    let total = other.progress.total as i64 - holds.progress.total as i64;
    let share = words::percent(other.progress.percent());
    let of_total = if total == 0 { String::new() } else { format!(", {total:+} in scope") };
    format!("{} = {share} on {} ({done:+} done{of_total})", words::progress(other.progress), other.date)
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
