//! Output formats: tables and pages for a terminal, a pipe, a program, a spreadsheet or a document.
//!
//! A command builds one [`Page`]; [`Page::render`] renders it in any [`Format`].

pub mod annual;
pub mod badge;
mod csv;
pub mod html;
pub mod json;
mod layout;
pub mod markdown;
mod page;
mod plain;
pub mod style;
mod table;

pub use crate::words::Tone;
pub use json::Json;
pub use page::{Block, Field, Page, Stamp};
pub use style::{Color, Format, Style};
pub use table::{Audience, Cell, CellOf, Column, Table};
