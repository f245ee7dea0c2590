//! `offramp status`: how far every project is.

use super::{Context, Exit, Failure, reference};
use crate::domain::{Board, CounterId, OwnerName, Percent, ProjectRow, State, World};
use crate::insight::money;
use crate::report::{Cell, Column, Page, Table, Tone, json};
use crate::words;

const EXAMPLES: &str = "\
Examples:
  offramp status                        all projects of the roadmap
  offramp status kubernetes-jenkins kubernetes-site
  offramp status --as-of 2021-06        as it was at the end of June 2021
  offramp status -o md                  a table for the meeting notes
  offramp status -o json | jq '.projects[] | select(.free > 0) | .project'";

/// The arguments of `status`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct StatusArgs {
    /// Only these projects, by id or alias
    #[arg(value_name = "PROJECT", add = super::complete::projects())]
    pub projects: Vec<String>,
}

const COLUMNS: [Column; 27] = [
    Column::new("project", "PROJECT").cut(20),
    Column::data("title"),
    Column::data("state"),
    Column::people("DONE").right(),
    Column::people("PROGRESS"),
    Column::data("percent"),
    Column::data("done"),
    Column::data("total"),
    Column::data("unit"),
    Column::data("items_done"),
    Column::data("items_total"),
    Column::new("left", "LEFT").right(),
    Column::new("free", "FREE").right().leaves(2),
    Column::data("blocked"),
    Column::people("STATE").leaves(3),
    Column::people("OWNER").cut(16).leaves(1),
    Column::data("owner"),
    Column::data("certainty"),
    Column::people("TOUCHED").leaves(4),
    Column::data("touched"),
    Column::data("counter"),
    Column::data("rule"),
    Column::data("counted"),
    Column::data("recorded_done"),
    Column::data("recorded_total"),
    Column::data("recorded_on"),
    Column::people("TITLE").cut(16).leaves(5),
];

/// Runs the command.
pub fn run(context: &Context, args: &StatusArgs) -> Result<Exit, Failure> {
    context.show(&page(context, args, &context.world()?)?)?;
    Ok(Exit::Done)
}

fn page(context: &Context, args: &StatusArgs, world: &World) -> Result<Page, Failure> {
    let board = &world.board();
    let rows = match args.projects.as_slice() {
        [] => board.projects.iter().collect(),
        names => names.iter().map(|name| reference::find_project(world, board, name)).collect::<Result<Vec<_>, _>>()?,
    };
    let mut page = context.page("offramp/status/1", world);
    if args.projects.is_empty() {
        head(&mut page, world, board);
    } else {
        page.line(words::as_of(world));
    }
    let mut table = Table::new("projects", &COLUMNS);
    for row in rows {
        table.row(cells(row, world, board, context.style.ascii));
    }
    page.table(table);
    Ok(page)
}

fn head(page: &mut Page, world: &World, board: &Board) {
    page.title(world.roadmap.title.clone());
    page.line(words::as_of(world));
    page.line(words::totals(board));
    // The page stays short: with many counters only those that are a percentage are listed here.
    let has_few = board.counters.len() <= 3;
    let is_measure =
        |id: &CounterId| has_few || world.roadmap.projects.iter().any(|project| project.measure.as_ref() == Some(id));
    let (measures, further): (Vec<_>, Vec<_>) = board.counters.iter().partition(|counter| is_measure(&counter.id));
    for counter in measures {
        page.line(words::counter(counter));
    }
    for account in &world.roadmap.accounts {
        // What it was spent on is for `offramp spend`.
        page.line(money::text::head(account, &money::status(account, world.date)));
    }
    if !further.is_empty() {
        let further = words::count(further.len() as u64, "further counter", "further counters");
        page.line(format!("{further}: `offramp trend` shows them"));
    }
    let sums = board.totals;
    let totals = crate::report::Object::new()
        .with("projects", sums.projects)
        .with("projects_done", sums.projects_done)
        .with("items", sums.items)
        .with("left", sums.left)
        .with("free", sums.free)
        .with("maybe_free", sums.maybe_free)
        .with("blocked", sums.blocked)
        .with("unknown", sums.unknown);
    page.fact("totals", totals);
}

fn cells(row: &ProjectRow, world: &World, board: &Board, ascii: bool) -> Vec<Cell> {
    let counted = row.reading.as_ref();
    let counter = row.measure.as_ref().and_then(|id| board.counter(id));
    let recorded = counter.and_then(|counter| counter.recorded.as_ref());
    let known = row.percent != Percent::Unknown;
    let progress = counted.map_or(row.progress, |reading| reading.progress);
    let shown = words::project_done(row, board);
    vec![
        Cell::new(row.id.as_str()).tone(Tone::Strong),
        Cell::data(row.title.as_str()),
        Cell::data(row.state.word()),
        Cell::new(words::percent(row.percent)).tone(tone(row)),
        Cell::new(shown),
        Cell::data(row.percent.known()),
        Cell::data(known.then_some(progress.done)),
        Cell::data(known.then_some(progress.total)),
        Cell::data(words::unit(row, board)),
        Cell::data(row.progress.done),
        Cell::data(row.progress.total),
        Cell::number(row.left),
        Cell::number(row.free),
        Cell::data(row.blocked),
        Cell::new(words::marked(row.state, ascii)).exact(words::state(row.state)).tone(state_tone(row.state)),
        Cell::new(words::owner_short(&row.owner, &world.roadmap.groups))
            .exact(words::owner(&row.owner, &world.roadmap.groups)),
        Cell::data(json::list(row.owner.names.iter().map(OwnerName::as_str))),
        Cell::data(row.owner.certainty.word()),
        touched(row.touched, world),
        Cell::data(row.touched.map(|touched| touched.date().to_string())),
        Cell::data(row.measure.as_ref().map(ToString::to_string)),
        Cell::data(counted.map(|reading| reading.rule)),
        Cell::data(counted.map(|reading| reading.date.to_string())),
        Cell::data(recorded.map(|reading| reading.progress.done)),
        Cell::data(recorded.map(|reading| reading.progress.total)),
        Cell::data(recorded.map(|reading| reading.date.to_string())),
        Cell::maybe((row.title != row.id.as_str()).then(|| row.title.clone())),
    ]
}

/// An age for people, a date for pipes.
pub(super) fn touched(touched: Option<crate::domain::Timestamp>, world: &World) -> Cell {
    touched.map_or_else(Cell::none, |touched| {
        Cell::new(words::ago(touched, world.date)).exact(touched.date().to_string()).tone(Tone::Faint)
    })
}

fn tone(row: &ProjectRow) -> Tone {
    match row.percent {
        Percent::Unknown => Tone::Warning,
        Percent::Known(100) => Tone::Good,
        Percent::Known(_) => Tone::Plain,
    }
}

/// The tone of a state.
pub(super) fn state_tone(state: State) -> Tone {
    match state {
        State::Done | State::Removed => Tone::Good,
        State::Dropped => Tone::Faint,
        State::Unknown | State::NotFetched | State::ClosedNotDone => Tone::Warning,
        State::Todo | State::Started => Tone::Plain,
    }
}
