//! Name matching for a single word.

use std::collections::BTreeSet;

use super::{BoxNames, is_folder};
use crate::domain::Confidence;
use crate::domain::boxes::aliases;
use crate::domain::boxes::found::{NameContext, NamedBoxes};
use crate::domain::boxes::words::{self, TextWord};

impl BoxNames {
    /// Adds the boxes that a word names; returns whether it names any.
    pub(super) fn word(
        &self,
        word: &TextWord,
        beside: [Option<&TextWord>; 2],
        (place, is_called): (NameContext, bool),
        found: &mut NamedBoxes,
    ) -> bool {
        let sure = self.sureness(word, place, is_called);
        let [_, next] = beside;
        let pair = next.map(|next| format!("{}{}", word.key, words::digits(&next.key)));
        let shorter = [aliases::without_group_kind(&word.raw), aliases::without_ending(&word.raw)];
        let folder = self.folders.get(&word.key).filter(|_| word.is_folder && is_folder(word, place));
        let is_inside = found.inside.contains(&found.word);
        let is_context = || is_inside || beside.into_iter().flatten().any(|other| self.is_below(other, word));
        if let Some(all) = folder.or_else(|| self.section(word, place).filter(|_| !is_context())) {
            found.raise_all(all, Confidence::Likely);
        } else if let Some(boxes) = pair.as_ref().and_then(|pair| self.lookup(pair)) {
            found.note(boxes, sure.max(Confidence::Likely));
        } else if let Some(boxes) = self.lookup(&word.key).or_else(|| self.by_initials(word)) {
            found.note(boxes, sure);
        } else if let Some(boxes) = shorter.into_iter().flatten().find_map(|shorter| self.lookup(&words::key(shorter)))
        {
            found.note(boxes, sure.min(Confidence::Likely));
        } else if let Some(all) = self.folders.get(&word.key).filter(|_| !is_inside && is_folder(word, place)) {
            found.raise_all(all, Confidence::Likely);
        } else {
            return self.part(word, place, found);
        }
        true
    }

    /// The boxes below the heading that a claim names, unless a box has that name itself.
    fn section(&self, word: &TextWord, place: NameContext) -> Option<&BTreeSet<usize>> {
        let is_claim = match place {
            NameContext::Naming | NameContext::Group => true,
            NameContext::Title => words::is_identifier(&word.raw),
            NameContext::Own | NameContext::Prose => false,
        };
        self.sections.get(&word.key).filter(|_| is_claim && !self.exact.contains_key(&word.key))
    }

    /// The indexes of the words inside the full name of a box, if it has several: `Windows 2022 agents`.
    pub(super) fn inside_names(&self, words: &[TextWord]) -> BTreeSet<usize> {
        const MAX_WORDS: usize = 8;
        let mut inside = BTreeSet::new();
        for start in 0..words.len() {
            let mut name = String::new();
            for (at, word) in words.iter().enumerate().skip(start).take(MAX_WORDS) {
                name.push_str(&word.key);
                if at > start && self.whole.contains_key(words::stem(&name)) {
                    inside.extend(start..=at);
                }
            }
        }
        inside
    }

    /// Whether a word belongs to a box below the heading that the word beside it names: `user docs` is one of the docs.
    fn is_below(&self, beside: &TextWord, heading: &TextWord) -> bool {
        let Some(below) = self.sections.get(&heading.key) else { return false };
        let named = [self.by_word.get(words::stem(&beside.key)), self.lookup(&beside.key)];
        named.into_iter().flatten().any(|own| !own.is_disjoint(below))
    }

    /// The box whose name differs from the last one only in its suffix: `BatchNorm1d and 2d`.
    pub(super) fn sibling(&self, last: &TextWord, word: &TextWord) -> Option<&BTreeSet<usize>> {
        const MIN_SHARED_LETTERS: usize = 3;
        let shared = last.key.len().checked_sub(word.key.len()).filter(|shared| *shared >= MIN_SHARED_LETTERS)?;
        let start = last.key.get(..shared).filter(|_| word.key.len() > 1 && words::is_identifier(&word.raw))?;
        self.lookup(&format!("{start}{}", word.key))
    }

    /// Adds the boxes that parts of a word name: a path suffix, the type of a field, or all names between slashes.
    fn part(&self, word: &TextWord, place: NameContext, found: &mut NamedBoxes) -> bool {
        let listed: Vec<_> = word.key.split('/').filter_map(|part| self.lookup(part)).collect();
        if listed.len() > 1 && listed.len() == word.key.split('/').count() {
            for boxes in listed {
                found.note(boxes, Confidence::Likely);
            }
            return true;
        }
        let end = word.key.match_indices('/').find_map(|(at, _)| self.lookup(word.key.get(at + 1..)?));
        // A field belongs to its type: `FlowSchema.Spec`.
        let field = word.raw.split_once('.').filter(|(kind, _)| kind.starts_with(char::is_uppercase));
        let kind = field.and_then(|(kind, _)| self.exact.get(&words::key(kind)));
        let is_said_beside = matches!(place, NameContext::Prose | NameContext::Own);
        let sure = if is_said_beside { Confidence::Possible } else { Confidence::Likely };
        let Some(boxes) = end.or(kind) else { return false };
        found.note(boxes, sure);
        true
    }

    fn by_initials(&self, word: &TextWord) -> Option<&BTreeSet<usize>> {
        let letters = word.raw.trim_end_matches('s');
        words::is_in_capitals(letters).then(|| self.short.get(&format!("^{}", words::key(letters))))?
    }
}
