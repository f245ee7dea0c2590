//! Boxes of other issues that link to the issue of an item: who claims such a box claims the item.
//!
//! People claim an entry of an umbrella in a comment there, and rarely repeat it in the issue that the entry links to.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::item_boxes::ItemBox;
use super::measure::freedom_of_box;
use super::{Doubt, Freedom, ItemRow, JoinContext, ProjectRow};
use crate::domain::boxes::{self, BoxState};
use crate::domain::{Issue, IssueRef, Project, Task};

/// The boxes that link to an issue: each with the issue that lists it, and its place there.
type LinkedBoxes<'a> = HashMap<&'a IssueRef, Vec<(&'a Issue, usize)>>;

/// Lowers the freedom of items whose issues are linked by a box that is not free. On an earlier day, whose boxes are not
/// known, an item is free only if its boxes are free now.
pub(super) fn settle(projects: &mut [ProjectRow], at: &JoinContext<'_>) {
    let now = at.at_fetch();
    let linked = linked_boxes(&now);
    if linked.is_empty() {
        return;
    }
    // A silent assignee is a better reason than a box.
    let may_be_held = |row: &&mut ItemRow| row.freedom.may_be_free() && row.assignees.is_empty();
    for row in projects.iter_mut().flat_map(|project| &mut project.items).filter(may_be_held) {
        let found = row.issue.as_ref().and_then(|id| linked.get(at.snapshot.current_id(id)));
        let boxes = found.into_iter().flatten().filter_map(|&(list, place)| {
            let own = ItemBox::at_place(&now, list, place)?;
            Some((held_by(&now, own.state.as_ref())?, own))
        });
        let Some((freedom, own)) = boxes.min_by_key(|(freedom, _)| softness(*freedom)) else { continue };
        if !at.is_current() {
            row.freedom = Freedom::Unchecked;
        } else if freedom == Freedom::Taken || row.freedom.is_unclaimed() {
            row.freedom = freedom;
            row.own_box = Some(Arc::new(own.for_row()));
        }
    }
}

/// Returns the boxes of the open lists of the roadmap that link to other issues.
fn linked_boxes<'a>(at: &JoinContext<'a>) -> LinkedBoxes<'a> {
    let lists = at.roadmap.umbrellas.iter().chain(at.roadmap.projects.iter().flat_map(Project::linked_issues));
    let is_linked = |task: &&Task| !task.issues.is_empty();
    let lists = lists.filter_map(|id| at.issue(id)).filter(|list| list.tasks.iter().any(|task| is_linked(&task)));
    let (mut found, mut seen) = (LinkedBoxes::new(), HashSet::new());
    for list in lists.filter(|list| !at.is_closed(list) && seen.insert(&list.id)) {
        for (place, task) in list.tasks.iter().enumerate().filter(|(_, task)| is_linked(task)) {
            for id in boxes::own_issues(task).map(|id| at.snapshot.current_id(id)).filter(|id| **id != list.id) {
                found.entry(id).or_default().push((list, place));
            }
        }
    }
    found
}

/// Returns how a box holds back the open issue that it links to; `None` if it does not.
fn held_by(at: &JoinContext<'_>, state: Option<&BoxState>) -> Option<Freedom> {
    let Some(state) = state else { return Some(Freedom::MaybeFree(Doubt::Ticked)) };
    let freedom = freedom_of_box(at, state);
    // The issue is open, so a list that says that its work is over may be wrong.
    let held = if freedom == Freedom::Unclear { Freedom::MaybeFree(Doubt::Named) } else { freedom };
    Some(held).filter(|held| *held != Freedom::Free)
}

/// Ranks what boxes say about one issue: the lowest counts.
fn softness(freedom: Freedom) -> (bool, bool) {
    (freedom != Freedom::Taken, freedom.doubt().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Comment, Item, Roadmap, TaskState, Timeline, fixtures, join};

    fn listed(number: u64) -> Task {
        Task { issues: vec![fixtures::id(number)], ..fixtures::task(&format!("Move it #{number}"), TaskState::Open) }
    }

    fn umbrella(tasks: Vec<Task>, comments: &[(&str, &str)]) -> Issue {
        let comment = |(by, text): &(&str, &str)| Comment {
            by: Some((*by).into()),
            text: (*text).to_owned(),
            ..fixtures::comment_on("2024-05-28")
        };
        let timeline = Timeline { comments: comments.iter().map(comment).collect(), ..Timeline::default() };
        Issue { tasks, timeline, ..fixtures::issue(1) }
    }

    fn roadmap(items: Vec<Item>) -> Roadmap {
        Roadmap { umbrellas: vec![fixtures::id(1)], ..fixtures::roadmap(vec![fixtures::project("p", items)]) }
    }

    fn freedom(umbrella: Issue, day: &str) -> (Freedom, String) {
        let snapshot = fixtures::snapshot(vec![umbrella, fixtures::issue(2)]);
        let board = join(&roadmap(vec![fixtures::by_issue(2)]), &snapshot, fixtures::day(day));
        let row = board.items().next().unwrap();
        (row.freedom, row.people().join(" "))
    }

    #[test]
    fn who_claims_a_box_of_an_umbrella_has_the_item_of_the_linked_issue() {
        for (said, held) in [
            ("I'll take #2", (Freedom::Taken, "ann".to_owned())),
            ("I'll take #3", (Freedom::Free, String::new())),
            ("how is #2 going?", (Freedom::MaybeFree(Doubt::Named), String::new())),
            ("#2 is done", (Freedom::MaybeFree(Doubt::Named), String::new())),
        ] {
            assert_eq!(freedom(umbrella(vec![listed(2), listed(3)], &[("ann", said)]), "2024-06-01"), held, "{said}");
        }
    }

    #[test]
    fn an_open_issue_whose_box_is_ticked_is_maybe_free() {
        for state in [TaskState::Done, TaskState::Dropped] {
            let ticked = umbrella(vec![Task { state, ..listed(2) }, listed(3)], &[]);
            assert_eq!(freedom(ticked, "2024-06-01").0, Freedom::MaybeFree(Doubt::Ticked));
        }
    }

    #[test]
    fn a_claim_of_a_box_makes_an_earlier_day_unknown() {
        let claimed = || umbrella(vec![listed(2), listed(3)], &[("ann", "I'll take #2")]);
        assert_eq!(freedom(claimed(), "2024-05-01").0, Freedom::Unchecked);
        assert_eq!(freedom(umbrella(vec![listed(2)], &[]), "2024-05-01").0, Freedom::Free);
    }

    #[test]
    fn a_box_that_only_mentions_an_issue_or_belongs_to_a_closed_list_holds_nothing_back() {
        let mention = || Task { text: "Copy the docs, see #2".to_owned(), ..listed(2) };
        let comments = [("ann", "I'll take the docs")];
        assert_eq!(freedom(umbrella(vec![mention(), listed(3)], &comments), "2024-06-01").0, Freedom::Free);
        let claimed = umbrella(vec![listed(2), listed(3)], &[("ann", "I'll take #2")]);
        let closed = Issue { state: fixtures::closed(1, None, None).state, ..claimed };
        assert_eq!(freedom(closed, "2024-06-01").0, Freedom::Free);
    }

    #[test]
    fn comments_that_were_not_read_may_claim_the_item() {
        let mut unread = umbrella(vec![listed(2)], &[]);
        unread.fetch_states = crate::domain::FetchStates::default();
        assert_eq!(freedom(unread, "2024-06-01").0, Freedom::ClaimsUnchecked);
    }
}
