//! View 3, Free: what can be started today, the most useful first.

use std::collections::HashSet;

use super::super::id::Id;
use super::super::list::{ListLine, subject};
use super::super::order::Sort;
use super::super::rows::each_piece_once;
use super::{Action as A, Grouping, Model, Spec, ViewContent};
use crate::domain::board::measure::freedom_of_box;
use crate::domain::boxes::{BoxKind, BoxState};
use crate::domain::{Freedom, IssueRef, ItemKey, ItemRow, ProjectId};
use crate::insight::explain::claim_not_read;
use crate::insight::rank::{self, Next, Part, Piece, of_items};
use crate::words;
use crate::words::Tone;

pub(super) const VIEW: Spec = Spec {
    title: "Free",
    command: "free",
    help: "Free: what can be started today",
    content: ViewContent::Lines(lines),
    needs_all_issues: false,
    heading,
    empty,
    keys: &[A::Open, A::Whom, A::CopyText, A::Filter, A::Group, A::Why, A::Browse, A::CopyLink, A::Unowned],
    sorts: &[Sort::Roadmap],
    groupings: &[Grouping::Plain, Grouping::Owner],
    refusals: &[
        (A::Sort, "pieces are sorted by usefulness; {reverse} reverses it, {explain} explains it"),
        (A::Completed, "only what is open can be free"),
    ],
    checkout_day: Some(|model| model.world.date),
    moves_since: None,
};

const FREE: &str = "Free";
const MAYBE_FREE: &str = "Maybe free: ask first";
const UNCHECKED: &str = "Claims not checked: ask first";
const OCCUPIED: &str = "Not free: boxes and claimed issues";

/// Before the title of the issue whose box it is.
const PART_OF: &str = "Part of: ";

/// The heading: the number of free pieces, and of the items and issues that they are parts of.
fn heading(model: &Model) -> String {
    let mut is_shown = each_piece_once();
    let free: Vec<_> = model.lines.iter().filter(|line| line.group == FREE && is_shown(line)).collect();
    let of: HashSet<_> = free.iter().filter_map(|line| line.about.as_ref()).collect();
    let (issues, items): (Vec<_>, Vec<_>) = of.into_iter().partition(|id| matches!(id, Id::Issue(_)));
    let order = if model.list.is_reversed { "least" } else { "most" };
    let sources = [("item", "items", items.len()), ("issue", "issues", issues.len())];
    let sources = sources.into_iter().filter(|(.., count)| *count > 0);
    let sources: Vec<_> = sources.map(|(one, more, count)| words::count(count as u64, one, more)).collect();
    let of = sources.join(" and ");
    // The totals of the board do not count these as free.
    let is_uncounted = |id: &&&Id| match model.item_of(id) {
        Some(item) => item.freedom == Freedom::Unclear,
        None => model.project_of(id).is_some_and(|row| row.reading.is_none()),
    };
    let of = match items.iter().filter(is_uncounted).count() {
        0 => of,
        all if all == items.len() => format!("{of} without a reading yet"),
        some => format!("{of}, {some} of them without a reading yet"),
    };
    match free.len() as u64 {
        0 => "No free pieces".to_owned(),
        count => format!("{} of {of}, the {order} useful first", words::count(count, "free piece", "free pieces")),
    }
}

fn empty(model: &Model) -> [String; 2] {
    let date = model.world.date;
    let later = if date < model.now { ", {later} goes to a later day" } else { "" };
    [format!("nothing is free on {date}"), format!("{{work}} shows all open work{later}")]
}

fn lines(model: &Model) -> Vec<ListLine> {
    let found = of_items(&model.world.roadmap, &model.world.snapshot, &model.board, model.world.rows());
    let free = found.free.iter().map(|piece| offer(model, piece, FREE));
    let maybe = found.maybe_free.iter().map(|piece| offer(model, piece, MAYBE_FREE));
    let unchecked = found.unchecked.iter().map(|piece| offer(model, piece, UNCHECKED));
    free.chain(maybe).chain(unchecked).chain(occupied(model, &found)).collect()
}

/// The open boxes that are not free and the claimed issues, with who is working on them: volunteers look for that evidence
/// before they ask.
fn occupied(model: &Model, offered: &Next) -> Vec<ListLine> {
    let mut seen = HashSet::new();
    let unlisted = offered.unlisted.iter().map(|work| (&work.row, Some(&work.tasks)));
    let items = model.board.items().map(|item| (item, None)).chain(unlisted);
    let items = items.filter(|(item, _)| item.is_left() && item.inner.is_some());
    let of_issue =
        items.filter_map(|(item, only)| Some((item, only, model.world.snapshot.issue(item.issue.as_ref()?)?)));
    let at = model.world.at(model.board.date);
    let once = of_issue.filter(|(_, _, issue)| at.has(issue) && seen.insert(&issue.id));
    let of_issues = once.flat_map(|(item, only, issue)| {
        let states = model.boxes_of(issue);
        let boxes = issue.tasks.iter().zip(states.iter()).enumerate();
        let boxes = boxes.filter(|(at, _)| only.is_none_or(|only: &Vec<usize>| only.contains(at)));
        let busy = boxes.filter_map(|(at, (task, state))| {
            let state = state.as_ref().filter(|state| is_occupied(offered, item, at, state))?;
            Some(busy(model, item, (&issue.id, Some(at)), &task.text, state))
        });
        busy.collect::<Vec<_>>()
    });
    let mut lines: Vec<_> = of_issues.collect();
    lines.extend(occupied_items(model, offered).chain(claimed_issues(model, offered)));
    lines
}

