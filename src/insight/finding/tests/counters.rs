//! Findings about counters and their checkouts.

use super::*;
use crate::domain::Rule;
use crate::domain::rule::{Condition, IssueTest, IssuesRule, Source};

#[test]
fn counter_old() {
    let of = |date: &str, done| {
        let (mut roadmap, snapshot) = world(Vec::new(), Vec::new());
        roadmap.counters = vec![fixtures::counter("jobs", vec![fixtures::reading(date, done, 100, 1)])];
        messages((roadmap, snapshot), "counter-old")
    };
    assert_eq!(of("2024-04-01", 5), ["jobs was last counted on 2024-04-01, 61 days ago"]);
    assert!(of("2024-05-20", 5).is_empty() && of("2024-04-01", 100).is_empty());
}

#[test]
fn an_old_counter_says_how_to_get_a_new_reading() {
    let of = |file: Option<&str>, counter: Counter| {
        let (mut roadmap, snapshot) = world(Vec::new(), Vec::new());
        roadmap.counters = vec![Counter { readings_file: file.map(Into::into), ..counter }];
        let found = found((roadmap, snapshot), "counter-old");
        found[0].remedy.text(&id(1).repo).unwrap_or_default()
    };
    let jobs = || fixtures::counter("jobs", Vec::new());
    assert_eq!(of(Some("jobs.csv"), jobs()), "`offramp count jobs --write` records a reading");
    let first = "name a CSV file as `readings` of jobs; then `offramp count jobs --write` records a reading";
    assert_eq!(of(None, jobs()), first);
    assert_eq!(of(None, Counter { rules: Vec::new(), ..jobs() }), "");
}

#[test]
fn a_counter_that_never_had_anything_left_may_count_nothing() {
    let of = |readings: Vec<crate::domain::Reading>| {
        let (mut roadmap, snapshot) = world(Vec::new(), Vec::new());
        roadmap.counters = vec![fixtures::counter("jobs", readings)];
        messages((roadmap, snapshot), "never-left")
    };
    let reading = |day, done| fixtures::reading(day, done, 100, 1);
    let message = "jobs had nothing left at any reading since 2024-04-01: is its rule right?";
    assert_eq!(of(vec![reading("2024-04-01", 100), reading("2024-05-01", 100)]), [message]);
    assert!(of(vec![reading("2024-04-01", 99), reading("2024-05-01", 100)]).is_empty() && of(Vec::new()).is_empty());
}

#[test]
fn a_counter_of_issues_is_as_old_as_the_last_fetch() {
    let done = closed(1, Some(CloseReason::Completed), Some("2024-01-05"));
    let open = Issue { created: Some(fixtures::moment("2024-01-01")), ..issue(2) };
    let (mut roadmap, snapshot) = world(Vec::new(), vec![done, open]);
    let mut counter = fixtures::counter_of_issues("moves");
    let issues: Vec<_> = snapshot.issues.iter().collect();
    counter.read_issues(&issues, snapshot.day().unwrap(), Conventions::GitHub);
    roadmap.counters = vec![counter];
    assert!(checked(&(roadmap, snapshot), DAY).findings.is_empty());
}

#[test]
fn label_unknown() {
    let of = |label: &str, issues: Vec<Issue>| {
        let (mut roadmap, snapshot) = world(Vec::new(), issues);
        let mut counter = fixtures::counter_of_issues("moves");
        let scope = Some(Condition::Is(IssueTest::Label(vec![label.to_owned()])));
        counter.rules = vec![Rule::new(1, Source::Issues(IssuesRule { scope }))];
        roadmap.counters = vec![counter];
        messages((roadmap, snapshot), "label-unknown")
    };
    let bug = || vec![Issue { labels: vec!["bug".into()], ..issue(1) }];
    assert_eq!(of("bgu", bug()), ["moves: no fetched issue has the label `bgu`: is it spelt right?"]);
    assert!(of("bug", bug()).is_empty() && of("bgu", Vec::new()).is_empty());
}

/// The findings about a counter read on one day, with the newest commit of its checkout on another.
fn beside_a_checkout(last: &str, code: &str, done: u64) -> Vec<(&'static str, String)> {
    let (mut roadmap, snapshot) = world(Vec::new(), Vec::new());
    let readings = vec![fixtures::reading("2024-01-01", 0, 100, 1), fixtures::reading(last, done, 100, 1)];
    roadmap.counters = vec![fixtures::counter("jobs", readings)];
    let board = join(&roadmap, &snapshot, fixtures::day(DAY));
    let of = |counter, day| {
        let (counter, date) = (CounterId::new(counter), fixtures::day(day));
        crate::domain::checkout::NewestCommit { counter, commit: "abc".into(), date, gone: None }
    };
    let newest = [of("jobs", code), of("other", DAY)];
    let mut input = Input::new(&roadmap, &snapshot, &board);
    input.newest_commits = &newest;
    let found = check_input(&input).findings;
    found.into_iter().map(|finding| (finding.rule, finding.message)).collect()
}

#[test]
fn a_recent_reading_is_old_if_the_code_is_weeks_newer() {
    let message = "jobs was last counted on 2024-05-05, and the newest commit is from 2024-05-20, 15 days later";
    assert_eq!(beside_a_checkout("2024-05-05", "2024-05-20", 5), [("counter-old", message.to_owned())]);
    assert_eq!(beside_a_checkout("2024-05-05", "2024-05-19", 5), [], "many repositories change every day");
    assert_eq!(beside_a_checkout("2024-05-05", "2024-05-20", 100), []);
}

#[test]
fn a_reading_of_the_newest_commit_is_not_old_but_its_checkout_may_be() {
    let message = "the checkout of jobs has no commit after 2024-04-01, 61 days ago";
    assert_eq!(beside_a_checkout("2024-04-01", "2024-04-01", 5), [("checkout-old", message.to_owned())]);
    assert_eq!(beside_a_checkout("2024-04-01", "2024-04-01", 100), []);
    assert_eq!(beside_a_checkout("2024-05-20", "2024-05-20", 5), []);
}

#[test]
fn an_old_checkout_of_several_counters_is_named_once() {
    let (mut roadmap, snapshot) = world(Vec::new(), Vec::new());
    let names = ["jobs", "lines", "files"];
    let reading = || vec![fixtures::reading("2024-04-01", 5, 100, 1)];
    roadmap.counters = names.map(|name| fixtures::counter(name, reading())).into();
    let board = join(&roadmap, &snapshot, fixtures::day(DAY));
    let newest = [("jobs", "abc"), ("lines", "abc"), ("files", "def")].map(|(counter, commit)| {
        let (counter, date) = (CounterId::new(counter), fixtures::day("2024-04-01"));
        crate::domain::checkout::NewestCommit { counter, commit: commit.into(), date, gone: None }
    });
    let mut input = Input::new(&roadmap, &snapshot, &board);
    input.newest_commits = &newest;
    let found = check_input(&input).findings.into_iter().filter(|finding| finding.rule == "checkout-old");
    let said: Vec<_> = found.map(|finding| finding.message).collect();
    let of = |ids| format!("the checkout of {ids} has no commit after 2024-04-01, 61 days ago");
    assert_eq!(said, [of("jobs, lines"), of("files")]);
}
