//! Explanations: where a number or a state comes from, in sentences that the command and the screens share.

use super::undecided;
use crate::domain::board::measure::{BoxesElsewhere, Measure};
use crate::domain::board::{JoinContext, count_once};
use crate::domain::boxes::{BoxKind, BoxState};
use crate::domain::{
    Baseline, Board, Counter, CounterId, Doubt, Freedom, Issue, ItemRow, Project, ProjectRow, Reading, State, Task,
    World, item_name,
};
use crate::words;

/// Explains the numbers of a board.
#[derive(Clone, Copy)]
pub struct Explainer<'a> {
    /// The world of the board.
    pub world: &'a World,
    /// The board.
    pub board: &'a Board,
}

impl Explainer<'_> {
    /// Explains the percentage of a project.
    pub fn project(&self, row: &ProjectRow) -> String {
        match &row.measure {
            Some(id) => {
                let baseline = row.reading.as_ref().map(|reading| {
                    let counter = self.world.roadmap.counter(id);
                    counter.and_then(|counter| counter.baseline(reading.rule, reading.date))
                });
                let percent = match baseline {
                    None => "",
                    Some(None) => ": done / total, rounded down",
                    Some(Some(_)) => ": what is gone since its start or peak, rounded down",
                };
                format!("Its measure is the counter {id}{percent}. Whole items are shown beside it.")
            }
            None => items_rule(row, self.world.roadmap.project(row.id.as_str())),
        }
    }

    /// Explains an item: each fact with a label.
    pub fn item(&self, item: &ItemRow) -> Vec<(&'static str, String)> {
        let mut facts =
            vec![("State", format!("{}; {}. {}.", words::state(item.state), self.reason(item), rule(item.state)))];
        if let Some(written) = item.contradicted {
            facts.push(("Written", format!("the roadmap says {}; what was measured counts.", words::state(written))));
        }
        if let Some(inner) = &item.inner {
            facts.push(("Inside", format!("{}; this is never mixed into a percentage of items.", words::inner(inner))));
        }
        facts.push(("Owner", format!("{}.", words::owner_in_full(&item.owner, &self.world.roadmap.groups))));
        facts.push(("Free", format!("{}.", self.freedom(item))));
        if let Some(touched) = item.touched {
            facts.push(("Touched", format!("{} {}.", words::last_sign(self.issue(item), touched), touched.date())));
        }
        facts
    }

    /// Explains the current reading of a counter, and its rule.
    pub fn counter(&self, id: &CounterId) -> Vec<String> {
        let Some(counter) = self.world.roadmap.counter(id) else { return Vec::new() };
        let Some(current) = counter.reading_at(self.world.date) else {
            return vec![format!("{id} has no reading up to {}, so it is {}.", self.world.date, words::UNKNOWN)];
        };
        let recorded = counter.recorded_at(self.world.date).map(|recorded| {
            let note = recorded.note.as_deref().map(|note| format!(": {note}")).unwrap_or_default();
            format!("{}{note}. The counted figure is shown.", words::recorded(&counter.recorded(recorded)))
        });
        let rule = counter.rule(current.rule);
        let counted = rule.map(|rule| format!("Rule {} counts {}.", rule.version, words::rule(rule)));
        let note = rule.and_then(|rule| rule.note.as_deref()).map(|note| format!("Rule {}: {note}", current.rule));
        let line = std::iter::once(reading_line(counter, current));
        line.chain(recorded).chain(peak_line(counter, current)).chain(counted).chain(note).collect()
    }

    /// Explains an item in one line.
    pub fn point(&self, item: &ItemRow) -> String {
        let is_counted = matches!(item.measure, Measure::Counter(_));
        let inner = item.inner.as_ref().filter(|_| !is_counted);
        let inner = inner.map(|inner| format!(", {} inside", words::inner(inner))).unwrap_or_default();
        format!("{}: {}; {}{inner}", item.title, words::state(item.state), self.reason(item))
    }

    /// Returns for each other rule of a counter its comparable reading, and a sentence about the difference.
    pub fn other_rules<'c>(&self, counter: &'c Counter, current: &Reading) -> Vec<(Option<&'c Reading>, String)> {
        let others = counter.rules.iter().filter(|rule| rule.version != current.rule);
        others
            .map(|rule| {
                let beside = counter.comparable_reading(current, rule.version, self.world.date);
                let name = rule.name.as_deref().map(|name| format!(" ({name})")).unwrap_or_default();
                let difference = beside
                    .map_or_else(|| "no reading yet".to_owned(), |reading| self::difference(counter, reading, current));
                let note = rule.note.as_deref().map(|note| format!(" {note}")).unwrap_or_default();
                (beside, format!("Rule {}{name}: {difference}.{note}", rule.version))
            })
            .collect()
    }

    /// Returns how the state of an item is known.
    pub fn reason(&self, item: &ItemRow) -> String {
        words::measure(item, self.issue(item), &self.world.roadmap.repo)
    }

    fn freedom(&self, item: &ItemRow) -> String {
        if let Some(text) = self.freedom_of_box(item) {
            return text;
        }
        let home = &self.world.roadmap.repo;
        match item.freedom {
            Freedom::Free if item.is_a_persons() => {
                let owner = words::owner(&item.owner, &self.world.roadmap.groups);
                format!("yes, it is open, not started, and waits for nothing; ask its owner first: {owner}")
            }
            Freedom::Free => match item.closed_since {
                Some(closed) => format!("yes, it was open on that day; closed since, on {}", closed.date()),
                None => self.free_boxes(item).unwrap_or_else(|| {
                    "yes, it is open and unassigned, no open pull request is known, and it waits for nothing".to_owned()
                }),
            },
            Freedom::MaybeFree(why) => format!("maybe, {}", words::doubt(item, why, home)),
            Freedom::Taken if self.issue(item).is_some_and(|issue| issue.is_pull) => {
                "no, it is a pull request, and its author is working on it".to_owned()
            }
            Freedom::Taken if item.assignees.is_empty() && item.is_started_by_owner() => {
                format!("no, it was started by its owner, {}", words::owner(&item.owner, &self.world.roadmap.groups))
            }
            Freedom::Taken if item.assignees.is_empty() => match &item.claim {
                Some(claim) => format!("no, {}", words::claim(claim, home)),
                None => "no, none of its open boxes and sub-issues is free".to_owned(),
            },
            Freedom::Taken => format!("no, assigned to {}", words::people(&item.assignees)),
            Freedom::Blocked => {
                let waits: Vec<_> = item.blocked_by.iter().map(|target| words::target(target, home)).collect();
                format!("no, it waits for {}", waits.join(", "))
            }
            Freedom::Unclear => match undecided::cause(&self.at(), item) {
                Some(cause) => format!("no, it {cause}"),
                None => "no, what there is to do is not decided".to_owned(),
            },
            Freedom::ClaimsUnchecked => format!("not known, {}; ask first", claim_not_read(self.world)),
            Freedom::Unchecked if item.measure == Measure::IssueNotYetOpened => {
                "no, its issue had not been opened".to_owned()
            }
            Freedom::Unchecked if self.is_tracked_elsewhere(item) => {
                "not known, only the tracker that it links to says who works on it".to_owned()
            }
            Freedom::Unchecked if self.is_of_earlier_day(item) => {
                "not known, who worked on it on that day is not recorded".to_owned()
            }
            Freedom::Unchecked if lacks_pulls(item, self.world) => {
                let reads = what_reads(self.world, "them");
                format!("not known, the open pull requests that link to it were not read; {reads}")
            }
            Freedom::Unchecked if lacks_blockers(item, self.world) => {
                format!("not known, what blocks it was not read; {}", what_reads(self.world, "it"))
            }
            Freedom::Unchecked => "not known, the facts needed were not fetched (`offramp sync`)".to_owned(),
            Freedom::Ended => format!("no, it is {}", words::state(item.state)),
        }
    }

    /// Explains by its box why an item by hand is not free.
    fn freedom_of_box(&self, item: &ItemRow) -> Option<String> {
        let lead = match item.freedom.doubt() {
            Some(Doubt::Started | Doubt::Status) => return None,
            Some(_) => "maybe",
            None if item.freedom == Freedom::Taken && !item.is_started_by_owner() => "no",
            None => return None,
        };
        let own = item.own_box.as_ref()?;
        let (state, home) = (own.state.as_ref()?, &self.world.roadmap.repo);
        let issue = own.issue.short(home);
        Some(match () {
            () if own.is_assigned => {
                format!("{lead}, its box is in {issue}, assigned to {}", words::people(&own.people))
            }
            () if state.is_maybe_free() => format!("{lead}, its box is in {issue}: {}", words::box_doubt(state, home)),
            () if state.kind == BoxKind::Collided => {
                format!("{lead}, several people work on its box in {issue}: {}", words::box_people(state))
            }
            () => format!("{lead}, its box in {issue} is {}", words::box_state(state)),
        })
    }

    /// Names the free boxes of an issue for which a pull request is open.
    fn free_boxes(&self, item: &ItemRow) -> Option<String> {
        let at = self.at();
        let issue = at.issue(item.issue.as_ref()?).filter(|issue| at.is_current() && issue.has_open_pull())?;
        let elsewhere = BoxesElsewhere::of(&at);
        let open = at.open_boxes(issue);
        let is_free =
            |(_, task, state): &&(usize, &Task, BoxState)| state.is_free() && elsewhere.of_box(task).next().is_none();
        let free = open.iter().filter(is_free).count();
        let pulls = issue.pulls.iter().flatten().filter(|pull| pull.is_open);
        let pulls: Vec<_> = pulls.map(|pull| at.short(&pull.id)).collect();
        let (verb, are) = (if free == 1 { "is" } else { "are" }, if pulls.len() == 1 { "is" } else { "are" });
        (free > 0).then(|| {
            let boxes = words::count(open.len() as u64, "open box", "open boxes");
            format!("yes, {free} of its {boxes} {verb} free, and it waits for nothing; {} {are} open", pulls.join(", "))
        })
    }

    fn at(&self) -> JoinContext<'_> {
        self.board.context(&self.world.roadmap, &self.world.snapshot)
    }

    fn issue(&self, item: &ItemRow) -> Option<&Issue> {
        issue_of(item, self.world)
    }

    fn is_of_earlier_day(&self, item: &ItemRow) -> bool {
        let at = self.at();
        !at.is_current() && item.issue.as_ref().is_none_or(|id| at.issue(id).is_some())
    }

    fn is_tracked_elsewhere(&self, item: &ItemRow) -> bool {
        let written = self.world.roadmap.item(&item_name(&item.project, &item.key));
        written.is_some_and(|(_, written)| written.is_tracked_elsewhere())
    }
}

