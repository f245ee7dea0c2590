//! Regressions: faults that once left wrong figures for good. After each fault a good sync has the right facts.
//!
//! `github_converge` plays random histories; here each fault has its own test, with a token and without one where it
//! concerns a single issue.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use offramp::domain::{Absence, CloseReason, FactKind, Issue, IssueState, Snapshot, Timestamp};
use offramp::sources::cache::{self, CacheKey, SyncState};
use offramp::sources::github::{SyncOutcome, SyncRequest};
use serde_json::{Value, json};

use super::github_converge::without_some;
use super::github_model::{Model, Thing, UMBRELLA};
use super::github_server::{Reply, Seen, Server};
use super::github_site::NOW;
use super::github_sync::{again, first, id, repo, request, run, with_token};

/// A model server with a fault that can be switched on and off.
struct Scene {
    model: Arc<Mutex<Model>>,
    is_ill: Arc<AtomicBool>,
    server: Server,
}

impl Scene {
    /// Returns a server that answers with the fault while it is ill, and otherwise as GitHub does.
    fn with(fault: impl Fn(&Seen, &Model) -> Option<Reply> + Send + Sync + 'static) -> Self {
        let model = Arc::new(Mutex::new(Model::new(NOW)));
        let is_ill = Arc::new(AtomicBool::new(false));
        let (inner, ill) = (model.clone(), is_ill.clone());
        let server = Server::new(move |seen| {
            let model = inner.lock().unwrap();
            let spoiled = if ill.load(Ordering::SeqCst) { fault(seen, &model) } else { None };
            spoiled.unwrap_or_else(|| model.answer(seen))
        });
        Self { model, is_ill, server }
    }

    fn new() -> Self {
        Self::with(|_, _| None)
    }

    fn ill(self, is_ill: bool) -> Self {
        self.is_ill.store(is_ill, Ordering::SeqCst);
        self
    }

    /// Advances the clock by a minute and changes an issue.
    fn edit(&self, number: u64, change: impl FnOnce(&mut Thing)) {
        let mut model = self.model.lock().unwrap();
        model.clock += 60;
        model.edit(number, change);
    }

    fn request(&self, has_token: bool) -> SyncRequest {
        let mut request = request(&self.server.url, [UMBRELLA, 2, 3, 9, 10]);
        request.umbrellas = vec![id(UMBRELLA)];
        request.now = Timestamp(self.model.lock().unwrap().clock);
        request.policy.tries = 1;
        if has_token { with_token(request) } else { request }
    }

    /// Syncs without the fault.
    fn good(&self, has_token: bool, before: SyncOutcome) -> SyncOutcome {
        self.is_ill.store(false, Ordering::SeqCst);
        let outcome = again(&self.request(has_token), before);
        assert_eq!(outcome.error, None);
        outcome
    }
}

fn issue(outcome: &SyncOutcome, number: u64) -> &Issue {
    outcome.snapshot.issue(&id(number)).unwrap()
}

fn reason(outcome: &SyncOutcome, number: u64) -> Option<CloseReason> {
    match issue(outcome, number).state {
        IssueState::Closed { reason, .. } => reason,
        IssueState::Open => panic!("open"),
    }
}

fn numbers(ids: &[offramp::domain::IssueRef]) -> Vec<u64> {
    ids.iter().map(|id| id.number).collect()
}

fn with_and_without_token(check: impl Fn(bool)) {
    check(true);
    check(false);
}

#[test]
fn a_failed_first_all_leaves_no_closing_by_a_robot_as_done() {
    with_and_without_token(|has_token| {
        let scene =
            Scene::with(|seen, _| (!seen.target.contains("per_page=100")).then(|| Reply::status(200, "<html>")));
        let scene = scene.ill(true);
        scene.edit(9, |it| {
            it.labels.insert("lifecycle/rotten");
            it.closed = Some((NOW, "completed", "k8s-ci-robot"));
        });
        let all = |scene: &Scene| SyncRequest { all: true, ..scene.request(has_token) };
        let failed = first(&all(&scene));
        assert!(failed.error.is_some());
        let outcome = scene.good(has_token, failed);
        assert_eq!(reason(&outcome, 9), Some(CloseReason::Robot));
    });
}

