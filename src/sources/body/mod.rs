//! Parser of Markdown issue bodies: task lists, parents, references, names of projects.
//!
//! Pure. The text is cleaned before it comes here; what is read out of it is cleaned again, since
//! Markdown can spell control characters as entities.

mod lines;
mod names;
mod parents;
mod references;
mod rows;
mod successor;
mod tasks;

use crate::domain::{IssueRef, Task, Text};
use lines::BodyLine;
pub(in crate::sources) use lines::BodySpan;
pub(in crate::sources) use references::in_span as issues_of_span;
pub(in crate::sources) use tasks::can_be_title;

/// What a body says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body {
    /// In order, nested ones behind the one they hang under.
    pub tasks: Vec<Task>,
    /// The issues that this one says it is part of, none twice, never itself.
    pub parents: Vec<IssueRef>,
    /// The issues of `Step N: …` lines: children without a checkbox.
    pub steps: Vec<IssueRef>,
    /// Other issues that it refers to, none twice, without parents and itself.
    pub references: Vec<IssueRef>,
    /// The list items that look like names of projects.
    pub names: Vec<Text>,
    /// The issue where it says that its work goes on.
    pub continued_in: Option<IssueRef>,
}

/// Whose body it is, and where links to issues lead.
#[derive(Debug, Clone, Copy)]
pub struct Home<'a> {
    /// The issue itself: bare numbers are issues of its repository.
    pub issue: &'a IssueRef,
    /// The web host beside `github.com`, for example `github.example.com`.
    pub host: &'a str,
}

/// Reads a body (`CommonMark` with GitHub's task lists and strikethrough).
pub fn read(text: &str, home: Home<'_>) -> Body {
    let lines = lines::of(text);
    let parents = parents::of(&lines, home);
    let mut references = references::of(&lines, home);
    references.retain(|issue| issue != home.issue && !parents.contains(issue));
    Body {
        tasks: tasks::of(&lines, home),
        steps: parents::steps(&lines, home),
        names: names::of(&lines),
        continued_in: successor::of(&lines, home),
        parents,
        references,
    }
}

/// Reads only the task list of a text, for example of a comment.
pub fn tasks(text: &str, home: Home<'_>) -> Vec<Task> {
    // Most comments have no box at all: looking for one is far cheaper than parsing.
    if !text.contains("[ ]") && !text.contains("[x]") && !text.contains("[X]") {
        return Vec::new();
    }
    tasks::of(&lines::of(text), home)
}

#[cfg(test)]
mod tests;
