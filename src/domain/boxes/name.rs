//! The name of a box: its line without people, progress, status and notes. Also which linked issues a box is about.

use super::line::{is_note, without_note};
use super::mention::{Mentions, clause, without_listed};
use crate::domain::wording::{OWNER_LABELS, PARENTS, PhraseList, WAITING};
use crate::domain::{IssueRef, Task, status};

/// Phrases that introduce an assignee, besides the labels of owners.
const LEADS: [&str; 6] = ["owned by", "would be owned by", "could be owned by", "assigned to", "unsure", "moved by"];

/// Words that introduce a person or figures, and mean nothing without them.
const JOINTS: [&str; 7] = ["and", "by", "or", "to", "&", "->", "→"];

/// Phrases directly before an issue that a line only mentions.
static MENTIONS: PhraseList = PhraseList::new(
    "see; not; cf; cf.; e.g.; e.g; example; like; like in; as in; similar to; unlike; via; until; after; \
    needs; requires; than; blocked; paused; postponed; deferred; pending; unblocked by; duplicate of; duplicates; \
    dup of; dupe of; superseded by; replaced by; obsoleted by; supersedes; replaces; obsoletes; in favour of; in favor of; \
    instead of; alternative to; introduced in; introduced by; caused by; broken by; conflicts with; conflicting with; \
    revert; reverts; reverting; reverted in; reverted by; rolled back in; rolled back by; related to; relates to; \
    described in; discussed in; mentioned in; proposed in",
);

/// Returns a line without people, figures, notes, the brackets around these, and the issues at its beginning and end.
pub fn name(text: &str) -> String {
    let text = without_remarks(text.trim());
    let text = status::claim(&text).map_or(text.as_str(), |claim| claim.rest);
    let text = without_listed(before_lead(without_note(status::take_words(without_number(text)).0)));
    let is_aside = |word: &&str| is_person(word) || is_sign(word);
    let mut words: Vec<&str> = text.split_whitespace().filter(|word| !is_aside(word)).collect();
    let of = |three: &[&str]| matches!(three, [done, "of", total] if is_figure(&format!("{done}/{total}")));
    let figures = words.iter().position(|word| is_figure(word)).map(|at| (at, at + 1));
    if let Some((at, end)) = figures.or_else(|| words.windows(3).position(of).map(|at| (at, at + 3))) {
        // After a colon, the unit of the figures is dropped as well: `Prow: 288/1780 jobs`.
        let is_apart =
            at.checked_sub(1).and_then(|at| words.get(at)).is_some_and(|word| word.ends_with([':', '-', '–']));
        words.drain(at..if is_apart { words.len() } else { end });
    }
    while words.last().is_some_and(|word| JOINTS.contains(word) || !word.contains(char::is_alphanumeric)) {
        words.pop();
    }
    status::without_owner_noun(&words.join(" ")).to_owned()
}

/// Whether two lines have the same name.
pub fn is_same_name(one: &str, other: &str) -> bool {
    let (one, other) = (plain(&name(one)), plain(&name(other)));
    one == other && !one.is_empty()
}

/// Returns a text without letter case, spaces and punctuation, for comparison.
pub fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns the issue that a box is about: the first of its [`own_issues`].
pub fn own_issue(task: &Task) -> Option<&IssueRef> {
    own_issues(task).next()
}

/// Returns the linked issues of a box, without those it waits for or only mentions.
pub fn own_issues(task: &Task) -> impl Iterator<Item = &IssueRef> {
    let is_noted = |before: &str, _: &str| is_bracketed_note(before, &clause(before));
    let mentions = Mentions::of(&task.text);
    measuring_issues(task).filter(move |id| !mentions.are_so(id, is_noted))
}

/// Returns the issues that measure a box: its own, and those in a note such as `(in review: #12)`.
pub fn measuring_issues(task: &Task) -> impl Iterator<Item = &IssueRef> {
    let mentions = Mentions::of(&task.text);
    task.issues.iter().filter(move |id| {
        !mentions.are_so(id, |before, behind| {
            let clause = clause(before);
            only_mentions(before, behind)
                || WAITING.all().filter(|lead| lead.contains(' ')).any(|lead| clause.contains(lead))
        })
    })
}

