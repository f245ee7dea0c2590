//! Boxes end to end: the real binary against a local server with comments, pull requests and sub-issues.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use super::github_program::again;
use super::github_server::{Reply, Seen, Server};
use super::github_site::{NOW, Site, rfc3339};
use super::program::Program;

const ROADMAP: &str = "\
version: 1
repo: kubernetes/k8s.io
projects:
  - id: logging
    owner: sig-testing
    items: [1, 5, 7]
";

const BODY: &str = "\
- [ ] pkg/alpha
- [ ] pkg/beta
- [ ] pkg/gamma
- [ ] pkg/delta #5
- [ ] pkg/epsilon
- [ ] pkg/zeta
";

const DAY: i64 = 86_400;

fn site() -> Arc<Site> {
    let site = Site::new();
    site.open(1, "Contextual logging", BODY, NOW - DAY);
    site.open(5, "pkg/delta", "", NOW - 9 * DAY);
    site.open(7, "kube-proxy", "", NOW - 9 * DAY);
    site.open(8, "The linter first", "", NOW - 9 * DAY);
    site.complete(5, NOW - 9 * DAY);
    site.issues.lock().unwrap().get_mut(&1).unwrap()["comments"] = json!(2);
    site.has_graphql.store(true, Ordering::SeqCst);
    site
}

fn comment(by: &str, days: i64, text: &str) -> Value {
    json!({"author": {"__typename": "User", "login": by}, "authorAssociation": "NONE", "createdAt": rfc3339(NOW - days * DAY), "body": text})
}

fn pull(number: u64, title: &str, files: &[&str]) -> Value {
    let files: Vec<Value> = files.iter().map(|path| json!({"path": path})).collect();
    json!({"source": {"number": number, "state": "OPEN", "author": {"login": "cid"}, "repository": {"nameWithOwner": "kubernetes/k8s.io"},
        "title": title, "body": "", "updatedAt": rfc3339(NOW - 2 * DAY), "files": {"nodes": files}}})
}

/// Returns the issues of an answer of GraphQL.
fn nodes(answer: &mut Value) -> impl Iterator<Item = &mut Value> {
    let data = answer.get_mut("data").and_then(Value::as_object_mut);
    data.into_iter().flat_map(|data| data.values_mut()).filter_map(|it| it.get_mut("issueOrPullRequest"))
}

/// Adds the facts that only GraphQL returns.
fn enrich(answer: &mut Value) {
    for node in nodes(answer) {
        node["subIssues"] = json!({"nodes": []});
        node["blockedBy"] = json!({"nodes": []});
        node["closedByPullRequestsReferences"] = json!({"nodes": []});
        node["mentions"] = json!({"nodes": []});
        if node["number"] == 5 {
            node["stateReason"] = json!("COMPLETED");
            node["closedAt"] = json!(rfc3339(NOW - 9 * DAY));
        }
        if node["number"] == 7 {
            node["blockedBy"] = json!({"nodes": [{"number": 8, "repository": {"nameWithOwner": "kubernetes/k8s.io"}}]});
        }
        if node["number"] == 1 {
            let comments = [comment("bob", 10, "I'll take pkg/alpha"), comment("dan", 100, "Working on pkg/zeta")];
            node["talk"] = json!({"totalCount": 2, "nodes": comments});
            let pulls = [pull(21, "Move pkg/beta", &[]), pull(22, "Cleanup", &["pkg/epsilon/log.go"])];
            node["linking"] = json!({"nodes": pulls});
        }
    }
}

fn serve(site: &Arc<Site>, change: impl Fn(&Seen, Value) -> Value + Send + Sync + 'static) -> Server {
    Server::new(answers(site, change))
}

/// Returns a handler that answers as the site does, with the facts of GraphQL and a change.
fn answers<F>(site: &Arc<Site>, change: F) -> impl Fn(&Seen) -> Reply + Send + Sync + use<F>
where
    F: Fn(&Seen, Value) -> Value + Send + Sync,
{
    let site = site.clone();
    move |seen| {
        let reply = site.answer(seen);
        let Reply::Answer(200, _, body) = &reply else { return reply };
        if seen.path() != "/graphql" {
            return reply;
        }
        let mut answer: Value = serde_json::from_slice(body).unwrap();
        enrich(&mut answer);
        Reply::json(&change(seen, answer))
    }
}

