//! An umbrella issue as a roadmap: the names in its body, its children, and their tasks.

use super::{Draft, Entry, Line};
use crate::domain::{GroupId, Groups, Issue, IssueRef, Owner, OwnerName, Snapshot, State, TaskState};
use crate::sources::roadmap_file::slug;

/// Makes a roadmap out of an umbrella; `None` where the snapshot does not have it.
pub fn from_umbrella(id: &IssueRef, snapshot: &Snapshot, groups: &Groups) -> Option<Draft> {
    let umbrella = snapshot.issue(id)?;
    let mut children = snapshot.children(umbrella);
    children.retain(|child| !child.is_pull);
    let mut entries: Vec<Entry> = umbrella.names.iter().map(|name| named(name.as_str())).collect();
    for child in children {
        let name = project_of(&child.title);
        let found = entries.iter().position(|entry| name.is_some_and(|name| entry.id == name));
        let position = found.unwrap_or(entries.len());
        if found.is_none() {
            entries.push(entry_of(child, name));
        }
        let Some(entry) = entries.get_mut(position) else { continue };
        entry.issues.push(child.id.clone());
        entry.items.extend(child.tasks.iter().filter(|task| task.depth == 0).map(line));
        add_owners(&mut entry.owner, child, groups);
    }
    let mut draft = Draft {
        source: umbrella.id.to_string(),
        title: umbrella.title.clone(),
        repo: id.repo.clone(),
        umbrellas: vec![id.clone()],
        migrated: Vec::new(),
        entries,
    };
    draft.settle_ids();
    Some(draft)
}

fn named(name: &str) -> Entry {
    Entry {
        id: name.to_owned(),
        title: None,
        kind: None,
        owner: Owner::none(),
        issues: Vec::new(),
        note: None,
        items: Vec::new(),
    }
}

fn entry_of(child: &Issue, name: Option<&str>) -> Entry {
    match name {
        Some(name) => named(name),
        None => Entry { title: Some(child.title.clone()), kind: Some("other"), ..named(&slug(&child.title)) },
    }
}

/// Reads the project out of "Migrate away from google.com gcp project k8s-prow".
fn project_of(title: &str) -> Option<&str> {
    let lower = title.to_ascii_lowercase();
    let at = lower.find("gcp project ")? + "gcp project ".len();
    let name = title.get(at..)?.split_whitespace().next()?.trim_matches(['`', '"', '\'', ',', '.', ':']);
    (!name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')).then_some(name)
}

fn line(task: &crate::domain::Task) -> Line {
    let state = match task.state {
        TaskState::Done => Some(State::Done),
        TaskState::Dropped => Some(State::Dropped),
        TaskState::Open => None,
    };
    let issue = task.issues.first().cloned();
    // With an issue, the issue says whether it is done; only leaving the scope is said by hand.
    let state = if issue.is_some() { state.filter(|state| *state == State::Dropped) } else { state };
    Line { title: Some(task.text.clone()).filter(|text| !text.is_empty()), issue, state, ..Line::default() }
}

/// Labels are evidence, not a decision: whoever they name is proposed.
fn add_owners(owner: &mut Owner, child: &Issue, groups: &Groups) {
    use crate::domain::Certainty;
    let infra = GroupId::new("sig-k8s-infra");
    for group in child.labels.iter().filter_map(|label| groups.of_label(label)) {
        if group.id != infra && !owner.includes_group(&group.id) {
            owner.names.push(OwnerName::Group(group.id.clone()));
        }
    }
    owner.certainty = match owner.names.len() {
        0 => Certainty::None,
        1 => Certainty::Proposed,
        _ => Certainty::Either,
    };
}
