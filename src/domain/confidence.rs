//! Confidence: how sure a conclusion is.

/// How sure a conclusion is. The greater, the surer.
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
    /// Returns the spelling of data.
    pub fn word(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }
}
