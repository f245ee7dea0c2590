//! The store on disk: one file for each list of texts that is looked for. Bounded, versioned and
//! checked; whatever is odd about a file, it is as if it were not there.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Blob, Detail, Packed, Pool, Store};
use crate::domain::Text;
use crate::sources::disk::{self, DiskError};
use crate::sources::git::history::{checksum, forget_old};

/// Goes up with every change of what the readers find or how it is kept.
const VERSION: &[u8] = b"offramp jobs 1\n";
/// Jobs that are kept at most; those of files that were not needed for longest go first.
const MOST_JOBS: usize = 2_000_000;
/// Files that are kept at most.
const MOST_BLOBS: usize = 200_000;
/// Stores that are kept beside each other at most, one for each list of texts.
const MOST_STORES: usize = 4;
const ENDING: &str = "jobs";

#[derive(Serialize, Deserialize)]
struct Content {
    wanted: Vec<String>,
    run: u32,
    texts: Vec<Text>,
    details: Vec<Detail>,
    blobs: Vec<(Box<str>, Blob)>,
}

impl Store {
    /// Loads what is known from a folder, or begins with nothing.
    pub(crate) fn load(folder: &Path, wanted: Vec<String>) -> Self {
        let bytes = fs::read(path(folder, &wanted)).unwrap_or_default();
        let content = open(&bytes).filter(|content| content.wanted == wanted);
        content.map_or_else(|| Self::new(wanted), Self::from)
    }

    /// Writes what is known to a folder, where something was added.
    pub(crate) fn save(&mut self, folder: &Path) -> Result<(), DiskError> {
        if !self.is_changed {
            return Ok(());
        }
        disk::make_private_folder(folder)?;
        let path = path(folder, &self.wanted);
        disk::write_private(&path, &seal(&self.content()))?;
        self.is_changed = false;
        forget_old(folder, &path, ENDING, MOST_STORES);
        Ok(())
    }

    /// Returns what is worth keeping, with the texts renumbered so that nothing unused stays.
    fn content(&self) -> Content {
        let mut blobs: Vec<(&str, &Blob)> = self.blobs.iter().map(|(hash, blob)| (hash.as_ref(), blob)).collect();
        blobs.sort_unstable_by_key(|(hash, blob)| (std::cmp::Reverse(blob.used), *hash));
        let mut jobs = 0;
        let is_kept = |(_, blob): &(&str, &Blob)| {
            jobs += size(blob);
            jobs <= MOST_JOBS
        };
        let mut blobs: Vec<(Box<str>, Blob)> = blobs
            .into_iter()
            .take(MOST_BLOBS)
            .take_while(is_kept)
            .map(|(hash, blob)| (hash.into(), blob.clone()))
            .collect();
        let (texts, details) = self.renumbered(&mut blobs);
        Content { wanted: self.wanted.clone(), run: self.run, texts, details, blobs }
    }

    fn renumbered(&self, blobs: &mut Vec<(Box<str>, Blob)>) -> (Vec<Text>, Vec<Detail>) {
        let mut texts = Renumbered::default();
        let mut details = Renumbered::default();
        for (_, blob) in blobs {
            match &mut blob.packed {
                Packed::Jobs(jobs) => {
                    for job in jobs {
                        (job.name, job.repo, job.cluster) =
                            (texts.of(job.name), texts.of(job.repo), texts.of(job.cluster));
                        job.detail = details.of(job.detail);
                    }
                }
                Packed::Broken { reason, .. } => *reason = texts.of(*reason),
                Packed::Pointer => {}
            }
        }
        let renumber = |old: &u32| {
            let mut detail = self.details.get(*old).cloned().unwrap_or_default();
            let all = detail.images.iter_mut().chain(&mut detail.dashboards);
            all.for_each(|number| *number = texts.of(*number));
            detail
        };
        let details = details.old.iter().map(renumber).collect();
        let texts = texts.old.iter().map(|old| self.texts.get(*old).cloned().unwrap_or_default()).collect();
        (texts, details)
    }
}