/// Whether the words around an issue show that a line only mentions it: `A, see #15`, `B. #17 may help`. A line that
/// consists of `see #15` is about it.
pub fn only_mentions(before: &str, behind: &str) -> bool {
    let before = without_listed(before);
    let clause = clause(before);
    let mut words: Vec<&str> = clause.split_whitespace().map(|word| word.trim_end_matches(':')).collect();
    let is_owned = |word: &str| word.ends_with("'s") || word.ends_with("’s");
    let is_article = |word: &str| matches!(word, "issue" | "issues" | "pr" | "the" | "my" | "our" | "also" | "");
    while words.last().is_some_and(|word| is_article(word) || is_owned(word)) {
        words.pop();
    }
    let lead = words.join(" ");
    let is_all = matches!(lead.as_str(), "see" | "cf" | "cf.") && !behind.contains(char::is_alphabetic);
    if is_all && clause.len() == before.trim().len() {
        return false;
    }
    // "All at once #14" is about #14, "once #14 lands" waits for it.
    let is_condition = matches!(words.last(), Some(&("once" | "when"))) && behind.contains(char::is_alphabetic);
    is_condition || MENTIONS.ends(&lead) || PARENTS.ends(&lead) || begins_a_remark(before, behind)
}

/// Whether an issue is the subject of another sentence: `Delete the job. #17 may allow this`.
fn begins_a_remark(before: &str, behind: &str) -> bool {
    const VERBS: [&str; 9] = ["may", "might", "can", "could", "will", "would", "should", "has", "is"];
    let verb = behind.split_whitespace().next().unwrap_or_default();
    before.trim_end().ends_with('.') && before.trim_end().contains(' ') && VERBS.contains(&verb)
}

/// Whether a clause is a note in a bracket that is still open.
fn is_bracketed_note(before: &str, clause: &str) -> bool {
    let is_open = before.rfind(['(', '[']) > before.rfind([')', ']']);
    is_open && is_note(clause)
}

/// Removes brackets that contain people, figures or notes.
fn without_remarks(text: &str) -> String {
    let mut rest = text.to_owned();
    for (open, close) in [('(', ')'), ('[', ']')] {
        let mut from = 0;
        while let Some(start) = rest.get(from..).and_then(|text| text.find(open)).map(|at| at + from) {
            let Some(end) = rest.get(start..).and_then(|text| text.find(close)).map(|at| at + start) else { break };
            if is_remark(rest.get(start + 1..end).unwrap_or_default()) {
                rest.replace_range(start..=end, " ");
            }
            from = start + 1;
        }
    }
    rest
}

fn is_remark(inner: &str) -> bool {
    let lower = inner.trim().to_lowercase();
    let first = lower.split_whitespace().next().unwrap_or_default();
    let has = |is: fn(&str) -> bool| inner.split_whitespace().any(is);
    has(is_person)
        || has(is_figure)
        || has(|word| word.starts_with('#'))
        || matches!(first, "sig" | "wg" | "team" | "except" | "this")
        || matches!(lower.trim_end_matches('s'), "pr" | "issue" | "pull request")
        || leads().any(|lead| lower.starts_with(lead))
        || status::is_remark(&lower)
        || is_note(&lower)
}

/// Removes the issue at the beginning: `#12 DNS`, `o/r#12: DNS`.
fn without_number(text: &str) -> &str {
    let (first, rest) = text.split_once(' ').unwrap_or_default();
    let number = first.rsplit_once('#').map(|(_, number)| number.trim_end_matches([':', ',']));
    if number.is_some_and(is_number) { rest } else { text }
}

