//! Matches: the boxes that a text names, collected while it is read.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::Confidence;

/// Where a name is looked for: plain words such as `pod` are names only where the place says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameContext {
    /// A clause that claims or returns something, or a line of a list.
    Naming,
    /// A clause that claims or returns all of a group, such as a folder.
    Group,
    /// The title of a pull request.
    Title,
    /// What the author says of their own work: plain words are names.
    Own,
    /// Any other text.
    Prose,
}

/// Boxes, and how surely they are meant.
pub(super) type Boxes = BTreeMap<usize, Confidence>;

/// Boxes that are at most likely meant.
pub(super) fn lowered(boxes: Boxes) -> Boxes {
    boxes.into_iter().map(|(at, sure)| (at, sure.min(Confidence::Likely))).collect()
}

/// Boxes that may be meant.
pub(super) fn guesses(boxes: &Boxes) -> Boxes {
    boxes.keys().map(|at| (*at, Confidence::Possible)).collect()
}

/// The only box that may be meant is.
pub(super) fn only(boxes: Boxes) -> Boxes {
    let is_only = boxes.len() == 1;
    boxes.into_iter().map(|(at, sure)| (at, if is_only { sure.max(Confidence::Likely) } else { sure })).collect()
}

/// What a text was found to name.
#[derive(Default)]
pub(super) struct NamedBoxes {
    /// Each box with how surely it is named, and by which word.
    pub(super) boxes: BTreeMap<usize, (Confidence, usize)>,
    /// The boxes of names that fit several.
    pub(super) shared: Vec<BTreeSet<usize>>,
    /// Which word is being looked at.
    pub(super) word: usize,
    /// The boxes of names that follow each other without other words.
    pub(super) row: Vec<usize>,
}

impl NamedBoxes {
    /// Plain words in a row with a sure name are names as well: `flask, jinja2 and werkzeug`.
    pub(super) fn end_row(&mut self, place: NameContext) {
        let row = std::mem::take(&mut self.row);
        let is_sure = |at: &usize| self.boxes.get(at).is_some_and(|(sure, _)| *sure > Confidence::Possible);
        if matches!(place, NameContext::Naming | NameContext::Group) && row.iter().any(is_sure) {
            for at in row {
                self.raise(at, Confidence::Likely);
            }
        }
    }

    /// Notes the boxes of a name. One that fits several stays open until other words settle it.
    pub(super) fn note(&mut self, boxes: &BTreeSet<usize>, sure: Confidence) {
        if boxes.len() == 1 {
            self.row.extend(boxes);
            for at in boxes {
                self.raise(*at, sure);
            }
        } else {
            self.shared.push(boxes.clone());
        }
    }

    pub(super) fn raise(&mut self, at: usize, sure: Confidence) {
        let own = self.boxes.entry(at).or_insert((sure, self.word));
        own.0 = sure.max(own.0);
    }
}

/// Makes a box at least as sure.
pub(super) fn raise(named: &mut Boxes, at: usize, sure: Confidence) {
    let own = named.entry(at).or_insert(sure);
    *own = sure.max(*own);
}
