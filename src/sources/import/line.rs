//! Lines of a document: title, linked issues and pages, owner, state and figures.

use super::blockers::{self, UnblockedLine};
use super::document::{FieldKind, ListItem, TableCell};
use super::figures;
use super::inline::{Inline, one_line};
use super::owners::{self, OwnerDraft};
use super::tokens::{LinkContext, PLACEHOLDERS, is_struck, labelled, push_all_new};
use crate::domain::{IssueRef, PageLink, Progress, State};
use crate::sources::body::can_be_title;
use crate::sources::status;

/// What a line says.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct LineContent {
    /// Without marks, owners and references at its ends; may be empty beside an issue.
    pub(super) title: String,
    /// In order, none twice.
    pub(super) issues: Vec<IssueRef>,
    /// The issues that must come first.
    pub(super) blocked_by: Vec<IssueRef>,
    pub(super) owner: OwnerDraft,
    pub(super) state: Option<State>,
    pub(super) progress: Option<Progress>,
    /// Whether all of it is in parentheses.
    pub(super) is_remark: bool,
    /// Whether the title is no more than what was written in parentheses beside an issue.
    pub(super) is_aside: bool,
    /// Pages that are linked to.
    pub(super) links: Vec<PageLink>,
    /// What has no place of its own: further paragraphs, other cells.
    pub(super) notes: Vec<String>,
}

impl LineContent {
    /// Keeps what a roadmap can link to, and of the rest a note.
    fn take_links(&mut self, links: Vec<(String, String)>) {
        for (shown, target) in links {
            match PageLink::new(Some(shown.clone()).filter(|shown| !shown.is_empty() && *shown != target), &target) {
                Some(link) if self.links.iter().any(|other| other.url == link.url) => {}
                Some(link) => self.links.push(link),
                None => self.notes.push(labelled(&shown, &target)),
            }
        }
    }

    /// Reads an owner or a status that is all there is beside a reference.
    fn take_remark(&mut self) {
        if self.issues.is_empty() || self.is_remark || self.title.is_empty() {
            return;
        }
        let said = std::mem::take(&mut self.title);
        if let Some(owner) = OwnerDraft::of_mentions(&said) {
            self.owner.add(owner);
        } else if let Some(state) = status::of_remark(&said) {
            self.state = self.state.or(Some(state));
            self.notes.extend(status::is_waiting(&said).then(|| labelled("Status", &said)));
        } else {
            self.title = said;
        }
    }
}

