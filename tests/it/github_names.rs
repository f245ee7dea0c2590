//! Names of repositories: renames, transferred issues and letter case.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use offramp::domain::{Absence, IssueRef, Repo, Snapshot, Timestamp};
use offramp::sources::cache::SyncState;
use offramp::sources::github::{SyncOutcome, SyncRequest};
use serde_json::{Value, json};

use super::github_program::{again as rerun, program};
use super::github_server::{Reply, Seen, Server};
use super::github_site::{NOW, rfc3339};
use super::github_sync::{again, first, request, run, with_token};

/// A server of several repositories with redirects between names.
#[derive(Default)]
pub(crate) struct Names {
    pub(crate) issues: Mutex<BTreeMap<(String, u64), Value>>,
    /// Old and new name of a repository, or of an issue as `owner/name#1`.
    pub(crate) moved: Mutex<Vec<(String, String)>>,
    /// Repositories that answer 404.
    pub(crate) gone: Mutex<Vec<&'static str>>,
    pub(crate) has_graphql: bool,
}

impl Names {
    pub(crate) fn open(&self, repo: &str, number: u64, title: &str, body: &str) {
        let issue = json!({
            "number": number, "title": title, "body": body, "state": "open", "comments": 0, "updated_at": rfc3339(NOW - 5_000),
            "repository_url": format!("https://api.github.com/repos/{repo}"),
        });
        self.issues.lock().unwrap().insert((repo.to_owned(), number), issue);
    }

    fn change(&self, repo: &str, number: u64, body: &str, at: i64) {
        let mut issues = self.issues.lock().unwrap();
        let issue = issues.get_mut(&(repo.to_owned(), number)).unwrap();
        (issue["body"], issue["updated_at"]) = (json!(body), json!(rfc3339(at)));
    }

    /// Transfers an issue, with a new text.
    pub(crate) fn transfer(&self, from: (&str, u64), to: (&str, u64), body: &str) {
        let mut issue = self.issues.lock().unwrap().remove(&(from.0.to_owned(), from.1)).unwrap();
        (issue["number"], issue["body"]) = (json!(to.1), json!(body));
        issue["repository_url"] = json!(format!("https://api.github.com/repos/{}", to.0));
        self.issues.lock().unwrap().insert((to.0.to_owned(), to.1), issue);
        self.redirect(&format!("{}#{}", from.0, from.1), &format!("{}#{}", to.0, to.1));
    }

    fn redirect(&self, from: &str, to: &str) {
        self.moved.lock().unwrap().push((from.to_owned(), to.to_owned()));
    }

    fn target(&self, name: &str) -> Option<String> {
        self.moved.lock().unwrap().iter().find(|(from, _)| from.eq_ignore_ascii_case(name)).map(|(_, to)| to.clone())
    }

    /// Answers as GitHub does: names ignore case, and old ones redirect with 301.
    fn answer(&self, seen: &Seen) -> Reply {
        let not_found = || Reply::status(404, "{\"message\": \"Not Found\"}");
        if seen.path() == "/graphql" && self.has_graphql {
            return self.graphql(&seen.body);
        }
        let Some(path) = seen.path().strip_prefix("/repos/") else {
            return if seen.path().starts_with("/search") { Reply::json(&json!({"items": []})) } else { not_found() };
        };
        let parts: Vec<&str> = path.split('/').collect();
        let name = parts[..2].join("/");
        if let Some(to) = self.target(&name) {
            return Reply::status(301, "").header("Location", &seen.target.replace(&name, &to));
        }
        if self.gone.lock().unwrap().contains(&name.as_str()) {
            return not_found();
        }
        let issues = self.issues.lock().unwrap();
        let own = issues.iter().filter(|((repo, _), _)| repo.eq_ignore_ascii_case(&name)).map(|(_, issue)| issue);
        match &parts[2..] {
            [] => own.clone().next().map_or_else(not_found, |issue| {
                let url = issue["repository_url"].as_str().unwrap();
                Reply::json(&json!({"full_name": url.split_once("/repos/").unwrap().1}))
            }),
            ["issues"] => Reply::json(&json!(own.collect::<Vec<_>>())),
            ["pulls"] => Reply::json(&json!([])),
            ["issues", number, below @ ..] => {
                if let Some(to) = self.target(&format!("{name}#{number}")) {
                    return Reply::status(301, "")
                        .header("Location", &format!("/repos/{}", to.replace('#', "/issues/")));
                }
                let found = own.clone().find(|issue| issue["number"].as_u64() == number.parse().ok());
                match (found, below) {
                    (Some(issue), []) => Reply::json(issue),
                    (Some(issue), ["sub_issues"]) => {
                        let nodes = issue["subIssues"]["nodes"].as_array().unwrap();
                        let of = |node: &Value| {
                            let name = node["repository"]["nameWithOwner"].as_str().unwrap();
                            issues[&(name.to_owned(), node["number"].as_u64().unwrap())].clone()
                        };
                        Reply::json(&nodes.iter().map(of).collect())
                    }
                    _ => not_found(),
                }
            }
            _ => not_found(),
        }
    }

