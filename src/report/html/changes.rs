//! The section of changes in the period, and of decisions to make.

use std::fmt::Write as _;

use super::Parts;
use super::markup::{escape, issue_link, list, prose};
use crate::insight::changes::{Change, ChangeKind, Decision};

/// The changes by kind, then the counters, then the decisions.
pub(super) fn body(parts: &Parts<'_>, most: usize) -> String {
    let changes = &parts.changes;
    let mut text = format!("<p>From the end of {} to {}.</p>\n", changes.since, changes.until);
    if changes.is_empty() {
        text.push_str("<p>Nothing is known to have changed.</p>\n");
    }
    let more = " (<code>offramp changes</code>)";
    for kind in ChangeKind::for_people() {
        let lines: Vec<_> = changes.of(kind).map(|change| line(change, parts)).collect();
        block(&mut text, kind.title(), &lines, most, more);
    }
    let counters: Vec<_> = changes.counters.iter().map(|change| escape(&change.text())).collect();
    block(&mut text, "Counters", &counters, most, more);
    let decisions: Vec<_> = changes.decisions.iter().map(|decision| question(decision, parts)).collect();
    block(&mut text, "To decide", &decisions, most, more);
    text
}

fn block(text: &mut String, title: &str, lines: &[String], most: usize, more: &str) {
    if !lines.is_empty() {
        let _ = writeln!(text, "<h3>{title} ({})</h3>", lines.len());
        text.push_str(&list(lines, most, more));
    }
}

fn line(change: &Change, parts: &Parts<'_>) -> String {
    let project = change.project.as_ref().map(|id| format!("{}: ", parts.anchors.link(id))).unwrap_or_default();
    let issue = change.issue.as_ref().map(|id| format!(" {}", issue_link(id, parts.world))).unwrap_or_default();
    format!("{project}{}{issue}: {}", escape(&change.title), prose(&change.text))
}

fn question(decision: &Decision, parts: &Parts<'_>) -> String {
    let item = decision.item.as_ref().map(|item| format!("/{}", escape(item.as_str()))).unwrap_or_default();
    let text = prose(&decision.text);
    format!("{}{item}: {text}", parts.anchors.link(&decision.project))
}
