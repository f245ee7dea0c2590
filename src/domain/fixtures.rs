//! Small roadmaps and issues for the tests of this layer.

use std::collections::BTreeMap;

use super::rule::{Condition, FileTest, Files, IssuesRule, Source, TextMeasure, TextRule, TextTest, TextUnit};
use super::{
    Account, AccountId, AccountReading, Amount, CloseReason, Comment, Counter, CounterId, Date, Example, FetchStates,
    Issue, IssueClaim, IssueRef, IssueState, Item, ItemKey, Limit, Origin, Owner, Place, Progress, Project, ProjectId,
    Pull, Reading, Repo, Roadmap, Rule, Snapshot, Task, TaskState, Text, Timestamp, World,
};

pub(crate) const PLACE: Place = Place { line: 1, column: 1 };

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(crate) fn moment(text: &str) -> Timestamp {
    Timestamp::start_of(day(text))
}

pub(crate) fn id(number: u64) -> IssueRef {
    IssueRef::new(Repo::new("kubernetes/k8s.io").unwrap(), number)
}

pub(crate) fn item(key: &str) -> Item {
    Item { title: Some(key.to_owned()), ..Item::new(ItemKey::new(key), PLACE) }
}

pub(crate) fn by_issue(number: u64) -> Item {
    Item { title: None, issue: Some(id(number)), ..item(&number.to_string()) }
}

pub(crate) fn project(name: &str, items: Vec<Item>) -> Project {
    Project {
        id: ProjectId::new(name),
        aliases: Vec::new(),
        title: None,
        kind: Some(Text::new("gcp-project")),
        owner: Owner::accepted("sig-testing"),
        issues: Vec::new(),
        measure: None,
        written: None,
        items,
        blocked_by: Vec::new(),
        due: None,
        note: None,
        links: Vec::new(),
        references: Vec::new(),
        costs: crate::domain::Costs::default(),
        silenced: Vec::new(),
        place: PLACE,
    }
}

pub(crate) fn roadmap(projects: Vec<Project>) -> Roadmap {
    Roadmap {
        title: String::new(),
        repo: Repo::new("kubernetes/k8s.io").unwrap(),
        conventions: super::Conventions::Kubernetes,
        groups: super::Groups::default(),
        umbrellas: Vec::new(),
        searches: Vec::new(),
        robots: Vec::new(),
        written: None,
        counters: Vec::new(),
        migrated: Vec::new(),
        projects,
        accounts: Vec::new(),
        quiet: crate::domain::boxes::QuietDays::default(),
        silenced: Vec::new(),
    }
}

pub(crate) fn issue(number: u64) -> Issue {
    Issue {
        title: format!("issue {number}"),
        created: Some(moment("2020-10-06")),
        fetch_states: FetchStates::all_known(),
        ..Issue::new(id(number))
    }
}

pub(crate) fn titled(number: u64, title: &str) -> Issue {
    Issue { title: title.to_owned(), ..issue(number) }
}

pub(crate) fn closed(number: u64, reason: Option<CloseReason>, at: Option<&str>) -> Issue {
    Issue { state: IssueState::Closed { reason, at: at.map(moment), by: None }, ..issue(number) }
}

pub(crate) fn open_pull(number: u64) -> Pull {
    Pull { id: id(number), is_open: true, author: None, by_list: false }
}

pub(crate) fn comment_on(at: &str) -> Comment {
    Comment { at: moment(at), by: None, text: String::new() }
}

/// The claims of a whole issue after comments of one person.
pub(crate) fn claims(comments: &[(&str, &str)]) -> Vec<IssueClaim> {
    let mut claims = Vec::new();
    for (at, text) in comments {
        let comment = Comment { by: Some("zed".into()), text: (*text).to_owned(), ..comment_on(at) };
        super::boxes::follow_claims(&mut claims, &comment);
    }
    claims
}

pub(crate) fn task(text: &str, state: TaskState) -> Task {
    Task { text: text.to_owned(), state, depth: 0, issues: Vec::new(), section: Text::default() }
}

pub(crate) fn snapshot(issues: Vec<Issue>) -> Snapshot {
    Snapshot { is_whole: true, ..Snapshot::new(Some(moment("2024-06-01")), issues, BTreeMap::new()) }
}

/// The world of a roadmap on the day of [`snapshot`].
pub(crate) fn world(roadmap: Roadmap, snapshot: Snapshot) -> World {
    World {
        roadmap,
        origin: Origin::Example(Example::default()),
        snapshot,
        date: day("2024-06-01"),
        now: moment("2024-06-01"),
        web: "https://github.com".to_owned(),
        here: None,
        me: None,
        checkout: None,
        moves: None,
    }
}

pub(crate) fn reading(date: &str, done: u64, total: u64, rule: u32) -> Reading {
    let progress = Progress::new(done, total).unwrap();
    Reading { date: day(date), progress, rule, commit: None, note: None }
}

pub(crate) fn account(limit: Option<Limit>, readings: &[(&str, Amount)]) -> Account {
    let reading = |(date, amount): &(&str, Amount)| AccountReading { date: day(date), amount: *amount, note: None };
    Account {
        id: AccountId::new("a"),
        name: "A".to_owned(),
        currency: Text::from("USD"),
        limit,
        monthly: None,
        readings_file: None,
        readings: readings.iter().map(reading).collect(),
        lines: Vec::new(),
        place: PLACE,
    }
}

/// A counter of all issues, without readings.
pub(crate) fn counter_of_issues(name: &str) -> Counter {
    let source = Source::Issues(IssuesRule { scope: None });
    Counter { rules: vec![Rule::new(1, source)], ..counter(name, Vec::new()) }
}

/// A rule by which every job is done.
pub(crate) fn rule(version: u32) -> Rule {
    Rule::of_jobs(version, None, Condition::All(Vec::new()))
}

pub(crate) fn counter(name: &str, readings: Vec<Reading>) -> Counter {
    Counter {
        id: CounterId::new(name),
        unit: "prow jobs".into(),
        rules: vec![rule(1), rule(2)],
        readings_file: None,
        readings,
        place: PLACE,
    }
}

/// A rule that only knows how many lines are left.
pub(crate) fn left_only() -> Rule {
    let left = TextMeasure::Left(Condition::Is(FileTest::Text(TextTest::Contains("TODO".into()))));
    Rule::new(1, Source::Text(TextRule { files: Files::default(), count: TextUnit::Lines, measure: left }))
}
