//! Decides the state of a box from its line, its links and its events.

use super::line::{holds_back, is_crossed, is_empty, is_note, is_over, mentioned};
use super::mention::{awaited_issues, without_wait};
use super::thread::{BoxEvent, BoxEventKind};
use super::{BoxFacts, BoxKind, BoxState, Evidence, done_by_links, is_robot, measuring_issues};
use crate::domain::{
    Absence, CloseReason, Confidence, Date, Issue, IssueRef, IssueState, PullState, Task, Text, Timestamp,
};

/// Returns the state of an open box.
pub(super) fn state(
    issue: &Issue,
    task: &Task,
    events: Vec<BoxEvent>,
    is_checked: bool,
    facts: &BoxFacts<'_>,
) -> BoxState {
    let mut claims = Claims { facts, open: Vec::new(), quiet: Vec::new(), merged: Vec::new(), doubts: Vec::new() };
    let linked = claims.links(task);
    if let Some(settled) = linked {
        return settled;
    }
    let events: Vec<_> = events.into_iter().filter(|event| event.at.is_none_or(|at| at <= facts.end)).collect();
    claims.line(issue, task, &events);
    let awaited: Vec<_> = awaited_issues(task).collect();
    // Once every blocker has ended, the words about waiting no longer count.
    let has_ended = !claims.waits(awaited.iter().copied()) && !awaited.is_empty();
    let text = without_wait(&task.text).filter(|_| has_ended);
    if holds_back(text.as_deref().unwrap_or(&task.text)) {
        claims.doubts.push(Claim::doubt(Evidence::Note));
    }
    if is_note(&task.section) {
        claims.doubts.push(Claim::doubt(Evidence::Heading));
    }
    if is_crossed(&task.text) {
        claims.doubts.push(Claim::doubt(Evidence::Crossed));
    }
    claims.pulls(&events);
    claims.comments(&events);
    if task.issues.is_empty() {
        claims.sub_issues(&events);
    }
    claims.state(task, is_checked)
}

/// The work of one person on a box.
#[derive(Debug, Clone)]
struct Claim {
    who: Option<Text>,
    at: Option<Date>,
    sure: Confidence,
    evidence: Evidence,
}

impl Claim {
    /// A doubt, which names no one.
    fn doubt(evidence: Evidence) -> Self {
        Self { who: None, at: None, sure: Confidence::Possible, evidence }
    }

    fn is_pull(&self) -> bool {
        matches!(self.evidence, Evidence::Pull(..))
    }
}

struct Claims<'a> {
    facts: &'a BoxFacts<'a>,
    open: Vec<Claim>,
    quiet: Vec<Claim>,
    merged: Vec<Claim>,
    /// Mentions and uncertain claims.
    doubts: Vec<Claim>,
}

