//! Globs: `*` stays within one step of a path and `**` does not.
//!
//! A history asks them about every job of every month. Nearly all are a word, or a word and a `*`,
//! and those are compared without a machine for globs.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::BadGlob;

/// Globs of which any may match.
#[derive(Debug, Clone)]
pub(super) struct Globs {
    /// Words: equal or not.
    words: Vec<String>,
    /// Words with a `*` behind them, without it.
    beginnings: Vec<String>,
    /// All others.
    others: GlobSet,
}

impl Globs {
    /// Compiles globs.
    pub(super) fn new(patterns: &[String]) -> Result<Self, BadGlob> {
        let (mut words, mut beginnings, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for pattern in patterns {
            match pattern.strip_suffix('*') {
                _ if is_word(pattern) => words.push(pattern.clone()),
                Some(word) if is_word(word) => beginnings.push(word.to_owned()),
                Some(_) | None => others.push(pattern),
            }
        }
        Ok(Self { words, beginnings, others: compile(&others)? })
    }

    /// Tells whether any of them matches a text as a whole.
    pub(super) fn match_any(&self, text: &str) -> bool {
        let begins = |word: &String| text.strip_prefix(word.as_str()).is_some_and(|rest| !rest.contains('/'));
        self.words.iter().any(|word| word == text)
            || self.beginnings.iter().any(begins)
            || (!self.others.is_empty() && self.others.is_match(text))
    }
}

/// Tells whether every character means itself.
fn is_word(pattern: &str) -> bool {
    !pattern.is_empty() && !pattern.contains(['*', '?', '[', ']', '{', '}', '\\'])
}

fn compile(patterns: &[&String]) -> Result<GlobSet, BadGlob> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(builder(pattern).map_err(|error| bad((*pattern).clone(), &error))?);
    }
    let all = || patterns.iter().map(|pattern| pattern.as_str()).collect::<Vec<_>>().join(", ");
    set.build().map_err(|error| bad(all(), &error))
}

fn builder(pattern: &str) -> Result<globset::Glob, globset::Error> {
    GlobBuilder::new(pattern).literal_separator(true).build()
}

fn bad(pattern: String, error: &globset::Error) -> BadGlob {
    BadGlob { pattern, reason: error.kind().to_string() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_short_way_and_the_machine_agree(pattern in "[a*/.?-]{0,5}", text in "[a/.-]{0,5}") {
            let machine = builder(&pattern).unwrap().compile_matcher();
            let globs = Globs::new(std::slice::from_ref(&pattern)).unwrap();
            prop_assert_eq!(globs.match_any(&text), machine.is_match(&text));
        }
    }

    #[test]
    fn a_glob_that_is_none_is_named() {
        let patterns = ["a".to_owned(), "a[b".to_owned()];
        assert_eq!(Globs::new(&patterns).unwrap_err().pattern, "a[b");
    }
}
