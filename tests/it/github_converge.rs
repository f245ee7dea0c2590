//! After any trouble, one good sync leaves what a sync into an empty folder leaves.
//!
//! Random changes of a model server, random kinds of syncs, faults at random requests, and pairs of processes; then one sync
//! that meets no trouble, compared with a fresh one fact by fact. `OFFRAMP_CONVERGE=5000 cargo test --test it converge` runs as
//! many histories; `OFFRAMP_CONVERGE_SEED=7` runs one of them.
//!
//! Two limits, as in docs/github.md: where the last sync has no token, only the umbrella gets sub-issues, and only what is
//! rotten is closed. Sub-issues of other issues and who closed them are not asked for without a token.

use std::path::Path;
use std::sync::{Arc, Mutex};

use offramp::domain::{FactKind, Issue, IssueState, Snapshot, Timestamp};
use offramp::sources::cache::{self, CacheKey, SyncState};
use offramp::sources::github::{Policy, SyncRequest};
use serde_json::{Value, json};

use super::github_model::{Model, UMBRELLA};
use super::github_server::{Reply, Seen, Server};
use super::github_site::NOW;
use super::github_sync::{id, policy, repo, request, run, with_token};

/// What the server does to some requests of a sync: the number of the request, and how it fails.
type Faults = Vec<(usize, u8)>;

struct World {
    model: Mutex<Model>,
    faults: Mutex<Faults>,
    asked: Mutex<usize>,
}

impl World {
    fn answer(&self, seen: &Seen) -> Reply {
        let number = {
            let mut asked = self.asked.lock().unwrap();
            *asked += 1;
            *asked - 1
        };
        let reply = self.model.lock().unwrap().answer(seen);
        let fault = self.faults.lock().unwrap().iter().find(|(at, _)| *at == number).map(|(_, how)| *how);
        fault.map_or_else(|| reply, |how| spoiled(seen, &self.model.lock().unwrap().answer(seen), how))
    }

    fn begin(&self, faults: Faults) {
        *self.faults.lock().unwrap() = faults;
        *self.asked.lock().unwrap() = 0;
    }
}

