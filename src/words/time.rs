//! Formatting of dates, times and ages.

use chrono::Weekday;

use crate::domain::meeting::{ORDINALS, Rhythm, Schedule, WEEKDAYS};
use crate::domain::{Date, Meeting, Timestamp, word_of};

/// `1 day`, `2 days`
pub fn days(days: impl Into<i64>) -> String {
    super::count(days.into().unsigned_abs(), "day", "days")
}

/// `today`, `1 day ago`, `2 days ago`
pub fn days_ago(ago: u32) -> String {
    if ago == 0 { "today".to_owned() } else { format!("{} ago", days(ago)) }
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

/// The age of a timestamp: `just now`, `5 min ago`, `3 h ago`, `6 d ago`.
pub fn since(moment: Timestamp, now: Timestamp) -> String {
    let seconds = now.0.saturating_sub(moment.0);
    match seconds {
        i64::MIN..=59 => "just now".to_owned(),
        60..=3_599 => format!("{} min ago", seconds / 60),
        3_600..=172_799 => format!("{} h ago", seconds / 3_600),
        _ => format!("{} ago", age(u32::try_from(seconds / 86_400).unwrap_or(u32::MAX))),
    }
}

/// `2020-12-10 14:05 UTC`
pub fn clock(moment: Timestamp) -> String {
    moment.utc().format("%Y-%m-%d %H:%M UTC").to_string()
}

/// `every Tuesday, 09:00 PT`, `every second Wednesday, 17:00 UTC`, `first Monday of the month, 08:00 PT`
fn schedule(schedule: &Schedule) -> String {
    let day = weekday(schedule.weekday);
    let days = match schedule.rhythm {
        Rhythm::Weeks(0 | 1, _) => format!("every {day}"),
        Rhythm::Weeks(2, _) => format!("every second {day}"),
        Rhythm::Weeks(weeks, _) => format!("every {weeks} weeks on {day}"),
        Rhythm::Nth(nth) => format!("{} {day} of the month", ordinal(nth)),
        Rhythm::After(nth, other) => format!("{day} after the {} {} of the month", ordinal(nth), weekday(other)),
        Rhythm::Monthly => format!("one {day} a month"),
    };
    format!("{days}, {} {}", schedule.time.format("%H:%M"), zone(schedule.zone.iana_name().unwrap_or_default()))
}

/// The time of a meeting: its schedule or, if that cannot be parsed, the source text, `monthly, Friday 10:00 UTC`.
pub fn meeting_time(meeting: &Meeting) -> String {
    if let Some(read) = Schedule::read(meeting) {
        return schedule(&read);
    }
    let day = if meeting.frequency.to_lowercase().contains(&meeting.day.to_lowercase()) { "" } else { &meeting.day };
    let time = [day, &meeting.time, &meeting.tz].into_iter().filter(|part| !part.is_empty());
    let time = time.collect::<Vec<_>>().join(" ");
    let parts = [meeting.frequency.as_str(), time.as_str()].into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(", ")
}

fn weekday(day: Weekday) -> String {
    super::capitalised(word_of(&WEEKDAYS, &day))
}

fn ordinal(number: u32) -> &'static str {
    ORDINALS.get((number as usize).saturating_sub(1)).copied().unwrap_or("fifth")
}

/// The usual short name of a time zone, else its own name.
fn zone(name: &str) -> &str {
    match name {
        "America/Los_Angeles" => "PT",
        "America/New_York" => "ET",
        "Europe/Paris" => "CET",
        "Europe/Warsaw" => "Poland",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unparsed_schedule_is_shown_as_written() {
        let read = |frequency: &str, day: &str, time: &str, tz: &str| {
            let [day, time, tz, frequency] = [day, time, tz, frequency].map(ToOwned::to_owned);
            meeting_time(&Meeting { day, time, tz, frequency, ..Meeting::default() })
        };
        assert_eq!(read("weekly, Wednesday", "Wednesday", "15:00", "UTC"), "every Wednesday, 15:00 UTC");
        assert_eq!(read("bi-weekly", "Friday", "9:00", "PT (Pacific Time)"), "every second Friday, 09:00 PT");
        assert_eq!(read("when there is need", "Monday", "10:00", "CET"), "when there is need, Monday 10:00 CET");
        let twice = read("weekly, Monday and Thursday", "Thursday", "10:00", "UTC");
        assert_eq!(twice, "weekly, Monday and Thursday, 10:00 UTC");
        assert_eq!(read("", "", "", ""), "");
    }
}
