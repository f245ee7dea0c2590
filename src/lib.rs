//! Tracks a long migration: joins a roadmap that people wrote with issues and counted figures, as of a date.
//!
//! This is the library behind the `offramp` program. Only the names on this page are stable: [`roadmap`] parses the file,
//! [`join`] builds the [`Board`] of a day, [`render`] formats it. Everything else may change in any release.
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
