//! Reasons of a rank that follow from an item and its issue alone.

use super::CLOSED_SINCE;
use super::piece::{Part, RankReason};
use crate::domain::board::Inner;
use crate::domain::{Date, Issue, ItemRow, Timestamp};
use crate::words;

pub(super) fn last_sign(issue: Option<&Issue>, touched: Timestamp, until: Date) -> String {
    format!("{} {}", words::last_sign(issue, touched), words::days_ago(touched.days_before(until)))
}

pub(super) fn size(item: &ItemRow, part: &Part) -> Option<RankReason> {
    match part {
        Part::Task(_) => Some(reason("small", 2, "it is one task of a list".into())),
        Part::Rows { rows, .. } => match rows.left {
            left @ 0..=10 => Some(reason("small", 2, format!("only {left} left there"))),
            11..=100 => None,
            left @ 101.. => Some(reason("large", -1, format!("{left} are left there"))),
        },
        Part::Whole => {
            let inner = item.inner.as_ref()?;
            match inner.progress.left() {
                1..=3 => Some(reason("small", 2, format!("only {}", left_of(inner)))),
                0..=100 => None,
                101.. => Some(reason("large", -2, left_of(inner))),
            }
        }
    }
}

/// `3 of 20 jobs left`; `3 jobs left` if none is done; `3 lines left, peak 20` if only what is left is known.
fn left_of(inner: &Inner) -> String {
    match inner.whole() {
        Some(whole) if whole.done == 0 && whole.total > 1 => format!("{} {} left", whole.left(), inner.unit),
        Some(whole) => format!("{} of {} {} left", whole.left(), whole.total, inner.unit),
        None => words::inner(inner),
    }
}

pub(super) fn no_pull(issue: Option<&Issue>) -> Option<RankReason> {
    let pulls = issue?.pulls.as_ref()?;
    (!pulls.iter().any(|pull| pull.is_open)).then(|| reason("no-pull", 1, "no pull request is open for it".into()))
}

/// Lowers the score of work that needs access to a Google project or to production, which few people have.
pub(super) fn access(item: &ItemRow, issue: Option<&Issue>) -> Option<RankReason> {
    const KINDS: [&str; 3] = ["on-call", "bucket", "dataset"];
    let by_kind = item.kind.as_ref().filter(|kind| KINDS.contains(&kind.as_str()));
    let by_label = issue.is_some_and(|issue| issue.has_label("area/access"));
    match by_kind {
        Some(kind) => Some(reason("access", -2, format!("a piece of kind `{kind}` needs access that few have"))),
        None => by_label.then(|| reason("access", -2, "it needs access that few have (area/access)".into())),
    }
}

/// Says that the issue was closed after the day that is shown.
pub(super) fn closed_since(item: &ItemRow) -> Option<RankReason> {
    item.closed_since.map(|closed| reason(CLOSED_SINCE, 0, format!("closed since, on {}", closed.date())))
}

/// Lowers the score of a remark, which is not work.
pub(super) fn remark(item: &ItemRow) -> Option<RankReason> {
    let is_remark = item.kind.as_ref().is_some_and(|kind| kind == "remark");
    is_remark.then(|| reason("remark", -2, "it is a remark, not work that can be finished".into()))
}

pub(super) fn reason(name: &'static str, points: i32, text: String) -> RankReason {
    RankReason { name, points, text }
}
