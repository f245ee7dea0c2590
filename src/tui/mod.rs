//! The terminal user interface: a model, a pure `update` that changes it, views that draw it, and an event loop.

pub mod input;
pub mod model;
pub mod run;
pub mod theme;
pub mod update;
pub mod view;
