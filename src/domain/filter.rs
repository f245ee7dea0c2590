//! Filter words, the same in the TUI and in the commands.
//!
//! Words are separated by blanks and all must hold; `-word` must not. Plain words match fuzzily.

mod word;

use std::fmt::Write as _;

use nucleo_matcher::pattern::{Atom, AtomKind, CaseMatching, Normalization};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use thiserror::Error;

use super::{Date, Issue, Issues, ItemRow};
use word::Facet;
pub use word::{IS, KEYS, NO};

/// A parsed filter; the empty one lets everything pass.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    words: Vec<Word>,
}

#[derive(Debug, Clone, PartialEq)]
struct Word {
    excludes: bool,
    test: Test,
}

#[derive(Debug, Clone, PartialEq)]
enum Test {
    Text(Atom),
    Facet(Facet),
}

/// Why a filter could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message} in filter word `{word}`")]
pub struct FilterError {
    /// The word as it was typed.
    pub word: String,
    /// What is wrong with it.
    pub message: String,
    /// What would be right.
    pub hint: String,
}

/// What a filter looks at.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// What plain words match: see [`text_of`].
    pub text: &'a str,
    /// The item.
    pub item: &'a ItemRow,
    /// The issues that were fetched.
    pub issues: &'a Issues,
    /// The day that ages are counted from.
    pub date: Date,
}

impl Subject<'_> {
    /// Finds the item's issue, if it was fetched; few words ask for it.
    fn issue(&self) -> Option<&Issue> {
        self.issues.get(self.item.issue.as_ref()?)
    }
}

impl Filter {
    /// Reads a filter as it is typed: `sig:testing is:free -label:"good first issue" kettle`.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        let words = split(text).iter().map(|word| Word::parse(word)).collect::<Result<_, _>>()?;
        Ok(Self::of(words))
    }

    /// Reads a filter from the arguments of a command, in which a shell has removed the quotes.
    pub fn from_arguments(arguments: &[String]) -> Result<Self, FilterError> {
        let mut words = Vec::new();
        for argument in arguments {
            if is_one_word(argument) {
                words.push(Word::parse(argument)?);
            } else {
                words.extend(Self::parse(argument)?.words);
            }
        }
        Ok(Self::of(words))
    }

    /// What costs least is asked first.
    fn of(mut words: Vec<Word>) -> Self {
        words.sort_by_key(|word| matches!(word.test, Test::Text(_)));
        Self { words }
    }

    /// Tells whether everything passes.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}

/// Tells whether an argument is one word though it may have blanks, as in `label:good first issue`. One in which
/// another word has a key, or whose key takes no blanks, is a whole filter that somebody put in quotes.
fn is_one_word(argument: &str) -> bool {
    let bare = |word: &'_ str| word::has_key(word.strip_prefix('-').unwrap_or(word));
    if !bare(argument) || argument.contains('"') {
        return false;
    }
    let Some((first, rest)) = argument.split_once(char::is_whitespace) else { return true };
    let key = first.trim_start_matches('-').split(':').next().unwrap_or_default();
    matches!(key, "label" | "milestone" | "kind") && !rest.split_whitespace().any(bare)
}

impl Word {
    fn parse(text: &str) -> Result<Self, FilterError> {
        let (excludes, rest) = match text.strip_prefix('-') {
            Some(rest) if !rest.is_empty() => (true, rest),
            Some(_) | None => (false, text),
        };
        let facet =
            Facet::parse(rest).map_err(|(message, hint)| FilterError { word: text.to_owned(), message, hint })?;
        let atom = || Atom::new(rest, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy, false);
        let test = facet.map_or_else(|| Test::Text(atom()), Test::Facet);
        Ok(Self { excludes, test })
    }
}

/// Splits at blanks outside double quotes; the quotes go.
fn split(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => words.push(String::new()),
            c => words.last_mut().expect("there is always a last word").push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Returns what plain words are looked for in: project, title, key and issue of an item.
pub fn text_of(item: &ItemRow) -> String {
    let mut text = String::new();
    add_text(&mut text, item);
    text
}

/// Writes what [`text_of`] returns behind a text.
pub fn add_text(text: &mut String, item: &ItemRow) {
    let key = if item.title.contains(item.key.as_str()) { "" } else { item.key.as_str() };
    for part in [item.project.as_str(), " ", &item.title, " ", key] {
        text.push_str(part);
    }
    if let Some(issue) = &item.issue {
        let _ = write!(text, " #{}", issue.number);
    }
}

/// A filter at work; keeps the memory of the fuzzy matcher between items.
#[derive(Debug)]
pub struct Sieve<'a> {
    filter: &'a Filter,
    matcher: Matcher,
    buffer: Vec<char>,
}

impl<'a> Sieve<'a> {
    /// Puts a filter to work.
    pub fn new(filter: &'a Filter) -> Self {
        Self { filter, matcher: Matcher::new(Config::DEFAULT), buffer: Vec::new() }
    }

    /// Tells whether every word holds.
    pub fn passes(&mut self, subject: &Subject<'_>) -> bool {
        let filter = self.filter;
        filter.words.iter().all(|word| self.holds(word, subject) != word.excludes)
    }

    fn holds(&mut self, word: &Word, subject: &Subject<'_>) -> bool {
        match &word.test {
            Test::Facet(facet) => facet.holds(subject),
            Test::Text(atom) => self.is_near(atom, word.excludes, subject.text),
        }
    }

