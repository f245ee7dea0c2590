//! Status parser: words and signs such as "Done", "WIP", ✅, 🚧 and `:x:`.

mod clause;
mod reason;
mod vocabulary;

use super::State;
use super::wording::PhraseList;

pub use clause::{NamedWork, WorkClaim, claim, without_owner_noun};
use vocabulary::{SIGNS, WORDS};

/// Reads a text that is a status as a whole; text in parentheses or after a dash is a remark.
pub fn of_text(text: &str) -> Option<State> {
    let (bare, sign) = take_signs(text.trim());
    let lower = bare.to_lowercase();
    let stated = of_word(&lower).or_else(|| of_words(&lower)).or_else(|| of_percent(&lower));
    let in_words = stated.filter(|_| !VAGUE.contains(&lower.as_str()) || sign.is_none());
    match sign {
        Some(State::Done) if is_to_be_done(&lower) => in_words.filter(|state| *state != State::Done),
        Some(State::Done) => in_words.or(sign),
        sign => sign.or(in_words),
    }
}

/// Reads a status with a remark: "Done (#12)" is done, "Closed (not planned)" dropped, "Done: 50%" started.
fn of_words(text: &str) -> Option<State> {
    let separators = ['(', ':', '–', '—', ',', ';', '/', '\u{2192}'];
    // The slash of "n/a" is not a separator.
    let whole = text.replacen("n/a", "n-a", 1);
    let end = [whole.find(separators), whole.find(" - ")].into_iter().flatten().min().unwrap_or(text.len());
    let (word, remark) = text.split_at_checked(end)?;
    let word = word.trim_matches([' ', '.', '!', '*', '_', '[', ']']);
    let state = of_word(word).or_else(|| of_beginning(word))?;
    if matches!(state, State::Done | State::Removed | State::Dropped) && is_partial(text) {
        return Some(State::Started);
    }
    if state == State::Done { with_remark(remark) } else { Some(state) }
}

/// Returns the state of "done" with a remark: "Closed - wontfix" is dropped, and "Merged, then reverted" has none.
fn with_remark(remark: &str) -> Option<State> {
    let is_undone = |word: &str| ["revert", "reopen", "undone", "rolled"].iter().any(|undone| word.starts_with(undone));
    if remark.split(|c: char| !c.is_alphanumeric()).any(is_undone) {
        return None;
    }
    let bare = remark.trim_matches(|c: char| !c.is_alphanumeric());
    match of_word(bare) {
        Some(state @ (State::Dropped | State::Removed | State::Started)) => Some(state),
        // "Merged (next)" names a branch.
        Some(State::Todo) if !VAGUE.contains(&bare) => None,
        Some(State::Done | State::Todo | State::Unknown | State::ClosedNotDone | State::NotFetched) | None => {
            Some(State::Done)
        }
    }
}

/// Reads a percentage: "40 %" is started.
fn of_percent(text: &str) -> Option<State> {
    match text.strip_suffix('%')?.trim_end().parse::<f64>().ok()? {
        0.0 => Some(State::Todo),
        100.0 => Some(State::Done),
        percent => (0.0..100.0).contains(&percent).then_some(State::Started),
    }
}

/// Words that are a status only in a cell of their own; elsewhere they are adjectives or answers.
const VAGUE: [&str; 14] =
    ["new", "next", "no", "n", "false", "yes", "y", "true", "ok", "x", "?", "na", "future", "active"];

/// Whether a text says that only a part is done: "3 of 7", "50%", "mostly".
fn is_partial(text: &str) -> bool {
    let text = text.replace("out of", "of").replace(" %", "%");
    let words: Vec<&str> =
        text.split_whitespace().map(|word| word.trim_matches(['(', ')', '[', ']', ',', ';', ':', '.'])).collect();
    let number = |word: &str| word.parse::<f64>().ok();
    let is_share = |words: &[&str]| match words {
        [done, "of", total] => number(done).zip(number(total)).is_some_and(|(done, total)| done < total),
        _ => false,
    };
    let is_part = |word: &&str| {
        let percent = word.strip_suffix('%').and_then(number);
        percent.is_some_and(|percent| percent < 100.0) || PARTS.contains(word)
    };
    let is_rest = |words: &[&str]| match words {
        [count, "left" | "remaining" | "open" | "missing"] => number(count).is_some_and(|count| count > 0.0),
        _ => false,
    };
    words.iter().any(is_part) || words.windows(3).any(is_share) || words.windows(2).any(is_rest)
}

