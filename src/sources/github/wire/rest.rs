//! Lenient parser of GitHub's REST API: an invalid field counts as missing, and an issue without a number is skipped
//! and reported.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::comments::CommentFields;
use super::issue::{Actor, IssueFields, NamedState, OwnFields, is_number, moment};
use crate::domain::clean::clean_line;
use crate::domain::{CloseReason, FactKind, FactState, Issue, IssueRef, IssueState, Repo, Timestamp};

/// An issue or pull request in REST. Only the number is required.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RestIssue {
    #[serde(flatten)]
    fields: IssueFields,
    closed_by: Option<Actor>,
    comments: Option<u32>,
    pull_request: Option<RestPull>,
    repository_url: Option<String>,
    issue_dependencies_summary: Option<DependenciesSummary>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RestPull {
    merged_at: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct DependenciesSummary {
    total_blocked_by: u32,
    total_blocking: u32,
}

/// The maximum number of entries on a page. GitHub sends a hundred.
const MOST_ON_A_PAGE: usize = 1_000;

/// The maximum number of results that GitHub's search returns.
const MOST_FOUND: u64 = 1_000;

/// A page: issues, and messages about unreadable entries.
#[derive(Debug, Default)]
pub(crate) struct RestPage {
    pub(crate) issues: Vec<RestIssue>,
    pub(crate) odd: Vec<String>,
    /// Whether a search returned fewer results than it found, or timed out.
    pub(crate) is_incomplete: bool,
}

/// Parses a list of issues.
pub(crate) fn page(bytes: &[u8]) -> Result<RestPage, String> {
    one_by_one(read(bytes)?)
}

/// Parses the results of a search.
pub(crate) fn search(bytes: &[u8]) -> Result<RestPage, String> {
    #[derive(Deserialize)]
    struct Found<'b> {
        #[serde(borrow)]
        items: Vec<&'b RawValue>,
        #[serde(default)]
        incomplete_results: bool,
        #[serde(default)]
        total_count: u64,
    }
    let found: Found<'_> = read(bytes)?;
    let is_incomplete = found.incomplete_results || found.total_count > MOST_FOUND;
    Ok(RestPage { is_incomplete, ..one_by_one(found.items)? })
}

/// Parses a single issue.
pub(crate) fn single(bytes: &[u8]) -> Result<RestIssue, String> {
    let page = one_by_one(vec![read(bytes)?])?;
    page.issues.into_iter().next().ok_or_else(|| page.odd.into_iter().next().unwrap_or_default())
}

/// Parses the name of a repository.
pub(crate) fn repository(bytes: &[u8]) -> Result<Option<Repo>, String> {
    #[derive(Deserialize)]
    struct Named {
        full_name: String,
    }
    read(bytes).map(|named: Named| Repo::new(&named.full_name))
}

/// Parses a list of comments. Unreadable ones are skipped.
pub(crate) fn comments(bytes: &[u8]) -> Result<Vec<CommentFields>, String> {
    Ok(of_page(read(bytes)?)?.into_iter().filter_map(|raw| lenient(raw).ok()).collect())
}

fn read<'b, T: Deserialize<'b>>(bytes: &'b [u8]) -> Result<T, String> {
    serde_json::from_slice(bytes).map_err(|error| error.to_string())
}

/// Rejects a list that is longer than any page of GitHub.
fn of_page(list: Vec<&RawValue>) -> Result<Vec<&RawValue>, String> {
    if list.len() > MOST_ON_A_PAGE {
        return Err(format!("{} entries on a page, and not at most {MOST_ON_A_PAGE}", list.len()));
    }
    Ok(list)
}

fn one_by_one(list: Vec<&RawValue>) -> Result<RestPage, String> {
    let mut page = RestPage::default();
    for raw in of_page(list)? {
        match lenient::<RestIssue>(raw) {
            Ok(issue) if issue.number().is_some() => page.issues.push(issue),
            Ok(_) => page.odd.push(format!("{} has no number", name_of(raw))),
            Err(why) => page.odd.push(format!("{}: {why}", name_of(raw))),
        }
    }
    Ok(page)
}

fn name_of(raw: &RawValue) -> String {
    let value: Value = serde_json::from_str(raw.get()).unwrap_or_default();
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(|text| clean_line(text).into_owned());
    text("html_url")
        .or_else(|| text("url"))
        .or_else(|| text("title"))
        .unwrap_or_else(|| "an issue without a name".into())
}

/// Parses an object, without invalid fields if there are any.
fn lenient<T: DeserializeOwned>(raw: &RawValue) -> Result<T, String> {
    if let Ok(read) = serde_json::from_str(raw.get()) {
        return Ok(read);
    }
    let value = serde_json::from_str(raw.get()).map_err(|error| error.to_string())?;
    let Value::Object(mut fields) = value else { return Err("it is not an object".to_owned()) };
    fields.retain(|key, value| T::deserialize(Value::Object(Map::from_iter([(key.clone(), value.clone())]))).is_ok());
    T::deserialize(Value::Object(fields)).map_err(|error| error.to_string())
}

impl RestIssue {
    pub(crate) fn number(&self) -> Option<u64> {
        self.fields.number.filter(|number| is_number(*number))
    }

    /// Returns when it was last updated.
    pub(crate) fn updated(&self) -> Option<Timestamp> {
        moment(self.fields.updated_at.as_deref())
    }

    /// Returns its repository, which results of a search have.
    pub(crate) fn repo(&self) -> Option<Repo> {
        let (_, path) = self.repository_url.as_deref()?.split_once("/repos/")?;
        Repo::new(path)
    }

