//! Builds the GraphQL queries.

use std::fmt::Write;

use serde_json::Value;

use crate::domain::IssueRef;

/// The number of issues in a request. With more, GitHub runs into its time limit.
pub(crate) const BATCH: usize = 50;

/// The number of comments that are returned with a timeline, from the newest on.
pub(crate) const COMMENTS: usize = 100;

/// Fields that servers before 2025 do not support.
const RECENT: &str = "
  stateReason(enableDuplicate: true) issueType { name } duplicateOf { ...N }
  subIssues(first: 100) { ...R } subIssuesSummary { total completed }
  blockedBy(first: 50) { ...R } blocking(first: 50) { ...R }";

/// The replacement for such servers.
const OLD: &str = "
  stateReason";

/// Authors and pull requests.
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

/// The timeline: what boxes need, and comments before the last twenty.
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

/// Pull requests. Their state differs in type from the state of issues, so it needs an alias. Separate, since an unused
/// fragment is an error.
const PULLS: &str = "
fragment Q on PullRequest {
  __typename number title pullState: state body locked createdAt updatedAt closedAt
  repository { nameWithOwner } author { ...U }
  labels(first: 100) { nodes { name } } assignees(first: 20) { nodes { login } }
  milestone { title dueOn state } comments(last: 20) { ...C }
}";

/// An issue to request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WantedIssue {
    pub(crate) id: IssueRef,
    /// Whether its timeline is requested as well.
    pub(crate) with_timeline: bool,
}

/// The issues and searches of one request.
#[derive(Debug, Clone, Default)]
pub(crate) struct IssueQuery {
    pub(crate) issues: Vec<WantedIssue>,
    pub(crate) searches: Vec<String>,
}

pub(super) enum QueryPart<'a> {
    Issue(&'a IssueRef),
    Search(&'a str),
}

impl IssueQuery {
    /// Returns the part of the query for an alias: `s0`, `i7`.
    pub(super) fn part(&self, name: &str) -> Option<QueryPart<'_>> {
        let at = |number: &str| number.parse::<usize>().ok();
        if let Some(number) = name.strip_prefix('i') {
            return self.issues.get(at(number)?).map(|wanted| QueryPart::Issue(&wanted.id));
        }
        let query = self.searches.get(at(name.strip_prefix('s')?)?)?;
        Some(QueryPart::Search(query))
    }
}

/// Builds the query; without `is_recent`, for servers before 2025.
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

/// Builds the query for a page of mentions of an issue, oldest first, after a cursor.
pub(crate) fn mentions(id: &IssueRef, after: Option<&str>) -> String {
    let (owner, name, number) = (id.repo.owner(), id.repo.name(), id.number);
    let after = after.map_or(Value::Null, |cursor| Value::String(cursor.to_owned()));
    format!(
        "query {{ repository(owner: \"{owner}\", name: \"{name}\") {{ issue(number: {number}) {{ linking: timelineItems(first: 100, \
         after: {after}, itemTypes: [CROSS_REFERENCED_EVENT]) {{ pageInfo {{ hasNextPage endCursor }} ...M }} }} }} }}{PEOPLE}{MENTIONS}"
    )
}

/// Whether a query was refused because the server does not know a field or an argument.
pub(crate) fn is_of_unknown_field(refusal: &str) -> bool {
    let is_named = |what| refusal.contains(&format!("doesn't {what}")) || refusal.contains(&format!("does not {what}"));
    is_named("exist on type") || is_named("accept argument")
}
