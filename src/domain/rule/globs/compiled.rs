//! A compiled glob in which `?` and `[…]` match one character, not one byte.

use std::sync::OnceLock;

use globset::{Glob, GlobBuilder, GlobMatcher};
use regex::{Regex, RegexBuilder};

/// A compiled glob.
///
/// The matcher of `globset` compares bytes, which is fast and correct for ASCII. For other text, the glob is compiled
/// again for characters.
#[derive(Debug, Clone)]
pub struct CompiledGlob {
    glob: Glob,
    is_ascii: bool,
    /// Compiled on demand: only counting needs it.
    bytes: OnceLock<GlobMatcher>,
    /// Compiled on demand; `None` if it would be too large.
    characters: OnceLock<Option<Regex>>,
}

impl CompiledGlob {
    /// Compiles a glob, or returns what is wrong with it.
    pub fn new(builder: &GlobBuilder<'_>) -> Result<Self, String> {
        let glob = builder.build().map_err(|error| error.kind().to_string())?;
        let is_ascii = glob.glob().is_ascii();
        let characters = OnceLock::new();
        if !is_ascii {
            let compiled = by_characters(&glob).map_err(|error| error.to_string())?;
            characters.get_or_init(|| Some(compiled));
        }
        Ok(Self { glob, is_ascii, bytes: OnceLock::new(), characters })
    }

    /// Whether it matches the whole text.
    pub fn is_match(&self, text: &str) -> bool {
        if self.is_ascii && text.is_ascii() {
            return self.bytes().is_match(text);
        }
        match self.characters.get_or_init(|| by_characters(&self.glob).ok()) {
            Some(characters) => characters.is_match(text),
            None => self.bytes().is_match(text),
        }
    }

    fn bytes(&self) -> &GlobMatcher {
        self.bytes.get_or_init(|| self.glob.compile_matcher())
    }
}

/// Compiles the regular expression of a glob for characters: it has `\xNN` for every byte of a non-ASCII character.
fn by_characters(glob: &Glob) -> Result<Regex, regex::Error> {
    let hex = |digit: u8| char::from(digit).to_digit(16).map(|digit| digit as u8);
    let mut bytes = Vec::with_capacity(glob.regex().len());
    let mut rest = glob.regex().strip_prefix("(?-u)").unwrap_or(glob.regex()).as_bytes();
    loop {
        rest = match rest {
            [b'\\', b'x', high, low, rest @ ..] => {
                bytes.extend(hex(*high).zip(hex(*low)).map(|(high, low)| high << 4 | low));
                rest
            }
            [b'\\', escaped, rest @ ..] => {
                bytes.extend([b'\\', *escaped]);
                rest
            }
            [byte, rest @ ..] => {
                bytes.push(*byte);
                rest
            }
            [] => break,
        };
    }
    RegexBuilder::new(&String::from_utf8_lossy(&bytes)).dot_matches_new_line(true).build()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn glob(pattern: &str, is_path: bool) -> CompiledGlob {
        CompiledGlob::new(GlobBuilder::new(pattern).literal_separator(is_path).case_insensitive(!is_path)).unwrap()
    }

    proptest! {
        /// Replacing ASCII characters with others does not change what matches.
        #[test]
        fn non_ascii_characters_match_like_ascii_ones(
            pattern in r"(a|b|\*|\?|/|\*\*/|\[ab\]|\[!a\]|\[a-b\]|\{a,b/\}|\.|-|\\\\x){0,5}",
            text in "[ab/.x-]{0,6}",
            is_path: bool,
        ) {
            let far = |text: &str| text.replace('a', "ö").replace('b', "ü");
            let (near, far_glob) = (glob(&pattern, is_path), glob(&far(&pattern), is_path));
            prop_assert_eq!(near.is_match(&text), far_glob.is_match(&far(&text)), "{} {}", pattern, text);
            let characters = by_characters(&near.glob).unwrap();
            prop_assert_eq!(near.is_match(&text), characters.is_match(&text), "{} {}", pattern, text);
        }
    }

    #[test]
    fn a_question_mark_matches_one_multi_byte_character() {
        for (pattern, text) in
            [("?/x", "ö/x"), ("[ö]/x", "ö/x"), ("[!a]/*", "ö/x"), ("[à-ü]*", "ö"), ("日?語", "日本語")]
        {
            assert!(glob(pattern, true).is_match(text), "{pattern}");
        }
        for (pattern, text) in [("??/x", "ö/x"), ("[!ö]", "ö"), ("[Ã]", "ö"), ("?", "/"), ("*", "ö/x")] {
            assert!(!glob(pattern, true).is_match(text), "{pattern}");
        }
        assert!(
            glob("ärg*", false).is_match("ÄRGER") && glob("?", false).is_match("ö") && glob("*", false).is_match("\n")
        );
        assert!(glob("é\\*[)]\\\\x41", true).is_match("é*)\\x41"), "what is escaped stays so");
    }
}
