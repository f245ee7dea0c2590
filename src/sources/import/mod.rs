//! Importer: any Markdown list, table or umbrella issue becomes the text of a roadmap file.
//!
//! Pure: takes a text with its context; returns a draft, and notes with the line of everything that was left out.

mod blockers;
mod blocks;
mod cells;
mod content;
mod document;
mod emit;
mod entries;
mod figures;
mod html;
mod inline;
mod line;
mod markdown;
mod own_report;
mod owners;
mod parts;
mod positions;
mod projects;
mod prose;
mod sections;
mod table;
mod tokens;
mod topic;
mod umbrella;
mod waits;

use std::collections::{HashMap, HashSet};

use crate::domain::{Date, IssueRef, PageLink, Progress, Repo, State};

pub use markdown::{ImportContext, NothingFound, from_markdown};
pub use owners::OwnerDraft;
pub use umbrella::{Umbrella, from_umbrella};

/// The result of an import.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The draft of the roadmap.
    pub draft: RoadmapDraft,
    /// The parts that were left out, by line.
    pub notes: Vec<ImportNote>,
}

/// A part of the document that was left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImportNote {
    /// The line of the document, from 1.
    pub line: u32,
    /// What it is, and why it was left out.
    pub text: String,
}

/// A roadmap before it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct RoadmapDraft {
    /// The name of the source, for the comment at the top.
    pub source: String,
    /// One line for the header.
    pub title: String,
    /// The repository of bare issue numbers.
    pub repo: Repo,
    /// The parents of the other issues.
    pub umbrellas: Vec<IssueRef>,
    /// Work that had been migrated before.
    pub migrated: Vec<ItemDraft>,
    /// The projects.
    pub projects: Vec<ProjectDraft>,
}

/// A project before it is written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProjectDraft {
    /// Unique in the file.
    pub id: String,
    /// Shown instead of the id; empty if the id suffices.
    pub title: String,
    /// The headings above it, for a comment.
    pub heading: String,
    /// Who owns it.
    pub owner: OwnerDraft,
    /// The issues that track it.
    pub issues: Vec<IssueRef>,
    /// The issues that must come first.
    pub blocked_by: Vec<IssueRef>,
    /// What was ticked, struck or written.
    pub state: Option<State>,
    /// The day it should be over.
    pub due: Option<Date>,
    /// Pages that are not issues of GitHub.
    pub links: Vec<PageLink>,
    /// What else was written.
    pub notes: Vec<String>,
    /// Its items.
    pub items: Vec<ItemDraft>,
}

/// An item before it is written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ItemDraft {
    /// The line above its list within the project, for a comment.
    pub heading: String,
    /// What is to be done; may be empty if there is an issue.
    pub title: String,
    /// For example `on-call` or `remark`.
    pub kind: Option<&'static str>,
    /// The issue that measures it.
    pub issue: Option<IssueRef>,
    /// The issues that must come first.
    pub blocked_by: Vec<IssueRef>,
    /// Who owns it.
    pub owner: OwnerDraft,
    /// What was ticked, struck or written.
    pub state: Option<State>,
    /// Figures in the text, such as `288 / 1780`.
    pub progress: Option<Progress>,
    /// The day it should be over.
    pub due: Option<Date>,
    /// Pages that are not issues of GitHub.
    pub links: Vec<PageLink>,
    /// What else was written.
    pub notes: Vec<String>,
}

impl RoadmapDraft {
    /// Writes the roadmap file.
    pub fn to_yaml(&self) -> String {
        emit::yaml(self)
    }

    /// Returns every issue of projects and items.
    pub fn issues(&self) -> impl Iterator<Item = &IssueRef> {
        let items = self.projects.iter().flat_map(|project| &project.items);
        let issues = self.projects.iter().flat_map(|project| &project.issues);
        issues.chain(items.filter_map(|item| item.issue.as_ref()))
    }

    /// Counts the items of all projects.
    pub fn items(&self) -> usize {
        self.projects.iter().map(|project| project.items.len()).sum()
    }

    /// Returns the project with a title, adding one if needed.
    fn project_called(&mut self, title: &str) -> &mut ProjectDraft {
        let found = self.projects.iter().position(|project| project.title == title);
        let at = found.unwrap_or_else(|| {
            let id = crate::sources::roadmap_file::slug(title).to_string();
            self.projects.push(ProjectDraft { id, title: title.to_owned(), ..ProjectDraft::default() });
            self.projects.len() - 1
        });
        self.projects.get_mut(at).expect("a project that was found or added")
    }

    /// Makes ids unique by numbering later duplicates.
    fn make_ids_unique(&mut self) {
        let mut used: HashSet<String> = HashSet::new();
        let mut next: HashMap<String, u32> = HashMap::new();
        for project in &mut self.projects {
            let base = project.id.clone();
            while !used.insert(project.id.clone()) {
                let count = next.entry(base.clone()).or_insert(1);
                *count += 1;
                project.id = format!("{base}-{count}");
            }
        }
    }
}

#[cfg(test)]
mod tests;
