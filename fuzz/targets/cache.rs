//! No bytes in place of the cache make it panic, hang or use unbounded memory.
#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use offramp::domain::Repo;
use offramp::sources::cache::{self, CacheKey};

/// A file of this process alone, in memory if the system has a place for that.
static PATH: LazyLock<PathBuf> = LazyLock::new(|| {
    let shared = PathBuf::from("/dev/shm");
    let folder = if shared.is_dir() { shared } else { std::env::temp_dir() };
    folder.join(format!("offramp-fuzz-{}.sqlite", std::process::id()))
});

fuzz_target!(|data: &[u8]| {
    let key = CacheKey { host: "github.com".into(), repo: Repo::new("kubernetes/k8s.io").expect("a name") };
    std::fs::write(&*PATH, data).expect("the file can be written");
    let loaded = cache::load_file(&PATH, &key);
    for issue in loaded.snapshot.issues.iter() {
        let _ = loaded.bodies.read(&issue.id);
    }
    assert!(loaded.notes.len() <= 1);
    for suffix in ["", "-wal", "-shm", "-journal", ".corrupt-1", ".corrupt-1-wal", ".corrupt-1-shm", ".lock"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", PATH.display()));
    }
});
