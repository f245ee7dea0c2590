//! `offramp changes`: what changed between two days.

use super::{Context, Exit, Failure, checkout_facts, complete, last_meeting};
use crate::domain::filter::{FilterError, ME};
use crate::domain::nearest::did_you_mean;
use crate::domain::shift::{CounterMove, Moves};
use crate::domain::{CounterId, Date, Groups, OwnerName, ProjectId, World, item_name};
use crate::insight::changes::{self, Change, ChangeKind, Changes, CounterChange};
use crate::report::{Cell, Column, Format, Page, Table, json};
use crate::words;

const EXAMPLES: &str = "\
Examples:
  offramp changes                        since the last meeting
  offramp changes --since 30d
  offramp changes --since 2020-12-10 --as-of 2021-06-30
  offramp changes --owner testing        only what a group owns

A change of unknown date counts for the day on which it was first seen. Days end at midnight UTC; east of Greenwich, changes \
begin one day earlier, so that none of the local day is left out.";

/// The arguments of `changes`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct ChangesArgs {
    /// Compare with the end of this day [default: the day before the last meeting, else 14 days ago]
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    pub since: Option<String>,
    /// Compare up to this day [default: the day shown]
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    pub until: Option<String>,
    /// Only what this owner owns: a group, @login, @org/team
    #[arg(long, alias = "sig", value_name = "OWNER", add = complete::names(&[complete::owners]))]
    pub owner: Option<String>,
    /// Add thanks to those who closed issues
    #[arg(long)]
    pub thanks: bool,
}

/// Resolves an owner as people write it: `sig-testing`, `sig/testing`, `testing`, `@ann`, `@me`.
pub(super) fn owner(world: &World, text: &str) -> Result<OwnerName, Failure> {
    let own = world.me.as_deref().map(|login| format!("@{login}"));
    let text = if text.trim() == ME { own.as_deref().ok_or_else(FilterError::unknown_me)? } else { text };
    if let Some(group) = world.roadmap.groups.find(text) {
        return Ok(OwnerName::Group(group.id.clone()));
    }
    let owners = world.roadmap.owners();
    let wanted = text.trim();
    let written = owners.iter().find(|name| name.as_str().eq_ignore_ascii_case(wanted));
    let person = || owners.iter().find(|name| name.as_str().strip_prefix('@') == Some(wanted));
    written.or_else(person).map(|name| (*name).clone()).ok_or_else(|| {
        let groups = world.roadmap.groups.list.iter().map(|group| group.id.as_str());
        let near = did_you_mean(text, groups.chain(owners.iter().map(|name| name.as_str())));
        Failure::usage(format!("no owner is called `{text}`"))
            .hint(near.unwrap_or_else(|| "`offramp list --by owner` shows who owns what".to_owned()))
    })
}

/// Runs the command.
pub fn run(context: &Context, args: &ChangesArgs) -> Result<Exit, Failure> {
    let mut world = context.world()?;
    if let Some(until) = &args.until {
        world.date = context.shown_day(until)?;
    }
    let owner = args.owner.as_deref().map(|text| owner(&world, text)).transpose()?;
    let (since, why) =
        last_meeting::since(context, &world, args.since.as_deref(), owner.as_ref().and_then(OwnerName::group))?;
    world.moves = Some(moved(context, &world, since, owner.as_ref()));
    let mut found = changes::between(&world.roadmap, &world.snapshot, since, world.date);
    if let Some(owner) = &owner {
        found = found.of_owner(owner, &world.roadmap, &world.board());
    }
    let mut page = context.page("offramp/changes/1", &world);
    page.title(format!("Changes from the end of {since} to {}", world.date));
    if args.since.is_none() && why.contains("meeting") {
        page.line(format!("Changes {why}"));
    }
    page.fact("since", since.to_string());
    page.fact("until", world.date.to_string());
    match context.format {
        Format::Json | Format::Csv | Format::Plain | Format::Github => data(&mut page, &world, &found),
        Format::Table | Format::Md => {
            people(&mut page, &world, &found);
            counters(&mut page, &found);
            asks(&mut page, &found);
        }
    }
    moves(&mut page, context.format, &world, found.since);
    if args.thanks {
        thanks(&mut page, &world, &found);
    }
    context.show(&page)
}

/// Adds the lists of changes, in the order of a meeting.
pub(super) fn people(page: &mut Page, world: &World, found: &Changes) {
    if found.is_empty() {
        page.line("Nothing is known to have changed.");
    }
    for kind in ChangeKind::for_people() {
        let changes = each_issue_once(found.of(kind));
        if !changes.is_empty() {
            page.title(format!("{} ({})", kind.title(), changes.len()));
            page.points(changes.iter().map(|(change, projects)| line(change, projects, world)).collect());
        }
    }
}

