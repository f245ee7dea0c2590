//! Money: how fast an account is spent, when it runs out or what expires unused, and what finishing work frees.

mod freed;
pub mod text;

use chrono::Days;

use crate::domain::account::{Account, AccountReading, Amount, Limit};
use crate::domain::{Date, Roadmap};
pub use freed::{Freed, freed, frees_any};

/// A month, in days.
pub const MONTH: f64 = 365.0 / 12.0;
/// The periods, in months, over which burn is shown.
pub const WINDOWS: [u32; 3] = [1, 3, 12];
/// A reading older than this, in days, is old.
pub const OLD_DAYS: i64 = 62;
/// How many days after the start of a window its first reading may be, since readings are taken at the end of a month or
/// on the next workday.
const LATE_DAYS: i64 = 5;
/// The least number of days between two readings that give a pace: a shorter span may miss a monthly bill.
const SHORTEST_DAYS: i64 = 21;
/// How far ahead an account may run out for the day to be given, in days.
const FARTHEST_DAYS: f64 = 36_500.0;

/// The status of an account on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountStatus {
    /// The newest reading, if there is one.
    pub reading: Option<AccountReading>,
    /// Spent since the start, if known.
    pub used: Option<u64>,
    /// What can still be spent, if known: 0 after the end, less than 0 if too much was spent.
    pub left: Option<i64>,
    /// Spent a month over each of [`WINDOWS`], if readings reach back that far.
    pub burn: [Option<Burn>; 3],
    /// The pace that the outlook assumes.
    pub pace: Option<BurnRate>,
    /// The newest renewal, unless the pace is only from readings after it.
    pub renewal: Option<Renewal>,
    /// What becomes of the account.
    pub outlook: Outlook,
    /// How many days old the newest reading is.
    pub age: Option<i64>,
}

impl AccountStatus {
    /// Whether the newest reading is too old to trust.
    pub fn is_old(&self) -> bool {
        self.age.is_some_and(|age| age > OLD_DAYS)
    }
}

/// What was spent a month over a window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Burn {
    /// The amount a month.
    pub monthly: f64,
    /// The day of the reading with which it begins, which is rarely that of the window.
    pub since: Date,
}

/// Two readings of which the later shows less spent, or more left. What was spent in between is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Renewal {
    /// The day of the earlier reading.
    pub after: Date,
    /// The day of the later reading.
    pub until: Date,
    /// Whether more was left than before: a top-up. Otherwise what was spent fell, as in a new year.
    pub topped_up: bool,
}

/// How fast money is spent, and how that is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BurnRate {
    /// The amount a month.
    pub monthly: f64,
    /// How it is known.
    pub basis: Basis,
}

impl BurnRate {
    /// Whether it comes only from readings after a renewal.
    fn is_after(&self, renewal: &Renewal) -> bool {
        matches!(self.basis, Basis::Since(day) if day >= renewal.until)
    }
}

/// How a pace is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// From the reading of this day to the newest one.
    Since(Date),
    /// From the average since the start.
    SinceStart,
    /// From a reading about this number of days.
    OwnDays(u32),
    /// From the roadmap.
    Given,
}

/// What becomes of an account if its pace goes on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Outlook {
    /// Too little is known.
    Unknown,
    /// It has ended, with what was not spent then, if a reading says so.
    Ended { end: Date, unused: Option<u64> },
    /// Nothing is left.
    Spent,
    /// It runs out on `day`, the first without money: `early` days before its end, if it has one.
    RunsOut { day: Date, early: Option<i64> },
    /// By its last reading it ran out before today, which a new reading has to confirm.
    RanOut { day: Date, read: Date },
    /// Some of it lapses or expires at its end.
    Unused { end: Date, amount: u64 },
    /// Nothing is spent, or so little that it lasts for more than a hundred years, and it has no end.
    Lasts,
}

