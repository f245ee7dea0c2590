//! Markdown renderer: headings, lists with boxes, quotes, code, emphasis and links as styled lines.

use std::rc::Rc;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;

use super::super::model::RenderedMarkdown;
use super::super::theme::RULE;
use super::text::PageText;
use super::{Scene, fit};

/// Adds a text below a page. The result is cached: rendering the longest text that GitHub allows would cost more than
/// the rest of a frame.
pub(super) fn below(page: &mut PageText<'_>, scene: &Scene<'_>, body: &str) {
    let mut rendered = scene.model.rendered.borrow_mut();
    if rendered.of != body || rendered.width != page.width || rendered.theme != scene.theme {
        let mut text = PageText::new(page.width);
        draw(&mut text, scene, body);
        *rendered =
            RenderedMarkdown { of: body.to_owned(), width: page.width, theme: scene.theme, lines: Rc::new(text.lines) };
    }
    page.below = Some(rendered.lines.clone());
}

fn draw(text: &mut PageText<'static>, scene: &Scene<'_>, body: &str) {
    let (body, goes_on) = fit::beginning(body);
    let options = Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES;
    let mut page = LineWriter::new(text, scene);
    for event in Parser::new_ext(body, options) {
        page.event(event);
    }
    page.end_line();
    if goes_on {
        text.gap();
        let goes_on = scene.model.keymap.fill(" the text continues; {browse} opens it in a browser");
        text.push(Line::styled(goes_on, scene.theme.dim()));
    }
}

/// Wraps styled words into lines.
struct LineWriter<'t, 'a, 's> {
    text: &'t mut PageText<'static>,
    scene: &'s Scene<'a>,
    spans: Vec<Span<'static>>,
    used: usize,
    style: Vec<Style>,
    /// The open lists, outermost first: the next number of an ordered list, `None` for bullets.
    lists: Vec<Option<u64>>,
    quotes: usize,
    code: bool,
    /// Whether the lines are in a comment of HTML, which is not shown.
    comment: bool,
    /// The bullet or number before the next line.
    lead: Option<String>,
}

impl<'t, 'a, 's> LineWriter<'t, 'a, 's> {
    fn new(text: &'t mut PageText<'static>, scene: &'s Scene<'a>) -> Self {
        Self {
            text,
            scene,
            spans: Vec::new(),
            used: 0,
            style: vec![Style::new()],
            lists: Vec::new(),
            quotes: 0,
            code: false,
            comment: false,
            lead: None,
        }
    }

    fn event(&mut self, event: Event<'_>) {
        let theme = self.scene.theme;
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.code => self.verbatim(&text),
            Event::Text(text) => self.words(&text),
            Event::Code(code) => self.styled(&code, theme.accent()),
            // A block of HTML comes line by line.
            Event::Html(html) | Event::InlineHtml(html) if self.comment || html.starts_with("<!--") => {
                self.comment = !html.contains("-->");
            }
            Event::Html(html) | Event::InlineHtml(html) => self.styled(html.trim_end(), theme.dim()),
            Event::SoftBreak => self.words(" "),
            Event::HardBreak => self.end_line(),
            Event::Rule => {
                self.end_line();
                let rule = RULE.repeat(self.text.width.saturating_sub(2).min(40));
                self.text.push(Line::styled(format!(" {rule}"), theme.dim()));
            }
            Event::TaskListMarker(done) => self.styled(if done { "[x] " } else { "[ ] " }, theme.accent()),
            Event::FootnoteReference(text) => self.words(&text),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.words(&text),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the other tags change nothing on a terminal")]
    fn start(&mut self, tag: &Tag<'_>) {
        let theme = self.scene.theme;
        match tag {
            Tag::Heading { .. } => {
                self.block();
                self.style.push(theme.strong().add_modifier(Modifier::UNDERLINED));
            }
            Tag::Paragraph if self.lists.is_empty() => self.block(),
            Tag::BlockQuote(_) => {
                self.block();
                self.quotes += 1;
                self.style.push(theme.dim());
            }
            Tag::CodeBlock(_) => {
                self.block();
                self.code = true;
            }
            Tag::List(first) => {
                if self.lists.is_empty() {
                    self.block();
                } else {
                    self.end_line();
                }
                self.lists.push(*first);
            }
            Tag::Item => self.item(),
            Tag::Emphasis => self.push_style(Modifier::ITALIC),
            Tag::Strong => self.push_style(Modifier::BOLD),
            Tag::Strikethrough => self.push_style(Modifier::CROSSED_OUT),
            Tag::Link { .. } => self.style.push(theme.accent().add_modifier(Modifier::UNDERLINED)),
            Tag::Image { .. } => self.styled("[image] ", theme.dim()),
            Tag::TableRow | Tag::TableHead => self.end_line(),
            _ => {}
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the other tags change nothing on a terminal")]
    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) | TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link => {
                self.pop_style();
            }
            TagEnd::BlockQuote(_) => {
                self.end_line();
                self.quotes = self.quotes.saturating_sub(1);
                self.pop_style();
            }
            TagEnd::CodeBlock => {
                self.end_line();
                self.code = false;
            }
            TagEnd::List(_) => {
                self.end_line();
                self.lists.pop();
            }
            TagEnd::TableCell => self.words("  "),
            _ => {}
        }
        if matches!(tag, TagEnd::Heading(_) | TagEnd::Item | TagEnd::Paragraph) {
            self.end_line();
        }
    }

