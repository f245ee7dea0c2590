//! The source `issues`: the issues that a rule counts, and their progress over time.

use std::collections::BTreeMap;

use super::{BadGlob, Condition, Globs, PlainTest};
use crate::domain::{CloseReason, Conventions, Date, Issue, IssueState, Issues, Progress, Text, Timestamp};

/// Counts fetched issues. Those closed as completed are done.
#[derive(Debug, Clone, PartialEq)]
pub struct IssuesRule {
    /// The issues in scope; `None` for all.
    pub scope: Option<Condition<IssueTest>>,
}

/// A test of an issue, with globs as written or compiled; a list of values means any of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IssueTest<G = Vec<String>> {
    /// `label:` has one of these labels; globs are allowed.
    Label(G),
    /// `milestone:` is in one of these milestones; globs are allowed.
    Milestone(G),
    /// `author:` was opened by one of these people.
    Author(Vec<String>),
    /// `title:` the title contains one of these texts.
    Title(Vec<String>),
    /// `repo:` belongs to one of these repositories; globs are allowed.
    Repo(G),
}

impl IssueTest {
    /// Returns the test in the form that all sources have in common.
    pub(super) fn plain(&self) -> PlainTest {
        match self {
            Self::Label(names) => PlainTest::of_field("label", names),
            Self::Milestone(names) => PlainTest::of_field("milestone", names),
            Self::Author(names) => PlainTest::of_field("author", names),
            Self::Title(texts) => PlainTest::of_field("title", texts),
            Self::Repo(names) => PlainTest::of_field("repo", names),
        }
    }

    fn compiled(&self) -> Result<IssueTest<Globs>, BadGlob> {
        Ok(match self {
            Self::Label(globs) => IssueTest::Label(Globs::of_names(globs)?),
            Self::Milestone(globs) => IssueTest::Milestone(Globs::of_names(globs)?),
            Self::Author(logins) => IssueTest::Author(logins.clone()),
            Self::Title(texts) => IssueTest::Title(texts.clone()),
            Self::Repo(globs) => IssueTest::Repo(Globs::of_repos(globs)?),
        })
    }
}

impl IssueTest<Globs> {
    fn holds(&self, issue: &Issue) -> bool {
        match self {
            Self::Label(globs) => issue.labels.iter().any(|label| globs.match_any(label)),
            Self::Milestone(globs) => {
                issue.milestone.as_ref().is_some_and(|milestone| globs.match_any(&milestone.title))
            }
            Self::Author(logins) => {
                let is_author = |author: &Text| logins.iter().any(|login| login.eq_ignore_ascii_case(author));
                issue.author.as_ref().is_some_and(is_author)
            }
            Self::Title(texts) => texts.iter().any(|text| issue.title.contains(text.as_str())),
            Self::Repo(globs) => globs.match_any(&issue.id.repo.to_string()),
        }
    }
}

impl IssuesRule {
    /// Returns the issues in scope. Pull requests never are, since they carry the labels of the issue that they work
    /// on.
    pub fn scope<'i>(&self, issues: impl Iterator<Item = &'i Issue>) -> Result<Vec<&'i Issue>, BadGlob> {
        let issues = issues.filter(|issue| !issue.is_pull);
        let Some(scope) = &self.scope else { return Ok(issues.collect()) };
        let scope = scope.map(&mut IssueTest::compiled)?;
        Ok(issues.filter(|issue| scope.holds(&mut |test: &IssueTest<Globs>| test.holds(issue))).collect())
    }

    /// Returns the labels to count that no issue has, if there are issues: they may be misspelt. A label to leave out may
    /// be on none.
    pub fn unknown_labels(&self, issues: &Issues) -> Vec<&str> {
        if issues.is_empty() {
            return Vec::new();
        }
        let is_unknown = |label: &&String| {
            let glob = Globs::of_names(std::slice::from_ref(label));
            let has =
                |issue: &Issue| glob.as_ref().is_ok_and(|glob| issue.labels.iter().any(|own| glob.match_any(own)));
            !issues.iter().any(|issue| !issue.is_pull && has(issue))
        };
        let labels = self.scope.iter().flat_map(Condition::positive).flat_map(|test| match test {
            IssueTest::Label(labels) => labels.as_slice(),
            IssueTest::Milestone(_) | IssueTest::Author(_) | IssueTest::Title(_) | IssueTest::Repo(_) => &[],
        });
        labels.filter(is_unknown).map(String::as_str).collect()
    }
}

