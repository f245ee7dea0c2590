//! Threads: what comments and pull requests say about each box.

use std::collections::BTreeMap;

use super::clause::{self, Act, Clause};
use super::found::{NameContext, Named as Boxes};
use super::names::{BoxNames, MAX_BOXES};
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
    /// Its work was declared done.
    Done,
    /// It was named, and nothing more.
    Mention,
    /// A pull request is for it.
    Pull(IssueRef, PullState),
}

/// As many words as an answer has that names nothing.
const SHORT: usize = 12;

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
        let mut last = Act::Mention;
        let (mut all, mut before) = (Boxes::new(), Boxes::new());
        let (mut claims, mut has_named_claim, mut is_of_left) = (false, false, true);
        for clause in &clauses {
            let act = if clause.is_listed && clause.act == Act::Mention { last } else { clause.act };
            last = if clause.is_listed { last } else { act };
            let boxes = self.boxes(clause, act);
            self.note_pulls(&clause.text, if boxes.is_empty() { &before } else { &boxes });
            claims |= act == Act::Claim;
            has_named_claim |= act == Act::Claim && !boxes.is_empty();
            // A block of code is a list of what the sentence above it speaks of.
            is_of_left = if clause.is_code { is_of_left } else { clause::is_of_left(&clause.text) };
            if !clause.is_code || act != Act::Mention || !is_of_left {
                self.act(comment, (act, &clause.text), &boxes, &before);
            }
            for (at, sure) in &boxes {
                let own = all.entry(*at).or_insert(*sure);
                *own = (*own).max(*sure);
            }
            before = match (boxes.is_empty(), clause.is_listed) {
                (true, _) => before,
                (false, true) => before.into_iter().chain(boxes).collect(),
                (false, false) => boxes,
            };
        }
        if claims && !has_named_claim {
            self.unnamed_claim(comment, &all);
        }
        self.remember(comment, &clauses, all);
    }

    /// The boxes that a clause speaks of.
    fn boxes(&self, clause: &Clause, act: Act) -> Boxes {
        let text = clause.text.as_str();
        if clause::leaves_out(text) {
            return Boxes::new();
        }
        let place = match act {
            Act::Mention | Act::Yes if !clause.is_listed => NameContext::Prose,
            Act::Claim | Act::Ask | Act::Give if clause::is_of_group(text) => NameContext::Group,
            Act::WhoHas | Act::IsFree => NameContext::Title,
            Act::Claim | Act::Hedge | Act::Ask | Act::Other | Act::Taken | Act::Give => NameContext::Naming,
            Act::Return | Act::Free | Act::Done | Act::Mention | Act::Yes => NameContext::Naming,
        };
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
        if named.values().any(|sure| *sure > Confidence::Possible) || place == NameContext::Prose {
            return named;
        }
        let counted = self.counted(text);
        if !counted.is_empty() {
            return counted;
        }
        if named.is_empty() && clause::is_of_all(text) {
            return self.names.open().iter().map(|at| (*at, Confidence::Possible)).collect();
        }
        named
    }

    /// Boxes that are named by their place in the list.
    fn counted(&self, text: &str) -> Boxes {
        let count = self.events.len().min(MAX_BOXES);
        let numbered = clause::numbered(text);
        if !numbered.is_empty() {
            return numbered.into_iter().filter(|at| *at <= count).map(|at| (at - 1, Confidence::Likely)).collect();
        }
        let Some((from_start, number)) = clause::counted(text) else { return Boxes::new() };
        let open = self.names.open();
        let first = if from_start { 0 } else { open.len().saturating_sub(number) };
        open.iter().skip(first).take(number).map(|at| (*at, Confidence::Likely)).collect()
    }

    fn links(&self, text: &str) -> Vec<IssueRef> {
        let parts = text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | '<' | '>' | '[' | ']'));
        let is_link = |part: &&str| part.contains('#') || part.contains("://");
        let bare = |part: &str| IssueRef::parse(part.trim_end_matches(['.', ':', ';', '!', '?']), self.home);
        parts.filter(is_link).filter_map(bare).collect()
    }

    /// A name beside the link of a pull request is that of its box.
    fn note_pulls(&mut self, text: &str, boxes: &Boxes) {
        let links = self.links(text);
        if links.is_empty() {
            return;
        }
        let beside = self.names.in_text(text, &[], NameContext::Title);
        let boxes = if beside.is_empty() { boxes } else { &beside };
        for link in links.iter().filter(|_| !boxes.is_empty()) {
            self.of_pull.entry(link.clone()).or_default().extend(boxes.clone());
        }
    }

    fn act(&mut self, comment: &Comment, (act, text): (Act, &str), boxes: &Boxes, before: &Boxes) {
        match act {
            Act::Claim => self.note(comment, comment.by.as_ref(), &BoxEventKind::Claim, boxes),
            Act::Hedge => {
                let boxes = boxes.keys().map(|at| (*at, Confidence::Possible)).collect();
                self.note(comment, comment.by.as_ref(), &BoxEventKind::Claim, &boxes);
            }
            Act::Ask => self.note_less(comment, &BoxEventKind::Claim, boxes),
            Act::Other => self.note(comment, named(text).map(Text::new).as_ref(), &BoxEventKind::Claim, boxes),
            Act::Taken => self.note(comment, None, &BoxEventKind::Claim, boxes),
            Act::Give => self.give(comment, text, boxes),
            Act::Return => self.give_back(comment, if boxes.is_empty() { before } else { boxes }),
            Act::Free if boxes.is_empty() => self.give_back(comment, before),
            Act::Free => self.note(comment, comment.by.as_ref(), &BoxEventKind::Freed, boxes),
            Act::Yes => self.answer(comment),
            Act::Done => {
                let boxes = if boxes.is_empty() { before } else { boxes };
                self.note(comment, comment.by.as_ref(), &BoxEventKind::Done, boxes);
            }
            Act::Mention if clause::is_first_person(text) => {
                let boxes = boxes.iter().map(|(at, sure)| (*at, (*sure).max(Confidence::Likely))).collect();
                self.note(comment, comment.by.as_ref(), &BoxEventKind::Mention, &boxes);
            }
            Act::WhoHas | Act::IsFree | Act::Mention => {
                self.note(comment, comment.by.as_ref(), &BoxEventKind::Mention, boxes);
            }
        }
    }

    /// A person gives back what the comment names; without a name it is all that this person took.
    fn give_back(&mut self, comment: &Comment, boxes: &Boxes) {
        let all = || (0..self.events.len()).map(|at| (at, Confidence::Certain)).collect();
        let boxes = if boxes.is_empty() { all() } else { boxes.clone() };
        self.note(comment, comment.by.as_ref(), &BoxEventKind::Return, &boxes);
    }

    /// A person gives boxes to whom the comment names, or to whoever asked.
    fn give(&mut self, comment: &Comment, text: &str, boxes: &Boxes) {
        let asked = self.asked.clone().filter(|(who, ..)| *who != comment.by);
        let to = named(text).or_else(|| named(&comment.text)).map(Text::new);
        let to = to.or_else(|| asked.as_ref().and_then(|(who, ..)| who.clone()));
        let boxes = if boxes.is_empty() { asked.map(|(_, boxes, _)| boxes).unwrap_or_default() } else { boxes.clone() };
        self.note(comment, to.as_ref(), &BoxEventKind::Claim, &boxes);
    }

    /// `Yes` gives the boxes that were asked for to whoever asked; that one is free is no claim on it.
    fn answer(&mut self, comment: &Comment) {
        let Some((who, boxes, act)) = self.asked.clone() else { return };
        if who == comment.by || act == Act::IsFree {
            return;
        }
        let owner = if act == Act::Ask { who } else { comment.by.clone() };
        self.note(comment, owner.as_ref(), &BoxEventKind::Claim, &boxes);
    }

    /// A claim that names no box takes what was asked about, or what the same person named before.
    fn unnamed_claim(&mut self, comment: &Comment, mentioned: &Boxes) {
        if let [at] = mentioned.keys().collect::<Vec<_>>().as_slice() {
            let only = Boxes::from([(**at, Confidence::Likely)]);
            return self.note(comment, comment.by.as_ref(), &BoxEventKind::Claim, &only);
        }
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
        let does = |act: Act| clauses.iter().any(|clause| clause.act == act);
        let asks = match (does(Act::Ask), does(Act::WhoHas) || does(Act::IsFree), does(Act::Claim)) {
            (true, ..) | (_, true, true) => Some(Act::Ask),
            (_, true, false) => Some(if does(Act::WhoHas) { Act::WhoHas } else { Act::IsFree }),
            (_, false, _) => None,
        };
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

    /// A pull request is for what its title names, or a comment beside its number, its body or its files.
    fn pull(&mut self, pull: &MentioningPull) {
        let mut boxes = self.of_pull(pull);
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

    fn of_pull(&self, pull: &MentioningPull) -> Boxes {
        let is_settled = |boxes: &Boxes, least: Confidence| boxes.values().any(|sure| *sure >= least);
        let by_link = self.names.in_text("", std::slice::from_ref(&pull.id), NameContext::Naming);
        let by_title = self.names.in_text(&pull.title, &self.links(&pull.title), NameContext::Title);
        if is_settled(&by_link, Confidence::Possible) || is_settled(&by_title, Confidence::Certain) {
            return if by_link.is_empty() { by_title } else { by_link };
        }
        let by_comment = self.of_pull.get(&pull.id).cloned().unwrap_or_default();
        let body = written(&pull.body);
        let by_body = lowered(self.names.in_text(&body, &self.links(&body), NameContext::Prose));
        let by_files = self.names.in_files(&pull.files);
        let all = [by_comment, by_title, by_body, by_files];
        let mut settled = all.iter().filter(|boxes| is_settled(boxes, Confidence::Likely));
        let mut likely = settled.next();
        // A group that is named by its box is narrowed down by what names boxes below it.
        if let Some(group) = likely.filter(|boxes| self.names.is_group(boxes)) {
            let is_within = |boxes: &&Boxes| boxes.len() < group.len() && boxes.keys().all(|at| group.contains_key(at));
            likely = settled.find(is_within).or(likely);
        }
        likely.or_else(|| all.iter().find(|boxes| !boxes.is_empty())).cloned().unwrap_or_default()
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

/// The person that a text names: the one behind `by`, else the first.
fn named(text: &str) -> Option<&str> {
    let rest = text.split_once(" by @").or_else(|| text.split_once('@'))?.1;
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len());
    rest.get(..end).filter(|login| !login.is_empty())
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

/// Whether a title says that it is not all of it: `part 3`, `[1/4]`, `two more`.
fn is_part(title: &str) -> bool {
    const WORDS: [&str; 14] = [
        "more",
        "some",
        "several",
        "few",
        "two",
        "three",
        "four",
        "five",
        "initial",
        "partial",
        "partially",
        "wip",
        "follow-up",
        "followup",
    ];
    let lower = title.to_lowercase();
    let numbered =
        |lead: &str| lower.split(lead).skip(1).any(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()));
    let mut words = lower.split(|c: char| !c.is_alphanumeric() && c != '-');
    numbered("part ")
        || (numbered("[") || numbered("(")) && lower.contains('/')
        || words.any(|word| WORDS.contains(&word))
}
