//! `offramp brief`: the page for a meeting.

use std::cmp::Reverse;

use chrono::Days;

use super::{Context, Exit, Failure, changes as changes_command, check, checkout_facts, complete, last_meeting, spend};
use crate::domain::{Board, Counter, Date, ItemRow, Owner, OwnerName, ProjectRow, World};
use crate::insight::changes;
use crate::insight::explain;
use crate::insight::finding::{self, Finding, Severity};
use crate::insight::money;
use crate::insight::rank;
use crate::insight::trend;
use crate::report::{Cell, Column, Format, Page, Table};
use crate::words;

const EXAMPLES: &str = "\
Examples:
  offramp brief                         read it before the meeting
  offramp brief -o md > notes.md        paste it into the meeting notes
  offramp brief --owner testing -o md   only what concerns one group";

/// The arguments of `brief`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct BriefArgs {
    /// Compare with the end of this day [default: the day before the last meeting, else 14 days ago]
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    pub since: Option<String>,
    /// Only what this owner owns or may own: a group, @login, @org/team
    #[arg(long, alias = "sig", value_name = "OWNER", add = complete::names(&[complete::owners]))]
    pub owner: Option<String>,
}

/// How many points of a list are shown; more would take too much of a meeting.
const MOST_POINTS: usize = 8;
/// How far ahead of a meeting due days are listed, in days.
const DUE_SOON_DAYS: u64 = 28;

/// Runs the command.
pub fn run(context: &Context, args: &BriefArgs) -> Result<Exit, Failure> {
    let mut world = context.world()?;
    checkout_facts::count_left(context, &mut world);
    let owner = args.owner.as_deref().map(|text| changes_command::owner(&world, text)).transpose()?;
    let since = last_meeting::since(context, &world, args.since.as_deref(), owner.as_ref().and_then(OwnerName::group))?;
    world.moves = Some(changes_command::moved(context, &world, since.0, owner.as_ref()));
    context.show(&page(context, &world, since, owner.as_ref()))
}

/// Builds the page of the changes since a day; `why` says how that day was chosen.
pub(super) fn page(context: &Context, world: &World, (since, why): (Date, String), owner: Option<&OwnerName>) -> Page {
    let board = world.board();
    let before = board.on(&world.roadmap, &world.snapshot, since.min(world.date));
    let mut found = changes::compare(&world.roadmap, &world.snapshot, &before, &board);
    if let Some(owner) = owner {
        found = found.of_owner(owner, &world.roadmap, &board);
    }
    let mut page = context.page("offramp/brief/1", world);
    head(&mut page, world, &board, owner, &why);
    page.table(how_far(world, &board, owner));
    if matches!(context.format, Format::Json | Format::Plain) {
        page.fact("since", since.to_string());
        page.fact("until", world.date.to_string());
        changes_command::data(&mut page, world, &found);
        changes_command::moves(&mut page, context.format, world, found.since);
        if owner.is_none() {
            let accounts = world.roadmap.accounts.iter();
            let all: Vec<_> = accounts.map(|account| (account, money::status(account, world.date))).collect();
            page.table(spend::table(&all));
        }
        page.table(due_table(&due_soon(&board, owner).1));
        let (_, found) = disagreements(context, world, &board, owner);
        page.table(check::table(found.iter().map(|finding| (finding, None)), world));
        return page;
    }
    changes_command::people(&mut page, world, &found);
    changes_command::decisions(&mut page, &found);
    changes_command::counters(&mut page, &found);
    changes_command::moves(&mut page, context.format, world, found.since);
    if owner.is_none() && !world.roadmap.accounts.is_empty() {
        page.title("Money");
        page.points(money::lines(&world.roadmap, world.date));
    }
    due_points(&mut page, world, &due_soon(&board, owner));
    disagree(&mut page, context, world, &board, owner);
    hand_out(&mut page, world, &board, owner);
    page
}