    fn graphql(&self, body: &str) -> Reply {
        let request: Value = serde_json::from_str(body).unwrap();
        let query = request["query"].as_str().unwrap();
        let mut data = serde_json::Map::new();
        for (at, part) in query.split(": repository(owner: \"").skip(1).enumerate() {
            let owner = part.split('"').next().unwrap();
            let name = format!("{owner}/{}", part.split('"').nth(2).unwrap());
            let number: u64 = part.split("number: ").nth(1).unwrap().split(')').next().unwrap().parse().unwrap();
            let name = self.target(&name).unwrap_or(name);
            let id = self.target(&format!("{name}#{number}")).unwrap_or_else(|| format!("{name}#{number}"));
            let (name, number) = id.split_once('#').unwrap();
            let issues = self.issues.lock().unwrap();
            let found =
                issues.iter().find(|((repo, own), _)| repo.eq_ignore_ascii_case(name) && own.to_string() == number);
            let node = found.map(|((repo, _), issue)| {
                json!({
                    "__typename": "Issue", "number": issue["number"], "title": issue["title"], "body": issue["body"],
                    "state": "OPEN", "repository": {"nameWithOwner": repo}, "updatedAt": issue["updated_at"],
                    "comments": {"totalCount": 0, "nodes": []}, "subIssues": issue["subIssues"], "blockedBy": issue["blockedBy"],
                })
            });
            data.insert(format!("i{at}"), json!({"issueOrPullRequest": node}));
        }
        Reply::json(&json!({"data": data}))
    }
}

pub(crate) fn id(text: &str) -> IssueRef {
    IssueRef::parse(text, &Repo::new("no/where").unwrap()).unwrap()
}

pub(crate) fn serve(names: Names) -> (Arc<Names>, Server) {
    let names = Arc::new(names);
    let inner = names.clone();
    (names, Server::new(move |seen| inner.answer(seen)))
}

/// Returns the request for a roadmap with a home repository and linked issues, `later` seconds from now.
pub(crate) fn of(server: &Server, has_token: bool, home: &str, linked: &[&str], later: i64) -> SyncRequest {
    let request = request(&server.url, []);
    let request = if has_token { with_token(request) } else { request };
    let linked = linked.iter().map(|text| id(text)).collect();
    SyncRequest { home: Repo::new(home).unwrap(), linked, now: Timestamp(NOW + later), ..request }
}

pub(crate) fn names(outcome: &SyncOutcome) -> Vec<String> {
    assert_eq!(outcome.error, None);
    outcome.snapshot.issues.iter().map(|issue| issue.id.to_string()).collect()
}

pub(crate) fn why(outcome: &SyncOutcome, of: &str) -> Option<Absence> {
    outcome.snapshot.missing.get(&id(of)).cloned()
}

