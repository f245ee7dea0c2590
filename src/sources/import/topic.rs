//! Topic classifier: headings such as "What remains" or "Done".

use crate::domain::status;
use crate::domain::wording::PhraseList;

/// The kind of list that a heading introduces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
    /// Open work.
    Remaining,
    /// Work done before the list was begun.
    Migrated,
    /// Work in progress.
    Started,
    /// Finished work.
    Done,
}

/// Beginnings of headings for open work.
static REMAINING: PhraseList = PhraseList::new(
    "what remains; what is left; what's left; what’s left; what still; whats left; remaining; still remaining; remains; \
    left to do; still to do; still open; still left; to do; to-do; todo; todos; not done yet; not yet done; unfinished",
);
/// Beginnings of headings for work done before.
static MIGRATED: PhraseList =
    PhraseList::new("what has been migrated; what was migrated; what has been done; migrated; already migrated");
static DONE: PhraseList = PhraseList::new("what is done; what was done; already done; done; completed; finished");
static STARTED: PhraseList = PhraseList::new("in progress; work in progress; doing; ongoing; under way; in review");

/// Returns the topic of a heading, or of a line above a list.
pub(super) fn topic(text: &str) -> Option<Topic> {
    let (bare, _) = status::take_signs(text);
    let bare = bare.trim_start_matches(|c: char| !c.is_alphabetic()).to_lowercase();
    let rest = |word: &str| bare.strip_prefix(word);
    let begins =
        |word: &str| rest(word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '.'));
    // A sentence may continue ("What is done so far"); a word may not ("Done criteria").
    let is_sentence = |word: &str| word.starts_with("what ") || word.contains("progress");
    let is_said =
        |word: &str| if is_sentence(word) { begins(word) } else { rest(word).is_some_and(status::ends_a_status) };
    let says = |words: &PhraseList| words.all().any(is_said);
    match () {
        () if says(&MIGRATED) => Some(Topic::Migrated),
        () if REMAINING.all().any(begins) && is_about_work(&bare) => Some(Topic::Remaining),
        () if says(&STARTED) => Some(Topic::Started),
        () if says(&DONE) => Some(Topic::Done),
        () => None,
    }
}

/// Whether a heading can name a project: "Summary" and "What would you like to be added?" are parts of any issue.
pub(super) fn names_something(title: &str) -> bool {
    static PARTS: PhraseList = PhraseList::new(
        "summary; description; background; overview; details; motivation; context; tasks; task list; todo list; \
        checklist; plan; proposal; goals; steps; list; status; progress; tracking; work items; action items",
    );
    let lower = title.to_lowercase();
    let bare = lower.trim_matches(|c: char| !c.is_alphanumeric());
    let is_question = ["what ", "why ", "how "].iter().any(|word| bare.starts_with(word));
    topic(title).is_none() && !is_question && !PARTS.has(bare)
}

/// Words after "Remaining", "TODO" and the like that make them a topic: "Remaining work", "TODO for v2".
static BEHIND_REMAINING: PhraseList = PhraseList::new(
    "work; works; item; items; task; tasks; issue; issues; step; steps; project; projects; job; jobs; thing; things; \
    piece; pieces; part; parts; point; points; list; to; todo; todos; for; in; before; after; on; from; until; by; and; \
    at; action; actions",
);

/// Whether the word after "Remaining" and the like is about work, unlike in "Remaining funding".
fn is_about_work(bare: &str) -> bool {
    let adjective = ["remaining", "still remaining", "unfinished", "to do", "to-do", "todo", "todos"];
    let behind = adjective.iter().filter_map(|word| bare.strip_prefix(word)).min_by_key(|rest| rest.len());
    let word = behind.and_then(|rest| rest.trim_start_matches(' ').split(|c: char| !c.is_alphanumeric()).next());
    word.is_none_or(|word| word.is_empty() || BEHIND_REMAINING.has(word))
}

/// Whether an entry is only a topic, unlike "TODO: util" and "Migrated: DNS".
pub(super) fn is_only_a_topic(text: &str) -> bool {
    let bare = text.trim_start_matches(|c: char| !c.is_alphabetic()).to_lowercase();
    let beginnings = REMAINING.all().chain(MIGRATED.all()).filter_map(|word| bare.strip_prefix(word));
    let Some(rest) = beginnings.min_by_key(|rest| rest.len()) else { return true };
    let is_sentence = bare.starts_with("what");
    let words_behind = if is_sentence { rest.split_once(':').map_or("", |(_, behind)| behind) } else { rest };
    let mut words = words_behind.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.all(|word| BEHIND_REMAINING.has(word) || word.contains(|c: char| c.is_ascii_digit()))
}
