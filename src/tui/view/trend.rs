//! View 5, Trend: done and scope of a counter over time, as a chart with axes.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::symbols::Marker;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Axis, Chart, Dataset, GraphType};

use super::super::model::Seen;
use super::page::Text;
use super::{Scene, list};
use crate::domain::{Counter, Reading};
use crate::words;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, scene: &Scene<'_>) -> Seen {
    let seen = Seen { height: usize::from(area.height), ..Seen::default() };
    let Some((counter, readings)) = chosen(scene) else {
        list::rows(frame, area, scene, |_, _| None);
        return seen;
    };
    let title = Rect { height: 1, ..area };
    frame.render_widget(legend(scene, counter), title);
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    chart(frame, body, scene, &readings);
    seen
}

/// The first counter that has been read by the date, and its readings under the rule that stands first.
fn chosen<'a>(scene: &Scene<'a>) -> Option<(&'a Counter, Vec<&'a Reading>)> {
    let date = scene.model.world.date;
    scene.model.world.roadmap.counters.iter().find_map(|counter| {
        let rule = counter.reading_at(date)?.rule;
        let readings = counter.readings.iter().filter(|reading| reading.date <= date && reading.rule == rule);
        Some((counter, readings.collect()))
    })
}

fn legend<'a>(scene: &Scene<'a>, counter: &Counter) -> Line<'a> {
    let theme = scene.theme;
    let sign = if theme.ascii { "*" } else { "━" };
    Line::from(vec![
        Span::styled(format!(" {}  ", counter.unit), theme.strong()),
        Span::styled(format!("{sign} done  "), theme.good()),
        Span::styled(format!("{sign} scope"), theme.accent()),
    ])
}

fn chart(frame: &mut Frame<'_>, area: Rect, scene: &Scene<'_>, readings: &[&Reading]) {
    let theme = scene.theme;
    let day = |reading: &&Reading| f64::from(chrono::Datelike::num_days_from_ce(&reading.date));
    let done: Vec<_> = readings.iter().map(|reading| (day(reading), reading.progress.done as f64)).collect();
    let scope: Vec<_> = readings.iter().map(|reading| (day(reading), reading.progress.total as f64)).collect();
    let (Some(first), Some(last)) = (readings.first(), readings.last()) else { return };
    let top = readings.iter().map(|reading| reading.progress.total).max().unwrap_or(1).max(1);
    let marker = if theme.ascii { Marker::Custom('*') } else { Marker::Braille };
    let set = |data, style: Style| {
        Dataset::default().marker(marker).graph_type(GraphType::Line).style(style).data(data)
    };
    let (from, to) = (day(first), day(last).max(day(first) + 1.0));
    let axis = Style::new().patch(theme.dim());
    let middle = first.date + (last.date - first.date) / 2;
    let chart = Chart::new(vec![set(&scope, theme.accent()), set(&done, theme.good())])
        .x_axis(Axis::default().bounds([from, to]).style(axis).labels([
            first.date.to_string(),
            middle.to_string(),
            last.date.to_string(),
        ]))
        .y_axis(Axis::default().bounds([0.0, top as f64 * 1.05]).style(axis).labels([
            "0".to_owned(),
            (top / 2).to_string(),
            top.to_string(),
        ]));
    frame.render_widget(chart, area);
}

/// Below the chart: what it comes to.
pub(super) fn explain(frame: &mut Frame<'_>, area: Rect, scene: &Scene<'_>) {
    let Some((_, readings)) = chosen(scene) else { return };
    let (Some(first), Some(last)) = (readings.first(), readings.last()) else { return };
    let mut text = Text::new(usize::from(area.width));
    let share = words::percent(last.progress.percent());
    text.fact(scene, "Now", &format!("{} ({share}) on {}", words::progress(last.progress), last.date));
    text.fact(scene, "First", &format!("{} on {}", words::progress(first.progress), first.date));
    let done = last.progress.done as i64 - first.progress.done as i64;
    let scope = last.progress.total as i64 - first.progress.total as i64;
    text.fact(scene, "Change", &format!("done {done:+}, scope {scope:+}, in {}", words::count(readings.len() as u64, "reading", "readings")));
    for (at, line) in (0..area.height).zip(&text.lines) {
        frame.render_widget(line, Rect { y: area.y + at, height: 1, ..area });
    }
}
