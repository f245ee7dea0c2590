//! Mentions: the words around the number of an issue in the line of a box, and whether the line waits for that issue.

use crate::domain::wording::{NEGATIONS, PhraseList, WAITING, WAITING_DIRECTLY};
use crate::domain::{IssueRef, Task};

/// The most words between a phrase and its issue: `blocked by the new registry #14`.
const MOST_WORDS: usize = 6;

/// Nouns that may precede the number of an issue.
const NOUNS: [&str; 8] = ["issue", "issues", "pr", "prs", "pull request", "the", "upstream", "merging"];

/// Returns the issues that the line of a box waits for: `blocked by #14`, `(after #14)`, `once #14 lands`.
pub(super) fn awaited_issues(task: &Task) -> impl Iterator<Item = &IssueRef> {
    let waits = |before: &str, behind: &str| start_of_wait(before, behind).is_some();
    let mentions = Mentions::of(&task.text);
    task.issues.iter().filter(move |id| mentions.are_so(id, waits))
}

/// Returns the issues for which a line of an issue's body says that the issue waits: `Blocked by #14`, `This depends on #14`.
pub fn awaited_by_body<'i>(text: &str, issues: &'i [IssueRef]) -> impl Iterator<Item = &'i IssueRef> {
    let waits = |before: &str, behind: &str| {
        let start = start_of_wait(before, behind);
        let halves = start.and_then(|start| before.split_at_checked(start));
        halves.is_some_and(|(before, phrase)| {
            let mut words = before.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
            // `After #14 was merged, …` tells what happened, and names no blocker.
            let is_story = ["after", "once", "when"].iter().any(|word| phrase.to_ascii_lowercase().starts_with(word));
            !is_story && words.all(|word| word.is_empty() || ITSELF.has(&word.to_lowercase()))
        })
    };
    let mentions = Mentions::of(text);
    issues.iter().filter(move |id| mentions.are_so(id, waits))
}

/// Words for the issue itself, before a phrase for its blocker.
static ITSELF: PhraseList = PhraseList::new(
    "this; it; issue; task; ticket; work; one; is; currently; still; also; status; state; note; update; now; for",
);

/// Returns where a line begins to say which issue it waits for.
pub(super) fn wait(text: &str) -> Option<usize> {
    Mentions::of(text).wait().map(|(start, _)| start)
}

/// Returns a line without the words about the issue that it waits for.
pub(super) fn without_wait(text: &str) -> Option<String> {
    let (start, end) = Mentions::of(text).wait()?;
    Some(format!("{}{}", text.get(..start)?, text.get(end..)?))
}

/// Phrases before the issue in which the work of a line goes on.
static MOVED: PhraseList = PhraseList::new(
    "moved to; superseded by; replaced by; obsoleted by; in favour of; in favor of; continued in; continues in; \
        merged into; duplicate of",
);

/// Whether a line says that its work goes on in an issue: `alpha: moved to #14`.
pub fn has_moved(text: &str) -> bool {
    let has_moved = |mention: &Mention<'_>| {
        let clause = clause(without_nouns(without_repository(mention.before.1)));
        let before = MOVED.all().find_map(|phrase| clause.strip_suffix(phrase));
        let last = before.and_then(|before| before.split_whitespace().next_back());
        before.is_some_and(ends_a_word) && !last.is_some_and(|last| last == "be" || NEGATIONS.contains(&last))
    };
    Mentions::of(text).0.iter().any(has_moved)
}

/// The issues that a line names, in order.
pub(super) struct Mentions<'t>(Vec<Mention<'t>>);

