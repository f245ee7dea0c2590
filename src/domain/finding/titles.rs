//! Titles of issues: which of them name a project, and which say the same.
//!
//! Ten thousand are read for a page of findings, so only what somebody will ask for is kept.

use std::ops::Range;

use memchr::memmem::Finder;

use crate::domain::{Map, Set};

/// What is looked for in titles.
pub(super) struct Wanted<'a> {
    /// The project names, each with its place in [`Titles::named`].
    names: Map<&'a str, usize>,
    words: Words,
    /// Fingerprints of titles.
    alike: Set<u64>,
    /// How those titles end, as bits: tells most titles apart without a fingerprint.
    ends: Vec<u64>,
}

/// What was found in titles; an issue is its place in the snapshot.
#[derive(Default)]
pub(super) struct Titles<'a> {
    names: Map<&'a str, usize>,
    /// For each project name, the issues whose title has it as a word.
    named: Vec<Vec<Named>>,
    /// The fingerprints that were wanted with the issues that have them, in order.
    alike: Vec<(u64, usize)>,
}

/// What was found in a part of the titles.
#[derive(Default)]
pub(super) struct Found {
    named: Vec<(usize, Named)>,
    alike: Vec<(u64, usize)>,
}

/// An issue whose title names a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) place: usize,
    /// Whether the title says `project NAME` or `NAME project`.
    pub(super) as_project: bool,
}

impl<'a> Wanted<'a> {
    /// Prepares to find names, and titles that are like these.
    pub(super) fn new<'b>(wanted: impl Iterator<Item = &'a str>, titles: impl Iterator<Item = &'b str>) -> Self {
        let mut names = Map::default();
        for name in wanted {
            let next = names.len();
            names.entry(name).or_insert(next);
        }
        let words = Words::like(names.keys().copied());
        let (mut alike, mut ends) = (Set::default(), vec![0; ENDS / 64]);
        for title in titles {
            let (cell, bit) = ending(title);
            if let Some(ends) = ends.get_mut(cell) {
                *ends |= bit;
            }
            alike.insert(fingerprint(title));
        }
        Self { names, words, alike, ends }
    }

    /// Reads the title of the issue at a place.
    pub(super) fn read(&self, place: usize, title: &str, found: &mut Found) {
        if self.may_be_alike(title) {
            let print = fingerprint(title);
            found.alike.extend(self.alike.contains(&print).then_some((print, place)));
        }
        let before = found.named.len();
        self.words.each(title, |start, word| {
            let Some(&name) = self.names.get(word) else { return };
            // Of a name that stands there twice the first counts.
            if found.named.iter().skip(before).all(|(other, _)| *other != name) {
                let is_last = title.trim_end().ends_with(word);
                let before = last_word(title.get(..start).unwrap_or_default());
                let as_project = before.eq_ignore_ascii_case("project") || !is_last && says_project(title, word);
                found.named.push((name, Named { place, as_project }));
            }
        });
    }

    /// Puts together what was found in parts, which are in order.
    pub(super) fn whole(self, parts: impl IntoIterator<Item = Found>) -> Titles<'a> {
        let mut named = vec![Vec::new(); self.names.len()];
        let mut alike = Vec::new();
        for part in parts {
            for (name, found) in part.named {
                named.get_mut(name).into_iter().for_each(|of_name| of_name.push(found));
            }
            alike.extend(part.alike);
        }
        alike.sort_unstable();
        Titles { names: self.names, named, alike }
    }

    fn may_be_alike(&self, title: &str) -> bool {
        let (cell, bit) = ending(title);
        self.ends.get(cell).is_some_and(|ends| ends & bit != 0)
    }
}

impl Titles<'_> {
    /// Returns the issues whose title has a name as a word.
    pub(super) fn naming(&self, name: &str) -> &[Named] {
        let of_name = self.names.get(name).and_then(|at| self.named.get(*at));
        of_name.map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns the issues whose title is probably the same, in order: [`are_same`] tells for certain.
    pub(super) fn same(&self, title: &str) -> impl Iterator<Item = usize> {
        let print = fingerprint(title);
        let first = self.alike.partition_point(|(other, _)| *other < print);
        let behind = self.alike.get(first..).unwrap_or_default().iter();
        behind.take_while(move |(other, _)| *other == print).map(|(_, place)| *place)
    }
}

/// What tells most words of a title apart from names without a hash.
struct Words {
    /// Which lengths names have, as bits, by their first byte.
    lengths: Box<[u64; 256]>,
    /// What a byte may be: [`EDGE`], [`FIRST`].
    classes: Box<[u8; 256]>,
    /// The names without a hyphen, where they are few: all others are found by theirs.
    plain: Option<Vec<Finder<'static>>>,
}

/// So many names without a hyphen are looked for one by one.
const FEW: usize = 8;

/// A byte that stands between words.
const EDGE: u8 = 1;
/// The first byte of a name.
const FIRST: u8 = 2;

