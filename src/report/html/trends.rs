//! The section of trends: a chart for each counter, with its numbers in a table.

use std::fmt::Write as _;

use super::markup::{escape, table};
use super::{PageDetail, Parts, chart};
use crate::domain::Counter;
use crate::domain::board::Inner;
use crate::insight::trend::{self, Point, Segment, Trend};
use crate::words;

/// The charts of counters with at least two readings; counters that measure a project come first.
pub(super) fn body(parts: &Parts<'_>, detail: PageDetail) -> String {
    let measures =
        |counter: &&Counter| parts.board.projects.iter().any(|row| row.measure.as_ref() == Some(&counter.id));
    let (first, others): (Vec<_>, Vec<_>) = parts.world.roadmap.counters.iter().partition(measures);
    let followed = first.into_iter().chain(others);
    let label = |counter| parts.world.roadmap.label(counter);
    let of = |counter| trend::of_counter(counter, parts.board.date);
    let followed = followed.map(|counter| (counter, Trend { unit: label(counter), ..of(counter) }));
    let drawn: Vec<_> = followed.filter(|(_, trend)| trend.main().is_some_and(|own| own.points.len() > 1)).collect();
    let mut text = String::new();
    for (counter, trend) in drawn.iter().take(detail.charts) {
        if let Some(segment) = trend.main() {
            text.push_str(&figure(counter, trend, segment, detail.points));
        }
    }
    if text.is_empty() {
        return text;
    }
    let more = drawn.len().saturating_sub(detail.charts);
    let more = if more == 0 { String::new() } else { format!("<p>and {more} more (<code>offramp trend</code>)</p>\n") };
    format!("<div class=\"charts\">\n{text}</div>\n{more}")
}

/// The chart of the points of one rule. Points of different rules are never joined.
fn figure(counter: &Counter, trend: &Trend, segment: &Segment, most: usize) -> String {
    let points = thinned(&segment.points, most);
    let Some(last) = points.last().copied() else { return String::new() };
    let inner = Inner { start: segment.start, ..trend.inner(last) };
    let id = escape(counter.id.as_str());
    let title = escape(&trend.unit);
    let mut text = format!("<figure>\n<figcaption>\n<h3>{title}</h3>\n<p>");
    let _ = write!(text, "{} ({}) on {}", words::amount(&inner), words::share(&inner), last.date);
    let _ = write!(text, "; {}", escape(&trend::text::outlook(trend)));
    let _ = writeln!(text, ".</p>\n<p>{}{}</p>\n</figcaption>", rule(counter, segment), by_hand(trend));
    let [done, scope] = words::chart_lines(segment.start);
    let scope = if segment.start.is_none() { "in scope" } else { scope };
    let label = format!("{id}: {done} and {scope}, {} to {}", first_day(&points), last.date);
    text.push_str(&chart::draw(&points, &label, [done, scope]));
    let kept = if points.len() == segment.points.len() {
        words::count(points.len() as u64, "reading", "readings")
    } else {
        format!("{} of {} readings", points.len(), segment.points.len())
    };
    let _ = write!(text, "<details>\n<summary>{id} in numbers: {kept}</summary>\n");
    let [done, scope] = [done, scope].map(words::capitalised);
    let head = [("Day", ""), (&*done, "n"), (&*scope, "n"), ("Left", "n")];
    text.push_str(&table("numbers", &format!("{}: {kept}", counter.id), &head, &rows(&points)));
    text.push_str("</details>\n</figure>\n");
    text
}

fn first_day(points: &[Point]) -> String {
    points.first().map(|point| point.date.to_string()).unwrap_or_default()
}

fn rule(counter: &Counter, segment: &Segment) -> String {
    let rule = counter.rule(segment.rule);
    let name = rule.and_then(|rule| rule.name.as_deref()).map(|name| format!(", {}", escape(name)));
    format!("Rule {}{}", segment.rule, name.unwrap_or_default())
}

/// The newest figure recorded by hand, which is not part of the line.
fn by_hand(trend: &Trend) -> String {
    let newest = trend.written.last().map(|point| format!(". {}", escape(&trend::text::written_point(point))));
    newest.unwrap_or_default()
}

fn rows(points: &[Point]) -> String {
    let row = |point: &Point| {
        format!(
            "<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>\n",
            point.date,
            point.done,
            point.total,
            point.left()
        )
    };
    points.iter().rev().map(row).collect()
}

/// Thins points out evenly to a maximum number, keeping the first and the last.
fn thinned(points: &[Point], most: usize) -> Vec<Point> {
    if points.len() <= most || most < 2 {
        return points.to_vec();
    }
    let last = points.len() - 1;
    (0..most).filter_map(|at| points.get(at * last / (most - 1)).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures;

    fn points(count: u64) -> Vec<Point> {
        let day = fixtures::day("2021-01-01");
        (0..count).map(|at| Point { date: day + chrono::Days::new(at), done: at, total: count, removed: 0 }).collect()
    }

    #[test]
    fn thinning_keeps_the_first_and_the_last_point() {
        let thin = thinned(&points(100), 12);
        assert_eq!((thin.len(), thin[0].done, thin[11].done), (12, 0, 99));
        assert_eq!(thinned(&points(5), 12).len(), 5);
    }
}
