//! The fast reader: block-style YAML as job configs are written, a line at a time.
//!
//! It knows a strict part of YAML and vouches for every line of it. At the first line that it is
//! not sure of (an anchor, a flow map, a quoted text over several lines, an odd indentation) it
//! gives up, and `tree` reads the whole file instead. So it never has to guess.

mod flow;
mod role;
mod scalar;

use std::borrow::Cow;

use role::{Field, Role, Slot};
pub(crate) use scalar::is_null;
use scalar::{Scalar, comment_or_end, key_length};

use super::facts::{Draft, JobFacts};
use super::texts::Hits;
use crate::domain::JobType;

/// What the fast reader can say of a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All of it.
    Jobs(Vec<JobFacts>),
    /// A tab stands where only blanks may: at this line. No reader of YAML 1.1 takes that.
    Tab(u32),
    /// It is written in a way that only a full parser understands.
    Unsure,
}

/// Reads a file.
pub(crate) fn scan(text: &str, hits: Hits) -> Outcome {
    let mut scanner = Scanner {
        lines: Lines { text, at: 0, number: 0 },
        hits,
        open: Vec::with_capacity(16),
        waiting: None,
        plain: None,
        tab: None,
        has_marker: false,
        has_root: false,
        repos: Vec::new(),
        list: (JobType::Periodic, None),
        job: None,
        jobs: Vec::new(),
    };
    while let Some(line) = scanner.lines.next() {
        if scanner.line(line).is_none() {
            return scanner.tab.map_or(Outcome::Unsure, Outcome::Tab);
        }
    }
    while scanner.open.pop().map(|block| scanner.closed(&block)).is_some() {}
    Outcome::Jobs(scanner.jobs)
}

/// A line without its indentation and its newline.
#[derive(Debug, Clone, Copy)]
struct Line<'t> {
    /// How many blanks it begins with.
    column: usize,
    /// The rest.
    content: &'t str,
    /// Where the rest begins in the file.
    at: usize,
}

impl Line<'_> {
    /// Returns what is left behind some bytes of ASCII and the blanks after them.
    fn skip(self, bytes: usize) -> Option<Self> {
        let rest = self.content.get(bytes..)?;
        let content = rest.trim_start_matches(' ');
        let skipped = bytes + rest.len() - content.len();
        Some(Self { column: self.column + skipped, content, at: self.at + skipped })
    }
}

struct Lines<'t> {
    text: &'t str,
    at: usize,
    number: u32,
}

impl<'t> Lines<'t> {
    fn peek(&self) -> Option<(Line<'t>, usize)> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let (line, next) = match memchr::memchr(b'\n', rest.as_bytes()) {
            Some(end) => (rest.get(..end)?, self.at + end + 1),
            None => (rest, self.text.len()),
        };
        let content = line.trim_start_matches(' ');
        let column = line.len() - content.len();
        Some((Line { column, content, at: self.at + column }, next))
    }

    fn next(&mut self) -> Option<Line<'t>> {
        let (line, next) = self.peek()?;
        self.at = next;
        self.number += 1;
        Some(line)
    }
}

/// A list or map that has begun.
#[derive(Debug)]
struct Block {
    column: usize,
    is_list: bool,
    role: Role,
    /// Keys that mean something and were met: a second one is left to the full parser.
    seen: u16,
}

/// A plain text that may go on in the next line.
#[derive(Debug, Clone, Copy)]
struct Plain {
    /// The column of the block that it stands in.
    column: usize,
    /// Whether it matters what it says.
    is_kept: bool,
}

/// A key or a dash whose value may begin on the next line.
#[derive(Debug)]
struct Waiting {
    column: usize,
    by_key: bool,
    slot: Slot,
}

struct Scanner<'t> {
    lines: Lines<'t>,
    hits: Hits,
    open: Vec<Block>,
    waiting: Option<Waiting>,
    /// The plain text that ended the last line: deeper lines go on with it.
    plain: Option<Plain>,
    /// The line of a tab that cannot be.
    tab: Option<u32>,
    has_marker: bool,
    has_root: bool,
    /// Repositories met in the map that is open.
    repos: Vec<&'t str>,
    list: (JobType, Option<&'t str>),
    job: Option<Draft<'t>>,
    jobs: Vec<JobFacts>,
}

