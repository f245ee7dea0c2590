//! The section of findings, worst first: message, evidence and remedy.

use std::cmp::Reverse;
use std::fmt::Write as _;

use super::Parts;
use super::markup::{escape, issue_link, list, prose};
use crate::insight::finding::Finding;

/// The findings of `check`, by severity.
pub(super) fn body(parts: &Parts<'_>, most: usize) -> String {
    let checked = &parts.checked;
    if checked.findings.is_empty() {
        return "<p>They agree in all that can be compared.</p>\n".to_owned();
    }
    let mut sorted: Vec<_> = checked.findings.iter().collect();
    sorted.sort_by_key(|finding| Reverse(finding.severity));
    let mut text = format!("<p>{}", checked.counts().join(", "));
    if checked.date != parts.world.date {
        let _ = write!(text, "; compared with what was known on {}", checked.date);
    }
    text.push_str(".</p>\n");
    let lines: Vec<_> = sorted.into_iter().map(|finding| line(finding, parts)).collect();
    text + &list(&lines, most, " (<code>offramp check</code>)")
}

fn line(finding: &Finding, parts: &Parts<'_>) -> String {
    let world = parts.world;
    let place = match &finding.location.project {
        Some(id) => parts.anchors.link(id),
        None => "the file".to_owned(),
    };
    let item = finding.location.item.as_ref().map(|item| format!("/{}", escape(item.as_str()))).unwrap_or_default();
    let mut issues: Vec<_> = finding.issues.iter().take(3).map(|id| issue_link(id, world)).collect();
    let more = finding.issues.len().saturating_sub(issues.len());
    issues.extend((more > 0).then(|| format!("and {more} more")));
    let issues = if issues.is_empty() { String::new() } else { format!(" ({})", issues.join(", ")) };
    let mut facts: Vec<_> = finding.evidence.iter().map(|fact| prose(fact)).collect();
    facts.extend(finding.remedy.text(&world.roadmap.repo).map(|remedy| format!("→ {}", prose(&remedy))));
    let facts = if facts.is_empty() { String::new() } else { format!(" <small>{}</small>", facts.join("; ")) };
    let severity = finding.severity.word();
    format!("<b>{severity}</b> {place}{item}: {}{issues}{facts}", prose(&finding.message))
}
