//! Line content: the fields that a line yields for a roadmap, and notes for the rest.

use super::ItemDraft;
use super::owners::OwnerDraft;
use super::tokens::labelled;
use crate::domain::status;
use crate::domain::{Date, IssueRef, PageLink, Progress, Repo, State};

/// The parsed content of a line.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct LineContent {
    /// Without signs, owners and references at its ends; may be empty if there is an issue.
    pub(super) title: String,
    /// In order of appearance, without duplicates.
    pub(super) issues: Vec<IssueRef>,
    /// The issues that must come first.
    pub(super) blocked_by: Vec<IssueRef>,
    pub(super) owner: OwnerDraft,
    pub(super) state: Option<State>,
    pub(super) progress: Option<Progress>,
    pub(super) due: Option<Date>,
    /// Whether the whole line is in parentheses.
    pub(super) is_remark: bool,
    /// Whether the title is only a remark in parentheses beside an issue.
    pub(super) is_aside: bool,
    /// Whether the subject is struck through, which overrides any box.
    pub(super) is_struck: bool,
    /// Linked pages other than issues.
    pub(super) links: Vec<PageLink>,
    /// Text without a field of its own: further paragraphs, other cells.
    pub(super) notes: Vec<String>,
}

impl LineContent {
    /// Adds links; those that a roadmap cannot hold become notes.
    pub(super) fn take_links(&mut self, links: Vec<(String, String)>) {
        for (shown, target) in links {
            match PageLink::new(Some(shown.clone()).filter(|shown| !shown.is_empty() && *shown != target), &target) {
                Some(link) if self.links.iter().any(|other| other.url == link.url) => {}
                Some(link) => self.links.push(link),
                None => self.notes.push(labelled(&shown, &target)),
            }
        }
    }

    /// Keeps the first state, except that a later one replaces "done": "🟢 Kubelet: on track" is started.
    pub(super) fn set_state(&mut self, state: Option<State>) {
        if state.is_some() && self.state.is_none_or(|own| own == State::Done) {
            self.state = state;
        }
    }

    /// Turns a title that is only an owner or a status beside a reference into that field.
    pub(super) fn take_remark(&mut self) {
        if self.issues.is_empty() || self.is_remark || self.title.is_empty() {
            return;
        }
        let written = std::mem::take(&mut self.title);
        if let Some(owner) = OwnerDraft::of_mentions(&written) {
            self.owner.add(owner);
        } else if let Some(state) = status::of_remark(&written) {
            self.set_state(Some(state));
            self.notes.extend(status::is_waiting(&written).then(|| labelled("Status", &written)));
        } else {
            self.title = written;
        }
    }

    /// Makes an item. Further issues are mentioned in its note.
    pub(super) fn into_item(mut self, home: &Repo) -> ItemDraft {
        if self.is_aside {
            // The title of the issue is shown instead.
            self.notes.insert(0, std::mem::take(&mut self.title));
        }
        let mut issues = self.issues.into_iter();
        let issue = issues.next();
        let more: Vec<_> = issues.map(|issue| issue.short(home)).collect();
        if !more.is_empty() {
            self.notes.push(format!("See also {}.", more.join(", ")));
        }
        let is_on_call = self.title.to_lowercase().contains("on-call");
        ItemDraft {
            heading: String::new(),
            title: self.title,
            kind: if self.is_remark { Some("remark") } else { is_on_call.then_some("on-call") },
            issue,
            blocked_by: self.blocked_by,
            owner: self.owner,
            state: self.state,
            progress: self.progress,
            due: self.due,
            links: self.links,
            notes: self.notes,
        }
    }
}
