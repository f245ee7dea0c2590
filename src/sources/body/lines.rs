//! Markdown parser: events of pulldown-cmark become lines of text with their depth in lists.
//!
//! Code blocks are skipped. The content of a `[tasklist]` fence is read as Markdown, and so are list items inside an
//! HTML block, which `CommonMark` ends only at a blank line.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// The deepest nesting of embedded texts, such as a fence in HTML.
const MAX_LEVEL: u8 = 2;

/// One line of a paragraph, heading or list item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BodyLine {
    /// The depth in lists; 0 outside them.
    pub(super) depth: u8,
    /// The marker at its beginning.
    pub(super) marker: Marker,
    /// Whether it is in a block quote.
    pub(super) quoted: bool,
    /// Its text.
    pub(super) spans: Vec<BodySpan>,
    /// The byte offsets of escaped bars, which do not end a table cell.
    pub(super) bars: Vec<usize>,
}

/// The marker at the beginning of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    /// None: a paragraph, or a further line of a list item.
    None,
    /// A bullet or a number.
    Bullet,
    /// A box, ticked or not.
    Task(bool),
}

/// A piece of a line in one style.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::sources) struct BodySpan {
    /// Without markup.
    pub(in crate::sources) text: String,
    /// Whether it is struck through.
    pub(in crate::sources) struck: bool,
    /// Whether it is code.
    pub(in crate::sources) code: bool,
    /// The link target.
    pub(in crate::sources) link: Option<String>,
}

impl BodyLine {
    /// Returns the text without markup.
    pub(super) fn text(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }
}

/// Parses a Markdown text into lines.
pub(super) fn of(text: &str) -> Vec<BodyLine> {
    let mut walk = LineWalk::default();
    walk.read(text, 0);
    walk.lines
}

#[derive(Default)]
struct LineWalk {
    lines: Vec<BodyLine>,
    depth: u8,
    quotes: u8,
    strikes: u8,
    links: Vec<Option<String>>,
    /// The marker of the line that the next text begins; `None` if it continues the last line.
    opening: Option<Marker>,
    block: OpenBlock,
    held: String,
    /// The length of the last line, in bytes.
    length: usize,
}

/// A block whose text is collected until it ends.
#[derive(Default, PartialEq, Eq)]
enum OpenBlock {
    #[default]
    None,
    Code,
    TaskList,
    Html,
}

