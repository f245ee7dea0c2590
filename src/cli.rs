//! Command line: parses the arguments, runs the command and returns its exit code.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{CommandFactory, FromArgMatches, Parser};

use crate::commands::{Command, Context, Exit, Failure, Global, arguments, complete, help, status, tui};
use crate::domain::clean;
use crate::report::Style;

const EXAMPLES: &str = "\
Examples:
  offramp                             open the screens (in a pipe: status)
  offramp init                        start a roadmap in this folder
  offramp import URL > roadmap.yaml   make one from a list, table or issue
  offramp status                      how far along each project is
  offramp list is:free owner:testing  what you could take
  offramp show kubernetes-jenkins     one project with all its items
  offramp explain google-containers   where its number comes from
  offramp status -o md                a table to paste into meeting notes
  offramp help list                   show help for a command

Without a roadmap file, offramp shows an example: Kubernetes moving its infrastructure out of one company's cloud in \
2020. `--example homebrew` shows another: Homebrew's migrations, counted in its code.

Exit codes: 0 ok, 1 failed, 2 wrong usage, settings or roadmap, 3 `check` or `count --fail-on` found something, 4 \
authentication, 5 data older than --max-age, 130 interrupted (SIGTERM: 143).";

/// The version, with the commit and its date where known: `0.1.0 (abc1234 2026-11-24)`.
pub const VERSION: &str = env!("OFFRAMP_VERSION");

/// Shows how far a long migration has come: what is done, who owns what is left, and what can be taken next.
#[derive(Debug, Parser)]
#[command(name = "offramp", version = VERSION, about, after_help = EXAMPLES, max_term_width = 100)]
#[command(propagate_version = true, infer_subcommands = false, disable_help_subcommand = true)]
pub struct Cli {
    /// The global options.
    #[command(flatten)]
    pub global: Global,
    /// The command; without one, the screens open.
    #[command(subcommand)]
    pub command: Option<Command>,
}

impl Cli {
    /// Parses the arguments of the process. Run as a `gh` extension, the program calls itself `gh offramp`.
    pub fn read(arguments: Vec<OsString>) -> Result<Self, clap::Error> {
        let name = arguments.first().map(Path::new).and_then(Path::file_stem).unwrap_or_default().to_string_lossy();
        let called = if name.starts_with("gh-offramp") { "gh offramp" } else { "offramp" };
        let mut command = help::for_people(Self::command(), &arguments).bin_name(called);
        let matches = command.try_get_matches_from_mut(arguments)?;
        let is_typed = |name| matches.value_source(name) == Some(ValueSource::CommandLine);
        if is_typed("roadmap") && is_typed("example") {
            let conflict = "`--example` and `--roadmap` both name a roadmap: leave one out";
            return Err(command.error(ErrorKind::ArgumentConflict, conflict));
        }
        Self::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
    }
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    // To complete arguments, a shell runs the program with a variable set.
    if complete::answers(Cli::command) {
        return ExitCode::SUCCESS;
    }
    let cli = match Cli::read(arguments::hide(std::env::args_os())) {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let style = Style { ascii: cli.global.ascii, ..Style::default() };
    match run(cli) {
        Ok(exit) => ExitCode::from(exit.code()),
        Err(failure) => {
            // With stderr closed, there is nowhere left to report to.
            let _ = io::stderr().lock().write_all(style.draw(&failure.rendered()).as_bytes());
            ExitCode::from(failure.kind.code())
        }
    }
}

/// Prints help, the version or an argument error.
fn usage(error: &clap::Error) -> ExitCode {
    let code = u8::try_from(error.exit_code()).unwrap_or(2);
    if let Some(failure) = help::common_mistake(error) {
        let _ = io::stderr().lock().write_all(failure.rendered().as_bytes());
        return ExitCode::from(failure.kind.code());
    }
    let text = error.render().to_string();
    // The message quotes the arguments, with hidden dashes and any control characters in them.
    let shown = arguments::restored(&text);
    let shown = clean(&shown);
    let printed = if shown == text { error.print() } else { io::stderr().lock().write_all(shown.as_bytes()) };
    match printed {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        Ok(()) | Err(_) => ExitCode::from(code),
    }
}

fn run(cli: Cli) -> Result<Exit, Failure> {
    log(cli.global.verbose);
    let opens_screens = cli.command.is_none() && tui::can_open();
    let context = Context::new(Global { from_cache: opens_screens, ..cli.global })?;
    if let Some((problem, hint)) = &context.settings_problem
        && !cli.command.as_ref().is_some_and(Command::works_without_settings)
    {
        return Err(Failure::usage(problem.clone()).hint(*hint));
    }
    let exit = match &cli.command {
        Some(command) => command.run(&context, Cli::command),
        None if opens_screens => tui::run(&context),
        None => status::run(&context, &status::StatusArgs::default()),
    }?;
    Ok(if exit == Exit::Done && context.is_stale.get() { Exit::Stale } else { exit })
}

/// Starts logging to stderr, if `-v` asks for it.
fn log(verbose: u8) {
    let level = match verbose {
        0 => return,
        1 => tracing::Level::INFO,
        2 => tracing::Level::DEBUG,
        _ => tracing::Level::TRACE,
    };
    let log =
        tracing_subscriber::fmt().with_max_level(level).with_writer(io::stderr).with_ansi(false).with_target(false);
    // Fails only if a subscriber is already set, which then stays.
    let _ = log.try_init();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::fit;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    /// A command and all its subcommands.
    fn every(command: &clap::Command) -> Vec<&clap::Command> {
        std::iter::once(command).chain(command.get_subcommands().flat_map(every)).collect()
    }

    #[test]
    fn help_fits_80_columns_and_its_paragraphs_are_not_hard_wrapped() {
        let root = Cli::command();
        for command in every(&root) {
            let name = command.get_name();
            let shown = command.clone().term_width(80).render_long_help().to_string();
            let wide: Vec<_> = shown.lines().filter(|line| fit::width(line) > 80).collect();
            assert!(wide.is_empty(), "{name}: {wide:?}");
            let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let wide_example = text.lines().find(|line| line.starts_with(' ') && fit::width(line) > 78);
            assert_eq!(wide_example, None, "{name}: an example is wrapped");
            let is_prose = |line: &str| !line.is_empty() && !line.starts_with(' ');
            let broken = text.lines().zip(text.lines().skip(1)).find(|(line, next)| is_prose(line) && is_prose(next));
            assert_eq!(broken, None, "{name}: a paragraph is hard-wrapped");
        }
    }

    fn usage_of(called: &str) -> String {
        Cli::read([called, "status", "--help"].map(OsString::from).to_vec()).unwrap_err().to_string()
    }

    #[test]
    fn a_gh_extension_calls_itself_gh_offramp() {
        assert!(usage_of("/usr/bin/offramp").contains("Usage: offramp status"));
        assert!(usage_of("/home/x/extensions/gh-offramp/gh-offramp").contains("Usage: gh offramp status"));
        assert!(usage_of("./gh-offramp_0.1.0_linux-amd64").contains("Usage: gh offramp status"));
    }

    #[test]
    fn the_version_starts_with_the_release_number() {
        let rest = VERSION.strip_prefix(env!("CARGO_PKG_VERSION")).unwrap();
        assert!(rest.is_empty() || rest.starts_with(" (") && rest.ends_with(')'), "{VERSION}");
    }
}
