//! New children of umbrellas: opened between two days, and not in the roadmap.

use super::{Change, ChangeKind};
use crate::domain::{Board, Groups, Issue, OwnerName, Roadmap, Snapshot, Timestamp};

/// Returns the children of umbrellas that were opened in the period and that no item has.
pub(super) fn opened(roadmap: &Roadmap, snapshot: &Snapshot, before: &Board, after: &Board) -> Vec<Change> {
    let [before, after] = [before, after].map(|board| board.context(roadmap, snapshot));
    let (children, linked) = (after.children_of_umbrellas(), after.linked_issues());
    let is_new = |issue: &&Issue| {
        let was_opened = !before.has(issue) && after.has(issue);
        !issue.is_pull && was_opened && children.contains(&issue.id) && !linked.contains(&issue.id)
    };
    snapshot.issues.iter().filter(is_new).map(|issue| new_child(issue, &roadmap.groups)).collect()
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
