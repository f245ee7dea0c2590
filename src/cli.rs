//! The way from arguments to a command and its exit code. What a command takes stands in its own file.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::commands::{
    Context, Exit, Failure, Global, arguments, brief, cache, changes, check, completions, config, count, doctor,
    explain, import, init, list, man, next, open, refs, report, roadmap, set, show, spend, split, status, suggest,
    sync, trend, tui, who,
};
use crate::domain::clean;
use crate::report::Style;

const EXAMPLES: &str = "\
Examples:
  offramp                          open the screens (in a pipe: status)
  offramp status                   how far is every project
  offramp list is:free sig:testing what could I take
  offramp show k8s-gubernator      one project with all its items
  offramp explain k8s-prow-build   where its number comes from
  offramp status -o md             a table to paste into the notes

Without a roadmap file, offramp shows the 2020 roadmap of Kubernetes infrastructure as an example.
Exit codes: 0 ok, 1 failed, 2 wrong usage, settings or roadmap, 3 check found something,
4 authentication, 5 data older than --max-age, 130 interrupted (SIGTERM: 143).";

/// The version, and where it is known the commit and its day: `0.1.0 (abc1234 2026-11-24)`.
pub const VERSION: &str = env!("OFFRAMP_VERSION");

/// Shows how far each legacy GCP project is from being switched off.
#[derive(Debug, Parser)]
#[command(name = "offramp", version = VERSION, about, after_help = EXAMPLES, max_term_width = 100)]
#[command(propagate_version = true, infer_subcommands = false, disable_help_subcommand = true)]
pub struct Cli {
    /// What every command takes.
    #[command(flatten)]
    pub global: Global,
    /// What to do; nothing opens the screens.
    #[command(subcommand)]
    pub command: Option<Command>,
}

impl Cli {
    /// Reads the arguments of the process. Called as an extension of `gh`, the program names itself as it is called there.
    pub fn read(arguments: Vec<OsString>) -> Result<Self, clap::Error> {
        if let Some(cli) = Self::sooner(&arguments) {
            return Ok(cli);
        }
        let name = arguments.first().map(Path::new).and_then(Path::file_stem).unwrap_or_default().to_string_lossy();
        let called = if name.starts_with("gh-offramp") { "gh offramp" } else { "offramp" };
        let mut command = Self::command().bin_name(called);
        let matches = command.try_get_matches_from_mut(arguments)?;
        Self::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
    }

    /// Reads arguments by what the command takes that they name: nobody asks what twenty-five others take. What is wrong,
    /// help and version are for those who know all of them, as is a second word that could be meant as the command.
    fn sooner(arguments: &[OsString]) -> Option<Self> {
        let named = arguments.iter().skip(1).find_map(|word| word.to_str().and_then(by_name));
        let alone = Global::augment_args(clap::Command::new("offramp"));
        let command = named.into_iter().fold(alone, clap::Command::subcommand);
        Self::from_arg_matches(&command.try_get_matches_from(arguments).ok()?).ok()
    }
}

/// Returns the command of a name, with all it takes.
fn by_name(name: &str) -> Option<clap::Command> {
    macro_rules! of {
        ($($command:ident)*) => {
            match name {
                $(stringify!($command) => Some($command::Args::augment_args(clap::Command::new(stringify!($command)))),)*
                _ => None,
            }
        };
    }
    of!(status list show next changes brief trend check explain who spend split suggest report count refs sync cache open init
        set import roadmap config doctor completions man)
}

