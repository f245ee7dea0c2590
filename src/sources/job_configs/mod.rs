//! Job configs: what the prow jobs of a checkout are, at its head or at any commit of its past.

mod facts;
mod file;
mod scan;
mod texts;
mod tree;

pub use facts::{Broken, FileFacts, JobFacts};
pub use file::read;
pub use texts::Texts;
