//! Issue section of a page: the facts fetched from GitHub.

use crate::domain::board::progress_inside;
use crate::domain::{Comment, Issue, IssueRef, Repo, World};
use crate::report::{Block, Cell, Column, Field, Json, Page, Table, json};
use crate::words::{self, label};

/// Adds what is known about an issue.
pub(super) fn add(page: &mut Page, id: &IssueRef, world: &World) {
    match (world.snapshot.issue(id), world.snapshot.missing.get(id)) {
        (Some(issue), _) => found(page, issue, world),
        (None, missing) => {
            let why = missing.map_or_else(|| "not fetched yet".to_owned(), words::absence);
            page.fields(vec![
                Field::new("issue", "Issue", Cell::new(id.to_string())),
                Field::new("issue_state", "Found", Cell::of(why, Json::Null)),
                Field::new("url", "Link", Cell::new(id.url(&world.web))),
            ]);
        }
    }
}

fn found(page: &mut Page, issue: &Issue, world: &World) {
    let home = &world.roadmap.repo;
    let kind = if issue.is_pull { "Pull request" } else { "Issue" };
    // The title of an item is often that of its issue.
    let is_titled = page.blocks.contains(&Block::Title(issue.title.clone()));
    let title = if is_titled { String::new() } else { format!(": {}", issue.title) };
    page.title(format!("{kind} {}{title}", issue.id.short(home)));
    let at = world.at(world.date);
    if let Some(caveat) = words::as_seen(at) {
        page.line(caveat);
    }
    let mut fields = vec![
        Field::new("issue", "", Cell::data(issue.id.to_string())),
        Field::new("issue_title", "", Cell::data(issue.title.as_str())),
        Field::new("issue_state", "State", Cell::new(words::reason_on(issue, at))),
        Field::new(
            "opened",
            "Opened",
            day(issue.created.map(|created| created.date().to_string()), issue.author.as_deref()),
        ),
        Field::new("last_word", label::LAST_COMMENT, last_comment(at.last_comment(issue))),
        list_of("labels", "Labels", issue.labels.iter().map(ToString::to_string).collect()),
        list_of("assignees", label::ASSIGNEES, issue.assignees.iter().map(|login| format!("@{login}")).collect()),
    ];
    if let Some(own) = &issue.issue_type {
        fields.push(Field::new("type", "Type", Cell::new(own.as_str())));
    }
    if let Some(milestone) = &issue.milestone {
        fields.push(Field::new("milestone", "Milestone", Cell::new(milestone.title.as_str())));
    }
    fields.push(issues("parents", label::PARENTS, world.snapshot.parents(issue).iter(), home));
    let children = world.snapshot.children(issue);
    fields.push(issues("children", label::CHILDREN, children.iter().map(|child| &child.id), home));
    fields.extend(relations(issue, home));
    if let Some(pulls) = &issue.pulls {
        let open = pulls.iter().filter(|pull| pull.is_open).map(|pull| &pull.id);
        fields.push(issues("open_pulls", label::OPEN_PULLS, open, home));
    }
    fields.push(list_of("names", "Names", issue.names.iter().map(ToString::to_string).collect()));
    let url = issue.id.url(&world.web);
    fields.push(Field::new("url", "Link", Cell::new(url.as_str()).link(Some(url.clone()))));
    page.fields(fields);
    if !issue.tasks.is_empty() {
        tasks(page, issue, world);
    }
}

/// The fields for a duplicate and for GitHub's dependencies, where there are any.
fn relations(issue: &Issue, home: &Repo) -> Vec<Field> {
    let duplicate = issue.duplicate_of.as_slice();
    let all = [
        ("duplicate_of", label::DUPLICATE_OF, duplicate),
        ("issue_blocked_by", label::BLOCKED_BY, issue.blocked_by.as_slice()),
        ("blocking", label::BLOCKING, issue.blocking.as_slice()),
    ];
    let found = all.into_iter().filter(|(.., ids)| !ids.is_empty());
    found.map(|(key, label, ids)| issues(key, label, ids.iter(), home)).collect()
}

fn day(day: Option<String>, by: Option<&str>) -> Cell {
    let shown = match (&day, by) {
        (Some(day), Some(by)) => format!("{day} by @{by}"),
        (Some(day), None) => day.clone(),
        (None, _) => "date not known".to_owned(),
    };
    Cell::of(shown, day)
}

fn last_comment(comment: Option<&Comment>) -> Cell {
    let shown = comment.map_or_else(|| "none known".to_owned(), words::comment_quoted);
    Cell::of(shown, comment.map(|comment| comment.at.rfc3339()))
}

/// A field with a list, which people see only if it is not empty.
fn list_of(key: &'static str, label: &'static str, texts: Vec<String>) -> Field {
    let label = if texts.is_empty() { "" } else { label };
    Field::new(key, label, Cell::of(texts.join(", "), json::list(texts)))
}

/// A field with issues: short names for people, full ones for programs.
fn issues<'i>(
    key: &'static str,
    label: &'static str,
    ids: impl Iterator<Item = &'i IssueRef> + Clone,
    home: &Repo,
) -> Field {
    let shown: Vec<_> = ids.clone().map(|id| id.short(home)).collect();
    let label = if shown.is_empty() { "" } else { label };
    Field::new(key, label, Cell::of(shown.join(", "), json::list(ids.map(json::text))))
}

fn tasks(page: &mut Page, issue: &Issue, world: &World) {
    let progress = progress_inside::of_tasks(issue, &world.snapshot);
    let progress = progress.map(|progress| format!(" {}", words::progress(progress))).unwrap_or_default();
    let seen = world.snapshot.fetched_at.map(|fetched| format!(", as seen {}", fetched.date())).unwrap_or_default();
    page.line(format!("Tasks{progress}{seen}"));
    let states = world.at(world.date).boxes_of(issue);
    let home = &world.roadmap.repo;
    page.table(Table::of(
        "tasks",
        issue.tasks.iter().zip(&*states).map(|(task, state)| (task, state.as_ref(), home)),
        &[
            (Column::people("TASK").cut(30), |(task, ..)| {
                let indent = "  ".repeat(usize::from(task.depth));
                Cell::new(format!("{indent}{} {}", task.state.mark(), task.text))
            }),
            (Column::data("text"), |(task, ..)| Cell::data(task.text.as_str())),
            (Column::data("state"), |(task, ..)| Cell::data(task.state.word())),
            (Column::data("depth"), |(task, ..)| Cell::data(u32::from(task.depth))),
            (Column::people("BOX").cut(20), |(_, state, home)| {
                Cell::new(state.map(|state| words::box_state_in_full(state, home)).unwrap_or_default())
            }),
            (Column::data("box"), |(_, state, _)| Cell::data(state.map(|state| state.kind.word()))),
            (Column::data("confidence"), |(_, state, _)| Cell::data(state.map(|state| state.confidence.word()))),
            (Column::data("people"), |(_, state, _)| {
                Cell::data(json::texts(state.iter().flat_map(|state| &state.people)))
            }),
            (Column::data("since"), |(_, state, _)| Cell::data(json::maybe(state.and_then(|state| state.since)))),
            (Column::data("evidence"), |(_, state, home)| {
                let evidence = state.iter().flat_map(|state| &state.evidence);
                Cell::data(json::list(evidence.map(|fact| words::box_evidence(fact, home))))
            }),
            (Column::new("issues", "ISSUES").cut(10).leaves(1), |(task, _, home)| {
                let shown: Vec<_> = task.issues.iter().map(|id| id.short(home)).collect();
                Cell::of(shown.join(" "), json::texts(&task.issues))
            }),
        ],
    ));
}
