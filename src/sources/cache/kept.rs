//! Bodies of issues, read from disk on demand.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock};

use super::check_sum::{CheckSum, STEP, check_sum};
use super::ids::Ids;
use super::record;
use crate::domain::{Issue, IssueRef};

/// The bodies of issues, in a file that stays open. Another process may replace the file meanwhile:
/// this one still reads the old one, which fits what it loaded.
#[derive(Debug, Default)]
pub struct BodyStore(pub(super) Option<Arc<Kept>>);

impl BodyStore {
    /// Reads a body; `None` where there is none or the disk no longer gives it.
    pub fn read(&self, issue: &IssueRef) -> Option<String> {
        let kept = self.0.as_ref()?;
        let (place, check) = kept.body(kept.ids.find(issue)?)?;
        let body = String::from_utf8(kept.bytes(place).ok()?).ok()?;
        (check_of(&body) == check).then_some(body)
    }

    /// Returns length and check sum of a body.
    pub(super) fn mark(&self, issue: &IssueRef) -> Option<(u64, u32)> {
        let kept = self.0.as_ref()?;
        let (place, check) = kept.body(kept.ids.find(issue)?)?;
        Some((place.end - place.start, check))
    }
}

/// Returns the check sum of a body as marks have it.
pub(super) fn check_of(body: &str) -> u32 {
    check_sum(body.as_bytes()) as u32
}

/// Names, and where on disk that stands which belongs to each.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) ids: Ids,
    pub(super) table: Table,
    pub(super) reader: Mutex<Reader>,
    /// The marks of the bodies, read when somebody asks for the first one.
    pub(super) marks: OnceLock<Vec<u8>>,
}

/// Where in the file everything stands.
#[derive(Debug)]
pub(super) struct Table {
    /// Read whole.
    pub(super) contents: Vec<u8>,
    /// In the contents: for each name where its record ends, counted from the first record, little endian.
    pub(super) ends: Range<usize>,
    /// Where the first record begins.
    pub(super) records: u64,
    /// A [`Mark`] for each name.
    pub(super) marks: Range<u64>,
    /// The bodies, one behind the other.
    pub(super) bodies: Range<u64>,
}

/// Bytes of an end.
pub(super) const END: usize = 4;

/// The mark of a body, little endian.
pub(super) struct Mark {
    /// Where it ends, counted from the first body.
    pub(super) end: u64,
    /// Its check sum.
    pub(super) check: u32,
}

impl Mark {
    /// Bytes of a mark.
    pub(super) const LENGTH: usize = 12;

    pub(super) fn write(&self) -> impl Iterator<Item = u8> {
        self.end.to_le_bytes().into_iter().chain(self.check.to_le_bytes())
    }

    fn read(bytes: &[u8; Self::LENGTH]) -> Option<Self> {
        let (end, check) = bytes.split_first_chunk()?;
        Some(Self { end: u64::from_le_bytes(*end), check: u32::from_le_bytes(check.try_into().ok()?) })
    }
}

impl Table {
    /// Returns where the records end, in order.
    pub(super) fn ends(&self) -> impl Iterator<Item = u32> {
        self.raw_ends().iter().map(|end| u32::from_le_bytes(*end))
    }

    fn raw_ends(&self) -> &[[u8; END]] {
        self.contents.get(self.ends.clone()).unwrap_or_default().as_chunks().0
    }

    fn record(&self, place: usize) -> Option<Range<u64>> {
        let end = |place: usize| Some(u64::from(u32::from_le_bytes(*self.raw_ends().get(place)?)));
        let start = place.checked_sub(1).map_or(Some(0), end)?;
        Some(self.records + start..self.records + end(place)?)
    }
}

impl Kept {
    /// Returns where the body of an issue stands, and its check sum.
    fn body(&self, place: usize) -> Option<(Range<u64>, u32)> {
        let marks = self.marks.get_or_init(|| self.bytes(self.table.marks.clone()).unwrap_or_default());
        let mark = |place: usize| Mark::read(marks.as_chunks().0.get(place)?);
        let start = place.checked_sub(1).map_or(Some(0), |before| mark(before).map(|mark| mark.end))?;
        let Mark { end, check } = mark(place)?;
        let Range { start: first, end: last } = self.table.bodies;
        (start <= end && end <= last - first).then(|| (first + start..first + end, check))
    }

    fn bytes(&self, range: Range<u64>) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.read(range, &mut bytes)?;
        Ok(bytes)
    }

    /// Fills a buffer with a part of the file; the lock is let go before anybody looks at it.
    fn read(&self, range: Range<u64>, bytes: &mut Vec<u8>) -> io::Result<()> {
        self.reader.lock().map_err(|_| io::ErrorKind::Other)?.fill(range, bytes)
    }
}