fn program(url: &str) -> Program {
    Program::new().file("offramp.yaml", ROADMAP).online(url)
}

/// Returns the program with a token, after its first sync.
fn synced(server: &Server) -> Program {
    let mut program = program(&server.url).env("GH_TOKEN", "very-secret");
    assert_eq!(again(&mut program, &["sync"]).code, 0);
    program
}

/// Syncs again, and checks that a single request shows that nothing changed.
fn finds_no_change(server: &Server, program: &mut Program) {
    server.forget();
    assert_eq!(again(program, &["sync"]).code, 0);
    assert_eq!(server.seen().len(), 1, "nothing changed: {:?}", server.seen());
}

fn json_of(program: &mut Program, args: &[&str]) -> Value {
    again(program, &[&["--offline"], args, &["-o", "json"]].concat()).json()
}

/// Returns the box, state and people of each claim.
fn claimed(program: &mut Program) -> Vec<(String, String, String)> {
    let next = json_of(program, &["next"]);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let row = |row: &Value| (text(&row["box"]), text(&row["state"]), text(&row["people"][0]));
    next["claimed"].as_array().unwrap().iter().map(row).collect()
}

fn free(program: &mut Program) -> Vec<String> {
    titles(program, "free")
}

fn maybe_free(program: &mut Program) -> Vec<String> {
    titles(program, "maybe_free")
}

