//! Detects comments and anchors that were meant as text: `- #13`, `Fix bug #12 in core`, `- &more`.

use crate::sources::diagnostic::Span;

use super::reader::RoadmapReader;
use super::text::shorten;
use super::tree::Node;

impl RoadmapReader<'_> {
    /// Returns a hint on how to write text that YAML hides, or `otherwise` if nothing is hidden.
    pub(super) fn unhiding(&self, node: &Node<'_>, otherwise: &str) -> String {
        if let Some(number) = self.hidden_number(node) {
            return format!("`#` begins a comment: write {number}");
        }
        let line = line_of(self.text, node.span.start).trim_start_matches([' ', '-']);
        let is_anchor = node.is_null() && !node.aliased && line.starts_with('&');
        if is_anchor { "write text that begins with `&` in quotes".to_owned() } else { otherwise.to_owned() }
    }

    /// Returns the number at the start of a comment in place of a value.
    fn hidden_number(&self, node: &Node<'_>) -> Option<&str> {
        if !node.is_null() || node.aliased {
            return None;
        }
        let (_, comment) = line_of(self.text, node.span.start).split_once(" #")?;
        number(comment)
    }

    /// Warns if plain text is followed by ` #` and a number, which most likely belongs to it.
    pub(super) fn warn_of_cut(&mut self, node: &Node<'_>) {
        let Some(text) = node.scalar().filter(|_| node.is_plain() && !node.is_null() && !node.aliased) else { return };
        let behind =
            self.text.get(node.span.end..).and_then(|rest| rest.split(['\n', '\r']).next()).unwrap_or_default();
        let comment = behind.trim_start().strip_prefix('#').filter(|_| behind.starts_with([' ', '\t']));
        if comment.and_then(number).is_some() {
            let message = format!("`#` begins a comment: this text is read as `{}`", shorten(text));
            let end = node.span.end + behind.trim_end().len();
            let hint = "write the whole text in quotes, or a space after the `#` of a comment";
            self.warn(Span { end, ..node.span }, message, hint);
        }
    }

    /// Warns if a key has no value but is followed by a comment with a number.
    pub(super) fn warn_of_hidden(&mut self, key: &Node<'_>, value: &Node<'_>) {
        let Some(number) = self.hidden_number(value) else { return };
        let hint = format!("write {number}");
        let name = shorten(key.scalar().unwrap_or_default());
        self.warn(key.span, format!("`#` begins a comment, so `{name}` has no value"), &hint);
    }
}

/// Returns the number at the start of a text.
fn number(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end).filter(|digits| !digits.is_empty())
}

fn line_of(text: &str, at: usize) -> &str {
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    text.get(start..).and_then(|rest| rest.split(['\n', '\r']).next()).unwrap_or_default()
}
