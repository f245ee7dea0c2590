//! One file a command, and what they share: the [`Context`] they get, the [`Failure`] they may end
//! in, and the way from arguments to an exit code.

pub mod arguments;
pub mod brief;
pub mod cache;
pub mod changes;
pub mod check;
mod code;
pub mod completions;
pub mod config;
pub mod context;
pub mod count;
pub mod doctor;
pub mod explain;
pub mod failure;
mod fresh;
pub mod import;
pub mod init;
mod issue_page;
mod last_meeting;
pub mod list;
pub mod man;
pub mod next;
pub mod open;
pub mod reference;
pub mod refs;
pub mod report;
pub mod roadmap;
pub mod set;
pub mod show;
pub mod split;
pub mod status;
pub mod suggest;
pub mod sync;
pub mod trend;
pub mod tui;
pub mod who;

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use crate::cli::{Cli, Command, Global};
use crate::domain::clean;
use crate::report::Style;
pub use context::Context;
pub use failure::{Exit, Failure, Kind};

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let cli = match Cli::read(arguments::hide(std::env::args_os())) {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let style = Style { ascii: cli.global.ascii, ..Style::default() };
    match run(cli) {
        Ok(exit) => ExitCode::from(exit.code()),
        Err(failure) => {
            // Where stderr is gone too there is nobody left to tell.
            let _ = io::stderr().lock().write_all(style.draw(&failure.rendered()).as_bytes());
            ExitCode::from(failure.kind.code())
        }
    }
}

/// Prints help, version or a complaint about the arguments.
fn usage(error: &clap::Error) -> ExitCode {
    let code = u8::try_from(error.exit_code()).unwrap_or(2);
    let text = error.render().to_string();
    // What is written in the arguments comes back in the complaint.
    let printed = match clean(&text) {
        Cow::Borrowed(_) => error.print(),
        Cow::Owned(text) => io::stderr().lock().write_all(text.as_bytes()),
    };
    match printed {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        Ok(()) | Err(_) => ExitCode::from(code),
    }
}

fn run(cli: Cli) -> Result<Exit, Failure> {
    log(cli.global.verbose);
    let opens_screens = cli.command.is_none() && io::stdin().is_terminal() && io::stdout().is_terminal();
    let context = Context::new(Global { from_cache: opens_screens, ..cli.global })?;
    if let Some(problem) = &context.settings_problem
        && !works_without_settings(cli.command.as_ref())
    {
        return Err(Failure::usage(problem.clone()).hint("`offramp config` lists the keys"));
    }
    let exit = match &cli.command {
        Some(command) => dispatch(&context, command),
        None if opens_screens => tui::run(&context),
        None => status::run(&context, &status::Args::default()),
    }?;
    Ok(if exit == Exit::Done && context.is_stale() { Exit::Stale } else { exit })
}

/// Keeps a value until the process ends: to give ten thousand pieces of memory back one by one takes longer than to draw
/// the table.
fn keep<T>(value: T) -> &'static mut T {
    Box::leak(Box::new(value))
}

/// Says on stderr what is being done, when asked to.
fn log(verbose: u8) {
    let level = match verbose {
        0 => return,
        1 => tracing::Level::INFO,
        2 => tracing::Level::DEBUG,
        _ => tracing::Level::TRACE,
    };
    let log =
        tracing_subscriber::fmt().with_max_level(level).with_writer(io::stderr).with_ansi(false).with_target(false);
    // A second one changes nothing.
    let _ = log.try_init();
}

fn works_without_settings(command: Option<&Command>) -> bool {
    use Command::{Completions, Config, Doctor, Man};
    matches!(command, Some(Config(_) | Doctor(_) | Completions(_) | Man(_)))
}

fn dispatch(context: &Context, command: &Command) -> Result<Exit, Failure> {
    match command {
        Command::Status(args) => status::run(context, args),
        Command::List(args) => list::run(context, args),
        Command::Show(args) => show::run(context, args),
        Command::Next(args) => next::run(context, args),
        Command::Changes(args) => changes::run(context, args),
        Command::Brief(args) => brief::run(context, args),
        Command::Trend(args) => trend::run(context, args),
        Command::Check(args) => check::run(context, args),
        Command::Explain(args) => explain::run(context, args),
        Command::Who(args) => who::run(context, args),
        Command::Split(args) => split::run(context, args),
        Command::Suggest(args) => suggest::run(context, args),
        Command::Report(args) => report::run(context, args),
        Command::Count(args) => count::run(context, args),
        Command::Refs(args) => refs::run(context, args),
        Command::Sync(args) => sync::run(context, args),
        Command::Cache(args) => cache::run(context, args),
        Command::Open(args) => open::run(context, args),
        Command::Init(args) => init::run(context, args),
        Command::Set(args) => set::run(context, args),
        Command::Import(args) => import::run(context, args),
        Command::Roadmap(args) => roadmap::run(context, args),
        Command::Config(args) => config::run(context, args),
        Command::Doctor(args) => doctor::run(context, args),
        Command::Completions(args) => completions::run(context, args),
        Command::Man(args) => man::run(context, args),
    }
}
