//! Key handling while a window is open.

use crossterm::event::{Event, KeyCode, KeyEvent};
use tui_input::backend::crossterm::EventHandler;

use super::moves::scroll_popup;
use super::{Action, EditRequest, Effect, Id, Model, Popup, Question, plan};
use crate::domain::State;
use crate::tui::input::keymap::Motion;
use crate::words;

/// Handles a key while a window is open; Esc and q close it.
pub(super) fn key(model: &mut Model, key: KeyEvent) -> Option<Effect> {
    let does = model.keymap.action(key);
    // These keys work everywhere.
    if key.code != KeyCode::Char('q') && matches!(does, Some(Action::Quit | Action::Suspend | Action::Redraw)) {
        return super::act(model, does?);
    }
    match model.popup.take()? {
        Popup::Help(input) => {
            help(model, key, input);
            None
        }
        Popup::States(project, item, at) => {
            let choice = Popup::States(project, item, at);
            states(model, key, does, choice)
        }
        Popup::Confirm(edit, diff) => confirm(model, key, does, edit, diff),
        popup @ (Popup::Why(_) | Popup::Whom(_) | Popup::Text(..) | Popup::Migrated | Popup::Accounts(_)) => {
            if !matches!(does, Some(Action::Back | Action::Quit | Action::Open | Action::Why | Action::Whom)) {
                model.popup = Some(popup);
                scroll(model, does);
            }
            None
        }
    }
}

fn scroll(model: &mut Model, does: Option<Action>) {
    if let Some(Action::Move(motion)) = does {
        scroll_popup(model, motion);
    }
}

/// Handles a key in the help: letters search, arrow and page keys scroll.
#[expect(clippy::wildcard_enum_match_arm, reason = "every other key is for the search")]
fn help(model: &mut Model, key: KeyEvent, mut input: tui_input::Input) {
    match key.code {
        KeyCode::Esc | KeyCode::Enter => return,
        KeyCode::Char('?') if input.value().is_empty() => return,
        KeyCode::Char('q') if input.value().is_empty() => return,
        // `/` begins a search in a pager; here typing is enough, so it is ignored.
        KeyCode::Char('/') if input.value().is_empty() => {}
        KeyCode::Up | KeyCode::Down | KeyCode::PageUp | KeyCode::PageDown | KeyCode::Home | KeyCode::End => {
            let does = model.keymap.action(key);
            scroll(model, does);
        }
        _ => {
            input.handle_event(&Event::Key(key));
            model.popup_scroll = 0;
        }
    }
    model.popup = Some(Popup::Help(input));
}

/// Opens the choice of a state for an item.
pub(super) fn choose_state(model: &mut Model, id: Option<&Id>) {
    let Some(item) = id.and_then(|id| model.item_of(id)) else { return };
    let at = State::WRITTEN.iter().position(|(_, state)| *state == item.state).unwrap_or(0);
    let popup = Popup::States(item.project.clone(), item.key.clone(), at);
    model.open_popup(popup);
}

fn states(model: &mut Model, key: KeyEvent, does: Option<Action>, popup: Popup) -> Option<Effect> {
    let Popup::States(project, item, at) = popup else { return None };
    let last = State::WRITTEN.len() - 1;
    let to = match (does, key.code) {
        (Some(Action::Move(Motion::Down)), _) => (at + 1).min(last),
        (Some(Action::Move(Motion::Up)), _) => at.saturating_sub(1),
        (Some(Action::Open), _) => {
            let (_, state) = State::WRITTEN.get(at)?;
            if model.board.item(&project, &item).is_some_and(|row| row.state == *state) {
                model.say(format!("it is already `{}`: nothing changed", words::state(*state)));
                return None;
            }
            return Some(plan(model, EditRequest::State(project, item, *state)));
        }
        (Some(Action::Back | Action::Quit | Action::SetState), _) => return None,
        (_, KeyCode::Char(digit)) => digit.to_digit(10).map_or(at, |digit| (digit as usize).clamp(1, last + 1) - 1),
        _ => at,
    };
    model.popup = Some(Popup::States(project, item, to));
    None
}

/// Handles a key in the confirmation: `y` or Enter confirms, `n`, `q` or Esc cancels.
fn confirm(model: &mut Model, key: KeyEvent, does: Option<Action>, edit: EditRequest, diff: String) -> Option<Effect> {
    if matches!(key.code, KeyCode::Char('y') | KeyCode::Enter) {
        return Some(Effect::Ask(Question::Apply(edit, diff, Box::new(model.world.roadmap.clone()))));
    }
    if matches!(key.code, KeyCode::Char('n' | 'q') | KeyCode::Esc) {
        model.say("nothing was changed");
    } else {
        model.popup = Some(Popup::Confirm(edit, diff));
        scroll(model, does);
    }
    None
}
