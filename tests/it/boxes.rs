//! Accuracy of box states, measured on a labelled set that is modelled on public threads, with the people renamed.
//!
//! The rules were written for one part of the umbrellas; the rest are held out and only measure them.

use std::collections::BTreeMap;

use offramp::domain::boxes::{self, BoxFacts, BoxKind, BoxState, QuietDays};
use offramp::domain::{
    CloseReason, Comment, Date, Issue, IssueRef, IssueState, Issues, MentioningPull, PullState, Repo, Snapshot,
    TaskState, Text, Timeline, Timestamp,
};
use offramp::domain::{FactKind, FactState, end_of};
use offramp::sources::body;
use serde::Deserialize;

#[derive(Deserialize)]
struct Set {
    umbrella: Vec<Umbrella>,
}

#[derive(Deserialize)]
struct Umbrella {
    name: String,
    /// Whether the umbrella is held out: it measures the rules, but did not shape them.
    #[serde(default)]
    measures: bool,
    date: String,
    body: String,
    /// The labels of the open boxes, in order.
    labels: Vec<String>,
    #[serde(default)]
    comment: Vec<SetComment>,
    #[serde(default)]
    pull: Vec<SetPull>,
    #[serde(default)]
    issue: Vec<SetIssue>,
}

#[derive(Deserialize)]
struct SetComment {
    by: String,
    at: String,
    text: String,
}

#[derive(Deserialize)]
struct SetPull {
    number: u64,
    #[serde(default = "home")]
    repo: String,
    by: String,
    at: String,
    title: String,
    #[serde(default)]
    body: String,
    #[serde(default)]
    files: Vec<String>,
    state: String,
}

#[derive(Deserialize)]
struct SetIssue {
    number: u64,
    state: String,
    #[serde(default)]
    assignees: Vec<String>,
    #[serde(default)]
    is_pull: bool,
    at: String,
}

fn home() -> String {
    "example/project".to_owned()
}

fn moment(day: &str) -> Timestamp {
    Timestamp::start_of(day.parse().unwrap())
}

fn id(number: u64) -> IssueRef {
    IssueRef::new(Repo::new("example/project").unwrap(), number)
}

impl Umbrella {
    fn issue(&self) -> Issue {
        let read = body::read(&self.body, body::Home { issue: &id(1), host: "github.com" });
        let comments = self.comment.iter().map(|said| Comment {
            at: moment(&said.at),
            by: Some(Text::new(&said.by)),
            text: said.text.clone(),
        });
        let pulls = self.pull.iter().map(|pull| MentioningPull {
            id: IssueRef::new(Repo::new(&pull.repo).unwrap(), pull.number),
            title: pull.title.clone(),
            body: pull.body.clone(),
            state: match pull.state.as_str() {
                "open" => PullState::Open,
                "merged" => PullState::Merged,
                "closed" => PullState::Closed,
                other => panic!("{other}"),
            },
            author: Some(Text::new(&pull.by)),
            updated: Some(moment(&pull.at)),
            files: pull.files.clone(),
        });
        let timeline = Timeline { comments: comments.collect(), pulls: pulls.collect(), ..Timeline::default() };
        let mut issue = Issue { tasks: read.tasks, timeline, ..Issue::new(id(1)) };
        issue.fetch_states.set(FactKind::Timeline, FactState::Known { at: moment(&self.date) });
        issue
    }

    fn linked(&self) -> Issues {
        let issue = |linked: &SetIssue| {
            let closed = |reason| IssueState::Closed { reason: Some(reason), at: Some(moment(&linked.at)), by: None };
            Issue {
                is_pull: linked.is_pull,
                state: match linked.state.as_str() {
                    "open" => IssueState::Open,
                    "completed" | "merged" => closed(CloseReason::Completed),
                    "not-planned" | "closed" => closed(CloseReason::NotPlanned),
                    other => panic!("{other}"),
                },
                assignees: linked.assignees.iter().map(Text::new).collect(),
                created: Some(moment(&linked.at)),
                updated: Some(moment(&linked.at)),
                ..Issue::new(id(linked.number))
            }
        };
        self.issue.iter().map(issue).collect()
    }

