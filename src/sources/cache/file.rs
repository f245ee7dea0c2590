//! The bytes of a cache file: a header, the slim part, the bodies.
//!
//! The slim part holds all but the bodies and is read whole; a body is read when somebody looks at it.
//! Lengths and check sums tell a torn or foreign file from a good one.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use serde::{Deserialize, Serialize};

use super::state::SyncState;
use crate::domain::{IssueRef, Snapshot};

/// The form of the file. One more whenever [`Snapshot`] or [`SyncState`] changes.
pub(super) const VERSION: u32 = 1;

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
    places: Vec<Place>,
}

#[derive(Debug)]
struct Place {
    issue: IssueRef,
    at: u64,
    mark: Mark,
}

/// Length and check sum of a body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
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
        let at = self.places.binary_search_by(|place| place.issue.cmp(issue)).ok()?;
        let place = self.places.get(at)?;
        let mut file = self.file.as_ref()?;
        let mut bytes = vec![0; place.mark.length as usize];
        file.seek(SeekFrom::Start(place.at)).and_then(|_| file.read_exact(&mut bytes)).ok()?;
        let body = String::from_utf8(bytes).ok()?;
        (Mark::of(&body) == place.mark).then_some(body)
    }
}

#[derive(Serialize)]
struct SlimToWrite<'a> {
    snapshot: &'a Snapshot,
    state: &'a SyncState,
    bodies: &'a [Mark],
}

#[derive(Deserialize)]
struct Slim {
    snapshot: Snapshot,
    state: SyncState,
    bodies: Vec<Mark>,
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
    let slim: Slim = postcard::from_bytes(&slim).map_err(|_| Unusable::Corrupt("unknown content"))?;
    let mut at = HEADER as u64 + header.slim;
    let places = slim.snapshot.issues.iter().zip(slim.bodies).map(|(issue, mark)| {
        let place = Place { issue: issue.id.clone(), at, mark };
        at += u64::from(mark.length);
        place
    });
    let places = places.collect();
    Ok(Content { snapshot: slim.snapshot, state: slim.state, bodies: BodyStore { file: Some(file), places } })
}

/// Writes everything. Bodies stand in the snapshot or, where that has none, in `old`; issues come back without them.
pub(super) fn write(
    out: &mut dyn Write,
    snapshot: &mut Snapshot,
    state: &SyncState,
    old: &BodyStore,
) -> io::Result<()> {
    let bodies: Vec<String> = snapshot.issues.iter_mut().map(|issue| std::mem::take(&mut issue.body)).collect();
    let kept = |issue: &IssueRef, body: &str| {
        let place = old.places.binary_search_by(|place| place.issue.cmp(issue)).ok().and_then(|at| old.places.get(at));
        if body.is_empty() { place.map_or(Mark::of(""), |place| place.mark) } else { Mark::of(body) }
    };
    let marks: Vec<Mark> = snapshot.issues.iter().zip(&bodies).map(|(issue, body)| kept(&issue.id, body)).collect();
    let slim = postcard::to_stdvec(&SlimToWrite { snapshot, state, bodies: &marks }).map_err(io::Error::other)?;
    let length = marks.iter().map(|mark| u64::from(mark.length)).sum();
    out.write_all(&Header { slim: slim.len() as u64, check: check_sum(&slim), bodies: length }.write())?;
    out.write_all(&slim)?;
    for ((issue, body), mark) in snapshot.issues.iter().zip(&bodies).zip(&marks) {
        if !body.is_empty() {
            out.write_all(body.as_bytes())?;
        } else if mark.length > 0 {
            let body = old.read(&issue.id);
            // A body that the disk no longer gives is filled with blanks: its check sum then says that it is not there.
            let body = body.map_or_else(|| vec![b' '; mark.length as usize], String::into_bytes);
            out.write_all(&body)?;
        }
    }
    Ok(())
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
