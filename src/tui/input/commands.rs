//! The parser of the command line `:`: every action by name, and commands that take a value.

use super::filter_completion::shared;
use super::keymap::{Action, Keymap};
use crate::domain::Date;
use crate::domain::time::{read_day, read_day_before};
use crate::tui::model::Grouping;
use crate::tui::model::order::Sort;

/// Parses the value of a command, relative to today; the error says what to do.
type ReadValue = fn(&str, Date) -> Result<TypedCommand, String>;

/// Commands that take a value: name, placeholder of the value, help, and parser of the value.
pub const WITH_VALUE: [(&str, &str, &str, ReadValue); 8] = [
    ("date", "DAY", "show another day: 2020-12-10, 2020-12, today, yesterday, 30d, 6m or 1y ago", |value, today| {
        day(read_day(value, today), value).map(TypedCommand::Date)
    }),
    ("since", "DAY", "compare with this day in Changes", |value, today| {
        day(read_day_before(value, today), value).map(TypedCommand::Since)
    }),
    ("sort", "ORDER", "sort by roadmap, name, state, percent, left, free or touched", |value, _| sort(value)),
    ("group", "BY", "group by owner, state, milestone, rule or default", |value, _| group(value)),
    ("show", "NAME", "open a project, project/item or #issue", |value, _| Ok(TypedCommand::Show(value.to_owned()))),
    ("filter", "WORDS", "filter the list", |value, _| Ok(TypedCommand::Filter(value.to_owned()))),
    ("write", "FILE", "write the brief for the meeting to this file", |value, _| {
        Ok(TypedCommand::Write(value.to_owned()))
    }),
    ("meeting", "DAY", "set the day of the last meeting", |value, today| {
        day(read_day(value, today), value).map(TypedCommand::Meeting)
    }),
];

/// Aliases: the names of subcommands, and names of earlier versions.
const ALIASES: [(&str, &str); 10] = [
    ("q", "quit"),
    ("why", "explain"),
    ("only", "filter"),
    ("as-of", "date"),
    ("brief", "write"),
    ("report", "write"),
    ("accounts", "spend"),
    ("next", "free"),
    ("list", "work"),
    ("status", "projects"),
];

/// A parsed command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypedCommand {
    /// An action that also has a key.
    Act(Action),
    /// Show another day.
    Date(Date),
    /// Compare with a day in Changes.
    Since(Date),
    /// Sort the list.
    Sort(Sort),
    /// Group the list.
    Group(Grouping),
    /// Open a project, item or issue by name.
    Show(String),
    /// Filter the list.
    Filter(String),
    /// Write the brief to a file.
    Write(String),
    /// Set the day of the last meeting.
    Meeting(Date),
}

/// Parses a command; the error says what to do.
pub fn read(keymap: &Keymap, text: &str, today: Date) -> Result<TypedCommand, String> {
    let (name, value) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
    let value = value.trim();
    let name = full_name(keymap, name)?;
    let with_value = WITH_VALUE.iter().find(|(known, ..)| *known == name);
    match (with_value, keymap.bindings().iter().find(|binding| binding.name == name)) {
        (Some((.., read)), _) if !value.is_empty() => read(value, today),
        (_, Some(binding)) if value.is_empty() => Ok(TypedCommand::Act(binding.action)),
        (Some((_, value, help, _)), _) => Err(format!("`:{name}` needs a {value}: {help}")),
        (None, _) => Err(format!("`:{name}` takes no value, but got `{value}`")),
    }
}

fn day(day: Option<Date>, value: &str) -> Result<Date, String> {
    day.ok_or_else(|| format!("`{value}` is not a day; use 2020-12-10, 2020-12, today, yesterday, 30d, 6m or 1y"))
}

fn sort(value: &str) -> Result<TypedCommand, String> {
    let sort = Sort::ALL.into_iter().find(|sort| sort.word() == value);
    sort.map(TypedCommand::Sort)
        .ok_or_else(|| format!("`{value}` is not an order; use roadmap, name, state, percent, left, free or touched"))
}

fn group(value: &str) -> Result<TypedCommand, String> {
    Grouping::of_word(value)
        .map(TypedCommand::Group)
        .ok_or_else(|| format!("`{value}` is not a grouping; use owner, state, milestone, rule or default"))
}

