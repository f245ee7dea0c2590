//! The `offramp` program: turns what a command returns into an exit code.

/// The allocator of musl makes everything take nearly twice as long; this one takes no more memory.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> std::process::ExitCode {
    offramp::tui::run::terminal::end_on_panic();
    offramp::cli::main()
}
