//! The keys: one table, from which the loop, the help and the footer are made.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// What a key or a command asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
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
    /// Opens what is selected.
    Open,
    /// Goes back; never quits.
    Back,
    /// Shows a view, from 1.
    View(u8),
    /// Shows the next view.
    NextView,
    /// Shows the previous view.
    PreviousView,
    /// Types a filter.
    Filter,
    /// Shows only what nobody owns.
    Unowned,
    /// Shows or hides what has ended.
    Completed,
    /// Sorts by the next column.
    Sort,
    /// Turns the order round.
    Reverse,
    /// Groups by the next thing.
    Group,
    /// Opens the issue in a browser.
    Browse,
    /// Copies the link.
    CopyLink,
    /// Copies Markdown or a Prow command.
    CopyText,
    /// Writes a report.
    Report,
    /// Opens the roadmap in an editor.
    Edit,
    /// Changes the state of an item.
    SetState,
    /// Applies the remedy of a finding.
    Fix,
    /// Fetches what the roadmap needs.
    Sync,
    /// Fetches everything anew.
    SyncAll,
    /// Reads the roadmap again.
    Reload,
    /// Shows or hides the preview.
    Preview,
    /// Says why a number or state is what it is.
    Why,
    /// Says whom to ask.
    Whom,
    /// Sets the meeting date.
    Meeting,
    /// One month back.
    Earlier,
    /// One month on.
    Later,
    /// Back to now.
    Now,
    /// Types a command.
    Command,
    /// Shows the keys.
    Help,
    /// Stops the program and waits in the shell.
    Suspend,
    /// Ends the program.
    Quit,
}

/// A key as it is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A letter or sign.
    Char(char),
    /// A letter with Control.
    Ctrl(char),
    /// Any other key.
    Code(KeyCode),
}

/// A line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// What it does.
    pub action: Action,
    /// The keys, the one to show first in front.
    pub keys: &'static [Key],
    /// The name on the command line `:`.
    pub name: &'static str,
    /// The group in the help.
    pub group: &'static str,
    /// One or two words for the footer; empty where it never stands there.
    pub short: &'static str,
    /// What it does, in words.
    pub help: &'static str,
}

use Action as A;
use Key::{Char, Code, Ctrl};

const fn bind(action: A, keys: &'static [Key], name: &'static str, [group, short, help]: [&'static str; 3]) -> Binding {
    Binding { action, keys, name, group, short, help }
}

/// All keys, in the order of the help.
pub const BINDINGS: [Binding; 43] = [
    bind(A::Down, &[Char('j'), Code(KeyCode::Down)], "down", ["Move", "", "next row"]),
    bind(A::Up, &[Char('k'), Code(KeyCode::Up)], "up", ["Move", "", "previous row"]),
    bind(A::First, &[Char('g'), Code(KeyCode::Home)], "first", ["Move", "", "first row"]),
    bind(A::Last, &[Char('G'), Code(KeyCode::End)], "last", ["Move", "", "last row"]),
    bind(A::HalfDown, &[Ctrl('d'), Code(KeyCode::PageDown)], "page-down", ["Move", "", "half a page down"]),
    bind(A::HalfUp, &[Ctrl('u'), Code(KeyCode::PageUp)], "page-up", ["Move", "", "half a page up"]),
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
    bind(A::View(1), &[Char('1')], "projects", ["Views", "", "Projects: how far, who, what is left"]),
    bind(A::View(2), &[Char('2')], "work", ["Views", "", "Work: every open item"]),
    bind(A::View(3), &[Char('3')], "unowned", ["Views", "", "Unowned: what can be taken, and why this first"]),
    bind(A::View(4), &[Char('4')], "changes", ["Views", "", "Changes: what is new since the last meeting"]),
    bind(A::View(5), &[Char('5')], "trend", ["Views", "", "Trend: done and scope over time"]),
    bind(A::View(6), &[Char('6')], "check", ["Views", "", "Check: where roadmap and issues disagree"]),
    bind(A::NextView, &[Code(KeyCode::Tab)], "next-view", ["Views", "views", "next view"]),
    bind(A::PreviousView, &[Code(KeyCode::BackTab)], "previous-view", ["Views", "", "previous view"]),
    bind(A::Preview, &[Char('p')], "preview", ["Views", "preview", "show or hide the preview"]),
    bind(A::Earlier, &[Char('<')], "earlier", ["Date", "", "one month back"]),
    bind(A::Later, &[Char('>')], "later", ["Date", "", "one month on"]),
    bind(A::Now, &[Char('.')], "now", ["Date", "now", "back to now"]),
    bind(A::Meeting, &[Char('m')], "meeting", ["Date", "meeting", "set the day of the last meeting"]),
    bind(A::Filter, &[Char('/')], "filter", ["List", "filter", "filter as you type; Esc clears"]),
    bind(A::Unowned, &[Char('u')], "unowned-only", ["List", "unowned", "only what nobody owns for certain"]),
    bind(A::Completed, &[Char('c')], "completed", ["List", "completed", "show or hide what has ended"]),
    bind(A::Sort, &[Char('s')], "sort", ["List", "sort", "sort by the next column"]),
    bind(A::Reverse, &[Char('S')], "reverse", ["List", "", "turn the order round"]),
    bind(A::Group, &[Char('b')], "group", ["List", "group", "group by SIG, state, milestone or not; left jobs too"]),
    bind(A::Why, &[Char('=')], "why", ["Ask", "why", "why this number or state"]),
    bind(A::Whom, &[Char('i')], "whom", ["Ask", "whom", "whom to ask: chairs, Slack, next meeting"]),
    bind(A::Browse, &[Char('o')], "browse", ["Take", "browser", "open the issue in a browser"]),
    bind(A::CopyLink, &[Char('y')], "copy", ["Take", "copy", "copy the link"]),
    bind(A::CopyText, &[Char('Y')], "copy-text", ["Take", "", "copy as Markdown, or the Prow command"]),
    bind(A::Report, &[Char('w')], "write", ["Take", "report", "write a report in Markdown"]),
    bind(A::Edit, &[Char('e')], "edit", ["Change", "edit", "edit the roadmap at this line"]),
    bind(A::SetState, &[Char('x')], "set", ["Change", "state", "change the state of the item, after its diff"]),
    bind(A::Fix, &[Char('a')], "fix", ["Change", "fix", "apply the remedy of a finding, after its diff"]),
    bind(A::Sync, &[Char('r')], "sync", ["Change", "sync", "fetch what has changed on GitHub"]),
    bind(A::SyncAll, &[Char('R')], "sync-all", ["Change", "", "fetch everything anew"]),
    bind(A::Reload, &[], "reload", ["Change", "", "read the roadmap again"]),
    bind(A::Command, &[Char(':')], "command", ["Program", "", "type a command; Tab completes"]),
    bind(A::Help, &[Char('?')], "help", ["Program", "help", "these keys; type to search"]),
    bind(A::Suspend, &[Ctrl('z')], "suspend", ["Program", "", "stop and return to the shell"]),
    bind(A::Quit, &[Char('q'), Ctrl('c')], "quit", ["Program", "", "quit"]),
];

/// Finds what a key does.
pub fn action(event: KeyEvent) -> Option<Action> {
    let key = Key::of(event);
    BINDINGS.iter().find(|binding| binding.keys.contains(&key)).map(|binding| binding.action)
}

/// Finds the line of an action.
pub fn binding(action: Action) -> Option<&'static Binding> {
    BINDINGS.iter().find(|binding| binding.action == action)
}

