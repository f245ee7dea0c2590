//! Which boxes a text names, and how surely.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::words::{self, TextWord};
use crate::domain::{Confidence, IssueRef, Task};

/// Where a name is looked for: plain words such as `pod` are names only where the place says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameContext {
    /// A clause that claims or returns something, a line of a list, or a title.
    Naming,
    /// Any other text.
    Prose,
}

/// An index of the boxes of one issue by their names.
#[derive(Debug, Default)]
pub(super) struct BoxNames {
    /// Whole names, and the ends of paths, with the boxes that have them.
    by_key: HashMap<String, BTreeSet<usize>>,
    /// Words that say something, with the boxes that have them.
    by_word: HashMap<String, BTreeSet<usize>>,
    /// How many telling words each box has.
    telling: Vec<usize>,
    /// Names that are whole boxes: their only telling word.
    whole: BTreeSet<String>,
    /// As written, where a capital tells a name from a word.
    capitals: BTreeSet<String>,
    links: HashMap<IssueRef, BTreeSet<usize>>,
    children: Vec<Vec<usize>>,
}

/// The most boxes of one issue that are told apart.
pub(super) const MAX_BOXES: usize = 1_000;

impl BoxNames {
    /// Indexes boxes.
    pub(super) fn of(tasks: &[Task]) -> Self {
        let mut names = Self::default();
        for (at, task) in tasks.iter().take(MAX_BOXES).enumerate() {
            names.add(at, task);
            names.children.push(below(tasks, at));
        }
        names
    }

    fn add(&mut self, at: usize, task: &Task) {
        for link in &task.issues {
            self.links.entry(link.clone()).or_default().insert(at);
        }
        let all = words::of(&task.text);
        let says = |word: &&TextWord| !words::is_common(&word.key) && !word.key.bytes().all(|b| b.is_ascii_digit());
        let telling: Vec<_> = all.iter().filter(says).collect();
        let different: BTreeSet<_> = telling.iter().map(|word| word.key.as_str()).collect();
        self.telling.push(different.len());
        for word in &telling {
            self.by_word.entry(word.key.clone()).or_default().insert(at);
            if words::is_identifier(&word.raw) || different.len() == 1 {
                self.name(at, word, different.len() == 1);
            } else if word.raw.starts_with(char::is_uppercase) && different.len() <= 2 {
                self.capitals.insert(word.raw.clone());
                self.name(at, word, false);
            }
        }
    }

    fn name(&mut self, at: usize, word: &TextWord, is_whole: bool) {
        if is_whole {
            self.whole.insert(word.key.clone());
        }
        if word.raw.starts_with(char::is_uppercase) {
            self.capitals.insert(word.raw.clone());
        }
        let mut rest = Some(word.key.as_str());
        while let Some(key) = rest {
            self.by_key.entry(key.to_owned()).or_default().insert(at);
            rest = key.split_once('/').map(|(_, behind)| behind).filter(|behind| behind.len() > 1);
        }
    }

    /// Returns the boxes that a text names, each with how sure that is. A name that fits two boxes is a guess for both.
    pub(super) fn in_text(&self, text: &str, links: &[IssueRef], place: NameContext) -> BTreeMap<usize, Confidence> {
        let (mut found, mut shared) = (BTreeMap::new(), Vec::new());
        for at in links.iter().filter_map(|link| self.links.get(link)).flatten() {
            raise(&mut found, *at, Confidence::Certain);
        }
        let words = words::of(text);
        for (index, word) in words.iter().enumerate() {
            let pair = words.get(index + 1).map(|next| format!("{}{}", word.key, next.key));
            let joined = pair.filter(|pair| self.by_key.contains_key(pair));
            if let Some(boxes) = joined.as_ref().and_then(|pair| self.by_key.get(pair)) {
                self.found(boxes, Confidence::Likely, &mut found, &mut shared);
            } else if let Some(boxes) = self.by_key.get(&word.key) {
                self.found(boxes, self.sureness(word, place), &mut found, &mut shared);
            } else if let Some(boxes) = self.above(&word.key) {
                self.found(boxes, Confidence::Possible, &mut found, &mut shared);
            }
        }
        self.by_coverage(&words, &mut found);
        for boxes in shared {
            let is_settled = boxes.iter().any(|at| found.get(at).is_some_and(|sure| *sure > Confidence::Possible));
            for at in boxes.iter().filter(|_| !is_settled) {
                raise(&mut found, *at, Confidence::Possible);
            }
        }
        self.with_children(&mut found);
        found
    }

