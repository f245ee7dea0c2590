//! The annual report, in the community's format: what has been migrated, what remains.

use std::fmt::Write as _;

use super::markdown::{escape, paragraph, reference};
use crate::domain::board::measure::Measure;
use crate::domain::{Board, Counter, Date, Freedom, ItemRow, Owner, Percent, Project, ProjectRow, State, World};
use crate::insight::changes::CounterChange;
use crate::insight::money;
use crate::words;

/// The input of the report: the board at the end of the year and, for the highlights, at the end of the year before.
#[derive(Debug, Clone, Copy)]
pub struct Year<'a> {
    /// The year, for example 2020.
    pub year: i32,
    /// The loaded data.
    pub world: &'a World,
    /// The board at the end of the year, or at the selected date if that is earlier.
    pub now: &'a Board,
    /// The board at the end of the year before.
    pub before: &'a Board,
}

/// Returns the report as Markdown.
pub fn annual(year: Year<'_>) -> String {
    let mut text = format!("# {}: {}\n\n", escape(&year.world.roadmap.title), year.year);
    let _ = writeln!(text, "{}: {}.\n", escape(&words::as_of(year.world)), words::totals(year.now));
    section(&mut text, "Highlights", &highlights(year));
    section(&mut text, "What has been migrated", &migrated(year));
    section(&mut text, "What remains", &remains(year));
    section(&mut text, "Where help is needed", &help(year));
    if !year.world.roadmap.accounts.is_empty() {
        section(&mut text, "What it costs", &costs(year));
    }
    text
}

fn section(text: &mut String, title: &str, lines: &[String]) {
    let _ = writeln!(text, "## {title}\n");
    for line in lines {
        let _ = writeln!(text, "{line}");
    }
    if lines.is_empty() {
        text.push_str("Nothing.\n");
    }
    text.push('\n');
}

/// The moves of counters during the year, by done and scope, and the items that ended in it.
fn highlights(year: Year<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for counter in &year.now.counters {
        let Some(inner) = counter.inner() else { continue };
        let change = CounterChange::between(year.before.counter(&counter.id), counter);
        let change = change.filter(|change| change.left_by().is_some());
        let change = change.map(|change| format!(" ({})", change.movement())).unwrap_or_default();
        let by_hand = counter.recorded.as_ref().map(|reading| format!("; {}", words::recorded(reading)));
        lines.push(format!(
            "- {}: {} ({}){change}{}",
            escape(&counter.unit),
            words::amount(&inner),
            words::share(&inner),
            by_hand.unwrap_or_default()
        ));
    }
    let was_left = |item: &ItemRow| year.before.item(&item.project, &item.key).is_some_and(ItemRow::is_left);
    let ended = year.now.items_once(|item| item.state.is_end() && was_left(item));
    lines.extend(ended.into_iter().map(|item| {
        let (what, title) = (words::state(item.state), title(item, year.world));
        format!("- {}: {title} ({what}{})", project_of(item, year.now), link(item, year.world))
    }));
    lines
}

fn migrated(year: Year<'_>) -> Vec<String> {
    let mut lines: Vec<_> = year
        .now
        .migrated
        .iter()
        .zip(&year.world.roadmap.migrated)
        .filter(|(row, _)| is_migrated(row))
        .map(|(row, item)| {
            let inner =
                row.inner.as_ref().map(|inner| format!(": {}", escape(&words::inner(inner)))).unwrap_or_default();
            let note =
                item.note.as_ref().map(|note| format!(" ({})", escape(note.trim_end_matches('.')))).unwrap_or_default();
            format!("- {}{inner}{note}{}", title(row, year.world), link(row, year.world))
        })
        .collect();
    for project in &year.now.projects {
        if project.state == State::Dropped {
            continue;
        }
        if project.state.is_end() {
            lines.push(format!("- {} ({})", paragraph(&project.title), words::state(project.state)));
        } else {
            let ended = project.items.iter().filter(|item| item.state.is_end() && item.state != State::Dropped);
            lines.extend(ended.map(|item| {
                let (title, link) = (title(item, year.world), link(item, year.world));
                // Deleted items were not moved.
                let how = if item.state == State::Removed { " (removed)" } else { "" };
                format!("- {}: {title}{how}{link}", paragraph(&project.title))
            }));
        }
    }
    lines
}

/// Whether an item that the roadmap lists as migrated was migrated at the date: not if it is open or dropped. An item
/// measured by a counter always counts, since its done part was migrated.
pub(super) fn is_migrated(row: &ItemRow) -> bool {
    let is_whole = matches!(row.measure, Measure::Issue | Measure::IssueNotYetOpened | Measure::Written);
    let is_open = is_whole && matches!(row.state, State::Todo | State::Started);
    !is_open && row.state != State::Dropped
}

fn remains(year: Year<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    // Board and roadmap have the projects in the same order.
    let projects = year.now.projects.iter().zip(&year.world.roadmap.projects);
    for (project, written) in projects.filter(|(project, _)| !project.state.is_end()) {
        lines.push(project_line(project, written, year));
        for item in project.items.iter().filter(|item| item.is_left()) {
            lines.push(format!("  - {}{}", item_words(item, year.world), link(item, year.world)));
        }
    }
    lines
}

