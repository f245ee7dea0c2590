//! Input: keys, commands and the completion of filters.

pub mod commands;
pub mod filter_completion;
pub mod keyfile;
pub mod keymap;
