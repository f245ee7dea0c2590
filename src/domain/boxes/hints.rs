//! Near matches: boxes whose names share a distinctive part with a text without being named by it.
//!
//! A near match is not a claim, but such a box is not called free.

use crate::domain::wording::PhraseList;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::LazyLock;

use super::phrases::{ADVERBS, GLUE, IDLE, OPENINGS, PLURALS, WORK};
use super::prose::Prose;
use super::words::{self, TextWord};
use crate::domain::Task;

/// An index of the boxes of one issue by the parts of their names.
#[derive(Debug, Default)]
pub(super) struct NearNames {
    /// The boxes of each distinctive part: `move`, `leader` and `moveleader` for `move_leader_test.go`.
    parts: BTreeMap<String, BTreeSet<usize>>,
    /// The boxes of each distinctive single piece.
    pieces: BTreeMap<String, BTreeSet<usize>>,
    /// The boxes of each piece, including pieces that many boxes share: `all network filters`.
    families: BTreeMap<String, BTreeSet<usize>>,
    of_box: Vec<BTreeSet<String>>,
    /// The whole words of each box.
    words_of_box: Vec<BTreeSet<String>>,
    /// The distinctive pieces of the last segment of each name: `mysql` for `MySqlAdapter`.
    cores: Vec<String>,
}

/// The shortest prefix that may stand for a longer piece: `pulsar` for `pulsarexporter`.
const MIN_BEGINNING: usize = 5;

impl NearNames {
    /// Indexes the boxes of an issue; `words` are those of each box.
    pub(super) fn of(tasks: &[Task], words: &[Vec<TextWord>]) -> Self {
        let mut near = Self::default();
        for (at, (task, words)) in tasks.iter().zip(words).enumerate() {
            let mut own = parts(&task.text, words);
            own.extend(codes(words, words::is_identifier));
            for part in &own {
                near.parts.entry(part.clone()).or_default().insert(at);
            }
            for piece in words.iter().flat_map(|word| segments(&word.raw)).flatten() {
                near.pieces.entry(piece).or_default().insert(at);
            }
            near.of_box.push(own);
            near.words_of_box.push(whole_words(words));
        }
        // A part that many boxes share is not distinctive.
        let most = (near.of_box.len() / 4).max(2);
        near.cores = words.iter().map(|words| near.core(words, most)).collect();
        let count = near.of_box.len();
        near.families = near.pieces.clone();
        for (piece, boxes) in &near.pieces {
            // The family of `nrf5340` and its siblings is `nrf`.
            let letters = piece.trim_end_matches(|c: char| c.is_ascii_digit());
            if letters.len() > 1 && letters.len() < piece.len() {
                near.families.entry(letters.to_owned()).or_default().extend(boxes);
            }
        }
        near.families.retain(|piece, boxes| boxes.len() < count && is_distinctive(piece));
        near.parts.retain(|_, boxes| boxes.len() <= most);
        near.pieces.retain(|piece, boxes| boxes.len() <= most && is_distinctive(piece));
        near
    }

    fn core(&self, name: &[TextWord], most: usize) -> String {
        let last = name.first().and_then(|word| segments(&word.raw).pop());
        let is_own = |piece: &String| self.pieces.get(piece).is_none_or(|boxes| boxes.len() <= most);
        let core: String = last.into_iter().flatten().filter(is_own).collect();
        if words::is_common(&core) { String::new() } else { core }
    }

    /// Returns the near matches of a text, ignoring the boxes it names and the words that belong to their names.
    pub(super) fn in_text(&self, text: &Prose, named: &BTreeSet<usize>) -> BTreeSet<usize> {
        let known: BTreeSet<_> = named.iter().filter_map(|at| self.of_box.get(*at)).flatten().collect();
        // A separate word counts although it is also a piece of a name: `the kernels, beginning with kernels.RBF`.
        let named_words: BTreeSet<_> = named.iter().filter_map(|at| self.words_of_box.get(*at)).flatten().collect();
        let words = text.words();
        let alone: BTreeSet<_> = whole_words(words).into_iter().filter(|word| !named_words.contains(word)).collect();
        let all = parts(text, words).into_iter().chain(codes(words, words::is_in_capitals));
        let left = all.filter(|part| !known.contains(part) || alone.contains(part));
        left.flat_map(|part| self.boxes(&part)).filter(|at| !named.contains(at)).collect()
    }

