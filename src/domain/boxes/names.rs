//! Name matching: the boxes that a text names, with confidence.

mod coverage;
mod index;
mod word;

use std::collections::{BTreeSet, HashMap};

use super::found::{Boxes, NameContext, NamedBoxes, each, guesses, raise};
use super::phrases::{GLUE, KINDS, PhraseKind, WORK};
use super::prose::Prose;
use super::words::{self, TextWord};
use super::{aliases, files, line};
use crate::domain::{Confidence, IssueRef};

/// An index of the boxes of one issue by their names.
#[derive(Debug, Default)]
pub(super) struct BoxNames {
    exact: HashMap<String, BTreeSet<usize>>,
    /// Aliases: path suffixes, file names without extension, and the parts that siblings do not share.
    short: HashMap<String, BTreeSet<usize>>,
    /// The folders of names that are paths.
    folders: HashMap<String, BTreeSet<usize>>,
    /// Headings of one word, with the boxes below them.
    sections: HashMap<String, BTreeSet<usize>>,
    /// Distinctive words, with the boxes that contain them.
    by_word: HashMap<String, BTreeSet<usize>>,
    /// The set of distinctive words of each box.
    distinctive: Vec<BTreeSet<String>>,
    /// Names whose capital letter distinguishes them from a plain word, as written.
    capitals: BTreeSet<String>,
    links: HashMap<IssueRef, BTreeSet<usize>>,
    children: Vec<Vec<usize>>,
    /// The boxes that are not ticked, in order.
    open: Vec<usize>,
    /// The boxes whose line starts with a number, by that number: `06. Modules`.
    numbers: HashMap<usize, usize>,
    /// The names of the boxes as a whole, without spaces and ending.
    whole: HashMap<String, BTreeSet<usize>>,
    /// Words that most boxes contain: `backend` of `S3 backend`, `B2 backend`.
    shared: BTreeSet<String>,
}

/// How many words after a verb of work its object may be.
const MAX_WORDS_TO_NAME: usize = 3;

impl BoxNames {
    /// The boxes that are not ticked, in order.
    pub(super) fn open(&self) -> &[usize] {
        &self.open
    }

    /// A text without the words that name only these boxes: `ipam` is `pkg/ipam`, but not `pkg/ipam/allocator`.
    pub(super) fn without(&self, text: &Prose, boxes: &BTreeSet<usize>) -> Prose {
        if boxes.is_empty() {
            return text.clone();
        }
        let parts: Vec<&str> = text.split_whitespace().collect();
        let keys: Vec<String> =
            parts.iter().map(|part| words::of(part).into_iter().map(|word| word.key).collect()).collect();
        let names = |key: &str| self.lookup(key).is_some_and(|own| own.is_subset(boxes));
        let key = |at: usize| keys.get(at).map_or("", String::as_str);
        // `The apache receiver` is `apachereceiver`.
        let is_pair = |at: usize| names(&format!("{}{}", key(at), key(at + 1)));
        let is_name = |at: usize| names(key(at)) || is_pair(at) || at.checked_sub(1).is_some_and(is_pair);
        let left = parts.iter().enumerate().filter(|(at, _)| !is_name(*at));
        Prose::new(left.map(|(_, part)| *part).collect::<Vec<_>>().join(" "))
    }

