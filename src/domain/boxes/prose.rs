//! Prose: a text of a comment or a title in the forms in which it is searched, each made once.

use std::cell::OnceCell;
use std::ops::Deref;

use super::phrases::{self, PhraseKind};
use super::words::{self, TextWord};

/// A text with its other forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Prose {
    text: String,
    plain: OnceCell<String>,
    words: OnceCell<Vec<TextWord>>,
    /// Each with the length of the plain text after it.
    phrases: OnceCell<Vec<(PhraseKind, usize)>>,
}

impl Prose {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), plain: OnceCell::new(), words: OnceCell::new(), phrases: OnceCell::new() }
    }

    /// Returns its lower-case words, see [`plain`].
    pub(super) fn plain(&self) -> &str {
        self.plain.get_or_init(|| plain(&self.text))
    }

    /// Returns its words with their comparison keys.
    pub(super) fn words(&self) -> &[TextWord] {
        self.words.get_or_init(|| words::of(&self.text))
    }

    /// Whether it has a phrase of a kind.
    pub(super) fn says(&self, kind: PhraseKind) -> bool {
        self.behind(kind).next().is_some()
    }

    /// Returns the plain text after each phrase of a kind.
    pub(super) fn behind(&self, kind: PhraseKind) -> impl Iterator<Item = &str> {
        let plain = self.plain();
        let found = self.phrases.get_or_init(|| phrases::find(plain).collect());
        found.iter().filter(move |(own, _)| *own == kind).filter_map(|(_, length)| plain.get(plain.len() - length..))
    }
}

impl Deref for Prose {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

/// Lower-case words separated by single spaces, without apostrophes, with a space at either end.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::from(" ");
    let text = format!(" {text}").replace("e'll ", "e will ").replace("e’ll ", "e will ");
    let text = [" we're ", " we’re ", " We're ", " We’re "].iter().fold(text, |text, we| text.replace(we, " we are "));
    let text = text.replace(" pls", " please").replace(" plz", " please");
    let lower = text.to_lowercase();
    for c in lower.chars().filter(|c| !matches!(c, '\'' | '’' | '`' | '*')) {
        let is_letter = c.is_alphanumeric() || matches!(c, '/' | '@' | '-' | '_');
        if is_letter {
            plain.push(c);
        } else if !plain.ends_with(' ') {
            plain.push(' ');
        }
    }
    if !plain.ends_with(' ') {
        plain.push(' ');
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_whole_words_and_may_overlap() {
        let text = Prose::new("I am taking it but anyone can take that");
        assert!(text.says(PhraseKind::Present) && text.says(PhraseKind::Frees) && !text.says(PhraseKind::Returns));
        assert_eq!(text.behind(PhraseKind::Present).collect::<Vec<_>>(), ["taking it but anyone can take that "]);
        assert!(!Prose::new("yi am").says(PhraseKind::Present));
    }
}