fn spoiled(seen: &Seen, reply: &Reply, how: u8) -> Reply {
    let Reply::Answer(_, headers, body) = reply else { panic!("an answer") };
    match how {
        0 => Reply::status(500, "{\"message\": \"oops\"}"),
        1 => Reply::status(404, "{\"message\": \"Not Found\"}"),
        2 => Reply::status(401, "{\"message\": \"Bad credentials\"}"),
        3 => Reply::status(410, "{\"message\": \"gone\"}"),
        4 => Reply::Answer(200, Vec::new(), body[..body.len() / 2].to_vec()),
        5 => Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[{".to_vec()),
        6 if seen.path() == "/graphql" => without_some(body),
        7 if seen.path() == "/graphql" => Reply::status(200, "{\"errors\": [{\"message\": \"timed out\"}]}"),
        8 if seen.path().starts_with("/search") => {
            let mut answer: Value = serde_json::from_slice(body).unwrap();
            answer["incomplete_results"] = json!(true);
            answer["items"] = json!([]);
            Reply::json(&answer)
        }
        _ => Reply::Answer(403, headers.clone(), b"{\"message\": \"no\"}".to_vec()),
    }
}

/// Leaves out some facts of every issue, and says that there were errors.
fn without_some(body: &[u8]) -> Reply {
    let mut answer: Value = serde_json::from_slice(body).unwrap_or_default();
    for (_, node) in answer["data"].as_object_mut().into_iter().flatten() {
        for field in ["assignees", "labels", "comments", "subIssues", "closedByPullRequestsReferences"] {
            if node["issueOrPullRequest"].is_object() {
                node["issueOrPullRequest"][field] = Value::Null;
            }
        }
    }
    answer["errors"] = json!([{"message": "Something went wrong"}]);
    Reply::json(&answer)
}

fn key() -> CacheKey {
    CacheKey { host: "model".into(), repo: repo() }
}

fn request_at(url: &str, now: i64, with_a_token: bool, all: bool) -> SyncRequest {
    let mut request = request(url, [UMBRELLA, 2, 3, 9, 10]);
    request.umbrellas = vec![id(UMBRELLA)];
    request.now = Timestamp(now);
    request.all = all;
    request.policy = Policy { budget: 2_000, tries: 1, ..policy() };
    if with_a_token { with_token(request) } else { request }
}

/// Loads, syncs and stores as a process does.
fn sync_into(path: &Path, request: &SyncRequest) -> Option<String> {
    let loaded = cache::load_file(path, &key());
    assert_eq!(loaded.notes, [""; 0]);
    let base = (loaded.snapshot, loaded.state);
    let outcome = run(request, base.0.clone(), base.1.clone());
    cache::store_file(path, &key(), &base, &(outcome.snapshot, outcome.state)).unwrap();
    outcome.trouble.map(|error| error.to_string())
}

/// Two processes that begin from the same cache.
fn two_syncs_into(path: &Path, world: &World, random: &mut fastrand::Rng, requests: &[SyncRequest; 2]) {
    let loaded = cache::load_file(path, &key());
    let base = (loaded.snapshot, loaded.state);
    let mut outcomes = Vec::new();
    for request in requests {
        outcomes.push(run(request, base.0.clone(), base.1.clone()));
        world.model.lock().unwrap().change(random);
    }
    if random.bool() {
        outcomes.reverse();
    }
    for outcome in outcomes {
        cache::store_file(path, &key(), &base, &(outcome.snapshot, outcome.state)).unwrap();
    }
}

/// What is known of an issue, without the moments of asking.
fn facts(issue: &Issue, of: &Issue) -> Issue {
    let mut facts = Issue::new(issue.id.clone());
    let mut from = Issue { body: String::new(), ..issue.clone() };
    for kind in FactKind::ALL.into_iter().filter(|kind| of.marks.of(*kind).is_known()) {
        facts.take_facts(kind, &mut from);
        let known = if issue.marks.of(kind).is_known() { of.marks.of(kind) } else { issue.marks.of(kind) };
        facts.marks.set(kind, known);
    }
    if let IssueState::Closed { by, .. } = &mut facts.state
        && !of.marks.of(FactKind::Closer).is_known()
    {
        *by = None;
    }
    if let Some(pulls) = &mut facts.pulls {
        pulls.retain(|pull| pull.is_open);
    }
    facts
}

fn assert_same(seed: u64, dirty: &Snapshot, fresh: &Snapshot, log: &[String]) {
    for issue in &fresh.issues {
        let Some(own) = dirty.issue(&issue.id) else { panic!("seed {seed}: {} is lost\n{log:#?}", issue.id) };
        assert_eq!(facts(own, issue), facts(issue, issue), "seed {seed}: {}\n{log:#?}", issue.id);
    }
    let extra: Vec<_> = dirty.issues.iter().filter(|issue| fresh.issue(&issue.id).is_none()).map(|it| &it.id).collect();
    assert!(extra.is_empty(), "seed {seed}: {extra:?} are too much\n{log:#?}");
    assert_eq!(dirty.missing, fresh.missing, "seed {seed}\n{log:#?}");
}

fn history(seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let world =
        Arc::new(World { model: Mutex::new(Model::new(NOW)), faults: Mutex::default(), asked: Mutex::default() });
    let inner = world.clone();
    let server = Server::new(move |seen| inner.answer(seen));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("offramp.sqlite");
    let mut log = Vec::new();
    let all_at_last = random.u8(..4) == 0;
    let token_at_last = random.bool();
    world.model.lock().unwrap().is_tokenless = !token_at_last;
    for _ in 0..random.usize(1..6) {
        let now = world.model.lock().unwrap().clock;
        let faults: Faults = (0..random.usize(..4)).map(|_| (random.usize(..12), random.u8(..10))).collect();
        let (token, all) = (random.bool(), all_at_last && random.bool());
        let request = request_at(&server.url, now, token, all);
        world.begin(faults.clone());
        if random.u8(..5) == 0 {
            log.push(format!("two at once, {faults:?}, token {token}, all {all}"));
            let other = request_at(&server.url, now, random.bool(), false);
            two_syncs_into(&path, &world, &mut random, &[request, other]);
        } else {
            let trouble = sync_into(&path, &request);
            log.push(format!("{faults:?}, token {token}, all {all}: {trouble:?}"));
        }
        world.begin(Vec::new());
        for _ in 0..random.usize(..12) {
            world.model.lock().unwrap().change(&mut random);
        }
        world.model.lock().unwrap().clock += [5, 2_000, 100_000][random.usize(..3)];
    }
    // Deletions and the like show in no list: what was asked for less than a day ago is not asked for again.
    world.model.lock().unwrap().clock += 90_000;
    let now = world.model.lock().unwrap().clock;
    let last = request_at(&server.url, now, token_at_last, all_at_last);
    log.push(format!("last: token {}, all {}", last.access.token.is_some(), last.all));
    assert_eq!(sync_into(&path, &last), None, "seed {seed}\n{log:#?}");
    let fresh = run(&last, Snapshot::default(), SyncState::default());
    assert_eq!(fresh.trouble, None);
    assert_same(seed, &cache::load_file(&path, &key()).snapshot, &fresh.snapshot, &log);
}

#[test]
fn after_any_trouble_one_good_sync_equals_a_fresh_start() {
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse().ok());
    match number("OFFRAMP_CONVERGE_SEED") {
        Some(seed) => history(seed),
        None => (0..number("OFFRAMP_CONVERGE").unwrap_or(60)).for_each(history),
    }
}
