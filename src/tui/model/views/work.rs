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

fn empty(model: &Model) -> [String; 2] {
    if model.board.items().next().is_none() {
        let counted = !model.world.roadmap.counters.is_empty();
        let more =
            if counted { "3 Free shows what is left of its counters" } else { "`items:` of a project lists its work" };
        return ["the roadmap lists no items".into(), more.into()];
    }
    ["nothing is left to do".into(), "{completed} shows what is done or dropped".into()]
}
