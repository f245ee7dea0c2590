//! GraphQL batches: many issues in one request, each with all kinds of facts. Needs a token.
//!
//! An answer may contain both data and errors. A kind of fact with an error at its path counts as failed.

mod errors;
mod node;
mod query;

use serde::Deserialize;
use serde_json::Value;

use super::comments::Robots;
use crate::domain::clean::clean_line;
use crate::domain::{FactKind, FactState, Issue, IssueRef, Timestamp};

use errors::{Errors, Failed};
use node::IssueNode;

pub(crate) use node::MentionPage;
pub(crate) use query::{BATCH, COMMENTS, IssueQuery, WantedIssue, is_of_unknown_field, mentions, query};

/// The context for parsing an answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AnswerContext<'a> {
    /// The web host of the issues.
    pub(crate) host: &'a str,
    pub(crate) robots: &'a Robots,
    /// When it was requested.
    pub(crate) now: Timestamp,
}

/// The content of an answer.
#[derive(Debug, Default)]
pub(crate) struct IssueAnswer {
    pub(crate) issues: Vec<Issue>,
    /// Requested issues that do not exist or were not returned.
    pub(crate) absent: Vec<IssueRef>,
    /// Issues returned under another id: the requested and the returned one.
    pub(crate) renamed: Vec<(IssueRef, IssueRef)>,
    /// Issues whose pull requests are complete except for older mentions.
    pub(crate) much_mentioned: Vec<IssueRef>,
    /// Searches with more than a page of results, or without an answer.
    pub(crate) longer: Vec<String>,
    /// Why there is no data at all.
    pub(crate) refusal: Option<String>,
    pub(crate) odd: Vec<String>,
}

/// Parses an answer. Errors without any data are a refusal.
pub(crate) fn read(bytes: &[u8], ask: &IssueQuery, reading: AnswerContext<'_>) -> Result<IssueAnswer, String> {
    let answer: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let errors = answer.get("errors").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let message = |error: &Value| error.get("message").and_then(Value::as_str).unwrap_or("an error").to_owned();
    let Some(data) = answer.get("data").and_then(Value::as_object) else {
        let all: Vec<String> = errors.iter().map(message).collect();
        let cause = all.iter().find(|error| is_of_unknown_field(error)).or(all.first());
        let refusal = cause.map_or("it has no data", String::as_str);
        return Ok(IssueAnswer { refusal: Some(clean_line(refusal).into_owned()), ..IssueAnswer::default() });
    };
    let errors = Errors::of(errors);
    let mut found = IssueAnswer::default();
    for (number, query) in ask.searches.iter().enumerate() {
        let name = format!("s{number}");
        let search = data.get(&name);
        let nodes = search.and_then(|search| search.get("nodes")?.as_array());
        for (at, node) in nodes.into_iter().flatten().enumerate() {
            found.take(node, None, &errors.below(&[&name, "nodes", &at.to_string()]), reading);
        }
        let has_more = search.and_then(|search| search.pointer("/pageInfo/hasNextPage")?.as_bool());
        let lacks = nodes.is_some_and(|nodes| nodes.iter().any(Value::is_null)) || errors.names(&[&name, "nodes"]);
        if nodes.is_none() || has_more == Some(true) || lacks {
            found.longer.push(query.clone());
        }
    }
    for (number, wanted) in ask.issues.iter().enumerate() {
        let name = format!("i{number}");
        match data.get(&name).and_then(|repo| repo.get("issueOrPullRequest")) {
            Some(node) if node.is_object() => {
                found.take(node, Some(wanted), &errors.below(&[&name, "issueOrPullRequest"]), reading);
            }
            Some(_) | None => found.absent.push(wanted.id.clone()),
        }
    }
    found.odd.extend(errors.notes(ask, &found.absent));
    Ok(found)
}

/// Parses a page of the pull requests that mention an issue. An answer with an error is rejected.
pub(crate) fn read_mentions(bytes: &[u8]) -> Result<MentionPage, String> {
    let answer: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let list = answer.pointer("/data/repository/issue/linking").filter(|_| answer.get("errors").is_none());
    node::mentions(list.ok_or("it has no mentions")?)
}