impl<'t> Scanner<'t> {
    fn line(&mut self, line: Line<'t>) -> Option<()> {
        match line.content.as_bytes().first() {
            None => return Some(()),
            Some(b'#') => {
                self.plain = None;
                return Some(());
            }
            Some(b'-' | b'.') if line.column == 0 && is_marker(line.content) => return self.marker(line),
            Some(_) => {}
        }
        if let Some(plain) = self.plain.filter(|plain| line.column > plain.column) {
            // A text that matters and goes on below is left to the full parser.
            return if plain.is_kept { None } else { self.go_on(line) };
        }
        self.plain = None;
        if line.content.starts_with('\t') || line.content.starts_with("-\t") {
            return self.tab(self.lines.number);
        }
        let is_entry = line.content == "-" || line.content.starts_with("- ");
        self.settle(line.column, is_entry)?;
        if is_entry { self.entry(line) } else { self.pair(line) }
    }

    /// One `---` before everything is fine; several documents are not for this reader.
    fn marker(&mut self, line: Line<'t>) -> Option<()> {
        let is_first = line.content.trim_end_matches(' ') == "---" && !self.has_marker && !self.has_root;
        self.has_marker = true;
        is_first.then_some(())
    }

    /// A further line of a plain text.
    fn go_on(&mut self, line: Line<'t>) -> Option<()> {
        let begins = line.content.bytes().next()?;
        let (text, is_open) = scalar::plain(line.content)?;
        if !(begins.is_ascii_alphanumeric() || begins == b'(') || !is_open {
            return None;
        }
        self.mark(line.at, text.len())
    }

    /// Finds the block that a line belongs to, and closes those that it ends.
    fn settle(&mut self, column: usize, is_entry: bool) -> Option<()> {
        if let Some(waiting) = self.waiting.take() {
            let is_value = column > waiting.column || (waiting.by_key && is_entry && column == waiting.column);
            if is_value {
                return self.begin(column, is_entry, waiting.slot);
            }
        }
        while let Some(top) = self.open.last() {
            if top.column < column || (top.column == column && (!top.is_list || is_entry)) {
                break;
            }
            let block = self.open.pop()?;
            self.closed(&block);
        }
        match self.open.last() {
            Some(top) => (top.column == column && top.is_list == is_entry).then_some(()),
            None if self.has_root => None,
            None => {
                self.has_root = true;
                self.begin(column, is_entry, Slot::of(Role::Root))
            }
        }
    }

    fn begin(&mut self, column: usize, is_list: bool, slot: Slot) -> Option<()> {
        if slot.field.is_some() {
            return None;
        }
        let role = slot.role.in_shape(is_list);
        if role == Role::Job {
            self.job = Some(Draft { line: self.lines.number, ..Draft::default() });
        }
        self.open.push(Block { column, is_list, role, seen: 0 });
        Some(())
    }

    fn closed(&mut self, block: &Block) {
        match block.role {
            Role::Job => {
                let (kind, repo) = self.list;
                self.jobs.extend(self.job.take().map(|draft| draft.finish(kind, repo)));
            }
            Role::Repos(_) => self.repos.clear(),
            _ => {}
        }
    }

    fn entry(&mut self, line: Line<'t>) -> Option<()> {
        let slot = self.open.last_mut()?.entry_slot();
        let inner = line.skip(1)?;
        if comment_or_end(inner.content) {
            self.waiting = Some(Waiting { column: line.column, by_key: false, slot });
            return Some(());
        }
        if inner.content == "-" || inner.content.starts_with("- ") {
            self.begin(inner.column, true, slot)?;
            return self.entry(inner);
        }
        if key_length(inner.content).is_some() {
            self.begin(inner.column, false, slot)?;
            return self.pair(inner);
        }
        self.value(inner, line.column, slot, false)
    }