/// The number of an issue in a text, or a link to an issue.
struct Mention<'t> {
    number: &'t str,
    /// The words before it, and where they begin.
    before: (usize, &'t str),
    /// The words after it, and where they begin.
    behind: (usize, &'t str),
}

/// How many bytes before and after an issue are read.
const NEAR: usize = 400;

/// How many mentions of a line are read. A line of a task list that names more says nothing about each.
const MOST_MENTIONS: usize = 100;

impl<'t> Mentions<'t> {
    /// Finds the issues that a line names.
    pub(super) fn of(text: &'t str) -> Self {
        Self(mentions(text))
    }

    /// Whether `fits` accepts the text before and after an issue's first mention.
    pub(super) fn are_so(&self, id: &IssueRef, fits: impl Fn(&str, &str) -> bool) -> bool {
        let number = id.number.to_string();
        let found = self.0.iter().find(|mention| mention.number == number);
        found.is_some_and(|mention| fits(mention.before.1, mention.behind.1))
    }

    /// Returns where the line begins and ends to say which issue it waits for.
    fn wait(&self) -> Option<(usize, usize)> {
        self.0.iter().find_map(|Mention { before: (from, before), behind: (end, behind), .. }| {
            Some((from + start_of_wait(before, behind)?, *end))
        })
    }
}

/// Returns the mentions in a text, in order.
fn mentions(text: &str) -> Vec<Mention<'_>> {
    if !text.contains(['#', '/']) {
        return Vec::new();
    }
    let marks = ["#", "/issues/", "/pull/"];
    let starts = marks.into_iter().flat_map(|mark| text.match_indices(mark)).map(|(at, mark)| (at, at + mark.len()));
    let mut starts: Vec<_> = starts.collect();
    starts.sort_unstable();
    starts.into_iter().take(MOST_MENTIONS).filter_map(|(mark, start)| mention(text, mark, start)).collect()
}

/// The mention whose number begins at `start`, after its mark.
fn mention<'t>(text: &'t str, mark: usize, start: usize) -> Option<Mention<'t>> {
    let (head, rest) = (text.get(..mark)?, text.get(start..)?);
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (number, behind) = rest.split_at_checked(digits).filter(|(number, _)| !number.is_empty())?;
    let near = |before: &'t str, behind: &'t str| {
        let (from, end) = (before.len().saturating_sub(NEAR), text.len() - behind.len());
        let from = before.ceil_char_boundary(from);
        let until = behind.floor_char_boundary(NEAR);
        Some(Mention { number, before: (from, before.get(from..)?), behind: (end, behind.get(..until)?) })
    };
    if text.get(mark..start) == Some("#") {
        return near(head, behind);
    }
    let address = head.rfind("http")?;
    let ends = |c: char| c.is_whitespace() || matches!(c, ')' | ']' | ',' | ';');
    let is_one_word = !text.get(address..mark)?.contains(ends);
    let behind = behind.get(behind.find(ends).unwrap_or(behind.len())..)?;
    if is_one_word { near(head.get(..address)?, behind) } else { None }
}

/// A text without the list of issues at its end: `see` for `see #14, #15 and `.
pub(super) fn without_listed(before: &str) -> &str {
    let mut rest = before;
    loop {
        let bare = rest.trim_end();
        let at = bare.rfind(' ').map_or(0, |at| at + 1);
        let word = bare.get(at..).unwrap_or_default().trim_end_matches([',', ';', '/']);
        let is_number = |number: &str| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let is_issue = word.rsplit_once('#').is_some_and(|(_, number)| is_number(number)) || word.contains("://");
        if bare.is_empty() || !(is_issue && at > 0 || matches!(word, "and" | "or" | "&" | "")) {
            return rest;
        }
        rest = bare.get(..at).unwrap_or_default();
    }
}

/// The last clause of a text, in lower case.
pub(super) fn clause(before: &str) -> String {
    let clause = before.rsplit(CLAUSE_MARKS).next().unwrap_or_default();
    clause.trim().to_lowercase()
}

const CLAUSE_MARKS: [char; 6] = ['(', '[', ',', ';', '—', '–'];

/// Returns where the phrase begins by which a line waits for the issue between two texts.
fn start_of_wait(before: &str, behind: &str) -> Option<usize> {
    // Only ASCII is lowercased, so byte offsets stay valid.
    let lower = without_listed(without_repository(before)).to_ascii_lowercase();
    let start = direct_phrase(&lower, behind).or_else(|| loose_phrase(&lower))?;
    let last = lower.get(..start)?.split_whitespace().next_back().unwrap_or_default();
    let is_negated = NEGATIONS.contains(&last) || last.ends_with("n't") || last.ends_with("n’t");
    (!is_negated).then_some(start)
}

/// A text without the repository of the issue after it: `blocked by ` for `blocked by owner/name`.
fn without_repository(before: &str) -> &str {
    let at = before.rfind(|c: char| c.is_whitespace() || matches!(c, '(' | '['));
    let start = at.map_or(0, |at| at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8));
    let is_repository = before.get(start..).is_some_and(|word| word.contains('/'));
    before.get(..start).filter(|_| is_repository).unwrap_or(before)
}

