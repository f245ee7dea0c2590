//! HTML to Markdown converter for headings, lists, tables, boxes and links; comments are dropped.

use std::borrow::Cow;
use std::collections::HashMap;

/// Markup within a text, of HTML or Markdown.
pub(super) enum InlineTag {
    Break,
    Strike,
    EndStrike,
    Strong,
    EndStrong,
    Link(String),
    EndLink,
    /// An image, with its alternative text if that is not inside the tag.
    Image(String, String),
    EndImage,
}

/// Reads an inline tag; returns nothing if it has no meaning, and two tags for an image, which has no end in HTML.
pub(super) fn inline_tags(html: &str) -> impl Iterator<Item = InlineTag> {
    let tag = Tag::read(html);
    let read = |tag: &Tag| match (tag.name.as_str(), tag.closes) {
        ("br" | "li" | "p" | "ul" | "div", _) => Some(InlineTag::Break),
        ("del" | "s" | "strike", false) => Some(InlineTag::Strike),
        ("del" | "s" | "strike", true) => Some(InlineTag::EndStrike),
        ("a", false) => tag.attribute("href").map(InlineTag::Link),
        ("a", true) => Some(InlineTag::EndLink),
        ("img", _) => Some(InlineTag::Image(tag.attribute("src")?, tag.attribute("alt").unwrap_or_default())),
        _ => None,
    };
    let first = tag.as_ref().and_then(read);
    let end = matches!(first, Some(InlineTag::Image(..))).then_some(InlineTag::EndImage);
    first.into_iter().chain(end)
}

/// Returns whether an `<input type="checkbox">` is ticked; `None` for any other tag.
pub(super) fn checkbox(html: &str) -> Option<bool> {
    Tag::read(html)?.checkbox()
}

/// Whether a block closes `<details>`.
pub(super) fn ends_details(html: &str) -> bool {
    html.to_ascii_lowercase().contains("</details")
}

/// Converts an HTML block to Markdown; also returns the source line of each line.
pub(super) fn to_markdown(html: &str, first: u32) -> (String, Vec<u32>) {
    let mut writer = HtmlWriter { out: String::new(), numbers: vec![first], line: first, ..HtmlWriter::default() };
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at_checked(at).unwrap_or((rest, ""));
        writer.text(text);
        rest = writer.markup(tag);
    }
    writer.text(rest);
    (writer.out, writer.numbers)
}

/// A tag: its lower-case name, and the text between name and `>`.
struct Tag {
    name: String,
    closes: bool,
    body: String,
}

impl Tag {
    fn read(html: &str) -> Option<Self> {
        let inner = html.strip_prefix('<')?.trim_end_matches('>');
        let closes = inner.starts_with('/');
        let inner = inner.trim_start_matches('/');
        let end = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
        let (name, body) = inner.split_at_checked(end)?;
        name.starts_with(|c: char| c.is_ascii_alphabetic()).then(|| Self {
            name: name.to_ascii_lowercase(),
            closes,
            body: body.trim_end_matches('/').to_owned(),
        })
    }

    /// Returns the value of an attribute, unless it is empty.
    fn attribute(&self, name: &str) -> Option<String> {
        let value = self.attributes().into_iter().find(|(found, _)| found == name)?.1.trim().to_owned();
        Some(value).filter(|value| !value.is_empty())
    }

    /// Whether the box is ticked; `None` if it is not a box.
    fn checkbox(&self) -> Option<bool> {
        let is_box = self.name == "input"
            && !self.closes
            && self.attribute("type").is_some_and(|kind| kind.eq_ignore_ascii_case("checkbox"));
        is_box.then(|| self.attributes().iter().any(|(name, _)| name == "checked"))
    }

    /// Returns the attributes, with their names in lower case.
    fn attributes(&self) -> Vec<(String, &str)> {
        let is_between = |c: char| c.is_whitespace() || c == '/';
        let (mut attributes, mut rest) = (Vec::new(), self.body.trim_start_matches(is_between));
        while !rest.is_empty() {
            // A leading `=` is part of the name, so that each pass consumes at least one character.
            let end = rest.char_indices().skip(1).find(|(_, c)| is_between(*c) || *c == '=');
            let (name, behind) = rest.split_at_checked(end.map_or(rest.len(), |(at, _)| at)).unwrap_or((rest, ""));
            let (value, behind) = match behind.trim_start().strip_prefix('=') {
                Some(value) => value_of(value.trim_start()),
                None => ("", behind),
            };
            attributes.push((name.to_ascii_lowercase(), value));
            rest = behind.trim_start_matches(is_between);
        }
        attributes
    }
}

