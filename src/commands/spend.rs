//! `offramp spend`: what the accounts have spent and will spend, and what finishing work saves.

use super::{Context, Exit, Failure};
use crate::domain::{Account, ItemKey, World};
use crate::insight::money::{self, AccountStatus, Freed, Outlook};
use crate::report::{Cell, Column, Table};
use crate::words;

const EXAMPLES: &str = "\
Examples:
  offramp spend                   used, left, pace, and how each account ends
  offramp spend aws -o json       one account, for a script
  offramp spend --as-of 2025-10   as it was at the end of that month";

/// The arguments of `spend`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct SpendArgs {
    /// Only this account [default: all]
    #[arg(value_name = "ACCOUNT")]
    pub account: Option<String>,
}

/// Runs the command.
pub fn run(context: &Context, args: &SpendArgs) -> Result<Exit, Failure> {
    let roadmap = context.roadmap(&context.origin())?;
    let world = if money::frees_any(&roadmap) { context.world()? } else { context.world_as_fetched()? };
    let accounts = chosen(&world, args.account.as_deref())?;
    let board = world.board();
    let mut page = context.page("offramp/spend/1", &world);
    page.line(words::as_of(&world));
    if accounts.is_empty() {
        page.line("The roadmap has no `accounts` and no `spend`.");
    }
    let all: Vec<_> = accounts.iter().map(|account| (*account, money::status(account, world.date))).collect();
    page.table(table(&all));
    page.points(all.iter().flat_map(|(account, status)| money::text::lines(account, status)).collect());
    let freed = money::text::freed(&world.roadmap, &board);
    let named = freed.iter().filter(|(freed, _)| concerns(freed, &accounts));
    let named: Vec<_> = named.map(|(freed, from)| (freed, from.as_str(), freed.currency(&world.roadmap))).collect();
    if !named.is_empty() {
        page.title("What finishing open work frees");
    }
    page.table(freed_table(&named));
    context.show(&page)
}

fn chosen<'a>(world: &'a World, wanted: Option<&str>) -> Result<Vec<&'a Account>, Failure> {
    let all = &world.roadmap.accounts;
    let Some(wanted) = wanted else { return Ok(all.iter().collect()) };
    let found: Vec<_> = all.iter().filter(|account| account.id.as_str() == wanted).collect();
    if found.is_empty() {
        let failure = Failure::usage(format!("no account is called `{wanted}`"));
        return Err(match all.as_slice() {
            [] => failure.hint("the roadmap has no `accounts`; `offramp roadmap schema` shows how they are written"),
            all => failure.known("accounts", all.iter().map(|account| &account.id)),
        });
    }
    Ok(found)
}

fn concerns(freed: &Freed, accounts: &[&Account]) -> bool {
    freed.account.as_ref().is_none_or(|id| accounts.iter().any(|account| &account.id == id))
}

/// The table of accounts with their status. The lines below it say what a narrow table drops.
pub(super) fn table(all: &[(&Account, AccountStatus)]) -> Table {
    Table::of(
        "accounts",
        all,
        &[
            (Column::new("account", "ACCOUNT"), |(account, _)| Cell::new(account.id.as_str())),
            (Column::new("currency", "CURRENCY").leaves(6), |(account, _)| Cell::new(account.currency.as_str())),
            (Column::new("limit", "AMOUNT").right().leaves(1), |(account, _)| {
                money(account.limit.map(|limit| limit.amount.cast_signed()), &account.currency)
            }),
            (Column::new("used", "USED").right(), |(account, status)| {
                money(status.used.map(u64::cast_signed), &account.currency)
            }),
            (Column::new("left", "LEFT").right(), |(account, status)| money(status.left, &account.currency)),
            (Column::new("burn_1", "1 MONTH").right().leaves(5), |(account, status)| burn(account, status, 0)),
            (Column::new("burn_3", "3 MONTHS").right().leaves(2), |(account, status)| burn(account, status, 1)),
            (Column::new("burn_12", "12 MONTHS").right().leaves(5), |(account, status)| burn(account, status, 2)),
            (Column::new("read", "READ").leaves(4), |(_, status)| {
                Cell::maybe(status.reading.as_ref().map(|reading| reading.date.to_string()))
            }),
            (Column::new("end", "END").leaves(3), |(account, _)| {
                Cell::shown(account.limit.and_then(|limit| limit.end))
            }),
            (Column::new("at_end", "SPENT BY END").right().leaves(5), |(account, status)| {
                money(money::spent_by_end(account, status).map(u64::cast_signed), &account.currency)
            }),
            (Column::data("outcome"), |(_, status)| Cell::data(outcome(status.outlook))),
            (Column::new("outlook", "OUTLOOK"), |(account, status)| Cell::maybe(money::text::outlook(account, status))),
        ],
    )
}

/// An amount formatted for people, and the plain number for a pipe.
fn money(value: Option<i64>, currency: &str) -> Cell {
    let cell = |value: i64| Cell::of(words::money::signed(value, currency), value).exact(value.to_string());
    value.map_or_else(Cell::none, cell)
}

fn burn(account: &Account, status: &AccountStatus, at: usize) -> Cell {
    money(status.burn.get(at).copied().flatten().map(|burn| burn.monthly.round() as i64), &account.currency)
}

/// The name used in data.
fn outcome(outlook: Outlook) -> &'static str {
    match outlook {
        Outlook::Unknown => "unknown",
        Outlook::Ended { .. } => "ended",
        Outlook::Spent => "spent",
        Outlook::RunsOut { .. } => "runs-out",
        Outlook::RanOut { .. } => "ran-out",
        Outlook::Unused { .. } => "unused",
        Outlook::Lasts => "lasts",
    }
}

fn items(freed: &Freed, read: impl Fn(u64) -> String) -> String {
    let item = |(key, monthly): &(ItemKey, u64)| format!("{key} ({})", read(*monthly));
    freed.items.iter().map(item).collect::<Vec<_>>().join(", ")
}

fn freed_table(all: &[(&Freed, &str, &str)]) -> Table {
    Table::of(
        "frees",
        all,
        &[
            (Column::new("project", "PROJECT"), |(freed, ..)| Cell::new(freed.project.as_str())),
            (Column::new("monthly", "FREES A MONTH").right(), |(freed, _, currency)| {
                money(Some(freed.monthly.cast_signed()), currency)
            }),
            (Column::new("account", "ACCOUNT"), |(freed, ..)| Cell::shown(freed.account.as_ref())),
            (Column::new("from", "FROM"), |(_, from, _)| Cell::new(*from)),
            (Column::new("items", "ITEMS"), |(freed, _, currency)| {
                let shown = items(freed, |monthly| words::money::amount(monthly, currency));
                let exact = items(freed, |monthly| monthly.to_string());
                Cell::of(shown, exact.as_str()).exact(exact)
            }),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_reads_as_money_and_stays_a_number_for_programs() {
        let cell = money(Some(3_000_000), "USD");
        assert_eq!((&*cell.text, cell.for_pipe(), cell.value()), ("$3.0M", "3000000", 3_000_000.into()));
        assert_eq!(&*money(Some(-700), "EUR").text, "-700 EUR");
    }
}