fn acme(has_graphql: bool) -> (Arc<Names>, Server) {
    let names = Names { has_graphql, ..Names::default() };
    for number in 1..=5 {
        names.open("acme/p", number, "one", "");
    }
    names.redirect("old/p", "acme/p");
    serve(names)
}

const ALL: [&str; 3] = ["acme/p#1", "acme/p#2", "acme/p#3"];

#[test]
fn a_box_with_the_old_name_of_the_home_repository_loses_no_issue() {
    for has_token in [false, true] {
        let (site, server) = acme(has_token);
        let before = first(&of(&server, has_token, "acme/p", &ALL, 0));
        assert_eq!(names(&before), ALL);
        site.change("acme/p", 1, "- [ ] old/p#5", NOW + 2_000);
        let mut outcome = before;
        for later in [3_000, 6_000, 100_000] {
            outcome = again(&of(&server, has_token, "acme/p", &ALL, later), outcome);
            assert_eq!(names(&outcome), [&ALL[..], &["acme/p#5"]].concat(), "token {has_token}, {later}");
            assert_eq!(why(&outcome, "old/p#5"), Some(Absence::Moved(id("acme/p#5"))));
            assert_eq!(outcome.summary.not_fetched, []);
        }
    }
}

#[test]
fn a_link_by_an_old_name_has_moved_if_the_new_name_is_used_too() {
    for has_token in [false, true] {
        for home in ["acme/p", "home/h"] {
            let (_, server) = acme(has_token);
            let linked = ["acme/p#1", "old/p#2", "acme/p#3"];
            let mut outcome = first(&of(&server, has_token, home, &linked, 0));
            for later in [3_000, 100_000] {
                assert_eq!(names(&outcome), ALL, "token {has_token}, {home}");
                assert_eq!(why(&outcome, "old/p#2"), Some(Absence::Moved(id("acme/p#2"))));
                outcome = again(&of(&server, has_token, home, &linked, later), outcome);
            }
        }
    }
}

#[test]
fn links_by_the_new_name_of_a_renamed_home_have_moved() {
    for has_token in [false, true] {
        let (_, server) = acme(has_token);
        let linked = ["old/p#1", "old/p#2", "acme/p#3"];
        let mut outcome = first(&of(&server, has_token, "old/p", &linked, 0));
        for later in [3_000, 100_000] {
            assert_eq!(names(&outcome), ["old/p#1", "old/p#2", "old/p#3"], "token {has_token}");
            assert_eq!(why(&outcome, "acme/p#3"), Some(Absence::Moved(id("old/p#3"))));
            outcome = again(&of(&server, has_token, "old/p", &linked, later), outcome);
        }
    }
}

#[test]
fn a_renamed_foreign_repository_keeps_the_name_in_the_roadmap() {
    for has_token in [false, true] {
        let (_, server) = acme(has_token);
        let linked = ["old/p#1", "old/p#2"];
        let mut outcome = first(&of(&server, has_token, "home/h", &linked, 0));
        for later in [3_000, 100_000] {
            assert_eq!((names(&outcome), outcome.snapshot.missing.len()), (linked.map(String::from).to_vec(), 0));
            outcome = again(&of(&server, has_token, "home/h", &linked, later), outcome);
        }
    }
}

#[test]
fn a_cache_that_lost_issues_to_an_old_name_recovers() {
    for (has_token, all) in [(false, false), (true, false), (false, true), (true, true)] {
        let (_, server) = acme(has_token);
        let request = |later| SyncRequest { all, ..of(&server, has_token, "acme/p", &ALL, later) };
        let outcome = first(&request(0));
        let (mut state, old) = (outcome.state, Repo::new("old/p").unwrap());
        state.moved.insert(old.clone(), Repo::new("acme/p").unwrap());
        let mut issues: Vec<_> = outcome.snapshot.issues.iter().cloned().collect();
        for issue in &mut issues {
            issue.id.repo = old.clone();
        }
        issues.truncate(2);
        let outcome = run(&request(3_000), Snapshot::new(None, issues, BTreeMap::new()), state);
        let expected = if all { 5 } else { 3 };
        assert_eq!((names(&outcome).len(), &names(&outcome)[..3]), (expected, &ALL.map(String::from)[..]));
        assert!(outcome.snapshot.missing.is_empty() && outcome.state.moved.is_empty(), "token {has_token}, all {all}");
    }
}

