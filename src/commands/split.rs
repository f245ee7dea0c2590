//! `offramp split`: draft sub-issues of something large, in Markdown. Nothing is sent anywhere.

use std::fmt::Write as _;

use super::reference::{self, Found};
use super::{Context, Exit, Failure, code};
use crate::domain::board::measure::Measure;
use crate::domain::code::RepoRows;
use crate::domain::{CounterId, Issue, IssueRef, ItemRow, Owner, TaskState, World};
use crate::report::markdown;
use crate::words;

/// The arguments of `split`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = reference::HELP)]
pub struct Args {
    /// A project (its items without an issue), an item or an issue (its open tasks), or a counter (what is left of it
    /// in each repository, where the settings name a checkout)
    #[arg(value_name = "REF")]
    pub reference: String,
}

/// Runs the command.
pub fn run(context: &Context, args: &Args) -> Result<Exit, Failure> {
    let mut world = context.world()?;
    let board = world.board();
    let drafts = match reference::find(context, &world, &board, &args.reference)? {
        Found::Project(row) => {
            let parent = world.roadmap.project(row.id.as_str()).and_then(|project| project.issues.first());
            let items = row.items.iter().filter(|item| item.is_left() && item.issue.is_none());
            items.map(|item| Draft::new(&item.title, parent, row.id.as_str()).text(&item.owner, &world)).collect()
        }
        Found::Item(item) => match &item.measure {
            Measure::Counter(counter) if context.settings.test_infra.is_some() => {
                of_counter(context, &mut world, counter, Some(item))?
            }
            _ => of_item(item, &world),
        },
        Found::Issue(id, items) => {
            let owner = items.first().map_or_else(Owner::none, |item| item.owner.clone());
            world.snapshot.issue(&id).map(|issue| of_tasks(issue, &owner, &world)).unwrap_or_default()
        }
        Found::Counter(counter) => {
            let item = board.items().find(|item| item.measure == Measure::Counter(counter.id.clone()));
            of_counter(context, &mut world, &counter.id, item)?
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
        None if item.is_left() => {
            vec![Draft::new(&item.title, None, item.project.as_str()).text(&item.owner, world)]
        }
        None => Vec::new(),
    }
}

/// A task that links an issue is split already.
fn of_tasks(issue: &Issue, owner: &Owner, world: &World) -> Vec<String> {
    let open = issue.tasks.iter().filter(|task| task.state == TaskState::Open && task.issues.is_empty());
    open.map(|task| Draft::new(&task.text, Some(&issue.id), &issue.title).text(owner, world)).collect()
}

/// What is left of a counter, one draft a repository.
fn of_counter(
    context: &Context,
    world: &mut World,
    counter: &CounterId,
    item: Option<&ItemRow>,
) -> Result<Vec<String>, Failure> {
    if context.settings.test_infra.is_none() {
        let hint = format!(
            "`test_infra = \"PATH\"` in the settings names a clone of kubernetes/test-infra; without it `offramp count \
             {counter} --repo PATH --list left --tasks` prints one list of all"
        );
        return Err(Failure::usage("a counter is split by repository, and there is no checkout to read").hint(hint));
    }
    code::count(context, world);
    let owner = item.map_or_else(Owner::none, |item| item.owner.clone());
    let (title, of) = item.map_or((counter.as_str(), counter.as_str()), |item| (&item.title, item.project.as_str()));
    let parent = item.and_then(|item| item.issue.as_ref());
    let rows = world.rows().iter().filter(|rows| &rows.counter == counter).flat_map(|rows| &rows.left);
    let draft = |rows: &RepoRows| {
        let title = rows.title(title);
        Draft { tasks: &rows.tasks, ..Draft::new(&title, parent, of) }.text(&owner, world)
    };
    Ok(rows.map(draft).collect())
}

/// A draft of an issue.
struct Draft<'a> {
    title: &'a str,
    parent: Option<&'a IssueRef>,
    /// What it is a part of.
    of: &'a str,
    /// A task list in Markdown.
    tasks: &'a str,
}

impl<'a> Draft<'a> {
    /// Begins with one empty box.
    fn new(title: &'a str, parent: Option<&'a IssueRef>, of: &'a str) -> Self {
        Self { title, parent, of, tasks: "- [ ] \n" }
    }

    fn text(&self, owner: &Owner, world: &World) -> String {
        let mut text = format!("# {}\n\n", markdown::escape(self.title));
        let link = self.parent.map(|parent| format!(": {}", parent.url(&world.web))).unwrap_or_default();
        let _ = writeln!(text, "Part of {}{link}\n", markdown::escape(self.of));
        let whom = markdown::escape(&words::owner(owner, &world.sigs));
        let _ = writeln!(text, "What is to be done:\n\n{}\nWhom to ask: {whom}\n", self.tasks);
        // Prow reads commands from the first column of a line.
        for (kind, name) in owner.sigs.iter().filter_map(|sig| sig.as_str().split_once('-')) {
            let _ = writeln!(text, "/{kind} {name}");
        }
        text.push_str("/help\n");
        text
    }
}
