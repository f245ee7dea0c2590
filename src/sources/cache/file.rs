//! The bytes of a cache file: a header, the slim part, the bodies.
//!
//! The slim part holds all but the bodies and is read whole, its records are opened when somebody looks at them
//! (see `record`); a body is read from disk then. Lengths and check sums tell a torn or foreign file from a good one.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use serde::{Deserialize, Serialize};

use super::record;
use super::state::SyncState;
use crate::domain::{Ids, Issue, IssueRef, Issues, Missing, Packed, Repo, Snapshot, Timestamp};

/// The form of the file. One more whenever [`Snapshot`] or [`SyncState`] changes.
pub(super) const VERSION: u32 = 3;

const MAGIC: [u8; 8] = *b"offramp\n";
const HEADER: usize = 48;

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unusable {
    #[error("{0}")]
    Unreadable(#[from] io::Error),
    #[error("it is damaged ({0})")]
    Corrupt(&'static str),
    #[error("it has the older form {0}")]
    Older(u32),
    #[error("it was written by a newer offramp (form {0})")]
    Newer(u32),
}

/// What a file holds; the snapshot is without bodies.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub(super) snapshot: Snapshot,
    pub(super) state: SyncState,
    pub(super) bodies: BodyStore,
}

/// The bodies of issues, in a file that stays open. Another process may replace the file meanwhile:
/// this one still reads the old one, which fits what it loaded.
#[derive(Debug, Default)]
pub struct BodyStore {
    file: Option<File>,
    ids: Ids,
    /// One a name.
    places: Vec<Place>,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    at: u64,
    mark: Mark,
}

/// Length and check sum of a body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Mark {
    length: u32,
    check: u32,
}

impl Mark {
    fn of(body: &str) -> Self {
        Self { length: u32::try_from(body.len()).unwrap_or(u32::MAX), check: check_sum(body.as_bytes()) as u32 }
    }
}

impl BodyStore {
    /// Reads a body; `None` where there is none or the disk no longer gives it.
    pub fn read(&self, issue: &IssueRef) -> Option<String> {
        let place = self.place(issue)?;
        let mut file = self.file.as_ref()?;
        let mut bytes = vec![0; place.mark.length as usize];
        file.seek(SeekFrom::Start(place.at)).and_then(|_| file.read_exact(&mut bytes)).ok()?;
        let body = String::from_utf8(bytes).ok()?;
        (Mark::of(&body) == place.mark).then_some(body)
    }

    fn place(&self, issue: &IssueRef) -> Option<Place> {
        self.places.get(self.ids.find(issue)?).copied()
    }
}

/// What stands before the rows: all but issues and bodies.
#[derive(Serialize)]
struct TopToWrite<'a> {
    taken: Option<Timestamp>,
    missing: &'a [Missing],
    state: &'a SyncState,
    /// The repositories in order, and how many issues each has.
    repos: Vec<(&'a Repo, u32)>,
}

#[derive(Deserialize)]
struct Top {
    taken: Option<Timestamp>,
    missing: Vec<Missing>,
    state: SyncState,
    repos: Vec<(Repo, u32)>,
}

/// An issue in the table of contents; all little endian, so that ten thousand are read in no time.
struct Row {
    number: u64,
    /// Bytes of the record.
    record: u32,
    body: Mark,
}

impl Row {
    const LENGTH: usize = 20;

    fn write(&self) -> impl Iterator<Item = u8> {
        let rest = [self.record, self.body.length, self.body.check].map(u32::to_le_bytes);
        self.number.to_le_bytes().into_iter().chain(rest.into_iter().flatten())
    }

    fn read(bytes: &[u8; Self::LENGTH]) -> Self {
        let (number, rest) = bytes.split_first_chunk().expect("a row is longer than a number");
        let word = |at: usize| rest.as_chunks().0.get(at).map_or(0, |bytes| u32::from_le_bytes(*bytes));
        Self { number: u64::from_le_bytes(*number), record: word(0), body: Mark { length: word(1), check: word(2) } }
    }
}

/// Reads all but the bodies.
pub(super) fn read(mut file: File) -> Result<Content, Unusable> {
    let length = file.metadata()?.len();
    let mut header = [0; HEADER];
    file.read_exact(&mut header).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => Unusable::Corrupt("too short"),
        _ => Unusable::Unreadable(error),
    })?;
    let header = Header::read(&header)?;
    let expected = (HEADER as u64).checked_add(header.slim).and_then(|sum| sum.checked_add(header.bodies));
    if expected != Some(length) {
        return Err(Unusable::Corrupt("cut off"));
    }
    let mut slim = vec![0; header.slim as usize];
    file.read_exact(&mut slim)?;
    if check_sum(&slim) != header.check {
        return Err(Unusable::Corrupt("wrong check sum"));
    }
    parse(slim, HEADER as u64 + header.slim..length, file).ok_or(Unusable::Corrupt("unknown content"))
}

