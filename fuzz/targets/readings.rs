//! No text makes the readings reader panic or hang, and inserted readings are read back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use offramp::domain::{Date, Progress, Reading};
use offramp::sources::readings;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let today = Date::from_ymd_opt(2026, 1, 1).expect("a day of the calendar");
    let Ok(before) = readings::parse(&text, "readings.csv", today) else { return };
    let progress = Progress::new(1, 2).expect("one of two");
    let new = Reading { date: today, progress, rule: 1, commit: Some("0123456789".into()), note: None };
    let (text, added) = readings::insert(&text, "readings.csv", &[new], today).expect("it was read before");
    let after = readings::parse(&text, "readings.csv", today).expect("a text with one reading more");
    assert_eq!(after.len(), before.len() + added);
});