/// Why it is not known whether one piece of work is claimed.
pub fn claim_not_read(world: &World) -> String {
    format!("comments that may claim it were not read; {}", what_reads(world, "them"))
}

/// The same for several pieces, as a sentence.
pub fn claims_not_read(world: &World) -> String {
    format!("Comments that may claim these were not read; {}.", what_reads(world, "them"))
}

/// The remedy if facts that take GraphQL, and so a token, were not read.
fn what_reads(world: &World, facts: &str) -> String {
    if world.snapshot.refuses_graphql {
        return format!("reading {facts} takes GraphQL, which this server did not answer");
    }
    format!("`offramp sync` with a token reads {facts}")
}

/// Says how many items may be free but are not offered, because the pull requests that link to them, or their blockers,
/// were not read.
pub fn held_back(world: &World, board: &Board) -> Option<String> {
    let is_now = world.at(board.date).is_current();
    let held = |lacks: &dyn Fn(&ItemRow) -> bool| {
        let count = count_once(board.items().filter(|item| item.freedom == Freedom::Unchecked && lacks(item)));
        let (items, them) = (words::count(count, "item is", "items are"), if count == 1 { "it" } else { "them" });
        (is_now && count > 0).then_some((items, them))
    };
    let by_pulls = held(&|item| lacks_pulls(item, world)).map(|(items, them)| {
        let reads = what_reads(world, "them");
        format!("{items} not offered: the open pull requests that link to {them} were not read; {reads}.")
    });
    let by_blockers = held(&|item| !lacks_pulls(item, world) && lacks_blockers(item, world)).map(|(items, them)| {
        format!("{items} not offered: what blocks {them} was not read; {}.", what_reads(world, "it"))
    });
    let all: Vec<_> = by_pulls.into_iter().chain(by_blockers).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

fn issue_of<'w>(item: &ItemRow, world: &'w World) -> Option<&'w Issue> {
    world.snapshot.issue(item.issue.as_ref()?)
}