const PARTS: [&str; 6] = ["partly", "partially", "mostly", "almost", "half", "except"];

/// Reads a status word or phrase, such as `in progress`; lower case.
pub fn of_word(text: &str) -> Option<State> {
    let text = text.trim().trim_end_matches(['.', '!']);
    WORDS.iter().find(|(_, words)| words.has(text)).map(|(state, _)| *state)
}

/// Words that are a status also if others follow.
static CLEAR: PhraseList = PhraseList::new(
    "done; completed; complete; finished; merged; shipped; released; wip; started; dropped; removed; todo; planned; \
    migrated; skipped; won't; n/a",
);

/// Reads a status with more words: "Completed in v1.2", "Merged #12", "Done by @alice", "Closed as completed".
fn of_beginning(text: &str) -> Option<State> {
    if let Some(reason) = text.strip_prefix("closed as ") {
        return of_word(reason);
    }
    let first = text.split([' ', '#', '@']).next().filter(|first| !first.is_empty() && first.len() < text.len())?;
    let is_clear = CLEAR.has(first);
    let rest = text.get(first.len()..)?.trim_start();
    of_word(first).filter(|state| is_clear && !(*state == State::Done && is_not_done_yet(first, rest)))
}

/// Whether the words after "done" contradict it: "Complete the docs", "Done by Friday", "Merged, reverted since".
fn is_not_done_yet(first: &str, rest: &str) -> bool {
    let words: Vec<&str> = rest.split_whitespace().collect();
    match words.as_slice() {
        ["by", "the", time, ..] | ["by", time, ..] if is_time(time) => true,
        [next, ..] if first == "complete" => {
            !BEHIND_COMPLETE.contains(next) && !next.contains(|c: char| c.is_ascii_digit() || matches!(c, '#' | '@'))
        }
        _ => with_remark(rest) != Some(State::Done),
    }
}

/// Words that may follow "complete" if it is not an imperative.
const BEHIND_COMPLETE: [&str; 12] =
    ["in", "on", "with", "via", "at", "since", "as", "for", "by", "and", "upstream", "already"];

/// Whether a word is a point in time, such as a day, a quarter or a release.
fn is_time(word: &str) -> bool {
    static TIMES: PhraseList =
        PhraseList::new("end; next; eoy; eoq; eow; monday; tuesday; wednesday; thursday; friday; summer; winter");
    let is_named = TIMES.has(word) || MONTHS.has(word);
    !word.starts_with('@') && (has_number(word) || is_named)
}

/// Whether a word is or contains a number, as in `v1.2`, `q3`, `fy26` and `release-1.30`, but not in `k8s` and `arm64`.
fn has_number(word: &str) -> bool {
    let is_number =
        |part: &str| part.trim_start_matches(['v', 'q', 'h', 'f', 'y']).starts_with(|c: char| c.is_ascii_digit());
    word.split(|c: char| !c.is_alphanumeric()).any(is_number)
}

/// Whether a lower-case word is a month, a quarter or half a year.
pub fn is_month_or_quarter(word: &str) -> bool {
    let number = word.strip_prefix(['q', 'h']).unwrap_or_default();
    MONTHS.has(word.trim_end_matches([',', '.'])) || matches!(number, "1" | "2" | "3" | "4")
}

static MONTHS: PhraseList = PhraseList::new(
    "january; jan; february; feb; march; mar; april; apr; may; june; jun; july; jul; august; aug; september; sep; \
    sept; october; oct; november; nov; december; dec",
);

/// Reads a heading that is a status as a whole: "Done", "✅ Images", "Completed in v1.2", but not "Released artifacts".
pub fn of_heading(title: &str) -> Option<State> {
    let (bare, sign) = take_signs(title);
    let lower = bare.to_lowercase();
    let is_said = |word: &&str| !VAGUE.contains(word) && lower.strip_prefix(*word).is_some_and(ends_a_status);
    match sign {
        Some(State::Done) if is_to_be_done(&lower) => None,
        Some(sign) => Some(sign).filter(|_| !is_legend(title)),
        None => WORDS.iter().find(|(_, words)| words.all().any(|word| is_said(&word))).map(|(state, _)| *state),
    }
}

