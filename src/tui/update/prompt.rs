//! The prompt for a filter, a command or a day.

use crossterm::event::{Event, KeyCode, KeyEvent};
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler;

use super::super::input::commands::{self, TypedCommand};
use super::super::input::filter_completion;
use super::super::input::keymap::{Action, Key, Motion};
use super::super::model::Prompt;
use super::{Effect, Id, Model, Popup, PromptKind, Question, act, brief, go_to, group, open as open_page, sort};
use crate::domain::time::read_day;
use crate::domain::{Date, IssueRef, clean};
use crate::insight::last_meeting;

/// Opens a prompt.
pub(super) fn open(model: &mut Model, kind: PromptKind) -> Option<Effect> {
    let text = match kind {
        PromptKind::Filter => {
            model.pages.clear();
            model.list.filter.clone()
        }
        PromptKind::Command => String::new(),
        PromptKind::Meeting => {
            let since = model.changes_since();
            let known = model.last_meeting().filter(|meeting| meeting.since == since);
            let day = known.map_or_else(|| since.succ_opt().unwrap_or(since), |meeting| meeting.day);
            day.min(model.now).to_string()
        }
    };
    model.prompt = Some(Prompt { kind, input: Input::new(text), is_proposed: kind == PromptKind::Meeting });
    None
}

/// Handles a key while a prompt is open.
pub(super) fn key(model: &mut Model, key: KeyEvent) -> Option<Effect> {
    let mut prompt = model.prompt.take()?;
    let is_proposed = std::mem::take(&mut prompt.is_proposed);
    let Some(known) = Key::of(key) else {
        // Combinations with Alt only edit the line, such as moving by words.
        prompt.input.handle_event(&Event::Key(key));
        keep(model, prompt);
        return None;
    };
    match (known, prompt.kind) {
        (Key::Ctrl('l'), _) => {
            model.prompt = Some(prompt);
            return Some(Effect::Redraw);
        }
        (Key::Ctrl('c') | Key::Code(KeyCode::Esc), kind) => {
            if kind == PromptKind::Filter {
                filter(model, "");
            }
            return None;
        }
        (Key::Code(KeyCode::Enter), _) => return finish(model, prompt),
        (Key::Ctrl('z'), _) => {
            model.prompt = Some(prompt);
            return Some(Effect::Suspend);
        }
        (Key::Code(KeyCode::Tab), PromptKind::Command) => {
            prompt.input = Input::new(completed(model, prompt.input.value()));
        }
        (Key::Code(KeyCode::Tab), PromptKind::Filter) => {
            prompt.input = Input::new(filter_completion::complete(model, prompt.input.value()));
        }
        // Backspace in an empty line closes the prompt.
        (Key::Code(KeyCode::Backspace), PromptKind::Command) if prompt.input.value().is_empty() => return None,
        (Key::Code(arrow @ (KeyCode::Down | KeyCode::Up)), PromptKind::Filter) => {
            model.prompt = Some(prompt);
            let motion = if arrow == KeyCode::Down { Motion::Down } else { Motion::Up };
            return act(model, Action::Move(motion));
        }
        (
            Key::Char(_) | Key::Ctrl(_) | Key::Code(_),
            PromptKind::Filter | PromptKind::Command | PromptKind::Meeting,
        ) => {
            if is_proposed && matches!(known, Key::Char(_)) {
                prompt.input.reset();
            }
            prompt.input.handle_event(&Event::Key(key));
        }
    }
    keep(model, prompt);
    None
}

/// Completes a command, or its value if that is a name or a filter.
fn completed(model: &Model, text: &str) -> String {
    if let Some(filter) = text.strip_prefix("filter ") {
        return format!("filter {}", filter_completion::complete(model, filter));
    }
    match text.strip_prefix("show ") {
        Some(name) => format!("show {}", filter_completion::complete_name(model, name)),
        None => commands::complete(&model.keymap, text),
    }
}

/// Inserts pasted text, cleaned, into the prompt or the search of the help; ignores it elsewhere.
pub(super) fn paste(model: &mut Model, text: &str) -> Option<Effect> {
    let text = clean::clean_line(text);
    if let Some(Popup::Help(input)) = &mut model.popup {
        insert(input, &text);
    }
    let mut prompt = model.prompt.take()?;
    if std::mem::take(&mut prompt.is_proposed) {
        prompt.input.reset();
    }
    insert(&mut prompt.input, &text);
    keep(model, prompt);
    None
}

