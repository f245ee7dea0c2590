//! Fallback to the built-in example without a roadmap file: answers say so, and `check --fail-on` refuses it.

use super::{Context, Failure};
use crate::domain::Origin;

const NO_ROADMAP: &str = "there is no roadmap file here or above";

/// Notes that an answer is about the example, where the page does not say so.
pub(super) fn note(context: &Context, origin: &Origin) {
    if is_fallback(context, origin) {
        let about = "this shows the built-in example, as `--example kubernetes` does";
        context.note(&format!("note: {NO_ROADMAP}: {about}"));
    }
}

/// Fails rather than check the example.
pub(super) fn refuse(context: &Context, origin: &Origin) -> Result<(), Failure> {
    if is_fallback(context, origin) {
        return Err(Failure::usage(NO_ROADMAP).hint("`-f FILE` names one; `--example kubernetes` checks the example"));
    }
    Ok(())
}

fn is_fallback(context: &Context, origin: &Origin) -> bool {
    origin.is_example() && context.global.example.is_none()
}
