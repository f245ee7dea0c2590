//! Navigation in lists, pages and windows.

use super::{Model, Sync, open};
use crate::tui::input::keymap::Motion;
use crate::tui::model::list::Row;

/// Moves by one row, half a page or to an end, in the window, else in the page, else in the list.
pub(super) fn go(model: &mut Model, motion: Motion) {
    if model.popup.is_some() {
        scroll_popup(model, motion);
    } else if !model.pages.is_empty() {
        in_page(model, motion);
    } else {
        in_list(model, motion);
    }
}

/// Opens the selection.
pub(super) fn enter(model: &mut Model) {
    if let Some(next) = model.opens() {
        open(model, next);
    }
}

/// Goes back by one step: closes the page, else clears the filter, else the unowned switch and a failed sync. Never
/// quits.
pub(super) fn back(model: &mut Model) {
    if model.pages.pop().is_some() {
        return;
    }
    if model.list.filter.is_empty() && model.is_unowned_only() {
        model.unowned = false;
        model.invalidate();
        return;
    }
    if model.list.filter.is_empty() {
        // The user dismisses the error.
        if let Sync::Failed(_) = model.sync {
            model.sync = Sync::Idle;
        }
        return;
    }
    model.set_filter("");
    model.derive();
}

fn in_list(model: &mut Model, motion: Motion) {
    let last = model.list.rows.len().saturating_sub(1);
    let at = model.list.at;
    let is_row = |row: &usize| !matches!(model.list.rows.get(*row), Some(Row::Heading(..)));
    let to = match motion {
        Motion::Down => (at + 1..=last).find(is_row).unwrap_or(at),
        Motion::Up => (0..at).rev().find(is_row).unwrap_or(at),
        Motion::HalfDown | Motion::HalfUp | Motion::Last | Motion::First => moved(at, motion, last, half(model)),
    };
    model.select(to);
}

/// The line to which a motion leads.
fn moved(at: usize, motion: Motion, last: usize, half: usize) -> usize {
    match motion {
        Motion::Down => (at + 1).min(last),
        Motion::Up => at.saturating_sub(1),
        Motion::HalfDown => (at + half).min(last),
        Motion::HalfUp => at.saturating_sub(half),
        Motion::Last => last,
        Motion::First => 0,
    }
}

/// Half of the visible lines.
fn half(model: &Model) -> usize {
    (model.frame.height / 2).max(1)
}

/// Moves between the selectable parts of a page; beyond them, and without any, scrolls the text.
fn in_page(model: &mut Model, motion: Motion) {
    let frame = model.frame.clone();
    let height = frame.height.max(1);
    let lowest = frame.lines.saturating_sub(height);
    let last = frame.anchors.len().saturating_sub(1);
    let half = half(model);
    let Some(page) = model.pages.last_mut() else { return };
    let scroll = moved(page.scroll, motion, lowest, half);
    match motion {
        Motion::Down if page.cursor < last => page.cursor += 1,
        Motion::Up if page.cursor > 0 && !frame.anchors.is_empty() => page.cursor -= 1,
        Motion::Down | Motion::Up => return page.scroll = scroll,
        Motion::First => return (page.cursor, page.scroll) = (0, scroll),
        Motion::Last => return (page.cursor, page.scroll) = (last, scroll),
        Motion::HalfDown | Motion::HalfUp => {
            page.scroll = scroll;
            page.cursor = nearest_visible(&frame.anchors, page.cursor, scroll, height);
            return;
        }
    }
    if let Some(&line) = frame.anchors.get(page.cursor) {
        page.scroll = page.scroll.clamp((line + 1).saturating_sub(height), line);
        // Show the lines above the first part too, which cannot be selected.
        if page.cursor == 0 && line < height {
            page.scroll = 0;
        }
    }
}

/// Returns the visible part nearest to the selected one.
fn nearest_visible(anchors: &[usize], cursor: usize, scroll: usize, height: usize) -> usize {
    let shows = |at: &usize| anchors.get(*at).is_some_and(|line| (scroll..scroll + height).contains(line));
    let nearest = (0..anchors.len()).filter(shows).min_by_key(|at| at.abs_diff(cursor));
    nearest.unwrap_or(cursor)
}

pub(super) fn scroll_popup(model: &mut Model, motion: Motion) {
    let lowest = model.frame.lines.saturating_sub(model.frame.height.max(1));
    model.popup_scroll = moved(model.popup_scroll, motion, lowest, half(model));
}
