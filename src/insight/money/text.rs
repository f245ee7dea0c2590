//! Sentences about accounts: what was spent, and what becomes of the rest.

use super::{AccountStatus, Basis, Burn, BurnRate, Freed, Outlook, Renewal};
use crate::domain::{Account, Amount, Board, Date, Item, Limit, Roadmap, SpendLine};
use crate::insight::trend::{self, End};
use crate::words::{self, money::amount};

/// `$1.8M of the budget of $3.0M used on 2025-11-05; $177k a month`, or what is missing.
pub fn used(account: &Account, status: &AccountStatus) -> String {
    let shown = |value: u64| amount(value, &account.currency);
    let Some(reading) = &status.reading else {
        return match account.monthly {
            Some(monthly) => format!("no reading yet; the roadmap says {} a month", shown(monthly)),
            None => "no reading yet".to_owned(),
        };
    };
    let pace = status.pace.map(|pace| format!("; {}", pace_text(account, pace))).unwrap_or_default();
    let pace = format!("{pace}{}", status.renewal.map(renewal).unwrap_or_default());
    let old =
        if status.is_old() { format!(" (a reading of {} days ago)", status.age.unwrap_or(0)) } else { String::new() };
    match reading.amount {
        Amount::SpentIn { amount, days } => {
            let year = status.pace.map_or(0, |pace| (pace.monthly * 12.0).round() as u64);
            let share = account.limit.map(|limit| share_of_year(limit, year, &shown)).unwrap_or_default();
            format!(
                "{} in {days} days to {}{old}, a pace of {} a year{share}",
                shown(amount),
                reading.date,
                shown(year)
            )
        }
        Amount::Spent(spent) => part(account, spent, "used", &format!("on {}{old}{pace}", reading.date)),
        Amount::Left(left) => part(account, left, "left", &format!("on {}{old}{pace}", reading.date)),
    }
}

/// `$1.8M of the budget of $3.0M used on …`, or `$70,000 used, more than the credit of $60,000, on …`.
fn part(account: &Account, value: u64, what: &str, when: &str) -> String {
    let shown = |value: u64| amount(value, &account.currency);
    let own = shown(value);
    match account.limit.map(|limit| (limit.amount, format!("the {} of {}", limit.kind.word(), shown(limit.amount)))) {
        None => format!("{own} {what} {when}"),
        Some((limit, there_is)) if value > limit => format!("{own} {what}, more than {there_is}, {when}"),
        Some((_, there_is)) => format!("{own} of {there_is} {what} {when}"),
    }
}

fn share_of_year(limit: Limit, year: u64, shown: &dyn Fn(u64) -> String) -> String {
    let share = u128::from(year) * 100 / u128::from(limit.amount.max(1));
    format!(", {share} % of the budget of {}", shown(limit.amount))
}

/// `$4,000 a month since 2025-07-31`
fn pace_text(account: &Account, pace: BurnRate) -> String {
    let monthly = amount(pace.monthly.round() as u64, &account.currency);
    match pace.basis {
        Basis::Since(day) => format!("{monthly} a month since {day}"),
        Basis::SinceStart => format!("{monthly} a month since the start"),
        Basis::OwnDays(days) => format!("{monthly} a month over {days} days"),
        Basis::Given => format!("{monthly} a month, says the roadmap"),
    }
}

/// `, topped up between 2025-10-31 and 2025-11-15`
fn renewal(of: Renewal) -> String {
    let what = if of.topped_up { "topped up" } else { "counted anew" };
    format!(", {what} between {} and {}", of.after, of.until)
}

