//! Risk: what may not be finished by a day, with reasons.

use crate::domain::board::{SILENT_DAYS, count_once};
use crate::domain::{Board, Date, Freedom, ItemRow, Owner, OwnerName, ProjectRow, State, grouped};

/// An item, or a project whose items are all done, that may not be finished in time.
#[derive(Debug, Clone, PartialEq)]
pub struct Risk<'a> {
    /// The project.
    pub project: &'a ProjectRow,
    /// The item; `None` for a project with no item left.
    pub item: Option<&'a ItemRow>,
    /// Why, the gravest first; never empty.
    pub reasons: Vec<RiskReason>,
}

impl Risk<'_> {
    /// Returns what to show: the title of the item, else of the project.
    pub fn title(&self) -> &str {
        self.item.map_or(&self.project.title, |item| &item.title)
    }

    /// Returns who owns it.
    pub fn owner(&self) -> &Owner {
        self.item.map_or(&self.project.owner, |item| &item.owner)
    }
}

/// Why something may not be finished in time. Orders by gravity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RiskReason {
    /// Its due date has passed.
    Overdue(Date),
    /// The scope is unknown.
    UnknownScope,
    /// Its issue was closed without being done, so a decision is due.
    Undecided,
    /// Something else must come first.
    Blocked,
    /// No owner is certain.
    Unowned,
    /// How much its counter has left.
    Counted(u64),
    /// No one is assigned.
    Unassigned,
    /// The number of days without a comment by a person.
    Quiet(u32),
    /// It is due by the day in question.
    Due(Date),
}

/// Returns what is left and may not be finished by `until`, in roadmap order.
///
/// What is due after `until` is not at risk, but what has no due date is. An item without one is due with its project.
pub fn at_risk(board: &Board, until: Date) -> Vec<Risk<'_>> {
    let all = board.projects.iter().flat_map(|project| {
        let items = project.items.iter().filter(|item| item.is_left());
        let items = items.map(move |item| (Some(item), item.due.or(project.due)));
        // With all items done, a counter that is not full is still left.
        let is_left = !project.items.iter().any(ItemRow::is_left) && !project.state.is_end();
        let whole = is_left.then_some((None, project.due));
        items.chain(whole).map(move |(item, due)| (project, item, due))
    });
    let in_time = |due: Option<Date>| due.is_some_and(|due| due > until);
    let risk = |(project, item, due): (_, Option<_>, Option<Date>)| {
        let day = due.map(|due| if due < board.date { RiskReason::Overdue(due) } else { RiskReason::Due(due) });
        let mut reasons = item.map_or_else(|| of_project(project), |item| of_item(item, board.known_until));
        reasons.extend(day);
        reasons.sort_unstable();
        Risk { project, item, reasons }
    };
    all.filter(|(.., due)| !in_time(*due)).map(risk).filter(|risk| !risk.reasons.is_empty()).collect()
}

fn of_project(project: &ProjectRow) -> Vec<RiskReason> {
    let left = project.reading.as_ref().map(|reading| reading.progress.left()).filter(|left| *left > 0);
    let reasons = [
        (project.state == State::Unknown).then_some(RiskReason::UnknownScope),
        (!project.owner.is_settled()).then_some(RiskReason::Unowned),
        left.map(RiskReason::Counted),
    ];
    reasons.into_iter().flatten().collect()
}

fn of_item(item: &ItemRow, known_until: Date) -> Vec<RiskReason> {
    let quiet = item.touched.map(|touched| touched.days_before(known_until)).filter(|&days| days >= SILENT_DAYS);
    let reasons = [
        (item.state == State::Unknown).then_some(RiskReason::UnknownScope),
        (item.state == State::ClosedNotDone).then_some(RiskReason::Undecided),
        (item.freedom == Freedom::Blocked).then_some(RiskReason::Blocked),
        (!item.owner.is_settled()).then_some(RiskReason::Unowned),
        item.measure.counter().and(item.inner.as_ref()).map(|inner| RiskReason::Counted(inner.progress.left())),
        is_unassigned(item).then_some(RiskReason::Unassigned),
        quiet.map(RiskReason::Quiet),
    ];
    reasons.into_iter().flatten().collect()
}

/// Whether an item lacks an assignee. A pull request has its author, a claim its claimant, and an item by hand the person who
/// owns it; a counter without an issue cannot be assigned.
fn is_unassigned(item: &ItemRow) -> bool {
    let is_held = matches!(item.freedom, Freedom::Taken | Freedom::Unchecked);
    let is_assignable = item.issue.is_some() || item.measure.named_counter().is_none();
    is_assignable && item.assignees.is_empty() && !is_held && !item.is_a_persons()
}

