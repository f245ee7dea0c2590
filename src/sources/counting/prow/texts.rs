//! Text search for the texts that rules look for in jobs.

use std::collections::BTreeSet;

use memchr::memmem::Finder;

/// The texts that rules look for.
#[derive(Debug, Clone, Default)]
pub struct MentionTexts(Vec<(String, Finder<'static>)>);

impl MentionTexts {
    /// Prepares a search. The texts are sorted and deduplicated, so that indices identify them.
    pub fn new<'a>(wanted: impl IntoIterator<Item = &'a str>) -> Self {
        let wanted: BTreeSet<&str> = wanted.into_iter().filter(|text| !text.is_empty()).collect();
        let finder = |text: &str| (text.to_owned(), Finder::new(text).into_owned());
        Self(wanted.into_iter().map(finder).collect())
    }

    /// Returns the texts in order; mentions are indices into this list.
    pub fn list(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(text, _)| text.as_str())
    }

    /// Whether there are no texts.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the indices of the texts that a value contains.
    pub fn within(&self, value: &str) -> impl Iterator<Item = u16> {
        let contains = move |(number, (_, finder)): (usize, &(String, Finder<'static>))| {
            finder.find(value.as_bytes()).and_then(|_| u16::try_from(number).ok())
        };
        self.0.iter().enumerate().filter_map(contains)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_in_a_value_are_found_by_index() {
        let texts = MentionTexts::new(["gs://b", "gs://a", "gs://a"]);
        assert_eq!(texts.list().collect::<Vec<_>>(), ["gs://a", "gs://b"]);
        assert_eq!(texts.within("x gs://b").collect::<Vec<_>>(), [1]);
    }
}
