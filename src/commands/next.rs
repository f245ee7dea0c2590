//! `offramp next`: what to take next, and why that first.

use super::{Context, Exit, Failure, checkout_facts};
use crate::domain::board::measure::Measure;
use crate::domain::filter::{Candidate, KnownValues, select, text_of};
use crate::domain::{Board, Filter, World, item_name};
use crate::insight::claims::ClaimedBox;
use crate::insight::rank::{self, Next, Part, Piece};
use crate::report::{Cell, Column, Format, Json, Object, Page, Table, Tone, json};
use crate::words;

const EXAMPLES: &str = "\
Examples:
  offramp next                      the ten best pieces, each with its reasons
  offramp next owner:testing        what a group could hand out
  offramp next owner:@login         what one person could begin with
  offramp next kind:docs --all      all work of a kind
  offramp next -o json | jq -r '.free[0].claim'   what to say on GitHub to take the first";

/// The arguments of `next`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct NextArgs {
    /// Filter words, as `list` takes them
    #[arg(value_name = "FILTER", value_parser = super::arguments::shown, add = super::complete::filter_words())]
    pub filter: Vec<String>,
    /// Show so many [default on a terminal: 10]
    #[arg(short = 'n', long, value_name = "COUNT")]
    pub limit: Option<usize>,
    /// Show all
    #[arg(long, conflicts_with = "limit")]
    pub all: bool,
}

const COLUMNS: [Column; 15] = [
    Column::new("score", "SCORE").right(),
    Column::new("title", "WHAT"),
    Column::people("WHERE"),
    Column::data("project"),
    Column::data("item"),
    Column::new("kind", "KIND"),
    Column::people("ISSUE"),
    Column::data("issue"),
    Column::people("OWNER"),
    Column::data("owner"),
    Column::people("WHY"),
    Column::data("reasons"),
    Column::data("claim"),
    Column::data("part"),
    Column::data("repo"),
];

/// Runs the command.
pub fn run(context: &Context, args: &NextArgs) -> Result<Exit, Failure> {
    let filter = Filter::from_arguments(&args.filter)?;
    let mut world = context.world()?;
    KnownValues { roadmap: &world.roadmap, groups: &world.roadmap.groups }.check(&filter)?;
    let filter = filter.with_me(world.me.as_deref())?;
    checkout_facts::count_left(context, &mut world);
    let board = world.board();
    let mut next = rank::next(&world.roadmap, &world.snapshot, &board, world.rows());
    narrow(&mut next, &world, &board, &filter);
    let most = if context.format == Format::Table { 10 } else { usize::MAX };
    let limit = if args.all { usize::MAX } else { args.limit.unwrap_or(most) };
    let mut page = context.page("offramp/next/1", &world);
    page.line(words::as_of(&world));
    counted(&mut page, &world);
    if context.format == Format::Table {
        people(&mut page, &world, &next, limit);
        hint(context, &world, &board, &next);
    } else {
        tables(&mut page, context.format, &world, &next, limit);
    }
    context.show(&page)?;
    Ok(Exit::Done)
}

/// Says where the jobs of repositories come from.
fn counted(page: &mut Page, world: &World) {
    let commit = world.checkout.as_ref().filter(|_| !world.rows().is_empty()).and_then(|facts| facts.commit.as_ref());
    if let Some((commit, day)) = commit {
        page.line(format!("What is left of counters: counted at {commit} of {day}"));
    }
}

/// A counter that is offered as a whole could be offered in pieces.
fn hint(context: &Context, world: &World, board: &Board, next: &Next) {
    let is_counted = |piece: &Piece| {
        let measure = board.item(&piece.project, &piece.item).map(|item| &item.measure);
        let counter = measure.and_then(Measure::counter).and_then(|id| world.roadmap.counter(id));
        piece.part == Part::Whole && counter.is_some_and(|counter| !counter.rules.is_empty())
    };
    if !checkout_facts::has_checkout(context, world) && next.free.iter().any(is_counted) {
        context.note(
            "note: where `[checkouts]` in the settings names a clone, what is left of a counter is offered piece by piece",
        );
    }
}

