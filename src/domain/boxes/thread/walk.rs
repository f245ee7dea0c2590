//! Walks through the clauses of a comment with the context of the earlier ones.

use super::{Boxes, NameContext, Thread, ThreadComment};
use crate::domain::Confidence;
use crate::domain::boxes::clause::{self, Act, Clause};
use crate::domain::boxes::found::raise;

/// What a comment claims.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Claimed {
    #[default]
    Nothing,
    /// Something without a name.
    Unnamed,
    /// A box by its name.
    Named,
}

/// The context of a clause within its comment.
#[derive(Default)]
pub(super) struct ClauseWalk<'t> {
    /// The act of the last sentence, which the entries of a list below it inherit.
    last: Act,
    /// The last sentence that is not an entry of a list.
    above: &'t str,
    /// Every box named so far.
    pub(super) all: Boxes,
    /// The boxes named last.
    before: Boxes,
    /// The boxes that the comment is about.
    subject: Boxes,
    pub(super) claimed: Claimed,
    /// Whether the sentence above a list says that its boxes are still open.
    is_of_open: bool,
}

impl Thread<'_> {
    /// Applies a clause, given the next one.
    pub(super) fn clause<'t>(
        &mut self,
        comment: &ThreadComment,
        (clause, next): (&'t Clause, Option<&Clause>),
        read: &mut ClauseWalk<'t>,
    ) {
        let quoted = self.names.of_lines(&clause.quoted);
        if !quoted.is_empty() {
            (read.subject, read.before) = (quoted.clone(), quoted);
        }
        let act = clause.act_below(read.last);
        read.last = if clause.is_listed || act == Act::Mention && clause.goes_on() { read.last } else { act };
        let mut boxes = self.boxes_or_subject(clause, act, &read.subject);
        // `Working on examples/svm:` followed by a list of files claims only these files.
        let entry = next.filter(|next| clause.text.ends_with(':') && next.is_listed);
        if entry.is_some_and(|entry| self.is_narrowed(&boxes, entry)) {
            boxes.clear();
        }
        if entry.is_none() {
            self.note_pulls(&clause.text, if boxes.is_empty() { &read.before } else { &boxes });
        }
        if clause.is_listed {
            self.link_pulls(read.above, &boxes);
        } else {
            read.above = &clause.text;
        }
        if act == Act::Claim {
            read.claimed = read.claimed.max(if boxes.is_empty() { Claimed::Unnamed } else { Claimed::Named });
        }
        let is_guess = boxes.values().all(|sure| *sure == Confidence::Possible);
        if act == Act::Claim && is_guess && clause::names_heading(&clause.text) {
            self.claim_of_open(comment);
        }
        if !read.is_open_list(clause) || act != Act::Mention {
            self.act(comment, (act, clause), &boxes, &read.before);
        }
        read.subject = self.subject(clause, &boxes, std::mem::take(&mut read.subject));
        read.remember(clause, boxes);
    }

    /// Whether the first entry of a list names fewer of the boxes than the sentence above it.
    fn is_narrowed(&self, boxes: &Boxes, entry: &Clause) -> bool {
        let named = self.names.in_text(&entry.text, &self.links(&entry.text), NameContext::Naming);
        named.len() < boxes.len() && named.keys().any(|at| boxes.contains_key(at))
    }
}

impl ClauseWalk<'_> {
    /// Whether a clause belongs to a list of open boxes.
    fn is_open_list(&mut self, clause: &Clause) -> bool {
        self.is_of_open = if clause.is_listed { self.is_of_open } else { clause::is_of_open(clause) };
        self.is_of_open
    }

    fn remember(&mut self, clause: &Clause, boxes: Boxes) {
        for (at, sure) in &boxes {
            raise(&mut self.all, *at, *sure);
        }
        match (boxes.is_empty(), clause.is_listed) {
            (true, _) => {}
            (false, true) => self.before.extend(boxes),
            (false, false) => self.before = boxes,
        }
    }
}
