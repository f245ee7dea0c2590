//! `offramp roadmap`: is the file right, and what may it say.

use std::path::PathBuf;

use super::{Context, Exit, Failure, Kind};
use crate::domain::Roadmap;
use crate::sources::example;
use crate::sources::roadmap_file::{self, SCHEMA};
use crate::words::count;

/// The arguments of `roadmap`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// What to do with it.
    #[command(subcommand)]
    pub action: Action,
}

/// What can be done with a roadmap file.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum Action {
    /// Name everything that is wrong with a roadmap file; exit code 2 where there is something
    Validate {
        /// The file [default: the one that every command reads]
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Print the JSON Schema of roadmap files
    #[command(after_help = "\
Save it, and let your editor know by a first line in the roadmap:
  # yaml-language-server: $schema=roadmap.schema.json")]
    Schema,
}

/// Runs the command.
pub fn run(context: &Context, args: &Args) -> Result<Exit, Failure> {
    match &args.action {
        Action::Validate { file } => validate(context, file.clone()),
        Action::Schema => context.print(SCHEMA).map(|()| Exit::Done),
    }
}

fn validate(context: &Context, file: Option<PathBuf>) -> Result<Exit, Failure> {
    let path = match file {
        Some(file) => file,
        None => context.roadmap_path()?,
    };
    let loaded = roadmap_file::load(&path, example::sigs(), context.now.date());
    let loaded = loaded.map_err(|faults| Failure::verbatim(Kind::Usage, faults.to_string()))?;
    for absent in &loaded.absent {
        context.note(&format!("note: there is no {absent} yet; `offramp count --write` makes it"));
    }
    context.print(&format!("{}: ok, {}\n", path.display(), summary(&loaded.roadmap)))?;
    Ok(Exit::Done)
}

fn summary(roadmap: &Roadmap) -> String {
    let sum = |counts: &mut dyn Iterator<Item = usize>| counts.sum::<usize>() as u64;
    let items = sum(&mut roadmap.projects.iter().map(|project| project.items.len()));
    let readings = sum(&mut roadmap.counters.iter().map(|counter| counter.readings.len()));
    let parts = [
        count(roadmap.projects.len() as u64, "project", "projects"),
        count(items, "item", "items"),
        count(roadmap.linked_issues().len() as u64, "linked issue", "linked issues"),
        count(roadmap.counters.len() as u64, "counter", "counters"),
        count(readings, "reading", "readings"),
    ];
    parts.join(", ")
}