    /// Returns the boxes that a text names, with confidence. A name that fits two boxes is a guess for both.
    pub(super) fn in_text(&self, text: &Prose, links: &[IssueRef], place: NameContext) -> Boxes {
        let words = text.words();
        let mut found = NamedBoxes { inside: self.inside_names(words), ..NamedBoxes::default() };
        found.raise_all(links.iter().filter_map(|link| self.links.get(link)).flatten(), Confidence::Certain);
        // How many of the next words may still be the object of the verb.
        let mut near = MAX_WORDS_TO_NAME;
        let mut last_named: Option<&TextWord> = None;
        for (index, word) in words.iter().enumerate() {
            found.word = index;
            let next = words.get(index + 1);
            // A capital inside a sentence marks a name.
            let is_capital = index > 0 && word.raw.len() > 2 && word.raw.starts_with(char::is_uppercase);
            let is_called = is_capital || near > 0 || next.is_some_and(|next| KINDS.has(&next.key));
            let beside = [index.checked_sub(1).and_then(|before| words.get(before)), next];
            if self.word(word, beside, (place, is_called), &mut found) {
                last_named = Some(word);
            } else if let Some(boxes) = last_named.and_then(|last| self.sibling(last, word)) {
                found.note(boxes, Confidence::Likely);
            } else if !GLUE.has(&word.key) {
                last_named = None;
                near = match word.key.as_str() {
                    "this" | "it" | "that" => 0,
                    key if WORK.has(key) || matches!(key, "i" | "we" | "me") => MAX_WORDS_TO_NAME,
                    _ => near.saturating_sub(1),
                };
                found.end_row(place);
            }
        }
        found.end_row(place);
        self.by_coverage(words, &mut found);
        if place == NameContext::Naming
            || matches!(place, NameContext::Prose | NameContext::Own) && text.says(PhraseKind::Own)
        {
            self.hint(words, &mut found);
        }
        self.settle(found)
    }

    fn lookup(&self, key: &str) -> Option<&BTreeSet<usize>> {
        self.exact.get(key).or_else(|| self.short.get(key))
    }

    /// Whether the boxes are one box and boxes nested below it.
    pub(super) fn is_group(&self, boxes: &Boxes) -> bool {
        let children = boxes.keys().next().and_then(|first| self.children.get(*first));
        boxes.len() > 1 && children.is_some_and(|children| boxes.keys().skip(1).all(|at| children.contains(at)))
    }

    /// The boxes that start with these numbers; `None` if most boxes do not start with a number.
    pub(super) fn numbered(&self, numbers: &[usize]) -> Option<BTreeSet<usize>> {
        let is_numbered = self.numbers.len() * 2 > self.distinctive.len();
        is_numbered.then(|| numbers.iter().filter_map(|number| self.numbers.get(number)).copied().collect())
    }

    /// The boxes whose whole lines are quoted, with or without their markers.
    pub(super) fn of_lines(&self, quoted: &[String]) -> Boxes {
        let name = |line: &String| {
            let line = line.trim_start_matches(['-', '*', '+', ' ']);
            index::whole(&words::of(line::without_note(line.strip_prefix("[ ]").unwrap_or(line))))
        };
        let names = quoted.iter().map(name).filter(|name| !name.is_empty());
        let found: Vec<usize> = names.filter_map(|name| self.whole.get(&name)).flatten().copied().collect();
        each(found, Confidence::Likely)
    }

    /// Whether a box links to one of these issues.
    pub(super) fn have_links(&self, links: &[IssueRef]) -> bool {
        links.iter().any(|link| self.links.contains_key(link))
    }

    /// Whether the boxes are exactly those below one heading.
    pub(super) fn is_section(&self, boxes: &Boxes) -> bool {
        self.sections.values().any(|own| own.len() == boxes.len() && boxes.keys().all(|at| own.contains(at)))
    }

    /// Whether the names of the boxes are also folders of the others: `pandas.Series` of `pandas.Series.std`.
    pub(super) fn are_above(&self, boxes: &Boxes, others: &Boxes) -> bool {
        let is_below = |key: &String| self.folders.get(key).is_some_and(|own| others.keys().any(|at| own.contains(at)));
        let is_above = |at: &usize| self.exact.iter().any(|(key, own)| own.contains(at) && is_below(key));
        boxes.keys().all(is_above)
    }

