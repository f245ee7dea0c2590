//! `offramp split`: draft sub-issues of something large, in Markdown. Nothing is sent anywhere.

use std::fmt::Write as _;

use super::reference::{self, Found};
use super::{Context, Exit, Failure};
use crate::domain::{Issue, IssueRef, ItemRow, Owner, TaskState, World};
use crate::report::markdown;
use crate::words;

/// The arguments of `split`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = reference::HELP)]
pub struct Args {
    /// A project (its items without an issue), an item or an issue (its open tasks)
    #[arg(value_name = "REF")]
    pub reference: String,
}

/// Runs the command.
pub fn run(context: &Context, args: &Args) -> Result<Exit, Failure> {
    let world = context.world()?;
    let board = world.board();
    let drafts = match reference::find(context, &world, &board, &args.reference)? {
        Found::Project(row) => {
            let parent = world.roadmap.project(row.id.as_str()).and_then(|project| project.issues.first());
            let items = row.items.iter().filter(|item| item.is_left() && item.issue.is_none());
            items.map(|item| draft(&item.title, parent, row.id.as_str(), &item.owner, &world)).collect()
        }
        Found::Item(item) => of_item(item, &world),
        Found::Issue(id, items) => {
            let owner = items.first().map_or_else(Owner::none, |item| item.owner.clone());
            world.snapshot.issue(&id).map(|issue| of_tasks(issue, &owner, &world)).unwrap_or_default()
        }
        Found::Counter(_) => {
            return Err(Failure::usage("the rows of a counter are split by counting")
                .hint("`offramp count --by repo --tasks` prints them as task lists"));
        }
    };
    if drafts.is_empty() {
        context.note("nothing to split: no open task and no item without an issue");
    }
    context.print(&drafts.join("\n---\n\n"))?;
    Ok(Exit::Done)
}

fn of_item(item: &ItemRow, world: &World) -> Vec<String> {
    let issue = item.issue.as_ref().and_then(|id| world.snapshot.issue(id));
    match issue {
        Some(issue) => of_tasks(issue, &item.owner, world),
        None if item.is_left() => vec![draft(&item.title, None, item.project.as_str(), &item.owner, world)],
        None => Vec::new(),
    }
}

/// A task that links an issue is split already.
fn of_tasks(issue: &Issue, owner: &Owner, world: &World) -> Vec<String> {
    let open = issue.tasks.iter().filter(|task| task.state == TaskState::Open && task.issues.is_empty());
    open.map(|task| draft(&task.text, Some(&issue.id), &issue.title, owner, world)).collect()
}

fn draft(title: &str, parent: Option<&IssueRef>, of: &str, owner: &Owner, world: &World) -> String {
    let mut text = format!("# {}\n\n", markdown::escape(title));
    let link = parent.map(|parent| format!(": {}", parent.url(&world.web))).unwrap_or_default();
    let _ = writeln!(text, "Part of {}{link}\n", markdown::escape(of));
    let _ = writeln!(
        text,
        "What is to be done:\n\n- [ ] \n\nWhom to ask: {}\n",
        markdown::escape(&words::owner(owner, &world.sigs))
    );
    // Prow reads commands from the first column of a line.
    for (kind, name) in owner.sigs.iter().filter_map(|sig| sig.as_str().split_once('-')) {
        let _ = writeln!(text, "/{kind} {name}");
    }
    text.push_str("/help\n");
    text
}
