//! Threads: turns comments and pull requests into events of each box.

mod acts;
mod pulls;
mod unnamed;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

use super::clause::{self, Act, Clause};
use super::found::{Boxes, NameContext, each, lowered, only};
use super::hints::NearNames;
use super::names::BoxNames;
use super::phrases::PhraseKind;
use super::prose::Prose;
use super::words::{self, MAX_BOXES};
use super::{BoxFacts, is_robot};
use crate::domain::{Comment, Confidence, Issue, IssueRef, PullState, Repo, Text, Timestamp};
use walk::{Claimed, ClauseWalk};

/// An event of a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BoxEvent {
    pub(super) at: Option<Timestamp>,
    /// The author or assignee; `None` for a deleted account.
    pub(super) who: Option<Text>,
    pub(super) what: BoxEventKind,
    pub(super) sure: Confidence,
}

/// The kind of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BoxEventKind {
    /// A person claimed it.
    Claim,
    /// The person returned it.
    Return,
    /// It was declared free, which ends every claim.
    Freed,
    /// It was declared done.
    Done,
    /// It was only mentioned.
    Mention,
    /// A pull request is for it.
    Pull(IssueRef, PullState),
    /// The title of a sub-issue names it.
    SubIssue(IssueRef),
}

/// A comment of at most this many words is about its near matches.
const MAX_WORDS_ABOUT_BOXES: usize = 20;

/// A comment that consists of the names of at most this many boxes claims them.
const MAX_CLAIMED_BY_NAME_ALONE: usize = 3;

/// A claim with exactly this many near matches means them.
const PAIR: usize = 2;

/// The maximum number of words of an answer that names no box.
const MAX_WORDS_OF_ANSWER: usize = 12;

/// Returns the events of each box, in chronological order.
pub(super) fn read(issue: &Issue, facts: &BoxFacts<'_>) -> Vec<Vec<BoxEvent>> {
    let events = vec![Vec::new(); issue.tasks.len()];
    let known = &issue.timeline.comments;
    // Without a token the last comment is all that is fetched.
    let last = issue.last_comment.iter().filter(|last| known.last().is_none_or(|known| known.at < last.at));
    let is_person = |comment: &&Comment| comment.by.as_ref().is_none_or(|by| !is_robot(by, facts.robots));
    let comments: Vec<_> = known.iter().chain(last).filter(is_person).collect();
    let sub_issues: Vec<_> = unlinked_sub_issues(issue, facts).collect();
    if comments.is_empty() && issue.timeline.pulls.is_empty() && sub_issues.is_empty() {
        return events;
    }
    let words = words::of_boxes(&issue.tasks);
    let mut thread = Thread {
        names: BoxNames::of(&issue.tasks, &words),
        near: NearNames::of(&issue.tasks, &words),
        home: &issue.id.repo,
        events,
        asked: None,
        named: None,
        of_pull: BTreeMap::new(),
        last_claimed: BTreeMap::new(),
    };
    for comment in comments {
        let text = Prose::new(&comment.text);
        thread.comment(&ThreadComment { at: comment.at, by: comment.by.clone(), text });
    }
    for pull in &issue.timeline.pulls {
        thread.pull(pull);
    }
    for own in sub_issues {
        thread.sub_issue(own);
    }
    for events in &mut thread.events {
        events.sort_by_key(|event| event.at);
    }
    thread.events
}

/// The sub-issues of an issue to which none of its boxes links.
fn unlinked_sub_issues<'a>(issue: &'a Issue, facts: &BoxFacts<'a>) -> impl Iterator<Item = &'a Issue> {
    let snapshot = facts.snapshot;
    let linked: BTreeSet<_> = issue.tasks.iter().flat_map(|task| &task.issues).collect();
    let unlinked = issue.sub_issues.iter().filter(move |id| !linked.contains(id));
    unlinked.filter_map(|id| snapshot.current_issue(id))
}

/// A comment with its text as prose.
struct ThreadComment {
    at: Timestamp,
    by: Option<Text>,
    text: Prose,
}

