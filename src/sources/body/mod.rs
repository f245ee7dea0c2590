//! Parser of Markdown issue bodies: task lists, parents, references, names of projects.
//!
//! Pure. Expects cleaned text, and cleans the parsed text again, since Markdown entities can encode control characters.

mod blockers;
mod lines;
mod names;
mod parents;
mod references;
mod rows;
mod successor;
mod tasks;
mod waits;

use crate::domain::{IssueRef, Task, Text};
use lines::BodyLine;
pub(in crate::sources) use lines::{BodySpan, split_box};
pub(in crate::sources) use references::in_span as issues_of_span;
pub(in crate::sources) use tasks::can_be_title;

/// The parsed content of a body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body {
    /// The tasks in order, children after their parent.
    pub tasks: Vec<Task>,
    /// The parents that it names, without duplicates and itself.
    pub parents: Vec<IssueRef>,
    /// The issues of `Step N: …` lines: children without a checkbox.
    pub steps: Vec<IssueRef>,
    /// Other issues that it refers to, without duplicates, parents and itself.
    pub references: Vec<IssueRef>,
    /// List items that look like project ids.
    pub names: Vec<Text>,
    /// The issue in which its work continues.
    pub continued_in: Option<IssueRef>,
    /// The issues that it says it waits for.
    pub waits_for: Vec<IssueRef>,
    /// Whether it asks its readers not to begin yet.
    pub asks_to_wait: bool,
}

/// The context in which references are resolved.
#[derive(Debug, Clone, Copy)]
pub struct Home<'a> {
    /// The issue with this body; bare numbers belong to its repository.
    pub issue: &'a IssueRef,
    /// The web host beside `github.com`, for example `github.example.com`.
    pub host: &'a str,
}

/// Parses a body (`CommonMark` with GitHub's task lists and strikethrough).
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
        waits_for: blockers::of(&lines, home),
        asks_to_wait: waits::asks_to_wait(&lines),
        parents,
        references,
    }
}

/// Parses only the tasks of a text, for example of a comment.
pub fn tasks(text: &str, home: Home<'_>) -> Vec<Task> {
    // Most comments have no box, and a search is far cheaper than parsing.
    if !text.contains("[ ]") && !text.contains("[x]") && !text.contains("[X]") {
        return Vec::new();
    }
    tasks::of(&lines::of(text), home)
}

#[cfg(test)]
mod tests;
