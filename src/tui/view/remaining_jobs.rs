//! The page of what a counter has left: its groups, then the jobs of one group.

use ratatui::text::{Line, Span};

use super::super::model::remaining_jobs;
use super::super::model::remaining_jobs::{LeftJobs, RemainingJobsPage, Search};
use super::super::theme::DOT;
use super::text::PageText;
use super::{Scene, fit};
use crate::domain::Unit;
use crate::domain::tally::{NONE, TallyGroup, shown_key};
use crate::words;

/// Adds the page: the counter, then groups or jobs, or the error of the search.
pub(super) fn full<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, page: &RemainingJobsPage) {
    if page.group.is_none() {
        counter(text, scene, page);
    }
    match scene.model.left.get(&page.counter) {
        None | Some(Search::Running) => text.push(Line::styled(" counting in the checkout …", scene.theme.dim())),
        Some(Search::Failed(why)) => failed(text, scene, why),
        Some(Search::Found(found)) => jobs(text, scene, page, found),
    }
}

/// The name of the page in the breadcrumbs.
pub(super) fn name(page: &RemainingJobsPage) -> String {
    page.group.as_ref().map_or_else(|| page.counter.to_string(), |key| shown_key(key).to_owned())
}

fn counter<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, page: &RemainingJobsPage) {
    let model = scene.model;
    let Some(row) = model.board.counter(&page.counter) else { return };
    text.push(Line::styled(format!(" {}", row.unit), scene.theme.strong()));
    if let Some((reading, inner)) = row.reading.as_ref().zip(row.inner()) {
        let (amount, share) = (words::amount(&inner), words::share(&inner));
        text.fact(scene, "Reading", &format!("{amount} ({share}) on {}", reading.date));
    }
    if let Some(rule) = remaining_jobs::rule(model, &page.counter) {
        text.fact(
            scene,
            "Rule",
            &format!("{} (version {})", rule.name.as_deref().unwrap_or("without a name"), rule.version),
        );
    }
    text.gap();
}

fn failed<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, why: &str) {
    text.push(Line::styled(" What is left cannot be listed", scene.theme.warn()));
    for line in why.lines() {
        text.paragraph(line.trim_start_matches("error: "), 1);
    }
}

fn jobs<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, page: &RemainingJobsPage, found: &LeftJobs) {
    let shown = if page.group.is_some() { remaining_jobs::jobs(scene.model, page).len() } else { found.jobs.len() };
    let read = match &found.commit {
        Some((commit, day)) => format!("the checkout at {commit} of {day}"),
        None => "a folder without history".to_owned(),
    };
    let nouns = nouns(scene, page);
    let left = format!("{} left in {read}", words::count(shown as u64, nouns.0, nouns.1));
    text.push(Line::styled(fit::cut(&format!(" {left}"), text.width), scene.theme.strong()));
    if !found.is_complete {
        text.push(Line::styled(" files are missing there: more may be left", scene.theme.warn()));
    }
    match &page.group {
        Some(_) => rows(text, scene, page),
        None if found.jobs.is_empty() => {}
        None => groups(text, scene, page),
    }
}

/// The singular and plural of what the counter counts.
fn nouns(scene: &Scene<'_>, page: &RemainingJobsPage) -> (&'static str, &'static str) {
    remaining_jobs::rule(scene.model, &page.counter).map_or(("job", "jobs"), crate::domain::Rule::nouns)
}

fn groups<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, page: &RemainingJobsPage) {
    let (_, many) = nouns(scene, page);
    let keys = format!(
        " By {}. {{open}} shows the {many}, {{group}} other groups, {{copy-text}} copies a task list",
        page.by.word()
    );
    let keys = scene.model.keymap.fill(&keys);
    text.push(Line::styled(fit::cut(&keys, text.width), scene.theme.dim()));
    text.gap();
    let groups = remaining_jobs::groups(scene.model, page);
    let most = groups.first().map_or(0, |group| group.progress.left());
    let names = groups.iter().map(|group| fit::width(shown_key(&group.key))).max().unwrap_or(0);
    let names = names.min(text.width.saturating_sub(32).max(20));
    for group in &groups {
        text.anchors.push(text.lines.len());
        text.push(one_group(scene, group, names, most));
    }
}

fn one_group<'a>(scene: &Scene<'a>, group: &TallyGroup, names: usize, most: u64) -> Line<'a> {
    let theme = scene.theme;
    let left = group.progress.left();
    // Bars are relative to the group with the most left, which comes first.
    let wide = (left * 20).div_ceil(most.max(1)) as usize;
    let name = fit::left(shown_key(&group.key), names);
    Line::from(vec![
        Span::styled(format!("   {name}"), if group.key == NONE { theme.dim() } else { ratatui::style::Style::new() }),
        Span::raw(format!("  {left:>6}  ")),
        Span::styled("━".repeat(wide), theme.accent()),
    ])
}

fn rows<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, page: &RemainingJobsPage) {
    let keys = scene.model.keymap.fill(" {copy-text} copies them as a task list for an issue, {back} goes back");
    text.push(Line::styled(keys, scene.theme.dim()));
    text.gap();
    let jobs = remaining_jobs::jobs(scene.model, page);
    let names = jobs.iter().map(|job| fit::width(&job.name)).max().unwrap_or(0);
    let names = names.min((text.width / 2).max(20));
    for job in jobs {
        text.anchors.push(text.lines.len());
        text.push(one_job(scene, job, names, text.width));
    }
}

fn one_job<'a>(scene: &Scene<'a>, job: &Unit, names: usize, width: usize) -> Line<'a> {
    let theme = scene.theme;
    let whole = if job.line.is_some() { "(no name)" } else { job.path.as_str() };
    let name = if job.name.is_empty() { whole } else { job.name.as_str() };
    let sigs = job.field("sig");
    let sigs = if sigs.is_empty() { job.field(crate::domain::tally::OWNER) } else { sigs };
    let cluster = job.field_text("cluster");
    let cluster = if cluster.is_empty() { cluster } else { fit::left(&cluster, 12) };
    let place = job.place();
    let place = place.strip_prefix("config/jobs/").unwrap_or(&place).to_owned();
    let rest = width.saturating_sub(names + 19);
    // The file name says more than the folder.
    let file = place.rsplit_once('/').map_or(place.as_str(), |(_, file)| file);
    let place = if fit::width(&place) > rest { file.to_owned() } else { place };
    let aside = if sigs.is_empty() { place } else { format!("{place}{}{}", DOT, sigs.join(", ")) };
    Line::from(vec![
        Span::raw(format!("   {}  ", fit::left(name, names))),
        Span::raw(format!("{cluster}  ")),
        Span::styled(fit::cut(&aside, rest), theme.dim()),
    ])
}
