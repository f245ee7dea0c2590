//! `count --since DATE --by commit`: shows how much each commit changed done, scope and left.

use super::CountRun;
use super::figures::{CheckoutRules, CounterRule};
use crate::commands::{Exit, Failure};
use crate::domain::shift::{Shift, pull_of};
use crate::report::{Cell, Column, Page, Table};
use crate::sources::counting::RuleMoves;
use crate::words;

/// The rules of a checkout, their moves, and the web address of the repository.
struct CheckoutMoves<'r> {
    targets: Vec<CounterRule<'r>>,
    moves: RuleMoves,
    web: Option<String>,
}

impl CheckoutMoves<'_> {
    /// Returns the sum of each counter's changes, without done and scope for a rule that counts only what is left;
    /// `None` if they are not known.
    fn sums(&self) -> impl Iterator<Item = (&CounterRule<'_>, Option<Shift>)> {
        self.targets.iter().zip(&self.moves.sums).map(|(target, sum)| {
            (target, sum.map(|sum| if target.rule.is_left_only() { sum.of_left_only() } else { sum }))
        })
    }
}

impl CountRun<'_> {
    /// Lists the commits that moved counters, oldest first. Their changes add up to the difference of the two readings.
    pub(super) fn moves(&mut self) -> Result<Exit, Failure> {
        let mut page = Page::new("offramp/count-commits/1", self.stamp.clone());
        let mut all = Vec::new();
        for checkout in &mut self.checkouts {
            all.extend(of_checkout(checkout)?);
        }
        for own in &all {
            let (first, last) = (&own.moves.first, &own.moves.last);
            let days = format!("from {} of {} to {} of {}", first.short(), first.date, last.short(), last.date);
            for (target, sum) in own.sums() {
                let change = sum.map_or_else(|| "not known".to_owned(), words::shift);
                page.line(format!("{}: {change} {days}", target.counter.id));
            }
        }
        let is_complete = self.missing.is_empty() && all.iter().all(|own| own.sums().all(|(_, sum)| sum.is_some()));
        if !is_complete {
            page.line("Incomplete: what moved a counter is unknown if some of its files could not be read.");
        }
        page.fact("complete", is_complete);
        page.table(totals(&all));
        page.table(table(&all));
        self.context.show(&page)
    }
}

/// Returns a change of done or scope; `None` for a rule that counts only what is left.
fn known(target: &CounterRule<'_>, value: i64) -> Option<i64> {
    (!target.rule.is_left_only()).then_some(value)
}

fn of_checkout<'r>(checkout: &mut CheckoutRules<'r>) -> Result<Option<CheckoutMoves<'r>>, Failure> {
    let Some(repository) = checkout.reader.checkout().repository().cloned() else { return Ok(None) };
    let Some(moves) = checkout.reader.moves(&repository, &checkout.listings)? else { return Ok(None) };
    let web = checkout.base(Some(&moves.last)).and_then(|web| Some(web.rsplit_once("/blob/")?.0.to_owned()));
    Ok(Some(CheckoutMoves { targets: checkout.targets.clone(), moves, web }))
}

fn totals(all: &[CheckoutMoves<'_>]) -> Table {
    Table::of(
        "sums",
        all.iter().flat_map(|own| own.sums().map(move |(target, sum)| (target, sum, &own.moves))),
        &[
            (Column::data("counter"), |(target, ..)| Cell::data(target.counter.id.as_str())),
            (Column::data("rule"), |(target, ..)| Cell::data(target.rule.version)),
            (Column::data("since"), |(_, _, moves)| Cell::data(moves.first.id.as_str())),
            (Column::data("until"), |(_, _, moves)| Cell::data(moves.last.id.as_str())),
            (Column::data("done"), |(target, sum, _)| Cell::data(sum.and_then(|sum| known(target, sum.done)))),
            (Column::data("total"), |(target, sum, _)| Cell::data(sum.and_then(|sum| known(target, sum.scope)))),
            (Column::data("left"), |(_, sum, _)| Cell::data(sum.map(|sum| sum.left))),
        ],
    )
}

fn table(all: &[CheckoutMoves<'_>]) -> Table {
    let mut rows = Vec::new();
    for CheckoutMoves { targets, moves, web, .. } in all {
        rows.extend(moves.list.iter().filter_map(|one| Some((one, targets.get(one.rule)?, web.as_deref()))));
    }
    Table::of(
        "commits",
        rows,
        &[
            (Column::new("date", "date"), |(one, ..)| Cell::new(one.commit.date.to_string())),
            (Column::new("commit", "commit").cut(10), |(one, _, web)| {
                let link = web.map(|web| format!("{web}/commit/{}", one.commit.id));
                Cell::of(one.commit.short(), one.commit.id.as_str()).link(link)
            }),
            (Column::new("counter", "counter").cut(8).leaves(1), |(_, target, _)| {
                Cell::new(target.counter.id.as_str())
            }),
            (Column::new("done", "done").right(), |(one, target, _)| {
                known(target, one.shift.done).map_or_else(Cell::none, change)
            }),
            (Column::new("total", "scope").right(), |(one, target, _)| {
                known(target, one.shift.scope).map_or_else(Cell::none, change)
            }),
            (Column::new("left", "left").right(), |(one, ..)| change(one.shift.left)),
            (Column::new("subject", "message").cut(20), |(one, ..)| Cell::new(one.subject.as_str())),
            (Column::new("pull", "pull request").right().leaves(1), |(one, _, web)| {
                let pull = pull_of(&one.subject);
                let link = pull.and_then(|pull| Some(format!("{}/pull/{pull}", (*web)?)));
                pull.map_or_else(Cell::none, |pull| Cell::of(format!("#{pull}"), pull)).link(link)
            }),
        ],
    )
}

fn change(value: i64) -> Cell {
    Cell::of(if value == 0 { "0".to_owned() } else { format!("{value:+}") }, value)
}
