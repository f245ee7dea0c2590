//! The bytes of a cache file: a header, the contents, the records, the bodies.
//!
//! The contents are read whole: the names, and where each record ends. The records hold all of an issue but its body;
//! behind them stand the marks of the bodies. Records are read at once, bodies on demand; each has a check sum.
//! Lengths and sums tell a torn or foreign file from a good one.

use std::fs::File;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock};

use serde::{Deserialize, Serialize};

use super::check_sum::check_sum;
use super::ids::Ids;
use super::kept::{BodyStore, END, Kept, Mark, Reader, Table, check_of};
use super::record;
use super::state::SyncState;
use crate::domain::{Issue, Missing, Repo, Snapshot, Timestamp};

/// The form of the file. One more whenever [`Snapshot`] or [`SyncState`] changes.
pub(super) const VERSION: u32 = 8;

const MAGIC: [u8; 8] = *b"offramp\n";
const HEADER: usize = 72;

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

/// What the contents begin with: all but issues and bodies.
#[derive(Serialize)]
struct TopToWrite<'a> {
    taken: Option<Timestamp>,
    missing: &'a [Missing],
    state: &'a SyncState,
    /// As [`Ids::runs`].
    repos: Vec<(&'a Repo, Vec<(u64, u64)>)>,
}

#[derive(Deserialize)]
struct Top {
    taken: Option<Timestamp>,
    missing: Vec<Missing>,
    state: SyncState,
    repos: Vec<(Repo, Vec<(u64, u64)>)>,
}

/// Reads all but the bodies.
pub(super) fn read(file: File) -> Result<Content, Unusable> {
    let mut reader = Reader::new(file);
    let length = reader.length()?;
    let mut header = [0; HEADER];
    reader.read(0, &mut header).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => Unusable::Corrupt("too short"),
        _ => Unusable::Unreadable(error),
    })?;
    let header = Header::read(&header)?;
    if header.length() != Some(length) {
        return Err(Unusable::Corrupt("cut off"));
    }
    let mut contents = vec![0; header.contents as usize];
    reader.read(HEADER as u64, &mut contents)?;
    let is_whole = check_sum(&contents) == header.contents_check
        && reader.sum_up(header.records_range(), <[u8]>::len)? == header.records_check;
    if !is_whole {
        return Err(Unusable::Corrupt("wrong check sum"));
    }
    parse(contents, &header, reader).ok_or(Unusable::Corrupt("unknown content"))
}

/// Takes the contents to pieces: the top, where each record ends, who is whose child.
fn parse(contents: Vec<u8>, header: &Header, reader: Reader) -> Option<Content> {
    let (top, rest): (Top, _) = postcard::take_from_bytes(&contents).ok()?;
    let ids = Ids::of_runs(top.repos)?;
    let start = contents.len() - rest.len();
    let ends = start..start.checked_add(ids.len().checked_mul(END)?).filter(|end| *end <= contents.len())?;
    let marks = ids.len().checked_mul(Mark::LENGTH)? as u64;
    let records = header.records.checked_sub(marks)?;
    let titles = header.records_at() + header.records;
    let bodies = titles + header.titles;
    let table = Table {
        contents,
        ends,
        records: header.records_at(),
        marks: titles - marks..titles,
        bodies: bodies..bodies + header.bodies,
    };
    let last = table.ends().try_fold(0, |before, end| (before <= end).then_some(end))?;
    (u64::from(last) == records).then_some(())?;
    let kept = Arc::new(Kept { ids, table, reader: Mutex::new(reader), marks: OnceLock::new() });
    let issues = (0..kept.ids.len()).map(|place| kept.open(place)).collect::<Option<_>>()?;
    let snapshot = Snapshot { fetched_at: top.taken, issues, missing: top.missing };
    Some(Content { snapshot, state: top.state, bodies: BodyStore(Some(kept)) })
}

