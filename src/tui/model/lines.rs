//! The lines of the views that show neither projects nor items: computed from the domain's functions.

use super::list::{Line, Tone};
use super::{Id, Model, View};
use crate::domain::groups::Groups;
use crate::domain::{Date, ItemKey, ProjectId};
use crate::insight::changes::{Change, ChangeKind, CounterChange, Decision, compare};
use crate::insight::finding::{Edit, Finding, Moment, Remedy, Severity, day_of, of_world};
use crate::insight::rank::{Part, Piece, next};
use crate::insight::trend::{Trend, of_counter, of_items};
use crate::words;

/// The lines of the view that shows; `None` for a view of projects or items, which needs none.
pub fn of(model: &Model) -> Option<Vec<Line>> {
    match model.view {
        View::Projects | View::Work => None,
        View::Unowned => Some(unowned(model)),
        View::Changes => Some(changes(model)),
        View::Trend => Some(model.trends.iter().map(series).collect()),
        View::Check => Some(check(model)),
    }
}

/// The series that Trend shows: every counter, then the items of the whole roadmap.
pub fn trends(model: &Model) -> Vec<Trend> {
    let world = &model.world;
    let counters = world.roadmap.counters.iter().map(|counter| of_counter(counter, world.date));
    let items = of_items(&world.roadmap, &world.snapshot, world.date);
    counters.chain([items]).collect()
}

fn series(trend: &Trend) -> Line {
    let (text, aside) = trend.last().map_or_else(
        || (words::UNKNOWN.to_owned(), String::new()),
        |last| {
            let progress = crate::domain::Progress { done: last.done.min(last.total), total: last.total };
            let text = format!("{} ({})", words::progress(progress), words::percent(progress.percent()));
            (text, format!("on {}", last.date))
        },
    );
    Line { id: format!("{:?}", trend.id), tag: trend.unit.clone(), text, aside, ..Line::default() }
}

fn thing(project: Option<&ProjectId>, item: Option<&ItemKey>) -> Option<Id> {
    match (project, item) {
        (Some(project), Some(item)) => Some(Id::Item(project.clone(), item.clone())),
        (Some(project), None) => Some(Id::Project(project.clone())),
        (None, _) => None,
    }
}

fn unowned(model: &Model) -> Vec<Line> {
    let found = next(&model.world.roadmap, &model.world.snapshot, &model.board, model.world.rows());
    let free = found.free.iter().map(|piece| offer(model, piece, "Free"));
    let maybe = found.maybe_free.iter().map(|piece| offer(model, piece, "Maybe free: ask first"));
    free.chain(maybe).collect()
}

fn offer(model: &Model, piece: &Piece, group: &str) -> Line {
    let world = &model.world;
    let part = match &piece.part {
        Part::Whole => String::new(),
        Part::Task(at) => format!("#{at}"),
        Part::Rows { rows, .. } => format!("#{}", rows.repo),
    };
    let named = |text: &str| words::named(text, &world.groups);
    let why: Vec<_> = piece.reasons.iter().map(|reason| named(&reason.text)).collect();
    let mut detail = vec![format!("Owner: {}", words::owner(&piece.owner, &world.groups))];
    if let Some(silent) = piece.silent {
        let who = words::people(&piece.assignees);
        detail.push(format!("Assigned to {who}, silent for {}", words::days(silent)));
    }
    detail.push(format!("It stands here with {}:", words::points(piece.score)));
    detail.extend(piece.reasons.iter().map(|reason| format!("{:+}  {}", reason.points, named(&reason.text))));
    Line {
        id: format!("{}/{}{part}", piece.project, piece.item),
        group: group.to_owned(),
        tag: words::issue(piece.issue.as_ref(), &world.roadmap.repo),
        tone: Tone::Dim,
        place_name: piece.project.to_string(),
        text: piece.title.clone(),
        aside: why.join(", "),
        detail,
        about: thing(Some(&piece.project), Some(&piece.item)),
        copy: Some(piece.claim(&world.roadmap.repo)),
        ..Line::default()
    }
}

fn changes(model: &Model) -> Vec<Line> {
    let world = &model.world;
    let before = world.board_at(model.begin());
    let found = compare(&world.roadmap, &world.snapshot, &before, &model.board);
    let counters = found.counters.iter().map(counter);
    let list = found.list.iter().map(|change| changed(model, change));
    let decisions = found.decisions.iter().map(|own| decision(own, &world.groups));
    // What has to be decided is what a meeting is for; what a counter says can be read.
    list.chain(decisions).chain(counters).collect()
}

