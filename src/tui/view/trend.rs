//! View 5, Trend: the series, the chosen one as a chart with axes, and what it comes to.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::symbols::Marker;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Axis, Chart, Dataset, GraphType, Widget};

use super::super::model::FrameInfo;
use super::super::model::list::Row;
use super::canvas::DrawLine as _;
use super::text::Text;
use super::{Scene, fit, rows};
use crate::domain::Date;
use crate::insight::trend::{Point, Trend};
use crate::words;

pub(super) fn draw(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) -> FrameInfo {
    let model = scene.model;
    let rows = (model.list().rows.len().max(1) as u16).min(area.height / 3).max(1);
    let top = Rect { height: rows, ..area };
    let names = model.lines.iter().map(|line| fit::width(&line.tag)).max().unwrap_or(0);
    let names = names.min(usize::from(area.width) / 2);
    let seen = rows::draw(buffer, top, scene, |row, selected| match row {
        Row::Line(at) => {
            let line = model.lines.get(*at)?;
            let spans = vec![
                rows::pointer(scene, selected),
                Span::styled(fit::left(&line.tag, names, scene.theme.ellipsis()), scene.theme.strong()),
                Span::raw(format!("  {}  ", line.text)),
                Span::styled(line.aside.clone(), scene.theme.dim()),
            ];
            Some(rows::finish(scene, Line::from(spans), selected))
        }
        Row::Heading(..) | Row::Project(_) | Row::Item(..) => None,
    });
    let body = Rect { y: area.y + rows, height: area.height.saturating_sub(rows), ..area };
    if let Some(trend) = chosen(scene) {
        let has_rule_changes = !trend.rule_changes.is_empty();
        buffer.line(legend(scene, has_rule_changes), Rect { height: 1, ..body });
        // As far from the edge as the text above.
        let place = Rect { x: body.x + 1, width: body.width.saturating_sub(2), ..body };
        chart(buffer, Rect { y: body.y + 1, height: body.height.saturating_sub(1), ..place }, scene, trend);
    }
    seen
}

/// The series that is selected.
fn chosen<'a>(scene: &Scene<'a>) -> Option<&'a Trend> {
    let list = scene.model.list();
    match list.rows.get(list.at)? {
        Row::Line(at) => scene.model.trends.get(*at),
        Row::Heading(..) | Row::Project(_) | Row::Item(..) => None,
    }
}

fn legend<'a>(scene: &Scene<'a>, has_rule_changes: bool) -> Line<'a> {
    let theme = scene.theme;
    let sign = if theme.ascii { "*" } else { "━" };
    let mut spans = vec![
        Span::styled(format!("  {sign} scope   "), theme.accent()),
        Span::styled(format!("{sign} done   "), theme.good()),
    ];
    if has_rule_changes {
        spans.push(Span::styled(format!("{} the rule changed", if theme.ascii { "|" } else { "╎" }), theme.unknown()));
    }
    Line::from(spans)
}

fn day(date: Date) -> f64 {
    f64::from(chrono::Datelike::num_days_from_ce(&date))
}

fn notice(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, text: &str) {
    let line = Line::styled(text, scene.theme.dim()).centered();
    buffer.line(line, Rect { y: area.y + area.height / 3, height: 1, ..area });
}

