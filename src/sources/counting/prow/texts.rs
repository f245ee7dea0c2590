//! The texts that rules look for in jobs, found in one pass over a file.

use memchr::memmem::Finder;

/// The texts that rules ask for.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    wanted: Vec<(String, Finder<'static>)>,
    is_simple: bool,
}

impl Texts {
    /// Prepares a search; the list is put in order and made unique, so that it names what it finds.
    pub fn new<'a>(wanted: impl IntoIterator<Item = &'a str>) -> Self {
        let mut wanted: Vec<&str> = wanted.into_iter().filter(|text| !text.is_empty()).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let is_simple = wanted.iter().all(|text| is_simple(text));
        let finder = |text: &str| (text.to_owned(), Finder::new(text).into_owned());
        Self { wanted: wanted.into_iter().map(finder).collect(), is_simple }
    }

    /// Returns the texts in order; mentions are positions in this list.
    pub fn list(&self) -> impl Iterator<Item = &str> {
        self.wanted.iter().map(|(text, _)| text.as_str())
    }

    /// Tells whether every text is found in the bytes of a file whenever it is found in its values.
    pub fn is_simple(&self) -> bool {
        self.is_simple
    }

    /// Finds the texts in the bytes of a file.
    pub fn hits(&self, text: &str) -> Hits {
        let mut found = Vec::new();
        for (number, (wanted, finder)) in self.wanted.iter().enumerate() {
            let number = u16::try_from(number).unwrap_or(u16::MAX);
            for at in finder.find_iter(text.as_bytes()) {
                let is_escaped = at > 0 && text.as_bytes().get(at - 1) == Some(&b'\\');
                found.push(Hit { at, length: wanted.len(), number, is_escaped });
            }
        }
        found.sort_unstable_by_key(|hit| hit.at);
        Hits { found, next: 0 }
    }

    /// Returns the positions of the texts that a value contains.
    pub fn within(&self, value: &str) -> impl Iterator<Item = u16> {
        let contains = move |(number, (_, finder)): (usize, &(String, Finder<'static>))| {
            finder.find(value.as_bytes()).and_then(|_| u16::try_from(number).ok())
        };
        self.wanted.iter().enumerate().filter_map(contains)
    }
}

/// A text of bytes that YAML leaves as they are and that cannot reach beyond one value.
fn is_simple(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b':' | b'@' | b'-');
    let last = text.bytes().last();
    text.bytes().all(is_plain) && last.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'/' || byte == b'_')
}

#[derive(Debug)]
struct Hit {
    at: usize,
    length: usize,
    number: u16,
    is_escaped: bool,
}

/// Where the texts stand in a file.
#[derive(Debug, Default)]
pub struct Hits {
    found: Vec<Hit>,
    next: usize,
}

impl Hits {
    /// Tells whether none of the texts stands anywhere in the file.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Returns the texts within a piece of the file; pieces must be asked for in rising order.
    ///
    /// `None` where a text begins behind a backslash, which may belong to an escape.
    pub fn within(&mut self, from: usize, to: usize) -> Option<Vec<u16>> {
        let mut numbers = Vec::new();
        while let Some(hit) = self.found.get(self.next).filter(|hit| hit.at < to) {
            self.next += 1;
            if hit.at < from {
                continue;
            }
            if hit.is_escaped {
                return None;
            }
            if hit.at + hit.length <= to {
                numbers.push(hit.number);
            }
        }
        Some(numbers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_within_a_piece() {
        let texts = Texts::new(["gs://b", "gs://a", "gs://a"]);
        assert_eq!(texts.list().collect::<Vec<_>>(), ["gs://a", "gs://b"]);
        let mut hits = texts.hits("# gs://a\nx: gs://b gs://a");
        assert_eq!(hits.within(12, 25), Some(vec![1, 0]));
    }

    #[test]
    fn a_text_with_blanks_or_quotes_needs_the_full_parser() {
        assert!(Texts::new(["gs://kubernetes-jenkins", "k8s-testimages"]).is_simple());
        for text in ["a b", "a\"", "a:", "a\n"] {
            assert!(!Texts::new([text]).is_simple(), "{text}");
        }
    }
}