/// Whether a word is an emoji shortcode: `:construction:`.
fn is_sign(word: &str) -> bool {
    let name = word.strip_prefix(':').and_then(|word| word.strip_suffix(':'));
    name.is_some_and(|name| name.len() > 1 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
}

/// The text before the phrase that introduces an assignee.
fn before_lead(text: &str) -> &str {
    // Only ASCII is lowercased, so byte offsets stay valid.
    let lower = text.to_ascii_lowercase();
    let begins_word = |at: &usize| *at > 0 && !lower.get(..*at).is_some_and(|it| it.ends_with(char::is_alphanumeric));
    let start = leads().filter_map(|lead| lower.find(lead)).filter(begins_word).min();
    start.and_then(|start| text.get(..start)).unwrap_or(text)
}

fn leads() -> impl Iterator<Item = &'static str> {
    OWNER_LABELS.all().chain(LEADS)
}

fn is_person(word: &str) -> bool {
    let bare = word.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '@' | '`'));
    bare.strip_prefix('@').is_some_and(|login| login.starts_with(|c: char| c.is_ascii_alphanumeric()))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a word is a figure such as `3/7` or `(3/7)`.
fn is_figure(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    bare.split_once('/').is_some_and(|(done, total)| is_number(done) && is_number(total))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::TaskState;
    use crate::domain::fixtures::{id, task};

    #[test]
    fn a_name_excludes_people_progress_and_notes() {
        for text in [
            "DNS @alice",
            "@alice: DNS",
            "DNS (@alice, @bob)",
            "DNS - assigned to @alice",
            "DNS (owner: Jorge)",
            "DNS (SIG Testing)",
            "DNS (in progress)",
            "DNS (PR)",
            "DNS (#14)",
            "DNS #14",
            "DNS: o/r#14, #15",
            "#14 DNS",
            "#14: DNS",
            "#14 – DNS",
            "DNS (3/7 jobs)",
            "DNS 3/7",
            "DNS: 3/7 jobs",
            "DNS (blocked by #14)",
            "DNS, blocked by #14",
            "DNS blocked by #14",
            "DNS after #14",
            "DNS · @alice",
            "DNS -- owner @alice",
            "DNS, assignee @alice",
            "DNS - owner @alice - started",
            "DNS / @alice / started",
            "DNS (done)",
            "[WIP] DNS",
            "WIP: DNS",
            "🚧 DNS",
            ":construction: DNS",
        ] {
            assert!(is_same_name(text, "dns"), "{text}: {}", name(text));
        }
        for text in ["Copy images (eu)", "Read or write", "a/b tests", "v1/v2"] {
            assert_eq!(name(text), text);
        }
    }

    #[test]
    fn a_box_is_about_the_first_issue_it_does_not_just_mention() {
        let own = |text: &str, issues: &[u64]| {
            let issues = issues.iter().map(|number| id(*number)).collect();
            own_issue(&Task { issues, ..task(text, TaskState::Open) }).map(|id| id.number)
        };
        assert_eq!(own("A #2 (blocked by #14)", &[2, 14]), Some(2));
        assert_eq!(own("(after #14) A #2", &[14, 2]), Some(2));
        assert_eq!(own("A, blocked by the new registry #14", &[14]), None);
        assert_eq!(own("B, see #15 for why", &[15]), None);
        assert_eq!(own("C (not #16)", &[16]), None);
        assert_eq!(own("Remove what is not used #5", &[5]), Some(5));
        assert_eq!(own("Images (#7)", &[7]), Some(7));
        assert_eq!(own("a link without a number", &[8]), Some(8));
        assert_eq!(own("A #155, see #15", &[15]), None);
        assert_eq!(own("Fix the pending queue #5", &[5]), Some(5));
        assert_eq!(own("see #15", &[15]), Some(15));
        assert_eq!(own("A, see https://github.com/kubernetes/k8s.io/issues/15", &[15]), None);
        for text in [
            "D (part of #3)",
            "D (follow-up of @ann's PR #3)",
            "Revert #3",
            "Unblocked by #3: E",
            "F, see #2, #4 and #3",
            "Delete it. #3 may allow this",
            "G - reverted in #3",
            "G: reverted by #3",
            "G (rolled back in #3)",
            "G closed in favour of #3",
            "G, dropped in favor of #3",
            "G conflicts with #3",
            "G (supersedes #3)",
        ] {
            assert_eq!(own(text, &[3]), None, "{text}");
        }
    }
}