fn tables(page: &mut Page, format: Format, world: &World, next: &Next, limit: usize) {
    page.title(format!("Free to take: {}", next.free.len()));
    page.table(table("free", &next.free, world, limit));
    // A program finds both lists, a person only what there is.
    if format == Format::Json || !next.maybe_free.is_empty() {
        page.title(format!("Maybe free, ask first: {}", next.maybe_free.len()));
        page.table(table("maybe_free", &next.maybe_free, world, limit));
    }
    if format == Format::Json || !next.claimed.is_empty() {
        page.title(claimed_title(next));
        page.table(claimed(next, world, limit));
    }
}

const CLAIMED: [Column; 12] = [
    Column::new("box", "BOX").cut(20),
    Column::new("state", "STATE"),
    Column::data("confidence"),
    Column::people("WHO"),
    Column::data("people"),
    Column::new("since", "SINCE"),
    Column::people("EVIDENCE").cut(20).leaves(1),
    Column::data("evidence"),
    Column::people("ISSUE"),
    Column::data("issue"),
    Column::data("project"),
    Column::data("item"),
];

fn claimed_title(next: &Next) -> String {
    format!("Claimed, not offered: {}", words::count(next.claimed.len() as u64, "box", "boxes"))
}

/// The boxes that somebody is or was at work on: who, and since when.
fn claimed(next: &Next, world: &World, limit: usize) -> Table {
    let mut table = Table::new("claimed", &CLAIMED);
    for own in next.claimed.iter().take(limit) {
        table.row(claimed_cells(own, world));
    }
    table
}

fn claimed_cells(own: &ClaimedBox, world: &World) -> Vec<Cell> {
    let home = &world.roadmap.repo;
    let state = &own.state;
    let evidence: Vec<String> = state.evidence.iter().map(|it| words::box_evidence(it, home)).collect();
    vec![
        Cell::new(&own.title),
        Cell::new(state.kind.word()),
        Cell::data(state.confidence.word()),
        Cell::new(words::people(&state.people)),
        Cell::data(json::list(state.people.iter().map(crate::domain::Text::as_str))),
        Cell::maybe(state.since.map(|day| day.to_string())),
        Cell::maybe(evidence.first().cloned()),
        Cell::data(json::list(evidence.iter().map(String::as_str))),
        Cell::new(own.issue.short(home)).link(Some(own.issue.url(&world.web))),
        Cell::data(own.issue.to_string()),
        Cell::data(own.project.as_str()),
        Cell::data(own.item.as_str()),
    ]
}

fn narrow(next: &mut Next, world: &World, board: &Board, filter: &Filter) {
    if filter.is_empty() {
        return;
    }
    let of_item = |own: &ClaimedBox| board.item(&own.project, &own.item);
    next.claimed.retain(|own| {
        let Some(item) = of_item(own) else { return false };
        let text = format!("{} {}", text_of(item), own.title);
        let only = [&text].into_iter();
        let candidates = only.map(|text| Candidate { text, item, issues: &world.snapshot.issues, date: board.date });
        !select(filter, &candidates).is_empty()
    });
    for pieces in [&mut next.free, &mut next.maybe_free] {
        let item = |piece: &Piece| board.item(&piece.project, &piece.item);
        pieces.retain(|piece| item(piece).is_some());
        let texts: Vec<_> = pieces
            .iter()
            .filter_map(|piece| Some((item(piece)?, format!("{} {}", text_of(item(piece)?), piece.title))))
            .collect();
        let candidates =
            texts.iter().map(|(item, text)| Candidate { text, item, issues: &world.snapshot.issues, date: board.date });
        let found: std::collections::HashSet<_> = select(filter, &candidates).into_iter().collect();
        let mut at = 0..;
        pieces.retain(|_| at.next().is_some_and(|at| found.contains(&at)));
    }
}

const CHOICES: [Column; 3] = [
    Column::people("#").right(),
    // A name that is typed is not cut: what was cut cannot be found.
    Column::people("WHAT, AND ITS REF").cut(57),
    Column::people("OWNER, AND WHY").cut(12),
];

