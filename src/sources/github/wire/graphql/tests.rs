use super::*;
use crate::domain::{CloseReason, IssueState, Repo, TaskState};

fn id(number: u64) -> IssueRef {
    IssueRef::new(Repo::new("a/b").unwrap(), number)
}

fn wanted(number: u64) -> WantedIssue {
    WantedIssue { id: id(number), with_timeline: false }
}

/// Parses an answer, with the known robots only.
fn read(bytes: &[u8], ask: &IssueQuery) -> Result<IssueAnswer, String> {
    let robots = Robots::default();
    super::read(bytes, ask, AnswerContext { host: "github.com", robots: &robots, now: Timestamp(9) })
}

fn ask(numbers: &[u64]) -> IssueQuery {
    IssueQuery { issues: numbers.iter().copied().map(wanted).collect(), searches: vec!["say \"hi\"".into()] }
}

fn answer(node: &str) -> Issue {
    let text = format!("{{\"data\": {{\"i0\": {{\"issueOrPullRequest\": {node}}}}}}}");
    let ask = IssueQuery { issues: vec![wanted(1)], searches: Vec::new() };
    read(text.as_bytes(), &ask).unwrap().issues.remove(0)
}

#[test]
fn a_query_contains_every_issue_and_quotes_searches() {
    let query = query(&ask(&[5, 6]), true);
    assert!(query.contains("i1: repository(owner: \"a\", name: \"b\") { issueOrPullRequest(number: 6)"));
    assert!(query.contains(r#"s0: search(query: "say \"hi\"", type: ISSUE"#));
}

#[test]
fn data_and_errors_are_both_used() {
    let text = r#"{"data": {"s0": {"nodes": [{}, null]}, "i0": {"issueOrPullRequest": {"number": 5, "repository": {"nameWithOwner": "a/b"}}}, "i1": null},
        "errors": [{"type": "NOT_FOUND", "message": "no"}, {"message": "slow\u001b[0m"}]}"#;
    let found = read(text.as_bytes(), &ask(&[5, 6])).unwrap();
    assert_eq!(found.issues.len(), 1);
    assert_eq!(found.absent, [id(6)]);
    assert!(found.odd.contains(&"slow".to_owned()));
}

#[test]
fn an_error_is_noted_with_its_issue_unless_it_is_requested_by_rest() {
    let text = r#"{"data": {"s0": {"nodes": []}, "i0": {"issueOrPullRequest": {"number": 5, "repository": {"nameWithOwner": "a/b"}}}, "i1": null},
        "errors": [{"type": "FORBIDDEN", "path": ["i1"], "message": "protected"}, {"path": ["s0"], "message": "cut off"},
        {"path": ["i0", "issueOrPullRequest", "comments"], "message": "slow"}]}"#;
    let found = read(text.as_bytes(), &ask(&[5, 6])).unwrap();
    assert_eq!(found.odd, ["the search say \"hi\": cut off", "a/b#5: slow"]);
}

#[test]
fn a_search_with_more_than_a_page_is_reported() {
    let text = r#"{"data": {"s0": {"pageInfo": {"hasNextPage": true}, "nodes": []}}}"#;
    let found = read(text.as_bytes(), &ask(&[])).unwrap();
    assert_eq!(found.longer, ["say \"hi\""]);
}

