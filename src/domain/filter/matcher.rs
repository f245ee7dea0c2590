//! Matching: tests candidates against a filter, and ranks them.

use nucleo_matcher::{Config, Matcher, Utf32Str, Utf32String};

use super::{Filter, FilterWord, WordTest};
use crate::domain::{Date, Freedom, Issue, IssueRef, Issues, ItemRow, Owner, ProjectRow, State, Text, Timestamp};

/// Something that a filter is applied to.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// The text in which plain words are searched: see [`super::text_of`].
    pub text: &'a str,
    /// The facts that words with a key test.
    pub facts: FilterFacts<'a>,
    /// The fetched issues.
    pub issues: &'a Issues,
    /// The day from which ages are counted.
    pub date: Date,
}

/// The facts that words with a key test. A project or a line of a list has only some of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct FilterFacts<'a> {
    /// The id of the project.
    pub project: &'a str,
    /// The owner.
    pub owner: Option<&'a Owner>,
    /// The state.
    pub state: Option<State>,
    /// The kind of work.
    pub kind: Option<&'a str>,
    /// The issue.
    pub issue: Option<&'a IssueRef>,
    /// The logins of the assignees.
    pub assignees: &'a [Text],
    /// The milestone.
    pub milestone: Option<&'a str>,
    /// Whether someone can take it.
    pub freedom: Option<Freedom>,
    /// When a person last did something about it.
    pub touched: Option<Timestamp>,
    /// The day by which it is due.
    pub due: Option<Date>,
}

impl<'a> From<&'a ItemRow> for FilterFacts<'a> {
    fn from(item: &'a ItemRow) -> Self {
        Self {
            project: item.project.as_str(),
            owner: Some(&item.owner),
            state: Some(item.state),
            kind: item.kind.as_deref(),
            issue: item.issue.as_ref(),
            assignees: &item.assignees,
            milestone: item.milestone.as_deref(),
            freedom: Some(item.freedom),
            touched: item.touched,
            due: item.due,
        }
    }
}

impl<'a> From<&'a ProjectRow> for FilterFacts<'a> {
    fn from(project: &'a ProjectRow) -> Self {
        Self {
            project: project.id.as_str(),
            owner: Some(&project.owner),
            state: Some(project.state),
            touched: project.touched,
            due: project.due,
            ..Self::default()
        }
    }
}

impl FilterFacts<'_> {
    pub(super) fn is_left(&self) -> bool {
        self.state.is_some_and(|state| !state.is_end())
    }
}

impl Candidate<'_> {
    /// Finds the issue, if it was fetched. Looked up on demand, since few words need it.
    pub(super) fn issue(&self) -> Option<&Issue> {
        self.issues.get(self.facts.issue?)
    }
}

/// Tests candidates, reusing the buffers of the text search.
#[derive(Debug)]
pub struct FilterMatcher<'a> {
    filter: &'a Filter,
    matcher: Matcher,
    buffer: Vec<char>,
    places: Vec<u32>,
}

impl<'a> FilterMatcher<'a> {
    /// Creates the matcher of a filter.
    pub fn new(filter: &'a Filter) -> Self {
        Self { filter, matcher: Matcher::new(Config::DEFAULT), buffer: Vec::new(), places: Vec::new() }
    }

    /// Whether a candidate passes the filter.
    pub fn passes(&mut self, candidate: &Candidate<'_>) -> bool {
        self.rank(candidate).is_some()
    }

    /// Returns the rank of a candidate, 0 for the best match; `None` if it does not pass.
    pub fn rank(&mut self, candidate: &Candidate<'_>) -> Option<u32> {
        let filter = self.filter;
        if filter.is_empty() {
            return Some(0);
        }
        let mut rank_of = |words: &Vec<FilterWord>| words.iter().map(|word| self.rank_of(word, candidate)).sum();
        filter.alternatives.iter().filter_map(&mut rank_of).min()
    }

    fn rank_of(&mut self, word: &FilterWord, candidate: &Candidate<'_>) -> Option<u32> {
        let found = match &word.test {
            WordTest::Facet(facet) => facet.holds(candidate).then_some(0),
            WordTest::Text(text) if self.filter.is_fuzzy && !word.excludes => self.near(text, candidate.text),
            WordTest::Text(text) => self.inside(text, candidate.text),
        };
        if word.excludes { found.is_none().then_some(0) } else { found }
    }

    /// Matches a substring: rank 0 if it begins a word, else 1. Of several matches, the search prefers one that does.
    fn inside(&mut self, word: &Utf32String, text: &str) -> Option<u32> {
        let haystack = Utf32Str::new(text, &mut self.buffer);
        self.places.clear();
        self.matcher.substring_indices(haystack, word.slice(..), &mut self.places)?;
        let before = self.places.first().and_then(|&first| first.checked_sub(1));
        Some(before.map_or(0, |before| u32::from(haystack.get(before).is_alphanumeric())))
    }

    /// Matches fuzzily, but not scattered letters: they must mostly be adjacent or start words. Uses the greedy match,
    /// which is many times faster than the optimal one. If its score is too low, a substring match still passes. The
    /// rank is lower for a better match.
    fn near(&mut self, word: &Utf32String, text: &str) -> Option<u32> {
        let haystack = Utf32Str::new(text, &mut self.buffer);
        let wanted = word.len() as u32 * 17;
        let score = match self.matcher.fuzzy_match_greedy(haystack, word.slice(..))? {
            score if u32::from(score) + 3 >= wanted => score,
            _ => self.matcher.substring_match(haystack, word.slice(..))?,
        };
        Some(u32::from(u16::MAX - score))
    }
}

/// Returns a word in the form that the search expects: in lower case and, since it reads `é` in a text as `e`, without
/// accents.
pub(super) fn normalized(word: &str) -> Utf32String {
    let plain = word.chars().flat_map(char::to_lowercase).map(nucleo_matcher::chars::normalize);
    Utf32String::from(plain.collect::<String>())
}

/// Returns the indices of the candidates that pass, best first and otherwise in their order. If no text contains the
/// plain words, they match fuzzily.
pub fn select<'a>(filter: &Filter, candidates: &(impl Iterator<Item = Candidate<'a>> + Clone)) -> Vec<usize> {
    let ranked = |filter: &Filter| {
        let mut matcher = FilterMatcher::new(filter);
        let passing = candidates.clone().enumerate().filter_map(|(at, own)| Some((matcher.rank(&own)?, at)));
        let mut passing: Vec<_> = passing.collect();
        passing.sort_unstable();
        passing.into_iter().map(|(_, at)| at).collect::<Vec<_>>()
    };
    let found = ranked(filter);
    match filter.fuzzily() {
        Some(loose) if found.is_empty() => ranked(&loose),
        Some(_) | None => found,
    }
}
