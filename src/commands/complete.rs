//! Shell completion of arguments, with the names of the roadmap that the command would read.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::ValueEnum;
use clap_complete::CompleteEnv;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};

use super::{Context, Global};
use crate::domain::filter::FilterKey;
use crate::domain::{Date, Example, Group, Item, Roadmap, Snapshot, State, join};
use crate::insight::finding;
use crate::sources::example;

/// A candidate and its description.
pub type Suggestion = (String, Option<String>);

/// Answers a shell that asks for completions; returns false if none asks.
pub fn answers(all: fn() -> clap::Command) -> bool {
    let folder = std::env::current_dir().ok();
    let all = || {
        let commands = with_topics(all());
        let commands = if is_negated_word() { without_letters(commands) } else { commands };
        // The alias `--sig` is hidden, but is completed once it is typed.
        if std::env::args_os().any(|word| word == "--sig") { with_sig(commands) } else { commands }
    };
    // On any failure a shell gets no candidates: an error would disturb the prompt.
    CompleteEnv::with_factory(all).try_complete(std::env::args_os(), folder.as_deref()).unwrap_or(true)
}

/// Adds the topics of `help`: the commands and `global`.
fn with_topics(all: clap::Command) -> clap::Command {
    let is_shown = |command: &&clap::Command| !command.is_hide_set();
    let topic = |command: &clap::Command| (command.get_name().to_owned(), command.get_about().map(ToString::to_string));
    let mut topics: Vec<Suggestion> = all.get_subcommands().filter(is_shown).map(topic).collect();
    topics.push(("global".to_owned(), Some("The options that every command takes".to_owned())));
    let fitting = move |typed: &OsStr| candidates(topics.clone(), &typed.to_string_lossy());
    all.mut_subcommand("help", |help| help.mut_arg("topic", |topic| topic.add(ArgValueCompleter::new(fitting))))
}

/// Whether the word to complete is a filter word with a dash, such as `-is:bl`, rather than short options.
fn is_negated_word() -> bool {
    let place = std::env::var("_CLAP_COMPLETE_INDEX").ok().and_then(|place| place.parse::<usize>().ok());
    // The words of the line follow the name of the program and `--`.
    let word = place.map_or_else(|| std::env::args_os().last(), |place| std::env::args_os().nth(place + 2));
    word.is_some_and(|word| {
        let word = word.to_string_lossy();
        word.contains(':') && word.strip_prefix('-').is_some_and(|word| word.starts_with(char::is_alphabetic))
    })
}

/// Makes the alias `--sig` visible where an option has it.
fn with_sig(command: clap::Command) -> clap::Command {
    let named = |option: clap::Arg| {
        let has_it = option.get_all_aliases().is_some_and(|names| names.contains(&"sig"));
        if has_it { option.visible_alias("sig") } else { option }
    };
    command.mut_args(named).mut_subcommands(with_sig)
}

/// Removes the short options of all commands: `-is:bl` is not `-i`.
fn without_letters(command: clap::Command) -> clap::Command {
    let command = command.disable_help_flag(true).disable_version_flag(true);
    command.mut_args(|option| option.short(None)).mut_subcommands(without_letters)
}

/// Names of the roadmap that complete what was typed.
pub type Names = fn(&Roadmap, &str) -> Vec<Suggestion>;

/// The names that a REF may have.
pub const REFERENCES: &[Names] = &[projects, items, counters];

/// Completes an argument with names of the roadmap that the command would read.
pub fn names(kinds: &'static [Names]) -> ArgValueCompleter {
    ArgValueCompleter::new(move |typed: &OsStr| {
        let typed = typed.to_string_lossy();
        let roadmap = roadmap().unwrap_or_else(|| example::roadmap(Example::default()).clone());
        candidates(kinds.iter().flat_map(|names| names(&roadmap, &typed)).collect(), &typed)
    })
}

/// Returns the suggestions that begin with what was typed.
fn candidates(all: Vec<Suggestion>, typed: &str) -> Vec<CompletionCandidate> {
    let fitting = all.into_iter().filter(|(name, _)| name.starts_with(typed));
    fitting.map(|(name, help)| CompletionCandidate::new(name).help(help.map(Into::into))).collect()
}

/// Reads the roadmap that the command on the line would read.
fn roadmap() -> Option<Roadmap> {
    let example = typed(&["--example"]).and_then(|name| Example::from_str(name.to_str()?, false).ok());
    let global = Global { roadmap: named_file(), example, offline: true, ..Global::default() };
    let context = Context::new(global).ok()?;
    context.roadmap(&context.origin()).ok()
}

fn named_file() -> Option<PathBuf> {
    let of_environment = || std::env::var_os("OFFRAMP_ROADMAP").filter(|file| !file.is_empty());
    typed(&["-f", "--roadmap"]).or_else(of_environment).map(PathBuf::from)
}