/// `runs out on 2025-08-05, 148 days before its end`, `$31,500 expires unused on 2026-01-31`; `None` if too little
/// is known.
pub fn outlook(account: &Account, status: &AccountStatus) -> Option<String> {
    let shown = |value: u64| amount(value, &account.currency);
    let lost = match account.limit.map(|limit| limit.kind) {
        Some(crate::domain::LimitKind::Budget) | None => "lapses",
        Some(crate::domain::LimitKind::Credit) => "expires",
    };
    let by = by_reading(status);
    Some(match status.outlook {
        Outlook::Unknown => return None,
        Outlook::Ended { end, unused: None } => format!("ended on {end}; what was left then is not known"),
        Outlook::Ended { end, unused: Some(0) } => format!("ended on {end}, all of it used"),
        Outlook::Ended { end, unused: Some(unused) } => format!("ended on {end}; {} was not used", shown(unused)),
        Outlook::Spent => "nothing is left".to_owned(),
        Outlook::RunsOut { day, early: None } => format!("runs out on {day}{by}"),
        Outlook::RunsOut { day, early: Some(0) } => format!("runs out on {day}, the day of its end{by}"),
        Outlook::RunsOut { day, early: Some(early) } => {
            format!("runs out on {day}, {} before its end{by}", words::days(early))
        }
        Outlook::RanOut { day, read } => format!("by the reading of {read} it ran out on {day}; read it again"),
        Outlook::Unused { end, amount: 0 } => format!("is used up by its end on {end}{by}"),
        Outlook::Unused { end, amount } => format!("{} {lost} unused on {end}{by}", shown(amount)),
        Outlook::Lasts if status.pace.is_some_and(|pace| pace.monthly > 0.0) => {
            format!("lasts for more than a hundred years{by}")
        }
        Outlook::Lasts => format!("nothing is spent{by}"),
    })
}

/// `, by the reading of 2025-10-31` where that is older than the days over which the pace was measured; else nothing.
pub fn by_reading(status: &AccountStatus) -> String {
    let old = status.reading.as_ref().zip(status.pace).filter(|(reading, pace)| {
        let window = match pace.basis {
            Basis::Since(day) => (reading.date - day).num_days(),
            Basis::OwnDays(days) => i64::from(days),
            Basis::SinceStart | Basis::Given => super::OLD_DAYS,
        };
        status.age.is_some_and(|age| age > window)
    });
    old.map(|(reading, _)| words::by_reading(reading.date)).unwrap_or_default()
}

/// Why there is no outlook, where a reading or a start would give one.
pub fn missing(account: &Account, status: &AccountStatus) -> Option<&'static str> {
    if status.outlook != Outlook::Unknown || status.renewal.is_some() {
        return None;
    }
    match (&status.reading, status.pace, account.limit) {
        (Some(_), None, _) => Some("no pace yet: that takes two readings three weeks apart"),
        (None, Some(_), Some(Limit { start: None, .. })) => {
            Some("no date yet: that takes a reading, or a `start` from which `monthly` counts")
        }
        (None, Some(_), Some(Limit { start: Some(_), .. })) => {
            Some("no date: at that pace it would be used up by now; add a reading to know")
        }
        (Some(_), Some(_), _) | (None, None, _) | (None, _, None) => None,
    }
}

/// `$41,828 of $43,488 by 2027-03-31`, or how much more than there is; `None` if too little is known.
pub fn at_end(account: &Account, status: &AccountStatus) -> Option<String> {
    let shown = |value: u64| amount(value, &account.currency);
    let limit = account.limit?;
    let (end, spent) = (limit.end?, super::spent_by_end(account, status)?);
    let by = by_reading(status);
    Some(match spent.checked_sub(limit.amount) {
        None | Some(0) => format!("{} of {} by {end}{by}", shown(spent), shown(limit.amount)),
        Some(more) => format!("{} by {end}, {} more than there is{by}", shown(spent), shown(more)),
    })
}

