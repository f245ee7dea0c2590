//! Inline text without markup, as runs of one style with their link targets.

use super::html::InlineTag;
use crate::domain::clean::clean_line;
use crate::sources::body::split_box;

/// A piece of text in one style.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Run {
    pub(super) text: String,
    pub(super) struck: bool,
    pub(super) code: bool,
    pub(super) strong: bool,
    /// The link target, or the address of an image.
    pub(super) link: Option<String>,
}

/// The text of a heading, a paragraph, a list item or a cell.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Inline(pub(super) Vec<Run>);

impl Inline {
    pub(super) fn of_code(text: &str) -> Self {
        Self(vec![Run { text: text.to_owned(), code: true, ..Run::default() }])
    }

    pub(super) fn of_text(text: &str) -> Self {
        Self(vec![Run { text: text.to_owned(), ..Run::default() }])
    }

    /// Reads the text of a box, in which backticks enclose code.
    pub(super) fn of_box(text: &str) -> Self {
        if text.matches('`').count() % 2 == 1 {
            return Self::of_text(text);
        }
        let run = |(at, text): (usize, &str)| Run { text: text.to_owned(), code: at % 2 == 1, ..Run::default() };
        Self(text.split('`').enumerate().map(run).collect())
    }

    /// Whether there is neither text nor a link.
    pub(super) fn is_blank(&self) -> bool {
        self.0.iter().all(|run| run.link.is_none()) && self.plain().is_empty()
    }

    /// Returns the text on one line, cleaned, without markup.
    pub(super) fn plain(&self) -> String {
        one_line(&self.0.iter().map(|run| run.text.as_str()).collect::<String>())
    }

    /// Returns its lines, which `<br>` separates.
    pub(super) fn lines(&self) -> Vec<String> {
        let text: String = self.0.iter().map(|run| run.text.as_str()).collect();
        text.split('\n').map(one_line).collect()
    }

    /// Returns the text with another one behind a colon.
    pub(super) fn followed_by(&self, text: Self) -> Self {
        let colon = Run { text: ": ".to_owned(), ..Run::default() };
        Self(self.0.iter().cloned().chain([colon]).chain(text.0).collect())
    }

    /// Splits "Owner: @ann" at the first colon.
    pub(super) fn split_label(&self) -> Option<(String, Self)> {
        let at = self.0.iter().position(|run| run.text.contains(':'))?;
        let (before, rest) = self.0.split_at_checked(at)?;
        let (end, value) = rest.first()?.text.split_once(':')?;
        let label: String = before.iter().map(|run| run.text.as_str()).chain([end]).collect();
        let mut runs = rest.to_vec();
        value.clone_into(&mut runs.first_mut()?.text);
        Some((one_line(&label), Self(runs)))
    }

    pub(super) fn standing(&self) -> Self {
        Self(self.0.iter().filter(|run| !run.struck).cloned().collect())
    }

    /// Returns the text without badge images such as "Team" or "Help wanted".
    pub(super) fn without_badges(&self) -> Self {
        let is_badge = |run: &Run| run.link.as_ref().is_some_and(|link| link.contains("/badge/"));
        Self(self.0.iter().filter(|run| !is_badge(run)).cloned().collect())
    }

    pub(super) fn only_struck(&self) -> Self {
        Self(self.0.iter().filter(|run| run.struck).cloned().collect())
    }

    /// Strips a box from the beginning where the Markdown parser sees only text: in a cell, or inside struck text.
    pub(super) fn take_box(&mut self) -> Option<bool> {
        self.take_first(split_box)
    }

    /// Strips a box that GitHub does not read from the beginning: `[ x ]`, `[✓]`, `[]`.
    pub(super) fn take_loose_box(&mut self) -> Option<bool> {
        self.take_first(|text| match split_sign(text)? {
            ("", rest) => Some((false, rest)),
            ("x" | "X" | "✓" | "✔" | "☑" | "✅", rest) => Some((true, rest)),
            (_, _) => None,
        })
    }

    /// Strips a box that `split` finds at the beginning.
    fn take_first(&mut self, split: impl Fn(&str) -> Option<(bool, &str)>) -> Option<bool> {
        let run = self.0.first_mut().filter(|run| !run.code)?;
        let (is_ticked, rest) = split(&run.text)?;
        run.text = rest.to_owned();
        Some(is_ticked)
    }

    /// Returns the sign of a box at the beginning that is neither open nor ticked: `-` of `[-]`.
    pub(super) fn unknown_sign(&self) -> Option<&str> {
        let (sign, _) = split_sign(&self.0.first().filter(|run| !run.code)?.text)?;
        Some(sign).filter(|sign| !sign.is_empty() && !sign.contains(char::is_alphanumeric))
    }