/// Whether a text contains signs of different states: "✅ / 🚧".
fn is_legend(text: &str) -> bool {
    let mut states = SIGNS.iter().filter(|(sign, _)| text.contains(sign)).map(|(_, state)| *state);
    let first = states.next();
    states.any(|state| Some(state) != first)
}

/// Whether the words beside a "done" sign contradict it: "7/12", "ready to start".
fn is_to_be_done(text: &str) -> bool {
    const OPEN: [&str; 9] =
        ["ready", "legend", "todo", "planned", "pending", "remaining", "upcoming", "wip", "unfinished"];
    let words = || text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | ',' | ':'));
    let is_part = |word: &str| {
        let (done, total) = word.split_once('/').unwrap_or_default();
        done.parse::<u32>().ok().zip(total.parse::<u32>().ok()).is_some_and(|(done, total)| done < total)
    };
    is_partial(text) || words().any(|word| OPEN.contains(&word) || is_part(word))
}

/// Reads the reason after a struck title: "removed", "(won't do)", "– done", "superseded by #5".
pub fn of_reason(text: &str) -> Option<State> {
    let (bare, _) = take_signs(text);
    let bare = bare.trim_matches([' ', '(', ')', '[', ']', ',', ';', ':', '-', '–', '—', '.', '→']);
    let lower = bare.to_lowercase();
    let stated = of_text(bare).or_else(|| clause::stated(bare));
    let stated = stated.filter(|state| state.is_end() && !VAGUE.contains(&lower.as_str()));
    stated.or_else(|| reason::behind_struck(&lower))
}

/// Whether the text after a status word keeps it a status: nothing, a colon, brackets, a number, a version, "items".
pub fn ends_a_status(rest: &str) -> bool {
    static ITEMS: PhraseList =
        PhraseList::new("items; tasks; work; issues; steps; projects; jobs; things; parts; migrations; goals; list");
    let bare = rest.trim_start();
    let end = bare.find([':', '(', '[', '{', '–', '—']).or_else(|| bare.find("- ")).unwrap_or(bare.len());
    let Some((stated, _)) = bare.split_at_checked(end) else { return false };
    let begins =
        rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || matches!(c, ':' | ',' | '.' | '!' | '('));
    let words: Vec<&str> = stated.split_whitespace().map(|word| word.trim_matches(['.', '!', ','])).collect();
    let words = match words.as_slice() {
        [item, rest @ ..] if ITEMS.has(item) => rest,
        words => words,
    };
    let is_number = |word: &&str| is_time(word) || word.is_empty();
    let words = match words {
        ["in" | "since" | "on" | "with", rest @ ..] => rest,
        words => words,
    };
    begins && words.iter().all(is_number) && !is_partial(stated)
}

/// Strips signs from both ends of a text; returns the rest, and the state of the first sign.
pub fn take_signs(text: &str) -> (&str, Option<State>) {
    let (mut rest, mut state) = (text.trim(), None);
    while let Some((shorter, found)) = sign_at_start(rest) {
        (rest, state) = (shorter, state.or(Some(found)));
    }
    while let Some((shorter, found)) = sign_at_end(rest) {
        (rest, state) = (shorter, state.or(Some(found)));
    }
    (rest, state)
}

/// Whether a sign may begin and end with a character: each is one beyond ASCII, or a name between colons.
fn may_be_of_sign(c: char) -> bool {
    !c.is_ascii() || c == ':'
}

fn sign_at_start(text: &str) -> Option<(&str, State)> {
    text.starts_with(may_be_of_sign).then_some(())?;
    SIGNS.iter().find_map(|(sign, state)| {
        let rest = text.strip_prefix(sign)?;
        Some((rest.trim_start_matches(['\u{fe0f}', '\u{200d}', ' ', ':', '|']), *state))
    })
}