fn insert(input: &mut Input, text: &str) {
    for c in text.chars() {
        input.handle(tui_input::InputRequest::InsertChar(c));
    }
}

fn keep(model: &mut Model, prompt: Prompt) {
    if prompt.kind == PromptKind::Filter && prompt.input.value() != model.list.filter {
        typing(model, prompt.input.value());
    }
    model.prompt = Some(prompt);
}

/// Filters while typing: until the last word is complete, only the words before it apply.
fn typing(model: &mut Model, text: &str) {
    let is_whole = !filter_completion::is_unfinished(model, text);
    model.set_filter(text);
    if !is_whole || model.list.filter_error.is_some() {
        let me = model.world.me.clone();
        model.list.apply_partial_filter(filter_completion::before_last_word(text), me.as_deref());
    }
    model.derive();
}

fn filter(model: &mut Model, text: &str) {
    model.set_filter(text);
    model.derive();
}

fn finish(model: &mut Model, prompt: Prompt) -> Option<Effect> {
    let text = prompt.input.value();
    match prompt.kind {
        PromptKind::Filter => {
            filter(model, text);
            if model.list.filter_error.is_some() {
                // Keep the prompt open, with the error, so that the filter can be corrected.
                typing(model, text);
                model.prompt = Some(prompt);
            }
            None
        }
        PromptKind::Command if text.trim().is_empty() => None,
        PromptKind::Command => match commands::read(&model.keymap, text, model.now) {
            Ok(command) => run(model, command),
            Err(error) => {
                model.complain(error);
                None
            }
        },
        PromptKind::Meeting => meeting(model, text),
    }
}

fn meeting(model: &mut Model, text: &str) -> Option<Effect> {
    let Some(date) = read_day(text, model.now) else {
        model.complain(format!("`{text}` is not a day such as 2020-12-10, today or 14d"));
        return None;
    };
    set_meeting(model, date)
}

/// Requests to save the day of the last meeting; refuses a future day, which would hide every change until then.
fn set_meeting(model: &mut Model, date: Date) -> Option<Effect> {
    if date > model.now {
        model.complain(format!("{date} is in the future: the last meeting was today or earlier"));
        return None;
    }
    Some(Effect::Ask(Question::Meeting(date)))
}

fn since(model: &mut Model, date: Date) {
    if date > model.world.date {
        return model.complain(format!("{date} is after {}", model.world.date));
    }
    let date = last_meeting::over_by_end_of(date, model.local_day);
    model.since = Some(date);
    model.invalidate();
    model.say(format!("Changes now begin at the end of {date}"));
}

fn run(model: &mut Model, command: TypedCommand) -> Option<Effect> {
    match command {
        TypedCommand::Act(action) => return act(model, action),
        TypedCommand::Date(date) => go_to(model, date),
        TypedCommand::Since(date) => since(model, date),
        TypedCommand::Sort(by) => sort(model, by),
        TypedCommand::Group(by) => group(model, by),
        TypedCommand::Filter(text) => {
            model.pages.clear();
            filter(model, &text);
            if let Some(error) = model.list.filter_error.clone() {
                model.complain(error);
            }
        }
        TypedCommand::Write(file) => return Some(brief(model, Some(file))),
        TypedCommand::Meeting(date) => return set_meeting(model, date),
        TypedCommand::Show(name) => match find_by_name(model, &name) {
            Some(id) => open_page(model, id),
            None => model.complain(format!("nothing is called `{name}`")),
        },
    }
    None
}

/// Finds a project, an item (`project/item`) or an issue by name.
fn find_by_name(model: &Model, name: &str) -> Option<Id> {
    let roadmap = &model.world.roadmap;
    if let Some(project) = roadmap.project(name) {
        return Some(Id::Project(project.id.clone()));
    }
    let is_item = roadmap.item(name).is_some();
    if let Some(issue) = IssueRef::parse(name, &roadmap.repo).filter(|_| !is_item) {
        if model.world.snapshot.issue(&issue).is_some() {
            return Some(Id::Issue(issue));
        }
        let own = model.board.items().find(|item| item.issue.as_ref() == Some(&issue));
        let tracked = roadmap.projects.iter().find(|project| project.issues.contains(&issue));
        let project = || tracked.map(|project| Id::Project(project.id.clone()));
        return own.map(|own| Id::Item(own.project.clone(), own.key.clone())).or_else(project);
    }
    let (project, item) = roadmap.item(name)?;
    Some(Id::Item(project.id.clone(), item.key.clone()))
}
