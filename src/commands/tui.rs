//! `offramp` without a command: opens the screens.

use super::{Context, Exit, Failure, status};

/// Opens the screens.
pub fn run(context: &Context) -> Result<Exit, Failure> {
    status::run(context, &status::Args::default())
}
