//! Formatting of moves of counters.

use crate::domain::shift::Shift;

/// `+12 done, +275 in scope, +263 left`, without zeros.
pub fn shift(shift: Shift) -> String {
    let parts = [(shift.done, "done"), (shift.scope, "in scope"), (shift.left, "left")];
    let parts: Vec<String> =
        parts.iter().filter(|(by, _)| *by != 0).map(|(by, what)| format!("{by:+} {what}")).collect();
    if parts.is_empty() { "no net change".to_owned() } else { parts.join(", ") }
}

/// The reason why a page lists no commits of a checkout.
pub fn too_many_commits(checkout: &str, count: usize) -> String {
    format!("{checkout} has {count} commits since then: `offramp count --since DATE --by commit` goes through them")
}
