//! Pages: figures, groups and jobs as tables.

use super::figures::{Ask, Figure};
use super::{Which, problems};
use crate::domain::tally::{By, Group, task_list};
use crate::domain::{GroupId, JobRow, Progress};
use crate::report::{Cell, Column, Json, Page, Stamp, Table, Tone};
use crate::sources::counting::Listing;
use crate::words;

/// Where the job configs can be looked at.
const WEB: &str = "https://github.com/kubernetes/test-infra/blob";

const FIGURES: [Column; 10] = [
    Column::new("counter", "counter").cut(8),
    Column::data("unit"),
    Column::new("rule", "rule").right(),
    Column::new("rule_name", "called").cut(4).leaves(1),
    Column::new("done", "done").right(),
    Column::new("total", "total").right(),
    Column::new("left", "left").right(),
    Column::new("percent", "%").right(),
    Column::data("seen_done"),
    Column::data("seen_total"),
];

/// What was read: for programs, to whom a title says nothing.
const AT: [Column; 2] = [Column::data("date"), Column::data("commit")];

/// What one commit gives.
pub(super) fn counts(stamp: Stamp, listing: &Listing, figures: &[Figure<'_>]) -> Page {
    let mut page = begin("offramp/count/1", stamp, listing);
    let columns: Vec<Column> = FIGURES.into_iter().chain(AT).collect();
    let mut table = Table::new("counts", &columns);
    for figure in figures {
        let mut row = cells(figure);
        row.extend(at(listing));
        table.row(row);
    }
    page.table(table);
    page
}

/// What the commits of a history give.
pub(super) fn history(stamp: Stamp, rows: &[(&Listing, Vec<Figure<'_>>)]) -> Page {
    let mut page = Page::new("offramp/count-history/1", stamp);
    let mut columns = vec![Column::new("date", "date"), Column::new("commit", "commit").cut(10).leaves(2)];
    columns.extend(FIGURES);
    let mut table = Table::new("readings", &columns);
    for (listing, figures) in rows {
        for figure in figures {
            let mut row = vec![
                Cell::maybe(listing.commit.as_ref().map(|commit| commit.date.to_string())),
                Cell::maybe(listing.commit.as_ref().map(|commit| commit.short().to_owned()))
                    .exact(listing.commit.as_ref().map(|commit| commit.id.to_string()).unwrap_or_default()),
            ];
            if let (Some(cell), Some(commit)) = (row.last_mut(), &listing.commit) {
                cell.json = Some(Json::Text(commit.id.to_string()));
            }
            row.extend(cells(figure));
            table.row(row);
        }
    }
    page.table(table);
    page
}

/// What one commit gives, in groups.
pub(super) fn groups(stamp: Stamp, listing: &Listing, by: By, groups: &[(&Ask<'_>, Vec<Group>)]) -> Page {
    let mut page = begin("offramp/count-groups/1", stamp, listing);
    page.fact("by", by.word());
    let key = Column::new("key", by.word()).cut(12);
    let columns = [
        Column::new("counter", "counter").cut(8).leaves(2),
        Column::new("rule", "rule").right().leaves(1),
        key,
        Column::new("done", "done").right(),
        Column::new("total", "total").right(),
        Column::new("left", "left").right(),
        Column::new("percent", "%").right(),
        Column::data("seen_done"),
        Column::data("seen_total"),
    ];
    let columns: Vec<Column> = columns.into_iter().chain(AT).collect();
    let mut table = Table::new("groups", &columns);
    for (ask, groups) in groups {
        for group in groups {
            let mut row = vec![
                Cell::new(ask.counter.id.as_str()),
                Cell::number(u64::from(ask.rule.version)),
                Cell::new(group.key.as_str()),
            ];
            row.extend(numbers(group.progress, !listing.is_incomplete()));
            row.extend(at(listing));
            table.row(row);
        }
    }
    page.table(table);
    page
}

/// The jobs of one commit that are left, or done.
pub(super) fn jobs(
    stamp: Stamp,
    listing: &Listing,
    asks: &[Ask<'_>],
    which: Which,
    by: Option<By>,
    jobs: &[JobRow],
) -> Page {
    let mut page = begin("offramp/count-jobs/1", stamp, listing);
    if let Some(ask) = asks.first() {
        let what = match which {
            Which::Left => "left",
            Which::Done => "done",
        };
        let count = words::count(jobs.len() as u64, "job", "jobs");
        page.line(format!("{count} {what} by rule {} of {}", ask.rule.version, ask.counter.id));
        page.fact("counter", ask.counter.id.as_str());
        page.fact("rule", i64::from(ask.rule.version));
        page.fact("which", what);
    }
    let commit = listing.commit.as_ref();
    let base = commit.map(|commit| format!("{WEB}/{}", commit.id));
    let mut table = Table::new(
        "jobs",
        &[
            Column::new("name", "job").cut(20),
            Column::new("type", "type").leaves(3),
            Column::new("repo", "repo").cut(10).leaves(2),
            Column::new("cluster", "cluster").cut(7),
            Column::new("sigs", "sig").cut(8).leaves(1),
            Column::people("place").cut(20),
            Column::data("path"),
            Column::data("line"),
        ],
    );
    let mut sorted: Vec<&JobRow> = jobs.iter().collect();
    if let Some(by) = by {
        sorted.sort_by_cached_key(|job| sort_key(job, by));
    }
    for job in sorted {
        table.row(job_cells(job, base.as_deref()));
    }
    page.table(table);
    page
}

/// The same jobs as a Markdown task list, ready for an issue.
pub(super) fn tasks(listing: &Listing, jobs: &[JobRow]) -> String {
    let base = listing.commit.as_ref().map(|commit| format!("{WEB}/{}", commit.id));
    task_list(&jobs.iter().collect::<Vec<_>>(), base.as_deref())
}

fn sort_key(job: &JobRow, by: By) -> String {
    match by {
        By::Cluster => job.cluster.to_string(),
        By::Type => job.kind.word().to_owned(),
        By::Repo => job.repo.to_string(),
        By::Sig => sigs(job),
        By::File | By::Dir => job.path.to_string(),
    }
}

fn sigs(job: &JobRow) -> String {
    job.sigs.iter().map(GroupId::as_str).collect::<Vec<_>>().join(", ")
}

fn job_cells(job: &JobRow, base: Option<&str>) -> Vec<Cell> {
    let filled = |text: &str| if text.is_empty() { Cell::none() } else { Cell::new(text) };
    let place = format!("{}:{}", job.path, job.line);
    let link = base.map(|base| format!("{base}/{}#L{}", job.path, job.line));
    let list = Json::list(job.sigs.iter().map(GroupId::as_str));
    vec![
        filled(&job.name),
        Cell::new(job.kind.word()),
        filled(&job.repo),
        Cell::new(job.cluster.as_str()),
        Cell { json: Some(list), ..filled(&sigs(job)) },
        Cell::new(place).link(link),
        Cell::data(job.path.as_str()),
        Cell::data(i64::from(job.line)),
    ]
}

fn begin(schema: &'static str, stamp: Stamp, listing: &Listing) -> Page {
    let mut page = Page::new(schema, stamp);
    let files = words::count(listing.file_count() as u64, "file", "files");
    match &listing.commit {
        Some(commit) => page.line(format!("{files} at {} of {}", commit.short(), commit.date)),
        None => page.line(format!("{files} in a plain folder")),
    }
    if listing.is_incomplete() {
        page.line(
            "Incomplete: some files could not be read, so there are no totals; N+ means that at least N were seen.",
        );
    }
    page.fact("commit", listing.commit.as_ref().map(|commit| commit.id.as_str()));
    page.fact("commit_date", listing.commit.as_ref().map(|commit| commit.date.to_string()).as_deref());
    page.fact("files", listing.file_count() as i64);
    page.fact("complete", !listing.is_incomplete());
    page.fact("problems", problems::json(listing));
    page
}

fn at(listing: &Listing) -> [Cell; 2] {
    let commit = listing.commit.as_ref();
    let text = |text: Option<String>| text.map_or_else(|| Cell::data(Json::Null), Cell::data);
    [text(commit.map(|commit| commit.date.to_string())), text(commit.map(|commit| commit.id.to_string()))]
}

fn cells(figure: &Figure<'_>) -> Vec<Cell> {
    let mut cells = vec![
        Cell::new(figure.counter.id.as_str()),
        Cell::data(figure.counter.unit.as_str()),
        Cell::number(u64::from(figure.rule.version)),
        Cell::maybe(figure.rule.name.clone()),
    ];
    cells.extend(numbers(figure.seen, figure.progress().is_some()));
    cells
}

/// Done, total, left and percent, and what was seen. Where that is not all, there is no total.
fn numbers(seen: Progress, is_complete: bool) -> Vec<Cell> {
    let percent = if is_complete { seen.percent() } else { crate::domain::Percent::Unknown };
    let number = |value: u64| {
        if is_complete {
            Cell::number(value)
        } else {
            Cell { json: Some(Json::Null), ..Cell::new(format!("{value}+")).exact(String::new()).tone(Tone::Warning) }
        }
    };
    vec![
        number(seen.done),
        number(seen.total),
        number(seen.left()),
        Cell {
            json: Some(percent.known().map_or(Json::Null, |percent| Json::Number(i64::from(percent)))),
            ..Cell::new(words::percent(percent))
        },
        Cell::data(seen.done as i64),
        Cell::data(seen.total as i64),
    ]
}