fn project_line(row: &ProjectRow, written: &Project, year: Year<'_>) -> String {
    let (world, owner) = (year.world, owner_words(&row.owner, year.world));
    let percent = match row.percent {
        Percent::Unknown => String::new(),
        Percent::Known(_) => {
            format!(", {} ({})", escape(&words::project_done(row, year.now)), words::percent(row.percent))
        }
    };
    let mut line = format!("- {}{percent} ({owner})", paragraph(&row.title));
    for issue in &written.issues {
        let _ = write!(line, " {}", reference(&issue.short(&world.roadmap.repo), &issue.url(&world.web)));
    }
    line
}

fn owner_words(owner: &Owner, world: &World) -> String {
    escape(&words::owner(owner, &world.roadmap.groups))
}

fn item_words(item: &ItemRow, world: &World) -> String {
    let inner = item.inner.as_ref().map(|inner| format!(": {}", escape(&words::inner(inner)))).unwrap_or_default();
    let state = match item.state {
        State::ClosedNotDone | State::Started => format!(" ({})", words::state(item.state)),
        State::Todo | State::Unknown | State::NotFetched | State::Done | State::Removed | State::Dropped => {
            String::new()
        }
    };
    format!("{}{inner}{state}", title(item, world))
}

/// The title of an item. An issue that was never fetched has only its number as title, which then is the link.
fn title(item: &ItemRow, world: &World) -> String {
    match issue_link(item, world) {
        Some((short, link)) if item.title == short => link,
        Some(_) | None => paragraph(&item.title),
    }
}

/// The title of the project of an item.
fn project_of(item: &ItemRow, board: &Board) -> String {
    paragraph(board.project(&item.project).map_or(item.project.as_str(), |project| &project.title))
}

/// The link after a title, unless the title is the link.
fn link(item: &ItemRow, world: &World) -> String {
    let link = issue_link(item, world).filter(|(short, _)| item.title != *short);
    link.map(|(_, link)| format!(" {link}")).unwrap_or_default()
}

/// The short name of an item's issue, and its link.
fn issue_link(item: &ItemRow, world: &World) -> Option<(String, String)> {
    let id = item.issue.as_ref()?;
    let short = id.short(&world.roadmap.repo);
    let link = reference(&short, &id.url(&world.web));
    Some((short, link))
}

/// Free work for newcomers, and what has to be decided.
fn help(year: Year<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut list = |heading: &str, items: Vec<&ItemRow>| {
        if !items.is_empty() {
            lines.push(format!("- {heading}:"));
            // By id, which is nowhere else on the page: `import` reads it back.
            let line = |item: &&ItemRow| {
                format!("  - {}: {}{}", escape(item.project.as_str()), title(item, year.world), link(item, year.world))
            };
            lines.extend(items.iter().map(line));
        }
    };
    let of = |wanted: &dyn Fn(&ItemRow) -> bool| year.now.items_once(wanted);
    let uncounted = |item: &ItemRow, reads: fn(&Counter) -> bool| matches!(&item.measure, Measure::NoReading(id) if year.world.roadmap.counter(id).is_some_and(reads));
    let of_code = |item: &ItemRow| item.state == State::Unknown && uncounted(item, Counter::reads_code);
    let of_issues = |item: &ItemRow| item.state == State::Unknown && uncounted(item, Counter::counts_issues);
    let is_unknown = |item: &ItemRow| item.state == State::Unknown && !of_code(item) && !of_issues(item);
    list("What there is to do is not known", of(&is_unknown));
    list("Not counted yet (`offramp count --write`)", of(&of_code));
    list("Issues not fetched yet (`offramp sync`)", of(&|item| item.state == State::NotFetched || of_issues(item)));
    list("Closed without being done: to decide", of(&|item| item.state == State::ClosedNotDone));
    list("Free to take", of(&|item| item.freedom == Freedom::Free));
    let unsettled = year.now.projects.iter().filter(|row| !row.state.is_end() && !row.owner.is_settled());
    let unsettled: Vec<_> =
        unsettled.map(|row| format!("  - {} ({})", escape(&row.title), owner_words(&row.owner, year.world))).collect();
    if !unsettled.is_empty() {
        lines.push("- The owner is not settled:".to_owned());
        lines.extend(unsettled);
    }
    lines
}

/// The use and the lines of each account.
fn costs(year: Year<'_>) -> Vec<String> {
    let lines = money::lines(&year.world.roadmap, year.now.date);
    lines.iter().map(|line| format!("- {}", escape(line))).collect()
}

/// Returns the date at which a year is reported: the selected date if it is in that year, else the end of the year or,
/// if the year has not ended, the later of today and the selected date. `None` for a year that has not begun.
pub fn reported_day(year: i32, shown: Date, today: Date) -> Option<Date> {
    let (first, last) = (Date::from_ymd_opt(year, 1, 1)?, Date::from_ymd_opt(year, 12, 31)?);
    let newest = shown.max(today);
    (first <= newest).then(|| if first <= shown && shown <= last { shown } else { last.min(newest) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_reported_at_its_end_or_as_of_today() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let on = |year| reported_day(year, day("2020-12-10"), day("2026-11-29"));
        assert_eq!(
            [on(2019), on(2020), on(2021)],
            ["2019-12-31", "2020-12-10", "2021-12-31"].map(|text| Some(day(text)))
        );
        assert_eq!((on(2026), on(2027)), (Some(day("2026-11-29")), None));
        assert_eq!(
            reported_day(2027, day("2027-01-05"), day("2026-11-29")),
            Some(day("2027-01-05")),
            "a selected date in the future"
        );
    }
}