    /// Returns the boxes whose name is the only one that contains a word of the text: `kubekins` is `kubekins-e2e`.
    pub(super) fn only(&self, text: &Prose, named: &BTreeSet<usize>) -> BTreeSet<usize> {
        let named_words: BTreeSet<_> = named.iter().filter_map(|at| self.words_of_box.get(*at)).flatten().collect();
        let words = text.words().iter().map(|word| &word.key);
        let words =
            words.filter(|key| !named_words.iter().any(|own| *own == words::stem(key)) && is_object(words::stem(key)));
        let one = |key: &String| self.with_piece(key).filter(|boxes| boxes.len() == 1)?.first().copied();
        words.filter_map(one).filter(|at| !named.contains(at)).collect()
    }

    fn with_piece(&self, key: &str) -> Option<&BTreeSet<usize>> {
        self.pieces.get(key).or_else(|| self.pieces.get(words::stem(key)))
    }

    /// Returns the boxes of the families that a text claims as a whole: `the usb crates`, `both cyw43 crates`.
    pub(super) fn families(&self, text: &Prose) -> BTreeSet<usize> {
        let words = text.words();
        let is_all = |at: usize| words.get(at).is_some_and(|word| matches!(word.key.as_str(), "all" | "both"));
        let is_taken = |at: usize| {
            let is_plural = || words.get(at).is_some_and(|word| singular(&word.key) != word.key);
            let before = at.checked_sub(1).and_then(|at| words.get(at));
            before.is_some_and(|word| word.key == "the") && is_plural()
                || at.checked_sub(1).is_some_and(is_all)
                || words.get(at + 1).is_some_and(|next| PLURALS.has(&next.key))
        };
        let named = words.iter().enumerate().filter(|(at, word)| is_object(&word.key) && is_taken(*at));
        let family = |key: &str| self.families.get(key).or_else(|| self.families.get(singular(words::stem(key))));
        // `The azure provider jobs` are the boxes of both `azure` and `provider`.
        let narrowed = |(at, word): (usize, &TextWord)| {
            let own = family(&word.key).cloned().or_else(|| self.beginning(&word.key))?;
            let before = at.checked_sub(1).and_then(|at| family(&words.get(at)?.key));
            Some(before.map(|before| &own & before).filter(|both| !both.is_empty()).unwrap_or(own))
        };
        let families: Vec<BTreeSet<usize>> = named.filter_map(narrowed).collect();
        let families = families.into_iter().filter(|boxes| boxes.len() > 1).flatten();
        families.chain(text.split_whitespace().flat_map(|word| self.wildcard(word))).collect()
    }

    /// The boxes whose names start with a word: `KMSv2` and `KMSv2KDF` for `the KMS ones`.
    fn beginning(&self, key: &str) -> Option<BTreeSet<usize>> {
        const MIN_LETTERS: usize = 3;
        let begins = |names: &BTreeSet<String>| names.iter().any(|name| name.starts_with(key));
        let all = self.words_of_box.iter().enumerate().filter(|(_, names)| begins(names));
        let found: BTreeSet<usize> = all.map(|(at, _)| at).collect();
        (key.len() >= MIN_LETTERS && found.len() * 2 <= self.words_of_box.len()).then_some(found)
    }

