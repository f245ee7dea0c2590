//! Text of a page or a window: lines, and where its parts begin.

use std::rc::Rc;

use ratatui::text::{Line, Span};

use super::super::input::keymap::Action;
use super::{Scene, fit};
use crate::words;

/// Text of a page, and the lines at which its parts begin.
#[derive(Debug, Default)]
pub(super) struct PageText<'a> {
    pub(super) lines: Vec<Line<'a>>,
    /// What is below, and may have been made for an earlier frame.
    pub(super) below: Option<Rc<Vec<Line<'static>>>>,
    pub(super) anchors: Vec<usize>,
    /// The columns there are.
    pub(super) width: usize,
    /// How many lines there is room for; what is made of many parts is not made beyond.
    room: usize,
    /// How many lines were not made.
    pub(super) unmade: usize,
}

impl<'a> PageText<'a> {
    pub(super) fn new(width: usize) -> Self {
        Self::of(width, usize::MAX)
    }

    /// Text of which only a given number of lines will show.
    pub(super) fn of(width: usize, room: usize) -> Self {
        Self { width, room, ..Self::default() }
    }

    /// Returns how many lines there are.
    pub(super) fn len(&self) -> usize {
        self.lines.len() + self.below.as_ref().map_or(0, |below| below.len())
    }

    /// Returns the lines from one on.
    pub(super) fn from(&self, first: usize) -> impl Iterator<Item = &Line<'a>> {
        let below = self.below.as_ref().map(|below| below.as_slice()).unwrap_or_default();
        let own = self.lines.get(first..).unwrap_or_default();
        own.iter().chain(below.iter().skip(first.saturating_sub(self.lines.len())))
    }

    /// Adds a line.
    pub(super) fn push(&mut self, line: impl Into<Line<'a>>) {
        self.lines.push(line.into());
    }

    /// Adds a line, which is only made where there is room for it.
    pub(super) fn push_with(&mut self, line: impl FnOnce() -> Line<'a>) {
        if self.lines.len() < self.room {
            self.lines.push(line());
        } else {
            self.unmade += 1;
        }
    }

    /// Adds an empty line, but never two.
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

    /// Adds a fact: a dim label, and its text wrapped beside it; nothing where there is no text.
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

    /// Adds as many facts as there are texts, the first with the label.
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

/// A text of any length, as far as a frame has time for it; what is left out leaves a sign.
fn shown(text: &str) -> std::borrow::Cow<'_, str> {
    match fit::beginning(text) {
        (text, false) => text.into(),
        (text, true) => format!("{text}…").into(),
    }
}

/// How many lines do not show, and which key shows them.
pub(super) fn more(scene: &Scene<'_>, by: Action, hidden: usize) -> Line<'static> {
    let key = scene.model.keymap.key(by);
    let lines = words::count(hidden as u64, "more line", "more lines");
    Line::styled(format!(" {lines}: {key} shows all"), scene.theme.dim())
}
