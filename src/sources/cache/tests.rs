//! The cache against crashes, damage, and a second process.

use std::collections::BTreeMap;

use rusqlite::types::ValueRef;
use sha1::{Digest, Sha1};

mod concurrent;
mod damage;

use super::*;
use crate::domain::{
    Absence, ClaimKind, CloseReason, Comment, Example, FactKind, FactState, IssueClaim, IssueState, MentioningPull,
    Milestone, Pull, PullState, Task, TaskState, Timeline, join,
};
use crate::sources::{disk, example};

fn repo() -> Repo {
    Repo::new("kubernetes/k8s.io").unwrap()
}

fn id(number: u64) -> IssueRef {
    IssueRef::new(repo(), number)
}

fn key() -> CacheKey {
    CacheKey { host: "github.com".into(), repo: repo() }
}

fn known(at: i64) -> FactState {
    FactState::Known { at: Timestamp(at) }
}

/// An issue whose fields were fetched at a moment.
fn issue(number: u64, at: i64, body: &str) -> Issue {
    let mut issue = Issue { title: format!("issue {number} at {at}"), body: body.to_owned(), ..Issue::new(id(number)) };
    issue.fetch_states.set(FactKind::Fields, known(at));
    issue
}

fn snapshot(issues: Vec<Issue>) -> Snapshot {
    Snapshot::new(Some(Timestamp(1_000)), issues, BTreeMap::new())
}

pub(super) struct CacheFolder {
    _folder: tempfile::TempDir,
    pub(super) path: PathBuf,
}

impl CacheFolder {
    fn load(&self) -> LoadedCache {
        load_file(&self.path, &key())
    }

    fn store(&self, base: &LoadedCache, new: Snapshot) -> LoadedCache {
        let base = (base.snapshot.clone(), base.state.clone());
        let state = base.1.clone();
        store_file(&self.path, &key(), &base, &(new, state)).unwrap()
    }
}

pub(super) fn place() -> CacheFolder {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache/offramp.sqlite");
    CacheFolder { _folder: folder, path }
}

fn titles(loaded: &LoadedCache) -> Vec<&str> {
    loaded.snapshot.issues.iter().map(|issue| issue.title.as_str()).collect()
}

fn question(comment: &Comment) -> IssueClaim {
    IssueClaim { by: comment.by.clone(), kind: ClaimKind::Asked, since: comment.at, heard: comment.at }
}

fn mentioning(at: Timestamp) -> MentioningPull {
    MentioningPull {
        id: id(8),
        title: "fix".into(),
        body: "Fixes #1\nsoon".into(),
        state: PullState::Merged,
        author: None,
        updated: Some(at),
        files: vec!["src/a.rs".into()],
    }
}

/// An issue with every fact there is.
fn full() -> Issue {
    let at = Timestamp(77);
    let pull = Pull { id: id(8), is_open: true, author: Some("ann".into()), by_list: false };
    let task = Task { text: "a".into(), state: TaskState::Dropped, depth: 2, issues: vec![id(3)], section: "s".into() };
    let comment = Comment { at, by: Some("bob".into()), text: "I take \"it\"\nall".into() };
    let mut issue = Issue {
        title: "ti\"tle".into(),
        is_pull: false,
        created: Some(Timestamp(-5)),
        parents: vec![id(7), IssueRef::new(Repo::new("x/y").unwrap(), 1)],
        state: IssueState::Closed { reason: Some(CloseReason::Robot), at: Some(at), by: Some("k8s-ci-robot".into()) },
        author: Some("ann".into()),
        labels: vec!["sig/testing".into(), "help wanted".into()],
        assignees: vec!["ann".into()],
        milestone: Some(Milestone { title: "v1".into(), due: None, closed: true }),
        updated: Some(at),
        last_comment: Some(comment.clone()),
        comments: 3,
        locked: true,
        tasks: vec![task],
        tasks_in_comments: true,
        comment_tasks: Some(Vec::new()),
        sub_issues: vec![id(4)],
        steps: vec![id(5)],
        references: vec![id(6)],
        pulls: Some(vec![pull]),
        names: vec!["k8s-prow".into()],
        issue_type: Some("Bug".into()),
        github_reason: Some(CloseReason::NotPlanned),
        close_requested: true,
        duplicate_of: Some(id(9)),
        continued_in: Some(id(10)),
        waits_for: vec![id(12)],
        asks_to_wait: true,
        blocked_by: vec![id(10)],
        claims: vec![question(&comment)],
        blocker_count: Some(1),
        blocking: vec![id(11)],
        timeline: Timeline { comments: vec![comment], pulls: vec![mentioning(at)], ..Timeline::default() },
        ..Issue::new(id(1))
    };
    let states = [
        known(1),
        FactState::Failed { at: Timestamp(0) },
        FactState::NotRequested,
        known(0),
        FactState::Failed { at },
        known(5),
    ];
    FactKind::ALL.into_iter().zip(states).for_each(|(kind, state)| issue.fetch_states.set(kind, state));
    issue
}

