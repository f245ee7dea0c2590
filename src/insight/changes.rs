//! Changes: the difference of two boards, in the order of a meeting.

mod asks;
mod children;
mod counter_change;

pub use counter_change::CounterChange;

use std::collections::HashMap;

use crate::domain::board::{Freedom, SILENT_DAYS, measure::Measure};
use crate::domain::{
    Board, CounterId, Date, IssueRef, IssueState, ItemKey, ItemRow, OwnerName, ProjectId, Reading, Roadmap, Snapshot,
    State, Target, Text, Timestamp, join,
};
use crate::words::{self, unit_short};

/// The kind of a change, in the order in which pages list them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// The item ended.
    Done,
    /// Work on it began.
    Started,
    /// It was not there before.
    New,
    /// It was done or dropped and no longer is.
    Reopened,
    /// Its issue was closed without the work being done.
    ClosedNotDone,
    /// It waits for something, and did not before.
    Blocked,
    /// No person has commented for 90 days.
    Quiet,
    /// There is more or less to do than before.
    Scope,
}

impl ChangeKind {
    /// All kinds, with the name used in data.
    pub const ALL: [(&'static str, Self); 8] = [
        ("done", Self::Done),
        ("started", Self::Started),
        ("new", Self::New),
        ("reopened", Self::Reopened),
        ("closed-not-done", Self::ClosedNotDone),
        ("blocked", Self::Blocked),
        ("quiet", Self::Quiet),
        ("scope", Self::Scope),
    ];

    /// Returns the kinds that are listed for people, in the order of a meeting. Scope is not among them, since each counter
    /// has its own line, with done and scope apart.
    pub fn for_people() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().map(|(_, kind)| kind).filter(|kind| *kind != Self::Scope)
    }

    /// Returns the name used in data.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }

    /// Returns the title of the list.
    pub fn title(self) -> &'static str {
        match self {
            Self::Done => "Done",
            Self::Started => "Started",
            Self::New => "New",
            Self::Reopened => "Reopened",
            Self::ClosedNotDone => "Closed, not done",
            Self::Blocked => "Newly blocked",
            Self::Quiet => "Went quiet",
            Self::Scope => "Scope",
        }
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its kind.
    pub kind: ChangeKind,
    /// The project; none for an issue that the roadmap lacks.
    pub project: Option<ProjectId>,
    /// The item.
    pub item: Option<ItemKey>,
    /// The title of the item or issue.
    pub title: String,
    /// The issue behind it.
    pub issue: Option<IssueRef>,
    /// Its owners.
    pub owners: Vec<OwnerName>,
    /// What happened, as a phrase without a full stop.
    pub text: String,
    /// The day, where it is known.
    pub on: Option<Date>,
    /// Who did it, where that is known.
    pub by: Option<Text>,
}

/// A decision to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The project.
    pub project: ProjectId,
    /// The item, if it is about one.
    pub item: Option<ItemKey>,
    /// The owners that could decide.
    pub owners: Vec<OwnerName>,
    /// The question.
    pub text: String,
}

/// The person who closed an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thanks {
    /// The login.
    pub who: Text,
    /// What they closed.
    pub issues: Vec<IssueRef>,
}

/// All changes between two days, and what there is to do on the later one.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes {
    /// The period begins at the end of this day.
    pub since: Date,
    /// The period ends at the end of this day.
    pub until: Date,
    /// By kind, then in roadmap order.
    pub list: Vec<Change>,
    /// Counters with a reading after the first day.
    pub counters: Vec<CounterChange>,
    /// The decisions to make on the later day.
    pub decisions: Vec<Decision>,
    /// What is free on the later day, in roadmap order.
    pub free: Vec<(ProjectId, ItemKey)>,
    /// Who closed what, most first.
    pub thanks: Vec<Thanks>,
}

impl Changes {
    /// Returns the changes of a kind.
    pub fn of(&self, kind: ChangeKind) -> impl Iterator<Item = &Change> {
        self.list.iter().filter(move |change| change.kind == kind)
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty() && self.counters.is_empty()
    }

