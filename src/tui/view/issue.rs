//! An issue: a summary for the preview, and its page.

use std::fmt::Write as _;

use ratatui::text::{Line, Span};

use super::super::theme::DOT;
use super::text::PageText;
use super::{Scene, boxes, fit, markdown};
use crate::domain::board::progress_inside;
use crate::domain::{Issue, IssueRef, IssueState, Pull};
use crate::words::{self, label};

/// Adds the summary: title, state, labels and last comment.
pub(super) fn brief<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, id: &IssueRef) {
    let Some(issue) = scene.model.world.snapshot.issue(id) else {
        return missing(text, scene, id);
    };
    title(text, scene, issue);
    state(text, scene, issue);
    text.fact(scene, "Labels", &issue.labels.join(", "));
    let world = &scene.model.world;
    text.facts(scene, label::LAST_COMMENT, world.at(world.date).last_comment(issue).map(words::comment));
}

/// Adds everything that is known, and the text of the issue.
pub(super) fn full<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, id: &IssueRef) {
    let world = &scene.model.world;
    let Some(issue) = world.snapshot.issue(id) else { return missing(text, scene, id) };
    let at = world.at(world.date);
    title(text, scene, issue);
    state(text, scene, issue);
    if let Some(caveat) = words::as_seen(at) {
        text.paragraph(&caveat, 1);
    }
    text.fact(scene, "Link", &id.url(&world.web));
    people(text, scene, issue);
    relatives(text, scene, issue);
    text.facts(scene, label::LAST_COMMENT, at.last_comment(issue).map(words::comment_quoted));
    boxes::list(text, scene, issue);
    body(text, scene, issue);
}

fn missing<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, id: &IssueRef) {
    let world = &scene.model.world;
    let why = world.snapshot.missing.get(id).map_or_else(|| "not fetched yet".to_owned(), words::absence);
    text.push(Line::styled(format!(" {}", id.short(&world.roadmap.repo)), scene.theme.strong()));
    let fetch = scene.model.keymap.fill("{sync} fetches it");
    text.push(Line::styled(format!(" {why}; {fetch}"), scene.theme.dim()));
}

fn title<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, issue: &Issue) {
    let number = issue.id.short(&scene.model.world.roadmap.repo);
    let title = if text.add_once(&issue.title) { issue.title.as_str() } else { "" };
    for (at, part) in fit::wrap(title, text.width.saturating_sub(number.len() + 4)).into_iter().enumerate() {
        let lead = if at == 0 { format!(" {number}  ") } else { " ".repeat(number.len() + 3) };
        text.push(vec![Span::styled(lead, scene.theme.accent()), Span::styled(part, scene.theme.strong())]);
    }
}

fn state<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, issue: &Issue) {
    let theme = scene.theme;
    let style = if issue.state == IssueState::Open { theme.good() } else { theme.unknown() };
    let kind = if issue.is_pull { "pull request, " } else { "" };
    let mut facts = Vec::new();
    if let Some(progress) = progress_inside::of_tasks(issue, &scene.model.world.snapshot) {
        facts.push(format!("{} tasks", words::progress(progress)));
    }
    if issue.comments > 0 {
        facts.push(words::count(u64::from(issue.comments), "comment", "comments"));
    }
    if issue.locked {
        facts.push("locked".into());
    }
    facts.insert(0, String::new());
    let world = &scene.model.world;
    let state = words::reason_on(issue, world.at(world.date));
    let facts = facts.join(DOT);
    text.push(vec![
        Span::styled(format!(" {kind}{state}"), style),
        Span::styled(fit::cut(&facts, text.width), theme.dim()),
    ]);
}

fn people<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, issue: &Issue) {
    let opened = issue.created.map(|at| at.date().to_string()).unwrap_or_default();
    let by = issue.author.as_ref().map(|author| format!(" by @{author}")).unwrap_or_default();
    text.fact(scene, "Opened", format!("{opened}{by}").trim_start());
    text.fact(scene, label::ASSIGNEES, &words::people(&issue.assignees));
    text.fact(scene, "Labels", &issue.labels.join(", "));
    text.facts(scene, "Type", &issue.issue_type);
    if let Some(milestone) = &issue.milestone {
        let due = milestone.due.map(|due| format!(", due {due}")).unwrap_or_default();
        let over = if milestone.closed { ", closed" } else { "" };
        text.fact(scene, "Milestone", &format!("{}{due}{over}", milestone.title));
    }
}

fn relatives<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, issue: &Issue) {
    let world = &scene.model.world;
    let home = &world.roadmap.repo;
    let named = |id: &IssueRef| match world.snapshot.issue(id) {
        Some(issue) => format!("{} {}", id.short(home), issue.title),
        None => id.short(home),
    };
    text.facts(scene, label::PARENTS, world.snapshot.parents(issue).iter().map(named));
    let child = |child: &Issue| format!("{} {}: {}", child.id.short(home), words::reason(&child.state), child.title);
    text.facts(scene, label::CHILDREN, world.snapshot.children(issue).into_iter().map(child));
    text.facts(scene, label::DUPLICATE_OF, issue.duplicate_of.iter().map(named));
    text.facts(scene, label::BLOCKED_BY, issue.blocked_by.iter().map(named));
    text.facts(scene, label::BLOCKING, issue.blocking.iter().map(named));
    let open = issue.pulls.iter().flatten().filter(|pull| pull.is_open);
    let pull = |pull: &Pull| {
        let by = pull.author.as_ref().map(|author| format!(" by @{author}")).unwrap_or_default();
        format!("{}{by}", pull.id.short(home))
    };
    text.facts(scene, label::OPEN_PULLS, open.map(pull));
}

/// Adds the text of the issue; where there is none, its task list.
fn body<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, issue: &Issue) {
    text.gap();
    if !issue.body.trim().is_empty() {
        markdown::below(text, scene, &issue.body);
        return;
    }
    let mut list = String::new();
    for task in &issue.tasks {
        if list.len() > fit::LONGEST {
            break;
        }
        let indent = "  ".repeat(usize::from(task.depth.min(8)));
        let _ = writeln!(list, "{indent}{} {}", task.state.mark(), task.text);
    }
    if list.is_empty() {
        // The text of an issue without a description is a newline, once it was fetched.
        let where_else = if issue.body.is_empty() {
            scene.model.keymap.fill(" its text was not fetched; {browse} opens it in a browser")
        } else {
            " no description".to_owned()
        };
        text.push(Line::styled(where_else, scene.theme.dim()));
    } else {
        text.heading(scene, "TASKS");
        text.paragraph(&list, 1);
    }
}
