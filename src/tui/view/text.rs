//! The text of a page, a preview or a window: lines, and the anchors of its selectable parts.

use std::rc::Rc;

use ratatui::text::{Line, Span};

use super::super::input::keymap::Action;
use super::{Scene, fit};
use crate::words;

/// The lines of a page, with the anchors of its selectable parts.
#[derive(Debug, Default)]
pub(super) struct PageText<'a> {
    pub(super) lines: Vec<Line<'a>>,
    /// The lines after `lines`, shared with the cache of rendered Markdown.
    pub(super) below: Option<Rc<Vec<Line<'static>>>>,
    /// The indices of the lines at which a selectable part begins.
    pub(super) anchors: Vec<usize>,
    /// The width, in columns.
    pub(super) width: usize,
    /// The number of visible lines; [`Self::push_with`] renders no more than these.
    room: usize,
    /// The number of lines that were not rendered.
    pub(super) skipped: usize,
    /// The titles and owners so far: a line, its item and its issue often have the same.
    once: Vec<String>,
}

impl<'a> PageText<'a> {
    pub(super) fn new(width: usize) -> Self {
        Self::of(width, usize::MAX)
    }

    /// Returns a text of which only a number of lines will be visible.
    pub(super) fn of(width: usize, room: usize) -> Self {
        Self { width, room, ..Self::default() }
    }

    /// Returns the number of lines.
    pub(super) fn len(&self) -> usize {
        self.lines.len() + self.below.as_ref().map_or(0, |below| below.len())
    }

    /// Returns the lines from an index on.
    pub(super) fn from(&self, first: usize) -> impl Iterator<Item = &Line<'a>> {
        let below = self.below.as_ref().map(|below| below.as_slice()).unwrap_or_default();
        let own = self.lines.get(first..).unwrap_or_default();
        own.iter().chain(below.iter().skip(first.saturating_sub(self.lines.len())))
    }

    /// Adds a line.
    pub(super) fn push(&mut self, line: impl Into<Line<'a>>) {
        self.lines.push(line.into());
    }

    /// Adds a line, rendered only if it will be visible.
    pub(super) fn push_with(&mut self, line: impl FnOnce() -> Line<'a>) {
        if self.lines.len() < self.room {
            self.lines.push(line());
        } else {
            self.skipped += 1;
        }
    }

    /// Adds a text to those that the page shows once; returns whether it is new.
    pub(super) fn add_once(&mut self, text: &str) -> bool {
        let is_new = !self.once.iter().any(|own| own == text);
        self.once.push(text.to_owned());
        is_new
    }

    /// Adds an empty line, unless the last one is empty.
    pub(super) fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| !line.spans.is_empty()) {
            self.lines.push(Line::default());
        }
    }

    /// Adds a heading after a gap.
    pub(super) fn heading(&mut self, scene: &Scene<'a>, text: &str) {
        self.gap();
        self.push(Line::styled(format!(" {text}"), scene.theme.heading()));
    }

    /// Adds a dim label with its text wrapped beside it; adds nothing if the text is empty.
    pub(super) fn fact(&mut self, scene: &Scene<'a>, label: &str, text: &str) {
        const LABEL_WIDTH: usize = 14;
        if text.is_empty() {
            return;
        }
        let text = &*shown(text);
        for (at, part) in fit::wrap(text, self.width.saturating_sub(LABEL_WIDTH + 2)).into_iter().enumerate() {
            let label = fit::left(if at == 0 { label } else { "" }, LABEL_WIDTH);
            self.push(vec![Span::styled(format!(" {label}"), scene.theme.dim()), Span::raw(part)]);
        }
    }

    /// Adds a fact for each text; only the first has the label.
    pub(super) fn facts(&mut self, scene: &Scene<'a>, label: &str, texts: impl IntoIterator<Item = impl AsRef<str>>) {
        for (at, text) in texts.into_iter().enumerate() {
            self.fact(scene, if at == 0 { label } else { "" }, text.as_ref());
        }
    }

    /// Adds wrapped text.
    pub(super) fn paragraph(&mut self, text: &str, indent: usize) {
        let room = self.width.saturating_sub(indent + 1);
        let (text, _) = fit::beginning(text);
        for part in text.lines().flat_map(|line| fit::wrap(line, room)) {
            self.push(format!("{}{part}", " ".repeat(indent)));
        }
    }
}

/// Cuts a text to the length that a frame has time for, marked with an ellipsis.
fn shown(text: &str) -> std::borrow::Cow<'_, str> {
    match fit::beginning(text) {
        (text, false) => text.into(),
        (text, true) => format!("{text}…").into(),
    }
}

/// The number of hidden lines, and the key that shows them.
pub(super) fn more(scene: &Scene<'_>, by: Action, hidden: usize) -> Line<'static> {
    let key = scene.model.keymap.key(by);
    let lines = words::count(hidden as u64, "more line", "more lines");
    Line::styled(format!(" {lines}: {key} shows all"), scene.theme.dim())
}
