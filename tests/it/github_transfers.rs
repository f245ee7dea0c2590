//! Transferred issues: what they lead to stays known, under their old and their new number.

use std::sync::Arc;

use offramp::domain::{Absence, Timestamp};
use offramp::sources::github::SyncRequest;
use serde_json::{Value, json};

use super::github_names::{Names, id, names, of, serve, why};
use super::github_server::Server;
use super::github_site::NOW;
use super::github_sync::{again, first};

/// Two days later, when every issue is requested again.
const LATER: i64 = 200_000;

fn nodes(numbers: &[u64]) -> Value {
    let node = |number: &u64| json!({"number": number, "repository": {"nameWithOwner": "acme/p"}});
    json!({"nodes": numbers.iter().map(node).collect::<Vec<_>>()})
}

/// Issue 1 with the sub-issues 2 and 3, blocked by 4, with a box for 5 and the child 6.
fn family(has_graphql: bool) -> (Arc<Names>, Server) {
    let site = Names { has_graphql, ..Names::default() };
    (1..=5).for_each(|number| site.open("acme/p", number, "one", ""));
    site.open("acme/p", 1, "parent", "- [ ] #5");
    site.open("acme/p", 6, "child", "Part of #1");
    let key = ("acme/p".to_owned(), 1);
    if let Some(parent) = site.issues.lock().unwrap().get_mut(&key) {
        parent["subIssues"] = nodes(&[2, 3]);
        parent["sub_issues_summary"] = json!({"total": 2, "completed": 0});
        parent["blockedBy"] = nodes(&[4]);
        parent["issue_dependencies_summary"] = json!({"total_blocked_by": 1, "total_blocking": 0});
    }
    serve(site)
}

#[test]
fn a_transferred_issue_keeps_its_sub_issues_blockers_and_boxes() {
    for has_token in [false, true] {
        let (site, server) = family(has_token);
        let request = |later| of(&server, has_token, "acme/p", &["acme/p#1"], later);
        let mut outcome = first(&request(0));
        let others: &[u64] = if has_token { &[2, 3, 4, 5] } else { &[2, 3, 5] };
        let others: Vec<String> = others.iter().map(|number| format!("acme/p#{number}")).collect();
        assert_eq!(names(&outcome)[1..], others, "token {has_token}");
        site.transfer(("acme/p", 1), ("other/q", 50), "- [ ] acme/p#5");
        let expected: Vec<String> = others.into_iter().chain(["other/q#50".to_owned()]).collect();
        for later in [LATER, LATER + 3_000, 2 * LATER] {
            outcome = again(&request(later), outcome);
            assert_eq!(names(&outcome), expected, "token {has_token}");
            assert_eq!(why(&outcome, "acme/p#1"), Some(Absence::Moved(id("other/q#50"))));
            assert!(outcome.summary.unknown.is_empty() && outcome.summary.not_fetched.is_empty());
        }
        assert_eq!(names(&first(&request(LATER))), expected, "fresh, token {has_token}");
    }
}

#[test]
fn a_sub_issue_that_was_transferred_keeps_its_own() {
    for has_token in [false, true] {
        let (site, server) = family(has_token);
        let request = |later| of(&server, has_token, "acme/p", &["acme/p#9"], later);
        site.open("acme/p", 9, "above", "");
        let key = ("acme/p".to_owned(), 9);
        if let Some(above) = site.issues.lock().unwrap().get_mut(&key) {
            above["subIssues"] = nodes(&[1]);
            above["sub_issues_summary"] = json!({"total": 1, "completed": 0});
        }
        let before = first(&request(0));
        site.transfer(("acme/p", 1), ("other/q", 50), "");
        if let Some(above) = site.issues.lock().unwrap().get_mut(&key) {
            above["subIssues"]["nodes"][0] = json!({"number": 50, "repository": {"nameWithOwner": "other/q"}});
        }
        let known = names(&again(&request(LATER), before));
        for id in ["acme/p#2", "acme/p#3", "other/q#50"] {
            assert!(known.iter().any(|known| known == id), "token {has_token}: {known:?}");
        }
    }
}

#[test]
fn a_transferred_umbrella_keeps_its_children() {
    for has_token in [false, true] {
        let (site, server) = family(has_token);
        let request = |later: i64, roadmap: &str, umbrellas: &[&str]| SyncRequest {
            umbrellas: umbrellas.iter().map(|umbrella| id(umbrella)).collect(),
            roadmap: roadmap.to_owned(),
            now: Timestamp(NOW + later),
            ..of(&server, has_token, "acme/p", &[&["acme/p#3"], umbrellas].concat(), 0)
        };
        let mut outcome = first(&request(0, "A.yaml", &["acme/p#1"]));
        assert!(names(&outcome).contains(&"acme/p#6".to_owned()), "token {has_token}");
        site.transfer(("acme/p", 1), ("other/q", 50), "- [ ] acme/p#5");
        site.open("acme/p", 7, "by its new number", "Part of other/q#50");
        // Another roadmap of the repository drops none of them.
        for (later, roadmap, umbrellas) in [
            (LATER, "A.yaml", &["acme/p#1"][..]),
            (LATER + 3_000, "A.yaml", &["acme/p#1"]),
            (LATER + 6_000, "B.yaml", &[]),
            (2 * LATER, "A.yaml", &["acme/p#1"]),
        ] {
            outcome = again(&request(later, roadmap, umbrellas), outcome);
            let known = names(&outcome);
            for id in ["acme/p#2", "acme/p#3", "acme/p#5", "acme/p#6", "other/q#50"] {
                assert!(known.iter().any(|known| known == id), "token {has_token}: {known:?}");
            }
            assert!(later == LATER || known.contains(&"acme/p#7".to_owned()), "token {has_token}: {known:?}");
        }
        let fresh = first(&request(LATER, "A.yaml", &["acme/p#1"]));
        assert!(names(&fresh).contains(&"acme/p#6".to_owned()), "fresh, token {has_token}");
        let sought =
            |text: &str| server.seen().iter().any(|seen| seen.query("q").is_some_and(|query| query.contains(text)));
        assert!(sought("\"acme/p#1\"") && sought("\"other/q#50\""), "token {has_token}");
    }
}
