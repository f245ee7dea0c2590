//! Text for the clipboard: links, Markdown and Prow commands. Nothing is ever sent to GitHub.

use super::super::model::message::Copied;
use super::super::model::{Id, Model};
use crate::domain::{ItemRow, ProjectRow, State};
use crate::words;

/// Returns the link of the selection.
pub(super) fn link(model: &Model, id: &Id) -> Option<Copied> {
    let of_line = || model.line(id).and_then(|line| line.link.clone());
    let of_issue = || Some(model.issue_ref_of(id)?.url(&model.world.web));
    let of_roadmap = || model.page_links_of(id).first().map(|link| link.url.clone());
    let text = of_line().or_else(of_issue).or_else(of_roadmap)?;
    Some(Copied { what: text.clone(), text })
}

/// Returns the selection as Markdown; for free work the Prow command that claims it, for remaining jobs a task list.
pub(super) fn text(model: &Model, id: &Id) -> Option<Copied> {
    if let Id::Left(page) = id {
        let text = super::super::model::remaining_jobs::task_list(model, page)?;
        let key = crate::domain::tally::shown_key(page.group.as_deref().unwrap_or_default());
        return Some(Copied { text, what: format!("what is left of {key}, as a task list") });
    }
    if let Some(copy) = model.line(id).and_then(|line| line.copy.clone()) {
        let what = copy.lines().next().unwrap_or_default().to_owned();
        return Some(Copied { text: copy, what });
    }
    if let Some(item) = model.item_of(id) {
        return Some(Copied { text: item_line(model, item) + "\n", what: "the item as Markdown".into() });
    }
    if let Some(project) = model.project_of(id) {
        return Some(Copied { text: project_page(model, project), what: format!("{} as Markdown", project.id) });
    }
    let issue = model.issue_of(id)?;
    let text = format!("[{}]({})\n", escaped(&issue.title), issue.id.url(&model.world.web));
    Some(Copied { text, what: "the issue as Markdown".into() })
}

fn project_page(model: &Model, project: &ProjectRow) -> String {
    let owner = words::owner(&project.owner, &model.world.roadmap.groups);
    let done = model.board.measured(project).map_or_else(|| words::UNKNOWN.to_owned(), |own| words::inner(&own));
    let mut text = format!(
        "**{}**: {} ({done}), {} left, {owner}, as of {}\n\n",
        escaped(&project.title),
        words::percent(project.percent),
        words::count(project.left, "item", "items"),
        model.board.date,
    );
    for item in &project.items {
        text.push_str(&item_line(model, item));
        text.push('\n');
    }
    text
}

fn item_line(model: &Model, item: &ItemRow) -> String {
    let tick = if item.state.is_end() { "x" } else { " " };
    let title = escaped(&item.title);
    // As on GitHub, what is struck out was given up, not done.
    let title = if item.state == State::Dropped { format!("~~{title}~~") } else { title };
    let title = match &item.issue {
        Some(issue) => format!("[{title}]({})", issue.url(&model.world.web)),
        None => title,
    };
    let inner = item.inner.as_ref().map(|inner| format!(" ({})", words::inner(inner))).unwrap_or_default();
    format!("- [{tick}] {title}{inner}")
}

fn escaped(text: &str) -> String {
    crate::report::markdown::escape(text)
}
