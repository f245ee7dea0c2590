//! Source positions: line and column of a byte offset, also in embedded and converted text.

/// The offset and the source line number of each line.
pub(super) struct Lines {
    starts: Vec<usize>,
    numbers: Vec<u32>,
}

impl Lines {
    /// Indexes a text that begins at a line of the document.
    pub(super) fn from_line(text: &str, first: u32) -> Self {
        Self::with_numbers(text, (first..).take(text.matches('\n').count() + 1).collect())
    }

    /// Indexes a converted text, with the source line of each of its lines.
    pub(super) fn with_numbers(text: &str, numbers: Vec<u32>) -> Self {
        Self { starts: std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect(), numbers }
    }

    /// Returns the source line, and the column from 0 in bytes, of a byte offset.
    pub(super) fn place(&self, at: usize) -> (u32, u32) {
        let index = self.starts.partition_point(|start| *start <= at).saturating_sub(1);
        let column = at - self.starts.get(index).copied().unwrap_or_default();
        let line = self.numbers.get(index).copied().unwrap_or(1 + index as u32);
        (line, column as u32)
    }
}
