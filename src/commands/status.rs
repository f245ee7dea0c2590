//! `offramp status`: how far every project is.

use super::{Context, Exit, Failure};

/// The arguments of `status`.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Args {
    /// Only these projects, by id or alias
    #[arg(value_name = "PROJECT")]
    pub projects: Vec<String>,
}

/// Runs the command.
pub fn run(context: &Context, _args: &Args) -> Result<Exit, Failure> {
    let world = context.world()?;
    context.print(&format!("{} as of {}\n", world.roadmap.title, world.date))?;
    Ok(Exit::Done)
}
