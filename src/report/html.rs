//! One self-contained page: no scripts, nothing from elsewhere; prints well, light and dark.

use std::fmt::Write as _;

use crate::domain::{Board, Counter, Freedom, ItemRow, Percent, Progress, ProjectRow, State, World};
use crate::insight::money;
use crate::insight::trend::{self, Point, Segment, Trend};
use crate::words;

const STYLE: &str = include_str!("page.css");

/// The drawing area of a trend, in units of the picture.
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 180.0;

/// Returns the page of a board.
pub fn page(world: &World, board: &Board) -> String {
    let title = escape(&world.roadmap.title);
    let mut text = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n"
    );
    let _ = writeln!(
        text,
        "<p>{}</p>\n<p class=\"sum\">{}</p>\n</header>\n<main>",
        escape(&words::as_of(world)),
        escape(&words::totals(board))
    );
    projects(&mut text, world, board);
    trends(&mut text, world, board);
    help(&mut text, world, board);
    details(&mut text, world, board);
    costs(&mut text, world);
    text.push_str("</main>\n</body>\n</html>\n");
    text
}

fn projects(text: &mut String, world: &World, board: &Board) {
    text.push_str("<section>\n<h2>Projects</h2>\n<table>\n<thead><tr><th>Project</th><th>Done</th><th></th>");
    text.push_str(
        "<th class=\"n\">Left</th><th class=\"n\">Free</th><th>State</th><th>Owner</th></tr></thead>\n<tbody>\n",
    );
    for row in &board.projects {
        let _ = writeln!(
            text,
            "<tr><th scope=\"row\"><a href=\"#{anchor}\">{title}</a></th><td>{bar}</td><td>{percent} <small>{progress} \
             {unit}</small></td><td class=\"n\">{left}</td><td class=\"n\">{free}</td><td>{state}</td><td>{owner}</td></tr>",
            anchor = anchor(row),
            title = escape(&row.title),
            bar = bar(row.percent),
            percent = words::percent(row.percent),
            progress = words::project_progress(row),
            unit = if row.percent == Percent::Unknown { String::new() } else { escape(words::unit(row, board)) },
            left = row.left,
            free = row.free,
            state = words::marked(row.state, false),
            owner = escape(&words::owner(&row.owner, &world.roadmap.groups)),
        );
    }
    text.push_str("</tbody>\n</table>\n</section>\n");
}

/// A bar that says its value to those who do not see it; unknown is hatched, never empty.
fn bar(percent: Percent) -> String {
    match percent {
        Percent::Known(percent) => format!(
            "<span class=\"bar\" role=\"img\" aria-label=\"{percent} %\"><span style=\"width:{percent}%\"></span></span>"
        ),
        Percent::Unknown => "<span class=\"bar unknown\" role=\"img\" aria-label=\"unknown\"></span>".to_owned(),
    }
}

fn trends(text: &mut String, world: &World, board: &Board) {
    let counted = world.roadmap.counters.iter().map(|counter| (counter, trend::of_counter(counter, board.date)));
    let drawn = |(_, trend): &(_, Trend)| trend.main().is_some_and(|segment| segment.points.len() > 1);
    let counted: Vec<_> = counted.filter(drawn).collect();
    if counted.is_empty() {
        return;
    }
    text.push_str("<section>\n<h2>Trend</h2>\n");
    for (counter, trend) in &counted {
        if let Some(segment) = trend.main() {
            chart(text, counter, segment);
        }
    }
    text.push_str("</section>\n");
}