#[test]
fn errors_without_data_are_a_refusal() {
    let refusal = |text: &[u8]| read(text, &ask(&[])).map(|found| found.refusal);
    assert_eq!(refusal(br#"{"errors": [{"message": "bad"}]}"#), Ok(Some("bad".to_owned())));
    assert_eq!(refusal(b"{}"), Ok(Some("it has no data".to_owned())));
    assert!(refusal(b"{\"data\": ").is_err());
}

#[test]
fn a_search_without_an_answer_is_repeated() {
    let found = read(br#"{"data": {"s0": null}}"#, &ask(&[])).unwrap();
    assert_eq!((found.longer.len(), found.refusal), (1, None));
}

#[test]
fn an_unreadable_issue_is_reported_and_skipped() {
    let text =
        r#"{"data": {"i0": {"issueOrPullRequest": {"number": "five", "repository": {"nameWithOwner": "a/b"}}}}}"#;
    let found = read(text.as_bytes(), &ask(&[5])).unwrap();
    assert!(found.issues.is_empty() && found.odd[0].starts_with("a/b#5: "), "{:?}", found.odd);
}

#[test]
fn comments_tasks_sub_issues_and_pulls_are_read() {
    let issue = answer(
        r#"{"__typename": "Issue", "number": 1, "repository": {"nameWithOwner": "a/b"}, "state": "OPEN", "body": "- plain",
        "comments": {"totalCount": 31, "nodes": [
            {"author": {"__typename": "User", "login": "ann"}, "createdAt": "2020-01-01T00:00:00Z", "body": "- [x] one\n- [ ] two"},
            {"author": {"__typename": "User", "login": "ann"}, "createdAt": "2020-01-02T00:00:00Z", "body": "/assign"},
            {"author": {"__typename": "Bot", "login": "helper"}, "createdAt": "2020-01-03T00:00:00Z", "body": "beep"}]},
        "subIssues": {"nodes": [{"number": 7, "repository": {"nameWithOwner": "a/b"}}]},
        "parent": {"number": 9, "repository": {"nameWithOwner": "a/c"}},
        "closedByPullRequestsReferences": {"nodes": [{"number": 8, "state": "MERGED", "repository": {"nameWithOwner": "a/b"}}]},
        "mentions": {"nodes": [{}, {"source": {}}, {"source": {"number": 4, "state": "OPEN", "author": null, "repository": {"nameWithOwner": "a/b"}}}]}}"#,
    );
    assert_eq!(issue.tasks.iter().map(|task| task.state).collect::<Vec<_>>(), [TaskState::Done, TaskState::Open]);
    assert_eq!(issue.last_comment.as_ref().map(|word| word.at.rfc3339()), Some("2020-01-01T00:00:00Z".into()));
    // Parents only come from the body.
    assert_eq!((issue.comments, issue.sub_issues, issue.parents.len()), (31, vec![id(7)], 0));
    let pulls: Vec<(u64, bool)> = issue.pulls.unwrap().iter().map(|pull| (pull.id.number, pull.is_open)).collect();
    assert_eq!(pulls, [(4, true), (8, false)]);
}

#[test]
fn closing_by_a_robot_for_a_person_counts_as_completed() {
    let closed = |comment: &str| {
        let node = format!(
            r#"{{"__typename": "Issue", "number": 1, "repository": {{"nameWithOwner": "a/b"}}, "state": "CLOSED", "stateReason": "COMPLETED",
            "closedAt": "2020-01-02T00:00:00Z", "labels": {{"nodes": [{{"name": "lifecycle/rotten"}}]}},
            "closedBy": {{"nodes": [{{"actor": {{"login": "k8s-ci-robot"}}}}]}},
            "comments": {{"nodes": [{{"author": {{"login": "{comment}"}}, "createdAt": "2020-01-01T00:00:00Z", "body": "/close"}}]}}}}"#
        );
        match answer(&node).state {
            IssueState::Closed { reason, .. } => reason,
            IssueState::Open => None,
        }
    };
    assert_eq!(closed("ann"), Some(CloseReason::Completed));
    assert_eq!(closed("fejta-bot"), Some(CloseReason::Robot));
}

#[test]
fn a_query_has_no_unused_fragment() {
    for (ask, uses_pulls) in [(ask(&[5]), true), (ask(&[]), false)] {
        let query = query(&ask, true);
        assert_eq!(query.contains("fragment Q on PullRequest"), uses_pulls);
        for name in ["U", "N", "R", "P", "C", "I"] {
            assert!(query.contains(&format!("...{name} ")) && query.contains(&format!("fragment {name} on")), "{name}");
        }
    }
}

#[test]
fn a_pull_request_is_distinguished_from_an_issue() {
    let pull = answer(
        r#"{"__typename": "PullRequest", "number": 1, "repository": {"nameWithOwner": "a/b"}, "pullState": "MERGED", "closedAt": "2020-01-01T00:00:00Z"}"#,
    );
    assert!(pull.is_pull && pull.pulls.is_none());
    assert!(matches!(pull.state, IssueState::Closed { reason: Some(CloseReason::Completed), .. }));
}

