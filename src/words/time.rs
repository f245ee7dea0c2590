//! Days, moments and ages.

use chrono::Datelike;

use crate::domain::{Date, Timestamp};

/// `1 day`, `2 days`
pub fn days(days: u32) -> String {
    super::count(u64::from(days), "day", "days")
}

/// A span of days in its largest sensible unit: `today`, `3 d`, `7 wk`, `5 mo`, `2 y`.
pub fn age(days: u32) -> String {
    match days {
        0 => "today".to_owned(),
        1..=20 => format!("{days} d"),
        21..=83 => format!("{} wk", days / 7),
        84..=729 => format!("{} mo", days * 12 / 365),
        _ => format!("{} y", days / 365),
    }
}

/// Like [`age`], as part of a sentence: `today`, `3 d ago`.
pub fn ago(moment: Timestamp, date: Date) -> String {
    match moment.days_before(date) {
        0 => "today".to_owned(),
        days => format!("{} ago", age(days)),
    }
}

/// The age of the data: `just now`, `5 min old`, `3 h old`, `6 d old`.
pub fn since(moment: Timestamp, now: Timestamp) -> String {
    let seconds = now.0.saturating_sub(moment.0);
    match seconds {
        i64::MIN..=59 => "just now".to_owned(),
        60..=3_599 => format!("{} min old", seconds / 60),
        3_600..=172_799 => format!("{} h old", seconds / 3_600),
        _ => format!("{} old", age(u32::try_from(seconds / 86_400).unwrap_or(u32::MAX))),
    }
}

/// `2020-12-10 14:05 UTC`
pub fn clock(moment: Timestamp) -> String {
    moment.utc().format("%Y-%m-%d %H:%M UTC").to_string()
}

/// `December 2020`
pub fn month(date: Date) -> String {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let name = NAMES.get(date.month0() as usize).copied().unwrap_or_default();
    format!("{name} {}", date.year())
}