/// `$3,925 over 1 month (since 2025-10-02), $3,967 over 3 (since 2025-07-31), – over 12`: what was spent a month.
pub fn burn(account: &Account, status: &AccountStatus) -> String {
    let shown = |burn: &Burn| amount(burn.monthly.round() as u64, &account.currency);
    let parts = super::WINDOWS.iter().zip(&status.burn).enumerate().map(|(at, (months, burn))| {
        let unit = if at == 0 { " month" } else { "" };
        match burn {
            Some(burn) => format!("{} over {months}{unit} (since {})", shown(burn), burn.since),
            None => format!("– over {months}{unit}"),
        }
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// What finishing each open project frees, and from when on: by the forecast of its counter, else by its due dates.
pub fn freed(roadmap: &Roadmap, board: &Board) -> Vec<(Freed, String)> {
    let from = |freed: Freed| {
        let text = from_when(roadmap, board, &freed);
        (freed, text)
    };
    super::freed(roadmap, board).into_iter().map(from).collect()
}

fn from_when(roadmap: &Roadmap, board: &Board, freed: &Freed) -> String {
    let row = board.project(&freed.project);
    let counter = row.and_then(|row| row.measure.as_ref()).and_then(|id| roadmap.counter(id));
    let end = counter.map(|counter| trend::of_counter(counter, board.date).forecast.end);
    match end {
        Some(End::Between { from, to: Some(to) }) => format!("between {from} and {to}"),
        Some(End::Between { from, to: None }) => format!("{from} at the earliest"),
        Some(End::Over | End::NoDate(_)) | None => match due(roadmap, freed) {
            Some(due) if due < board.date => format!("was due {due}"),
            Some(due) => format!("{due} (due)"),
            None => "when it is done".to_owned(),
        },
    }
}

/// The last due date of the work that frees the money, if all has one; an item without one is due with its project.
fn due(roadmap: &Roadmap, freed: &Freed) -> Option<Date> {
    let project = roadmap.projects.iter().find(|project| project.id == freed.project)?;
    let is_freed = |item: &&Item| freed.items.iter().any(|(key, _)| *key == item.key);
    let items = project.items.iter().filter(is_freed).map(|item| item.due.or(project.due));
    let of_items: u64 = freed.items.iter().map(|(_, monthly)| monthly).sum();
    let whole = (freed.monthly > of_items).then_some(project.due);
    items.chain(whole).collect::<Option<Vec<_>>>()?.into_iter().max()
}

/// An account in lines: the amount used, the outlook, and what the money was spent on.
pub fn lines(account: &Account, status: &AccountStatus) -> Vec<String> {
    let parts = shown_lines(account, status).iter();
    let parts = parts.map(|line| format!("{}: {}", line.name, amount(line.amount, &account.currency)));
    std::iter::once(head(account, status)).chain(parts).collect()
}

/// What the money was spent on, as far as that is known on the day of the status: with the reading.
pub fn shown_lines<'a>(account: &'a Account, status: &AccountStatus) -> &'a [SpendLine] {
    if status.reading.is_some() { &account.lines } else { &[] }
}

/// The amount used of an account and its outlook, in one line.
pub fn head(account: &Account, status: &AccountStatus) -> String {
    // The account of the `spend` key shows a pace against its budget, which needs no name.
    let is_clear = account.id.as_str() == "spend" && status.reading.is_some();
    let name = if is_clear { String::new() } else { format!("{}: ", account.name) };
    let outlook = outlook(account, status).or_else(|| missing(account, status).map(str::to_owned));
    let outlook = outlook.map(|outlook| format!("; {outlook}")).unwrap_or_default();
    format!("{name}{}{outlook}", used(account, status))
}

#[cfg(test)]
mod tests {
    use super::super::{status, tests::limit};
    use super::*;
    use crate::domain::fixtures::{self, account, day};
    use crate::domain::{AccountId, Costs, LimitKind, Project, join};

    #[test]
    fn the_spend_of_the_report_reads_as_a_pace_against_the_budget() {
        let spend = account(
            limit(LimitKind::Budget, 3_000_000, None, None),
            &[("2020-12-10", Amount::SpentIn { amount: 109_000, days: 28 })],
        );
        assert_eq!(
            used(&spend, &status(&spend, day("2020-12-10"))),
            "$109k in 28 days to 2020-12-10, a pace of $1.4M a year, 47 % of the budget of $3.0M"
        );
    }

    #[test]
    fn a_credit_shows_its_pace_and_what_expires() {
        let credit = account(
            limit(LimitKind::Credit, 60_000, None, Some("2026-01-31")),
            &[("2025-07-31", Amount::Left(55_488)), ("2025-10-31", Amount::Left(43_488))],
        );
        let lines = lines(&credit, &status(&credit, day("2025-11-05")));
        assert_eq!(
            lines,
            [
                "A: $43,488 of the credit of $60,000 left on 2025-10-31; $3,967 a month since 2025-07-31; $31,488 expires unused on 2026-01-31"
            ]
        );
    }

    #[test]
    fn a_top_up_and_a_day_in_the_past_are_stated() {
        let read = |readings: &[(&str, Amount)]| {
            let account = account(None, readings);
            head(&account, &status(&account, day("2026-11-30")))
        };
        let spring = ("2026-08-31", Amount::Left(9_000));
        assert_eq!(
            read(&[spring, ("2026-11-15", Amount::Left(2_000)), ("2026-11-29", Amount::Left(6_000))]),
            "A: $6,000 left on 2026-11-29; $2,802 a month since 2026-08-31, topped up between 2026-11-15 and 2026-11-29; runs out on 2027-02-02"
        );
        assert_eq!(
            read(&[spring, ("2026-11-29", Amount::Left(12_000))]),
            "A: $12,000 left on 2026-11-29, topped up between 2026-08-31 and 2026-11-29"
        );
        let spent = [("2026-08-31", Amount::Spent(9_000)), ("2026-11-29", Amount::Spent(500))];
        assert_eq!(read(&spent), "A: $500 used on 2026-11-29, counted anew between 2026-08-31 and 2026-11-29");
        assert_eq!(
            read(&[("2026-04-30", Amount::Left(9_000)), ("2026-07-31", Amount::Left(3_100))]),
            "A: $3,100 left on 2026-07-31 (a reading of 122 days ago); $1,951 a month since 2026-04-30; by the reading of 2026-07-31 it ran out on 2026-09-17; read it again"
        );
    }

    #[test]
    fn what_follows_from_a_reading_older_than_the_pace_is_said_as_of_its_day() {
        let credit = account(
            limit(LimitKind::Credit, 60_000, None, Some("2026-12-31")),
            &[("2025-07-31", Amount::Spent(10_000)), ("2025-10-31", Amount::Spent(22_000))],
        );
        let on = |day_shown| {
            let status = status(&credit, day(day_shown));
            (outlook(&credit, &status).unwrap(), super::at_end(&credit, &status).unwrap())
        };
        let (runs_out, at_end) =
            ("runs out on 2026-08-18, 135 days before its end", "$77,565 by 2026-12-31, $17,565 more than there is");
        assert_eq!(on("2026-01-31"), (runs_out.to_owned(), at_end.to_owned()));
        let by = ", by the reading of 2025-10-31";
        assert_eq!(on("2026-02-01"), (format!("{runs_out}{by}"), format!("{at_end}{by}")));
    }

    #[test]
    fn spending_by_the_end_shows_what_is_missing() {
        let at_end = |amount| {
            let credit = account(
                limit(LimitKind::Credit, amount, None, Some("2026-01-31")),
                &[("2025-07-31", Amount::Spent(10_000)), ("2025-10-31", Amount::Spent(22_000))],
            );
            let status = status(&credit, day("2025-11-05"));
            (super::at_end(&credit, &status).unwrap(), super::burn(&credit, &status))
        };
        assert_eq!(at_end(60_000).0, "$34,000 of $60,000 by 2026-01-31");
        assert_eq!(at_end(30_000).0, "$34,000 by 2026-01-31, $4,000 more than there is");
        assert_eq!(at_end(30_000).1, "– over 1 month, $3,967 over 3 (since 2025-07-31), – over 12");
    }

    #[test]
    fn overspending_and_an_unknown_rest_are_stated() {
        let used_of = |amount| {
            let limit = limit(LimitKind::Credit, 60_000, None, Some("2025-10-31"));
            let credit = account(limit, &[("2025-10-20", amount)]);
            head(&credit, &status(&credit, day("2025-11-05")))
        };
        assert_eq!(
            used_of(Amount::Left(70_000)),
            "A: $70,000 left, more than the credit of $60,000, on 2025-10-20; ended on 2025-10-31; what was left then is not known"
        );
        assert_eq!(
            used_of(Amount::Spent(70_000)),
            "A: $70,000 used, more than the credit of $60,000, on 2025-10-20; ended on 2025-10-31, all of it used"
        );
    }

    #[test]
    fn old_and_missing_readings_are_stated() {
        let credit = account(None, &[("2025-01-01", Amount::Left(5))]);
        assert_eq!(
            used(&credit, &status(&credit, day("2025-06-01"))),
            "$5 left on 2025-01-01 (a reading of 151 days ago)"
        );
        assert_eq!(
            head(&credit, &status(&credit, day("2025-01-02"))),
            "A: $5 left on 2025-01-01; no pace yet: that takes two readings three weeks apart"
        );
        assert_eq!(used(&credit, &status(&credit, day("2024-06-01"))), "no reading yet");
        let given = |start| {
            let limit = limit(LimitKind::Budget, 1_000, start, Some("2027-06-30"));
            let budget = Account { monthly: Some(100), ..account(limit, &[]) };
            head(&budget, &status(&budget, day("2026-12-01")))
        };
        let head_of = |rest: &str| format!("A: no reading yet; the roadmap says $100 a month; {rest}");
        let no_start = "no date yet: that takes a reading, or a `start` from which `monthly` counts";
        assert_eq!(given(None), head_of(no_start));
        let over = "no date: at that pace it would be used up by now; add a reading to know";
        assert_eq!(given(Some("2025-12-01")), head_of(over));
        assert_eq!(given(Some("2026-07-01")), head_of("runs out on 2027-05-01, 60 days before its end"));
        let spend = Account { id: AccountId("spend".into()), name: "Spend".to_owned(), ..account(None, &[]) };
        assert_eq!(head(&spend, &status(&spend, day("2024-06-01"))), "Spend: no reading yet");
    }

    #[test]
    fn what_was_spent_later_is_not_shown() {
        let line = SpendLine { name: "a".to_owned(), amount: 5 };
        let spend = Account { lines: vec![line], ..account(None, &[("2024-06-02", Amount::Spent(5))]) };
        assert_eq!(lines(&spend, &status(&spend, day("2024-06-01"))), ["A: no reading yet"]);
        assert_eq!(lines(&spend, &status(&spend, day("2024-06-02"))).len(), 2);
    }

    #[test]
    fn money_is_freed_when_the_last_part_is_due() {
        let saves = |monthly, item: Item| Item { costs: Costs { saves: Some(monthly), ..Costs::default() }, ..item };
        let due = |day: &str, item: Item| Item { due: Some(fixtures::day(day)), ..item };
        let from = |project_due: Option<&str>, items: Vec<Item>| {
            let project = Project { due: project_due.map(fixtures::day), ..fixtures::project("p", items) };
            let roadmap = fixtures::roadmap(vec![project]);
            let board = join(&roadmap, &fixtures::snapshot(Vec::new()), fixtures::day("2024-06-01"));
            freed(&roadmap, &board).remove(0).1
        };
        let part = |key| saves(10, fixtures::item(key));
        assert_eq!(from(Some("2024-05-01"), vec![due("2024-08-01", part("a"))]), "2024-08-01 (due)");
        assert_eq!(from(None, vec![due("2024-08-01", part("a")), due("2024-07-01", part("b"))]), "2024-08-01 (due)");
        assert_eq!(from(Some("2024-09-01"), vec![due("2024-08-01", part("a")), part("b")]), "2024-09-01 (due)");
        assert_eq!(from(Some("2024-05-01"), vec![part("a")]), "was due 2024-05-01");
        assert_eq!(from(None, vec![due("2024-08-01", part("a")), part("b")]), "when it is done");
    }
}