/// Takes the slim part to pieces: the top, a row an issue, the records. Bodies stand in `bodies`, and fill it.
fn parse(slim: Vec<u8>, bodies: std::ops::Range<u64>, file: File) -> Option<Content> {
    let (top, rest): (Top, _) = postcard::take_from_bytes(&slim).ok()?;
    let count = top.repos.iter().map(|(_, count)| *count as usize).sum::<usize>();
    let (table, records) = rest.split_at_checked(count.checked_mul(Row::LENGTH)?)?;
    let start = u32::try_from(slim.len() - records.len()).ok()?;
    let room = || Vec::with_capacity(count);
    let (mut numbers, mut ends, mut places) = (room(), Vec::with_capacity(count), Vec::with_capacity(count));
    let (mut end, mut at) = (start, bodies.start);
    for row in table.as_chunks().0.iter().map(Row::read) {
        end = end.checked_add(row.record)?;
        numbers.push(row.number);
        ends.push(end);
        places.push(Place { at, mark: row.body });
        at += u64::from(row.body.length);
    }
    (at == bodies.end).then_some(())?;
    let ids = Ids::grouped(top.repos.into_iter().map(|(repo, count)| (repo, count as usize)), numbers);
    let packed =
        Packed { bytes: slim, start, ends, open: record::open, glance: record::glance, has_parent: record::has_parent };
    let issues = Issues::packed(ids.clone(), packed);
    let snapshot = Snapshot { taken: top.taken, issues, missing: top.missing };
    Some(Content { snapshot, state: top.state, bodies: BodyStore { file: Some(file), ids, places } })
}

/// Writes everything. A body stands in its issue or, where that has none, in `old`.
pub(super) fn write(out: &mut dyn Write, snapshot: &Snapshot, state: &SyncState, old: &BodyStore) -> io::Result<()> {
    let mark = |issue: &Issue| {
        let kept = || old.place(&issue.id).map_or(Mark::of(""), |place| place.mark);
        if issue.body.is_empty() { kept() } else { Mark::of(&issue.body) }
    };
    let marks: Vec<Mark> = snapshot.issues.iter().map(mark).collect();
    let slim = slim(snapshot, state, &marks)?;
    let length = marks.iter().map(|mark| u64::from(mark.length)).sum();
    out.write_all(&Header { slim: slim.len() as u64, check: check_sum(&slim), bodies: length }.write())?;
    out.write_all(&slim)?;
    for (issue, mark) in snapshot.issues.iter().zip(&marks) {
        if !issue.body.is_empty() {
            out.write_all(issue.body.as_bytes())?;
        } else if mark.length > 0 {
            let body = old.read(&issue.id);
            // A body that the disk no longer gives is filled with blanks: its check sum then says that it is not there.
            let body = body.map_or_else(|| vec![b' '; mark.length as usize], String::into_bytes);
            out.write_all(&body)?;
        }
    }
    Ok(())
}

/// Puts together what is read whole.
fn slim(snapshot: &Snapshot, state: &SyncState, marks: &[Mark]) -> io::Result<Vec<u8>> {
    let repos: Vec<(&Repo, u32)> = snapshot.issues.ids().repos().map(|(repo, count)| (repo, count as u32)).collect();
    let top = TopToWrite { taken: snapshot.taken, missing: &snapshot.missing, state, repos };
    let mut slim = postcard::to_stdvec(&top).map_err(io::Error::other)?;
    let mut records = Vec::new();
    for (issue, &body) in snapshot.issues.iter().zip(marks) {
        let record = record::pack(issue)?;
        let length = u32::try_from(record.len()).map_err(io::Error::other)?;
        slim.extend(Row { number: issue.id.number, record: length, body }.write());
        records.extend(record);
    }
    slim.extend(records);
    Ok(slim)
}

/// Puts a header with the right lengths and check sums around any bytes, which no fuzzer would find by itself.
#[cfg(fuzzing)]
pub fn sealed(slim: &[u8], bodies: &[u8]) -> Vec<u8> {
    let header = Header { slim: slim.len() as u64, check: check_sum(slim), bodies: bodies.len() as u64 };
    [&header.write(), slim, bodies].concat()
}

struct Header {
    slim: u64,
    check: u64,
    bodies: u64,
}

impl Header {
    fn read(bytes: &[u8; HEADER]) -> Result<Self, Unusable> {
        let (numbers, _) = bytes.as_chunks::<8>();
        let [magic, version, slim, check, bodies, own] = numbers else { return Err(Unusable::Corrupt("no header")) };
        if magic != &MAGIC {
            return Err(Unusable::Corrupt("not a cache of offramp"));
        }
        let version = u64::from_le_bytes(*version) as u32;
        if version > VERSION {
            return Err(Unusable::Newer(version));
        }
        if version < VERSION {
            return Err(Unusable::Older(version));
        }
        let header = Self {
            slim: u64::from_le_bytes(*slim),
            check: u64::from_le_bytes(*check),
            bodies: u64::from_le_bytes(*bodies),
        };
        let whole = header.own_check() == u64::from_le_bytes(*own);
        whole.then_some(header).ok_or(Unusable::Corrupt("wrong header"))
    }

    fn write(&self) -> Vec<u8> {
        let numbers = [u64::from(VERSION), self.slim, self.check, self.bodies, self.own_check()];
        MAGIC.into_iter().chain(numbers.into_iter().flat_map(u64::to_le_bytes)).collect()
    }

    fn own_check(&self) -> u64 {
        check_sum(&[self.slim.to_le_bytes(), self.check.to_le_bytes(), self.bodies.to_le_bytes()].concat())
    }
}

/// Tells accidents, not attacks; eight bytes a step, since it runs before the first frame.
fn check_sum(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut tail = [0; 8];
    tail.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    let mix = |sum: u64, word: &[u8; 8]| {
        let sum = (sum ^ u64::from_le_bytes(*word)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        sum ^ (sum >> 32)
    };
    mix(words.iter().fold(bytes.len() as u64, mix), &tail)
}
