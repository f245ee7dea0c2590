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
    /// Fetches all issues of the repository, also those that the roadmap does not need.
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
use Key::{Char, Code, Ctrl};

fn bind(action: A, keys: &[Key], name: &'static str, [group, short, help]: [&'static str; 3]) -> Binding {
    Binding { action, keys: keys.to_vec(), name, group, short, help }
}

/// Bindings for moving.
fn moving() -> Vec<Binding> {
    vec![
        bind(A::Move(Motion::Down), &[Char('j'), Code(KeyCode::Down)], "down", ["Move", "", "next row"]),
        bind(A::Move(Motion::Up), &[Char('k'), Code(KeyCode::Up)], "up", ["Move", "", "previous row"]),
        bind(A::Move(Motion::First), &[Char('g'), Code(KeyCode::Home)], "first", ["Move", "", "first row"]),
        bind(A::Move(Motion::Last), &[Char('G'), Code(KeyCode::End)], "last", ["Move", "", "last row"]),
        bind(
            A::Move(Motion::HalfDown),
            &[Ctrl('d'), Code(KeyCode::PageDown)],
            "page-down",
            ["Move", "", "half a page down"],
        ),
        bind(A::Move(Motion::HalfUp), &[Ctrl('u'), Code(KeyCode::PageUp)], "page-up", ["Move", "", "half a page up"]),
        bind(
            A::Open,
            &[Code(KeyCode::Enter), Char('l'), Code(KeyCode::Right)],
            "open",
            ["Move", "open", "open what is selected"],
        ),
        bind(
            A::Back,
            &[Code(KeyCode::Esc), Char('h'), Code(KeyCode::Left)],
            "back",
            ["Move", "back", "back, or clear the filter; never quits"],
        ),
    ]
}

/// Bindings for views and dates.
fn looking() -> Vec<Binding> {
    vec![
        bind(A::NextView, &[Code(KeyCode::Tab)], "next-view", ["Views", "views", "next view"]),
        bind(A::PreviousView, &[Code(KeyCode::BackTab)], "previous-view", ["Views", "", "previous view"]),
        bind(A::Preview, &[Char('p')], "preview", ["Views", "preview", "show or hide the preview"]),
        bind(A::Migrated, &[Char('M')], "migrated", ["Views", "migrated", "what was migrated before"]),
        bind(A::Accounts, &[Char('$')], "spend", ["Views", "accounts", "accounts: used, left, when they run out"]),
        bind(A::Earlier, &[Char('<')], "earlier", ["Date", "", "one month back"]),
        bind(A::Later, &[Char('>')], "later", ["Date", "", "one month on"]),
        bind(A::Now, &[Char('.')], "now", ["Date", "now", "back to now"]),
        bind(A::Meeting, &[Char('m')], "meeting", ["Date", "meeting", "set the day of the last meeting"]),
    ]
}

/// Bindings for lists and explanations.
fn listing() -> Vec<Binding> {
    vec![
        bind(A::Filter, &[Char('/')], "filter", ["List", "filter", "filter as you type; Esc clears"]),
        bind(A::Mine, &[Char('I')], "mine", ["List", "mine", "only what you own or are assigned to"]),
        bind(A::Unowned, &[Char('u')], "unowned", ["List", "unowned", "only what has no settled owner"]),
        bind(A::Completed, &[Char('c')], "completed", ["List", "completed", "show or hide what is done or dropped"]),
        bind(A::Sort, &[Char('s')], "sort", ["List", "sort", "sort by the next column"]),
        bind(A::Reverse, &[Char('S')], "reverse", ["List", "reverse", "reverse the order"]),
        bind(A::Group, &[Char('b')], "group", ["List", "group", "group by owner, state, milestone or default"]),
        bind(A::Why, &[Char('=')], "explain", ["Ask", "explain", "explain this number or state"]),
        bind(A::Whom, &[Char('i')], "whom", ["Ask", "whom", "whom to ask: leads, chat, next meeting"]),
    ]
}

/// Bindings that copy, open or change something.
fn doing() -> Vec<Binding> {
    vec![
        bind(A::Browse, &[Char('o')], "browse", ["Copy and open", "browser", "open the issue in a browser"]),
        bind(A::CopyLink, &[Char('y')], "copy", ["Copy and open", "copy", "copy the link"]),
        bind(
            A::CopyText,
            &[Char('Y')],
            "copy-text",
            ["Copy and open", "copy text", "copy as Markdown, or the comment that claims it"],
        ),
        bind(
            A::Report,
            &[Char('w')],
            "write",
            ["Copy and open", "brief", "write the brief for the meeting, as Markdown"],
        ),
        bind(A::Edit, &[Char('e')], "edit", ["Change", "edit", "edit the roadmap at this line"]),
        bind(A::SetState, &[Char('x')], "set", ["Change", "state", "change an item's state; shows the diff first"]),
        bind(A::Fix, &[Char('a')], "fix", ["Change", "fix", "fix a finding; shows the diff first"]),
        bind(A::Sync, &[Char('r')], "sync", ["Change", "sync", "fetch what has changed on GitHub"]),
        bind(A::SyncAll, &[Char('R')], "sync-all", ["Change", "", "fetch all issues of the repository"]),
        bind(A::Reload, &[], "reload", ["Change", "", "read the roadmap again"]),
    ]
}

/// Bindings for the program itself.
fn program() -> Vec<Binding> {
    vec![
        bind(A::Redraw, &[Ctrl('l')], "redraw", ["Program", "", "redraw the screen"]),
        bind(A::Messages, &[], "messages", ["Program", "", "the last messages"]),
        bind(A::Command, &[Char(':')], "command", ["Program", "", "type a command; Tab completes"]),
        bind(A::Help, &[Char('?')], "help", ["Program", "help", "these keys; type to search"]),
        bind(A::Suspend, &[Ctrl('z')], "suspend", ["Program", "", "stop and return to the shell"]),
        bind(A::Quit, &[Char('q'), Ctrl('c')], "quit", ["Program", "", "quit"]),
    ]
}

impl Keymap {
    /// Returns the default keymap, with a number key for each view.
    pub fn new(views: impl IntoIterator<Item = ViewName>) -> Self {
        let of_view = |(number, (name, help)): (u8, ViewName)| {
            let keys: Vec<_> = char::from_digit(u32::from(number), 10).map(Char).into_iter().collect();
            bind(A::View(number), &keys, name, ["Views", "", help])
        };
        let views = (1..).zip(views).map(of_view);
        let tables = [moving(), views.collect(), looking(), listing(), doing(), program()];
        Self { bindings: tables.into_iter().flatten().collect() }
    }

    /// Returns all bindings, in the order of the help.
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// Returns the action of a key.
    pub fn action(&self, event: KeyEvent) -> Option<Action> {
        let key = Key::of(event)?;
        if key == Ctrl('c') {
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

    /// Replaces names of actions in braces by their keys, as in `{sync} fetches them`.
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