fn counter(change: &CounterChange) -> Line {
    let after = &change.after;
    let (text, tone) = match change.moved() {
        Some((done, total)) => {
            (format!("done {done:+}, scope {total:+}"), if done > 0 { Tone::Good } else { Tone::Warn })
        }
        None if change.one_was_written() => {
            ("one of the two was written down by a person, not counted".to_owned(), Tone::Warn)
        }
        None if change.rule_changed() => ("counted by another rule: the two cannot be compared".to_owned(), Tone::Warn),
        None => ("read for the first time".to_owned(), Tone::Plain),
    };
    let was = change.before.as_ref().map(|was| format!("{} on {}, now ", words::progress(was.progress), was.date));
    let share = words::percent(after.progress.percent());
    Line {
        id: format!("counter {}", change.id),
        group: "Counters".to_owned(),
        tag: change.unit.clone(),
        tone,
        text,
        aside: format!("{}{} ({share})", was.unwrap_or_default(), words::progress(after.progress)),
        ..Line::default()
    }
}

fn changed(model: &Model, change: &Change) -> Line {
    let tone = match change.kind {
        ChangeKind::Done | ChangeKind::Started => Tone::Good,
        ChangeKind::Reopened | ChangeKind::ClosedNotDone | ChangeKind::Blocked => Tone::Bad,
        ChangeKind::Quiet | ChangeKind::Scope => Tone::Warn,
        ChangeKind::New => Tone::Plain,
    };
    let issue = words::issue(change.issue.as_ref(), &model.world.roadmap.repo);
    let place = change.project.as_ref().map(ToString::to_string).unwrap_or_default();
    let about = thing(change.project.as_ref(), change.item.as_ref());
    Line {
        id: format!("{} {place} {:?} {issue}", change.kind.word(), change.item),
        group: change.kind.title().to_owned(),
        tag: if issue.is_empty() { change.kind.word().to_owned() } else { issue },
        tone,
        place_name: place,
        text: change.title.clone(),
        aside: change.text.clone(),
        about: about.or_else(|| change.issue.clone().map(Id::Issue)),
        ..Line::default()
    }
}

fn decision(decision: &Decision, groups: &Groups) -> Line {
    Line {
        id: format!("decide {} {:?} {}", decision.project, decision.item, decision.text),
        group: "To decide".to_owned(),
        tag: "decide".to_owned(),
        tone: Tone::Warn,
        place_name: decision.project.to_string(),
        text: words::named(&decision.text, groups),
        about: thing(Some(&decision.project), decision.item.as_ref()),
        ..Line::default()
    }
}

fn moment(model: &Model) -> Moment {
    if model.world.date == model.now { Moment::Now } else { Moment::AsShown }
}

/// The day that the findings are about.
pub fn day_of_check(model: &Model) -> Date {
    day_of(&model.world, moment(model))
}

/// The findings of now, or of a day that was asked for.
fn check(model: &Model) -> Vec<Line> {
    let checked = of_world(&model.world, moment(model));
    checked.findings.iter().map(|found| finding(found, &model.world.groups)).collect()
}

fn finding(found: &Finding, groups: &Groups) -> Line {
    let tone = match found.severity {
        Severity::Error => Tone::Bad,
        Severity::Warning => Tone::Warn,
        Severity::Info => Tone::Dim,
    };
    let project = found.spot.project.as_ref();
    let group = project.map_or("The whole roadmap".to_owned(), ToString::to_string);
    let mut detail: Vec<_> = found.evidence.iter().map(|fact| words::named(fact, groups)).collect();
    detail.push(format!("This is {}.", found.confidence.word()));
    let copy = remedy(&found.remedy, &mut detail, groups);
    let id = found.id();
    let issue = found.issues.first().cloned().map(Id::Issue);
    Line {
        id,
        group,
        tag: found.severity.word().to_owned(),
        tone,
        text: words::named(&found.message, groups),
        aside: found.rule.to_owned(),
        detail,
        about: thing(project, found.spot.item.as_ref()).or(issue),
        place: Some(found.spot.place),
        copy,
        is_fixable: found.is_edit(),
        ..Line::default()
    }
}

/// Says what to do, and returns what `Y` copies.
fn remedy(remedy: &Remedy, detail: &mut Vec<String>, groups: &Groups) -> Option<String> {
    match remedy {
        Remedy::Edit(edit) => {
            detail.push(format!("Remedy: {} (a shows the diff)", described(edit)));
            None
        }
        Remedy::Say { text, .. } => {
            detail.push("Remedy: say this on GitHub (Y copies it):".to_owned());
            let text = words::named(text, groups);
            detail.extend(text.lines().map(|line| format!("  {line}")));
            Some(text)
        }
        Remedy::None => None,
    }
}

fn described(edit: &Edit) -> String {
    match edit {
        Edit::Set { project, item: Some(item), key, value } => format!("set {key} of {project}/{item} to {value}"),
        Edit::Set { project, item: None, key, value } => format!("set {key} of {project} to {value}"),
        Edit::Append { project, key, value } => format!("add {value} to the {key} of {project}"),
        Edit::AddProject { id, .. } => format!("add the project {id}"),
    }
}