fn head(page: &mut Page, world: &World, board: &Board, owner: Option<&OwnerName>, why: &str) {
    match owner {
        Some(owner) => {
            page.title(format!("{}: {}", world.roadmap.title, words::owner_name(owner, &world.roadmap.groups)));
        }
        None => page.title(world.roadmap.title.clone()),
    }
    page.line(words::as_of(world));
    page.line(format!("Changes {why}"));
    if owner.is_none() {
        page.line(words::totals(board));
    }
    let measures = |counter: &Counter| board.projects.iter().any(|row| row.measure.as_ref() == Some(&counter.id));
    let is_shown = |counter: &Counter| match owner {
        Some(owner) => counter.concerns(owner, board),
        None => measures(counter),
    };
    for counter in world.roadmap.counters.iter().filter(|counter| is_shown(counter)) {
        let trend = trend::of_counter(counter, world.date);
        if let Some(last) = trend.last() {
            let by_hand = counter.recorded_at(world.date).map(|it| words::recorded(&counter.recorded(it)));
            let by_hand = by_hand.map(|recorded| format!(" ({recorded})")).unwrap_or_default();
            let label = world.roadmap.label(counter);
            let now = if trend.start.is_some() {
                let inner = trend.inner(last);
                format!("{} ({}) on {}", words::amount(&inner), words::share(&inner), last.date)
            } else {
                format!("{} of {}, {} left on {}", last.done, last.total, last.left(), last.date)
            };
            page.line(format!("{label}: {now}{by_hand}; {}", trend::text::outlook(&trend)));
        }
    }
}

/// Something that is due soon: an item, or a project as a whole.
type Due<'b> = (Date, &'b ProjectRow, Option<&'b ItemRow>);

/// Returns the day by which something is due soon, and what is due by then, earliest first. What is late is a finding.
fn due_soon<'b>(board: &'b Board, owner: Option<&OwnerName>) -> (Date, Vec<Due<'b>>) {
    let until = board.date + Days::new(DUE_SOON_DAYS);
    let is_soon = |due: &Date| (board.date..=until).contains(due);
    let is_theirs = |own: &Owner| owner.is_none_or(|owner| own.includes(owner));
    let mut found = Vec::new();
    for row in &board.projects {
        let own = row.due.filter(|_| !row.state.is_end() && is_theirs(&row.owner));
        let items = row.items.iter().filter(|item| item.is_left() && is_theirs(&item.owner));
        let all = own
            .map(|due| (due, row, None))
            .into_iter()
            .chain(items.filter_map(|item| Some((item.due?, row, Some(item)))));
        found.extend(all.filter(|(due, ..)| is_soon(due)));
    }
    found.sort_by_key(|(due, ..)| *due);
    (until, found)
}

fn due_points(page: &mut Page, world: &World, (until, found): &(Date, Vec<Due<'_>>)) {
    let point = |own: &Due<'_>| match own {
        (due, row, Some(item)) => {
            let issue = item.issue.as_ref().map(|id| format!(" ({})", id.short(&world.roadmap.repo)));
            format!("{due}: {}{}, {}", item.title, issue.unwrap_or_default(), row.id)
        }
        (due, row, None) => format!("{due}: {}", row.title),
    };
    if !found.is_empty() {
        page.title(format!("Due by {until} ({})", found.len()));
        first_points(page, found.iter().map(point), "offramp list");
    }
}

