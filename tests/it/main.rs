//! Tests of the whole program.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on should say where")]

#[cfg(unix)]
mod action;
mod boxes;
mod boxes_program;
mod cli;
mod count;
mod edges;
mod example;
mod faces;
mod faults;
mod first_minutes;
mod fixes;
mod github_converge;
mod github_elsewhere;
mod github_faults;
mod github_interrupted;
mod github_later;
mod github_model;
mod github_names;
mod github_pieces;
mod github_points;
mod github_program;
mod github_pulls;
mod github_said;
mod github_server;
mod github_site;
mod github_sync;
mod github_tls;
mod github_ways;
mod github_whole;
mod home;
mod hostile;
mod house;
mod html;
mod insight;
mod job_corpus;
mod money;
mod pasting;
mod pictures;
mod program;
mod related;
mod roadmap;
mod screens;
mod terminal;
mod tour;
