//! Tokenizer: replaces each issue reference in a line with a placeholder character, and collects issues and links.

use super::inline::{Inline, Run, one_line};
use crate::domain::boxes::only_mentions;
use crate::domain::{Groups, IssueRef, Repo};
use crate::sources::body::{BodySpan, Home, can_be_title, issues_of_span};

/// The context in which links and owners are resolved.
pub(super) struct LinkContext<'a> {
    /// The repository of bare issue numbers.
    pub(super) repo: &'a Repo,
    /// The web host beside `github.com`.
    pub(super) host: &'a str,
    pub(super) groups: &'a Groups,
}

impl LinkContext<'_> {
    pub(super) fn tokens(&self, text: &Inline) -> Tokens {
        let mut tokens = Tokens::default();
        let mut runs = text.0.as_slice();
        while let Some(first) = runs.first() {
            // A link may span several runs of different style.
            let length = match &first.link {
                Some(_) => runs.iter().take_while(|run| run.link == first.link).count(),
                None => 1,
            };
            let (these, rest) = runs.split_at_checked(length).unwrap_or((runs, &[]));
            match &first.link {
                Some(target) => self.link(target, these, &mut tokens),
                None if first.code => tokens.code(&first.text),
                None => self.text(first, &mut tokens),
            }
            runs = rest;
        }
        tokens
    }

    fn link(&self, target: &str, runs: &[Run], tokens: &mut Tokens) {
        let shown: String = runs.iter().map(|run| run.text.as_str()).collect();
        match self.issue_of_link(target) {
            Some(issue) if is_reference(&shown) => tokens.reference(issue, shown.trim()),
            Some(issue) => {
                let start = tokens.text.len();
                tokens.text.push_str(&without_placeholders(&shown));
                tokens.mention(issue, start, true);
            }
            None => {
                tokens.text.push_str(&without_placeholders(&shown));
                let shown = one_line(&shown);
                if !target.starts_with('#') && !target.is_empty() && (shown != target || is_address(target)) {
                    tokens.links.push((shown, target.to_owned()));
                }
            }
        }
    }

    /// Resolves a link target to an issue, if it is one; the target may be relative to the repository.
    fn issue_of_link(&self, target: &str) -> Option<IssueRef> {
        let issue_at = |address: String| {
            let found = self.issues(&BodySpan { link: Some(address), ..BodySpan::default() });
            found.into_iter().next().map(|(_, issue)| issue)
        };
        let path = target.trim_start_matches(['.', '/']);
        let is_relative = path.len() < target.len() && !target.contains("://");
        let is_bare = path.starts_with("issues/") || path.starts_with("pull/");
        let folder = if is_bare { format!("{}/", self.repo) } else { String::new() };
        let absolute = || Some(format!("https://github.com/{folder}{path}")).filter(|_| is_relative);
        issue_at(target.to_owned()).or_else(|| absolute().and_then(issue_at))
    }

    fn text(&self, run: &Run, tokens: &mut Tokens) {
        let text = without_placeholders(&run.text);
        if !text.contains(['#', '/', '-']) {
            tokens.text.push_str(&text);
            return;
        }
        for word in text.split_inclusive(char::is_whitespace) {
            let found = self.issues(&BodySpan { text: word.to_owned(), ..BodySpan::default() });
            let is_mark = |c: char| {
                matches!(c, '(' | ')' | '[' | ']' | ',' | ';' | '.' | ':' | '<' | '>' | '"' | '\'' | ' ' | '\n' | '\t')
            };
            let core = word.trim_matches(is_mark);
            match <[_; 1]>::try_from(found) {
                Ok([(_, issue)]) if is_reference(core) => {
                    let (before, after) = word.split_once(core).unwrap_or((word, ""));
                    tokens.text.push_str(before);
                    tokens.reference(issue, core);
                    tokens.text.push_str(after);
                }
                Ok(found) => tokens.word(word, core, found),
                Err(_) if self.joined(word, core, tokens) => {}
                Err(found) => {
                    if is_address(core) && found.is_empty() {
                        tokens.links.push((core.to_owned(), core.to_owned()));
                    }
                    tokens.word(word, core, found);
                }
            }
        }
    }

    /// Reads `#40/#41`, and both ends of a range such as `#42-#45`, whose text is kept.
    fn joined(&self, word: &str, core: &str, tokens: &mut Tokens) -> bool {
        let issue = |text: &str| {
            let found = self.issues(&BodySpan { text: text.to_owned(), ..BodySpan::default() });
            found.into_iter().next().filter(|_| is_reference(text))
        };
        let read = |mark: &str| {
            let (first, more) = core.split_once(mark)?;
            let parts = std::iter::once(first.to_owned()).chain(more.split(mark).map(|number| format!("#{number}")));
            parts.map(|part| Some((issue(&part)?, part))).collect::<Option<Vec<_>>>()
        };
        let (before, after) = word.split_once(core).unwrap_or((word, ""));
        if let Some(parts) = read("/#") {
            tokens.text.push_str(before);
            for (at, ((_, issue), part)) in parts.into_iter().enumerate() {
                tokens.text.push_str(if at == 0 { "" } else { "/" });
                tokens.reference(issue, &part);
            }
            tokens.text.push_str(after);
            return true;
        }
        let range = ["-#", "–#", "..#"].into_iter().find_map(read);
        let Some(ends) = range else { return false };
        tokens.word(word, core, ends.into_iter().map(|(found, _)| found));
        true
    }

    /// Returns a note on the issues whose numbers the text does not show.
    pub(super) fn hidden(&self, issues: &[IssueRef], plain: &str) -> Option<String> {
        let hidden = issues.iter().filter(|issue| !plain.contains(&format!("#{}", issue.number)));
        let hidden: Vec<String> = hidden.map(|issue| issue.short(self.repo)).collect();
        (!hidden.is_empty()).then(|| format!("See also {}.", hidden.join(", ")))
    }

    fn issues(&self, span: &BodySpan) -> Vec<(usize, IssueRef)> {
        references(span, self.repo, self.host)
    }
}

