//! `offramp completions`: what a shell needs to complete our arguments.

use clap::CommandFactory;
use clap_complete::Shell;

use super::{Context, Exit, Failure};
use crate::cli::Cli;

const HELP: &str = "\
Examples:
  source <(offramp completions bash)                                  in ~/.bashrc
  offramp completions zsh > ~/.zfunc/_offramp                         in a folder of $fpath
  offramp completions fish > ~/.config/fish/completions/offramp.fish";

/// The arguments of `completions`.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = HELP)]
pub struct Args {
    /// For which shell
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: Shell,
}

/// Runs the command.
pub fn run(context: &Context, args: &Args) -> Result<Exit, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "offramp", &mut text);
    context.print(&String::from_utf8_lossy(&text))?;
    Ok(Exit::Done)
}
