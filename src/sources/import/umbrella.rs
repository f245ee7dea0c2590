//! Importer of umbrella issues: the issue's own list, its sub-issues, and the issues that name it as their parent.

use std::collections::HashSet;

use super::blockers;
use super::document::ListItem;
use super::inline::Inline;
use super::markdown::{ImportContext, from_body};
use super::owners::OwnerDraft;
use super::projects::gcp_project;
use super::tokens::{LinkContext, push_all_new};
use super::{Imported, ItemDraft, ProjectDraft, RoadmapDraft};
use crate::domain::boxes::{self, TaskLists};
use crate::domain::conventions::K8S_INFRA;
use crate::domain::{Certainty, Groups, Issue, IssueRef, Snapshot, State, Task, TaskState};
use crate::sources::roadmap_file::slug;

/// An umbrella issue and its context.
#[derive(Debug, Clone, Copy)]
pub struct Umbrella<'a> {
    /// The issue.
    pub id: &'a IssueRef,
    /// The fetched issues, the umbrella included.
    pub snapshot: &'a Snapshot,
    /// Its text.
    pub body: &'a str,
    /// The web host beside `github.com`.
    pub host: &'a str,
    /// The groups that own things.
    pub groups: &'a Groups,
}

/// Imports an umbrella; returns `None` if it is not in the snapshot. The draft is empty if the umbrella has no list, no
/// child and no references.
pub fn from_umbrella(umbrella: &Umbrella<'_>) -> Option<Imported> {
    let issue = umbrella.snapshot.issue(umbrella.id)?;
    let mut imported = own_list(umbrella, issue);
    let draft = &mut imported.draft;
    draft.umbrellas = vec![umbrella.id.clone()];
    let mut known: HashSet<IssueRef> = draft.issues().cloned().collect();
    known.insert(umbrella.id.clone());
    let mut children = umbrella.snapshot.children(issue);
    children.retain(|child| !known.contains(&child.id));
    let lists = TaskLists::of(children.iter().copied());
    for child in children {
        match box_of(draft, child) {
            Some(item) => item.issue = Some(child.id.clone()),
            None => add_child(draft, (child, &lists), issue, umbrella),
        }
    }
    if draft.projects.is_empty() {
        add_references(draft, issue);
    }
    draft.make_ids_unique();
    draft.keep_possible_blockers();
    Some(imported)
}

/// Imports the umbrella's own list: names of GCP projects, else the list in its body, else the boxes of its comments.
fn own_list(umbrella: &Umbrella<'_>, issue: &Issue) -> Imported {
    let source = umbrella.id.to_string();
    let mut draft = RoadmapDraft {
        source: source.clone(),
        title: issue.title.clone(),
        repo: umbrella.id.repo.clone(),
        umbrellas: Vec::new(),
        migrated: Vec::new(),
        projects: Vec::new(),
    };
    if !issue.names.is_empty() && names_gcp_projects(umbrella, issue) {
        draft.projects = issue.names.iter().map(|name| named(name.as_str())).collect();
        return Imported { draft, notes: Vec::new() };
    }
    let around = ImportContext {
        name: &source,
        repo: Some(&umbrella.id.repo),
        fallback: &umbrella.id.repo,
        host: umbrella.host,
        groups: umbrella.groups,
        section: None,
        title: Some(&issue.title),
    };
    if let Ok(imported) = from_body(umbrella.body, &around) {
        return imported;
    }
    if !issue.tasks.is_empty() {
        let items = issue.tasks.iter().map(|task| umbrella.item_of_task(task, issue)).collect();
        draft.project_called(&issue.title).items = items;
    }
    Imported { draft, notes: Vec::new() }
}

/// Whether the title of the umbrella or of a child mentions GCP projects, so that bare hyphenated words are their names.
fn names_gcp_projects(umbrella: &Umbrella<'_>, issue: &Issue) -> bool {
    let speaks = |text: &str| text.to_ascii_lowercase().contains("gcp project");
    speaks(&issue.title) || umbrella.snapshot.children(issue).iter().any(|child| speaks(&child.title))
}

/// The only box of the umbrella without an issue that has the name of a child.
fn box_of<'d>(draft: &'d mut RoadmapDraft, child: &Issue) -> Option<&'d mut ItemDraft> {
    let items = draft.projects.iter_mut().filter(|project| project.issues.is_empty()).flat_map(|own| &mut own.items);
    let is_named = |item: &&mut ItemDraft| item.issue.is_none() && boxes::is_same_name(&item.title, &child.title);
    let mut named = items.filter(is_named);
    named.next().filter(|_| named.next().is_none())
}

