//! What is left of a counter, dependencies, and the next meeting of a group.

use crossterm::event::KeyCode;
use offramp::domain::checkout::{CheckoutFacts, LeftByRepo};
use offramp::domain::shift::{CounterMove, Moves, Shift};
use offramp::domain::unit::UnitField;
use offramp::domain::{CounterId, Percent, Progress, ProjectId, Reading, Unit, UnitState, World};
use offramp::tui::model::{CheckoutState, Effect, LeftJobs, MeetingKept, Msg, Question};

use super::harness::{self, of_roadmap};
use super::{Screen, day, world};
use crate::program::Shows as _;

const COUNTED: &str = "\
version: 1
title: Away from google.com
repo: kubernetes/k8s.io
counters:
  prow-jobs:
    unit: prow jobs
    rules:
      - {version: 1, name: as reported, done: {not: {cluster: [default]}}}
projects:
  - id: k8s-prow-build
    owner: sig-k8s-infra
    items:
      - {id: jobs, title: Prow jobs run elsewhere, counter: prow-jobs}
      - {id: deploy, title: Deploy it, blocked_by: [k8s-prow-build/jobs]}
      - {id: names, title: Move the names, blocked_by: [k8s-prow-build/deploy]}
";

fn job(name: &str, repo: &str, sig: &str) -> Unit {
    let fields = [("type", "periodic"), ("repo", repo), ("cluster", "default"), ("sig", sig)];
    Unit {
        name: name.into(),
        path: "config/jobs/a/b.yaml".into(),
        line: Some(3),
        fields: fields.map(|(key, value)| UnitField::new(key, [value])).into(),
        state: UnitState::Left,
    }
}

#[test]
fn a_counter_opens_down_to_its_jobs_and_copies_a_task_list() {
    let mut screen = Screen::of(of_roadmap(COUNTED), 80, 24).after("2");
    let counter = CounterId::new("prow-jobs");
    assert_eq!(screen.key(KeyCode::Enter), Some(Effect::Ask(Question::Left(counter.clone(), day("2020-12-10")))));
    screen.shows(["counting in the checkout"]);
    let why = "error: no checkout\nhint: `[checkouts]` names one".to_owned();
    screen.send(Msg::Left(counter.clone(), day("2020-12-10"), Err(why)));
    screen.shows(["`[checkouts]` names one"]);
    screen.key(KeyCode::Esc);
    // The cause may be gone, so the question is asked again.
    assert_eq!(screen.key(KeyCode::Enter), Some(Effect::Ask(Question::Left(counter.clone(), day("2020-12-10")))));
    let jobs = vec![job("ci-a", "x/y", "sig-node"), job("ci-b", "x/y", "sig-auth"), job("ci-c", "", "sig-node")];
    let commit = Some(("c3a82689c4".to_owned(), day("2020-08-31")));
    let found = LeftJobs { jobs, commit, base: None, is_complete: true };
    screen.send(Msg::Left(counter.clone(), day("2020-12-10"), Ok(found)));
    insta::assert_snapshot!("left_groups_80x24", screen.text());
    screen.keys("b");
    screen.shows(["By sig"]);
    screen.key(KeyCode::Enter);
    insta::assert_snapshot!("left_jobs_80x24", screen.text());
    let Some(Effect::Copy(copied)) = screen.keys("Y") else { panic!("nothing was copied") };
    copied.text.shows(["- [ ] `ci-a`", "`ci-c`"]);
    copied.text.hides(["ci-b"]);
    // Another day is another commit; what comes late of the first one is not shown for it.
    let later = day("2021-01-10");
    screen.model.now = day("2026-11-30");
    assert_eq!(screen.keys(">"), Some(Effect::Ask(Question::Left(counter.clone(), later))));
    let none = LeftJobs { jobs: Vec::new(), commit: None, base: None, is_complete: true };
    screen.send(Msg::Left(counter.clone(), day("2020-12-10"), Ok(none.clone())));
    screen.shows(["counting in the checkout"]);
    screen.key(KeyCode::Esc);
    screen.send(Msg::Left(counter, later, Ok(none)));
    let text = screen.text();
    assert!(text.contains("0 jobs left") && !text.contains("other groups"), "{text}");
}

#[test]
fn work_shows_dependencies_and_the_longest_chain() {
    let mut screen = Screen::of(of_roadmap(COUNTED), 120, 30).after("2");
    screen.shows(["◆ unblocks 1", "◆ unblocks 1 · waits for jobs"]);
    screen.keys("j");
    screen.shows(["k8s-prow-build/jobs: Prow jobs run elsewhere", "◆ 2 of 3: jobs › deploy › names"]);
    let titles = ["SIG K8s Infra", "to do", "no milestone", "k8s-prow-build"];
    for title in titles {
        screen.keys("b");
        screen.shows([title]);
    }
}