/// Returns how many items and how many whole projects are at risk; an issue of several items counts once.
pub fn count(risks: &[Risk<'_>]) -> (u64, u64) {
    let items = count_once(risks.iter().filter_map(|risk| risk.item));
    (items, risks.iter().filter(|risk| risk.item.is_none()).count() as u64)
}

/// Groups risks by owner, in the order in which owners first appear; those without an owner come last.
pub fn by_owner(risks: Vec<Risk<'_>>) -> Vec<(Vec<OwnerName>, Vec<Risk<'_>>)> {
    let mut groups = grouped(risks.into_iter().map(|risk| (risk.owner().names.clone(), risk)));
    groups.sort_by_key(|(owners, _)| owners.is_empty());
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::{by_issue, counter, day, issue, item, project, reading, roadmap, snapshot};
    use crate::domain::{CounterId, Issue, Item, Owner, Project, join};

    /// The day of the fixtures is 2024-06-01.
    fn of(projects: Vec<Project>, issues: Vec<Issue>) -> Vec<(String, Vec<RiskReason>)> {
        let mut roadmap = roadmap(projects);
        roadmap.counters = vec![counter("jobs", vec![reading("2024-05-20", 5, 10, 1)])];
        let board = join(&roadmap, &snapshot(issues), day("2024-06-01"));
        let risks = at_risk(&board, day("2024-12-31"));
        risks.iter().map(|risk| (risk.title().to_owned(), risk.reasons.clone())).collect()
    }

    #[test]
    fn items_are_due_with_their_project_and_a_project_without_items_is_listed() {
        let held = Issue { assignees: vec!["ann".into()], last_comment: Some(comment()), ..issue(1) };
        let due = |date, project: Project| Project { due: Some(day(date)), ..project };
        let counted = Project { measure: Some(CounterId::new("jobs")), ..project("counted", Vec::new()) };
        let projects = vec![
            due("2024-05-01", project("late", vec![by_issue(1)])),
            due("2024-05-02", counted),
            due(
                "2025-06-01",
                project("far", vec![item("in time"), Item { due: Some(day("2024-07-01")), ..item("sooner") }]),
            ),
        ];
        let expected = [
            ("issue 1", vec![RiskReason::Overdue(day("2024-05-01"))]),
            ("counted", vec![RiskReason::Overdue(day("2024-05-02")), RiskReason::Counted(5)]),
            ("sooner", vec![RiskReason::Unassigned, RiskReason::Due(day("2024-07-01"))]),
        ];
        assert_eq!(of(projects, vec![held]), expected.map(|(title, reasons)| (title.to_owned(), reasons)));
    }

    #[test]
    fn a_project_with_only_its_counter_left_is_at_risk() {
        let done = Item { written: Some(State::Done), ..item("done") };
        let counted = |items| Project {
            measure: Some(CounterId::new("jobs")),
            due: Some(day("2024-05-01")),
            ..project("counted", items)
        };
        let overdue = RiskReason::Overdue(day("2024-05-01"));
        let whole = of(vec![counted(vec![done.clone()])], Vec::new());
        assert_eq!(whole, [("counted".to_owned(), vec![overdue, RiskReason::Counted(5)])]);
        let items = of(vec![counted(vec![done, item("left")])], Vec::new());
        assert_eq!(items, [("left".to_owned(), vec![overdue, RiskReason::Unassigned])]);
    }

    #[test]
    fn a_counter_shows_what_is_left_and_is_not_called_unassigned() {
        let jobs = Item { counter: Some(CounterId::new("jobs")), ..item("jobs") };
        let found = of(vec![project("p", vec![jobs])], Vec::new());
        assert_eq!(found, [("jobs".to_owned(), vec![RiskReason::Counted(5)])]);
    }

    #[test]
    fn work_that_a_person_has_is_not_called_unassigned() {
        let pull = Issue { is_pull: true, last_comment: Some(comment()), ..issue(1) };
        let hers = Item { owner: Some(Owner::accepted("@ann")), ..item("hers") };
        assert_eq!(of(vec![project("p", vec![by_issue(1), hers])], vec![pull]), []);
    }

    #[test]
    fn an_issue_of_two_projects_is_one_item_at_risk() {
        let twice = roadmap(vec![project("p", vec![by_issue(1), item("x")]), project("q", vec![by_issue(1)])]);
        let board = join(&twice, &snapshot(vec![issue(1)]), day("2024-06-01"));
        let risks = at_risk(&board, day("2024-12-31"));
        assert_eq!((risks.len(), count(&risks)), (3, (2, 0)));
    }

    fn comment() -> crate::domain::Comment {
        crate::domain::fixtures::comment_on("2024-05-30")
    }
}
