//! View 6, Check: where roadmap and issues disagree.

use super::super::list::{ListLine, subject};
use super::super::order::Sort;
use super::super::{Id, IssuesLoaded};
use super::{Action as A, Grouping, Model, Spec, ViewContent};
use crate::domain::Date;
use crate::insight::finding::{Finding, Moment, Remedy, day_of, of_board};

pub(super) const VIEW: Spec = Spec {
    title: "Check",
    command: "check",
    help: "Check: where roadmap and issues disagree",
    content: ViewContent::Lines(lines),
    needs_all_issues: true,
    heading,
    empty,
    keys: &[A::Open, A::Fix, A::Edit, A::CopyText, A::Browse, A::Filter, A::Group, A::Why],
    sorts: &[Sort::Roadmap],
    groupings: &[Grouping::Plain, Grouping::Rule, Grouping::Owner],
    refusals: &[
        (A::Sort, "findings are in the order of the roadmap; {group} groups them"),
        (A::Completed, "findings about what is done are shown already"),
    ],
    checkout_day: Some(day),
    moves_since: None,
};

/// The heading; names the day of the findings if another one is selected.
fn heading(model: &Model) -> String {
    let heading = "Where roadmap and issues disagree";
    match day(model) {
        day if day == model.world.date => heading.to_owned(),
        day => format!("{heading}; compared with what was known on {day}"),
    }
}

fn empty(model: &Model) -> [String; 2] {
    if model.issues != IssuesLoaded::All {
        return ["reading all issues".into(), String::new()];
    }
    if model.world.snapshot.fetched_at.is_some() {
        ["roadmap and issues agree".into(), "{sync} fetches what is new".into()]
    } else {
        ["the issues were never fetched: nothing to compare with".into(), "{sync} fetches them".into()]
    }
}

fn moment(model: &Model) -> Moment {
    if model.world.date == model.now { Moment::Now } else { Moment::AsShown }
}

/// Returns the day of the findings.
pub fn day(model: &Model) -> Date {
    day_of(&model.world, moment(model))
}

/// The lines of the findings; empty until all issues are loaded.
fn lines(model: &Model) -> Vec<ListLine> {
    if model.issues != IssuesLoaded::All {
        return Vec::new();
    }
    let checked = of_board(&model.world, &model.board.on(&model.world.roadmap, &model.world.snapshot, day(model)));
    checked.findings.iter().map(|found| finding(model, found)).collect()
}

fn finding(model: &Model, found: &Finding) -> ListLine {
    let project = found.location.project.as_ref();
    let group = project.map_or("The whole roadmap".to_owned(), |id| model.title_of(id));
    let mut detail: Vec<_> = found.evidence.clone();
    detail.push(format!("Confidence: {}", found.confidence.word()));
    let copy = remedy(model, &found.remedy, &mut detail);
    let id = found.id();
    let issue = found.issues.first().cloned().map(Id::Issue);
    ListLine {
        id,
        group,
        tag: found.severity.word().to_owned(),
        tone: found.severity.tone(),
        text: found.message.clone(),
        aside: found.rule.to_owned(),
        detail,
        about: subject(project, found.location.item.as_ref()).or(issue),
        place: Some(found.location.place),
        copy,
        is_fixable: found.edit().is_some(),
        ..ListLine::default()
    }
}

/// Adds the remedy to the detail, and returns the text that `Y` copies.
fn remedy(model: &Model, remedy: &Remedy, detail: &mut Vec<String>) -> Option<String> {
    let key = |action| model.keymap.key(action);
    match remedy {
        Remedy::Edit(_) => {
            let text = remedy.text(&model.world.roadmap.repo).unwrap_or_default();
            detail.push(format!("Remedy: {text} ({} shows the diff)", key(A::Fix)));
            None
        }
        Remedy::Say { text, .. } => {
            detail.push(format!("Remedy: say this on GitHub ({} copies it):", key(A::CopyText)));
            detail.extend(text.lines().map(|line| format!("  {line}")));
            Some(text.clone())
        }
        Remedy::Run(text) => {
            detail.push(format!("Remedy: {text}"));
            None
        }
        Remedy::None => None,
    }
}
