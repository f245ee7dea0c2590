//! Tables and documents as text: for a terminal, a pipe, a program, a spreadsheet or a page.

pub mod style;

pub use style::{Color, Format, Style};