fn lacks_blockers(item: &ItemRow, world: &World) -> bool {
    issue_of(item, world).is_some_and(|issue| !issue.knows_blockers())
}

fn lacks_pulls(item: &ItemRow, world: &World) -> bool {
    issue_of(item, world).is_some_and(|issue| !issue.knows_pulls())
}

fn items_rule(row: &ProjectRow, written: Option<&Project>) -> String {
    if row.percent.known().is_none() {
        let written = written.and_then(|project| project.written);
        let why = match () {
            () if row.state == State::Dropped => "It is dropped",
            () if row.items.is_empty() => "It has no items and no counter",
            () if written == Some(State::Unknown) => "The roadmap says `unknown`",
            () => "None of it is done, and the state of some items is not known",
        };
        return format!("{why}, so there is no percentage.");
    }
    "It has no counter: its percentage is the share of items done or removed, rounded down. Progress inside an item is \
     not mixed in."
        .to_owned()
}

/// The rule of truth behind a state.
fn rule(state: State) -> &'static str {
    match state {
        State::Todo => "To do means open, without a sign of work",
        State::Started => "Started means partly done, assigned, or with an open pull request",
        State::Done => "Done means moved",
        State::Removed => "Removed means deleted, with nothing to move",
        State::Dropped => "Dropped means out of scope, so it is not in the total",
        State::ClosedNotDone => "It is still left until the roadmap says done, removed or dropped",
        State::Unknown => "Unknown is shown as ??, never as 0",
        State::NotFetched => "Until it is fetched, it counts neither as 0 % nor as unknown",
    }
}

