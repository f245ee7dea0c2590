//! `count --since DATE --by commit`: shows how much each commit changed done, scope and left.

use super::figures::{CheckoutRules, CounterRule};
use super::problems;
use crate::commands::{Context, Exit, Failure};
use crate::domain::shift::{Shift, pull_of};
use crate::report::{Cell, Column, Page, Stamp, Table};
use crate::sources::counting::RuleMoves;
use crate::words;

/// The rules of a checkout, their moves, and the web address of the repository.
struct CheckoutMoves<'r> {
    asks: Vec<CounterRule<'r>>,
    moves: RuleMoves,
    sums: Vec<Shift>,
    web: Option<String>,
}

/// Lists the commits that moved counters, oldest first. Their changes add up to the difference of the two readings.
pub(super) fn run(context: &Context, stamp: Stamp, places: &mut [CheckoutRules<'_>]) -> Result<Exit, Failure> {
    let mut page = Page::new("offramp/count-commits/1", stamp);
    let mut all = Vec::new();
    for place in &mut *places {
        all.extend(of_place(context, place)?);
    }
    for own in &all {
        let (first, last) = (&own.moves.first, &own.moves.last);
        let days = format!("from {} of {} to {} of {}", first.short(), first.date, last.short(), last.date);
        for (ask, sum) in own.asks.iter().zip(&own.sums) {
            let sum = of_rule(ask, *sum);
            page.line(format!("{}: {} {days}", ask.counter.id, words::shift(sum)));
        }
    }
    page.table(totals(&all));
    page.table(table(&all));
    context.show(&page)
}

/// Drops the changes of done and scope for a rule that counts only what is left.
fn of_rule(ask: &CounterRule<'_>, shift: Shift) -> Shift {
    if ask.rule.is_left_only() { shift.of_left_only() } else { shift }
}

/// Returns a change of done or scope; `None` for a rule that counts only what is left.
fn known(ask: &CounterRule<'_>, value: i64) -> Option<i64> {
    (!ask.rule.is_left_only()).then_some(value)
}

fn of_place<'r>(context: &Context, place: &mut CheckoutRules<'r>) -> Result<Option<CheckoutMoves<'r>>, Failure> {
    let Some(repository) = place.reader.checkout().repository().cloned() else { return Ok(None) };
    let Some(moves) = place.reader.moves(&repository, &place.listings)? else { return Ok(None) };
    let Some(sums) = moves.sums.iter().copied().collect::<Option<Vec<Shift>>>() else {
        // Fails with the files that could not be read, if that is the reason.
        problems::report(context, std::slice::from_mut(place))?;
        let mut missing_configs = place.listings.iter().flat_map(|listing| place.missing_configs(listing));
        if let Some(missing) = missing_configs.next() {
            return Err(Failure::from(missing).hint("what moved the counter across that commit is not known"));
        }
        return Err(Failure::failed("the figures are incomplete: what moved them is not known"));
    };
    let web = place.base(Some(&moves.last)).and_then(|web| Some(web.rsplit_once("/blob/")?.0.to_owned()));
    let asks = place.asks.iter().map(|(_, ask)| *ask).collect();
    Ok(Some(CheckoutMoves { asks, moves, sums, web }))
}

fn totals(all: &[CheckoutMoves<'_>]) -> Table {
    Table::of(
        "sums",
        all.iter().flat_map(|own| {
            own.asks.iter().zip(&own.sums).map(move |(ask, sum)| (ask, of_rule(ask, *sum), &own.moves))
        }),
        &[
            (Column::data("counter"), |(ask, ..)| Cell::data(ask.counter.id.as_str())),
            (Column::data("rule"), |(ask, ..)| Cell::data(ask.rule.version)),
            (Column::data("since"), |(_, _, moves)| Cell::data(moves.first.id.as_str())),
            (Column::data("until"), |(_, _, moves)| Cell::data(moves.last.id.as_str())),
            (Column::data("done"), |(ask, sum, _)| Cell::data(known(ask, sum.done))),
            (Column::data("total"), |(ask, sum, _)| Cell::data(known(ask, sum.scope))),
            (Column::data("left"), |(_, sum, _)| Cell::data(sum.left)),
        ],
    )
}

fn table(all: &[CheckoutMoves<'_>]) -> Table {
    let mut rows = Vec::new();
    for CheckoutMoves { asks, moves, web, .. } in all {
        rows.extend(moves.list.iter().filter_map(|one| Some((one, asks.get(one.rule)?, web.as_deref()))));
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
            (Column::new("counter", "counter").cut(8).leaves(1), |(_, ask, _)| Cell::new(ask.counter.id.as_str())),
            (Column::new("done", "done").right(), |(one, ask, _)| {
                known(ask, one.shift.done).map_or_else(Cell::none, change)
            }),
            (Column::new("total", "scope").right(), |(one, ask, _)| {
                known(ask, one.shift.scope).map_or_else(Cell::none, change)
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
