//! Validation of blockers: any that would form a cycle or exceed the limit of the file become notes.

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
        let before = self.clone();
        let circles = circles(&before);
        let mut waits = 0_usize;
        for (at, project) in self.projects.iter_mut().enumerate() {
            let items = project.items.len().max(1);
            let mut fits = |node: DraftNode<'static>, issue: &IssueRef, count: usize| {
                waits = waits.saturating_add(count);
                waits <= MOST_WAITS && !circles.has(node, DraftNode::Issue(issue))
            };
            let blockers = DraftNode::Blockers(at);
            keep(&mut project.blocked_by, &mut project.notes, &self.repo, |issue| fits(blockers, issue, items));
            for (position, item) in project.items.iter_mut().enumerate() {
                item.waits_only_for(&self.repo, |issue| fits(DraftNode::Item(at, position), issue, 1));
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

/// A node of the dependency graph.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum DraftNode<'d> {
    /// The end of a project, which waits for its items.
    End(usize),
    /// The blockers of a project, which its items wait for.
    Blockers(usize),
    Item(usize, usize),
    Issue(&'d IssueRef),
}

/// Finds what would wait for itself.
fn circles(draft: &RoadmapDraft) -> Circles<DraftNode<'_>> {
    let mut edges: Vec<(DraftNode<'_>, DraftNode<'_>)> = Vec::new();
    for (at, project) in draft.projects.iter().enumerate() {
        let (end, blockers) = (DraftNode::End(at), DraftNode::Blockers(at));
        edges.push((end, blockers));
        edges.extend(project.issues.iter().map(|issue| (DraftNode::Issue(issue), end)));
        edges.extend(project.blocked_by.iter().map(|issue| (blockers, DraftNode::Issue(issue))));
        for (position, item) in project.items.iter().enumerate() {
            let node = DraftNode::Item(at, position);
            edges.extend([(end, node), (node, blockers)]);
            edges.extend(item.issue.iter().map(|issue| (DraftNode::Issue(issue), node)));
            edges.extend(item.blocked_by.iter().map(|issue| (node, DraftNode::Issue(issue))));
        }
    }
    Circles::of(&edges)
}
