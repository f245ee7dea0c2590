//! `offramp next`: what to work on next, and why.

use std::collections::HashSet;

use super::status::owner;
use super::{Context, Exit, Failure, arguments, checkout_facts, complete};
use crate::domain::board::measure::{Measure, freedom_of_box};
use crate::domain::checkout::NewestCommit;
use crate::domain::filter::{Candidate, FilterFacts, select, text_of};
use crate::domain::{Board, Filter, Freedom, ItemKey, ItemRow, World};
use crate::insight::claims::ClaimedWork;
use crate::insight::explain;
use crate::insight::rank::{self, Next, Part, Piece, RankReason};
use crate::report::{Cell, CellOf, Column, Format, Json, Page, Table, Tone, json};
use crate::words;

const EXAMPLES: &str = "\
Examples:
  offramp next                  the ten best pieces, each with its main reason
  offramp next owner:testing    what a group could hand out
  offramp next owner:@login     what one person could start with
  offramp next kind:docs --all  all work of a kind
  offramp next -o json | jq -r '.free[0].claim'
      what to say on GitHub to take the first";

/// The arguments of `next`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct NextArgs {
    /// Filter words, as for `list`
    #[arg(value_name = "FILTER", value_parser = super::arguments::shown, add = complete::names(&[complete::filter_words]))]
    pub filter: Vec<String>,
    /// Show at most this many [default on a terminal: 10]
    #[arg(short = 'n', long, value_name = "COUNT", value_parser = super::arguments::number::<usize>)]
    pub limit: Option<usize>,
    /// Show all
    #[arg(long, conflicts_with = "limit")]
    pub all: bool,
}

/// Runs the command.
pub fn run(context: &Context, args: &NextArgs) -> Result<Exit, Failure> {
    let filter = Filter::from_arguments(&args.filter)?;
    let mut world = context.world_of_links()?;
    let filter = arguments::in_world(filter, &world)?;
    checkout_facts::count_left(context, &mut world);
    let board = world.board();
    let mut next = rank::of_items(&world.roadmap, &world.snapshot, &board, world.rows());
    narrow(&mut next, &world, &board, &filter);
    let next = next.each_issue_once();
    let most = if context.format == Format::Table { 10 } else { usize::MAX };
    let limit = if args.all { usize::MAX } else { args.limit.unwrap_or(most) };
    let mut page = context.page("offramp/next/1", &world);
    page.line(words::as_of(&world));
    counted(&mut page, &world);
    if let Some(held) = explain::held_back(&world, &board).filter(|_| context.format == Format::Table) {
        page.line(held);
    }
    lists(&mut page, context.format, &world, &next, limit);
    if context.format == Format::Table {
        hint(context, &world, &board, &next);
    }
    context.show(&page)
}

/// Names the commits at which the counters were counted.
fn counted(page: &mut Page, world: &World) {
    let Some(facts) = &world.checkout else { return };
    let is_shown = |newest: &&NewestCommit| world.rows().iter().any(|rows| rows.counter == newest.counter);
    let shown = facts.newest.iter().filter(is_shown);
    let mut commits: Vec<_> = shown.map(|newest| format!("{} of {}", newest.commit, newest.date)).collect();
    let mut seen = HashSet::new();
    commits.retain(|commit| seen.insert(commit.clone()));
    if !commits.is_empty() {
        page.line(format!("What is left of counters: counted at {}", commits.join(", ")));
    }
}

/// Suggests naming a clone if a counter is offered only as a whole for lack of one.
fn hint(context: &Context, world: &World, board: &Board, next: &Next) {
    let is_counted = |piece: &Piece| {
        let item = rank::item_of(&next.unlisted, board, &piece.project, &piece.item);
        let measure = item.map(|item| &item.measure);
        let counter = measure.and_then(Measure::counter).and_then(|id| world.roadmap.counter(id));
        piece.part == Part::Whole && counter.is_some_and(|counter| !counter.rules.is_empty())
    };
    if !checkout_facts::has_checkout(context, world) && next.free.iter().any(is_counted) {
        context.note(
            "note: name a clone under [checkouts] in the settings, and what a counter has left is offered in small pieces",
        );
    }
}

