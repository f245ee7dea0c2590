//! The store: facts of files by the hash of their bytes, so that no file is read twice.
//!
//! Names, images and dashboards repeat in file after file and month after month: each is kept once.

mod disk;

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};

use serde::{Deserialize, Serialize};

use super::prow::facts::{Broken, FileFacts, JobFacts};
use crate::domain::{Job, JobType, Text};

/// A position in a [`Pool`].
type Number = u32;

/// Values that are kept once and known by a number.
#[derive(Debug, Clone)]
struct Pool<T> {
    values: Vec<T>,
    /// Places by hash, of the values before `indexed`.
    numbers: HashMap<u64, Vec<Number>>,
    indexed: usize,
    hasher: RandomState,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self { values: Vec::new(), numbers: HashMap::new(), indexed: 0, hasher: RandomState::new() }
    }
}

impl<T: Eq + Hash> Pool<T> {
    fn of(values: Vec<T>) -> Self {
        Self { values, ..Self::default() }
    }

    /// Makes every value findable. Only who adds something needs it, so it is not done on loading.
    fn index(&mut self) {
        for (number, value) in self.values.iter().enumerate().skip(self.indexed) {
            self.numbers.entry(self.hasher.hash_one(value)).or_default().push(number as Number);
        }
        self.indexed = self.values.len();
    }

    fn push(&mut self, value: T) -> Number {
        let number = self.values.len() as Number;
        self.values.push(value);
        number
    }

    fn number<Q: Hash + ?Sized>(
        &mut self,
        wanted: &Q,
        is_same: impl Fn(&T) -> bool,
        make: impl FnOnce() -> T,
    ) -> Number {
        self.index();
        let hash = self.hasher.hash_one(wanted);
        let known = self.numbers.get(&hash).into_iter().flatten();
        let found = known.copied().find(|number| self.values.get(*number as usize).is_some_and(&is_same));
        found.unwrap_or_else(|| self.push(make()))
    }

    fn get(&self, number: Number) -> Option<&T> {
        self.values.get(number as usize)
    }
}

/// What many jobs have in common.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Detail {
    images: Vec<Number>,
    dashboards: Vec<Number>,
    mentions: Vec<u16>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct PackedJob {
    name: Number,
    kind: JobType,
    repo: Number,
    cluster: Number,
    line: u32,
    detail: Number,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
enum Packed {
    Jobs(Vec<PackedJob>),
    Broken { line: u32, reason: Number },
    Pointer,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Blob {
    /// The run that needed it last.
    used: u32,
    packed: Packed,
}

/// Facts by hash.
#[derive(Debug, Default)]
pub(crate) struct Store {
    texts: Pool<Text>,
    details: Pool<Detail>,
    blobs: HashMap<Box<str>, Blob>,
    /// The texts that were looked for, to which mentions refer.
    wanted: Vec<String>,
    run: u32,
    is_changed: bool,
}

impl Store {
    /// Begins with nothing; `wanted` are the texts that are looked for.
    pub(crate) fn new(wanted: Vec<String>) -> Self {
        Self { wanted, run: 1, ..Self::default() }
    }

    /// Tells whether the facts of a file are known, and remembers that they were needed.
    pub(crate) fn touch(&mut self, hash: &str) -> bool {
        let run = self.run;
        self.blobs.get_mut(hash).map(|blob| blob.used = run).is_some()
    }

    /// Keeps the facts of a file.
    pub(crate) fn insert(&mut self, hash: &str, facts: &FileFacts) {
        let packed = match facts {
            FileFacts::Jobs(jobs) => Packed::Jobs(jobs.iter().map(|job| self.pack(job)).collect()),
            FileFacts::Broken(Broken { line, reason }) => Packed::Broken { line: *line, reason: self.text(reason) },
            FileFacts::Pointer => Packed::Pointer,
        };
        self.blobs.insert(hash.into(), Blob { used: self.run, packed });
        self.is_changed = true;
    }

    /// Tells why a file has no jobs to show, where it should have.
    pub(crate) fn problem(&self, hash: &str) -> Option<super::ProblemKind> {
        match &self.blobs.get(hash)?.packed {
            Packed::Jobs(_) => None,
            Packed::Broken { line, reason } => {
                let reason = self.texts.get(*reason).map(ToString::to_string).unwrap_or_default();
                Some(super::ProblemKind::Broken(Broken { line: *line, reason }))
            }
            Packed::Pointer => Some(super::ProblemKind::Pointer),
        }
    }

    /// Makes a way to look at jobs.
    pub(crate) fn viewer(&self) -> Viewer<'_> {
        let text = |number: &Number| self.texts.get(*number).map_or("", Text::as_str);
        let view = |detail: &Detail| DetailView {
            images: detail.images.iter().map(text).collect(),
            dashboards: detail.dashboards.iter().map(text).collect(),
            mentions: detail
                .mentions
                .iter()
                .filter_map(|number| self.wanted.get(usize::from(*number)))
                .map(String::as_str)
                .collect(),
        };
        Viewer { store: self, details: self.details.values.iter().map(view).collect() }
    }

    fn text(&mut self, text: &str) -> Number {
        self.texts.number(text, |known| known == text, || Text::from(text))
    }

    fn pack(&mut self, job: &JobFacts) -> PackedJob {
        let detail = Detail {
            images: job.images.iter().map(|image| self.text(image)).collect(),
            dashboards: job.dashboards.iter().map(|name| self.text(name)).collect(),
            mentions: job.mentions.clone(),
        };
        PackedJob {
            name: self.text(&job.name),
            kind: job.kind,
            repo: self.text(&job.repo),
            cluster: self.text(&job.cluster),
            line: job.line,
            detail: self.details.number(&detail, |known| *known == detail, || detail.clone()),
        }
    }
}

struct DetailView<'a> {
    images: Vec<&'a str>,
    dashboards: Vec<&'a str>,
    mentions: Vec<&'a str>,
}

