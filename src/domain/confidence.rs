//! Confidence: how certain a conclusion is.

/// How certain a conclusion is, in ascending order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// A guess from words.
    Possible,
    /// Several facts agree.
    Likely,
    /// It follows from the facts.
    Certain,
}

impl Confidence {
    /// Returns the name used in data.
    pub fn word(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }
}