/// Returns the status of an account at the end of a day, without later readings and those from before its start, which
/// are of an earlier budget.
pub fn status(account: &Account, date: Date) -> AccountStatus {
    let start = account.limit.and_then(|limit| limit.start);
    let is_own = |reading: &&AccountReading| reading.date <= date && start.is_none_or(|start| reading.date >= start);
    let past: Vec<&AccountReading> = account.readings.iter().filter(is_own).collect();
    let reading = past.last().copied();
    let used = reading.and_then(|reading| used(account.limit, reading.amount));
    let left = account.limit.zip(used).map(|(limit, used)| limit.amount.cast_signed() - used.cast_signed());
    let left = left.or_else(|| reading.and_then(|reading| left_of(reading.amount)));
    let ended = account.limit.and_then(|limit| limit.end).filter(|end| *end < date);
    let steps = steps(account.limit, &past);
    let renewal = steps.iter().rev().find_map(Step::renewal);
    let burn = WINDOWS.map(|months| burn(&steps, months));
    let [one, three, twelve] = burn;
    // Three months are long enough to be steady and short enough to be current.
    let measured = three.or(one).or(twelve).or_else(|| latest(&steps));
    // After a renewal it is not known when what was spent began to count.
    let pace = pace(account, reading, used.filter(|_| renewal.is_none()), measured);
    let known = match reading {
        Some(reading) => Some(reading.date).zip(left),
        None => without_reading(account.limit, pace, date),
    };
    AccountStatus {
        outlook: match ended {
            Some(end) => Outlook::Ended { end, unused: unused(end, reading, left) },
            None => outlook(known, pace, date, account.limit.and_then(|limit| limit.end)),
        },
        age: reading.map(|reading| (date - reading.date).num_days()),
        reading: reading.cloned(),
        used,
        left: if ended.is_some() { left.map(|left| left.min(0)) } else { left },
        burn,
        renewal: renewal.filter(|renewal| !pace.is_some_and(|pace| pace.is_after(renewal))),
        pace,
    }
}

/// What was left at the end. A reading from before the end shows that only if nothing was left by then.
fn unused(end: Date, reading: Option<&AccountReading>, left: Option<i64>) -> Option<u64> {
    let left = u64::try_from(left?.max(0)).ok()?;
    (left == 0 || reading?.date >= end).then_some(left)
}

/// Returns what will have been spent by the end at this pace; `None` if the end, the pace or the amount so far is unknown.
pub fn spent_by_end(account: &Account, status: &AccountStatus) -> Option<u64> {
    let end = account.limit?.end?;
    let (reading, pace) = (status.reading.as_ref()?, status.pace?);
    let days = (end - reading.date).num_days();
    let more = pace.monthly / MONTH * days.max(0) as f64;
    Some(status.used?.saturating_add(more.round() as u64))
}

fn left_of(amount: Amount) -> Option<i64> {
    if let Amount::Left(left) = amount { Some(left.cast_signed()) } else { None }
}

/// What was spent since the start.
fn used(limit: Option<Limit>, amount: Amount) -> Option<u64> {
    match amount {
        Amount::Spent(spent) => Some(spent),
        // More left than the limit is a contradiction, so what was spent is not known.
        Amount::Left(left) => limit?.amount.checked_sub(left),
        Amount::SpentIn { .. } => None,
    }
}

/// Two successive readings that can be compared.
struct Step {
    after: Date,
    until: Date,
    /// Less than 0 if money was added or a new count began; `None` if unknown.
    spent: Option<f64>,
    is_of_left: bool,
}

impl Step {
    fn days(&self) -> i64 {
        (self.until - self.after).num_days()
    }

    fn renewal(&self) -> Option<Renewal> {
        let is_renewal = self.spent.is_some_and(|spent| spent < 0.0);
        is_renewal.then_some(Renewal { after: self.after, until: self.until, topped_up: self.is_of_left })
    }

    /// What was spent, if it is known.
    fn known(&self) -> Option<f64> {
        self.spent.filter(|spent| *spent >= 0.0)
    }
}

