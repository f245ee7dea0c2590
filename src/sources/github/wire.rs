//! Issues as GitHub's REST API sends them, read leniently: a field that is not what it should be is as if
//! it were not there, and an issue without a number is kept out and named.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::client::Entries;
use super::people::{Robots, close_reason};
use crate::domain::clean::{clean, clean_line};
use crate::domain::{CloseReason, Issue, IssueRef, IssueState, Marks, Milestone, Repo, Text, Timestamp};
use crate::sources::body::{self, Home};

/// An issue or pull request; only the number must be there.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wire {
    pub(super) number: Option<u64>,
    title: Option<String>,
    state: Option<String>,
    state_reason: Option<String>,
    body: Option<String>,
    user: Option<User>,
    labels: Option<Vec<Option<Label>>>,
    assignees: Option<Vec<Option<User>>>,
    milestone: Option<WireMilestone>,
    created_at: Option<String>,
    updated_at: Option<String>,
    closed_at: Option<String>,
    closed_by: Option<User>,
    comments: Option<u32>,
    locked: Option<bool>,
    pull_request: Option<WirePull>,
    repository_url: Option<String>,
    parent_issue_url: Option<String>,
    sub_issues_summary: Option<Summary>,
}

/// A person, a robot, or nobody.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct User {
    login: Option<String>,
}