/// The issues that are claimed as a whole, each once.
fn claimed_issues<'m>(model: &'m Model, offered: &'m Next) -> impl Iterator<Item = ListLine> + 'm {
    let mut seen = HashSet::new();
    let whole = offered.claimed.iter().filter(move |own| own.place.is_none() && seen.insert(&own.issue));
    whole.filter_map(move |own| {
        let item = rank::item_of(&offered.unlisted, &model.board, &own.project, &own.item)?;
        Some(busy(model, item, (&own.issue, None), &own.title, &own.state))
    })
}

/// The items by hand that are boxes which are not free, unless all boxes of their issue are listed.
fn occupied_items<'m>(model: &'m Model, offered: &'m Next) -> impl Iterator<Item = ListLine> + 'm {
    let listed = model.board.items().filter(|item| item.is_left() && item.inner.is_some());
    let listed: HashSet<&IssueRef> = listed.filter_map(|item| item.issue.as_ref()).collect();
    let own = model.board.items().filter_map(|item| Some((item, item.own_box.as_deref()?)));
    let own = own.filter(move |(_, own)| !listed.contains(&own.issue));
    let own = own.filter_map(|(item, own)| Some((item, own, own.state.as_ref()?)));
    own.filter(|(item, own, state)| is_occupied(offered, item, own.place, state))
        .map(|(item, own, state)| busy(model, item, (&own.issue, Some(own.place)), &item.title, state))
}

/// Whether a box is known not to be free, and is not offered as one to ask about.
fn is_occupied(offered: &Next, item: &ItemRow, at: usize, state: &BoxState) -> bool {
    let is_known = !state.is_free() && state.kind != BoxKind::Unchecked;
    is_known && !(state.is_maybe_free() && offered.may_be_free(&item.project, &item.key, Some(at)))
}

/// The subject of a line: the item, or the issue or the project if the piece belongs to no item.
fn about(model: &Model, project: &ProjectId, key: &ItemKey, issue: Option<&IssueRef>) -> Option<Id> {
    let item = model.board.item(project, key).map(|_| key);
    let issue = issue.filter(|_| item.is_none());
    issue.map_or_else(|| subject(Some(project), item), |issue| Some(Id::Issue(issue.clone())))
}

/// A box, by its place in the issue, or the issue as a whole.
fn busy(
    model: &Model,
    item: &ItemRow,
    (issue, place): (&IssueRef, Option<usize>),
    text: &str,
    state: &BoxState,
) -> ListLine {
    let home = &model.world.roadmap.repo;
    let tone = match state.kind {
        BoxKind::Claimed | BoxKind::InReview | BoxKind::Unchecked => Tone::Faint,
        BoxKind::Free | BoxKind::Quiet | BoxKind::Merged | BoxKind::Collided | BoxKind::Unclear => Tone::Warning,
    };
    // An item that is itself a box, or a claimed issue, has its text.
    let whole = Some(&item.title).filter(|title| *title != text);
    let mut detail: Vec<_> = whole.iter().map(|whole| format!("{PART_OF}{whole}")).collect();
    detail.push(words::named_owner(&item.owner, &model.world.roadmap.groups));
    detail.extend(state.evidence.iter().map(|fact| format!("Evidence: {}", words::box_evidence(fact, home))));
    ListLine {
        id: format!(
            "{}/{}{}",
            item.project,
            item.key,
            place.map_or_else(|| "#claim".to_owned(), |at| format!("#box{at}"))
        ),
        group: OCCUPIED.to_owned(),
        tag: words::issue(Some(issue), home),
        tone: Tone::Faint,
        state: Some((words::box_word(state), tone)),
        freedom: Some(freedom_of_box(&model.world.at(model.board.date), state)),
        place_name: model.title_of(&item.project),
        text: text.to_owned(),
        aside: words::box_people(state),
        detail,
        about: about(model, &item.project, &item.key, item.issue.as_ref()),
        ..ListLine::default()
    }
}

fn offer(model: &Model, piece: &Piece, group: &str) -> ListLine {
    let world = &model.world;
    let part = match &piece.part {
        Part::Whole => String::new(),
        Part::Task(at) => format!("#{at}"),
        Part::Rows { rows, .. } => format!("#{}", rows.repo),
    };
    let why: Vec<_> = piece.reasons.iter().map(|reason| reason.text.clone()).collect();
    let mut detail: Vec<_> = piece.whole.iter().map(|whole| format!("{PART_OF}{whole}")).collect();
    detail.push(words::named_owner(&piece.owner, &world.roadmap.groups));
    detail.extend(piece.ask.iter().map(|why| format!("Ask first: {why}")));
    if group == UNCHECKED {
        detail.push(format!("Ask first: {}", claim_not_read(world)));
    }
    detail.push(format!("{} in the ranking:", rank::points(piece.score)));
    detail.extend(piece.reasons.iter().map(|reason| format!("{:+}  {}", reason.points, reason.text)));
    ListLine {
        id: format!("{}/{}{part}", piece.project, piece.item),
        group: group.to_owned(),
        tag: words::issue(piece.claimed_on(), &world.roadmap.repo),
        tone: Tone::Faint,
        state: Some(match group {
            FREE => ("free", Tone::Good),
            UNCHECKED => ("not checked", Tone::Warning),
            _ => ("maybe free", Tone::Warning),
        }),
        freedom: Some(piece.freedom),
        place_name: model.title_of(&piece.project),
        text: piece.title.clone(),
        aside: piece.ask.clone().or(why.into_iter().next()).unwrap_or_default(),
        detail,
        about: about(model, &piece.project, &piece.item, piece.issue.as_ref()),
        piece_of: piece.issue.clone(),
        copy: Some(piece.claim(&world.roadmap)),
        ..ListLine::default()
    }
}