/// Resolves the name of a command, an alias, or an unambiguous prefix.
fn full_name(keymap: &Keymap, name: &str) -> Result<&'static str, String> {
    if let Some(exact) = names(keymap).into_iter().find(|known| *known == name) {
        return Ok(exact);
    }
    if let Some((_, meant)) = ALIASES.iter().find(|(alias, _)| *alias == name) {
        return Ok(meant);
    }
    let near: Vec<_> = names(keymap).into_iter().filter(|known| known.starts_with(name)).collect();
    match near.as_slice() {
        [one] => Ok(one),
        [one, two, ..] => Err(format!("`{name}` could be {one} or {two}; Tab completes")),
        [] => Err(format!("no command `{name}`; {{help}} lists them")),
    }
}

/// Returns the names of all commands, sorted, each once.
pub fn names(keymap: &Keymap) -> Vec<&'static str> {
    let actions = keymap.bindings().iter().map(|binding| binding.name);
    let mut names: Vec<_> = WITH_VALUE.iter().map(|(name, ..)| *name).chain(actions).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Returns the commands or values with the typed prefix, for Tab and for the line above the prompt.
pub fn completions(keymap: &Keymap, text: &str) -> Vec<&'static str> {
    match text.split_once(' ') {
        Some(("sort", value)) => beginning(Sort::ALL.map(Sort::word), value),
        Some(("group", value)) => beginning(Grouping::ALL.map(Grouping::word), value),
        Some(_) => Vec::new(),
        None => names(keymap).into_iter().filter(|name| name.starts_with(text)).collect(),
    }
}

fn beginning<const N: usize>(words: [&'static str; N], start: &str) -> Vec<&'static str> {
    words.into_iter().filter(|word| word.starts_with(start)).collect()
}

/// Completes a text by the common prefix of all candidates.
pub fn complete(keymap: &Keymap, text: &str) -> String {
    let found = completions(keymap, text);
    let Some(completed) = shared(&found) else { return text.to_owned() };
    let head = text.rsplit_once(' ').map(|(head, _)| format!("{head} ")).unwrap_or_default();
    let takes_value = head.is_empty() && WITH_VALUE.iter().any(|(name, ..)| *name == completed);
    let tail = if found.len() == 1 && takes_value { " " } else { "" };
    format!("{head}{completed}{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Date {
        "2020-12-10".parse().unwrap()
    }

    fn keymap() -> Keymap {
        Keymap::new([("projects", ""), ("work", ""), ("free", "")])
    }

    fn typed(text: &str) -> Result<TypedCommand, String> {
        read(&keymap(), text, today())
    }

    #[test]
    fn names_prefixes_aliases_and_values_are_parsed() {
        assert_eq!(typed("quit"), Ok(TypedCommand::Act(Action::Quit)));
        assert_eq!(typed("comp"), Ok(TypedCommand::Act(Action::Completed)));
        assert_eq!(typed("date 2020-11-30"), Ok(TypedCommand::Date("2020-11-30".parse().unwrap())));
        assert_eq!(typed("sort left"), Ok(TypedCommand::Sort(Sort::Left)));
        assert_eq!(typed("group default"), Ok(TypedCommand::Group(Grouping::Plain)));
        assert_eq!(typed("group sig"), Ok(TypedCommand::Group(Grouping::Owner)));
        assert_eq!(typed("write notes.md"), Ok(TypedCommand::Write("notes.md".into())));
        assert_eq!(typed("filter sig:testing -done"), Ok(TypedCommand::Filter("sig:testing -done".into())));
        assert_eq!(typed("next"), Ok(TypedCommand::Act(Action::View(3))));
    }

    #[test]
    fn invalid_commands_are_refused_with_a_reason() {
        assert!(typed("xyzzy").unwrap_err().contains("no command `xyzzy`"));
        assert!(typed("date soon").unwrap_err().contains("`soon` is not a day"));
        assert!(typed("quit now").unwrap_err().contains("takes no value"));
        assert!(typed("date").unwrap_err().contains("needs a DAY"));
        assert!(typed("group moon").unwrap_err().contains("not a grouping"));
        // There is no `none`: by default items are grouped under their projects.
        assert!(typed("group none").unwrap_err().contains("rule or default"));
    }

    #[test]
    fn tab_completes_the_common_prefix() {
        let complete = |text| complete(&keymap(), text);
        assert_eq!(complete("compl"), "completed");
        assert_eq!(complete("sync-"), "sync-all");
        assert_eq!(complete("dat"), "date ");
        assert_eq!(complete("sort per"), "sort percent");
        assert_eq!(complete("group ow"), "group owner");
        assert_eq!(complete("xyz"), "xyz");
    }
}
