//! Commands: a file and a variant of [`Command`] each, the [`Context`] they run in, and the [`Failure`] they may return.

pub mod arguments;
pub mod brief;
pub mod cache;
pub mod changes;
pub mod check;
mod checkout_facts;
pub mod complete;
pub mod completions;
pub mod config;
pub mod context;
pub mod count;
pub mod doctor;
pub mod explain;
pub mod failure;
mod fallback;
mod fresh;
pub mod global;
pub mod help;
pub mod import;
pub mod init;
mod issue_page;
mod last_meeting;
pub mod list;
pub mod man;
mod nearby;
pub mod next;
pub mod open;
pub mod reference;
pub mod refs;
pub mod report;
pub mod roadmap;
pub mod set;
pub mod show;
pub mod spend;
pub mod split;
pub mod status;
pub mod suggest;
pub mod sync;
pub mod trend;
pub mod tui;
pub mod who;

pub use context::Context;
pub use failure::{Exit, Failure, FailureKind};
pub use global::Global;

/// A command of `offramp`.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Show how far along each project is
    #[command(alias = "projects")]
    Status(status::StatusArgs),
    /// List the items that match a filter
    #[command(alias = "work")]
    List(list::ListArgs),
    /// Show a project, an item or an issue in full
    Show(show::ShowArgs),
    /// List what to take next, most useful first
    #[command(alias = "free")]
    Next(next::NextArgs),
    /// Show what changed between two days
    Changes(changes::ChangesArgs),
    /// Write the page for a meeting: changes, what is stuck, decisions
    #[command(alias = "write")]
    Brief(brief::BriefArgs),
    /// Show done and scope over time, the pace, and when it may be over
    Trend(trend::TrendArgs),
    /// Show what the accounts have spent and will spend, and what finishing work saves
    Spend(spend::SpendArgs),
    /// Find where roadmap and issues disagree, and how to fix it
    Check(check::CheckArgs),
    /// Explain where a number or a state comes from
    #[command(alias = "why")]
    Explain(explain::ExplainArgs),
    /// Show whom to ask: leads, chat, mailing list, next meeting
    Who(who::WhoArgs),
    /// Draft sub-issues for a large piece of work, ready to hand out
    Split(split::SplitArgs),
    /// Suggest edits to the roadmap file, as a diff
    #[command(after_help = suggest::EXAMPLES)]
    Suggest,
    /// Write a report (year or risks), an HTML page or a badge
    Report(report::ReportArgs),
    /// Count what is left in a checkout, now or in the past
    Count(count::CountArgs),
    /// Find what in a checkout still refers to projects of the roadmap
    Refs(refs::RefsArgs),
    /// Fetch the issues from GitHub
    Sync(sync::SyncArgs),
    /// Show, export or clear the cache of fetched issues
    Cache(cache::CacheArgs),
    /// Open an issue in the browser
    Open(open::OpenArgs),
    /// Write a first roadmap file
    Init(init::InitArgs),
    /// Change values in the roadmap file
    Set(set::SetArgs),
    /// Make a roadmap from a list, a table or an umbrella issue
    Import(import::ImportArgs),
    /// Check the roadmap file, or print its schema
    Roadmap(roadmap::RoadmapArgs),
    /// Show the settings, and where each value comes from
    Config(config::ConfigArgs),
    /// Check what offramp depends on: settings, token, git, terminal
    Doctor,
    /// Print the completion script for a shell
    Completions(completions::CompletionsArgs),
    /// Print the manual page, or write all of them
    Man(man::ManArgs),
    /// Show help for a command, or for the global options
    Help(help::HelpArgs),
}

impl Command {
    /// Runs the command. `cli` builds the whole command tree, for `man` and `help`.
    pub fn run(&self, context: &Context, cli: fn() -> clap::Command) -> Result<Exit, Failure> {
        match self {
            Self::Status(args) => status::run(context, args),
            Self::List(args) => list::run(context, args),
            Self::Show(args) => show::run(context, args),
            Self::Next(args) => next::run(context, args),
            Self::Changes(args) => changes::run(context, args),
            Self::Brief(args) => brief::run(context, args),
            Self::Trend(args) => trend::run(context, args),
            Self::Spend(args) => spend::run(context, args),
            Self::Check(args) => check::run(context, args),
            Self::Explain(args) => explain::run(context, args),
            Self::Who(args) => who::run(context, args),
            Self::Split(args) => split::run(context, args),
            Self::Suggest => suggest::run(context),
            Self::Report(args) => report::run(context, args),
            Self::Count(args) => count::run(context, args),
            Self::Refs(args) => refs::run(context, args),
            Self::Sync(args) => sync::run(context, args),
            Self::Cache(args) => cache::run(context, args),
            Self::Open(args) => open::run(context, args),
            Self::Init(args) => init::run(context, args),
            Self::Set(args) => set::run(context, args),
            Self::Import(args) => import::run(context, args),
            Self::Roadmap(args) => roadmap::run(context, args),
            Self::Config(args) => config::run(context, args),
            Self::Doctor => doctor::run(context),
            Self::Completions(args) => completions::run(context, args),
            Self::Man(args) => man::run(context, args, cli()),
            Self::Help(args) => help::run(context, args, cli()),
        }
    }

    /// Whether the command runs even with a faulty settings file.
    pub fn works_without_settings(&self) -> bool {
        matches!(self, Self::Config(_) | Self::Doctor | Self::Completions(_) | Self::Man(_) | Self::Help(_))
    }
}
