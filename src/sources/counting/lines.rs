//! Line index: converts byte offsets to line numbers.

/// The offsets at which the lines of a text end.
pub(super) struct LineEnds(Vec<usize>);

impl LineEnds {
    /// Indexes the lines of a text.
    pub(super) fn of(text: &[u8]) -> Self {
        Self(memchr::memchr_iter(b'\n', text).collect())
    }

    /// Returns the line of a byte offset, from 1.
    pub(super) fn line(&self, at: usize) -> u32 {
        let before = self.0.partition_point(|end| *end < at);
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }
}
