//! No text makes the roadmap reader panic or hang; what it accepts can be joined.
#![no_main]

use libfuzzer_sys::fuzz_target;
use offramp::domain::{Date, Groups, Snapshot, join};
use offramp::sources::roadmap_file;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let today = Date::from_ymd_opt(2026, 1, 1).expect("a day of the calendar");
    let groups = Groups { as_of: Some(today), list: Vec::new() };
    match roadmap_file::read(&text, "roadmap.yaml", &groups, today) {
        Ok(roadmap) => {
            let board = join(&roadmap, &Snapshot::default(), today);
            assert!(board.projects.iter().all(|row| row.progress.done <= row.progress.total));
        }
        Err(diagnostics) => assert!(!diagnostics.to_string().is_empty()),
    }
});
