//! The cache against crashes, damage, and a second process.

use std::io::Write;

use super::{store_file as write_over, *};
use crate::domain::{Absence, Issue, IssueRef, IssueState, Missing, Timestamp};

fn repo() -> Repo {
    Repo::new("kubernetes/k8s.io").unwrap()
}

fn issue(number: u64, updated: i64, body: &str) -> Issue {
    Issue {
        id: IssueRef::new(repo(), number),
        title: format!("issue {number} at {updated}"),
        is_pull: false,
        state: IssueState::Open,
        author: None,
        labels: vec!["sig/testing".into()],
        assignees: Vec::new(),
        milestone: None,
        created: None,
        updated: Some(Timestamp(updated)),
        last_comment: None,
        comments: 0,
        locked: false,
        tasks: Vec::new(),
        parents: Vec::new(),
        sub_issues: Vec::new(),
        references: Vec::new(),
        pulls: None,
        names: Vec::new(),
        body: body.to_owned(),
        ..Issue::new(IssueRef::new(repo(), number))
    }
}

fn snapshot(issues: Vec<Issue>) -> Snapshot {
    Snapshot::new(Some(Timestamp(1_000)), issues, Vec::new())
}

fn store_file(path: &Path, snapshot: Snapshot, state: SyncState) -> Result<Loaded, StoreError> {
    let mut loaded = Loaded { snapshot, state, ..Loaded::default() };
    write_over(path, &mut loaded).map(|()| loaded)
}

struct Place {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache/host/a+b.cache");
    Place { _folder: folder, path }
}

fn titles(loaded: &Loaded) -> Vec<&str> {
    loaded.snapshot.issues.iter().map(|issue| issue.title.as_str()).collect()
}

#[test]
fn what_is_stored_is_loaded_and_bodies_on_demand() {
    let place = place();
    let state = SyncState { asked: vec!["x".into()], ..SyncState::default() };
    store_file(&place.path, snapshot(vec![issue(1, 1, "one"), issue(2, 1, ""), issue(3, 1, "drei…")]), state).unwrap();
    let loaded = load_file(&place.path);
    assert_eq!(loaded.notes, [""; 0]);
    assert_eq!((loaded.state.generation, loaded.state.asked), (1, vec!["x".to_owned()]));
    let body = |number| loaded.bodies.read(&IssueRef::new(repo(), number));
    assert_eq!((body(1).as_deref(), body(2).as_deref(), body(3).as_deref()), (Some("one"), Some(""), Some("drei…")));
    assert_eq!(body(4), None);
}

#[test]
fn an_issue_without_body_keeps_the_one_on_disk() {
    let place = place();
    let first =
        store_file(&place.path, snapshot(vec![issue(1, 1, "one"), issue(2, 1, "two")]), SyncState::default()).unwrap();
    let kept = first.snapshot.issues.into_iter().filter(|issue| issue.id.number == 1);
    let next = kept.chain([issue(2, 2, "new")]).collect();
    store_file(&place.path, snapshot(next), first.state).unwrap();
    let loaded = load_file(&place.path);
    assert_eq!(loaded.bodies.read(&IssueRef::new(repo(), 1)).as_deref(), Some("one"));
    assert_eq!(loaded.bodies.read(&IssueRef::new(repo(), 2)).as_deref(), Some("new"));
}

#[test]
fn no_file_is_an_empty_cache_without_a_word() {
    let loaded = load_file(&place().path);
    assert!(loaded.notes.is_empty() && loaded.snapshot.issues.is_empty());
}

#[test]
fn of_two_processes_neither_loses_the_newer() {
    let place = place();
    let base =
        store_file(&place.path, snapshot(vec![issue(1, 1, "a"), issue(2, 1, "b")]), SyncState::default()).unwrap();
    let ours = snapshot(vec![issue(1, 5, "a5"), issue(2, 1, "")]);
    let mut theirs = snapshot(vec![issue(1, 1, ""), issue(2, 9, "b9"), issue(3, 2, "c")]);
    theirs.missing.push(Missing { issue: IssueRef::new(repo(), 9), why: Absence::Gone });
    store_file(&place.path, theirs, base.state.clone()).unwrap();
    let joined = store_file(&place.path, ours, base.state).unwrap();
    assert_eq!(titles(&joined), ["issue 1 at 5", "issue 2 at 9", "issue 3 at 2"]);
    assert_eq!(joined.snapshot.missing.len(), 1);
    assert_eq!(joined.state.generation, 3);
    assert_eq!(joined.bodies.read(&IssueRef::new(repo(), 2)).as_deref(), Some("b9"));
}

#[test]
fn of_two_lists_the_one_that_promises_less_stays() {
    let list =
        |since| ListState { since: Some(Timestamp(since)), etag: Some(since.to_string()), ..ListState::default() };
    let state = |since| SyncState { lists: [(repo(), list(since))].into(), ..SyncState::default() };
    let (_, joined) = state::merge((Snapshot::default(), state(9)), (Snapshot::default(), state(5)));
    assert_eq!(joined.lists[&repo()], list(5));
}

#[test]
fn many_writers_at_once_leave_a_whole_file_with_all_issues() {
    let place = place();
    std::thread::scope(|scope| {
        for number in 1..9 {
            let path = &place.path;
            scope.spawn(move || {
                store_file(path, snapshot(vec![issue(number, 1, "body")]), SyncState::default()).unwrap()
            });
        }
    });
    let loaded = load_file(&place.path);
    assert_eq!(loaded.snapshot.issues.len(), 8);
    assert_eq!(loaded.state.generation, 8);
}

