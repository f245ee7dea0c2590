//! The filter language of screens and commands.
//!
//! All words must match, `-word` must not, and `OR` separates alternatives. Plain words match as substrings; only if
//! that finds nothing, they match fuzzily.

mod key;
mod known;
mod matcher;
mod word;

use std::fmt::Write as _;

use thiserror::Error;

use super::ItemRow;
pub use key::{FilterKey, ME, short_group};
pub use known::KnownValues;
use matcher::normalized;
pub use matcher::{Candidate, FilterFacts, FilterMatcher, select};
use nucleo_matcher::Utf32String;
use word::Facet;

/// A parsed filter. An empty one passes everything.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// One of these must match, with all its words.
    alternatives: Vec<Vec<FilterWord>>,
    is_fuzzy: bool,
}

#[derive(Debug, Clone, PartialEq)]
struct FilterWord {
    excludes: bool,
    test: WordTest,
}

#[derive(Debug, Clone, PartialEq)]
enum WordTest {
    /// A plain word, as [`normalized`].
    Text(Utf32String),
    Facet(Facet),
}

/// Why a filter could not be parsed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message} in filter word `{word}`")]
pub struct FilterError {
    /// The word as it was typed.
    pub word: String,
    /// What is wrong with it.
    pub message: String,
    /// How to correct it.
    pub hint: String,
}

impl FilterError {
    /// The error for `@me` without a known login.
    pub fn unknown_me() -> Self {
        Self {
            word: ME.to_owned(),
            message: "your GitHub login is not known".to_owned(),
            hint: "sign in with `gh auth login`, or write `login = \"NAME\"` into the settings".to_owned(),
        }
    }
}

impl Filter {
    /// Parses a filter as typed: `sig:testing is:free -label:"good first issue" kettle`.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        Self::of(&split(text))
    }

    /// Parses a filter from command-line arguments, from which the shell has removed the quotes.
    pub fn from_arguments(arguments: &[String]) -> Result<Self, FilterError> {
        let words = arguments
            .iter()
            .flat_map(|argument| if is_one_word(argument) { vec![argument.clone()] } else { split(argument) });
        Self::of(&words.collect::<Vec<_>>())
    }

    fn of(words: &[String]) -> Result<Self, FilterError> {
        let mut alternatives = Vec::new();
        for group in words.split(|word| word == "OR") {
            if group.is_empty() && words.iter().any(|word| word == "OR") {
                return Err(FilterError {
                    word: "OR".into(),
                    message: "a word before and after it is missing".into(),
                    hint: "for example `owner:testing OR owner:release`; values of one key: `state:todo,started`"
                        .into(),
                });
            }
            let mut group = group.iter().map(|word| FilterWord::parse(word)).collect::<Result<Vec<_>, _>>()?;
            // Facets are cheaper than text search.
            group.sort_by_key(|word| matches!(word.test, WordTest::Text(_)));
            alternatives.push(group);
        }
        alternatives.retain(|group| !group.is_empty());
        Ok(Self { alternatives, is_fuzzy: false })
    }

    /// Replaces `@me` with the login of the user.
    pub fn with_me(mut self, me: Option<&str>) -> Result<Self, FilterError> {
        for word in self.alternatives.iter_mut().flatten() {
            let WordTest::Facet(facet) = &mut word.test else { continue };
            facet.with_me(me).map_err(|()| FilterError::unknown_me())?;
        }
        Ok(self)
    }

    /// Whether everything passes.
    pub fn is_empty(&self) -> bool {
        self.alternatives.is_empty()
    }

    /// Returns the filter with fuzzy plain words, to tolerate typos; `None` if that makes no difference.
    pub fn fuzzily(&self) -> Option<Self> {
        let mut words = self.alternatives.iter().flatten();
        let has_text = words.any(|word| !word.excludes && matches!(word.test, WordTest::Text(_)));
        (has_text && !self.is_fuzzy).then(|| Self { is_fuzzy: true, ..self.clone() })
    }
}

/// Whether an argument is a single word despite its spaces: `label:good first issue`. If another word has a key, or the
/// key takes no spaces, it is a whole filter in quotes.
fn is_one_word(argument: &str) -> bool {
    let bare = |word: &'_ str| word::has_key(word.strip_prefix('-').unwrap_or(word));
    if !bare(argument) || argument.contains('"') {
        return false;
    }
    let Some((first, rest)) = argument.split_once(char::is_whitespace) else { return true };
    let key = first.trim_start_matches('-').split(':').next().unwrap_or_default();
    FilterKey::named(key).is_some_and(FilterKey::takes_spaces) && !rest.split_whitespace().any(bare)
}

impl FilterWord {
    fn parse(text: &str) -> Result<Self, FilterError> {
        let (excludes, rest) = match text.strip_prefix('-') {
            Some(rest) if !rest.is_empty() => (true, rest),
            Some(_) | None => (false, text),
        };
        let facet =
            Facet::parse(rest).map_err(|(message, hint)| FilterError { word: text.to_owned(), message, hint })?;
        let test = facet.map_or_else(|| WordTest::Text(normalized(rest)), WordTest::Facet);
        Ok(Self { excludes, test })
    }
}