#[test]
fn issues_hidden_without_a_token_are_requested_again_with_one() {
    for status in [404, 410] {
        let scene = Scene::with(move |seen, _| {
            let is_secret = !seen.headers.contains_key("authorization");
            (is_secret && seen.path().ends_with("/issues/9")).then(|| Reply::status(status, "{\"message\": \"no\"}"))
        });
        let scene = scene.ill(true);
        scene.model.lock().unwrap().hide(9);
        let outcome = first(&scene.request(false));
        assert!(outcome.snapshot.missing.contains_key(&id(9)), "{status}");
        scene.model.lock().unwrap().show(9);
        let outcome = scene.good(true, outcome);
        assert_eq!((outcome.snapshot.missing.get(&id(9)), issue(&outcome, 9).id.number), (None, 9), "{status}");
    }
}

#[test]
fn deleted_and_transferred_issues_go_with_the_next_all() {
    with_and_without_token(|has_token| {
        let scene = Scene::new();
        let all = |scene: &Scene| SyncRequest { all: true, ..scene.request(has_token) };
        let outcome = first(&all(&scene));
        assert_eq!(outcome.snapshot.issues.len(), 15);
        scene.model.lock().unwrap().remove(13);
        let outcome = again(&all(&scene), outcome);
        assert_eq!((outcome.error, outcome.snapshot.issues.len()), (None, 14));
    });
}

#[test]
fn issues_beyond_the_budget_are_not_called_silent() {
    let scene = Scene::new();
    for number in [2, 3, 9, 10] {
        scene.edit(number, |it| {
            it.assignees.insert("ann");
            it.comments.push((NOW, "ann", "I am on it".into(), NOW));
        });
    }
    let mut request = scene.request(false);
    request.policy.budget = 9;
    let outcome = first(&request);
    let unheard = outcome.snapshot.issues.iter().filter(|issue| !issue.knows_comments());
    assert!(unheard.clone().count() > 0, "{:?}", outcome.summary);
    assert!(unheard.clone().all(|issue| issue.touched().is_none()));
    assert!(unheard.clone().all(|issue| outcome.summary.unknown.contains(&issue.id)), "{:?}", outcome.summary);
}

#[test]
fn a_null_beside_an_error_is_not_stored() {
    let without = |reply: Reply| {
        let Reply::Answer(_, _, body) = reply else { panic!("an answer") };
        without_some(&body)
    };
    let scene = Scene::with(move |seen, model| (seen.path() == "/graphql").then(|| without(model.answer(seen))));
    scene.edit(9, |it| {
        it.assignees.insert("ann");
        it.labels.insert("sig/testing");
        it.comments.push((NOW, "ann", "mine".into(), NOW));
    });
    let before = first(&scene.request(true));
    scene.edit(9, |it| it.title = "other".into());
    let scene = scene.ill(true);
    let ill = again(&scene.request(true), before);
    let known = issue(&ill, 9);
    assert_eq!((known.assignees.len(), known.labels.len(), known.last_comment.is_some()), (1, 1, true));
    let fresh = first(&scene.request(true));
    // The list of changes returned the fields; nothing returned the comments.
    let known = issue(&fresh, 9);
    assert!(known.fetch_states.of(FactKind::Fields).is_known() && !known.knows_comments());
    assert_eq!((known.assignees.len(), known.labels.len()), (1, 1));
    assert!(fresh.summary.unknown.contains(&id(9)), "{:?}", fresh.summary);
    let outcome = scene.good(true, fresh);
    assert_eq!((issue(&outcome, 9).assignees.len(), issue(&outcome, 9).last_comment.is_some()), (1, true));
}

#[test]
fn a_changed_close_reason_is_followed() {
    with_and_without_token(|has_token| {
        let scene = Scene::new();
        scene.edit(9, |it| it.closed = Some((NOW, "completed", "ann")));
        let outcome = first(&scene.request(has_token));
        assert_eq!(reason(&outcome, 9), Some(CloseReason::Completed));
        scene.edit(9, |it| it.closed = Some((NOW, "not_planned", "ann")));
        assert_eq!(reason(&scene.good(has_token, outcome), 9), Some(CloseReason::NotPlanned));
    });
}

