//! The arguments of the program. What a command takes beyond the global ones stands in its own file.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{ArgAction, Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::commands::{
    brief, cache, changes, check, completions, config, count, doctor, explain, import, init, list, man, next, open,
    refs, report, roadmap, set, show, split, status, suggest, sync, trend, who,
};
use crate::domain::Repo;
use crate::domain::time::read_age;
use crate::report::{Color, Format};

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
        if let Some(global) = Self::without_command(&arguments) {
            return Ok(Self { global, command: None });
        }
        let name = arguments.first().map(Path::new).and_then(Path::file_stem).unwrap_or_default().to_string_lossy();
        let called = if name.starts_with("gh-offramp") { "gh offramp" } else { "offramp" };
        let mut command = Self::command().bin_name(called);
        let matches = command.try_get_matches_from_mut(arguments)?;
        Self::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
    }

    /// Reads arguments that name no command: the screens open sooner where nobody asks what thirty commands take.
    fn without_command(arguments: &[OsString]) -> Option<Global> {
        let begins_with_option = |first: &OsString| first.as_encoded_bytes().starts_with(b"-");
        if !arguments.get(1).is_none_or(begins_with_option) {
            return None;
        }
        // Help, and whatever is wrong, is told by those who know all commands.
        let matches = Global::augment_args(clap::Command::new("offramp")).try_get_matches_from(arguments).ok()?;
        Global::from_arg_matches(&matches).ok()
    }
}

/// The arguments that every command takes.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Read this roadmap [default: `roadmap` of the settings, ./offramp.yaml, ./roadmap.yaml, the example]
    #[arg(short = 'f', long, global = true, value_name = "FILE", env = "OFFRAMP_ROADMAP", hide_env_values = true)]
    pub roadmap: Option<PathBuf>,
    /// Take bare issue numbers as issues of this repository [default: `repo` of the roadmap]
    #[arg(short = 'R', long, global = true, value_name = "OWNER/NAME", value_parser = RepoArg::name)]
    pub repo: Option<RepoArg>,
    /// Never use the network: answer from what was fetched before
    #[arg(long, global = true, env = "OFFRAMP_OFFLINE", hide_env_values = true)]
    #[arg(value_parser = clap::builder::FalseyValueParser::new())]
    pub offline: bool,
    /// Fetch first where the data is older than this: 90m, 1h, 2d
    #[arg(long, global = true, value_name = "AGE", value_parser = age)]
    pub max_age: Option<Duration>,
    /// Show everything as of a day: 2020-12-10, 2020-12 (its end), today, 30d or 3m (ago)
    #[arg(long, global = true, value_name = "DATE")]
    pub as_of: Option<String>,
    /// How to print [default: table on a terminal, plain in a pipe]
    #[arg(short = 'o', long, global = true, value_name = "FORMAT", value_enum)]
    pub output: Option<Format>,
    /// When to use colour; `NO_COLOR` and `CLICOLOR_FORCE` are obeyed
    #[arg(long, global = true, value_name = "WHEN", value_enum)]
    pub color: Option<Color>,
    /// Draw with ASCII only
    #[arg(long, global = true)]
    pub ascii: bool,
    /// Say on stderr what is being done; twice says more
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// Whether the cache is answer enough: the screens show it first and fetch behind them.
    #[arg(skip)]
    pub from_cache: bool,
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

/// What stands behind `--repo`: a repository on GitHub, or for the commands that read checkouts a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RepoArg {
    /// As it was written.
    pub text: String,
    /// The repository, where it names one.
    pub repo: Option<Repo>,
}

impl RepoArg {
    /// Takes a repository.
    pub fn name(text: &str) -> Result<Self, String> {
        let repo = Repo::new(text).ok_or("expected owner/name, for example kubernetes/k8s.io")?;
        Ok(Self { text: text.to_owned(), repo: Some(repo) })
    }

    /// Takes a folder.
    pub fn path(text: &str) -> Result<Self, String> {
        Ok(Self { text: text.to_owned(), repo: None })
    }
}

fn age(text: &str) -> Result<Duration, String> {
    read_age(text).ok_or_else(|| "expected a time such as 90m, 1h or 2d".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn without_a_command_the_arguments_are_read_as_with_all_commands_at_hand() {
        let lines: [&[&str]; 7] = [
            &[],
            &["--offline"],
            &["-f", "status", "-vv", "--as-of=2021-01", "-o", "json"],
            &["--max-age", "2h", "-R", "kubernetes/k8s.io", "--ascii", "--color", "never"],
            &["-f", "x.yaml", "status"],
            &["--offline", "next", "sig:testing"],
            &["status"],
        ];
        for line in lines {
            let arguments: Vec<_> = ["offramp"].iter().chain(line).map(OsString::from).collect();
            let all = Cli::from_arg_matches(&Cli::command().try_get_matches_from(arguments.clone()).unwrap()).unwrap();
            let read = Cli::read(arguments).unwrap();
            assert_eq!(format!("{read:?}"), format!("{all:?}"), "{line:?}");
        }
        for line in [&["--help"][..], &["--version"], &["--max-age", "soon"], &["--no-such", "status"], &["-f"]] {
            let arguments: Vec<_> = ["offramp"].iter().chain(line).map(OsString::from).collect();
            let all = Cli::command().bin_name("offramp").try_get_matches_from(arguments.clone()).unwrap_err();
            assert_eq!(Cli::read(arguments).unwrap_err().to_string(), all.to_string(), "{line:?}");
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
