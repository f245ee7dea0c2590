//! Paragraphs outside lists, which do not become part of a roadmap: they are named with their lines.

use super::ImportNote;
use super::sections::{Paragraph, Section};

/// How many paragraphs are named.
const MAX_SHOWN: usize = 10;
/// How much of a paragraph is shown, in characters.
const MAX_CHARS_SHOWN: usize = 72;

/// Returns the paragraphs of a section and of those below it, in the order of the lines.
pub(super) fn of(section: &Section) -> Vec<Paragraph> {
    let below = section.sections.iter().flat_map(of);
    let mut all: Vec<Paragraph> = section.prose.iter().cloned().chain(below).collect();
    all.sort_by_key(|paragraph| paragraph.line);
    all
}

/// Names paragraphs that were left out: the first ones with their words, the others by their number.
pub(super) fn left_out(prose: &[Paragraph]) -> Vec<ImportNote> {
    let (shown, more) = prose.split_at_checked(MAX_SHOWN).unwrap_or((prose, &[]));
    let note = |paragraph: &Paragraph| {
        let text = format!("text outside lists is left out: {}", shortened(&paragraph.text.plain()));
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

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_CHARS_SHOWN) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or(text).trim_end()),
        None => text.to_owned(),
    }
}
