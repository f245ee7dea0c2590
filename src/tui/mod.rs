//! The screens: a model that a pure `update` changes, views that only draw it, and a loop that waits.

pub mod canvas;
pub mod commands;
pub mod copy;
mod groups;
mod id;
pub mod keymap;
pub mod left;
mod leftover;
pub mod lines;
pub mod list;
pub mod message;
pub mod model;
pub mod order;
pub mod pen;
mod renew;
pub mod rows;
pub mod run;
mod subject;
pub mod terminal;
pub mod texts;
pub mod theme;
pub mod update;
pub mod view;
pub mod views;
pub mod words_of_filter;