fn due_table(found: &[Due<'_>]) -> Table {
    Table::of(
        "due",
        found,
        &[
            (Column::new("due", "DUE"), |(due, ..)| Cell::new(due.to_string())),
            (Column::new("project", "PROJECT"), |(_, row, _)| Cell::new(row.id.as_str())),
            (Column::new("item", "ITEM"), |(.., item)| Cell::maybe(item.map(|item| item.key.as_str()))),
            (Column::new("title", "TITLE"), |(_, row, item)| Cell::new(item.map_or(&row.title, |item| &item.title))),
            (Column::new("issue", "ISSUE"), |(.., item)| Cell::shown(item.and_then(|item| item.issue.as_ref()))),
        ],
    )
}

fn belongs(row: &ProjectRow, owner: Option<&OwnerName>) -> bool {
    owner.is_none_or(|owner| row.owner.includes(owner) || row.items.iter().any(|item| item.owner.includes(owner)))
}

fn how_far(world: &World, board: &Board, owner: Option<&OwnerName>) -> Table {
    let shown = board.projects.iter().filter(|row| belongs(row, owner) && !row.state.is_end());
    Table::of(
        "projects",
        shown.map(|row| (row, board, &world.roadmap.groups)),
        &[
            (Column::new("project", "PROJECT").cut(20), |(row, ..)| Cell::new(row.id.as_str())),
            (Column::new("percent", "DONE").right(), |(row, ..)| {
                Cell::of(words::percent(row.percent), row.percent.known())
            }),
            (Column::people("PROGRESS"), |(row, board, _)| Cell::new(words::project_done(row, board))),
            (Column::new("left", "ITEMS LEFT").right(), |(row, ..)| super::status::items_left(row)),
            (Column::new("free", "FREE").right(), |(row, ..)| Cell::of(words::items_free(row), row.free)),
            (Column::new("owner", "OWNER").cut(16), |(row, _, groups)| Cell::new(words::owner(&row.owner, groups))),
            (Column::new("title", "TITLE").cut(16).leaves(1), |(row, ..)| {
                Cell::of(if row.title == row.id.as_str() { "" } else { row.title.as_str() }, row.title.as_str())
            }),
        ],
    )
}

/// The findings from warnings up, the worst first, and the day they are about.
fn disagreements(context: &Context, world: &World, board: &Board, owner: Option<&OwnerName>) -> (Date, Vec<Finding>) {
    let day = finding::day_of(world, check::moment(context));
    let checked = finding::of_board(world, &board.on(&world.roadmap, &world.snapshot, day));
    let is_owned = |finding: &Finding| {
        let Some(owner) = owner else { return true };
        let location = &finding.location;
        let Some(project) = location.project.as_ref().and_then(|id| world.roadmap.project(id.as_str())) else {
            return false;
        };
        let item = location.item.as_ref().and_then(|key| project.items.iter().find(|item| item.key == *key));
        item.and_then(|item| item.owner.as_ref()).unwrap_or(&project.owner).includes(owner)
    };
    let is_shown = |finding: &Finding| finding.severity > Severity::Info && is_owned(finding);
    let mut shown: Vec<_> = checked.findings.into_iter().filter(is_shown).collect();
    // Findings about the whole file are the least urgent.
    shown.sort_by_key(|finding| (Reverse(finding.severity), finding.location.project.is_none()));
    (checked.date, shown)
}

fn disagree(page: &mut Page, context: &Context, world: &World, board: &Board, owner: Option<&OwnerName>) {
    let (date, mut shown) = disagreements(context, world, board, owner);
    // These two are already listed as decisions.
    shown.retain(|finding| !["owner-unsettled", "placeholder"].contains(&finding.rule));
    if shown.is_empty() {
        return;
    }
    page.title(format!("Roadmap and issues disagree ({})", shown.len()));
    if date != world.date {
        page.line(format!("Compared with what was known on {date}"));
    }
    let line = |finding: &Finding| format!("{}: {}", finding.location, finding.message);
    first_points(page, shown.iter().map(line), "offramp check");
}

/// Lists the first points, and names the command that lists the rest.
fn first_points(page: &mut Page, mut points: impl ExactSizeIterator<Item = String>, command: &str) {
    page.points(points.by_ref().take(MOST_POINTS).collect());
    if points.len() > 0 {
        page.line(format!("and {} more ({command})", points.len()));
    }
}

fn hand_out(page: &mut Page, world: &World, board: &Board, owner: Option<&OwnerName>) {
    let mut next = rank::of_items(&world.roadmap, &world.snapshot, board, world.rows());
    let is_theirs = |piece: &rank::Piece| owner.is_none_or(|owner| piece.owner.includes(owner));
    for pieces in [&mut next.free, &mut next.maybe_free, &mut next.unchecked] {
        pieces.retain(is_theirs);
    }
    let next = next.each_issue_once();
    let line = |piece: &rank::Piece| {
        let issue = piece.claimed_on().map(|id| format!(" ({})", id.short(&world.roadmap.repo))).unwrap_or_default();
        let whole = piece.whole.as_ref().map(|whole| format!(", of {whole}")).unwrap_or_default();
        let project = piece.unnamed_project().map(|project| format!(", {project}")).unwrap_or_default();
        format!("{}{issue}{whole}{project}", piece.title)
    };
    if !next.free.is_empty() {
        page.title(format!("Free to hand out ({})", next.count_of_free()));
        first_points(page, next.free.iter().map(line), "offramp next");
    }
    if !next.unchecked.is_empty() {
        page.title(format!("Claims not checked, ask first ({})", next.unchecked.len()));
        page.line(explain::claims_not_read(world));
        first_points(page, next.unchecked.iter().map(line), "offramp next");
    }
}