/// The points of every segment; those of other rules are fainter.
fn chart(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, trend: &Trend) {
    let theme = scene.theme;
    let all = || trend.segments.iter().flat_map(|segment| &segment.points);
    let (Some(first), Some(last)) = (all().map(|point| point.date).min(), all().map(|point| point.date).max()) else {
        return notice(buffer, area, scene, "nothing was counted yet; `offramp count` makes a reading");
    };
    if first == last {
        return notice(buffer, area, scene, &format!("counted once, on {first}; a line needs two readings"));
    }
    if area.height < 4 {
        return;
    }
    let top = all().map(|point| point.total).max().unwrap_or(1).max(1);
    let curve = |points: &[Point], of: fn(&Point) -> u64| points.iter().map(|p| (day(p.date), of(p) as f64)).collect();
    let mut curves: Vec<(Vec<(f64, f64)>, Style)> = Vec::new();
    for (at, segment) in trend.segments.iter().enumerate().rev() {
        let style = |style: Style| if at == 0 { style } else { theme.dim() };
        curves.push((curve(&segment.points, |point| point.total), style(theme.accent())));
        curves.push((curve(&segment.points, |point| point.done), style(theme.good())));
    }
    for change in &trend.rule_changes {
        let points = (0..40).map(|step| (day(*change), top as f64 * f64::from(step) / 40.0));
        curves.push((points.collect(), theme.unknown()));
    }
    let rules = trend.rule_changes.len();
    let lines = curves.len().saturating_sub(rules);
    let marker = if theme.ascii { Marker::Custom('*') } else { Marker::Braille };
    let sets = curves.iter().enumerate().map(|(at, (points, style))| {
        let kind = if at < lines { GraphType::Line } else { GraphType::Scatter };
        Dataset::default().marker(marker).graph_type(kind).style(*style).data(points)
    });
    let middle = first + (last - first) / 2;
    let labels = [first, middle, last].map(|date| date.to_string());
    let axis = |bounds| Axis::default().bounds(bounds).style(theme.dim());
    let chart = Chart::new(sets.collect())
        .legend_position(None)
        .x_axis(axis([day(first), day(last)]).labels(labels))
        .y_axis(axis([0.0, top as f64]).labels(["0".to_owned(), (top / 2).to_string(), top.to_string()]));
    chart.render(area, buffer);
    if theme.ascii {
        plain_axes(area, buffer);
    }
}

/// The widget knows only box drawing for its axes.
fn plain_axes(area: Rect, buffer: &mut Buffer) {
    for place in area.positions() {
        if let Some(cell) = buffer.cell_mut(place) {
            match cell.symbol() {
                "│" => cell.set_symbol("|"),
                "─" => cell.set_symbol("-"),
                "└" => cell.set_symbol("+"),
                _ => continue,
            };
        }
    }
}

/// Below the chart: pace, and when it may be over.
pub(super) fn explain(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) {
    let Some(trend) = chosen(scene) else { return };
    let mut text = Text::new(usize::from(area.width));
    fill(&mut text, scene, trend);
    for (at, line) in (0..area.height).zip(&text.lines) {
        buffer.line(line, Rect { y: area.y + at, height: 1, ..area });
    }
}

/// What a series comes to.
pub(super) fn fill<'a>(text: &mut Text<'a>, scene: &Scene<'a>, trend: &Trend) {
    if let Some(last) = trend.last() {
        let now = words::newest_point(trend, last);
        text.fact(scene, "Now", &now);
    }
    if let Some(left) = words::left_ahead(&trend.forecast) {
        text.fact(scene, "Ahead", &left);
    }
    text.fact(scene, "Ends", &words::forecast(&trend.forecast));
    for (weeks, pace) in &trend.paces {
        let label = format!("{weeks} weeks");
        match pace {
            Some(pace) => {
                let line =
                    format!("{:+.1} done and {:+.1} scope in four weeks, since {}", pace.done, pace.scope, pace.since);
                text.fact(scene, &label, &line);
            }
            None => text.fact(scene, &label, scene.theme.nothing()),
        }
    }
    if let Some(off) = trend.backtest.median_off() {
        let (held, trials) = (trend.backtest.held(), trend.backtest.trials.len());
        let line = format!("the range held {held} of {trials} times, median miss {off} {}", trend.unit);
        text.fact(scene, "Past accuracy", &line);
    }
    for point in &trend.written {
        text.fact(scene, "Apart", &words::written_point(*point));
    }
    for step in &trend.steps {
        text.fact(scene, "Step", &words::step(step));
    }
    for change in &trend.rule_changes {
        text.fact(scene, "Rule", &format!("another one counts since {change}"));
    }
}
