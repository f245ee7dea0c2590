//! The parser of the key file, `keys.toml` beside the settings: a preset for a keyboard layout, and keys of actions.

use std::collections::HashMap;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::keymap::{Key, Keymap};

/// The presets, by name of the layout: actions, each with its keys.
const PRESETS: [(&str, &str); 4] = [
    ("colemak", "down n Down, up e Up, open Enter i Right, edit E, whom l"),
    ("dvorak", "down t Down, up n Up, open Enter s Right, sort j, reverse J"),
    ("azerty", "projects 1 &, work 2 é, free 3 \", changes 4 ', trend 5 (, check 6 -, now . ;, filter / !"),
    (
        "bepo",
        "back Esc c Left, down t Down, up s Up, open Enter r Right, completed h, sort l, reverse L, sync f, sync-all F, \
         projects 1 \", work 2 «, free 3 », changes 4 (, trend 5 ), check 6 @",
    ),
];

/// An error in the key file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFault {
    /// The line, from 1.
    pub line: usize,
    /// The error, with what would be valid.
    pub text: String,
}

/// Applies a key file; on error, returns all faults at once.
pub fn apply(keymap: &mut Keymap, text: &str) -> Result<(), Vec<KeyFault>> {
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().unwrap_or_default();
        vec![KeyFault { line: line_of(text, &at), text: error.message().to_owned() }]
    })?;
    let mut reader = KeyfileReader { keymap, text, faults: Vec::new(), given: HashMap::new() };
    reader.top(table.get_ref());
    reader.faults.sort_by_key(|fault| fault.line);
    if reader.faults.is_empty() { Ok(()) } else { Err(reader.faults) }
}

/// The names of the presets.
fn layouts() -> String {
    PRESETS.map(|(name, _)| name).join(", ")
}

fn line_of(text: &str, at: &Range<usize>) -> usize {
    text.bytes().take(at.start).filter(|byte| *byte == b'\n').count() + 1
}

struct KeyfileReader<'k, 't> {
    keymap: &'k mut Keymap,
    text: &'t str,
    faults: Vec<KeyFault>,
    /// The action and the line that each key was given to.
    given: HashMap<Key, (String, usize)>,
}

impl KeyfileReader<'_, '_> {
    fn fault(&mut self, at: &Range<usize>, text: String) {
        let line = line_of(self.text, at);
        self.faults.push(KeyFault { line, text });
    }

    fn top(&mut self, table: &DeTable<'_>) {
        // The preset comes first whatever the order of lines: `[keys]` overrides it.
        for (name, value) in table {
            match (name.get_ref().as_ref(), value.get_ref()) {
                ("preset", DeValue::String(preset)) => self.preset(preset, &value.span()),
                ("keys", DeValue::Table(_)) => {}
                ("preset", _) => {
                    self.fault(&value.span(), format!("`preset` takes the name of a layout: {}", layouts()));
                }
                ("keys", _) => self.fault(&value.span(), "`keys` is a table, which begins with `[keys]`".to_owned()),
                (name, _) => {
                    let text = format!("unknown key `{name}`; a key file has `preset` and the table `[keys]`");
                    self.fault(&value.span(), text);
                }
            }
        }
        let keys = table.iter().find(|(name, _)| name.get_ref().as_ref() == "keys");
        if let Some(DeValue::Table(keys)) = keys.map(|(_, value)| value.get_ref()) {
            for (name, value) in keys {
                self.line(name.get_ref(), value.get_ref(), &value.span());
            }
        }
    }

    fn preset(&mut self, name: &str, at: &Range<usize>) {
        let Some((_, lines)) = PRESETS.iter().find(|(preset, _)| *preset == name) else {
            return self.fault(at, format!("no preset `{name}`; there are {}", layouts()));
        };
        for (action, keys) in lines.split(", ").filter_map(|line| line.split_once(' ')) {
            let keys: Vec<_> = keys.split(' ').filter_map(Key::parse).collect();
            self.keymap.set(action, &keys);
        }
    }

