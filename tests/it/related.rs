//! Partial loading of the cache for `check`: the findings equal those on all issues.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use offramp::domain::{
    Absence, CloseReason, Comment, Date, FetchStates, Issue, IssueRef, IssueState, Repo, Roadmap, Snapshot, Task,
    TaskState, Timestamp, join,
};
use offramp::insight::finding::{self, Related};
use offramp::sources::cache::{self, CacheKey, SyncState};
use offramp::sources::{example, roadmap_file};

const NAMES: [&str; 5] = ["k8s-prow", "k8s-prow-build", "docs", "alpha-one", "alpha-two"];
const ISSUES: u64 = 60;

fn today() -> Date {
    "2026-11-29".parse().unwrap()
}

fn id(number: u64) -> IssueRef {
    // Some are in another repository.
    let repo = if number.is_multiple_of(9) { "other/place" } else { "kubernetes/k8s.io" };
    IssueRef::new(Repo::new(repo).unwrap(), number)
}

/// Returns some issues, each with a probability of `chance` percent.
fn few(random: &mut fastrand::Rng, chance: u64) -> Vec<IssueRef> {
    let count = (0..2).filter(|_| random.u64(..100) < chance).count();
    (0..count).map(|_| id(random.u64(1..=ISSUES))).collect()
}

fn one_of<T: Copy>(random: &mut fastrand::Rng, of: &[T]) -> T {
    of[random.usize(..of.len())]
}

fn title(random: &mut fastrand::Rng) -> String {
    let name = one_of(random, &NAMES);
    match random.u8(..12) {
        0 => format!("Migrate away from google.com gcp project {name}"),
        1 => format!("Move `{name}` (now)"),
        2 => format!("gs://{name}/x"),
        3 => format!("Migrate gcp project unheard-of-{}", random.u8(..3)),
        4 | 5 => one_of(random, &["Clean up: the rest", "Clean UP the Rest", "Set up CI", "Größe"]).to_owned(),
        other => format!("Something else {other}{}", random.u16(..)),
    }
}

fn issue(random: &mut fastrand::Rng, number: u64) -> Issue {
    let opened = Timestamp::start_of(today()).0 - random.i64(86_400..80_000_000);
    let reason = one_of(random, &[Some(CloseReason::Completed), Some(CloseReason::NotPlanned), None]);
    let closed = IssueState::Closed { reason, at: Some(Timestamp(opened + 40_000)), by: None };
    let say = |at, text: String| Comment { at: Timestamp(at), by: Some("someone".into()), text };
    let labels = ["lifecycle/stale", "lifecycle/rotten", "sig/testing", "sig/docs", "help wanted"];
    Issue {
        title: title(random),
        is_pull: random.u8(..10) == 0,
        created: Some(Timestamp(opened)),
        state: if random.bool() { closed } else { IssueState::Open },
        labels: (0..random.u8(..3)).map(|_| one_of(random, &labels).into()).collect(),
        assignees: if random.u8(..4) == 0 { vec!["someone".into()] } else { Vec::new() },
        updated: Some(Timestamp(opened + 50_000)),
        last_comment: random.bool().then(|| {
            let text =
                if random.u8(..4) == 0 { format!("Moved to #{}", random.u64(1..=ISSUES)) } else { String::new() };
            say(opened + 50_000, text)
        }),
        tasks: (0..random.u8(..3))
            .map(|at| Task {
                text: format!("Box {at} of {}", one_of(random, &NAMES)),
                state: one_of(random, &[TaskState::Open, TaskState::Done, TaskState::Dropped]),
                depth: 0,
                issues: few(random, 35),
                section: "".into(),
            })
            .collect(),
        parents: few(random, 15),
        sub_issues: few(random, 15),
        steps: few(random, 5),
        names: if number < 3 { vec!["k8s-prow".into(), "never-written".into()] } else { Vec::new() },
        pulls: Some(Vec::new()),
        duplicate_of: few(random, 5).pop(),
        continued_in: few(random, 5).pop(),
        blocked_by: few(random, 10),
        fetch_states: FetchStates::all_known(),
        ..Issue::new(id(number))
    }
}

