//! What comments and pull requests say of each box.

use std::collections::BTreeMap;

use super::clause::{self, Act, Clause};
use super::names::{BoxNames, MAX_BOXES, NameContext};
use super::{BoxFacts, is_robot};
use crate::domain::{Comment, Confidence, Issue, IssueRef, MentioningPull, PullState, Repo, Text, Timestamp};

/// Something that happened to a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BoxEvent {
    pub(super) at: Option<Timestamp>,
    /// Who; `None` for a deleted account.
    pub(super) who: Option<Text>,
    pub(super) what: BoxEventKind,
    pub(super) sure: Confidence,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BoxEventKind {
    /// A person took it.
    Claim,
    /// The person gave it back.
    Return,
    /// The box was declared free, which ends every claim on it.
    Freed,
    /// It was named, and nothing more.
    Mention,
    /// A pull request is for it.
    Pull(IssueRef, PullState),
}

/// As many words as an answer has that names nothing.
const SHORT: usize = 12;

type Boxes = BTreeMap<usize, Confidence>;

/// Returns what happened to each box, in order of time.
pub(super) fn read(issue: &Issue, facts: &BoxFacts<'_>) -> Vec<Vec<BoxEvent>> {
    let mut thread = Thread {
        names: BoxNames::of(&issue.tasks),
        home: &issue.id.repo,
        events: vec![Vec::new(); issue.tasks.len()],
        asked: None,
        named: None,
        of_pull: BTreeMap::new(),
    };
    let is_person = |by: &Option<Text>| by.as_ref().is_none_or(|by| !is_robot(by, facts.robots));
    for comment in issue.timeline.comments.iter().filter(|comment| is_person(&comment.by)) {
        thread.comment(comment);
    }
    for pull in &issue.timeline.pulls {
        thread.pull(pull);
    }
    for events in &mut thread.events {
        events.sort_by_key(|event| event.at);
    }
    thread.events
}

struct Thread<'a> {
    names: BoxNames,
    home: &'a Repo,
    events: Vec<Vec<BoxEvent>>,
    /// Who last asked about which boxes, for answers that name none.
    asked: Option<(Option<Text>, Boxes, Act)>,
    /// Which boxes the last comment of a person named, for a command that follows.
    named: Option<(Option<Text>, Boxes)>,
    /// The boxes that comments name beside a pull request.
    of_pull: BTreeMap<IssueRef, Boxes>,
}