    fn item(&mut self) {
        self.end_line();
        let depth = self.lists.len().saturating_sub(1).min(8);
        let sign = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{}.", *number - 1)
            }
            Some(None) | None => "•".to_owned(),
        };
        self.lead = Some(format!("{}{sign} ", "  ".repeat(depth)));
    }

    fn push_style(&mut self, modifier: Modifier) {
        self.style.push(self.current().add_modifier(modifier));
    }

    fn pop_style(&mut self) {
        if self.style.len() > 1 {
            self.style.pop();
        }
    }

    fn current(&self) -> Style {
        self.style.last().copied().unwrap_or_default()
    }

    /// Begins a block after an empty line.
    fn block(&mut self) {
        self.end_line();
        self.text.gap();
    }

    fn indent(&self) -> usize {
        1 + 2 * self.quotes + if self.lists.is_empty() { 0 } else { 2 * self.lists.len().min(9) }
    }

    fn begin_line(&mut self) {
        let bar = "│ ";
        let quote = format!(" {}", bar.repeat(self.quotes));
        let lead = self.lead.take().unwrap_or_else(|| " ".repeat(self.indent().saturating_sub(1 + 2 * self.quotes)));
        let lead = quote + &lead;
        self.used = fit::width(&lead);
        self.spans.push(Span::styled(lead, self.scene.theme.dim()));
    }

    fn words(&mut self, text: &str) {
        self.styled(text, self.current());
    }

    fn styled(&mut self, text: &str, style: Style) {
        for word in text.split_word_bounds() {
            self.word(word, style);
        }
    }

    fn word(&mut self, word: &str, style: Style) {
        let room = self.text.width.saturating_sub(1).max(8);
        let blank = word.chars().all(char::is_whitespace);
        let wide = fit::width(word);
        if !self.spans.is_empty() && self.used + wide > room {
            self.end_line();
        }
        if self.spans.is_empty() {
            if blank {
                return;
            }
            self.begin_line();
        }
        let fitted = fit::cut(word, room.saturating_sub(self.used));
        self.used += fit::width(&fitted);
        self.spans.push(Span::styled(if blank { " ".to_owned() } else { fitted }, style));
    }

    fn verbatim(&mut self, text: &str) {
        let theme = self.scene.theme;
        for line in text.lines() {
            let line = line.replace('\t', "    ");
            let cut = fit::cut(&line, self.text.width.saturating_sub(4));
            self.text.push(Line::styled(format!("   {cut}"), theme.accent()));
        }
    }

    fn end_line(&mut self) {
        if self.spans.is_empty() {
            if self.lead.is_some() {
                self.begin_line();
            } else {
                return;
            }
        }
        let spans = std::mem::take(&mut self.spans);
        self.used = 0;
        self.text.push(spans);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{model::Model, theme::Theme};
    use super::*;
    use crate::domain::{Snapshot, fixtures};

    fn shown(model: &Model, width: usize, light: bool, body: &str) -> (Vec<String>, Rc<Vec<Line<'static>>>) {
        let scene = Scene { model, theme: Theme { colour: true, ascii: false, light }, width: 80 };
        let mut page = PageText::new(width);
        page.push("above");
        below(&mut page, &scene, body);
        assert_eq!(page.len(), page.from(0).count());
        let lines = page.from(1).map(ToString::to_string).collect();
        (lines, page.below.unwrap())
    }

    #[test]
    fn rendered_markdown_is_cached_until_text_width_or_theme_changes() {
        let model = Model::new(fixtures::world(fixtures::roadmap(Vec::new()), Snapshot::default()));
        let (lines, first) = shown(&model, 20, false, "- one two three four\n");
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(Rc::ptr_eq(&first, &shown(&model, 20, false, "- one two three four\n").1));
        assert_eq!(shown(&model, 30, false, "- one two three four\n").0.len(), 1);
        let (lines, dark) = shown(&model, 30, false, "- one\n");
        assert_eq!(lines, [" • one"]);
        assert!(!Rc::ptr_eq(&dark, &shown(&model, 30, true, "- one\n").1), "in other colours");
        assert_eq!(shown(&model, 30, false, "").0, [""; 0]);
        let (lines, _) = shown(&model, 30, false, "<!-- one\ntwo\n-->\nthree <!-- a\nb --> four\n");
        assert_eq!(lines, [" three  four"]);
    }
}
