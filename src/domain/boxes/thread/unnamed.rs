//! Claims that name no box: answers, and claims of the whole issue.

use std::collections::BTreeSet;

use super::{BoxEvent, BoxEventKind, Boxes, MAX_WORDS_OF_ANSWER, NameContext, Thread, ThreadComment};
use crate::domain::boxes::clause::{self, Act, Clause};
use crate::domain::boxes::found::{each, guesses, lowered, only};
use crate::domain::boxes::hints;
use crate::domain::{Confidence, Text};

/// A list of at most this many open boxes can be requested as a whole.
const SHORT_LIST: usize = 10;

impl Thread<'_> {
    /// The boxes of a clause. A claim that names none is about the boxes of the sentences before it: `events is in our
    /// fork, I will send it`.
    pub(super) fn boxes_or_subject(&self, clause: &Clause, act: Act, subject: &Boxes) -> Boxes {
        let boxes = self.boxes(clause, act);
        let text = &clause.text;
        let takes = matches!(act, Act::Claim | Act::Ask) || clause.is_own_work() && clause::is_of_same(text);
        let is_of_before = || clause::has_pointer(text) || !hints::has_object(text);
        if !takes || !boxes.is_empty() || clause.is_listed || !is_of_before() {
            return boxes;
        }
        only(lowered(subject.clone()))
    }

    /// The boxes that a comment is about after a clause.
    pub(super) fn subject(&self, clause: &Clause, boxes: &Boxes, before: Boxes) -> Boxes {
        if boxes.is_empty() {
            let families = each(self.near.families(&clause.text), Confidence::Likely);
            return if families.is_empty() { before } else { families };
        }
        let mut subject = if clause.is_listed { before } else { Boxes::new() };
        subject.extend(self.names.in_text(&clause.text, &self.links(&clause.text), NameContext::Own));
        subject.extend(boxes.iter().filter(|(_, sure)| **sure > Confidence::Possible).map(|(at, sure)| (*at, *sure)));
        subject
    }

    /// Resolves a claim that names no box: to the boxes of a question, or to those the same person named before.
    pub(super) fn unnamed_claim(&mut self, comment: &ThreadComment, mentioned: &Boxes) {
        if !mentioned.is_empty() {
            return self.note_as_likely(comment, &BoxEventKind::Claim, &only(mentioned.clone()));
        }
        // A text with near matches claims these; it is not an answer.
        let is_named = !clause::has_pointer(&comment.text) || hints::has_name(&comment.text);
        if is_named && !self.near.in_text(&comment.text, &BTreeSet::new()).is_empty() {
            return;
        }
        let is_reply = self.asked.is_some() && clause::replies(&comment.text);
        if !is_reply && !clause::has_pointer(&comment.text) && hints::has_object(&comment.text) {
            return self.unknown_claim(comment);
        }
        self.claim_of_before(comment);
    }

    /// Resolves a claim with a pronoun: to the boxes of a question, or to those of the last comment.
    fn claim_of_before(&mut self, comment: &ThreadComment) {
        // A long sentence without a name is not about boxes.
        let is_answer = comment.text.split_whitespace().count() <= MAX_WORDS_OF_ANSWER;
        let asked = self.asked.clone().filter(|(who, ..)| is_answer && *who != comment.by).map(|(_, boxes, _)| boxes);
        let is_open = |boxes: &Boxes| boxes.keys().any(|at| self.names.open().contains(at));
        let own = self.named.clone().filter(|(who, boxes)| *who == comment.by && is_open(boxes));
        let own = own.map(|(_, boxes)| boxes);
        if let Some(boxes) = own.or(asked) {
            self.asked = None;
            return self.note_as_likely(comment, &BoxEventKind::Claim, &boxes);
        }
        // A reply without a name answers the previous comment, and may mean any of the boxes that comment names.
        let is_left =
            |who: Option<&Text>, boxes: &Boxes| is_open(boxes) && !boxes.keys().any(|at| self.is_held(*at, who));
        let named = self.named.clone().filter(|(who, boxes)| is_answer && is_left(who.as_ref(), boxes));
        let Some((_, boxes)) = named else {
            return self.claim_of_several(comment);
        };
        self.note(comment, comment.by.as_ref(), &BoxEventKind::Claim, &only(guesses(&boxes)));
    }

    /// Resolves a claim of an unknown name: to boxes that are spelled alike, else to any box.
    fn unknown_claim(&mut self, comment: &ThreadComment) {
        let alike = self.near.alike(&comment.text);
        if alike.is_empty() {
            if hints::has_name(&comment.text) {
                self.claim_of_open(comment);
            }
            return;
        }
        self.note(comment, comment.by.as_ref(), &BoxEventKind::Claim, &each(alike, Confidence::Possible));
    }

    /// Whether a person claimed a box by its name.
    fn is_held(&self, at: usize, who: Option<&Text>) -> bool {
        let is_claim = |event: &BoxEvent| event.what == BoxEventKind::Claim && event.sure > Confidence::Possible;
        self.events
            .get(at)
            .is_some_and(|events| events.iter().any(|event| event.who.as_ref() == who && is_claim(event)))
    }

    /// The boxes that the author of a comment has claimed and not returned.
    pub(super) fn held(&self, comment: &ThreadComment) -> Boxes {
        let is_own = |event: &&BoxEvent| event.who == comment.by && event.what != BoxEventKind::Mention;
        let last = |events: &[BoxEvent]| events.iter().rfind(is_own).cloned();
        let all = self.events.iter().enumerate().filter_map(|(at, events)| Some((at, last(events)?)));
        all.filter(|(_, event)| event.what == BoxEventKind::Claim).map(|(at, event)| (at, event.sure)).collect()
    }

    /// A claim of several boxes without names may mean any open box: `I'll pick them this week`.
    fn claim_of_several(&mut self, comment: &ThreadComment) {
        let comes_near = || !self.near.in_text(&comment.text, &BTreeSet::new()).is_empty();
        let is_of_several = |clause: &Clause| clause.act == Act::Claim && clause::is_of_several(&clause.text);
        if clause::of(&comment.text).iter().any(is_of_several) && !comes_near() {
            self.claim_of_open(comment);
        }
    }

    /// Remembers a request for a whole short list: `can I take this issue?`
    pub(super) fn remember_whole(&mut self, comment: &ThreadComment, clauses: &[Clause]) {
        let asks = |clause: &Clause| clause.act == Act::Ask;
        let is_unknown = !clause::has_pointer(&comment.text) && hints::has_object(&comment.text);
        if is_unknown && clauses.iter().any(asks) && self.near.in_text(&comment.text, &BTreeSet::new()).is_empty() {
            return self.unknown_claim(comment);
        }
        let open = self.names.open();
        let is_whole = |clause: &Clause| clause.act == Act::Ask && clause::has_pointer(&clause.text);
        if open.len() <= SHORT_LIST && clauses.iter().any(is_whole) && !hints::has_name(&comment.text) {
            let open = each(open.iter().copied(), Confidence::Likely);
            self.asked = Some((comment.by.clone(), open, Act::Ask));
        }
    }

    /// Adds a possible claim to every open box.
    pub(super) fn claim_of_open(&mut self, comment: &ThreadComment) {
        let open = each(self.names.open().iter().copied(), Confidence::Possible);
        self.note(comment, comment.by.as_ref(), &BoxEventKind::Claim, &open);
    }
}
