//! The badge: one figure as a small SVG in the colour of its state, with a text for screen readers.

use unicode_width::UnicodeWidthChar;

use super::html::escape;
use crate::domain::{Board, CounterRow, Progress, ProjectRow, State};
use crate::words;
use crate::words::fit::cut;

/// The content of a badge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Badge {
    /// The name, on the left.
    pub label: String,
    /// The figure, on the right.
    pub figure: String,
    /// The state, which decides the colour.
    pub state: State,
}

/// The height, and the padding beside each text, in pixels.
const HEIGHT: u32 = 20;
const PADDING: u32 = 6;

/// The maximum width of a text, in columns of a terminal.
const LONGEST: usize = 60;

impl Badge {
    /// Returns the badge of a project: `k8s-prow-build 288/1780 prow jobs`.
    pub fn of_project(row: &ProjectRow, board: &Board) -> Self {
        Self { label: row.title.clone(), figure: words::project_done(row, board), state: row.state }
    }

    /// Returns the badge of a counter: `prow jobs 288/1780`.
    pub fn of_counter(row: &CounterRow) -> Self {
        let figure = row.inner().map_or_else(|| words::UNKNOWN.to_owned(), |inner| words::amount(&inner));
        let state = match row.reading.as_ref().map(|reading| reading.progress) {
            Some(Progress { total: 0, .. }) | None => State::Unknown,
            Some(progress) if progress.left() == 0 => State::Done,
            Some(progress) if progress.done == 0 => State::Todo,
            Some(_) => State::Started,
        };
        Self { label: row.unit.clone(), figure, state }
    }

    /// Returns the badge of the whole board: `items 1/23`.
    pub fn of_board(board: &Board) -> Self {
        let sums = board.totals;
        let done = sums.items.saturating_sub(sums.left);
        let state = match (done, sums.left) {
            (0, 0) => State::Unknown,
            (_, 0) => State::Done,
            (0, left) if left == sums.not_fetched => State::NotFetched,
            (0, left) if left == sums.unknown + sums.not_fetched => State::Unknown,
            (0, _) => State::Todo,
            _ => State::Started,
        };
        if matches!(state, State::Unknown | State::NotFetched) {
            return Self { label: "items".to_owned(), figure: words::UNKNOWN.to_owned(), state };
        }
        Self { label: "items".to_owned(), figure: format!("{done}/{}", sums.items), state }
    }

    /// Renders the badge. It loads no font, picture or script.
    pub fn draw(&self) -> String {
        let (label, figure) = (cut(&self.label, LONGEST), cut(&self.figure, LONGEST));
        let (left, right) = (width(&label), width(&figure));
        let (label_box, figure_box) = (left + 2 * PADDING, right + 2 * PADDING);
        let title = escape(&format!("{label}: {figure}, {}", words::state(self.state)));
        let text = |x: u32, width: u32, text: &str| {
            format!("<text x=\"{x}\" y=\"14\" textLength=\"{width}\">{}</text>\n", escape(text))
        };
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{total}\" height=\"{HEIGHT}\" role=\"img\" \
             aria-label=\"{title}\">\n<title>{title}</title>\n\
             <clipPath id=\"round\"><rect width=\"{total}\" height=\"{HEIGHT}\" rx=\"3\"/></clipPath>\n\
             <g clip-path=\"url(#round)\">\n<rect width=\"{label_box}\" height=\"{HEIGHT}\" fill=\"{LABEL}\"/>\n\
             <rect x=\"{label_box}\" width=\"{figure_box}\" height=\"{HEIGHT}\" fill=\"{colour}\"/>\n</g>\n\
             <g fill=\"#ffffff\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\">\n{}{}</g>\n</svg>\n",
            text(PADDING, left, &label),
            text(label_box + PADDING, right, &figure),
            total = label_box + figure_box,
            colour = colour(self.state),
        )
    }
}

const LABEL: &str = "#3d444d";

/// The background of a state, with a contrast to white text of at least 4.5 to 1.
fn colour(state: State) -> &'static str {
    match state {
        State::Done | State::Removed => "#1a7f37",
        State::Started => "#1f5fc4",
        State::Todo | State::Dropped => "#57606a",
        State::ClosedNotDone => "#9a3412",
        State::Unknown | State::NotFetched => "#6e40aa",
    }
}

/// The estimated width of a text in Verdana of 11 pixels; `textLength` stretches any font to exactly this width.
fn width(text: &str) -> u32 {
    let tenths = |c: char| match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' => 40,
        'f' | 'r' | 't' | '/' | '(' | ')' | '-' => 48,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 105,
        c if c.is_ascii_uppercase() => 78,
        c => 68 * c.width().unwrap_or(0).max(1) as u32,
    };
    text.chars().map(tenths).sum::<u32>().div_ceil(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn badge(figure: &str, state: State) -> Badge {
        Badge { label: "prow jobs".to_owned(), figure: figure.to_owned(), state }
    }

    #[test]
    fn a_badge_names_its_state_in_words() {
        let drawn = badge("288/1780", State::Started).draw();
        assert!(drawn.contains("<title>prow jobs: 288/1780, started</title>"), "{drawn}");
        assert!(drawn.contains("aria-label=\"prow jobs: 288/1780, started\""), "{drawn}");
        assert!(!badge("1/2", State::Todo).draw().contains(colour(State::Started)));
    }

    #[test]
    fn names_are_escaped_and_shortened() {
        let drawn = badge(&format!("<script>\"&{}", "x".repeat(500)), State::Unknown).draw();
        assert!(!drawn.contains("<script") && drawn.contains("&lt;script&gt;&quot;&amp;"), "{drawn}");
        assert!(drawn.len() < 2_000);
    }

    #[test]
    fn white_is_readable_on_every_colour() {
        let states = [State::Done, State::Started, State::Todo, State::ClosedNotDone, State::Unknown];
        for colour in states.map(colour).into_iter().chain([LABEL]) {
            let channel =
                |at: usize| f64::from(u8::from_str_radix(colour.get(at..at + 2).unwrap(), 16).unwrap()) / 255.0;
            let linear =
                |value: f64| if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) };
            let luminance = 0.2126 * linear(channel(1)) + 0.7152 * linear(channel(3)) + 0.0722 * linear(channel(5));
            assert!(1.05 / (luminance + 0.05) >= 4.5, "{colour}");
        }
    }
}
