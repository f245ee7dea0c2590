//! Counting units in a checkout, at its head or at any earlier commit.
//!
//! `source` defines the traits that `prow`, `text` and `entries` implement. `reader` lists the files of commits, reads
//! each blob once and caches its facts; `remaining` is the entry point for the TUI and the pages.

mod arrivals;
mod blobs;
mod checkout;
mod configs;
mod document;
mod entries;
mod facts;
mod folder;
mod issues;
mod lines;
mod moved;
mod moves;
mod own_files;
mod pattern;
mod problem;
mod prow;
mod reader;
mod remaining;
mod selection;
mod source;
mod text;
mod view;
mod yaml;

pub mod owners;

pub use checkout::{Checkout, CheckoutError};
pub(in crate::sources) use folder::bytes as file_bytes;
pub use moves::{MovesBetween, RuleMove, RuleMoves, moves_between};
pub use own_files::leave_out_own_files;
pub use pattern::BadPattern;
pub use problem::{ParseFault, Problem, ProblemKind};
pub use prow::{JobFacts, MentionTexts, read};
pub use reader::{CheckoutReader, Count, Listing};
pub use remaining::{Remaining, base, gone, newest_commit, remaining};
pub use source::ExtractedFacts;
pub(in crate::sources) use source::RuleFormat;
pub(in crate::sources) use text::{in_utf8, is_binary};

use std::sync::Arc;

use crate::domain::Rule;
use crate::domain::rule::{BadGlob, JobsRule, Source as Counted};
use prow::{JobsExtractor, JobsSource};

/// Why a rule cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRule {
    /// A glob is invalid.
    #[error(transparent)]
    Glob(#[from] BadGlob),
    /// A text or regular expression is invalid.
    #[error(transparent)]
    Pattern(#[from] BadPattern),
    /// A `JSONPath` is invalid.
    #[error("`{path}` is not a JSONPath: {reason}")]
    Path { path: String, reason: String },
    /// The rule counts issues, which no checkout has.
    #[error("issues are not counted in a checkout")]
    NotInCode,
}

/// The sources of counters, each with the format of its rules. A rule that names no source is about prow jobs, the
/// first.
pub(in crate::sources) const SOURCES: [(&str, RuleFormat); 4] = [
    ("prow-jobs", prow::rule::FORMAT),
    ("text", text::rule::FORMAT),
    ("entries", entries::rule::FORMAT),
    ("issues", issues::FORMAT),
];

/// Compiles rules. `all` are the rules of the roadmap: those about jobs share one extractor.
fn sources<'r>(
    rules: &[&Rule],
    all: impl IntoIterator<Item = &'r Rule>,
) -> Result<Vec<Box<dyn source::CountSource>>, BadRule> {
    let jobs = Arc::new(JobsExtractor::new(all.into_iter().filter_map(Rule::jobs).flat_map(JobsRule::texts)));
    let make = |rule: &&Rule| -> Result<Box<dyn source::CountSource>, BadRule> {
        Ok(match &rule.source {
            Counted::Jobs(rule) => Box::new(JobsSource::new(rule, Arc::clone(&jobs))?),
            Counted::Text(rule) => Box::new(text::TextSource::new(rule)?),
            Counted::Entries(rule) => Box::new(entries::EntriesSource::new(rule)?),
            Counted::Issues(_) => return Err(BadRule::NotInCode),
        })
    };
    rules.iter().map(make).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{issues, prow, text};
    use crate::sources::roadmap_file::SCHEMA;

    #[test]
    fn the_schema_and_the_parsers_know_the_same_keys_of_conditions() {
        let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
        let own: [(&str, &[&str]); 3] = [
            ("condition", &prow::rule::TEST_KEYS),
            ("text_condition", &text::rule::TEST_KEYS),
            ("issue_condition", &issues::TEST_KEYS),
        ];
        for (name, own) in own {
            let keys = schema["$defs"][name]["properties"].as_object().unwrap().keys();
            let keys: BTreeSet<_> = keys.map(String::as_str).collect();
            assert_eq!(keys, own.iter().copied().collect(), "{name}");
        }
    }
}