/// Splits the value of an attribute, in quotes or not, from what follows.
fn value_of(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote) {
            return inner.split_once(quote).unwrap_or((inner, ""));
        }
    }
    text.split_once(char::is_whitespace).unwrap_or((text, ""))
}

/// Escapes an address for Markdown, also inside a table.
fn address(target: &str) -> String {
    target.replace(['<', '>', '\n'], "").replace('|', "%7C")
}

/// Returns the offset of an element's closing tag, or the end of the text.
fn end_of(name: &str, text: &str) -> usize {
    let closes =
        |at: &usize| text.get(at + 2..at + 2 + name.len()).is_some_and(|closing| closing.eq_ignore_ascii_case(name));
    text.match_indices("</").map(|(at, _)| at).find(closes).unwrap_or(text.len())
}

#[derive(Default)]
struct HtmlWriter {
    out: String,
    /// The source line of each line of `out`.
    numbers: Vec<u32>,
    /// The current source line.
    line: u32,
    lists: usize,
    tables: usize,
    links: Vec<String>,
    /// The number of cells in the open row, and whether the header, which is the first row, has been written.
    cells: usize,
    has_header: bool,
    cell: Option<OpenCell>,
    /// By column, cells that span further rows: how many rows are left, and the text.
    spanned: HashMap<usize, (usize, String)>,
    /// The number of cells added for spans of columns or rows.
    added: usize,
}

/// A cell that is being written.
struct OpenCell {
    /// The offset of its text.
    start: usize,
    columns: usize,
    rows: usize,
}

/// The most cells that spans may add to a document, and the longest text they repeat, in bytes.
const MOST_ADDED: usize = 10_000;
const LONGEST_REPEATED: usize = 200;

