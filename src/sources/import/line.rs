//! Line parser: title, issues, links, owner, state and figures.

use super::blockers::{self, UnblockedLine};
use super::content::LineContent;
use super::document::ListItem;
use super::inline::{Inline, ends_with_emoji, one_line};
use super::owners::{self, OwnerDraft};
use super::tokens::{LinkContext, PLACEHOLDERS, is_struck, labelled, push_all_new};
use super::{figures, parts};
use crate::domain::{State, boxes, status};
use crate::sources::body::can_be_title;

impl LinkContext<'_> {
    /// Reads a list item or a table row without its nested items.
    pub(super) fn item(&self, item: &ListItem) -> LineContent {
        let mut content = self.line(&item.text);
        if !content.is_struck {
            content.state = state(item.ticked, content.state);
        }
        // The words may also be about another line, as in "Remove the duplicate of #5".
        if !content.state.is_some_and(State::is_end) && boxes::has_moved(&content.title) {
            content.notes.push(labelled("Status", "moved to another issue?"));
        }
        content.progress = item.progress.or(content.progress);
        let is_full = content.progress.is_some_and(|own| own.left() == 0);
        if is_full && item.ticked == Some(false) && content.issues.is_empty() {
            // Something beside the counted parts is left.
            content.set_state(Some(State::Started));
        }
        self.cells(&item.fields, &mut content);
        if item.ticked == Some(false) && !content.is_struck {
            content.state = state(item.ticked, content.state);
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

    /// Reads a line of text. Struck words beside others are kept only as a note or as part of the title.
    pub(super) fn line(&self, text: &Inline) -> LineContent {
        let (struck, standing) = (text.only_struck().plain(), text.standing());
        if can_be_title(&struck) {
            let reason = trim_references(&self.tokens(&standing).text);
            if let Some(state) = status::of_reason(&reason) {
                return self.struck_line(text, &reason, state);
            }
        }
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

    /// Reads a struck title with the reason after it: "~~Docs~~ won't do".
    fn struck_line(&self, text: &Inline, reason: &str, state: State) -> LineContent {
        let title = self.whole_line(&text.only_struck()).title;
        let mut content = LineContent { title, state: Some(state), is_struck: true, ..self.whole_line(text) };
        if !status::is_only_status(reason) {
            content.notes.push(text.standing().plain());
        }
        content
    }

    fn whole_line(&self, text: &Inline) -> LineContent {
        let tokens = self.tokens(text);
        let line = blockers::take(&tokens);
        // A line that only names issues is about them, even if it says "blocked by".
        let line = if line.is_only_blockers() { UnblockedLine::unread(&tokens) } else { line };
        let UnblockedLine { text: unblocked, blocked_by, issues, asides, notes } = line;
        let mut content = LineContent { issues, blocked_by, notes, ..LineContent::default() };
        content.take_links(tokens.links.clone());
        let (own, several) = parts::split_states(&unblocked);
        content.notes.extend(several.map(|states| one_line(&tokens.with_references(states))));
        let mut title = one_line(own);
        for _ in 0..4 {
            let before = title.clone();
            title = self.reduce(&title, &tokens.code, &mut content);
            if title == before {
                break;
            }
        }
        title = take_exception(&title, &mut content.notes);
        let is_bracketed = is_in_parentheses(&title);
        // Brackets beside an issue are a remark on it; an issue inside brackets is part of the remark.
        let is_beside = is_bracketed && !content.issues.is_empty() && !is_in_parentheses(&one_line(&unblocked));
        content.is_remark = is_bracketed && !is_beside;
        let bare = if is_bracketed { title.trim_matches(['(', ')']) } else { &title };
        content.title = one_line(&tokens.with_references(bare));
        content.notes = content.notes.iter().map(|note| tokens.with_references(note)).collect();
        content.notes.extend(self.hidden(&asides, &text.plain()));
        let is_word = |word: &str| word.contains(char::is_alphabetic) && !matches!(word, "and" | "or");
        if !content.issues.is_empty() && !content.title.split(' ').any(is_word) && content.title.len() < 8 {
            let stated = bare.trim_matches(|c| PLACEHOLDERS.contains(&c) || " ,;:.-–—#()[]/&+".contains(c));
            content.notes.extend(Some(stated.to_owned()).filter(|stated| says_more_than_a_number(stated)));
            content.title.clear();
            content.is_remark = false;
        }
        if tokens.mentions.iter().any(|mention| !mention.is_named) {
            content.take_remark();
        }
        content.is_aside = is_beside && !content.title.is_empty();
        // A lone `@alice` is a title, not an owner of unnamed work.
        if content.title.is_empty() && content.issues.is_empty() {
            let target = || text.0.iter().find_map(|run| run.link.clone());
            content.title = Some(text.plain()).filter(|text| !text.is_empty()).or_else(target).unwrap_or_default();
            content.title = one_line(&content.title);
            content.notes.retain(|note| !content.title.contains(note.as_str()));
            content.owner = OwnerDraft::default();
        }
        if is_struck(text) {
            (content.state, content.is_struck) = (Some(State::Dropped), true);
        }
        content
    }

    /// Strips one sign, status, figure and owner from the ends of a title.
    fn reduce(&self, title: &str, code: &[String], content: &mut LineContent) -> String {
        let title = trim_references(title);
        let (title, sign) = status::take_signs(&title);
        content.state = content.state.or(sign);
        // Brackets in code are part of the code.
        let is_end = |code: &String| title.ends_with(code) && code.ends_with([')', ']']);
        let is_beginning = |code: &String| title.starts_with(code) && code.starts_with(['(', '[']);
        if code.iter().any(|code| is_end(code) || is_beginning(code)) {
            return title.to_owned();
        }
        let (title, word) = match status::take_words(title) {
            (_, Some((_, words))) if code.iter().any(|code| code.len() > words.len() && code.ends_with(words)) => {
                (title, None)
            }
            taken => taken,
        };
        content.set_state(word.map(|(state, _)| state));
        let named = word.and_then(|(_, words)| status::named(words));
        let is_more = |words: &&str| named.map_or_else(|| !status::is_only_status(words), |named| named.is_dated);
        content.notes.extend(word.map(|(_, words)| words).filter(is_more).map(|words| labelled("Status", words)));
        let mut title = title.to_owned();
        match named {
            Some(part) if part.is_part() => title = format!("{title} ({})", part.person),
            Some(own) => content.owner.add(owners::read_cell(own.person, self.groups).unwrap_or_default()),
            None => {}
        }
        if content.progress.is_none()
            && !code.iter().any(|code| figures::figures(code).is_some())
            && let Some(taken) = figures::take(&title)
        {
            content.progress = Some(taken.progress);
            content.notes.extend(taken.note);
            title = taken.rest;
        }
        if let Some(rest) = figures::take_whole(&title) {
            content.set_state(Some(State::Done));
            title = rest.to_owned();
        }
        // Words about an owner in code are an example.
        if code.iter().any(|code| owners::has_mark(code)) {
            return title;
        }
        if let Some(status::WorkClaim { rest, state, words, more }) = status::claim(&title)
            && !owners::names_no_owner(rest)
        {
            content.set_state(Some(state));
            content.owner.add(owners::read(words, self.groups));
            content.notes.extend(more.map(|more| labelled("Status", &more)));
            title = rest.to_owned();
        }
        let (title, owner) = owners::take(&title, self.groups);
        content.owner.add(owner);
        let title = self.take_parts(&title, content).unwrap_or(title);
        take_wait(&title, code, content).unwrap_or(title)
    }

    /// Whether a text consists of clauses about present or former blockers.
    pub(super) fn is_only_about_blockers(&self, text: &Inline) -> bool {
        blockers::take(&self.tokens(&text.standing())).is_only_clauses()
    }

    fn note(&self, text: &Inline, content: &mut LineContent) {
        let tokens = self.tokens(text);
        let line = blockers::take(&self.tokens(&text.standing()));
        if line.is_only_blockers() {
            return push_all_new(&mut content.blocked_by, line.blocked_by);
        }
        let plain = text.plain();
        // An issue mentioned in a paragraph does not track the item.
        let hidden = self.hidden(&tokens.issues, &plain);
        content.notes.extend(std::iter::once(plain).chain(hidden));
        content.take_links(tokens.links);
    }
}

/// Strips references from both ends, bare or in brackets, with the joining punctuation.
fn trim_references(text: &str) -> String {
    let is_reference = |c: char| PLACEHOLDERS.contains(&c);
    let mut rest = text.trim();
    loop {
        let before = rest;
        rest = without_bracketed_end(rest).unwrap_or(rest);
        if let Some(shorter) = rest.strip_suffix(is_reference) {
            rest = shorter.trim_end();
            if !ends_with_emoji(rest) {
                rest = rest
                    .trim_end_matches([',', '-', '–', '—', ':', ';', '|', '&', '+', '/', ' ', '→', '←', '<', '>', '=']);
            }
            rest = without_leading_word(rest);
        }
        if let Some(shorter) = rest.strip_prefix(is_reference) {
            rest = shorter.trim_start();
            if !ends_with_emoji(rest.split(' ').next().unwrap_or_default()) {
                rest = rest.trim_start_matches([',', '-', '–', '—', ':', ';', '|', '.', '&', '+', '/', ' ', '→']);
            }
        }
        if rest == before {
            return rest.to_owned();
        }
    }
}

/// Turns the words by which a line waits into its status: "(waiting for legal)", ", on hold until March".
fn take_wait(title: &str, code: &[String], content: &mut LineContent) -> Option<String> {
    let (rest, wait) = boxes::take_wait(title).filter(|(_, wait)| !code.iter().any(|code| code.contains(wait)))?;
    content.set_state(Some(status::of_remark(wait).unwrap_or(State::Todo)));
    content.notes.extend(Some(wait).filter(|wait| !status::is_only_status(wait)).map(|wait| labelled("Status", wait)));
    Some(rest)
}

/// Strips brackets at the end that hold only references.
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

/// Strips the noun of a removed reference: "Move images, issue #12" is "Move images", but "see #12" is kept.
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

/// Moves "(except …)" from a title into a note: it limits the scope and is not part of the name.
fn take_exception(text: &str, notes: &mut Vec<String>) -> String {
    let Some((before, rest)) = text.split_once("(except") else { return text.to_owned() };
    let (inner, after) = rest.split_at_checked(owners::end_of_clause(rest)).unwrap_or((rest, ""));
    let after = after.strip_prefix(')').unwrap_or(after);
    notes.push(format!("Except{inner}."));
    one_line(&format!("{before} {after}"))
}

/// Whether a text without words is more than the number of an entry: "1.33" may be a version, and ⛔ means blocked.
fn says_more_than_a_number(text: &str) -> bool {
    text.contains(['⛔', '🚫']) || (text.contains(|c: char| c.is_ascii_digit()) && text.parse::<u32>().is_err())
}

fn is_in_parentheses(text: &str) -> bool {
    text.starts_with('(')
        && text.ends_with(')')
        && text.len() > 2
        && !text.get(1..text.len() - 1).unwrap_or_default().contains([')', '('])
}

/// Combines box and status: a ticked box is always done; an open one may be started or dropped, never done.
fn state(ticked: Option<bool>, stated: Option<State>) -> Option<State> {
    match ticked {
        Some(true) => Some(State::Done),
        Some(false) => stated.filter(|state| *state != State::Done),
        None => stated,
    }
}
