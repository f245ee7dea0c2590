//! The HTML report: one self-contained file without scripts or requests, light and dark, for screen and paper.

mod changes;
mod chart;
mod findings;
mod free;
mod markup;
mod projects;
mod sources;
mod trends;

use std::fmt::Write as _;

use crate::domain::{Board, CounterId, Date, World};
use crate::insight::finding::{self, Moment};
use crate::insight::{changes as news, money, rank};
use crate::words;
use markup::{Anchors, list};

pub(super) use markup::escape;

const STYLE: &str = include_str!("page.css");

/// The maximum number of counters in the head of the page.
const MOST_FIGURES: usize = 5;

/// The maximum size of a page in bytes, for a roadmap of up to 200 projects.
const LARGEST_PAGE: usize = 300_000;

/// The input of a page.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The loaded data.
    pub world: &'a World,
    /// The day at the end of which the changes begin.
    pub since: Date,
    /// The moment of the findings.
    pub moment: Moment,
}

/// The maximum number of entries of each kind. The page says what it leaves out.
#[derive(Debug, Clone, Copy)]
struct PageDetail {
    /// The items of a project.
    items: usize,
    /// The lines of every other list.
    lines: usize,
    /// The charts.
    charts: usize,
    /// The points of a chart, which are also the rows of its table.
    points: usize,
}

/// The levels of detail, from everything to what fits for a very long roadmap.
const DETAILS: [PageDetail; 6] = [
    PageDetail { items: usize::MAX, lines: 100, charts: 40, points: 120 },
    PageDetail { items: 40, lines: 50, charts: 20, points: 60 },
    PageDetail { items: 15, lines: 30, charts: 12, points: 24 },
    PageDetail { items: 6, lines: 20, charts: 8, points: 12 },
    PageDetail { items: 3, lines: 10, charts: 4, points: 12 },
    PageDetail { items: 0, lines: 10, charts: 4, points: 12 },
];

/// Returns the page, with as much detail as `LARGEST_PAGE` allows.
pub fn page(subject: &Subject<'_>) -> String {
    let parts = Parts::of(subject);
    let mut page = String::new();
    for detail in DETAILS {
        page = parts.page(detail);
        if page.len() <= LARGEST_PAGE {
            break;
        }
    }
    page
}

/// The data of a page, computed once for all levels of detail.
struct Parts<'a> {
    world: &'a World,
    board: Board,
    anchors: Anchors,
    changes: news::Changes,
    checked: finding::Checked,
    next: rank::Next,
}

impl<'a> Parts<'a> {
    fn of(subject: &Subject<'a>) -> Self {
        let world = subject.world;
        let board = world.board();
        let checked_on = finding::day_of(world, subject.moment);
        let before = board.on(&world.roadmap, &world.snapshot, subject.since.min(world.date));
        Self {
            world,
            changes: news::compare(&world.roadmap, &world.snapshot, &before, &board),
            checked: finding::of_board(world, &board.on(&world.roadmap, &world.snapshot, checked_on)),
            next: rank::next(&world.roadmap, &world.snapshot, &board, world.rows()),
            anchors: Anchors::of(&board),
            board,
        }
    }

    fn page(&self, detail: PageDetail) -> String {
        let sections = self.sections(detail);
        let mut text = self.head();
        contents(&mut text, &sections);
        text.push_str("<main id=\"main\">\n");
        for section in &sections {
            let PageSection { id, title, body } = section;
            let _ =
                write!(text, "<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{title}</h2>\n{body}</section>\n");
        }
        text.push_str("</main>\n");
        self.foot(&mut text);
        text
    }

    /// The sections in the order in which people ask; empty ones are left out.
    fn sections(&self, detail: PageDetail) -> Vec<PageSection> {
        let all = [
            PageSection { id: "projects", title: "Projects", body: projects::table_of(self) },
            PageSection { id: "changes", title: "What changed", body: changes::body(self, detail.lines) },
            PageSection { id: "free", title: "Free to take", body: free::body(self, detail.lines) },
            PageSection { id: "trend", title: "Trend", body: trends::body(self, detail) },
            PageSection { id: "items", title: "Project by project", body: projects::items(self, detail.items) },
            PageSection {
                id: "check",
                title: "Where roadmap and issues disagree",
                body: findings::body(self, detail.lines),
            },
            PageSection { id: "money", title: "What it costs", body: self.costs() },
            PageSection { id: "ask", title: "Whom to ask", body: free::contacts(self) },
            PageSection { id: "sources", title: "How fresh this is", body: sources::body(self, detail.lines) },
        ];
        all.into_iter().filter(|section| !section.body.is_empty()).collect()
    }

    fn head(&self) -> String {
        let title = escape(&self.world.roadmap.title);
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"description\" content=\"{totals}\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n\
             <body>\n<a class=\"skip\" href=\"#main\">Skip to the content</a>\n<header>\n<h1>{title}</h1>\n\
             <p class=\"sum\">{totals}</p>\n{counters}<p>{as_of}</p>\n</header>\n",
            totals = escape(&words::totals(&self.board)),
            counters = self.counters(),
            as_of = escape(&words::as_of(self.world)),
        )
    }

    /// The counters that measure projects.
    fn counters(&self) -> String {
        let measures = |id: &CounterId| self.board.projects.iter().any(|row| row.measure.as_ref() == Some(id));
        let own: Vec<_> = self.board.counters.iter().filter(|row| measures(&row.id)).collect();
        let more = own.len().saturating_sub(MOST_FIGURES);
        let more = (more > 0).then(|| format!("and {more} more (<code>offramp trend</code>)"));
        let figures = own.into_iter().take(MOST_FIGURES).map(|row| escape(&words::counter(row)));
        figures.chain(more).fold(String::new(), |text, line| text + "<p>" + &line + "</p>\n")
    }

    fn foot(&self, text: &mut String) {
        let made = words::clock(self.world.now);
        let _ = write!(
            text,
            "<footer>\n<p>Made on {made} by offramp {}. Every number comes from the roadmap file, the issues and the counters \
             above; <code>offramp explain</code> says how.</p>\n</footer>\n</body>\n</html>\n",
            env!("CARGO_PKG_VERSION")
        );
    }

    fn costs(&self) -> String {
        let lines = money::lines(&self.world.roadmap, self.world.date);
        list(&lines.iter().map(|line| escape(line)).collect::<Vec<_>>(), usize::MAX, "")
    }
}

/// A section of the page.
struct PageSection {
    id: &'static str,
    title: &'static str,
    body: String,
}

fn contents(text: &mut String, sections: &[PageSection]) {
    text.push_str("<nav aria-label=\"On this page\">\n<ul>\n");
    for PageSection { id, title, .. } in sections {
        let _ = writeln!(text, "<li><a href=\"#{id}\">{title}</a></li>");
    }
    text.push_str("</ul>\n</nav>\n");
}