/// A list to choose from, two lines a piece: what and whose; how to name it and the weightiest reason. `explain` has all
/// reasons.
fn people(page: &mut Page, world: &World, next: &Next, limit: usize) {
    page.title(format!("Free to take: {}", next.free.len()));
    if next.free.is_empty() {
        page.line("Nothing is free; see `offramp list is:taken` and `offramp list is:blocked`.");
    } else {
        page.table(choices(&next.free, world, limit));
    }
    if next.free.len() > limit {
        page.line(format!("and {} more: `offramp next --all`", next.free.len() - limit));
    }
    if !next.maybe_free.is_empty() {
        page.title(format!("Maybe free, ask first: {}", next.maybe_free.len()));
        page.table(choices(&next.maybe_free, world, limit));
    }
    if !next.claimed.is_empty() {
        page.title(claimed_title(next));
        page.table(claimed(next, world, limit));
    }
    if let Some(first) = next.free.first().or(next.maybe_free.first()) {
        let name = item_name(&first.project, &first.item);
        page.line(format!(
            "For example `offramp explain {name}` for all reasons, `offramp open {name}` for the issue."
        ));
    }
}

fn choices(pieces: &[Piece], world: &World, limit: usize) -> Table {
    let mut table = Table::new("", &CHOICES);
    for (at, piece) in pieces.iter().take(limit).enumerate() {
        table.row(vec![
            Cell::number(at as u64 + 1).tone(Tone::Faint),
            Cell::new(&piece.title).tone(Tone::Strong),
            Cell::new(words::owner_short(&piece.owner, &world.roadmap.groups)),
        ]);
        table.row(vec![
            Cell::new(""),
            Cell::new(item_name(&piece.project, &piece.item)).tone(Tone::Faint),
            Cell::new(reason(piece, world)).tone(Tone::Faint),
        ]);
    }
    table
}

fn reason(piece: &Piece, world: &World) -> String {
    let silent =
        piece.silent.map(|days| format!("{} silent for {}", words::people(&piece.assignees), words::days(days)));
    let weightiest = piece.reasons.first().map(|reason| words::named(&reason.text, &world.roadmap.groups));
    silent.or(weightiest).unwrap_or_default()
}

fn table(key: &'static str, pieces: &[Piece], world: &World, limit: usize) -> Table {
    let mut table = Table::new(key, &COLUMNS);
    for piece in pieces.iter().take(limit) {
        table.row(cells(piece, world));
    }
    table
}

fn cells(piece: &Piece, world: &World) -> Vec<Cell> {
    let home = &world.roadmap.repo;
    let url = piece.issue.as_ref().map(|issue| issue.url(&world.web));
    let reasons = piece.reasons.iter().map(|reason| {
        let object = Object::new().with("reason", reason.name).with("points", i64::from(reason.points));
        Json::from(object.with("text", reason.text.as_str()))
    });
    vec![
        Cell::of(piece.score.to_string(), i64::from(piece.score)).tone(Tone::Strong),
        Cell::new(&piece.title).link(url.clone()),
        Cell::new(item_name(&piece.project, &piece.item)),
        Cell::data(piece.project.as_str()),
        Cell::data(piece.item.as_str()),
        Cell::maybe(piece.kind.as_deref()),
        Cell::maybe(piece.issue.as_ref().map(|issue| issue.short(home))).link(url),
        Cell::data(piece.issue.as_ref().map(ToString::to_string)),
        Cell::new(words::owner_short(&piece.owner, &world.roadmap.groups))
            .exact(words::owner(&piece.owner, &world.roadmap.groups)),
        Cell::data(json::list(piece.owner.names.iter().map(crate::domain::OwnerName::as_str))),
        Cell::new(words::named(&piece.why(), &world.roadmap.groups)),
        Cell::data(json::list(reasons)),
        Cell::data(piece.claim(&world.roadmap)),
        Cell::data(piece.part.word()),
        Cell::data(match &piece.part {
            Part::Rows { rows, .. } => Some(rows.repo.as_str()),
            Part::Whole | Part::Task(_) => None,
        }),
    ]
}