impl Thread<'_> {
    fn comment(&mut self, comment: &Comment) {
        let clauses = clause::of(&comment.text);
        let claims = clauses.iter().any(|clause| clause.act == Act::Claim);
        let mut last = Act::Mention;
        let mut all = Boxes::new();
        let mut has_named_claim = false;
        for clause in &clauses {
            let act = if clause.is_listed && clause.act == Act::Mention { last } else { clause.act };
            last = if clause.is_listed { last } else { act };
            let boxes = self.boxes(clause, act);
            self.note_pulls(&clause.text, &boxes);
            has_named_claim |= act == Act::Claim && !boxes.is_empty();
            for (at, sure) in &boxes {
                let own = all.entry(*at).or_insert(*sure);
                *own = (*own).max(*sure);
            }
            self.act(comment, act, &clause.text, &boxes);
        }
        if claims && !has_named_claim {
            self.unnamed_claim(comment, &all);
        }
        self.remember(comment, &clauses, all);
    }

    /// The boxes that a clause speaks of.
    fn boxes(&self, clause: &Clause, act: Act) -> Boxes {
        let text = clause.text.as_str();
        let place = if act == Act::Mention && !clause.is_listed { NameContext::Prose } else { NameContext::Naming };
        if let Some((before, left_out)) = clause::exception(text) {
            let without = self.names.in_text(left_out, &self.links(left_out), NameContext::Naming);
            let mut boxes = self.group(before, place);
            boxes.retain(|at, _| !without.contains_key(at));
            return boxes;
        }
        self.group(text, place)
    }

    fn group(&self, text: &str, place: NameContext) -> Boxes {
        let named = self.names.in_text(text, &self.links(text), place);
        if !named.is_empty() {
            return named;
        }
        let count = self.events.len().min(MAX_BOXES);
        if let Some((from_start, number)) = clause::counted(text) {
            let first = if from_start { 0 } else { count.saturating_sub(number) };
            return (first..(first + number).min(count)).map(|at| (at, Confidence::Likely)).collect();
        }
        if clause::is_of_all(text) && place == NameContext::Naming {
            return (0..count).map(|at| (at, Confidence::Possible)).collect();
        }
        Boxes::new()
    }

    fn links(&self, text: &str) -> Vec<IssueRef> {
        let parts = text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | '<' | '>' | '[' | ']'));
        let is_link = |part: &&str| part.contains('#') || part.contains("://");
        let bare = |part: &str| IssueRef::parse(part.trim_end_matches(['.', ':', ';', '!', '?']), self.home);
        parts.filter(is_link).filter_map(bare).collect()
    }

    fn note_pulls(&mut self, text: &str, boxes: &Boxes) {
        if boxes.is_empty() {
            return;
        }
        for link in self.links(text) {
            self.of_pull.entry(link).or_default().extend(boxes.clone());
        }
    }

    fn act(&mut self, comment: &Comment, act: Act, text: &str, boxes: &Boxes) {
        match act {
            Act::Claim => self.note(comment, comment.by.as_ref(), &BoxEventKind::Claim, boxes),
            Act::Ask => self.note_less(comment, &BoxEventKind::Claim, boxes),
            Act::Other => {
                let who = text.split_once('@').map(|(_, rest)| login(rest));
                self.note(comment, who.map(Text::new).as_ref(), &BoxEventKind::Claim, boxes);
            }
            Act::Return => self.give_back(comment, text, boxes),
            Act::Yes => self.answer(comment),
            Act::Question | Act::Mention => self.note(comment, comment.by.as_ref(), &BoxEventKind::Mention, boxes),
        }
    }

    /// A person gives back what they took, or says that a box is free for all.
    fn give_back(&mut self, comment: &Comment, text: &str, boxes: &Boxes) {
        let is_own = !["free to", "someone else", "somebody else", "anyone", "up for grabs", "again"]
            .iter()
            .any(|phrase| text.to_lowercase().contains(phrase));
        let what = if is_own { BoxEventKind::Return } else { BoxEventKind::Freed };
        if !boxes.is_empty() {
            return self.note(comment, comment.by.as_ref(), &what, boxes);
        }
        // Without a name it is all that this person took.
        let all = (0..self.events.len()).map(|at| (at, Confidence::Certain)).collect();
        self.note(comment, comment.by.as_ref(), &BoxEventKind::Return, &all);
    }

    /// `Yes` gives the boxes that were asked for to whoever asked.
    fn answer(&mut self, comment: &Comment) {
        let Some((who, boxes, act)) = self.asked.clone() else { return };
        if who == comment.by {
            return;
        }
        let owner = if act == Act::Ask { who } else { comment.by.clone() };
        self.note(comment, owner.as_ref(), &BoxEventKind::Claim, &boxes);
    }

    /// A claim that names no box takes what was asked about, or what the same person named before.
    fn unnamed_claim(&mut self, comment: &Comment, mentioned: &Boxes) {
        if !mentioned.is_empty() {
            return self.note_less(comment, &BoxEventKind::Claim, mentioned);
        }
        // A long sentence without a name speaks of something that is no box.
        let is_answer = comment.text.split_whitespace().count() <= SHORT;
        let asked = self.asked.clone().filter(|(who, ..)| is_answer && *who != comment.by).map(|(_, boxes, _)| boxes);
        let own = self.named.clone().filter(|(who, _)| *who == comment.by).map(|(_, boxes)| boxes);
        if let Some(boxes) = own.or(asked) {
            self.note_less(comment, &BoxEventKind::Claim, &boxes);
        }
    }

    fn remember(&mut self, comment: &Comment, clauses: &[Clause], all: Boxes) {
        if all.is_empty() {
            return;
        }
        let asks = clauses.iter().map(|clause| clause.act).find(|act| matches!(act, Act::Ask | Act::Question));
        self.asked = asks.map(|act| (comment.by.clone(), all.clone(), act)).or(self.asked.take());
        self.named = Some((comment.by.clone(), all));
    }

    fn note(&mut self, comment: &Comment, who: Option<&Text>, what: &BoxEventKind, boxes: &Boxes) {
        for (at, sure) in boxes {
            let event = BoxEvent { at: Some(comment.at), who: who.cloned(), what: what.clone(), sure: *sure };
            self.events.get_mut(*at).into_iter().for_each(|events| events.push(event.clone()));
        }
    }

    /// Like [`Thread::note`], one step less sure than the name.
    fn note_less(&mut self, comment: &Comment, what: &BoxEventKind, boxes: &Boxes) {
        let boxes = boxes.iter().map(|(at, sure)| (*at, (*sure).min(Confidence::Likely))).collect();
        self.note(comment, comment.by.as_ref(), what, &boxes);
    }

    /// A pull request is for what its title names, else its body or a comment beside its number.
    fn pull(&mut self, pull: &MentioningPull) {
        let by_link = self.names.in_text("", std::slice::from_ref(&pull.id), NameContext::Naming);
        let by_title = || self.names.in_text(&pull.title, &[], NameContext::Naming);
        let by_comment = || self.of_pull.get(&pull.id).cloned().unwrap_or_default();
        let by_body = || lowered(self.names.in_text(&written(&pull.body), &[], NameContext::Prose));
        let boxes = [by_link].into_iter().chain([by_title(), by_comment()]).find(|boxes| !boxes.is_empty());
        let mut boxes = boxes.unwrap_or_else(by_body);
        if is_part(&pull.title) && pull.state == PullState::Merged {
            for sure in boxes.values_mut() {
                *sure = Confidence::Possible;
            }
        }
        if boxes.is_empty() {
            boxes = self.claimed_by(pull.author.as_ref());
        }
        for (at, sure) in boxes {
            let what = BoxEventKind::Pull(pull.id.clone(), pull.state);
            let event = BoxEvent { at: pull.updated, who: pull.author.clone(), what, sure };
            self.events.get_mut(at).into_iter().for_each(|events| events.push(event.clone()));
        }
    }

    /// A pull request that names nothing is for the one box that its author took.
    fn claimed_by(&self, author: Option<&Text>) -> Boxes {
        let is_own =
            |event: &BoxEvent| event.what == BoxEventKind::Claim && event.who.as_ref() == author && author.is_some();
        let own: Vec<_> =
            self.events.iter().enumerate().filter(|(_, events)| events.iter().any(is_own)).map(|(at, _)| at).collect();
        let sure = if own.len() == 1 { Confidence::Likely } else { Confidence::Possible };
        own.into_iter().map(|at| (at, sure)).collect()
    }
}

fn login(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

fn lowered(boxes: Boxes) -> Boxes {
    boxes.into_iter().map(|(at, sure)| (at, sure.min(Confidence::Likely))).collect()
}

/// What a person wrote of a body: without the headings, questions and hints of a form.
fn written(body: &str) -> String {
    let mut is_hint = false;
    let lines = body.lines().filter(|line| {
        let bare = line.trim();
        is_hint |= bare.starts_with("<!--");
        let keep = !is_hint && !bare.starts_with('#') && !bare.starts_with('>');
        is_hint &= !bare.contains("-->");
        keep
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether a title says that it is one of several: `part 3`, `[1/4]`.
fn is_part(title: &str) -> bool {
    let lower = title.to_lowercase();
    let numbered =
        |lead: &str| lower.split(lead).skip(1).any(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()));
    numbered("part ") || numbered("[") && lower.contains('/') || lower.contains("follow-up")
}
