//! The screens: a model that a pure `update` changes, views that only draw it, and a loop that waits.

pub mod canvas;
pub mod input;
pub mod model;
pub mod pen;
pub mod run;
pub mod theme;
pub mod update;
pub mod view;