impl LinkContext<'_> {
    /// Reads a list item, or a row of a table, without what is nested in it.
    pub(super) fn item(&self, item: &ListItem) -> LineContent {
        let mut content = self.line(&item.text);
        content.state = state(item.ticked, content.state);
        for field in &item.fields {
            self.field(field, &mut content);
        }
        for note in &item.notes {
            self.note(note, &mut content);
        }
        if content.title.is_empty() && content.issues.is_empty() {
            content.title =
                item.fields.iter().map(|field| field.text.plain()).find(|text| !text.is_empty()).unwrap_or_default();
        }
        content
    }

    /// Reads a line of text. What was struck to say "no longer" is only a note, or words of the title.
    pub(super) fn line(&self, text: &Inline) -> LineContent {
        let (struck, standing) = (text.struck(), text.standing());
        let names_work =
            || standing.plain().split(' ').any(|word| !word.contains('@') && word.contains(char::is_alphanumeric));
        if !struck.contains(char::is_alphanumeric) || is_struck(text) || !names_work() {
            return self.whole_line(text);
        }
        let mut content = self.whole_line(&standing);
        if can_be_title(&struck) {
            let LineContent { title, issues, .. } = self.whole_line(text);
            let issues = if content.issues.is_empty() { issues } else { content.issues };
            content = LineContent { title, issues, ..content };
        }
        content.notes.push(labelled("Struck", &struck));
        content
    }

    fn whole_line(&self, text: &Inline) -> LineContent {
        let tokens = self.tokens(text);
        let line = blockers::take(&tokens);
        // A line that names blockers and nothing else is about them.
        let line = if line.is_only_blockers() { UnblockedLine::unread(&tokens) } else { line };
        let UnblockedLine { text: unblocked, blocked_by, issues } = line;
        let mut content = LineContent { issues, blocked_by, ..LineContent::default() };
        content.take_links(tokens.links.clone());
        let mut title = one_line(&unblocked);
        for _ in 0..4 {
            let before = title.clone();
            title = self.reduce(&title, &tokens.code, &mut content);
            if title == before {
                break;
            }
        }
        title = take_exception(&title, &mut content.notes);
        let is_bracketed = is_in_parentheses(&title);
        // Brackets beside an issue are a remark on it; an issue in them is a part of what they say.
        let is_beside = is_bracketed && !content.issues.is_empty() && !is_in_parentheses(&one_line(&unblocked));
        content.is_remark = is_bracketed && !is_beside;
        let bare = if is_bracketed { title.trim_matches(['(', ')']) } else { &title };
        content.title = one_line(&tokens.with_references(bare));
        if !content.issues.is_empty() && !content.title.contains(char::is_alphabetic) && content.title.len() < 8 {
            let said = bare.trim_matches(|c| PLACEHOLDERS.contains(&c) || " ,;:.-–—#()[]/&+".contains(c));
            content.notes.extend(Some(said.to_owned()).filter(|said| says_more_than_a_number(said)));
            content.title.clear();
            content.is_remark = false;
        }
        if tokens.mentions.iter().any(|mention| !mention.is_named) {
            content.take_remark();
        }
        content.is_aside = is_beside && !content.title.is_empty();
        // `@alice` alone is a name that was written, not work that she owns.
        if content.title.is_empty() && content.issues.is_empty() {
            let target = || text.0.iter().find_map(|run| run.link.clone());
            content.title = Some(text.plain()).filter(|text| !text.is_empty()).or_else(target).unwrap_or_default();
            content.title = one_line(&content.title);
            content.owner = OwnerDraft::default();
        }
        if tokens.is_struck {
            content.state = Some(State::Dropped);
        }
        content
    }

    /// Takes one thing of each kind off the ends of a title.
    fn reduce(&self, title: &str, code: &[String], content: &mut LineContent) -> String {
        let title = trim_references(title);
        let (title, sign) = status::take_signs(&title);
        content.state = content.state.or(sign);
        // Brackets in code belong to it.
        let is_end = |code: &String| title.ends_with(code) && code.ends_with([')', ']']);
        let is_beginning = |code: &String| title.starts_with(code) && code.starts_with(['(', '[']);
        if code.iter().any(|code| is_end(code) || is_beginning(code)) {
            return title.to_owned();
        }
        let (title, word) = status::take_words(title);
        content.state = content.state.or(word.map(|(state, _)| state));
        content
            .notes
            .extend(word.filter(|(_, word)| status::is_waiting(word)).map(|(_, word)| labelled("Status", word)));
        let mut title = title.to_owned();
        if content.progress.is_none()
            && !code.iter().any(|code| figures::figures(code).is_some())
            && let Some(taken) = figures::take(&title)
        {
            content.progress = Some(taken.progress);
            content.notes.extend(taken.note);
            title = taken.rest;
        }
        // What code says of an owner is an example.
        if code.iter().any(|code| owners::has_mark(code)) {
            return title;
        }
        let (title, owner) = owners::take(&title, self.groups);
        content.owner.add(owner);
        title
    }

    fn field(&self, field: &TableCell, content: &mut LineContent) {
        let plain = field.text.plain();
        let standing = field.text.standing();
        let is_struck_row = content.state == Some(State::Dropped);
        let text = if is_struck_row { &field.text } else { &standing };
        let tokens = self.tokens(text);
        let mut note = || content.notes.push(labelled(&field.name, &plain));
        let says_less = text.plain() != plain;
        if says_less && matches!(field.kind, FieldKind::Owner | FieldKind::Issue | FieldKind::Blocker) {
            note();
        }
        match field.kind {
            FieldKind::Status => match status::of_text(&standing.plain()) {
                Some(state) => {
                    content.state = Some(state);
                    if !says_only_a_status(&plain) {
                        note();
                    }
                }
                None => note(),
            },
            FieldKind::Owner => match owners::read_cell(&text.plain(), self.groups) {
                Some(owner) => content.owner.add(owner),
                None if says_less => {}
                None => note(),
            },
            FieldKind::Issue => {
                if tokens.issues.is_empty() && tokens.links.is_empty() {
                    match self.bare_numbers(&text.plain()).as_slice() {
                        [number] => content.issues.push(number.clone()),
                        _ if text.plain().contains(char::is_alphanumeric) && !says_less => note(),
                        _ => {}
                    }
                }
            }
            FieldKind::Blocker => return self.blockers(&field.name, text, content),
            FieldKind::Other => note(),
        }
        let UnblockedLine { issues, blocked_by, text: _ } = blockers::take(&tokens);
        push_all_new(&mut content.issues, issues);
        push_all_new(&mut content.blocked_by, blocked_by);
        content.take_links(tokens.links);
    }

    /// Reads a cell of blockers: issues, and words that are a note.
    fn blockers(&self, name: &str, text: &Inline, content: &mut LineContent) {
        let (tokens, plain) = (self.tokens(text), text.plain());
        let numbers = self.bare_numbers(&plain);
        let says_more = tokens.text.contains(char::is_alphanumeric) && numbers.is_empty() && !says_nothing(&plain);
        if says_more {
            content.notes.push(labelled(name, &plain));
        }
        push_all_new(&mut content.blocked_by, tokens.issues.into_iter().chain(numbers));
        content.take_links(tokens.links);
    }

    /// Reads a cell of nothing but numbers: `14`, `14, 15`.
    fn bare_numbers(&self, plain: &str) -> Vec<IssueRef> {
        let words = plain.split([',', ' ']).filter(|word| !word.is_empty());
        let issue = |word: &str| {
            let number = word.parse().ok().filter(|number| *number > 0)?;
            Some(IssueRef::new(self.repo.clone(), number))
        };
        words.map(issue).collect::<Option<_>>().unwrap_or_default()
    }

    /// Whether a text names blockers and says nothing else.
    pub(super) fn is_only_blockers(&self, text: &Inline) -> bool {
        blockers::take(&self.tokens(&text.standing())).is_only_blockers()
    }

    fn note(&self, text: &Inline, content: &mut LineContent) {
        let tokens = self.tokens(text);
        let line = blockers::take(&self.tokens(&text.standing()));
        if line.is_only_blockers() {
            return push_all_new(&mut content.blocked_by, line.blocked_by);
        }
        let plain = text.plain();
        // An issue that a paragraph mentions is not the one that tracks the item.
        let hidden = tokens.issues.iter().filter(|issue| !plain.contains(&format!("#{}", issue.number)));
        let hidden: Vec<String> = hidden.map(|issue| issue.short(self.repo)).collect();
        content.notes.push(plain);
        if !hidden.is_empty() {
            content.notes.push(format!("See also {}.", hidden.join(", ")));
        }
        content.take_links(tokens.links);
    }
}

