//! Globs: of paths, where `*` stays within one step and `**` does not, and of names, where `*` is anything.
//!
//! A history asks them about every job of every month. Most are a word, and words are compared without a machine for
//! globs, which takes fifteen times as long.

use globset::{GlobBuilder, GlobMatcher};

use super::BadGlob;

/// Globs of which any may match.
#[derive(Debug, Clone)]
pub struct Globs {
    /// Words: equal or not.
    words: Vec<String>,
    /// All others. One by one: a set of them takes `..` for no name at all.
    others: Vec<GlobMatcher>,
}

/// The longest glob, in bytes: longer than anything written by hand.
const LONGEST: usize = 1_000;

impl Globs {
    /// Compiles globs of paths.
    pub fn new(patterns: &[String]) -> Result<Self, BadGlob> {
        Self::compiled(patterns, path_glob)
    }

    /// Compiles globs of names, in which a slash is a character like any other: `*bug` matches `kind/bug`.
    pub fn of_names(patterns: &[String]) -> Result<Self, BadGlob> {
        Self::compiled(patterns, |pattern| GlobBuilder::new(pattern))
    }

    fn compiled(patterns: &[String], builder: fn(&str) -> GlobBuilder<'_>) -> Result<Self, BadGlob> {
        let (words, others): (Vec<_>, Vec<_>) = patterns.iter().cloned().partition(|pattern| is_word(pattern));
        let others = others.iter().map(|other| compile(other, &builder(other))).collect::<Result<_, _>>()?;
        Ok(Self { words, others })
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.others.is_empty()
    }

    /// Whether any of them matches a text as a whole.
    pub fn match_any(&self, text: &str) -> bool {
        self.words.iter().any(|word| word == text) || self.others.iter().any(|other| other.is_match(text))
    }
}

/// Whether every character means itself.
fn is_word(pattern: &str) -> bool {
    !pattern.is_empty() && !pattern.contains(['*', '?', '[', ']', '{', '}', '\\'])
}

fn path_glob(pattern: &str) -> GlobBuilder<'_> {
    let mut builder = GlobBuilder::new(pattern);
    builder.literal_separator(true);
    builder
}

fn compile(pattern: &str, builder: &GlobBuilder<'_>) -> Result<GlobMatcher, BadGlob> {
    let bad = |reason| BadGlob { pattern: pattern.to_owned(), reason };
    // The machine of a longer one could be larger than its maker allows.
    if pattern.len() > LONGEST {
        return Err(bad(format!("it has more than {LONGEST} characters")));
    }
    builder.build().map(|glob| glob.compile_matcher()).map_err(|error| bad(error.kind().to_string()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_short_way_and_the_machine_agree(pattern in "[a*/.?-]{0,5}", text in "[a/.-]{0,5}") {
            let machine = compile(&pattern, &path_glob(&pattern)).unwrap();
            let globs = Globs::new(std::slice::from_ref(&pattern)).unwrap();
            prop_assert_eq!(globs.match_any(&text), machine.is_match(&text));
        }
    }

    #[test]
    fn a_star_crosses_slashes_in_names_and_not_in_paths() {
        for pattern in ["*bug", "k*", "kind?bug", "*"] {
            let pattern = [pattern.to_owned()];
            assert!(Globs::of_names(&pattern).unwrap().match_any("kind/bug"), "{pattern:?}");
            assert!(!Globs::new(&pattern).unwrap().match_any("kind/bug"), "{pattern:?}");
        }
        assert!(!Globs::of_names(&["*bug".to_owned()]).unwrap().match_any("kind/bugs"));
    }

    #[test]
    fn dots_are_a_name_like_any_other() {
        let globs = |pattern: &str| Globs::new(&[pattern.to_owned()]).unwrap();
        assert!(globs("?.").match_any("..") && globs("*/?.").match_any("a/..") && !globs("?.").match_any("..."));
    }

    #[test]
    fn a_long_glob_is_taken_and_one_that_is_too_long_is_named() {
        for part in ["?", "{é,[!a-z]}", "**/", "*a"] {
            let long = part.repeat(LONGEST / part.len());
            assert!(Globs::new(std::slice::from_ref(&long)).is_ok(), "{part}");
            let error = Globs::new(&[long + "????????????"]).unwrap_err();
            assert_eq!(error.reason, "it has more than 1000 characters");
        }
    }

    #[test]
    fn a_glob_that_is_none_is_named() {
        let patterns = ["a".to_owned(), "a[b".to_owned()];
        assert_eq!(Globs::new(&patterns).unwrap_err().pattern, "a[b");
    }
}
