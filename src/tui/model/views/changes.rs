//! View 4, Changes: what is new since the last meeting.

use super::super::Id;
use super::super::list::{ListLine, subject};
use super::super::order::Sort;
use super::{Action as A, Grouping, Model, Spec, ViewContent};
use crate::domain::board::Inner;
use crate::domain::shift::{CounterMove, Moves};
use crate::insight::changes::{Change, ChangeKind, CounterChange, Decision, compare};
use crate::insight::trend::SeriesId;
use crate::words;
use crate::words::Tone;

pub(super) const VIEW: Spec = Spec {
    title: "Changes",
    command: "changes",
    help: "Changes: what is new since the last meeting",
    content: ViewContent::Lines(lines),
    needs_all_issues: false,
    heading,
    empty,
    keys: &[A::Open, A::Meeting, A::Filter, A::Report, A::Group, A::Why, A::Browse, A::CopyLink],
    sorts: &[Sort::Roadmap],
    groupings: &[Grouping::Plain, Grouping::Owner],
    refusals: &[
        (A::Sort, "changes are grouped by what happened; {group} groups them by owner"),
        (A::Completed, "the changes already include what is done or dropped"),
    ],
    checkout_day: None,
    moves_since: Some(Model::changes_since),
};

fn heading(model: &Model) -> String {
    // The weeks of a bi-weekly meeting are only known from a day on which the group met.
    let hint = if model.met.contains_key(model.world.roadmap.home_meeting().as_str()) {
        ""
    } else {
        "; {meeting} sets the day of the last meeting"
    };
    format!("From the end of {} to {}{hint}", model.changes_since(), model.world.date)
}

fn empty(model: &Model) -> [String; 2] {
    [
        format!("nothing changed from {} to {}", model.changes_since(), model.world.date),
        "{meeting} sets an earlier day, {sync} fetches what is new".into(),
    ]
}

/// Returns the changes, the decisions to make, and the moves of counters.
pub fn lines(model: &Model) -> Vec<ListLine> {
    let world = &model.world;
    let before = model.board.on(&world.roadmap, &world.snapshot, model.changes_since());
    let found = compare(&world.roadmap, &world.snapshot, &before, &model.board);
    let counters = found.counters.iter().map(counter);
    let moves = world.moves_since(found.since).into_iter().flat_map(moves);
    let list = ChangeKind::for_people().flat_map(|kind| found.of(kind)).map(|change| changed(model, change));
    let decisions = found.decisions.iter().map(|own| decision(model, own));
    // A meeting is for decisions: they come before the counters.
    list.chain(decisions).chain(counters).chain(moves).collect()
}

fn counter(change: &CounterChange) -> ListLine {
    let tone = match (change.moved(), change.left_by()) {
        (Some((1.., _)), _) | (None, Some(..0)) => Tone::Good,
        (None, None) if change.before.is_none() => Tone::Plain,
        (Some(_) | None, Some(_) | None) => Tone::Warning,
    };
    let inner = change.inner();
    let was = change.before.as_ref().map(|was| {
        let before = Inner { progress: was.progress, ..inner.clone() };
        format!(", was {} on {}", words::amount_short(&before), was.date)
    });
    ListLine {
        id: format!("counter {}", change.id),
        group: "Counters".to_owned(),
        tag: change.unit.clone(),
        tone,
        text: format!("{}: {}", words::amount_short(&inner), change.movement()),
        aside: format!("{}{}", words::share(&inner), was.unwrap_or_default()),
        series: Some(SeriesId::Counter(change.id.clone())),
        ..ListLine::default()
    }
}

/// The commits that moved counters most, and the gaps in what could be read.
fn moves(moves: &Moves) -> Vec<ListLine> {
    let group = "What moved the counters most";
    let line = |(names, one): &(String, &CounterMove)| ListLine {
        id: format!("move {names} {}", one.commit),
        group: group.to_owned(),
        tag: one.short().to_owned(),
        tone: match one.shift.left {
            ..0 => Tone::Good,
            0 => Tone::Plain,
            1.. => Tone::Warning,
        },
        place_name: names.clone(),
        text: one.subject.clone(),
        aside: format!("{} on {}", words::shift(one.shift), one.date),
        detail: one.link.iter().cloned().collect(),
        link: one.link.clone(),
        copy: one.link.clone(),
        ..ListLine::default()
    };
    let gap = |text: &String| ListLine {
        id: format!("gap {text}"),
        group: group.to_owned(),
        tag: "not known".to_owned(),
        tone: Tone::Faint,
        text: text.clone(),
        ..ListLine::default()
    };
    moves.by_commit().iter().map(line).chain(moves.gaps.iter().map(gap)).collect()
}

fn changed(model: &Model, change: &Change) -> ListLine {
    let tone = match change.kind {
        ChangeKind::Done | ChangeKind::Started => Tone::Good,
        ChangeKind::Reopened | ChangeKind::ClosedNotDone | ChangeKind::Blocked => Tone::Bad,
        ChangeKind::Quiet | ChangeKind::Scope => Tone::Warning,
        ChangeKind::New => Tone::Plain,
    };
    let issue = words::issue(change.issue.as_ref(), &model.world.roadmap.repo);
    let place = change.project.as_ref().map(|id| model.title_of(id)).unwrap_or_default();
    let about = subject(change.project.as_ref(), change.item.as_ref());
    ListLine {
        id: format!("{} {place} {:?} {issue}", change.kind.word(), change.item),
        group: change.kind.title().to_owned(),
        tag: if issue.is_empty() { change.kind.word().to_owned() } else { issue },
        tone,
        place_name: place,
        text: change.title.clone(),
        aside: change.text.clone(),
        about: about.or_else(|| change.issue.clone().map(Id::Issue)),
        ..ListLine::default()
    }
}

fn decision(model: &Model, decision: &Decision) -> ListLine {
    ListLine {
        id: format!("decide {} {:?} {}", decision.project, decision.item, decision.text),
        group: "To decide".to_owned(),
        tag: "decide".to_owned(),
        tone: Tone::Warning,
        place_name: model.title_of(&decision.project),
        text: decision.text.clone(),
        about: subject(Some(&decision.project), decision.item.as_ref()),
        ..ListLine::default()
    }
}
