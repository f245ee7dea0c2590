//! Tones: what a text is beyond what it says, for faces that have colour.

/// What a text is, beyond what it says; colour where there is colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    /// As any other.
    #[default]
    Plain,
    /// A title.
    Strong,
    /// Less important.
    Faint,
    /// Finished.
    Good,
    /// To be looked at.
    Warning,
    /// Wrong.
    Bad,
}