#[test]
fn a_transferred_issue_with_the_same_number_is_no_renamed_repository() {
    for has_token in [false, true] {
        let (site, server) = acme(has_token);
        site.open("other/q", 1, "other 1", "");
        site.open("other/q", 2, "other 2", "");
        site.issues.lock().unwrap().remove(&("acme/p".to_owned(), 2));
        site.redirect("acme/p#2", "other/q#2");
        let mut outcome = first(&of(&server, has_token, "acme/p", &ALL, 0));
        for later in [3_000, 100_000] {
            assert_eq!(names(&outcome), ["acme/p#1", "acme/p#3", "other/q#2"], "token {has_token}");
            assert_eq!(why(&outcome, "acme/p#2"), Some(Absence::Moved(id("other/q#2"))));
            assert_eq!(
                (outcome.snapshot.issue(&id("acme/p#1")).unwrap().title.as_str(), outcome.state.moved.len()),
                ("one", 0)
            );
            outcome = again(&of(&server, has_token, "acme/p", &ALL, later), outcome);
        }
    }
}

#[test]
fn nothing_moves_while_the_new_name_is_unknown() {
    for has_token in [false, true] {
        let site = Arc::new(Names { has_graphql: has_token, ..Names::default() });
        (1..=3).for_each(|number| site.open("old/p", number, "one", ""));
        let inner = site.clone();
        let server = Server::new(move |seen| match seen.path() {
            "/repos/old/p" => Reply::status(500, "{}"),
            _ => inner.answer(seen),
        });
        let linked = ["old/p#1", "old/p#2", "old/p#3"];
        let request = |later| {
            let mut request = of(&server, has_token, "home/h", &linked, later);
            request.policy.tries = 1;
            request
        };
        let before = first(&request(0));
        assert_eq!(names(&before), linked);
        let mut issues = site.issues.lock().unwrap();
        for ((_, number), issue) in std::mem::take(&mut *issues) {
            let url = "https://api.github.com/repos/acme/p";
            let issue = json!({"number": number, "title": issue["title"], "body": "", "repository_url": url});
            issues.insert(("acme/p".to_owned(), number), issue);
        }
        drop(issues);
        site.redirect("old/p", "acme/p");
        let outcome = again(&request(100_000), before);
        let ids: Vec<_> = outcome.snapshot.issues.ids().map(ToString::to_string).collect();
        assert_eq!((outcome.error, ids, outcome.snapshot.missing.len()), (None, linked.map(String::from).to_vec(), 0));
        assert!(outcome.summary.unreadable.keys().eq(&linked.map(id)), "token {has_token}");
    }
}

#[test]
fn letter_case_of_a_repository_makes_no_difference() {
    for has_token in [false, true] {
        let (site, server) = acme(has_token);
        site.change("acme/p", 1, "- [ ] acme/P#4\n- [ ] https://github.com/Acme/P/issues/5", NOW - 4_000);
        let linked = ["ACME/p#1", "acme/P#2"];
        let mut outcome = first(&of(&server, has_token, "ACME/p", &linked, 0));
        for later in [3_000, 100_000] {
            let numbers: Vec<_> = outcome.snapshot.issues.ids().map(|id| id.number).collect();
            assert_eq!((outcome.error.as_ref(), numbers), (None, vec![1, 2, 4, 5]), "token {has_token}");
            assert_eq!((outcome.snapshot.missing.len(), outcome.state.moved.len()), (0, 0));
            assert!(outcome.snapshot.issue(&id("Acme/P#5")).is_some());
            outcome = again(&of(&server, has_token, "ACME/p", &linked, later), outcome);
        }
    }
}