/// Adds a child as a project if it has a task list of its own or names a GCP project, else as an item.
fn add_child(draft: &mut RoadmapDraft, child: (&Issue, &TaskLists<'_>), parent: &Issue, umbrella: &Umbrella<'_>) {
    let (child, lists) = child;
    let name = gcp_project(&child.title);
    if name.is_none() && (child.tasks.is_empty() || lists.are_steps(child)) {
        let item = ItemDraft { issue: Some(child.id.clone()), ..ItemDraft::default() };
        draft.project_called(&parent.title).items.push(item);
        return;
    }
    let found = name.and_then(|name| draft.projects.iter().position(|project| project.id == name));
    let position = found.unwrap_or(draft.projects.len());
    if found.is_none() {
        draft.projects.push(match name {
            Some(name) => named(name),
            None => ProjectDraft { title: child.title.clone(), ..named(&slug(&child.title)) },
        });
    }
    let Some(project) = draft.projects.get_mut(position) else { return };
    project.issues.push(child.id.clone());
    let tasks = child.tasks.iter().filter(|task| task.depth == 0);
    project.items.extend(tasks.map(|task| umbrella.item_of_task(task, child)));
    add_owners(&mut project.owner, child, umbrella.groups);
}

/// Adds the issues that the body refers to, for an umbrella without any list.
fn add_references(draft: &mut RoadmapDraft, issue: &Issue) {
    let references = issue.references.iter().filter(|id| **id != issue.id).cloned();
    let items: Vec<_> = references.map(|id| ItemDraft { issue: Some(id), ..ItemDraft::default() }).collect();
    if !items.is_empty() {
        draft.project_called(&issue.title).items = items;
    }
}

fn named(name: &str) -> ProjectDraft {
    ProjectDraft { id: name.to_owned(), ..ProjectDraft::default() }
}

impl Umbrella<'_> {
    fn item_of_task(&self, task: &Task, of: &Issue) -> ItemDraft {
        let context = LinkContext { repo: &of.id.repo, host: self.host, groups: self.groups };
        let text = Inline::of_box(&without_link_numbers(task));
        let line = Some(blockers::take(&context.tokens(&text))).filter(|line| !line.is_only_blockers());
        let line = line.unwrap_or_default();
        let is_measure = |issue: &&IssueRef| line.issues.contains(issue) || line.notes.is_empty();
        let issue =
            boxes::measuring_issues(task).filter(is_measure).find(|issue| !line.blocked_by.contains(issue)).cloned();
        let ticked = Some(task.state == TaskState::Done);
        let content = context.item(&ListItem { ticked, text, ..ListItem::default() });
        let item = content.into_item(context.repo);
        let state = if task.state == TaskState::Dropped { Some(State::Dropped) } else { item.state };
        // The issue of an item tells whether it is done.
        let state = state.filter(|state| issue.is_none() || *state != State::Done);
        // A line that only names its blockers has no other title.
        let is_lost = issue.is_none() && (item.issue.is_some() || item.title.is_empty());
        let title = if is_lost { task.text.clone() } else { item.title };
        let title = if title.is_empty() && issue.is_none() { "???".to_owned() } else { title };
        ItemDraft { title, issue, blocked_by: line.blocked_by, state, ..item }
    }
}

/// Returns the text of a task without the numbers that are texts of its links: `Icon [13725](…/pull/13725)`.
fn without_link_numbers(task: &Task) -> String {
    const SHORTEST: usize = 3;
    let is_link = |word: &str| task.issues.iter().any(|issue| issue.number.to_string() == word);
    let words = task.text.split(' ').filter(|word| word.len() < SHORTEST || !is_link(word));
    words.collect::<Vec<_>>().join(" ")
}

/// Adds the groups that labels name, as proposed: labels are evidence, not a decision.
fn add_owners(owner: &mut OwnerDraft, child: &Issue, groups: &Groups) {
    let named = child.labels.iter().filter_map(|label| groups.of_label(label)).map(|group| group.id.clone());
    push_all_new(&mut owner.groups, named.filter(|id| id.as_str() != K8S_INFRA));
    owner.certainty = Some(match owner.groups.len() {
        0 => Certainty::None,
        1 => Certainty::Proposed,
        _ => Certainty::Either,
    });
}
