//! View 5, Trend: the list of series, and a chart of the selected one with its forecast.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::symbols::Marker;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Axis, Chart, Dataset, GraphType, Widget};

use super::super::model::FrameInfo;
use super::super::model::list::{ListLine, Row};
use super::canvas::DrawLine as _;
use super::text::PageText;
use super::{Scene, fit, rows};
use crate::domain::{Baseline, Date};
use crate::insight::trend::{self, AHEAD_DAYS, Fan, Point, SeriesId, Trend};
use crate::words;

pub(super) fn draw(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) -> FrameInfo {
    let model = scene.model;
    let rows = (model.list.rows.len().max(1) as u16).min(area.height / 3).max(1);
    let (top, body) = super::split_rows(area, rows);
    let widest = |of: fn(&ListLine) -> &str| model.lines.iter().map(|line| fit::width(of(line))).max().unwrap_or(0);
    let (texts, asides) = (widest(|line| &line.text).min(30), widest(|line| &line.aside));
    // Figures and dates are shown in full: names are cut.
    let room = usize::from(area.width).saturating_sub(rows::MARGIN + texts + asides + 4);
    let names = widest(|line| &line.tag).min(usize::from(area.width) / 2).min(room);
    let info = rows::draw(buffer, top, scene, |row, selected| match row {
        Row::Line(at) => {
            let line = model.lines.get(*at)?;
            let spans = vec![
                rows::pointer(scene, selected),
                Span::styled(fit::left(&line.tag, names), scene.theme.strong()),
                Span::raw(format!("  {}  ", fit::left(&line.text, texts))),
                Span::styled(fit::cut(&line.aside, asides), scene.theme.dim()),
            ];
            Some(rows::finish(Line::from(spans), selected))
        }
        Row::Heading(..) | Row::Project(_) | Row::Item(..) => None,
    });
    if let Some(trend) = chosen(scene) {
        let legend = wrapped(legend(scene, trend), usize::from(body.width));
        let (keys, below) = super::split_rows(body, legend.len() as u16);
        buffer.lines(legend, keys);
        // The same margin as the text above.
        let place = Rect { x: below.x + 1, width: below.width.saturating_sub(2), ..below };
        chart(buffer, place, scene, trend);
    }
    info
}

/// The selected series.
fn chosen<'a>(scene: &Scene<'a>) -> Option<&'a Trend> {
    let list = &scene.model.list;
    match list.rows.get(list.at)? {
        Row::Line(at) => scene.model.trends.get()?.get(*at),
        Row::Heading(..) | Row::Project(_) | Row::Item(..) => None,
    }
}

/// The legend of the two lines of every chart; they differ in shape, since colour alone is not enough.
pub(super) fn key<'a>(scene: &Scene<'a>, start: Option<Baseline>) -> [Span<'a>; 2] {
    let theme = scene.theme;
    let [dots, line] = if theme.ascii { ["o", "*"] } else { ["•", "⠤⠒"] };
    let [done, scope] = words::chart_lines(start);
    [Span::styled(format!("{line} {done}"), theme.good()), Span::styled(format!("{dots} {scope}"), theme.accent())]
}

/// The full legend of a chart.
fn legend<'a>(scene: &Scene<'a>, trend: &Trend) -> Vec<Span<'a>> {
    let theme = scene.theme;
    let mut parts = key(scene, trend.start).to_vec();
    let scope = match trend.segments.len() {
        0 | 1 => None,
        2 => Some(OTHER_SCOPE.to_string()),
        _ => Some(format!("{OTHER_SCOPE} {OLDER_SCOPE}")),
    };
    if let Some(scope) = scope {
        parts.push(Span::styled(format!("{OTHER_DONE} done {scope} scope by another rule"), theme.dim()));
    }
    if !trend.rule_changes.is_empty() {
        parts.push(Span::styled(format!("{CHANGE} the rule changed"), theme.unknown()));
    }
    if trend.forecast.fan.is_some() {
        parts.push(Span::styled(format!("{LEFT} left"), theme.unknown()));
        parts.push(Span::styled(format!("{EDGE} 80 % of what may be left"), theme.unknown()));
    }
    if !trend.steps.is_empty() {
        parts.push(Span::styled(format!("{STEP} step"), theme.dim()));
    }
    parts
}

/// Wraps the parts of a legend.
fn wrapped(parts: Vec<Span<'_>>, width: usize) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    for part in parts {
        let has_room = |line: &&mut Line<'_>| line.width() + 3 + part.width() <= width;
        match lines.last_mut().filter(has_room) {
            Some(line) => line.spans.extend([Span::raw("   "), part]),
            None => lines.push(Line::from(vec![Span::raw("  "), part])),
        }
    }
    lines
}