#[test]
fn a_removed_sub_issue_is_dropped() {
    with_and_without_token(|has_token| {
        for parent in [UMBRELLA, 9] {
            let scene = Scene::new();
            scene.edit(parent, |it| it.sub_issues.extend([11, 12]));
            let outcome = first(&scene.request(has_token));
            assert_eq!(numbers(&issue(&outcome, parent).sub_issues), [11, 12]);
            scene.edit(parent, |it| it.sub_issues = it.sub_issues.split_off(&(it.sub_issues.first().unwrap() + 1)));
            let outcome = scene.good(has_token, outcome);
            assert_eq!(numbers(&issue(&outcome, parent).sub_issues), [12]);
            scene.edit(parent, |it| it.sub_issues = it.sub_issues.split_off(&(it.sub_issues.first().unwrap() + 1)));
            let outcome = scene.good(has_token, outcome);
            assert_eq!(numbers(&issue(&outcome, parent).sub_issues), [0; 0]);
            assert_eq!(outcome.snapshot.issue(&id(11)), None, "the roadmap no longer needs it");
        }
    });
}

#[test]
fn a_removed_task_list_gives_way_to_one_in_a_comment() {
    with_and_without_token(|has_token| {
        let scene = Scene::new();
        scene.edit(2, |it| it.comments.push((NOW, "ann", "- [ ] of a comment".into(), NOW)));
        let outcome = first(&scene.request(has_token));
        assert_eq!(issue(&outcome, 2).tasks.len(), 2);
        scene.edit(2, |it| it.body = "Part of #1".into());
        let outcome = scene.good(has_token, outcome);
        assert_eq!((issue(&outcome, 2).tasks.len(), issue(&outcome, 2).tasks_in_comments), (1, true));
        scene.edit(2, |it| it.comments.clear());
        assert_eq!(issue(&scene.good(has_token, outcome), 2).tasks.len(), 0);
    });
}

#[test]
fn a_pull_request_that_stops_naming_an_issue_leaves_it_free() {
    with_and_without_token(|has_token| {
        let scene = Scene::new();
        scene.edit(15, |it| it.body = "Fixes #9".into());
        let outcome = first(&scene.request(has_token));
        assert_eq!(issue(&outcome, 9).pulls.as_ref().unwrap().len(), 1);
        scene.edit(15, |it| it.body = "Fixes nothing".into());
        assert_eq!(issue(&scene.good(has_token, outcome), 9).pulls.as_ref().unwrap().len(), 0);
    });
}

#[test]
fn a_truncated_search_is_completed_or_named() {
    let cut = |seen: &Seen, model: &Model| {
        let Reply::Answer(_, _, body) = model.answer(seen) else { panic!("an answer") };
        let mut answer: Value = serde_json::from_slice(&body).unwrap();
        answer["items"].as_array_mut().unwrap().truncate(2);
        answer["incomplete_results"] = json!(true);
        Reply::json(&answer)
    };
    let scene = Scene::with(move |seen, model| seen.path().starts_with("/search").then(|| cut(seen, model))).ill(true);
    let outcome = first(&scene.request(false));
    assert_eq!((outcome.error, outcome.snapshot.issues.len()), (None, 10), "all seven children, and three others");
    let no_list = |seen: &Seen| seen.path().ends_with("/k8s.io/issues").then(|| Reply::status(404, "{}"));
    let scene = Scene::with(
        move |seen, model| {
            if seen.path().starts_with("/search") { Some(cut(seen, model)) } else { no_list(seen) }
        },
    );
    let outcome = first(&scene.ill(true).request(false));
    assert!(outcome.error.is_some() && outcome.snapshot.fetched_at.is_none(), "{:?}", outcome.error);
}

#[test]
fn unrequested_pull_requests_are_not_none() {
    with_and_without_token(|has_token| {
        let refusal = || Some(Reply::status(403, "{\"message\": \"no\"}"));
        let scene =
            Scene::with(
                move |seen, _| {
                    if seen.path().ends_with("/pulls") || seen.path() == "/graphql" { refusal() } else { None }
                },
            );
        let outcome = first(&scene.ill(true).request(has_token));
        assert!(!issue(&outcome, 9).knows_pulls());
    });
    let scene = Scene::with(|seen, _| seen.path().ends_with("/pulls").then(|| Reply::status(500, "{}"))).ill(true);
    scene.edit(15, |it| it.body = "Fixes #9".into());
    let failed = first(&scene.request(false));
    assert!(!issue(&failed, 9).knows_pulls());
    let outcome = scene.good(false, failed);
    assert_eq!((issue(&outcome, 9).knows_pulls(), issue(&outcome, 9).pulls.as_ref().map(Vec::len)), (true, Some(1)));
}