/// What there is to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// How far every project is
    Status(status::Args),
    /// The items that fit the filter words
    List(list::Args),
    /// A project, an item or an issue in full
    Show(show::Args),
    /// What to take next, and why that first
    Next(next::Args),
    /// What changed between two days
    Changes(changes::Args),
    /// The page for the meeting: changed, stuck, to decide
    Brief(brief::Args),
    /// Done and scope over time, pace, and a range or no date
    Trend(trend::Args),
    /// Show what the accounts come to, and what finishing work frees
    Spend(spend::Args),
    /// Where roadmap and issues disagree, each with its remedy
    Check(check::Args),
    /// Where a number or a state comes from
    Explain(explain::Args),
    /// Whom to ask: chairs, Slack, mailing list, next meeting
    Who(who::Args),
    /// The work of each SIG, as lists to hand out
    Split(split::Args),
    /// Lines that the roadmap lacks
    Suggest(suggest::Args),
    /// The whole roadmap as a page of Markdown
    Report(report::Args),
    /// Count jobs in a checkout of test-infra, now or in the past
    Count(count::Args),
    /// The last references to legacy projects in a checkout
    Refs(refs::Args),
    /// Fetch the issues from GitHub
    Sync(sync::Args),
    /// The issues that were fetched before
    Cache(cache::Args),
    /// Open an issue in the browser
    Open(open::Args),
    /// Write a first roadmap file
    Init(init::Args),
    /// Change one value of the roadmap file
    Set(set::Args),
    /// Make a roadmap out of a report's list
    Import(import::Args),
    /// Check the roadmap file, or print its schema
    Roadmap(roadmap::Args),
    /// The settings: where they are, what they say
    Config(config::Args),
    /// What offramp found on this machine, and what is wrong with it
    Doctor(doctor::Args),
    /// Print the completions of a shell
    Completions(completions::Args),
    /// Print the manual page, or write all of them
    Man(man::Args),
}

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
    let opens_screens = cli.command.is_none() && tui::can_open();
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
        Command::Spend(args) => spend::run(context, args),
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
        Command::Completions(args) => completions::run(context, args, Cli::command()),
        Command::Man(args) => man::run(context, args, Cli::command()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn arguments_are_read_as_with_all_commands_at_hand() {
        let lines: [&[&str]; 13] = [
            &[],
            &["--offline"],
            &["-f", "status", "-vv", "--as-of=2021-01", "-o", "json"],
            &["--max-age", "2h", "-R", "kubernetes/k8s.io", "--ascii", "--color", "never"],
            &["-f", "x.yaml", "status"],
            &["--offline", "next", "sig:testing"],
            &["status"],
            &["status", "list", "check", "--offline"],
            &["-f", "list", "status", "k8s-prow", "-o", "md"],
            &["-o", "json", "list", "is:free", "sig:testing", "--by", "sig"],
            &["check", "--as-of", "2021-01", "--rule", "quiet", "--fail-on", "error"],
            &["cache", "clear"],
            &["count", "--repo", "next", "--history"],
        ];
        for line in lines {
            let arguments: Vec<_> = ["offramp"].iter().chain(line).map(OsString::from).collect();
            let all = Cli::from_arg_matches(&Cli::command().try_get_matches_from(arguments.clone()).unwrap()).unwrap();
            let read = Cli::read(arguments).unwrap();
            assert_eq!(format!("{read:?}"), format!("{all:?}"), "{line:?}");
        }
        let wrong: [&[&str]; 10] = [
            &["--help"],
            &["--version"],
            &["--max-age", "soon"],
            &["--no-such", "status"],
            &["-f"],
            &["status", "--help"],
            &["list", "-o", "no"],
            &["stauts", "check"],
            &["--offline", "x", "status"],
            &["cache", "no"],
        ];
        for line in wrong {
            let arguments: Vec<_> = ["offramp"].iter().chain(line).map(OsString::from).collect();
            let all = Cli::command().bin_name("offramp").try_get_matches_from(arguments.clone()).unwrap_err();
            assert_eq!(Cli::read(arguments).unwrap_err().to_string(), all.to_string(), "{line:?}");
        }
    }

    #[test]
    fn every_command_is_found_by_its_name() {
        for command in Cli::command().get_subcommands() {
            let found = by_name(command.get_name()).unwrap();
            let ids =
                |command: &clap::Command| command.get_arguments().map(clap::Arg::get_id).cloned().collect::<Vec<_>>();
            assert_eq!((found.get_name(), ids(&found)), (command.get_name(), ids(command)));
        }
    }

    fn usage_of(called: &str) -> String {
        Cli::read([called, "status", "--help"].map(OsString::from).to_vec()).unwrap_err().to_string()
    }

    #[test]
    fn an_extension_of_gh_names_itself_as_it_is_called() {
        assert!(usage_of("/usr/bin/offramp").contains("Usage: offramp status"));
        assert!(usage_of("/home/x/extensions/gh-offramp/gh-offramp").contains("Usage: gh offramp status"));
        assert!(usage_of("./gh-offramp_0.1.0_linux-amd64").contains("Usage: gh offramp status"));
    }

    #[test]
    fn the_version_starts_with_the_number_of_the_release() {
        let rest = VERSION.strip_prefix(env!("CARGO_PKG_VERSION")).unwrap();
        assert!(rest.is_empty() || rest.starts_with(" (") && rest.ends_with(')'), "{VERSION}");
    }
}
