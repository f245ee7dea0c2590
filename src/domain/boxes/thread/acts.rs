//! Acts: applies the act of a clause to the boxes it names.

use super::{BoxEvent, BoxEventKind, Boxes, MAX_WORDS_OF_ANSWER, Thread, ThreadComment};
use crate::domain::boxes::clause::{self, Act, Clause};
use crate::domain::boxes::found::{each, guesses, lowered};
use crate::domain::boxes::phrases::PhraseKind;
use crate::domain::boxes::prose::Prose;
use crate::domain::{Confidence, Text};

impl Thread<'_> {
    /// Adds the events of a clause, given its boxes and those of the clauses before it.
    pub(super) fn act(
        &mut self,
        comment: &ThreadComment,
        (act, clause): (Act, &Clause),
        boxes: &Boxes,
        before: &Boxes,
    ) {
        let text = &clause.text;
        match act {
            Act::Claim => {
                self.replace(comment, text, boxes);
                self.note(comment, comment.by.as_ref(), &BoxEventKind::Claim, boxes);
            }
            Act::Hedge => {
                self.note(comment, comment.by.as_ref(), &BoxEventKind::Claim, &guesses(boxes));
            }
            Act::Ask => self.note_as_likely(comment, &BoxEventKind::Claim, boxes),
            Act::Other => {
                let boxes = if boxes.is_empty() && clause::has_pointer(text) { before } else { boxes };
                self.note(comment, clause::named(text).map(Text::new).as_ref(), &BoxEventKind::Claim, boxes);
            }
            Act::Taken => self.note(comment, None, &BoxEventKind::Claim, boxes),
            Act::Give => self.give(comment, text, boxes),
            Act::Return => self.hand_back(comment, text, if boxes.is_empty() { before } else { boxes }),
            Act::Free if boxes.is_empty() && clause::invites(text) => {}
            Act::Free if boxes.is_empty() => self.give_back(comment, before),
            Act::Free => self.note(comment, comment.by.as_ref(), &BoxEventKind::Freed, boxes),
            Act::Yes => self.answer(comment),
            // `Done` answers a request to be assigned.
            Act::Done if boxes.is_empty() && before.is_empty() && self.is_answered(comment, text) => {
                self.answer(comment);
            }
            Act::Done => {
                let is_answer = || comment.text.split_whitespace().count() <= MAX_WORDS_OF_ANSWER;
                let asked = self.asked.as_ref().map(|(_, boxes, _)| boxes).filter(|_| is_answer());
                let named = [Some(boxes), Some(before), asked].into_iter().flatten().find(|boxes| !boxes.is_empty());
                let done = named.cloned().unwrap_or_default();
                self.note(comment, comment.by.as_ref(), &BoxEventKind::Done, &done);
            }
            Act::Mention if clause.gives() && boxes.values().any(|sure| *sure > Confidence::Possible) => {
                self.give(comment, text, &lowered(boxes.clone()));
            }
            Act::Mention if clause.is_own_work() => {
                let (sure, unsure): (Boxes, Boxes) =
                    boxes.iter().map(|(at, sure)| (*at, *sure)).partition(|(_, sure)| *sure > Confidence::Possible);
                self.note_as_likely(comment, &BoxEventKind::Claim, &sure);
                let unsure = each(unsure.into_keys(), Confidence::Likely);
                self.note(comment, comment.by.as_ref(), &BoxEventKind::Mention, &unsure);
            }
            // `Which providers are still available?` is about none of them in particular.
            Act::IsFree if self.names.is_group(boxes) || self.names.is_section(boxes) => {}
            // `+1` raises no doubt.
            Act::Mention if text.starts_with("+1") => {}
            Act::WhoHas | Act::IsFree | Act::Mention => {
                self.note(comment, comment.by.as_ref(), &BoxEventKind::Mention, boxes);
            }
        }
    }

    /// A person claims boxes in exchange for earlier ones, which may be free now.
    fn replace(&mut self, comment: &ThreadComment, text: &Prose, boxes: &Boxes) {
        if boxes.is_empty() || !clause::replaces(text) {
            return;
        }
        let named = self.named.clone().filter(|(who, _)| *who == comment.by).map(|(_, boxes)| boxes);
        let mut before = named.unwrap_or_else(|| only_one(self.held(comment)));
        before.retain(|at, _| !boxes.contains_key(at));
        self.note(comment, comment.by.as_ref(), &BoxEventKind::Return, &before);
        let before = each(before.into_keys(), Confidence::Likely);
        self.note(comment, comment.by.as_ref(), &BoxEventKind::Mention, &before);
    }

    /// A person returns boxes, perhaps for someone else.
    fn hand_back(&mut self, comment: &ThreadComment, text: &Prose, boxes: &Boxes) {
        let held = if boxes.is_empty() { self.held(comment) } else { boxes.clone() };
        self.give_back(comment, boxes);
        if let Some(heir) = clause::heir(text) {
            self.note(comment, Some(&Text::new(heir)), &BoxEventKind::Claim, &held);
        }
    }

    /// A person returns the named boxes, or, without a name, all boxes they claimed.
    fn give_back(&mut self, comment: &ThreadComment, boxes: &Boxes) {
        let given = if boxes.is_empty() { each(0..self.events.len(), Confidence::Certain) } else { boxes.clone() };
        // If the person never had it, it may be work instead of a return: `3.8 is out of date, dropping it`.
        let is_own = |event: &BoxEvent| event.who == comment.by && event.what != BoxEventKind::Mention;
        let had = |at: &usize| self.events.get(*at).is_some_and(|events| events.iter().any(is_own));
        let drops = comment.text.to_lowercase().contains("drop");
        let odd = each(boxes.keys().copied().filter(|at| drops && !had(at)), Confidence::Likely);
        self.note(comment, comment.by.as_ref(), &BoxEventKind::Return, &given);
        self.note(comment, comment.by.as_ref(), &BoxEventKind::Mention, &odd);
    }

    /// Gives boxes to the person that the comment mentions, else to the one who asked.
    fn give(&mut self, comment: &ThreadComment, text: &str, boxes: &Boxes) {
        let asked = self.asked.clone().filter(|(who, ..)| *who != comment.by);
        let to = clause::named(text).or_else(|| clause::named(&comment.text)).map(Text::new);
        let to = to.or_else(|| asked.as_ref().and_then(|(who, ..)| who.clone()));
        let boxes = if boxes.is_empty() { asked.map(|(_, boxes, _)| boxes).unwrap_or_default() } else { boxes.clone() };
        self.note(comment, to.as_ref(), &BoxEventKind::Claim, &boxes);
    }

    /// Whether `done` means that the person who asked now has the boxes.
    fn is_answered(&self, comment: &ThreadComment, text: &Prose) -> bool {
        !clause::is_done_by_change(text)
            && self.asked.as_ref().is_some_and(|(who, _, act)| *who != comment.by && *act == Act::Ask)
    }

    /// Applies an answer: `yes` gives the boxes to the person who asked. An answer that a box is free claims nothing.
    fn answer(&mut self, comment: &ThreadComment) {
        let Some((who, boxes, act)) = self.asked.clone() else { return };
        let is_let = comment.text.says(PhraseKind::Lets);
        if who == comment.by || act == Act::IsFree && !is_let || clause::offers_choice(&comment.text) {
            return;
        }
        self.asked = None;
        let is_asker = act == Act::Ask || is_let;
        let owner = if is_asker { who } else { comment.by.clone() };
        self.note(comment, owner.as_ref(), &BoxEventKind::Claim, &boxes);
    }
}

/// The boxes if there is exactly one, else none.
fn only_one(boxes: Boxes) -> Boxes {
    if boxes.len() == 1 { boxes } else { Boxes::new() }
}
