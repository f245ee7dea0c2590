//! View 1, Projects: progress, owner and what is left.

use super::super::order::Sort;
use super::{Action as A, Grouping, Model, Spec, ViewContent, no_heading};

pub(super) const VIEW: Spec = Spec {
    title: "Projects",
    command: "projects",
    help: "Projects: progress, owner, what is left",
    content: ViewContent::Projects,
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
        A::Migrated,
        A::Accounts,
        A::Browse,
        A::CopyLink,
        A::Sync,
    ],
    sorts: &Sort::ALL,
    groupings: &[Grouping::Plain, Grouping::Owner, Grouping::State],
    refusals: &[],
    checkout_day: None,
    moves_since: None,
};

fn empty(_model: &Model) -> [String; 2] {
    ["the roadmap has no projects yet".into(), "{edit} opens it in your editor".into()]
}
