//! What stays on disk until somebody asks for it: the records of issues, and their bodies.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::{Arc, Mutex};

use super::check_sum::check_sum;
use super::record;
use crate::domain::{Glance, Ids, Issue, IssueRef, Records};

/// The bodies of issues, in a file that stays open. Another process may replace the file meanwhile:
/// this one still reads the old one, which fits what it loaded.
#[derive(Debug, Default)]
pub struct BodyStore(pub(super) Option<Arc<Kept>>);

impl BodyStore {
    /// Reads a body; `None` where there is none or the disk no longer gives it.
    pub fn read(&self, issue: &IssueRef) -> Option<String> {
        let kept = self.0.as_ref()?;
        let row = kept.row(kept.ids.find(issue)?)?;
        let bytes = kept.bytes(row.body).ok()?;
        let body = String::from_utf8(bytes).ok()?;
        (check_of(&body) == row.body_check).then_some(body)
    }

    /// Returns length and check sum of a body.
    pub(super) fn mark(&self, issue: &IssueRef) -> Option<(u64, u32)> {
        let kept = self.0.as_ref()?;
        let row = kept.row(kept.ids.find(issue)?)?;
        Some((row.body.end - row.body.start, row.body_check))
    }
}

/// Returns the check sum of a body as rows have it.
pub(super) fn check_of(body: &str) -> u32 {
    check_sum(body.as_bytes()) as u32
}

/// Names, and where on disk that stands which belongs to each.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) ids: Ids,
    /// A row a name.
    pub(super) table: Table,
    /// Which issues name one as parent, packed as [`Families`].
    pub(super) families: Vec<u8>,
    pub(super) reader: Mutex<Reader>,
}

/// The parents that issues name, each with the places of those issues.
pub(super) type Families = Vec<(IssueRef, Vec<u32>)>;

/// Rows as they stand in the file: ten thousand need not be read to find one.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) rows: Vec<u8>,
    /// Where the first record begins.
    pub(super) records: u64,
    /// Where the first body begins.
    pub(super) bodies: u64,
}

/// An issue in the table, all little endian: its number, and where record and body end, counted from the first one.
pub(super) struct RawRow {
    pub(super) number: u64,
    pub(super) body_end: u64,
    pub(super) record_end: u32,
    pub(super) body_check: u32,
}

/// Where something of an issue stands in the file.
struct Row {
    record: Range<u64>,
    body: Range<u64>,
    body_check: u32,
}

impl RawRow {
    /// Bytes of a row.
    pub(super) const LENGTH: usize = 24;

    pub(super) fn write(&self) -> impl Iterator<Item = u8> {
        let ends = [u64::from(self.record_end) | u64::from(self.body_check) << 32];
        [self.number, self.body_end].into_iter().chain(ends).flat_map(u64::to_le_bytes)
    }

    fn read(bytes: &[u8; Self::LENGTH]) -> Self {
        let word = |at: usize| bytes.as_chunks().0.get(at).map_or(0, |bytes| u64::from_le_bytes(*bytes));
        Self { number: word(0), body_end: word(1), record_end: word(2) as u32, body_check: (word(2) >> 32) as u32 }
    }
}

impl Table {
    /// Returns the rows, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = RawRow> {
        self.rows.as_chunks().0.iter().map(RawRow::read)
    }

    fn row(&self, place: usize) -> Option<Row> {
        let rows = self.rows.as_chunks().0;
        let this = RawRow::read(rows.get(place)?);
        let before = place.checked_sub(1).and_then(|before| rows.get(before)).map(RawRow::read);
        let (record, body) = before.map_or((0, 0), |row| (row.record_end, row.body_end));
        Some(Row {
            record: self.records + u64::from(record)..self.records + u64::from(this.record_end),
            body: self.bodies + body..self.bodies + this.body_end,
            body_check: this.body_check,
        })
    }
}

impl Kept {
    fn row(&self, place: usize) -> Option<Row> {
        self.table.row(place)
    }

    fn bytes(&self, range: Range<u64>) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.read(range, &mut bytes)?;
        Ok(bytes)
    }

    /// Fills a buffer with a part of the file; the lock is let go before anybody looks at it.
    fn read(&self, range: Range<u64>, bytes: &mut Vec<u8>) -> io::Result<()> {
        let length = range.end.checked_sub(range.start).ok_or(io::ErrorKind::InvalidData)?;
        bytes.resize(length as usize, 0);
        let mut reader = self.reader.lock().map_err(|_| io::ErrorKind::Other)?;
        reader.read(range.start, bytes)
    }
}

impl Records for Kept {
    fn open(&self, place: usize) -> Option<Issue> {
        record::open(&self.bytes(self.row(place)?.record).ok()?)
    }

    fn glances(&self, look: &mut dyn FnMut(usize, Glance<'_>)) {
        let mut bytes = Vec::new();
        for place in 0..self.ids.len() {
            let read = self.row(place).is_some_and(|row| self.read(row.record, &mut bytes).is_ok());
            if let Some(glance) = read.then(|| record::glance(&bytes)).flatten() {
                look(place, glance);
            }
        }
    }

    fn with_parent(&self, id: &IssueRef) -> Vec<usize> {
        let families: Families = postcard::from_bytes(&self.families).unwrap_or_default();
        let own = families.into_iter().find(|(parent, _)| parent == id);
        own.map_or_else(Vec::new, |(_, places)| places.into_iter().map(|place| place as usize).collect())
    }
}

/// A file that is read here and there, mostly forwards: what lies near the last place costs no call of the system.
#[derive(Debug)]
pub(super) struct Reader {
    file: BufReader<File>,
    at: u64,
}

impl Reader {
    /// Takes a file that stands at its beginning.
    pub(super) fn new(file: File) -> Self {
        Self { file: BufReader::with_capacity(32 * 1024, file), at: 0 }
    }

    /// Fills a buffer from a place on.
    pub(super) fn read(&mut self, from: u64, bytes: &mut [u8]) -> io::Result<()> {
        let read = self.file.seek_relative(from.wrapping_sub(self.at).cast_signed());
        let read = read.and_then(|()| self.file.read_exact(bytes));
        self.at = from + bytes.len() as u64;
        if read.is_err() {
            // After a failure nobody knows where it stands.
            self.at = self.file.seek(SeekFrom::Start(0))?;
        }
        read
    }

    /// Returns the length of the file in bytes.
    pub(super) fn length(&self) -> io::Result<u64> {
        Ok(self.file.get_ref().metadata()?.len())
    }
}