/// Adds the lists of what is free, maybe free and claimed; for people only lists that are not empty.
fn lists(page: &mut Page, format: Format, world: &World, next: &Next, limit: usize) {
    let is_choice = format == Format::Table;
    let table = |key, pieces: &[Piece]| {
        if is_choice {
            return choices(pieces, world, limit);
        }
        let pieces = pieces.iter().take(limit).map(|piece| (piece, world, next));
        Table::of(key, pieces, &format.shown(piece_columns()))
    };
    page.title(format!("Free to take: {}", next.count_of_free()));
    if is_choice && next.free.is_empty() {
        page.line(if next.unchecked.is_empty() {
            "Nothing is free; see `offramp list is:taken` and `offramp list is:blocked`."
        } else {
            "Nothing is known to be free."
        });
    } else {
        page.table(table("free", &next.free));
    }
    if is_choice && next.free.len() > limit {
        page.line(format!("and {} more: `offramp next --all`", next.free.len() - limit));
    }
    if format == Format::Json || !next.maybe_free.is_empty() {
        page.title(format!("Maybe free, ask first: {}", next.maybe_free.len()));
        page.table(table("maybe_free", &next.maybe_free));
    }
    if format == Format::Json || !next.unchecked.is_empty() {
        page.title(format!("Claims not checked, ask first: {}", next.unchecked.len()));
        if !next.unchecked.is_empty() {
            page.line(explain::claims_not_read(world));
        }
        page.table(table("unchecked", &next.unchecked));
    }
    if format == Format::Json || !next.claimed.is_empty() {
        page.title(format!("Claimed, not offered: {}", next.count_of_claimed()));
        page.table(self::claimed(next, world, limit));
    }
    let first = next.free.iter().chain(&next.maybe_free).chain(&next.unchecked).next();
    if let Some(first) = first.filter(|_| is_choice) {
        // In a shell `#4` begins a comment.
        let name = first.name(&world.roadmap);
        let name = name.trim_start_matches('#');
        let own = first.own_issue.as_ref().map(|issue| issue.short(&world.roadmap.repo));
        let issue = own.as_deref().map_or(name, |own| own.trim_start_matches('#'));
        let open = first.issue.as_ref().map(|_| format!(", `offramp open {issue}` for the issue")).unwrap_or_default();
        page.line(format!("For all the reasons: `offramp explain {name}`{open}."));
    }
}

/// The boxes and issues that someone is or was working on: who, and since when.
fn claimed(next: &Next, world: &World, limit: usize) -> Table {
    Table::of(
        "claimed",
        next.claimed.iter().take(limit).map(|own| (own, world, next)),
        &[
            (Column::new("box", "BOX").cut(20), |(own, ..)| Cell::new(&own.title)),
            (Column::new("state", "STATE"), |(own, ..)| Cell::of(words::box_word(&own.state), own.state.kind.word())),
            (Column::data("confidence"), |(own, ..)| Cell::data(own.state.confidence.word())),
            (Column::people("WHO"), |(own, ..)| Cell::new(words::people(&own.state.people))),
            (Column::data("people"), |(own, ..)| Cell::data(json::texts(&own.state.people))),
            (Column::new("since", "SINCE"), |(own, ..)| Cell::shown(own.state.since)),
            (Column::people("EVIDENCE").cut(20).leaves(1), |(own, world, _)| Cell::maybe(evidence(own, world).next())),
            (Column::data("evidence"), |(own, world, _)| Cell::data(json::list(evidence(own, world)))),
            (Column::people("ISSUE"), |(own, world, _)| {
                Cell::new(own.issue.short(&world.roadmap.repo)).link(Some(own.issue.url(&world.web)))
            }),
            (Column::data("issue"), |(own, ..)| Cell::data(own.issue.to_string())),
            (Column::data("project"), |(own, ..)| Cell::data(own.project.as_str())),
            (Column::data("item"), |(own, _, next)| {
                Cell::data(next.item_key(&own.project, &own.item, Some(&own.issue)).map(ItemKey::as_str))
            }),
        ],
    )
}

fn evidence<'a>(own: &'a ClaimedWork, world: &'a World) -> impl Iterator<Item = String> + 'a {
    own.state.evidence.iter().map(|fact| words::box_evidence(fact, &world.roadmap.repo))
}

fn narrow(next: &mut Next, world: &World, board: &Board, filter: &Filter) {
    if filter.is_empty() {
        return;
    }
    let Next { free, maybe_free, unchecked, claimed, unlisted } = next;
    let at = world.at(board.date);
    let of_box = |own: &ClaimedWork| {
        let item = rank::item_of(unlisted, board, &own.project, &own.item)?;
        Some(sought(item, freedom_of_box(&at, &own.state), &own.title))
    };
    keep(claimed, of_box, world, filter);
    for pieces in [free, maybe_free, unchecked] {
        let of_piece = |piece: &Piece| {
            let item = rank::item_of(unlisted, board, &piece.project, &piece.item)?;
            Some(sought(item, piece.freedom, &piece.title))
        };
        keep(pieces, of_piece, world, filter);
    }
}

/// Returns what a filter sees of a part of an item: the facts of the item with the freedom of the part, and both texts.
fn sought<'i>(item: &'i ItemRow, freedom: Freedom, title: &str) -> (FilterFacts<'i>, String) {
    (FilterFacts { freedom: Some(freedom), ..item.into() }, format!("{} {title}", text_of(item)))
}