    /// Returns the boxes that match a wildcard: `aws_db_*`, `E11x`.
    fn wildcard(&self, word: &str) -> BTreeSet<usize> {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '*');
        if let Some(start) = bare.strip_suffix('*').filter(|start| !start.ends_with('/')) {
            return self.beginning(&words::key(start)).unwrap_or_default();
        }
        let Some(start) = wild(&word.trim_end_matches(['.', ',', ';', '!', '?']).to_lowercase()).map(str::to_owned)
        else {
            return BTreeSet::new();
        };
        let all = self.pieces.range(start.clone()..).take_while(|(own, _)| own.starts_with(&start));
        all.flat_map(|(_, boxes)| boxes).copied().collect()
    }

    /// Returns the boxes whose names a text may contain with letters missing.
    pub(super) fn alike(&self, text: &Prose) -> BTreeSet<usize> {
        let objects: BTreeSet<String> = whole_words(text.words()).into_iter().filter(|word| is_object(word)).collect();
        let is_alike = |names: &BTreeSet<String>| names.iter().any(|name| objects.iter().any(|word| alike(word, name)));
        let all = self.of_box.iter().enumerate().filter(|(_, names)| is_alike(names));
        let found: BTreeSet<usize> = all.map(|(at, _)| at).collect();
        if found.len() > (self.of_box.len() / 4).max(2) { BTreeSet::new() } else { found }
    }

    /// Returns the boxes whose distinctive pieces are all separate words of the text.
    pub(super) fn covered(&self, text: &str) -> BTreeSet<usize> {
        const MAX_COVERED: usize = 3;
        let words: BTreeSet<String> = text
            .split(|c: char| !c.is_alphanumeric() && c != '-')
            .flat_map(|word| range(word).unwrap_or_else(|| vec![words::stem(&word.to_lowercase()).to_owned()]))
            .collect();
        let is_in = |piece: &str| {
            words.contains(words::stem(piece))
                || words.iter().any(|word| word.len() >= MIN_BEGINNING && piece.starts_with(word.as_str()))
        };
        let mut hits: BTreeMap<usize, bool> = BTreeMap::new();
        for (piece, boxes) in &self.pieces {
            let is_in = is_in(piece);
            for at in boxes {
                *hits.entry(*at).or_insert(true) &= is_in;
            }
        }
        let has_core =
            |at: usize| self.cores.get(at).is_some_and(|core| core.len() > 1 && words.contains(words::stem(core)));
        let by_core = (0..self.cores.len()).filter(|at| has_core(*at));
        let covered: BTreeSet<usize> =
            hits.into_iter().filter(|(_, all)| *all).map(|(at, _)| at).chain(by_core).collect();
        if covered.len() > MAX_COVERED { BTreeSet::new() } else { covered }
    }

    fn boxes(&self, part: &str) -> BTreeSet<usize> {
        let exact = self.parts.get(part).into_iter();
        let longer = self.pieces.range(part.to_owned()..).take_while(|(own, _)| own.starts_with(part));
        // Codes are short: `E11` is a prefix of `E111`.
        let is_code = part.starts_with(char::is_alphabetic) && part.ends_with(|c: char| c.is_ascii_digit());
        let longer = longer.filter(|_| part.len() >= MIN_BEGINNING || is_code).map(|(_, boxes)| boxes);
        exact.chain(longer).flatten().copied().collect()
    }
}

/// Whether a short text is about something specific, not just `this issue` or `a task`.
pub(super) fn has_object(text: &str) -> bool {
    const MAX_WORDS: usize = 15;
    // A command is followed by a person.
    let prose: String = text.lines().filter(|line| !line.starts_with('/')).collect::<Vec<_>>().join(" ");
    prose.split_whitespace().count() <= MAX_WORDS
        && words::of(&prose).iter().any(|word| is_object(words::stem(&word.key)))
}

/// Whether a text has a word that looks like a name: `H7`, `net_utils`.
pub(super) fn has_name(text: &Prose) -> bool {
    let is_name = |raw: &str| words::is_identifier(raw) || words::is_in_capitals(raw);
    text.words().iter().any(|word| word.is_code || is_name(&word.raw) && word.key != "pr")
}

fn is_object(word: &str) -> bool {
    static GENERAL: PhraseList = PhraseList::new(
        "issue; issues; task; tasks; item; list; contribution; contributing; contribute; first; time; week; today; \
        tomorrow; please; thanks; guys; soon; here; something; project; same; yep; yup; yes; sure; newbie; beginner; draft; \
        branch; nearly; ready; able; available; assigned; asap; weekend; month; days; hours; repo; repository; community; open; \
        source; contributor; contributors; opensource; hacktoberfest; opportunity; chance; welcome",
    );
    is_distinctive(word) && !GENERAL.has(word)
}

/// Whether a word may be a name with letters missing.
fn alike(word: &str, name: &str) -> bool {
    let mut letters = name.chars();
    word.len() > 2 && word.chars().next() == name.chars().next() && word.chars().all(|c| letters.any(|own| own == c))
}

fn whole_words(words: &[TextWord]) -> BTreeSet<String> {
    words.iter().map(|word| words::stem(&word.key).to_owned()).collect()
}

