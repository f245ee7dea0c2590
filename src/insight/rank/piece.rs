//! Pieces of work: what one person can take, its name, and what to say on GitHub to claim it.

use std::sync::Arc;

use crate::domain::checkout::LeftInRepo;
use crate::domain::{
    CounterId, Freedom, IssueRef, ItemKey, Owner, ProjectId, Request, Roadmap, Text, item_name, paste,
};

/// Something that one person can take.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// Its project.
    pub project: ProjectId,
    /// Its item.
    pub item: ItemKey,
    /// The part of the item.
    pub part: Part,
    /// What to do.
    pub title: String,
    /// The title of the issue whose box it is: the text of a box alone rarely tells.
    pub whole: Option<String>,
    /// The kind of its item, for example `bucket`.
    pub kind: Option<Text>,
    /// Whom to ask.
    pub owner: Arc<Owner>,
    /// The issue of its item.
    pub issue: Option<IssueRef>,
    /// The open issue that its box is, if it links to one; for an item by hand, the issue with its box.
    pub own_issue: Option<IssueRef>,
    /// Free, maybe free, or free as far as claims were checked.
    pub freedom: Freedom,
    /// Why to ask first, if it may be free.
    pub ask: Option<String>,
    /// The sum of the points of its reasons.
    pub score: i32,
    /// The reasons of its rank, the weightiest first.
    pub reasons: Vec<RankReason>,
}

/// What part of an item a piece is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// One open task of its issue, by its index there.
    Task(usize),
    /// What is left of a counter in one repository.
    Rows {
        /// The counter.
        counter: CounterId,
        /// The repository and what is left there.
        rows: LeftInRepo,
    },
}

impl Part {
    /// Returns the name used in data: `whole`, `task` or `jobs`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Task(_) => "task",
            Self::Rows { .. } => "jobs",
        }
    }
}

/// One reason, with what it adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankReason {
    /// For programs: `unblocks`, `help-wanted`, `small`.
    pub name: &'static str,
    /// The points that it adds; may be negative.
    pub points: i32,
    /// A phrase without a full stop.
    pub text: String,
}

/// Formats a score, which may be negative.
pub fn points(score: i32) -> String {
    if score == 1 { "1 point".to_owned() } else { format!("{score} points") }
}

impl Piece {
    /// Returns its REF: the item, else the issue that tracks the project, else the project.
    pub fn name(&self, roadmap: &Roadmap) -> String {
        let issue = self.issue.as_ref().filter(|_| !self.is_of_item(roadmap));
        issue.map_or_else(|| self.listed_name(roadmap), |issue| issue.short(&roadmap.repo))
    }

    /// The item, else the project.
    fn listed_name(&self, roadmap: &Roadmap) -> String {
        if self.is_of_item(roadmap) { item_name(&self.project, &self.item) } else { self.project.to_string() }
    }

    fn is_of_item(&self, roadmap: &Roadmap) -> bool {
        let written = roadmap.project(self.project.as_str());
        written.is_some_and(|project| project.items.iter().any(|item| item.key == self.item))
    }

    /// Returns its REF and the title of the issue whose box it is: `infra/6 · Move the runners`.
    pub fn place(&self, roadmap: &Roadmap) -> String {
        let whole = self.whole.as_ref().map(|whole| format!(" · {whole}")).unwrap_or_default();
        format!("{}{whole}", self.name(roadmap))
    }

    /// Returns the project, unless the title ends with its name.
    pub fn unnamed_project(&self) -> Option<&ProjectId> {
        let is_named = self.title.rsplit(": ").next() == Some(self.project.as_str());
        Some(&self.project).filter(|_| !is_named)
    }

    /// Returns the issue on which to claim it.
    pub fn claimed_on(&self) -> Option<&IssueRef> {
        self.own_issue.as_ref().or(self.issue.as_ref())
    }

    /// The reasons of a piece's rank: `+3: it is labelled …; -2: it needs access …`.
    pub fn why(&self) -> String {
        let reasons = self.reasons.iter().map(|reason| format!("{:+}: {}", reason.points, reason.text));
        reasons.collect::<Vec<_>>().join("; ")
    }

    /// Returns what to say on GitHub to take it: a comment, or a draft of an issue.
    pub fn claim(&self, roadmap: &Roadmap) -> String {
        let home = &roadmap.repo;
        let assign = roadmap.conventions.comment(Request::Assign);
        let draft = |title: &str, body: &str| draft(title, body, &assign);
        match (&self.part, &self.issue) {
            (Part::Whole, Some(_)) => assign.clone(),
            (Part::Task(_), Some(_)) if self.own_issue.is_some() => assign.clone(),
            (Part::Whole, None) if self.own_issue.is_none() => {
                draft(&self.title, &format!("It is part of the migration of `{}`.", self.project))
            }
            (Part::Whole, None) | (Part::Task(_), Some(_)) => {
                let list = self.claimed_on().map(|issue| issue.short(home)).unwrap_or_default();
                draft(&self.title, &format!("It is one task of {list}, part of the migration of `{}`.", self.project))
            }
            (Part::Rows { rows, .. }, issue) => {
                let of = issue.as_ref().map(|issue| format!(" ({})", issue.short(home))).unwrap_or_default();
                let whole = format!("It is part of `{}`{of}.\n\n{}", self.listed_name(roadmap), rows.tasks.trim_end());
                draft(&self.title, &whole)
            }
            (Part::Task(_), None) => {
                let whole = format!("It is part of `{}/{}`.", self.project, self.item);
                draft(&self.title, &whole)
            }
        }
    }
}

/// Drafts an issue. The title comes from an issue, so on a line of its own it could be a command for Prow.
fn draft(title: &str, body: &str, assign: &str) -> String {
    format!("# {}\n\n{body}\n\n{assign}", paste::inline(title))
}
