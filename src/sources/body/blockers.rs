//! Parser of blockers: the issues that a body says its issue waits for.

use super::lines::{BodyLine, Marker};
use super::references::push;
use super::{Home, references};
use crate::domain::IssueRef;
use crate::domain::boxes::awaited_by_body;
use crate::domain::wording::WAITING;

/// Returns the issues of lines such as `Blocked by #2`, and of a list below `Blocked by:`. Boxes wait for themselves.
pub(super) fn of(lines: &[BodyLine], home: Home<'_>) -> Vec<IssueRef> {
    let (mut found, mut lead) = (Vec::new(), String::new());
    for line in lines.iter().filter(|line| !line.quoted && line.depth <= 1) {
        let text: String = line.spans.iter().filter(|span| !span.struck).map(|span| span.text.as_str()).collect();
        let text = match line.marker {
            Marker::Task(_) => continue,
            Marker::Bullet => format!("{lead} {text}"),
            Marker::None => {
                let bare = text.trim().trim_end_matches(':');
                lead = if WAITING.has(&bare.to_lowercase()) { bare.to_owned() } else { String::new() };
                text
            }
        };
        let issues = references::of(std::slice::from_ref(line), home);
        awaited_by_body(text.trim(), &issues)
            .filter(|id| *id != home.issue)
            .for_each(|id| push(&mut found, id.clone()));
    }
    found
}
