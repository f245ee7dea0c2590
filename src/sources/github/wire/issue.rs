//! Issues in answers: the fields that REST and GraphQL have in common, and their lenient conversion.

use serde::Deserialize;

use crate::domain::clean::{clean, clean_line};
use crate::domain::{CloseReason, Issue, IssueRef, IssueState, Milestone, SubIssueSummary, Text, Timestamp};
use crate::sources::body::{self, Home};

/// The common fields of an issue, whose names only differ in spelling.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct IssueFields {
    pub(super) number: Option<u64>,
    title: Option<String>,
    body: Option<String>,
    pub(super) state: Option<String>,
    #[serde(alias = "stateReason")]
    state_reason: Option<String>,
    #[serde(alias = "createdAt")]
    created_at: Option<String>,
    #[serde(alias = "updatedAt")]
    pub(super) updated_at: Option<String>,
    #[serde(alias = "closedAt")]
    closed_at: Option<String>,
    #[serde(alias = "user")]
    author: Option<Actor>,
    labels: Option<ListFields<Label>>,
    assignees: Option<ListFields<Actor>>,
    milestone: Option<MilestoneFields>,
    #[serde(alias = "type", alias = "issueType")]
    issue_type: Option<NameFields>,
    locked: Option<bool>,
    #[serde(alias = "subIssuesSummary")]
    pub(super) sub_issues_summary: Option<SummaryFields>,
}

/// The fields that differ between REST and GraphQL.
#[derive(Debug)]
pub(super) struct OwnFields<'a> {
    pub(super) id: IssueRef,
    pub(super) is_pull: bool,
    pub(super) state: Option<NamedState>,
    pub(super) closed_by: Option<&'a Actor>,
    pub(super) comments: Option<u32>,
}

impl IssueFields {
    /// Creates the issue, with links in its body parsed for a web host. Fields of only one API are added later.
    pub(super) fn issue(&self, own: OwnFields<'_>, host: &str) -> Issue {
        let text = clean(self.body.as_deref().unwrap_or_default()).into_owned();
        let read = body::read(&text, Home { issue: &own.id, host });
        Issue {
            title: line(self.title.as_deref()),
            is_pull: own.is_pull,
            state: self.issue_state(&own),
            github_reason: self.reason(&own),
            issue_type: self.issue_type.as_ref().and_then(NameFields::text),
            author: self.author.as_ref().and_then(Actor::name),
            labels: self.labels.iter().flat_map(ListFields::items).filter_map(Label::text).collect(),
            assignees: self.assignees.iter().flat_map(ListFields::items).filter_map(Actor::name).collect(),
            milestone: self.milestone.as_ref().and_then(MilestoneFields::milestone),
            created: moment(self.created_at.as_deref()),
            updated: moment(self.updated_at.as_deref()),
            comments: own.comments.unwrap_or(0),
            locked: self.locked.unwrap_or(false),
            sub_issue_summary: self.sub_issues_summary.as_ref().and_then(SummaryFields::known),
            tasks: read.tasks,
            parents: read.parents,
            steps: read.steps,
            references: read.references,
            names: read.names,
            continued_in: read.continued_in,
            waits_for: read.waits_for,
            asks_to_wait: read.asks_to_wait,
            // A newline for an empty body, since the cache keeps the old body if this is empty.
            body: if text.is_empty() { "\n".to_owned() } else { text },
            ..Issue::new(own.id)
        }
    }

    fn issue_state(&self, own: &OwnFields<'_>) -> IssueState {
        let at = moment(self.closed_at.as_deref());
        let is_closed = match own.state {
            Some(NamedState::Open) => false,
            Some(NamedState::Closed | NamedState::Merged) => true,
            None => at.is_some(),
        };
        let by = own.closed_by.and_then(Actor::name);
        if is_closed { IssueState::Closed { reason: self.reason(own), at, by } } else { IssueState::Open }
    }

