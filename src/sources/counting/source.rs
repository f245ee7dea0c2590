//! The format of a source's rules, and its traits for counting.
//!
//! An extractor turns a file into *facts*: bytes that depend only on the file and the extractor, so they are cached and
//! no file is read twice. A rule computes amounts from facts. A new source implements both traits.

use serde::{Deserialize, Serialize};

use super::problem::{ParseFault, Problem, ProblemKind};
use super::selection::{ConfigSelection, FileSelection};
use crate::domain::rule::Source;
use crate::domain::{Amounts, Unit};
use crate::sources::git::Selects;
use crate::sources::roadmap_file::fields::Fields;
use crate::sources::roadmap_file::reader::RoadmapReader;

/// How the roadmap writes the rules of a source.
#[derive(Clone, Copy)]
pub(in crate::sources) struct RuleFormat {
    /// The keys of a rule, besides the common keys. A common key that is listed here has another meaning.
    pub(in crate::sources) keys: &'static [&'static str],
    /// Parses a rule. Reports every fault; `None` if there is one.
    pub(in crate::sources) read: fn(&mut RoadmapReader<'_>, &Fields<'_>) -> Option<Source>,
}

/// Extracts facts from files.
pub(crate) trait Extract: Sync + Send {
    /// Returns the cache key: the kind of facts with its version, and all that they depend on.
    fn key(&self) -> String;
    /// Extracts the facts of a file. Never panics, for any bytes.
    fn extract(&self, bytes: &[u8]) -> Vec<u8>;
}

/// Counts the units of files by a rule.
pub(crate) trait CountSource: Sync + Send {
    /// Returns the selection of files that the rule reads.
    fn place(&self) -> &RuleFiles;
    /// Returns the extractors, one for each file format.
    fn extractors(&self) -> Vec<&dyn Extract>;
    /// Returns the index of the extractor for a file.
    fn extractor_of(&self, _path: &str) -> usize {
        0
    }
    /// Counts the units of a file from its facts, which are amounts unless a source stores more.
    fn amounts(&self, _path: &str, facts: &[u8]) -> Amounts {
        match ExtractedFacts::<[u64; 4]>::of_bytes(facts) {
            Some(ExtractedFacts::Found([done, left, unknown, dropped])) => Amounts { done, left, unknown, dropped },
            Some(ExtractedFacts::Broken(_) | ExtractedFacts::Pointer) | None => Amounts::default(),
        }
    }
    /// Returns a bit for each test of the rule whose field a file has, from its facts; all bits if fields are fixed.
    fn fields(&self, facts: &[u8]) -> u64 {
        let _ = facts;
        u64::MAX
    }
    /// Lists the units of a file from its bytes.
    fn units(&self, path: &str, bytes: &[u8]) -> Vec<Unit>;
    /// Whether units are lines or parts of lines.
    fn reads_lines(&self) -> bool {
        false
    }
    /// Lists the units of a file from its facts; `None` if that requires the bytes.
    fn units_of_facts(&self, _path: &str, _facts: &[u8]) -> Option<Vec<Unit>> {
        None
    }
}

/// The files that a rule reads.
#[derive(Debug, Clone)]
pub(crate) enum RuleFiles {
    /// Files picked by globs.
    Files(FileSelection),
    /// Job configs.
    Configs(ConfigSelection),
}

impl RuleFiles {
    /// Returns the selection for walks.
    pub(crate) fn selects(&self) -> &dyn Selects {
        match self {
            Self::Files(files) => files,
            Self::Configs(configs) => configs,
        }
    }

    /// Returns Git pathspecs for the files, which may match a few more.
    pub(crate) fn pathspecs(&self) -> Vec<String> {
        match self {
            Self::Files(files) => files.pathspecs.clone(),
            Self::Configs(configs) => configs.pathspecs(),
        }
    }

    /// Whether the rule reads a file.
    pub(crate) fn takes(&self, path: &str) -> bool {
        self.selects().takes(path)
    }

    /// Whether the rule reads only one of the two paths of a renamed file because its folder was renamed: the file kept
    /// its name, and the other path is not excluded.
    pub(crate) fn reads_only(&self, read: &str, other: &str) -> bool {
        let has_same_name = read.rsplit('/').next() == other.rsplit('/').next();
        let is_excluded = match self {
            Self::Files(files) => files.excludes(other),
            Self::Configs(_) => false,
        };
        has_same_name && self.takes(read) && !self.takes(other) && !is_excluded
    }

    /// Splits the selection by the folders that it names, if there are several.
    pub(crate) fn parts(&self) -> Vec<Self> {
        match self {
            Self::Files(files) => files.parts().into_iter().map(Self::Files).collect(),
            Self::Configs(configs) => configs.parts().into_iter().map(Self::Configs).collect(),
        }
    }

    /// Returns the problems if none of the job configs exists.
    pub(crate) fn absent(&self) -> Vec<Problem> {
        match self {
            Self::Files(_) => Vec::new(),
            Self::Configs(configs) => {
                configs.names.iter().map(|name| Problem::new(name, ProblemKind::Absent)).collect()
            }
        }
    }
}

/// The stored form of facts.
#[derive(Debug, Serialize, Deserialize)]
pub enum ExtractedFacts<T> {
    /// The facts of the file.
    Found(T),
    /// The file cannot be parsed.
    Broken(ParseFault),
    /// The file is a Git LFS pointer.
    Pointer,
}

/// The first bytes of a Git LFS pointer.
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// Whether a file is a Git LFS pointer.
pub(crate) fn is_pointer(bytes: &[u8]) -> bool {
    bytes.len() < 1024 && bytes.starts_with(POINTER)
}

impl<T: Serialize> ExtractedFacts<T> {
    /// Serializes the facts.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        // Serializing plain values to memory cannot fail.
        postcard::to_stdvec(self).unwrap_or_default()
    }
}

impl<'de, T: Deserialize<'de>> ExtractedFacts<T> {
    /// Reads what [`ExtractedFacts::to_bytes`] wrote; `None` if the bytes are damaged.
    pub(crate) fn of_bytes(bytes: &'de [u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }
}

/// Returns the problem that the facts of a file record.
pub(crate) fn problem_of(facts: &[u8]) -> Option<ProblemKind> {
    // The first byte is the variant, and 0 is `Found`.
    if facts.first() == Some(&0) {
        return None;
    }
    match ExtractedFacts::<()>::of_bytes(facts) {
        Some(ExtractedFacts::Broken(broken)) => Some(ProblemKind::Broken(broken)),
        Some(ExtractedFacts::Pointer) => Some(ProblemKind::Pointer),
        Some(ExtractedFacts::Found(())) | None => {
            Some(ProblemKind::Unreadable("its cached facts are damaged".to_owned()))
        }
    }
}

/// Returns facts that consist of amounts only.
pub(crate) fn facts_of(amounts: Amounts) -> Vec<u8> {
    ExtractedFacts::Found(amounts_of(amounts)).to_bytes()
}

/// Returns amounts in their stored form.
pub(crate) fn amounts_of(amounts: Amounts) -> [u64; 4] {
    [amounts.done, amounts.left, amounts.unknown, amounts.dropped]
}

/// Returns a cache key from a kind with its version and a hash of all that the facts depend on.
pub(crate) fn key_of(kind: &str, depends_on: &str) -> String {
    use sha2::Digest as _;
    let hash = sha2::Sha256::digest(depends_on.as_bytes());
    hash.iter().take(16).fold(format!("{kind} "), |key, byte| format!("{key}{byte:02x}"))
}