/// The start of a phrase directly before an issue: `after #14`, `blocked (#14)`.
fn direct_phrase(lower: &str, behind: &str) -> Option<usize> {
    let bare = lower.trim_end();
    let opened = bare.strip_suffix(['(', '[']);
    let words = without_nouns(opened.unwrap_or(bare)).trim_end_matches([' ', ':']);
    let has_colon = lower.get(words.len()..)?.trim_start().starts_with(':');
    let start_of = |phrase: &str| {
        let noun = phrase.strip_suffix(':');
        let before = words.strip_suffix(noun.unwrap_or(phrase)).filter(|before| ends_a_word(before))?;
        let is_said =
            noun.is_none() || has_colon && (before.trim().is_empty() || before.trim_end().ends_with(CLAUSE_MARKS));
        is_said.then_some(before.len())
    };
    let (phrase, start) =
        WAITING.all().chain(WAITING_DIRECTLY.all()).find_map(|phrase| Some((phrase, start_of(phrase)?)))?;
    // "Pending (#14)" is the status of #14, and "all at once #14" is about it.
    let takes_brackets = ["block", "wait", "depend"].iter().any(|word| phrase.contains(word));
    let takes_a_verb = matches!(phrase, "once" | "when");
    ((opened.is_none() || takes_brackets) && (!takes_a_verb || behind.contains(char::is_alphabetic))).then_some(start)
}

/// The start of a phrase in the same clause as the issue: `blocked by the new registry #14`.
fn loose_phrase(lower: &str) -> Option<usize> {
    let clause = lower.rsplit(CLAUSE_MARKS).next()?;
    let from = lower.len() - clause.len();
    let phrases = WAITING.all().filter(|phrase| phrase.contains(' '));
    let (at, length) = phrases.filter_map(|phrase| Some((clause.rfind(phrase)?, phrase.len()))).max()?;
    let between = clause.get(at + length..)?;
    let is_near = between.starts_with(' ') && between.split_whitespace().count() <= MOST_WORDS;
    (is_near && !between.contains(['.', ':']) && ends_a_word(clause.get(..at)?)).then_some(from + at)
}

fn ends_a_word(before: &str) -> bool {
    !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_'))
}

fn without_nouns(text: &str) -> &str {
    let mut rest = text.trim_end();
    while let Some(shorter) = NOUNS.iter().find_map(|noun| rest.strip_suffix(noun).filter(|rest| rest.ends_with(' '))) {
        rest = shorter.trim_end();
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::TaskState;
    use crate::domain::fixtures::{id, task};

    #[test]
    fn a_line_waits_for_issues_behind_any_waiting_phrase() {
        let awaited = |text: &str| {
            let task = Task { issues: vec![id(2), id(3)], ..task(text, TaskState::Open) };
            awaited_issues(&task).map(|id| id.number).collect::<Vec<_>>()
        };
        for text in [
            "alpha blocked by #2",
            "alpha (blocked by #2)",
            "alpha, blocked by issue #2",
            "alpha - waiting on #2",
            "alpha depends on #2",
            "alpha after #2",
            "alpha needs #2",
            "alpha requires PR #2",
            "alpha once #2 lands",
            "alpha: blocked by the new registry #2",
            "alpha blocked by kubernetes/k8s.io#2",
            "alpha blocked by https://github.com/kubernetes/k8s.io/issues/2",
            "alpha (after https://github.com/kubernetes/k8s.io/pull/2#issuecomment-9)",
            "alpha blocked (#2)",
            "alpha, blocker: #2",
            "Blocked by #2: alpha",
        ] {
            assert_eq!(awaited(text), [2], "{text}");
        }
        assert_eq!(awaited("alpha after #2 and #3"), [2, 3]);
        for text in [
            "alpha #2",
            "alpha (#2)",
            "https://github.com/kubernetes/k8s.io/issues/2",
            "alpha, no longer blocked by #2",
            "alpha is not blocked by #2",
            "alpha unblocked by #2",
            "Fix the pending queue #2",
            "All at once #2",
            "Pending (#2)",
            "Release blocker: #2",
            "see #2",
            "alpha blocked by #21",
        ] {
            assert_eq!(awaited(text), [] as [u64; 0], "{text}");
        }
    }
}