    /// The confidence that a word which is the name of a box names it in this context.
    fn sureness(&self, word: &TextWord, place: NameContext, is_called: bool) -> Confidence {
        let is_capital = words::is_in_capitals(&word.raw) && word.raw.len() > 2;
        let is_name =
            words::is_identifier(&word.raw) || word.is_code || is_capital || self.capitals.contains(&word.raw);
        match (is_name, place) {
            (true, NameContext::Naming | NameContext::Group | NameContext::Title) => Confidence::Certain,
            (true, NameContext::Prose | NameContext::Own) | (false, NameContext::Title) => Confidence::Likely,
            (false, NameContext::Own) => Confidence::Likely,
            (false, NameContext::Naming | NameContext::Group) if is_called => Confidence::Likely,
            (false, NameContext::Naming | NameContext::Group | NameContext::Prose) => Confidence::Possible,
        }
    }

    /// Adds a guess for each word that only one box contains.
    fn hint(&self, words: &[TextWord], found: &mut NamedBoxes) {
        let is_unnamed = found.boxes.is_empty();
        let says = |word: &&TextWord| words::is_in_capitals(&word.raw) || is_unnamed && word.key.len() > 3;
        for word in words.iter().filter(says) {
            if let Some(boxes) = self.by_word.get(words::stem(&word.key)).filter(|boxes| boxes.len() == 1) {
                found.raise_all(boxes, Confidence::Possible);
            }
        }
    }

    fn settle(&self, mut found: NamedBoxes) -> Boxes {
        for boxes in std::mem::take(&mut found.shared) {
            if let Some(child) = self.child_of_named(&boxes, &found) {
                found.word = usize::MAX;
                found.raise(child, Confidence::Likely);
                continue;
            }
            let is_settled =
                boxes.iter().any(|at| found.boxes.get(at).is_some_and(|(sure, _)| *sure > Confidence::Possible));
            found.raise_all(boxes.iter().filter(|_| !is_settled), Confidence::Possible);
        }
        self.without_context(&mut found);
        let mut named: Boxes = found.boxes.into_iter().map(|(at, (sure, _))| (at, sure)).collect();
        self.with_children(&mut named);
        named
    }

    /// Of boxes that share a name, the only one nested below a named box: `the reducers of SqlLab`.
    fn child_of_named(&self, boxes: &BTreeSet<usize>, found: &NamedBoxes) -> Option<usize> {
        let named = found.boxes.iter().filter(|(_, (sure, _))| *sure > Confidence::Possible).map(|(at, _)| at);
        let below: BTreeSet<usize> = named.filter_map(|at| self.children.get(*at)).flatten().copied().collect();
        let mut below = boxes.intersection(&below);
        below.next().copied().filter(|_| below.next().is_none())
    }

    /// Removes a box named along with one nested below it: it only gives the context.
    fn without_context(&self, found: &mut NamedBoxes) {
        let boxes = found.boxes.clone();
        let is_below = |at: &usize, word: usize| {
            boxes.get(at).is_some_and(|(sure, by)| *sure > Confidence::Possible && *by != word)
        };
        found
            .boxes
            .retain(|at, (_, word)| !self.children.get(*at).into_iter().flatten().any(|child| is_below(child, *word)));
    }

    /// Adds the boxes nested below the named ones.
    fn with_children(&self, named: &mut Boxes) {
        let parents: Vec<_> = named.iter().map(|(at, sure)| (*at, *sure)).collect();
        for (at, sure) in parents {
            for child in self.children.get(at).into_iter().flatten() {
                raise(named, *child, sure.min(Confidence::Likely));
            }
        }
    }

    /// Returns the boxes that the paths of a change belong to.
    pub(super) fn in_files(&self, paths: &[String]) -> Boxes {
        let longest = |path: &str| files::longest(path, |key| self.lookup(key));
        // The box for the test of a class may name only the class.
        let hits = paths.iter().filter_map(|path| longest(path).or_else(|| longest(aliases::without_ending(path)?)));
        let mut named = Boxes::new();
        for (boxes, is_path) in hits.filter(|(boxes, _)| boxes.len() == 1) {
            let sure = if is_path { Confidence::Likely } else { Confidence::Possible };
            for at in boxes {
                raise(&mut named, *at, sure);
            }
        }
        // A change that touches many boxes is for none in particular.
        if named.len() > files::MAX_BOXES { guesses(&named) } else { named }
    }
}