/// Shows what is in a store as jobs.
pub(crate) struct Viewer<'a> {
    store: &'a Store,
    details: Vec<DetailView<'a>>,
}

impl Viewer<'_> {
    /// Calls `each` for every job of a file.
    pub(crate) fn jobs(&self, hash: &str, path: &str, each: &mut dyn FnMut(&Job<'_>)) {
        let Some(Packed::Jobs(jobs)) = self.store.blobs.get(hash).map(|blob| &blob.packed) else { return };
        let text = |number: Number| self.store.texts.get(number).map_or("", Text::as_str);
        for job in jobs {
            let detail = self.details.get(job.detail as usize);
            each(&Job {
                name: text(job.name),
                kind: job.kind,
                repo: text(job.repo),
                cluster: text(job.cluster),
                path,
                line: job.line,
                images: detail.map_or(&[], |detail| &detail.images),
                dashboards: detail.map_or(&[], |detail| &detail.dashboards),
                mentions: detail.map_or(&[], |detail| &detail.mentions),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(name: &str) -> JobFacts {
        JobFacts {
            name: name.into(),
            kind: JobType::Periodic,
            repo: "a/b".into(),
            cluster: "default".into(),
            line: 4,
            images: vec!["gcr.io/x".into()],
            dashboards: vec!["sig-node".into()],
            mentions: vec![0],
        }
    }

    #[test]
    fn what_goes_in_comes_out() {
        let mut store = Store::new(vec!["gs://x".into()]);
        store.insert("aa", &FileFacts::Jobs(vec![job("one"), job("two")]));
        let mut seen = Vec::new();
        let mut each =
            |job: &Job<'_>| seen.push(format!("{} {:?} {:?} {:?}", job.name, job.images, job.dashboards, job.mentions));
        store.viewer().jobs("aa", "config/jobs/a.yaml", &mut each);
        assert_eq!(
            seen,
            [r#"one ["gcr.io/x"] ["sig-node"] ["gs://x"]"#, r#"two ["gcr.io/x"] ["sig-node"] ["gs://x"]"#]
        );
        assert_eq!(store.details.values.len(), 1);
    }
}
