//! Lines, blocks and dots: characters that must meet their neighbours are drawn as shapes, not set in a font.

use std::fmt::Write as _;

/// A cell in pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

/// Returns the SVG of a character that is drawn, or `None` for one that is set.
pub(crate) fn shape(symbol: &str, cell: Cell, fill: &str) -> Option<String> {
    let mut chars = symbol.chars();
    let (character, None) = (chars.next()?, chars.next()) else { return None };
    match character {
        '\u{2500}'..='\u{257f}' => lines(character, cell, fill),
        '\u{2580}'..='\u{259f}' => blocks(character, cell, fill),
        '\u{2800}'..='\u{28ff}' => Some(dots(character, cell, fill)),
        _ => None,
    }
}

/// Returns the strokes from the middle of a cell: up, right, down, left; 1 is light, 2 is heavy.
fn strokes(character: char) -> Option<[u8; 4]> {
    Some(match character {
        '─' | '┄' | '╌' | '┈' => [0, 1, 0, 1],
        '━' | '┅' | '╍' | '┉' => [0, 2, 0, 2],
        '│' | '┆' | '╎' | '┊' => [1, 0, 1, 0],
        '┃' | '┇' | '╏' | '┋' => [2, 0, 2, 0],
        '┌' => [0, 1, 1, 0],
        '┐' => [0, 0, 1, 1],
        '└' => [1, 1, 0, 0],
        '┘' => [1, 0, 0, 1],
        '├' => [1, 1, 1, 0],
        '┤' => [1, 0, 1, 1],
        '┬' => [0, 1, 1, 1],
        '┴' => [1, 1, 0, 1],
        '┼' => [1, 1, 1, 1],
        '┏' => [0, 2, 2, 0],
        '┓' => [0, 0, 2, 2],
        '┗' => [2, 2, 0, 0],
        '┛' => [2, 0, 0, 2],
        '╴' => [0, 0, 0, 1],
        '╵' => [1, 0, 0, 0],
        '╶' => [0, 1, 0, 0],
        '╷' => [0, 0, 1, 0],
        '╸' => [0, 0, 0, 2],
        '╺' => [0, 2, 0, 0],
        '╼' => [0, 2, 0, 1],
        '╾' => [0, 1, 0, 2],
        _ => return None,
    })
}

fn lines(character: char, cell: Cell, fill: &str) -> Option<String> {
    if let Some(path) = corner(character, cell) {
        return Some(format!("<path d=\"{path}\" fill=\"none\" stroke=\"{fill}\"/>"));
    }
    let (middle_x, middle_y) = middle(cell);
    let ends =
        [(middle_x, cell.y), (cell.x + cell.width, middle_y), (middle_x, cell.y + cell.height), (cell.x, middle_y)];
    let mut out = String::new();
    for (weight, (x, y)) in strokes(character)?.into_iter().zip(ends).filter(|(weight, _)| *weight > 0) {
        let width = if weight == 2 { " stroke-width=\"3\"" } else { "" };
        let _ = write!(out, "<path d=\"M{middle_x} {middle_y}L{x} {y}\" stroke=\"{fill}\"{width}/>");
    }
    Some(out)
}

/// Returns the path of a round corner.
fn corner(character: char, cell: Cell) -> Option<String> {
    let (x, y) = middle(cell);
    let (left, right, top, bottom) = (cell.x, cell.x + cell.width, cell.y, cell.y + cell.height);
    let (side, end) = match character {
        '╭' => (right, bottom),
        '╮' => (left, bottom),
        '╯' => (left, top),
        '╰' => (right, top),
        _ => return None,
    };
    let turn = if end > y { y + cell.width / 2.0 } else { y - cell.width / 2.0 };
    Some(format!("M{side} {y}Q{x} {y} {x} {turn}L{x} {end}"))
}

/// The middle of a cell, on half a pixel, so that light lines are sharp.
fn middle(cell: Cell) -> (f32, f32) {
    ((cell.x + cell.width / 2.0).floor() + 0.5, (cell.y + cell.height / 2.0).floor() + 0.5)
}

