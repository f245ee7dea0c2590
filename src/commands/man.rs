//! `offramp man`: the manual pages, as roff.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::{Context, Exit, Failure};
use crate::sources::disk;
use crate::tui::input::keymap::Keymap;
use crate::tui::model::views::VIEWS;

const HELP: &str = "\
Examples:
  offramp man | man -l -                       read it
  offramp man --dir ~/.local/share/man/man1    one page per command";

/// The arguments of `man`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = HELP)]
pub struct ManArgs {
    /// Write the pages of all commands into this folder, which must exist
    #[arg(long, value_name = "FOLDER")]
    pub dir: Option<PathBuf>,
}

/// A name and what it means.
type ManEntry = (&'static str, &'static str);

const FILES: [ManEntry; 6] = [
    (
        "offramp.yaml, roadmap.yaml",
        "The roadmap in the current folder or above it in its repository, read where none is named.",
    ),
    ("groups.yaml", "The groups, if the roadmap names such a file."),
    ("config.toml", "The settings: see `offramp config --path` for its folder, and offramp-config(1)."),
    ("keys.toml", "Other keys for the screens, beside the settings."),
    (
        "offramp.sqlite",
        "The cache of fetched issues and counted files, which can be fetched and counted again: see `offramp cache path`.",
    ),
    ("~/.local/share/offramp/", "The day of the last meeting, as set on the screens."),
];

const ENVIRONMENT: [ManEntry; 13] = [
    ("OFFRAMP_ROADMAP", "The roadmap, as -f."),
    ("OFFRAMP_CONFIG", "The settings file."),
    ("OFFRAMP_OFFLINE", "Use no network, as --offline."),
    ("OFFRAMP_API_URL, GH_HOST", "A GitHub server other than github.com."),
    ("GH_TOKEN, GITHUB_TOKEN", "The token for github.com; without it `gh auth token`, else none."),
    ("GH_ENTERPRISE_TOKEN, GITHUB_ENTERPRISE_TOKEN", "The token for another GitHub server."),
    ("HTTPS_PROXY, NO_PROXY", "The proxy to GitHub."),
    ("PAGER, NO_PAGER, LESS", "What shows long pages on a terminal; NO_PAGER for none."),
    ("VISUAL, EDITOR", "What edits the roadmap."),
    ("BROWSER", "What opens links."),
    ("NO_COLOR, CLICOLOR, CLICOLOR_FORCE", "When to use colour."),
    ("COLUMNS, LINES", "The size, if the terminal does not report it."),
    ("SOURCE_DATE_EPOCH", "The present moment, for reproducible output."),
];

const EXITS: [ManEntry; 7] = [
    ("0", "Success."),
    ("1", "Failure."),
    ("2", "The arguments, the settings or the roadmap are wrong."),
    ("3", "check or count found what its --fail-on names."),
    ("4", "GitHub refused the token, or requires one."),
    ("5", "The data shown is older than --max-age, since fetching failed."),
    ("130, 143", "Interrupted; ended by SIGTERM."),
];

const EXAMPLES: [ManEntry; 7] = [
    ("offramp", "Open the screens."),
    ("offramp status -o md", "A table for the notes of a meeting."),
    ("offramp brief -o md", "The whole page for a meeting."),
    ("offramp next owner:testing", "What to take next of what a group owns."),
    ("offramp list is:free -kind:bucket", "What is free, without buckets."),
    ("offramp explain google-containers", "Where a number comes from."),
    ("offramp status -o json | jq .totals", "The sums, for a program."),
];

/// Runs the command; `command` is the command tree to document.
pub fn run(context: &Context, args: &ManArgs, mut command: clap::Command) -> Result<Exit, Failure> {
    context.global.only_text("man")?;
    command.build();
    let Some(folder) = &args.dir else {
        return context.print(&page(&command)?);
    };
    let mut written = 0_u64;
    write_all(&command, folder, &mut written)?;
    context.note(&format!("wrote {} into {}", crate::words::count(written, "page", "pages"), folder.display()));
    Ok(Exit::Done)
}

/// Writes the pages of a command and its subcommands.
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
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    // The main page has sections of its own for examples and exit codes.
    let is_root = name == "offramp";
    let shown = if is_root { command.clone().after_help(None).after_long_help(None) } else { command.clone() };
    let man = clap_mangen::Man::new(shown).title(name.to_uppercase()).manual("offramp");
    let mut text = Vec::new();
    man.render(&mut text).map_err(|error| Failure::failed("the page could not be written").because(error))?;
    let mut text = String::from_utf8_lossy(&text).into_owned();
    if is_root {
        text.push_str(&keys());
        for (title, entries) in [("FILES", &FILES[..]), ("ENVIRONMENT", &ENVIRONMENT), ("EXIT STATUS", &EXITS)] {
            text.push_str(&section(title, entries.iter().map(|(name, what)| ((*name).to_owned(), *what))));
        }
        text.push_str(&section("EXAMPLES", EXAMPLES.iter().map(|(line, what)| ((*line).to_owned(), *what))));
    }
    Ok(text)
}

/// The keys of the screens, as in their help.
fn keys() -> String {
    let keymap = Keymap::new(VIEWS.map(|view| (view.command, view.help)));
    section("KEYS", keymap.bindings().iter().map(|binding| (binding.keys_shown(true), binding.help)))
}

fn section<'a>(title: &str, entries: impl Iterator<Item = (String, &'a str)>) -> String {
    let mut text = format!(".SH {title}\n");
    for (name, what) in entries {
        // Writing to a string cannot fail.
        let _ = writeln!(text, ".TP\n\\fB{}\\fR\n{}", escaped(&name), escaped(what));
    }
    text
}

/// Escapes what roff would interpret.
fn escaped(text: &str) -> String {
    let escaped = text.replace('\\', "\\e").replace('-', "\\-");
    if escaped.starts_with(['.', '\'']) { format!("\\&{escaped}") } else { escaped }
}
