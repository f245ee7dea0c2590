//! The main line: the last commit of every day along the first parents of the head.
//!
//! What lies behind a commit never changes, so a line is kept between runs and only what is new is
//! walked. Walking all of test-infra takes Git half a second.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{Commit, GitError, Repository, parse_commit};
use crate::domain::Date;
use crate::sources::disk;

const VERSION: &str = "offramp line 1";
const ENDING: &str = "line";
/// Lines that are kept at most, one for each repository.
const MOST_LINES: usize = 16;

/// The commits of a main line that were the last of their day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Newest first, each on an earlier day than the one before.
    days: Vec<Commit>,
    is_shallow: bool,
}

impl Line {
    /// Reads the line of a repository's head. `cache` is a folder of the user's that keeps it.
    pub(crate) fn read(repository: &Repository, cache: Option<&Path>) -> Result<Self, GitError> {
        let head = repository.commit("HEAD")?;
        let is_shallow = repository.is_shallow();
        // A shallow clone can be deepened, and then there is more behind its commits.
        let file = cache.filter(|_| !is_shallow).map(|folder| file_of(repository, folder));
        let known = file.as_deref().and_then(load).unwrap_or_default();
        if known.first() == Some(&head) {
            return Ok(Self { days: known, is_shallow });
        }
        let days = walk(repository, known)?;
        if let Some(file) = file {
            keep(&file, &days);
        }
        Ok(Self { days, is_shallow })
    }

    /// Returns the last commit of every day, newest first. Clocks are not always right: a commit that
    /// is younger than one of its children stands for no day.
    pub fn days(&self) -> impl Iterator<Item = &Commit> {
        self.days.iter()
    }

    /// Returns the newest commit that is not younger than a day.
    pub fn at(&self, date: Date) -> Option<Commit> {
        self.days.iter().find(|commit| commit.date <= date).cloned()
    }

    /// Returns the last commit of its first day.
    pub fn oldest(&self) -> Option<&Commit> {
        self.days.last()
    }

    /// Tells whether the clone is shallow, so that the line ends before its beginning.
    pub fn is_shallow(&self) -> bool {
        self.is_shallow
    }
}

/// Walks from the head to what is known, or to the end.
fn walk(repository: &Repository, known: Vec<Commit>) -> Result<Vec<Commit>, GitError> {
    let mut days: Vec<Commit> = Vec::new();
    let mut is_met = false;
    repository.first_parents("HEAD", |commit| {
        is_met = known.first().is_some_and(|known| known.id == commit.id);
        if !is_met {
            add(&mut days, commit);
        }
        !is_met
    })?;
    let older = if is_met { known } else { Vec::new() };
    for commit in older {
        add(&mut days, commit);
    }
    Ok(days)
}

fn add(days: &mut Vec<Commit>, commit: Commit) {
    if days.last().is_none_or(|last| commit.date < last.date) {
        days.push(commit);
    }
}

fn file_of(repository: &Repository, folder: &Path) -> PathBuf {
    let place = fs::canonicalize(repository.folder()).unwrap_or_else(|_| repository.folder().to_owned());
    folder.join(format!("{:016x}.{ENDING}", checksum(place.as_os_str().as_encoded_bytes())))
}

/// Loads a line; whatever is odd about the file, it is as if it were not there.
fn load(file: &Path) -> Option<Vec<Commit>> {
    let text = fs::read_to_string(file).ok()?;
    let (head, body) = text.split_once('\n')?;
    let sum = head.strip_prefix(VERSION)?.trim_start();
    (sum == format!("{:016x}", checksum(body.as_bytes()))).then_some(())?;
    body.lines().map(parse_commit).collect()
}

fn keep(file: &Path, days: &[Commit]) {
    let mut body = String::new();
    for commit in days {
        // Writing to a string cannot fail.
        let _ = writeln!(body, "{} {}", commit.id, commit.date);
    }
    let text = format!("{VERSION} {:016x}\n{body}", checksum(body.as_bytes()));
    let Some(folder) = file.parent() else { return };
    // Where it cannot be kept, the next run walks again.
    let kept = disk::make_private_folder(folder).and_then(|()| disk::write_private(file, text.as_bytes()));
    if kept.is_ok() {
        forget_old(folder, file, ENDING, MOST_LINES);
    }
}

/// FNV-1a over words of eight bytes: finds what a bad disk or half a copy does.
pub(crate) fn checksum(bytes: &[u8]) -> u64 {
    let step = |sum: u64, word: u64| (sum ^ word).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23);
    let mut words = bytes.chunks_exact(8);
    let sum = words
        .by_ref()
        .fold(0xcbf2_9ce4_8422_2325, |sum, word| step(sum, u64::from_le_bytes(word.try_into().unwrap_or_default())));
    words.remainder().iter().fold(sum, |sum, byte| step(sum, u64::from(*byte))) ^ bytes.len() as u64
}

/// Removes the files with an ending that were not written for longest, so that `most` are left.
pub(crate) fn forget_old(folder: &Path, current: &Path, ending: &str, most: usize) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_old = |path: &PathBuf| path.extension().is_some_and(|other| other == ending) && path != current;
    let mut files: Vec<(SystemTime, PathBuf)> = entries
        .filter(is_old)
        .map(|path| (fs::metadata(&path).and_then(|data| data.modified()).unwrap_or(SystemTime::UNIX_EPOCH), path))
        .collect();
    files.sort_unstable();
    let surplus = (files.len() + 1).saturating_sub(most);
    for (_, path) in files.iter().take(surplus) {
        // What cannot be removed now is removed another time.
        let _ = fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(id: char, date: &str) -> Commit {
        Commit { id: id.to_string().repeat(40).into(), date: date.parse().unwrap() }
    }

    fn line() -> Line {
        let mut days = Vec::new();
        for (id, date) in [('a', "2020-03-02"), ('b', "2020-03-02"), ('c', "2020-02-10"), ('d', "2020-02-11")] {
            add(&mut days, commit(id, date));
        }
        Line { days, is_shallow: false }
    }

    #[test]
    fn a_day_has_its_last_commit_and_a_wrong_clock_stands_for_none() {
        let days: Vec<Commit> = line().days().cloned().collect();
        assert_eq!(days, [commit('a', "2020-03-02"), commit('c', "2020-02-10")]);
    }

    #[test]
    fn the_commit_of_a_day_is_the_newest_that_is_not_younger() {
        let at = |date: &str| line().at(date.parse().unwrap());
        assert_eq!(at("2020-03-01"), Some(commit('c', "2020-02-10")));
        assert_eq!((at("2020-03-02"), at("2020-02-09")), (Some(commit('a', "2020-03-02")), None));
    }

    #[test]
    fn a_kept_line_is_whole_or_as_if_it_were_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("jobs/x.line");
        keep(&file, &line().days);
        assert_eq!(load(&file), Some(line().days));
        let whole = fs::read(&file).unwrap();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            disk::write(&file, &bytes).unwrap();
            assert_eq!(load(&file), None, "byte {at}");
        }
    }
}