struct Thread<'a> {
    names: BoxNames,
    near: NearNames,
    home: &'a Repo,
    events: Vec<Vec<BoxEvent>>,
    /// The last question: its author, boxes and kind, for answers that name no box.
    asked: Option<(Option<Text>, Boxes, Act)>,
    /// The author of the last comment that named boxes, and these, for a command that follows.
    named: Option<(Option<Text>, Boxes)>,
    /// The boxes that comments name next to a pull request.
    of_pull: BTreeMap<IssueRef, Boxes>,
    /// The boxes that each person last claimed by name.
    last_claimed: BTreeMap<Option<Text>, Boxes>,
}

impl Thread<'_> {
    fn comment(&mut self, comment: &ThreadComment) {
        let clauses = clause::of(&comment.text);
        let mut read = ClauseWalk::default();
        for (at, clause) in clauses.iter().enumerate() {
            self.clause(comment, (clause, clauses.get(at + 1)), &mut read);
        }
        let ClauseWalk { all, claimed, .. } = read;
        match claimed {
            Claimed::Unnamed => self.unnamed_claim(comment, &all),
            Claimed::Nothing | Claimed::Named => self.claim_by_names_alone(comment, &clauses, &all),
        }
        if claimed == Claimed::Named {
            self.last_claimed.insert(comment.by.clone(), lowered(all.clone()));
        }
        if all.is_empty() && clauses.iter().any(|clause| clause::gives_issue(&clause.text)) {
            self.claim_of_open(comment);
        }
        self.add_near_matches(comment, &clauses, &all, claimed == Claimed::Unnamed);
        self.remember(comment, &clauses, all);
    }

    /// A comment that consists of a few names claims them.
    fn claim_by_names_alone(&mut self, comment: &ThreadComment, clauses: &[Clause], all: &Boxes) {
        let says_nothing = clauses.iter().all(|clause| clause.act == Act::Mention);
        if !says_nothing || !(1..=MAX_CLAIMED_BY_NAME_ALONE).contains(&all.len()) {
            return;
        }
        if clause::is_brief(&comment.text) {
            let all = each(all.keys().copied(), Confidence::Likely);
            self.note(comment, comment.by.as_ref(), &BoxEventKind::Claim, &all);
        }
    }

    /// Notes the boxes that the title of a sub-issue names.
    fn sub_issue(&mut self, own: &Issue) {
        let named = self.names.in_text(&Prose::new(own.title.as_str()), &[], NameContext::Title);
        for (at, _) in named.into_iter().filter(|(_, sure)| *sure > Confidence::Possible) {
            let what = BoxEventKind::SubIssue(own.id.clone());
            let event = BoxEvent { at: own.created, who: None, what, sure: Confidence::Possible };
            self.events.get_mut(at).into_iter().for_each(|events| events.push(event.clone()));
        }
    }

    /// Adds the near matches of clauses about work, and of all clauses of a claim without a name.
    fn add_near_matches(&mut self, comment: &ThreadComment, clauses: &[Clause], named: &Boxes, is_unnamed: bool) {
        let known: BTreeSet<usize> =
            named.iter().filter(|(_, sure)| **sure > Confidence::Possible).map(|(at, _)| *at).collect();
        let is_brief = comment.text.split_whitespace().count() <= MAX_WORDS_ABOUT_BOXES;
        let is_open = |clause: &Clause| {
            let is_talk = clause::is_of_open(clause) || clause::states(&clause.text);
            clause.is_question || (is_unnamed || is_brief && !is_talk) && clause.act == Act::Mention
        };
        let of_work = clauses.iter().filter(|clause| clause.is_of_work() || is_open(clause));
        let near_to = |clause: &Clause| {
            // `The usb crates` may be more than the one named `usb`.
            let named = if !self.near.families(&clause.text).is_empty() || clause::is_of_group(&clause.text) {
                BTreeSet::new()
            } else {
                known.clone()
            };
            self.near.in_text(&self.names.without(&clause.text, &named), &named)
        };
        let of_work: Vec<_> = of_work.collect();
        let near: BTreeSet<_> =
            of_work.iter().flat_map(|clause| near_to(clause)).filter(|at| !known.contains(at)).collect();
        let claimed = self.by_one_word(clauses, &known);
        let (claimed, near): (BTreeSet<_>, BTreeSet<_>) = near.into_iter().partition(|at| claimed.contains(at));
        self.note(comment, comment.by.as_ref(), &BoxEventKind::Mention, &each(near, Confidence::Likely));
        self.note(comment, comment.by.as_ref(), &BoxEventKind::Claim, &each(claimed, Confidence::Likely));
    }

    /// The boxes that claims identify by a word that only one box contains, or by the name of a family.
    fn by_one_word(&self, clauses: &[Clause], known: &BTreeSet<usize>) -> BTreeSet<usize> {
        let is_sure = |boxes: Boxes| boxes.into_values().any(|sure| sure > Confidence::Possible);
        let is_claim =
            |clause: &&Clause| matches!(clause.act, Act::Claim | Act::Ask) && clause::exception(&clause.text).is_none();
        let mut found = BTreeSet::new();
        for clause in clauses.iter().filter(is_claim) {
            found.extend(self.near.families(&clause.text));
            if is_sure(self.boxes(clause, clause.act)) {
                found.extend(self.near.only(&Prose::new(clause::joined(&clause.text)), known));
            } else {
                found.extend(self.near.only(&clause.text, known));
                let near = self.near.in_text(&clause.text, known);
                found.extend(near.iter().filter(|_| near.len() == 1));
            }
        }
        found
    }

    /// The boxes that a clause is about.
    fn boxes(&self, clause: &Clause, act: Act) -> Boxes {
        let text = &clause.text;
        let place = match act {
            Act::Mention if clause.gives() => NameContext::Naming,
            Act::Mention if clause.is_own_work() => NameContext::Own,
            Act::Mention | Act::Yes if !clause.is_listed => NameContext::Prose,
            Act::Claim | Act::Ask if clause::is_of_group(text) => NameContext::Group,
            Act::WhoHas | Act::IsFree if !clause::is_of_group(text) => NameContext::Title,
            Act::Give | Act::WhoHas | Act::IsFree => NameContext::Group,
            Act::Claim | Act::Hedge | Act::Ask | Act::Other | Act::Taken => NameContext::Naming,
            Act::Return | Act::Free | Act::Done | Act::Mention | Act::Yes => NameContext::Naming,
        };
        if let Some((before, left_out)) = clause::exception(text) {
            let (before, left_out) = (Prose::new(before), Prose::new(left_out));
            let without = self.names.in_text(&left_out, &self.links(&left_out), NameContext::Naming);
            let mut boxes = self.group(&before, place);
            if boxes.is_empty() && act == Act::Claim && clause::is_of_group(&before) {
                boxes = each(self.names.open().iter().copied(), Confidence::Possible);
            }
            boxes.retain(|at, _| !without.contains_key(at));
            return boxes;
        }
        self.group(text, place)
    }

    fn group(&self, text: &Prose, place: NameContext) -> Boxes {
        let links = self.links(text);
        // `Taking #41` may be about `pipeline_41` if no box links to #41.
        let bare =
            (!links.is_empty() && !self.names.have_links(&links)).then(|| Prose::new(clause::with_bare_numbers(text)));
        let text = bare.as_ref().unwrap_or(text);
        let mut named = self.names.in_text(text, &links, place);
        // `For image-builder we do the azure ones` is about a part of a section.
        let families = self.near.families(text);
        if self.names.is_section(&named) && families.iter().any(|at| named.contains_key(at)) {
            named.retain(|at, _| families.contains(at));
        }
        if named.values().any(|sure| *sure > Confidence::Possible)
            || matches!(place, NameContext::Prose | NameContext::Own)
        {
            return named;
        }
        let counted = self.counted(text);
        if !counted.is_empty() {
            return counted;
        }
        if named.is_empty() {
            let covered = self.near.covered(text);
            let near = if covered.is_empty() { self.near.in_text(text, &BTreeSet::new()) } else { BTreeSet::new() };
            let found = if near.len() == PAIR { near } else { covered };
            if !found.is_empty() {
                return each(found, Confidence::Likely);
            }
        }
        if !families.is_empty() {
            return each(families, Confidence::Likely);
        }
        if named.is_empty() && text.says(PhraseKind::All) {
            return each(self.names.open().iter().copied(), Confidence::Possible);
        }
        named
    }

    /// The boxes that a text gives by their position in the list.
    fn counted(&self, text: &Prose) -> Boxes {
        let own = self.names.numbered(&clause::bare_numbers(text));
        if let Some(own) = own.filter(|own| !own.is_empty()) {
            return each(own, Confidence::Likely);
        }
        let count = self.events.len().min(MAX_BOXES);
        let numbered = clause::numbered(text);
        if !numbered.is_empty() {
            return each(numbered.into_iter().filter(|at| *at <= count).map(|at| at - 1), Confidence::Likely);
        }
        let Some((from_start, number)) = clause::counted(text) else {
            let bare = clause::bare_numbers(text).into_iter().filter(|at| (1..=count).contains(at));
            return each(bare.map(|at| at - 1), Confidence::Possible);
        };
        let open = self.names.open();
        let first = if from_start { 0 } else { open.len().saturating_sub(number) };
        each(open.iter().skip(first).take(number).copied(), Confidence::Likely)
    }

    fn links(&self, text: &str) -> Vec<IssueRef> {
        let parts = text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | '<' | '>' | '[' | ']'));
        let is_link = |part: &&str| part.contains('#') || part.contains("://");
        let bare = |part: &str| IssueRef::parse(part.trim_end_matches(['.', ':', ';', '!', '?']), self.home);
        parts.filter(is_link).filter_map(bare).collect()
    }

    /// Links the pull requests of a text to the boxes named next to them.
    fn note_pulls(&mut self, text: &Prose, boxes: &Boxes) {
        if self.links(text).is_empty() {
            return;
        }
        let mut beside = self.names.in_text(text, &[], NameContext::Title);
        let best = beside.values().max().copied();
        beside.retain(|_, sure| Some(*sure) == best);
        self.link_pulls(text, if beside.is_empty() { boxes } else { &beside });
    }

    /// Links the pull requests of a text to boxes.
    fn link_pulls(&mut self, text: &str, boxes: &Boxes) {
        let links = if boxes.is_empty() { Vec::new() } else { self.links(text) };
        for link in links {
            self.of_pull.entry(link).or_default().extend(boxes.clone());
        }
    }

    fn remember(&mut self, comment: &ThreadComment, clauses: &[Clause], all: Boxes) {
        if all.is_empty() {
            return self.remember_whole(comment, clauses);
        }
        let does = |act: Act| clauses.iter().any(|clause| clause.act == act);
        let asks = match (does(Act::Ask), does(Act::WhoHas) || does(Act::IsFree), does(Act::Claim)) {
            (true, ..) | (_, true, true) => Some(Act::Ask),
            (_, true, false) => Some(if does(Act::WhoHas) { Act::WhoHas } else { Act::IsFree }),
            (_, false, _) => None,
        };
        // `@ann events as well, perhaps?`, `Could you also do events?`
        let is_to_one = comment.text.trim_start().starts_with('@');
        let to_person = |clause: &Clause| {
            let is_to = is_to_one || clause.text.contains('@') || clause::asks_you(&clause.text);
            clause.is_question && is_to && !self.names.in_text(&clause.text, &[], NameContext::Prose).is_empty()
        };
        let is_to_person = asks.is_none() && clauses.iter().any(to_person);
        let asks = asks.or(is_to_person.then_some(Act::WhoHas));
        let all = if is_to_person { only(all) } else { all };
        self.asked = asks.map(|act| (comment.by.clone(), all.clone(), act)).or(self.asked.take());
        self.named = Some((comment.by.clone(), all));
    }

    fn note(&mut self, comment: &ThreadComment, who: Option<&Text>, what: &BoxEventKind, boxes: &Boxes) {
        for (at, sure) in boxes {
            let event = BoxEvent { at: Some(comment.at), who: who.cloned(), what: what.clone(), sure: *sure };
            self.events.get_mut(*at).into_iter().for_each(|events| events.push(event.clone()));
        }
    }

    /// Like [`Thread::note`], with the confidence capped at likely.
    fn note_as_likely(&mut self, comment: &ThreadComment, what: &BoxEventKind, boxes: &Boxes) {
        self.note(comment, comment.by.as_ref(), what, &lowered(boxes.clone()));
    }
}
