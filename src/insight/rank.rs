//! Ranking of the work to take next, by a score that is the sum of visible reasons.

mod piece;
mod reasons;

use std::collections::{HashMap, HashSet};

use super::chain::Chains;
use super::claims::{self, ClaimedWork};
use super::umbrella::{self, UnlistedWork};
use crate::domain::board::measure::{BoxesElsewhere, freedom_of_box};
use crate::domain::board::{JoinContext, SILENT_DAYS};
use crate::domain::boxes::{self, BoxState, TaskLists};
use crate::domain::checkout::{LeftByRepo, LeftInRepo};
use crate::domain::{
    Board, CounterId, Freedom, Issue, IssueRef, ItemKey, ItemRow, ProjectId, Roadmap, Snapshot, Task, Timestamp,
};
use crate::words;
pub use piece::{Part, Piece, RankReason, points};
use reasons::{access, closed_since, last_sign, no_pull, reason, remark, size};

/// The work to take on a day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Next {
    /// Free pieces, the highest score first; among equals in roadmap order.
    pub free: Vec<Piece>,
    /// Pieces that someone left or may have taken: ask first.
    pub maybe_free: Vec<Piece>,
    /// Pieces without a known claim, but with comments that were not read and may claim them: ask first.
    pub unchecked: Vec<Piece>,
    /// Boxes and issues that are not offered because someone is or was working on them, in roadmap order.
    pub claimed: Vec<ClaimedWork>,
    /// The measures of projects without items, and the issues that track projects and whose uncovered boxes are work.
    pub unlisted: Vec<UnlistedWork>,
}

/// Finds an item on the board, or among the work that no item lists.
pub fn item_of<'a>(
    unlisted: &'a [UnlistedWork],
    board: &'a Board,
    project: &ProjectId,
    key: &ItemKey,
) -> Option<&'a ItemRow> {
    let is_it = |row: &&ItemRow| &row.project == project && &row.key == key;
    board.item(project, key).or_else(|| unlisted.iter().map(|work| &work.row).find(is_it))
}

impl Next {
    /// Keeps each issue under one of its items only: a free one if there is one, else a maybe free one; the highest ranked.
    #[must_use]
    pub fn each_issue_once(mut self) -> Self {
        let mut offered = HashMap::new();
        let mut stays = |piece: &Piece| {
            let Some(issue) = piece.issue.clone() else { return true };
            let own = (piece.project.clone(), piece.item.clone());
            offered.entry(issue).or_insert_with(|| own.clone()) == &own
        };
        self.free.retain(&mut stays);
        self.maybe_free.retain(&mut stays);
        self.unchecked.retain(&mut stays);
        let mut claimed = HashSet::new();
        self.claimed.retain(|own| claimed.insert((own.issue.clone(), own.place)));
        self
    }

    /// Adds each piece to the list for its freedom.
    fn add(&mut self, pieces: Vec<Piece>) {
        for piece in pieces {
            match piece.freedom {
                Freedom::Free => self.free.push(piece),
                Freedom::MaybeFree(_) => self.maybe_free.push(piece),
                Freedom::ClaimsUnchecked => self.unchecked.push(piece),
                Freedom::Taken | Freedom::Blocked | Freedom::Unclear | Freedom::Unchecked | Freedom::Ended => {}
            }
        }
    }

    /// Whether a box, by its place in the task list of an item's issue, or the whole item, is among the pieces that may be
    /// free.
    pub fn may_be_free(&self, project: &ProjectId, item: &ItemKey, place: Option<usize>) -> bool {
        let is_it =
            |piece: &Piece| matches!(piece.part, Part::Whole) || place.map(Part::Task).as_ref() == Some(&piece.part);
        self.maybe_free.iter().any(|piece| (&piece.project, &piece.item) == (project, item) && is_it(piece))
    }

    /// Returns the key of an item; `None` for work that is no item of the roadmap.
    pub fn item_key<'k>(&self, project: &ProjectId, key: &'k ItemKey, issue: Option<&IssueRef>) -> Option<&'k ItemKey> {
        let is_it = |row: &ItemRow| (&row.project, &row.key, row.issue.as_ref()) == (project, key, issue);
        (!self.unlisted.iter().any(|own| is_it(&own.row))).then_some(key)
    }

    /// Returns how much is claimed: `2 boxes and 1 issue`.
    pub fn count_of_claimed(&self) -> String {
        let boxes = self.claimed.iter().filter(|own| own.place.is_some()).count();
        counted([(boxes, "box", "boxes"), (self.claimed.len() - boxes, "issue", "issues")])
    }

    /// Returns how much is free: `4`, or `4 pieces of 3 items` if an item is offered in pieces. Items whose counter has no
    /// reading are not free on the board, so it says how many there are.
    pub fn count_of_free(&self) -> String {
        let work = |piece: &Piece| (piece.project.clone(), piece.item.clone(), piece.issue.clone());
        let works: HashSet<_> = self.free.iter().map(work).collect();
        let uncounted = self.free.iter().filter(|piece| piece.reasons.iter().any(|why| why.name == NOT_COUNTED));
        let uncounted = match uncounted.map(work).collect::<HashSet<_>>().len() {
            0 => String::new(),
            all if all == works.len() => ", no reading yet".to_owned(),
            some => format!(", {some} of them without a reading yet"),
        };
        if works.len() == self.free.len() {
            return format!("{}{uncounted}", works.len());
        }
        let is_item = |(project, key, issue): &(ProjectId, ItemKey, Option<IssueRef>)| {
            issue.is_none() || self.item_key(project, key, issue.as_ref()).is_some()
        };
        let (items, issues): (Vec<_>, Vec<_>) = works.iter().partition(|work| is_item(work));
        let counts = counted([(items.len(), "item", "items"), (issues.len(), "issue", "issues")]);
        format!("{} pieces of {counts}{uncounted}", self.free.len())
    }
}

