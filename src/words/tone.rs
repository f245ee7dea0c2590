//! Tones of text, for faces with colour.

/// The tone of a text, a colour where there are colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    /// Ordinary text.
    #[default]
    Plain,
    /// A title.
    Strong,
    /// Less important.
    Faint,
    /// Finished.
    Good,
    /// Needs attention.
    Warning,
    /// Wrong.
    Bad,
}