    /// Keeps only what an owner owns, and the counters that concern it.
    #[must_use]
    pub fn of_owner(mut self, owner: &OwnerName, roadmap: &Roadmap, board: &Board) -> Self {
        self.list.retain(|change| change.owners.contains(owner));
        self.decisions.retain(|decision| decision.owners.contains(owner));
        self.free = asks::free(board, |item| item.owner.includes(owner));
        self.counters.retain(|it| roadmap.counter(&it.id).is_some_and(|counter| counter.concerns(owner, board)));
        self.thanks.clear();
        self
    }
}

/// Compares two days.
pub fn between(roadmap: &Roadmap, snapshot: &Snapshot, since: Date, until: Date) -> Changes {
    let after = join(roadmap, snapshot, until);
    compare(roadmap, snapshot, &after.on(roadmap, snapshot, since), &after)
}

/// Compares two boards of one roadmap and one snapshot.
pub fn compare(roadmap: &Roadmap, snapshot: &Snapshot, before: &Board, after: &Board) -> Changes {
    let of = Pair { roadmap, snapshot, before, after };
    let earlier: HashMap<_, _> = before.items().map(|item| ((&item.project, &item.key), item)).collect();
    let at = after.context(roadmap, snapshot);
    let mut list: Vec<_> = after
        .items()
        .filter_map(|item| Some((*earlier.get(&(&item.project, &item.key))?, item)))
        .flat_map(|(was, is)| of.item(was, is))
        .collect();
    list.extend(children::opened(roadmap, snapshot, before, after));
    list.sort_by_key(|change| change.kind);
    Changes {
        since: before.date,
        until: after.date,
        counters: of.counters(),
        decisions: after.projects.iter().flat_map(|row| asks::decisions(&at, row)).collect(),
        free: asks::free(after, |_| true),
        thanks: asks::thanks(&list),
        list,
    }
}

struct Pair<'a> {
    roadmap: &'a Roadmap,
    snapshot: &'a Snapshot,
    before: &'a Board,
    after: &'a Board,
}

