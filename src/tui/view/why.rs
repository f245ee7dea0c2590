//! Why a number or a state is what it is: the rule, the source, the date.

use super::super::model::Id;
use super::text::PageText;
use super::{Scene, issue, project};
use crate::domain::{ItemRow, ProjectRow};
use crate::words;

/// Fills the window and gives its title.
pub(super) fn fill<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, id: &Id) -> String {
    let model = scene.model;
    if let Some(broken) = &model.broken {
        for line in broken.lines() {
            text.paragraph(line, 1);
        }
        return "The roadmap on disk cannot be read; the last good one is shown".to_owned();
    }
    if let Some(item) = model.item_of(id) {
        of_item(text, scene, item);
        return format!("{}: {}", item.title, words::state(item.state));
    }
    if let Some(project) = model.project_of(id) {
        of_project(text, scene, project);
        return format!("{}: {}", project.title, words::percent(project.percent));
    }
    if let Id::Issue(id) = id {
        issue::brief(text, scene, id);
        return format!("Issue {}", id.short(&model.world.roadmap.repo));
    }
    if let Some(trend) = model.trends.iter().find(|trend| Id::Line(format!("{:?}", trend.id)) == *id) {
        super::trend::fill(text, scene, trend);
        return format!("Trend of {}", trend.unit);
    }
    if let Some(line) = model.line(id) {
        text.paragraph(&line.text, 1);
        for detail in &line.detail {
            text.paragraph(detail, 1);
        }
    }
    "Details".to_owned()
}

fn of_project<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, row: &ProjectRow) {
    match (&row.measure, &row.reading) {
        (Some(id), Some(_)) => {
            text.paragraph(
                &format!("{} is done / total of the counter {id}, rounded down.", words::percent(row.percent)),
                1,
            );
            reading(text, scene, row);
        }
        (Some(id), None) => {
            text.paragraph(&format!("The counter {id} has no reading by {}.", scene.model.board.date), 1);
        }
        (None, _) if row.progress.total == 0 => {
            text.paragraph("The roadmap names no items, so there is nothing to count.", 1);
        }
        (None, _) => {
            let line = format!(
                "{} is {} of {} done or removed, rounded down. Progress inside an item is never mixed in.",
                words::percent(row.percent),
                row.progress.done,
                words::count(row.progress.total, "item", "items"),
            );
            text.paragraph(&line, 1);
        }
    }
    text.gap();
    for item in &row.items {
        let known = measure(scene, item);
        text.fact(scene, words::state(item.state), &format!("{}: {known}", item.title));
    }
    text.gap();
    text.fact(scene, "As of", &scene.model.board.date.to_string());
    place(text, scene, &Id::Project(row.id.clone()));
}

fn reading<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, row: &ProjectRow) {
    let Some(reading) = &row.reading else { return };
    let counter = row.measure.as_ref().and_then(|id| scene.model.world.roadmap.counter(id));
    let rule = counter.and_then(|counter| counter.rule(reading.rule));
    let name = rule.and_then(|rule| rule.name.as_ref()).map(|name| format!(", {name}")).unwrap_or_default();
    text.gap();
    let unit = counter.map_or("", |counter| counter.unit.as_str());
    text.fact(scene, "Reading", &format!("{} {unit} on {}", words::progress(reading.progress), reading.date));
    text.fact(scene, "Rule", &format!("version {}{name}", reading.rule));
    if let Some(note) = rule.and_then(|rule| rule.note.as_ref()) {
        text.fact(scene, "", note);
    }
    let commit = reading.commit.as_deref().map_or("recorded by hand".to_owned(), |commit| format!("commit {commit}"));
    text.fact(scene, "Source", &commit);
    if let Some(note) = &reading.note {
        text.fact(scene, "Note", note);
    }
    project::recorded(text, scene, row);
}

fn of_item<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, item: &ItemRow) {
    text.paragraph(&item.title, 1);
    text.gap();
    text.fact(scene, "State", &format!("{}, because {}", words::state(item.state), measure(scene, item)));
    if let Some(written) = item.contradicted {
        text.fact(scene, "But", &format!("the roadmap says {}; what was measured is shown", words::state(written)));
    }
    if let Some(inner) = &item.inner {
        text.fact(scene, "Inside", &words::inner(inner));
    }
    let free = words::item_freedom(item);
    if !free.is_empty() {
        text.fact(scene, "Free?", &free);
    }
    if !item.blocked_by.is_empty() {
        let home = &scene.model.world.roadmap.repo;
        let targets: Vec<_> = item.blocked_by.iter().map(|target| words::target(target, home)).collect();
        text.fact(scene, "Waits for", &targets.join(", "));
    }
    text.fact(scene, "Owner", &words::owner_in_full(&item.owner, &scene.model.world.roadmap.groups));
    text.fact(scene, "As of", &scene.model.board.date.to_string());
    place(text, scene, &Id::Item(item.project.clone(), item.key.clone()));
    if let Some(id) = &item.issue {
        text.gap();
        issue::brief(text, scene, id);
    }
}

fn measure(scene: &Scene<'_>, item: &ItemRow) -> String {
    let world = &scene.model.world;
    let issue = item.issue.as_ref().and_then(|id| world.snapshot.issue(id));
    words::measure(item, issue, &world.roadmap.repo)
}

fn place<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, id: &Id) {
    if let Some(place) = scene.model.place_of(id) {
        let file = words::origin(&scene.model.world.origin);
        text.fact(scene, "Written at", &format!("{file}:{}", place.line));
    }
}
