//! The built-in example as a fallback: an answer names it, and a gate refuses to judge it.

use super::{Context, Failure};
use crate::domain::Origin;

const NO_ROADMAP: &str = "there is no roadmap file here or above";

/// Says that an answer which does not name its roadmap is about the example.
pub(super) fn note(context: &Context, origin: &Origin) {
    if is_unasked(context, origin) {
        let about = "this is about the built-in example; `--example kubernetes` asks for it";
        context.note(&format!("note: {NO_ROADMAP}: {about}"));
    }
}

/// Fails where a verdict would be about the example.
pub(super) fn refuse(context: &Context, origin: &Origin) -> Result<(), Failure> {
    if is_unasked(context, origin) {
        return Err(Failure::usage(NO_ROADMAP).hint("`-f FILE` names one; `--example kubernetes` asks for the example"));
    }
    Ok(())
}

fn is_unasked(context: &Context, origin: &Origin) -> bool {
    origin.is_example() && context.global.example.is_none()
}
