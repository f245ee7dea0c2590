//! `offramp sync`.

use super::{Context, Exit, Failure};

/// The arguments of `sync`.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Args {}

/// Runs the command.
pub fn run(_context: &Context, _args: &Args) -> Result<Exit, Failure> {
    Err(Failure::failed("`sync` is not built yet"))
}
