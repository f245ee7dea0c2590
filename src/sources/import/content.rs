//! Content of a line: everything that a roadmap may have of it, and the notes for what has no place.

use super::owners::OwnerDraft;
use super::tokens::labelled;
use crate::domain::status;
use crate::domain::{Date, IssueRef, PageLink, Progress, State};

/// What a line says.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct LineContent {
    /// Without marks, owners and references at its ends; may be empty beside an issue.
    pub(super) title: String,
    /// In order, none twice.
    pub(super) issues: Vec<IssueRef>,
    /// The issues that must come first.
    pub(super) blocked_by: Vec<IssueRef>,
    pub(super) owner: OwnerDraft,
    pub(super) state: Option<State>,
    pub(super) progress: Option<Progress>,
    pub(super) due: Option<Date>,
    /// Whether all of it is in parentheses.
    pub(super) is_remark: bool,
    /// Whether the title is no more than what was written in parentheses beside an issue.
    pub(super) is_aside: bool,
    /// Whether what it is about is struck: then no box says more of its state.
    pub(super) is_struck: bool,
    /// Pages that are linked to.
    pub(super) links: Vec<PageLink>,
    /// What has no place of its own: further paragraphs, other cells.
    pub(super) notes: Vec<String>,
}

impl LineContent {
    /// Keeps what a roadmap can link to, and of the rest a note.
    pub(super) fn take_links(&mut self, links: Vec<(String, String)>) {
        for (shown, target) in links {
            match PageLink::new(Some(shown.clone()).filter(|shown| !shown.is_empty() && *shown != target), &target) {
                Some(link) if self.links.iter().any(|other| other.url == link.url) => {}
                Some(link) => self.links.push(link),
                None => self.notes.push(labelled(&shown, &target)),
            }
        }
    }

    /// Keeps the first state; words that say less than a tick hold over it: "🟢 Kubelet: on track".
    pub(super) fn say(&mut self, state: Option<State>) {
        if state.is_some() && self.state.is_none_or(|own| own == State::Done) {
            self.state = state;
        }
    }

    /// Reads an owner or a status that is all there is beside a reference.
    pub(super) fn take_remark(&mut self) {
        if self.issues.is_empty() || self.is_remark || self.title.is_empty() {
            return;
        }
        let written = std::mem::take(&mut self.title);
        if let Some(owner) = OwnerDraft::of_mentions(&written) {
            self.owner.add(owner);
        } else if let Some(state) = status::of_remark(&written) {
            self.say(Some(state));
            self.notes.extend(status::is_waiting(&written).then(|| labelled("Status", &written)));
        } else {
            self.title = written;
        }
    }
}