#[test]
fn every_fact_round_trips() {
    let place = place();
    let missing = [Absence::Gone, Absence::Disabled, Absence::Moved(id(2)), Absence::Unreadable("x".into())];
    let missing: BTreeMap<_, _> = (20..).zip(missing).map(|(n, why)| (id(n), why)).collect();
    let stored = Snapshot::new(Some(Timestamp(9)), vec![full(), issue(2, 1, "")], missing);
    place.store(&LoadedCache::default(), stored.clone());
    let loaded = place.load();
    assert_eq!((loaded.notes.as_slice(), &loaded.snapshot), ([].as_slice(), &stored));
}

#[test]
fn a_cache_of_an_older_version_is_emptied() {
    let place = place();
    place.store(&LoadedCache::default(), snapshot(vec![issue(1, 1, "one")]));
    let older = "ALTER TABLE issues DROP COLUMN open_pulls; ALTER TABLE issues RENAME COLUMN packed TO steps;
        CREATE TABLE packed (number INTEGER REFERENCES extractors); PRAGMA user_version = 9";
    rusqlite::Connection::open(&place.path).unwrap().execute_batch(older).unwrap();
    let loaded = place.load();
    assert_eq!(
        (&loaded.notes, &loaded.snapshot, &loaded.state),
        (&Vec::new(), &Snapshot::default(), &SyncState::default())
    );
    let fault = Database::open_to_read(&place.path).unwrap().unwrap().read(schema::fault).unwrap();
    assert_eq!(fault, None);
    place.store(&loaded, snapshot(vec![issue(2, 1, "two")]));
    assert_eq!(titles(&place.load()), ["issue 2 at 1"]);
}

/// Packed values are not self-describing: a changed format would be misread.
#[test]
fn the_packed_form_only_changes_with_the_version() {
    let variants = (
        [CloseReason::Completed, CloseReason::NotPlanned, CloseReason::Duplicate, CloseReason::Robot],
        [TaskState::Open, TaskState::Done, TaskState::Dropped],
        [PullState::Open, PullState::Merged, PullState::Closed],
        [ClaimKind::AskedIfFree, ClaimKind::AskedWho, ClaimKind::Asked, ClaimKind::Done, ClaimKind::Claimed],
    );
    let bytes = [rows::pack(&full()).unwrap(), rows::pack(&issue(2, 1, "")).unwrap()].concat();
    let digest = Sha1::digest([bytes, postcard::to_stdvec(&variants).unwrap()].concat());
    let begin = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
    assert_eq!((schema::VERSION, begin), (15, 0x3b15_b374), "raise VERSION in schema.rs, then note both here");
}