#[test]
fn every_damaged_byte_before_the_bodies_is_noticed_and_set_aside() {
    let place = place();
    let one = snapshot(vec![issue(1, 1, "one")]);
    store_file(&place.path, one.clone(), SyncState::default()).unwrap();
    let good = fs::read(&place.path).unwrap();
    // A body has a sum of its own.
    let bodies = good.len() - "one".len();
    for at in (0..bodies).filter(|at| !(8..16).contains(at)) {
        let mut bad = good.clone();
        bad[at] ^= 0x40;
        fs::remove_file(&place.path).ok();
        disk::write_private(&place.path, &bad).unwrap();
        let loaded = load_file(&place.path);
        assert_eq!(loaded.notes.len(), 1, "byte {at}");
        assert!(!place.path.exists(), "byte {at}");
        assert!(load_file(&place.path).notes.is_empty(), "reported twice: byte {at}");
    }
}

#[test]
fn a_truncated_file_is_set_aside_and_written_anew() {
    let place = place();
    store_file(&place.path, snapshot(vec![issue(1, 1, "one")]), SyncState::default()).unwrap();
    let good = fs::read(&place.path).unwrap();
    for length in [0, 1, 63, 64, good.len() - 1] {
        disk::write_private(&place.path, &good[..length]).unwrap();
        let loaded = load_file(&place.path);
        assert!(loaded.notes[0].contains("damaged") && loaded.notes[0].contains(".corrupt-"), "{:?}", loaded.notes);
    }
    store_file(&place.path, snapshot(vec![issue(1, 2, "two")]), SyncState::default()).unwrap();
    assert_eq!(titles(&load_file(&place.path)), ["issue 1 at 2"]);
}

#[test]
fn a_damaged_body_is_no_body() {
    let place = place();
    store_file(&place.path, snapshot(vec![issue(1, 1, "one")]), SyncState::default()).unwrap();
    let mut bytes = fs::read(&place.path).unwrap();
    *bytes.last_mut().unwrap() = b'x';
    disk::write_private(&place.path, &bytes).unwrap();
    assert_eq!(load_file(&place.path).bodies.read(&IssueRef::new(repo(), 1)), None);
}

#[test]
fn a_newer_file_is_left_alone() {
    let place = place();
    store_file(&place.path, snapshot(vec![issue(1, 1, "one")]), SyncState::default()).unwrap();
    let mut bytes = fs::read(&place.path).unwrap();
    bytes[8] = 200;
    disk::write_private(&place.path, &bytes).unwrap();
    assert!(load_file(&place.path).notes[0].contains("newer offramp"));
    let error = store_file(&place.path, Snapshot::default(), SyncState::default()).unwrap_err();
    assert!(matches!(error, StoreError::Newer(_)));
    assert_eq!(fs::read(&place.path).unwrap(), bytes);
}

#[test]
fn an_older_file_is_fetched_anew() {
    let place = place();
    store_file(&place.path, snapshot(vec![issue(1, 1, "one")]), SyncState::default()).unwrap();
    let mut bytes = fs::read(&place.path).unwrap();
    bytes[8] = 0;
    disk::write_private(&place.path, &bytes).unwrap();
    assert!(load_file(&place.path).notes[0].contains("older form"));
    store_file(&place.path, snapshot(vec![issue(1, 2, "two")]), SyncState::default()).unwrap();
    assert_eq!(titles(&load_file(&place.path)), ["issue 1 at 2"]);
}

/// A disk that is full after some bytes.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        if taken == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(taken) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_leaves_the_old_file() {
    let place = place();
    store_file(&place.path, snapshot(vec![issue(1, 1, "one")]), SyncState::default()).unwrap();
    let good = fs::read(&place.path).unwrap();
    for room in [0, 10, 60, 120] {
        let new = snapshot(vec![issue(1, 2, "a longer body than the file has room for")]);
        let mut full = Full(room);
        let fill = |_: &mut dyn Write| file::write(&mut full, &new, &SyncState::default(), &BodyStore::default());
        assert!(disk::write_private_with(&place.path, fill).is_err());
        assert_eq!(fs::read(&place.path).unwrap(), good);
    }
    assert_eq!(fs::read_dir(place.path.parent().unwrap()).unwrap().count(), 2, "the file and its lock");
}

#[cfg(unix)]
#[test]
fn folder_and_file_are_for_the_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let place = place();
    store_file(&place.path, snapshot(Vec::new()), SyncState::default()).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let lock = PathBuf::from(format!("{}.lock", place.path.display()));
    assert_eq!((mode(place.path.parent().unwrap()), mode(&place.path), mode(&lock)), (0o700, 0o600, 0o600));
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    disk::write_private(&file, b"").unwrap();
    let error = store_file(&file.join("a/b.cache"), Snapshot::default(), SyncState::default()).unwrap_err();
    assert!(error.to_string().contains("file"), "{error}");
}

#[test]
fn an_issue_is_opened_as_it_was_packed() {
    let parents = vec![IssueRef::new(repo(), 7), IssueRef::new(Repo::new("x/y").unwrap(), 1)];
    let whole = Issue { parents, created: Some(Timestamp(-5)), is_pull: true, ..issue(300, 1, "body") };
    let record = record::pack(&whole).unwrap();
    assert_eq!(record::open(&record), Some(Issue { body: String::new(), ..whole }));
    assert_eq!((record::open(&record[..4]), record::open(&record[..3])), (None, None));
    for at in 0..record.len() {
        let mut damaged = record.clone();
        damaged[at] ^= 0x20;
        assert_eq!(record::open(&damaged), None, "byte {at}");
    }
}
