//! Collects the boxes that a text names.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::Confidence;

/// The context in which names are searched: it decides whether plain words such as `pod` are names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameContext {
    /// A clause that claims or returns a box, or a line of a list.
    Naming,
    /// A clause that claims or returns a whole group, such as a folder.
    Group,
    /// The title of a pull request.
    Title,
    /// A statement of the author about their own work: plain words are names.
    Own,
    /// Any other text.
    Prose,
}

/// Boxes with the confidence that they are meant.
pub(super) type Boxes = BTreeMap<usize, Confidence>;

/// Returns boxes with one confidence.
pub(super) fn each(boxes: impl IntoIterator<Item = usize>, sure: Confidence) -> Boxes {
    boxes.into_iter().map(|at| (at, sure)).collect()
}

/// Lowers the confidence to at most likely.
pub(super) fn lowered(boxes: Boxes) -> Boxes {
    boxes.into_iter().map(|(at, sure)| (at, sure.min(Confidence::Likely))).collect()
}

/// Lowers the confidence to possible.
pub(super) fn guesses(boxes: &Boxes) -> Boxes {
    each(boxes.keys().copied(), Confidence::Possible)
}

/// Raises a single box to at least likely.
pub(super) fn only(boxes: Boxes) -> Boxes {
    let is_only = boxes.len() == 1;
    boxes.into_iter().map(|(at, sure)| (at, if is_only { sure.max(Confidence::Likely) } else { sure })).collect()
}

/// The boxes named by a text.
#[derive(Default)]
pub(super) struct NamedBoxes {
    /// Each box with its confidence and the index of the word that names it.
    pub(super) boxes: BTreeMap<usize, (Confidence, usize)>,
    /// The boxes of names that fit several.
    pub(super) shared: Vec<BTreeSet<usize>>,
    /// The indexes of the words inside the full name of a box, which name nothing else.
    pub(super) inside: BTreeSet<usize>,
    /// The index of the current word.
    pub(super) word: usize,
    /// The boxes of a row of names without other words in between.
    pub(super) row: Vec<usize>,
}

impl NamedBoxes {
    /// Ends a row of names. Plain words in a row with a sure name are names as well: `flask, jinja2 and werkzeug`.
    pub(super) fn end_row(&mut self, place: NameContext) {
        let row = std::mem::take(&mut self.row);
        let is_sure = |at: &usize| self.boxes.get(at).is_some_and(|(sure, _)| *sure > Confidence::Possible);
        if matches!(place, NameContext::Naming | NameContext::Group) && row.iter().any(is_sure) {
            self.raise_all(&row, Confidence::Likely);
        }
    }

    /// Adds the boxes of a name. A name that fits several boxes stays ambiguous until other words decide.
    pub(super) fn note(&mut self, boxes: &BTreeSet<usize>, sure: Confidence) {
        if boxes.len() == 1 {
            self.row.extend(boxes);
            self.raise_all(boxes, sure);
        } else {
            self.shared.push(boxes.clone());
        }
    }

    pub(super) fn raise_all<'b>(&mut self, boxes: impl IntoIterator<Item = &'b usize>, sure: Confidence) {
        for at in boxes {
            self.raise(*at, sure);
        }
    }

    pub(super) fn raise(&mut self, at: usize, sure: Confidence) {
        let own = self.boxes.entry(at).or_insert((sure, self.word));
        own.0 = sure.max(own.0);
    }
}

/// Raises the confidence of a box to at least `sure`.
pub(super) fn raise(named: &mut Boxes, at: usize, sure: Confidence) {
    let own = named.entry(at).or_insert(sure);
    *own = sure.max(*own);
}