/// The fields of each kind of fact.
const PARTS: [(FactKind, &str); 7] = [
    (
        FactKind::Fields,
        "number title state pullState stateReason body locked createdAt updatedAt closedAt author labels assignees \
         milestone repository issueType",
    ),
    (FactKind::Comments, "comments"),
    (FactKind::Closer, "closedBy"),
    (FactKind::Pulls, PULLS),
    (FactKind::SubIssues, "subIssues"),
    (FactKind::Dependencies, "blockedBy blocking duplicateOf"),
    (FactKind::Timeline, "talk linking"),
];

/// The fields with pull requests.
const PULLS: &str = "closedByPullRequestsReferences mentions";

impl IssueAnswer {
    fn take(&mut self, value: &Value, wanted: Option<&WantedIssue>, failed: &Failed, reading: AnswerContext<'_>) {
        if value.as_object().is_none_or(serde_json::Map::is_empty) {
            return;
        }
        let node = IssueNode::deserialize(value).map_err(|error| error.to_string());
        match node.and_then(|node| node.into_issue(reading)) {
            Ok(mut issue) => {
                set_fetch_states(&mut issue, value, failed, wanted.is_some_and(|it| it.with_timeline), reading);
                let is_cut_off = |part: &str| failed.has(value, part) || has_more(value, part);
                if lacks_mentions(value) && !PULLS.split(' ').any(is_cut_off) {
                    self.much_mentioned.push(issue.id.clone());
                }
                if let Some(wanted) = wanted.filter(|wanted| wanted.id != issue.id) {
                    self.renamed.push((wanted.id.clone(), issue.id.clone()));
                }
                self.issues.push(issue);
            }
            Err(why) => {
                let name = wanted.map_or_else(|| "an issue of a search".to_owned(), |wanted| wanted.id.to_string());
                self.odd.push(format!("{name}: {why}"));
                // It is requested by REST instead.
                self.absent.extend(wanted.map(|wanted| wanted.id.clone()));
            }
        }
    }
}

/// Sets the fetch state of each kind of fact.
fn set_fetch_states(
    issue: &mut Issue,
    value: &Value,
    failed: &Failed,
    with_timeline: bool,
    reading: AnswerContext<'_>,
) {
    let at = reading.now;
    for (kind, parts) in PARTS {
        let is_asked = kind != FactKind::Timeline || with_timeline;
        let is_of_pulls = issue.is_pull && kind != FactKind::Fields && kind != FactKind::Comments;
        let is_cut_off = || kind == FactKind::Pulls && lacks_mentions(value);
        let lacks = |part: &str| failed.has(value, part) || has_more(value, part) || has_gap(value, part);
        let is_lacking = parts.split(' ').any(lacks) || is_cut_off();
        let is_whole = is_of_pulls || !is_lacking;
        if is_asked {
            issue.fetch_states.set(kind, if is_whole { FactState::Known { at } } else { FactState::Failed { at } });
        }
    }
    if issue.comments > 20 && !with_timeline {
        // A task list or a person's comment may be before the last twenty.
        issue.comment_tasks = issue.comment_tasks.take().filter(|tasks| !tasks.is_empty());
        if issue.last_comment.is_none() && issue.fetch_states.of(FactKind::Comments).is_known() {
            issue.fetch_states.set(FactKind::Comments, FactState::Failed { at });
        }
    }
}

/// Whether a list has further pages.
fn has_more(value: &Value, part: &str) -> bool {
    value.get(part).and_then(|list| list.pointer("/pageInfo/hasNextPage")?.as_bool()) == Some(true)
}

/// Whether an entry of a list is null, so that something is missing. Does not count for mentions, which are also null
/// if we have no access.
fn has_gap(value: &Value, part: &str) -> bool {
    let nodes = value.get(part).and_then(|list| list.get("nodes")?.as_array());
    !matches!(part, "mentions" | "linking") && nodes.is_some_and(|nodes| nodes.iter().any(Value::is_null))
}

/// Whether an issue has older mentions than those returned, in the timeline as well if it was requested.
fn lacks_mentions(value: &Value) -> bool {
    let goes_on = |list: &str| value.pointer(&format!("/{list}/pageInfo/hasPreviousPage")).and_then(Value::as_bool);
    goes_on("mentions") == Some(true) && goes_on("linking") != Some(false)
}

#[cfg(test)]
mod tests;