impl Words {
    fn like<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut lengths = Box::new([0; 256]);
        let mut plain = Vec::new();
        for name in names {
            plain.extend((!name.contains('-')).then_some(name));
            if let Some(of_first) = name.bytes().next().and_then(|first| lengths.get_mut(usize::from(first))) {
                *of_first |= bit(name.len());
            }
        }
        let mut classes = Box::new([0; 256]);
        for ((byte, class), lengths) in (0..=255).zip(classes.iter_mut()).zip(lengths.iter()) {
            let is_edge = byte < 128_u8 && is_edge(char::from(byte));
            *class = if is_edge { EDGE } else { 0 } | if *lengths == 0 { 0 } else { FIRST };
        }
        let finders = || plain.iter().map(|name| Finder::new(name.as_bytes()).into_owned()).collect();
        Self { lengths, classes, plain: (plain.len() <= FEW).then(finders) }
    }

    /// The words of a title that may be names, and where they start. A name inside a path (`gs://name`, `name/cluster`)
    /// or a longer name is none.
    fn each<'t>(&self, title: &'t str, mut take: impl FnMut(usize, &'t str)) {
        let mut take = |start: usize, word: &'t str| {
            let word = trimmed(word);
            let lengths = word.bytes().next().and_then(|first| self.lengths.get(usize::from(first)));
            if lengths.is_some_and(|lengths| lengths & bit(word.len()) != 0) {
                take(start, word);
            }
        };
        if !title.is_ascii() {
            let mut end = 0;
            for part in title.split_inclusive(is_edge) {
                take(end, part.trim_end_matches(is_edge));
                end += part.len();
            }
            return;
        }
        // The same without decoding.
        let Some(plain) = &self.plain else { return self.each_beginning(title, take) };
        let mut done = 0;
        for at in memchr::memchr_iter(b'-', title.as_bytes()) {
            if at >= done {
                let word = self.around(title, at);
                done = word.end;
                take(word.start, title.get(word).unwrap_or_default());
            }
        }
        for at in plain.iter().flat_map(|name| name.find_iter(title.as_bytes())) {
            let word = self.around(title, at);
            if word.start == at {
                take(at, title.get(word).unwrap_or_default());
            }
        }
    }

    /// The words that begin as a name does.
    fn each_beginning<'t>(&self, title: &'t str, mut take: impl FnMut(usize, &'t str)) {
        let mut before = EDGE;
        for (start, &byte) in title.as_bytes().iter().enumerate() {
            let class = self.class(byte);
            if before & EDGE != 0 && class & FIRST != 0 {
                take(start, title.get(self.around(title, start)).unwrap_or_default());
            }
            before = class;
        }
    }

    /// The word that a byte of an ASCII title belongs to.
    fn around(&self, title: &str, at: usize) -> Range<usize> {
        let (before, behind) = title.as_bytes().split_at_checked(at).unwrap_or_default();
        let is_edge = |byte: &u8| self.class(*byte) & EDGE != 0;
        let start = before.iter().rposition(is_edge).map_or(0, |edge| edge + 1);
        start..behind.iter().position(is_edge).map_or(title.len(), |edge| at + edge)
    }

    fn class(&self, byte: u8) -> u8 {
        self.classes.get(usize::from(byte)).copied().unwrap_or(0)
    }
}

fn bit(length: usize) -> u64 {
    1 << length.min(63)
}

/// The last word of what stands before a name.
fn last_word(before: &str) -> &str {
    before.rsplit(is_edge).map(trimmed).find(|word| !word.is_empty()).unwrap_or_default()
}

fn trimmed(word: &str) -> &str {
    word.trim_end_matches(['.', ':', '?', '!'])
}

/// What stands between words.
fn is_edge(c: char) -> bool {
    c.is_whitespace() || matches!(c, '`' | '"' | '\'' | '(' | ')' | '[' | ']' | ',' | ';' | '>' | '<')
}

fn says_project(title: &str, word: &str) -> bool {
    let behind = title.split_once(word).map(|(_, behind)| behind.to_ascii_lowercase()).unwrap_or_default();
    let behind = behind.trim_start_matches(['`', '"', ' ']);
    behind.starts_with("project") || behind.starts_with("gcp project")
}

/// Tells whether two titles have the same letters and digits, whatever their case.
pub(super) fn are_same(one: &str, other: &str) -> bool {
    letters(one).eq(letters(other))
}

fn letters(title: &str) -> impl DoubleEndedIterator<Item = char> + '_ {
    title.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase())
}

/// How many endings are told apart: as many as sixteen bits.
const ENDS: usize = 1 << 16;

/// Where the end of a title stands among the bits: titles begin alike, and end with what they are about.
fn ending(title: &str) -> (usize, u64) {
    let mix = |end: u64, letter: char| (end << 8) ^ u64::from(letter);
    let last = if title.is_ascii() {
        let letters = title.bytes().rev().filter(u8::is_ascii_alphanumeric).take(8);
        letters.fold(0, |end, byte| mix(end, char::from(byte.to_ascii_lowercase())))
    } else {
        letters(title).rev().take(8).fold(0, mix)
    };
    let place = (last.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48) as usize;
    (place / 64, 1 << (place % 64))
}