#[test]
fn a_chain_of_two_is_marked_as_the_longest() {
    let two = COUNTED.replace("      - {id: names, title: Move the names, blocked_by: [k8s-prow-build/deploy]}\n", "");
    let mut screen = Screen::of(of_roadmap(&two), 120, 30).after("2");
    screen.shows(["◆ waits for jobs"]);
    screen.keys("j");
    screen.shows(["◆ 2 of 2: jobs › deploy"]);
}

#[test]
fn whom_names_the_next_meeting_once_a_meeting_day_is_known() {
    let mut screen = Screen::of(of_roadmap(COUNTED), 120, 40).after("i");
    screen.shows(["weeks not known"]);
    screen.key(KeyCode::Esc);
    let met = day("2020-12-02");
    assert_eq!(screen.keys("m2020-12-02\n"), Some(Effect::Ask(Question::Meeting(met))));
    screen.send(Msg::Met(Ok(MeetingKept { met, text: "kept".to_owned() })));
    screen.keys("i");
    screen.shows(["2020-12-16T"]);
}

#[test]
fn free_reads_the_checkout_once_and_offers_jobs_by_repository() {
    let mut screen = Screen::of(of_roadmap(COUNTED), 80, 24);
    assert_eq!(screen.keys("3"), None, "without a checkout there is no question");
    screen.keys("1");
    screen.model.checkout = CheckoutState::Stale;
    let today = day("2020-12-10");
    assert_eq!(screen.keys("3"), Some(Effect::Ask(Question::Count(today))));
    assert_eq!(screen.keys("j"), None, "the answer is on its way");
    screen.keys("k");
    let rows =
        |repo| LeftByRepo::of(CounterId::new("prow-jobs"), &[job("ci-a", repo, "sig-node")], None, ("job", "jobs"));
    let code = |asked, repo| Some(CheckoutFacts { asked, newest: Vec::new(), rows: vec![rows(repo)] });
    screen.send(Msg::Counted(day("2020-11-10"), Ok(code(day("2020-11-10"), "late/answer"))));
    screen.send(Msg::Counted(today, Ok(code(today, "x/y"))));
    let text = screen.text();
    assert!(text.contains("1 job of x/y: Prow jobs run elsewhere") && !text.contains("late/answer"), "{text}");
    let Some(Effect::Copy(copied)) = screen.keys("Y") else { panic!("nothing was copied") };
    copied.text.shows(["- [ ] `ci-a`"]);
    assert_eq!(
        screen.keys("<"),
        Some(Effect::Ask(Question::Count(day("2020-11-10")))),
        "another day needs another question"
    );
    assert!(!screen.text().contains("x/y"), "what is left today is not shown for an earlier day");
}

#[test]
fn changes_read_the_checkout_once_for_commits_that_moved_a_counter() {
    let mut screen = Screen::of(of_roadmap(COUNTED), 120, 30);
    screen.model.checkout = CheckoutState::Stale;
    let (since, until) = (day("2020-11-26"), day("2020-12-10"));
    assert_eq!(screen.keys("4"), Some(Effect::Ask(Question::Moves(since, until))));
    assert_eq!(screen.keys("j"), None, "the answer is on its way");
    let one = CounterMove {
        counter: CounterId::new("prow-jobs"),
        shift: Shift { done: 12, scope: 0, left: -12 },
        is_left_only: false,
        date: day("2020-12-03"),
        commit: "c3a82689c4".into(),
        subject: "Move the jobs of kops (#20001)".into(),
        link: Some("https://github.com/x/y/commit/c3a82689c4".into()),
    };
    let moves = |since, list| Msg::Moved(Ok(Moves { since, until, list, ..Moves::default() }));
    screen.send(moves(day("2020-11-01"), Vec::new()));
    screen.send(moves(since, vec![one]));
    screen.shows(["Move the jobs of kops (#20001)", "+12 done, -12 left"]);
    let url = "https://github.com/x/y/commit/c3a82689c4";
    assert_eq!(screen.keys("Go"), Some(Effect::Browse(url.to_owned())));
}

#[test]
fn a_figure_is_as_long_as_there_is_room_for_and_never_cut() {
    let mut roadmap = harness::roadmap(COUNTED);
    roadmap.counters[0].unit = "exceptions from the type checker".into();
    roadmap.counters[0].readings.push(Reading {
        date: day("2020-12-01"),
        progress: Progress::new(20, 902).unwrap(),
        rule: 1,
        commit: None,
        note: None,
    });
    for (width, figure) in [(200, "20/902 exceptions from the type checker  "), (80, "20/902 exceptions  ")] {
        let screen = Screen::of(World { roadmap: roadmap.clone(), ..world() }, width, 40).after("\n");
        assert!(screen.text().contains(figure), "{width}: {}", screen.text());
    }
}

#[test]
fn the_last_year_begins_with_what_was_known_then() {
    let screen = Screen::of(harness::example_world(), 200, 50);
    let history = screen.model.history().unwrap().of(&ProjectId::new("k8s-prow-build")).unwrap();
    // The reading is of 2019-11-30, and the year begins on 2019-12-10.
    assert_eq!(history.months[0], Percent::Known(4));
    assert_eq!(history.points[0].0, day("2019-12-10"));
}
