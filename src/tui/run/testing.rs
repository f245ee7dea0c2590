//! A panic on demand, for tests of restoring the terminal.

/// Panics if `OFFRAMP_PANIC` is set, in debug builds only.
pub(super) fn panic_for_tests() {
    if !cfg!(debug_assertions) {
        return;
    }
    match std::env::var("OFFRAMP_PANIC").as_deref() {
        Ok("main") => panic!("asked to panic in the main task"),
        Ok("task") => drop(tokio::spawn(async { panic!("asked to panic in a task") })),
        Ok("thread") => drop(std::thread::spawn(|| panic!("asked to panic in a thread"))),
        Ok(_) | Err(_) => {}
    }
}