fn blocks(character: char, cell: Cell, fill: &str) -> Option<String> {
    let eighths = |from: u32| (u32::from(character) - from) as f32 / 8.0;
    // Left, top, width and height in parts of the cell.
    let parts: Vec<[f32; 4]> = match character {
        '▀' => vec![[0.0, 0.0, 1.0, 0.5]],
        '▁'..='█' => {
            let part = eighths(0x2580);
            vec![[0.0, 1.0 - part, 1.0, part]]
        }
        '▉'..='▏' => vec![[0.0, 0.0, 1.0 - eighths(0x2588), 1.0]],
        '▐' => vec![[0.5, 0.0, 0.5, 1.0]],
        '▔' => vec![[0.0, 0.0, 1.0, 0.125]],
        '▕' => vec![[0.875, 0.0, 0.125, 1.0]],
        '░' | '▒' | '▓' => return Some(shade(character, cell, fill)),
        _ => quadrants(character)?,
    };
    let rects = parts.into_iter().map(|[left, top, width, height]| {
        let (x, y) = (cell.x + left * cell.width, cell.y + top * cell.height);
        let (width, height) = (width * cell.width, height * cell.height);
        format!("<path d=\"M{x} {y}h{width}v{height}h-{width}z\" fill=\"{fill}\"/>")
    });
    Some(rects.collect())
}

fn shade(character: char, cell: Cell, fill: &str) -> String {
    let opacity = match character {
        '░' => 0.25,
        '▒' => 0.5,
        _ => 0.75,
    };
    let Cell { x, y, width, height } = cell;
    format!("<path d=\"M{x} {y}h{width}v{height}h-{width}z\" fill=\"{fill}\" opacity=\"{opacity}\"/>")
}

fn quadrants(character: char) -> Option<Vec<[f32; 4]>> {
    const CORNERS: [[f32; 4]; 4] =
        [[0.0, 0.0, 0.5, 0.5], [0.5, 0.0, 0.5, 0.5], [0.0, 0.5, 0.5, 0.5], [0.5, 0.5, 0.5, 0.5]];
    let set = match character {
        '▖' => 0b0100,
        '▗' => 0b1000,
        '▘' => 0b0001,
        '▙' => 0b1101,
        '▚' => 0b1001,
        '▛' => 0b0111,
        '▜' => 0b1011,
        '▝' => 0b0010,
        '▞' => 0b0110,
        '▟' => 0b1110,
        _ => return None,
    };
    Some((0..4).zip(CORNERS).filter(|(bit, _)| set >> bit & 1 == 1).map(|(_, part)| part).collect())
}

/// Draws braille: two columns of four dots, numbered as Unicode numbers them.
fn dots(character: char, cell: Cell, fill: &str) -> String {
    const PLACES: [(f32, f32); 8] =
        [(0.0, 0.0), (0.0, 1.0), (0.0, 2.0), (1.0, 0.0), (1.0, 1.0), (1.0, 2.0), (0.0, 3.0), (1.0, 3.0)];
    let bits = u32::from(character) - 0x2800;
    let mut path = String::new();
    for (_, (column, row)) in (0..8).zip(PLACES).filter(|(bit, _)| bits >> bit & 1 == 1) {
        let x = cell.x + (column + 0.5) * cell.width / 2.0 - 1.0;
        let y = cell.y + (row + 0.5) * cell.height / 4.0 - 1.0;
        let _ = write!(path, "M{x} {y}h2v2h-2z");
    }
    if path.is_empty() { path } else { format!("<path d=\"{path}\" fill=\"{fill}\"/>") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CELL: Cell = Cell { x: 0.0, y: 0.0, width: 8.0, height: 16.0 };

    #[test]
    fn a_full_block_fills_its_cell() {
        assert_eq!(shape("█", CELL, "red").unwrap(), "<path d=\"M0 0h8v16h-8z\" fill=\"red\"/>");
    }

    #[test]
    fn a_line_reaches_both_sides() {
        let line = shape("─", CELL, "red").unwrap();
        assert!(line.contains("L8 8.5") && line.contains("L0 8.5"), "{line}");
    }

    #[test]
    fn letters_are_left_to_the_font() {
        assert!(shape("a", CELL, "red").is_none());
        assert!(shape("○", CELL, "red").is_none());
    }
}
