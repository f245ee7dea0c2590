//! Claims by grammar, whatever the verb: the author is the subject, and the verb is present or future.

use super::super::phrases::{ADVERBS, IDLE, IDLE_NOW};
use crate::domain::wording::PhraseList;

/// Whether a sentence says what its author does or will do, in any words: `I can adopt pod`, `pod comes tomorrow`.
///
/// Past tense, negations and conditions claim nothing.
pub(super) fn is_own_work(plain: &str) -> bool {
    let words: Vec<&str> = plain.split_whitespace().collect();
    if words.len() > MAX_WORDS_OF_PROMISE || words.iter().any(|word| AGAINST.has(word)) {
        return false;
    }
    if is_of_future(plain) && words.len() <= MAX_WORDS_WITHOUT_AUTHOR {
        return true;
    }
    let is_subject = |word: &&str| matches!(*word, "i" | "we" | "im" | "ive" | "weve" | "were" | "ill" | "id");
    match words.iter().position(is_subject) {
        Some(at) => is_present(words.get(at).copied().unwrap_or_default(), words.get(at + 1..).unwrap_or_default()),
        // `Our pod is slow` is about a thing, `our team has booked pod` about people.
        None if matches!(words.as_slice(), ["my" | "our", thing, ..] if !PEOPLE.contains(thing)) => false,
        None => words.iter().any(|word| matches!(*word, "my" | "me" | "mine" | "our" | "us")),
    }
}

/// Whether the author gives something to the person addressed: `I've put you down for pod`, `you get pod`.
pub(super) fn gives(plain: &str) -> bool {
    let words: Vec<&str> = plain.split_whitespace().filter(|word| !word.starts_with('@')).collect();
    let behind_i = |at: usize| {
        let near = words.iter().skip(at + 1).take(MAX_WORDS_TO_PERSON);
        let verbs: Vec<_> = near.take_while(|word| !matches!(**word, "you" | "your")).collect();
        let is_you = words.get(at + 1 + verbs.len()).is_some_and(|word| matches!(*word, "you" | "your"));
        is_you && !verbs.is_empty() && !verbs.iter().any(|verb| IDLE.has(verb))
    };
    let is_subject = |word: &&str| matches!(*word, "i" | "ive" | "ill" | "we" | "weve" | "im");
    let subject = words.iter().position(is_subject);
    let gets = words.windows(2).any(|pair| matches!(pair, ["you", "get" | "got"]));
    gets || subject.is_some_and(behind_i)
}

/// Whether the author of a question asks for a box: `can you give pod to me`.
pub(super) fn asks_for(words: &str) -> bool {
    let words: Vec<&str> = words.split_whitespace().collect();
    let verb = words.iter().position(|word| *word == "you").and_then(|at| words.get(at + 1));
    verb.is_some_and(|verb| !IDLE.has(verb) && *verb != "help") && words.contains(&"me")
}

/// The greatest distance between `I` and its object `you`, in words.
const MAX_WORDS_TO_PERSON: usize = 3;

/// Whether a sentence is about the coming days.
fn is_of_future(plain: &str) -> bool {
    plain.split(' ').any(is_day) || plain.contains(" this week ") || plain.contains(" next week ")
}

/// Whether `done` refers to the future: `done by Monday`, `should be done`.
pub(super) fn is_done_later(plain: &str) -> bool {
    let behind = plain.split_once(" by ").and_then(|(_, rest)| rest.split(' ').next());
    behind.is_some_and(is_day) || [" will be ", " should be ", " by the end "].iter().any(|later| plain.contains(later))
}

/// Whether a request asks for permission: `pod, if that is okay`.
pub(super) fn asks_leave(plain: &str) -> bool {
    let words: Vec<&str> = plain.split_whitespace().collect();
    let is_leave = |words: &[&str]| {
        let [_, pointer, rest @ ..] = words else { return false };
        matches!(*pointer, "that" | "thats" | "it" | "its")
            && rest.iter().take(2).any(|word| matches!(*word, "ok" | "okay" | "fine" | "alright"))
    };
    words.iter().position(|word| *word == "if").is_some_and(|at| is_leave(words.get(at..).unwrap_or_default()))
}