#[test]
fn a_sync_of_another_roadmap_drops_nothing_of_this_one() {
    for has_token in [false, true] {
        let (site, server) = acme(has_token);
        site.change("acme/p", 1, "- [ ] #2\n- [ ] #4", NOW - 4_000);
        let mut of_a = of(&server, has_token, "acme/p", &[], 0);
        (of_a.roadmap, of_a.umbrellas) = ("A.yaml".into(), vec![id("acme/p#1")]);
        let mut of_b = of(&server, has_token, "acme/p", &["acme/p#3"], 60);
        of_b.roadmap = "B.yaml".into();
        let mut outcome = run(&of_a, Snapshot::default(), SyncState::default());
        for _ in 0..2 {
            outcome = again(&of_b, outcome);
            assert_eq!(names(&outcome), ["acme/p#1", "acme/p#2", "acme/p#3", "acme/p#4"], "token {has_token}");
            outcome = again(&of_a, outcome);
        }
        // An issue that the first roadmap no longer needs is removed by its next sync.
        site.change("acme/p", 1, "- [ ] #2", NOW + 2_000);
        of_a.now = Timestamp(NOW + 3_000);
        outcome = again(&of_a, outcome);
        assert_eq!(names(&outcome), ["acme/p#1", "acme/p#2", "acme/p#3"]);
    }
}

#[test]
fn a_sub_issue_by_a_new_name_matches_a_link_by_the_old_name() {
    let names = Names::default();
    names.open("acme/home", 9, "parent", "");
    names.open("third/new", 1, "child", "");
    names.redirect("third/old", "third/new");
    let at = ("acme/home".to_owned(), 9);
    names.issues.lock().unwrap().get_mut(&at).unwrap()["sub_issues_summary"] = json!({"total": 1});
    let child = names.issues.lock().unwrap()[&("third/new".to_owned(), 1)].clone();
    let server = Server::new(move |seen| match seen.path() {
        "/repos/acme/home/issues/9/sub_issues" => Reply::json(&json!([child])),
        _ => names.answer(seen),
    });
    let mut outcome = first(&of(&server, false, "acme/home", &["acme/home#9", "third/old#1"], 0));
    for later in [0, 4_000] {
        outcome = again(&of(&server, false, "acme/home", &["acme/home#9", "third/old#1"], later), outcome);
        assert_eq!((&outcome.error, outcome.summary.not_fetched.as_slice()), (&None, [].as_slice()));
        assert_eq!(outcome.snapshot.issue(&id("acme/home#9")).unwrap().sub_issues, [id("third/old#1")]);
    }
    let by_name = server.seen().iter().filter(|seen| seen.path() == "/repos/third/new/issues/1").count();
    assert!(by_name <= 3, "{by_name}");
}

#[test]
fn issues_of_another_roadmap_move_no_link() {
    let (site, server) = acme(true);
    site.open("home/h", 9, "waits", "- [ ] acme/p#1");
    let mut of_b = of(&server, true, "home/h", &["home/h#9"], 0);
    of_b.roadmap = "B.yaml".into();
    let mut of_a = of(&server, true, "home/h", &["old/p#1"], 100);
    of_a.roadmap = "A.yaml".into();
    let mut outcome = first(&of_b);
    assert_eq!(names(&outcome), ["acme/p#1", "home/h#9"]);
    for later in [100, 4_000] {
        of_a.now = Timestamp(NOW + later);
        outcome = again(&of_a, outcome);
        assert_eq!((names(&outcome), why(&outcome, "old/p#1")), (vec!["home/h#9".into(), "old/p#1".into()], None));
    }
}

/// Syncs a roadmap that links to `old/p`, which was renamed to `acme/p`.
fn renamed(has_token: bool, home: &str, linked: &[&str]) -> (Arc<Names>, Server, SyncOutcome) {
    let names = Names { has_graphql: has_token, ..Names::default() };
    names.open("acme/p", 1, "one", "");
    names.open("home/h", 1, "home", "");
    names.redirect("old/p", "acme/p");
    let (site, server) = serve(names);
    let outcome = first(&of(&server, has_token, home, linked, 0));
    assert_eq!(outcome.state.moved.len(), 1, "{home}");
    (site, server, outcome)
}