    /// Converts it, as of a moment. The closer is only known for a single issue.
    pub(crate) fn into_issue(self, repo: &Repo, host: &str, now: Timestamp, detail: Detail) -> Option<Issue> {
        let own = OwnFields {
            id: IssueRef::new(repo.clone(), self.number()?),
            is_pull: self.pull_request.is_some(),
            state: self.named_state(),
            closed_by: self.closed_by.as_ref(),
            comments: self.comments,
        };
        let mut issue = self.fields.issue(own, host);
        let (subs, blocks) = (self.fields.sub_issues_summary.as_ref(), self.issue_dependencies_summary.as_ref());
        let is_duplicate = issue.github_reason == Some(CloseReason::Duplicate);
        issue.blocker_count = blocks.map(|it| it.total_blocked_by);
        let linked = blocks.map_or(0, |it| it.total_blocked_by.saturating_add(it.total_blocking));
        let (known, counted) = (FactState::Known { at: now }, FactState::Failed { at: now });
        let if_known = |is_known| if is_known { known } else { FactState::NotRequested };
        // If some are counted, they are missing here. A server that does not count a kind has none.
        let by_count = |count: u32| if count == 0 { known } else { counted };
        for (kind, fetch_state) in [
            (FactKind::Fields, known),
            // Lists of pull requests have no number of comments.
            (FactKind::Comments, if_known(self.comments == Some(0))),
            (FactKind::Closer, if_known(detail == Detail::Single || issue.state == IssueState::Open)),
            (FactKind::SubIssues, by_count(subs.map_or(0, |it| it.total))),
            // REST does not say which issue it duplicates, if any.
            (
                FactKind::Dependencies,
                if linked == 0 && is_duplicate { FactState::NotRequested } else { by_count(linked) },
            ),
        ] {
            issue.fetch_states.set(kind, fetch_state);
        }
        Some(issue)
    }

    /// Returns its state. REST says elsewhere that a pull request was merged.
    fn named_state(&self) -> Option<NamedState> {
        let named = NamedState::read(self.fields.state.as_deref());
        let is_merged = self.pull_request.as_ref().is_some_and(|pull| pull.merged_at.is_some());
        if is_merged && named != Some(NamedState::Open) { Some(NamedState::Merged) } else { named }
    }
}

/// How detailed an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// As in lists and searches.
    Listed,
    /// As for a single issue: includes the closer.
    Single,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issue(json: &str) -> Issue {
        let (repo, read) = (Repo::new("a/b").unwrap(), single(json.as_bytes()).unwrap());
        let mut issue = read.into_issue(&repo, "github.com", Timestamp(1), Detail::Single).unwrap();
        super::super::comments::settle_reason(&mut issue, &super::super::comments::Robots::default());
        issue
    }

    #[test]
    fn only_the_number_is_required() {
        let issue = issue("{\"number\": 5}");
        assert_eq!((issue.id.number, issue.state, issue.title.as_str()), (5, IssueState::Open, ""));
    }

    #[test]
    fn comments_without_a_count_are_unknown() {
        let state = |json: &str| issue(json).fetch_states.of(FactKind::Comments);
        assert_eq!(state("{\"number\": 5}"), FactState::NotRequested);
        assert_eq!(state("{\"number\": 5, \"comments\": 0}"), FactState::Known { at: Timestamp(1) });
    }

    #[test]
    fn an_issue_that_only_blocks_others_is_known_to_wait_for_nothing() {
        let of = |json: &str| {
            let issue = issue(json);
            (issue.blocker_count, issue.knows_blockers(), issue.fetch_states.of(FactKind::Dependencies).is_known())
        };
        let blocks = r#"{"number": 1, "issue_dependencies_summary": {"total_blocked_by": 0, "total_blocking": 2}}"#;
        assert_eq!(of(blocks), (Some(0), true, false));
        let waits = r#"{"number": 1, "issue_dependencies_summary": {"total_blocked_by": 1, "total_blocking": 0}}"#;
        assert_eq!(of(waits), (Some(1), false, false));
    }

    #[test]
    fn invalid_fields_count_as_missing() {
        let issue = issue(
            r#"{"number": 5, "title": "t\u001b[31m", "state": "someday", "user": null, "labels": [{"id": 1}, "plain", {"name": "sig/a"}, null],
                "assignees": {"no": "list"}, "milestone": 7, "comments": "many", "created_at": "yesterday", "body": null, "new_field": [1]}"#,
        );
        assert_eq!((issue.title.as_str(), issue.author), ("t", None));
        assert_eq!(issue.labels, ["plain", "sig/a"]);
        assert_eq!((issue.assignees.len(), issue.milestone, issue.comments, issue.created), (0, None, 0, None));
    }

    #[test]
    fn an_issue_without_a_number_is_reported_and_skipped() {
        let page = page(
            br#"[{"number": 1}, {"number": -1, "html_url": "https://github.com/a/b/issues/x"}, 7, {"number": 2}]"#,
        )
        .unwrap();
        assert_eq!(page.issues.iter().filter_map(RestIssue::number).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(
            page.odd,
            ["https://github.com/a/b/issues/x has no number", "an issue without a name: it is not an object"]
        );
    }

    #[test]
    fn a_page_with_too_many_entries_is_rejected() {
        let list = |count: usize| format!("[{}]", vec!["{\"number\": 1}"; count].join(","));
        assert_eq!(page(list(1_000).as_bytes()).map(|page| page.issues.len()), Ok(1_000));
        assert!(page(list(1_001).as_bytes()).is_err() && comments(list(1_001).as_bytes()).is_err());
        assert!(search(format!("{{\"items\": {}}}", list(1_001)).as_bytes()).is_err());
    }

    #[test]
    fn the_reason_of_closing_is_read() {
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