/// Two-letter pieces of names that are also common words, marked with `^`: the `US` of `us-east-1`.
fn codes(words: &[TextWord], is_name: impl Fn(&str) -> bool) -> Vec<String> {
    const CODE_LETTERS: usize = 2;
    let names = words.iter().filter(|word| is_name(&word.raw));
    let all = names.flat_map(|word| segments(&word.raw)).flatten();
    all.filter(|piece| piece.len() == CODE_LETTERS && words::is_common(piece))
        .map(|piece| format!("^{piece}"))
        .collect()
}

/// The distinctive pieces of a text and its words, and the runs of such pieces.
fn parts(text: &str, words: &[TextWord]) -> BTreeSet<String> {
    let split = |c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | ':');
    let mut all: BTreeSet<String> = text.split(split).filter_map(range).flatten().collect();
    for pieces in words.iter().flat_map(|word| segments(&word.raw)) {
        all.extend(pieces.iter().filter_map(|piece| numeronym(piece)));
        for start in 0..pieces.len() {
            let mut run = String::new();
            for piece in pieces.iter().skip(start) {
                run.push_str(piece);
                all.insert(singular(words::stem(&run)).to_owned());
            }
        }
    }
    all.retain(|part| is_distinctive(part));
    all
}

/// The singular of a short word: `job` for `jobs`.
fn singular(word: &str) -> &str {
    const MIN_LETTERS: usize = 3;
    let ends = word.ends_with("ss") || word.ends_with("us") || word.ends_with("is");
    word.strip_suffix('s').filter(|rest| rest.len() >= MIN_LETTERS && !ends).unwrap_or(word)
}

/// Whether a word is part of talking about work in general.
pub(super) fn is_of_speech(word: &str) -> bool {
    static WORDS: LazyLock<HashSet<&str>> =
        LazyLock::new(|| [&WORK, &IDLE, &GLUE, &ADVERBS, &OPENINGS].into_iter().flat_map(PhraseList::all).collect());
    WORDS.contains(word)
}

/// The numeronym of a long word, with the count of omitted letters: `k8s` for `kubernetes`.
fn numeronym(piece: &str) -> Option<String> {
    const MIN_LETTERS: usize = 8;
    let (first, last) = (piece.chars().next()?, piece.chars().last()?);
    let is_word = piece.len() >= MIN_LETTERS && piece.bytes().all(|b| b.is_ascii_lowercase());
    is_word.then(|| format!("{first}{}{last}", piece.len() - 2))
}

/// The codes of a range, or the prefix of a wildcard: all three for `E201-E203`, `e11` for `E11x`.
fn range(word: &str) -> Option<Vec<String>> {
    let lower = word.trim_end_matches(['.', ';', '!', '?']).to_lowercase();
    wild(&lower).map(|start| vec![start.to_owned()]).or_else(|| words::range(&lower))
}

/// The prefix of a wildcard: `e11` for `e11x`.
fn wild(word: &str) -> Option<&str> {
    let start = word.trim_end_matches(['x', '*']);
    let is_code = words::code(start).is_some_and(|(letters, ..)| !letters.is_empty());
    (start.len() < word.len() && is_code).then_some(start)
}

/// The pieces of each segment of a path.
fn segments(name: &str) -> Vec<Vec<String>> {
    name.split(['/', '.']).map(words::pieces).filter(|pieces| !pieces.is_empty()).collect()
}