/// Collects the changes, with the projects of each: an issue in several items is one piece of work.
fn each_issue_once<'c>(changes: impl Iterator<Item = &'c Change>) -> Vec<(&'c Change, Vec<&'c str>)> {
    let mut all: Vec<(&Change, Vec<&str>)> = Vec::new();
    for change in changes {
        let project = change.project.as_ref().map(ProjectId::as_str);
        let is_same =
            |first: &Change| change.issue.is_some() && first.issue == change.issue && first.text == change.text;
        match all.iter_mut().find(|(first, _)| is_same(first)) {
            Some((_, projects)) => projects.extend(project.filter(|project| !projects.contains(project))),
            None => all.push((change, project.into_iter().collect())),
        }
    }
    all
}

/// Adds how counters moved, with done and scope apart.
pub(super) fn counters(page: &mut Page, found: &Changes) {
    if !found.counters.is_empty() {
        page.title("Counters");
        page.points(found.counters.iter().map(CounterChange::text).collect());
    }
}

/// Adds the decisions to make.
pub(super) fn decisions(page: &mut Page, found: &Changes) {
    if !found.decisions.is_empty() {
        page.title(format!("To decide ({})", found.decisions.len()));
        page.points(found.decisions.iter().map(decision_line).collect());
    }
}

/// Adds the decisions to make, and how much is free to hand out.
fn asks(page: &mut Page, found: &Changes) {
    decisions(page, found);
    if !found.free.is_empty() {
        page.line(format!(
            "{} free to hand out: `offramp next`",
            words::count(found.free.len() as u64, "item is", "items are")
        ));
    }
}

/// `k8s-testimages: who owns it: SIG Testing or SIG Release?`
fn decision_line(decision: &changes::Decision) -> String {
    let item = decision.item.as_ref().map(|item| format!("/{item}")).unwrap_or_default();
    format!("{}{item}: {}", decision.project, decision.text)
}

/// `k8s-gubernator: Migrate kettle (#787): its issue was closed on …`
fn line(change: &Change, projects: &[&str], world: &World) -> String {
    let project = if projects.is_empty() { String::new() } else { format!("{}: ", projects.join(", ")) };
    let issue = change.issue.as_ref().map(|id| format!(" ({})", id.short(&world.roadmap.repo))).unwrap_or_default();
    format!("{project}{}{issue}: {}", change.title, change.text)
}

fn thanks(page: &mut Page, world: &World, found: &Changes) {
    if found.thanks.is_empty() {
        return;
    }
    page.title("Thanks");
    let home = &world.roadmap.repo;
    let line = |thanks: &changes::Thanks| {
        let issues: Vec<_> = thanks.issues.iter().map(|issue| issue.short(home)).collect();
        format!("@{} closed {}", thanks.who, issues.join(", "))
    };
    page.points(found.thanks.iter().map(line).collect());
}

/// Finds the commits that moved counters most since a day; for an owner, only those of its own counters.
pub(super) fn moved(context: &Context, world: &World, since: Date, owner: Option<&OwnerName>) -> Moves {
    let mut moves = checkout_facts::moved(context, world, since.min(world.date), world.date);
    if let Some(owner) = owner {
        let board = world.board();
        let is_own = |id: &CounterId| world.roadmap.counter(id).is_some_and(|counter| counter.concerns(owner, &board));
        moves.list.retain(|one| is_own(&one.counter));
    }
    for gap in &moves.gaps {
        context.note(&format!("note: what moved the counters is not known: {gap}"));
    }
    moves
}

/// Adds the commits that moved counters most, if the checkouts were read; for people, each commit once.
pub(super) fn moves(page: &mut Page, format: Format, world: &World, since: Date) {
    let Some(moves) = world.moves_since(since) else { return };
    let moved: Vec<(String, &CounterMove)> = match format {
        Format::Table | Format::Md => moves.by_commit(),
        Format::Json | Format::Csv | Format::Plain | Format::Github => {
            moves.list.iter().map(|one| (one.counter.to_string(), one)).collect()
        }
    };
    if !moves.list.is_empty() {
        page.title("What moved the counters most");
    }
    page.table(Table::of(
        "moves",
        moved,
        &[
            (Column::new("counter", "COUNTER").cut(8), |(counters, _)| Cell::new(counters)),
            (Column::people("CHANGE").cut(12), |(_, one)| Cell::new(words::shift(one.shift))),
            (Column::data("done"), |(_, one)| Cell::data((!one.is_left_only).then_some(one.shift.done))),
            (Column::data("total"), |(_, one)| Cell::data((!one.is_left_only).then_some(one.shift.scope))),
            (Column::data("left"), |(_, one)| Cell::data(one.shift.left)),
            (Column::new("date", "ON").leaves(2), |(_, one)| Cell::new(one.date.to_string())),
            (Column::new("commit", "COMMIT").cut(10), |(_, one)| {
                Cell::of(one.short(), one.commit.as_str()).link(one.link.clone())
            }),
            (Column::new("subject", "MESSAGE").cut(20), |(_, one)| Cell::new(one.subject.as_str())),
            (Column::data("pull"), |(_, one)| Cell::data(one.pull())),
            (Column::data("url"), |(_, one)| Cell::data(one.link.as_deref())),
        ],
    ));
}

