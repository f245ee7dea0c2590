//! Errors of an answer: which facts are missing.

use serde_json::Value;

use super::query::{IssueQuery, QueryPart};
use crate::domain::IssueRef;
use crate::domain::clean::clean_line;

/// The length of the path of an issue: `i0`, `issueOrPullRequest`.
const ISSUE: usize = 2;

/// The errors of an answer, by path.
#[derive(Debug, Default)]
pub(super) struct Errors {
    paths: Vec<Vec<String>>,
    /// Whether one of them has no path, so that it may concern any null.
    has_unplaced: bool,
    /// Their messages with the part of the query, except for those that only say that something does not exist.
    messages: Vec<(Option<String>, String)>,
}

impl Errors {
    pub(super) fn of(all: &[Value]) -> Self {
        let mut errors = Self::default();
        for error in all {
            let kind = error.get("type").and_then(Value::as_str).unwrap_or_default();
            let steps = error.get("path").and_then(Value::as_array);
            let step = |step: &Value| step.as_str().map_or_else(|| step.to_string(), ToOwned::to_owned);
            let path: Option<Vec<String>> = steps.map(|steps| steps.iter().map(step).collect());
            // A pull request in an inaccessible repository is not an error of the issue that it mentions.
            let is_of_others = path.iter().flatten().any(|step| step == "source");
            // A missing issue is requested by REST. Deeper in the path, a part of an existing issue is missing.
            let is_absent = kind == "NOT_FOUND" && path.as_ref().is_some_and(|path| path.len() <= ISSUE);
            if is_absent || (is_of_others && matches!(kind, "NOT_FOUND" | "FORBIDDEN")) {
                continue;
            }
            let text = error.get("message").and_then(Value::as_str).unwrap_or("an error");
            let part = path.as_ref().and_then(|path| path.first().cloned());
            errors.messages.push((part, clean_line(text).into_owned()));
            match path {
                Some(path) => errors.paths.push(path),
                None => errors.has_unplaced = true,
            }
        }
        errors
    }

    /// Returns the messages, each with its issue or search. Those of absent issues are omitted: they are requested by
    /// REST, which reports its own errors.
    pub(super) fn notes(self, ask: &IssueQuery, absent: &[IssueRef]) -> Vec<String> {
        let note = |(part, text): (Option<String>, String)| match part.and_then(|part| ask.part(&part)) {
            Some(QueryPart::Issue(id)) if absent.contains(id) => None,
            Some(QueryPart::Issue(id)) => Some(format!("{id}: {text}")),
            Some(QueryPart::Search(query)) => Some(format!("the search {query}: {text}")),
            None => Some(text),
        };
        self.messages.into_iter().filter_map(note).collect()
    }

    /// Whether an error has exactly this path.
    pub(super) fn names(&self, place: &[&str]) -> bool {
        self.paths.iter().any(|path| path.iter().map(String::as_str).eq(place.iter().copied()))
    }

    /// Returns the failed fields below a path.
    pub(super) fn below(&self, place: &[&str]) -> Failed {
        let inside = self.paths.iter().filter_map(|path| {
            let head = path.iter().take(place.len()).map(String::as_str);
            head.eq(place.iter().copied()).then(|| path.get(place.len()).cloned()).flatten()
        });
        let is_around = |path: &Vec<String>| path.iter().map(String::as_str).eq(place.iter().copied().take(path.len()));
        Failed { fields: inside.collect(), is_any_null: self.has_unplaced || self.paths.iter().any(is_around) }
    }
}

/// The failed fields of an issue.
#[derive(Debug, Default)]
pub(super) struct Failed {
    fields: Vec<String>,
    /// Whether any null may be due to an error.
    is_any_null: bool,
}

impl Failed {
    /// Whether a field of a node failed.
    pub(super) fn has(&self, node: &Value, field: &str) -> bool {
        self.fields.iter().any(|failed| failed == field)
            || (self.is_any_null && node.get(field).is_some_and(Value::is_null) && !NULLABLE.contains(&field))
    }
}

/// Fields that may be null without an error.
const NULLABLE: [&str; 6] = ["author", "milestone", "closedAt", "stateReason", "issueType", "duplicateOf"];
