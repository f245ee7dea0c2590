//! Words and phrases: lists of them, and those that lead from a line to its owner or to what it waits for.

use std::collections::HashMap;
use std::sync::OnceLock;

/// Labels before the name of an owner.
pub static OWNER_LABELS: PhraseList = PhraseList::new(
    "owner:; owners:; owner -; assignee:; assignees:; assigned to:; responsible:; dri:; poc:; point of contact:",
);

/// What makes an issue behind it one that comes first, also with words in between.
pub static WAITING: PhraseList = PhraseList::new(
    "blocked by; blocked on; waiting on; waiting for; waits on; waits for; depends on; depends upon; depend on; \
    depending on; dependent on; pending",
);

/// What makes an issue behind it the parent of what is written.
pub static PARENTS: PhraseList = PhraseList::new(
    "part of; broken out from; broken out of; split out from; split out of; split off from; split from; \
    spun out of; spun off from; child of; sub-issue of; subissue of; sub-task of; subtask of; subset of; \
    follow-up to; followup to; follow up to; follow-up of; followup of; follow-up from",
);

/// Words or phrases, separated by semicolons.
#[derive(Debug)]
pub struct PhraseList {
    text: &'static str,
    /// Made when the first is looked up.
    by_first_word: OnceLock<ByFirstWord<&'static str>>,
}

pub(super) type ByFirstWord<P> = HashMap<&'static str, Vec<P>>;

impl PhraseList {
    /// Makes a list of a text with semicolons.
    pub const fn new(text: &'static str) -> Self {
        Self { text, by_first_word: OnceLock::new() }
    }

    /// Its words and phrases.
    pub fn all(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.text.split(';').map(str::trim_start)
    }

    /// Whether it has a word.
    pub fn has(&self, word: &str) -> bool {
        self.like(word).any(|own| own == word)
    }

    /// Whether words begin with one of it.
    pub fn begins(&self, words: &str) -> bool {
        self.behind(words).is_some()
    }

    /// What is behind one of it at the beginning of words.
    pub fn behind<'t>(&self, words: &'t str) -> Option<&'t str> {
        self.like(words).find_map(|own| words.strip_prefix(own)?.strip_prefix(' '))
    }

    /// Those with the same first word.
    fn like(&self, words: &str) -> impl Iterator<Item = &'static str> {
        let all = self.by_first_word.get_or_init(|| by_first_word(self.all(), |phrase| phrase));
        all.get(first_word(words)).into_iter().flatten().copied()
    }

    /// Whether words, which end with a blank, end with one of it.
    pub fn ends(&self, words: &str) -> bool {
        let words = words.trim_end();
        self.all().any(|own| words.strip_suffix(own).is_some_and(|rest| rest.is_empty() || rest.ends_with(' ')))
    }
}

/// Phrases by their first word.
pub(super) fn by_first_word<P: Copy>(phrases: impl Iterator<Item = P>, text: fn(P) -> &'static str) -> ByFirstWord<P> {
    let mut all: ByFirstWord<P> = HashMap::new();
    for phrase in phrases {
        all.entry(first_word(text(phrase))).or_default().push(phrase);
    }
    all
}

/// The first word of a phrase.
pub(super) fn first_word(text: &str) -> &str {
    text.split(' ').next().unwrap_or(text)
}
