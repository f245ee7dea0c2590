//! What a message changes: pure, so that every key can be tried without a terminal.

mod copy;
mod moves;
mod prompt;
mod windows;

use super::input::keymap::{Action, action};
use super::model::list::Row;
use super::model::order::Sort;
use super::model::{
    Checkout, Edit, Effect, Facts, Fetch, Grouping, Id, Model, Msg, Page, Popup, PromptKind, Search, Sync, View,
};
use super::model::{lines, remaining_jobs};
use crate::domain::code::Code;
use crate::domain::{Date, Origin};

/// Changes the model and says what the loop is to do.
pub fn update(model: &mut Model, msg: Msg) -> Option<Effect> {
    match msg {
        Msg::Key(key) => {
            model.message = None;
            if model.prompt.is_some() {
                return prompt::key(model, key).or_else(|| missing(model));
            }
            if model.popup.is_some() {
                return windows::key(model, key);
            }
            act(model, action(key)?).or_else(|| missing(model))
        }
        Msg::Act(action) => act(model, action).or_else(|| missing(model)),
        Msg::Paste(text) => prompt::paste(model, &text),
        Msg::Click(row) => {
            click(model, row);
            missing(model)
        }
        Msg::Loaded(Ok(world)) => {
            model.broken = None;
            model.replace(*world);
            missing(model)
        }
        Msg::Facts(facts) => {
            model.put_facts(*facts);
            missing(model)
        }
        Msg::Loaded(Err(error)) => {
            // What was said of the edit that broke it would hide why.
            model.message = None;
            model.broken = Some(error);
            None
        }
        news => {
            tell(model, news);
            None
        }
    }
}

/// Asks for what the page on top or the view shows, where it is not there yet.
fn missing(model: &mut Model) -> Option<Effect> {
    let Some(page) = model.pages.last() else { return unasked(model) };
    let id = match &page.of {
        Id::Issue(id) => id,
        Id::Left(page) if !model.left.contains_key(&page.counter) => {
            let counter = page.counter.clone();
            model.left.insert(counter.clone(), Search::Running);
            return Some(Effect::Left(counter));
        }
        _ => return None,
    };
    let issue = model.world.snapshot.issue(id)?;
    let is_kept = model.world.origin != Origin::Example && issue.body.is_empty();
    is_kept.then(|| Effect::Body(id.clone()))
}

/// Asks the checkout about the day of the view, once.
fn unasked(model: &mut Model) -> Option<Effect> {
    let day = match model.view {
        View::Unowned => model.world.date,
        View::Check => lines::day_of_check(model),
        View::Projects | View::Work | View::Changes | View::Trend => return None,
    };
    let is_new = !matches!(model.checkout, Checkout::None) && model.checkout != Checkout::Asked(day);
    is_new.then(|| {
        model.checkout = Checkout::Asked(day);
        Effect::Count(day)
    })
}

/// An answer about a day that nobody asks about any more is dropped.
fn put_code(model: &mut Model, day: Date, found: Result<Option<Code>, String>) {
    match found {
        Ok(code) if model.checkout == Checkout::Asked(day) => {
            model.world.code = code;
            // Who has not moved yet stays at the top, whatever comes to stand there.
            let list = model.list_mut();
            if list.rows.iter().position(|row| !matches!(row, Row::Heading(..))) == Some(list.at) {
                list.selected = None;
            }
            model.forget();
        }
        Ok(_) => {}
        Err(error) => model.complain(format!("the checkout: {}", first_line(&error))),
    }
}

fn tell(model: &mut Model, msg: Msg) {
    match msg {
        Msg::Progress(done, total) => model.sync = Sync::Running(done, total),
        Msg::Synced(Ok(text)) => {
            (model.sync, model.facts) = (Sync::Idle, Facts::Loaded);
            model.say(text);
        }
        Msg::Synced(Err(error)) => {
            (model.sync, model.facts) = (Sync::Offline(first_line(&error)), Facts::Loaded);
            model.complain(error);
        }
        Msg::Planned(edit, Ok(diff)) => model.open_popup(Popup::Confirm(edit, diff)),
        Msg::Planned(_, Err(error)) | Msg::Done(Err(error)) => fail(model, error),
        Msg::Done(Ok(text)) => model.say(text),
        Msg::Body(id, text) => model.put_text(&id, text),
        Msg::Left(counter, found) => {
            model.left.insert(counter, found.map_or_else(Search::Failed, Search::Found));
        }
        Msg::Counted(day, found) => put_code(model, day, found),
        Msg::Clock(now) => model.world.now = now,
        Msg::Key(_) | Msg::Paste(_) | Msg::Act(_) | Msg::Click(_) | Msg::Loaded(_) | Msg::Facts(_) => {}
    }
}