/// Splits at whitespace outside double quotes, and removes the quotes.
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

/// Returns the text in which plain words are searched: project, title, key and issue of an item.
pub fn text_of(item: &ItemRow) -> String {
    let mut text = String::new();
    add_text(&mut text, item);
    text
}

/// Appends what [`text_of`] returns.
pub fn add_text(text: &mut String, item: &ItemRow) {
    let key = if item.title.contains(item.key.as_str()) { "" } else { item.key.as_str() };
    for part in [item.project.as_str(), " ", &item.title, " ", key] {
        text.push_str(part);
    }
    if let Some(issue) = &item.issue {
        let _ = write!(text, " #{}", issue.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::{self, day, id, issue, project, roadmap, snapshot};
    use crate::domain::{Group, GroupId, Issue, IssueRef, Issues, Item, Owner, Project, join};
    use proptest::prelude::*;

    const DAY: &str = "2020-12-10";

    fn item(title: &str) -> ItemRow {
        let named = Item { title: Some(title.to_owned()), kind: Some("service".into()), ..fixtures::item("787") };
        let roadmap = roadmap(vec![project("k8s-gubernator", vec![named])]);
        let board = join(&roadmap, &snapshot(Vec::new()), day(DAY));
        let row = board.items().next().unwrap().clone();
        ItemRow { touched: Some(fixtures::moment("2020-09-01")), ..row }
    }

    fn passes(filter: &str, item: &ItemRow) -> bool {
        passes_as(&Filter::parse(filter).unwrap(), item)
    }

    fn passes_fuzzily(filter: &str, item: &ItemRow) -> bool {
        passes_as(&Filter::parse(filter).unwrap().fuzzily().unwrap(), item)
    }

    fn passes_as(filter: &Filter, item: &ItemRow) -> bool {
        let (date, issues) = (day(DAY), &Issues::default());
        FilterMatcher::new(filter).passes(&Candidate { text: &text_of(item), facts: item.into(), issues, date })
    }

    #[test]
    fn type_filters_by_the_issue_type() {
        let issues: Issues = vec![Issue { issue_type: Some("Bug".into()), ..issue(1) }].into();
        let (item, date) = (ItemRow { issue: Some(id(1)), ..item("x") }, day(DAY));
        let candidate = Candidate { text: &text_of(&item), facts: (&item).into(), issues: &issues, date };
        let passes = |filter: &str| FilterMatcher::new(&Filter::parse(filter).unwrap()).passes(&candidate);
        assert!(passes("type:bug") && passes("-type:feature,task") && !passes("type:feature"));
    }

    #[test]
    fn a_project_is_overdue_after_its_due_date() {
        let passes = |due: &str| {
            let due = due.parse().ok();
            let late = Project { due, ..project("p", vec![fixtures::item("x")]) };
            let board = join(&roadmap(vec![late]), &snapshot(Vec::new()), day(DAY));
            let (facts, issues) = (board.projects.first().unwrap().into(), &Issues::default());
            let candidate = Candidate { text: "p", facts, issues, date: board.date };
            FilterMatcher::new(&Filter::parse("is:overdue").unwrap()).passes(&candidate)
        };
        assert!(passes("2020-12-09") && !passes("2020-12-10") && !passes(""));
    }

    #[test]
    fn plain_words_match_substrings_in_any_case() {
        let kettle = item("Migrate kettle to the community");
        for filter in ["kettle", "KETTLE", "kett", "ettl", "gubernator kettle", "787", "mig com", ""] {
            assert!(passes(filter, &kettle), "{filter}");
        }
        for filter in ["prow", "kettle prow", "ketle", "ktl", "xyz"] {
            assert!(!passes(filter, &kettle), "{filter}");
        }
    }

    #[test]
    fn the_full_name_of_an_issue_matches_that_issue_only() {
        let of_issue = |id: &str| {
            let issue = IssueRef::from_full_name(id);
            ItemRow { issue, ..item("See acme/tools#4") }
        };
        let (four, forty) = (of_issue("acme/tools#4"), of_issue("acme/tools#40"));
        assert!(passes("acme/tools#4", &four) && passes("ACME/tools#4 see", &four) && !passes("-acme/tools#4", &four));
        for other in [&forty, &of_issue("acme/platform#4"), &item("See acme/tools#4")] {
            assert!(!passes("acme/tools#4", other) && passes("-acme/tools#4", other));
        }
        assert!(passes("#4", &four) && passes("#4", &forty), "a plain word is a part of the text");
        assert_eq!(Filter::parse("acme/tools#4").unwrap().fuzzily(), None);
    }

    #[test]
    fn fuzzy_matching_forgives_typos_but_not_scattered_letters() {
        let kettle = item("Migrate kettle to the community");
        assert!(passes_fuzzily("ketle", &kettle));
        for filter in ["prow", "ketle prow", "mtmtmt", "xyz"] {
            assert!(!passes_fuzzily(filter, &kettle), "{filter}");
        }
        assert_eq!(Filter::parse("is:free -kettle").unwrap().fuzzily(), None);
    }

    #[test]
    fn a_match_at_the_start_of_a_word_ranks_first() {
        let items = ["a bucket", "kettle", "a market", "prow"].map(item);
        let texts: Vec<_> = items.iter().map(text_of).collect();
        let (date, issues) = (day(DAY), &Issues::default());
        let found = |filter: &str| {
            let candidates =
                items.iter().zip(&texts).map(|(item, text)| Candidate { text, facts: item.into(), issues, date });
            select(&Filter::parse(filter).unwrap(), &candidates)
        };
        assert_eq!(found("ket"), [1, 0, 2]);
        assert_eq!(found("kett"), [1]);
        assert_eq!(found("ketle"), [1]);
        assert_eq!(found("-ket"), [3]);
    }

    #[test]
    fn or_separates_alternatives() {
        let kettle = item("kettle");
        assert!(passes("prow OR kettle", &kettle) && passes("is:blocked OR is:free kettle", &kettle));
        assert!(!passes("prow OR is:blocked", &kettle));
        assert!(passes("is:blocked,free", &kettle) && !passes("-is:blocked,free", &kettle));
        assert_eq!(Filter::parse("is:free,takn").unwrap_err().hint, "did you mean `taken`?");
        let arguments = ["prow".to_owned(), "OR".to_owned(), "kettle".to_owned()];
        assert_eq!(Filter::from_arguments(&arguments).unwrap(), Filter::parse("prow OR kettle").unwrap());
        assert!(Filter::parse("OR kettle").is_err() && Filter::parse("kettle OR").is_err());
    }

    #[test]
    fn an_unknown_key_gets_a_suggestion() {
        let error = Filter::parse("ower:testing").unwrap_err();
        assert_eq!(error.to_string(), "unknown key `ower` in filter word `ower:testing`");
        assert_eq!(error.hint, "did you mean `owner:`?");
        assert!(Filter::parse("priority:high").unwrap_err().hint.starts_with("the keys are owner, project, "));
    }

    #[test]
    fn words_with_a_key_test_one_fact() {
        let kettle = item("kettle");
        for filter in [
            "sig:testing",
            "sig:sig-testing",
            "sig:sig/testing",
            "owner:testing",
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
    fn former_group_names_and_project_aliases_are_resolved() {
        let mut docs = Group::new(GroupId::new("docs"));
        docs.formerly = vec![GroupId::new("writers")];
        let named = |id: &str, aliases| {
            let project = project(id, vec![fixtures::item("x")]);
            Project { owner: Owner::accepted("docs"), aliases, ..project }
        };
        let mut roadmap = roadmap(vec![named("new", vec!["oldname".into()]), named("newer", Vec::new())]);
        roadmap.groups.list = vec![docs];
        let board = join(&roadmap, &crate::domain::Snapshot::default(), day(DAY));
        let found = |text: &str| {
            let known = KnownValues { roadmap: &roadmap, groups: &roadmap.groups };
            let filter = known.resolve(Filter::parse(text).unwrap());
            known.check(&filter).unwrap();
            board.items().filter(|item| passes_as(&filter, item)).map(|item| item.project.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(found("owner:writers"), ["new", "newer"]);
        assert_eq!((found("project:oldname"), found("project:new")), (vec!["new"], vec!["new", "newer"]));
        assert_eq!(found("-project:oldname"), ["newer"]);
    }

    #[test]
    fn a_wrong_value_gets_a_suggestion() {
        let error = Filter::parse("is:fre").unwrap_err();
        assert_eq!(error.to_string(), "unknown value `fre` in filter word `is:fre`");
        assert_eq!(error.hint, "did you mean `free`?");
    }

    #[test]
    fn a_word_with_a_colon_but_no_key_is_plain_text() {
        let bucket = item("gs://k8s-metrics and k8s-gubernator:builds");
        assert!(passes("gs://k8s-metrics", &bucket));
        assert!(passes("k8s-gubernator:builds", &bucket));
    }

    #[test]
    fn quoted_values_work_with_and_without_shell_quoting() {
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
                passes_as(&filter, &item(&title));
            }
        }

        #[test]
        fn a_contained_word_passes_and_its_exclusion_does_not(
            word in "[a-z]{2,8}", before in "[a-z ]{0,20}", after in "[a-z ]{0,20}"
        ) {
            let item = item(&format!("{before}{word}{after}"));
            let excluded = format!("-{word}");
            prop_assert!(passes(&word, &item));
            prop_assert!(!passes(&excluded, &item));
        }
    }
}
