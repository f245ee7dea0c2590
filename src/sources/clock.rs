//! The only clock. Everything else receives a timestamp or a date.

use crate::domain::{Date, Timestamp};

/// Returns the current time, or that of `SOURCE_DATE_EPOCH`.
///
/// See <https://reproducible-builds.org/specs/source-date-epoch/>.
pub fn now() -> Result<Timestamp, String> {
    match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) if !text.is_empty() => fixed(&text),
        Ok(_) | Err(_) => Ok(real()),
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one clock")]
fn real() -> Timestamp {
    Timestamp(chrono::Utc::now().timestamp())
}

fn fixed(text: &str) -> Result<Timestamp, String> {
    let seconds = text.parse().ok().filter(|seconds| chrono::DateTime::from_timestamp(*seconds, 0).is_some());
    seconds.map(Timestamp).ok_or_else(|| format!("SOURCE_DATE_EPOCH is `{text}`, not a number of seconds since 1970"))
}

/// Formats a timestamp in local time: `Wed 2026-11-25 18:00 +01:00`.
pub fn local(moment: Timestamp) -> String {
    moment.utc().with_timezone(&chrono::Local).format("%a %Y-%m-%d %H:%M %:z").to_string()
}

/// The local date of a timestamp.
pub fn day(moment: Timestamp) -> Date {
    moment.utc().with_timezone(&chrono::Local).date_naive()
}

/// The seconds from a timestamp to the next local midnight.
pub fn seconds_to_midnight(moment: Timestamp) -> u64 {
    let local = moment.utc().with_timezone(&chrono::Local).time();
    86_400 - u64::from(chrono::Timelike::num_seconds_from_midnight(&local))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_date_epoch_is_a_number_of_seconds() {
        assert_eq!(fixed("1607558400").map(Timestamp::rfc3339), Ok("2020-12-10T00:00:00Z".to_owned()));
        assert!(fixed("yesterday").is_err());
        assert!(fixed("99999999999999999").is_err());
    }
}
