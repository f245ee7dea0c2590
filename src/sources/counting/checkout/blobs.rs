//! Many files at once: Git hands them out in one thread while the others read what came before.

use std::collections::HashSet;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use rayon::prelude::*;

use crate::sources::counting::prow::facts::FileFacts;
use crate::sources::counting::prow::file;
use crate::sources::counting::prow::texts::Texts;
use crate::sources::counting::store::Store;
use crate::sources::git::{GitError, Object, ObjectKind, Objects};

/// Bytes that are handed on together.
const BATCH: usize = 1 << 19;
/// Batches that may wait, so that memory stays small however long the history is.
const WAITING: usize = 4;

type Batch = Vec<(usize, Option<Vec<u8>>)>;

/// Reads files into the store and returns the hashes of those that Git does not have.
pub(super) fn read(
    objects: Objects,
    hashes: &[String],
    texts: &Texts,
    store: &mut Store,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<HashSet<String>, GitError> {
    let mut missing = HashSet::new();
    if hashes.is_empty() {
        return Ok(missing);
    }
    let names = hashes.to_vec();
    let (sender, batches) = sync_channel::<Batch>(WAITING);
    let fetcher = thread::spawn(move || fetch(objects, names, &sender));
    let mut done = 0;
    for batch in batches {
        let size = batch.len();
        let facts: Vec<(usize, Option<FileFacts>)> =
            batch.into_par_iter().map(|(place, bytes)| (place, bytes.map(|bytes| file::read(&bytes, texts)))).collect();
        for (place, facts) in facts {
            let Some(hash) = hashes.get(place) else { continue };
            match facts {
                Some(facts) => store.insert(hash, &facts),
                None => {
                    missing.insert(hash.clone());
                }
            }
        }
        done += size;
        progress(done, hashes.len());
    }
    // The thread has no way to panic; if it did, what came is not all.
    let ended = fetcher.join();
    ended.unwrap_or_else(|_| Err(GitError::Refused("reading its answers failed".to_owned())))?;
    Ok(missing)
}

fn fetch(objects: Objects, names: Vec<String>, batches: &SyncSender<Batch>) -> Result<(), GitError> {
    let mut batch = Batch::new();
    let mut size = 0;
    objects.stream(names, |place, object| {
        let bytes = match object {
            Object::Found(ObjectKind::Blob, bytes) => Some(bytes),
            Object::Found(..) | Object::Missing => None,
        };
        size += bytes.as_ref().map_or(0, Vec::len);
        batch.push((place, bytes));
        if size < BATCH && batch.len() < 512 {
            return true;
        }
        size = 0;
        batches.send(std::mem::take(&mut batch)).is_ok()
    })?;
    // Nobody listens any more only where the other side has ended.
    let _ = batches.send(batch);
    Ok(())
}
