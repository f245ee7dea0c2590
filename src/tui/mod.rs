//! The screens: a model that a pure `update` changes, views that only draw it, and a loop that waits.

pub mod canvas;
pub mod commands;
pub mod copy;
mod groups;
pub mod keymap;
pub mod left;
pub mod lines;
pub mod message;
pub mod model;
pub mod order;
pub mod pen;
mod renew;
pub mod rows;
pub mod run;
pub mod terminal;
pub mod texts;
pub mod theme;
pub mod update;
pub mod view;
pub mod views;
pub mod words_of_filter;
