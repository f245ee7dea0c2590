//! The footer: a prompt, a message, or the most useful keys. The key of the help is always shown.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::input::commands;
use super::super::input::filter_completion;
use super::super::input::keymap::Action;
use super::super::model::{Id, Popup, Prompt, PromptKind, Sync};
use super::super::theme::DOT;
use super::canvas::DrawLine as _;
use super::{Scene, fit};
use crate::words::first_line;

/// Returns the position of the cursor while a prompt is open.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>) -> Option<Position> {
    let key = scene.model.keymap.key(Action::Help);
    let help = fit::width(&key) as u16 + 6;
    let left = Rect { width: area.width.saturating_sub(help + 1), ..area };
    let right = Rect { x: area.right().saturating_sub(help), width: help, ..area };
    let keys = Line::from(vec![Span::styled(key, scene.theme.accent()), Span::styled(" help", scene.theme.dim())]);
    let cursor = scene.model.prompt.as_ref().map(|prompt| draw_prompt(buffer, left, scene, prompt));
    if cursor.is_none() {
        let mut lines = message_lines(scene, usize::from(left.width));
        if let Some(last) = lines.pop() {
            buffer.line(last, left);
        }
        draw_above(buffer, area, lines);
    }
    buffer.line(keys, right);
    cursor
}

/// The last message or fault, else the keys. Only a message may take several lines.
fn message_lines<'a>(scene: &Scene<'a>, width: usize) -> Vec<Line<'a>> {
    let theme = scene.theme;
    if let Some(message) = &scene.model.message {
        let style = if message.is_error { theme.bad() } else { theme.good() };
        let rest = format!(" {}", scene.model.keymap.fill("{messages} shows all"));
        return wrap_at_most(&message.text, width, (MESSAGE_LINES, &rest))
            .into_iter()
            .map(|line| Line::styled(line, style))
            .collect();
    }
    if let Some(broken) = &scene.model.broken {
        return vec![Line::styled(fault_line(broken, width, scene), theme.bad())];
    }
    if let Sync::Failed(why) = &scene.model.sync {
        return vec![Line::styled(fault_line(&format!("sync failed: {why}"), width, scene), theme.bad())];
    }
    vec![keys(scene, width)]
}

/// The maximum height of a message, in lines.
const MESSAGE_LINES: usize = 3;
/// The maximum height of a hint above the prompt, in lines.
const HINT_LINES: usize = 6;

/// Wraps a text to a maximum number of lines; if it is longer, the last one says how to read the rest.
fn wrap_at_most(text: &str, width: usize, (most, rest): (usize, &str)) -> Vec<String> {
    let mut lines = fit::wrap(text, width.saturating_sub(2));
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            let room = width.saturating_sub(fit::width(rest) + 2);
            *last = fit::cut(&format!("{last} …"), room) + rest;
        }
    }
    lines.into_iter().map(|line| format!(" {line}")).collect()
}

/// Draws lines right above the footer, over the view.
fn draw_above(buffer: &mut Buffer, area: Rect, lines: Vec<Line<'_>>) {
    let height = lines.len() as u16;
    let place = Rect { x: 0, y: area.y.saturating_sub(height), width: buffer.area.width, height };
    buffer.cover(place);
    buffer.lines(lines, place);
}

/// The first line of a fault, and the key that shows all of it.
fn fault_line(broken: &str, width: usize, scene: &Scene<'_>) -> String {
    let rest = format!("{}{} shows all", DOT, scene.model.keymap.key(Action::Why));
    let first = first_line(broken);
    let room = width.saturating_sub(fit::width(&rest));
    format!("{}{rest}", fit::cut(&format!(" {first}"), room))
}

fn keys<'a>(scene: &Scene<'a>, width: usize) -> Line<'a> {
    let mut spans = vec![Span::raw(" ")];
    let mut used = 1;
    for action in offered_keys(scene) {
        let Some(binding) = scene.model.keymap.binding(action) else { continue };
        let Some(key) = binding.keys.first() else { continue };
        let key = key.shown(scene.theme.ascii);
        let short = question_label(scene, action).unwrap_or(binding.short);
        let wide = fit::width(&key) + 1 + fit::width(short) + 2;
        if used + wide > width {
            break;
        }
        used += wide;
        spans.push(Span::styled(key, scene.theme.accent()));
        spans.push(Span::styled(format!(" {short}  "), scene.theme.dim()));
    }
    Line::from(spans)
}

