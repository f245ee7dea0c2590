//! Prose: a text of a comment or a title in the forms in which it is searched, each made once.

use std::cell::OnceCell;
use std::ops::Deref;

use super::phrases::{PhraseKind, Phrases};
use super::words::{self, TextWord};

/// A text with its other forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Prose {
    text: String,
    plain: OnceCell<String>,
    words: OnceCell<Vec<TextWord>>,
    phrases: OnceCell<Vec<PhraseKind>>,
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

    /// Whether it has a phrase of one of these kinds.
    pub(super) fn says(&self, kinds: &[PhraseKind]) -> bool {
        let found = self.phrases.get_or_init(|| Phrases::of(self.plain()).kinds().collect());
        found.iter().any(|kind| kinds.contains(kind))
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
