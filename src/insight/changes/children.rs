//! New children of umbrellas: opened between two days, and not in the roadmap.

use std::collections::HashSet;

use super::{Change, ChangeKind};
use crate::domain::{Board, Groups, Issue, OwnerName, Roadmap, Snapshot, Timestamp};

/// Returns the children of umbrellas that were opened in the period and that no item has.
pub(super) fn opened(roadmap: &Roadmap, snapshot: &Snapshot, before: &Board, after: &Board) -> Vec<Change> {
    let [before, after] = [before, after].map(|board| board.context(roadmap, snapshot));
    let umbrellas: HashSet<_> = roadmap.umbrellas.iter().flat_map(|id| [id, snapshot.current_id(id)]).collect();
    let linked = after.linked_issues();
    let named = roadmap.umbrellas.iter().filter_map(|umbrella| snapshot.current_issue(umbrella));
    let named = named.flat_map(|issue| issue.sub_issues.iter().chain(&issue.steps));
    let named: HashSet<_> = named.map(|id| snapshot.current_id(id)).collect();
    let is_child =
        |issue: &&Issue| named.contains(&issue.id) || issue.parents.iter().any(|parent| umbrellas.contains(parent));
    let opened = |issue: &Issue| !before.has(issue) && after.has(issue);
    let is_new = |issue: &&Issue| !issue.is_pull && opened(issue) && !linked.contains(&issue.id);
    snapshot.issues.iter().filter(is_child).filter(is_new).map(|issue| new_child(issue, &roadmap.groups)).collect()
}

fn new_child(issue: &Issue, groups: &Groups) -> Change {
    Change {
        kind: ChangeKind::New,
        project: None,
        item: None,
        title: issue.title.clone(),
        issue: Some(issue.id.clone()),
        owners: owners(issue, groups),
        text: "opened under the umbrella, not in the roadmap".to_owned(),
        on: issue.created.map(Timestamp::date),
        by: issue.author.clone(),
    }
}

/// The groups of its labels, each once.
fn owners(issue: &Issue, groups: &Groups) -> Vec<OwnerName> {
    let mut owners = Vec::new();
    for group in issue.labels.iter().filter_map(|label| groups.of_label(label)) {
        let owner = OwnerName::Group(group.id.clone());
        if !owners.contains(&owner) {
            owners.push(owner);
        }
    }
    owners
}