fn is_day(word: &str) -> bool {
    static DAYS: PhraseList =
        PhraseList::new("tomorrow; tonight; weekend; monday; tuesday; wednesday; thursday; friday; saturday; sunday");
    DAYS.has(word)
}

const PEOPLE: [&str; 5] = ["team", "group", "company", "colleague", "colleagues"];

/// Longer sentences that do not mention their author are about something else.
const MAX_WORDS_WITHOUT_AUTHOR: usize = 10;

/// Longer sentences are reports, not promises.
const MAX_WORDS_OF_PROMISE: usize = 25;

/// Words that show that a sentence is not a promise.
static AGAINST: PhraseList = PhraseList::new(
    "error; errors; raises; throws; fails; failed; broken; crashes; bug; bugs; problem; ago; not; no; never; nor; without; \
    doubt; unless; if; when; while; because; why; how; what; which; should; would; might; maybe; perhaps; only; before; \
    until; once; anyone; someone; you; your; dont; doesnt; didnt; cant; couldnt; wont; wouldnt; isnt; arent; wasnt; \
    werent; havent; hasnt; hadnt; shouldnt; neednt",
);

/// Whether the subject is followed by a verb of work in the present or future.
fn is_present(subject: &str, rest: &[&str]) -> bool {
    const HELPING_VERBS: [&str; 12] =
        ["can", "could", "will", "shall", "am", "are", "have", "be", "been", "was", "going", "got"];
    let is_perfect = matches!(subject, "ive" | "weve") || rest.first() == Some(&"have");
    let mut verbs = rest.iter().filter(|word| !ADVERBS.has(word) && !HELPING_VERBS.contains(word));
    let Some(verb) = verbs.next() else { return false };
    let is_idle = IDLE.has(verb) || IDLE_NOW.has(verb) || STATE_VERBS.has(verb);
    let is_past = !is_perfect && (verb.ends_with("ed") || PAST_VERBS.has(verb));
    !is_past && !is_idle
}

/// Words for what the author is, thinks or has.
static STATE_VERBS: PhraseList = PhraseList::new(
    "think; believe; agree; know; mean; hope; feel; understand; see; sure; sorry; new; aware; glad; happy; done; \
    here; unable; against; fine; in; out; like; want",
);

static PAST_VERBS: PhraseList = PhraseList::new(
    "did; had; was; were; saw; ran; got; found; thought; made; read; said; knew; wrote; went; came; took; gave; lost; \
    forgot; broke; built",
);

#[cfg(test)]
mod tests {
    use super::super::super::prose::plain;
    use super::*;

    #[test]
    fn a_sentence_about_its_author_is_a_claim_whatever_the_verb() {
        for text in [
            "I can adopt `pod`",
            "pod is on a branch of mine",
            "Our team has reserved Friday for events",
            "pod comes tomorrow",
        ] {
            assert!(is_own_work(&plain(text)), "{text}");
        }
        for text in [
            "I only know pod by its name",
            "I rewrote pod two years ago",
            "I see that pod uses our card",
            "pod has 600 errors on my machine",
            "Our pod is slow",
            "I doubt that pod needs it",
            "pod should be dropped",
        ] {
            assert!(!is_own_work(&plain(text)), "{text}");
        }
    }

    #[test]
    fn giving_asking_and_deadlines_are_recognized_by_grammar() {
        assert!(gives(&plain("@ann I've put you down for pod")) && gives(&plain("You get pod for a start")));
        assert!(!gives(&plain("I thank you for pod")) && !gives(&plain("You should look at pod")));
        assert!(asks_for(&plain("can you give pod to me")) && !asks_for(&plain("can you tell me of pod")));
        assert!(asks_leave(&plain("pod, if that's okay")) && !asks_leave(&plain("pod is fine if you ask")));
        assert!(is_done_later(&plain("done by Monday")) && !is_done_later(&plain("done by ann")));
    }
}
