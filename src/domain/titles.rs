//! What the titles of issues say, as numbers: which words they have, and which say the same. Ten thousand are asked at
//! once, so a cache keeps the numbers, and nobody reads the titles themselves.

use super::{Issue, Set, Timestamp};

/// What the titles of issues say; pull requests are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Titles {
    /// For each title its place and how many words it has, when the issue was made, its [`print`](fingerprint), its words.
    numbers: Vec<Number>,
}

/// Little endian.
type Number = [u8; 8];

/// What one title says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said<'a> {
    /// The place of the issue in its snapshot.
    pub place: usize,
    /// As [`Issue::created`].
    pub created: Option<Timestamp>,
    /// As [`fingerprint`].
    pub print: u64,
    words: &'a [Number],
}

/// A word of a title, which may be a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name {
    /// As [`number_of`].
    pub number: u64,
    /// Whether the title says `project WORD` or `WORD project`.
    pub as_project: bool,
}

/// The bit of a word that is said as a project.
const PROJECT: u64 = 1;
/// What a title begins with, before its words.
const FRONT: usize = 3;
/// When an issue was made of which nobody knows it.
const UNKNOWN: i64 = i64::MIN;

impl Titles {
    /// Reads the titles of issues, each with its place.
    pub fn of<'a>(issues: impl Iterator<Item = (usize, &'a Issue)>) -> Self {
        let (mut titles, mut known) = (Self::default(), Set::default());
        for (place, issue) in issues.filter(|(_, issue)| !issue.is_pull) {
            known.clear();
            titles.add(place, issue, &mut known);
        }
        titles
    }

    fn add(&mut self, place: usize, issue: &Issue, known: &mut Set<u64>) {
        let title = issue.title.as_str();
        let mut said: Vec<u64> = Vec::new();
        for (start, word) in words(title) {
            let number = number_of(word);
            // Of a word that stands there twice the first counts.
            if known.insert(number) {
                said.push(number | if is_said_as_project(title, start, word) { PROJECT } else { 0 });
            }
        }
        let created = issue.created.map_or(UNKNOWN, |created| created.0);
        let front = [(place as u64) << 32 | said.len() as u64, created.cast_unsigned(), fingerprint(title)];
        self.numbers.extend(front.into_iter().chain(said).map(u64::to_le_bytes));
    }

    /// Returns everything as bytes, which [`Said::first`] takes to pieces.
    pub fn bytes(&self) -> &[u8] {
        self.numbers.as_flattened()
    }

    /// Returns what each title says, in order of place.
    pub fn each(&self) -> impl Iterator<Item = Said<'_>> {
        let mut rest = self.bytes();
        std::iter::from_fn(move || {
            let said;
            (said, rest) = Said::first(rest)?;
            Some(said)
        })
    }
}

impl<'a> Said<'a> {
    /// Takes the first title off some bytes; `None` where they are too few.
    pub fn first(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (numbers, _) = bytes.as_chunks();
        let (front, behind) = numbers.split_first_chunk::<FRONT>()?;
        let [place, created, print] = front.map(u64::from_le_bytes);
        let words = behind.get(..(place & u64::from(u32::MAX)) as usize)?;
        let created = Some(created.cast_signed()).filter(|created| *created != UNKNOWN).map(Timestamp);
        let said = Self { place: (place >> 32) as usize, created, print, words };
        Some((said, bytes.get((FRONT + words.len()) * size_of::<Number>()..)?))
    }

    /// Returns its words, none twice.
    pub fn names(&self) -> impl Iterator<Item = Name> + use<'a> {
        let words = self.words.iter().map(|word| u64::from_le_bytes(*word));
        words.map(|word| Name { number: word & !PROJECT, as_project: word & PROJECT != 0 })
    }
}

/// The number of a word, as good as its own: 63 bits of FNV-1a.
pub fn number_of(word: &str) -> u64 {
    word.bytes().fold(START, |hash, byte| mix(hash, u64::from(byte))) & !PROJECT
}

/// The number of a title's letters and digits, whatever their case; [`are_same`] tells for certain.
pub fn fingerprint(title: &str) -> u64 {
    letters(title).fold(START, |hash, letter| mix(hash, u64::from(letter)))
}

/// Tells whether two titles have the same letters and digits, whatever their case.
pub fn are_same(one: &str, other: &str) -> bool {
    letters(one).eq(letters(other))
}

fn letters(title: &str) -> impl Iterator<Item = char> + '_ {
    title.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase())
}

const START: u64 = 0xcbf2_9ce4_8422_2325;

/// A step of FNV-1a.
fn mix(hash: u64, letter: u64) -> u64 {
    (hash ^ letter).wrapping_mul(0x0100_0000_01b3)
}