    fn reason(&self, own: &OwnFields<'_>) -> Option<CloseReason> {
        match (own.is_pull, own.state) {
            (_, Some(NamedState::Open)) => None,
            (true, Some(NamedState::Merged)) => Some(CloseReason::Completed),
            (true, Some(NamedState::Closed) | None) => Some(CloseReason::NotPlanned),
            (false, _) => github_reason(self.state_reason.as_deref()),
        }
    }
}

/// Parses GitHub's own reason of closing.
fn github_reason(reason: Option<&str>) -> Option<CloseReason> {
    match reason.map(str::to_ascii_lowercase).as_deref() {
        Some("completed") => Some(CloseReason::Completed),
        Some("not_planned") => Some(CloseReason::NotPlanned),
        Some("duplicate") => Some(CloseReason::Duplicate),
        Some(_) | None => None,
    }
}

/// The state of an issue or a pull request in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NamedState {
    Open,
    Closed,
    Merged,
}

impl NamedState {
    /// Parses `open` of REST or `OPEN` of GraphQL; `None` for another word.
    pub(super) fn read(word: Option<&str>) -> Option<Self> {
        match word?.to_ascii_lowercase().as_str() {
            "open" => Some(Self::Open),
            "closed" => Some(Self::Closed),
            "merged" => Some(Self::Merged),
            _ => None,
        }
    }
}

/// A person, a robot, or a deleted account.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Actor {
    #[serde(rename = "__typename")]
    kind: Option<String>,
    login: Option<String>,
}

impl Actor {
    /// Returns the login, with the suffix of robots that GraphQL omits.
    pub(super) fn name(&self) -> Option<Text> {
        let login = clean_line(self.login.as_deref()?);
        let is_app = self.kind.as_deref() == Some("Bot") && !login.ends_with("[bot]");
        Some(if is_app { Text::from(format!("{login}[bot]")) } else { Text::from(login) })
    }
}

/// A list in REST or GraphQL.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum ListFields<T> {
    Array(Vec<Option<T>>),
    Connection { nodes: Option<Vec<Option<T>>> },
}

impl<T> ListFields<T> {
    fn items(&self) -> impl Iterator<Item = &T> {
        let items = match self {
            Self::Array(items) => Some(items),
            Self::Connection { nodes } => nodes.as_ref(),
        };
        items.into_iter().flatten().flatten()
    }
}

/// A label. In old versions of REST it is plain text.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Label {
    Object(NameFields),
    Plain(String),
}

impl Label {
    fn text(&self) -> Option<Text> {
        match self {
            Self::Object(named) => named.text(),
            Self::Plain(name) => Some(Text::from(clean_line(name))),
        }
    }
}

/// A label, or the type of an issue.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NameFields {
    name: Option<String>,
}

impl NameFields {
    fn text(&self) -> Option<Text> {
        self.name.as_deref().map(|name| Text::from(clean_line(name)))
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct MilestoneFields {
    title: Option<String>,
    #[serde(alias = "dueOn")]
    due_on: Option<String>,
    state: Option<String>,
}

impl MilestoneFields {
    fn milestone(&self) -> Option<Milestone> {
        Some(Milestone {
            title: Text::from(clean_line(self.title.as_deref()?)),
            due: moment(self.due_on.as_deref()).map(Timestamp::date),
            closed: NamedState::read(self.state.as_deref()) == Some(NamedState::Closed),
        })
    }
}

/// GitHub's summary of the sub-issues.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SummaryFields {
    pub(super) total: u32,
    completed: Option<u32>,
}

impl SummaryFields {
    fn known(&self) -> Option<SubIssueSummary> {
        Some(SubIssueSummary { total: self.total, completed: self.completed? })
    }
}

/// Cleans a text of one line; empty if it is missing.
pub(super) fn line(text: Option<&str>) -> String {
    clean_line(text.unwrap_or_default()).into_owned()
}

pub(super) fn moment(text: Option<&str>) -> Option<Timestamp> {
    Timestamp::parse(text?)
}

/// Whether it is a valid number of an issue that the cache can store.
pub(super) fn is_number(number: u64) -> bool {
    number > 0 && i64::try_from(number).is_ok()
}

#[cfg(test)]
mod tests {
    use super::super::comments::Robots;
    use super::super::graphql::{self, AnswerContext, IssueQuery, WantedIssue};
    use super::super::rest::{self, Detail};
    use super::*;
    use crate::domain::{FetchStates, Repo};