/// `2 boxes and 1 issue`, without what there is none of; `0 boxes` if there is nothing.
fn counted(counts: [(usize, &str, &str); 2]) -> String {
    let [first, _] = counts;
    let shown = counts.into_iter().filter(|(count, ..)| *count > 0);
    let shown: Vec<_> = shown.map(|(count, one, many)| words::count(count as u64, one, many)).collect();
    if shown.is_empty() { words::count(0, first.1, first.2) } else { shown.join(" and ") }
}

/// The reason of a piece whose counter has no reading: its item is not free on the board.
const NOT_COUNTED: &str = "not-counted";

/// The reason of a piece that is shown for an earlier day, and is no work now. It comes first.
const CLOSED_SINCE: &str = "closed-since";

/// Ranks the work of a board, each issue once. `rows` has what is left of counters by repository, if they were counted.
pub fn next(roadmap: &Roadmap, snapshot: &Snapshot, board: &Board, rows: &[LeftByRepo]) -> Next {
    of_items(roadmap, snapshot, board, rows).each_issue_once()
}

/// The same with each issue under all its items. A filter goes before [`Next::each_issue_once`].
pub fn of_items(roadmap: &Roadmap, snapshot: &Snapshot, board: &Board, rows: &[LeftByRepo]) -> Next {
    let chains = Chains::of(board);
    let join = board.context(roadmap, snapshot);
    let lists = TaskLists::of(snapshot.issues.iter());
    let at = RankContext { join, elsewhere: BoxesElsewhere::of(&join), lists, board, chains: &chains };
    let mut next = Next::default();
    let mut unlisted = umbrella::measured(roadmap, snapshot, board);
    for item in board.items().chain(unlisted.iter().map(|work| &work.row)) {
        match item.freedom {
            Freedom::Free | Freedom::MaybeFree(_) | Freedom::ClaimsUnchecked => next.add(at.pieces(item, rows)),
            // There is no reading yet, but a checkout knows what is left.
            Freedom::Unclear if at.rows_of(item, rows).is_some() => {
                let mut pieces = at.pieces(item, rows);
                for piece in &mut pieces {
                    piece.reasons.push(reason(NOT_COUNTED, 0, "its counter has no reading yet".into()));
                }
                next.add(pieces);
            }
            Freedom::Taken | Freedom::Blocked | Freedom::Unclear | Freedom::Unchecked | Freedom::Ended => {}
        }
    }
    let umbrellas = umbrella::uncovered(roadmap, snapshot, board);
    for umbrella in umbrellas.iter().filter(|umbrella| umbrella.row.blocked_by.is_empty()) {
        if umbrella.row.freedom.may_be_free() && umbrella.row.assignees.is_empty() {
            next.add(at.pieces_of_boxes(&umbrella.row, |at| umbrella.tasks.contains(&at)));
        }
    }
    unlisted.extend(umbrellas);
    next.unlisted = unlisted;
    let mut claimed = claims::of_board(roadmap, snapshot, board, &next.unlisted);
    claimed.retain(|own| !own.state.is_maybe_free() || !next.may_be_free(&own.project, &own.item, own.place));
    next.claimed = claimed;
    for pieces in [&mut next.free, &mut next.maybe_free, &mut next.unchecked] {
        pieces.sort_by_key(|piece| std::cmp::Reverse(piece.score));
    }
    next
}

struct RankContext<'a> {
    join: JoinContext<'a>,
    elsewhere: BoxesElsewhere<'a>,
    lists: TaskLists<'a>,
    board: &'a Board,
    chains: &'a Chains,
}

/// An item with more open tasks than this is offered task by task.
const TOO_MANY_TASKS: usize = 3;

