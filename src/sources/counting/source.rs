//! The seam for sources: what each kind of counter has to say about a file.
//!
//! Reading a file gives *facts*: bytes that depend on nothing but the file and the extractor, so that they are kept and
//! no file is read twice. A rule then makes amounts of the facts. Another source is one more `impl` of these two.

use serde::{Deserialize, Serialize};

use super::problem::{ParseFault, ProblemKind};
use super::selection::{ConfigSelection, FileSelection};
use crate::domain::{Amounts, Unit};

/// Finds the facts of a file.
pub(crate) trait Extract: Sync + Send {
    /// Names what is found, with its version: facts under another name are others.
    fn key(&self) -> String;
    /// Reads a file. Never panics, for any bytes.
    fn extract(&self, bytes: &[u8]) -> Vec<u8>;
}

/// What a rule says of a file.
pub(crate) trait CountSource: Sync + Send {
    /// Which files it reads.
    fn place(&self) -> &RuleFiles;
    /// What finds the facts of files; one for each format.
    fn extractors(&self) -> Vec<&dyn Extract>;
    /// Which of those reads a file.
    fn extractor_of(&self, path: &str) -> usize;
    /// Counts the units of a file by its facts.
    fn amounts(&self, path: &str, facts: &[u8]) -> Amounts;
    /// Lists the units of a file.
    fn units(&self, path: &str, bytes: &[u8]) -> Vec<Unit>;
    /// Whether its units are lines of a text, or parts of such.
    fn reads_lines(&self) -> bool {
        false
    }
    /// Lists the units of a file by its facts, where those are enough.
    fn units_of_facts(&self, path: &str, facts: &[u8]) -> Option<Vec<Unit>> {
        let (_, _) = (path, facts);
        None
    }
}

/// Where a rule looks.
#[derive(Debug, Clone)]
pub(crate) enum RuleFiles {
    /// Files by globs.
    Files(FileSelection),
    /// Job configs.
    Configs(ConfigSelection),
}

/// Facts as they are kept: what was found, or why nothing was.
#[derive(Debug, Serialize, Deserialize)]
pub enum ExtractedFacts<T> {
    /// What was found.
    Found(T),
    /// The file cannot be parsed.
    Broken(ParseFault),
    /// The bytes are elsewhere: a Git LFS pointer.
    Pointer,
}

/// How a Git LFS pointer begins.
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// Whether a file is a Git LFS pointer.
pub(crate) fn is_pointer(bytes: &[u8]) -> bool {
    bytes.len() < 1024 && bytes.starts_with(POINTER)
}

impl<T: Serialize> ExtractedFacts<T> {
    /// Turns them into bytes.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        // Plain values always can be written to memory.
        postcard::to_stdvec(self).unwrap_or_default()
    }
}

impl<'de, T: Deserialize<'de>> ExtractedFacts<T> {
    /// Reads what [`ExtractedFacts::to_bytes`] wrote; `None` where the bytes are damaged.
    pub(crate) fn of_bytes(bytes: &'de [u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }
}

/// What is wrong with a file, by its facts.
pub(crate) fn problem_of(facts: &[u8]) -> Option<ProblemKind> {
    // The facts begin behind the first byte.
    if facts.first() == Some(&0) {
        return None;
    }
    match ExtractedFacts::<()>::of_bytes(facts) {
        Some(ExtractedFacts::Broken(broken)) => Some(ProblemKind::Broken(broken)),
        Some(ExtractedFacts::Pointer) => Some(ProblemKind::Pointer),
        Some(ExtractedFacts::Found(())) | None => {
            Some(ProblemKind::Unreadable("what is kept of it is damaged".to_owned()))
        }
    }
}

/// Amounts that depend on the file alone.
pub(crate) fn plain_amounts(facts: &[u8]) -> Amounts {
    match ExtractedFacts::<[u64; 4]>::of_bytes(facts) {
        Some(ExtractedFacts::Found([done, left, unknown, dropped])) => Amounts { done, left, unknown, dropped },
        Some(ExtractedFacts::Broken(_) | ExtractedFacts::Pointer) | None => Amounts::default(),
    }
}

/// Facts that are nothing but amounts.
pub(crate) fn facts_of(amounts: Amounts) -> Vec<u8> {
    ExtractedFacts::Found([amounts.done, amounts.left, amounts.unknown, amounts.dropped]).to_bytes()
}

/// Names an extractor by a kind with its version and all that it depends on.
pub(crate) fn key_of(kind: &str, depends_on: &str) -> String {
    use sha2::Digest as _;
    let hash = sha2::Sha256::digest(depends_on.as_bytes());
    hash.iter().take(16).fold(format!("{kind} "), |key, byte| format!("{key}{byte:02x}"))
}
