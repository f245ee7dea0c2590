//! The update function: applies a message to the model. It does no I/O, so every key can be tested without a terminal.

mod checkout;
mod copy;
mod moves;
mod prompt;
mod windows;

use ratatui::layout::Position;

use super::input::keymap::Action;
use super::model::order::Sort;
use super::model::remaining_jobs;
use super::model::views::Spec;
use super::model::{
    DetailPage, EditRequest, Effect, Fetch, Id, MeetingKept, Model, Msg, Popup, PromptKind, Question, Search,
    SnapshotOrigin, Sync, View,
};
use crate::domain::Date;
use crate::domain::time::{month_after, month_before};
use crate::insight::money;
use crate::words::first_line;

/// Applies a message to the model, and returns an effect for the event loop.
pub fn update(model: &mut Model, msg: Msg) -> Option<Effect> {
    match msg {
        Msg::Key(_) | Msg::Paste(_) | Msg::Click(_) | Msg::Act(_) if model.frame.is_too_small => {
            return too_small(model, &msg);
        }
        Msg::Key(key) => return press(model, key),
        Msg::Act(action) => return act(model, action).or_else(|| request_missing_data(model)),
        Msg::Paste(text) => return prompt::paste(model, &text),
        Msg::Click(place) => {
            click(model, place);
            return request_missing_data(model);
        }
        Msg::Loaded(Ok(world)) => {
            model.broken = None;
            model.replace(*world);
            return request_missing_data(model);
        }
        Msg::Facts(facts) => {
            model.put_facts(*facts);
            return request_missing_data(model);
        }
        Msg::Clock(now, today) => {
            model.set_clock(now, today);
            return request_missing_data(model);
        }
        Msg::NoClipboard(copied) => return Some(Effect::CopyByTerminal(copied)),
        Msg::Loaded(Err(error)) => {
            // The message of the edit that broke the file would hide the error.
            model.message = None;
            model.broken = Some(error);
        }
        Msg::Progress(done, total) => model.sync = Sync::Running(done, total),
        Msg::Synced(result) => synced(model, result),
        Msg::Planned(edit, Ok(diff)) => model.open_popup(Popup::Confirm(edit, diff)),
        Msg::Planned(_, Err(error)) | Msg::Done(Err(error)) => fail(model, error),
        Msg::Notice(Ok(text)) | Msg::Done(Ok(text)) => model.say(text),
        Msg::Notice(Err(error)) | Msg::Met(Err(error)) => model.complain(error),
        Msg::Body(id, text) => model.put_text(&id, text),
        // For another day it is requested again.
        Msg::Left(_, day, _) if day != model.world.date => {}
        Msg::Left(counter, _, found) => {
            model.left.insert(counter, found.map_or_else(Search::Failed, Search::Found));
        }
        Msg::Counted(day, found) => checkout::put_facts(model, day, found),
        Msg::Moved(found) => checkout::put_moves(model, found),
        Msg::Met(Ok(kept)) => {
            meeting_saved(model, kept);
            return request_missing_data(model);
        }
    }
    None
}

fn press(model: &mut Model, key: crossterm::event::KeyEvent) -> Option<Effect> {
    model.message = None;
    if model.prompt.is_some() {
        return prompt::key(model, key).or_else(|| request_missing_data(model));
    }
    if model.popup.is_some() {
        return windows::key(model, key);
    }
    let action = model.keymap.action(key)?;
    act(model, action).or_else(|| request_missing_data(model))
}

fn synced(model: &mut Model, result: Result<String, String>) {
    model.snapshot_origin = SnapshotOrigin::Loaded;
    match result {
        Ok(text) => {
            model.sync = Sync::Idle;
            model.say(text);
        }
        Err(error) => {
            model.sync = Sync::Failed(error.clone());
            model.complain(error);
            // The footer shows `model.sync` until it is dismissed; a message would vanish with the next key.
            model.message = None;
        }
    }
}

