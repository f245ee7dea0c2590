//! Markdown parser: events of pulldown-cmark become headings, paragraphs, lists and tables.
//!
//! Comments and code are skipped, `[tasklist]` fences and HTML are read as Markdown, and block quotes are transparent.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::document::{DocumentBlock, TableBlock};
use super::entries::{Frame, as_prose, nest_by_column, push_list};
use super::html::{self, InlineTag};
use super::inline::{Inline, InlineBuilder};
use super::positions::Lines;
use crate::sources::body::split_box;

/// The deepest nesting of lists; deeper items become siblings.
const DEEPEST_LIST: usize = 32;
/// The deepest nesting of embedded texts, such as a fence in HTML.
const DEEPEST_EMBEDDING: u8 = 2;

pub(super) fn read(text: &str) -> Vec<DocumentBlock> {
    read_embedded(text, &Lines::from_line(text, 1), 0)
}

fn read_embedded(text: &str, lines: &Lines, level: u8) -> Vec<DocumentBlock> {
    let options =
        Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES | Options::ENABLE_GFM;
    let mut walk = BlockWalk {
        text,
        lines,
        level,
        frames: vec![Frame::default()],
        inline: InlineBuilder::default(),
        heading: None,
        paragraph: 1,
        overflow: 0,
        held: None,
        table: None,
    };
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        walk.event(event, &range);
    }
    walk.finish()
}

struct BlockWalk<'t> {
    text: &'t str,
    lines: &'t Lines,
    level: u8,
    frames: Vec<Frame>,
    inline: InlineBuilder,
    heading: Option<u8>,
    /// The first line of the open paragraph, else of the last one.
    paragraph: u32,
    /// The number of open lists deeper than [`DEEPEST_LIST`].
    overflow: usize,
    held: Option<(Held, u32, String)>,
    table: Option<TableBlock>,
}

/// A block whose text is collected as a whole.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    Code,
    /// Indented code, which may be boxes that were indented too far.
    Indented,
    TaskList,
    Html,
}

