//! Days and moments, both in UTC. Local time is up to the faces.

use std::time::Duration;

use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A calendar day in UTC.
pub type Date = NaiveDate;

/// A moment, in whole seconds since 1970-01-01 00:00 UTC.
///
/// Serialized as RFC 3339 (`2020-12-10T14:05:00Z`) in text formats, and as the number in binary formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Returns the start of a day.
    pub fn start_of(date: Date) -> Self {
        Self(date.and_time(NaiveTime::MIN).and_utc().timestamp())
    }

    /// Parses RFC 3339.
    pub fn parse(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text).ok().map(|moment| Self(moment.timestamp()))
    }

    /// Returns the moment as a chrono type. Moments outside its range become 1970.
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0, 0).unwrap_or_default()
    }

    /// Returns the day of this moment.
    pub fn date(self) -> Date {
        self.utc().date_naive()
    }

    /// Returns the number of days from the day of this moment to `date`; 0 if `date` is earlier.
    pub fn days_before(self, date: Date) -> u32 {
        let day = |moment: Self| moment.0.div_euclid(86_400);
        u32::try_from(day(Self::start_of(date)).saturating_sub(day(self))).unwrap_or(0)
    }

    /// Formats the moment as RFC 3339 with a `Z`.
    pub fn rfc3339(self) -> String {
        self.utc().format("%Y-%m-%dT%H:%M:%SZ").to_string()
    }
}

/// Returns the last second of a day: a board at a date includes everything on that day.
pub fn end_of(date: Date) -> Timestamp {
    Timestamp(Timestamp::start_of(date).0 + 86_399)
}

/// Parses a day: `2020-12-10`, `2020-12` and `2020` (their last days), `today`, `yesterday`, and ages before today such
/// as `30d`, `-30d`, `4w`, `3m` (months) or `1y`.
pub fn read_day(text: &str, today: Date) -> Option<Date> {
    let text = text.trim();
    match text.to_ascii_lowercase().as_str() {
        "today" | "now" => return Some(today),
        "yesterday" => return today.pred_opt(),
        _ => {}
    }
    let text = text.strip_prefix('-').filter(|age| age.ends_with(char::is_alphabetic)).unwrap_or(text);
    let numbers: Option<Vec<u32>> = text.split('-').map(digits).collect();
    match numbers.as_deref() {
        Some([year, month, day]) => Date::from_ymd_opt(i32::try_from(*year).ok()?, *month, *day),
        Some([year @ 1000..=9999, month]) => end_of_month(*year, *month),
        Some([year @ 1000..=9999]) => end_of_month(*year, 12),
        Some(_) => None,
        None if text.ends_with(['m', 'y']) => {
            // `m` means months, as in the filter word `updated:`.
            let count: u32 = text.get(..text.len() - 1)?.parse().ok()?;
            let months = if text.ends_with('y') { count.checked_mul(12)? } else { count };
            (months > 0).then(|| today.checked_sub_months(Months::new(months))).flatten()
        }
        None => {
            let days = read_age(text)?.as_secs() / 86_400;
            (days > 0).then(|| today.checked_sub_days(chrono::Days::new(days))).flatten()
        }
    }
}

/// Parses the first day of a period: for a month or a year, its first day.
pub fn read_first_day(text: &str, today: Date) -> Option<Date> {
    let day = read_day(text, today)?;
    let numbers: Option<Vec<u32>> = text.trim().split('-').map(digits).collect();
    match numbers.map(|numbers| numbers.len()) {
        Some(1) => Date::from_ymd_opt(day.year(), 1, 1),
        Some(2) => day.with_day(1),
        Some(_) | None => Some(day),
    }
}

/// Parses the day after which changes count: for a month or a year, the day before it starts.
pub fn read_day_before(text: &str, today: Date) -> Option<Date> {
    let (first, last) = (read_first_day(text, today)?, read_day(text, today)?);
    if first == last { Some(last) } else { first.pred_opt() }
}

