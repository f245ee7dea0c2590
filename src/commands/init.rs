//! `offramp init`: a first roadmap file, to be changed by its reader.

use std::path::{Path, PathBuf};

use super::{Context, Exit, Failure};
use crate::sources::disk;

/// What a new roadmap says.
const STARTER: &str = include_str!("../../data/starter.yaml");
/// The name that offramp finds by itself.
const NAME: &str = "roadmap.yaml";

/// The arguments of `init`.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Args {
    /// The file to write, or the folder to write roadmap.yaml into
    #[arg(value_name = "PATH", default_value = NAME)]
    pub path: PathBuf,
}

/// Runs the command.
pub fn run(context: &Context, args: &Args) -> Result<Exit, Failure> {
    let path = if args.path.is_dir() { args.path.join(NAME) } else { args.path.clone() };
    let text = starter(&context.now.date().to_string());
    disk::write_new(&path, text.as_bytes()).map_err(|error| failure(&path, &error))?;
    let shown = path.display();
    let flag = if path == Path::new(NAME) { String::new() } else { format!(" -f {shown}") };
    context.print(&format!(
        "wrote {shown}\n\nnext:\n  edit it; it explains itself\n  offramp roadmap validate {shown}\n  offramp{flag} sync     fetch the issues it names\n  offramp{flag}          look at it\n"
    ))?;
    Ok(Exit::Done)
}

/// Returns a new roadmap, written on a day.
pub fn starter(today: &str) -> String {
    STARTER.replace("@today@", today)
}

fn failure(path: &Path, error: &disk::DiskError) -> Failure {
    if error.cause.kind() == std::io::ErrorKind::AlreadyExists {
        return Failure::failed(format!("`{}` exists already, and nothing is ever overwritten", path.display()))
            .hint("name another file, or edit this one");
    }
    Failure::failed(error.to_string())
}
