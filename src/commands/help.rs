//! `offramp help`: help for a command or the global options, and hints for mistyped arguments.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::{Context, Exit, Failure, Global};
use crate::domain::nearest::did_you_mean;

/// The line under a command's own options.
const GLOBAL_LINE: &str = "\
Global options: -f FILE, --example NAME, -R OWNER/NAME, -o FORMAT, --as-of DATE, --offline, --max-age AGE, --color WHEN, --ascii, \
--no-pager, -v; `offramp help global` explains them.";

/// The arguments of `help`.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct HelpArgs {
    /// A command, or `global` for the options that every command takes
    #[arg(value_name = "COMMAND")]
    pub topic: Vec<String>,
}

/// Runs the command; `all` is the whole command tree.
pub fn run(context: &Context, args: &HelpArgs, all: clap::Command) -> Result<Exit, Failure> {
    let topic: Vec<&str> = args.topic.iter().map(String::as_str).collect();
    let text = match topic.as_slice() {
        [] => all.clone().term_width(width(context)).render_long_help(),
        ["global"] => global(width(context)),
        path => of_command(all, path, width(context))?,
    };
    let text = if context.style.color { text.ansi().to_string() } else { text.to_string() };
    context.page_through(&text)
}

fn width(context: &Context) -> usize {
    context.style.width.unwrap_or(100).min(100)
}

/// Help for the global options alone.
fn global(width: usize) -> clap::builder::StyledStr {
    let command = <Global as clap::Args>::augment_args(clap::Command::new("offramp"));
    command.disable_help_flag(true).help_template("{all-args}\n").term_width(width).render_long_help()
}

fn of_command(all: clap::Command, path: &[&str], width: usize) -> Result<clap::builder::StyledStr, Failure> {
    let names = path.iter().map(OsString::from).collect::<Vec<_>>();
    let mut command = for_people(all, &names).term_width(width);
    command.build();
    let mut found = &mut command;
    for name in path {
        let names: Vec<_> = found.get_subcommands().map(|inner| inner.get_name().to_owned()).collect();
        if names.is_empty() {
            let whole = found.get_name().to_owned();
            let failure = Failure::usage(format!("`{whole}` has no subcommand `{name}`"));
            return Err(failure.hint(format!("`offramp help {whole}` explains it")));
        }
        found = found.find_subcommand_mut(name).ok_or_else(|| {
            let hint = did_you_mean(name, names.iter().map(String::as_str))
                .unwrap_or_else(|| "`offramp help` lists the commands".into());
            Failure::usage(format!("no command is called `{name}`")).hint(hint)
        })?;
    }
    Ok(found.render_long_help())
}

/// Reduces the help of the named command to its own options, and one line about the global ones.
pub fn for_people(all: clap::Command, arguments: &[OsString]) -> clap::Command {
    let is_named = |command: &clap::Command| {
        let mut names = std::iter::once(command.get_name()).chain(command.get_all_aliases());
        names.any(|name| arguments.iter().any(|word| word == name))
    };
    if !all.get_subcommands().any(is_named) {
        return all;
    }
    let all = all.mut_args(|argument| if argument.is_global_set() { argument.hide(true) } else { argument });
    all.mut_subcommands(|command| {
        let own = command.get_after_help().map(|text| format!("{text}\n\n")).unwrap_or_default();
        command.after_help(format!("{own}{GLOBAL_LINE}"))
    })
}

/// Explains some common mistakes in the arguments better than clap does.
pub fn common_mistake(error: &clap::Error) -> Option<Failure> {
    unknown_command(error).or_else(|| option_of_others(error))
}

/// Suggests our spelling of an option that other programs have.
fn option_of_others(error: &clap::Error) -> Option<Failure> {
    let (ErrorKind::UnknownArgument, Some(ContextValue::String(option))) =
        (error.kind(), error.get(ContextKind::InvalidArg))
    else {
        return None;
    };
    let hint = match option.as_str() {
        "--json" | "--csv" | "--md" | "--plain" => format!("write `-o {}`", option.trim_start_matches('-')),
        "--format" => "write `-o FORMAT`, for example `-o json`".to_owned(),
        "--html" => "`offramp report --html FILE` writes a page".to_owned(),
        "--open" => "`offramp list` lists what is open; `--all` adds what has ended".to_owned(),
        _ => return None,
    };
    Some(Failure::usage(format!("there is no option `{option}` here")).hint(hint))
}

/// Suggests what an unknown command may mean: a typo, or the name of something to show.
fn unknown_command(error: &clap::Error) -> Option<Failure> {
    if error.kind() != ErrorKind::InvalidSubcommand {
        return None;
    }
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else { return None };
    let of_root = |usage: &ContextValue| usage.to_string().contains("[COMMAND]");
    if !error.get(ContextKind::Usage).is_some_and(of_root) {
        return None;
    }
    let near = match error.get(ContextKind::SuggestedSubcommand) {
        Some(ContextValue::String(near)) => Some(near.clone()),
        // The most likely one comes last.
        Some(ContextValue::Strings(near)) => near.last().cloned(),
        Some(_) | None => None,
    };
    let slip = near.map(|near| format!("did you mean `offramp {near}`? ")).unwrap_or_default();
    let hint = format!("{slip}If it is a project, an item or an issue: `offramp show {word}`");
    Some(Failure::usage(format!("no command is called `{word}`")).hint(hint))
}