/// The steps between the readings that can be compared with the newest one.
fn steps(limit: Option<Limit>, past: &[&AccountReading]) -> Vec<Step> {
    let Some(last) = past.last() else { return Vec::new() };
    let is_comparable = |reading: &&&AccountReading| spent_between(limit, reading.amount, last.amount).is_some();
    let own: Vec<_> = past.iter().filter(is_comparable).collect();
    let step = |(first, then): (&&&AccountReading, &&&AccountReading)| Step {
        after: first.date,
        until: then.date,
        spent: spent_between(limit, first.amount, then.amount),
        is_of_left: matches!(then.amount, Amount::Left(_)),
    };
    own.iter().zip(own.iter().skip(1)).map(step).collect()
}

/// What was spent a month over a window, from the reading nearest to its start. A much older reading says little about
/// the window, and one that is more than a few days younger does not cover it. The days of a renewal do not count, and
/// at least half of the window must remain.
fn burn(steps: &[Step], months: u32) -> Option<Burn> {
    let last = steps.last()?.until;
    let length = f64::from(months) * MONTH;
    let begin = last.checked_sub_days(Days::new(length.round() as u64))?;
    let late = |step: &Step| (step.after - begin).num_days();
    let is_near = |(_, step): &(usize, &Step)| (-(length / 2.0) as i64..=LATE_DAYS).contains(&late(step));
    let (first, _) = steps.iter().enumerate().filter(is_near).min_by_key(|(_, step)| late(step).abs())?;
    over(steps.get(first..)?, (length / 2.0).ceil() as i64)
}

/// What was spent a month since the latest reading that is old enough to tell.
fn latest(steps: &[Step]) -> Option<Burn> {
    (0..steps.len()).rev().find_map(|first| over(steps.get(first..)?, SHORTEST_DAYS))
}

/// What was spent a month over these steps, without those of a renewal; `None` if fewer days than `least` remain.
fn over(steps: &[Step], least: i64) -> Option<Burn> {
    let known: Vec<_> = steps.iter().filter_map(|step| Some((step, step.known()?))).collect();
    let days: i64 = known.iter().map(|(step, _)| step.days()).sum();
    let (since, _) = known.first()?;
    let spent: f64 = known.iter().map(|(_, spent)| spent).sum();
    (days >= least).then(|| Burn { monthly: spent / days as f64 * MONTH, since: since.after })
}

fn spent_between(limit: Option<Limit>, first: Amount, last: Amount) -> Option<f64> {
    match (first, last) {
        (Amount::Left(before), Amount::Left(after)) => Some(before as f64 - after as f64),
        (Amount::Spent(before), Amount::Spent(after)) => Some(after as f64 - before as f64),
        (Amount::Spent(_) | Amount::SpentIn { .. } | Amount::Left(_), _) => {
            Some(used(limit, last)? as f64 - used(limit, first)? as f64)
        }
    }
}

/// Chooses the pace: what readings show comes first. A rate in the roadmap comes before the average since the start, which is 0 for a credit that was not touched yet.
fn pace(
    account: &Account,
    reading: Option<&AccountReading>,
    used: Option<u64>,
    measured: Option<Burn>,
) -> Option<BurnRate> {
    let measured = measured.map(|burn| BurnRate { monthly: burn.monthly, basis: Basis::Since(burn.since) });
    let own = reading.and_then(|reading| {
        let Amount::SpentIn { amount, days } = reading.amount else { return None };
        Some(BurnRate { monthly: amount as f64 / f64::from(days) * MONTH, basis: Basis::OwnDays(days) })
    });
    let start = account.limit.and_then(|limit| limit.start);
    let average = reading.zip(used).zip(start).and_then(|((reading, used), start)| {
        let days = (reading.date - start).num_days() + 1;
        (days > 0).then(|| BurnRate { monthly: used as f64 / days as f64 * MONTH, basis: Basis::SinceStart })
    });
    let given = account.monthly.map(|monthly| BurnRate { monthly: monthly as f64, basis: Basis::Given });
    measured.or(own).or(given).or(average)
}

