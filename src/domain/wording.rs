//! Phrase lists, and the shared ones: labels of owners, phrases for blockers and parents.

use std::collections::HashMap;
use std::sync::OnceLock;

/// Labels before the name of an owner.
pub static OWNER_LABELS: PhraseList = PhraseList::new(
    "owner:; owners:; owner -; assignee:; assignees:; assigned to:; responsible:; dri:; poc:; point of contact:",
);

/// What a table or a note says of work without an owner.
pub static UNOWNED: PhraseList =
    PhraseList::new("unassigned; not assigned; no owner; needs owner; needs an owner; owner needed");

/// Placeholders for an owner, besides [`UNOWNED`].
static NO_OWNER: PhraseList = PhraseList::new("-; –; —; none; n/a; na; tbd; tba; ?; ??; ???; nobody; no one; noone");

/// Whether a text is a placeholder for a missing owner: `TBD`, `N/A`, `needs owner`.
pub fn says_no_owner(text: &str) -> bool {
    let lower = text.trim().to_lowercase();
    NO_OWNER.has(&lower) || UNOWNED.has(&lower)
}

/// Phrases before a blocker.
pub static WAITING: PhraseList = PhraseList::new(
    "blocked by; blocked on; waiting on; waiting for; waits on; waits for; depends on; depends upon; depend on; \
    depending on; dependent on; pending",
);

/// Phrases, beside [`WAITING`], directly before a blocker. Those with a colon need it, and must begin a clause; `once`
/// and `when` need a verb after the blocker: `once #14 lands`.
pub static WAITING_DIRECTLY: PhraseList = PhraseList::new(
    "blocked; blocked until; waiting until; wait on; wait for; wait until; on hold for; on hold until; \
    paused until; requires; needs; after; once; when; blocker:; blockers:; dependency:; dependencies:; deps:; \
    prerequisite:; prerequisites:",
);

/// Words that negate the phrase after them: `no longer blocked by`.
pub const NEGATIONS: [&str; 8] = ["not", "no", "longer", "never", "was", "were", "previously", "formerly"];

/// Phrases before the parent of an issue.
pub static PARENTS: PhraseList = PhraseList::new(
    "part of; broken out from; broken out of; split out from; split out of; split off from; split from; \
    spun out of; spun off from; child of; sub-issue of; subissue of; sub-task of; subtask of; subset of; \
    follow-up to; followup to; follow up to; follow-up of; followup of; follow-up from",
);

/// A list of words or phrases.
#[derive(Debug)]
pub struct PhraseList {
    text: &'static str,
    /// Built on the first lookup.
    by_first_word: OnceLock<ByFirstWord<&'static str>>,
}

pub(super) type ByFirstWord<P> = HashMap<&'static str, Vec<P>>;

impl PhraseList {
    /// Makes a list of a text in which semicolons separate the phrases.
    pub const fn new(text: &'static str) -> Self {
        Self { text, by_first_word: OnceLock::new() }
    }

    /// Returns all phrases.
    pub fn all(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.text.split(';').map(str::trim_start)
    }

    /// Whether the list contains a phrase.
    pub fn has(&self, word: &str) -> bool {
        self.like(word).any(|own| own == word)
    }

    /// Whether a text begins with one of the phrases and a space.
    pub fn begins(&self, words: &str) -> bool {
        self.behind(words).is_some()
    }

    /// Returns the rest of a text that begins with one of the phrases and a space.
    pub fn behind<'t>(&self, words: &'t str) -> Option<&'t str> {
        self.like(words).find_map(|own| words.strip_prefix(own)?.strip_prefix(' '))
    }

    /// Returns the phrases with the same first word as a text.
    fn like(&self, words: &str) -> impl Iterator<Item = &'static str> {
        let all = self.by_first_word.get_or_init(|| by_first_word(self.all(), |phrase| phrase));
        all.get(first_word(words)).into_iter().flatten().copied()
    }

    /// Whether a text ends with one of the phrases; spaces at its end are ignored.
    pub fn ends(&self, words: &str) -> bool {
        let words = words.trim_end();
        self.all().any(|own| words.strip_suffix(own).is_some_and(|rest| rest.is_empty() || rest.ends_with(' ')))
    }
}

/// Indexes phrases by their first word.
pub(super) fn by_first_word<P: Copy>(phrases: impl Iterator<Item = P>, text: fn(P) -> &'static str) -> ByFirstWord<P> {
    let mut all: ByFirstWord<P> = HashMap::new();
    for phrase in phrases {
        all.entry(first_word(text(phrase))).or_default().push(phrase);
    }
    all
}

/// Returns the first word of a phrase.
pub(super) fn first_word(text: &str) -> &str {
    text.split(' ').next().unwrap_or(text)
}
