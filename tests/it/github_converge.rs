//! Convergence: after any failure, one good sync leaves the same cache as a first sync, or names what it did not request.
//!
//! Each history has random changes of a model server, random kinds of syncs, faults at random requests, pairs of processes
//! and kills; its last sync meets no fault and is compared with a fresh one, fact by fact.
//! `OFFRAMP_CONVERGE=0..5000 cargo test --test it converge` plays the histories of these seeds.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use offramp::domain::{FactKind, FactState, Issue, IssueState, Pull, Snapshot, Timestamp};
use offramp::sources::cache::{self, CacheKey, SyncState};
use offramp::sources::github::{Policy, Summary, SyncRequest};
use serde_json::{Value, json};

use super::github_model::{Model, UMBRELLA};
use super::github_server::{Reply, Seen, Server};
use super::github_site::NOW;
use super::github_sync::{id, policy, repo, request, run, with_token};
use super::program::Program;

/// Faults of a sync: the number of a request, and how it fails.
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

/// Removes some facts of every issue from an answer, and adds an error.
pub(crate) fn without_some(body: &[u8]) -> Reply {
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

/// Returns the key of the cache as the real program builds it.
fn key(request: &SyncRequest) -> CacheKey {
    CacheKey { host: request.access.api.host().to_owned(), repo: repo() }
}

fn request_at(url: &str, now: i64, with_a_token: bool, all: bool) -> SyncRequest {
    let mut request = request(url, [UMBRELLA, 2, 3, 9, 10]);
    request.umbrellas = vec![id(UMBRELLA)];
    request.now = Timestamp(now);
    request.all = all;
    request.policy = Policy { budget: 2_000, tries: 1, ..policy() };
    if with_a_token { with_token(request) } else { request }
}

/// Loads the cache, syncs and stores, as a process does.
fn sync_into(path: &Path, request: &SyncRequest) -> (Summary, Option<String>) {
    let loaded = cache::load_file(path, &key(request));
    assert_eq!(loaded.notes, [""; 0]);
    let base = (loaded.snapshot, loaded.state);
    let outcome = run(request, base.0.clone(), base.1.clone());
    cache::store_file(path, &key(request), &base, &(outcome.snapshot, outcome.state)).unwrap();
    (outcome.summary, outcome.error.map(|error| error.to_string()))
}

/// Runs a sync in a process that is killed after some requests, or while it stores.
fn killed_sync(program: &mut Program, world: &World, random: &mut fastrand::Rng, request: &SyncRequest) {
    let mut command = program.bare();
    command.arg("sync").args(request.all.then_some("--all"));
    command.env("SOURCE_DATE_EPOCH", request.now.0.to_string()).env_remove("OFFRAMP_OFFLINE");
    if request.access.token.is_some() {
        command.env("GH_TOKEN", "very-secret");
    }
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let after = random.usize(..14);
    while *world.asked.lock().unwrap() < after && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    std::thread::sleep(Duration::from_micros(random.u64(..40_000)));
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Runs two syncs that start from the same cache.
fn two_syncs_into(path: &Path, world: &World, random: &mut fastrand::Rng, requests: &[SyncRequest; 2]) {
    let key = key(&requests[0]);
    let loaded = cache::load_file(path, &key);
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
        cache::store_file(path, &key, &base, &(outcome.snapshot, outcome.state)).unwrap();
    }
}

/// Returns the facts of an issue without the times of the requests.
fn facts(issue: &Issue, of: &Issue, other: &Issue) -> Issue {
    let mut facts = Issue::new(issue.id.clone());
    let mut from = Issue { body: String::new(), ..issue.clone() };
    for kind in FactKind::ALL.into_iter().filter(|kind| of.fetch_states.of(*kind).is_known()) {
        facts.take_facts(kind, &mut from);
        let known =
            if issue.fetch_states.of(kind).is_known() { of.fetch_states.of(kind) } else { issue.fetch_states.of(kind) };
        facts.fetch_states.set(kind, known);
    }
    // Without a token, who closed an issue is known only if another request happened to return it.
    let is_known = |issue: &Issue| issue.fetch_states.of(FactKind::Closer).is_known();
    if let IssueState::Closed { by, .. } = &mut facts.state
        && !(is_known(of) && is_known(other))
    {
        *by = None;
        facts.fetch_states.set(FactKind::Closer, FactState::NotRequested);
    }
    // Only lists count blockers.
    facts.blocker_count = None;
    // Only the list that is shown is compared.
    facts.comment_tasks = None;
    if let Some(pulls) = &mut facts.pulls {
        pulls.retain(|pull| pull.is_open);
        for pull in pulls {
            pull.by_list = false;
        }
    }
    facts
}

/// Returns the open pull requests of an issue that only an earlier GraphQL answer found.
fn earlier_links<'a>(own: &'a Issue, fresh: &'a Issue) -> impl Iterator<Item = &'a Pull> {
    let is_shown = |pull: &Pull| fresh.pulls.iter().flatten().any(|known| known.id == pull.id);
    own.pulls.iter().flatten().filter(move |pull| pull.is_open && !pull.by_list && !is_shown(pull))
}

/// Removes the links that stay until the next GraphQL answer, and asserts that their pull requests are open.
fn without_earlier_links(own: &Issue, fresh: &Issue, model: &Model) -> Issue {
    let before: Vec<Pull> = earlier_links(own, fresh).cloned().collect();
    assert!(before.iter().all(|pull| model.is_open(pull.id.number)), "{before:?} of {}", own.id);
    let mut own = own.clone();
    if let Some(pulls) = &mut own.pulls {
        pulls.retain(|pull| !before.contains(pull));
    }
    own
}

fn assert_same(seed: u64, dirty: &Snapshot, fresh: &Snapshot, model: Option<&Model>, log: &[String]) {
    for issue in &fresh.issues {
        let Some(own) = dirty.issue(&issue.id) else { panic!("seed {seed}: {} is lost\n{log:#?}", issue.id) };
        let own = &model.map_or_else(|| own.clone(), |model| without_earlier_links(own, issue, model));
        assert_eq!(facts(own, issue, own), facts(issue, issue, own), "seed {seed}: {}\n{log:#?}", issue.id);
    }
    // Blockers are fetched as well; without a token a first sync does not know of them.
    let is_unasked =
        |id| fresh.issue(id).is_some_and(|issue| !issue.fetch_states.of(FactKind::Dependencies).is_known());
    let waiting = dirty.issues.iter().filter(|issue| is_unasked(&issue.id));
    let awaited: BTreeSet<_> = waiting.flat_map(|issue| &issue.blocked_by).collect();
    let extra = dirty.issues.iter().map(|it| &it.id).filter(|id| fresh.issue(id).is_none() && !awaited.contains(id));
    let extra: Vec<_> = extra.collect();
    assert!(extra.is_empty(), "seed {seed}: {extra:?} are too much\n{log:#?}");
    let missing =
        dirty.missing.iter().filter(|(id, why)| fresh.missing.get(*id) == Some(*why) || !awaited.contains(*id));
    assert_eq!(missing.collect::<Vec<_>>(), fresh.missing.iter().collect::<Vec<_>>(), "seed {seed}\n{log:#?}");
}

/// Asserts that the summary names every older fact whose kind the last sync did not request.
fn assert_names_unrequested_facts(seed: u64, dirty: &Snapshot, fresh: &Snapshot, summary: &Summary, keeps_all: bool) {
    for issue in &fresh.issues {
        let Some(own) = dirty.issue(&issue.id) else { continue };
        let of = |issue: &Issue, kind: FactKind| match kind {
            FactKind::SubIssues => format!("{:?}", issue.sub_issues),
            FactKind::Dependencies => format!("{:?} {:?}", issue.blocked_by, issue.blocking),
            FactKind::Timeline => format!("{:?}", issue.timeline),
            FactKind::Fields | FactKind::Comments | FactKind::Closer | FactKind::Pulls => String::new(),
        };
        // Pull requests are requested only for issues that the roadmap needs.
        let is_followed = issue.fetch_states.of(FactKind::Pulls).is_known();
        for kind in FactKind::ALL.into_iter().filter(|_| is_followed) {
            // `--all` also reads issues that the roadmap does not need; who closed those is never requested.
            let is_new = kind != FactKind::Closer || own.fetch_states.of(kind).is_known() || keeps_all;
            let has_earlier_links = kind == FactKind::Pulls && earlier_links(own, issue).next().is_some();
            let is_known = issue.fetch_states.of(kind).is_known();
            let differs = (!is_known && of(own, kind) != of(issue, kind)) || !is_new || has_earlier_links;
            let named = summary.without_graphql.get(&kind).is_some_and(|all| all.contains(&issue.id));
            let is_said = named || summary.unknown.contains(&issue.id);
            assert!(!differs || is_said, "seed {seed}: {kind:?} of {}: {summary:?}", issue.id);
        }
    }
}

/// Returns a program whose roadmap needs the same issues as [`request_at`], and the path of its cache.
fn home(url: &str) -> (Program, PathBuf) {
    let roadmap =
        "version: 1\nrepo: kubernetes/k8s.io\numbrellas: [1]\nprojects:\n  - id: a\n    items: [2, 3, 9, 10]\n";
    let program = Program::new().file("offramp.yaml", roadmap).env("OFFRAMP_API_URL", url).env("PATH", "");
    let path = program.home().join(".cache/offramp/offramp.sqlite");
    (program, path)
}

fn history(seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let world =
        Arc::new(World { model: Mutex::new(Model::new(NOW)), faults: Mutex::default(), asked: Mutex::default() });
    let inner = world.clone();
    let server = Server::new(move |seen| inner.answer(seen));
    // The last sync runs after a day; in every third history it runs soon, when only lists show changes.
    let is_soon = seed % 3 == 1;
    world.model.lock().unwrap().is_listed = is_soon;
    let (mut program, path) = home(&server.url);
    // The path that the real program uses: under another one the cache would keep the issues of a second roadmap.
    let roadmap = program.home().join("offramp.yaml").display().to_string();
    let request_at =
        |now, token, all| SyncRequest { roadmap: roadmap.clone(), ..request_at(&server.url, now, token, all) };
    let mut log = Vec::new();
    let all_at_last = random.u8(..4) == 0;
    let token_at_last = random.bool();
    for _ in 0..random.usize(1..6) {
        let now = world.model.lock().unwrap().clock;
        let faults: Faults = (0..random.usize(..4)).map(|_| (random.usize(..12), random.u8(..10))).collect();
        let (token, all) = (random.bool(), all_at_last && random.bool());
        let request = request_at(now, token, all);
        match random.u8(..8) {
            0 => {
                world.begin(Vec::new());
                log.push(format!("killed, token {token}, all {all}"));
                killed_sync(&mut program, &world, &mut random, &request);
            }
            1 | 2 => {
                world.begin(faults.clone());
                log.push(format!("two at once, {faults:?}, token {token}, all {all}"));
                let other = request_at(now, random.bool(), false);
                two_syncs_into(&path, &world, &mut random, &[request, other]);
            }
            _ => {
                world.begin(faults.clone());
                let (_, trouble) = sync_into(&path, &request);
                log.push(format!("{faults:?}, token {token}, all {all}: {trouble:?}"));
            }
        }
        world.begin(Vec::new());
        for _ in 0..random.usize(..12) {
            world.model.lock().unwrap().change(&mut random);
        }
        world.model.lock().unwrap().clock += [5, 2_000, 100_000][random.usize(..3)];
    }
    // Deletions show in no list, and an issue is requested by name only once a day.
    world.model.lock().unwrap().clock += if is_soon { 600 } else { 90_000 };
    let now = world.model.lock().unwrap().clock;
    let last = request_at(now, token_at_last, all_at_last);
    log.push(format!("last: token {}, all {}", last.access.token.is_some(), last.all));
    let (summary, trouble) = sync_into(&path, &last);
    assert_eq!(trouble, None, "seed {seed}\n{log:#?}");
    let fresh = run(&last, Snapshot::default(), SyncState::default());
    assert_eq!(fresh.error, None);
    let dirty = cache::load_file(&path, &key(&last)).snapshot;
    let model = world.model.lock().unwrap();
    let without_token = Some(&*model).filter(|_| !token_at_last);
    assert_same(seed, &dirty, &fresh.snapshot, without_token, &log);
    assert_names_unrequested_facts(seed, &dirty, &fresh.snapshot, &summary, all_at_last);
}

/// Seeds of histories that once failed.
const FAILED_BEFORE: [u64; 2] = [453, 573];

/// Returns the seeds in `OFFRAMP_CONVERGE`, such as `7` or `0..5000`.
fn seeds() -> Vec<u64> {
    let Ok(named) = std::env::var("OFFRAMP_CONVERGE") else { return (0..40).chain(FAILED_BEFORE).collect() };
    let number = |text: &str| text.parse::<u64>().unwrap();
    match named.split_once("..") {
        Some((first, end)) => (number(first)..number(end)).collect(),
        None => vec![number(&named)],
    }
}

#[test]
fn after_any_failure_one_good_sync_equals_a_fresh_start() {
    let seeds = seeds();
    if seeds.len() <= 42 {
        seeds.into_iter().for_each(history);
        return;
    }
    // A long run reports every failing seed.
    let failed: Vec<u64> =
        seeds.into_iter().filter(|seed| std::panic::catch_unwind(|| history(*seed)).is_err()).collect();
    assert!(failed.is_empty(), "seeds that fail: {failed:?}");
}
