//! Reasons why work will not be done, with or without more words: "won't do", "superseded by #5", "not needed anymore".

use crate::domain::State;
use crate::domain::wording::{PhraseList, first_word};

/// Reasons that more words may follow.
static REASONS: PhraseList = PhraseList::new(
    "not needed; not required; not necessary; no longer needed; no longer required; no longer necessary; \
    no longer relevant; unnecessary; redundant; obsolete; obsoleted; superseded; closed in favour; closed in favor; \
    dropped in favour; dropped in favor; abandoned in favour; abandoned in favor",
);

/// Reasons that need an issue after them: "duplicate of entries" is a fault, and "replaced by Quay" may be done.
static REASONS_WITH_ISSUE: PhraseList = PhraseList::new("duplicate; dup; dupe; replaced");

/// Words that may follow a reason. "Not needed for v1" drops only a part.
static BEHIND: PhraseList =
    PhraseList::new("anymore; any; as; because; by; due; here; now; of; since; thanks; upstream; with");

/// Reads a reason, in lower case, that says only after a struck title that it is dropped: "deprecated upstream", or
/// "replaced by" whose issue the importer has removed.
pub(super) fn behind_struck(reason: &str) -> Option<State> {
    // Beside a title that is not struck, "deprecated" may describe the subject.
    let is_deprecated = reason
        .strip_prefix("deprecated")
        .is_some_and(|rest| rest.is_empty() || BEHIND.has(first_word(rest.trim_start())));
    let lost_its_issue =
        || split(reason).is_some_and(|(reason, more)| REASONS_WITH_ISSUE.has(reason) && is_one_word(more));
    (is_deprecated || lost_its_issue()).then_some(State::Dropped)
}

/// Reads a reason with more words beside a title: "superseded by #5", "not needed anymore".
pub(super) fn dropped(words: &str) -> Option<State> {
    let (reason, more) = split(words)?;
    let names_issue = more.contains('#') || more.contains("://");
    (REASONS.has(reason) || names_issue && REASONS_WITH_ISSUE.has(reason)).then_some(State::Dropped)
}

fn is_one_word(text: &str) -> bool {
    !text.trim().contains(' ')
}

/// Splits "superseded by #5" before "by".
fn split(text: &str) -> Option<(&str, &str)> {
    let mut halves = text.match_indices(' ').filter_map(|(at, _)| text.split_at_checked(at));
    halves.find(|(_, more)| BEHIND.has(first_word(more.trim_start())))
}

#[cfg(test)]
mod tests {
    use super::super::{of_reason, take_words};
    use super::*;

    #[test]
    fn a_struck_title_is_dropped_for_many_reasons() {
        for text in [
            "not needed anymore",
            "superseded by #5",
            "superseded by",
            "- deprecated upstream",
            "(duplicate of #5)",
            "duplicate of",
            "closed in favour of #5",
            "no longer needed because of #5",
            "obsolete since v2",
        ] {
            assert_eq!(of_reason(text), Some(State::Dropped), "{text}");
        }
        assert_eq!(of_reason("deleted in"), Some(State::Removed));
        for text in
            ["four jobs", "not needed for v1", "deprecated API", "replaced by the new name", "no longer blocked"]
        {
            assert_eq!(of_reason(text), None, "{text}");
        }
    }

    #[test]
    fn a_reason_beside_a_title_drops_it() {
        for text in [
            "DNS: superseded by #5",
            "DNS (replaced by #5)",
            "DNS - duplicate of o/r#5",
            "DNS – closed in favour of #5",
            "DNS: not needed anymore",
            "DNS (no longer needed since v2)",
        ] {
            let state = take_words(text).1.map(|(state, _)| state);
            assert_eq!((take_words(text).0, state), ("DNS", Some(State::Dropped)), "{text}");
        }
        for text in [
            "Fix: duplicate of entries",
            "images (replaced by new ones)",
            "DNS: not needed for v1",
            "Find what is not needed anymore",
            "API: deprecated since v2",
            "Superseded specs",
        ] {
            assert_eq!(take_words(text).1, None, "{text}");
        }
    }
}
