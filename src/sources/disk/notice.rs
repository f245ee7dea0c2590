//! Notices about writes, such as a wait for a lock: printed by the command line, or shown by the screens while they are
//! open.

use std::sync::{Mutex, OnceLock, PoisonError};

type Sink = Box<dyn Fn(&str) + Send>;

static SINK: OnceLock<fn(&str)> = OnceLock::new();
static SCREENS: Mutex<Option<Sink>> = Mutex::new(None);

/// Sets the sink of notices, once per process; until then they are dropped.
pub fn on_notice(sink: fn(&str)) {
    // A second sink is ignored: there is one stderr.
    let _ = SINK.set(sink);
}

/// Redirects notices to the screens; `None` ends that.
pub fn notices_to_screens(sink: Option<Sink>) {
    *SCREENS.lock().unwrap_or_else(PoisonError::into_inner) = sink;
}

pub(in crate::sources) fn tell(text: &str) {
    let screens = SCREENS.lock().unwrap_or_else(PoisonError::into_inner);
    match (screens.as_ref(), SINK.get()) {
        (Some(screens), _) => screens(text),
        (None, Some(sink)) => sink(text),
        (None, None) => {}
    }
}
