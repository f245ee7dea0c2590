//! `offramp status`: how far along each project is.

use super::{Context, Exit, Failure, complete, reference};
use crate::domain::board::Inner;
use crate::domain::{
    Board, CounterId, Date, Groups, Owner, Percent, Progress, ProjectRow, RecordedFigure, State, World,
};
use crate::insight::money;
use crate::report::{Cell, CellOf, Column, Page, Table, Tone, json};
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
    #[arg(value_name = "PROJECT", add = complete::names(&[complete::projects]))]
    pub projects: Vec<String>,
}

/// Runs the command.
pub fn run(context: &Context, args: &StatusArgs) -> Result<Exit, Failure> {
    context.show(&page(context, args, &context.world_of_links()?)?)
}

fn page(context: &Context, args: &StatusArgs, world: &World) -> Result<Page, Failure> {
    let board = &world.board();
    let rows: Vec<_> = match args.projects.as_slice() {
        [] => board.projects.iter().collect(),
        names => names.iter().map(|name| reference::find_project(world, board, name)).collect::<Result<Vec<_>, _>>()?,
    };
    let mut page = context.page("offramp/status/1", world);
    if args.projects.is_empty() {
        head(&mut page, world, board);
    } else {
        page.line(words::as_of(world));
    }
    let mut shown = columns().to_vec();
    shown.retain(|(column, _)| *column != DUE || rows.iter().any(|row| row.due.is_some()));
    page.table(Table::of("projects", rows.into_iter().map(|row| ProjectLine::new(row, world, board)), &shown));
    Ok(page)
}

fn head(page: &mut Page, world: &World, board: &Board) {
    page.title(world.roadmap.title.clone());
    page.line(words::as_of(world));
    page.line(words::totals(board));
    // To keep the page short, only the counters that measure a project are listed if there are many.
    let has_few = board.counters.len() <= 3;
    let is_measure =
        |id: &CounterId| has_few || world.roadmap.projects.iter().any(|project| project.measure.as_ref() == Some(id));
    let (measures, further): (Vec<_>, Vec<_>) = board.counters.iter().partition(|counter| is_measure(&counter.id));
    for counter in measures {
        page.line(words::counter(counter));
    }
    for account in &world.roadmap.accounts {
        // `offramp spend` shows what it was spent on.
        page.line(money::text::head(account, &money::status(account, world.date)));
    }
    if !further.is_empty() {
        let further = words::count(further.len() as u64, "further counter", "further counters");
        page.line(format!("{further}: `offramp trend` shows them"));
    }
    let sums = board.totals;
    let totals = serde_json::json!({
        "projects": sums.projects,
        "projects_done": sums.projects_done,
        "items": sums.items,
        "left": sums.left,
        "free": sums.free,
        "maybe_free": sums.maybe_free,
        "claims_unchecked": sums.claims_unchecked,
        "unchecked": sums.unchecked,
        "blocked": sums.blocked,
        "unknown": sums.unknown,
        "not_fetched": sums.not_fetched,
    });
    page.fact("totals", totals);
}

/// A project with the data for its cells.
struct ProjectLine<'a> {
    row: &'a ProjectRow,
    world: &'a World,
    board: &'a Board,
    /// Its progress by its measure; `None` if unknown.
    inner: Option<Inner>,
    /// The figure of its measure that was recorded by hand.
    recorded: Option<&'a RecordedFigure>,
}

impl<'a> ProjectLine<'a> {
    fn new(row: &'a ProjectRow, world: &'a World, board: &'a Board) -> Self {
        let counter = row.measure.as_ref().and_then(|id| board.counter(id));
        Self {
            row,
            world,
            board,
            inner: board.measured(row).filter(|_| row.percent.known().is_some()),
            recorded: counter.and_then(|counter| counter.recorded.as_ref()),
        }
    }

    fn whole(&self) -> Option<Progress> {
        self.inner.as_ref().and_then(Inner::whole)
    }

    fn recorded_whole(&self) -> Option<Progress> {
        self.recorded.and_then(|recorded| recorded.inner.whole())
    }
}

/// How many items are left.
pub(super) fn items_left(row: &ProjectRow) -> Cell {
    Cell::of(words::items_left(row), row.items_left())
}