impl RankContext<'_> {
    /// What is left of the counter of an item, if it was counted.
    fn rows_of<'r>(&self, item: &ItemRow, rows: &'r [LeftByRepo]) -> Option<&'r LeftByRepo> {
        let id = self.board.counter_of(item)?;
        rows.iter().find(|rows| &rows.counter == id && !rows.left.is_empty())
    }

    /// The item as a whole, or its parts if it is too much for one person.
    fn pieces(&self, item: &ItemRow, rows: &[LeftByRepo]) -> Vec<Piece> {
        let whole = || vec![self.piece(item, Part::Whole, item.title.clone(), item.freedom)];
        let boxes = self.boxes(item);
        let has_steps = || self.issue(item).is_some_and(|issue| self.lists.are_steps(issue));
        let is_by_boxes = !boxes.is_empty() && item.assignees.is_empty() && !has_steps();
        if let Some(rows) = self.rows_of(item, rows).filter(|_| item.freedom.doubt().is_none()) {
            let is_unchecked = item.freedom == Freedom::ClaimsUnchecked;
            let freedom = if is_unchecked { Freedom::ClaimsUnchecked } else { Freedom::Free };
            let part = |rows: &LeftInRepo, counter: &CounterId| {
                let part = Part::Rows { counter: counter.clone(), rows: rows.clone() };
                self.piece(item, part, rows.title(&item.title), freedom)
            };
            return demote_similar(rows.left.iter().map(|own| part(own, &rows.counter)).collect());
        }
        // It is not known which of its boxes the roadmap means.
        if !is_by_boxes || item.is_written_as_started() {
            return whole();
        }
        let kind = std::mem::discriminant(&item.freedom);
        let is_whole = boxes.len() <= TOO_MANY_TASKS
            && boxes.iter().all(|own| std::mem::discriminant(&self.freedom_of(item, own)) == kind);
        // An open pull request for the issue does some of its boxes, though it is not known which.
        let is_begun = self.issue(item).is_some_and(Issue::has_open_pull);
        if is_whole && !is_begun { whole() } else { self.pieces_of_boxes(item, |_| true) }
    }

    /// The boxes of an item that can be offered, at places that `fits` accepts.
    fn pieces_of_boxes(&self, item: &ItemRow, fits: impl Fn(usize) -> bool) -> Vec<Piece> {
        let boxes = self.boxes(item);
        let piece = |own: &(usize, &Task, BoxState)| {
            let (place, task, state) = own;
            let freedom = self.freedom_of(item, own);
            let mut piece = self.piece(item, Part::Task(*place), task.text.clone(), freedom);
            if matches!(freedom, Freedom::MaybeFree(_)) && !state.is_free() {
                piece.ask = Some(words::box_doubt(state, &self.join.roadmap.repo));
            }
            piece
        };
        let all = boxes.iter().filter(|own| fits(own.0)).map(piece);
        let (free, others) = all.partition(|piece| piece.freedom == Freedom::Free);
        [demote_similar(free), demote_similar(others)].concat()
    }

    /// The open boxes of an item's issue that have none nested below them, with their states.
    fn boxes(&self, item: &ItemRow) -> Vec<(usize, &Task, BoxState)> {
        let Some(issue) = self.issue(item).filter(|_| item.inner.is_some()) else { return Vec::new() };
        self.join.open_boxes(issue)
    }

    /// Whether someone can take a box of an item. One whose work is elsewhere is not offered, and one of an issue that
    /// waits as a whole is not free.
    fn freedom_of(&self, item: &ItemRow, (_, task, state): &(usize, &Task, BoxState)) -> Freedom {
        let is_elsewhere = self.elsewhere.of_box(task).next().is_some();
        let freedom = freedom_of_box(&self.join, state);
        let is_held = item.note.is_some() && freedom.is_unclaimed();
        if is_elsewhere {
            return Freedom::Blocked;
        }
        if is_held { item.freedom } else { freedom }
    }

    /// The open issue that a box is, if it links to just one.
    fn issue_of_box(&self, item: &ItemRow, part: &Part) -> Option<&Issue> {
        let Part::Task(place) = part else { return None };
        let mut linked = boxes::own_issues(self.issue(item)?.tasks.get(*place)?);
        let only = linked.next().filter(|_| linked.next().is_none())?;
        self.join.issue(only).filter(|issue| !issue.is_pull && !self.join.is_closed(issue))
    }

    fn issue(&self, item: &ItemRow) -> Option<&Issue> {
        item.issue.as_ref().and_then(|id| self.join.issue(id))
    }

    fn piece(&self, item: &ItemRow, part: Part, title: String, freedom: Freedom) -> Piece {
        let own = self.issue_of_box(item, &part);
        let mut reasons = self.reasons(item, own, &part);
        reasons.sort_by_key(|reason| (reason.name != CLOSED_SINCE, std::cmp::Reverse(reason.points)));
        Piece {
            project: item.project.clone(),
            item: item.key.clone(),
            whole: matches!(part, Part::Task(_)).then(|| item.title.clone()),
            part,
            title: own.map_or(title, |issue| issue.title.clone()),
            kind: item.kind.clone(),
            owner: item.owner.clone(),
            issue: item.issue.clone(),
            own_issue: own.map(|issue| &issue.id).or_else(|| list_of(item)).cloned(),
            freedom,
            ask: freedom.doubt().map(|why| words::doubt(item, why, &self.join.roadmap.repo)),
            score: reasons.iter().map(|reason| reason.points).sum(),
            reasons,
        }
    }

    /// The reasons of a piece: by its own issue, if its box is one, else by the issue of its item.
    fn reasons(&self, item: &ItemRow, own: Option<&Issue>, part: &Part) -> Vec<RankReason> {
        let issue = own.or(self.issue(item));
        let touched = own.map_or(item.touched, Issue::touched);
        [self.unblocks(item), self.wanted(issue), size(item, part), self.start(issue), Some(self.answers(item))]
            .into_iter()
            .chain([
                self.freshness(issue, touched),
                no_pull(issue),
                access(item, issue),
                remark(item),
                closed_since(item),
            ])
            .flatten()
            .collect()
    }

    fn unblocks(&self, item: &ItemRow) -> Option<RankReason> {
        let count = self.chains.unblocks(item).len();
        let points = i32::try_from(count).unwrap_or(3).min(3) * 3;
        let what = if count == 1 { "one other item waits".to_owned() } else { format!("{count} other items wait") };
        (count > 0).then(|| reason("unblocks", points, format!("{what} for it")))
    }

    fn wanted(&self, issue: Option<&Issue>) -> Option<RankReason> {
        let issue = issue.filter(|_| self.join.is_current())?;
        if issue.has_label("good first issue") {
            return Some(reason("good-first-issue", 4, "it is labelled `good first issue`".into()));
        }
        issue.has_label("help wanted").then(|| reason("help-wanted", 3, "it is labelled `help wanted`".into()))
    }

    fn start(&self, issue: Option<&Issue>) -> Option<RankReason> {
        let name = issue?.id.short(&self.join.roadmap.repo);
        Some(reason("has-issue", 1, format!("it has an issue: {name}")))
    }

    fn answers(&self, item: &ItemRow) -> RankReason {
        let until = self.board.known_until;
        let spoke = item.touched.filter(|touched| touched.days_before(until) <= 30);
        let name = |owner: &crate::domain::OwnerName| words::owner_name(owner, &self.join.roadmap.groups);
        match (item.owner.is_settled(), spoke, item.owner.names.first()) {
            (true, Some(touched), Some(owner)) => {
                let last = last_sign(self.issue(item), touched, until);
                reason("owner-answers", 2, format!("{} owns it, {last}", name(owner)))
            }
            (true, None, Some(owner)) => reason("owner-known", 1, format!("ask {}", name(owner))),
            (false, ..) if !item.owner.names.is_empty() => {
                let owners = item.owner.names.iter().map(name).collect::<Vec<_>>().join(" or ");
                reason("owner-open", 0, format!("perhaps ask {owners}"))
            }
            (true, _, None) | (false, ..) => reason("no-owner", -1, self.without_owner()),
        }
    }

    /// Whom to ask about work without an owner.
    fn without_owner(&self) -> String {
        match self.join.roadmap.steward() {
            Some(group) => format!("no owner: ask {}", words::group(&group.id, &self.join.roadmap.groups)),
            None => "no owner to ask".to_owned(),
        }
    }

    fn freshness(&self, issue: Option<&Issue>, touched: Option<Timestamp>) -> Option<RankReason> {
        let (touched, until) = (touched?, self.board.known_until);
        match touched.days_before(until) {
            0..SILENT_DAYS => Some(reason("fresh", 1, last_sign(issue, touched, until))),
            SILENT_DAYS..365 => None,
            days @ 365.. => Some(reason("old", -1, format!("no comment for {}", words::days(days)))),
        }
    }
}

