//! Many files at once: Git hands them out in one thread while the others read what came before.

use std::collections::HashMap;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use rayon::prelude::*;

use super::facts::Extractor;
use super::problem::ProblemKind;
use super::source::Extract;
use crate::sources::git::{GitError, GitObject, ObjectKind, Objects, Oid};

/// Bytes that are handed on together.
const BATCH: usize = 1 << 19;
/// Batches that may wait, so that memory stays small however long the history is.
const WAITING: usize = 3;

/// A file to read, and who wants to know what is in it.
pub(crate) struct WantedBlob<'s> {
    pub(crate) id: Oid,
    pub(crate) extractors: Vec<(Extractor, &'s dyn Extract)>,
}

/// What became of a file: its facts, or what is wrong with it.
pub(crate) type Outcome = Result<Vec<(Extractor, Vec<u8>)>, ProblemKind>;

type Batch = Vec<(usize, GitObject)>;

/// Reads files and hands out what was found; returns those that could not be read.
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
    let (sender, batches) = sync_channel::<Batch>(WAITING);
    let fetcher = thread::spawn(move || fetch(objects, &names, &sender));
    let mut done = 0;
    for batch in batches {
        done += batch.len();
        let read = |(place, object): (usize, GitObject)| wanted.get(place).map(|file| (file.id, outcome(file, object)));
        let outcomes: Vec<Option<(Oid, Outcome)>> = batch.into_par_iter().map(read).collect();
        for (id, outcome) in outcomes.into_iter().flatten() {
            match outcome {
                Ok(facts) => found(id, facts),
                Err(problem) => {
                    unread.insert(id, problem);
                }
            }
        }
        progress(done, wanted.len());
    }
    // The thread has no way to panic; if it did, what came is not all.
    let ended = fetcher.join();
    ended.unwrap_or_else(|_| Err(GitError::Refused("reading its answers failed".to_owned())))?;
    Ok(unread)
}

/// Reads one file. Git does not verify loose objects: bytes that do not have the requested hash are rejected.
fn outcome(file: &WantedBlob<'_>, object: GitObject) -> Outcome {
    match object {
        GitObject::Found(ObjectKind::Blob, _, bytes) if file.id.names_blob(&bytes) => Ok(extract(file, &bytes)),
        GitObject::Found(..) => Err(ProblemKind::Forged(file.id.to_string())),
        GitObject::TooLarge(size) => Err(ProblemKind::TooLarge(size)),
        GitObject::Missing => Err(ProblemKind::Missing(file.id.to_string())),
    }
}

/// Finds all that is wanted of a file.
pub(crate) fn extract(file: &WantedBlob<'_>, bytes: &[u8]) -> Vec<(Extractor, Vec<u8>)> {
    file.extractors.iter().map(|(number, extractor)| (*number, extractor.extract(bytes))).collect()
}

fn fetch(objects: Objects, names: &[String], batches: &SyncSender<Batch>) -> Result<(), GitError> {
    let mut batch = Batch::new();
    let mut size = 0;
    objects.stream(names, |place, object| {
        size += match &object {
            GitObject::Found(_, _, bytes) => bytes.len(),
            GitObject::Missing | GitObject::TooLarge(_) => 0,
        };
        batch.push((place, object));
        if size < BATCH && batch.len() < 512 {
            return true;
        }
        size = 0;
        batches.send(std::mem::take(&mut batch)).is_ok()
    })?;
    // Nothing receives any more only where the other side has ended.
    let _ = batches.send(batch);
    Ok(())
}