    const REST: &str = r#"{"number": 1, "title": "a\u001b[31m title", "state": "closed", "state_reason": "not_planned", "body": "Part of #7\n- [ ] b",
        "locked": true, "created_at": "2020-01-01T00:00:00Z", "updated_at": "2020-01-03T00:00:00Z", "closed_at": "2020-01-02T00:00:00Z",
        "closed_by": {"login": "bob"}, "user": {"login": "ann"}, "labels": [{"name": "sig/a"}], "assignees": [{"login": "cy"}],
        "milestone": {"title": "v1", "due_on": "2020-02-01T00:00:00Z", "state": "closed"}, "comments": 0, "type": {"name": "Bug"},
        "sub_issues_summary": {"total": 3, "completed": 2}}"#;

    const GRAPHQL: &str = r#"{"__typename": "Issue", "repository": {"nameWithOwner": "a/b"}, "number": 1, "title": "a\u001b[31m title",
        "state": "CLOSED", "stateReason": "NOT_PLANNED", "body": "Part of #7\n- [ ] b", "locked": true, "createdAt": "2020-01-01T00:00:00Z",
        "updatedAt": "2020-01-03T00:00:00Z", "closedAt": "2020-01-02T00:00:00Z", "closedBy": {"nodes": [{"actor": {"login": "bob"}}]},
        "author": {"__typename": "User", "login": "ann"}, "labels": {"nodes": [{"name": "sig/a"}]}, "assignees": {"nodes": [{"login": "cy"}]},
        "milestone": {"title": "v1", "dueOn": "2020-02-01T00:00:00Z", "state": "CLOSED"}, "comments": {"totalCount": 0, "nodes": []},
        "issueType": {"name": "Bug"}, "subIssuesSummary": {"total": 3, "completed": 2}}"#;

    #[test]
    fn an_unknown_reason_of_closing_is_none() {
        assert_eq!(github_reason(Some("NOT_PLANNED")), Some(CloseReason::NotPlanned));
        assert_eq!(github_reason(Some("REOPENED")), None);
    }

    #[test]
    fn rest_and_graphql_yield_the_same_issue() {
        let (repo, now, host) = (Repo::new("a/b").unwrap(), Timestamp(9), "github.com");
        let by_rest = rest::single(REST.as_bytes()).unwrap().into_issue(&repo, host, now, Detail::Single).unwrap();
        let wanted = WantedIssue { id: by_rest.id.clone(), with_timeline: false };
        let query = IssueQuery { issues: vec![wanted], searches: Vec::new() };
        let answer = format!(r#"{{"data": {{"i0": {{"issueOrPullRequest": {GRAPHQL}}}}}}}"#);
        let robots = Robots::default();
        let answer = graphql::read(answer.as_bytes(), &query, AnswerContext { host, robots: &robots, now }).unwrap();
        let by_graphql = answer.issues.into_iter().next().unwrap();
        assert_eq!((by_rest.title.as_str(), by_rest.parents.len(), by_rest.tasks.len()), ("a title", 1, 1));
        // Only GraphQL returns comments and pull requests.
        let alike = |issue| Issue { fetch_states: FetchStates::default(), comment_tasks: None, pulls: None, ..issue };
        assert_eq!(alike(by_rest), alike(by_graphql));
    }
}
