//! Progress of a long migration: a roadmap that people wrote, joined with what was found, at a date.
//!
//! The program is `offramp`; this library is what it is built from, and promises no more than the names on this page:
//! [`roadmap`] reads the file, [`join`] makes the [`Board`] of a day, [`render`] writes it down. Everything else may change
//! with any version.
//!
//! ```
//! use offramp::{Format, Percent, Snapshot};
//!
//! let text = "
//! version: 1
//! repo: example/infra
//! projects:
//!   - id: old-cluster
//!     owner: Infrastructure team
//!     items: [{title: Move the jobs, state: done}, Move the buckets]
//! ";
//! let roadmap = offramp::roadmap(text)?;
//! let board = offramp::join(&roadmap, &Snapshot::default(), "2026-11-24".parse()?);
//! assert_eq!(board.projects[0].percent, Percent::Known(50));
//! assert_eq!(board.totals.left, 1);
//! assert!(offramp::render(&board, Format::Md).contains("| old-cluster | 50 % | 1 |"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[doc(hidden)]
pub mod cli;
#[doc(hidden)]
pub mod commands;
#[doc(hidden)]
pub mod domain;
mod face;
#[doc(hidden)]
pub mod insight;
#[doc(hidden)]
pub mod report;
#[doc(hidden)]
pub mod sources;
#[doc(hidden)]
pub mod tui;
#[doc(hidden)]
pub mod words;

pub use face::{RoadmapFaults, render, roadmap};

#[doc(inline)]
pub use domain::{Board, CounterRow, Date, ItemRow, Percent, Progress, ProjectRow, Roadmap, Snapshot, State, join};
#[doc(inline)]
pub use report::Format;
