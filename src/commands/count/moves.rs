//! `count --since DATE --by commit`: which commits moved what is done, the scope and what is left, by how much.

use super::figures::{CheckoutRules, CounterRule};
use crate::commands::{Context, Exit, Failure};
use crate::domain::Amounts;
use crate::report::{Cell, Column, Json, Page, Stamp, Table};
use crate::sources::counting::Listing;
use crate::sources::git::Commit;

/// What a commit changed of a counter.
struct Move<'r> {
    ask: CounterRule<'r>,
    commit: Commit,
    subject: String,
    change: [i64; 3],
}

/// Lists the commits that moved counters, oldest first; their changes are together the difference of the two readings.
pub(super) fn run(context: &Context, stamp: Stamp, places: &mut [CheckoutRules<'_>]) -> Result<Exit, Failure> {
    let mut page = Page::new("offramp/count-commits/1", stamp);
    let mut moves = Vec::new();
    let mut sums = Vec::new();
    for place in &mut *places {
        let (own, sum) = of_place(place)?;
        moves.extend(own);
        sums.extend(sum);
    }
    for (ask, first, last, change) in &sums {
        page.line(format!(
            "{}: {} from {} of {} to {} of {}",
            ask.counter.id,
            phrase(*change),
            first.short(),
            first.date,
            last.short(),
            last.date
        ));
    }
    page.table(totals(&sums));
    let web = places.first().and_then(|place| place.base(place.listings.last()?.commit.as_ref()));
    page.table(table(&moves, web.as_deref()));
    context.show(&page)?;
    Ok(Exit::Done)
}

type Sum<'r> = (CounterRule<'r>, Commit, Commit, [i64; 3]);

fn of_place<'r>(place: &mut CheckoutRules<'r>) -> Result<(Vec<Move<'r>>, Vec<Sum<'r>>), Failure> {
    let listings: Vec<Listing> = place.listings.clone();
    let commits: Vec<Commit> = listings.iter().filter_map(|listing| listing.commit.clone()).collect();
    let (Some(first), Some(last)) = (commits.first(), commits.last()) else { return Ok(Default::default()) };
    let subjects = match place.reader.checkout().repository() {
        Some(repository) => repository.since(first, last)?,
        None => Vec::new(),
    };
    let (mut moves, mut sums) = (Vec::new(), Vec::new());
    for rule in 0..place.asks.len() {
        let Some((_, ask)) = place.asks.get(rule).copied() else { continue };
        let mut amounts = Vec::new();
        for listing in &listings {
            let count = place.reader.count(listing, rule);
            if !count.is_complete() {
                return Err(Failure::failed("the figures are incomplete: what moved them is not known")
                    .hint("a clone without --depth and --filter has every object"));
            }
            amounts.push(count.amounts);
        }
        for ((pair, commit), (_, subject)) in amounts.windows(2).zip(commits.iter().skip(1)).zip(&subjects) {
            let [before, after] = pair else { continue };
            let change = change(*before, *after);
            if change != [0; 3] {
                moves.push(Move { ask, commit: commit.clone(), subject: subject.clone(), change });
            }
        }
        if let (Some(before), Some(after)) = (amounts.first(), amounts.last()) {
            sums.push((ask, first.clone(), last.clone(), change(*before, *after)));
        }
    }
    Ok((moves, sums))
}

/// The change of done, of the total and of what is left.
fn change(before: Amounts, after: Amounts) -> [i64; 3] {
    let left = |amounts: Amounts| (amounts.left + amounts.unknown) as i64;
    [after.done as i64 - before.done as i64, after.total() as i64 - before.total() as i64, left(after) - left(before)]
}

fn phrase([done, scope, left]: [i64; 3]) -> String {
    format!("{done:+} done, {scope:+} in scope, {left:+} left")
}

/// Returns the number of the pull request that a message names: `… (#123)` or `Merge pull request #123 from …`.
fn pull_of(subject: &str) -> Option<i64> {
    let merge = subject.strip_prefix("Merge pull request #").and_then(|rest| rest.split_whitespace().next());
    let squash = || subject.strip_suffix(')')?.rsplit_once("(#").map(|(_, number)| number);
    merge.or_else(squash)?.parse().ok().filter(|number| *number > 0)
}

const CHANGE: [Column; 3] =
    [Column::new("done", "done").right(), Column::new("total", "scope").right(), Column::new("left", "left").right()];

fn cells(change: [i64; 3]) -> impl Iterator<Item = Cell> {
    change.into_iter().map(|value| Cell::of(if value == 0 { "0".to_owned() } else { format!("{value:+}") }, value))
}

fn totals(sums: &[Sum<'_>]) -> Table {
    let mut columns = vec![Column::data("counter"), Column::data("rule"), Column::data("since"), Column::data("until")];
    columns.extend(CHANGE.map(|column| Column::data(column.key)));
    let mut table = Table::new("sums", &columns);
    for (ask, first, last, change) in sums {
        let mut row = vec![
            Cell::data(ask.counter.id.as_str()),
            Cell::data(i64::from(ask.rule.version)),
            Cell::data(first.id.as_str()),
            Cell::data(last.id.as_str()),
        ];
        row.extend(change.iter().map(|value| Cell::data(*value)));
        table.row(row);
    }
    table
}

fn table(moves: &[Move<'_>], web: Option<&str>) -> Table {
    let mut columns = vec![
        Column::new("date", "date"),
        Column::new("commit", "commit").cut(10),
        Column::new("counter", "counter").cut(8).leaves(1),
    ];
    columns.extend(CHANGE);
    columns.extend([Column::new("subject", "message").cut(20), Column::new("pull", "pull request").right().leaves(1)]);
    let mut table = Table::new("commits", &columns);
    let repo = web.and_then(|web| web.rsplit_once("/blob/")).map(|(repo, _)| repo);
    for one in moves {
        let link = repo.map(|repo| format!("{repo}/commit/{}", one.commit.id));
        let pull = pull_of(&one.subject);
        let mut row = vec![
            Cell::new(one.commit.date.to_string()),
            Cell { json: Some(Json::Text(one.commit.id.to_string())), ..Cell::new(one.commit.short()) }.link(link),
            Cell::new(one.ask.counter.id.as_str()),
        ];
        row.extend(cells(one.change));
        row.push(Cell::new(one.subject.as_str()));
        let link = pull.and_then(|pull| repo.map(|repo| format!("{repo}/pull/{pull}")));
        row.push(pull.map_or_else(Cell::none, |pull| Cell::of(format!("#{pull}"), pull)).link(link));
        table.row(row);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_its_pull_request() {
        assert_eq!(pull_of("Type the formula (#1234)"), Some(1234));
        assert_eq!(pull_of("Merge pull request #77 from a/b"), Some(77));
        assert_eq!((pull_of("Fix (#x)"), pull_of("Fix #12"), pull_of("")), (None, None, None));
    }
}