    /// Returns the text, the label and the computed state of each open box.
    fn rated(&self) -> Vec<(String, String, BoxState)> {
        let (issue, snapshot) = (self.issue(), Snapshot::new(None, self.linked(), BTreeMap::new()));
        let date: Date = self.date.parse().unwrap();
        let facts = BoxFacts { snapshot: &snapshot, date, end: end_of(date), quiet: QuietDays::default(), robots: &[] };
        let states = boxes::of_issue(&issue, facts);
        let open = issue.tasks.iter().zip(states).filter(|(task, _)| task.state == TaskState::Open);
        let open: Vec<_> = open.map(|(task, state)| (task.text.clone(), state.unwrap())).collect();
        assert_eq!(open.len(), self.labels.len(), "{}: {open:?}", self.name);
        open.into_iter().zip(&self.labels).map(|((text, state), label)| (text, label.clone(), state)).collect()
    }
}

/// Returns the label for a state; a guess is neither free nor claimed.
fn label_of(state: &BoxState) -> &'static str {
    if state.kind == BoxKind::Free && !state.is_free() { "maybe" } else { state.kind.word() }
}

#[derive(Default, Debug)]
struct Counts {
    predicted: usize,
    labelled: usize,
    both: usize,
    labelled_but_offered: usize,
}

impl Counts {
    fn share(part: usize, whole: usize) -> f64 {
        if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
    }

    fn precision(&self) -> f64 {
        Self::share(self.both, self.predicted)
    }

    fn recall(&self) -> f64 {
        Self::share(self.both, self.labelled)
    }

    fn kept_back(&self) -> f64 {
        Self::share(self.labelled - self.labelled_but_offered, self.labelled)
    }
}

fn measure<'a>(umbrellas: impl Iterator<Item = &'a Umbrella>) -> (BTreeMap<String, Counts>, Vec<String>, usize) {
    let (mut all, mut wrong, mut count) = (BTreeMap::<String, Counts>::new(), Vec::new(), 0);
    for umbrella in umbrellas {
        for (text, label, state) in umbrella.rated() {
            count += 1;
            let predicted = label_of(&state);
            all.entry(predicted.to_owned()).or_default().predicted += 1;
            let own = all.entry(label.clone()).or_default();
            own.labelled += 1;
            own.both += usize::from(predicted == label);
            own.labelled_but_offered += usize::from(predicted == "free");
            if predicted != label {
                wrong.push(format!(
                    "{}: `{text}` is {label}, predicted {predicted} ({:?})",
                    umbrella.name, state.evidence
                ));
            }
        }
    }
    (all, wrong, count)
}