impl Pair<'_> {
    fn item(&self, was: &ItemRow, is: &ItemRow) -> Vec<Change> {
        let mut all = Vec::new();
        let counted = matches!(is.measure, Measure::Counter(_));
        let (before, now) = (was.state, is.state);
        if !before.is_end() && now.is_end() {
            all.push(self.ended(is));
        } else if !is_stand_in(was) && before.is_end() && !now.is_end() {
            all.push(self.change(ChangeKind::Reopened, is, "it had ended and is open again".to_owned()));
        } else if before != State::ClosedNotDone && now == State::ClosedNotDone {
            all.push(Change { kind: ChangeKind::ClosedNotDone, ..self.ended(is) });
        } else if counted && before == State::Todo && now == State::Started {
            // Task lists and assignees of earlier days are not known, so only a counter can show a start.
            all.push(self.change(ChangeKind::Started, is, inner(is)));
        }
        if let (Measure::IssueNotYetOpened, Measure::Issue) = (&was.measure, &is.measure) {
            all.push(self.change(ChangeKind::New, is, "its issue was opened".to_owned()));
        }
        all.extend(self.blocked(was, is));
        all.extend(self.went_quiet(is));
        all.extend(self.scope(was, is));
        all
    }

    /// GitHub's own dependencies of earlier days are not known, so only a blocker of the roadmap can be new.
    fn blocked(&self, was: &ItemRow, is: &ItemRow) -> Option<Change> {
        if was.freedom == Freedom::Blocked || is.freedom != Freedom::Blocked {
            return None;
        }
        let project = self.roadmap.project(is.project.as_str())?;
        let item = project.items.iter().find(|item| item.key == is.key);
        let written = self.snapshot.current_targets(self.roadmap.blockers(project, item));
        let is_written = |target: &&Target| written.contains(target);
        let is_new = |target: &&Target| !was.blocked_by.contains(target) && !self.only_looked_done(target);
        let targets = is.blocked_by.iter().filter(is_written).filter(is_new);
        let names: Vec<_> = targets.map(|target| words::target(target, &self.roadmap.repo)).collect();
        (!names.is_empty()).then(|| self.change(ChangeKind::Blocked, is, format!("it waits for {}", names.join(", "))))
    }

    /// Whether a blocker looked done before only because it had no measure yet: it blocked then, too.
    fn only_looked_done(&self, target: &Target) -> bool {
        let mut items = self.before.items().filter(|item| match target {
            Target::Project(project) => item.project == *project,
            Target::Item(project, key) => item.project == *project && item.key == *key,
            Target::Issue(id) => item.issue.as_ref() == Some(id),
        });
        items.any(|item| item.state.is_end() && is_stand_in(item))
    }

    /// Both boards read the same file, so a written state cannot change between them: an end comes from a measure.
    fn ended(&self, is: &ItemRow) -> Change {
        let mut change = self.change(ChangeKind::Done, is, String::new());
        let measured = is.issue.as_ref().filter(|_| is.measure == Measure::Issue);
        let state = measured.and_then(|id| self.snapshot.issue(id)).map(|issue| &issue.state);
        if let Some(IssueState::Closed { at, by, .. }) = state {
            change.on = at.map(Timestamp::date);
            change.by.clone_from(by);
            let day = change.on.map_or_else(|| "on a day that is not known".to_owned(), |day| format!("on {day}"));
            change.text = format!("its issue was closed {day}");
        } else {
            change.text = inner(is);
        }
        change
    }

    fn change(&self, kind: ChangeKind, is: &ItemRow, text: String) -> Change {
        let opened = is.issue.as_ref().and_then(|id| self.snapshot.issue(id)?.created);
        Change {
            kind,
            project: Some(is.project.clone()),
            item: Some(is.key.clone()),
            title: is.title.clone(),
            issue: is.issue.clone(),
            owners: is.owner.names.clone(),
            text,
            on: opened.filter(|_| kind == ChangeKind::New).map(Timestamp::date),
            by: None,
        }
    }

    /// Reports an open issue whose 90th silent day is in the period.
    fn went_quiet(&self, is: &ItemRow) -> Option<Change> {
        let issue = is.issue.as_ref().and_then(|id| self.snapshot.issue(id)).filter(|_| is.is_left())?;
        let at = self.after.context(self.roadmap, self.snapshot);
        let touched = issue.touched().filter(|_| !at.is_closed(issue))?;
        let silent = |date: Date| touched.date() <= date && touched.days_before(date) >= SILENT_DAYS;
        let opened = if issue.last_comment.is_none() { "it was opened on " } else { "" };
        (silent(self.after.known_until) && !silent(self.before.known_until))
            .then(|| self.change(ChangeKind::Quiet, is, format!("no comment since {opened}{}", touched.date())))
    }

    /// Reports a change of the total of a counter; one that counts only what is left has none.
    fn scope(&self, was: &ItemRow, is: &ItemRow) -> Option<Change> {
        let (Measure::Counter(a), Measure::Counter(b)) = (&was.measure, &is.measure) else { return None };
        let now = is.inner.as_ref().filter(|now| now.start.is_none())?;
        let (before, after) = (was.inner.as_ref()?.progress.total, now.progress.total);
        let reading = |board: &Board| board.counter(a).and_then(|row| row.reading.clone());
        let (old, new) = (reading(self.before)?, reading(self.after)?);
        let text = || format!("{before} became {after} {} since {}", unit_short(&now.unit), old.date);
        (a == b && old.is_comparable(&new) && before != after).then(|| self.change(ChangeKind::Scope, is, text()))
    }

    fn counters(&self) -> Vec<CounterChange> {
        let changed = self.after.counters.iter().zip(&self.before.counters).filter_map(|(after, before)| {
            let change = CounterChange::between(Some(before), after)?;
            let before = change.before.clone().or_else(|| self.first_reading(&change.id, &change.after));
            Some(CounterChange { before, ..change })
        });
        changed.collect()
    }

    /// The first comparable reading of a counter that began in the period.
    fn first_reading(&self, id: &CounterId, last: &Reading) -> Option<Reading> {
        let readings = &self.roadmap.counter(id)?.readings;
        readings.iter().find(|reading| reading.date < last.date && reading.is_comparable(last)).cloned()
    }
}

