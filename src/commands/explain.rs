//! `offramp explain`: where a number or a state comes from.

use super::reference::{self, ResolvedRef};
use super::{Context, Exit, Failure, complete};
use crate::domain::board::measure::Measure;
use crate::domain::{CounterId, IssueRef, ItemKey, ItemRow, ProjectId, ProjectRow, State};
use crate::insight::explain::Explainer;
use crate::insight::rank;
use crate::report::{Cell, Column, Page, Table, json};
use crate::sources::paths;
use crate::words;

/// The arguments of `explain`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = reference::HELP)]
pub struct ExplainArgs {
    /// What to explain
    #[arg(value_name = "REF", add = complete::names(complete::REFERENCES))]
    pub reference: String,
}

/// Runs the command.
pub fn run(context: &Context, args: &ExplainArgs) -> Result<Exit, Failure> {
    let is_project = context.roadmap(&context.origin())?.project(args.reference.trim()).is_some();
    let needs_no_issues = !is_project && context.is_counter(&args.reference)?;
    let world = if needs_no_issues { context.world_as_fetched()? } else { context.world()? };
    let board = world.board();
    let mut page = context.page("offramp/explain/1", &world);
    let why = &Explainer { world: &world, board: &board };
    match reference::find(context, &world, &board, &args.reference)? {
        ResolvedRef::Project(row) => {
            reference::note_counter(context, &board, &args.reference);
            project(&mut page, why, row);
        }
        ResolvedRef::Item(item) => one_item(&mut page, why, item),
        ResolvedRef::Counter(row) => counter(&mut page, why, &row.id),
        ResolvedRef::Issue(issue, items) => one_issue(&mut page, why, &issue, &items),
    }
    source(&mut page, why);
    context.show(&page)
}

fn project(page: &mut Page, why: &Explainer<'_>, row: &ProjectRow) {
    page.title(format!("{}: {} as of {}", row.id, words::percent(row.percent), why.world.date));
    page.fact("percent", row.percent.known());
    // Before the readings, since CSV prints only the first table.
    page.table(table(why, "items", &row.items.iter().collect::<Vec<_>>()));
    page.line(why.project(row));
    if let Some(id) = &row.measure {
        counter_lines(page, why, id);
    }
    if row.progress.total > 0 {
        let done = words::progress(row.progress);
        page.line(format!("Items: {done} done or removed, {} left, {} free.", row.left, row.free));
    }
    page.points(row.items.iter().map(|item| why.point(item)).collect());
    if row.items.is_empty() {
        page.points(rank(why, &row.id, |_| true, &row.title));
    }
}

/// Explains each item that the issue measures, and names the projects that it tracks as a whole.
fn one_issue(page: &mut Page, why: &Explainer<'_>, id: &IssueRef, items: &[&ItemRow]) {
    for item in items {
        item_lines(page, why, item);
    }
    if items.is_empty() {
        let found = why.world.snapshot.issue(id);
        let on_day = |issue| words::reason_on(issue, why.world.at(why.world.date));
        let state = found.map_or_else(|| "not fetched".to_owned(), on_day);
        page.title(format!("{id} is {state}"));
    }
    let tracked: Vec<_> = reference::tracked(why.world, id).map(|project| project.id.as_str()).collect();
    match tracked.as_slice() {
        [] if items.is_empty() => page.line("It is not an item of the roadmap, so no number depends on it."),
        [] => {}
        ids if items.is_empty() => page.line(format!(
            "It tracks {} as a whole. The percentage comes from the items, and it measures none of them.",
            ids.join(" and ")
        )),
        ids => page.line(format!("It tracks {} as a whole.", ids.join(" and "))),
    }
    let table = table(why, "items", items);
    if let [_] = items {
        page.fact("item", table.first());
    }
    page.fact("tracks", json::list(tracked));
    page.table(table);
}

fn one_item(page: &mut Page, why: &Explainer<'_>, item: &ItemRow) {
    item_lines(page, why, item);
    // JSON has a single item under a key of its own.
    let table = table(why, "", &[item]);
    page.fact("item", table.first());
    page.table(table);
}

fn item_lines(page: &mut Page, why: &Explainer<'_>, item: &ItemRow) {
    page.title(format!("{}: {} as of {}", words::item_ref(item), words::state(item.state), why.world.date));
    page.line(item.title.clone());
    let facts = why.item(item);
    let mut points: Vec<_> = facts.into_iter().map(|(label, text)| format!("{label}: {text}")).collect();
    points.extend(rank(why, &item.project, |key| *key == item.key, &item.title));
    page.points(points);
    if let Measure::Counter(id) = &item.measure {
        counter_lines(page, why, id);
    }
}