    /// Fuzzy, yet not scattered: letters must mostly stand together or begin words. What is excluded
    /// must stand there in one piece, or else half of a list would go.
    ///
    /// The greedy match is tried first, since it is many times faster than the best one; where it strays, a
    /// text that holds the word in one piece passes all the same.
    fn is_near(&mut self, atom: &Atom, excludes: bool, text: &str) -> bool {
        let haystack = Utf32Str::new(text, &mut self.buffer);
        let needle = atom.needle_text();
        if excludes {
            return self.matcher.substring_match(haystack, needle).is_some();
        }
        let wanted = needle.len() as u32 * 17;
        match self.matcher.fuzzy_match_greedy(haystack, needle) {
            None => false,
            Some(score) if u32::from(score) + 3 >= wanted => true,
            Some(_) => self.matcher.substring_match(haystack, needle).is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::board::measure::Measure;
    use crate::domain::{Freedom, ItemKey, Owner, ProjectId, State, Timestamp};
    use proptest::prelude::*;

    fn item(title: &str) -> ItemRow {
        ItemRow {
            project: ProjectId::new("k8s-gubernator"),
            key: ItemKey::new("787"),
            title: title.to_owned(),
            kind: Some("service".into()),
            owner: Owner::accepted("sig-testing").into(),
            state: State::Todo,
            measure: Measure::Nothing,
            contradicted: None,
            inner: None,
            issue: None,
            assignees: Vec::new(),
            milestone: None,
            freedom: Freedom::Free,
            blocked_by: Vec::new(),
            touched: Timestamp::parse("2020-09-01T00:00:00Z"),
            due: None,
            place: None,
        }
    }

    fn passes(filter: &str, item: &ItemRow) -> bool {
        let filter = Filter::parse(filter).unwrap();
        let (date, issues) = (Date::from_ymd_opt(2020, 12, 10).unwrap(), &Issues::default());
        Sieve::new(&filter).passes(&Subject { text: &text_of(item), item, issues, date })
    }

    #[test]
    fn plain_words_match_fuzzily_but_not_scattered() {
        let kettle = item("Migrate kettle to the community");
        for filter in ["kettle", "KETTLE", "ketle", "gubernator kettle", "787", "mig com", ""] {
            assert!(passes(filter, &kettle), "{filter}");
        }
        for filter in ["prow", "kettle prow", "mtmtmt", "xyz"] {
            assert!(!passes(filter, &kettle), "{filter}");
        }
    }

    #[test]
    fn words_with_a_key_test_one_fact() {
        let kettle = item("kettle");
        for filter in [
            "sig:testing",
            "sig:sig-testing",
            "sig:sig/testing",
            "project:k8s-gubernator",
            "state:todo",
            "state:done,todo",
            "kind:service",
            "no:assignee",
            "no:issue",
            "is:free",
            "is:open",
            "updated:>90d",
            "-is:blocked",
            "-prow",
        ] {
            assert!(passes(filter, &kettle), "{filter}");
        }
        for filter in ["sig:release", "state:done", "is:blocked", "-is:free", "updated:<90d", "no:owner", "-kettle"] {
            assert!(!passes(filter, &kettle), "{filter}");
        }
    }

    #[test]
    fn a_wrong_value_is_named_with_what_would_be_right() {
        let error = Filter::parse("is:fre").unwrap_err();
        assert_eq!(error.to_string(), "unknown value `fre` in filter word `is:fre`");
        assert_eq!(error.hint, "did you mean `free`?");
    }

    #[test]
    fn what_merely_contains_a_colon_is_plain_text() {
        let bucket = item("gs://k8s-metrics and k8s-gubernator:builds");
        assert!(passes("gs://k8s-metrics", &bucket));
        assert!(passes("k8s-gubernator:builds", &bucket));
    }

    #[test]
    fn quotes_hold_words_together_and_a_shell_may_have_removed_them() {
        let typed = Filter::parse("-label:\"good first issue\" kettle").unwrap();
        let arguments = ["-label:good first issue".to_owned(), "kettle".to_owned()];
        assert_eq!(Filter::from_arguments(&arguments).unwrap(), typed);
        let quoted = Filter::from_arguments(&["sig:testing -is:free kettle".into()]);
        assert_eq!(quoted.unwrap(), Filter::parse("sig:testing -is:free kettle").unwrap());
        let quoted = Filter::from_arguments(&["label:area/infra no:assignee".into()]);
        assert_eq!(quoted.unwrap(), Filter::parse("label:area/infra no:assignee").unwrap());
        assert_eq!(Filter::from_arguments(&["a b".into()]).unwrap(), Filter::parse("a b").unwrap());
    }

    proptest! {
        #[test]
        fn no_text_makes_the_filter_panic(text in ".{0,60}", title in ".{0,60}") {
            if let Ok(filter) = Filter::parse(&text) {
                let item = item(&title);
                let (date, issues) = (Date::from_ymd_opt(2020, 12, 10).unwrap(), &Issues::default());
                Sieve::new(&filter).passes(&Subject { text: &text_of(&item), item: &item, issues, date });
            }
        }

        #[test]
        fn a_word_that_stands_there_passes_and_its_exclusion_does_not(
            word in "[a-z]{2,8}", before in "[a-z ]{0,20}", after in "[a-z ]{0,20}"
        ) {
            let item = item(&format!("{before}{word}{after}"));
            let excluded = format!("-{word}");
            prop_assert!(passes(&word, &item));
            prop_assert!(!passes(&excluded, &item));
        }
    }
}
