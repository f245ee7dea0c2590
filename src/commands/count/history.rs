//! History sampling: picks the commits of the main line that represent each period.

use chrono::Datelike;

use super::Every;
use crate::domain::Date;
use crate::sources::git::{Commit, CommitHistory};

/// The span of days of a history; open ends extend to the ends of the main line.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct HistorySpan {
    /// The first period contains this day.
    pub(crate) since: Option<Date>,
    /// The last day.
    pub(crate) until: Option<Date>,
}

/// Returns the last commit of every period, oldest first, then the head, even if others have later dates.
pub(crate) fn commits(history: &CommitHistory, head: &Commit, every: Every, span: HistorySpan) -> Vec<Commit> {
    let is_before_end = |commit: &&Commit| span.until.is_none_or(|until| commit.date <= until);
    let mut days: Vec<_> = history.days().filter(is_before_end).map(|commit| (commit.date, commit)).collect();
    days.reverse();
    let mut picked: Vec<Commit> =
        periods(&days, every, span.since).into_iter().map(|(_, commit)| commit.clone()).collect();
    let is_in_span = span.since.is_none_or(|since| period(every, head.date) >= period(every, since));
    if is_in_span && head.date != Date::default() && !picked.contains(head) {
        picked.push(head.clone());
    }
    picked
}

/// Returns the last day of every period; `days` are ascending.
pub(super) fn periods<T: Copy>(days: &[(Date, T)], every: Every, since: Option<Date>) -> Vec<(Date, T)> {
    let since = since.map(|date| period(every, date));
    let mut picked: Vec<(Date, T)> = Vec::new();
    for (day, value) in days.iter().filter(|(day, _)| since.is_none_or(|since| period(every, *day) >= since)) {
        picked.pop_if(|last| period(every, last.0) == period(every, *day));
        picked.push((*day, *value));
    }
    picked
}

/// Returns the number of the period that contains a day; numbers rise with time.
fn period(every: Every, date: Date) -> i32 {
    let month = date.year() * 12 + date.month0() as i32;
    match every {
        Every::Day => date.num_days_from_ce(),
        // The first day of the calendar was a Monday, so weeks end on Sundays.
        Every::Week => (date.num_days_from_ce() - 1).div_euclid(7),
        Every::Month => month,
        Every::Quarter => month.div_euclid(3),
        Every::Year => date.year(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(every: Every, one: &str, other: &str) -> bool {
        period(every, one.parse().unwrap()) == period(every, other.parse().unwrap())
    }

    #[test]
    fn weeks_end_on_sundays_and_months_at_their_end() {
        assert!(same(Every::Week, "2020-12-07", "2020-12-13") && !same(Every::Week, "2020-12-13", "2020-12-14"));
        assert!(same(Every::Month, "2020-12-01", "2020-12-31") && !same(Every::Month, "2020-12-31", "2021-12-31"));
        assert!(same(Every::Quarter, "2020-10-01", "2020-12-31") && !same(Every::Quarter, "2020-09-30", "2020-10-01"));
    }
}