impl User {
    pub(super) fn name(&self) -> Option<Text> {
        self.login.as_deref().map(|login| Text::from(clean_line(login)))
    }
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Label {
    Named { name: Option<String> },
    Plain(String),
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireMilestone {
    title: Option<String>,
    due_on: Option<String>,
    state: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WirePull {
    merged_at: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Summary {
    total: u32,
}

/// A comment.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Comment {
    pub(super) user: Option<User>,
    pub(super) body: Option<String>,
    created_at: Option<String>,
    issue_url: Option<String>,
}

impl Comment {
    pub(super) fn at(&self) -> Option<Timestamp> {
        Timestamp::parse(self.created_at.as_deref()?)
    }

    /// Returns the issue it stands under.
    pub(super) fn issue(&self) -> Option<IssueRef> {
        of_url(self.issue_url.as_deref()?)
    }
}

/// What a page held: issues, and what could not be read, in words.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) issues: Vec<Wire>,
    pub(super) odd: Vec<String>,
}

impl Entries for Page {
    fn entries(&self) -> usize {
        self.issues.len() + self.odd.len()
    }
}

impl Entries for Vec<Comment> {
    fn entries(&self) -> usize {
        self.len()
    }
}

/// Reads a list of issues.
pub(super) fn page(bytes: &[u8]) -> Result<Page, String> {
    match serde_json::from_slice::<Vec<Wire>>(bytes) {
        Ok(issues) if issues.iter().all(|issue| issue.number.is_some()) => Ok(Page { issues, odd: Vec::new() }),
        Ok(_) | Err(_) => Ok(one_by_one(serde_json::from_slice(bytes).map_err(|error| error.to_string())?)),
    }
}

/// Reads the answer of a search.
pub(super) fn search(bytes: &[u8]) -> Result<Page, String> {
    #[derive(Deserialize)]
    struct Found {
        items: Vec<Value>,
    }
    let found: Found = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    Ok(one_by_one(found.items))
}

/// Reads one issue.
pub(super) fn single(bytes: &[u8]) -> Result<Wire, String> {
    let value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let page = one_by_one(vec![value]);
    page.issues.into_iter().next().ok_or_else(|| page.odd.into_iter().next().unwrap_or_default())
}

/// Reads a list of comments; odd ones are left out.
pub(super) fn comments(bytes: &[u8]) -> Result<Vec<Comment>, String> {
    let values: Vec<Value> = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    Ok(values.into_iter().filter_map(|value| lenient(value).ok()).collect())
}

fn one_by_one(values: Vec<Value>) -> Page {
    let mut page = Page::default();
    for value in values {
        let name = name_of(&value);
        match lenient::<Wire>(value) {
            Ok(issue) if issue.number.is_some_and(|number| number > 0) => page.issues.push(issue),
            Ok(_) => page.odd.push(format!("{name} has no number")),
            Err(why) => page.odd.push(format!("{name}: {why}")),
        }
    }
    page
}

fn name_of(value: &Value) -> String {
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(|text| clean_line(text).into_owned());
    text("html_url")
        .or_else(|| text("url"))
        .or_else(|| text("title"))
        .unwrap_or_else(|| "an issue without a name".into())
}

/// Reads an object and, where a field spoils it, reads it without the fields that do.
fn lenient<T: for<'de> Deserialize<'de>>(value: Value) -> Result<T, String> {
    if let Ok(read) = T::deserialize(&value) {
        return Ok(read);
    }
    let Value::Object(mut fields) = value else { return Err("it is no object".to_owned()) };
    fields.retain(|key, value| T::deserialize(Value::Object(Map::from_iter([(key.clone(), value.clone())]))).is_ok());
    T::deserialize(Value::Object(fields)).map_err(|error| error.to_string())
}

/// Reads `…/repos/owner/name/issues/5`.
fn of_url(url: &str) -> Option<IssueRef> {
    let (_, path) = url.split_once("/repos/")?;
    IssueRef::parse(&format!("https://api/{path}"), &Repo::new("a/b")?)
}

impl Wire {
    /// Returns when it last changed.
    pub(super) fn updated(&self) -> Option<Timestamp> {
        Timestamp::parse(self.updated_at.as_deref()?)
    }

    /// Returns the repository that an item of a search lies in.
    pub(super) fn repo(&self) -> Option<Repo> {
        let (_, path) = self.repository_url.as_deref()?.split_once("/repos/")?;
        Repo::new(path)
    }

    /// Tells whether GitHub knows sub-issues of it.
    pub(super) fn has_sub_issues(&self) -> bool {
        self.sub_issues_summary.as_ref().is_some_and(|summary| summary.total > 0)
    }

    /// Makes it an issue of ours.
    pub(super) fn into_issue(self, repo: &Repo, host: &str, robots: &Robots) -> Option<Issue> {
        let id = IssueRef::new(repo.clone(), self.number?);
        let text = clean(self.body.as_deref().unwrap_or_default()).into_owned();
        let read = body::read(&text, Home { issue: &id, host });
        let labels: Vec<Text> = self.labels.unwrap_or_default().into_iter().flatten().filter_map(label).collect();
        let closer = self.closed_by.as_ref().and_then(User::name);
        let moment = |text: Option<&String>| Timestamp::parse(text?);
        let closed = moment(self.closed_at.as_ref());
        let state = match self.state.as_deref() {
            Some("open") => IssueState::Open,
            Some("closed") => IssueState::Closed { reason: None, at: closed, by: closer.clone() },
            Some(_) | None if closed.is_some() => IssueState::Closed { reason: None, at: closed, by: closer.clone() },
            Some(_) | None => IssueState::Open,
        };
        let reason = match &self.pull_request {
            Some(pull) if pull.merged_at.is_some() => Some(CloseReason::Completed),
            Some(_) => Some(CloseReason::NotPlanned),
            None => close_reason(self.state_reason.as_deref(), closer.as_deref(), &labels, robots),
        };
        let state = with_reason(state, reason);
        let mut parents = read.parents;
        parents.extend(self.parent_issue_url.as_deref().and_then(of_url).filter(|parent| !parents.contains(parent)));
        Some(Issue {
            title: clean_line(self.title.as_deref().unwrap_or_default()).into_owned(),
            is_pull: self.pull_request.is_some(),
            state,
            author: self.user.as_ref().and_then(User::name),
            labels,
            assignees: self.assignees.unwrap_or_default().iter().flatten().filter_map(User::name).collect(),
            milestone: self.milestone.as_ref().and_then(milestone),
            created: moment(self.created_at.as_ref()),
            updated: moment(self.updated_at.as_ref()),
            last_comment: None,
            comments: self.comments.unwrap_or(0),
            locked: self.locked.unwrap_or(false),
            tasks: read.tasks,
            parents,
            sub_issues: read.steps,
            references: read.references,
            pulls: None,
            names: read.names,
            body: stored(text),
            marks: Marks::all_known(),
            ..Issue::new(id)
        })
    }
}

/// The cache keeps the old body of an issue that comes without one: a body that is empty says so.
pub(super) fn stored(text: String) -> String {
    if text.is_empty() { "\n".to_owned() } else { text }
}

pub(super) fn with_reason(state: IssueState, reason: Option<CloseReason>) -> IssueState {
    match state {
        IssueState::Open => IssueState::Open,
        IssueState::Closed { at, by, .. } => IssueState::Closed { reason, at, by },
    }
}

fn label(label: Label) -> Option<Text> {
    let (Label::Named { name: Some(name) } | Label::Plain(name)) = label else { return None };
    Some(Text::from(clean_line(&name)))
}

fn milestone(wire: &WireMilestone) -> Option<Milestone> {
    Some(Milestone {
        title: Text::from(clean_line(wire.title.as_deref()?)),
        due: wire.due_on.as_deref().and_then(Timestamp::parse).map(Timestamp::date),
        closed: wire.state.as_deref() == Some("closed"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issue(json: &str) -> Issue {
        let repo = Repo::new("a/b").unwrap();
        single(json.as_bytes()).unwrap().into_issue(&repo, "github.com", &Robots::default()).unwrap()
    }

    #[test]
    fn a_number_is_enough() {
        let issue = issue("{\"number\": 5}");
        assert_eq!((issue.id.number, issue.state, issue.title.as_str()), (5, IssueState::Open, ""));
    }

    #[test]
    fn odd_fields_cost_only_themselves() {
        let issue = issue(
            r#"{"number": 5, "title": "t\u001b[31m", "state": "someday", "user": null, "labels": [{"id": 1}, "plain", {"name": "sig/a"}, null],
                "assignees": {"no": "list"}, "milestone": 7, "comments": "many", "created_at": "yesterday", "body": null, "new_field": [1]}"#,
        );
        assert_eq!((issue.title.as_str(), issue.author), ("t", None));
        assert_eq!(issue.labels, ["plain", "sig/a"]);
        assert_eq!((issue.assignees.len(), issue.milestone, issue.comments, issue.created), (0, None, 0, None));
    }

    #[test]
    fn an_issue_without_a_number_is_named_and_the_rest_is_kept() {
        let page = page(
            br#"[{"number": 1}, {"number": -1, "html_url": "https://github.com/a/b/issues/x"}, 7, {"number": 2}]"#,
        )
        .unwrap();
        assert_eq!(page.issues.iter().filter_map(|issue| issue.number).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(
            page.odd,
            ["https://github.com/a/b/issues/x has no number", "an issue without a name: it is no object"]
        );
    }

    #[test]
    fn closing_is_told_with_its_reason() {
        let reason = |json: &str| match issue(json).state {
            IssueState::Closed { reason, .. } => reason,
            IssueState::Open => panic!("open"),
        };
        assert_eq!(
            reason(r#"{"number": 1, "state": "closed", "state_reason": "completed"}"#),
            Some(CloseReason::Completed)
        );
        assert_eq!(
            reason(r#"{"number": 1, "state": "closed", "state_reason": "duplicate"}"#),
            Some(CloseReason::Duplicate)
        );
        assert_eq!(reason(r#"{"number": 1, "state": "closed", "state_reason": "whatever"}"#), None);
        let stale = r#"{"number": 1, "state": "closed", "state_reason": "not_planned", "closed_by": {"login": "k8s-ci-robot"}, "labels": [{"name": "lifecycle/rotten"}]}"#;
        assert_eq!(reason(stale), Some(CloseReason::Robot));
        assert_eq!(
            reason(r#"{"number": 1, "state": "closed", "pull_request": {"merged_at": "2020-01-01T00:00:00Z"}}"#),
            Some(CloseReason::Completed)
        );
        assert_eq!(reason(r#"{"number": 1, "state": "closed", "pull_request": {}}"#), Some(CloseReason::NotPlanned));
    }
}