#[test]
fn the_columns_for_queries_match_the_packed_value() {
    let place = place();
    place.store(&LoadedCache::default(), snapshot(vec![full(), issue(2, 1, "")]));
    let connection = rusqlite::Connection::open(&place.path).unwrap();
    let mut statement = connection.prepare("SELECT * FROM issues ORDER BY number").unwrap();
    let count = statement.column_count() - 1;
    let text = |row: &rusqlite::Row<'_>, at| match row.get_ref_unwrap(at) {
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8(text.to_vec()).unwrap(),
        ValueRef::Null => "-".to_owned(),
        ValueRef::Real(_) | ValueRef::Blob(_) => panic!("no column for queries"),
    };
    let rows = statement.query_map([], |row| Ok((0..count).map(|at| text(row, at)).collect::<Vec<_>>().join(" | ")));
    let rows: Vec<String> = rows.unwrap().map(Result::unwrap).collect();
    let closed = "1 | kubernetes/k8s.io | 1 | 0 | ti\"tle | closed | robot | ann | sig/testing\nhelp wanted | ann | v1 | 3 | 1 \
                  | kubernetes/k8s.io#7\nx/y#1 | -5 | 77 | 77";
    let open = "1 | kubernetes/k8s.io | 2 | 0 | issue 2 at 1 | open | - | - | - | - | - | 0 | - | - | - | - | -";
    assert_eq!(rows, [closed, open]);
}

#[test]
fn the_letter_case_of_a_repository_makes_no_difference() {
    let place = place();
    let key = |repo| CacheKey { repo: Repo::new(repo).unwrap(), ..key() };
    let of = |repo, number, title: &str, body: &str| {
        let id = IssueRef::new(Repo::new(repo).unwrap(), number);
        Issue { title: title.into(), body: body.into(), ..Issue::new(id) }
    };
    let first = snapshot(vec![of("ACME/p", 1, "a", "one"), of("ACME/p", 2, "a", "")]);
    store_file(&place.path, &key("ACME/p"), &Default::default(), &(first, SyncState::default())).unwrap();
    let loaded = load_file(&place.path, &key("acme/P"));
    assert_eq!(loaded.snapshot.issues.len(), 2);
    // Another spelling, without one of the bodies and one of the issues.
    let second = snapshot(vec![of("acme/p", 1, "b", ""), of("acme/p", 3, "b", "")]);
    let base = (loaded.snapshot, loaded.state);
    store_file(&place.path, &key("acme/p"), &base, &(second, base.1.clone())).unwrap();
    let loaded = load_file(&place.path, &key("Acme/p"));
    let titles: Vec<_> = loaded.snapshot.issues.iter().map(|it| (it.id.number, it.title.as_str())).collect();
    assert_eq!(titles, [(1, "b"), (3, "b")]);
    assert_eq!(loaded.bodies.read(&of("acme/P", 1, "", "").id).unwrap().as_deref(), Some("one"));
    let linked = of("acme/P", 3, "", "").id;
    let (found, _) = load_linked(Ok(place.path), &key("acme/P"), &[&linked]);
    assert_eq!(found.issues.len(), 1);
}

#[test]
fn linked_issues_are_loaded_with_their_dependencies() {
    let place = place();
    let task = Task { text: "a".into(), state: TaskState::Open, depth: 0, issues: vec![id(3)], section: "".into() };
    let issues = vec![
        Issue { tasks: vec![task], ..issue(1, 1, "") },
        Issue { parents: vec![id(1)], ..issue(2, 1, "") },
        Issue { sub_issues: vec![id(4)], ..issue(3, 1, "") },
        Issue { blocked_by: vec![id(5)], ..issue(4, 1, "") },
        Issue { duplicate_of: Some(id(1)), ..issue(5, 1, "") },
        issue(7, 1, ""),
        issue(8, 1, ""),
    ];
    let missing = [(id(6), Absence::Moved(id(7)))].into();
    place.store(&LoadedCache::default(), Snapshot::new(Some(Timestamp(9)), issues, missing));
    let (found, _) = load_linked(Ok(place.path.clone()), &key(), &[&id(1), &id(6)]);
    let numbers: Vec<u64> = found.issues.ids().map(|id| id.number).collect();
    assert_eq!((numbers.as_slice(), found.fetched_at), ([1, 3, 4, 5, 7].as_slice(), Some(Timestamp(9))));
    assert_eq!(found.missing, place.load().snapshot.missing);
}

