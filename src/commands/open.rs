//! `offramp open`: the page of an issue, or of a link of the roadmap, in the browser.

use super::reference::{self, ResolvedRef};
use super::{Context, Exit, Failure, complete};
use crate::domain::{Board, IssueRef, PageLink, World};
use crate::report::Format;
use crate::sources::browser;

/// The arguments of `open`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(
    after_help = "A REF is a project, an item or an issue, as for `offramp show`. Without an issue, its first link is opened."
)]
pub struct OpenArgs {
    /// What to open
    #[arg(value_name = "REF", add = complete::names(complete::REFERENCES))]
    pub reference: String,
    /// Print the link instead of opening it
    #[arg(short, long)]
    pub print: bool,
}

/// Runs the command.
pub fn run(context: &Context, args: &OpenArgs) -> Result<Exit, Failure> {
    let world = context.world_as_fetched()?;
    let board = world.board();
    let url = address(context, &world, &board, &args.reference)?;
    if !args.print {
        browse(&url, &world)?;
    }
    if context.format == Format::Json {
        let mut page = context.page("offramp/open/1", &world);
        page.fact("url", url.as_str());
        page.fact("opened", !args.print);
        return context.show(&page);
    }
    if args.print {
        return context.print(&format!("{url}\n"));
    }
    context.note(&format!("opened {url}"));
    Ok(Exit::Done)
}

fn browse(url: &str, world: &World) -> Result<(), Failure> {
    let is_named = world.roadmap.page_links().any(|link| link.url == url);
    let opened = if is_named { browser::open_page(url) } else { browser::open(url, &world.web) };
    opened.map_err(|error| {
        Failure::failed(error.to_string())
            .because(error)
            .hint(format!("open {url} yourself, or set BROWSER to another program"))
    })
}

/// The address of the issue, else of the first link in the roadmap.
fn address(context: &Context, world: &World, board: &Board, text: &str) -> Result<String, Failure> {
    // An issue can be opened without being fetched.
    if let Some(id) = IssueRef::parse(text, context.repo(&world.roadmap)) {
        return Ok(id.url(&world.web));
    }
    let found = match reference::find(context, world, board, text)? {
        ResolvedRef::Project(row) => world.roadmap.project(row.id.as_str()).and_then(|project| {
            let issue = project.issues.first().map(|issue| issue.url(&world.web));
            issue.or_else(|| first(&project.links))
        }),
        ResolvedRef::Item(row) => row
            .issue
            .as_ref()
            .map(|issue| issue.url(&world.web))
            .or_else(|| first(&world.roadmap.item_of(&row.project, &row.key)?.1.links)),
        ResolvedRef::Issue(id, _) => Some(id.url(&world.web)),
        ResolvedRef::Counter(_) => None,
    };
    found.ok_or_else(|| {
        Failure::failed(format!("`{text}` has no issue and no link"))
            .hint(format!("`offramp show {text}` shows what is known of it"))
    })
}

fn first(links: &[PageLink]) -> Option<String> {
    links.first().map(|link| link.url.clone())
}
