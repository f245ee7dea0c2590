//! Parser of the successor: the issue in which the work continues.

use super::lines::{BodyLine, Marker};
use super::{Home, references};
use crate::domain::IssueRef;
use crate::domain::snapshot::before_successor_in_body;

/// The most words before a notice, such as `**Update:** this issue has moved to #2`; with more it is a story.
const MOST_WORDS_BEFORE: usize = 6;

/// Finds the single issue that a paragraph or heading names as the successor. Lists and quotes are ignored: they are
/// about parts of the work.
pub(super) fn of(lines: &[BodyLine], home: Home<'_>) -> Option<IssueRef> {
    let own = lines.iter().filter(|line| !line.quoted && line.depth == 0 && line.marker == Marker::None);
    own.filter(|line| is_notice(&line.text())).find_map(|line| {
        let mut issues = references::of(std::slice::from_ref(line), home).into_iter().filter(|it| it != home.issue);
        issues.next().filter(|_| issues.next().is_none())
    })
}

fn is_notice(text: &str) -> bool {
    before_successor_in_body(text).is_some_and(|before| before.split_whitespace().count() <= MOST_WORDS_BEFORE)
}