impl HtmlWriter {
    /// Consumes the markup at the beginning of `html`; returns the rest.
    fn markup<'h>(&mut self, html: &'h str) -> &'h str {
        if let Some(comment) = html.strip_prefix("<!--") {
            let end = comment.find("-->").map_or(comment.len(), |at| at + 3);
            let (hidden, rest) = comment.split_at_checked(end).unwrap_or((comment, ""));
            self.skip(hidden);
            return rest;
        }
        let Some(end) = html.find('>') else {
            self.text(html);
            return "";
        };
        let (raw, rest) = html.split_at_checked(end + 1).unwrap_or((html, ""));
        match Tag::read(raw) {
            Some(tag) if !tag.closes && matches!(tag.name.as_str(), "script" | "style" | "pre" | "textarea") => {
                let (hidden, rest) = rest.split_at_checked(end_of(&tag.name, rest)).unwrap_or((rest, ""));
                self.skip(raw);
                self.skip(hidden);
                rest
            }
            Some(tag) => {
                self.tag(&tag);
                self.skip(raw);
                rest
            }
            None => {
                self.text("<");
                html.get(1..).unwrap_or_default()
            }
        }
    }

    fn tag(&mut self, tag: &Tag) {
        match (tag.name.as_str(), tag.closes) {
            ("h1" | "h2" | "h3" | "h4" | "h5" | "h6", closes) => {
                let level = tag.name.get(1..).and_then(|level| level.parse().ok()).filter(|_| !closes);
                self.paragraph();
                self.out.extend(level.map(|level| format!("{} ", "#".repeat(level))));
            }
            ("summary", false) => {
                self.paragraph();
                self.out.push_str("**");
            }
            ("summary", true) => {
                self.out.push_str("**");
                self.paragraph();
            }
            ("ul" | "ol", closes) => {
                self.lists = self.lists.saturating_sub(usize::from(closes));
                if self.lists == 0 {
                    self.paragraph();
                }
                self.lists += usize::from(!closes);
            }
            ("li", false) => {
                self.newline();
                self.out.push_str(&"  ".repeat(self.lists.saturating_sub(1)));
                self.out.push_str("- ");
            }
            ("p" | "div" | "details" | "center" | "blockquote", _) if self.lists + self.tables == 0 => {
                self.paragraph();
            }
            ("table" | "tr" | "td" | "th", _) => self.table(tag),
            _ => self.inline(tag),
        }
    }

    /// Writes the Markdown of an inline tag.
    fn inline(&mut self, tag: &Tag) {
        match (tag.name.as_str(), tag.closes) {
            ("input", false) => {
                self.out.push_str(tag.checkbox().map_or("", |is_ticked| if is_ticked { "[x] " } else { "[ ] " }));
            }
            ("a", false) => {
                if let Some(target) = tag.attribute("href") {
                    self.out.push('[');
                    self.links.push(target);
                }
            }
            ("a", true) => {
                if let Some(target) = self.links.pop() {
                    self.out.extend(["](<", &address(&target), ">)"]);
                }
            }
            ("img", false) => {
                if let Some(source) = tag.attribute("src") {
                    let alt = tag.attribute("alt").unwrap_or_default().replace(['[', ']', '|', '\n'], " ");
                    self.out.extend(["![", &alt, "](<", &address(&source), ">)"]);
                }
            }
            ("del" | "s" | "strike", _) => self.out.push_str("~~"),
            ("b" | "strong", _) if self.lists + self.tables > 0 => self.out.push_str("**"),
            ("br", _) => self.out.push(' '),
            _ => {}
        }
    }

    fn table(&mut self, tag: &Tag) {
        match (tag.name.as_str(), tag.closes) {
            ("table", false) => {
                self.paragraph();
                self.tables += 1;
                self.has_header = false;
                self.spanned.clear();
            }
            ("table", true) => {
                self.tables = self.tables.saturating_sub(1);
                self.paragraph();
            }
            ("tr", false) => {
                self.newline();
                self.cells = 0;
            }
            ("tr", true) => {
                self.end_cell();
                self.repeat_spanned();
                if self.has_header || self.cells == 0 {
                    return;
                }
                self.has_header = true;
                self.newline();
                self.out.push_str(&"|---".repeat(self.cells));
                self.out.push('|');
            }
            ("td" | "th", false) => {
                self.end_cell();
                self.repeat_spanned();
                self.start_cell();
                let spans = |name| tag.attribute(name).and_then(|count| count.parse().ok()).unwrap_or(1);
                let start = self.out.len();
                self.cell = Some(OpenCell { start, columns: spans("colspan"), rows: spans("rowspan") });
            }
            ("td" | "th", true) => self.end_cell(),
            _ => {}
        }
    }

    fn start_cell(&mut self) {
        self.out.push_str(if self.cells == 0 { "| " } else { " " });
        self.cells += 1;
    }

    fn end_cell(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        let text = self.out.get(cell.start..).unwrap_or_default().trim();
        let text = if text.len() > LONGEST_REPEATED { String::new() } else { text.to_owned() };
        self.out.push_str(" |");
        for column in 0..cell.columns {
            if column > 0 {
                if self.added >= MOST_ADDED {
                    return;
                }
                self.added += 1;
                self.start_cell();
                self.out.push('|');
            }
            if cell.rows > 1 {
                let text = if column == 0 { text.clone() } else { String::new() };
                self.spanned.insert(self.cells - 1, (cell.rows - 1, text));
            }
        }
    }

    /// Repeats cells that span from rows above, up to the next free column.
    fn repeat_spanned(&mut self) {
        while self.added < MOST_ADDED
            && let Some((rows, text)) = self.spanned.remove(&self.cells)
        {
            self.added += 1;
            let column = self.cells;
            self.start_cell();
            self.out.extend([&text, " |"]);
            if rows > 1 {
                self.spanned.insert(column, (rows - 1, text));
            }
        }
    }

    /// Writes text between tags; inside lists and tables its lines are joined.
    fn text(&mut self, text: &str) {
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                self.line += 1;
                if self.lists + self.tables > 0 {
                    self.out.push(' ');
                } else {
                    self.newline();
                }
            }
            let inside = self.lists + self.tables > 0;
            if inside && line.trim().is_empty() {
                continue;
            }
            let line = if inside { line.trim_start() } else { line };
            // A bar would begin a new cell.
            self.out.push_str(&if self.tables > 0 { Cow::from(line.replace('|', "\\|")) } else { Cow::from(line) });
        }
    }

    fn skip(&mut self, hidden: &str) {
        self.line += hidden.matches('\n').count() as u32;
    }

    fn newline(&mut self) {
        let end = self.out.trim_end_matches([' ', '\t']).len();
        self.out.truncate(end);
        self.out.push('\n');
        self.numbers.push(self.line);
    }

    fn paragraph(&mut self) {
        self.newline();
        self.newline();
    }
}