fn digits(text: &str) -> Option<u32> {
    let plain = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn end_of_month(year: u32, month: u32) -> Option<Date> {
    last_of_month(Date::from_ymd_opt(i32::try_from(year).ok()?, month, 1)?)
}

fn last_of_month(date: Date) -> Option<Date> {
    date.with_day(1)?.checked_add_months(Months::new(1))?.pred_opt()
}

/// Returns the day a month earlier. The last day of a month becomes the last day of the earlier month.
pub fn month_before(date: Date) -> Option<Date> {
    as_late_in_month(date, date.checked_sub_months(Months::new(1))?)
}

/// Returns the day a month later. The last day of a month becomes the last day of the later month.
pub fn month_after(date: Date) -> Option<Date> {
    as_late_in_month(date, date.checked_add_months(Months::new(1))?)
}

fn as_late_in_month(date: Date, moved: Date) -> Option<Date> {
    if last_of_month(date) == Some(date) { last_of_month(moved) } else { Some(moved) }
}

/// Parses `90s`, `90m`, `1h`, `2d`, `1w`, sums such as `1h30m`, and `0`.
pub fn read_age(text: &str) -> Option<Duration> {
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let (mut seconds, mut count) = (0_u64, None::<u64>);
    for c in text.chars() {
        if let Some(digit) = c.to_digit(10) {
            count = Some(count.unwrap_or(0).checked_mul(10)?.checked_add(u64::from(digit))?);
            continue;
        }
        let unit = match c {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return None,
        };
        seconds = seconds.checked_add(count.take()?.checked_mul(unit)?)?;
    }
    (count.is_none() && !text.is_empty()).then(|| Duration::from_secs(seconds))
}

/// Writes a duration as [`read_age`] reads it, in its largest whole unit: `90m`, `2h`.
pub fn written_age(age: Duration) -> String {
    let seconds = age.as_secs();
    let units = [(86_400, "d"), (3_600, "h"), (60, "m")];
    let whole = units.into_iter().find(|(size, _)| seconds >= *size && seconds.is_multiple_of(*size));
    let (size, unit) = whole.unwrap_or((1, "s"));
    format!("{}{unit}", seconds / size)
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(&self.rfc3339())
        } else {
            serializer.serialize_i64(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not an RFC 3339 time")))
        } else {
            i64::deserialize(deserializer).map(Self)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_serialized_as_utc() {
        let moment = Timestamp::parse("2020-12-10T14:05:00+02:00").unwrap();
        assert_eq!(moment.rfc3339(), "2020-12-10T12:05:00Z");
        assert_eq!(serde_json::to_string(&moment).unwrap(), "\"2020-12-10T12:05:00Z\"");
    }

    #[test]
    fn a_day_ends_one_second_before_the_next() {
        let day = Date::from_ymd_opt(2020, 12, 10).unwrap();
        assert_eq!(end_of(day).rfc3339(), "2020-12-10T23:59:59Z");
        assert_eq!(end_of(day).date(), day);
    }

    #[test]
    fn days_are_parsed_in_the_forms_people_use() {
        let today: Date = "2020-12-10".parse().unwrap();
        let read = |text| read_day(text, today).map(|day| day.to_string());
        assert_eq!(read("2020-02"), Some("2020-02-29".into()));
        assert_eq!(read("2020-12"), Some("2020-12-31".into()));
        assert_eq!(read("2021"), Some("2021-12-31".into()));
        assert_eq!(read("2020-2-9"), Some("2020-02-09".into()));
        assert_eq!(read("today"), Some("2020-12-10".into()));
        assert_eq!(read("30d"), Some("2020-11-10".into()));
        assert_eq!((read("-30d"), read("-2020"), read("-2020-12-01")), (Some("2020-11-10".into()), None, None));
        assert_eq!(read("4w"), Some("2020-11-12".into()));
        assert_eq!((read("3m"), read("1y")), (Some("2020-09-10".into()), Some("2019-12-10".into())));
        for wrong in [
            "",
            "2020-02-30",
            "2020-13",
            "12",
            "-1",
            "1h",
            "1h30m",
            "0m",
            "m",
            "99999999999y",
            "tomorrow",
            "2020-12-10-1",
            "999999999999999d",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_last_day_of_a_month_stays_the_last_day() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        for (earlier, later) in [
            ("2020-11-30", "2020-12-31"),
            ("2020-12-31", "2021-01-31"),
            ("2021-01-31", "2021-02-28"),
            ("2020-02-29", "2020-03-31"),
            ("2020-04-29", "2020-05-29"),
        ] {
            assert_eq!(month_before(day(later)), Some(day(earlier)), "before {later}");
            assert_eq!(month_after(day(earlier)), Some(day(later)), "after {earlier}");
        }
        assert_eq!((month_before(Date::MIN), month_after(Date::MAX)), (None, None));
    }

    #[test]
    fn a_period_starts_with_its_first_day() {
        let today: Date = "2020-12-10".parse().unwrap();
        let read = |text| (read_first_day(text, today).unwrap().to_string(), read_day_before(text, today).unwrap());
        for (text, first, before) in [
            ("2020", "2020-01-01", "2019-12-31"),
            ("2020-02", "2020-02-01", "2020-01-31"),
            ("2020-2", "2020-02-01", "2020-01-31"),
            ("2020-02-09", "2020-02-09", "2020-02-09"),
            ("30d", "2020-11-10", "2020-11-10"),
            ("today", "2020-12-10", "2020-12-10"),
        ] {
            assert_eq!(read(text), (first.to_owned(), before.parse().unwrap()), "{text}");
        }
        assert_eq!((read_first_day("2020-13", today), read_day_before("never", today)), (None, None));
    }

    #[test]
    fn ages_are_parsed_in_the_forms_people_use() {
        let seconds = |text| read_age(text).map(|age| age.as_secs());
        let round = |text| read_age(text).map(written_age);
        assert_eq!(
            [round("90m"), round("120m"), round("2d"), round("0")].map(Option::unwrap),
            ["90m", "2h", "2d", "0s"]
        );
        assert_eq!(
            (seconds("90m"), seconds("1h30m"), seconds("2d"), seconds("0")),
            (Some(5_400), Some(5_400), Some(172_800), Some(0))
        );
        for wrong in ["", "1", "h", "1 h", "-1h", "99999999999999999999h", "1x", "1h1"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}
