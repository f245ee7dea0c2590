//! Parser of project ids in an umbrella: bullets that hold a single id and no box.

use super::lines::{BodyLine, Marker};
use crate::domain::Text;

/// Collects the names, without duplicates.
pub(super) fn of(lines: &[BodyLine]) -> Vec<Text> {
    let mut found: Vec<Text> = Vec::new();
    for line in lines.iter().filter(|line| line.marker == Marker::Bullet && !line.quoted) {
        let is_struck = line.spans.iter().any(|span| span.struck);
        let text = line.text();
        let name = text.trim();
        if !is_struck && is_name(name) && !found.iter().any(|known| known == name) {
            found.push(Text::new(name));
        }
    }
    found
}

/// Whether a word is a valid GCP project id: 6 to 30 lower-case letters, digits and hyphens, a letter first. At least
/// one hyphen is required, since every project of the community has one and `kubernetes` is prose.
fn is_name(word: &str) -> bool {
    (6..=30).contains(&word.len())
        && word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && word.contains('-')
        && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
