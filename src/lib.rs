//! How far a long migration has come, and who owns what is left.
//!
//! A [`domain::Roadmap`] that people wrote and a [`domain::Snapshot`] that was found are joined at
//! a date into a [`domain::Board`]; every number on every face comes from a board.

pub mod cli;
pub mod commands;
pub mod domain;
pub mod insight;
pub mod report;
pub mod sources;
pub mod tui;
pub mod words;