/// Says what becomes of an account, from the last day on which the amount left is known, with that amount.
fn outlook(known: Option<(Date, i64)>, pace: Option<BurnRate>, date: Date, end: Option<Date>) -> Outlook {
    let Some((from, left)) = known else { return Outlook::Unknown };
    if left <= 0 {
        return Outlook::Spent;
    }
    let Some(pace) = pace else { return Outlook::Unknown };
    let days = left as f64 / pace.monthly * MONTH;
    let out = (pace.monthly > 0.0 && days <= FARTHEST_DAYS)
        .then(|| from.checked_add_days(Days::new(days.floor() as u64)))
        .flatten();
    match (out, end) {
        (Some(day), _) if day < date => Outlook::RanOut { day, read: from },
        (Some(day), None) => Outlook::RunsOut { day, early: None },
        (Some(day), Some(end)) if day <= end => Outlook::RunsOut { day, early: Some((end - day).num_days()) },
        (_, Some(end)) => {
            let spent = pace.monthly / MONTH * (end - from).num_days() as f64;
            Outlook::Unused { end, amount: (left as f64 - spent).max(0.0).round() as u64 }
        }
        (None, None) => Outlook::Lasts,
    }
}

/// What is left without a reading: a given rate counts from the start, for as long as it leaves something.
fn without_reading(limit: Option<Limit>, pace: Option<BurnRate>, date: Date) -> Option<(Date, i64)> {
    let (limit, pace) = (limit?, pace?);
    let start = limit.start?;
    let spent = pace.monthly / MONTH * (date - start).num_days() as f64;
    (spent < limit.amount as f64).then(|| (start, limit.amount.cast_signed()))
}