/// Applies the saved day of the last meeting, where changes begin again.
fn meeting_saved(model: &mut Model, kept: MeetingKept) {
    model.since = None;
    model.met.insert(model.world.roadmap.home_meeting().as_str().to_owned(), kept.met);
    model.invalidate();
    model.say(kept.text);
}

/// Handles keys on a screen that is too small: only keys that need no view work.
fn too_small(model: &Model, msg: &Msg) -> Option<Effect> {
    // Also while a prompt is open: a typed `q` would be invisible.
    let action = if let Msg::Key(key) = msg { model.keymap.action(*key) } else { None };
    let action = if let Msg::Act(action) = msg { Some(*action) } else { action };
    let possible = [
        (Action::Quit, Effect::Quit),
        (Action::Suspend, Effect::Suspend),
        (Action::Redraw, Effect::Redraw),
        (Action::Reload, Effect::Reload),
    ];
    possible.into_iter().find(|(possible, _)| Some(*possible) == action).map(|(_, effect)| effect)
}

/// Requests what the top page or the view needs and the model lacks.
fn request_missing_data(model: &mut Model) -> Option<Effect> {
    if model.wants_all_issues() {
        return Some(Effect::Reload);
    }
    let Some(page) = model.pages.last() else { return checkout::request(model) };
    let id = match &page.of {
        Id::Issue(id) => id,
        Id::Left(page) if !model.left.contains_key(&page.counter) => {
            let counter = page.counter.clone();
            model.left.insert(counter.clone(), Search::Running);
            return Some(Effect::Ask(Question::Left(counter, model.world.date)));
        }
        Id::Left(_) | Id::Project(_) | Id::Item(..) | Id::Line(_) => return None,
    };
    let issue = model.world.snapshot.issue(id)?;
    let is_kept = !model.world.origin.is_example() && issue.body.is_empty();
    is_kept.then(|| Effect::Ask(Question::Body(id.clone())))
}

/// Shows the first line of an error in the footer, and a longer error in a window too.
fn fail(model: &mut Model, error: String) {
    model.complain(first_line(&error));
    if error.trim().lines().count() > 1 {
        model.open_popup(Popup::Text("That did not work".into(), error));
    }
}

/// Performs an action, or shows the reason why it does nothing here.
pub(super) fn act(model: &mut Model, action: Action) -> Option<Effect> {
    if let Some(why) = model.refusal(action) {
        model.complain(why);
        return None;
    }
    match action {
        Action::Move(motion) => moves::go(model, motion),
        Action::Open => moves::enter(model),
        Action::Back => moves::back(model),
        Action::View(number) => show(model, View::of_number(number)),
        Action::NextView => show(model, Some(model.view.after(1))),
        Action::PreviousView => show(model, Some(model.view.after(View::COUNT - 1))),
        Action::Mine => mine(model),
        Action::Unowned => {
            toggle(model, |model| &mut model.unowned, ["only what has no settled owner", "with and without an owner"]);
        }
        Action::Completed => {
            let words = ["with what is done or dropped", "without what is done or dropped"];
            toggle(model, |model| &mut model.completed, words);
        }
        Action::Sort => sort(model, after(model.view.spec().sorts, model.list.sort)),
        Action::Reverse => toggle(model, |model| &mut model.list.is_reversed, ["in reverse order", "in order"]),
        Action::Group => group_next(model),
        Action::Earlier => go_to(model, month_before(model.world.date).unwrap_or(model.world.date)),
        Action::Later => go_later(model),
        Action::Now => go_to(model, model.now),
        Action::Preview => model.preview = !model.preview,
        Action::Filter => return prompt::open(model, PromptKind::Filter),
        Action::Command => return prompt::open(model, PromptKind::Command),
        Action::Meeting => return prompt::open(model, PromptKind::Meeting),
        Action::Help => model.open_popup(Popup::Help(tui_input::Input::default())),
        Action::Migrated => model.open_popup(Popup::Migrated),
        Action::Accounts => {
            model.open_popup(Popup::Accounts(money::text::freed(&model.world.roadmap, &model.board)));
        }
        Action::Messages => model.open_popup(Popup::Text("Messages".to_owned(), messages(model))),
        Action::Whom => model.open_popup(Popup::Whom(model.selection()?)),
        Action::Why => model.open_popup(explanation(model)?),
        Action::SetState => windows::choose_state(model, model.selection().as_ref()),
        Action::Browse | Action::CopyLink | Action::CopyText => return browse_or_copy(model, action),
        Action::Report => return Some(brief(model, None)),
        Action::Edit => return Some(Effect::Edit(model.selection().and_then(|id| model.place_of(&id)))),
        Action::Fix => return fix(model),
        Action::Sync => return Some(Effect::Sync(Fetch::Changed)),
        Action::SyncAll => return Some(Effect::Sync(Fetch::All)),
        Action::Reload => return Some(Effect::Reload),
        Action::Redraw => return Some(Effect::Redraw),
        Action::Suspend => return Some(Effect::Suspend),
        Action::Quit => return Some(Effect::Quit),
    }
    None
}

