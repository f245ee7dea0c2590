//! `offramp explain`.

use super::{Context, Exit, Failure};

/// The arguments of `explain`.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Args {}

/// Runs the command.
pub fn run(_context: &Context, _args: &Args) -> Result<Exit, Failure> {
    Err(Failure::failed("`explain` is not built yet"))
}