#[test]
fn the_board_of_an_example_is_the_same_with_linked_issues_only() {
    for shown in Example::ALL {
        let (place, roadmap, all) = (place(), example::roadmap(shown), example::snapshot(shown));
        place.store(&LoadedCache::default(), all.clone());
        let linked = roadmap.linked_issues();
        let (part, notes) = load_linked(Ok(place.path), &key(), &linked);
        assert_eq!(notes, [""; 0]);
        let date = example::date(shown);
        for months in [0, 6, 30] {
            let date = date.checked_sub_months(chrono::Months::new(months)).unwrap();
            let (of_part, of_all) = (join(roadmap, &part, date), join(roadmap, all, date));
            assert_eq!(of_part.projects, of_all.projects, "{} {date}", shown.name());
            assert_eq!((of_part.migrated, of_part.counters), (of_all.migrated, of_all.counters));
            assert_eq!((of_part.known_until, of_part.fetched_at), (of_all.known_until, of_all.fetched_at));
        }
    }
}

#[test]
fn bodies_are_read_on_demand_and_kept_if_an_update_has_none() {
    let place = place();
    let first = place.store(&LoadedCache::default(), snapshot(vec![issue(1, 1, "one"), issue(2, 1, "drei…")]));
    let next = place.store(&first, snapshot(vec![issue(1, 2, ""), issue(2, 2, "new")]));
    for loaded in [next, place.load()] {
        let body = |number| loaded.bodies.read(&id(number)).unwrap();
        assert_eq!((body(1).as_deref(), body(2).as_deref(), body(4)), (Some("one"), Some("new"), None));
    }
}

#[test]
fn no_file_is_an_empty_cache_without_a_note() {
    let loaded = place().load();
    assert!(loaded.notes.is_empty() && loaded.snapshot.issues.is_empty());
}

#[test]
fn hosts_and_repositories_have_separate_caches() {
    let place = place();
    place.store(&LoadedCache::default(), snapshot(vec![issue(1, 1, "one")]));
    for other in
        [CacheKey { host: "ghe.example".into(), ..key() }, CacheKey { repo: Repo::new("a/b").unwrap(), ..key() }]
    {
        assert_eq!(load_file(&place.path, &other).snapshot, Snapshot::default());
        store_file(&place.path, &other, &Default::default(), &Default::default()).unwrap();
    }
    assert_eq!(titles(&place.load()), ["issue 1 at 1"]);
}

#[test]
fn the_queries_of_the_documentation_work() {
    let place = place();
    let mut rotten = issue(1, 1, "text");
    rotten.labels = vec!["lifecycle/rotten".into()];
    place.store(&LoadedCache::default(), snapshot(vec![rotten, issue(2, 1, "")]));
    let text = include_str!("../../../docs/github.md");
    let queries: Vec<&str> = text.split("```sql\n").skip(1).filter_map(|part| part.split("```").next()).collect();
    assert_eq!(queries.len(), 2);
    let connection = rusqlite::Connection::open(&place.path).unwrap();
    for query in queries {
        let mut statement = connection.prepare(query).unwrap();
        assert!(statement.query([]).unwrap().next().unwrap().is_some(), "{query}");
    }
}

#[test]
fn the_documentation_lists_every_table_and_column() {
    let place = place();
    place.store(&LoadedCache::default(), snapshot(vec![]));
    let text = include_str!("../../../docs/github.md");
    let connection = rusqlite::Connection::open(&place.path).unwrap();
    let sql = "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'";
    let mut statement = connection.prepare(sql).unwrap();
    let columns = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))).unwrap();
    let columns: Vec<(String, String)> = columns.map(Result::unwrap).collect();
    let is_named = |(table, column): &&(String, String)| {
        let row = text.lines().find(|line| line.starts_with(&format!("| `{table}` |")));
        row.is_some_and(|row| row.contains(&format!("`{column}`")))
    };
    let missing: Vec<_> = columns.iter().filter(|column| !is_named(column)).collect();
    assert!(columns.len() > 40 && missing.is_empty(), "{missing:?}");
}