/// One rule's points, which are never joined to those of another.
fn chart(text: &mut String, counter: &Counter, segment: &Segment) {
    let points = segment.points.as_slice();
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return };
    let days = (last.date - first.date).num_days().max(1) as f64;
    let most = points.iter().map(|point| point.total).max().unwrap_or(1).max(1) as f64;
    let place = |point: &Point, value: u64| {
        let x = (point.date - first.date).num_days() as f64 / days * WIDTH;
        format!("{x:.1},{:.1}", HEIGHT - value as f64 / most * HEIGHT)
    };
    let line =
        |value: fn(&Point) -> u64| points.iter().map(|point| place(point, value(point))).collect::<Vec<_>>().join(" ");
    let scope = line(|point| point.total);
    let done = line(|point| point.done);
    let progress = Progress { done: last.done, total: last.total };
    let unit = escape(&counter.unit);
    let rule = counter.rule(segment.rule).and_then(|rule| rule.name.as_deref()).map(|name| format!(", {name}"));
    let _ = writeln!(
        text,
        "<figure>\n<figcaption>{unit}: {} ({}) on {}, rule {}{}</figcaption>\n<svg viewBox=\"0 -6 {WIDTH} {}\" \
         role=\"img\" aria-label=\"{unit}: done and in scope from {} to {}\">\n\
         <polygon class=\"done\" points=\"0,{HEIGHT} {done} {WIDTH},{HEIGHT}\"/>\n\
         <polyline class=\"scope\" points=\"{scope}\"/>\n<polyline class=\"line\" points=\"{done}\"/>\n\
         <text x=\"0\" y=\"{}\">{}</text>\n<text x=\"{WIDTH}\" y=\"{}\" class=\"end\">{}</text>\n\
         <text x=\"0\" y=\"8\">{most} in scope at most</text>\n</svg>\n</figure>",
        words::progress(progress),
        words::percent(progress.percent()),
        last.date,
        segment.rule,
        escape(&rule.unwrap_or_default()),
        HEIGHT + 26.0,
        first.date,
        last.date,
        HEIGHT + 16.0,
        first.date,
        HEIGHT + 16.0,
        last.date,
    );
}

fn help(text: &mut String, world: &World, board: &Board) {
    let free: Vec<_> = board.items().filter(|item| item.freedom == Freedom::Free).collect();
    let unclear: Vec<_> = board.items().filter(|item| item.freedom == Freedom::Unclear).collect();
    for (title, items) in [("Free to take", free), ("To be decided", unclear)] {
        if !items.is_empty() {
            let _ = writeln!(text, "<section>\n<h2>{title}</h2>\n<ul>");
            for item in items {
                let _ = writeln!(text, "<li>{}: {}</li>", escape(item.project.as_str()), item_words(item, world));
            }
            text.push_str("</ul>\n</section>\n");
        }
    }
}

fn details(text: &mut String, world: &World, board: &Board) {
    text.push_str("<section>\n<h2>Items</h2>\n");
    for row in &board.projects {
        let owner = escape(&words::owner(&row.owner, &world.roadmap.groups));
        let _ = writeln!(text, "<h3 id=\"{}\">{} <small>{owner}</small></h3>\n<ul>", anchor(row), escape(&row.title));
        for item in &row.items {
            let class = if item.is_left() { "" } else { " class=\"ended\"" };
            let state = words::marked(item.state, false);
            let _ = writeln!(text, "<li{class}>{} <small>{state}</small></li>", item_words(item, world));
        }
        text.push_str("</ul>\n");
    }
    let ended = board.migrated.iter().filter(|item| !matches!(item.state, State::Dropped));
    let _ = writeln!(text, "<h3>Migrated before</h3>\n<ul>");
    for item in ended {
        let _ = writeln!(text, "<li>{}</li>", item_words(item, world));
    }
    text.push_str("</ul>\n</section>\n");
}

fn item_words(item: &ItemRow, world: &World) -> String {
    let inner = item.inner.as_ref().map(|inner| format!(" ({})", escape(&words::inner(inner)))).unwrap_or_default();
    let link = item.issue.as_ref().map(|id| {
        format!(" <a href=\"{}\">{}</a>", escape(&id.url(&world.web)), escape(&id.short(&world.roadmap.repo)))
    });
    format!("{}{inner}{}", escape(&item.title), link.unwrap_or_default())
}

fn costs(text: &mut String, world: &World) {
    if world.roadmap.accounts.is_empty() {
        return;
    }
    text.push_str("<section>\n<h2>What it costs</h2>\n<ul>\n");
    for line in money::lines(&world.roadmap, world.date) {
        let _ = writeln!(text, "<li>{}</li>", escape(&line));
    }
    text.push_str("</ul>\n</section>\n");
}

/// Returns the name of a project's heading: only letters, digits and dashes survive.
fn anchor(row: &ProjectRow) -> String {
    let keep = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    format!("project-{}", row.id.as_str().chars().map(keep).collect::<String>())
}

/// Makes text harmless in elements and in quoted attributes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_leave_its_element_or_attribute() {
        assert_eq!(escape("<b onclick='x'>&\""), "&lt;b onclick=&#39;x&#39;&gt;&amp;&quot;");
    }

    #[test]
    fn an_unknown_bar_is_not_an_empty_one() {
        assert!(bar(Percent::Unknown).contains("unknown"));
        assert!(bar(Percent::Known(16)).contains("width:16%"));
    }
}
