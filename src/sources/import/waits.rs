//! Validation of blockers: those that would form a cycle or exceed the limit of the file become notes.

use std::collections::HashMap;

use super::{ItemDraft, RoadmapDraft};
use crate::domain::circles::Circles;
use crate::domain::{IssueRef, Repo};
use crate::sources::roadmap_file::MOST_WAITS;

impl RoadmapDraft {
    /// Moves blockers that the reader of roadmap files would reject into the notes.
    pub(super) fn keep_possible_blockers(&mut self) {
        let Self { repo, migrated, projects, .. } = self;
        for item in migrated {
            // Migrated items wait for nothing.
            item.waits_only_for(repo, |_| false);
        }
        let is_blocked = |item: &ItemDraft| !item.blocked_by.is_empty();
        if !projects.iter().any(|project| !project.blocked_by.is_empty() || project.items.iter().any(is_blocked)) {
            return;
        }
        let graph = DraftGraph::of(self);
        let mut item_at = self.projects.len() * 2;
        let mut waits = 0_usize;
        for (at, project) in self.projects.iter_mut().enumerate() {
            let items = project.items.len().max(1);
            let mut fits = |node: usize, issue: &IssueRef, count: usize| {
                waits = waits.saturating_add(count);
                waits <= MOST_WAITS && !graph.is_circular(node, issue)
            };
            keep(&mut project.blocked_by, &mut project.notes, &self.repo, |issue| fits(links_of(at), issue, items));
            for item in &mut project.items {
                item.waits_only_for(&self.repo, |issue| fits(item_at, issue, 1));
                item_at += 1;
            }
        }
    }
}

impl ItemDraft {
    fn waits_only_for(&mut self, home: &Repo, fits: impl FnMut(&IssueRef) -> bool) {
        keep(&mut self.blocked_by, &mut self.notes, home, fits);
    }
}

/// Keeps the blockers that fit, and lists the others in a note.
fn keep(blockers: &mut Vec<IssueRef>, notes: &mut Vec<String>, home: &Repo, mut fits: impl FnMut(&IssueRef) -> bool) {
    let (kept, others): (Vec<_>, Vec<_>) = std::mem::take(blockers).into_iter().partition(|issue| fits(issue));
    *blockers = kept;
    if !others.is_empty() {
        let shown: Vec<String> = others.iter().map(|issue| issue.short(home)).collect();
        notes.push(format!("Blocked by {}.", shown.join(", ")));
    }
}

/// Dependency graph. Node numbers: two for each project (its end, which waits for its items; its blockers, which its
/// items wait for), then the items, then the issues.
struct DraftGraph {
    issues: HashMap<IssueRef, usize>,
    circles: Circles<usize>,
}

fn links_of(project: usize) -> usize {
    project * 2 + 1
}

impl DraftGraph {
    fn of(draft: &RoadmapDraft) -> Self {
        let items: usize = draft.items();
        let mut issues: HashMap<IssueRef, usize> = HashMap::new();
        let mut node_of = |issue: &IssueRef| {
            let next = draft.projects.len() * 2 + items + issues.len();
            *issues.entry(issue.clone()).or_insert(next)
        };
        let mut edges: Vec<(usize, usize)> = Vec::new();
        let mut item_at = draft.projects.len() * 2;
        for (at, project) in draft.projects.iter().enumerate() {
            edges.push((at * 2, links_of(at)));
            edges.extend(project.issues.iter().map(|issue| (node_of(issue), at * 2)));
            edges.extend(project.blocked_by.iter().map(|issue| (links_of(at), node_of(issue))));
            for item in &project.items {
                edges.extend([(at * 2, item_at), (item_at, links_of(at))]);
                edges.extend(item.issue.iter().map(|issue| (node_of(issue), item_at)));
                edges.extend(item.blocked_by.iter().map(|issue| (item_at, node_of(issue))));
                item_at += 1;
            }
        }
        Self { issues, circles: Circles::of(&edges) }
    }

    /// Whether a node would wait for itself if it waited for an issue.
    fn is_circular(&self, node: usize, issue: &IssueRef) -> bool {
        self.issues.get(issue).is_some_and(|issue| self.circles.has(node, *issue))
    }
}
