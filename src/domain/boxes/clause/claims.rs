//! Claims: phrases, promises and signs with which an author claims something.

use super::super::phrases::{ADVERBS, BARE, ENDS, IDLE, IDLE_NOW, PhraseKind, SIGNS, TROUBLE, WISH, WORK, YES};
use super::super::prose::{Prose, plain};
use super::point;

/// Whether a clause gives work to the person it addresses: `@ann yes, take pod`.
pub(super) fn delegates(text: &str, words: &str) -> bool {
    let words = YES.behind(words).unwrap_or(words);
    text.starts_with('@') && ["take ", "pick "].iter().any(|verb| words.starts_with(verb))
}

/// Whether its author claims something, by a known phrase or a sign.
pub(super) fn is_claim(text: &Prose, words: &str) -> bool {
    let is_left_to_me = |(_, rest): (&str, &str)| rest.contains(" to me ") || rest.contains(" for me ");
    words.starts_with("/assign")
        || begins_claim(words)
        || claims(text)
        || begins_behind_name(text)
        || text.plain().split_once(" leave ").is_some_and(is_left_to_me)
        || words.starts_with("me and @")
        || SIGNS.iter().any(|sign| text.contains(sign))
}

/// Whether words begin with a claim without a pronoun: `working on it`, `will start tonight`.
fn begins_claim(words: &str) -> bool {
    let verb = words.strip_prefix("will ").and_then(|rest| rest.split(' ').next());
    BARE.begins(words) || verb.is_some_and(|verb| WORK.has(verb))
}

/// Whether a claim without a pronoun follows a name: `nodestatus: working on it`.
fn begins_behind_name(text: &str) -> bool {
    let rests =
        [", ", ": ", " - ", " – ", " — "].iter().filter_map(|cut| text.split_once(cut)).map(|(_, rest)| plain(rest));
    let wishes = |rest: &str| WISH.behind(rest).is_some_and(promises);
    let claims = |rest: String| begins_claim(rest.trim_start()) || wishes(rest.trim_start());
    rests.into_iter().any(claims)
}

/// Whether the author says that they are working on something.
fn claims(text: &Prose) -> bool {
    const MAX_WORDS_OF_PLEA: usize = 7;
    let plain = text.plain();
    let is_together = plain.starts_with(" with @") || plain.contains(" me and ");
    let together =
        || [" will be ", " will ", " are ", " am "].iter().filter_map(|lead| Some(plain.split_once(lead)?.1));
    let is_plea = plain.trim_end().ends_with(" please")
        && !YES.begins(plain.trim_start())
        && (2..=MAX_WORDS_OF_PLEA).contains(&plain.split_whitespace().filter(|word| !word.starts_with('@')).count())
        && !plain.split_whitespace().any(|word| IDLE.has(word) || matches!(word, "you" | "can" | "could"));
    is_plea
        || plain.starts_with(" team ") && plain.split_once(" will ").is_some_and(|(_, rest)| promises(rest))
        || text.says(PhraseKind::Claims)
        || ENDS.ends(plain) && !is_consent(plain) && !plain.split(' ').any(|word| TROUBLE.has(word))
        || text.behind(PhraseKind::Future).any(promises)
        || WISH.behind(point(plain.trim_start())).is_some_and(promises)
        || text.behind(PhraseKind::Present).any(works)
        || is_together && together().any(works)
}

/// Whether a clause agrees to something: `fine for me`.
fn is_consent(plain: &str) -> bool {
    ["ok", "okay", "fine", "good", "great", "perfect"].iter().any(|fine| plain.ends_with(&format!(" {fine} for me ")))
}

/// Whether the verb after `I will` is about work: any verb that is not in [`IDLE`].
fn promises(rest: &str) -> bool {
    let verb = rest.split(' ').filter(|word| !word.is_empty()).find(|word| !ADVERBS.has(word));
    let verb = verb.filter(|_| !rest.starts_with("make sure"));
    // `I'd like #307`.
    let is_number = |rest: &str| rest.trim_start().starts_with(|c: char| c.is_ascii_digit());
    if rest.strip_prefix("like ").is_some_and(is_number) {
        return true;
    }
    verb.is_some_and(|verb| !IDLE.has(verb))
}

/// Whether a verb of work is among the first words after `I am`.
fn works(rest: &str) -> bool {
    const MAX_WORDS_TO_VERB: usize = 3;
    // `going to …` is a promise, handled by `promises`.
    if rest.starts_with("going to ") {
        return false;
    }
    let says = |word: &&str| !word.is_empty() && !word.starts_with('@') && !matches!(*word, "also" | "still" | "now");
    let near = rest.split(' ').filter(says).take(MAX_WORDS_TO_VERB);
    let near: Vec<&str> = near.take_while(|word| !matches!(*word, "not" | "never" | "no")).collect();
    let is_work = |(at, word): (usize, &&str)| WORK.has(word) && (at == 0 || !matches!(*word, "on" | "at"));
    let is_at_it = |word: &&str| word.ends_with("ing") && !IDLE_NOW.has(word);
    near.first().is_some_and(is_at_it) || near.iter().enumerate().any(is_work)
}