/// The scores by which `next` ranks the free pieces of items of a project.
fn rank(why: &Explainer<'_>, project: &ProjectId, is_wanted: impl Fn(&ItemKey) -> bool, title: &str) -> Vec<String> {
    let next = rank::of_items(&why.world.roadmap, &why.world.snapshot, why.board, why.world.rows());
    let pieces = next.free.iter().chain(&next.maybe_free).chain(&next.unchecked);
    let own = pieces.filter(|piece| &piece.project == project && is_wanted(&piece.item));
    let line = |piece: &rank::Piece| {
        let what = if piece.title == title { String::new() } else { format!(" ({})", piece.title) };
        format!("Rank{what}: {}: {}.", rank::points(piece.score), piece.why())
    };
    own.map(line).collect()
}

fn counter(page: &mut Page, why: &Explainer<'_>, id: &CounterId) {
    page.title(format!("Counter {id} as of {}", why.world.date));
    counter_lines(page, why, id);
}

/// Adds the current reading, and the readings of other rules with their difference from it.
fn counter_lines(page: &mut Page, why: &Explainer<'_>, id: &CounterId) {
    for line in why.counter(id) {
        page.line(line);
    }
    let Some(counter) = why.world.roadmap.counter(id) else { return };
    let Some(current) = counter.reading_at(why.world.date) else { return };
    let by_hand = counter.recorded_at(why.world.date);
    let others: Vec<_> = why.other_rules(counter, current);
    if !others.is_empty() {
        page.points(others.iter().map(|(_, text)| text.clone()).collect());
    }
    let readings = std::iter::once(current).chain(by_hand).chain(others.iter().filter_map(|(reading, _)| *reading));
    page.table(Table::of(
        "readings",
        readings.map(|reading| (counter, reading)),
        &[
            (Column::data("counter"), |(counter, _)| Cell::data(counter.id.as_str())),
            (Column::data("date"), |(_, reading)| Cell::data(reading.date.to_string())),
            (Column::data("done"), |(counter, reading)| {
                Cell::data(counter.inner(reading).whole().map(|whole| whole.done))
            }),
            (Column::data("total"), |(counter, reading)| {
                Cell::data(counter.inner(reading).whole().map(|whole| whole.total))
            }),
            (Column::data("left").late(), |(_, reading)| Cell::data(reading.progress.left())),
            (Column::data("percent"), |(counter, reading)| Cell::data(counter.inner(reading).percent().known())),
            (Column::data("rule"), |(_, reading)| Cell::data(reading.rule)),
            (Column::data("rule_name"), |(counter, reading)| {
                Cell::data(counter.rule(reading.rule).and_then(|rule| rule.name.as_deref()))
            }),
            (Column::data("commit"), |(_, reading)| Cell::data(reading.commit.as_deref())),
            (Column::data("note"), |(_, reading)| Cell::data(reading.note.as_deref())),
        ],
    ));
}

fn table(why: &Explainer<'_>, key: &'static str, items: &[&ItemRow]) -> Table {
    Table::of(
        key,
        items.iter().map(|item| (*item, why)),
        &[
            (Column::data("ref"), |(item, _)| Cell::data(words::item_ref(item))),
            (Column::data("state"), |(item, _)| Cell::data(item.state.word())),
            (Column::data("measure"), |(item, _)| Cell::data(words::measure_short(&item.measure))),
            (Column::data("why"), |(item, explainer)| Cell::data(explainer.reason(item))),
            (Column::data("written"), |(item, _)| Cell::data(item.contradicted.map(State::word))),
            (Column::data("freedom"), |(item, _)| Cell::data(words::freedom_word(item.freedom))),
        ],
    )
}

fn source(page: &mut Page, why: &Explainer<'_>) {
    let roadmap = match &why.world.origin {
        crate::domain::Origin::Example(_) => format!("the {}", words::origin(&why.world.origin)),
        crate::domain::Origin::File(path) => paths::shown(path),
    };
    let issues = match why.world.snapshot.fetched_at {
        Some(fetched) => format!("from {}", words::clock(fetched)),
        None if words::needs_issues(&why.world.roadmap) => "never fetched".to_owned(),
        None => "none are named".to_owned(),
    };
    let count = words::count(why.board.totals.projects, "project", "projects");
    page.line(format!("Sources: roadmap: {roadmap} ({count}); issues: {issues}."));
}
