//! Input: key bindings, the command line, and completion.

pub mod commands;
pub mod filter_completion;
pub mod keyfile;
pub mod keymap;
