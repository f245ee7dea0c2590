//! The SVG chart of done and scope, which differ in line, mark and label and not only in colour.

use std::fmt::Write as _;

use super::markup::escape;
use crate::domain::Date;
use crate::insight::trend::Point;

/// The size of the picture in SVG units; the page scales it.
const WIDTH: f64 = 460.0;
const HEIGHT: f64 = 200.0;

/// The edges of the plot within the picture.
const LEFT: f64 = 44.0;
const RIGHT: f64 = 352.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 170.0;

/// The minimum distance between the baselines of two labels.
const LINE: f64 = 15.0;

/// Draws at least two points; `label` is the text for screen readers, `lines` names what is done and the whole.
pub(super) fn draw(points: &[Point], label: &str, lines: [&str; 2]) -> String {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return String::new() };
    let axes = Axes::of(points, first.date, last.date);
    let mut text = format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}: {}\">\n",
        escape(label),
        range(first, last)
    );
    axes.grid(&mut text);
    let scope = axes.line(points, |point| point.total);
    let done = axes.line(points, |point| point.done);
    let _ = write!(
        text,
        "<polygon class=\"area\" points=\"{LEFT},{BOTTOM} {done} {RIGHT},{BOTTOM}\"/>\n\
         <polyline class=\"scope\" points=\"{scope}\"/>\n<polyline class=\"line\" points=\"{done}\"/>\n"
    );
    axes.ends(&mut text, last, lines);
    text.push_str("</svg>\n");
    text
}

/// `from 107 of 1191 to 355 of 1890`
fn range(first: &Point, last: &Point) -> String {
    format!("from {} of {} to {} of {}", first.done, first.total, last.done, last.total)
}

struct Axes {
    from: Date,
    until: Date,
    /// A round number that is no less than any value.
    top: u64,
}

impl Axes {
    fn of(points: &[Point], from: Date, until: Date) -> Self {
        let most = points.iter().map(|point| point.total.max(point.done)).max().unwrap_or(1);
        Self { from, until, top: rounded_up(most) }
    }

    fn x(&self, date: Date) -> f64 {
        let days = (self.until - self.from).num_days().max(1) as f64;
        LEFT + (date - self.from).num_days() as f64 / days * (RIGHT - LEFT)
    }

    fn y(&self, value: u64) -> f64 {
        BOTTOM - value as f64 / self.top as f64 * (BOTTOM - TOP)
    }

    fn line(&self, points: &[Point], value: fn(&Point) -> u64) -> String {
        let place = |point: &Point| format!("{:.0},{:.1}", self.x(point.date), self.y(value(point)));
        points.iter().map(place).collect::<Vec<_>>().join(" ")
    }

    /// Draws lines at zero, half and top, and the first and last date below.
    fn grid(&self, text: &mut String) {
        let half = if self.top >= 2 { Some(self.top / 2) } else { None };
        for value in [Some(0), half, Some(self.top)].into_iter().flatten() {
            let y = self.y(value);
            let _ = write!(
                text,
                "<path class=\"grid\" d=\"M{LEFT} {y:.1}H{RIGHT}\"/>\n\
                 <text class=\"end\" x=\"{}\" y=\"{:.1}\">{value}</text>\n",
                LEFT - 6.0,
                y + 4.0
            );
        }
        let _ = write!(
            text,
            "<text x=\"{LEFT}\" y=\"{below}\">{}</text>\n<text class=\"end\" x=\"{RIGHT}\" y=\"{below}\">{}</text>\n",
            self.from,
            self.until,
            below = BOTTOM + 20.0
        );
    }

    /// Draws a square mark at the end of scope and a round one at the end of done, each with its name and figure.
    fn ends(&self, text: &mut String, last: &Point, [part, whole]: [&str; 2]) {
        let (scope, done) = (self.y(last.total), self.y(last.done));
        let (upper, lower) = apart(scope, done);
        let _ = write!(
            text,
            "<rect class=\"mark-scope\" x=\"{:.1}\" y=\"{:.1}\" width=\"8\" height=\"8\"/>\n\
             <circle class=\"mark\" cx=\"{RIGHT}\" cy=\"{done:.1}\" r=\"4\"/>\n\
             <text x=\"{label}\" y=\"{upper:.1}\">{} {whole}</text>\n<text class=\"ink\" x=\"{label}\" y=\"{lower:.1}\">{} {part}</text>\n",
            RIGHT - 4.0,
            scope - 4.0,
            last.total,
            last.done,
            label = RIGHT + 10.0
        );
    }
}

/// Returns the baselines of two labels, beside their marks but at least [`LINE`] apart.
fn apart(upper: f64, lower: f64) -> (f64, f64) {
    let missing = (LINE - (lower - upper)).max(0.0);
    (upper + 4.0 - missing / 2.0, lower + 4.0 + missing / 2.0)
}

/// Rounds up to 1, 2, 4, 5, 6, 8 or 10 times a power of ten.
fn rounded_up(value: u64) -> u64 {
    let mut power = 1_u64;
    while value > power.saturating_mul(10) {
        power = power.saturating_mul(10);
    }
    let steps = [1, 2, 4, 5, 6, 8, 10].map(|step| power.saturating_mul(step));
    steps.into_iter().find(|step| *step >= value).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_ends_on_a_round_number() {
        let ends = [0, 1, 3, 10, 11, 288, 1780, 6079, u64::MAX].map(rounded_up);
        assert_eq!(ends, [1, 1, 4, 10, 20, 400, 2000, 8000, u64::MAX]);
    }

    #[test]
    fn labels_never_overlap() {
        let (upper, lower) = apart(100.0, 100.0);
        assert!(lower - upper >= LINE);
        assert_eq!(apart(20.0, 100.0), (24.0, 104.0));
    }

    #[test]
    fn a_chart_of_zeros_has_no_nan() {
        let day = |text: &str| text.parse().expect("a day");
        let point = |date| Point { date, done: 0, total: 0, removed: 0 };
        let drawn = draw(&[point(day("2021-01-01")), point(day("2021-02-01"))], "jobs", ["done", "in scope"]);
        assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{drawn}");
    }
}
