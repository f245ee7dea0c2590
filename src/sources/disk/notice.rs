//! Notices about writing: a wait for a lock, a file that could not be replaced. The command line prints them.

use std::sync::OnceLock;

static SINK: OnceLock<fn(&str)> = OnceLock::new();

/// Sets where notices go, once for the process; until then they are dropped.
pub fn on_notice(sink: fn(&str)) {
    // A second sink is ignored: there is one stderr.
    let _ = SINK.set(sink);
}

pub(super) fn tell(text: &str) {
    if let Some(sink) = SINK.get() {
        sink(text);
    }
}
