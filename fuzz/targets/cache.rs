//! No bytes in the place of a cache make it panic, hang or take memory without end: bare, and behind a header that fits.
#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use offramp::sources::cache::{self, sealed};

/// Of this process alone, in memory where the system has a place for that.
static PATH: LazyLock<PathBuf> = LazyLock::new(|| {
    let shared = PathBuf::from("/dev/shm");
    let folder = if shared.is_dir() { shared } else { std::env::temp_dir() };
    folder.join(format!("offramp-fuzz-{}.cache", std::process::id()))
});

fuzz_target!(|data: &[u8]| {
    // Six bytes say how much of the rest is contents, records and what titles say; what remains is bodies.
    let (lengths, mut rest) = data.split_first_chunk::<6>().unwrap_or((&[0; 6], &[]));
    let mut part = |low: u8, high: u8| {
        let part;
        (part, rest) = rest.split_at(rest.len().min(usize::from(u16::from_le_bytes([low, high]))));
        part
    };
    let [a, b, c, d, e, f] = *lengths;
    let (contents, records, titles) = (part(a, b), part(c, d), part(e, f));
    let bodies = rest;
    for bytes in [data.to_vec(), sealed(contents, records, titles, bodies)] {
        std::fs::write(&*PATH, bytes).expect("the file can be written");
        let loaded = cache::load_file(&PATH);
        for issue in loaded.snapshot.issues.iter() {
            let _ = loaded.bodies.read(&issue.id);
        }
        assert!(loaded.notes.len() <= 1);
        let _ = std::fs::remove_file(format!("{}.corrupt-1", PATH.display()));
    }
    let _ = std::fs::remove_file(&*PATH);
    let _ = std::fs::remove_file(format!("{}.lock", PATH.display()));
});