/// Takes references off both ends, alone or in brackets, with the punctuation that joined them to the rest.
fn trim_references(text: &str) -> String {
    let is_reference = |c: char| PLACEHOLDERS.contains(&c);
    let mut rest = text.trim();
    loop {
        let before = rest;
        rest = without_bracketed_end(rest).unwrap_or(rest);
        if let Some(shorter) = rest.strip_suffix(is_reference) {
            rest = shorter.trim_end();
            rest = rest.trim_end_matches([',', '-', '–', '—', ':', ';', '|', '&', '+', '/', ' ', '→', '>', '=']);
            rest = without_leading_word(rest);
        }
        if let Some(shorter) = rest.strip_prefix(is_reference) {
            rest = shorter.trim_start_matches([',', '-', '–', '—', ':', ';', '|', '.', '&', '+', '/', ' ', '→']);
        }
        if rest == before {
            return rest.to_owned();
        }
    }
}

/// Takes a closing bracket that holds nothing but references.
fn without_bracketed_end(text: &str) -> Option<&str> {
    for (open, close) in [('(', ')'), ('[', ']'), ('{', '}')] {
        let Some((before, inner)) = text.strip_suffix(close).and_then(|text| text.rsplit_once(open)) else { continue };
        let holds_only = inner.chars().all(|c| PLACEHOLDERS.contains(&c) || matches!(c, ',' | ' ' | ';' | '&' | '/'));
        if holds_only && inner.chars().any(|c| PLACEHOLDERS.contains(&c)) {
            return Some(before.trim_end());
        }
    }
    None
}

/// "Move images, issue #12" is "Move images"; "see #12" stays with its word.
fn without_leading_word(text: &str) -> &str {
    for word in ["issue", "Issue", "PR", "pr", "tracked in", "tracking issue", "Tracking issue", "Tracked in"] {
        if let Some(before) = text.strip_suffix(word)
            && before.trim_end().ends_with([',', '-', '–', '—', ':', ';', '('])
        {
            return before.trim_end_matches([' ', ',', '-', '–', '—', ':', ';', '(']);
        }
    }
    text
}

/// Takes "(except …)" out of a title: it limits what is meant, and is not part of the name.
fn take_exception(text: &str, notes: &mut Vec<String>) -> String {
    let Some((before, rest)) = text.split_once("(except") else { return text.to_owned() };
    let (inner, after) = rest.split_once(')').unwrap_or((rest, ""));
    notes.push(format!("Except{inner}."));
    one_line(&format!("{before} {after}"))
}

/// Whether a text without words says more than which entry it is: "1.33" may be a version, ⛔ that it waits, and "2" numbers
/// the entry.
fn says_more_than_a_number(text: &str) -> bool {
    text.contains(['⛔', '🚫']) || (text.contains(|c: char| c.is_ascii_digit()) && text.parse::<u32>().is_err())
}

fn is_in_parentheses(text: &str) -> bool {
    text.starts_with('(')
        && text.ends_with(')')
        && text.len() > 2
        && !text.get(1..text.len() - 1).unwrap_or_default().contains([')', '('])
}

/// A ticked box is done in any case; an open one may be started or dropped.
fn state(ticked: Option<bool>, said: Option<State>) -> Option<State> {
    match ticked {
        Some(true) => Some(State::Done),
        Some(false) => said.filter(|state| *state != State::Done),
        None => said,
    }
}

/// Whether a cell is filled only so that it is not empty.
fn says_nothing(text: &str) -> bool {
    matches!(text.to_lowercase().as_str(), "none" | "no" | "nothing" | "n/a" | "na")
}

/// Whether a state says all that a cell says.
fn says_only_a_status(text: &str) -> bool {
    let (bare, _) = status::take_signs(text);
    bare.is_empty() || (status::of_word(&bare.to_lowercase()).is_some() && !status::is_waiting(bare))
}