    /// Whether all of it is bold, apart from a colon.
    pub(super) fn is_bold_line(&self) -> bool {
        let says = |run: &&Run| !run.text.trim_matches([':', '.', ' ']).is_empty();
        self.0.iter().any(|run| says(&run) && run.strong) && self.0.iter().filter(says).all(|run| run.strong)
    }

    /// Whether it is bold with a remark: "**Storage** (2/5)", "**Docs** - @ann", "**DNS** 🚧", "**Web** #12".
    pub(super) fn is_bold_title(&self) -> bool {
        let mut runs = self.0.iter().filter(|run| !run.text.trim().is_empty()).skip_while(|run| run.strong).peekable();
        let begins_bold = self.0.iter().find(|run| !run.text.trim().is_empty()).is_some_and(|run| run.strong);
        let is_link = runs.peek().is_some_and(|run| run.link.is_some());
        let rest = Self(runs.cloned().collect()).plain();
        let is_remark = rest.starts_with(['(', '#', '-', '–', '—']) || rest.starts_with("https://");
        begins_bold && (is_link || is_remark || !rest.contains(char::is_alphanumeric)) && !rest.ends_with('.')
    }
}

/// Splits a box with any sign or none from the beginning of a text; returns the sign and the rest.
fn split_sign(text: &str) -> Option<(&str, &str)> {
    let (inner, rest) = text.trim_start().strip_prefix('[')?.split_once(']')?;
    let sign = inner.trim().trim_end_matches('\u{fe0f}');
    (rest.starts_with(char::is_whitespace) && sign.chars().count() <= 1).then_some((sign, rest.trim_start()))
}

/// Returns a text on one line, without control characters and repeated spaces.
pub(super) fn one_line(text: &str) -> String {
    clean_line(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Cuts a text after some characters.
pub(super) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or(text).trim_end()),
        None => text.to_owned(),
    }
}

/// Strips joining punctuation from the end of a text, but not the colon of an emoji such as `:tada:`.
pub(super) fn trim_joints(text: &str) -> &str {
    let bare = text.trim_end();
    if ends_with_emoji(bare) { bare } else { bare.trim_end_matches([' ', ',', ':', ';', '-', '–', '—']) }
}

/// Whether a text ends with an emoji short name such as `:tada:`.
pub(super) fn ends_with_emoji(text: &str) -> bool {
    let last = text.rsplit(' ').next().unwrap_or(text);
    last.len() > 2 && last.starts_with(':') && last.ends_with(':') && !last.ends_with("::")
}

/// Builder of one inline text.
#[derive(Default)]
pub(super) struct InlineBuilder {
    runs: Vec<Run>,
    strikes: u32,
    strongs: u32,
    links: Vec<String>,
    images: Vec<String>,
}

impl InlineBuilder {
    pub(super) fn text(&mut self, text: &str) {
        let run = self.run(text, false);
        match self.runs.last_mut() {
            Some(last) if !last.code && alike(last, &run) => last.text.push_str(text),
            _ => self.runs.push(run),
        }
    }

    pub(super) fn code(&mut self, text: &str) {
        let run = self.run(text, true);
        self.runs.push(run);
    }

    fn run(&self, text: &str, code: bool) -> Run {
        // An image inside a link leads to the target of the link.
        let link = self.links.first().or(self.images.first()).cloned();
        Run { text: text.to_owned(), struck: self.strikes > 0, strong: self.strongs > 0, code, link }
    }

    /// Handles markup; a break is part of the text.
    pub(super) fn tag(&mut self, tag: InlineTag) {
        match tag {
            InlineTag::Break => self.text("\n"),
            InlineTag::Strike => self.strikes += 1,
            InlineTag::EndStrike => self.strikes = self.strikes.saturating_sub(1),
            InlineTag::Strong => self.strongs += 1,
            InlineTag::EndStrong => self.strongs = self.strongs.saturating_sub(1),
            InlineTag::Link(target) => self.links.push(target),
            InlineTag::EndLink => drop(self.links.pop()),
            InlineTag::Image(source, alt) => {
                self.images.push(source);
                // Keeps an image without alternative text as an empty run.
                self.text(&alt);
            }
            InlineTag::EndImage => drop(self.images.pop()),
        }
    }

    /// Returns the text and resets the builder.
    pub(super) fn take(&mut self) -> Inline {
        let runs = std::mem::take(self).runs;
        Inline(runs)
    }
}

fn alike(a: &Run, b: &Run) -> bool {
    (a.struck, a.strong, a.code, &a.link) == (b.struck, b.strong, b.code, &b.link)
}