/// Returns the progress of issues at the end of every day on which it changed, and of the day `fetched`.
///
/// An issue with an unknown creation date exists from the first day on; one with an unknown closing date was closed on
/// the day `fetched`. An issue closed by a robot is not done, nor is one that a robot may have closed if the
/// conventions have lifecycle labels.
pub fn by_day(issues: &[&Issue], fetched: Date, conventions: Conventions) -> Vec<(Date, Progress)> {
    // In the evening west of Greenwich, the date in UTC is already tomorrow's.
    let day = |at: Timestamp| at.date().min(fetched);
    let created = |issue: &Issue| issue.created.map(day);
    let may_be_robots = |issue: &Issue| conventions.has_lifecycle() && !issue.knows_closer();
    let completed = |issue: &Issue| match &issue.state {
        IssueState::Closed { .. } if may_be_robots(issue) => None,
        IssueState::Closed { at, reason: None | Some(CloseReason::Completed), .. } => Some(at.map_or(fetched, day)),
        IssueState::Open | IssueState::Closed { .. } => None,
    };
    let first = issues.iter().filter_map(|issue| created(issue).or_else(|| completed(issue))).min().unwrap_or(fetched);
    let mut days: BTreeMap<Date, Progress> = BTreeMap::new();
    days.insert(fetched, NOTHING);
    for issue in issues {
        let opened = created(issue).unwrap_or(first);
        days.entry(opened).or_insert(NOTHING).total += 1;
        if let Some(day) = completed(issue) {
            days.entry(day.max(opened)).or_insert(NOTHING).done += 1;
        }
    }
    let mut sum = NOTHING;
    let running = days.into_iter().map(|(day, more)| {
        sum = Progress { done: sum.done + more.done, total: sum.total + more.total };
        (day, sum)
    });
    running.collect()
}

const NOTHING: Progress = Progress { done: 0, total: 0 };

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures;

    fn opened(number: u64, day: &str) -> Issue {
        Issue { created: Some(fixtures::moment(day)), ..fixtures::issue(number) }
    }

    #[test]
    fn the_history_follows_from_the_dates_of_issues() {
        let done = |number, day: &str, at: &str| Issue {
            created: Some(fixtures::moment(day)),
            ..fixtures::closed(number, Some(CloseReason::Completed), Some(at))
        };
        let dropped = fixtures::closed(3, Some(CloseReason::NotPlanned), Some("2021-03-01"));
        let dropped = Issue { created: Some(fixtures::moment("2021-01-01")), ..dropped };
        let issues = [opened(1, "2021-01-01"), done(2, "2021-01-05", "2021-02-01"), dropped];
        let days = by_day(&issues.iter().collect::<Vec<_>>(), fixtures::day("2022-01-01"), Conventions::GitHub);
        let days: Vec<_> = days.iter().map(|(day, sum)| format!("{day} {}/{}", sum.done, sum.total)).collect();
        assert_eq!(days, ["2021-01-01 0/2", "2021-01-05 0/3", "2021-02-01 1/3", "2022-01-01 1/3"]);
        assert_eq!(
            by_day(&[], fixtures::day("2022-01-01"), Conventions::GitHub),
            [(fixtures::day("2022-01-01"), NOTHING)]
        );
    }

    #[test]
    fn an_issue_that_a_robot_may_have_closed_is_not_done() {
        let closed = |reason| Issue {
            labels: vec!["lifecycle/rotten".into()],
            ..fixtures::closed(1, Some(reason), Some("2021-03-01"))
        };
        let unfetched =
            || Issue { fetch_states: crate::domain::FetchStates::default(), ..closed(CloseReason::Completed) };
        let done = |issue: Issue, conventions| {
            by_day(&[&issue], fixtures::day("2022-01-01"), conventions).last().unwrap().1.done
        };
        for conventions in [Conventions::GitHub, Conventions::Kubernetes] {
            assert_eq!(done(closed(CloseReason::Completed), conventions), 1, "{conventions:?}");
            assert_eq!(done(closed(CloseReason::Robot), conventions), 0, "{conventions:?}");
        }
        assert_eq!(done(unfetched(), Conventions::GitHub), 1);
        assert_eq!(done(unfetched(), Conventions::Kubernetes), 0);
    }

    #[test]
    fn the_scope_filters_issues_and_excludes_pull_requests() {
        let pull = Issue { is_pull: true, ..fixtures::titled(3, "Migrate c") };
        let issues = [fixtures::titled(1, "Migrate a"), fixtures::titled(2, "Fix b"), pull];
        let scope = Some(Condition::Is(IssueTest::Title(vec!["Migrate".to_owned()])));
        let found = IssuesRule { scope }.scope(issues.iter()).unwrap();
        assert_eq!(found.iter().map(|issue| issue.id.number).collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn each_label_to_count_that_no_issue_has_is_unknown() {
        let labelled = |number, label: &str| Issue { labels: vec![label.into()], ..fixtures::issue(number) };
        let pull = Issue { is_pull: true, ..labelled(2, "xyz") };
        let issues = Issues::from(vec![labelled(1, "team/a"), pull]);
        let test =
            |labels: &[&str]| Condition::Is(IssueTest::Label(labels.iter().map(|label| (*label).to_owned()).collect()));
        let of = |scope| {
            let rule = IssuesRule { scope: Some(scope) };
            rule.unknown_labels(&issues).iter().map(|label| (*label).to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(of(test(&["xyz", "taem/*"])), ["xyz", "taem/*"]);
        assert_eq!(of(test(&["xyz", "Team/A"])), ["xyz"], "another label of the rule counts issues");
        assert_eq!(of(test(&["team/*"])), Vec::<String>::new());
        assert_eq!(of(Condition::Not(Box::new(test(&["wontfix"])))), Vec::<String>::new());
        assert_eq!(IssuesRule { scope: None }.unknown_labels(&issues), Vec::<&str>::new());
    }
}