impl LineWalk {
    fn read(&mut self, text: &str, level: u8) {
        let options = Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
        for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
            let is_escaped = matches!(&event, Event::Text(shown) if shown.starts_with('|'))
                && (text.get(..range.start).is_some_and(|before| before.ends_with('\\'))
                    || !text.get(range.start..).is_some_and(|source| source.starts_with('|')));
            let length = if let Event::Text(shown) = &event { shown.len() } else { 0 };
            let is_in_line = self.block == OpenBlock::None;
            self.event(event, level);
            if let (true, true, Some(line)) = (is_escaped, is_in_line, self.lines.last_mut()) {
                line.bars.push(self.length - length);
            }
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "other events begin no line")]
    fn event(&mut self, event: Event<'_>, level: u8) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag, level),
            Event::Text(text) if self.block == OpenBlock::None => self.push(&text, false),
            Event::Text(text) | Event::Html(text) => self.held.push_str(&text),
            Event::Code(text) => self.push(&text, true),
            Event::SoftBreak | Event::HardBreak => self.opening = Some(Marker::None),
            Event::TaskListMarker(done) => self.opening = Some(Marker::Task(done)),
            Event::InlineHtml(html) if html.starts_with("<br") => self.opening = Some(Marker::None),
            _ => {}
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "other tags begin no line")]
    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::List(_) => self.depth = self.depth.saturating_add(1),
            Tag::Item => self.opening = Some(Marker::Bullet),
            Tag::Paragraph | Tag::Heading { .. } => self.opening = self.opening.or(Some(Marker::None)),
            Tag::BlockQuote(_) => self.quotes = self.quotes.saturating_add(1),
            Tag::Strikethrough => self.strikes = self.strikes.saturating_add(1),
            Tag::Link { dest_url, .. } => self.links.push(Some(dest_url.into_string())),
            Tag::Image { .. } => self.links.push(None),
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) if info.trim() == "[tasklist]" => {
                self.block = OpenBlock::TaskList;
            }
            Tag::CodeBlock(_) => self.block = OpenBlock::Code,
            Tag::HtmlBlock => self.block = OpenBlock::Html,
            _ => {}
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "other tags begin no line")]
    fn end(&mut self, tag: TagEnd, level: u8) {
        match tag {
            TagEnd::List(_) => self.depth = self.depth.saturating_sub(1),
            TagEnd::Item | TagEnd::Paragraph | TagEnd::Heading(_) => self.opening = None,
            TagEnd::BlockQuote(_) => self.quotes = self.quotes.saturating_sub(1),
            TagEnd::Strikethrough => self.strikes = self.strikes.saturating_sub(1),
            TagEnd::Link | TagEnd::Image => _ = self.links.pop(),
            TagEnd::CodeBlock | TagEnd::HtmlBlock => self.end_block(level),
            _ => {}
        }
    }

    fn end_block(&mut self, level: u8) {
        let held = std::mem::take(&mut self.held);
        let block = std::mem::take(&mut self.block);
        if level >= MAX_LEVEL {
            return;
        }
        let opening = self.opening.take();
        match block {
            OpenBlock::TaskList => self.read(&held, level + 1),
            OpenBlock::Html => {
                if let Some(list) = list_in_html(&held) {
                    self.read(&list, level + 1);
                }
            }
            OpenBlock::None | OpenBlock::Code => {}
        }
        self.opening = opening;
    }

    fn push(&mut self, text: &str, code: bool) {
        let span = BodySpan {
            text: text.to_owned(),
            struck: self.strikes > 0,
            code,
            link: self.links.iter().flatten().next().cloned(),
        };
        let opening = self.opening.take();
        let marker = opening.unwrap_or(Marker::None);
        if let Some(line) = self.lines.last_mut().filter(|_| opening.is_none()) {
            self.length += text.len();
            return append(&mut line.spans, span);
        }
        self.length = text.len();
        let (depth, quoted) = (self.depth, self.quotes > 0);
        self.lines.push(BodyLine { depth, marker, quoted, spans: vec![span], bars: Vec::new() });
    }
}

/// Appends a span, merging it with the last one of the same style: the parser splits text, also within addresses.
fn append(spans: &mut Vec<BodySpan>, span: BodySpan) {
    match spans.last_mut() {
        Some(last) if (last.struck, last.code, &last.link) == (span.struck, span.code, &span.link) && !span.code => {
            last.text.push_str(&span.text);
        }
        _ => spans.push(span),
    }
}

/// Returns the Markdown lines of an HTML block if they contain a box. Comments are dropped, since templates keep hints
/// there.
fn list_in_html(html: &str) -> Option<String> {
    let mut rest = html;
    let mut shown = String::new();
    while let Some((before, behind)) = rest.split_once("<!--") {
        shown.push_str(before);
        rest = behind.split_once("-->").map_or("", |(_, after)| after);
    }
    shown.push_str(rest);
    let lower = shown.to_ascii_lowercase();
    if ["<pre", "<script", "<style", "<textarea"].iter().any(|tag| lower.contains(tag)) {
        return None;
    }
    let lines: Vec<&str> =
        shown.lines().map(|line| if line.trim_start().starts_with('<') { "" } else { line }).collect();
    lines.iter().any(|line| split_box(line).is_some()).then(|| lines.join("\n"))
}

/// Splits a box from the beginning of a line, bare or after a bullet; returns whether it is ticked, and the rest.
pub(in crate::sources) fn split_box(line: &str) -> Option<(bool, &str)> {
    let line = line.trim_start();
    let bare = line.strip_prefix(['-', '*', '+']).unwrap_or(line).trim_start();
    let boxes = [("[ ]", false), ("[x]", true), ("[X]", true)];
    boxes.into_iter().find_map(|(mark, is_ticked)| Some((is_ticked, bare.strip_prefix(mark)?.trim_start())))
}
