//! `count --since DATE --by commit`: which commits moved what is done, the scope and what is left, by how much.

use super::figures::{CheckoutRules, CounterRule};
use crate::commands::{Context, Exit, Failure};
use crate::domain::shift::{Shift, pull_of};
use crate::report::{Cell, Column, Json, Page, Stamp, Table};
use crate::sources::counting::RuleMoves;
use crate::words;

/// The rules of a checkout, what moved them, and the page of its repository.
struct CheckoutMoves<'r> {
    asks: Vec<CounterRule<'r>>,
    moves: RuleMoves,
    sums: Vec<Shift>,
    web: Option<String>,
}

/// Lists the commits that moved counters, oldest first; their changes are together the difference of the two readings.
pub(super) fn run(context: &Context, stamp: Stamp, places: &mut [CheckoutRules<'_>]) -> Result<Exit, Failure> {
    let mut page = Page::new("offramp/count-commits/1", stamp);
    let mut all = Vec::new();
    for place in &mut *places {
        all.extend(of_place(place)?);
    }
    for own in &all {
        let (first, last) = (&own.moves.first, &own.moves.last);
        let days = format!("from {} of {} to {} of {}", first.short(), first.date, last.short(), last.date);
        for (ask, sum) in own.asks.iter().zip(&own.sums) {
            page.line(format!("{}: {} {days}", ask.counter.id, words::shift(*sum)));
        }
    }
    page.table(totals(&all));
    page.table(table(&all));
    context.show(&page)?;
    Ok(Exit::Done)
}

fn of_place<'r>(place: &mut CheckoutRules<'r>) -> Result<Option<CheckoutMoves<'r>>, Failure> {
    let Some(repository) = place.reader.checkout().repository().cloned() else { return Ok(None) };
    let Some(moves) = place.reader.moves(&repository, &place.listings)? else { return Ok(None) };
    let sums = moves.sums.iter().copied().collect::<Option<Vec<Shift>>>().ok_or_else(|| {
        Failure::failed("the figures are incomplete: what moved them is not known")
            .hint("a clone without --depth and --filter has every object")
    })?;
    let web = place.base(Some(&moves.last)).and_then(|web| Some(web.rsplit_once("/blob/")?.0.to_owned()));
    let asks = place.asks.iter().map(|(_, ask)| *ask).collect();
    Ok(Some(CheckoutMoves { asks, moves, sums, web }))
}

const CHANGE: [Column; 3] =
    [Column::new("done", "done").right(), Column::new("total", "scope").right(), Column::new("left", "left").right()];

fn values(shift: Shift) -> [i64; 3] {
    [shift.done, shift.scope, shift.left]
}

fn cells(shift: Shift) -> impl Iterator<Item = Cell> {
    let cell = |value| Cell::of(if value == 0 { "0".to_owned() } else { format!("{value:+}") }, value);
    values(shift).into_iter().map(cell)
}

fn totals(all: &[CheckoutMoves<'_>]) -> Table {
    let mut columns = vec![Column::data("counter"), Column::data("rule"), Column::data("since"), Column::data("until")];
    columns.extend(CHANGE.map(|column| Column::data(column.key)));
    let mut table = Table::new("sums", &columns);
    for own in all {
        for (ask, sum) in own.asks.iter().zip(&own.sums) {
            let mut row = vec![
                Cell::data(ask.counter.id.as_str()),
                Cell::data(i64::from(ask.rule.version)),
                Cell::data(own.moves.first.id.as_str()),
                Cell::data(own.moves.last.id.as_str()),
            ];
            row.extend(values(*sum).map(Cell::data));
            table.row(row);
        }
    }
    table
}

fn table(all: &[CheckoutMoves<'_>]) -> Table {
    let mut columns = vec![
        Column::new("date", "date"),
        Column::new("commit", "commit").cut(10),
        Column::new("counter", "counter").cut(8).leaves(1),
    ];
    columns.extend(CHANGE);
    columns.extend([Column::new("subject", "message").cut(20), Column::new("pull", "pull request").right().leaves(1)]);
    let mut table = Table::new("commits", &columns);
    for own in all {
        for one in &own.moves.list {
            let Some(ask) = own.asks.get(one.rule) else { continue };
            let link = own.web.as_ref().map(|web| format!("{web}/commit/{}", one.commit.id));
            let pull = pull_of(&one.subject);
            let mut row = vec![
                Cell::new(one.commit.date.to_string()),
                Cell { json: Some(Json::String(one.commit.id.to_string())), ..Cell::new(one.commit.short()) }
                    .link(link),
                Cell::new(ask.counter.id.as_str()),
            ];
            row.extend(cells(one.shift));
            row.push(Cell::new(one.subject.as_str()));
            let link = pull.and_then(|pull| own.web.as_ref().map(|web| format!("{web}/pull/{pull}")));
            row.push(pull.map_or_else(Cell::none, |pull| Cell::of(format!("#{pull}"), pull)).link(link));
            table.row(row);
        }
    }
    table
}
