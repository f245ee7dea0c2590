//! The keymap: one table of key bindings, used by the event loop, the help, the footer and the command line.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// An action of a key or a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Moves the selection.
    Move(Motion),
    /// Opens the selection.
    Open,
    /// Goes back; never quits.
    Back,
    /// Shows a view, by its number from 1.
    View(u8),
    /// Shows the next view.
    NextView,
    /// Shows the previous view.
    PreviousView,
    /// Opens the filter prompt.
    Filter,
    /// Shows only the user's own work.
    Mine,
    /// Shows only what has no settled owner.
    Unowned,
    /// Shows or hides items that are done or dropped.
    Completed,
    /// Sorts by the next column.
    Sort,
    /// Reverses the order.
    Reverse,
    /// Groups by the next grouping.
    Group,
    /// Opens the issue in a browser.
    Browse,
    /// Copies the link.
    CopyLink,
    /// Copies Markdown, or the comment that claims the work.
    CopyText,
    /// Writes the brief.
    Report,
    /// Opens the roadmap in an editor.
    Edit,
    /// Changes the state of an item.
    SetState,
    /// Applies the remedy of a finding.
    Fix,
    /// Fetches what the roadmap needs.
    Sync,
    /// Fetches all issues of the repository, even if the roadmap does not need them.
    SyncAll,
    /// Reads the roadmap again.
    Reload,
    /// Shows or hides the preview.
    Preview,
    /// Explains a number or state.
    Why,
    /// Shows whom to ask.
    Whom,
    /// Sets the day of the last meeting.
    Meeting,
    /// Goes one month back.
    Earlier,
    /// Goes one month on.
    Later,
    /// Returns to now.
    Now,
    /// Lists the items migrated before the roadmap began.
    Migrated,
    /// Shows the accounts.
    Accounts,
    /// Lists the last messages.
    Messages,
    /// Redraws the screen.
    Redraw,
    /// Opens the command line.
    Command,
    /// Shows the help.
    Help,
    /// Suspends the program and returns to the shell.
    Suspend,
    /// Ends the program.
    Quit,
}

/// A motion of the selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Motion {
    /// One row down.
    Down,
    /// One row up.
    Up,
    /// To the first row.
    First,
    /// To the last row.
    Last,
    /// Half a page down.
    HalfDown,
    /// Half a page up.
    HalfUp,
}

/// A key press.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// A character.
    Char(char),
    /// A letter with Control.
    Ctrl(char),
    /// Any other key.
    Code(KeyCode),
}

/// The keys, name and help of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The action.
    pub action: Action,
    /// The keys, the main one first.
    pub keys: Vec<Key>,
    /// The name on the command line `:`.
    pub name: &'static str,
    /// The group in the help.
    pub group: &'static str,
    /// The label in the footer, one or two words; empty if it never appears there.
    pub short: &'static str,
    /// The text in the help.
    pub help: &'static str,
}

/// The name of a view on the command line, and its text in the help.
pub type ViewName = (&'static str, &'static str);

/// The key bindings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

use Action as A;