fn sign_at_end(text: &str) -> Option<(&str, State)> {
    let bare = text.trim_end_matches(['\u{fe0f}', ' ']);
    bare.ends_with(may_be_of_sign).then_some(())?;
    SIGNS.iter().find_map(|(sign, state)| {
        let rest = bare.strip_suffix(sign)?;
        Some((rest.trim_end_matches([' ', '\u{200d}']), *state))
    })
}

/// Whether a text is only a status. A status such as "blocked" is not, since its state does not express it.
pub fn is_only_status(text: &str) -> bool {
    let (bare, _) = take_signs(text);
    let bare = bare.trim_matches([' ', '(', ')', ':', '-', '–', '—']);
    bare.is_empty() || (of_word(&bare.to_lowercase()).is_some() && !is_waiting(bare))
}

/// Whether a status means that an open item is blocked or late, for which there is no state.
pub fn is_waiting(text: &str) -> bool {
    const WAITING: [&str; 7] = ["blocked", "on hold", "paused", "waiting", "at risk", "off track", "delayed"];
    WAITING.contains(&text.trim().trim_end_matches(['.', '!']).to_lowercase().as_str())
}

/// Reads a remark beside a reference that is only a status: `(done)`, `[WIP]`, `in progress`.
pub fn of_remark(text: &str) -> Option<State> {
    let bare = text.trim_matches(['(', ')', '[', ']', ' ', '.', '!']).to_lowercase();
    of_word(&bare).filter(|_| !VAGUE.contains(&bare.as_str()))
}

/// Whether a remark is a status, also with more words: "done in v1.2", but not "new".
pub fn is_remark(text: &str) -> bool {
    let first = text.split([' ', ',', ':', ';', '(']).next().unwrap_or_default();
    !VAGUE.contains(&first) && of_text(text).is_some()
}

/// Whether a column of this name shows whether rows are done: "Done in 1.30", "✅", or no name.
pub fn names_doneness(name: &str) -> bool {
    static DONE: PhraseList = PhraseList::new(
        "status; state; progress; done; complete; completed; finished; migrated; moved; merged; implemented; \
        shipped; landed; closed; converted; ported; replaced; switched",
    );
    const OTHER: [&str; 12] =
        ["not", "no", "be", "by", "who", "date", "remaining", "left", "needs", "must", "should", "before"];
    let (bare, sign) = take_signs(name);
    let lower = bare.to_lowercase();
    let words = || lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let is_sign = words().next().is_none() && matches!(sign, None | Some(State::Done));
    is_sign || (words().any(|word| DONE.has(word)) && !words().any(|word| OTHER.contains(&word)))
}

/// Strips a status from either end: `(done)`, `[WIP]`, `Done:`, `: done`, `– in progress, Ann`; returns the rest, the
/// state, and its words as written.
pub fn take_words(text: &str) -> (&str, Option<(State, &str)>) {
    for (open, close) in [('(', ')'), ('[', ']')] {
        if let Some(before) = text.strip_suffix(close)
            && let Some((before, inner)) = before.rsplit_once(open)
            && let Some(state) = clause::stated(inner).filter(|_| before.ends_with(' '))
        {
            return (before.trim_end(), Some((state, inner)));
        }
        if let Some(behind) = text.strip_prefix(open)
            && let Some((inner, behind)) = behind.split_once(close)
            && let Some(state) = of_remark(inner).filter(|_| !behind.trim().is_empty())
        {
            return (behind.trim_start_matches([' ', ':', '-', '–']), Some((state, inner)));
        }
    }
    let taken = clause::take_first(text).or_else(|| clause::take(text));
    taken.map_or((text, None), |(rest, said)| (rest, Some(said)))
}