/// The filter that shows only the user's own work.
const MY_WORK: &str = "assignee:@me OR owner:@me";

/// Toggles the filter for the user's own work.
fn mine(model: &mut Model) {
    let shows_mine = model.list.filter == MY_WORK;
    if !shows_mine && model.world.me.is_none() {
        model.complain("your GitHub login is not known: run `gh auth login`, or set `login` in the settings");
        return;
    }
    model.set_filter(if shows_mine { "" } else { MY_WORK });
    model.invalidate();
}

fn show(model: &mut Model, view: Option<View>) {
    let Some(view) = view else { return };
    model.pages.clear();
    model.show(view);
}

/// Toggles a switch, and shows one of two messages.
fn toggle(model: &mut Model, switch: fn(&mut Model) -> &mut bool, [on, off]: [&str; 2]) {
    let switch = switch(model);
    *switch = !*switch;
    let words = if *switch { on } else { off };
    model.say(words);
    model.invalidate();
}

/// Groups the list, or the page of remaining jobs, by the next grouping.
fn group_next(model: &mut Model) {
    let next = match model.pages.last() {
        Some(DetailPage { of: Id::Left(page), .. }) => Some(remaining_jobs::next(model, page)),
        Some(_) | None => None,
    };
    if let (Some(next), Some(DetailPage { of: Id::Left(page), cursor, scroll })) = (next, model.pages.last_mut()) {
        page.by = next;
        (*cursor, *scroll) = (0, 0);
    } else {
        group(model, after(model.view.spec().groupings, model.list.grouping));
    }
}

/// Returns the next value of a cycle.
fn after<T: Copy + PartialEq + Default>(all: &[T], now: T) -> T {
    let at = all.iter().position(|&other| other == now).map_or(0, |at| at + 1);
    all.iter().cycle().nth(at).copied().unwrap_or_default()
}

pub(super) fn sort(model: &mut Model, by: Sort) {
    let Spec { sorts, title, .. } = model.view.spec();
    if !sorts.contains(&by) {
        return model.complain(format!("{title} cannot be sorted by {}", by.word()));
    }
    model.list.sort = by;
    model.list.is_reversed = false;
    model.say(by.title());
    model.invalidate();
}

pub(super) fn group(model: &mut Model, by: super::model::Grouping) {
    let Spec { groupings, title, .. } = model.view.spec();
    if !groupings.contains(&by) {
        return model.complain(format!("{title} cannot be grouped by {}", by.word()));
    }
    model.list.grouping = by;
    let is_plain = by == super::model::Grouping::Plain;
    model.say(if is_plain { "the default grouping".to_owned() } else { format!("grouped by {}", by.word()) });
    model.invalidate();
}

