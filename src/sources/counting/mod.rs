//! Counting: how many of something a checkout has, at its head or at any commit of its past.

mod checkout;
mod folder;
mod prow;
mod remaining;
mod store;

pub use checkout::{Checkout, CheckoutError, File, Jobs, Listing, Problem, ProblemKind, Reader};
pub use prow::{Broken, FileFacts, JobFacts, Texts, read};
pub use remaining::{Left, left, newest_commit};

/// The folder of the job configs in a checkout of test-infra.
pub const FOLDER: &str = "config/jobs";

/// Tells whether a file can hold jobs.
fn is_config(path: &str) -> bool {
    matches!(path.rsplit_once('.'), Some((_, "yaml" | "yml")))
}
