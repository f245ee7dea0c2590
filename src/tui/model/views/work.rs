//! View 2, Work: every open item.

use super::super::order::Sort;
use super::{Action as A, Grouping, Model, Spec, ViewContent, no_heading};

pub(super) const VIEW: Spec = Spec {
    title: "Work",
    command: "work",
    help: "Work: every open item",
    content: ViewContent::Items,
    needs_all_issues: false,
    heading: no_heading,
    empty,
    keys: &[
        A::Open,
        A::Filter,
        A::Sort,
        A::Completed,
        A::Unowned,
        A::Group,
        A::Why,
        A::Whom,
        A::SetState,
        A::Browse,
        A::CopyLink,
        A::Sync,
    ],
    sorts: &Sort::ALL,
    groupings: &[Grouping::Plain, Grouping::Owner, Grouping::State, Grouping::Milestone],
    refusals: &[],
    checkout_day: None,
    moves_since: None,
};

fn empty(_model: &Model) -> [String; 2] {
    ["nothing is left to do".into(), "{completed} shows what is done or dropped".into()]
}