fn go_later(model: &mut Model) {
    let date = model.world.date;
    let to = month_after(date).map_or(date, |later| later.min(latest(model)));
    if to <= date {
        model.complain("there is nothing later to show");
    } else {
        go_to(model, to);
    }
}

/// Returns the last date that can be shown.
fn latest(model: &Model) -> Date {
    let is_today = !model.has_day && !model.world.origin.is_example();
    let now = if is_today { model.now } else { model.world.now.date() };
    now.max(model.world.newest())
}

pub(super) fn go_to(model: &mut Model, date: Date) {
    model.travel(date);
    model.say(if date == model.now {
        format!("back to {date}")
    } else {
        format!("as of {date}; {{now}} returns to {}", model.now)
    });
}

/// The explanation of a failed sync or load, else of the selection.
fn explanation(model: &Model) -> Option<Popup> {
    Some(match (&model.broken, &model.sync, model.selection()) {
        (None, Sync::Failed(why), _) => Popup::Text(
            model.keymap.fill("The last sync failed; {back} closes this, and once more dismisses it"),
            why.clone(),
        ),
        (Some(error), _, None) => Popup::Text("The roadmap on disk cannot be read".to_owned(), error.clone()),
        (_, _, Some(id)) => Popup::Why(id),
        (None, _, None) => return None,
    })
}

/// The last messages, newest first.
fn messages(model: &Model) -> String {
    let mark = |is_error| if is_error { "! " } else { "  " };
    let lines = model.messages.iter().rev().map(|message| format!("{}{}", mark(message.is_error), message.text));
    let text = lines.collect::<Vec<_>>().join("\n");
    if text.is_empty() { "no messages yet".to_owned() } else { text }
}

fn browse_or_copy(model: &mut Model, action: Action) -> Option<Effect> {
    let id = model.selection()?;
    if action == Action::CopyText {
        return copy::text(model, &id).map(Effect::Copy);
    }
    let link = copy::link(model, &id)?;
    Some(if action == Action::CopyLink { Effect::Copy(link) } else { Effect::Browse(link.text) })
}

fn fix(model: &Model) -> Option<Effect> {
    if let Some(Id::Line(name)) = model.selection() { Some(plan(model, EditRequest::Fix(name))) } else { None }
}

/// Requests the diff of an edit.
fn plan(model: &Model, edit: EditRequest) -> Effect {
    Effect::Ask(Question::Plan(edit, Box::new(model.world.roadmap.clone())))
}

/// Requests the brief of the selected date.
fn brief(model: &Model, file: Option<String>) -> Effect {
    Effect::Ask(Question::Brief { date: model.world.date, since: model.changes_since(), file })
}

/// Handles a click: on a tab it shows the view, on a row it selects it, and on the selected row it opens it.
fn click(model: &mut Model, place: Position) {
    if model.popup.is_some() || model.prompt.is_some() {
        return;
    }
    let tab = model.frame.tabs.iter().position(|tab| tab.contains(place));
    if let Some(view) = tab.and_then(|at| View::all().nth(at)) {
        return show(model, Some(view));
    }
    if !model.pages.is_empty() {
        return;
    }
    let Some(row) = usize::from(place.y).checked_sub(model.frame.top).filter(|row| *row < model.frame.height) else {
        return;
    };
    let Some(at) = model.list.window(model.frame.height.max(1)).row(row) else { return };
    if at >= model.list.rows.len() {
        return;
    }
    if at == model.list.at {
        moves::enter(model);
    } else {
        model.select(at);
    }
}

/// Pushes a page.
pub(super) fn open(model: &mut Model, of: Id) {
    if let Id::Left(page) = &of
        && matches!(model.left.get(&page.counter), Some(Search::Failed(_)))
    {
        // Search again: the cause of the failure may be gone.
        model.left.remove(&page.counter);
    }
    model.pages.push(DetailPage { of, cursor: 0, scroll: 0 });
}