/// Marks done by another rule.
const OTHER_DONE: char = '.';
/// Marks the scope by another rule.
const OTHER_SCOPE: char = '+';
/// Marks the scope by still older rules.
const OLDER_SCOPE: char = 'x';
/// Marks a day on which the rule changed.
const CHANGE: char = '╎';

/// Marks what is left.
const LEFT: char = '▪';
/// Marks the edges of the forecast range.
const EDGE: char = '░';
/// Marks a step.
const STEP: char = '┊';

/// A line of a chart.
#[derive(Debug)]
pub(super) struct Curve {
    points: Vec<(f64, f64)>,
    style: Style,
    marker: Marker,
    kind: GraphType,
}

impl Curve {
    /// Returns the curve of the scope. `age` counts the changes of rule since; older curves are dim and have another shape.
    pub(super) fn scope(scene: &Scene<'_>, points: Vec<(Date, u64)>, age: usize) -> Self {
        let marker = match (scene.theme.ascii, age) {
            (true, 0) => Marker::Custom('o'),
            (false, 0) => Marker::Dot,
            (_, 1) => Marker::Custom(OTHER_SCOPE),
            (_, _) => Marker::Custom(OLDER_SCOPE),
        };
        Self::of(scene, points, age, scene.theme.accent(), marker)
    }

    /// Returns the curve of what is done.
    pub(super) fn done(scene: &Scene<'_>, points: Vec<(Date, u64)>, age: usize) -> Self {
        let marker = match (scene.theme.ascii, age) {
            (true, 0) => Marker::Custom('*'),
            (false, 0) => Marker::Braille,
            (_, _) => Marker::Custom(OTHER_DONE),
        };
        Self::of(scene, points, age, scene.theme.good(), marker)
    }

    fn of(scene: &Scene<'_>, points: Vec<(Date, u64)>, age: usize, style: Style, marker: Marker) -> Self {
        let points = points.into_iter().map(|(date, value)| (day(date), value as f64)).collect();
        Self { points, style: if age == 0 { style } else { scene.theme.dim() }, marker, kind: GraphType::Line }
    }

    /// Returns the vertical line of a day on which the rule changed.
    fn change(scene: &Scene<'_>, date: Date, top: f64) -> Self {
        Self::upright(date, top, scene.theme.unknown(), CHANGE)
    }

    /// Returns the vertical line of a day on which what is left jumped.
    fn step(scene: &Scene<'_>, date: Date, top: f64) -> Self {
        Self::upright(date, top, scene.theme.dim(), STEP)
    }

    fn upright(date: Date, top: f64, style: Style, marker: char) -> Self {
        let points = (0..40).map(|step| (day(date), top * f64::from(step) / 40.0)).collect();
        Self { points, style, marker: Marker::Custom(marker), kind: GraphType::Scatter }
    }

    /// Returns what was left in the last year, and the lower and upper edge of the forecast range.
    fn fan(scene: &Scene<'_>, points: &[Point], fan: &Fan) -> [Self; 3] {
        let line = |points, marker| Self {
            points,
            style: scene.theme.unknown(),
            marker: Marker::Custom(marker),
            kind: GraphType::Line,
        };
        let recent = points.iter().filter(|point| (fan.from - point.date).num_days() <= 365);
        let past = recent.map(|point| (day(point.date), point.left() as f64)).collect();
        let [low, .., high] = fan.at(AHEAD_DAYS);
        let to = |end: f64| vec![(day(fan.from), fan.left as f64), (day(fan.target()), end)];
        [line(past, LEFT), line(to(low), EDGE), line(to(high), EDGE)]
    }
}

fn day(date: Date) -> f64 {
    f64::from(chrono::Datelike::num_days_from_ce(&date))
}

fn notice(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, text: &str) {
    let (_, below) = super::split_rows(area, area.height / 3);
    let lines = fit::wrap(text, usize::from(area.width)).into_iter();
    buffer.lines(lines.map(|line| Line::styled(line, scene.theme.dim()).centered()), below);
}

/// The reason why a series has no points on the selected date.
fn no_points(scene: &Scene<'_>, trend: &Trend) -> String {
    let world = &scene.model.world;
    let counter = match &trend.id {
        SeriesId::Counter(id) => world.roadmap.counter(id),
        SeriesId::Items => None,
    };
    match counter.and_then(|counter| counter.readings.iter().map(|reading| reading.date).min()) {
        Some(first) => format!("no reading on or before {}; the first is from {first}", world.date),
        None if world.origin.is_example() => format!("nothing was known on {}", world.date),
        None => trend::text::no_points(trend, &world.roadmap),
    }
}