fn title(outcome: &SyncOutcome, of: &str) -> Option<String> {
    outcome.snapshot.issue(&id(of)).map(|issue| issue.title.clone())
}

#[test]
fn a_reused_old_name_is_noticed_after_a_day_or_with_all() {
    for has_token in [false, true] {
        for (home, later, all) in [("old/p", 100_000, false), ("old/p", 3_000, true), ("home/h", 100_000, false)] {
            let (site, server, before) = renamed(has_token, home, &["old/p#1"]);
            assert_eq!(title(&before, "old/p#1").as_deref(), Some("one"));
            site.moved.lock().unwrap().clear();
            site.open("old/p", 1, "another", "");
            let request = |later| SyncRequest { all, ..of(&server, has_token, home, &["old/p#1"], later) };
            let outcome = again(&request(later), before);
            assert_eq!((outcome.error.as_ref(), outcome.state.moved.len()), (None, 0), "{has_token} {home} {all}");
            assert_eq!(title(&outcome, "old/p#1").as_deref(), Some("another"), "{has_token} {home} {all}");
            assert_eq!(outcome.snapshot.issues.len(), 1);
        }
    }
}

#[test]
fn a_new_name_that_leads_nowhere_falls_back_to_the_old_one() {
    for has_token in [false, true] {
        let (site, server, before) = renamed(has_token, "old/p", &["old/p#1"]);
        site.moved.lock().unwrap().clear();
        site.gone.lock().unwrap().push("acme/p");
        site.open("old/p", 1, "another", "");
        let outcome = again(&of(&server, has_token, "old/p", &["old/p#1"], 3_000), before);
        assert_eq!((outcome.error.as_ref(), title(&outcome, "old/p#1").as_deref()), (None, Some("another")));
        site.gone.lock().unwrap().push("old/p");
        let outcome = again(&of(&server, has_token, "old/p", &["old/p#1"], 6_000), outcome);
        assert!(outcome.error.is_some_and(|error| error.to_string().contains("old/p")), "the name of the roadmap");
    }
}

#[test]
fn a_reverted_rename_is_forgotten() {
    for has_token in [false, true] {
        for home in ["old/p", "home/h"] {
            let (site, server, before) = renamed(has_token, home, &["old/p#1"]);
            site.moved.lock().unwrap().clear();
            site.redirect("acme/p", "old/p");
            site.issues.lock().unwrap().remove(&("acme/p".to_owned(), 1));
            site.open("old/p", 1, "one", "");
            let outcome = again(&of(&server, has_token, home, &["old/p#1"], 3_000), before);
            assert_eq!((outcome.error.as_ref(), outcome.state.moved.len()), (None, 0), "{has_token} {home}");
            assert_eq!(title(&outcome, "old/p#1").as_deref(), Some("one"));
        }
    }
}

#[test]
fn import_follows_a_transferred_issue() {
    for has_token in [false, true] {
        let (site, server) = acme(has_token);
        site.open("other/q", 41, "umbrella", "- [ ] move the first thing\n- [ ] move the second thing");
        site.issues.lock().unwrap().remove(&("acme/p".to_owned(), 2));
        site.redirect("acme/p#2", "other/q#41");
        let mut program = program(&server.url);
        if has_token {
            program = program.env("GH_TOKEN", "very-secret");
        }
        let output = rerun(&mut program, &["import", "acme/p#2"]);
        assert_eq!(output.code, 0, "{output:?}");
        assert!(output.stdout.contains("move the first thing"), "{output:?}");
        assert!(output.stderr.contains("acme/p#2 moved to other/q#41"), "{output:?}");
        site.issues.lock().unwrap().remove(&("acme/p".to_owned(), 3));
        let output = rerun(&mut program, &["import", "acme/p#3"]);
        assert_eq!((output.code, output.stderr.contains("GH_TOKEN lets")), (1, !has_token), "{output:?}");
    }
}
