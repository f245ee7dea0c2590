//! Scope of a clause that names no box: everything left, the first two, all but one.

use super::super::phrases::PhraseKind;
use super::super::prose::Prose;
use super::super::words;
use super::{Clause, except_but};
use crate::domain::wording::PhraseList;

/// Returns the number of boxes that a clause takes by position, and whether from the start of the list: `the first
/// two`.
pub(in super::super) fn counted(text: &Prose) -> Option<(bool, usize)> {
    let plain = text.plain();
    let read = |lead: &str| number(plain.split_once(lead)?.1.split(' ').next()?);
    read(" first ").map(|number| (true, number)).or_else(|| read(" last ").map(|number| (false, number)))
}

fn number(word: &str) -> Option<usize> {
    const ORDINALS: [&str; 6] = ["first", "second", "third", "fourth", "fifth", "sixth"];
    let ordinal = ORDINALS.iter().position(|name| *name == word).map(|at| at + 1);
    let digits =
        words::digits(word).trim_end_matches("st").trim_end_matches("nd").trim_end_matches("rd").trim_end_matches("th");
    ordinal.or_else(|| digits.parse().ok().filter(|number| (1..100).contains(number)))
}

/// The positions in the list that a clause gives by number: `items 2 and 3`, `the 2nd one`.
pub(in super::super) fn numbered(text: &Prose) -> Vec<usize> {
    const LEADS: [&str; 8] =
        [" numbers ", " number ", " items ", " item ", " points ", " point ", " tasks ", " boxes "];
    let plain = text.plain();
    let Some(rest) = LEADS.iter().find_map(|lead| Some(plain.split_once(lead)?.1)) else { return Vec::new() };
    let words = rest.split(' ').filter(|word| !matches!(*word, "and" | "to" | ""));
    words.map_while(number).collect()
}

/// The bare numbers of a clause, which may be positions in the list: `3 and 4`, but not `3 days`.
pub(in super::super) fn bare_numbers(text: &str) -> Vec<usize> {
    static COUNTED: PhraseList =
        PhraseList::new("day; days; week; weeks; hour; hours; month; months; minutes; times; people; more");
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '&' | '+' | '(' | ')'));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let is_count =
        |at: usize| words.get(at + 1).is_some_and(|next| COUNTED.has(next.trim_end_matches(['.', '!', '?'])));
    let numbers = words.iter().enumerate().filter(|(at, _)| !is_count(*at));
    numbers.filter_map(|(_, word)| word.trim_end_matches(['.', ':', ';', '!']).parse().ok()).collect()
}

/// A text without the hash of numbers behind a verb and perhaps other numbers, which may be positions in the list or parts
/// of names: `taking #40, #41`, but not `my PR #41`.
pub(in super::super) fn with_bare_numbers(text: &str) -> String {
    static TAKING: PhraseList = PhraseList::new(
        "take; taking; do; doing; claim; claiming; grab; grabbing; pick; picking; handle; handling; tackle; tackling; \
        working",
    );
    let mut is_object = false;
    let bare = |word: &str| {
        let name = word.trim_end_matches(['.', ':', ';', '!', ',']);
        let number = name.trim_start_matches('#');
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let is_between = is_number || matches!(name, "and" | "on" | "up" | "&" | "+");
        is_object = TAKING.has(&name.to_lowercase()) || is_object && is_between;
        if is_object && is_number { word.trim_start_matches('#').to_owned() } else { word.to_owned() }
    };
    text.split_whitespace().map(bare).collect::<Vec<_>>().join(" ")
}

/// Whether a clause refers to the boxes of the previous one: `I start there`, `both could go to me`, `I do it`.
pub(in super::super) fn is_of_same(text: &Prose) -> bool {
    let is_same = |word: &str| matches!(word, "that" | "them" | "these" | "those" | "there" | "both");
    let plain = text.plain();
    let is_subject = [" i ", " ive ", " ill "].iter().any(|word| plain.contains(word));
    plain.split(' ').any(|word| is_same(word) || is_subject && matches!(word, "it" | "this"))
}

/// Whether a text refers to several boxes without naming them: `them`, `some`.
pub(in super::super) fn is_of_several(text: &Prose) -> bool {
    static POINTERS_TO_SEVERAL: PhraseList = PhraseList::new("them; these; those; both; ones; several; some; few");
    has_word(text.plain(), &POINTERS_TO_SEVERAL)
}

/// Whether an answer lets the person who asked choose: `sure, pick any`.
pub(in super::super) fn offers_choice(text: &Prose) -> bool {
    let offers =
        [" any of ", " any one ", " pick any ", " take any ", " whichever ", " which one ", " which ones ", " one of "];
    contains_any(text.plain(), &offers)
}

/// Whether a text invites others to take anything.
pub(in super::super) fn invites(text: &Prose) -> bool {
    static INVITING_WORDS: PhraseList =
        PhraseList::new("whatever; whichever; any; anything; others; rest; remaining; something");
    has_word(text.plain(), &INVITING_WORDS)
}

