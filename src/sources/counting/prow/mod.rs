//! Prow's job configs: which jobs a file has.

pub(super) mod facts;
pub(super) mod file;
mod scan;
pub(super) mod texts;
mod tree;

pub use facts::{Broken, FileFacts, JobFacts};
pub use file::read;
pub use texts::Texts;