#[test]
fn a_failed_request_for_pull_requests_keeps_known_ones() {
    let scene = Scene::with(|seen, _| seen.path().ends_with("/pulls").then(|| Reply::status(401, "{}")));
    scene.edit(15, |it| it.body = "Fixes #9".into());
    let before = first(&scene.request(false));
    let pulls =
        |outcome: &SyncOutcome| (issue(outcome, 9).knows_pulls(), issue(outcome, 9).pulls.as_ref().map(Vec::len));
    assert_eq!(pulls(&before), (true, Some(1)));
    scene.model.lock().unwrap().clock += 90_000;
    let scene = scene.ill(true);
    let failed = again(&scene.request(false), before);
    assert_eq!((failed.error.is_some(), pulls(&failed)), (true, (false, Some(1))));
    scene.edit(15, |it| it.body.clear());
    assert_eq!(pulls(&scene.good(false, failed)), (true, Some(0)));
}

/// A cache file in which syncs are stored as a process does.
struct CacheFile {
    folder: tempfile::TempDir,
    key: CacheKey,
}

impl CacheFile {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), key: CacheKey { host: "model".into(), repo: repo() } }
    }

    fn load(&self) -> (Snapshot, SyncState) {
        let loaded = cache::load_file(&self.folder.path().join("cache"), &self.key);
        (loaded.snapshot, loaded.state)
    }

    fn store(&self, base: &(Snapshot, SyncState), outcome: SyncOutcome) {
        let path = self.folder.path().join("cache");
        cache::store_file(&path, &self.key, base, &(outcome.snapshot, outcome.state)).unwrap();
    }

    fn sync(&self, request: &SyncRequest) {
        let base = self.load();
        let outcome = run(request, base.0.clone(), base.1.clone());
        assert_eq!(outcome.error, None);
        self.store(&base, outcome);
    }
}

#[test]
fn two_syncs_in_one_second_lose_no_update() {
    for is_first_stored_last in [true, false] {
        let (scene, kept) = (Scene::new(), CacheFile::new());
        kept.sync(&scene.request(true));
        let (base, request) = (kept.load(), scene.request(true));
        let one = run(&request, base.0.clone(), base.1.clone());
        scene.model.lock().unwrap().edit(9, |it| it.title = "changed in between".into());
        let other = run(&request, base.0.clone(), base.1.clone());
        let (last, first) = if is_first_stored_last { (one, other) } else { (other, one) };
        kept.store(&base, first);
        kept.store(&base, last);
        kept.sync(&scene.request(true));
        assert_eq!(kept.load().0.issue(&id(9)).unwrap().title, "changed in between");
    }
}

#[test]
fn a_sync_beside_an_all_restores_no_deleted_issue() {
    with_and_without_token(|has_token| {
        let (scene, kept) = (Scene::new(), CacheFile::new());
        let all = |scene: &Scene| SyncRequest { all: true, ..scene.request(has_token) };
        kept.sync(&all(&scene));
        let base = kept.load();
        scene.edit(9, |it| it.title = "touched before it went".into());
        let plain = run(&scene.request(has_token), base.0.clone(), base.1.clone());
        scene.model.lock().unwrap().remove(9);
        scene.model.lock().unwrap().remove(13);
        let whole = run(&all(&scene), base.0.clone(), base.1.clone());
        kept.store(&base, whole);
        kept.store(&base, plain);
        kept.sync(&all(&scene));
        let snapshot = kept.load().0;
        assert_eq!((snapshot.issue(&id(9)), snapshot.issue(&id(13))), (None, None));
        assert_eq!(snapshot.missing.get(&id(9)).cloned(), Some(Absence::NotFound));
    });
}

#[test]
fn robots_do_not_hide_a_persons_comment() {
    with_and_without_token(|has_token| {
        let scene = Scene::new();
        scene.edit(9, |it| {
            it.comments.push((NOW, "ann", "I work on this".into(), NOW));
            (0..25).for_each(|at| it.comments.push((NOW + 1 + at, "k8s-ci-robot", "beep".into(), NOW)));
        });
        let outcome = first(&scene.request(has_token));
        assert_eq!(issue(&outcome, 9).last_comment.as_ref().unwrap().text, "I work on this");
    });
}
