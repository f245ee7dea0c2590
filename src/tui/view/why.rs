//! The window that explains a number or a state: its rule, source and date.

use super::super::model::Id;
use super::text::PageText;
use super::{Scene, issue, page};
use crate::domain::{ItemRow, ProjectRow};
use crate::insight::explain::Explainer;
use crate::insight::trend::SeriesId;
use crate::words;

/// Fills the window and returns its title.
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
    if let Some(trend) = model.trend(id) {
        super::trend::fill(text, scene, trend);
        return format!("Trend of {}", trend.unit);
    }
    let Some(line) = model.line(id) else { return "Details".to_owned() };
    page::facts(text, scene, line);
    let Some(series) = &line.series else { return "Details".to_owned() };
    if let SeriesId::Counter(counter) = series {
        text.gap();
        for fact in explainer(scene).counter(counter) {
            text.paragraph(&fact, 1);
        }
    }
    line.title().to_owned()
}

fn explainer<'a>(scene: &Scene<'a>) -> Explainer<'a> {
    Explainer { world: &scene.model.world, board: &scene.model.board }
}

fn of_project<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, row: &ProjectRow) {
    let explainer = explainer(scene);
    text.paragraph(&explainer.project(row), 1);
    for line in row.measure.iter().flat_map(|id| explainer.counter(id)) {
        text.paragraph(&line, 1);
    }
    text.gap();
    for item in &row.items {
        text.paragraph(&format!("- {}", explainer.point(item)), 1);
    }
    text.gap();
    text.fact(scene, "As of", &scene.model.board.date.to_string());
    place(text, scene, &Id::Project(row.id.clone()));
}

fn of_item<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, item: &ItemRow) {
    text.paragraph(&item.title, 1);
    text.gap();
    for (label, fact) in explainer(scene).item(item) {
        text.fact(scene, label, &fact);
    }
    text.fact(scene, "As of", &scene.model.board.date.to_string());
    place(text, scene, &Id::Item(item.project.clone(), item.key.clone()));
    if let Some(id) = &item.issue {
        text.gap();
        issue::brief(text, scene, id);
    }
}

fn place<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, id: &Id) {
    if let Some(place) = scene.model.place_of(id) {
        let file = words::origin(&scene.model.world.origin);
        text.fact(scene, "Written at", &format!("{file}:{}", place.line));
    }
}