fn is_distinctive(part: &str) -> bool {
    const NO_NAMES: [&str; 25] = [
        "open", "go", "hi", "ok", "oh", "vs", "id", "im", "ive", "ill", "http", "https", "www", "com", "io", "org",
        "file", "files", "module", "package", "list", "function", "method", "class", "page",
    ];
    part.len() > 1
        && !part.bytes().all(|b| b.is_ascii_digit())
        && !is_of_speech(part)
        && !words::is_common(part)
        && !NO_NAMES.contains(&part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{TaskState, fixtures};

    fn near(boxes: &[&str], text: &str, named: &[usize]) -> Vec<usize> {
        let tasks: Vec<_> = boxes.iter().map(|text| fixtures::task(text, TaskState::Open)).collect();
        NearNames::of(&tasks, &words::of_boxes(&tasks))
            .in_text(&Prose::new(text), &named.iter().copied().collect())
            .into_iter()
            .collect()
    }

    #[test]
    fn names_are_split_at_separators_and_capitals() {
        assert_eq!(words::pieces("TFConvBERTModel"), ["tf", "conv", "bert", "model"]);
        assert_eq!(words::pieces("e2e/ctl_v3_kv_test.go"), ["e2e", "ctl", "v3", "kv", "test", "go"]);
    }

    #[test]
    fn a_numeronym_is_a_near_match() {
        assert_eq!(near(&["CNCF Kubernetes", "Celery"], "doing k8s next", &[]), [0]);
        assert_eq!(near(&["i18n", "l10n"], "I'll look into internationalization", &[]), [0]);
    }

    #[test]
    fn ranges_and_wildcards_of_codes_are_expanded() {
        assert_eq!(range("E201-E203"), Some(vec!["e201".to_owned(), "e202".to_owned(), "e203".to_owned()]));
        assert_eq!(range("E11x"), Some(vec!["e11".to_owned()]));
        assert_eq!((range("max"), range("pod-1")), (None, None));
        assert_eq!(near(&["E111", "E112", "W605"], "I'll take all of E11x.", &[]), [0, 1]);
    }

    #[test]
    fn a_part_a_prefix_or_a_longer_name_is_a_near_match() {
        let boxes = ["ConvBERT", "e2e/ctl_v3_move_leader_test.go", "exporter/pulsarexporter", "sklearn.tree.plot_tree"];
        assert_eq!(near(&boxes, "`TFConvBERTModel` has no hints", &[]), [0]);
        assert_eq!(near(&boxes, "could you assign move leader to me?", &[]), [1]);
        assert_eq!(near(&boxes, "[exporter/pulsar] Enable the check", &[]), [2]);
        assert_eq!(near(&boxes, "the exporter and the leak", &[]), [2]);
        assert_eq!(near(&boxes, "the functions in sklearn.tree", &[]), [3]);
    }

    #[test]
    fn a_name_is_covered_if_all_its_pieces_are_words_of_the_text() {
        let tasks = ["special.erf_zeros", "Role", "exporter/pulsarexporter", "Write the report for the board"];
        let tasks = tasks.map(|text| fixtures::task(text, TaskState::Open));
        let near = NearNames::of(&tasks, &words::of_boxes(&tasks));
        let covered = |text: &str| near.covered(text).into_iter().collect::<Vec<_>>();
        assert_eq!(covered("special: examples for zeros of erf"), [0]);
        assert_eq!(covered("[exporter/pulsar] Enable the check"), [2]);
        assert_eq!(covered("Fix RoleBinding"), [] as [usize; 0]);
    }

    #[test]
    fn a_separate_word_matches_more_than_the_named_box() {
        let boxes = ["kernels.Matern", "kernels.RBF", "us-east-1", "us-west-2", "eu-west-1"];
        assert_eq!(near(&boxes, "the kernels, beginning with kernels.RBF", &[1]), [0]);
        assert_eq!(near(&boxes, "I'll take kernels.RBF", &[1]), [] as [usize; 0]);
        assert_eq!(near(&boxes, "I'm moving the US regions", &[]), [2, 3]);
        assert_eq!(near(&boxes, "Give it to us", &[]), [] as [usize; 0]);
    }

    #[test]
    fn families_single_words_and_missing_letters_match() {
        let boxes = ["embassy-usb", "embassy-usb-dfu", "embassy-rp", "kubekins-e2e", "krte", "boot", "pod", "node"];
        let tasks = boxes.map(|text| fixtures::task(text, TaskState::Open));
        let near = NearNames::of(&tasks, &words::of_boxes(&tasks));
        let all = |found: BTreeSet<usize>| found.into_iter().collect::<Vec<_>>();
        assert_eq!(all(near.families(&Prose::new("I'll take the usb crates"))), [0, 1]);
        assert_eq!(all(near.families(&Prose::new("I'll take usb, all the same"))), [] as [usize; 0]);
        assert_eq!(all(near.only(&Prose::new("I can pick up kubekins"), &BTreeSet::new())), [3]);
        assert_eq!(all(near.alike(&Prose::new("I will pick kubkins"))), [3]);
    }

    #[test]
    fn words_of_a_named_box_are_no_near_matches() {
        let boxes = ["Move the billing dashboards", "Move the alert dashboards", "Roles"];
        assert_eq!(near(&boxes, "I'll take the billing dashboards", &[0]), [] as [usize; 0]);
        assert_eq!(near(&boxes, "Please assign me the dashboards", &[]), [0, 1]);
    }
}
