//! All access to the outside world: files, the clock, the terminal, other programs, Git and GitHub.

pub mod body;
pub mod browser;
pub mod cache;
pub mod clipboard;
pub mod clock;
pub mod counting;
pub mod diagnostic;
pub mod disk;
pub mod editor;
pub mod example;
pub mod gh_login;
pub mod git;
pub mod github;
pub mod import;
pub mod pager;
pub mod paths;
mod plain_files;
pub mod programs;
pub mod readings;
pub mod references;
pub mod refresh;
pub mod roadmap_file;
pub mod settings;
pub mod terminal;
