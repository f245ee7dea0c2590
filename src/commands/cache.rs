//! `offramp cache`: the issues that were fetched before.

use std::fmt::Write;

use super::{Context, Exit, Failure};
use crate::domain::{Issue, IssueState, Issues};
use crate::sources::cache;
use crate::sources::github::Api;

/// The arguments of `cache`.
#[derive(Debug, Clone, clap::Args)]
pub struct CacheArgs {
    /// What to do with it
    #[command(subcommand)]
    pub what: CacheAction,
}

/// What to do with the cache.
#[derive(Debug, Clone, Copy, clap::Subcommand)]
pub enum CacheAction {
    /// Print the file, which `sqlite3` opens
    Path,
    /// Print how many bytes it takes
    Size,
    /// Remove it; everything in it can be fetched again
    Clear,
    /// Print the issues as JSON, one object a line
    Export,
}

/// Runs the command.
pub fn run(context: &Context, args: &CacheArgs) -> Result<Exit, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::failed(error.to_string());
    let text = match args.what {
        CacheAction::Path => crate::sources::paths::shown(cache::path(&context.paths).map_err(|error| failed(&error))?),
        CacheAction::Size => cache::size(&context.paths).map_err(|error| failed(&error))?.to_string(),
        CacheAction::Clear => {
            let freed = cache::clear(&context.paths).map_err(|error| failed(&error))?;
            context.note(&format!("{freed} bytes removed"));
            return Ok(Exit::Done);
        }
        CacheAction::Export => {
            let roadmap = context.roadmap(&context.origin()?)?;
            let loaded = cache::load(&context.paths, &context.cache_key(&roadmap)?);
            loaded.notes.iter().for_each(|note| context.note(&format!("note: {note}")));
            export(&loaded.snapshot.issues, &Api::of_environment()?.web)
        }
    };
    context.print(&format!("{text}\n"))?;
    Ok(Exit::Done)
}

/// Writes an array with one object a line, so that both `jq` and `diff` like it.
fn export(issues: &Issues, web: &str) -> String {
    let mut text = String::from("[");
    for (number, issue) in issues.iter().enumerate() {
        let comma = if number == 0 { "" } else { "," };
        // Writing to a string cannot fail.
        let _ = write!(text, "{comma}\n{}", object(issue, web));
    }
    text + "\n]"
}

fn object(issue: &Issue, web: &str) -> serde_json::Value {
    let (state, reason, closed_at) = match &issue.state {
        IssueState::Open => ("open", None, None),
        IssueState::Closed { reason, at, .. } => ("closed", *reason, *at),
    };
    serde_json::json!({
        "repo": issue.id.repo,
        "number": issue.id.number,
        "title": issue.title,
        "state": state,
        "state_reason": reason,
        "closed_at": closed_at,
        "created_at": issue.created,
        "updated_at": issue.updated,
        "labels": issue.labels,
        "assignees": issue.assignees,
        "milestone": issue.milestone.as_ref().map(|milestone| &milestone.title),
        "author": issue.author,
        "is_pull": issue.is_pull,
        "parents": issue.parents.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "tasks": issue.tasks,
        "last_word_at": issue.last_comment.as_ref().map(|word| word.at),
        "url": issue.id.url(web),
    })
}