/// The label of a key in a window that asks a question.
fn question_label(scene: &Scene<'_>, action: Action) -> Option<&'static str> {
    let popup = scene.model.popup.as_ref()?;
    let (confirms, chooses) = (matches!(popup, Popup::Confirm(..)), matches!(popup, Popup::States(..)));
    let labels = [
        (confirms, Action::Open, "save"),
        (confirms, Action::Back, "cancel"),
        (chooses, Action::Open, "see the change"),
    ];
    labels.into_iter().find(|(is_asked, own, _)| *is_asked && *own == action).map(|(.., label)| label)
}

/// The keys that have an effect here. If the issues were never fetched, the sync key comes second.
fn offered_keys(scene: &Scene<'_>) -> Vec<Action> {
    let model = scene.model;
    let mut actions = useful_keys(scene).to_vec();
    let is_missing = model.world.snapshot.fetched_at.is_none() && !model.world.roadmap.linked_issues().is_empty();
    if is_missing && model.popup.is_none() && model.pages.is_empty() {
        actions.retain(|action| *action != Action::Sync);
        actions.insert(1.min(actions.len()), Action::Sync);
    }
    if model.popup.is_none() {
        actions.retain(|action| model.refusal(*action).is_none());
    }
    actions
}

/// The most useful keys of the current window, page or view.
fn useful_keys(scene: &Scene<'_>) -> &'static [Action] {
    use Action as A;
    let model = scene.model;
    match (&model.popup, model.pages.last()) {
        (Some(Popup::Confirm(..) | Popup::States(..)), _) => &[A::Open, A::Back],
        (Some(_), _) => &[A::Back],
        (None, Some(page)) if matches!(page.of, Id::Left(_)) => &[A::Back, A::Open, A::Group, A::CopyText, A::Why],
        (None, Some(_)) => {
            &[A::Back, A::Open, A::Browse, A::CopyLink, A::CopyText, A::Why, A::Whom, A::SetState, A::Edit]
        }
        (None, None) => model.view.spec().keys,
    }
}

fn draw_prompt(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, prompt: &Prompt) -> Position {
    let (sign, hint) = match prompt.kind {
        PromptKind::Filter => ("/", hint_of_filter(scene, prompt.input.value())),
        PromptKind::Command => (":", String::new()),
        PromptKind::Meeting => ("last meeting: ", "a day such as 2020-12-10, yesterday or 14d (days ago)".to_owned()),
    };
    let theme = scene.theme;
    let wide = usize::from(area.width).saturating_sub(sign.len() + 2);
    let scroll = prompt.input.visual_scroll(wide);
    let text = fit::within(&fit::from_column(prompt.input.value(), scroll), wide);
    let room = wide.saturating_sub(fit::width(&text) + 3);
    let is_error = prompt.kind == PromptKind::Filter
        && scene.model.list.filter_error.is_some()
        && !filter_completion::is_unfinished(scene.model, prompt.input.value());
    let style = if is_error { theme.bad() } else { theme.dim() };
    let mut line = vec![Span::styled(format!(" {sign}"), theme.accent())];
    line.push(Span::styled(text, if prompt.is_proposed { theme.dim() } else { Style::new() }));
    if fit::width(&hint) <= room {
        line.extend([Span::raw("   "), Span::styled(hint, style)]);
    } else {
        let lines = wrap_at_most(&hint, usize::from(area.width), (HINT_LINES, ""));
        draw_above(buffer, area, lines.into_iter().map(|line| Line::styled(line, style)).collect());
    }
    buffer.line(Line::from(line), area);
    let column = sign.len() + 1 + prompt.input.visual_cursor().saturating_sub(scroll);
    if prompt.kind == PromptKind::Command {
        completions(buffer, area, scene, prompt.input.value());
    }
    Position::new(area.x + (column as u16).min(area.width.saturating_sub(1)), area.y)
}

/// The completions of a filter, its error, or the number of matches.
fn hint_of_filter(scene: &Scene<'_>, typed: &str) -> String {
    let list = &scene.model.list;
    if filter_completion::is_unfinished(scene.model, typed) {
        return filter_completion::completions(scene.model, typed).join("  ");
    }
    match &list.filter_error {
        Some(error) => error.clone(),
        None if list.filter.is_empty() => "words, owner:testing, state:started, is:free, no:assignee, -not".to_owned(),
        None => {
            let similar = if list.is_similar { " similar, none matches" } else { "" };
            format!("{} of {}{similar}", list.count(), list.count() + list.hidden)
        }
    }
}

/// Draws the commands that match the typed text on the line above the prompt.
fn completions(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, typed: &str) {
    let found = commands::completions(&scene.model.keymap, typed);
    let value = commands::WITH_VALUE.iter().find(|(name, ..)| typed.split(' ').next() == Some(name));
    let text = match value {
        Some((_, value, help, _)) if found.len() < 2 => format!(" {value}: {help}"),
        _ if found.is_empty() => " no such command".to_owned(),
        _ => format!(" {}", found.join("  ")),
    };
    draw_above(buffer, area, vec![Line::styled(fit::cut(&text, usize::from(area.width)), scene.theme.dim())]);
}