impl BlockWalk<'_> {
    fn event(&mut self, event: Event<'_>, range: &Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Html(text) if self.held.is_some() => {
                if let Some((_, _, held)) = &mut self.held {
                    held.push_str(&text);
                }
            }
            Event::Html(_) | Event::Rule | Event::FootnoteReference(_) => {}
            Event::Text(text) | Event::InlineMath(text) | Event::DisplayMath(text) => self.inline.text(&text),
            Event::Code(text) => self.inline.code(&text),
            Event::InlineHtml(html) => self.inline_html(&html),
            Event::SoftBreak | Event::HardBreak => self.inline.text(" "),
            Event::TaskListMarker(done) => self.frame().ticked = Some(done),
        }
    }

    fn inline_html(&mut self, html: &str) {
        match html::checkbox(html) {
            Some(ticked) if self.frames.len() > 1 => self.frame().ticked = Some(ticked),
            _ => html::inline_tags(html).for_each(|tag| self.inline.tag(tag)),
        }
    }

    fn frame(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("the document is open")
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "other tags have no meaning here")]
    fn start(&mut self, tag: Tag<'_>, range: &Range<usize>) {
        let (line, _) = self.lines.place(range.start);
        match tag {
            Tag::Paragraph => {
                self.flush();
                self.paragraph = line;
            }
            Tag::Heading { level, .. } => {
                self.flush();
                self.heading = Some(level as u8);
            }
            Tag::List(_) => self.start_list(),
            Tag::Item => self.start_item(line, self.column_of_marker(range.start)),
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) if info.trim() == "[tasklist]" => {
                self.hold(Held::TaskList, line + 1);
            }
            Tag::CodeBlock(CodeBlockKind::Indented) => self.hold(Held::Indented, line),
            Tag::CodeBlock(CodeBlockKind::Fenced(_)) => self.hold(Held::Code, line),
            Tag::HtmlBlock => self.hold(Held::Html, line),
            Tag::Table(_) => {
                self.flush();
                self.table = Some(TableBlock::default());
            }
            Tag::TableRow => self.table.iter_mut().for_each(|table| table.rows.push((line, Vec::new()))),
            Tag::Strikethrough => self.inline.tag(InlineTag::Strike),
            Tag::Strong => self.inline.tag(InlineTag::Strong),
            Tag::Link { dest_url, .. } => self.inline.tag(InlineTag::Link(dest_url.into_string())),
            Tag::Image { dest_url, .. } => self.inline.tag(InlineTag::Image(dest_url.into_string(), String::new())),
            Tag::BlockQuote(None) => self.flush(),
            Tag::BlockQuote(Some(_)) => {
                self.flush();
                self.frames.push(Frame { line, ..Frame::default() });
            }
            _ => {}
        }
    }

    /// Returns the column of the list marker of an item whose indentation begins at a byte offset.
    fn column_of_marker(&self, at: usize) -> u32 {
        let blanks = self.text.get(at..).unwrap_or_default();
        let blanks = blanks.len() - blanks.trim_start_matches([' ', '\t']).len();
        let (_, bytes) = self.lines.place(at);
        let before = self.text.get(at.saturating_sub(bytes as usize)..at + blanks).unwrap_or_default();
        before.chars().fold(0, |column, c| if c == '\t' { (column / 4 + 1) * 4 } else { column + 1 })
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "other tags have no meaning here")]
    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.flush(),
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::List(_) => self.end_list(),
            TagEnd::Item if self.overflow == 0 => self.end_item(),
            TagEnd::CodeBlock | TagEnd::HtmlBlock => self.end_held(),
            TagEnd::Table => {
                let table = self.table.take().unwrap_or_default();
                self.frame().blocks.push(DocumentBlock::Table(table));
            }
            TagEnd::TableCell => self.end_cell(),
            TagEnd::Strikethrough => self.inline.tag(InlineTag::EndStrike),
            TagEnd::Strong => self.inline.tag(InlineTag::EndStrong),
            TagEnd::Link => self.inline.tag(InlineTag::EndLink),
            TagEnd::Image => self.inline.tag(InlineTag::EndImage),
            TagEnd::BlockQuote(None) => self.flush(),
            TagEnd::BlockQuote(Some(_)) => self.end_alert(),
            _ => {}
        }
    }

    fn flush(&mut self) {
        let text = self.inline.take();
        if !text.is_blank() {
            let line = self.paragraph;
            self.frame().blocks.push(DocumentBlock::Paragraph { line, text });
        }
    }

    fn end_heading(&mut self) {
        let text = without_anchor(self.inline.take());
        let level = self.heading.take().unwrap_or(1);
        if !text.is_blank() {
            self.frame().blocks.push(DocumentBlock::Heading { level, text });
        }
    }

    fn hold(&mut self, what: Held, line: u32) {
        self.flush();
        self.held = Some((what, line, String::new()));
    }

    fn end_held(&mut self) {
        let Some((what, line, held)) = self.held.take() else { return };
        match what {
            Held::Indented if held.lines().filter(|line| !line.trim().is_empty()).all(is_box_line) => {
                self.embed(&held, &Lines::from_line(&held, line));
            }
            // Some programs indent whole lists. CommonMark calls that code; it is reported as text outside lists.
            Held::Indented if self.is_outside_lists() && held.lines().any(is_bullet) => {
                self.frame().blocks.push(DocumentBlock::Paragraph { line, text: Inline::of_text(&held) });
            }
            Held::Code | Held::Indented => {
                let first = held.lines().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned);
                let frame = self.frame();
                frame.code = frame.code.take().or(first);
            }
            Held::TaskList => self.embed(&held, &Lines::from_line(&held, line)),
            Held::Html => {
                let (text, numbers) = html::to_markdown(&held, line);
                if html::ends_details(&held) {
                    self.frame().blocks.push(DocumentBlock::EndOfDetails);
                }
                self.embed(&text, &Lines::with_numbers(&text, numbers));
            }
        }
    }

    /// Whether no list is open and none precedes: a block between two lists may separate an entry from its children.
    fn is_outside_lists(&mut self) -> bool {
        self.frames.len() == 1 && !matches!(self.frame().blocks.last(), Some(DocumentBlock::List(_)))
    }

    fn embed(&mut self, text: &str, lines: &Lines) {
        if self.level < DEEPEST_EMBEDDING && !text.trim().is_empty() {
            let blocks = read_embedded(text, lines, self.level + 1);
            self.frame().blocks.extend(blocks);
        }
    }

    fn start_list(&mut self) {
        self.flush();
        if self.frames.len() > DEEPEST_LIST {
            self.overflow += 1;
        } else {
            self.frame().lists.push(Vec::new());
        }
    }

    fn end_list(&mut self) {
        if self.overflow > 0 {
            self.flush();
            self.overflow -= 1;
            return;
        }
        if let Some(items) = self.frame().lists.pop() {
            push_list(&mut self.frame().blocks, nest_by_column(items));
        }
    }

    fn start_item(&mut self, line: u32, column: u32) {
        if self.overflow > 0 {
            self.end_item();
        }
        self.frames.push(Frame { line, column, ..Frame::default() });
    }

    fn end_item(&mut self) {
        self.flush();
        if self.frames.len() < 2 {
            return;
        }
        let Some(frame) = self.frames.pop() else { return };
        let item = frame.into_item();
        if let Some(items) = self.frame().lists.last_mut() {
            items.push(item);
        }
    }

    /// The content of an alert such as `> [!NOTE]` is a remark, unless it has boxes.
    fn end_alert(&mut self) {
        self.flush();
        let Some(alert) = self.frames.pop() else { return };
        self.frame().blocks.extend(as_prose(alert.blocks));
    }

    fn end_cell(&mut self) {
        let text = self.inline.take();
        let Some(table) = &mut self.table else { return };
        match table.rows.last_mut() {
            Some((_, cells)) => cells.push(text),
            None => table.header.push(text),
        }
    }

    fn finish(mut self) -> Vec<DocumentBlock> {
        self.flush();
        self.frames.pop().map(|frame| frame.blocks).unwrap_or_default()
    }
}

/// Strips `{#anchor}` from the end of a heading; other braces belong to the text.
fn without_anchor(mut text: Inline) -> Inline {
    if let Some(last) = text.0.last_mut().filter(|last| !last.code)
        && let Some((before, anchor)) = last.text.trim_end().strip_suffix('}').and_then(|text| text.rsplit_once(" {"))
        && anchor.trim_start_matches(':').trim_start().starts_with('#')
    {
        last.text = before.trim_end().to_owned();
    }
    text
}

fn is_bullet(line: &str) -> bool {
    ["- ", "* ", "+ "].iter().any(|mark| line.trim_start().starts_with(mark))
}

fn is_box_line(line: &str) -> bool {
    line.trim_start().starts_with(['-', '*', '+']) && split_box(line).is_some()
}