impl Claims<'_> {
    /// Adds what the linked issues and pull requests say. Returns the state if they decide it.
    fn links(&mut self, task: &Task) -> Option<BoxState> {
        for id in measuring_issues(task) {
            let Some(issue) = self.facts.snapshot.current_issue(id) else {
                self.doubts.push(Claim::doubt(Evidence::NotFetched(id.clone())));
                continue;
            };
            match issue.state {
                IssueState::Open => {
                    self.open_link(issue);
                    self.waits(issue.blocked_by.iter());
                }
                IssueState::Closed { .. } if issue.is_pull || issue.is_completed() => {}
                // It is not known who closed it.
                IssueState::Closed { reason: None | Some(CloseReason::Completed), .. } => {
                    self.doubts.push(Claim::doubt(Evidence::NotFetched(id.clone())));
                }
                IssueState::Closed { .. } => {
                    return Some(single(BoxKind::Unclear, Evidence::NotDone(issue.id.clone()), None));
                }
            }
        }
        // Work may continue in another link of the same line.
        let done = done_by_links(task, self.facts.snapshot);
        let issue = done.filter(|_| self.open.is_empty() && self.quiet.is_empty())?;
        let IssueState::Closed { at, .. } = issue.state else { return None };
        Some(single(BoxKind::Merged, Evidence::Done(issue.id.clone()), at.map(Timestamp::date)))
    }

    fn open_link(&mut self, issue: &Issue) {
        let certain =
            |who: Option<&Text>, at, evidence| Claim { who: who.cloned(), at, sure: Confidence::Certain, evidence };
        let days = self.facts.quiet.pull;
        if issue.is_pull {
            let evidence = Evidence::Pull(issue.id.clone(), PullState::Open);
            let at = issue.updated.map(Timestamp::date);
            return self.sort(certain(issue.author.as_ref(), at, evidence), days);
        }
        for pull in issue.pulls.iter().flatten().filter(|pull| pull.is_open) {
            let evidence = Evidence::Pull(pull.id.clone(), PullState::Open);
            self.sort(certain(pull.author.as_ref(), None, evidence), days);
        }
        if self.open.iter().any(Claim::is_pull) {
            return;
        }
        if let Some(first) = issue.assignees.first() {
            // An assignee counts as quiet after the same time as a pull request.
            let at = issue.touched().or(issue.updated).map(Timestamp::date);
            self.sort(certain(Some(first), at, Evidence::Assigned(issue.id.clone())), days);
        }
    }

    /// Adds the blockers that may still be open; returns whether there are any.
    fn waits<'i>(&mut self, blockers: impl Iterator<Item = &'i IssueRef>) -> bool {
        let snapshot = self.facts.snapshot;
        let may_be_open = |id: &&IssueRef| match snapshot.current_issue(id) {
            Some(issue) => issue.state == IssueState::Open,
            None => snapshot.missing.get(id) != Some(&Absence::Gone),
        };
        let before = self.doubts.len();
        let open = blockers.filter(may_be_open).map(|id| Claim::doubt(Evidence::WaitsFor(id.clone())));
        self.doubts.extend(open);
        self.doubts.len() > before
    }

    /// Adds the people mentioned in the line.
    fn line(&mut self, issue: &Issue, task: &Task, events: &[BoxEvent]) {
        for login in mentioned(&task.text) {
            if is_robot(login, self.facts.robots) {
                continue;
            }
            let who = Text::new(login);
            let is_person = |by: &Option<Text>| by.as_ref().is_some_and(|by| by.eq_ignore_ascii_case(login));
            let is_own = |event: &&BoxEvent| is_person(&event.who) && event.what != BoxEventKind::Mention;
            let last = events.iter().rfind(|event| is_own(event) || event.what == BoxEventKind::Freed);
            if last.is_some_and(|event| matches!(event.what, BoxEventKind::Return | BoxEventKind::Freed)) {
                self.doubts.push(Claim::doubt(Evidence::Line(who)));
                continue;
            }
            let comments = issue.timeline.comments.iter().filter(|own| is_person(&own.by)).map(|own| own.at);
            let pulls = issue.timeline.pulls.iter().filter(|own| is_person(&own.author)).filter_map(|own| own.updated);
            let at = comments.chain(pulls).max().map(Timestamp::date);
            let evidence = Evidence::Line(who.clone());
            self.sort(Claim { who: Some(who), at, sure: Confidence::Certain, evidence }, self.facts.quiet.pull);
        }
    }

    fn pulls(&mut self, events: &[BoxEvent]) {
        for event in events {
            let BoxEventKind::Pull(id, state) = &event.what else { continue };
            let evidence = Evidence::Pull(id.clone(), *state);
            let at = event.at.map(Timestamp::date);
            let claim = Claim { who: event.who.clone(), at, sure: event.sure, evidence };
            match state {
                PullState::Closed => {}
                PullState::Open | PullState::Merged if event.sure == Confidence::Possible => self.doubts.push(claim),
                PullState::Open => self.sort(claim, self.facts.quiet.pull),
                PullState::Merged => self.merged.push(claim),
            }
        }
    }

    fn sub_issues(&mut self, events: &[BoxEvent]) {
        for event in events {
            if let BoxEventKind::SubIssue(id) = &event.what {
                self.doubts.push(Claim::doubt(Evidence::SubIssue(id.clone())));
            }
        }
    }

    /// Follows the claims of each person until they end.
    fn comments(&mut self, events: &[BoxEvent]) {
        let mut held: Vec<Claim> = Vec::new();
        let mut mentions: Vec<Claim> = Vec::new();
        for event in events {
            let at = event.at.map(Timestamp::date);
            let claim = |sure| Claim {
                who: event.who.clone(),
                at,
                sure,
                evidence: Evidence::Comment(event.who.clone(), at.unwrap_or(self.facts.date)),
            };
            let is_own = |claim: &Claim| claim.who == event.who;
            match &event.what {
                BoxEventKind::Claim => {
                    let before = held.iter().filter(|claim| is_own(claim)).map(|claim| claim.sure).max();
                    held.retain(|claim| !is_own(claim));
                    held.push(claim(event.sure.max(before.unwrap_or(event.sure))));
                }
                BoxEventKind::Return => {
                    held.retain(|claim| !is_own(claim));
                    mentions.retain(|claim| !is_own(claim));
                }
                BoxEventKind::Freed => {
                    held.clear();
                    mentions.clear();
                }
                BoxEventKind::Done => {
                    // If another box may be meant, claims stay.
                    held.retain(|_| event.sure == Confidence::Possible);
                    let claim = claim(event.sure.min(Confidence::Likely));
                    if event.sure > Confidence::Possible { self.merged.push(claim) } else { self.doubts.push(claim) }
                }
                // A merged change ends every claim on its box.
                BoxEventKind::Pull(_, PullState::Merged) => held.retain(|_| event.sure == Confidence::Possible),
                BoxEventKind::Pull(_, PullState::Closed) => {
                    held.retain(|claim| event.sure == Confidence::Possible || !is_own(claim));
                }
                BoxEventKind::Pull(_, PullState::Open) | BoxEventKind::SubIssue(_) => {}
                BoxEventKind::Mention => match held.iter_mut().find(|claim| is_own(claim)) {
                    Some(own) => own.at = own.at.max(at),
                    None if event.sure > Confidence::Possible => mentions.push(claim(event.sure)),
                    None => {}
                },
            }
        }
        let (sure, doubtful): (Vec<_>, Vec<_>) = held.into_iter().partition(|claim| claim.sure > Confidence::Possible);
        self.doubts.extend(doubtful.into_iter().chain(mentions));
        for claim in sure {
            self.sort(claim, self.facts.quiet.claim);
        }
    }

    fn sort(&mut self, claim: Claim, days: u32) {
        let is_quiet = claim.at.is_some_and(|at| Timestamp::start_of(at).days_before(self.facts.date) >= days);
        if is_quiet { self.quiet.push(claim) } else { self.open.push(claim) }
    }

    fn state(mut self, task: &Task, is_checked: bool) -> BoxState {
        let is_in_pull =
            |claims: &[Claim], who: &Option<Text>| claims.iter().any(|own| own.is_pull() && own.who == *who);
        let open = std::mem::take(&mut self.open);
        let people = people(&open);
        let has_pull = open.iter().any(Claim::is_pull);
        let started: Vec<_> = open.iter().filter(|claim| !claim.is_pull() || is_in_pull(&open, &claim.who)).collect();
        if people.len() > 1 && !started.is_empty() {
            return of_claims(BoxKind::Collided, &open);
        }
        if has_pull {
            let pulls: Vec<_> = open.into_iter().filter(Claim::is_pull).collect();
            return of_claims(BoxKind::InReview, &pulls);
        }
        if !open.is_empty() {
            return of_claims(BoxKind::Claimed, &open);
        }
        if !self.merged.is_empty() {
            return of_claims(BoxKind::Merged, &self.merged);
        }
        if is_over(&task.text) {
            return single(BoxKind::Unclear, Evidence::Over, None);
        }
        if is_empty(&task.text) {
            return single(BoxKind::Unclear, Evidence::Empty, None);
        }
        if !self.quiet.is_empty() {
            return of_claims(BoxKind::Quiet, &self.quiet);
        }
        let is_recent = |claim: &Claim| {
            claim.at.is_none_or(|at| Timestamp::start_of(at).days_before(self.facts.date) < self.facts.quiet.pull)
        };
        self.doubts.retain(is_recent);
        free(&self.doubts, task, is_checked)
    }
}

