//! Signs that terminals draw with different widths: they get plainer ones, or else what follows is torn.

use ratatui::buffer::Buffer;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The letter A as a regional indicator; two of them are a flag.
const REGIONAL_A: u32 = 0x1f1e6;

/// Replaces every sign of a drawn screen on whose width terminals disagree.
pub(super) fn agree(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        let symbol = cell.symbol();
        if symbol.len() > 3
            && let Some(plainer) = plainer(symbol)
        {
            cell.set_symbol(&plainer);
        }
    }
}

/// A flag becomes its two letters, a sequence of emoji its first one, in the same columns; `None` where all agree.
///
/// Terminals that know sequences draw them as one sign; others draw each part, and then the columns behind are theirs.
fn plainer(symbol: &str) -> Option<String> {
    let mut letters = symbol.chars().map(regional);
    if letters.clone().all(|letter| letter.is_some()) {
        return letters.by_ref().collect();
    }
    let columns = symbol.width();
    let apart: usize = symbol.chars().filter_map(UnicodeWidthChar::width).sum();
    if apart == columns {
        return None;
    }
    let first = symbol.chars().next()?;
    let used = first.width().unwrap_or(0);
    Some(format!("{first}{}", " ".repeat(columns.saturating_sub(used))))
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
    fn sequences_become_signs_that_every_terminal_draws_alike() {
        let cases = [("👩‍👩‍👧‍👦", "👩"), ("🇩🇪", "DE"), ("👍🏽", "👍"), ("❤️", "❤ "), ("1️⃣", "1 "), ("🇪", "E")];
        for (symbol, expected) in cases {
            assert_eq!(plainer(symbol).as_deref(), Some(expected), "{symbol}");
        }
        for symbol in ["👩", "日", "e\u{301}\u{301}", "क्षि", "ع"] {
            assert_eq!(plainer(symbol), None, "{symbol}");
        }
    }

    #[test]
    fn what_stands_behind_stays_in_its_column() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 1));
        buffer.set_string(0, 0, "a 👩‍👩‍👧‍👦 🇩🇪 ❤️ b", Style::new());
        agree(&mut buffer);
        assert!(buffer.content.get(11).is_some_and(|cell| cell.symbol() == "b"), "{buffer:?}");
    }
}
