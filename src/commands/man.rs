//! `offramp man`: the manual, as roff.

use std::path::PathBuf;

use super::{Context, Exit, Failure};
use crate::sources::disk;

const HELP: &str = "\
Examples:
  offramp man | man -l -                               read it
  offramp man --dir ~/.local/share/man/man1            one page a command";

/// The arguments of `man`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = HELP)]
pub struct Args {
    /// Write the pages of all commands into this folder, which must exist
    #[arg(long, value_name = "FOLDER")]
    pub dir: Option<PathBuf>,
}

/// Runs the command; `command` is what the pages are about.
pub fn run(context: &Context, args: &Args, mut command: clap::Command) -> Result<Exit, Failure> {
    command.build();
    let Some(folder) = &args.dir else {
        context.print(&page(&command)?)?;
        return Ok(Exit::Done);
    };
    let mut written = 0_u64;
    write_all(&command, folder, &mut written)?;
    context.note(&format!("wrote {} into {}", crate::words::count(written, "page", "pages"), folder.display()));
    Ok(Exit::Done)
}

/// Writes the page of a command and those of the commands inside it.
fn write_all(command: &clap::Command, folder: &std::path::Path, written: &mut u64) -> Result<(), Failure> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name());
    disk::write(&folder.join(format!("{name}.1")), page(command)?.as_bytes())?;
    *written += 1;
    command
        .get_subcommands()
        .filter(|inner| !inner.is_hide_set())
        .try_for_each(|inner| write_all(inner, folder, written))
}

fn page(command: &clap::Command) -> Result<String, Failure> {
    let mut text = Vec::new();
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let man = clap_mangen::Man::new(command.clone()).title(name.to_uppercase()).manual("offramp");
    man.render(&mut text).map_err(|error| Failure::failed("the page could not be written").because(error))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