/// The group in the help, the action, its keys, its name, its label in the footer, and its help.
type BindingRow = (&'static str, Action, &'static str, &'static str, &'static str, &'static str);

/// Bindings for moving, which come first in the help.
const MOVING: [BindingRow; 8] = [
    ("Move", A::Move(Motion::Down), "j Down", "down", "", "next row"),
    ("Move", A::Move(Motion::Up), "k Up", "up", "", "previous row"),
    ("Move", A::Move(Motion::First), "g Home", "first", "", "first row"),
    ("Move", A::Move(Motion::Last), "G End", "last", "", "last row"),
    ("Move", A::Move(Motion::HalfDown), "^d PgDn", "page-down", "", "half a page down"),
    ("Move", A::Move(Motion::HalfUp), "^u PgUp", "page-up", "", "half a page up"),
    ("Move", A::Open, "Enter l Right", "open", "open", "open what is selected"),
    ("Move", A::Back, "Esc h Left", "back", "back", "back, or clear the filter; never quits"),
];

/// The other bindings, after the views.
const OTHERS: [BindingRow; 34] = [
    ("Views", A::NextView, "Tab", "next-view", "views", "next view"),
    ("Views", A::PreviousView, "Shift-Tab", "previous-view", "", "previous view"),
    ("Views", A::Preview, "p", "preview", "preview", "show or hide the preview"),
    ("Views", A::Migrated, "M", "migrated", "migrated", "what was migrated before"),
    ("Views", A::Accounts, "$", "spend", "accounts", "accounts: used, left, when they run out"),
    ("Date", A::Earlier, "<", "earlier", "", "one month back"),
    ("Date", A::Later, ">", "later", "", "one month on"),
    ("Date", A::Now, ".", "now", "now", "back to now"),
    ("Date", A::Meeting, "m", "meeting", "meeting", "set the day of the last meeting"),
    ("List", A::Filter, "/", "filter", "filter", "filter as you type; Esc clears"),
    ("List", A::Mine, "I", "mine", "mine", "only what you own or are assigned to"),
    ("List", A::Unowned, "u", "unowned", "unowned", "only what has no settled owner"),
    ("List", A::Completed, "c", "completed", "completed", "show or hide what is done or dropped"),
    ("List", A::Sort, "s", "sort", "sort", "sort by the next column"),
    ("List", A::Reverse, "S", "reverse", "reverse", "reverse the order"),
    ("List", A::Group, "b", "group", "group", "group by owner, state, milestone or default"),
    ("Ask", A::Why, "=", "explain", "explain", "explain this number or state"),
    ("Ask", A::Whom, "i", "whom", "whom", "whom to ask: leads, chat, next meeting"),
    ("Copy and open", A::Browse, "o", "browse", "browser", "open the issue in a browser"),
    ("Copy and open", A::CopyLink, "y", "copy", "copy", "copy the link"),
    ("Copy and open", A::CopyText, "Y", "copy-text", "copy text", "copy as Markdown, or the comment that claims it"),
    ("Copy and open", A::Report, "w", "write", "brief", "write the brief for the meeting, as Markdown"),
    ("Change", A::Edit, "e", "edit", "edit", "edit the roadmap at this line"),
    ("Change", A::SetState, "x", "set", "state", "change an item's state; shows the diff first"),
    ("Change", A::Fix, "a", "fix", "fix", "fix a finding; shows the diff first"),
    ("Change", A::Sync, "r", "sync", "sync", "fetch what has changed on GitHub"),
    ("Change", A::SyncAll, "R", "sync-all", "", "fetch all issues of the repository"),
    ("Change", A::Reload, "", "reload", "", "read the roadmap again"),
    ("Program", A::Redraw, "^l", "redraw", "", "redraw the screen"),
    ("Program", A::Messages, "", "messages", "", "the last messages"),
    ("Program", A::Command, ":", "command", "", "type a command; Tab completes"),
    ("Program", A::Help, "?", "help", "help", "these keys; type to search"),
    ("Program", A::Suspend, "^z", "suspend", "", "stop and return to the shell"),
    ("Program", A::Quit, "q ^c", "quit", "", "quit"),
];

fn bind((group, action, keys, name, short, help): BindingRow) -> Binding {
    let key = |key| Key::parse(key).expect("the default keymap has only keys");
    Binding { action, keys: keys.split_whitespace().map(key).collect(), name, group, short, help }
}

impl Keymap {
    /// Returns the default keymap, with a number key for each view.
    pub fn new(views: impl IntoIterator<Item = ViewName>) -> Self {
        let of_view = |(number, (name, help)): (u8, ViewName)| {
            let keys = char::from_digit(number.into(), 10).map(Key::Char).into_iter().collect();
            Binding { action: A::View(number), keys, name, group: "Views", short: "", help }
        };
        let views = (1..).zip(views).map(of_view);
        Self { bindings: MOVING.into_iter().map(bind).chain(views).chain(OTHERS.into_iter().map(bind)).collect() }
    }

    /// Returns all bindings, in the order of the help.
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// Returns the action of a key.
    pub fn action(&self, event: KeyEvent) -> Option<Action> {
        let key = Key::of(event)?;
        if key == Key::Ctrl('c') {
            // `^c` quits under every keymap.
            return Some(A::Quit);
        }
        self.bindings.iter().find(|binding| binding.keys.contains(&key)).map(|binding| binding.action)
    }

    /// Returns the binding of an action.
    pub fn binding(&self, action: Action) -> Option<&Binding> {
        self.bindings.iter().find(|binding| binding.action == action)
    }

    /// Returns the main key of an action for messages, or its command if it has no key.
    pub fn key(&self, action: Action) -> String {
        let Some(binding) = self.binding(action) else { return String::new() };
        binding.keys.first().map_or_else(|| format!(":{}", binding.name), |key| key.shown(true))
    }

    /// Replaces names of actions in braces with their keys, as in `{sync} fetches them`.
    pub fn fill(&self, sentence: &str) -> String {
        let mut filled = sentence.to_owned();
        if filled.contains('{') {
            for binding in &self.bindings {
                filled = filled.replace(&format!("{{{}}}", binding.name), &self.key(binding.action));
            }
        }
        filled
    }

    /// Sets the keys of an action, and removes them from other actions.
    pub fn set(&mut self, name: &str, keys: &[Key]) {
        for binding in &mut self.bindings {
            if binding.name == name {
                binding.keys = keys.to_vec();
            } else {
                binding.keys.retain(|key| !keys.contains(key));
            }
        }
    }
}

impl Key {
    /// Returns the key of an event; Shift is part of the character. Combinations with Alt and other modifiers are `None`.
    pub fn of(event: KeyEvent) -> Option<Self> {
        let modifiers = event.modifiers - KeyModifiers::SHIFT;
        if let KeyCode::Char(c) = event.code {
            let control = (modifiers == KeyModifiers::CONTROL).then(|| Self::Ctrl(c.to_ascii_lowercase()));
            return control.or(modifiers.is_empty().then_some(Self::Char(c)));
        }
        let is_back = event.code == KeyCode::Tab && event.modifiers.contains(KeyModifiers::SHIFT);
        modifiers.is_empty().then_some(Self::Code(if is_back { KeyCode::BackTab } else { event.code }))
    }

    /// Parses a key such as `j`, `^d`, `Enter` or `PgDn`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut letters = text.chars();
        match (letters.next(), letters.next(), letters.next()) {
            (Some(c), None, None) if !c.is_control() => Some(Self::Char(c)),
            (Some('^'), Some(c), None) if c.is_ascii_alphabetic() => Some(Self::Ctrl(c.to_ascii_lowercase())),
            _ => NAMED.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, code)| Self::Code(*code)),
        }
    }

    /// Returns the key as shown on the screen.
    pub fn shown(self, ascii: bool) -> String {
        match (self, ascii) {
            (Self::Char(' '), _) => "Space".into(),
            (Self::Char(c), _) => c.to_string(),
            (Self::Ctrl(c), _) => format!("^{c}"),
            (Self::Code(KeyCode::Down), false) => "↓".into(),
            (Self::Code(KeyCode::Up), false) => "↑".into(),
            (Self::Code(KeyCode::Left), false) => "←".into(),
            (Self::Code(KeyCode::Right), false) => "→".into(),
            (Self::Code(code), _) => NAMED
                .iter()
                .find(|(_, named)| *named == code)
                .map_or_else(|| format!("{code:?}"), |(name, _)| (*name).to_owned()),
        }
    }
}

