//! Assigns pull requests to boxes.

use crate::domain::wording::PhraseList;
use std::collections::BTreeSet;

use super::{BoxEvent, BoxEventKind, Boxes, NameContext, Thread};
use crate::domain::boxes::clause;
use crate::domain::boxes::found::{each, guesses, lowered, only};
use crate::domain::boxes::prose::Prose;
use crate::domain::{Confidence, MentioningPull, PullState, Text};

impl Thread<'_> {
    /// Adds a pull request to the boxes named by its title, a comment next to its number, its body or its files.
    pub(super) fn pull(&mut self, pull: &MentioningPull) {
        let mut boxes = self.of_pull(pull);
        if is_part(&pull.title) && pull.state == PullState::Merged {
            boxes = guesses(&boxes);
        }
        if self.names.is_group(&boxes) {
            for sure in boxes.values_mut().skip(1) {
                *sure = Confidence::Possible;
            }
        }
        if boxes.is_empty() {
            boxes = self.claimed_by(pull.author.as_ref());
        }
        boxes.extend(each(self.near_pull(pull, &boxes), Confidence::Possible));
        for (at, sure) in boxes {
            let what = BoxEventKind::Pull(pull.id.clone(), pull.state);
            let event = BoxEvent { at: pull.updated, who: pull.author.clone(), what, sure };
            self.events.get_mut(at).into_iter().for_each(|events| events.push(event.clone()));
        }
    }

    fn of_pull(&self, pull: &MentioningPull) -> Boxes {
        let is_settled = |boxes: &Boxes, least: Confidence| boxes.values().any(|sure| *sure >= least);
        let by_link = self.names.in_text(&Prose::new(""), std::slice::from_ref(&pull.id), NameContext::Naming);
        let title = Prose::new(&pull.title);
        let by_title = self.names.in_text(&title, &self.links(&title), NameContext::Title);
        if is_settled(&by_link, Confidence::Possible) {
            return by_link;
        }
        let body = Prose::new(written(&pull.body));
        let by_body = lowered(self.names.in_text(&body, &self.links(&body), NameContext::Prose));
        if is_settled(&by_title, Confidence::Certain) {
            // The title may only name a folder of the boxes in the body: `pandas.Series`.
            let is_narrowed = self.names.are_above(&by_title, &by_body);
            return if is_narrowed { by_body } else { self.without_plain_words(by_title, &title) };
        }
        let by_repo = if pull.id.repo == *self.home {
            Boxes::new()
        } else {
            self.names.in_text(&Prose::new(pull.id.repo.as_str()), &[], NameContext::Title)
        };
        let by_comment = self.of_pull.get(&pull.id).cloned().unwrap_or_default();
        let by_files = self.names.in_files(&pull.files);
        let covered = each(self.near.covered(&title), Confidence::Likely);
        let all = [by_comment, by_title, by_repo, by_body, by_files, covered];
        let [by_comment, by_title, .., by_files, _] = &all;
        // Changed files are facts: a name in the title that they do not confirm is a guess.
        let is_of_title = is_settled(by_title, Confidence::Likely) && by_comment.is_empty();
        if is_of_title && is_settled(by_files, Confidence::Likely) {
            return guesses(by_title).into_iter().chain(by_files.clone()).collect();
        }
        // If a comment names more boxes than the title, only the boxes of the title are meant.
        if is_of_title_in_comment(by_title, by_comment) {
            return by_title.clone();
        }
        let mut settled = all.iter().filter(|boxes| is_settled(boxes, Confidence::Likely));
        let mut likely = settled.next();
        // A name of boxes inside a group is more exact than the name of the group.
        if let Some(group) = likely.filter(|boxes| self.names.is_group(boxes)) {
            let is_within = |boxes: &&Boxes| boxes.len() < group.len() && boxes.keys().all(|at| group.contains_key(at));
            likely = settled.find(is_within).or(likely);
        }
        likely.or_else(|| all.iter().find(|boxes| !boxes.is_empty())).cloned().unwrap_or_default()
    }

    /// Lowers plain words next to a certain name to guesses, unless joined to a name: `darts and collatz-conjecture`.
    fn without_plain_words(&self, boxes: Boxes, title: &str) -> Boxes {
        let joined = self.names.in_text(&Prose::new(clause::joined(title)), &[], NameContext::Title);
        let is_name = |at: &usize, sure: Confidence| sure == Confidence::Certain || joined.contains_key(at);
        let sure = |(at, sure)| (at, if is_name(&at, sure) { sure } else { Confidence::Possible });
        boxes.into_iter().map(sure).collect()
    }

    /// The near matches of a title.
    fn near_pull(&self, pull: &MentioningPull, named: &Boxes) -> BTreeSet<usize> {
        let known: BTreeSet<usize> = named.keys().copied().collect();
        self.near.in_text(&self.names.without(&Prose::new(&pull.title), &known), &known)
    }

    /// The boxes that the author claimed: a pull request that names no box is for these.
    fn claimed_by(&self, author: Option<&Text>) -> Boxes {
        let is_own = |event: &BoxEvent| {
            let is_claim = event.what == BoxEventKind::Claim && event.sure > Confidence::Possible;
            is_claim && event.who.as_ref() == author && author.is_some()
        };
        if let Some(claimed) = self.last_claimed.get(&author.cloned()) {
            return claimed.clone();
        }
        let own = self.events.iter().enumerate().filter(|(_, events)| events.iter().any(is_own));
        only(each(own.map(|(at, _)| at), Confidence::Possible))
    }
}

/// Whether a title names some of the boxes that a comment names.
fn is_of_title_in_comment(title: &Boxes, comment: &Boxes) -> bool {
    let is_sure = title.values().any(|sure| *sure > Confidence::Possible);
    is_sure && title.len() < comment.len() && title.keys().all(|at| comment.contains_key(at))
}

/// The text of a body that a person wrote, without headings, quotes and comments of the template.
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

/// Whether a title says that the change is only a part: `part 3`, `[1/4]`, `two more`.
fn is_part(title: &str) -> bool {
    static WORDS: PhraseList = PhraseList::new(
        "more; some; several; few; two; three; four; five; initial; partial; partially; wip; follow-up; followup",
    );
    let lower = title.to_lowercase();
    let numbered =
        |lead: &str| lower.split(lead).skip(1).any(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()));
    let mut words = lower.split(|c: char| !c.is_alphanumeric() && c != '-');
    numbered("part ") || (numbered("[") || numbered("(")) && lower.contains('/') || words.any(|word| WORDS.has(word))
}
