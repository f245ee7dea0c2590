//! Name matching by coverage: a text that contains most words of a box names it.

use std::collections::{BTreeMap, BTreeSet};

use super::BoxNames;
use crate::domain::Confidence;
use crate::domain::boxes::found::NamedBoxes;
use crate::domain::boxes::words::{self, TextWord};

impl BoxNames {
    /// Adds the boxes most of whose distinctive words are in the text, in any order.
    pub(super) fn by_coverage(&self, words: &[TextWord], found: &mut NamedBoxes) {
        let slugs = words.iter().flat_map(|word| word.raw.split(['-', '_'])).map(str::to_lowercase).collect::<Vec<_>>();
        let different: BTreeSet<_> = words
            .iter()
            .map(|word| word.key.as_str())
            .chain(slugs.iter().map(String::as_str))
            .map(words::stem)
            .collect();
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for at in different.iter().filter_map(|key| self.by_word.get(*key)).flatten() {
            *counts.entry(*at).or_default() += 1;
        }
        let size = |at: usize| self.distinctive.get(at).map_or(0, BTreeSet::len);
        // One word of a name of three or more may differ: it is often the verb.
        let has_most = |at: usize, count: usize| count * 4 >= size(at) * 3 || size(at) > 2 && count + 1 >= size(at);
        let near: Vec<_> = counts.into_iter().filter(|&(at, count)| count >= 2 && has_most(at, count)).collect();
        let best = near.iter().map(|(_, count)| *count).max().unwrap_or_default();
        let is_twin = |at: usize| {
            near.iter().any(|(other, _)| *other != at && self.distinctive.get(*other) == self.distinctive.get(at))
        };
        // `Kitty image protocol` is not `Kitty keyboard protocol` if another box covers the same words and more.
        let hits = |at: usize| -> BTreeSet<&str> {
            let own = self.distinctive.get(at).into_iter().flatten().map(String::as_str);
            own.filter(|word| different.contains(word)).collect()
        };
        let is_part = |at: usize, count: usize| {
            near.iter().any(|&(other, more)| more > count && hits(at).is_subset(&hits(other)))
        };
        for (at, count) in &near {
            let is_whole = *count == size(*at) || !is_part(*at, *count);
            let is_best = (*count == best || *count + 1 >= size(*at) && is_whole) && !is_twin(*at);
            found.raise(*at, if is_best { Confidence::Likely } else { Confidence::Possible });
        }
        let whole: Vec<_> = near.iter().filter(|(at, count)| *count == size(*at)).map(|(at, _)| *at).collect();
        self.without_parts(&whole, words, found);
    }

    /// Removes names inside a longer name: `GET /orders` does not name the box `/orders`.
    fn without_parts(&self, whole: &[usize], words: &[TextWord], found: &mut NamedBoxes) {
        let occurs = |word: &String| words.iter().filter(|own| words::stem(&own.key) == word).count();
        let is_part = |at: usize| {
            let own = self.distinctive.get(at)?;
            let longer = whole
                .iter()
                .filter_map(|other| self.distinctive.get(*other))
                .find(|other| own.is_subset(other) && own != *other)?;
            Some(!longer.is_empty() && own.iter().all(|word| occurs(word) < 2))
        };
        found.boxes.retain(|at, _| !is_part(*at).unwrap_or(false));
    }
}