    fn pair(&mut self, line: Line<'t>) -> Option<()> {
        let length = key_length(line.content)?;
        let key = line.content.get(..length)?;
        self.mark(line.at, length)?;
        let slot = self.slot(key)?;
        self.value(line.skip(length + 1)?, line.column, slot, true)
    }

    /// Returns what a key of the open map means; `None` where it was met before.
    fn slot(&mut self, key: &'t str) -> Option<Slot> {
        let block = self.open.last_mut()?;
        if let Role::Repos(kind) = block.role {
            if self.repos.contains(&key) {
                return None;
            }
            self.repos.push(key);
            self.list = (kind, Some(key));
            return Some(Slot::of(Role::Jobs));
        }
        let (slot, bit) = block.role.key(key);
        if block.seen & bit != 0 {
            return None;
        }
        block.seen |= bit;
        if slot.role == Role::Jobs {
            self.list = (JobType::Periodic, None);
        }
        Some(slot)
    }

    fn value(&mut self, line: Line<'t>, column: usize, slot: Slot, by_key: bool) -> Option<()> {
        if comment_or_end(line.content) {
            self.waiting = Some(Waiting { column, by_key, slot });
            return Some(());
        }
        let scalar = match line.content.as_bytes().first()? {
            b'|' | b'>' => {
                scalar::is_block_header(line.content).then_some(())?;
                return if slot.field.is_some() { None } else { self.block_text(column) };
            }
            b'[' | b'{' => {
                let length = flow::length(line.content)?;
                // A job, a container or a reference that is `{}` still is one.
                if slot.field.is_some() || slot.role.is_entry() {
                    return None;
                }
                return self.mark(line.at, length);
            }
            b'"' => scalar::double_quoted(line.content)?,
            b'\'' => scalar::single_quoted(line.content)?,
            _ => {
                let (text, is_open) = scalar::plain_start(line.content)?;
                self.plain = is_open.then_some(Plain { column, is_kept: slot.field.is_some() });
                Scalar::Plain(text)
            }
        };
        self.mark(line.at, scalar.raw_length())?;
        self.set(slot.field, scalar)
    }

    /// Skips a literal or folded text, which ends at the first line that is not deep enough.
    fn block_text(&mut self, column: usize) -> Option<()> {
        let mut depth = None;
        let mut widest_blank = 0;
        while let Some((line, _)) = self.lines.peek() {
            if line.content.is_empty() {
                widest_blank = widest_blank.max(line.column);
            } else {
                let needed = depth.unwrap_or(column + 1);
                let is_short = line.column < needed;
                if line.content.starts_with('\t') && (is_short || depth.is_none()) {
                    return self.tab(self.lines.number + 1);
                }
                if is_short {
                    return Some(());
                }
                if depth.is_none() && widest_blank > line.column {
                    return None;
                }
                depth = depth.or(Some(line.column));
                self.mark(line.at, line.content.len())?;
            }
            self.lines.next();
        }
        Some(())
    }

    fn tab(&mut self, line: u32) -> Option<()> {
        self.tab = Some(line);
        None
    }

    fn set(&mut self, field: Option<Field>, scalar: Scalar<'t>) -> Option<()> {
        let (Some(field), Some(job)) = (field, self.job.as_mut()) else { return Some(()) };
        if scalar.is_escaped() {
            return None;
        }
        let text = scalar.text().map(Cow::Borrowed);
        match field {
            Field::Name => job.name = text,
            Field::Cluster => job.cluster = text,
            Field::Org => job.org = text,
            Field::Repo => job.repo = text,
            Field::Dashboards => job.dashboards = text,
            Field::Image => job.images.extend(text),
        }
        Some(())
    }

    /// Notes which of the texts asked for stand in a piece of the file that belongs to a job.
    fn mark(&mut self, at: usize, length: usize) -> Option<()> {
        if self.hits.is_empty() {
            return Some(());
        }
        let found = self.hits.within(at, at + length)?;
        if let Some(job) = &mut self.job {
            job.mentions.extend(found);
        }
        Some(())
    }
}

fn is_marker(content: &str) -> bool {
    content.starts_with("---") || content.starts_with("...")
}