/// Draws the curves of every segment, and the forecast.
fn chart(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, trend: &Trend) {
    let all = || trend.segments.iter().flat_map(|segment| &segment.points);
    let (Some(first), Some(last)) = (all().map(|point| point.date).min(), all().map(|point| point.date).max()) else {
        return notice(buffer, area, scene, &no_points(scene, trend));
    };
    if first == last {
        return notice(buffer, area, scene, &format!("counted once, on {first}; a line needs two readings"));
    }
    if area.height < 4 {
        return;
    }
    let top = all().map(|point| point.total).max().unwrap_or(1).max(1) as f64;
    let of = |points: &[Point], value: fn(&Point) -> u64| points.iter().map(|p| (p.date, value(p))).collect();
    let mut curves = Vec::new();
    for (age, segment) in trend.segments.iter().enumerate().rev() {
        curves.push(Curve::scope(scene, of(&segment.points, |point| point.total), age));
        curves.push(Curve::done(scene, of(&segment.points, |point| point.done), age));
    }
    curves.extend(trend.steps.iter().map(|step| Curve::step(scene, step.date, top)));
    if let (Some(fan), Some(segment)) = (&trend.forecast.fan, trend.main()) {
        curves.extend(Curve::fan(scene, &segment.points, fan));
    }
    curves.extend(trend.rule_changes.iter().map(|change| Curve::change(scene, *change, top)));
    plot(buffer, area, scene, &curves);
}

/// Draws curves with axes: dates below, counts on the left.
pub(super) fn plot(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, curves: &[Curve]) {
    let theme = scene.theme;
    let all = || curves.iter().flat_map(|curve| &curve.points);
    let first = all().map(|(day, _)| *day).fold(f64::INFINITY, f64::min);
    let last = all().map(|(day, _)| *day).fold(f64::NEG_INFINITY, f64::max);
    // An even top, so that the label in the middle is a whole number.
    let top = (all().map(|(_, value)| *value).fold(1.0, f64::max) / 2.0).ceil() * 2.0;
    let sets = curves.iter().map(|curve| {
        let set = Dataset::default().marker(curve.marker).graph_type(curve.kind);
        set.style(curve.style).data(&curve.points)
    });
    let labels = [first, f64::midpoint(first, last), last].map(date_of);
    let axis = |bounds| Axis::default().bounds(bounds).style(theme.dim());
    let numbers = [0.0, top / 2.0, top].map(|value| value.to_string());
    let chart = Chart::new(sets.collect())
        .legend_position(None)
        .x_axis(axis([first, last]).labels(labels))
        .y_axis(axis([0.0, top]).labels(numbers));
    chart.render(area, buffer);
}

fn date_of(day: f64) -> String {
    Date::from_num_days_from_ce_opt(day as i32).map(|date| date.to_string()).unwrap_or_default()
}

/// Adds the facts of the selected series: pace and forecast.
pub(super) fn explain<'a>(text: &mut PageText<'a>, scene: &Scene<'a>) {
    if let Some(trend) = chosen(scene) {
        fill(text, scene, trend);
    }
}

/// Adds the facts of a series: the newest point, forecast, pace, steps and changes of rule.
pub(super) fn fill<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, trend: &Trend) {
    text.facts(scene, "Now", trend.last().map(|last| trend::text::newest_point(trend, last)));
    text.facts(scene, "Ahead", trend::text::left_ahead(&trend.forecast));
    text.fact(scene, "Ends", &trend::text::forecast(trend));
    for (weeks, pace) in &trend.paces {
        text.fact(scene, &format!("{weeks} weeks"), &trend::text::pace(trend, *pace));
    }
    if let Some(off) = trend.backtest.median_off() {
        let (held, trials) = (trend.backtest.held(), trend.backtest.trials.len());
        let line = format!("the range held {held} of {trials} times, median miss {off} {}", trend.unit);
        text.fact(scene, "Past accuracy", &line);
    }
    for point in &trend.written {
        text.fact(scene, "By hand", &trend::text::written_point(point));
    }
    for step in &trend.steps {
        let commits = scene.model.world.moves.as_ref().map(|moves| moves.steps.as_slice()).unwrap_or_default();
        text.fact(scene, "Step", &trend::text::step(step, trend.commit_of(step, commits)));
    }
    for change in &trend.rule_changes {
        text.fact(scene, "Rule", &trend::text::rule_change(*change));
    }
}