/// The state of an unclaimed box: certainly free if nothing mentions it, unchecked if nothing was fetched.
fn free(doubts: &[Claim], task: &Task, is_checked: bool) -> BoxState {
    let kind = if is_checked { BoxKind::Free } else { BoxKind::Unchecked };
    let confidence = match doubts {
        [] if task.text.split_whitespace().count() > 1 => Confidence::Certain,
        [] => Confidence::Likely,
        [_, ..] => Confidence::Possible,
    };
    let evidence = doubts.iter().map(|claim| claim.evidence.clone()).collect();
    BoxState { kind, confidence, people: Vec::new(), since: None, evidence }
}

fn single(kind: BoxKind, evidence: Evidence, since: Option<Date>) -> BoxState {
    BoxState { kind, confidence: Confidence::Certain, people: Vec::new(), since, evidence: vec![evidence] }
}

fn people(claims: &[Claim]) -> Vec<Text> {
    each_once(claims.iter().filter_map(|claim| claim.who.as_ref()))
}

/// Returns logins without repetitions.
pub fn each_once<'t>(logins: impl Iterator<Item = &'t Text>) -> Vec<Text> {
    let mut people: Vec<Text> = Vec::new();
    for who in logins {
        if !people.iter().any(|other| other.eq_ignore_ascii_case(who)) {
            people.push(who.clone());
        }
    }
    people
}