fn reading_line(counter: &Counter, reading: &Reading) -> String {
    let source = match &reading.commit {
        Some(commit) => format!("counted at commit {commit}"),
        None if counter.is_counted(reading) => "from the issues".to_owned(),
        None => "recorded by hand".to_owned(),
    };
    let name = counter.rule(reading.rule).and_then(|rule| rule.name.as_deref()).map(|name| format!(" ({name})"));
    let note = reading.note.as_deref().map(|note| format!("; {note}")).unwrap_or_default();
    let inner = counter.inner(reading);
    format!(
        "{} {} = {} on {}, by rule {}{}, {source}{note}.",
        counter.unit,
        words::amount(&inner),
        words::share(&inner),
        reading.date,
        reading.rule,
        name.unwrap_or_default()
    )
}

/// The day of the peak, if percentages are relative to it.
fn peak_line(counter: &Counter, current: &Reading) -> Option<String> {
    counter.baseline(current.rule, current.date).filter(|start| *start == Baseline::Peak)?;
    let mut past = counter.readings.iter().filter(|own| own.rule == current.rule && own.date <= current.date);
    let peak = past.find(|own| own.progress.left() == current.progress.total)?;
    Some(format!("The peak of {} was first read on {}.", current.progress.total, peak.date))
}

/// The reading of another rule, and its difference from the current one.
fn difference(counter: &Counter, other: &Reading, current: &Reading) -> String {
    let inner = counter.inner(other);
    let head = format!("{} = {} on {}", words::amount(&inner), words::share(&inner), other.date);
    let (Some(own), Some(now)) = (inner.whole(), counter.inner(current).whole()) else {
        let left = other.progress.left() as i64 - current.progress.left() as i64;
        return format!("{head} ({left:+} left)");
    };
    let done = own.done as i64 - now.done as i64;
    let total = own.total as i64 - now.total as i64;
    let of_total = if total == 0 { String::new() } else { format!(", {total:+} in scope") };
    format!("{head} ({done:+} done{of_total})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{CloseReason, Conventions, FactKind, FactState, IssueState, Item, Pull, TaskState, fixtures};
    use crate::insight::changes;

    /// A world with one project, whose only item is issue 1.
    fn world(issue: Issue) -> World {
        let roadmap = fixtures::roadmap(vec![fixtures::project("p", vec![fixtures::by_issue(1)])]);
        fixtures::world(roadmap, fixtures::snapshot(vec![issue]))
    }

    /// Whether the first item is free, and why.
    fn why(world: &World) -> String {
        let board = world.board();
        Explainer { world, board: &board }.freedom(board.items().next().unwrap())
    }

    #[test]
    fn what_touched_an_issue_last_is_named() {
        let touched = |issue: Issue| {
            let world = world(issue);
            let board = world.board();
            let facts = Explainer { world: &world, board: &board }.item(board.items().next().unwrap());
            facts.into_iter().find(|(label, _)| *label == "Touched").map(|(_, text)| text).unwrap_or_default()
        };
        let opened = Issue { created: Some(fixtures::moment("2024-01-01")), ..fixtures::issue(1) };
        let said = Issue { last_comment: Some(fixtures::comment_on("2024-02-01")), ..opened.clone() };
        let (at, by) = (Some(fixtures::moment("2024-03-01")), Some("ann".into()));
        let state = IssueState::Closed { reason: Some(CloseReason::Completed), at, by };
        let ended = [&opened, &said].map(|issue| Issue { state: state.clone(), ..issue.clone() });
        assert_eq!([touched(opened), touched(said)], ["opened 2024-01-01.", "last comment 2024-02-01."]);
        assert_eq!(ended.map(touched), ["closed 2024-03-01.", "closed 2024-03-01."]);
    }

    #[test]
    fn what_is_held_back_for_its_pull_requests_says_so() {
        let mut unread = fixtures::issue(1);
        unread.fetch_states.set(FactKind::Pulls, FactState::NotRequested);
        let world = world(unread);
        let board = world.board();
        assert_eq!(
            held_back(&world, &board).unwrap(),
            "1 item is not offered: the open pull requests that link to it were not read; `offramp sync` with a token reads them."
        );
        assert_eq!(
            why(&world),
            "not known, the open pull requests that link to it were not read; `offramp sync` with a token reads them"
        );
    }

    #[test]
    fn a_server_without_graphql_is_named_instead_of_a_token() {
        let mut unread = Issue { comments: 3, ..fixtures::issue(1) };
        unread.fetch_states.set(FactKind::Comments, FactState::NotRequested);
        let mut world = world(unread);
        let lead = "not known, comments that may claim it were not read;";
        assert_eq!(why(&world), format!("{lead} `offramp sync` with a token reads them; ask first"));
        world.snapshot.refuses_graphql = true;
        assert_eq!(
            why(&world),
            format!("{lead} reading them takes GraphQL, which this server did not answer; ask first")
        );
    }

    #[test]
    fn a_fact_that_takes_a_token_is_named() {
        let mut counted = Issue { blocker_count: Some(1), ..fixtures::issue(1) };
        let failed = FactState::Failed { at: fixtures::moment("2024-06-01") };
        counted.fetch_states.set(FactKind::Dependencies, failed);
        let world = world(counted);
        let board = world.board();
        assert_eq!(why(&world), "not known, what blocks it was not read; `offramp sync` with a token reads it");
        let held = "1 item is not offered: what blocks it was not read; `offramp sync` with a token reads it.";
        assert_eq!(held_back(&world, &board).unwrap(), held);
        assert!(words::totals(&board).ends_with("0 free · 1 not checked"));
    }

    #[test]
    fn an_item_that_the_roadmap_says_is_started_says_so() {
        let mut world = world(fixtures::issue(1));
        world.roadmap.projects[0].items[0].written = Some(State::Started);
        assert_eq!(why(&world), "maybe, started, says the roadmap");
        world.roadmap.projects[0].items[0].owner = Some(crate::domain::Owner::accepted("@rita"));
        assert_eq!(why(&world), "no, it was started by its owner, @rita");
    }

    /// A world with an item for each cause of a decision, and one that only has to be counted.
    fn undecided() -> World {
        let links = |text: &str, to| Task { issues: vec![fixtures::id(to)], ..fixtures::task(text, TaskState::Open) };
        let done = |number| fixtures::closed(number, Some(CloseReason::Completed), None);
        let given_up = |number| fixtures::closed(number, Some(CloseReason::NotPlanned), None);
        let duplicate = |number, of: Option<u64>| {
            let closed = fixtures::closed(number, Some(CloseReason::Duplicate), None);
            Issue { duplicate_of: of.map(fixtures::id), ..closed }
        };
        let boxes = |number, tasks| Issue { tasks, ..fixtures::issue(number) };
        let mut robot = Issue { labels: vec!["lifecycle/rotten".into()], ..done(10) };
        robot.fetch_states.set(FactKind::Closer, FactState::NotRequested);
        let ticked = |text, state| fixtures::task(text, state);
        let listed = vec![
            ticked("ticked", TaskState::Done),
            ticked("struck", TaskState::Dropped),
            links("merged", 20),
            links("given up", 21),
        ];
        let issues = vec![
            given_up(1),
            duplicate(2, Some(30)),
            duplicate(3, Some(40)),
            duplicate(4, None),
            boxes(5, vec![ticked("a", TaskState::Done), ticked("b", TaskState::Dropped)]),
            boxes(6, vec![links("a", 20), links("b", 21)]),
            Issue { sub_issues: vec![fixtures::id(20)], ..fixtures::issue(7) },
            done(9),
            robot,
            done(20),
            given_up(21),
            fixtures::issue(30),
            boxes(50, listed),
        ];
        let by_hand = ["???", "unknown", "ticked", "struck", "merged", "given up"].map(fixtures::item);
        let mut items: Vec<_> =
            (1..=10).map(fixtures::by_issue).chain([fixtures::by_issue(30)]).chain(by_hand).collect();
        items.push(Item { counter: Some(CounterId::new("uncounted")), ..fixtures::item("uncounted") });
        for item in &mut items {
            match item.key.as_str() {
                "9" => item.counter = Some(CounterId::new("jobs")),
                "unknown" => item.written = Some(State::Unknown),
                _ => {}
            }
        }
        let mut world = world(fixtures::issue(1));
        world.snapshot = fixtures::snapshot(issues);
        world.snapshot.missing.insert(fixtures::id(8), crate::domain::Absence::Gone);
        world.roadmap.umbrellas = vec![fixtures::id(50)];
        world.roadmap.projects[0].items = items;
        let readings = vec![fixtures::reading("2024-05-01", 1, 2, 1)];
        world.roadmap.counters = vec![fixtures::counter("jobs", readings), fixtures::counter("uncounted", Vec::new())];
        world
    }

    #[test]
    fn what_is_to_decide_is_on_the_agenda_with_the_cause_that_is_explained() {
        let world = undecided();
        let board = world.board();
        let changes = changes::between(&world.roadmap, &world.snapshot, fixtures::day("2024-05-01"), world.date);
        let to_decide: Vec<_> = board.items().filter(|item| words::freedom_short(item) == "to decide").collect();
        let keys: Vec<_> = changes.decisions.iter().filter_map(|own| own.item.clone()).collect();
        assert_eq!(keys, to_decide.iter().map(|item| item.key.clone()).collect::<Vec<_>>());
        let explainer = Explainer { world: &world, board: &board };
        for (item, decision) in to_decide.into_iter().zip(&changes.decisions) {
            let why = explainer.freedom(item);
            let cause = why.strip_prefix("no, it ").map(|cause| format!("`{}` {cause}?", item.title));
            assert!(cause.is_none_or(|cause| cause == decision.text), "{why}: {}", decision.text);
        }
        let texts: Vec<_> = changes.decisions.into_iter().map(|own| own.text).collect();
        insta::assert_snapshot!(texts.join("\n"), @r"
        `issue 1` was closed but not done: drop it or reopen it?
        `issue 2` is a duplicate of #30, which is in the roadmap: drop it?
        `issue 3` is a duplicate of #40, which the roadmap does not link: link that one?
        `issue 4` was closed as a duplicate: drop it, or link the issue that has its work?
        `issue 5` has only boxes that are ticked or struck: close it, or add what is left?
        `issue 6` has only boxes whose work is done or was closed: tick them and close the issue, or add what is left?
        `issue 7` has only closed sub-issues: close it, or add what is left?
        `#8` has an issue that was deleted: link another one, or drop it?
        `issue 9` has a closed issue and a counter that is not full: reopen the issue, or correct the rule?
        `issue 10` was closed, perhaps by a robot: count it as done or reopen it?
        what is there to do? The roadmap does not say
        `unknown`: what is there to do? The roadmap does not say
        `ticked` is ticked in #50, but open in the roadmap: set its state?
        `struck` is struck in #50, but open in the roadmap: set its state?
        `merged` is done, but not ticked in #50: tick it, and set its state?
        `given up` has a box in #50 whose link was closed, not done: drop it, or add what is left?
        ");
    }

    #[test]
    fn free_boxes_are_counted_where_a_pull_request_is_open() {
        let tasks = ["the dashboards", "the handbook (@ann)"].map(|text| fixtures::task(text, TaskState::Open)).into();
        let issue = Issue { tasks, pulls: Some(vec![fixtures::open_pull(201)]), ..fixtures::issue(1) };
        let world = world(issue);
        let free = "yes, 1 of its 2 open boxes is free, and it waits for nothing; #201 is open";
        assert_eq!(why(&world), free);
        let before = World { date: fixtures::day("2020-10-05"), ..world };
        assert_eq!(why(&before), "no, its issue had not been opened");
    }

    #[test]
    fn who_has_an_issue_is_named() {
        let why = |issue: Issue| {
            let world = world(issue);
            let shown = words::freedom(world.board().items().next().unwrap(), &world.roadmap.repo);
            (why(&world), shown)
        };
        let pull = |number, author: &str| Pull { author: Some(author.into()), ..fixtures::open_pull(number) };
        let one = "pull request #20 by @kim is open";
        let reviewed = Issue { pulls: Some(vec![pull(20, "kim")]), ..fixtures::issue(1) };
        assert_eq!(why(reviewed), (format!("no, {one}"), format!("taken ({one})")));
        let two = Issue { pulls: Some(vec![pull(20, "kim"), pull(21, "lee")]), ..fixtures::issue(1) };
        assert_eq!(why(two).0, "no, 2 pull requests by @kim, @lee are open");
        let claims = fixtures::claims(&[("2024-05-20", "I'll take this"), ("2024-05-28", "Almost done")]);
        let claimed = Issue { claims, ..fixtures::issue(1) };
        let claim = "claimed by @zed since 2024-05-20, in a comment";
        assert_eq!(why(claimed), (format!("no, {claim}"), format!("taken ({claim})")));
        let quiet = Issue { claims: fixtures::claims(&[("2024-01-20", "I'll take this")]), ..fixtures::issue(1) };
        assert_eq!(why(quiet).0, "maybe, claimed before by @zed, no news for 133 days");
        let line = fixtures::task("the handbook (@ann)", TaskState::Open);
        let listed = Issue { tasks: vec![line], ..fixtures::issue(1) };
        assert_eq!(why(listed).0, "no, none of its open boxes and sub-issues is free");
    }

    #[test]
    fn what_was_closed_since_an_earlier_day_says_so() {
        let reason = Some(CloseReason::Completed);
        let closed =
            World { date: fixtures::day("2024-05-01"), ..world(fixtures::closed(1, reason, Some("2024-05-20"))) };
        let board = closed.board();
        let item = board.items().next().unwrap();
        assert_eq!(why(&closed), "yes, it was open on that day; closed since, on 2024-05-20");
        assert_eq!(words::freedom(item, &closed.roadmap.repo), "free (closed since)");
        let next = crate::insight::rank::next(&closed.roadmap, &closed.snapshot, &board, &[]);
        assert_eq!(next.free[0].reasons[0].text, "closed since, on 2024-05-20");
    }

    #[test]
    fn a_reading_says_where_it_comes_from() {
        let mut counter = fixtures::counter_of_issues("moves");
        counter.read_issues(&[&fixtures::issue(1)], fixtures::day("2024-06-01"), Conventions::GitHub);
        let of_issues = "prow jobs 0/1 = 0 % on 2024-06-01, by rule 1, from the issues.";
        assert_eq!(reading_line(&counter, counter.readings.last().unwrap()), of_issues);
        let by_hand = fixtures::reading("2024-06-01", 1, 2, 2);
        assert!(reading_line(&counter, &by_hand).ends_with("by rule 2, recorded by hand."));
        let at_commit = Reading { commit: Some("abc".into()), ..by_hand };
        assert!(reading_line(&counter, &at_commit).ends_with("by rule 2, counted at commit abc."));
    }
}
