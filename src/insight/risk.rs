//! Risk: items that may not be finished by a day, with reasons.

use crate::domain::board::SILENT_DAYS;
use crate::domain::{Board, Date, Freedom, ItemRow, OwnerName, State};

/// An item that may not be finished in time.
#[derive(Debug, Clone, PartialEq)]
pub struct Risk<'a> {
    /// The item.
    pub item: &'a ItemRow,
    /// Why, the gravest first; never empty.
    pub reasons: Vec<RiskReason>,
}

/// Why an item may not be finished in time. Orders by gravity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RiskReason {
    /// Its own day is over.
    Overdue(Date),
    /// The scope is unknown.
    UnknownScope,
    /// Its issue was closed without being done, so a decision is due.
    Undecided,
    /// Something else must come first.
    Blocked,
    /// No owner is certain.
    Unowned,
    /// No one is assigned.
    Unassigned,
    /// The number of days without a comment by a person.
    Quiet(u32),
    /// Its own day comes before the day in question.
    Due(Date),
}

/// Returns the items that are left and may not be finished by `until`, in roadmap order.
///
/// An item whose own day lies behind `until` is not at risk; one without a day is.
pub fn at_risk(board: &Board, until: Date) -> Vec<Risk<'_>> {
    let left = board.items().filter(|item| item.is_left() && item.due.is_none_or(|due| due <= until));
    left.map(|item| Risk { item, reasons: reasons(item, board.date) }).filter(|risk| !risk.reasons.is_empty()).collect()
}

fn reasons(item: &ItemRow, date: Date) -> Vec<RiskReason> {
    let quiet = item.touched.map(|touched| touched.days_before(date)).filter(|&days| days >= SILENT_DAYS);
    let mut reasons: Vec<_> = [
        item.due.map(|due| if due < date { RiskReason::Overdue(due) } else { RiskReason::Due(due) }),
        (item.state == State::Unknown).then_some(RiskReason::UnknownScope),
        (item.state == State::ClosedNotDone).then_some(RiskReason::Undecided),
        (item.freedom == Freedom::Blocked).then_some(RiskReason::Blocked),
        (!item.owner.is_settled()).then_some(RiskReason::Unowned),
        (item.assignees.is_empty() && item.freedom != Freedom::Unchecked).then_some(RiskReason::Unassigned),
        quiet.map(RiskReason::Quiet),
    ]
    .into_iter()
    .flatten()
    .collect();
    reasons.sort_unstable();
    reasons
}

/// Groups risks by owner, in the order in which owners first appear; items without an owner come last.
pub fn by_owner<'a>(risks: Vec<Risk<'a>>) -> Vec<(Vec<OwnerName>, Vec<Risk<'a>>)> {
    let mut groups: Vec<(Vec<OwnerName>, Vec<Risk<'a>>)> = Vec::new();
    for risk in risks {
        let owner = &risk.item.owner.names;
        match groups.iter_mut().find(|(owners, _)| owners == owner) {
            Some((_, group)) => group.push(risk),
            None => groups.push((owner.clone(), vec![risk])),
        }
    }
    groups.sort_by_key(|(owners, _)| owners.is_empty());
    groups
}
