//! Lines and columns of bytes, also of text that was embedded or rewritten.

/// Where lines begin, and which line of the document each one is.
pub(super) struct Lines {
    starts: Vec<usize>,
    /// Line numbers of the document; empty where they simply count up.
    numbers: Vec<u32>,
    first: u32,
}

impl Lines {
    /// Lines of a whole document.
    pub(super) fn of(text: &str) -> Self {
        Self::from_line(text, 1)
    }

    /// Lines of a text that begins in a line of the document.
    pub(super) fn from_line(text: &str, first: u32) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { starts, numbers: Vec::new(), first }
    }

    /// Lines of a text that was rewritten, with the line of the document that each comes from.
    pub(super) fn with_numbers(text: &str, numbers: Vec<u32>) -> Self {
        Self { numbers, ..Self::from_line(text, 1) }
    }

    /// Returns the line and the column of a byte.
    pub(super) fn place(&self, at: usize) -> (u32, u32) {
        let index = self.starts.partition_point(|start| *start <= at).saturating_sub(1);
        let column = at - self.starts.get(index).copied().unwrap_or_default();
        let line = self.numbers.get(index).copied().unwrap_or(self.first + index as u32);
        (line, column as u32)
    }
}
