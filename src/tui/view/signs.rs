//! Replaces emoji whose width differs between terminals, since they would misalign the rest of the line.

use ratatui::buffer::{Buffer, Cell};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::words;

/// The regional indicator of the letter A; two regional indicators make a flag.
const REGIONAL_A: u32 = 0x1f1e6;

/// Replaces every character on whose width terminals disagree.
pub(super) fn normalise_emoji_width(buffer: &mut Buffer) {
    let width = usize::from(buffer.area.width).max(1);
    buffer.content.chunks_mut(width).for_each(normalise_row);
}

/// Replaces the marks and lines of this program with ASCII. Other characters are kept, even outside ASCII.
pub(super) fn draw_in_ascii(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        let mut letters = cell.symbol().chars();
        if let (Some(sign), None) = (letters.next(), letters.next())
            && words::in_ascii(sign) != sign
        {
            cell.set_char(words::in_ascii(sign));
        }
    }
}

fn normalise_row(cells: &mut [Cell]) {
    let long = cells.iter().enumerate().filter(|(_, cell)| cell.symbol().len() > 3);
    let long: Vec<_> = long.map(|(at, cell)| (at, plainer(cell.symbol()))).collect();
    for (at, letters) in long {
        // One cell for each letter: a cell that covers two columns would be erased only in part.
        for (cell, letter) in cells.iter_mut().skip(at).zip(letters) {
            cell.set_char(letter);
        }
    }
}

/// Returns the replacement: two letters for a flag, the first emoji for a sequence, nothing where terminals agree.
///
/// Terminals that know a sequence draw one emoji; others draw each part, which shifts the columns after it.
fn plainer(symbol: &str) -> Vec<char> {
    let letters: Option<Vec<char>> = symbol.chars().map(regional).collect();
    let apart: usize = symbol.chars().filter_map(UnicodeWidthChar::width).sum();
    match letters {
        Some(letters) => letters,
        None if apart == symbol.width() => Vec::new(),
        None => symbol.chars().take(1).collect(),
    }
}

fn regional(c: char) -> Option<char> {
    let place = u32::from(c).checked_sub(REGIONAL_A)?;
    ('A'..='Z').nth(usize::try_from(place).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    #[test]
    fn emoji_sequences_become_characters_of_one_width_everywhere() {
        let cases = [("👩‍👩‍👧‍👦", "👩"), ("🇩🇪", "DE"), ("👍🏽", "👍"), ("❤️", "❤"), ("1️⃣", "1"), ("🇪", "E")];
        for (symbol, expected) in cases {
            assert_eq!(plainer(symbol).into_iter().collect::<String>(), expected, "{symbol}");
        }
        for symbol in ["👩", "日", "e\u{301}\u{301}", "क्षि", "ع"] {
            assert!(plainer(symbol).is_empty(), "{symbol}");
        }
    }

    #[test]
    fn text_after_an_emoji_keeps_its_column() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 1));
        buffer.set_string(0, 0, "a 👩‍👩‍👧‍👦 🇩🇪 ❤️ b", Style::new());
        normalise_emoji_width(&mut buffer);
        let drawn: Vec<_> = buffer.content.iter().map(ratatui::buffer::Cell::symbol).take(12).collect();
        assert_eq!(drawn, ["a", " ", "👩", " ", " ", "D", "E", " ", "❤", " ", " ", "b"]);
    }
}