/// Returns the person or the part that the words of a status name without `@`.
pub fn named(words: &str) -> Option<NamedWork<'_>> {
    clause::with_person(take_signs(words).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_is_a_status_with_or_without_more_words() {
        for text in ["done", "done in v1.2", "merged in #12", "on hold", "n/a"] {
            assert!(is_remark(text), "{text}");
        }
        for text in ["new", "new, and small", "x, y", "true", "n", "completely fair scheduler", "future: all fields"] {
            assert!(!is_remark(text), "{text}");
        }
    }

    #[test]
    fn a_status_has_many_wordings() {
        for (text, state) in [
            ("Done", State::Done),
            ("✅", State::Done),
            ("✔️ merged", State::Done),
            ("✅ @ann", State::Done),
            ("🟢 On track", State::Started),
            ("🟢 not started", State::Todo),
            ("✅ planned", State::Todo),
            ("Done, 2 left", State::Started),
            ("Completed in v1.2", State::Done),
            ("In progress", State::Started),
            ("🚧 WIP (#12)", State::Started),
            ("Not started", State::Todo),
            ("❌", State::Todo),
            ("Won't do", State::Dropped),
            ("N/A", State::Dropped),
            ("N/A (no tests)", State::Dropped),
            ("Won't migrate", State::Dropped),
            ("Removed", State::Removed),
            ("?", State::Unknown),
            ("Closed (not planned)", State::Dropped),
            ("Closed - wontfix", State::Dropped),
            ("Closed as not planned", State::Dropped),
            ("Closed as completed", State::Done),
            ("Completed 3 of 7", State::Started),
            ("Done: 50%", State::Started),
            ("Done: 100%", State::Done),
            ("Merged (next)", State::Done),
            ("Done by @alice", State::Done),
            ("Complete (v1.2)", State::Done),
            ("Complete in v1.2", State::Done),
            ("Y", State::Done),
            ("TRUE", State::Done),
            ("false", State::Todo),
            ("0 %", State::Todo),
            ("40 %", State::Started),
            ("100 %", State::Done),
        ] {
            assert_eq!(of_text(text), Some(state), "{text}");
        }
    }

    #[test]
    fn future_and_reverted_work_is_not_done() {
        for text in [
            "Complete by Q3",
            "Done by Friday",
            "Completed by the end of May",
            "Complete the docs",
            "Merged, then reverted",
            "Merged and reverted",
            "Done (not started)",
        ] {
            assert_eq!(of_text(text), None, "{text}");
        }
    }

    #[test]
    fn a_heading_is_a_status_only_as_a_whole() {
        for text in [
            "Done",
            "Done (12)",
            "Done: 2020",
            "Done, 2026-10-01",
            "Completed in v1.2",
            "Finished 2020-10",
            "✅ Images",
            "Completed tasks",
        ] {
            assert_eq!(of_heading(text), Some(State::Done), "{text}");
        }
        for text in [
            "Complete migration of DNS",
            "Released artifacts",
            "Done criteria",
            "Done-ness",
            "Done, but not documented",
            "Migrated users",
            "Completed 3 of 7",
            "X",
            "OK",
            "Closed-loop control",
        ] {
            assert_eq!(of_heading(text), None, "{text}");
        }
    }

    #[test]
    fn a_sentence_is_not_a_status() {
        for text in
            ["Open the door", "Nothing", "closed-loop control", "Move images", "Next.js", "", "120 %", "12", "%"]
        {
            assert_eq!(of_text(text), None, "{text}");
        }
    }

    #[test]
    fn signs_and_status_words_are_stripped_from_a_title() {
        assert_eq!(take_signs("✅ Move images"), ("Move images", Some(State::Done)));
        assert_eq!(take_signs("Move images :construction:"), ("Move images", Some(State::Started)));
        assert_eq!(take_words("Move images (in progress)"), ("Move images", Some((State::Started, "in progress"))));
        assert_eq!(take_words("Move images (done ✅)"), ("Move images", Some((State::Done, "done ✅"))));
        assert_eq!(take_words("Move images ☑️ merged in"), ("Move images", Some((State::Done, "☑️ merged in"))));
        assert_eq!(take_words("Move images ❌ not started"), ("Move images", Some((State::Todo, "❌ not started"))));
        assert_eq!(take_words("Move ✅ ticks"), ("Move ✅ ticks", None));
        assert_eq!(take_words("[WIP] Move images"), ("Move images", Some((State::Started, "WIP"))));
        assert_eq!(take_words("(still needed?)"), ("(still needed?)", None));
        assert_eq!(take_words("Move f(x)"), ("Move f(x)", None));
        assert_eq!(take_words("Replace close(open)"), ("Replace close(open)", None));
        assert_eq!(take_words("Rename foo (new)"), ("Rename foo (new)", None));
    }
}
