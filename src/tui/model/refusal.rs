//! Refusals: the reason why a key does nothing here. The footer hides such keys, and pressing one shows the reason.

use super::remaining_jobs::{self, RemainingJobsPage};
use super::{Id, Model, Sync};
use crate::domain::Origin;
use crate::tui::input::keymap::Action;

impl Model {
    /// Returns the reason why an action does nothing here; `None` if it has an effect.
    pub fn refusal(&self, action: Action) -> Option<String> {
        match action {
            Action::Sort | Action::Reverse | Action::Group | Action::Completed | Action::Unowned | Action::Mine => {
                self.refuses_to_arrange(action)
            }
            Action::Edit | Action::SetState | Action::Fix => self.refuses_to_change(action),
            Action::Browse | Action::CopyLink => self.refuses_link(),
            Action::Open => self.refuses_to_open(),
            Action::CopyText if self.copies_nothing() => Some("there is nothing here to copy as text".to_owned()),
            Action::Whom if self.is_about_nothing() => Some("this is not about a project or an issue".to_owned()),
            Action::CopyText | Action::Why | Action::Whom => self.refuses_selection(),
            Action::Sync | Action::SyncAll => self.refuses_to_fetch(),
            Action::Now if self.world.date == self.now => Some(format!("the board already shows {}", self.now)),
            Action::Migrated if self.world.roadmap.migrated.is_empty() => {
                Some("the roadmap lists nothing that was migrated before".to_owned())
            }
            Action::Accounts if self.world.roadmap.accounts.is_empty() => {
                Some("the roadmap has no `accounts`".to_owned())
            }
            Action::Now
            | Action::Migrated
            | Action::Accounts
            | Action::Move(_)
            | Action::Back
            | Action::View(_)
            | Action::NextView
            | Action::PreviousView
            | Action::Filter
            | Action::Report
            | Action::Reload
            | Action::Preview
            | Action::Meeting
            | Action::Earlier
            | Action::Later
            | Action::Messages
            | Action::Redraw
            | Action::Command
            | Action::Help
            | Action::Suspend
            | Action::Quit => None,
        }
    }

    /// Whether only work without a settled owner is shown; always false in a view whose rows have no owner.
    pub fn is_unowned_only(&self) -> bool {
        let refused = self.view.spec().refusals.iter().any(|(action, _)| *action == Action::Unowned);
        self.unowned && !refused
    }

    fn refuses_to_arrange(&self, action: Action) -> Option<String> {
        if let Some(page) = self.pages.last() {
            let is_grouped = matches!(&page.of, Id::Left(left) if left.group.is_none());
            let acts = action == Action::Group && is_grouped && !self.lists_nothing();
            return (!acts).then(|| "this works on lists only; {back} goes back to one".to_owned());
        }
        let spec = self.view.spec();
        let refusal = spec.refusals.iter().find(|(refused, _)| *refused == action);
        refusal.map(|(_, why)| (*why).to_owned())
    }

    fn refuses_to_change(&self, action: Action) -> Option<String> {
        if self.world.origin.is_example() {
            return Some("the example is built in; `offramp init` writes a roadmap of your own".to_owned());
        }
        let id = self.selection();
        if action == Action::SetState {
            return self.refuses_state(id.as_ref());
        }
        if action == Action::Fix { self.refuses_fix(id.as_ref()) } else { None }
    }

    fn refuses_state(&self, id: Option<&Id>) -> Option<String> {
        let Some(item) = id.and_then(|id| self.item_of(id)) else {
            return Some("select an item to change its state".to_owned());
        };
        let is_whole = item.place.is_none();
        is_whole.then(|| "this is the issue of the whole project; {edit} edits the project".to_owned())
    }

    fn refuses_fix(&self, id: Option<&Id>) -> Option<String> {
        match id.and_then(|id| self.line(id)) {
            Some(line) if line.is_fixable => None,
            Some(line) if line.place.is_some() && line.copy.is_some() => {
                Some("the remedy is a comment on GitHub; {copy-text} copies it".to_owned())
            }
            Some(line) if line.place.is_some() => Some("this finding has no remedy that offramp can apply".to_owned()),
            Some(_) | None => Some("{fix} fixes a finding; press {check} to choose one".to_owned()),
        }
    }

    fn refuses_link(&self) -> Option<String> {
        let Some(id) = self.selection() else { return self.refuses_selection() };
        let has_page = self.line(&id).is_some_and(|line| line.link.is_some());
        if has_page || self.issue_ref_of(&id).is_some() || !self.page_links_of(&id).is_empty() {
            return None;
        }
        Some(match self.world.origin {
            _ if self.is_about_nothing() => "this is not about a project or an issue, and has no link".to_owned(),
            Origin::File(_) => "no issue is linked here; {edit} adds one to the roadmap".to_owned(),
            Origin::Example(_) => "no issue is linked here".to_owned(),
        })
    }

    fn refuses_to_open(&self) -> Option<String> {
        let is_page = !self.pages.is_empty() && self.selection().is_some();
        if is_page && self.opens().is_none() {
            return Some("there is nothing to open here".to_owned());
        }
        self.refuses_selection()
    }

    /// Whether the selected line is about no project, item or issue, such as a finding about an account.
    fn is_about_nothing(&self) -> bool {
        self.selection().is_some_and(|id| self.line(&id).is_some_and(|line| line.about.is_none()))
    }

    /// Whether the selection has no text for the clipboard.
    fn copies_nothing(&self) -> bool {
        let Some(id) = self.selection() else { return false };
        match &id {
            Id::Left(_) => self.lists_nothing(),
            Id::Project(_) | Id::Item(..) => false,
            Id::Issue(_) | Id::Line(_) => {
                let is_copied = self.line(&id).is_some_and(|line| line.copy.is_some());
                !is_copied && self.project_of(&id).is_none() && self.issue_of(&id).is_none()
            }
        }
    }

    /// Whether a page of remaining jobs is empty, or was not counted.
    fn lists_nothing(&self) -> bool {
        let is_empty = |page: &RemainingJobsPage| {
            remaining_jobs::found(self, &page.counter).is_none_or(|left| left.jobs.is_empty())
        };
        matches!(self.selection(), Some(Id::Left(page)) if is_empty(&page))
    }

    fn refuses_selection(&self) -> Option<String> {
        let explains_anyway = self.broken.is_some() || matches!(self.sync, Sync::Failed(_));
        (self.selection().is_none() && !explains_anyway).then(|| "nothing is selected".to_owned())
    }

    fn refuses_to_fetch(&self) -> Option<String> {
        if matches!(self.sync, Sync::Running(..)) {
            return Some("a sync is running".to_owned());
        }
        self.no_sync.map(ToOwned::to_owned)
    }
}