/// Whether a folder stands for its boxes: a claim names its path, or is about a group.
fn is_folder(word: &TextWord, place: NameContext) -> bool {
    match place {
        NameContext::Group => true,
        NameContext::Naming => words::is_identifier(&word.raw) || word.is_code || word.is_folder,
        NameContext::Title | NameContext::Own | NameContext::Prose => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{TaskState, fixtures};

    fn named(boxes: &[&str], text: &str, place: NameContext) -> Vec<(usize, Confidence)> {
        let tasks: Vec<_> = boxes.iter().map(|text| fixtures::task(text, TaskState::Open)).collect();
        BoxNames::of(&tasks, &words::of_boxes(&tasks))
            .in_text(&super::Prose::new(text), &[], place)
            .into_iter()
            .collect()
    }

    use Confidence::{Certain, Likely, Possible};
    use NameContext::{Naming, Prose};

    #[test]
    fn a_name_inside_a_longer_name_does_not_match() {
        let boxes = ["Role", "RoleBinding", "autoscaling/v1"];
        assert_eq!(named(&boxes, "RoleBinding", Naming), [(1, Certain)]);
        assert_eq!(named(&boxes, "Roles and autoscaling/v1beta1", Naming), []);
    }

    #[test]
    fn a_heading_beside_a_name_below_it_gives_only_the_context() {
        let of = |boxes: &[(&str, &str)], text: &str| {
            let task = |(section, text): &(&str, &str)| crate::domain::Task {
                section: (*section).into(),
                ..fixtures::task(text, TaskState::Open)
            };
            let tasks: Vec<_> = boxes.iter().map(task).collect();
            let named = BoxNames::of(&tasks, &words::of_boxes(&tasks)).in_text(&super::Prose::new(text), &[], Naming);
            named.into_iter().filter(|(_, sure)| *sure > Possible).map(|(at, _)| at).collect::<Vec<_>>()
        };
        let docs = [("Docs", "install docs"), ("Docs", "user docs"), ("Agents", "Linux"), ("Agents", "Windows")];
        assert_eq!(of(&docs, "I'll take user docs"), [1]);
        assert_eq!(of(&docs, "I'll take the Windows agents"), [3]);
        assert_eq!(of(&docs, "I'll take the docs"), [0, 1]);
        assert_eq!(of(&docs, "I'll take the agents and user docs"), [1, 2, 3]);
        let versions = [("Agents", "Linux arm64 agents"), ("Agents", "Windows 2022 agents"), ("Docs", "Handbook")];
        assert_eq!(of(&versions, "I can take the Windows 2022 agents next week."), [1]);
        assert_eq!(of(&versions, "I'll take windows-2022 agents"), [1]);
        assert_eq!(of(&versions, "I can take the agents next week."), [0, 1]);
        let storage = [("Storage", "azure storage"), ("Storage", "s3 storage"), ("Storage", "minio")];
        assert_eq!(of(&storage, "I am working on s3 storage."), [1]);
        assert_eq!(of(&storage, "the storage ones are mine"), [0, 1, 2]);
    }

    #[test]
    fn a_path_suffix_matches_and_an_ambiguous_one_is_a_guess() {
        let boxes = ["./pkg/kubelet/cm 12", "./pkg/kubelet/config 3", "./pkg/proxy/config 1"];
        assert_eq!(named(&boxes, "kubelet/cm", Naming), [(0, Certain)]);
        assert_eq!(named(&boxes, "cm", Naming), [(0, Likely)]);
        assert_eq!(named(&boxes, "config", Naming), [(1, Possible), (2, Possible)]);
    }

    #[test]
    fn plain_words_are_names_only_in_claims() {
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
    fn case_and_separators_are_ignored() {
        let boxes = ["FlowControl (flowcontrol.apiserver.k8s.io)", "VolumeAttachment"];
        assert_eq!(named(&boxes, "flow control", Naming), [(0, Likely)]);
        assert_eq!(named(&boxes, "volume-attachment", Prose), [(1, Likely)]);
    }
}
