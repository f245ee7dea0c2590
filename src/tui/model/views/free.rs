//! View 3, Free: what can be started today, the most useful first.

use super::super::list::{ListLine, thing};
use super::super::order::Sort;
use super::{Action as A, Grouping, Model, Spec, ViewContent};
use crate::insight::rank::{self, Part, Piece, next};
use crate::words;
use crate::words::Tone;

pub(super) const VIEW: Spec = Spec {
    title: "Free",
    command: "free",
    help: "Free: what can be started today, and why this first",
    content: ViewContent::Lines(lines),
    heading: |_| "What can be started today, the most useful first".to_owned(),
    empty,
    keys: &[A::Open, A::Whom, A::CopyText, A::Filter, A::Group, A::Why, A::Browse, A::CopyLink, A::Unowned],
    sorts: &[Sort::Roadmap],
    groupings: &[Grouping::Plain, Grouping::Owner],
    refusals: &[(A::Sort, "the most useful is first; = says why"), (A::Completed, "only what is open can be free")],
    checkout_day: Some(|model| model.world.date),
    moves_since: None,
};

fn empty(model: &Model) -> [String; 2] {
    let date = model.world.date;
    let later = if date < model.now { ", > goes to a later day" } else { "" };
    [format!("nothing is free on {date}"), format!("2 shows all open work{later}")]
}

fn lines(model: &Model) -> Vec<ListLine> {
    let found = next(&model.world.roadmap, &model.world.snapshot, &model.board, model.world.rows());
    let free = found.free.iter().map(|piece| offer(model, piece, "Free"));
    let maybe = found.maybe_free.iter().map(|piece| offer(model, piece, "Maybe free: ask first"));
    free.chain(maybe).collect()
}
fn offer(model: &Model, piece: &Piece, group: &str) -> ListLine {
    let world = &model.world;
    let part = match &piece.part {
        Part::Whole => String::new(),
        Part::Task(at) => format!("#{at}"),
        Part::Rows { rows, .. } => format!("#{}", rows.repo),
    };
    let named = |text: &str| words::named(text, &world.roadmap.groups);
    let why: Vec<_> = piece.reasons.iter().map(|reason| named(&reason.text)).collect();
    let mut detail = vec![format!("Owner: {}", words::owner(&piece.owner, &world.roadmap.groups))];
    if let Some(silent) = piece.silent {
        let who = words::people(&piece.assignees);
        detail.push(format!("Assigned to {who}, silent for {}", words::days(silent)));
    }
    detail.push(format!("{} in the ranking:", rank::points(piece.score)));
    detail.extend(piece.reasons.iter().map(|reason| format!("{:+}  {}", reason.points, named(&reason.text))));
    ListLine {
        id: format!("{}/{}{part}", piece.project, piece.item),
        group: group.to_owned(),
        tag: words::issue(piece.issue.as_ref(), &world.roadmap.repo),
        tone: Tone::Faint,
        place_name: model.title_of(&piece.project),
        text: piece.title.clone(),
        aside: why.join(", "),
        detail,
        about: thing(Some(&piece.project), Some(&piece.item)),
        copy: Some(piece.claim(&world.roadmap)),
        ..ListLine::default()
    }
}