/// Returns the files of the set with their names.
fn files() -> [(&'static str, Vec<Umbrella>); 46] {
    let texts = [
        ("first", include_str!("../data/boxes.toml")),
        ("threads", include_str!("../data/boxes_threads.toml")),
        ("more threads", include_str!("../data/boxes_more_threads.toml")),
        ("fourth", include_str!("../data/boxes_fourth.toml")),
        ("fifth", include_str!("../data/boxes_fifth.toml")),
        ("sixth", include_str!("../data/boxes_sixth.toml")),
        ("seventh", include_str!("../data/boxes_seventh.toml")),
        ("eighth", include_str!("../data/boxes_eighth.toml")),
        ("ninth", include_str!("../data/boxes_ninth.toml")),
        ("tenth", include_str!("../data/boxes_tenth.toml")),
        ("eleventh", include_str!("../data/boxes_eleventh.toml")),
        ("twelfth", include_str!("../data/boxes_twelfth.toml")),
        ("thirteenth", include_str!("../data/boxes_thirteenth.toml")),
        ("fourteenth", include_str!("../data/boxes_fourteenth.toml")),
        ("fifteenth", include_str!("../data/boxes_fifteenth.toml")),
        ("sixteenth", include_str!("../data/boxes_sixteenth.toml")),
        ("seventeenth", include_str!("../data/boxes_seventeenth.toml")),
        ("eighteenth", include_str!("../data/boxes_eighteenth.toml")),
        ("nineteenth", include_str!("../data/boxes_nineteenth.toml")),
        ("twentieth", include_str!("../data/boxes_twentieth.toml")),
        ("twenty-first", include_str!("../data/boxes_twentyfirst.toml")),
        ("twenty-second", include_str!("../data/boxes_twentysecond.toml")),
        ("twenty-third", include_str!("../data/boxes_twentythird.toml")),
        ("twenty-fourth", include_str!("../data/boxes_twentyfourth.toml")),
        ("twenty-fifth", include_str!("../data/boxes_twentyfifth.toml")),
        ("twenty-sixth", include_str!("../data/boxes_twentysixth.toml")),
        ("twenty-seventh", include_str!("../data/boxes_twentyseventh.toml")),
        ("twenty-eighth", include_str!("../data/boxes_twentyeighth.toml")),
        ("twenty-ninth", include_str!("../data/boxes_twentyninth.toml")),
        ("thirtieth", include_str!("../data/boxes_thirtieth.toml")),
        ("thirty-first", include_str!("../data/boxes_thirtyfirst.toml")),
        ("thirty-second", include_str!("../data/boxes_thirtysecond.toml")),
        ("thirty-third", include_str!("../data/boxes_thirtythird.toml")),
        ("thirty-fourth", include_str!("../data/boxes_thirtyfourth.toml")),
        ("thirty-fifth", include_str!("../data/boxes_thirtyfifth.toml")),
        ("thirty-sixth", include_str!("../data/boxes_thirtysixth.toml")),
        ("thirty-seventh", include_str!("../data/boxes_thirtyseventh.toml")),
        ("thirty-eighth", include_str!("../data/boxes_thirtyeighth.toml")),
        ("thirty-ninth", include_str!("../data/boxes_thirtyninth.toml")),
        ("fortieth", include_str!("../data/boxes_fortieth.toml")),
        ("forty-first", include_str!("../data/boxes_fortyfirst.toml")),
        ("forty-second", include_str!("../data/boxes_fortysecond.toml")),
        ("forty-third", include_str!("../data/boxes_fortythird.toml")),
        ("forty-fourth", include_str!("../data/boxes_fortyfourth.toml")),
        ("forty-fifth", include_str!("../data/boxes_fortyfifth.toml")),
        ("forty-sixth", include_str!("../data/boxes_fortysixth.toml")),
    ];
    texts.map(|(name, text)| (name, toml::from_str::<Set>(text).unwrap().umbrella))
}

fn set() -> Set {
    Set { umbrella: files().into_iter().flat_map(|(_, umbrellas)| umbrellas).collect() }
}

#[expect(clippy::print_stdout, reason = "the figures are what the measurement is for")]
fn print(title: &str, all: &BTreeMap<String, Counts>) {
    println!("{title}:");
    for (label, counts) in all {
        println!(
            "  {label:10} labelled {:3}, predicted {:3}: precision {:.2}, recall {:.2}, not offered {:.2}",
            counts.labelled,
            counts.predicted,
            counts.precision(),
            counts.recall(),
            counts.kept_back()
        );
    }
}

#[test]
fn box_states_by_file() {
    for (name, umbrellas) in files() {
        let (all, _, count) = measure(umbrellas.iter());
        print(&format!("{count} boxes of the {name} file"), &all);
    }
}

#[test]
fn box_states_are_as_accurate_as_promised() {
    let set = set();
    for measures in [false, true] {
        let (all, wrong, count) = measure(set.umbrella.iter().filter(|umbrella| umbrella.measures == measures));
        print(&format!("{count} boxes that {}", if measures { "only measure" } else { "decided the rules" }), &all);
        for line in &wrong {
            println!("  {line}");
        }
        let of = |label: &str| &all[label];
        assert!(of("free").precision() >= 0.95 && of("free").recall() >= 0.6, "free: {:?}", of("free"));
        for label in ["claimed", "collided", "in-review"] {
            assert!(of(label).kept_back() >= 0.9, "{label}: {:?}", of(label));
        }
        assert!(of("claimed").recall() >= 0.8, "claimed: {:?}", of("claimed"));
        assert!(of("in-review").precision() >= 0.9 && of("in-review").recall() >= 0.9, "{:?}", of("in-review"));
        assert!(of("merged").precision() >= 0.8 && of("merged").recall() >= 0.8, "merged: {:?}", of("merged"));
    }
}

#[test]
fn the_labelled_set_has_1000_boxes_and_150_held_out_ones() {
    let set = set();
    let count = |measures: bool| {
        set.umbrella.iter().filter(|own| own.measures == measures).map(|own| own.labels.len()).sum::<usize>()
    };
    let (rules, measures) = (count(false), count(true));
    assert!(rules + measures >= 1_000 && measures >= 150, "{rules} and {measures}");
}

/// Returns the states of boxes after comments of one person on consecutive days.
fn states_of(body: &str, comments: &[&str]) -> String {
    let said = |(day, text): (u32, &&str)| SetComment {
        by: "ann".to_owned(),
        at: format!("2026-01-{day:02}"),
        text: (*text).to_owned(),
    };
    states_in(body, (10..).zip(comments).map(said).collect())
}

fn states_in(body: &str, comment: Vec<SetComment>) -> String {
    let umbrella = Umbrella {
        name: String::new(),
        measures: false,
        date: "2026-01-30".to_owned(),
        body: body.to_owned(),
        labels: vec![String::new(); body.lines().count()],
        comment,
        pull: Vec::new(),
        issue: Vec::new(),
    };
    umbrella.rated().iter().map(|(_, _, state)| label_of(state).get(..1).unwrap()).collect()
}

#[test]
fn a_number_with_a_hash_may_be_a_position_in_a_numbered_list() {
    let of = |text| {
        let list: Vec<_> = (36..=43).map(|number| format!("{number}. [ ] pipeline_{number}.py")).collect();
        states_of(&list.join("\n"), &[text])
    };
    assert_eq!(of("taking #41, 42"), "fffffccf");
    assert_eq!(of("I'll take #37 and #38."), "fccfffff");
    for other in ["See #41", "My PR is #41", "I opened PR #41, #42", "The fix is in #41", "Blocked by #41"] {
        assert_eq!(of(other), "ffffffff", "{other}");
    }
    let linked = "1. [ ] alpha #2\n2. [ ] beta #1\n3. [ ] gamma #7\n";
    assert_eq!(states_of(linked, &["taking #2"]), "cmm", "a link wins; the other issues were not fetched");
}

#[test]
fn a_comment_on_a_quoted_box_is_about_that_box() {
    let of = |text| states_of("- [ ] one\n- [ ] two\n- [ ] the docs of three\n", &[text]);
    assert_eq!(of("> - [ ] two\n\nI have this one working locally, PR tomorrow"), "fcf");
    assert_eq!(of("> the docs of three\n\nI'll take this!"), "ffc");
    assert_eq!(of("> - [ ] two\nI'll take this.\n\n> - [ ] one\nThis is out of date."), "fcf");
    for other in ["> - [ ] two\n\nNice!", "> - [ ] two\n> in a long quote\n\nI have the same question."] {
        assert_eq!(of(other), "fff", "{other}");
    }
}

/// Returns the states of six boxes after a line of comments such as `ann: I'll take pkg/alpha || bob: …`.
fn states_after(said: &str) -> String {
    let body = "- [ ] pkg/alpha\n- [ ] pkg/beta\n- [ ] FlowSchema\n- [ ] node_status\n- [ ] cmd/gamma/app.go\n- [ ] delta-operator\n";
    let comments = said.split(" || ").enumerate().map(|(at, part)| {
        let (by, text) = part.split_once(": ").unwrap();
        SetComment { by: by.to_owned(), at: format!("2026-01-{:02}", 10 + at), text: text.replace("\\n", "\n") }
    });
    states_in(body, comments.collect())
}

#[test]
fn each_phrasing_gives_its_state() {
    let lines = include_str!("../data/box_sayings.txt").lines().filter(|line| !line.starts_with('#'));
    for (states, said) in lines.filter_map(|line| line.split_once('|')) {
        assert_eq!(states_after(said), states, "{said}");
    }
}
