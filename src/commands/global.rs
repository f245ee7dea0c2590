//! Global options, which every command takes.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValue;
use clap::{ArgAction, ValueEnum};

use super::Failure;
use crate::domain::time::read_age;
use crate::domain::{Example, Repo};
use crate::report::{Color, Format};

/// The global options.
#[derive(Debug, Clone, Default, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches of the command line")]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Read this roadmap [default: `roadmap` of the settings; offramp.yaml or roadmap.yaml here or above in the repository; the example]
    #[arg(short = 'f', long, global = true, value_name = "FILE", env = "OFFRAMP_ROADMAP", hide_env_values = true)]
    pub roadmap: Option<PathBuf>,
    /// Show a built-in example instead of a roadmap file
    #[arg(long, global = true, value_name = "NAME", value_enum)]
    pub example: Option<Example>,
    /// Read bare issue numbers as issues of this repository [default: `repo` of the roadmap]
    #[arg(short = 'R', long, global = true, value_name = "OWNER/NAME", value_parser = RepoArg::name)]
    pub repo: Option<RepoArg>,
    /// Never use the network; answer from what was fetched before
    #[arg(long, global = true, env = "OFFRAMP_OFFLINE", hide_env_values = true)]
    #[arg(value_parser = clap::builder::FalseyValueParser::new())]
    pub offline: bool,
    /// Fetch first if the data is older than this: 90m, 1h, 2d
    #[arg(long, global = true, value_name = "AGE", value_parser = age)]
    pub max_age: Option<Duration>,
    /// Show everything as of a day: 2020-12-10, 2020-12 (its end), today, 30d or 3m (ago; also -30d)
    #[arg(long, alias = "date", global = true, value_name = "DATE", allow_hyphen_values = true)]
    pub as_of: Option<String>,
    /// Output format [default: table on a terminal, plain in a pipe]
    #[arg(short = 'o', long, global = true, value_name = "FORMAT", value_enum)]
    pub output: Option<Format>,
    /// When to use colour; `NO_COLOR` and `CLICOLOR_FORCE` are respected
    #[arg(long, global = true, value_name = "WHEN", value_enum)]
    pub color: Option<Color>,
    /// Do not send long pages through `$PAGER`
    #[arg(long, global = true)]
    pub no_pager: bool,
    /// Draw with ASCII only
    #[arg(long, global = true)]
    pub ascii: bool,
    /// Log to stderr; repeat for more detail
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// Whether to show cached data at once: the screens fetch in the background.
    #[arg(skip)]
    pub from_cache: bool,
}

impl Global {
    /// Returns the repository of `--repo`, if it names one.
    pub fn named_repo(&self) -> Option<&Repo> {
        self.repo.as_ref()?.repo.as_ref()
    }

    /// Refuses `-o` for a command with only one output format.
    pub fn only_text(&self, command: &str) -> Result<(), Failure> {
        match self.output {
            None | Some(Format::Table | Format::Plain) => Ok(()),
            Some(Format::Json | Format::Csv | Format::Md | Format::Github) => {
                Err(Failure::usage(format!("`offramp {command}` has only one output format, so it does not take `-o`")))
            }
        }
    }
}

/// The value of `--repo`: a repository on GitHub, or for the commands that read checkouts a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RepoArg {
    /// The text as written.
    pub text: String,
    /// The repository, if the text names one.
    pub repo: Option<Repo>,
}

impl RepoArg {
    /// Parses the name of a repository.
    pub fn name(text: &str) -> Result<Self, String> {
        let repo = Repo::new(text).ok_or("expected owner/name, for example kubernetes/kops")?;
        Ok(Self { text: text.to_owned(), repo: Some(repo) })
    }

    /// Accepts a folder.
    pub fn path(text: &str) -> Result<Self, String> {
        Ok(Self { text: text.to_owned(), repo: None })
    }
}

impl ValueEnum for Example {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

fn age(text: &str) -> Result<Duration, String> {
    read_age(text).ok_or_else(|| "expected a time such as 90m, 1h or 2d".to_owned())
}