/// The names of keys that are no characters.
const NAMED: [(&str, KeyCode); 17] = [
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("Shift-Tab", KeyCode::BackTab),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("PgUp", KeyCode::PageUp),
    ("PgDn", KeyCode::PageDown),
    ("Space", KeyCode::Char(' ')),
    ("Backspace", KeyCode::Backspace),
    ("Del", KeyCode::Delete),
    ("Ins", KeyCode::Insert),
    ("F1", KeyCode::F(1)),
];

impl Binding {
    /// Returns all keys as the help shows them, or the command if there are none.
    pub fn keys_shown(&self, ascii: bool) -> String {
        let keys: Vec<_> = self.keys.iter().map(|key| key.shown(ascii)).collect();
        if keys.is_empty() { format!(":{}", self.name) } else { keys.join(" ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_list_every_action_with_its_keys() {
        let keymap = Keymap::new(crate::tui::model::views::VIEWS.map(|view| (view.command, view.help)));
        let row = |binding: &Binding| {
            let keys: Vec<_> = binding.keys.iter().map(|key| format!("`{}`", key.shown(true))).collect();
            format!("| {} | `:{}` | {} |\n", keys.join(" "), binding.name, binding.help)
        };
        let rows: String = keymap.bindings().iter().map(row).collect();
        let table = format!("| keys | name | does |\n|---|---|---|\n{rows}");
        let documents = include_str!("../../../docs/keys.md");
        assert!(documents.contains(&table), "docs/keys.md should have this table:\n{table}");
    }
    use std::collections::HashSet;

    fn keymap() -> Keymap {
        Keymap::new([("one", "the first"), ("two", "the second")])
    }

    #[test]
    fn every_key_and_name_is_unique() {
        let (mut keys, mut names) = (Vec::new(), HashSet::new());
        for binding in keymap().bindings() {
            for key in &binding.keys {
                assert!(!keys.contains(key), "{key:?}");
                keys.push(*key);
            }
            assert!(names.insert(binding.name), "{}", binding.name);
        }
    }

    #[test]
    fn shift_control_and_alt_are_distinguished() {
        let press = |code, modifiers| keymap().action(KeyEvent::new(code, modifiers));
        assert_eq!(press(KeyCode::Char('G'), KeyModifiers::SHIFT), Some(Action::Move(Motion::Last)));
        assert_eq!(press(KeyCode::Char('d'), KeyModifiers::CONTROL), Some(Action::Move(Motion::HalfDown)));
        assert_eq!(press(KeyCode::BackTab, KeyModifiers::SHIFT), Some(Action::PreviousView));
        assert_eq!(press(KeyCode::Char('d'), KeyModifiers::NONE), None);
        for alt in [KeyCode::Char('q'), KeyCode::Left, KeyCode::Char('b'), KeyCode::Enter] {
            assert_eq!(press(alt, KeyModifiers::ALT), None, "{alt:?}");
        }
        assert_eq!(press(KeyCode::Left, KeyModifiers::CONTROL), None);
    }

    #[test]
    fn a_view_is_bound_to_its_number_and_name() {
        assert_eq!(keymap().action(KeyEvent::new(KeyCode::Char('2'), KeyModifiers::NONE)), Some(Action::View(2)));
        assert_eq!(keymap().binding(Action::View(1)).map(|binding| binding.name), Some("one"));
    }

    #[test]
    fn a_shown_key_can_be_parsed() {
        for key in [Key::Char('j'), Key::Ctrl('d'), Key::Code(KeyCode::PageDown), Key::Code(KeyCode::BackTab)] {
            assert_eq!(Key::parse(&key.shown(true)), Some(key));
        }
        assert_eq!((Key::parse(""), Key::parse("Hyper-x")), (None, None));
    }
}