    fn line(&mut self, action: &str, value: &DeValue<'_>, at: &Range<usize>) {
        if !self.keymap.bindings().iter().any(|binding| binding.name == action) {
            return self.fault(at, format!("no action `{action}`; the help `?` lists the names, after the colon"));
        }
        let written: Option<Vec<&str>> = if let DeValue::Array(keys) = value {
            keys.iter().map(|key| key.get_ref().as_str()).collect()
        } else {
            value.as_str().map(|key| vec![key])
        };
        let Some(written) = written else {
            return self.fault(at, format!("`{action}` takes a key or a list of keys, such as [\"n\", \"Down\"]"));
        };
        let keys: Vec<_> = written.iter().filter_map(|key| self.key(action, key, at)).collect();
        self.keymap.set(action, &keys);
    }

    /// Parses a key, and reports one that another line has too.
    fn key(&mut self, action: &str, written: &str, at: &Range<usize>) -> Option<Key> {
        let Some(key) = Key::parse(written) else {
            self.fault(at, format!("`{written}` is not a key such as a letter, ^d, Enter, PgDn or Shift-Tab"));
            return None;
        };
        if key == Key::Ctrl('c') && action != "quit" {
            self.fault(at, "^c always quits".to_owned());
            return None;
        }
        let line = line_of(self.text, at);
        if let Some((other, first)) = self.given.insert(key, (action.to_owned(), line)) {
            self.fault(at, format!("`{written}` is given to `{action}` and, on line {first}, to `{other}`"));
        }
        Some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::input::keymap::{Action, Motion};
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    fn read(text: &str) -> (Keymap, Vec<String>) {
        let views = ["projects", "work", "free", "changes", "trend", "check"];
        let mut keymap = Keymap::new(views.map(|name| (name, "")));
        let faults = apply(&mut keymap, text).err().unwrap_or_default();
        (keymap, faults.into_iter().map(|fault| format!("{}: {}", fault.line, fault.text)).collect())
    }

    fn pressed(keymap: &Keymap, c: char) -> Option<Action> {
        keymap.action(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE))
    }

    #[test]
    fn a_key_of_the_file_is_taken_from_its_former_action() {
        let (keymap, faults) = read("[keys]\ndown = [\"n\", \"Down\"]\nup = \"e\"\n");
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!(
            (pressed(&keymap, 'n'), pressed(&keymap, 'e')),
            (Some(Action::Move(Motion::Down)), Some(Action::Move(Motion::Up)))
        );
        assert_eq!(pressed(&keymap, 'j'), None);
    }

    #[test]
    fn clashes_and_unknown_names_are_reported_with_their_lines() {
        let (_, faults) =
            read("[keys]\ndown = \"n\"\nup = [\"n\"]\nfly = \"f\"\nopen = \"Hyper\"\nsort = 3\nhelp = \"^c\"\n");
        assert_eq!(faults.len(), 5, "{faults:?}");
        assert!(faults.iter().any(|fault| fault == "3: `n` is given to `up` and, on line 2, to `down`"), "{faults:?}");
        assert!(faults.iter().any(|fault| fault.starts_with("4: no action `fly`")), "{faults:?}");
        assert!(read("preset = \"qwop\"").1.iter().any(|fault| fault.contains("there are colemak")));
        assert!(read("keys = [").1.iter().any(|fault| fault.starts_with("1: ")));
        assert_eq!(read("preset = 3").1, ["1: `preset` takes the name of a layout: colemak, dvorak, azerty, bepo"]);
        assert_eq!(read("keys = 3").1, ["1: `keys` is a table, which begins with `[keys]`"]);
        let (_, faults) = read("[keys]\ndown = [\"n\", 1]\n");
        assert!(faults.iter().any(|fault| fault.starts_with("2: `down` takes a key or a list")), "{faults:?}");
    }

    #[test]
    fn every_preset_names_known_actions_and_no_key_twice() {
        for (name, lines) in PRESETS {
            let (keymap, faults) = read(&format!("preset = \"{name}\""));
            assert!(faults.is_empty());
            for line in lines.split(", ") {
                let (action, keys) = line.split_once(' ').expect("an action has keys");
                let binding = keymap.bindings().iter().find(|binding| binding.name == action);
                let keys: Vec<_> = keys.split(' ').map(|key| Key::parse(key).expect("a preset has keys")).collect();
                assert_eq!(binding.map(|binding| &binding.keys), Some(&keys), "{name}: {action}");
            }
            let unreachable = ["reload", "messages"];
            let lost = keymap.bindings().iter().find(|b| b.keys.is_empty() && !unreachable.contains(&b.name));
            assert_eq!(lost.map(|binding| binding.name), None, "{name}");
        }
    }
}
