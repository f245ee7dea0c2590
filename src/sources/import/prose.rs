//! Notes on paragraphs outside lists, which are not imported.

use super::ImportNote;
use super::inline::shortened;
use super::sections::{Paragraph, Section};

/// The most paragraphs that get a note of their own.
const MAX_SHOWN: usize = 10;
/// The longest excerpt of a paragraph, in characters.
const MAX_CHARS_SHOWN: usize = 72;

/// Returns the paragraphs of a section and its subsections, by line.
pub(super) fn of(section: &Section) -> Vec<Paragraph> {
    let mut all: Vec<Paragraph> = section.all().flat_map(|section| section.prose.clone()).collect();
    all.sort_by_key(|paragraph| paragraph.line);
    all
}

/// Reports paragraphs that were left out: an excerpt of the first ones, and the number of the others.
pub(super) fn left_out(prose: &[Paragraph]) -> Vec<ImportNote> {
    let (shown, more) = prose.split_at_checked(MAX_SHOWN).unwrap_or((prose, &[]));
    let note = |paragraph: &Paragraph| {
        let text = format!("text outside lists is left out: {}", shortened(&paragraph.text.plain(), MAX_CHARS_SHOWN));
        ImportNote { line: paragraph.line, text }
    };
    let mut notes: Vec<ImportNote> = shown.iter().map(note).collect();
    if let [first, ..] = more {
        let paragraphs = if more.len() == 1 { "paragraph" } else { "paragraphs" };
        let text = format!("text outside lists is left out: {} more {paragraphs}", more.len());
        notes.push(ImportNote { line: first.line, text });
    }
    notes
}