/// Returns the issues that a span refers to, with their byte offsets. One-letter owners count, except for `k/…`, which
/// is short for Kubernetes.
pub(super) fn references(span: &BodySpan, repo: &Repo, host: &str) -> Vec<(usize, IssueRef)> {
    let issue = IssueRef::new(repo.clone(), u64::MAX);
    let found = issues_of_span(span, Home { issue: &issue, host });
    if !found.is_empty() || span.link.is_some() || span.code || !span.text.contains('#') {
        return found;
    }
    let words = span.text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | ';' | ':' | '[' | ']'));
    let is_short = |issue: &IssueRef| issue.repo.owner().len() == 1 && issue.repo.owner() != "k";
    let named = words.filter(|word| word.contains('/') && !word.contains("://"));
    named.filter_map(|word| IssueRef::parse(word, repo)).filter(is_short).map(|issue| (0, issue)).collect()
}

/// A tokenized line. Since references are single characters, those at its ends can be stripped and the others kept.
#[derive(Default)]
pub(super) struct Tokens {
    pub(super) text: String,
    /// The original text of each placeholder.
    shown: Vec<String>,
    /// In order of appearance, without duplicates.
    pub(super) issues: Vec<IssueRef>,
    /// Every mention of these issues.
    pub(super) mentions: Vec<IssueMention>,
    /// The text and target of each link that is not an issue.
    pub(super) links: Vec<(String, String)>,
    /// Code spans.
    pub(super) code: Vec<String>,
}

/// A mention of an issue, with its range in bytes.
pub(super) struct IssueMention {
    pub(super) issue: IssueRef,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether it is a link whose text is not just a reference.
    pub(super) is_named: bool,
}

/// Private-use characters, which have no meaning in documents.
const FIRST_PLACEHOLDER: u32 = 0x10_0000;
pub(super) const PLACEHOLDERS: std::ops::RangeInclusive<char> = '\u{100000}'..='\u{10fffc}';
/// Replaces `@` in code, which is not a mention.
pub(super) const AT_IN_CODE: char = '\u{10fffd}';

/// How much text around a mention is examined, in characters.
const FARTHEST_LEAD: usize = 100;

impl Tokens {
    fn reference(&mut self, issue: IssueRef, shown: &str) {
        let start = self.text.len();
        match char::from_u32(FIRST_PLACEHOLDER + self.shown.len() as u32).filter(|c| PLACEHOLDERS.contains(c)) {
            Some(placeholder) => {
                self.text.push(placeholder);
                self.shown.push(shown.to_owned());
            }
            None => self.text.push_str(shown),
        }
        self.mention(issue, start, false);
    }

