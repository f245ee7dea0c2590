//! The `offramp` binary: runs the library and exits with the code of the command.

/// musl's own allocator nearly doubles every run time; this one needs no more memory.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> std::process::ExitCode {
    offramp::tui::run::terminal::end_on_panic();
    offramp::cli::main()
}