#[derive(Default)]
struct Renumbered {
    new: HashMap<u32, u32>,
    old: Vec<u32>,
}

impl Renumbered {
    fn of(&mut self, old: u32) -> u32 {
        *self.new.entry(old).or_insert_with(|| {
            self.old.push(old);
            self.old.len() as u32 - 1
        })
    }
}

impl From<Content> for Store {
    fn from(content: Content) -> Self {
        Self {
            texts: Pool::of(content.texts),
            details: Pool::of(content.details),
            blobs: content.blobs.into_iter().collect(),
            wanted: content.wanted,
            run: content.run.saturating_add(1),
            is_changed: false,
        }
    }
}

fn size(blob: &Blob) -> usize {
    match &blob.packed {
        Packed::Jobs(jobs) => jobs.len(),
        Packed::Broken { .. } | Packed::Pointer => 1,
    }
}

fn path(folder: &Path, wanted: &[String]) -> PathBuf {
    let joined = wanted.join("\n");
    folder.join(format!("{:016x}.{ENDING}", checksum(joined.as_bytes())))
}

fn seal(content: &Content) -> Vec<u8> {
    // Plain values always can be written to memory.
    let body = postcard::to_stdvec(content).unwrap_or_default();
    let mut bytes = VERSION.to_vec();
    bytes.extend(checksum(&body).to_le_bytes());
    bytes.extend(body);
    bytes
}

fn open(bytes: &[u8]) -> Option<Content> {
    let (sum, body) = bytes.strip_prefix(VERSION)?.split_at_checked(8)?;
    let is_whole = sum == checksum(body).to_le_bytes();
    if is_whole { postcard::from_bytes(body).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Job, JobType};
    use crate::sources::counting::{FileFacts, JobFacts};

    fn store() -> Store {
        let job = JobFacts {
            name: "one".into(),
            kind: JobType::Postsubmit,
            repo: "a/b".into(),
            cluster: "default".into(),
            line: 4,
            images: vec!["gcr.io/x".into()],
            dashboards: vec![],
            mentions: vec![0],
        };
        let mut store = Store::new(vec!["gs://x".into()]);
        store.insert("aa", &FileFacts::Jobs(vec![job]));
        store
    }

    fn names(store: &Store) -> Vec<String> {
        let mut names = Vec::new();
        store.viewer().jobs("aa", "a.yaml", &mut |job: &Job<'_>| {
            names.push(format!("{} {:?} {:?}", job.name, job.images, job.mentions));
        });
        names
    }

    #[test]
    fn a_store_survives_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = store();
        store.save(folder.path()).unwrap();
        let mut loaded = Store::load(folder.path(), vec!["gs://x".into()]);
        assert!(loaded.touch("aa") && !loaded.touch("bb"));
        assert_eq!(names(&loaded), names(&store));
    }

    #[test]
    fn another_list_of_texts_has_another_store() {
        let folder = tempfile::tempdir().unwrap();
        store().save(folder.path()).unwrap();
        assert!(!Store::load(folder.path(), vec!["gs://y".into()]).touch("aa"));
    }

    #[test]
    fn a_damaged_file_is_as_if_it_were_not_there() {
        let folder = tempfile::tempdir().unwrap();
        store().save(folder.path()).unwrap();
        let path = path(folder.path(), &["gs://x".to_owned()]);
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x10;
            assert!(open(&bytes).is_none(), "byte {at}");
        }
        assert!(open(&whole[..whole.len() - 1]).is_none());
    }

    #[test]
    fn stores_of_old_lists_are_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..7 {
            let mut store = Store::new(vec![number.to_string()]);
            store.insert("aa", &FileFacts::Pointer);
            store.save(folder.path()).unwrap();
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), MOST_STORES);
    }
}