impl Key {
    /// Reads an event; Shift is part of the letter.
    pub fn of(event: KeyEvent) -> Self {
        match event.code {
            KeyCode::Char(c) if event.modifiers.contains(KeyModifiers::CONTROL) => Self::Ctrl(c.to_ascii_lowercase()),
            KeyCode::Char(c) => Self::Char(c),
            KeyCode::Tab if event.modifiers.contains(KeyModifiers::SHIFT) => Self::Code(KeyCode::BackTab),
            code => Self::Code(code),
        }
    }

    /// How a key is written on the screen.
    pub fn shown(self, ascii: bool) -> String {
        match (self, ascii) {
            (Self::Char(c), _) => c.to_string(),
            (Self::Ctrl(c), _) => format!("^{c}"),
            (Self::Code(KeyCode::Down), false) => "↓".into(),
            (Self::Code(KeyCode::Up), false) => "↑".into(),
            (Self::Code(KeyCode::Left), false) => "←".into(),
            (Self::Code(KeyCode::Right), false) => "→".into(),
            (Self::Code(KeyCode::BackTab), _) => "Shift-Tab".into(),
            (Self::Code(KeyCode::PageDown), _) => "PgDn".into(),
            (Self::Code(KeyCode::PageUp), _) => "PgUp".into(),
            (Self::Code(code), _) => format!("{code:?}"),
        }
    }
}

impl Binding {
    /// All keys of the line, as the help shows them.
    pub fn keys_shown(&self, ascii: bool) -> String {
        let keys: Vec<_> = self.keys.iter().map(|key| key.shown(ascii)).collect();
        if keys.is_empty() { format!(":{}", self.name) } else { keys.join(" ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_key_and_no_name_stands_twice() {
        let mut keys = Vec::new();
        let mut names = HashSet::new();
        for binding in BINDINGS {
            for key in binding.keys {
                assert!(!keys.contains(key), "{key:?}");
                keys.push(*key);
            }
            assert!(names.insert(binding.name), "{}", binding.name);
        }
    }

    #[test]
    fn shift_and_control_are_told_apart() {
        let press = |code, modifiers| action(KeyEvent::new(code, modifiers));
        assert_eq!(press(KeyCode::Char('G'), KeyModifiers::SHIFT), Some(Action::Last));
        assert_eq!(press(KeyCode::Char('d'), KeyModifiers::CONTROL), Some(Action::HalfDown));
        assert_eq!(press(KeyCode::BackTab, KeyModifiers::SHIFT), Some(Action::PreviousView));
        assert_eq!(press(KeyCode::Char('d'), KeyModifiers::NONE), None);
    }
}