impl Kept {
    /// Opens the record at a place; `None` where it is damaged.
    pub(super) fn open(&self, place: usize) -> Option<Issue> {
        record::open(&self.bytes(self.table.record(place)?).ok()?)
    }
}

/// The most that is read ahead, in bytes.
const WINDOW: usize = 32 * 1024;
/// What is read around a place that nobody came to step by step.
const GLIMPSE: usize = 4 * 1024;

/// A file that is read here and there, mostly forwards: what lies near the last place costs no call of the system.
#[derive(Debug)]
pub(super) struct Reader {
    file: File,
    /// A part of the file, and where it begins.
    window: Vec<u8>,
    start: u64,
}

impl Reader {
    /// Takes a file.
    pub(super) fn new(file: File) -> Self {
        Self { file, window: Vec::new(), start: 0 }
    }

    /// Fills a buffer with a part of the file.
    fn fill(&mut self, range: Range<u64>, bytes: &mut Vec<u8>) -> io::Result<()> {
        let length = range.end.checked_sub(range.start).ok_or(io::ErrorKind::InvalidData)?;
        bytes.resize(length as usize, 0);
        self.read(range.start, bytes)
    }

    /// Fills a buffer from a place on.
    pub(super) fn read(&mut self, from: u64, bytes: &mut [u8]) -> io::Result<()> {
        if bytes.len() >= WINDOW {
            return read_exact_at(&self.file, bytes, from);
        }
        if self.held(from, bytes.len()).is_none() {
            self.look(from, bytes.len())?;
        }
        let held = self.held(from, bytes.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        bytes.copy_from_slice(held);
        Ok(())
    }

    /// Sums up a part of the file, which need not be in memory at once. `take` sees what it has not taken yet with what
    /// comes next, and returns how many bytes it takes.
    pub(super) fn sum_up(&mut self, range: Range<u64>, mut take: impl FnMut(&[u8]) -> usize) -> io::Result<u64> {
        const PART: usize = 1_024 * STEP;
        let (mut sum, mut bytes, mut left) = (CheckSum::default(), Vec::new(), 0);
        for at in range.clone().step_by(PART) {
            let filled = left + PART.min((range.end - at) as usize);
            if bytes.len() < filled {
                bytes.resize(filled, 0);
            }
            let part = bytes.get_mut(left..filled).unwrap_or_default();
            self.read(at, part)?;
            sum.take(part);
            let taken = take(bytes.get(..filled).unwrap_or_default());
            bytes.copy_within(taken..filled, 0);
            left = filled - taken;
        }
        Ok(sum.end())
    }

    fn held(&self, from: u64, length: usize) -> Option<&[u8]> {
        let at = usize::try_from(from.checked_sub(self.start)?).ok()?;
        self.window.get(at..at.checked_add(length)?)
    }

    /// Reads what begins at a place: the more the longer somebody has gone on from there.
    fn look(&mut self, from: u64, length: usize) -> io::Result<()> {
        let end = self.start + self.window.len() as u64;
        let goes_on = (self.start..=end).contains(&from) && !self.window.is_empty();
        let wanted = if goes_on { (self.window.len() * 2).min(WINDOW) } else { GLIMPSE };
        self.window.resize(wanted.max(length), 0);
        self.start = from;
        let mut filled = 0;
        while filled < length {
            let rest = self.window.get_mut(filled..).unwrap_or_default();
            match read_at(&self.file, rest, from + filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.window.clear();
                    return Err(error);
                }
            }
        }
        self.window.truncate(filled);
        Ok(())
    }

    /// Returns the length of the file in bytes.
    pub(super) fn length(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], from: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, bytes, from)
}

#[cfg(windows)]
fn read_at(file: &File, bytes: &mut [u8], from: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, bytes, from)
}

fn read_exact_at(file: &File, mut bytes: &mut [u8], mut from: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match read_at(file, bytes, from) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => {
                bytes = bytes.get_mut(read..).unwrap_or_default();
                from += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn any_part_is_read_as_it_stands_in_the_file() {
        let bytes: Vec<u8> = (0..200_000_u32).map(|at| (at * 31 % 251) as u8).collect();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        let mut reader = Reader::new(file);
        let places = [0, 1, 400, 4_000, 5_000, 120_000, 119_990, 199_990, 3, 60_000, 64_000, 90_000, 150_000, 0];
        for (from, length) in places.into_iter().flat_map(|from| [0, 1, 10, 3_000, 5_000, 40_000].map(|it| (from, it)))
        {
            let mut part = vec![0; length];
            let read = reader.read(from as u64, &mut part);
            match bytes.get(from..from + length) {
                Some(expected) => assert!(read.is_ok() && part == expected, "{from} {length}"),
                None => assert_eq!(read.unwrap_err().kind(), io::ErrorKind::UnexpectedEof, "{from} {length}"),
            }
        }
    }
}