/// Whether a comment is a name with a few words and makes no statement about it: `ok then pod`, `pod today`.
pub(in super::super) fn is_brief(text: &Prose) -> bool {
    const MAX_WORDS: usize = 8;
    static WORDS_OF_STATEMENTS: PhraseList = PhraseList::new(
        "is; are; was; were; be; has; have; had; needs; need; should; must; looks; seems; fails; failed; \
        depends; works; doesnt; isnt; arent; cant; wont; not; no; see; for; thanks; thank; nice; great; good; \
        why; how; what; when; where; which; only; still; todo; left; remaining; please",
    );
    let plain = text.plain();
    let is_reply = text.contains(['?', '@', '#', '>']) || text.contains("://");
    plain.split_whitespace().count() <= MAX_WORDS && !is_reply && !has_word(plain, &WORDS_OF_STATEMENTS)
}

/// Whether a clause makes a statement about something, but not that it should wait or that someone is working on it.
pub(in super::super) fn states(text: &Prose) -> bool {
    static VERBS: PhraseList = PhraseList::new(
        "is; are; was; were; has; have; had; needs; need; looks; seems; fails; failed; depends; works; does; doesnt; isnt; arent; dont; should; \
        must; takes; says; use; uses; used; changed; cant; wont; may; would",
    );
    static WAITS: PhraseList = PhraseList::new(
        "wait; waits; waiting; until; blocked; later; last; deprecated; removed; remove; dropped; drop; replaced; rewritten; skip; \
        skipped; frozen; archived; done; ready; reserved; assigned; taken; mine; progress; review; branch; draft; \
        someone; somebody; pr; already; ive",
    );
    let plain = text.plain();
    (has_word(plain, &VERBS) || plain.starts_with(" please ")) && !has_word(plain, &WAITS)
}

/// Whether a text gives the whole issue to a person: `this issue is assigned to you`.
pub(in super::super) fn gives_issue(text: &Prose) -> bool {
    let plain = text.plain();
    contains_any(plain, &["this issue ", "the issue ", "whole issue "])
        && contains_any(plain, &[" assigned ", " assigning ", " assign "])
        && contains_any(plain, &[" to you ", " to @", " you to "])
}

/// The words on either side of a conjunction: `pod node` for `the pod & node`.
pub(in super::super) fn joined(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().filter(|word| !word.eq_ignore_ascii_case("the")).collect();
    let is_joint = |word: &&str| matches!(*word, "and" | "&" | "+" | "plus");
    let is_beside = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| words.get(at));
        words.get(at + 1).is_some_and(is_joint) || before.is_some_and(is_joint)
    };
    let beside = words.iter().enumerate().filter(|(at, word)| is_beside(*at) && !is_joint(word));
    beside.map(|(_, word)| *word).collect::<Vec<_>>().join(" ")
}

/// Whether a text has a pronoun that refers to an earlier text.
pub(in super::super) fn has_pointer(text: &Prose) -> bool {
    let is_pointer = |word: &&str| matches!(*word, "it" | "this" | "that" | "them" | "these" | "those" | "mine" | "me");
    let plain = [" this week", " this month", " this sprint", " this evening", " this year"]
        .iter()
        .fold(text.plain().to_owned(), |text, time| text.replace(time, " "));
    let words: Vec<&str> = plain.split_whitespace().collect();
    words.iter().any(is_pointer) || words.last() == Some(&"one")
}

/// Whether a clause asks the reader to do something.
pub(in super::super) fn asks_you(text: &Prose) -> bool {
    contains_any(text.plain(), &[" could you ", " can you ", " would you ", " will you "])
}

/// Whether a question offers the issue to its reader: `would you be up for this?`, `do you want to send a PR?`.
pub(super) fn offers(text: &Prose) -> bool {
    const OFFERS: [&str; 9] = [
        " you be up for ",
        " you up for ",
        " you like to ",
        " you want to ",
        " you be willing to ",
        " you willing to ",
        " you be interested in ",
        " you interested in ",
        " you be able to ",
    ];
    static TAKING: PhraseList = PhraseList::new(
        "take; taking; work; working; pick; picking; handle; handling; tackle; tackling; send; sending; submit; \
        submitting; open; opening; raise; contribute; contributing; implement; implementing; fix; fixing; give; do; doing; \
        make; create; put; start; this; it",
    );
    static TAKING_ONLY: PhraseList = PhraseList::new("take; pick; handle; tackle; implement");
    let begins_with = |rest: &str, verbs: &PhraseList| rest.split(' ').next().is_some_and(|verb| verbs.has(verb));
    let plain = text.plain();
    let offered = OFFERS.iter().filter_map(|offer| Some(plain.split_once(offer)?.1));
    let asked = [" could you ", " can you "].iter().filter_map(|lead| Some(plain.split_once(lead)?.1));
    offered.into_iter().any(|rest| begins_with(rest, &TAKING))
        || asked.into_iter().any(|rest| begins_with(rest, &TAKING_ONLY))
}

