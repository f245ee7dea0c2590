//! Days and moments. Both are UTC; local time is a matter of the faces.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A calendar day, UTC.
pub type Date = NaiveDate;

/// A moment, in whole seconds since 1970-01-01 00:00 UTC.
///
/// Text formats hold it as RFC 3339 (`2020-12-10T14:05:00Z`), binary formats as the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Returns the start of a day.
    pub fn start_of(date: Date) -> Self {
        Self(date.and_time(NaiveTime::MIN).and_utc().timestamp())
    }

    /// Reads RFC 3339; `None` where it is not.
    pub fn parse(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text).ok().map(|moment| Self(moment.timestamp()))
    }

    /// Returns the moment as chrono knows it; moments beyond its range become 1970.
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0, 0).unwrap_or_default()
    }

    /// Returns the day this moment lies in.
    pub fn date(self) -> Date {
        self.utc().date_naive()
    }

    /// Returns how many whole days lie between this moment and the end of `date`; never negative.
    pub fn days_before(self, date: Date) -> u32 {
        u32::try_from((date - self.date()).num_days()).unwrap_or(0)
    }

    /// Returns RFC 3339 with a `Z`.
    pub fn rfc3339(self) -> String {
        self.utc().format("%Y-%m-%dT%H:%M:%SZ").to_string()
    }
}

/// Returns the last second of a day: a board at a date knows all that happened on it.
pub fn end_of(date: Date) -> Timestamp {
    Timestamp(Timestamp::start_of(date).0 + 86_399)
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
    fn a_moment_survives_text() {
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
}