fn of_claims(kind: BoxKind, claims: &[Claim]) -> BoxState {
    let mut sorted: Vec<_> = claims.to_vec();
    sorted.sort_by_key(|claim| (std::cmp::Reverse(claim.sure), claim.at));
    let days = || claims.iter().filter_map(|claim| claim.at);
    BoxState {
        kind,
        confidence: sorted.first().map_or(Confidence::Possible, |claim| claim.sure),
        people: people(claims),
        since: if kind == BoxKind::Quiet { days().max() } else { days().min() },
        evidence: sorted.into_iter().map(|claim| claim.evidence).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::boxes::{self, QuietDays};
    use crate::domain::{CloseReason, Comment, TaskState, Timeline, end_of, fixtures};

    /// Whether an issue's boxes are free, beside the open issue 2, the finished issue 3, and issue 4, which waits for 2.
    fn are_free(boxes: &[(&str, &[u64])]) -> Vec<bool> {
        let done = fixtures::closed(3, Some(CloseReason::Completed), Some("2024-05-01"));
        let blocked = Issue { blocked_by: vec![fixtures::id(2)], ..fixtures::issue(4) };
        let snapshot = fixtures::snapshot(vec![fixtures::issue(2), done, blocked]);
        let task = |(text, issues): &(&str, &[u64])| Task {
            issues: issues.iter().map(|number| fixtures::id(*number)).collect(),
            ..fixtures::task(text, TaskState::Open)
        };
        let issue = Issue { tasks: boxes.iter().map(task).collect(), ..fixtures::issue(1) };
        let date = fixtures::day("2024-06-01");
        let facts = BoxFacts { snapshot: &snapshot, date, end: end_of(date), quiet: QuietDays::default(), robots: &[] };
        boxes::of_issue(&issue, facts).into_iter().map(|state| state.is_some_and(|state| state.is_free())).collect()
    }

    #[test]
    fn a_box_is_not_free_while_what_it_waits_for_is_open() {
        for text in ["alpha after #2", "alpha (after #2)", "alpha, blocked by #2", "alpha needs #2 and #3"] {
            assert_eq!(are_free(&[(text, &[2, 3])]), [false], "{text}");
        }
        for text in ["alpha after #3", "alpha (after #3)", "alpha, blocked by #3"] {
            assert_eq!(are_free(&[(text, &[3])]), [true], "{text}");
        }
        assert_eq!(are_free(&[("alpha, see #2", &[2]), ("alpha after #9", &[9])]), [true, false]);
        assert_eq!(are_free(&[("alpha after #3, in progress", &[3]), ("alpha (after #3) 🚧", &[3])]), [false, false]);
    }

    #[test]
    fn a_box_whose_line_says_that_there_is_nothing_to_do_is_not_free() {
        for text in ["alpha: done", "alpha (N/A)", "alpha - skipped", "alpha ✅", "alpha ❌", "TBD", "..."] {
            assert_eq!(are_free(&[(text, &[])]), [false], "{text}");
        }
        assert_eq!(are_free(&[("alpha: moved to #2", &[2])]), [false]);
        assert_eq!(are_free(&[("Drop what is not needed", &[]), ("Add done signs", &[])]), [true, true]);
    }

    /// Whether each box of an issue with a comment is free.
    fn are_free_after(tasks: Vec<Task>, comments: &[&str]) -> Vec<bool> {
        let said = |text: &&str| Comment { text: (*text).to_owned(), ..fixtures::comment_on("2024-05-28") };
        let timeline = Timeline { comments: comments.iter().map(said).collect(), ..Timeline::default() };
        let issue = Issue { tasks, timeline, ..fixtures::issue(1) };
        let (snapshot, date) = (fixtures::snapshot(Vec::new()), fixtures::day("2024-06-01"));
        let facts = BoxFacts { snapshot: &snapshot, date, end: end_of(date), quiet: QuietDays::default(), robots: &[] };
        boxes::of_issue(&issue, facts).into_iter().map(|state| state.is_some_and(|state| state.is_free())).collect()
    }

    #[test]
    fn a_box_below_a_heading_that_waits_is_maybe_free() {
        for (heading, is_free) in [
            ("After Button, CvaDirective", false),
            ("Blocked", false),
            ("In progress", false),
            ("Waiting for upstream", false),
            ("Button and Message", true),
            ("Aftercare", true),
        ] {
            let task = Task { section: heading.into(), ..fixtures::task("Step Input", TaskState::Open) };
            assert_eq!(are_free_after(vec![task], &[]), [is_free], "{heading}");
        }
    }

    #[test]
    fn a_question_which_boxes_are_left_is_about_none_of_them() {
        let task = |text: &str, depth| Task { depth, ..fixtures::task(text, TaskState::Open) };
        let providers = || vec![task("Providers", 0), task("amazon", 1), task("trino", 1), task("ydb", 1)];
        for text in
            ["Do we know what providers are still available to be picked up?", "Which providers are still open?"]
        {
            assert_eq!(are_free_after(providers(), &[text]), [true; 4], "{text}");
        }
        assert_eq!(are_free_after(providers(), &["Is trino still available?"]), [true, true, false, true]);
    }

    #[test]
    fn a_box_below_a_struck_one_is_maybe_free_and_below_a_ticked_one_free() {
        let task = |text: &str, state, depth| Task { depth, ..fixtures::task(text, state) };
        let (open, done, dropped) = (TaskState::Open, TaskState::Done, TaskState::Dropped);
        let tasks = vec![
            task("all of alpha", done, 0),
            task("alpha docs", open, 1),
            task("alpha tests", open, 1),
            task("alpha tests on arm", open, 2),
            task("all of beta", open, 0),
            task("beta docs", done, 1),
            task("beta tests", open, 1),
            task("all of gamma", dropped, 0),
            task("gamma docs", open, 1),
            task("gamma docs in Spanish", open, 2),
            task("all of delta", open, 0),
        ];
        let issue = Issue { tasks, ..fixtures::issue(1) };
        let (snapshot, date) = (fixtures::snapshot(Vec::new()), fixtures::day("2024-06-01"));
        let facts = BoxFacts { snapshot: &snapshot, date, end: end_of(date), quiet: QuietDays::default(), robots: &[] };
        let states: Vec<_> = boxes::of_issue(&issue, facts).into_iter().flatten().collect();
        assert_eq!(
            states.iter().map(BoxState::is_free).collect::<Vec<_>>(),
            [true, true, true, true, true, false, false, true],
            "{states:?}"
        );
        assert_eq!(states[5].evidence, [Evidence::StruckAbove]);
    }

    #[test]
    fn a_box_that_a_sub_issue_names_is_maybe_free() {
        let tasks = ["abacus", "bowtie", "cutadapt"].map(|text| fixtures::task(text, TaskState::Open)).to_vec();
        let titled = |number, title: &str| Issue { title: title.to_owned(), ..fixtures::issue(number) };
        let linked = Task { issues: vec![fixtures::id(4)], ..fixtures::task("dada", TaskState::Open) };
        let tasks = tasks.into_iter().chain([linked]).collect();
        let issue = Issue { tasks, sub_issues: (2..=5).map(fixtures::id).collect(), ..fixtures::issue(1) };
        let date = fixtures::day("2024-06-01");
        let later = Issue { created: Some(Timestamp(end_of(date).0 + 1)), ..titled(5, "abacus") };
        let others = vec![
            titled(2, "Move bowtie to the new runner"),
            titled(3, "Plan the release"),
            titled(4, "cutadapt"),
            later,
        ];
        let snapshot = fixtures::snapshot(others);
        let facts = BoxFacts { snapshot: &snapshot, date, end: end_of(date), quiet: QuietDays::default(), robots: &[] };
        let states: Vec<_> = boxes::of_issue(&issue, facts).into_iter().flatten().collect();
        assert_eq!(states.iter().map(BoxState::is_free).collect::<Vec<_>>(), [true, false, true, true], "{states:?}");
        assert_eq!(states[1].evidence, [Evidence::SubIssue(fixtures::id(2))]);
    }

    #[test]
    fn a_box_is_not_free_while_its_own_issue_waits() {
        assert_eq!(are_free(&[("alpha #4", &[4]), ("beta #2", &[2])]), [false, true]);
    }
}