fn titles(program: &mut Program, key: &str) -> Vec<String> {
    let next = json_of(program, &["next"]);
    next[key].as_array().unwrap().iter().map(|row| row["title"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn claimed_boxes_are_not_offered_but_listed_with_who_and_since_when() {
    let server = serve(&site(), |_, answer| answer);
    let own = |item: &str| format!("version: 1\nprojects: [{{id: p, issue: 1, items: [{item}]}}]\n");
    let mut program = program(&server.url).env("GH_TOKEN", "very-secret");
    program = program.file("own.yaml", &own("By hand")).file("covered.yaml", &own("Move gamma"));
    program = program.file("hand.yaml", &own("{title: pkg/alpha, id: al}, {title: pkg/gamma, id: ga}"));
    let output = again(&mut program, &["sync"]);
    assert_eq!(output.code, 0, "{output:?}");
    let of = |all: [(&str, &str, &str); 3]| all.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned())).to_vec();
    let expected =
        of([("pkg/alpha", "claimed", "bob"), ("pkg/beta", "in-review", "cid"), ("pkg/epsilon", "in-review", "cid")]);
    assert_eq!(claimed(&mut program), expected);
    assert_eq!(maybe_free(&mut program), ["pkg/zeta"], "@dan has gone quiet");
    assert_eq!(free(&mut program), ["pkg/gamma"], "kube-proxy is blocked by the issue that GitHub names");
    let next = again(&mut program, &["--offline", "next"]).stdout;
    assert!(next.contains("Claimed, not offered: 3 boxes") && next.contains("@bob"), "{next}");
    let split = again(&mut program, &["--offline", "split", "1"]).stdout;
    assert!(split.contains("pkg/gamma") && !split.contains("pkg/alpha") && !split.contains("pkg/beta"), "{split}");
    assert!(!split.contains("Ask first"), "{split}");
    let mut is_drafted = |file| json_of(&mut program, &["-f", file, "split", "p"]).to_string().contains("pkg/gamma");
    assert!(is_drafted("own.yaml") && !is_drafted("covered.yaml"), "an item covers it");
    let mut drafts = |reference| {
        let drafts = json_of(&mut program, &["-f", "hand.yaml", "split", reference])["drafts"].take();
        drafts.as_array().unwrap().iter().map(|draft| draft["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(drafts("p"), ["pkg/gamma"], "the box of the other item is claimed");
    assert_eq!([drafts("p/al"), drafts("p/ga")].concat(), ["pkg/gamma"]);
    let next = json_of(&mut program, &["-f", "hand.yaml", "next"]);
    let item = next["claimed"].as_array().unwrap().iter().find(|row| row["item"] == "al").unwrap();
    assert_eq!((&item["people"], &item["since"]), (&json!(["bob"]), &json!("2026-11-14")), "{next}");
    let list = json_of(&mut program, &["-f", "hand.yaml", "list"]);
    assert_eq!(
        (&list["items"][0]["claimed_by"], &list["items"][0]["assignees"]),
        (&json!(["bob"]), &json!([])),
        "{list}"
    );
    let show = again(&mut program, &["--offline", "show", "1"]).stdout;
    for said in ["claimed: @bob since 2026-11-14", "in review: @cid", "done, not ticked", "@dan"] {
        assert!(show.contains(said), "{said}: {show}");
    }
    let check = json_of(&mut program, &["check"]);
    let rules: Vec<&str> =
        check["findings"].as_array().unwrap().iter().map(|finding| finding["rule"].as_str().unwrap()).collect();
    assert_eq!(rules.iter().filter(|rule| **rule == "done-not-ticked").count(), 1, "{check}");
    assert_eq!(rules.iter().filter(|rule| **rule == "dependency-not-in-roadmap").count(), 1, "{check}");
    finds_no_change(&server, &mut program);
}

/// The claims are 10 and 100 days old; the pull requests were last touched 2 days ago.
#[test]
fn settings_say_when_a_claim_goes_quiet() {
    let server = serve(&site(), |_, answer| answer);
    for (settings, alpha, beta, zeta) in [
        ("claim_days = 9\n", "quiet", "in-review", "quiet"),
        ("claim_days = 101\n", "claimed", "in-review", "claimed"),
        ("pull_days = 1\n", "claimed", "quiet", "quiet"),
    ] {
        let mut program = program(&server.url).env("GH_TOKEN", "very-secret");
        program = program.file(".config/offramp/config.toml", settings);
        assert_eq!(again(&mut program, &["sync"]).code, 0);
        let (claimed, quiet) = (claimed(&mut program), maybe_free(&mut program));
        let state = |name: &str| {
            let is_quiet = quiet.iter().any(|of| of == name).then_some("quiet");
            claimed.iter().find(|(of, ..)| of == name).map(|(_, state, _)| state.as_str()).or(is_quiet)
        };
        let states = ["pkg/alpha", "pkg/beta", "pkg/zeta"].map(state);
        assert_eq!(states, [alpha, beta, zeta].map(Some), "{settings}");
    }
}

/// Returns the site with a box whose linked issue is done and not in the roadmap.
fn site_with_a_link() -> Arc<Site> {
    let site = site();
    site.open(9, "pkg/eta", "", NOW - 9 * DAY);
    site.complete(9, NOW - 9 * DAY);
    site.issues.lock().unwrap().get_mut(&1).unwrap()["body"] = json!(format!("{BODY}- [ ] pkg/eta #9\n"));
    site
}

#[test]
fn an_issue_linked_only_from_an_open_box_is_fetched() {
    for token in [true, false] {
        let server = serve(&site_with_a_link(), |_, mut answer| {
            for node in nodes(&mut answer).filter(|node| node["number"] == 9) {
                node["stateReason"] = json!("COMPLETED");
                node["closedAt"] = json!(rfc3339(NOW - 9 * DAY));
            }
            answer
        });
        let mut program = program(&server.url);
        if token {
            program = program.env("GH_TOKEN", "very-secret");
        }
        // Without a token, two comments that GitHub counts are not returned; the next sync requests them once more.
        assert_eq!(again(&mut program, &["sync"]).code, i32::from(!token));
        assert!(server.seen().len() <= 60, "{}", server.seen().len());
        let show = again(&mut program, &["--offline", "show", "1"]).stdout;
        let line = show.lines().find(|line| line.contains("pkg/eta")).unwrap_or_default();
        assert!(line.contains("done, not ticked"), "token {token}: {show}");
        assert_eq!(again(&mut program, &["sync"]).code, 0);
        finds_no_change(&server, &mut program);
    }
}

#[test]
fn the_page_of_an_issue_names_its_original_and_dependencies() {
    let server = serve(&site(), |_, mut answer| {
        for node in nodes(&mut answer).filter(|node| node["number"] == 5) {
            node["stateReason"] = json!("DUPLICATE");
            node["duplicateOf"] = json!({"number": 7, "repository": {"nameWithOwner": "kubernetes/k8s.io"}});
        }
        answer
    });
    let mut program = synced(&server);
    let show = again(&mut program, &["--offline", "show", "5"]).stdout;
    assert!(show.contains("Duplicate of") && show.contains("#7"), "{show}");
    let show = again(&mut program, &["--offline", "show", "7"]).stdout;
    assert!(show.contains("Waits for") && show.contains("#8"), "{show}");
    let data = json_of(&mut program, &["show", "5"]);
    assert_eq!(data["duplicate_of"], json!(["kubernetes/k8s.io#7"]), "{data}");
    let next = json_of(&mut program, &["next"]);
    assert!(!next["free"].to_string().contains("kube-proxy"), "{next}");
}

#[test]
fn without_a_token_claims_are_unchecked() {
    let server = serve(&site(), |_, answer| answer);
    let mut program = program(&server.url);
    assert_eq!(again(&mut program, &["sync"]).code, 1, "two counted comments are not returned");
    assert!(server.seen().len() <= 60);
    assert_eq!(claimed(&mut program), []);
    let next = json_of(&mut program, &["next", "--all"]);
    let titles = |key: &str| next[key].as_array().unwrap().iter().map(|row| row["title"].clone()).collect::<Vec<_>>();
    assert_eq!(titles("free"), ["kube-proxy"]);
    assert_eq!(titles("unchecked"), ["pkg/alpha", "pkg/beta", "pkg/gamma", "pkg/epsilon", "pkg/zeta"]);
    assert!(next["unchecked"].as_array().unwrap().iter().all(|row| row["freedom"] == "unchecked"), "{next}");
    let next = again(&mut program, &["--offline", "next", "-o", "table"]).stdout;
    assert!(next.contains("Claims not checked, ask first: 5"), "{next}");
    assert_eq!(next.matches("Comments that may claim these were not read").count(), 1, "{next}");
    let show = again(&mut program, &["--offline", "show", "1"]).stdout;
    assert!(show.contains("claims not checked"), "{show}");
    let split = again(&mut program, &["--offline", "split", "1"]).stdout;
    assert_eq!(split.matches("<!-- Ask first: claims not checked. -->\n\n# pkg/").count(), 5, "{split}");
    let drafts = json_of(&mut program, &["split", "1"]);
    assert_eq!(drafts["drafts"][0]["ask"], "claims not checked", "{drafts}");
}

#[test]
fn drafts_of_an_assigned_issue_say_whom_to_ask() {
    let site = site();
    site.issues.lock().unwrap().get_mut(&1).unwrap()["assignees"] = json!([{"login": "kim"}]);
    let server = serve(&site, |_, answer| answer);
    let mut program = synced(&server);
    let split = again(&mut program, &["--offline", "split", "1"]).stdout;
    assert!(split.starts_with("<!-- Ask first: #1 is assigned to @kim. -->\n\n# pkg/gamma\n"), "{split}");
    let drafts = json_of(&mut program, &["split", "1"]);
    assert_eq!(drafts["drafts"][0]["ask"], "#1 is assigned to @kim", "{drafts}");
}

#[test]
fn a_robot_of_the_settings_has_no_box() {
    let site = site();
    let body = BODY.replace("pkg/gamma", "pkg/gamma @buildfriend");
    site.issues.lock().unwrap().get_mut(&1).unwrap()["body"] = json!(body);
    let server = serve(&site, |_, answer| answer);
    let offered = |settings: &str| {
        let program = program(&server.url).env("GH_TOKEN", "very-secret");
        let mut program = program.file(".config/offramp/config.toml", settings);
        assert_eq!(again(&mut program, &["sync"]).code, 0);
        let next = json_of(&mut program, &["next"]);
        next["free"].as_array().unwrap().iter().any(|piece| piece["title"] == "pkg/gamma @buildfriend")
    };
    assert!(offered("robots = [\"BuildFriend\"]\n"));
    assert!(!offered(""));
}

#[test]
fn drafts_of_an_issue_that_waits_say_why_to_ask() {
    let site = site();
    site.issues.lock().unwrap().get_mut(&1).unwrap()["labels"] = json!([{"name": "status/blocked"}]);
    let server = serve(&site, |_, answer| answer);
    let mut program = synced(&server);
    assert_eq!(maybe_free(&mut program), ["pkg/gamma", "pkg/zeta"]);
    let drafts = json_of(&mut program, &["split", "1"]);
    assert_eq!(drafts["drafts"][0]["ask"], "#1: labelled `status/blocked`", "{drafts}");
    let show = again(&mut program, &["--offline", "show", "logging/1"]).stdout;
    assert_eq!(show.matches("Contextual logging").count(), 1, "the item has the title of its issue: {show}");
}

#[test]
fn a_partial_answer_is_used_as_far_as_it_goes() {
    let server = serve(&site(), |_, mut answer| {
        answer["errors"] = json!([{"message": "Something went wrong", "path": ["i0", "issueOrPullRequest", "parent"]}]);
        answer
    });
    let mut program = program(&server.url).env("GH_TOKEN", "very-secret");
    let output = again(&mut program, &["sync"]);
    assert!(!claimed(&mut program).is_empty(), "{output:?}");
    for issue in ["#1", "#8"] {
        let reason = format!("kubernetes/k8s.io{issue}: Something went wrong");
        assert_eq!(output.stdout.matches(&reason).count(), 1, "each reason of an issue once: {output:?}");
    }
}

#[test]
fn a_field_that_the_server_does_not_know_is_left_out() {
    const OLD: &str = "too old for issue types, sub-issues, dependencies";
    let of_field = json!({"message": "Field 'issueType' doesn't exist on type 'Issue'"});
    let of_argument = json!({"message": "Field 'stateReason' doesn't accept argument 'enableDuplicate'"});
    for (refused, errors) in [
        ("issueType", json!([of_field])),
        ("subIssues", json!([of_field])),
        ("enableDuplicate", json!([of_argument])),
        ("enableDuplicate", json!([{"message": "something else"}, of_argument, of_field])),
    ] {
        let server = serve(
            &site(),
            move |seen, answer| {
                if seen.body.contains(refused) { json!({"errors": errors}) } else { answer }
            },
        );
        let mut program = program(&server.url).env("GH_TOKEN", "very-secret");
        let output = again(&mut program, &["sync"]);
        assert_eq!(output.code, 0, "{output:?}");
        assert!(output.stdout.contains(OLD), "{output:?}");
        assert_eq!(claimed(&mut program).len(), 3);
    }
    let server = serve(&site(), move |_, _| json!({"errors": [of_field]}));
    let output = again(&mut program(&server.url).env("GH_TOKEN", "very-secret"), &["sync"]);
    assert!(!output.stdout.contains(OLD), "the answer without the fields is a failure, too: {output:?}");
}

#[test]
fn a_rate_limit_with_status_200_leaves_claims_unchecked() {
    for kind in ["RATE_LIMITED", "RATE_LIMIT"] {
        let server = serve(
            &site(),
            move |_, _| json!({"errors": [{"type": kind, "message": "API rate limit already exceeded for user ID 1."}]}),
        );
        let mut program = program(&server.url).env("GH_TOKEN", "very-secret");
        let output = again(&mut program, &["sync"]);
        assert!(output.stdout.contains("not requested") && output.stdout.contains("open boxes"), "{output:?}");
        let all = format!("{}{}", output.stdout, output.stderr);
        assert!(
            all.contains("GraphQL: the requests that GitHub allows are used up; more from the next hour"),
            "{output:?}"
        );
        assert!(!free(&mut program).contains(&"pkg/alpha".to_owned()) || claimed(&mut program).is_empty());
    }
}

/// The umbrella has eight levels of sub-issues, every second one in another repository, and also links to a grandchild.
#[test]
fn nested_sub_issues_across_repositories_count_once() {
    let repo = |level: u64| if level.is_multiple_of(2) { "kubernetes/k8s.io" } else { "kubernetes/other" };
    let reference = move |level: u64| json!({"number": 100 + level, "repository": {"nameWithOwner": repo(level)}});
    let server = Server::new(move |seen| {
        if seen.path() != "/graphql" {
            return site().answer(seen);
        }
        let request: Value = serde_json::from_str(&seen.body).unwrap();
        let asked = request["query"].as_str().unwrap().split(" issueOrPullRequest(number: ").skip(1);
        let mut data = serde_json::Map::new();
        for (at, part) in asked.enumerate() {
            let number: u64 = part.split(')').next().unwrap().parse().unwrap();
            let level = number.saturating_sub(100);
            let children =
                [level + 1, level + 2].into_iter().filter(|&child| child <= 8 && (level == 0 || child == level + 1));
            let is_done = matches!(level, 3 | 8);
            let node = json!({
                "__typename": "Issue", "number": number, "title": format!("Level {level}"), "body": "", "comments": {"totalCount": 0, "nodes": []},
                "state": if is_done { "CLOSED" } else { "OPEN" }, "stateReason": is_done.then_some("COMPLETED"),
                "closedAt": is_done.then(|| rfc3339(NOW - DAY)), "createdAt": rfc3339(NOW - 9 * DAY), "updatedAt": rfc3339(NOW - DAY),
                "repository": {"nameWithOwner": repo(level)}, "author": {"login": "ann"}, "labels": {"nodes": []},
                "subIssues": {"nodes": children.map(reference).collect::<Vec<_>>()}, "blockedBy": {"nodes": []},
                "closedByPullRequestsReferences": {"nodes": []}, "mentions": {"nodes": []},
            });
            data.insert(format!("i{at}"), json!({"issueOrPullRequest": node}));
        }
        Reply::json(&json!({"data": data}))
    });
    let roadmap = "version: 1\nrepo: kubernetes/k8s.io\nprojects: [{id: levels, items: [100]}]\n";
    let mut program = program(&server.url).file("offramp.yaml", roadmap).env("GH_TOKEN", "very-secret");
    assert_eq!(again(&mut program, &["sync"]).code, 0);
    let list = again(&mut program, &["--offline", "list"]).stdout;
    assert!(list.contains("2/8 sub-issues"), "{list}");
}

/// Returns a server whose issue 1 has `count` comments, of which only the newest come with the issue.
fn serve_long(count: u64) -> Server {
    let site = site();
    site.issues.lock().unwrap().get_mut(&1).unwrap()["comments"] = json!(count);
    let at = rfc3339(NOW - 20 * DAY);
    site.comments.lock().unwrap().push(json!({
        "user": {"login": "eve"}, "body": "I'll take pkg/gamma", "created_at": at, "updated_at": at,
        "issue_url": "https://api.github.com/repos/kubernetes/k8s.io/issues/1",
    }));
    serve(&site, move |_, mut answer| {
        for talk in nodes(&mut answer).filter_map(|node| node.get_mut("talk")) {
            talk["totalCount"] = json!(count);
        }
        answer
    })
}

#[test]
fn claims_beyond_the_last_hundred_comments_are_read() {
    let server = serve_long(150);
    let mut program = synced(&server);
    assert!(claimed(&mut program).contains(&("pkg/gamma".into(), "claimed".into(), "eve".into())));
    assert_eq!(free(&mut program), [""; 0]);
    finds_no_change(&server, &mut program);
}

#[test]
fn boxes_below_too_many_comments_are_unchecked() {
    let server = serve_long(5_000);
    let mut program = synced(&server);
    assert_eq!(claimed(&mut program).len(), 3, "the comments that were fetched count");
    let show = again(&mut program, &["--offline", "show", "1"]).stdout;
    assert!(show.contains("claims not checked"), "{show}");
    finds_no_change(&server, &mut program);
}

/// Returns a server whose issue 1 has more mentions than one answer holds: the older ones take requests of their own.
fn serve_mentioned(pages: usize) -> Server {
    let site = site();
    let plain = answers(&site, |_, mut answer| {
        for linking in nodes(&mut answer).filter_map(|node| node.get_mut("linking")) {
            linking["pageInfo"] = json!({"hasPreviousPage": true});
        }
        answer
    });
    Server::new(move |seen| {
        let page = (1..=pages).find(|page| seen.body.contains(&format!("after: \\\"{page}\\\"")));
        let page = page.map_or_else(|| seen.body.contains("after: null").then_some(0), Some);
        let Some(page) = page else { return plain(seen) };
        let pulls =
            [pull(100 + page as u64, if page == 1 && pages == 3 { "Move pkg/gamma" } else { "Unrelated" }, &[])];
        let info = json!({"hasNextPage": page + 1 < pages, "endCursor": (page + 1).to_string()});
        Reply::json(&json!({"data": {"repository": {"issue": {"linking": {"pageInfo": info, "nodes": pulls}}}}}))
    })
}

#[test]
fn pull_requests_beyond_the_last_hundred_mentions_are_read() {
    let server = serve_mentioned(3);
    let mut program = synced(&server);
    assert!(claimed(&mut program).contains(&("pkg/gamma".into(), "in-review".into(), "cid".into())));
    finds_no_change(&server, &mut program);
}

#[test]
fn boxes_below_too_many_mentions_are_unchecked() {
    let server = serve_mentioned(100);
    let mut program = synced(&server);
    assert!(again(&mut program, &["--offline", "show", "1"]).stdout.contains("claims not checked"));
    finds_no_change(&server, &mut program);
}
