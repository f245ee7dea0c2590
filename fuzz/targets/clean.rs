//! Cleaned text contains no control sequence, and cleaning it again changes nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use offramp::domain::clean::{clean, clean_line};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let cleaned = clean(&text);
    assert!(!cleaned.chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
    assert_eq!(clean(&cleaned), cleaned);
    assert!(!clean_line(&text).contains(['\n', '\t', '\r', '\u{1b}']));
});