/// Writes everything. A body stands in its issue or, where that has none, in `old`.
pub(super) fn write(out: &mut dyn Write, snapshot: &Snapshot, state: &SyncState, old: &BodyStore) -> io::Result<()> {
    let ids = Ids::new(snapshot.issues.ids().map(|id| (&id.repo, id.number)));
    let repos = ids.runs().collect();
    let top = TopToWrite { taken: snapshot.fetched_at, missing: &snapshot.missing, state, repos };
    let mut contents = postcard::to_stdvec(&top).map_err(io::Error::other)?;
    let (mut records, mut marks, mut end) = (Vec::new(), Vec::new(), 0);
    for issue in &snapshot.issues {
        records.extend(record::pack(issue)?);
        contents.extend(u32::try_from(records.len()).map_err(io::Error::other)?.to_le_bytes());
        let (length, check) = mark(issue, old);
        end += length;
        marks.extend(Mark { end, check }.write());
    }
    records.extend(marks);
    let titles = Vec::new();
    out.write_all(&Header::of(&contents, &records, &titles, end).write())?;
    for part in [contents, records, titles] {
        out.write_all(&part)?;
    }
    for issue in &snapshot.issues {
        if !issue.body.is_empty() {
            out.write_all(issue.body.as_bytes())?;
        } else if let (length @ 1.., _) = mark(issue, old) {
            let body = old.read(&issue.id);
            // A body that the disk no longer gives is filled with blanks: its check sum then says that it is not there.
            let body = body.map_or_else(|| vec![b' '; length as usize], String::into_bytes);
            out.write_all(&body)?;
        }
    }
    Ok(())
}

/// Returns length and check sum of an issue's body.
fn mark(issue: &Issue, old: &BodyStore) -> (u64, u32) {
    let own = |body: &str| (body.len() as u64, check_of(body));
    if issue.body.is_empty() { old.mark(&issue.id).unwrap_or_else(|| own("")) } else { own(&issue.body) }
}

/// Puts a header with the right lengths and check sums around any bytes, which no fuzzer would find by itself.
#[cfg(fuzzing)]
pub fn sealed(contents: &[u8], records: &[u8], titles: &[u8], bodies: &[u8]) -> Vec<u8> {
    let titles = [&check_sum(titles).to_le_bytes(), titles].concat();
    [&Header::of(contents, records, &titles, bodies.len() as u64).write(), contents, records, &titles, bodies].concat()
}

/// Lengths in bytes, and check sums.
struct Header {
    contents: u64,
    contents_check: u64,
    records: u64,
    records_check: u64,
    titles: u64,
    bodies: u64,
}

impl Header {
    fn of(contents: &[u8], records: &[u8], titles: &[u8], bodies: u64) -> Self {
        Self {
            contents: contents.len() as u64,
            contents_check: check_sum(contents),
            records: records.len() as u64,
            records_check: check_sum(records),
            titles: titles.len() as u64,
            bodies,
        }
    }

    fn read(bytes: &[u8; HEADER]) -> Result<Self, Unusable> {
        let (words, _) = bytes.as_chunks::<8>();
        let [magic, version, numbers @ .., own] = words else { return Err(Unusable::Corrupt("no header")) };
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
        let mut numbers = numbers.iter().map(|bytes| u64::from_le_bytes(*bytes));
        let mut next = || numbers.next().unwrap_or_default();
        let header = Self {
            contents: next(),
            contents_check: next(),
            records: next(),
            records_check: next(),
            titles: next(),
            bodies: next(),
        };
        let whole = header.own_check() == u64::from_le_bytes(*own);
        whole.then_some(header).ok_or(Unusable::Corrupt("wrong header"))
    }

    fn write(&self) -> Vec<u8> {
        let version = u64::from(VERSION).to_le_bytes();
        [&MAGIC[..], &version, &self.numbers(), &self.own_check().to_le_bytes()].concat()
    }

    fn numbers(&self) -> Vec<u8> {
        let (contents, records) = ([self.contents, self.contents_check], [self.records, self.records_check]);
        [contents, records, [self.titles, self.bodies]].concat().into_iter().flat_map(u64::to_le_bytes).collect()
    }

    fn own_check(&self) -> u64 {
        check_sum(&self.numbers())
    }

    fn records_at(&self) -> u64 {
        HEADER as u64 + self.contents
    }

    fn records_range(&self) -> Range<u64> {
        self.records_at()..self.records_at().saturating_add(self.records)
    }

    /// Returns the length of the whole file, where that is a number.
    fn length(&self) -> Option<u64> {
        let parts = [self.contents, self.records, self.titles, self.bodies];
        parts.into_iter().try_fold(HEADER as u64, u64::checked_add)
    }
}