fn owners(names: &[OwnerName], groups: &Groups) -> Cell {
    let shown: Vec<_> = names.iter().map(|name| words::owner_name(name, groups)).collect();
    Cell::of(shown.join(", "), json::texts(names))
}

fn by(change: Option<i64>) -> Cell {
    change.map_or_else(Cell::none, |change| Cell::of(format!("{change:+}"), change))
}

/// A figure that only a rule with a total has.
fn known(counter: &CounterChange, value: u64) -> Cell {
    if counter.start.is_some() { Cell::none() } else { Cell::number(value) }
}

/// Adds the changes as tables for programs.
pub(super) fn data(page: &mut Page, world: &World, found: &Changes) {
    // CSV prints only the first table.
    page.table(Table::of(
        "changes",
        found.list.iter().map(|change| (change, &world.roadmap.groups)),
        &[
            (Column::new("change", "CHANGE"), |(change, _)| Cell::new(change.kind.word())),
            (Column::new("project", "PROJECT"), |(change, _)| Cell::shown(change.project.as_ref())),
            (Column::new("item", "ITEM"), |(change, _)| Cell::shown(change.item.as_ref())),
            (Column::new("title", "TITLE"), |(change, _)| Cell::new(&change.title)),
            (Column::new("issue", "ISSUE"), |(change, _)| Cell::shown(change.issue.as_ref())),
            (Column::new("owner", "OWNER"), |(change, groups)| owners(&change.owners, groups)),
            (Column::new("text", "WHAT"), |(change, _)| Cell::new(&change.text)),
            (Column::new("on", "ON"), |(change, _)| Cell::shown(change.on)),
            (Column::new("by", "BY"), |(change, _)| Cell::maybe(change.by.as_deref())),
        ],
    ));
    page.table(Table::of(
        "decisions",
        &found.decisions,
        &[
            (Column::new("project", "PROJECT"), |decision| Cell::new(decision.project.as_str())),
            (Column::new("item", "ITEM"), |decision| Cell::shown(decision.item.as_ref())),
            (Column::new("text", "TO DECIDE"), |decision| Cell::new(&decision.text)),
        ],
    ));
    page.fact("free", json::list(found.free.iter().map(|(project, item)| json::text(item_name(project, item)))));
    page.table(Table::of(
        "counters",
        &found.counters,
        &[
            (Column::new("counter", "COUNTER"), |counter| Cell::new(counter.id.as_str())),
            (Column::new("done", "DONE"), |counter| known(counter, counter.after.progress.done)),
            (Column::new("total", "TOTAL"), |counter| known(counter, counter.after.progress.total)),
            (Column::new("from", "FROM"), |counter| {
                Cell::maybe(counter.before.as_ref().map(|before| before.date.to_string()))
            }),
            (Column::new("date", "DATE"), |counter| Cell::new(counter.after.date.to_string())),
            (Column::new("rule", "RULE"), |counter| Cell::number(counter.after.rule)),
            (Column::new("done_by", "DONE BY"), |counter| by(counter.moved().map(|(done, _)| done))),
            (Column::new("scope_by", "SCOPE BY"), |counter| by(counter.moved().map(|(_, scope)| scope))),
            (Column::new("left", "LEFT"), |counter| Cell::number(counter.after.progress.left())),
            (Column::new("left_by", "LEFT BY"), |counter| by(counter.left_by())),
            (Column::new("rule_changed", "RULE CHANGED"), |counter| {
                Cell::of(if counter.rule_changed() { "yes" } else { "no" }, counter.rule_changed())
            }),
        ],
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::IssueRef;
    use crate::domain::fixtures::id;

    #[test]
    fn an_issue_in_several_items_is_listed_once_with_its_projects() {
        let change = |project: &str, issue: Option<IssueRef>| Change {
            kind: ChangeKind::Done,
            project: Some(ProjectId::new(project)),
            item: None,
            title: "Move DNS".into(),
            issue,
            owners: Vec::new(),
            text: "its issue was closed".into(),
            on: None,
            by: None,
        };
        let all =
            [("p", Some(id(4))), ("p", Some(id(4))), ("q", Some(id(4))), ("q", Some(id(5))), ("p", None), ("p", None)];
        let all = all.map(|(project, issue)| change(project, issue));
        let once = each_issue_once(all.iter());
        let projects: Vec<_> = once.into_iter().map(|(_, projects)| projects.join(" ")).collect();
        assert_eq!(projects, ["p q", "q", "p", "p"]);
    }
}