/// Verbs for work that is over.
static ENDED: PhraseList =
    PhraseList::new("fixed; resolved; closed; solved; addressed; implemented; done; completed; handled");

/// Words that make it doubtful that work is over.
static UNENDED: PhraseList = PhraseList::new(
    "not; isnt; wasnt; never; can; could; would; will; should; may; might; must; be; if; once; when; until; after; \
    partly; partially; mostly; almost; nearly; half; only",
);

/// Whether a clause names the change that did it: `fixed by #41`. That a change could do it says nothing.
pub(in super::super) fn is_done_by_change(text: &Prose) -> bool {
    let names_change = || text.contains('#') || text.contains("/pull/") || text.contains("/commit/");
    let words: Vec<&str> = text.plain().split_whitespace().collect();
    let says = words.windows(2).any(|pair| matches!(pair, [verb, "by" | "in" | "with" | "via"] if ENDED.has(verb)));
    says && names_change() && !words.iter().any(|word| UNENDED.has(word))
}

/// Whether a clause says that the issue itself was done before: `this has already been resolved`, `fixed in main`.
pub(in super::super) fn is_done_before(text: &Prose) -> bool {
    static BEFORE: PhraseList = PhraseList::new(
        "this; it; its; that; the; issue; bug; task; has; have; had; to; been; is; was; got; already; now; actually; also; \
        seems; looks; like; i; think; believe; note; update; fyi",
    );
    static BRANCHES: PhraseList = PhraseList::new("main; master; trunk; head; develop; dev; nightly; latest");
    let words: Vec<&str> = text.plain().split_whitespace().collect();
    let Some(at) = words.iter().position(|word| !BEFORE.has(word)) else { return false };
    let (before, behind) = words.split_at(at);
    let is_version =
        |word: &str| word.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let is_released = match behind {
        [_, "in" | "on", "the", place, ..] | [_, "in" | "on", place, ..] => BRANCHES.has(place) || is_version(place),
        _ => false,
    };
    behind.first().is_some_and(|verb| ENDED.has(verb))
        && (is_released || before.contains(&"already"))
        && !words.iter().any(|word| UNENDED.has(word))
}

/// The person to whom the author hands what they had: `handing this over to @ann`.
pub(in super::super) fn heir(text: &Prose) -> Option<&str> {
    static HANDING: PhraseList = PhraseList::new("hand; handing; handed");
    static PASSING: PhraseList = PhraseList::new("pass; passing; passed; transferring");
    let (_, rest) = text.split_once(" to @")?;
    let plain = text.plain();
    let passes = || has_word(plain, &PASSING) && contains_any(plain, &[" over to @", " on to @"]);
    (has_word(plain, &HANDING) || passes()).then_some(())?;
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len());
    rest.get(..end).filter(|login| !login.is_empty())
}

fn contains_any(plain: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| plain.contains(phrase))
}

fn has_word(plain: &str, words: &PhraseList) -> bool {
    plain.split_whitespace().any(|word| words.has(word))
}

/// Whether a clause is about a group of boxes.
pub(in super::super) fn is_of_group(text: &Prose) -> bool {
    let is_all_in = || text.plain().split_once(" all ").is_some_and(|(_, rest)| rest.contains(" in "));
    text.says(PhraseKind::All) || text.says(PhraseKind::Group) || is_all_in()
}

/// Whether a clause refers to a heading rather than to a box: `unit 2`.
pub(in super::super) fn names_heading(text: &Prose) -> bool {
    static HEADINGS: PhraseList =
        PhraseList::new("unit; units; section; sections; chapter; chapters; group; phase; wave; tier; batch; category");
    has_word(text.plain(), &HEADINGS)
}

/// Whether a clause says that boxes are still open, without any work of its author.
pub(in super::super) fn is_of_open(clause: &Clause) -> bool {
    clause.text.says(PhraseKind::StillOpen) && !clause.is_of_work()
}

/// Phrases before an exception, with the spaces around them.
const EXCEPT: &str = "(not |, not | all but |(all but | everything but | aside from | not including | instead of \
    | rather than | except for | except | apart from | other than | excluding | but not | less | minus | without | besides ";

/// Splits a clause at its exception: the text before `except`, and what it excludes.
pub(in super::super) fn exception(text: &str) -> Option<(&str, &str)> {
    let but = || except_but(text).and_then(|at| Some((text.get(..at)?, text.get(at + " but ".len()..)?)));
    EXCEPT.split('|').find_map(|phrase| text.split_once(phrase)).or_else(but)
}

/// Whether a clause claims something in exchange for an earlier claim of its author.
pub(in super::super) fn replaces(text: &Prose) -> bool {
    text.plain().contains(" instead ")
}
