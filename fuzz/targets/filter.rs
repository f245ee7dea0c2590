//! No text makes the filter panic, as one line or as arguments.
#![no_main]

use libfuzzer_sys::fuzz_target;
use offramp::domain::Filter;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let whole = Filter::parse(&text);
    let arguments: Vec<String> = text.split(' ').map(ToOwned::to_owned).collect();
    let parts = Filter::from_arguments(&arguments);
    if !text.contains('"') && text.chars().all(|c| !c.is_whitespace() || c == ' ') {
        assert_eq!(whole.is_ok(), parts.is_ok());
    }
});