/// The progress inside an item.
fn inner(is: &ItemRow) -> String {
    let Some(inner) = &is.inner else { return format!("now {}", is.state.word()) };
    words::inner(inner)
}

/// Whether a written state stands in for a measure that has no value yet.
fn is_stand_in(row: &ItemRow) -> bool {
    matches!(
        row.measure,
        Measure::IssueNotYetOpened | Measure::NotFetched | Measure::IssueMissing | Measure::NoReading(_)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::{
        by_issue, closed, comment_on, counter, day, id, issue, item, moment, project, reading, roadmap, snapshot,
    };
    use crate::domain::{Absence, Baseline, CloseReason, Group, GroupId, Groups, Issue, Item, Owner};

    fn changes(items: Vec<Item>, issues: Vec<Issue>) -> Changes {
        in_january(&roadmap(vec![project("p", items)]), &snapshot(issues))
    }

    fn in_january(roadmap: &Roadmap, snapshot: &Snapshot) -> Changes {
        between(roadmap, snapshot, day("2021-01-01"), day("2021-02-01"))
    }

    fn in_may(roadmap: &Roadmap, snapshot: &Snapshot) -> Changes {
        between(roadmap, snapshot, day("2024-05-01"), day("2024-06-01"))
    }

    fn kinds(changes: &Changes) -> Vec<(ChangeKind, &str)> {
        changes.list.iter().map(|change| (change.kind, change.item.as_ref().map_or("", |key| key.as_str()))).collect()
    }

    #[test]
    fn an_item_written_as_done_before_its_issue_opened_is_new_not_reopened() {
        let written = Item { written: Some(State::Done), ..by_issue(1) };
        let opened = Issue { created: Some(moment("2021-01-15")), ..issue(1) };
        assert_eq!(kinds(&changes(vec![written], vec![opened])), [(ChangeKind::New, "1")]);
    }

    #[test]
    fn the_first_reading_of_a_counter_reopens_and_blocks_nothing() {
        let counted = Item { counter: Some(CounterId::new("jobs")), written: Some(State::Done), ..item("counted") };
        let waits = Item { blocked_by: vec![Target::Item(ProjectId::new("p"), counted.key.clone())], ..item("h") };
        let mut roadmap = roadmap(vec![project("p", vec![counted, waits])]);
        let mut of = |readings: &[(&str, u64)]| {
            let readings = readings.iter().map(|(date, done)| reading(date, *done, 10, 1)).collect();
            roadmap.counters = vec![counter("jobs", readings)];
            in_january(&roadmap, &Snapshot::default()).list.iter().map(|change| change.kind).collect::<Vec<_>>()
        };
        assert_eq!(of(&[("2021-01-20", 5)]), []);
        assert_eq!(of(&[("2020-12-20", 10), ("2021-01-20", 5)]), [ChangeKind::Reopened, ChangeKind::Blocked]);
    }

    #[test]
    fn only_issues_closed_in_the_period_are_done() {
        let issues = vec![
            closed(1, None, Some("2021-01-15")),
            closed(2, None, Some("2020-12-31")),
            Issue { last_comment: Some(comment_on("2021-01-20")), ..closed(3, None, Some("2021-02-02")) },
        ];
        let changes = changes((1..=3).map(by_issue).collect(), issues);
        assert_eq!(kinds(&changes), [(ChangeKind::Done, "1")]);
        assert_eq!(changes.list[0].on, Some(day("2021-01-15")));
    }

    #[test]
    fn closed_by_a_robot_is_not_done() {
        let changes = changes(vec![by_issue(1)], vec![closed(1, Some(CloseReason::Robot), Some("2021-01-15"))]);
        assert_eq!(kinds(&changes), [(ChangeKind::ClosedNotDone, "1")]);
        assert!(changes.thanks.is_empty());
        assert_eq!(changes.decisions[0].text, "`issue 1` was closed but not done: drop it or reopen it?");
    }

    #[test]
    fn only_a_blocker_of_the_roadmap_can_be_new() {
        let of = |written: bool, elsewhere: bool| {
            let counted = Item { counter: Some(CounterId::new("jobs")), ..item("counted") };
            let target = Target::Item(ProjectId::new("p"), counted.key.clone());
            let blocked_by = if written { vec![target] } else { Vec::new() };
            let waits = Issue { blocked_by: vec![id(2)], ..issue(1) };
            let writes = Item { blocked_by, ..by_issue(1) };
            let other = Item { key: ItemKey::new("other"), ..by_issue(1) };
            let items = if elsewhere { vec![other, counted, writes] } else { vec![writes, counted] };
            let mut roadmap = roadmap(vec![project("p", items)]);
            let readings = vec![reading("2024-01-01", 2, 2, 1), reading("2024-05-20", 2, 3, 1)];
            roadmap.counters = vec![counter("jobs", readings)];
            let found = in_may(&roadmap, &snapshot(vec![waits, issue(2)]));
            let blocked = found.list.into_iter().filter(|change| change.kind == ChangeKind::Blocked);
            blocked.map(|change| change.text).collect::<Vec<_>>()
        };
        assert_eq!(of(false, false), Vec::<String>::new(), "it is unknown when a dependency was added on GitHub");
        assert_eq!(of(true, false), ["it waits for p/counted"]);
        assert_eq!(of(true, true), ["it waits for p/counted"; 2], "both items of the issue wait");
    }

    #[test]
    fn an_earlier_blocker_is_not_new() {
        let counted =
            Item { counter: Some(CounterId::new("jobs")), blocked_by: vec![Target::Issue(id(9))], ..item("counted") };
        let mut roadmap = roadmap(vec![project("p", vec![counted])]);
        roadmap.counters = vec![counter("jobs", vec![reading("2024-05-20", 1, 3, 1)])];
        let found = in_may(&roadmap, &snapshot(vec![issue(9)]));
        assert!(found.list.iter().all(|change| change.kind != ChangeKind::Blocked), "{:?}", found.list);
    }

    #[test]
    fn a_counter_begun_in_the_period_is_compared_with_its_first_reading() {
        let of = |readings: &[(&str, u64)]| {
            let readings = readings.iter().map(|(date, done)| reading(date, *done, 9, 1)).collect();
            let mut roadmap = roadmap(Vec::new());
            roadmap.counters = vec![counter("jobs", readings)];
            in_may(&roadmap, &snapshot(Vec::new())).counters.iter().map(CounterChange::text).collect::<Vec<_>>()
        };
        let moved = "5/9 prow jobs on 2024-05-20: +3 done, +0 in scope since 2024-05-10";
        assert_eq!(of(&[("2024-05-10", 2), ("2024-05-15", 3), ("2024-05-20", 5)]), [moved]);
        assert_eq!(of(&[("2024-05-20", 5)]), ["5/9 prow jobs on 2024-05-20: first reading"]);
    }

    #[test]
    fn the_end_of_an_item_comes_from_its_measure() {
        let item = Item { counter: Some(CounterId::new("jobs")), ..by_issue(1) };
        let mut roadmap = roadmap(vec![project("p", vec![item])]);
        let readings = vec![reading("2021-01-01", 1, 2, 1), reading("2021-01-20", 2, 2, 1)];
        roadmap.counters = vec![counter("jobs", readings)];
        let snapshot = snapshot(vec![closed(1, None, Some("2021-03-01"))]);
        let found = between(&roadmap, &snapshot, day("2021-01-05"), day("2021-02-01"));
        assert_eq!(kinds(&found), [(ChangeKind::Done, "1")]);
        assert_eq!((found.list[0].text.as_str(), found.list[0].on), ("2/2 prow jobs", None));
    }

    #[test]
    fn an_issue_opened_in_the_period_is_new() {
        let opened = Issue { created: Some(moment("2021-01-20")), ..issue(1) };
        assert_eq!(kinds(&changes(vec![by_issue(1)], vec![opened])), [(ChangeKind::New, "1")]);
    }

    #[test]
    fn a_new_child_of_an_umbrella_is_listed_even_if_the_roadmap_lacks_it() {
        let roadmap = Roadmap { umbrellas: vec![id(9)], ..roadmap(Vec::new()) };
        let named = |child: Issue, umbrella: Issue, until: &str| {
            // Fetched in the evening of the day before, west of Greenwich.
            let fetched_on = Some(day("2024-05-31"));
            let snapshot = Snapshot { fetched_on, ..snapshot(vec![child, umbrella]) };
            let found = between(&roadmap, &snapshot, day("2021-01-01"), day(until));
            found.list.into_iter().map(|change| (change.kind, change.project)).collect::<Vec<_>>()
        };
        let opened = |on: &str| Issue { created: Some(moment(on)), ..issue(1) };
        let child = |on: &str| Issue { parents: vec![id(9)], ..opened(on) };
        let new = [(ChangeKind::New, None)];
        assert_eq!(named(child("2021-01-20"), issue(9), "2021-02-01"), new);
        assert_eq!(named(child("2020-01-20"), issue(9), "2021-02-01"), []);
        assert_eq!(named(child("2024-06-01"), issue(9), "2024-05-31"), new, "the local day counts");
        let steps = Issue { steps: vec![id(1)], ..issue(9) };
        assert_eq!(named(opened("2021-01-20"), steps, "2021-02-01"), new);
        assert_eq!(named(opened("2021-01-20"), issue(9), "2021-02-01"), []);
    }

    #[test]
    fn a_new_child_is_named_by_its_old_number_too() {
        let roadmap = Roadmap { umbrellas: vec![id(9)], ..roadmap(Vec::new()) };
        let child = Issue { created: Some(moment("2021-01-20")), ..issue(1) };
        let umbrella = Issue { sub_issues: vec![id(7)], ..issue(9) };
        let missing = [(id(7), Absence::Moved(id(1)))].into();
        let snapshot = Snapshot { missing, ..snapshot(vec![child, umbrella]) };
        let found = in_january(&roadmap, &snapshot);
        assert_eq!(found.list.iter().map(|change| change.issue.clone()).collect::<Vec<_>>(), [Some(id(1))]);
    }

    #[test]
    fn a_new_child_belongs_to_the_group_of_its_label() {
        let group = Group { labels: vec!["team/infra".into()], ..Group::new(GroupId::new("infra")) };
        let groups = Groups { as_of: None, list: vec![group] };
        let roadmap = Roadmap { umbrellas: vec![id(9)], groups, ..roadmap(Vec::new()) };
        let child = Issue {
            parents: vec![id(9)],
            created: Some(moment("2021-01-20")),
            labels: vec!["team/infra".into(), "sig/unheard-of".into()],
            ..issue(1)
        };
        let found = in_january(&roadmap, &snapshot(vec![child]));
        assert_eq!(found.list[0].owners, [OwnerName::new("infra")]);
    }

    #[test]
    fn an_issue_goes_quiet_on_its_90th_silent_day() {
        let quiet = |at| changes(vec![by_issue(1)], vec![Issue { last_comment: Some(comment_on(at)), ..issue(1) }]);
        assert_eq!(kinds(&quiet("2020-10-20")), [(ChangeKind::Quiet, "1")]);
        assert!(kinds(&quiet("2020-12-20")).is_empty());
    }

    #[test]
    fn only_an_open_issue_goes_quiet_with_or_without_a_comment() {
        let uncommented = Issue { created: Some(moment("2020-10-20")), ..issue(1) };
        let found = changes(vec![by_issue(1)], vec![uncommented]);
        assert_eq!(found.list[0].text, "no comment since it was opened on 2020-10-20");
        let given_up = closed(1, Some(CloseReason::NotPlanned), Some("2020-10-22"));
        let given_up = Issue { last_comment: Some(comment_on("2020-10-21")), ..given_up };
        assert_eq!(kinds(&changes(vec![by_issue(1)], vec![given_up])), []);
    }

    #[test]
    fn a_figure_recorded_by_hand_is_not_compared_with_a_counted_one() {
        let before = reading("2020-12-10", 288, 1780, 1);
        let after = Reading { commit: Some("c3a82689c4".into()), ..reading("2020-12-31", 371, 2203, 1) };
        let change = |before: Reading| CounterChange {
            id: CounterId::new("jobs"),
            unit: "jobs".into(),
            start: None,
            before: Some(before),
            after: after.clone(),
        };
        assert_eq!(change(before.clone()).moved(), None);
        assert_eq!(change(before.clone()).movement(), "not comparable, as one of the two was recorded by hand");
        let counted = change(Reading { commit: after.commit.clone(), ..before });
        assert_eq!((counted.moved(), counted.left_by()), (Some((83, 423)), Some(340)));
        let left_only = CounterChange { start: Some(Baseline::Peak), ..counted };
        assert_eq!(left_only.text(), "1832 jobs left on 2020-12-31, peak 2203: +340 left since 2020-12-10");
        assert_eq!((left_only.moved(), left_only.movement()), (None, "+340 left since 2020-12-10".to_owned()));
    }

    #[test]
    fn a_counter_shows_done_and_scope_apart() {
        let counted = Item { counter: Some(CounterId::new("jobs")), ..item("jobs") };
        let mut roadmap = roadmap(vec![project("p", vec![counted])]);
        let readings = vec![reading("2020-12-10", 288, 1780, 1), reading("2021-01-20", 300, 2055, 1)];
        roadmap.counters = vec![counter("jobs", readings)];
        let found = in_january(&roadmap, &Snapshot::default());
        assert_eq!(found.counters[0].moved(), Some((12, 275)));
        let text = "300/2055 prow jobs on 2021-01-20: +12 done, +275 in scope since 2020-12-10";
        assert_eq!(found.counters[0].text(), text);
        assert_eq!(kinds(&found), [(ChangeKind::Scope, "jobs")]);
        assert_eq!(found.list[0].text, "1780 became 2055 prow jobs since 2020-12-10");
        roadmap.counters[0].readings[1].rule = 2;
        let found = in_january(&roadmap, &Snapshot::default());
        assert_eq!((found.counters[0].moved(), found.list.len()), (None, 0));
        assert_eq!(found.counters[0].movement(), "not comparable, as another rule counts now");
    }

    #[test]
    fn missing_owners_and_placeholders_need_a_decision() {
        let mut project = project("p", vec![item("???")]);
        project.owner = Owner::none();
        let roadmap = roadmap(vec![project]);
        let found = in_january(&roadmap, &Snapshot::default());
        assert_eq!(found.decisions.len(), 2);
        assert!(found.is_empty());
    }

    #[test]
    fn whoever_closed_an_issue_is_thanked() {
        let issue = |n| Issue {
            state: IssueState::Closed { reason: None, at: Some(moment("2021-01-15")), by: Some("ameukam".into()) },
            ..issue(n)
        };
        let changes = changes(vec![by_issue(1), by_issue(2)], vec![issue(1), issue(2)]);
        assert_eq!(changes.thanks, [Thanks { who: "ameukam".into(), issues: vec![id(1), id(2)] }]);
    }
}