/// How many pieces of one item keep their full score; more would push everything else down.
const PIECES_WITH_FULL_SCORE: usize = 3;

/// The issue with the box of an item by hand.
fn list_of(item: &ItemRow) -> Option<&IssueRef> {
    item.own_box.as_ref().filter(|_| item.issue.is_none()).map(|own| &own.issue)
}

/// Lowers the score of further similar pieces of one item, with a reason.
fn demote_similar(mut pieces: Vec<Piece>) -> Vec<Piece> {
    pieces.sort_by_key(|piece| std::cmp::Reverse(piece.score));
    for piece in pieces.iter_mut().skip(PIECES_WITH_FULL_SCORE) {
        piece.reasons.push(reason("alike", -2, "similar pieces rank higher".into()));
        piece.score -= 2;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::{
        by_issue, closed, comment_on, counter, day, id, issue, item, project, reading, roadmap, snapshot, task,
    };
    use crate::domain::{
        CloseReason, Comment, Doubt, FactKind, FactState, Item, Project, Target, TaskState, Timeline, join,
    };

    fn rank(items: Vec<Item>, issues: Vec<Issue>, rows: &[LeftByRepo]) -> Next {
        let mut roadmap = roadmap(vec![project("p", items)]);
        roadmap.counters = vec![counter("jobs", vec![reading("2024-01-01", 3, 200, 1)])];
        ranked(&roadmap, issues, rows)
    }

    fn ranked(roadmap: &Roadmap, issues: Vec<Issue>, rows: &[LeftByRepo]) -> Next {
        let snapshot = snapshot(issues);
        next(roadmap, &snapshot, &join(roadmap, &snapshot, day("2024-06-01")), rows)
    }

    fn open(text: &str) -> Task {
        task(text, TaskState::Open)
    }

    fn list(texts: &[&str]) -> Issue {
        Issue { tasks: texts.iter().map(|text| open(text)).collect(), ..issue(1) }
    }

    fn counted(name: &str) -> Item {
        Item { counter: Some(CounterId::new(name)), ..item(name) }
    }

    fn titles(pieces: &[Piece]) -> Vec<&str> {
        pieces.iter().map(|piece| piece.title.as_str()).collect()
    }

    #[test]
    fn the_most_useful_work_comes_first_with_its_reasons() {
        let waits = Item { blocked_by: vec![Target::Issue(id(2))], ..item("waits") };
        let wanted = Issue { labels: vec!["help wanted".into()], ..issue(1) };
        let items = vec![by_issue(1), by_issue(2), item("plain"), waits];
        let next = rank(items, vec![wanted, issue(2)], &[]);
        assert_eq!(titles(&next.free), ["issue 1", "issue 2", "plain"]);
        let scores: Vec<_> = next.free.iter().map(|piece| piece.score).collect();
        let sums: Vec<i32> =
            next.free.iter().map(|piece| piece.reasons.iter().map(|reason| reason.points).sum()).collect();
        assert_eq!(scores, sums);
        assert_eq!(next.free[1].reasons[0].text, "one other item waits for it");
    }

    #[test]
    fn an_issue_is_fresh_until_it_is_silent_and_old_after_a_year() {
        let why = |day: &str| {
            let issue = Issue { last_comment: Some(comment_on(day)), ..issue(1) };
            let reasons = rank(vec![by_issue(1)], vec![issue], &[]).free.remove(0).reasons;
            let age = reasons.into_iter().find(|reason| matches!(reason.name, "fresh" | "old"));
            age.map(|reason| reason.text).unwrap_or_default()
        };
        assert_eq!(why("2024-03-04"), "last comment 89 days ago");
        assert_eq!((why("2024-03-03"), why("2023-06-03")), (String::new(), String::new()));
        assert_eq!(
            (why("2023-06-02"), why("2022-06-01")),
            ("no comment for 365 days".to_owned(), "no comment for 731 days".to_owned())
        );
    }

    #[test]
    fn work_with_a_silent_assignee_is_maybe_free() {
        let silent =
            Issue { assignees: vec!["spiffxp".into()], last_comment: Some(comment_on("2023-01-01")), ..issue(1) };
        let next = rank(vec![by_issue(1)], vec![silent], &[]);
        assert_eq!((next.free.len(), next.maybe_free[0].freedom), (0, Freedom::MaybeFree(Doubt::Assigned(517))));
    }

    #[test]
    fn a_long_task_list_is_offered_task_by_task() {
        let next = rank(vec![by_issue(1)], vec![list(&["part 1", "part 2", "part 3", "part 4"])], &[]);
        assert_eq!(titles(&next.free), ["part 1", "part 2", "part 3", "part 4"]);
        let next = rank(vec![by_issue(1)], vec![list(&["only"])], &[]);
        assert_eq!(titles(&next.free), ["issue 1"]);
    }

    #[test]
    fn boxes_whose_claims_were_not_checked_are_a_list_of_their_own() {
        let of = |texts: &[&str]| {
            let mut list = list(texts);
            list.fetch_states.set(FactKind::Timeline, FactState::NotRequested);
            rank(vec![by_issue(1)], vec![list], &[])
        };
        let parts = ["part 1", "part 2", "part 3", "part 4"];
        assert_eq!(titles(&of(&parts).unchecked), parts);
        let few = of(&["part 1", "part 2"]);
        assert_eq!((titles(&few.unchecked), few.free.len()), (vec!["issue 1"], 0));
        assert_eq!(few.unchecked[0].freedom, Freedom::ClaimsUnchecked);
    }

    #[test]
    fn claimed_boxes_that_are_items_are_listed_once() {
        let of = |items| {
            let roadmap = Roadmap { umbrellas: vec![id(9)], ..roadmap(vec![project("p", items)]) };
            let umbrella = Issue { id: id(9), ..list(&["the dashboards @ann", "the agents @bob"]) };
            let next = ranked(&roadmap, vec![umbrella], &[]);
            let who = next.claimed.iter().map(|own| format!("{} {}", own.item, own.state.people.join(" ")));
            (next.free.len(), who.collect::<Vec<_>>())
        };
        let by_hand = || vec![item("the dashboards"), item("the agents")];
        assert_eq!(of(by_hand()), (0, vec!["the dashboards ann".to_owned(), "the agents bob".to_owned()]));
        let with_issue = [vec![by_issue(9)], by_hand()].concat();
        assert_eq!(of(with_issue), (0, vec!["9 ann".to_owned(), "9 bob".to_owned()]));
    }

    #[test]
    fn a_quiet_box_may_be_free_and_is_not_listed_as_claimed() {
        let said =
            |at: &str, by: &str, text: &str| Comment { by: Some(by.into()), text: text.into(), ..comment_on(at) };
        let comments = vec![
            said("2024-01-01", "ann", "I'll take pkg/alpha"),
            said("2024-05-30", "bob", "I'll take pkg/beta"),
            said("2024-05-31", "cid", "pkg/gamma looks odd on Windows"),
        ];
        let timeline = Timeline { comments, ..Default::default() };
        let listed = Issue { timeline, ..list(&["pkg/alpha", "pkg/beta", "pkg/gamma"]) };
        let next = rank(vec![by_issue(1)], vec![listed], &[]);
        let ask: Vec<_> = next.maybe_free.iter().map(|piece| (piece.title.as_str(), piece.ask.as_deref())).collect();
        let quiet = ("pkg/alpha", Some("gone quiet: @ann, no news since 2024-01-01"));
        let named = ("pkg/gamma", Some("named in a comment by @cid on 2024-05-31"));
        assert_eq!(ask, [quiet, named]);
        assert_eq!(next.claimed.iter().map(|own| own.title.as_str()).collect::<Vec<_>>(), ["pkg/beta"]);
    }

    #[test]
    fn an_issue_claimed_as_a_whole_is_listed_as_claimed() {
        let claims = |day| crate::domain::fixtures::claims(&[(day, "I'll take this")]);
        let taken = Issue { claims: claims("2024-05-20"), ..issue(1) };
        let quiet = Issue { claims: claims("2024-01-20"), ..issue(2) };
        let next = rank(vec![by_issue(1), by_issue(2), by_issue(3)], vec![taken, quiet, issue(3)], &[]);
        let claimed: Vec<_> = next.claimed.iter().map(|own| (own.title.as_str(), own.state.people.join(" "))).collect();
        assert_eq!(claimed, [("issue 1", "zed".to_owned())], "the quiet one is maybe free");
        assert_eq!((next.count_of_claimed(), next.maybe_free.len()), ("1 issue".to_owned(), 1));
    }

    #[test]
    fn a_box_that_is_an_open_issue_is_offered_as_that_issue() {
        let link = Task { issues: vec![id(6)], ..open("#6") };
        let list = Issue { tasks: vec![link, open("b"), open("c"), open("d")], ..issue(1) };
        let wanted = Issue { labels: vec!["help wanted".into()], ..issue(6) };
        let next = rank(vec![by_issue(1)], vec![list, wanted], &[]);
        let piece = &next.free[0];
        assert_eq!((piece.title.as_str(), piece.claimed_on()), ("issue 6", Some(&id(6))));
        assert_eq!(piece.claim(&roadmap(Vec::new())), "/assign\n");
        let reasons: Vec<_> = piece.reasons.iter().map(|reason| reason.text.as_str()).collect();
        assert!(reasons.contains(&"it is labelled `help wanted`"), "{reasons:?}");
        assert!(reasons.contains(&"it has an issue: #6"), "{reasons:?}");
    }

    #[test]
    fn a_box_of_an_umbrella_that_is_an_item_of_another_project_is_not_offered() {
        let tracks = Project { issues: vec![id(9)], ..project("p", vec![item("Something else")]) };
        let offered = |own: Item, of: Issue| {
            let projects = vec![tracks.clone(), project("q", vec![own])];
            let roadmap = Roadmap { umbrellas: vec![id(9)], ..roadmap(projects) };
            let umbrella = Issue { id: id(9), ..list(&["Delete cluster/gce", "Port the addons"]) };
            let next = ranked(&roadmap, vec![umbrella, of], &[]);
            let mut titles: Vec<_> = next.free.iter().map(|piece| piece.title.clone()).collect();
            titles.sort_unstable();
            titles
        };
        let all = ["Delete cluster/gce", "Port the addons", "Something else"];
        assert_eq!(offered(item("Delete cluster/gce"), issue(5)), all);
        // The issue of the item says whether it is done, and the box is no other work.
        let done = || closed(5, Some(CloseReason::Completed), Some("2024-05-01"));
        let with_issue = Item { issue: Some(id(5)), ..item("Delete cluster/gce") };
        assert_eq!(offered(with_issue.clone(), done()), all[1..]);
        assert_eq!(offered(with_issue, issue(5)), all);
        let called = Issue { title: "Delete cluster/gce".to_owned(), ..done() };
        assert_eq!(offered(by_issue(5), called), all[1..], "the issue has the text of the box");
        assert_eq!(offered(by_issue(5), done()), all, "another issue");
    }

    #[test]
    fn uncovered_boxes_of_a_projects_issue_are_offered() {
        let link = Task { issues: vec![id(2)], ..open("by link") };
        let tasks = vec![open("kettle tables"), link, open("the dashboards"), open("the handbook (@ann)")];
        let umbrella = Issue { tasks, ..issue(9) };
        let next = |umbrella: Issue| {
            let items = vec![item("Copy kettle"), by_issue(2)];
            let roadmap = roadmap(vec![Project { issues: vec![id(9)], ..project("p", items) }]);
            let next = ranked(&roadmap, vec![umbrella, issue(2)], &[]);
            (next.free.iter().map(|piece| piece.name(&roadmap)).collect::<Vec<_>>(), next)
        };
        let (names, found) = next(umbrella.clone());
        assert_eq!(titles(&found.free), ["the dashboards", "Copy kettle", "issue 2"]);
        assert_eq!(names, ["#9", "p/Copy kettle", "p/2"]);
        let is_item = |piece: &Piece| found.item_key(&piece.project, &piece.item, piece.issue.as_ref()).is_some();
        assert_eq!(found.free.iter().map(is_item).collect::<Vec<_>>(), [false, true, true]);
        assert_eq!(found.claimed.iter().map(|own| own.title.as_str()).collect::<Vec<_>>(), ["the handbook (@ann)"]);
        let (_, found) = next(Issue { assignees: vec!["bob".into()], ..umbrella });
        assert_eq!(titles(&found.free), ["Copy kettle", "issue 2"], "the issue is taken as a whole");
    }

    #[test]
    fn a_box_with_a_link_and_its_item_by_hand_are_offered_once() {
        let of = |text: &str, link: Issue| {
            let tasks = vec![Task { issues: vec![link.id.clone()], ..open(text) }];
            let tracks = Project { issues: vec![id(9)], ..project("p", vec![item("Linker")]) };
            let roadmap = roadmap(vec![tracks]);
            let next = ranked(&roadmap, vec![Issue { tasks, ..issue(9) }, link], &[]);
            next.free.iter().map(|piece| piece.name(&roadmap)).collect::<Vec<_>>()
        };
        for text in ["linker #2", "Linker (#2)", "#2 – linker", "Linker: #2"] {
            assert_eq!(of(text, issue(2)), ["p/Linker"], "{text}");
            let held = Issue { assignees: vec!["ann".into()], ..issue(2) };
            assert!(of(text, held).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_box_with_boxes_below_it_is_not_offered() {
        let mut list = list(&["area", "part 1", "part 2", "alone", "last"]);
        list.tasks[1].depth = 1;
        list.tasks[2].depth = 1;
        let next = rank(vec![by_issue(1)], vec![list], &[]);
        assert_eq!(titles(&next.free), ["part 1", "part 2", "alone", "last"]);
    }

    #[test]
    fn jobs_are_offered_by_repository_the_fewest_first() {
        let next = rank(vec![counted("jobs")], Vec::new(), &[rows(&[("kubernetes/kops", 150), ("kubernetes/org", 2)])]);
        assert_eq!(titles(&next.free), ["2 jobs of kubernetes/org: jobs", "150 jobs of kubernetes/kops: jobs"]);
        let project = project("p", vec![item("jobs")]);
        let claim = next.free[0].claim(&roadmap(vec![project]));
        assert_eq!(
            claim,
            "# 2 jobs of kubernetes/org: jobs\n\nIt is part of `p/jobs`.\n\n- [ ] `ci-kubernetes/org`\n\n/assign\n"
        );
    }

    #[test]
    fn a_measured_project_without_items_is_offered_like_an_item() {
        let measured = |left: u64, issues: Vec<u64>, blocked_by| {
            let project = Project {
                measure: Some(CounterId::new("jobs")),
                issues: issues.into_iter().map(id).collect(),
                title: Some("The jobs".into()),
                blocked_by,
                ..project("p", Vec::new())
            };
            let counters = vec![counter("jobs", vec![reading("2024-01-01", 200 - left, 200, 1)])];
            Roadmap { counters, ..roadmap(vec![project]) }
        };
        let next = |roadmap: &Roadmap, rows: &[LeftByRepo]| ranked(roadmap, vec![issue(1), issue(2)], rows);
        let roadmap = measured(152, Vec::new(), Vec::new());
        let whole = next(&roadmap, &[]);
        assert_eq!((titles(&whole.free), whole.count_of_free()), (vec!["The jobs"], "1".to_owned()));
        assert_eq!(whole.free[0].name(&roadmap), "p");
        let left = [rows(&[("a/a", 150), ("a/b", 2)])];
        let pieces = next(&roadmap, &left);
        assert_eq!(titles(&pieces.free), ["2 jobs of a/b: The jobs", "150 jobs of a/a: The jobs"]);
        assert_eq!(pieces.count_of_free(), "2 pieces of 1 item");
        assert_eq!(pieces.item_key(&pieces.free[0].project, &pieces.free[0].item, None), None);
        assert!(pieces.free[0].claim(&roadmap).contains("It is part of `p`."));
        let by_issue = next(&measured(152, vec![1], Vec::new()), &left);
        let on: Vec<_> = by_issue.free.iter().map(|piece| piece.claimed_on().map(|issue| issue.number)).collect();
        assert_eq!(on, [Some(1), Some(1)], "its only issue is where to claim it");
        for (left, blocked_by) in [(0, Vec::new()), (152, vec![Target::Issue(id(2))])] {
            assert_eq!(titles(&next(&measured(left, Vec::new(), blocked_by), &[]).free), Vec::<&str>::new());
        }
    }

    fn rows(left: &[(&str, u64)]) -> LeftByRepo {
        let row = |&(repo, left): &(&str, u64)| LeftInRepo {
            repo: repo.into(),
            left,
            what: format!("{left} {} of {repo}", if left == 1 { "job" } else { "jobs" }),
            tasks: format!("- [ ] `ci-{repo}`\n"),
        };
        LeftByRepo { counter: CounterId::new("jobs"), left: left.iter().map(row).collect() }
    }

    #[test]
    fn the_count_names_pieces_and_their_items() {
        let next = rank(vec![counted("jobs"), item("plain")], Vec::new(), &[rows(&[("a/a", 1), ("a/b", 2)])]);
        assert_eq!(next.count_of_free(), "3 pieces of 2 items");
        let never = LeftByRepo { counter: CounterId::new("never"), ..rows(&[("a/a", 1), ("a/b", 2)]) };
        let next = rank(vec![counted("never"), item("plain")], Vec::new(), &[never]);
        assert_eq!(next.count_of_free(), "3 pieces of 2 items, 1 of them without a reading yet");
        assert_eq!(rank(vec![item("plain")], Vec::new(), &[]).count_of_free(), "1");
    }

    #[test]
    fn a_project_that_the_title_ends_with_is_not_named_again() {
        let counted = |key| Item { counter: Some(CounterId::new("jobs")), ..item(key) };
        let next = rank(vec![counted("p")], Vec::new(), &[rows(&[("a/a", 1)])]);
        assert_eq!((titles(&next.free), next.free[0].unnamed_project()), (vec!["1 job of a/a: p"], None));
        let next = rank(vec![counted("jobs")], Vec::new(), &[rows(&[("a/a", 1)])]);
        assert_eq!(next.free[0].unnamed_project().map(ToString::to_string), Some("p".to_owned()));
    }

    #[test]
    fn only_three_pieces_of_one_item_keep_their_full_score() {
        let many = rows(&[("a/a", 1), ("a/b", 1), ("a/c", 1), ("a/d", 1)]);
        let next = rank(vec![by_issue(1), counted("jobs")], vec![issue(1)], &[many]);
        assert_eq!(titles(&next.free)[3..], ["issue 1", "1 job of a/d: jobs"]);
        assert_eq!(next.free[4].reasons.last().unwrap().name, "alike");
    }

    #[test]
    fn an_issue_is_claimed_by_assign_and_an_item_without_one_by_a_draft() {
        let next = rank(vec![by_issue(1), item("by hand")], vec![issue(1)], &[]);
        let claims: Vec<_> = next.free.iter().map(|piece| piece.claim(&roadmap(Vec::new()))).collect();
        assert_eq!(claims[0], "/assign\n");
        assert_eq!(claims[1], "# by hand\n\nIt is part of the migration of `p`.\n\n/assign\n");
    }

    #[test]
    fn a_box_whose_own_issue_is_an_item_or_blocked_is_not_offered() {
        let link = |to: u64| Task { issues: vec![id(to)], ..open(&format!("box {to}")) };
        let tasks = vec![link(2), link(5), link(6), open("plain box")];
        let list = Issue { tasks, ..issue(1) };
        let blocked = Issue { blocked_by: vec![id(20)], ..issue(5) };
        let items = vec![by_issue(1), by_issue(2)];
        let issues = vec![list, issue(2), blocked, issue(6), issue(20)];
        let next = rank(items, issues, &[]);
        let mut offered = titles(&next.free);
        offered.sort_unstable();
        assert_eq!(offered, ["issue 2", "issue 6", "plain box"]);
    }

    #[test]
    fn an_issue_of_two_projects_is_offered_once() {
        let roadmap = roadmap(["p", "q"].map(|name| project(name, vec![by_issue(1)])).into());
        let snapshot = snapshot(vec![issue(1)]);
        let board = join(&roadmap, &snapshot, day("2024-06-01"));
        assert_eq!(next(&roadmap, &snapshot, &board, &[]).free.len(), 1);
        let of_items = of_items(&roadmap, &snapshot, &board, &[]);
        let of_q = Next {
            free: of_items.free.into_iter().filter(|own| own.project.as_str() == "q").collect(),
            ..Next::default()
        };
        assert_eq!(of_q.each_issue_once().free.len(), 1, "a list of one project has it");
    }
}