    /// Adds a word with the issues found in its core.
    fn word(&mut self, word: &str, core: &str, found: impl IntoIterator<Item = (usize, IssueRef)>) {
        let (before, after) = word.split_once(core).unwrap_or((word, ""));
        self.text.push_str(before);
        let start = self.text.len();
        self.text.push_str(core);
        for (_, issue) in found {
            self.mention(issue, start, false);
        }
        self.text.push_str(after);
    }

    /// Records a mention that extends from `start` to the end of the text.
    fn mention(&mut self, issue: IssueRef, start: usize, is_named: bool) {
        push_new(&mut self.issues, issue.clone());
        self.mentions.push(IssueMention { issue, start, end: self.text.len(), is_named });
    }

    fn code(&mut self, text: &str) {
        let text = without_placeholders(text).replace('@', AT_IN_CODE.encode_utf8(&mut [0; 4]));
        self.text.push_str(&text);
        self.code.push(one_line(&text));
    }

    /// Whether the text around a mention shows that the line is not about that issue.
    pub(super) fn only_mentions(&self, mention: &IssueMention) -> bool {
        let before = self.text.get(..mention.start).unwrap_or_default();
        let behind = self.text.get(mention.end..).unwrap_or_default();
        let from = before.char_indices().rev().nth(FARTHEST_LEAD).map_or(0, |(at, _)| at);
        let end = behind.char_indices().nth(FARTHEST_LEAD).map_or(behind.len(), |(at, _)| at);
        let part = |text: Option<&str>| self.with_references(text.unwrap_or_default());
        only_mentions(&part(before.get(from..)), &part(behind.get(..end)))
    }

    /// Restores the references in a part of the text.
    pub(super) fn with_references(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            if c == AT_IN_CODE {
                out.push('@');
                continue;
            }
            let at = u32::from(c).checked_sub(FIRST_PLACEHOLDER);
            match at.and_then(|at| self.shown.get(at as usize)) {
                Some(shown) => out.push_str(shown),
                None => out.push(c),
            }
        }
        out
    }
}

fn without_placeholders(text: &str) -> String {
    text.chars().filter(|c| !PLACEHOLDERS.contains(c) && *c != AT_IN_CODE).collect()
}

fn is_address(text: &str) -> bool {
    text.starts_with("https://") && text.len() > "https://".len()
}

/// Whether a text is only a reference: `#12`, `o/r#12`, `GH-12`, `12` or an address.
fn is_reference(text: &str) -> bool {
    let text = text.trim().trim_matches(['[', ']', '(', ')']);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let address = text.contains("://") && !text.contains(char::is_whitespace) || text.starts_with("github.com/");
    let number = text.rsplit_once('#').is_some_and(|(before, number)| {
        digits(number)
            && !before.contains(|c: char| c.is_whitespace() && !matches!(before, "PR " | "pr " | "issue " | "Issue "))
    });
    text.is_empty() || digits(text) || address || number || text.strip_prefix("GH-").is_some_and(digits)
}

/// Whether the subject of a line is struck: all text except remarks in parentheses, and links and references after a
/// struck title.
pub(super) fn is_struck(text: &Inline) -> bool {
    let says = |text: &str| {
        let mut deep = 0_u32;
        text.chars().any(|c| {
            deep += u32::from(c == '(');
            let counts = deep == 0 && c.is_alphanumeric();
            deep = deep.saturating_sub(u32::from(c == ')'));
            counts
        })
    };
    let is_half_struck = |target: &String| text.0.iter().any(|run| run.struck && run.link.as_ref() == Some(target));
    let (mut is_any, mut has_struck_title) = (false, false);
    for run in text.0.iter().filter(|run| !run.text.trim().is_empty()) {
        let is_work = match &run.link {
            _ if run.struck => {
                is_any = true;
                has_struck_title |= can_be_title(&run.text);
                false
            }
            Some(target) => !has_struck_title && !is_half_struck(target),
            None if is_reference(&run.text) => !has_struck_title && run.text.contains(char::is_alphanumeric),
            None => says(&run.text),
        };
        if is_work {
            return false;
        }
    }
    is_any
}

pub(super) fn push_new<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if !list.contains(&value) {
        list.push(value);
    }
}

pub(super) fn push_all_new<T: PartialEq>(list: &mut Vec<T>, more: impl IntoIterator<Item = T>) {
    for value in more {
        push_new(list, value);
    }
}

/// Prefixes a text with its label, if that is not empty.
pub(super) fn labelled(label: &str, text: &str) -> String {
    let label = label.trim().trim_end_matches(':');
    if label.is_empty() { text.to_owned() } else { format!("{label}: {text}") }
}
