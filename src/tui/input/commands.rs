//! The command line `:`: every action by its name, and a few commands that take a value.

use super::keymap::{self, Action, BINDINGS};
use crate::domain::Date;
use crate::domain::time::read_day;
use crate::tui::model::order::Sort;

/// A command that takes a value: its name, what the value is, and what it does.
pub const WITH_VALUE: [(&str, &str, &str); 5] = [
    ("date", "DAY", "show another day, such as 2020-12-10 or 90d"),
    ("since", "DAY", "compare with this day in Changes"),
    ("sort", "ORDER", "sort by roadmap, name, state, percent, left, free or touched"),
    ("show", "PROJECT", "open a project, project/item or #issue"),
    ("only", "FILTER", "filter the list"),
];

/// What a typed command asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// What a key does too.
    Act(Action),
    /// Show another day.
    Date(Date),
    /// Compare with a day.
    Since(Date),
    /// Sort by this.
    Sort(Sort),
    /// Open something by its name.
    Show(String),
    /// Filter the list.
    Only(String),
}

/// Reads a command; the error says what to do.
pub fn read(text: &str, today: Date) -> Result<Command, String> {
    let (name, value) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
    let value = value.trim();
    let day =
        || read_day(value, today).ok_or_else(|| format!("`{value}` is not a day: 2020-12-10, 2020-12, today, 30d"));
    match name {
        "date" => day().map(Command::Date),
        "since" => day().map(Command::Since),
        "sort" if !value.is_empty() => {
            let sort = Sort::ALL.into_iter().find(|sort| sort.word() == value);
            sort.map(Command::Sort)
                .ok_or_else(|| format!("`{value}` is no order: roadmap, name, state, percent, left, free, touched"))
        }
        "show" if value.is_empty() => Err("show what? `:show k8s-prow`, `:show #1469`".into()),
        "show" => Ok(Command::Show(value.to_owned())),
        "only" => Ok(Command::Only(value.to_owned())),
        "q" => Ok(Command::Act(Action::Quit)),
        name => by_name(name),
    }
}

fn by_name(name: &str) -> Result<Command, String> {
    if let Some(binding) = BINDINGS.iter().find(|binding| binding.name == name) {
        return Ok(Command::Act(binding.action));
    }
    let mut near = names().filter(|known| known.starts_with(name));
    match (near.next(), near.next()) {
        (Some(one), None) => BINDINGS
            .iter()
            .find(|binding| binding.name == one)
            .map(|binding| Command::Act(binding.action))
            .ok_or_else(|| format!("`:{one}` needs a value")),
        (Some(one), Some(two)) => Err(format!("`{name}` could be {one} or {two}; Tab completes")),
        (None, _) => Err(format!("no command `{name}`; `?` lists them")),
    }
}

/// The names of all commands.
pub fn names() -> impl Iterator<Item = &'static str> {
    WITH_VALUE.iter().map(|(name, ..)| *name).chain(keymap::BINDINGS.iter().map(|binding| binding.name))
}

/// The names that begin as the text does, for Tab and for the line above the prompt.
pub fn completions(text: &str) -> Vec<&'static str> {
    if let Some((name, value)) = text.split_once(' ') {
        let orders = Sort::ALL.into_iter().map(Sort::word).filter(|word| word.starts_with(value));
        return if name == "sort" { orders.collect() } else { Vec::new() };
    }
    let mut found: Vec<_> = names().filter(|name| name.starts_with(text)).collect();
    found.sort_unstable();
    found
}

/// Completes a text as far as all that fits agrees.
pub fn complete(text: &str) -> String {
    let found = completions(text);
    let Some(first) = found.first() else { return text.to_owned() };
    let shared = found.iter().fold(first.len(), |length, name| {
        first.bytes().zip(name.bytes()).take(length).take_while(|(a, b)| a == b).count()
    });
    let completed = first.get(..shared).unwrap_or(first);
    let head = text.rsplit_once(' ').map(|(head, _)| format!("{head} ")).unwrap_or_default();
    let tail = if found.len() == 1 && WITH_VALUE.iter().any(|(name, ..)| *name == completed) { " " } else { "" };
    format!("{head}{completed}{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Date {
        "2020-12-10".parse().unwrap()
    }

    #[test]
    fn names_beginnings_and_values_are_understood() {
        assert_eq!(read("quit", today()), Ok(Command::Act(Action::Quit)));
        assert_eq!(read("comp", today()), Ok(Command::Act(Action::Completed)));
        assert_eq!(read("date 2020-11-30", today()), Ok(Command::Date("2020-11-30".parse().unwrap())));
        assert_eq!(read("sort left", today()), Ok(Command::Sort(Sort::Left)));
        assert!(read("xyzzy", today()).unwrap_err().contains("no command `xyzzy`"));
        assert!(read("date soon", today()).unwrap_err().contains("`soon` is not a day"));
    }

    #[test]
    fn tab_completes_as_far_as_it_is_clear() {
        assert_eq!(complete("compl"), "completed");
        assert_eq!(complete("sync-"), "sync-all");
        assert_eq!(complete("dat"), "date ");
        assert_eq!(complete("sort per"), "sort percent");
        assert_eq!(complete("xyz"), "xyz");
    }
}
