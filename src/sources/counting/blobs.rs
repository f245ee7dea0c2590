//! Parallel blob reader: fetches files from Git in one or two threads while others parse them.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::{self, Scope, ScopedJoinHandle};

use rayon::prelude::*;

use super::facts::Extractor;
use super::problem::ProblemKind;
use super::source::Extract;
use super::text::{in_utf8, is_binary};
use crate::sources::git::{GitError, GitObject, ObjectKind, Objects, Oid};

/// The size of a batch, in bytes.
const BATCH: usize = 1 << 18;
/// The number of queued batches, which bounds memory however long the history is.
const QUEUED: usize = 4;
/// The number of files from which a second process pays off: Git unpacks objects on one core only.
const SECOND_PROCESS_FROM: usize = 500;

/// A file to read, and the extractors to run on it.
pub(crate) struct WantedBlob<'s> {
    pub(crate) id: Oid,
    pub(crate) extractors: Vec<(Extractor, &'s dyn Extract)>,
}

impl<'s> WantedBlob<'s> {
    /// Picks the extractors with some numbers from all of them.
    pub(crate) fn new(id: Oid, numbers: &[Extractor], all: &HashMap<Extractor, &'s dyn Extract>) -> Self {
        let extractors = numbers.iter().filter_map(|number| Some((*number, *all.get(number)?)));
        Self { id, extractors: extractors.collect() }
    }
}

/// The facts of a file, or why it could not be read.
pub(crate) type Outcome = Result<Vec<(Extractor, Vec<u8>)>, ProblemKind>;

type Batch = Vec<(usize, GitObject)>;
type Outcomes = Vec<(Oid, Outcome)>;

/// Reads files, calls `found` with their facts, and returns those that could not be read.
pub(crate) fn read(
    objects: Objects,
    wanted: &[WantedBlob<'_>],
    mut found: impl FnMut(Oid, Vec<(Extractor, Vec<u8>)>),
    progress: &mut dyn FnMut(usize, usize),
) -> Result<HashMap<Oid, ProblemKind>, GitError> {
    let mut unread = HashMap::new();
    if wanted.is_empty() {
        return Ok(unread);
    }
    let names: Vec<String> = wanted.iter().map(|file| file.id.to_string()).collect();
    thread::scope(|scope| {
        let (sender, batches) = sync_channel(QUEUED);
        let fetchers = start_fetchers(scope, objects, names, sender);
        let mut done = 0;
        for outcomes in start_readers(scope, wanted, batches) {
            done += outcomes.len();
            for (id, outcome) in outcomes {
                match outcome {
                    Ok(facts) => found(id, facts),
                    Err(problem) => drop(unread.insert(id, problem)),
                }
            }
            progress(done, wanted.len());
        }
        for fetcher in fetchers {
            // The thread should never panic; if it did, results would be missing.
            let ended = fetcher.join();
            ended.unwrap_or_else(|_| Err(GitError::Refused("the thread that reads its answers failed".to_owned())))?;
        }
        Ok(unread)
    })
}

/// Starts the threads that fetch files: two if there are many. Each gets a contiguous part of the list, since versions
/// of a file are adjacent and Git stores one as a delta to the other.
#[expect(clippy::needless_pass_by_value, reason = "the channel ends with the fetchers")]
fn start_fetchers<'s>(
    scope: &'s Scope<'s, '_>,
    objects: Objects,
    mut names: Vec<String>,
    batches: SyncSender<Batch>,
) -> Vec<ScopedJoinHandle<'s, Result<(), GitError>>> {
    let second = (names.len() >= SECOND_PROCESS_FROM).then(|| {
        let first = names.len() / 2;
        (objects.reopen(), first, names.split_off(first))
    });
    let parts = std::iter::once((objects, 0, names)).chain(second);
    let spawn = |(objects, first, names): (Objects, usize, Vec<String>)| {
        let batches = batches.clone();
        scope.spawn(move || fetch(objects, first, &names, &batches))
    };
    parts.map(spawn).collect()
}

/// Extracts facts from fetched files on all cores.
fn start_readers<'s>(
    scope: &'s Scope<'s, '_>,
    wanted: &'s [WantedBlob<'s>],
    batches: Receiver<Batch>,
) -> Receiver<Outcomes> {
    let (sender, outcomes) = channel();
    let read = |(place, object): (usize, GitObject)| wanted.get(place).map(|file| (file.id, outcome(file, object)));
    scope.spawn(move || {
        // Sending fails only after the receiver has ended.
        let send = |sender: &mut Sender<Outcomes>, batch: Batch| {
            drop(sender.send(batch.into_iter().filter_map(read).collect()));
        };
        batches.into_iter().par_bridge().for_each_with(sender, send);
    });
    outcomes
}

/// Extracts the facts of a file. The beginning of a large binary file suffices, since only text is counted.
fn outcome(file: &WantedBlob<'_>, object: GitObject) -> Outcome {
    if let GitObject::TooLarge(_, beginning) = &object
        && is_binary(&in_utf8(beginning))
    {
        return Ok(extract(file, beginning));
    }
    bytes_of(file.id, object).map(|bytes| extract(file, &bytes))
}

/// Returns the bytes of a file. Git does not verify loose objects: bytes that do not have the requested hash are rejected.
pub(crate) fn bytes_of(id: Oid, object: GitObject) -> Result<Vec<u8>, ProblemKind> {
    match object {
        GitObject::Found(ObjectKind::Blob, _, bytes) if id.names_blob(&bytes) => Ok(bytes),
        GitObject::Found(..) => Err(ProblemKind::Forged(id.to_string())),
        GitObject::TooLarge(size, _) => Err(ProblemKind::TooLarge(size)),
        GitObject::Missing => Err(ProblemKind::Missing(id.to_string())),
    }
}

/// Runs all wanted extractors on a file.
pub(crate) fn extract(file: &WantedBlob<'_>, bytes: &[u8]) -> Vec<(Extractor, Vec<u8>)> {
    file.extractors.iter().map(|(number, extractor)| (*number, extractor.extract(bytes))).collect()
}

/// Fetches files; `first` is the index of the first one in the whole list.
fn fetch(objects: Objects, first: usize, names: &[String], batches: &SyncSender<Batch>) -> Result<(), GitError> {
    let mut batch = Batch::new();
    let mut size = 0;
    objects.stream(names, |place, object| {
        size += match &object {
            GitObject::Found(_, _, bytes) => bytes.len(),
            GitObject::Missing | GitObject::TooLarge(..) => 0,
        };
        batch.push((first + place, object));
        if size < BATCH && batch.len() < 512 {
            return true;
        }
        size = 0;
        batches.send(std::mem::take(&mut batch)).is_ok()
    })?;
    // Sending fails only after the receivers have ended.
    let _ = batches.send(batch);
    Ok(())
}
