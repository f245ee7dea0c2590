//! The query: what is asked for, and in which words.

use std::fmt::Write;

use serde_json::Value;

use crate::domain::IssueRef;

/// How many issues one request asks for: more, and GitHub runs out of time.
pub(crate) const BATCH: usize = 50;

/// How many comments are looked at below an issue, from the newest on.
pub(crate) const COMMENTS: usize = 100;

/// What servers of before 2025 do not know.
const RECENT: &str = "
  stateReason(enableDuplicate: true) issueType { name } duplicateOf { ...N }
  subIssues(first: 100) { ...R } subIssuesSummary { total completed }
  blockedBy(first: 50) { ...R } blocking(first: 50) { ...R }";

/// What they know in place of it.
const OLD: &str = "
  stateReason";

/// Whom a pull request is by.
const PEOPLE: &str = "
fragment U on Actor { __typename login }
fragment P on PullRequest { number state author { ...U } repository { nameWithOwner } }";

const FRAGMENTS: &str = "
fragment N on Issue { number repository { nameWithOwner } }
fragment R on IssueConnection { pageInfo { hasNextPage } nodes { ...N } }
fragment C on IssueCommentConnection { totalCount nodes { author { ...U } authorAssociation createdAt body } }
fragment I on Issue {
  __typename number title state body locked createdAt updatedAt closedAt
  repository { nameWithOwner } author { ...U }
  labels(first: 100) { nodes { name } } assignees(first: 20) { nodes { login } }
  milestone { title dueOn state } comments(last: 20) { ...C }
  closedBy: timelineItems(last: 1, itemTypes: [CLOSED_EVENT]) { nodes { ... on ClosedEvent { actor { ...U } } } }
  closedByPullRequestsReferences(first: 50, includeClosedPrs: true) { pageInfo { hasNextPage } nodes { ...P } }
  mentions: timelineItems(last: 50, itemTypes: [CROSS_REFERENCED_EVENT]) {
    pageInfo { hasPreviousPage } nodes { ... on CrossReferencedEvent { source { ... on PullRequest { ...P } } } }
  }";

/// What boxes need, and comments beyond the last twenty.
const TIMELINE: &str = "
fragment T on Issue {
  talk: comments(last: 100) { ...C }
  linking: timelineItems(last: 100, itemTypes: [CROSS_REFERENCED_EVENT]) { pageInfo { hasPreviousPage } ...M }
}";

/// A pull request of a timeline.
const MENTIONS: &str = "
fragment M on IssueTimelineItemsConnection {
  nodes { ... on CrossReferencedEvent { source { ... on PullRequest { ...P title body updatedAt files(first: 20) { nodes { path } } } } } }
}";

/// Pull requests. Their state has a type of its own, so that it needs a name of its own beside that of issues;
/// and a fragment that nothing uses is an error.
const PULLS: &str = "
fragment Q on PullRequest {
  __typename number title pullState: state body locked createdAt updatedAt closedAt
  repository { nameWithOwner } author { ...U }
  labels(first: 100) { nodes { name } } assignees(first: 20) { nodes { login } }
  milestone { title dueOn state } comments(last: 20) { ...C }
}";

/// An issue to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WantedIssue {
    pub(crate) id: IssueRef,
    /// Whether its timeline is asked for as well.
    pub(crate) with_timeline: bool,
}

/// What to ask for in one request.
#[derive(Debug, Clone, Default)]
pub(crate) struct IssueQuery {
    pub(crate) issues: Vec<WantedIssue>,
    pub(crate) searches: Vec<String>,
}

/// What a name of an answer stands for.
pub(super) enum QueryPart<'a> {
    Issue(&'a IssueRef),
    Search(&'a str),
}

impl IssueQuery {
    /// Returns what the query asks for under a name: `s0`, `i7`.
    pub(super) fn part(&self, name: &str) -> Option<QueryPart<'_>> {
        let at = |number: &str| number.parse::<usize>().ok();
        if let Some(number) = name.strip_prefix('i') {
            return self.issues.get(at(number)?).map(|wanted| QueryPart::Issue(&wanted.id));
        }
        let query = self.searches.get(at(name.strip_prefix('s')?)?)?;
        Some(QueryPart::Search(query))
    }
}

/// Writes the query; without what servers of before 2025 do not know, where that was refused.
pub(crate) fn query(ask: &IssueQuery, is_recent: bool) -> String {
    let mut text = String::from("query {");
    for (number, search) in ask.searches.iter().enumerate() {
        let search = Value::String(search.clone());
        let _ = write!(
            text,
            " s{number}: search(query: {search}, type: ISSUE, first: 100) {{ issueCount pageInfo {{ hasNextPage }} nodes {{ ...I }} }}"
        );
    }
    for (number, WantedIssue { id, with_timeline }) in ask.issues.iter().enumerate() {
        let (owner, name) = (id.repo.owner(), id.repo.name());
        let timeline = if *with_timeline { " ...T" } else { "" };
        let _ = write!(
            text,
            " i{number}: repository(owner: \"{owner}\", name: \"{name}\") {{ issueOrPullRequest(number: {}) {{ ...I ...Q{timeline} }} }}",
            id.number
        );
    }
    text.push_str(" }");
    text.push_str(PEOPLE);
    text.push_str(FRAGMENTS);
    text.push_str(if is_recent { RECENT } else { OLD });
    text.push_str("\n}");
    text.push_str(if ask.issues.is_empty() { "" } else { PULLS });
    if ask.issues.iter().any(|issue| issue.with_timeline) {
        text.push_str(TIMELINE);
        text.push_str(MENTIONS);
    }
    text
}

/// Writes the query for a page of mentions of one issue, the oldest first, behind a cursor.
pub(crate) fn mentions(id: &IssueRef, after: Option<&str>) -> String {
    let (owner, name, number) = (id.repo.owner(), id.repo.name(), id.number);
    let after = after.map_or(Value::Null, |cursor| Value::String(cursor.to_owned()));
    format!(
        "query {{ repository(owner: \"{owner}\", name: \"{name}\") {{ issue(number: {number}) {{ linking: timelineItems(first: 100, \
         after: {after}, itemTypes: [CROSS_REFERENCED_EVENT]) {{ pageInfo {{ hasNextPage endCursor }} ...M }} }} }} }}{PEOPLE}{MENTIONS}"
    )
}

/// Whether a refusal is of a server that does not know a field or an argument of one.
pub(crate) fn is_of_unknown_field(refusal: &str) -> bool {
    let is_named = |what| refusal.contains(&format!("doesn't {what}")) || refusal.contains(&format!("does not {what}"));
    is_named("exist on type") || is_named("accept argument")
}
