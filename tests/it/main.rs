//! Tests of the whole program.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on should say where")]

mod cli;
mod house;
mod insight;
mod program;
mod roadmap;