/// An error of several lines gets a window; its first line stays in the footer.
fn fail(model: &mut Model, error: String) {
    model.complain(first_line(&error));
    if error.trim().lines().count() > 1 {
        model.open_popup(Popup::Text("That did not work".into(), error));
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

/// Does what a key or command asks for.
pub(super) fn act(model: &mut Model, action: Action) -> Option<Effect> {
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
        Action::Unowned | Action::Completed | Action::Sort | Action::Reverse | Action::Group => arrange(model, action),
        Action::Earlier | Action::Later | Action::Now => travel(model, action),
        Action::Preview => {
            model.preview = !model.preview;
            None
        }
        Action::Filter => prompt::open(model, PromptKind::Filter),
        Action::Command => prompt::open(model, PromptKind::Command),
        Action::Meeting => prompt::open(model, PromptKind::Meeting),
        Action::Why | Action::Whom | Action::Help => ask(model, action),
        Action::Browse | Action::CopyLink | Action::CopyText | Action::Report => take(model, action),
        Action::Edit | Action::SetState | Action::Fix => change(model, action),
        Action::Sync => sync(model, Fetch::Changed),
        Action::SyncAll => sync(model, Fetch::All),
        Action::Reload => Some(Effect::Reload),
        Action::Suspend => Some(Effect::Suspend),
        Action::Quit => Some(Effect::Quit),
    }
}

fn show(model: &mut Model, action: Action) -> Option<Effect> {
    let at = model.view.index();
    let next = |step: usize| View::ALL.into_iter().cycle().nth(at + step);
    let view = match action {
        Action::View(number) => View::of_number(number),
        Action::NextView => next(1),
        _ => next(View::ALL.len() - 1),
    };
    model.pages.clear();
    let view = view.filter(|&view| view != model.view)?;
    model.view = view;
    // The lines belong to one view at a time.
    model.list_mut().is_fresh = false;
    model.derive();
    None
}

fn arrange(model: &mut Model, action: Action) -> Option<Effect> {
    if let (Action::Group, Some(Page { of: Id::Left(page), cursor, scroll })) = (action, model.pages.last_mut()) {
        if page.group.is_none() {
            page.by = remaining_jobs::next(page.by);
            (*cursor, *scroll) = (0, 0);
        }
        return None;
    }
    match action {
        Action::Unowned => {
            model.unowned = !model.unowned;
            model.say(if model.unowned { "only what has no settled owner" } else { "with and without owner" });
        }
        Action::Completed => {
            model.completed = !model.completed;
            model.say(if model.completed { "with what has ended" } else { "without what has ended" });
        }
        Action::Sort => {
            let next = model.list().sort.next();
            sort(model, next);
        }
        Action::Reverse => model.list_mut().is_reversed = !model.list().is_reversed,
        _ => {
            let (next, text) = match model.grouping {
                Grouping::Plain => (Grouping::Sig, "grouped by owner"),
                Grouping::Sig => (Grouping::State, "grouped by state"),
                // Milestones are of issues: only items have one.
                Grouping::State if model.view != View::Projects => (Grouping::Milestone, "grouped by milestone"),
                Grouping::Milestone if model.view == View::Work => (Grouping::Plain, "grouped by project"),
                Grouping::State | Grouping::Milestone => (Grouping::Plain, "not grouped"),
            };
            model.grouping = next;
            model.say(text);
        }
    }
    model.forget();
    None
}

pub(super) fn sort(model: &mut Model, by: Sort) {
    model.list_mut().sort = by;
    model.list_mut().is_reversed = false;
    model.say(format!("sorted by {}", by.word()));
    model.forget();
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
        format!("as of {date}; . returns to {}", model.now)
    });
}

fn ask(model: &mut Model, action: Action) -> Option<Effect> {
    if action == Action::Help {
        model.open_popup(Popup::Help(tui_input::Input::default()));
        return None;
    }
    match (model.subject(), action) {
        (None, _) => model.complain("nothing is selected"),
        (Some(id), Action::Why) => model.open_popup(Popup::Why(id)),
        (Some(id), _) => model.open_popup(Popup::Whom(id)),
    }
    None
}

fn take(model: &mut Model, action: Action) -> Option<Effect> {
    if action == Action::Report {
        return Some(Effect::Report);
    }
    let Some(id) = model.subject() else {
        model.complain("nothing is selected");
        return None;
    };
    if action == Action::CopyText {
        return copy::text(model, &id).map(Effect::Copy);
    }
    match (copy::link(model, &id), action) {
        (None, _) => {
            model.complain(match model.world.origin {
                Origin::File(_) => "no issue is linked here; `e` adds one to the roadmap",
                Origin::Example => "no issue is linked here",
            });
            None
        }
        (Some(link), Action::CopyLink) => Some(Effect::Copy(link)),
        (Some(link), _) => Some(Effect::Browse(link.text)),
    }
}

fn change(model: &mut Model, action: Action) -> Option<Effect> {
    if model.world.origin == Origin::Example {
        model.complain("the example is built in; `offramp init` writes a roadmap of your own");
        return None;
    }
    let id = model.subject();
    match action {
        Action::Edit => return Some(Effect::Edit(id.and_then(|id| model.place_of(&id)))),
        Action::SetState => windows::choose_state(model, id.as_ref()),
        _ => match id {
            Some(Id::Line(name)) if model.line(&Id::Line(name.clone())).is_some_and(|line| line.is_fixable) => {
                return Some(Effect::Plan(Edit::Fix(name)));
            }
            Some(_) | None => model.complain("there is no remedy here that an edit of the roadmap could be"),
        },
    }
    None
}

fn sync(model: &mut Model, fetch: Fetch) -> Option<Effect> {
    if matches!(model.sync, Sync::Running(..)) {
        model.say("a sync is under way");
        return None;
    }
    Some(Effect::Sync(fetch))
}

/// A click selects; a click on what is selected opens it.
fn click(model: &mut Model, row: usize) {
    if !model.pages.is_empty() || model.popup.is_some() || model.prompt.is_some() {
        return;
    }
    let Some(row) = row.checked_sub(model.frame.top).filter(|row| *row < model.frame.height) else { return };
    let at = model.list().window(model.frame.height.max(1)) + row;
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
    model.pages.push(Page { of, cursor: 0, scroll: 0 });
}