    /// Notes the boxes of a name. One that fits several stays open until other words settle it.
    fn found<'a>(
        &self,
        boxes: &'a BTreeSet<usize>,
        sure: Confidence,
        found: &mut BTreeMap<usize, Confidence>,
        shared: &mut Vec<&'a BTreeSet<usize>>,
    ) {
        // Nested boxes under one name are one group, not a doubt.
        let is_one = boxes.len() == 1 || boxes.first().is_some_and(|first| self.is_family(*first, boxes));
        if is_one {
            for at in boxes {
                raise(found, *at, sure);
            }
        } else {
            shared.push(boxes);
        }
    }

    fn is_family(&self, first: usize, boxes: &BTreeSet<usize>) -> bool {
        let children = self.children.get(first).map(Vec::as_slice).unwrap_or_default();
        boxes.iter().skip(1).all(|at| children.contains(at))
    }

    /// How surely a word that is the name of a box names it here.
    fn sureness(&self, word: &TextWord, place: NameContext) -> Confidence {
        let is_name = words::is_identifier(&word.raw) || word.is_code || self.capitals.contains(&word.raw);
        match (is_name, place) {
            (true, NameContext::Naming) => Confidence::Certain,
            (true, NameContext::Prose) | (false, NameContext::Naming) => Confidence::Likely,
            (false, NameContext::Prose) => Confidence::Possible,
        }
    }

    /// A path below the path of a box is a part of it.
    fn above(&self, key: &str) -> Option<&BTreeSet<usize>> {
        let mut rest = key;
        while let Some((before, _)) = rest.rsplit_once('/') {
            if before.contains('/')
                && let Some(boxes) = self.by_key.get(before)
            {
                return Some(boxes);
            }
            rest = before;
        }
        None
    }

    /// A text that has most telling words of a box names it, whatever their order.
    fn by_coverage(&self, words: &[TextWord], found: &mut BTreeMap<usize, Confidence>) {
        let different: BTreeSet<_> = words.iter().map(|word| word.key.as_str()).collect();
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for at in different.iter().filter_map(|key| self.by_word.get(*key)).flatten() {
            *counts.entry(*at).or_default() += 1;
        }
        let share = |at: usize, count: usize| (count * 4, self.telling.get(at).copied().unwrap_or_default() * 3);
        let near: Vec<_> = counts
            .into_iter()
            .filter(|&(at, count)| {
                let (has, wants) = share(at, count);
                count >= 2 && has >= wants
            })
            .collect();
        let best = near.iter().map(|(_, count)| *count).max().unwrap_or_default();
        for (at, count) in near {
            raise(found, at, if count == best { Confidence::Likely } else { Confidence::Possible });
        }
    }

    /// A claim on a box covers the boxes nested below it.
    fn with_children(&self, found: &mut BTreeMap<usize, Confidence>) {
        let named: Vec<_> = found.iter().map(|(at, sure)| (*at, *sure)).collect();
        for (at, sure) in named {
            for child in self.children.get(at).into_iter().flatten() {
                raise(found, *child, sure.min(Confidence::Likely));
            }
        }
    }
}

fn raise(found: &mut BTreeMap<usize, Confidence>, at: usize, sure: Confidence) {
    let own = found.entry(at).or_insert(sure);
    *own = sure.max(*own);
}

/// The boxes nested below one.
fn below(tasks: &[Task], at: usize) -> Vec<usize> {
    let Some(own) = tasks.get(at) else { return Vec::new() };
    let behind = tasks.iter().enumerate().take(MAX_BOXES).skip(at + 1);
    behind.take_while(|(_, task)| task.depth > own.depth).map(|(at, _)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{TaskState, fixtures};

    fn named(boxes: &[&str], text: &str, place: NameContext) -> Vec<(usize, Confidence)> {
        let tasks: Vec<_> = boxes.iter().map(|text| fixtures::task(text, TaskState::Open)).collect();
        BoxNames::of(&tasks).in_text(text, &[], place).into_iter().collect()
    }

    use Confidence::{Certain, Likely, Possible};
    use NameContext::{Naming, Prose};

    #[test]
    fn a_name_inside_a_longer_name_is_none() {
        let boxes = ["Role", "RoleBinding", "autoscaling/v1"];
        assert_eq!(named(&boxes, "RoleBinding", Naming), [(1, Certain)]);
        assert_eq!(named(&boxes, "Roles and autoscaling/v1beta1", Naming), []);
    }

    #[test]
    fn the_end_of_a_path_names_its_box_and_one_that_fits_two_is_a_guess() {
        let boxes = ["./pkg/kubelet/cm 12", "./pkg/kubelet/config 3", "./pkg/proxy/config 1"];
        assert_eq!(named(&boxes, "kubelet/cm", Naming), [(0, Certain)]);
        assert_eq!(named(&boxes, "cm", Naming), [(0, Likely)]);
        assert_eq!(named(&boxes, "config", Naming), [(1, Possible), (2, Possible)]);
        assert_eq!(named(&boxes, "pkg/kubelet/cm/devicemanager", Prose), [(0, Possible)]);
    }

    #[test]
    fn plain_words_are_names_only_where_something_is_named() {
        assert_eq!(named(&["pod", "events"], "the pod was evicted", Prose), [(0, Possible)]);
        assert_eq!(named(&["pod", "events"], "events", Naming), [(1, Likely)]);
        assert_eq!(named(&["pod", "events"], "see `events`", Prose), [(1, Likely)]);
    }

    #[test]
    fn a_box_is_named_by_most_of_its_words() {
        let boxes = ["Move the billing dashboards to Grafana", "Move the alert rules to Grafana"];
        assert_eq!(named(&boxes, "billing dashboards in grafana", Prose), [(0, Likely)]);
        assert_eq!(named(&boxes, "grafana", Naming), []);
    }

    #[test]
    fn other_case_and_separators_are_one_name() {
        let boxes = ["FlowControl (flowcontrol.apiserver.k8s.io)", "VolumeAttachment"];
        assert_eq!(named(&boxes, "flow control", Naming), [(0, Likely)]);
        assert_eq!(named(&boxes, "volume-attachment", Prose), [(1, Likely)]);
    }
}