/// The day by which it is due; left out if nothing has one.
pub(super) const DUE: Column = Column::people("DUE").leaves(1);

/// A due day, which stands out once it has passed.
pub(super) fn due(due: Option<Date>, is_left: bool, world: &World) -> Cell {
    let is_late = is_left && due.is_some_and(|due| due < world.date);
    Cell::shown(due).tone(if is_late { Tone::Bad } else { Tone::Plain })
}

fn columns<'a>() -> [(Column, CellOf<ProjectLine<'a>>); 31] {
    [
        (Column::new("project", "PROJECT").cut(20), |it| Cell::new(it.row.id.as_str()).tone(Tone::Strong)),
        (Column::data("title"), |it| Cell::data(it.row.title.as_str())),
        (Column::data("state"), |it| Cell::data(it.row.state.word())),
        (Column::people("DONE").right(), |it| Cell::new(words::percent(it.row.percent)).tone(tone(it.row))),
        (Column::people("PROGRESS"), |it| Cell::new(words::project_done(it.row, it.board))),
        (Column::data("percent"), |it| Cell::data(it.row.percent.known())),
        (Column::data("done"), |it| Cell::data(it.whole().map(|whole| whole.done))),
        (Column::data("total"), |it| Cell::data(it.whole().map(|whole| whole.total))),
        (Column::data("unit_left").late(), |it| Cell::data(it.inner.as_ref().map(|inner| inner.progress.left()))),
        (Column::data("unit"), |it| Cell::data(words::unit(it.row, it.board))),
        (Column::data("items_done"), |it| Cell::data(it.row.progress.done)),
        (Column::data("items_total"), |it| Cell::data(it.row.progress.total)),
        (Column::new("left", "ITEMS LEFT").right(), |it| items_left(it.row)),
        (Column::new("free", "FREE").right().leaves(2), |it| Cell::of(words::items_free(it.row), it.row.free)),
        (Column::data("blocked"), |it| Cell::data(it.row.blocked)),
        (Column::people("STATE").leaves(3), |it| state(it.row.state)),
        (Column::people("OWNER").cut(16).leaves(1), |it| owner(&it.row.owner, &it.world.roadmap.groups)),
        (Column::data("owner"), |it| Cell::data(json::texts(&it.row.owner.names))),
        (Column::data("certainty"), |it| Cell::data(it.row.owner.certainty.word())),
        (DUE, |it| due(it.row.due, !it.row.state.is_end(), it.world)),
        (Column::data("due").late(), |it| Cell::data(json::maybe(it.row.due))),
        (Column::people("TOUCHED").leaves(4), |it| touched(it.row.touched, it.world)),
        (Column::data("touched"), |it| Cell::data(it.row.touched.map(|touched| touched.date().to_string()))),
        (Column::data("counter"), |it| Cell::data(json::maybe(it.row.measure.as_ref()))),
        (Column::data("rule"), |it| Cell::data(it.row.reading.as_ref().map(|reading| reading.rule))),
        (Column::data("counted"), |it| Cell::data(it.row.reading.as_ref().map(|reading| reading.date.to_string()))),
        (Column::data("recorded_done"), |it| Cell::data(it.recorded_whole().map(|whole| whole.done))),
        (Column::data("recorded_total"), |it| Cell::data(it.recorded_whole().map(|whole| whole.total))),
        (Column::data("recorded_left").late(), |it| {
            Cell::data(it.recorded.map(|recorded| recorded.inner.progress.left()))
        }),
        (Column::data("recorded_on"), |it| Cell::data(it.recorded.map(|recorded| recorded.date.to_string()))),
        (Column::people("TITLE").cut(16).leaves(5), |it| {
            Cell::maybe((it.row.title != it.row.id.as_str()).then(|| it.row.title.clone()))
        }),
    ]
}

fn state(state: State) -> Cell {
    Cell::new(words::marked(state)).exact(words::state(state)).tone(state_tone(state))
}

/// An owner in short for people, in full for pipes.
pub(super) fn owner(owner: &Owner, groups: &Groups) -> Cell {
    Cell::new(words::owner_short(owner, groups)).exact(words::owner(owner, groups))
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
