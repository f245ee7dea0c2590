//! `offramp import`: makes a roadmap file out of a report's list, or out of an umbrella issue.

use std::path::{Path, PathBuf};

use super::{Context, Exit, Failure, Kind};
use crate::domain::IssueRef;
use crate::sources::import::{Draft, from_markdown, from_umbrella};
use crate::sources::{disk, example, roadmap_file};

/// The arguments of `import`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = "\
Examples:
  offramp import annual-report.md > roadmap.yaml
  offramp import annual-report.md -w roadmap.yaml
  offramp import --from-issue 1469

The list must stand below \"What remains\" (and, if there is one, \"What has been migrated\").")]
pub struct Args {
    /// A Markdown file with a nested list of what remains
    #[arg(value_name = "FILE.md", required_unless_present = "from_issue", conflicts_with = "from_issue")]
    pub file: Option<PathBuf>,
    /// Begin with an umbrella issue instead: its names, its children and their tasks
    #[arg(long, value_name = "ISSUE")]
    pub from_issue: Option<String>,
    /// Write this file, which must not exist yet, instead of printing
    #[arg(short, long, value_name = "FILE")]
    pub write: Option<PathBuf>,
}

/// Runs the command.
pub fn run(context: &Context, args: &Args) -> Result<Exit, Failure> {
    let draft = match (&args.file, &args.from_issue) {
        (Some(file), _) => markdown(context, file)?,
        (None, Some(issue)) => umbrella(context, issue)?,
        (None, None) => return Err(Failure::usage("there is nothing to import").hint("name a file, or --from-issue")),
    };
    let yaml = draft.to_yaml();
    // What is written here must be what every other command reads.
    if let Err(faults) = roadmap_file::read(&yaml, "the imported roadmap", example::groups(), context.now.date()) {
        return Err(Failure::verbatim(Kind::Failed, faults.to_string()));
    }
    let Some(path) = &args.write else { return context.print(&yaml).map(|()| Exit::Done) };
    disk::write_new(path, yaml.as_bytes()).map_err(|error| match error.cause.kind() {
        std::io::ErrorKind::AlreadyExists => {
            let message = format!("`{}` exists already, and nothing is ever overwritten", path.display());
            Failure::failed(message).hint("name another file, or print and compare")
        }
        _ => Failure::from(error),
    })?;
    context.print(&format!("wrote {} with {} projects\n", path.display(), draft.entries.len()))?;
    Ok(Exit::Done)
}

fn markdown(context: &Context, file: &Path) -> Result<Draft, Failure> {
    let name = file.display().to_string();
    let text = roadmap_file::read_text(file, &name);
    let text = text.map_err(|faults| Failure::verbatim(Kind::Usage, faults.to_string()))?;
    from_markdown(&text, &name, context.global.repo.as_ref().and_then(|given| given.repo.as_ref()), example::groups())
        .ok_or_else(|| {
            Failure::usage(format!("{name}: there is no list of what remains"))
                .hint("the list must stand below a heading, a paragraph or an item that begins with `What remains`")
        })
}

fn umbrella(context: &Context, issue: &str) -> Result<Draft, Failure> {
    let world = context.world()?;
    let home = context.repo(&world.roadmap);
    let id = IssueRef::parse(issue, home).ok_or_else(|| {
        Failure::usage(format!("`{issue}` is not an issue")).hint("write 1469, owner/name#1469 or a link")
    })?;
    from_umbrella(&id, &world.snapshot, example::groups()).ok_or_else(|| {
        Failure::failed(format!("{id} has not been fetched")).hint("name it in `umbrellas`, then `offramp sync`")
    })
}
