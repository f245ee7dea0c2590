//! Import: any Markdown list, table or umbrella issue becomes the text of a roadmap file.
//!
//! Pure: a text with what is known around it comes in; the outline that was understood comes out, and what was not
//! understood with its line.

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

/// What an import brought.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// What was understood.
    pub draft: RoadmapDraft,
    /// What was not, in the order of the lines.
    pub notes: Vec<ImportNote>,
}

/// Something that did not become part of the roadmap.
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
    /// Where it comes from, for the comment at the top.
    pub source: String,
    /// One line for the header.
    pub title: String,
    /// The repository of bare issue numbers.
    pub repo: Repo,
    /// Issues that the others hang under.
    pub umbrellas: Vec<IssueRef>,
    /// What had been migrated before.
    pub migrated: Vec<ItemDraft>,
    /// What there is to do.
    pub projects: Vec<ProjectDraft>,
}

/// A project before it is written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProjectDraft {
    /// Unique in the file.
    pub id: String,
    /// What to show instead of the id; empty where the id says it.
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
    /// What there is to do.
    pub items: Vec<ItemDraft>,
}

/// An item before it is written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ItemDraft {
    /// The line above its list within the project, for a comment.
    pub heading: String,
    /// What is to be done; may be empty beside an issue.
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

impl ProjectDraft {
    /// The title, else the id.
    fn shown(&self) -> &str {
        if self.title.is_empty() { &self.id } else { &self.title }
    }
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

    /// Finds the project with a title, or begins one.
    fn project_called(&mut self, title: &str) -> &mut ProjectDraft {
        let found = self.projects.iter().position(|project| project.title == title);
        let at = found.unwrap_or_else(|| {
            let id = crate::sources::roadmap_file::slug(title).to_string();
            self.projects.push(ProjectDraft { id, title: title.to_owned(), ..ProjectDraft::default() });
            self.projects.len() - 1
        });
        self.projects.get_mut(at).expect("a project that was found or begun")
    }

    /// Gives every project an id of its own: of equal ones the later get a number.
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