/// Keeps what fits the filter.
fn keep<'i, T>(
    all: &mut Vec<T>,
    sought: impl Fn(&T) -> Option<(FilterFacts<'i>, String)>,
    world: &World,
    filter: &Filter,
) {
    all.retain(|one| sought(one).is_some());
    let texts: Vec<_> = all.iter().filter_map(&sought).collect();
    let candidates = texts.iter().map(|(facts, text)| Candidate {
        text,
        facts: *facts,
        issues: &world.snapshot.issues,
        date: world.date,
    });
    let found: HashSet<_> = select(filter, &candidates).into_iter().collect();
    let mut at = 0..;
    all.retain(|_| at.next().is_some_and(|at| found.contains(&at)));
}

/// A list to choose from, with two lines per piece: its title and owner, then its REF, the issue whose box it is, and
/// the main reason. `explain` has all reasons.
fn choices(pieces: &[Piece], world: &World, limit: usize) -> Table {
    let lines = |(at, piece): (usize, &Piece)| {
        let owner = words::owner_short(&piece.owner, &world.roadmap.groups);
        let name = piece.place(&world.roadmap);
        let faint = |text: String| Cell::new(text).tone(Tone::Faint);
        [
            (
                Cell::number(at as u64 + 1).tone(Tone::Faint),
                Cell::new(&piece.title).tone(Tone::Strong),
                Cell::new(owner),
            ),
            (Cell::new(""), faint(name), faint(reason(piece))),
        ]
    };
    Table::of(
        "",
        pieces.iter().take(limit).enumerate().flat_map(lines),
        &[
            (Column::people("#").right(), |(number, ..)| number.clone()),
            // Wide enough for a REF: one that is cut off could not be typed.
            (Column::people("WHAT, AND ITS REF").cut(57), |(_, what, _)| what.clone()),
            (Column::people("OWNER, AND WHY").cut(12), |(.., why)| why.clone()),
        ],
    )
}

fn reason(piece: &Piece) -> String {
    let weightiest = piece.reasons.first().map(|reason| reason.text.clone());
    piece.ask.clone().or(weightiest).unwrap_or_default()
}

/// A piece with the data for its cells.
type OfferedPiece<'a> = (&'a Piece, &'a World, &'a Next);

/// The columns of pieces for pipes and programs.
fn piece_columns<'a>() -> [(Column, CellOf<OfferedPiece<'a>>); 17] {
    [
        (Column::new("score", "SCORE").right(), |(piece, ..)| {
            Cell::of(piece.score.to_string(), piece.score).tone(Tone::Strong)
        }),
        (Column::new("title", "WHAT"), |(piece, world, _)| Cell::new(&piece.title).link(url(piece, world))),
        (Column::people("WHERE"), |(piece, world, _)| Cell::new(piece.place(&world.roadmap))),
        (Column::data("project"), |(piece, ..)| Cell::data(piece.project.as_str())),
        (Column::data("item"), |(piece, _, next)| {
            Cell::data(next.item_key(&piece.project, &piece.item, piece.issue.as_ref()).map(ItemKey::as_str))
        }),
        (Column::new("kind", "KIND"), |(piece, ..)| Cell::maybe(piece.kind.as_deref())),
        (Column::people("ISSUE"), |(piece, world, _)| {
            let issue = piece.claimed_on().map(|issue| issue.short(&world.roadmap.repo));
            Cell::maybe(issue).link(url(piece, world))
        }),
        (Column::data("issue"), |(piece, ..)| Cell::data(json::maybe(piece.claimed_on()))),
        (Column::people("OWNER"), |(piece, world, _)| owner(&piece.owner, &world.roadmap.groups)),
        (Column::data("owner"), |(piece, ..)| Cell::data(json::texts(&piece.owner.names))),
        (Column::people("WHY"), |(piece, ..)| Cell::new(why(piece))),
        (Column::data("reasons"), |(piece, ..)| Cell::data(reasons(piece))),
        (Column::data("claim"), |(piece, world, _)| Cell::data(piece.claim(&world.roadmap))),
        (Column::data("part"), |(piece, ..)| Cell::data(piece.part.word())),
        (Column::data("repo"), |(piece, ..)| {
            Cell::data(match &piece.part {
                Part::Rows { rows, .. } => Some(rows.repo.as_str()).filter(|repo| !repo.is_empty()),
                Part::Whole | Part::Task(_) => None,
            })
        }),
        (Column::data("ask").late(), |(piece, ..)| Cell::data(piece.ask.as_deref())),
        (Column::data("freedom"), |(piece, ..)| Cell::data(words::freedom_word(piece.freedom))),
    ]
}

fn why(piece: &Piece) -> String {
    let ask = piece.ask.as_ref().map(|ask| format!("ask first: {ask}; ")).unwrap_or_default();
    format!("{ask}{}", piece.why())
}

fn url(piece: &Piece, world: &World) -> Option<String> {
    piece.claimed_on().map(|issue| issue.url(&world.web))
}

fn reasons(piece: &Piece) -> Json {
    let object =
        |reason: &RankReason| serde_json::json!({"reason": reason.name, "points": reason.points, "text": reason.text});
    piece.reasons.iter().map(object).collect()
}
