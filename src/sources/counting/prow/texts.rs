//! Text search for the texts that rules look for in jobs.

use memchr::memmem::Finder;

/// The texts that rules look for.
#[derive(Debug, Clone, Default)]
pub struct MentionTexts {
    wanted: Vec<(String, Finder<'static>)>,
    is_simple: bool,
}

impl MentionTexts {
    /// Prepares a search. The texts are sorted and deduplicated, so that indices identify them.
    pub fn new<'a>(wanted: impl IntoIterator<Item = &'a str>) -> Self {
        let mut wanted: Vec<&str> = wanted.into_iter().filter(|text| !text.is_empty()).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let is_simple = wanted.iter().all(|text| is_simple(text));
        let finder = |text: &str| (text.to_owned(), Finder::new(text).into_owned());
        Self { wanted: wanted.into_iter().map(finder).collect(), is_simple }
    }

    /// Returns the texts in order; mentions are indices into this list.
    pub fn list(&self) -> impl Iterator<Item = &str> {
        self.wanted.iter().map(|(text, _)| text.as_str())
    }

    /// Whether there are no texts.
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    /// Whether no value of a file can contain any of the texts. May be `false` although none does.
    pub(crate) fn are_absent(&self, text: &str) -> bool {
        // An escape in a quoted value could hide a text.
        self.is_simple
            && self.wanted.iter().all(|(_, finder)| finder.find(text.as_bytes()).is_none())
            && !text.contains('\\')
    }

    /// Returns the indices of the texts that a value contains.
    pub fn within(&self, value: &str) -> impl Iterator<Item = u16> {
        let contains = move |(number, (_, finder)): (usize, &(String, Finder<'static>))| {
            finder.find(value.as_bytes()).and_then(|_| u16::try_from(number).ok())
        };
        self.wanted.iter().enumerate().filter_map(contains)
    }
}

/// Whether YAML always writes a text literally and within one value.
fn is_simple(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b':' | b'@' | b'-');
    let last = text.bytes().last();
    text.bytes().all(is_plain) && last.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'/' || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_in_a_value_are_found_by_index() {
        let texts = MentionTexts::new(["gs://b", "gs://a", "gs://a"]);
        assert_eq!(texts.list().collect::<Vec<_>>(), ["gs://a", "gs://b"]);
        assert_eq!(texts.within("x gs://b").collect::<Vec<_>>(), [1]);
        assert!(texts.are_absent("x: gs://c") && !texts.are_absent("x: gs://a") && !texts.are_absent("x: \"gs:\\/\""));
    }

    #[test]
    fn a_text_that_yaml_may_escape_is_never_reported_absent() {
        for text in ["a b", "a\"", "a:", "a\n"] {
            assert!(!MentionTexts::new([text]).are_absent("x"), "{text}");
        }
    }
}
