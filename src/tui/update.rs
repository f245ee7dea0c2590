//! What a message changes: pure, so that every key can be tried without a terminal.

mod checkout;
mod copy;
mod moves;
mod prompt;
mod windows;

use super::input::keymap::Action;
use super::model::order::Sort;
use super::model::remaining_jobs;
use super::model::views::Spec;
use super::model::{
    DetailPage, EditRequest, Effect, Fetch, Id, Model, Msg, Popup, PromptKind, Search, SnapshotOrigin, Sync, View,
    first_line,
};
use crate::domain::{Date, Origin};
use crate::insight::money;

/// Changes the model and says what the loop is to do.
pub fn update(model: &mut Model, msg: Msg) -> Option<Effect> {
    match msg {
        Msg::Key(_) | Msg::Paste(_) | Msg::Click(_) | Msg::Act(_) if model.frame.is_too_small => too_small(model, &msg),
        Msg::Key(key) => {
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
        Msg::Act(action) => act(model, action).or_else(|| request_missing_data(model)),
        Msg::Paste(text) => prompt::paste(model, &text),
        Msg::Click(row) => {
            click(model, row);
            request_missing_data(model)
        }
        Msg::Loaded(Ok(world)) => {
            model.broken = None;
            model.replace(*world);
            request_missing_data(model)
        }
        Msg::Facts(facts) => {
            model.put_facts(*facts);
            request_missing_data(model)
        }
        Msg::Clock(now, today) => {
            model.pass_time(now, today);
            request_missing_data(model)
        }
        Msg::NoClipboard(copied) => Some(Effect::CopyByTerminal(copied)),
        Msg::Loaded(Err(error)) => {
            // What was said of the edit that broke it would hide why.
            model.message = None;
            model.broken = Some(error);
            None
        }
        news => {
            apply_news(model, news);
            None
        }
    }
}

/// Where nothing can be seen, nothing is done but to leave.
fn too_small(model: &Model, msg: &Msg) -> Option<Effect> {
    let action = match msg {
        // Also while something is typed: `q` is then a letter that nobody sees.
        Msg::Key(key) => model.keymap.action(*key),
        Msg::Act(action) => Some(*action),
        _ => None,
    };
    match action {
        Some(Action::Quit) => Some(Effect::Quit),
        Some(Action::Suspend) => Some(Effect::Suspend),
        Some(Action::Redraw) => Some(Effect::Redraw),
        Some(Action::Reload) => Some(Effect::Reload),
        _ => None,
    }
}

/// Asks for what the page on top or the view shows, where it is not there yet.
fn request_missing_data(model: &mut Model) -> Option<Effect> {
    let Some(page) = model.pages.last() else { return checkout::request(model) };
    let id = match &page.of {
        Id::Issue(id) => id,
        Id::Left(page) if !model.left.contains_key(&page.counter) => {
            let counter = page.counter.clone();
            model.left.insert(counter.clone(), Search::Running);
            return Some(Effect::Left(counter));
        }
        Id::Left(_) | Id::Project(_) | Id::Item(..) | Id::Line(_) => return None,
    };
    let issue = model.world.snapshot.issue(id)?;
    let is_kept = model.world.origin != Origin::Example && issue.body.is_empty();
    is_kept.then(|| Effect::Body(id.clone()))
}

fn apply_news(model: &mut Model, msg: Msg) {
    match msg {
        Msg::Progress(done, total) => model.sync = Sync::Running(done, total),
        Msg::Synced(Ok(text)) => {
            (model.sync, model.facts) = (Sync::Idle, SnapshotOrigin::Loaded);
            model.say(text);
        }
        Msg::Synced(Err(error)) => {
            (model.sync, model.facts) = (Sync::Failed(error.clone()), SnapshotOrigin::Loaded);
            model.complain(error);
            // The footer says it until it is dismissed, whatever keys come between.
            model.message = None;
        }
        Msg::Planned(edit, Ok(diff)) => model.open_popup(Popup::Confirm(edit, diff)),
        Msg::Planned(_, Err(error)) | Msg::Done(Err(error)) => fail(model, error),
        Msg::Said(Ok(text)) | Msg::Done(Ok(text)) => model.say(text),
        Msg::Said(Err(error)) => model.complain(error),
        Msg::Body(id, text) => model.put_text(&id, text),
        Msg::Left(counter, found) => {
            model.left.insert(counter, found.map_or_else(Search::Failed, Search::Found));
        }
        Msg::Counted(day, found) => checkout::put_facts(model, day, found),
        Msg::Moved(found) => checkout::put_moves(model, found),
        Msg::Key(_)
        | Msg::Paste(_)
        | Msg::Act(_)
        | Msg::Click(_)
        | Msg::Loaded(_)
        | Msg::Facts(_)
        | Msg::Clock(..)
        | Msg::NoClipboard(_) => {}
    }
}

/// An error of several lines gets a window; its first line stays in the footer.
fn fail(model: &mut Model, error: String) {
    model.complain(first_line(&error));
    if error.trim().lines().count() > 1 {
        model.open_popup(Popup::Text("That did not work".into(), error));
    }
}

/// Does what a key or command asks for, or says why that does nothing here.
pub(super) fn act(model: &mut Model, action: Action) -> Option<Effect> {
    if let Some(why) = model.refusal(action) {
        model.complain(why);
        return None;
    }
    match action {
        Action::Down
        | Action::Up
        | Action::First
        | Action::Last
        | Action::HalfDown
        | Action::HalfUp
        | Action::Open
        | Action::Back => moves::act(model, action),
        Action::View(_) | Action::NextView | Action::PreviousView => show(model, action),
        Action::Mine => mine(model),
        Action::Unowned | Action::Completed | Action::Sort | Action::Reverse | Action::Group => arrange(model, action),
        Action::Earlier | Action::Later | Action::Now => travel(model, action),
        Action::Preview => {
            model.preview = !model.preview;
            None
        }
        Action::Filter => prompt::open(model, PromptKind::Filter),
        Action::Command => prompt::open(model, PromptKind::Command),
        Action::Meeting => prompt::open(model, PromptKind::Meeting),
        Action::Why | Action::Whom | Action::Help | Action::Migrated | Action::Accounts | Action::Messages => {
            window(model, action)
        }
        Action::Browse | Action::CopyLink | Action::CopyText => take(model, action),
        Action::Report => Some(Effect::Report(None)),
        Action::Edit | Action::SetState | Action::Fix => change(model, action),
        Action::Sync => Some(Effect::Sync(Fetch::Changed)),
        Action::SyncAll => Some(Effect::Sync(Fetch::All)),
        Action::Reload => Some(Effect::Reload),
        Action::Redraw => Some(Effect::Redraw),
        Action::Suspend => Some(Effect::Suspend),
        Action::Quit => Some(Effect::Quit),
    }
}

fn show(model: &mut Model, action: Action) -> Option<Effect> {
    let view = match action {
        Action::View(number) => View::of_number(number),
        Action::NextView => Some(model.view.after(1)),
        _ => Some(model.view.after(View::COUNT - 1)),
    };
    model.pages.clear();
    model.show(view?);
    None
}

/// What the filter is while only the user's own work shows.
const MINE: &str = "assignee:@me OR owner:@me";

/// Shows only what the user has, or all of it again.
fn mine(model: &mut Model) -> Option<Effect> {
    let shows_mine = model.list().filter == MINE;
    if !shows_mine && model.world.me.is_none() {
        model.complain("it is not known who you are: `gh auth login`, or `login` in the settings");
        return None;
    }
    model.set_filter(if shows_mine { "" } else { MINE });
    model.invalidate();
    None
}

fn arrange(model: &mut Model, action: Action) -> Option<Effect> {
    let next = match model.pages.last() {
        Some(DetailPage { of: Id::Left(page), .. }) => Some(remaining_jobs::next(model, page)),
        Some(_) | None => None,
    };
    if let (Action::Group, Some(next), Some(DetailPage { of: Id::Left(page), cursor, scroll })) =
        (action, next, model.pages.last_mut())
    {
        page.by = next;
        (*cursor, *scroll) = (0, 0);
        return None;
    }
    match action {
        Action::Unowned => {
            model.unowned = !model.unowned;
            model.say(if model.unowned { "only what has no settled owner" } else { "with and without an owner" });
        }
        Action::Completed => {
            model.completed = !model.completed;
            model.say(if model.completed { "with what is done or dropped" } else { "without what is done or dropped" });
        }
        Action::Sort => sort(model, after(model.view.spec().sorts, model.list().sort)),
        Action::Reverse => {
            model.list_mut().is_reversed = !model.list().is_reversed;
            model.say(if model.list().is_reversed { "in reverse order" } else { "in order" });
        }
        _ => group(model, after(model.view.spec().groupings, model.list().grouping)),
    }
    model.invalidate();
    None
}

/// What follows in a row, and round again.
fn after<T: Copy + PartialEq + Default>(all: &[T], now: T) -> T {
    let at = all.iter().position(|&other| other == now).map_or(0, |at| at + 1);
    all.iter().cycle().nth(at).copied().unwrap_or_default()
}

pub(super) fn sort(model: &mut Model, by: Sort) {
    let Spec { sorts, title, .. } = model.view.spec();
    if !sorts.contains(&by) {
        return model.complain(format!("{title} cannot be sorted by {}", by.word()));
    }
    model.list_mut().sort = by;
    model.list_mut().is_reversed = false;
    model.say(by.title());
    model.invalidate();
}

pub(super) fn group(model: &mut Model, by: super::model::Grouping) {
    let Spec { groupings, title, .. } = model.view.spec();
    if !groupings.contains(&by) {
        return model.complain(format!("{title} cannot be grouped by {}", by.word()));
    }
    model.list_mut().grouping = by;
    model.say(match by {
        super::model::Grouping::Plain => "grouped as at first".to_owned(),
        by => format!("grouped by {}", by.word()),
    });
    model.invalidate();
}

fn travel(model: &mut Model, action: Action) -> Option<Effect> {
    let date = model.world.date;
    let month = chrono::Months::new(1);
    let to = match action {
        Action::Earlier => date.checked_sub_months(month),
        Action::Later => date.checked_add_months(month).map(|later| later.min(latest(model))),
        _ => Some(model.now),
    };
    let to = to.unwrap_or(date);
    if action == Action::Later && to <= date {
        model.complain("there is nothing later to show");
        return None;
    }
    go_to(model, to);
    None
}

/// The future cannot be shown.
fn latest(model: &Model) -> Date {
    model.world.now.date().max(model.now).max(model.world.newest())
}

pub(super) fn go_to(model: &mut Model, date: Date) {
    model.travel(date);
    model.say(if date == model.now {
        format!("back to {date}")
    } else {
        format!("as of {date}; {{now}} returns to {}", model.now)
    });
}

fn window(model: &mut Model, action: Action) -> Option<Effect> {
    let popup = match action {
        Action::Help => Popup::Help(tui_input::Input::default()),
        Action::Migrated => Popup::Migrated,
        Action::Accounts => Popup::Accounts(money::text::freed(&model.world.roadmap, &model.board)),
        Action::Messages => Popup::Text("Messages".to_owned(), messages(model)),
        Action::Whom => Popup::Whom(model.subject()?),
        _ => return explain(model),
    };
    model.open_popup(popup);
    None
}

/// Explains what went wrong, where something did; else what is selected.
fn explain(model: &mut Model) -> Option<Effect> {
    let popup = match (&model.broken, &model.sync, model.subject()) {
        (None, Sync::Failed(why), _) => Popup::Text(
            model.keymap.fill("The last sync failed; {back} closes this, and once more dismisses it"),
            why.clone(),
        ),
        (Some(error), _, None) => Popup::Text("The roadmap on disk cannot be read".to_owned(), error.clone()),
        (_, _, Some(id)) => Popup::Why(id),
        (None, _, None) => return None,
    };
    model.open_popup(popup);
    None
}

/// The last messages, the newest first.
fn messages(model: &Model) -> String {
    let mark = |is_error| if is_error { "! " } else { "  " };
    let lines = model.messages.iter().rev().map(|message| format!("{}{}", mark(message.is_error), message.text));
    let text = lines.collect::<Vec<_>>().join("\n");
    if text.is_empty() { "no messages yet".to_owned() } else { text }
}

fn take(model: &mut Model, action: Action) -> Option<Effect> {
    let id = model.subject()?;
    if action == Action::CopyText {
        let copied = copy::text(model, &id);
        if copied.is_none() {
            model.complain("there is nothing here to copy as text");
        }
        return copied.map(Effect::Copy);
    }
    let link = copy::link(model, &id)?;
    Some(if action == Action::CopyLink { Effect::Copy(link) } else { Effect::Browse(link.text) })
}

fn change(model: &mut Model, action: Action) -> Option<Effect> {
    let id = model.subject();
    match action {
        Action::Edit => return Some(Effect::Edit(id.and_then(|id| model.place_of(&id)))),
        Action::SetState => windows::choose_state(model, id.as_ref()),
        _ => {
            let Some(Id::Line(name)) = id else { return None };
            return Some(Effect::Plan(EditRequest::Fix(name)));
        }
    }
    None
}

/// A click selects; a click on what is selected opens it.
fn click(model: &mut Model, row: usize) {
    if !model.pages.is_empty() || model.popup.is_some() || model.prompt.is_some() {
        return;
    }
    let Some(row) = row.checked_sub(model.frame.top).filter(|row| *row < model.frame.height) else { return };
    let Some(at) = model.list().window(model.frame.height.max(1)).row(row) else { return };
    if at >= model.list().rows.len() {
        return;
    }
    if at == model.list().at {
        moves::act(model, Action::Open);
    } else {
        model.select(at);
    }
}

/// Opens a page on top.
pub(super) fn open(model: &mut Model, of: Id) {
    if let Id::Left(page) = &of
        && matches!(model.left.get(&page.counter), Some(Search::Failed(_)))
    {
        // What was in the way may be gone.
        model.left.remove(&page.counter);
    }
    model.pages.push(DetailPage { of, cursor: 0, scroll: 0 });
}
