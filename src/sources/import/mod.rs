//! Import: a nested Markdown list, or an umbrella issue, becomes the text of a roadmap file.
//!
//! Reads what people wrote in reports: sections, projects, items, owners in words, figures, links.

mod clause;
mod emit;
mod markdown;
mod outline;
mod umbrella;

use crate::domain::{IssueRef, Owner, Progress, Repo, State};

pub use markdown::from_markdown;
pub use umbrella::from_umbrella;

/// A roadmap that is about to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Where it comes from, for the comment at the top.
    pub source: String,
    /// One line for the header.
    pub title: String,
    /// The repository of bare issue numbers.
    pub repo: Repo,
    /// Issues that the others hang under.
    pub umbrellas: Vec<IssueRef>,
    /// What had been migrated.
    pub migrated: Vec<Line>,
    /// What remains.
    pub entries: Vec<Entry>,
}

/// A project that is about to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Unique among the entries.
    pub id: String,
    /// What to show instead of the id.
    pub title: Option<String>,
    /// Where it is no GCP project.
    pub kind: Option<&'static str>,
    /// Who turns it off.
    pub owner: Owner,
    /// The issues that track it.
    pub issues: Vec<IssueRef>,
    /// What else was written.
    pub note: Option<String>,
    /// What there is to do.
    pub items: Vec<Line>,
}

/// An item that is about to be written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Line {
    /// What is to be done; may be left out beside an issue.
    pub title: Option<String>,
    /// For example `on-call` or `remark`.
    pub kind: Option<&'static str>,
    /// The issue that measures it.
    pub issue: Option<IssueRef>,
    /// What was ticked or struck.
    pub state: Option<State>,
    /// Figures in the text, such as `288 / 1780`.
    pub progress: Option<Progress>,
    /// What else was written.
    pub note: Option<String>,
}

impl Draft {
    /// Writes the roadmap file.
    pub fn to_yaml(&self) -> String {
        emit::yaml(self)
    }

    /// Gives every entry an id of its own.
    fn settle_ids(&mut self) {
        let mut taken = std::collections::HashSet::new();
        for entry in &mut self.entries {
            let base = entry.id.clone();
            let mut count = 1;
            while !taken.insert(entry.id.clone()) {
                count += 1;
                entry.id = format!("{base}-{count}");
            }
        }
    }
}

#[cfg(test)]
mod tests;
