//! The section of sources and their ages: the roadmap, the issues, each counter, the groups and the accounts.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::Parts;
use super::markup::{escape, table};
use crate::domain::shift::short_hash;
use crate::domain::{Counter, Date, Origin, Timestamp, World};
use crate::words;

const HEAD: [(&str, &str); 3] = [("Source", ""), ("As of", ""), ("What it holds", "")];

/// The table of sources; counters beyond `most` share one row.
pub(super) fn body(parts: &Parts<'_>, most: usize) -> String {
    let world = parts.world;
    let mut rows = row("Roadmap", &written(world), &roadmap(world));
    rows += &row("Issues", &fetched(world), &issues(parts));
    let counters = &world.roadmap.counters;
    for counter in counters.iter().take(most) {
        rows += &row(
            &format!("Counter <code>{}</code>", escape(counter.id.as_str())),
            &read(counter, world),
            &rule(counter, world),
        );
    }
    if counters.len() > most {
        rows += &row(&format!("{} more counters", counters.len() - most), "", "<code>offramp trend</code>");
    }
    if let Some(day) = world.roadmap.groups.as_of {
        rows += &row("Groups", &aged(day, world), "sigs.yaml of kubernetes/community");
    }
    for account in &world.roadmap.accounts {
        let newest = account.readings.iter().map(|reading| reading.date).filter(|day| *day <= world.date).max();
        let as_of = newest.map_or_else(|| "no reading".to_owned(), |day| aged(day, world));
        rows += &row(&format!("Account <code>{}</code>", escape(account.id.as_str())), &as_of, "");
    }
    table("sources", "Sources of this page", &HEAD, &rows)
}

fn row(source: &str, as_of: &str, what: &str) -> String {
    format!("<tr><th scope=\"row\">{source}</th><td>{as_of}</td><td>{what}</td></tr>\n")
}

/// `2020-12-10 (3 d ago)`; the age is relative to the time of generation, whatever date the page shows.
fn aged(day: Date, world: &World) -> String {
    format!("{day} ({})", words::ago(Timestamp::start_of(day), world.now.date()))
}

fn written(world: &World) -> String {
    world.roadmap.written.map_or_else(|| "no date in the file".to_owned(), |day| aged(day, world))
}

fn roadmap(world: &World) -> String {
    let name = match &world.origin {
        Origin::Example(_) => words::origin(&world.origin),
        Origin::File(path) => {
            format!("<code>{}</code>", escape(&path.file_name().unwrap_or_default().to_string_lossy()))
        }
    };
    format!("{name}, {}", words::size(&world.roadmap))
}

fn fetched(world: &World) -> String {
    match world.snapshot.fetched_at {
        Some(moment) => format!("{} ({})", words::clock(moment), words::since(moment, world.now)),
        None if words::needs_issues(&world.roadmap) => words::not_fetched(&world.snapshot).to_owned(),
        None => String::new(),
    }
}

fn issues(parts: &Parts<'_>) -> String {
    if !words::needs_issues(&parts.world.roadmap) {
        return "the roadmap names none".to_owned();
    }
    let known = words::count(parts.world.snapshot.issues.len() as u64, "issue", "issues");
    let missing = parts.board.totals.not_fetched;
    let missing = if missing == 0 { String::new() } else { format!(", {missing} of the roadmap not fetched") };
    let home = &parts.world.roadmap.repo;
    let others: BTreeSet<_> = parts.world.snapshot.issues.iter().map(|issue| &issue.id.repo).collect();
    let others = match others.into_iter().filter(|repo| *repo != home).count() as u64 {
        0 => String::new(),
        others => format!(" and {}", words::count(others, "other repository", "other repositories")),
    };
    format!("{known} of {}{others}{missing}", escape(home.as_str()))
}

fn read(counter: &Counter, world: &World) -> String {
    let reading = counter.reading_at(world.date);
    reading.map_or_else(|| "no reading".to_owned(), |reading| aged(reading.date, world))
}

/// The figure with its origin: rule and commit, the issues, or by hand.
fn rule(counter: &Counter, world: &World) -> String {
    let Some(reading) = counter.reading_at(world.date) else { return escape(&counter.unit) };
    let mut text = format!("{}, ", escape(&words::inner(&counter.inner(reading))));
    let _ = match &reading.commit {
        Some(commit) => {
            write!(text, "rule {} at commit <code>{}</code>", reading.rule, escape(short_hash(commit)))
        }
        None if counter.is_counted(reading) => write!(text, "from the issues"),
        None => write!(text, "recorded by hand"),
    };
    text
}
