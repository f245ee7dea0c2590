//! The screens: a model that a pure `update` changes, views that only draw it, and a loop that waits.

pub mod input;
pub mod model;
pub mod run;
pub mod theme;
pub mod update;
pub mod view;
