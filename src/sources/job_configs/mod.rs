//! Job configs: what the prow jobs of a checkout are, at its head or at any commit of its past.

mod checkout;
mod facts;
mod file;
mod folder;
mod git;
mod left;
mod line;
mod scan;
mod store;
mod texts;
mod tree;

pub use checkout::{Checkout, CheckoutError, File, Jobs, Listing, Problem, ProblemKind, Reader};
pub use facts::{Broken, FileFacts, JobFacts};
pub use file::read;
pub use git::{Commit, GitError, Repository};
pub use left::{Left, left, newest_commit};
pub use line::Line;
pub use texts::Texts;

/// The folder of the job configs in a checkout of test-infra.
pub const FOLDER: &str = "config/jobs";

/// Tells whether a file can hold jobs.
fn is_config(path: &str) -> bool {
    matches!(path.rsplit_once('.'), Some((_, "yaml" | "yml")))
}