fn snapshot(random: &mut fastrand::Rng) -> Snapshot {
    let (there, gone): (Vec<_>, Vec<_>) = (1..=ISSUES).partition(|_| random.u8(..20) > 0);
    let issues: Vec<_> = there.into_iter().map(|number| issue(random, number)).collect();
    let whys = [Absence::Gone, Absence::NotFound, Absence::Moved(id(random.u64(1..=ISSUES)))];
    let missing = gone.into_iter().map(|number| (id(number), whys[random.usize(..3)].clone()));
    Snapshot::new(Some(Timestamp::start_of(today())), issues, missing.collect())
}

fn roadmap(random: &mut fastrand::Rng) -> Roadmap {
    // Blockers are never items, so that no item waits for itself.
    let number = |random: &mut fastrand::Rng| id(random.u64(1..=50));
    let blocker = |random: &mut fastrand::Rng| id(random.u64(51..=ISSUES));
    let mut text = "version: 1\nrepo: kubernetes/k8s.io\numbrellas: [1, 2]\nprojects:\n".to_owned();
    for name in NAMES.iter().filter(|name| name.len() > 4).take(random.usize(1..4)) {
        let _ = writeln!(text, "- id: {name}\n  owner: sig-testing");
        if random.bool() {
            let _ = writeln!(text, "  issue: {}", number(random));
        }
        let _ = writeln!(text, "  items:");
        for at in 0..random.u8(1..4) {
            let state = one_of(random, &["todo", "started", "done"]);
            let _ = match random.u8(..3) {
                0 => writeln!(text, "  - {{title: By hand {at}, state: {state}}}"),
                1 => writeln!(text, "  - {{issue: {}, state: {state}}}", number(random)),
                _ => writeln!(text, "  - {{issue: {}, blocked_by: {}}}", number(random), blocker(random)),
            };
        }
    }
    roadmap_file::read(&text, "roadmap.yaml", example::groups(), today())
        .unwrap_or_else(|error| panic!("{text}{error}"))
}

#[test]
fn check_finds_the_same_with_a_part_of_the_issues() {
    let folder = tempfile::tempdir().unwrap();
    let mut rules = BTreeSet::new();
    let mut left_out = 0;
    for seed in 0..150 {
        let mut random = fastrand::Rng::with_seed(seed);
        let (roadmap, all) = (roadmap(&mut random), snapshot(&mut random));
        let path = folder.path().join(format!("{seed}.sqlite"));
        let key = CacheKey { host: "github.com".into(), repo: roadmap.repo.clone() };
        let stored = (all.clone(), SyncState::default());
        cache::store_file(&path, &key, &Default::default(), &stored).unwrap();
        let (part, notes) = cache::load_related(Ok(path), &key, &roadmap.linked_issues(), |linked| {
            let related = Related::to(&roadmap, linked);
            move |headline| related.has(headline.title, headline.parents())
        });
        assert_eq!(notes, [""; 0]);
        left_out += all.issues.len() - part.issues.len();
        for date in [today(), "2025-09-01".parse().unwrap()] {
            let of = |issues| finding::check(&roadmap, issues, &join(&roadmap, issues, date));
            let whole = of(&all);
            assert_eq!(of(&part), whole, "seed {seed}, {date}");
            rules.extend(whole.findings.iter().map(|finding| finding.rule));
        }
    }
    // The comparison must have covered enough rules and left enough issues out.
    let expected = ["not-linked", "not-in-roadmap", "same-title", "superseded", "box-not-in-roadmap", "link-gone"];
    assert!(expected.iter().all(|rule| rules.contains(rule)) && rules.len() > 18, "{rules:?}");
    assert!(left_out > 1_000, "{left_out} issues were left out");
}
