//! The claim of an issue as a whole: who has it, by an open pull request or by comments. A pull request is its author's.

use super::{Doubt, Freedom, ItemRow, JoinContext};
use crate::domain::boxes::{self, BoxKind, BoxState, Evidence};
use crate::domain::{ClaimKind, Confidence, Issue, IssueClaim, IssueRef, PullState, TaskState, Text, Timestamp};

/// Returns who has the issue of an item, if that is why the item is not free; `None` if it is assigned.
pub(super) fn of_row(at: &JoinContext<'_>, row: &ItemRow, issue: Option<&Issue>) -> Option<BoxState> {
    let is_claimed = matches!(row.freedom, Freedom::Taken | Freedom::MaybeFree(Doubt::Claimed(_)));
    of_issue(at, issue.filter(|_| is_claimed)?)
}

/// Returns who has an open issue that is assigned to no one, as the state of a box; `None` if no one is known to have it.
fn of_issue(at: &JoinContext<'_>, issue: &Issue) -> Option<BoxState> {
    if !at.is_current() || at.is_closed(issue) || !issue.assignees.is_empty() {
        return None;
    }
    if issue.is_pull {
        return Some(in_review(&[(&issue.id, issue.author.as_ref())]));
    }
    let open = issue.pulls.iter().flatten().filter(|pull| pull.is_open);
    let pulls: Vec<_> = open.map(|pull| (&pull.id, pull.author.as_ref())).collect();
    if !pulls.is_empty() {
        return Some(in_review(&pulls));
    }
    // With boxes, each comment is for one of them.
    let is_whole = !issue.tasks.iter().any(|task| task.state == TaskState::Open);
    let claims = issue.claims.iter().filter(|own| is_whole && own.kind == ClaimKind::Claimed);
    let is_recent = |own: &&IssueClaim| own.heard.days_before(at.known_until()) < at.roadmap.quiet.claim;
    let (recent, silent): (Vec<_>, Vec<_>) = claims.partition(is_recent);
    let (kind, since, claims) = if recent.is_empty() {
        (BoxKind::Quiet, silent.iter().map(|own| own.heard).max(), silent)
    } else {
        (BoxKind::Claimed, recent.iter().map(|own| own.since).min(), recent)
    };
    let evidence = claims.iter().map(|own| Evidence::Comment(own.by.clone(), own.since.date())).collect();
    let people = claims.iter().filter_map(|own| own.by.clone()).collect();
    (!claims.is_empty()).then_some(BoxState {
        kind,
        confidence: Confidence::Likely,
        people,
        since: since.map(Timestamp::date),
        evidence,
    })
}

/// The state of an issue with these open pull requests, each with its author.
fn in_review(pulls: &[(&IssueRef, Option<&Text>)]) -> BoxState {
    BoxState {
        kind: BoxKind::InReview,
        confidence: Confidence::Certain,
        people: boxes::each_once(pulls.iter().filter_map(|(_, author)| *author)),
        since: None,
        evidence: pulls.iter().map(|(id, _)| Evidence::Pull((*id).clone(), PullState::Open)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::{Issue, Pull, Text, fixtures, join};

    #[test]
    fn the_author_of_several_pull_requests_is_named_once() {
        let pull = |number, who: &str| Pull { author: Some(Text::new(who)), ..fixtures::open_pull(number) };
        let pulls = Some(vec![pull(7, "ann"), pull(8, "bob"), pull(9, "ann")]);
        let roadmap = fixtures::roadmap(vec![fixtures::project("p", vec![fixtures::by_issue(1)])]);
        let snapshot = fixtures::snapshot(vec![Issue { pulls, ..fixtures::issue(1) }]);
        let board = join(&roadmap, &snapshot, fixtures::day("2024-06-01"));
        assert_eq!(board.items().next().unwrap().people().join(" "), "ann bob");
    }
}
