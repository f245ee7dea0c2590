//! `offramp open`: the page of an issue in the browser.

use super::reference::{self, ResolvedRef};
use super::{Context, Exit, Failure};
use crate::domain::{Board, IssueRef, World};
use crate::report::Format;
use crate::sources::browser;

/// The arguments of `open`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = reference::HELP)]
pub struct OpenArgs {
    /// Whose issue to open
    #[arg(value_name = "REF", add = super::complete::references())]
    pub reference: String,
    /// Print the link and open nothing
    #[arg(short, long)]
    pub print: bool,
}

/// Runs the command.
pub fn run(context: &Context, args: &OpenArgs) -> Result<Exit, Failure> {
    let world = context.world_as_fetched()?;
    let board = world.board();
    let url = issue(context, &world, &board, &args.reference)?.url(&world.web);
    if context.format == Format::Json {
        let mut page = context.page("offramp/open/1", &world);
        page.fact("url", url.as_str());
        page.fact("opened", !args.print);
        if !args.print {
            browse(&url, &world)?;
        }
        context.show(&page)?;
        return Ok(Exit::Done);
    }
    if args.print {
        context.print(&format!("{url}\n"))?;
        return Ok(Exit::Done);
    }
    browse(&url, &world)?;
    context.note(&format!("opened {url}"));
    Ok(Exit::Done)
}

fn browse(url: &str, world: &World) -> Result<(), Failure> {
    browser::open(url, &world.web).map(drop).map_err(|error| {
        Failure::failed(error.to_string())
            .because(error)
            .hint(format!("the page is {url}; `BROWSER` names another program"))
    })
}

fn issue(context: &Context, world: &World, board: &Board, text: &str) -> Result<IssueRef, Failure> {
    // An issue can be opened without being fetched.
    if let Some(id) = IssueRef::parse(text, context.repo(&world.roadmap)) {
        return Ok(id);
    }
    let found = match reference::find(context, world, board, text)? {
        ResolvedRef::Project(row) => {
            world.roadmap.project(row.id.as_str()).and_then(|project| project.issues.first().cloned())
        }
        ResolvedRef::Item(item) => item.issue.clone(),
        ResolvedRef::Issue(id, _) => Some(id),
        ResolvedRef::Counter(_) => None,
    };
    found.ok_or_else(|| {
        Failure::failed(format!("`{text}` has no issue"))
            .hint(format!("`offramp show {text}` shows what is known of it"))
    })
}
