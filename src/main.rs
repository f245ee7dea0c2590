//! The `offramp` program: turns what a command returns into an exit code.

fn main() -> std::process::ExitCode {
    offramp::cli::main()
}