#[test]
fn comments_with_an_error_are_unknown() {
    let text = r#"{"data": {"i0": {"issueOrPullRequest": {"__typename": "Issue", "number": 1, "repository": {"nameWithOwner": "a/b"}, "comments": null}}},
        "errors": [{"message": "oops", "path": ["i0", "issueOrPullRequest", "comments"]}]}"#;
    let issue = read(text.as_bytes(), &ask(&[1])).unwrap().issues.remove(0);
    assert!(!issue.knows_comments() && issue.touched().is_none());
}

#[test]
fn pull_requests_are_unknown_if_a_list_of_them_is_truncated() {
    let pages = |closing: bool, mentions: bool, linking: &str| {
        let text = format!(
            r#"{{"data": {{"i0": {{"issueOrPullRequest": {{"__typename": "Issue", "number": 1, "repository": {{"nameWithOwner": "a/b"}},
            "closedByPullRequestsReferences": {{"pageInfo": {{"hasNextPage": {closing}}}, "nodes": []}},
            "mentions": {{"pageInfo": {{"hasPreviousPage": {mentions}}}, "nodes": []}}{linking}}}}}}}}}"#
        );
        let mut found = read(text.as_bytes(), &ask(&[1])).unwrap();
        (found.issues.remove(0).knows_pulls(), !found.much_mentioned.is_empty())
    };
    assert_eq!(pages(false, false, ""), (true, false));
    assert_eq!(pages(true, false, ""), (false, false));
    assert_eq!(pages(false, true, ""), (false, true));
    assert_eq!(pages(true, true, ""), (false, false));
    // The longer list of the timeline is complete.
    assert_eq!(
        pages(false, true, r#", "linking": {"pageInfo": {"hasPreviousPage": false}, "nodes": []}"#),
        (true, false)
    );
}

#[test]
fn blockers_that_are_null_are_unknown() {
    let knows = |blockers: &str, errors: &str| {
        let text = format!(
            r#"{{"data": {{"i0": {{"issueOrPullRequest": {{"__typename": "Issue", "number": 1, "repository": {{"nameWithOwner": "a/b"}},
            "blockedBy": {blockers}, "blocking": {{"nodes": []}}, "duplicateOf": null}}}}}}, "errors": [{errors}]}}"#
        );
        let issue = read(text.as_bytes(), &ask(&[1])).unwrap().issues.remove(0);
        issue.fetch_states.of(FactKind::Dependencies).is_known()
    };
    let error =
        |path: &str| format!(r#"{{"type": "NOT_FOUND", "message": "no", "path": ["i0", "issueOrPullRequest"{path}]}}"#);
    assert!(knows(r#"{"nodes": []}"#, ""));
    assert!(!knows("null", r#"{"message": "slow"}"#), "an error without a place");
    assert!(!knows("null", r#"{"message": "slow", "path": ["i0", "issueOrPullRequest"]}"#), "an error of the issue");
    assert!(!knows("null", &error(r#", "blockedBy""#)));
    assert!(!knows(r#"{"nodes": [null]}"#, &error(r#", "blockedBy", "nodes", 0"#)));
    assert!(!knows(r#"{"nodes": [null]}"#, ""));
}

#[test]
fn an_inaccessible_mention_is_no_error() {
    for kind in ["NOT_FOUND", "FORBIDDEN"] {
        let text = format!(
            r#"{{"data": {{"i0": {{"issueOrPullRequest": {{"__typename": "Issue", "number": 1, "repository": {{"nameWithOwner": "a/b"}},
            "mentions": {{"nodes": [{{"source": null}}, null]}}}}}}}}, "errors": [{{"type": "{kind}", "message": "no",
            "path": ["i0", "issueOrPullRequest", "mentions", "nodes", 0, "source"]}}]}}"#
        );
        let found = read(text.as_bytes(), &ask(&[1])).unwrap();
        assert!(found.issues[0].knows_pulls() && found.odd.is_empty(), "{kind}: {:?}", found.odd);
    }
}