/// FNV-1a over the letters: no allocation for each of ten thousand titles.
fn fingerprint(title: &str) -> u64 {
    let mix = |hash: u64, letter: u64| (hash ^ letter).wrapping_mul(0x0100_0000_01b3);
    let start = 0xcbf2_9ce4_8422_2325;
    if title.is_ascii() {
        // The same letters, without looking them up in the tables of Unicode.
        let letters = title.bytes().filter(u8::is_ascii_alphanumeric);
        return letters.fold(start, |hash, byte| mix(hash, u64::from(byte.to_ascii_lowercase())));
    }
    letters(title).fold(start, |hash, letter| mix(hash, u64::from(letter)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read_all<'a>(wanted: Wanted<'a>, titles: &[(usize, &str)]) -> Titles<'a> {
        let part = |(place, title): &(usize, &str)| {
            let mut found = Found::default();
            wanted.read(*place, title, &mut found);
            found
        };
        let parts: Vec<_> = titles.iter().map(part).collect();
        wanted.whole(parts)
    }

    fn read(names: &[&'static str], title: &str) -> Vec<Vec<Named>> {
        let titles = read_all(Wanted::new(names.iter().copied(), std::iter::empty()), &[(7, title)]);
        names.iter().map(|name| titles.naming(name).to_vec()).collect()
    }

    #[test]
    fn a_name_is_a_word_of_a_title_and_no_part_of_one() {
        let names = ["k8s-prow", "k8s-prow-build"];
        let named = |as_project| vec![Named { place: 7, as_project }];
        assert_eq!(read(&names, "Migrate away from gcp project k8s-prow."), [named(true), vec![]]);
        assert_eq!(read(&names, "Move `k8s-prow-build` project"), [vec![], named(true)]);
        assert_eq!(read(&names, "clean\u{a0}k8s-prow up"), [named(false), vec![]]);
        assert_eq!(read(&names, "k8s-prow, the project k8s-prow"), [named(false), vec![]], "the first counts");
        assert_eq!(read(&names, "gs://k8s-prow/x and k8s-prow/cluster and k8s-prows"), [vec![], vec![]]);
    }

    #[test]
    fn titles_are_the_same_whatever_their_case_and_signs() {
        let wanted = Wanted::new(std::iter::empty(), ["Move: the Größe (1)"].into_iter());
        let titles = [(1, "move THE größe 1"), (2, "move the größe 2"), (3, "Move the größe: 1")];
        let same: Vec<_> = read_all(wanted, &titles).same("Move: the Größe (1)").collect();
        assert_eq!(same, [1, 3]);
        assert!(are_same("A-b 1", "a B1") && !are_same("a", "ab"));
    }

    #[test]
    fn words_of_ascii_are_those_of_any_title() {
        let all: String = (0..128_u8).map(char::from).flat_map(|c| ['a', c, 'b', c]).collect();
        let mut any_word = Words { plain: None, ..Words::like(std::iter::empty()) };
        any_word.lengths.fill(u64::MAX);
        any_word.classes.iter_mut().for_each(|class| *class |= FIRST);
        for title in [all.as_str(), "", " ", "a", "a.", "..", "(a) b", "a, b: c!", "bc a/b ab. (ab ab/ ab"] {
            let (mut ascii, mut any) = (Vec::new(), Vec::new());
            any_word.each(title, |start, word| ascii.push((start, word)));
            let longer = format!("{title} é");
            any_word.each(&longer, |start, word| any.push((start, word)));
            assert_eq!(any.pop(), Some((title.len() + 1, "é")));
            assert_eq!(ascii, any, "{title:?}");
            for (start, word) in ascii {
                assert!(title.split_at(start).1.starts_with(word));
            }
        }
    }

    proptest! {
        #[test]
        fn names_are_found_whether_few_have_no_hyphen_or_many(
            names in prop::collection::vec("[ab]{1,2}(-[ab]{1,2}){0,2}", 1..20),
            title in "[ab().:é, -]{0,40}"
        ) {
            let found = |words: &Words| {
                let mut found = Vec::new();
                words.each(&title, |start, word| found.push((start, word.to_owned())));
                found.retain(|(_, word)| names.contains(word));
                found.sort();
                found.dedup();
                found
            };
            let mut words = Words::like(names.iter().map(String::as_str));
            let is_few = words.plain.is_some();
            prop_assert_eq!(is_few, names.iter().filter(|name| !name.contains('-')).count() <= FEW);
            let quick = found(&words);
            words.plain = None;
            prop_assert_eq!(&quick, &found(&words));
            let mut at = 0;
            let mut expected = Vec::new();
            for part in title.split_inclusive(is_edge) {
                let word = trimmed(part.trim_end_matches(is_edge));
                expected.extend(names.iter().any(|name| name == word).then(|| (at, word.to_owned())));
                at += part.len();
            }
            prop_assert_eq!(quick, expected);
        }
    }

    #[test]
    fn what_stands_before_a_name_is_its_last_word() {
        let said = ["", "project ", "gcp project `", "Project ... (", "the project: ", "projects "];
        assert_eq!(said.map(last_word), ["", "project", "project", "Project", "project", "projects"]);
    }
}
