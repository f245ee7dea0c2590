//! `offramp suggest`: what the findings would change in the file, as a diff to look at.

use super::check::fix;
use super::{Context, Exit, Failure};
use crate::domain::Origin;
use crate::domain::finding::{self, Remedy};
use crate::report::Format;
use crate::sources::example;
use crate::sources::roadmap_file::edit;
use crate::words;

/// The arguments of `suggest`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = "\
Examples:
  offramp suggest                    every proposal, as one diff
  offramp suggest > proposals.diff && patch -p0 < proposals.diff

`offramp check --fix RULE` applies what one rule proposes.")]
pub struct Args {}

/// Runs the command.
pub fn run(context: &Context, _args: &Args) -> Result<Exit, Failure> {
    let world = context.world()?;
    let (name, old) = match &world.origin {
        Origin::File(path) => {
            let name = path.display().to_string();
            let text = std::fs::read_to_string(path);
            let text = text.map_err(|error| Failure::failed(format!("`{name}` could not be read")).because(error))?;
            (name, text)
        }
        Origin::Example => ("roadmap.yaml".to_owned(), example::TEXT.to_owned()),
    };
    let checked = finding::of_world(&world, super::check::moment(context));
    let edits: Vec<_> = checked.findings.iter().filter(|found| matches!(found.remedy, Remedy::Edit(_))).collect();
    let proposed = fix::propose(context, &world, &old, &edits);
    for (found, why) in &proposed.refused {
        let what = words::remedy(&found.remedy, &world.roadmap.repo).unwrap_or_default();
        context.note(&format!("by hand: {}: {what} ({why})", words::spot(&found.spot)));
    }
    if proposed.text == old {
        context.note("nothing to suggest: roadmap and issues agree, or differ in what only people can settle");
    }
    let diff = edit::unified(&old, &proposed.text, &name);
    if context.format == Format::Json {
        let mut page = context.page("offramp/suggest/1", &world);
        page.fact("diff", diff);
        context.show(&page)?;
    } else {
        context.print(&diff)?;
    }
    Ok(Exit::Done)
}