/// Returns lines about all accounts on a day.
pub fn lines(roadmap: &Roadmap, date: Date) -> Vec<String> {
    roadmap.accounts.iter().flat_map(|account| text::lines(account, &status(account, date))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::LimitKind;
    use crate::domain::fixtures::{account, day};

    #[expect(clippy::unnecessary_wraps, reason = "the type of the field")]
    pub(super) fn limit(kind: LimitKind, amount: u64, start: Option<&str>, end: Option<&str>) -> Option<Limit> {
        Some(Limit { kind, amount, start: start.map(day), end: end.map(day) })
    }

    #[test]
    fn the_report_of_2020_spent_at_a_rate_of_1_42_million_a_year() {
        let gcp = account(
            limit(LimitKind::Budget, 3_000_000, None, None),
            &[("2020-12-10", Amount::SpentIn { amount: 109_000, days: 28 })],
        );
        let pace = status(&gcp, day("2020-12-10")).pace.unwrap();
        assert_eq!(((pace.monthly * 12.0).round() as u64, pace.basis), (1_420_893, Basis::OwnDays(28)));
    }

    #[test]
    fn most_of_a_credit_expires_unused() {
        let credit = account(
            limit(LimitKind::Credit, 60_000, None, Some("2026-01-31")),
            &[("2025-07-31", Amount::Left(55_488)), ("2025-10-31", Amount::Left(43_488))],
        );
        let status = status(&credit, day("2025-11-05"));
        assert!((status.burn[1].unwrap().monthly - 4_000.0).abs() < 60.0, "{:?}", status.burn);
        let Outlook::Unused { end, amount } = status.outlook else { panic!("{:?}", status.outlook) };
        assert_eq!(end, day("2026-01-31"));
        assert!((31_300..31_700).contains(&amount), "{amount}");
    }

    #[test]
    fn a_window_is_known_only_if_a_reading_reaches_back_to_its_start() {
        let spent = |days: &[&str]| {
            let readings: Vec<_> = days.iter().map(|day| (*day, Amount::Spent(1))).collect();
            status(&account(None, &readings), day("2026-11-27")).burn.map(|burn| burn.map(|burn| burn.since))
        };
        // Six months are not twelve, and 45 days are not three months.
        assert_eq!(spent(&["2026-05-25", "2026-10-13", "2026-11-27"]), [Some(day("2026-10-13")), None, None]);
        // An older reading reaches back, unless it is from another time.
        assert_eq!(spent(&["2026-07-20", "2026-10-13", "2026-11-27"])[1], Some(day("2026-07-20")));
        assert_eq!(spent(&["2026-06-20", "2026-11-27"]), [None, None, None]);
        // A few days more or less do not matter: 91 days earlier is 2026-08-28.
        assert_eq!(spent(&["2026-09-02", "2026-11-27"])[1], Some(day("2026-09-02")));
        assert_eq!(spent(&["2026-09-03", "2026-11-27"])[1], None);
        assert_eq!(spent(&["2026-11-27"]), [None, None, None]);
    }

    #[test]
    fn any_two_readings_some_weeks_apart_give_a_pace() {
        let pace = |first: &str, limit, monthly| {
            let readings = [(first, Amount::Spent(40_000)), ("2026-11-29", Amount::Spent(80_000))];
            let account = Account { monthly, ..account(limit, &readings) };
            let status = status(&account, day("2026-11-30"));
            status.pace.map(|pace| (pace.monthly.round() as u64, pace.basis))
        };
        let since = |first: &str, monthly| Some((monthly, Basis::Since(day(first))));
        let year = limit(LimitKind::Budget, 100_000, Some("2026-01-01"), Some("2026-12-31"));
        // Before the rate in the roadmap and the average since the start.
        assert_eq!(pace("2026-09-29", year, Some(1_000)), since("2026-09-29", 19_945));
        assert_eq!(pace("2026-06-29", year, None), since("2026-06-29", 7_952));
        for (first, monthly) in [("2026-10-14", 26_449), ("2026-07-14", 8_816), ("2025-12-05", 3_389)] {
            assert_eq!(pace(first, None, None), since(first, monthly));
        }
        assert_eq!(pace("2026-11-08", None, None), since("2026-11-08", 57_937));
        assert_eq!(pace("2026-11-09", None, None), None, "20 days are too few");
        assert_eq!(pace("2026-11-09", year, Some(1_000)), Some((1_000, Basis::Given)));
    }

    #[test]
    fn readings_from_before_its_start_are_of_another_budget() {
        let readings = [
            ("2026-08-31", Amount::Spent(30_000)),
            ("2026-09-30", Amount::Spent(33_000)),
            ("2026-10-31", Amount::Spent(36_000)),
            ("2026-11-29", Amount::Spent(2_905)),
        ];
        let budget = account(limit(LimitKind::Budget, 36_000, Some("2026-11-01"), Some("2027-10-31")), &readings);
        let now = status(&budget, day("2026-11-30"));
        assert_eq!((now.burn, now.renewal), ([None, None, None], None));
        let pace = now.pace.unwrap();
        assert_eq!(((pace.monthly.round() as u64), pace.basis), (3_047, Basis::SinceStart));
        assert_eq!(now.outlook, Outlook::RunsOut { day: day("2027-10-25"), early: Some(6) });
        let before = status(&budget, day("2026-10-31"));
        assert_eq!((before.reading, before.used, before.outlook), (None, None, Outlook::Unknown));
    }

    #[test]
    fn the_days_of_a_renewal_are_not_part_of_the_pace() {
        let topped_up = account(
            None,
            &[
                ("2026-08-31", Amount::Left(9_000)),
                ("2026-09-30", Amount::Left(6_000)),
                ("2026-10-31", Amount::Left(3_000)),
                ("2026-11-15", Amount::Left(13_000)),
                ("2026-11-29", Amount::Left(11_600)),
            ],
        );
        let now = status(&topped_up, day("2026-11-30"));
        let renewal = Renewal { after: day("2026-10-31"), until: day("2026-11-15"), topped_up: true };
        assert_eq!(now.renewal, Some(renewal));
        assert_eq!(now.burn[0], None, "two weeks are not a month");
        let pace = now.pace.unwrap();
        assert_eq!((pace.monthly.round() as u64, pace.basis), (3_001, Basis::Since(day("2026-08-31"))));
        assert_eq!(now.outlook, Outlook::RunsOut { day: day("2027-03-26"), early: None });
        assert_eq!(status(&topped_up, day("2026-10-31")).renewal, None);

        let new_year = account(
            limit(LimitKind::Budget, 36_500, None, Some("2026-12-31")),
            &[
                ("2026-08-31", Amount::Spent(30_000)),
                ("2026-09-30", Amount::Spent(33_000)),
                ("2026-10-31", Amount::Spent(1_000)),
                ("2026-11-29", Amount::Spent(2_000)),
            ],
        );
        let now = status(&new_year, day("2026-11-30"));
        let renewal = Renewal { after: day("2026-09-30"), until: day("2026-10-31"), topped_up: false };
        assert_eq!((now.used, now.renewal), (Some(2_000), Some(renewal)));
        assert_eq!(now.burn.map(|burn| burn.map(|burn| burn.monthly.round() as u64)), [Some(1_049), Some(2_062), None]);
    }

    #[test]
    fn what_was_spent_while_money_was_added_is_unknown() {
        for limit in [None, limit(LimitKind::Credit, 9_000, Some("2026-01-01"), None)] {
            let readings = [("2026-08-31", Amount::Left(1_000)), ("2026-11-29", Amount::Left(6_000))];
            let now = status(&account(limit, &readings), day("2026-11-30"));
            assert_eq!((now.burn, now.pace, now.outlook), ([None, None, None], None, Outlook::Unknown));
            assert!(now.renewal.is_some());
        }
        let flat = [("2026-08-31", Amount::Left(500)), ("2026-11-29", Amount::Left(500))];
        assert_eq!(status(&account(None, &flat), day("2026-11-30")).outlook, Outlook::Lasts);
    }

    #[test]
    fn a_day_in_the_past_is_not_an_outlook() {
        let credit = account(
            limit(LimitKind::Credit, 12_000, Some("2026-01-01"), Some("2026-12-31")),
            &[("2026-01-31", Amount::Spent(2_000)), ("2026-04-30", Amount::Spent(8_000))],
        );
        let on = |date| status(&credit, day(date)).outlook;
        let out = Outlook::RunsOut { day: day("2026-06-28"), early: Some(186) };
        assert_eq!((on("2026-04-30"), on("2026-06-28")), (out, out));
        assert_eq!(on("2026-06-29"), Outlook::RanOut { day: day("2026-06-28"), read: day("2026-04-30") });
        assert!(matches!(on("2027-01-01"), Outlook::Ended { .. }));
    }

    #[test]
    fn a_credit_with_a_given_rate_ends_in_four_and_a_half_months() {
        let mut credit = account(limit(LimitKind::Credit, 27_000, None, None), &[("2025-01-01", Amount::Left(27_000))]);
        credit.monthly = Some(6_000);
        let status = status(&credit, day("2025-01-01"));
        // Four and a half months are 136 days.
        assert_eq!(status.outlook, Outlook::RunsOut { day: day("2025-05-17"), early: None });
    }

    #[test]
    fn a_given_rate_comes_before_the_average_since_the_start() {
        let limit = limit(LimitKind::Credit, 43_488, Some("2025-09-01"), Some("2026-01-31"));
        let mut credit = account(limit, &[("2025-10-31", Amount::Left(43_488))]);
        credit.monthly = Some(4_000);
        let Outlook::Unused { amount, .. } = status(&credit, day("2025-10-31")).outlook else { panic!("no rest") };
        assert!((31_300..31_500).contains(&amount), "{amount}");
    }

    #[test]
    fn the_unused_rest_of_a_yearly_budget_lapses() {
        let budget = account(
            limit(LimitKind::Budget, 3_000_000, Some("2025-01-01"), Some("2025-12-31")),
            &[("2025-11-05", Amount::Spent(1_800_000))],
        );
        let status = status(&budget, day("2025-11-05"));
        assert_eq!((status.used, status.left), (Some(1_800_000), Some(1_200_000)));
        let Outlook::Unused { amount, .. } = status.outlook else { panic!("{:?}", status.outlook) };
        // 60 % by day 309 is 70.9 % by day 365.
        assert_eq!(amount / 1_000, 873);
    }

    #[test]
    fn an_account_that_is_spent_too_fast_runs_out_before_its_end() {
        let budget = account(
            limit(LimitKind::Budget, 100_000, Some("2025-01-01"), Some("2025-12-31")),
            &[("2025-03-31", Amount::Spent(30_000)), ("2025-06-30", Amount::Spent(80_000))],
        );
        let Outlook::RunsOut { day: out, early: Some(early) } = status(&budget, day("2025-06-30")).outlook else {
            panic!("no day")
        };
        assert_eq!((out, early), (day("2025-08-05"), 148));
    }

    #[test]
    fn a_given_rate_with_a_start_needs_no_reading() {
        let of = |end, date| {
            let mut credit = account(limit(LimitKind::Credit, 27_000, Some("2025-01-01"), end), &[]);
            credit.monthly = Some(6_000);
            let status = status(&credit, day(date));
            assert_eq!((status.used, status.left), (None, None));
            status.outlook
        };
        assert_eq!(of(None, "2025-02-01"), Outlook::RunsOut { day: day("2025-05-17"), early: None });
        assert!(matches!(of(Some("2025-03-31"), "2025-02-01"), Outlook::Unused { amount: 9_000..10_000, .. }));
        assert_eq!(of(None, "2025-06-01"), Outlook::Unknown, "only a reading can say that nothing is left");
        assert_eq!(of(Some("2025-03-31"), "2025-04-01"), Outlook::Ended { end: day("2025-03-31"), unused: None });
    }

    #[test]
    fn without_a_reading_there_is_no_figure_and_an_old_one_is_old() {
        let mut credit = account(limit(LimitKind::Credit, 27_000, None, None), &[]);
        credit.monthly = Some(100);
        assert_eq!(status(&credit, day("2025-01-01")).outlook, Outlook::Unknown);
        let old = account(None, &[("2025-01-01", Amount::Left(5))]);
        assert!(status(&old, day("2025-06-01")).is_old() && !status(&old, day("2025-02-01")).is_old());
        assert_eq!(status(&old, day("2024-12-31")).reading, None);
    }

    #[test]
    fn after_the_end_nothing_is_left_and_only_a_final_reading_says_what_was_unused() {
        let of = |read: &str, amount| {
            let limit = limit(LimitKind::Credit, 100, None, Some("2025-01-31"));
            let status = status(&account(limit, &[(read, amount)]), day("2025-03-01"));
            let Outlook::Ended { end, unused } = status.outlook else { panic!("{:?}", status.outlook) };
            assert_eq!(end, day("2025-01-31"));
            (unused, status.left)
        };
        assert_eq!(of("2025-01-31", Amount::Left(40)), (Some(40), Some(0)));
        assert_eq!(of("2025-01-20", Amount::Left(40)), (None, Some(0)));
        assert_eq!(of("2025-01-20", Amount::Spent(100)), (Some(0), Some(0)));
        assert_eq!(of("2025-01-20", Amount::Spent(130)), (Some(0), Some(-30)));
        assert_eq!(of("2025-01-20", Amount::SpentIn { amount: 5, days: 5 }), (None, None));
    }

    #[test]
    fn more_left_than_the_limit_makes_spending_unknown() {
        let credit =
            account(limit(LimitKind::Credit, 100, Some("2025-01-01"), None), &[("2025-01-20", Amount::Left(140))]);
        let status = status(&credit, day("2025-02-01"));
        assert_eq!((status.used, status.left, status.pace), (None, Some(140), None));
    }
}
