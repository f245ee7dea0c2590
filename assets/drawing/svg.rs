//! Draws a screen as SVG: every cell on its place, whatever font the reader has.

use std::fmt::Write as _;

use ratatui::buffer::{self, Buffer};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

use super::palette::{self, BACKGROUND, FOREGROUND, FRAME};
use super::shapes::{self, Cell};

const WIDTH: f32 = 9.0;
const HEIGHT: f32 = 19.0;
const PADDING: f32 = 14.0;
/// Where letters stand in their cell.
const BASELINE: f32 = 14.0;

/// How a cell looks, with reverse video already resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Look {
    fill: String,
    ground: Option<String>,
    modifier: Modifier,
}

impl Look {
    fn of(cell: &buffer::Cell) -> Self {
        let modifier = cell.modifier.difference(Modifier::REVERSED);
        if cell.modifier.contains(Modifier::REVERSED) {
            let (fill, ground) = (palette::css(cell.bg, BACKGROUND), palette::css(cell.fg, FOREGROUND));
            return Self { fill, ground: Some(ground), modifier };
        }
        let ground = (cell.bg != Color::Reset).then(|| palette::css(cell.bg, BACKGROUND));
        Self { fill: palette::css(cell.fg, FOREGROUND), ground, modifier }
    }

    /// Dim text is mixed towards its ground, as terminals do.
    fn opacity(&self) -> &'static str {
        if self.modifier.contains(Modifier::DIM) { " opacity=\".62\"" } else { "" }
    }

    fn attributes(&self) -> String {
        let mut out = String::new();
        if self.fill != FOREGROUND {
            let _ = write!(out, " fill=\"{}\"", self.fill);
        }
        for (modifier, text) in [
            (Modifier::BOLD, " font-weight=\"bold\""),
            (Modifier::ITALIC, " font-style=\"italic\""),
            (Modifier::UNDERLINED, " text-decoration=\"underline\""),
            (Modifier::CROSSED_OUT, " text-decoration=\"line-through\""),
        ] {
            if self.modifier.contains(modifier) {
                out.push_str(text);
            }
        }
        out + self.opacity()
    }
}

/// One character, or what stands for one, with its column.
struct Glyph {
    column: u16,
    columns: u16,
    symbol: String,
    look: Look,
}

/// Draws the screen, with a title for those who cannot see it.
pub(crate) fn draw(screen: &Buffer, title: &str) -> String {
    let (width, height) = size(screen);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"{title}\">\n\
         <title>{title}</title>\n\
         <rect x=\".5\" y=\".5\" width=\"{}\" height=\"{}\" rx=\"8\" fill=\"{BACKGROUND}\" stroke=\"{FRAME}\"/>\n\
         <g fill=\"{FOREGROUND}\" stroke-width=\"1\" font-family=\"'DejaVu Sans Mono','Menlo','Consolas','Liberation Mono',monospace\" font-size=\"15\">\n",
        width - 1.0,
        height - 1.0,
        title = escape(title),
    );
    for row in 0..screen.area.height {
        let glyphs = glyphs(screen, row);
        grounds(&mut out, row, &glyphs);
        letters(&mut out, row, &glyphs);
    }
    out + "</g>\n</svg>\n"
}

fn size(screen: &Buffer) -> (f32, f32) {
    let padding = 2.0 * PADDING;
    (f32::from(screen.area.width) * WIDTH + padding, f32::from(screen.area.height) * HEIGHT + padding)
}

fn glyphs(screen: &Buffer, row: u16) -> Vec<Glyph> {
    let mut glyphs = Vec::new();
    let mut column = 0;
    while column < screen.area.width {
        let cell = screen.cell((screen.area.x + column, screen.area.y + row)).expect("a place on the screen");
        let columns = u16::try_from(cell.symbol().width()).unwrap_or(1).max(1);
        glyphs.push(Glyph { column, columns, symbol: cell.symbol().to_owned(), look: Look::of(cell) });
        column += columns;
    }
    glyphs
}

fn place(row: u16, glyph: &Glyph) -> Cell {
    Cell {
        x: PADDING + f32::from(glyph.column) * WIDTH,
        y: PADDING + f32::from(row) * HEIGHT,
        width: WIDTH,
        height: HEIGHT,
    }
}

/// Fills what is behind the letters.
fn grounds(out: &mut String, row: u16, glyphs: &[Glyph]) {
    for run in glyphs.chunk_by(|one, other| one.look.ground == other.look.ground) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        let Some(ground) = &first.look.ground else { continue };
        let Cell { x, y, height, .. } = place(row, first);
        let width = f32::from(last.column + last.columns - first.column) * WIDTH;
        let _ = writeln!(out, "<path d=\"M{x} {y}h{width}v{height}h-{width}z\" fill=\"{ground}\"/>");
    }
}

/// Sets the letters of a row: words of one look together, everything beyond ASCII on its own.
fn letters(out: &mut String, row: u16, glyphs: &[Glyph]) {
    let joins = |one: &Glyph, other: &Glyph| one.look == other.look && is_plain(one) && is_plain(other);
    for run in glyphs.chunk_by(joins) {
        let Some(first) = run.first() else { continue };
        let cell = place(row, first);
        if let Some(shape) = shapes::shape(&first.symbol, cell, &first.look.fill) {
            match first.look.opacity() {
                "" => out.push_str(&shape),
                opacity => drop(write!(out, "<g{opacity}>{shape}</g>")),
            }
            out.push('\n');
            continue;
        }
        let text: String = run.iter().map(|glyph| glyph.symbol.as_str()).collect();
        if text.trim().is_empty() {
            continue;
        }
        let columns: u16 = run.iter().map(|glyph| glyph.columns).sum();
        let length = f32::from(columns) * WIDTH;
        let (x, y, look) = (cell.x, cell.y + BASELINE, first.look.attributes());
        let text = escape(&text);
        let _ = writeln!(
            out,
            "<text x=\"{x}\" y=\"{y}\" textLength=\"{length}\" lengthAdjust=\"spacingAndGlyphs\"{look}>{text}</text>"
        );
    }
}

fn is_plain(glyph: &Glyph) -> bool {
    glyph.symbol.chars().all(|character| character.is_ascii_graphic())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    fn drawn(text: &str, style: Style) -> String {
        let mut screen = Buffer::empty(Rect::new(0, 0, 12, 1));
        screen.set_string(0, 0, text, style);
        draw(&screen, "a test")
    }

    #[test]
    fn words_stand_at_their_column() {
        let svg = drawn("a  <bc>", Style::new());
        assert!(
            svg.contains("<text x=\"14\" y=\"28\" textLength=\"9\" lengthAdjust=\"spacingAndGlyphs\">a</text>"),
            "{svg}"
        );
        assert!(svg.contains("<text x=\"41\" y=\"28\" textLength=\"36\""), "{svg}");
        assert!(svg.contains("&lt;bc&gt;"), "{svg}");
    }

    #[test]
    fn reverse_video_swaps_text_and_ground() {
        let svg = drawn("ab", Style::new().fg(Color::Red).add_modifier(Modifier::REVERSED));
        assert!(svg.contains("M14 14h18v19h-18z\" fill=\"#f47067\""), "{svg}");
        assert!(svg.contains(&format!("fill=\"{BACKGROUND}\">ab</text>")), "{svg}");
    }

    #[test]
    fn the_same_screen_is_the_same_picture() {
        assert_eq!(drawn("same", Style::new()), drawn("same", Style::new()));
    }
}