/// The value of an option on the command line: `--option VALUE` or `--option=VALUE`.
fn typed(names: &[&str]) -> Option<OsString> {
    let arguments: Vec<_> = std::env::args_os().collect();
    let behind = arguments.windows(2).find_map(|pair| match pair {
        [flag, value] if names.iter().any(|name| flag == name) => Some(value.clone()),
        _ => None,
    });
    let joined = || {
        let (name, value) =
            arguments.iter().find_map(|it| it.to_str()?.split_once('=').filter(|(name, _)| names.contains(name)))?;
        (!name.is_empty()).then(|| OsString::from(value))
    };
    behind.or_else(joined)
}

/// Projects, by id and alias.
pub fn projects(roadmap: &Roadmap, _: &str) -> Vec<Suggestion> {
    let names = roadmap.projects.iter().flat_map(|project| {
        let aliases = project.aliases.iter().map(ToString::to_string);
        let title = project.title.as_ref().map(ToString::to_string);
        std::iter::once(project.id.to_string()).chain(aliases).map(move |name| (name, title.clone()))
    });
    names.collect()
}

/// Items, as PROJECT/ITEM.
pub fn items(roadmap: &Roadmap, _: &str) -> Vec<Suggestion> {
    let items = roadmap.projects.iter().flat_map(|project| project.items.iter().map(move |item| (project, item)));
    let title = |item: &Item| item.title.as_ref().map(ToString::to_string);
    items.map(|(project, item)| (format!("{}/{}", project.id, item.key), title(item))).collect()
}

/// Counters.
pub fn counters(roadmap: &Roadmap, _: &str) -> Vec<Suggestion> {
    roadmap.counters.iter().map(|counter| (counter.id.to_string(), Some(counter.unit.clone()))).collect()
}

/// The series of the items.
pub fn items_series(_: &Roadmap, _: &str) -> Vec<Suggestion> {
    vec![plain("items")]
}

/// All groups, then the people, teams and others that the roadmap names as owners.
pub fn owners(roadmap: &Roadmap, _: &str) -> Vec<Suggestion> {
    let name = |group: &Group| group.title.clone().unwrap_or_else(|| group.name.clone());
    let groups = roadmap.groups.list.iter().map(|group| (group.id.as_str().to_owned(), Some(name(group))));
    let others = roadmap.owners().into_iter().filter(|name| name.group().is_none());
    groups.chain(others.map(|name| (name.as_str().to_owned(), None))).collect()
}

/// Rules of findings.
pub fn rules(_: &Roadmap, _: &str) -> Vec<Suggestion> {
    finding::rules().map(|rule| (rule.name.to_owned(), Some(rule.summary.to_owned()))).collect()
}

/// The word for all rules.
pub fn all_rules(_: &Roadmap, _: &str) -> Vec<Suggestion> {
    vec![plain("all")]
}

/// The `key=value` of `set`.
pub fn edits(roadmap: &Roadmap, typed: &str) -> Vec<Suggestion> {
    match typed.split_once('=') {
        Some(("state", _)) => State::WRITTEN.iter().map(|(word, _)| plain(&format!("state={word}"))).collect(),
        Some(("owner", _)) => {
            owners(roadmap, typed).into_iter().map(|(id, name)| (format!("owner={id}"), name)).collect()
        }
        Some(_) => Vec::new(),
        None => ["state=", "owner=", "issue=", "due=", "note="].into_iter().map(plain).collect(),
    }
}

fn plain(name: &str) -> Suggestion {
    (name.to_owned(), None)
}

/// Filter words, with a dash where one was typed.
pub fn filter_words(roadmap: &Roadmap, typed: &str) -> Vec<Suggestion> {
    match typed.strip_prefix('-') {
        Some(bare) => {
            words_of_filter(roadmap, bare).into_iter().map(|(word, help)| (format!("-{word}"), help)).collect()
        }
        None => words_of_filter(roadmap, typed),
    }
}

/// Filter keys, and after a colon the values of the key.
fn words_of_filter(roadmap: &Roadmap, typed: &str) -> Vec<Suggestion> {
    let Some((key, _)) = typed.split_once(':') else {
        return FilterKey::words_for(roadmap.conventions).map(|key| plain(&format!("{key}:"))).collect();
    };
    let Some(filter_key) = FilterKey::named(key) else { return Vec::new() };
    // Completion does not read the cache, so values known only from issues are not offered.
    let nothing = Snapshot::default();
    let values = filter_key.values(&join(roadmap, &nothing, Date::default()), &nothing.issues);
    // After a comma, the next value is completed.
    let before = typed.rsplit_once(',').map(|(before, _)| format!("{before},"));
    let before = before.unwrap_or_else(|| format!("{key}:"));
    values.into_iter().map(|value| plain(&format!("{before}{value}"))).collect()
}
