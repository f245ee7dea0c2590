//! Units: the single things that a rule counts. Created by `sources::counting`.

use super::Text;

/// One counted thing: a job, a file, a line, a match, an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// The name; empty if it has none, and for a file.
    pub name: Text,
    /// The file, relative to the root of the checkout, with `/`.
    pub path: Text,
    /// The line where it starts, from 1; `None` for a whole file.
    pub line: Option<u32>,
    /// Further facts, for grouping.
    pub fields: Vec<UnitField>,
    /// The state that the rule gives it.
    pub state: UnitState,
}

/// A fact about a unit, for example its `cluster`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitField {
    /// The name of the field.
    pub key: Text,
    /// The values, possibly none or several: a job can be on dashboards of two SIGs.
    pub values: Vec<Text>,
}

/// The state of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitState {
    /// To be done.
    Left,
    /// Done.
    Done,
    /// Part of the total, with an unknown state.
    Unknown,
    /// No longer part of the total.
    Dropped,
}

impl UnitState {
    /// Returns the name used in data.
    pub fn word(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Done => "done",
            Self::Unknown => "unknown",
            Self::Dropped => "dropped",
        }
    }
}

impl UnitField {
    /// Creates a field, without empty values.
    pub fn new<'v>(key: &str, values: impl IntoIterator<Item = &'v str>) -> Self {
        let values = values.into_iter().filter(|value| !value.is_empty()).map(Text::new).collect();
        Self { key: Text::new(key), values }
    }
}

impl Unit {
    /// Returns the values of a field.
    pub fn field(&self, key: &str) -> &[Text] {
        let own = self.fields.iter().find(|field| field.key == key);
        own.map(|field| field.values.as_slice()).unwrap_or_default()
    }

    /// Returns the values of a field, separated by commas.
    pub fn field_text(&self, key: &str) -> String {
        self.field(key).join(", ")
    }

    /// Whether it is done.
    pub fn is_done(&self) -> bool {
        self.state == UnitState::Done
    }

    /// Returns `path:line`, or the path of a whole file.
    pub fn place(&self) -> String {
        self.line.map_or_else(|| self.path.to_string(), |line| format!("{}:{line}", self.path))
    }

    /// Returns its URL, given the URL `base` of its commit.
    pub fn link(&self, base: &str) -> String {
        let line = self.line.map(|line| format!("#L{line}")).unwrap_or_default();
        format!("{base}/{}{line}", encoded(&self.path))
    }
}

/// Percent-encodes a path for a URL.
pub fn encoded(path: &str) -> String {
    percent_encoded(path, b"/+,@=")
}

/// Percent-encodes a text (RFC 3986), except for unreserved characters and those in `safe`.
pub fn percent_encoded(text: &str, safe: &[u8]) -> String {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(byte) || safe.contains(byte);
    let encode = |byte| if is_plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(encode).collect()
}

/// The number of units in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Amounts {
    /// Done.
    pub done: u64,
    /// To be done.
    pub left: u64,
    /// Part of the total, with an unknown state.
    pub unknown: u64,
    /// Out of scope.
    pub dropped: u64,
}

impl Amounts {
    /// Adds a unit.
    pub fn count(&mut self, state: UnitState) {
        match state {
            UnitState::Left => self.left += 1,
            UnitState::Done => self.done += 1,
            UnitState::Unknown => self.unknown += 1,
            UnitState::Dropped => self.dropped += 1,
        }
    }

    /// Adds other amounts.
    pub fn add(&mut self, other: Self) {
        self.done += other.done;
        self.left += other.left;
        self.unknown += other.unknown;
        self.dropped += other.dropped;
    }

    /// Returns the number of units in scope.
    pub fn total(self) -> u64 {
        self.done + self.left + self.unknown
    }

    /// Returns done and total. Unknown units are not done.
    pub fn progress(self) -> super::Progress {
        super::Progress { done: self.done, total: self.total() }
    }

    /// Whether there are no units.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_texts_are_percent_encoded() {
        assert_eq!(encoded("a b/ü#?.rb"), "a%20b/%C3%BC%23%3F.rb");
        assert_eq!(percent_encoded("is:open a/b+c", b""), "is%3Aopen%20a%2Fb%2Bc");
    }
}