/// The words of a title that may be names, and where they start. A name inside a path (`gs://name`, `name/cluster`) or a
/// longer name is none.
fn words(title: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut end = 0;
    let parts = title.split_inclusive(is_edge).map(move |part| {
        let start = end;
        end += part.len();
        (start, trimmed(part.trim_end_matches(is_edge)))
    });
    parts.filter(|(_, word)| !word.is_empty())
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

fn is_said_as_project(title: &str, start: usize, word: &str) -> bool {
    let before = last_word(title.get(..start).unwrap_or_default());
    let is_last = || title.trim_end().ends_with(word);
    let behind = || title.get(start + word.len()..).unwrap_or_default().trim_start_matches(['`', '"', ' ']);
    before.eq_ignore_ascii_case("project") || !is_last() && begins_with_project(behind())
}

fn begins_with_project(behind: &str) -> bool {
    let begins = |with: &str| behind.get(..with.len()).is_some_and(|it| it.eq_ignore_ascii_case(with));
    begins("project") || begins("gcp project")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::sample::issue;
    use super::*;

    fn titled(title: &str) -> Issue {
        Issue { title: title.to_owned(), ..issue(1) }
    }

    fn read(names: &[&str], title: &str) -> Vec<Option<bool>> {
        let titles = Titles::of([(7, &titled(title))].into_iter());
        let said: Vec<_> = titles.each().collect();
        let [said] = &*said else { panic!("{said:?}") };
        assert_eq!((said.place, said.created, said.print), (7, issue(1).created, fingerprint(title)));
        let find = |name: &&str| said.names().find(|word| word.number == number_of(name));
        names.iter().map(|name| find(name).map(|word| word.as_project)).collect()
    }

    #[test]
    fn a_name_is_a_word_of_a_title_and_no_part_of_one() {
        let names = ["k8s-prow", "k8s-prow-build"];
        let (no, mentions, as_project) = (None, Some(false), Some(true));
        assert_eq!(read(&names, "Migrate away from gcp project k8s-prow."), [as_project, no]);
        assert_eq!(read(&names, "Move `k8s-prow-build` Project"), [no, as_project]);
        assert_eq!(read(&names, "the k8s-prow GCP project's é"), [as_project, no]);
        assert_eq!(read(&names, "clean\u{a0}k8s-prow up"), [mentions, no]);
        assert_eq!(read(&names, "k8s-prow, the project k8s-prow"), [mentions, no], "the first counts");
        assert_eq!(read(&names, "gs://k8s-prow/x: clean the k8s-prow project up"), [as_project, no]);
        assert_eq!(read(&names, "gs://k8s-prow/x and k8s-prow/cluster and k8s-prows"), [no, no]);
        assert_eq!(read(&names, ""), [no, no]);
    }

    #[test]
    fn titles_are_the_same_whatever_their_case_and_signs() {
        assert_eq!(fingerprint("Move: the Größe (1)"), fingerprint("move THE größe: 1"));
        assert_ne!(fingerprint("Move: the Größe (1)"), fingerprint("move the größe 2"));
        assert!(are_same("A-b 1", "a B1") && !are_same("a", "ab"));
    }

    #[test]
    fn what_stands_before_a_name_is_its_last_word() {
        let said = ["", "project ", "gcp project `", "Project ... (", "the project: ", "projects "];
        assert_eq!(said.map(last_word), ["", "project", "project", "Project", "project", "projects"]);
    }

    #[test]
    fn pull_requests_say_nothing_and_what_nobody_knows_stays_unknown() {
        let issues =
            [titled("one"), Issue { is_pull: true, ..titled("two") }, Issue { created: None, ..titled("three") }];
        let titles = Titles::of(issues.iter().enumerate());
        let said: Vec<_> = titles.each().map(|said| (said.place, said.created)).collect();
        assert_eq!(said, [(0, issue(1).created), (2, None)]);
    }

    proptest! {
        #[test]
        fn bytes_of_any_length_are_taken_to_pieces(
            texts in prop::collection::vec("[a-c`. é-]{0,12}", 0..6), cut in any::<prop::sample::Index>()
        ) {
            let issues: Vec<_> = texts.iter().map(|title| titled(title)).collect();
            let titles = Titles::of(issues.iter().enumerate());
            let whole: Vec<_> = titles.each().collect();
            prop_assert_eq!(whole.iter().map(|said| said.place).collect::<Vec<_>>(), (0..texts.len()).collect::<Vec<_>>());
            let (mut before, mut behind) = titles.bytes().split_at(cut.index(titles.bytes().len() + 1));
            let mut said = Vec::new();
            while let Some((first, rest)) = Said::first(before) {
                said.push(first);
                before = rest;
            }
            let between = [before, behind].concat();
            behind = &between;
            while let Some((first, rest)) = Said::first(behind) {
                said.push(first);
                behind = rest;
            }
            prop_assert_eq!((said, behind.len()), (whole, 0));
        }

        #[test]
        fn every_word_of_a_title_is_found(title in "[ab().:`é project-]{0,40}") {
            let titles = Titles::of([(0, &titled(&title))].into_iter());
            let said: Vec<_> = titles.each().flat_map(|said| said.names()).collect();
            let mut expected = Vec::new();
            for part in title.split(is_edge).map(trimmed).filter(|part| !part.is_empty()) {
                let number = number_of(part);
                expected.extend((!expected.contains(&number)).then_some(number));
            }
            prop_assert_eq!(said.iter().map(|word| word.number).collect::<Vec<_>>(), expected);
        }
    }
}
