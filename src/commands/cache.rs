//! `offramp cache`: shows, exports or clears the cache of fetched issues.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Context, Exit, Failure};
use crate::domain::{Issue, IssueRef, IssueState, Snapshot};
use crate::report::{Format, Json, Page, json};
use crate::sources::cache;
use crate::sources::github::Api;
use crate::sources::paths::shown;

/// The arguments of `cache`.
#[derive(Debug, Clone, clap::Args)]
pub struct CacheArgs {
    /// What to do with the cache
    #[command(subcommand)]
    pub what: CacheAction,
}

/// What to do with the cache.
#[derive(Debug, Clone, Copy, clap::Subcommand)]
pub enum CacheAction {
    /// Print the path of the file, which `sqlite3` can open
    Path,
    /// Print its size in bytes
    Size,
    /// Remove it; everything in it can be fetched again
    Clear,
    /// Print the issues as a JSON array, one issue per line
    Export,
}

/// Runs the command.
pub fn run(context: &Context, args: &CacheArgs) -> Result<Exit, Failure> {
    match args.what {
        CacheAction::Path => {
            let path = shown(cache::path(&context.paths)?);
            answer(context, "path", json::text(&path), &path)
        }
        CacheAction::Size => {
            let size = cache::size(&context.paths)?;
            answer(context, "bytes", size.into(), &size.to_string())
        }
        CacheAction::Clear => {
            let freed = cache::clear(&context.paths)?;
            if context.format == Format::Json {
                return answer(context, "bytes_removed", freed.into(), "");
            }
            context.note(&format!("{freed} bytes removed"));
            Ok(Exit::Done)
        }
        CacheAction::Export => {
            let roadmap = context.roadmap(&context.origin())?;
            let loaded = cache::load(&context.paths, &context.cache_key(&roadmap)?);
            context.notes(&loaded.notes);
            context.print(&export(&loaded.snapshot, &Api::of_environment()?.web))
        }
    }
}

/// Prints one fact, as text or as a JSON document.
fn answer(context: &Context, key: &'static str, value: Json, text: &str) -> Result<Exit, Failure> {
    if context.format != Format::Json {
        return context.print(&format!("{text}\n"));
    }
    let mut page = Page::new("offramp/cache/1", context.stamp());
    page.fact(key, value);
    context.show(&page)
}

/// Writes a JSON array with one object per line, which suits both `jq` and `diff`.
fn export(snapshot: &Snapshot, web: &str) -> String {
    let mut text = String::from("[");
    let mut above: BTreeMap<&IssueRef, Vec<&IssueRef>> = BTreeMap::new();
    for parent in &snapshot.issues {
        parent.sub_issues.iter().for_each(|child| above.entry(child).or_default().push(&parent.id));
    }
    for (number, issue) in snapshot.issues.iter().enumerate() {
        let above = above.get(&issue.id).map_or(&[][..], Vec::as_slice);
        let above = above.iter().copied().filter(|parent| !issue.parents.contains(parent));
        let parents: Vec<String> = issue.parents.iter().chain(above).map(ToString::to_string).collect();
        let comma = if number == 0 { "" } else { "," };
        // Writing to a string cannot fail.
        let _ = write!(text, "{comma}\n{}", object(issue, &parents, web));
    }
    text + "\n]\n"
}

fn object(issue: &Issue, parents: &[String], web: &str) -> serde_json::Value {
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
        "parents": parents,
        "tasks": issue.tasks,
        "last_word_at": issue.last_comment.as_ref().map(|word| word.at),
        "url": issue.id.url(web),
    })
}
