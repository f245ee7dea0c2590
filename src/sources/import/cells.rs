//! Parser of table cells: the state, owner, issue, blockers and due date of a row.

use chrono::Datelike as _;

use super::blockers::{self, UnblockedLine};
use super::content::LineContent;
use super::document::{FieldKind, TableCell};
use super::inline::Inline;
use super::tokens::{LinkContext, Tokens, labelled, push_all_new};
use super::{figures, owners};
use crate::domain::status;
use crate::domain::{Date, IssueRef, State};

impl LinkContext<'_> {
    /// Reads all cells of a row but its title.
    pub(super) fn cells(&self, fields: &[TableCell], content: &mut LineContent) {
        let has_issues = fields.iter().any(|field| field.kind == FieldKind::Issue);
        for field in fields {
            let issues = self.cell(field, content);
            // If a column names the issue, issues in the other cells are only remarks, and so are those with words.
            let says_more =
                || field.kind == FieldKind::Other && words_beside(&self.tokens(&field.text.standing())).is_some();
            if field.kind == FieldKind::Issue || !has_issues && !says_more() {
                push_all_new(&mut content.issues, issues);
            } else {
                content.notes.extend(self.hidden(&issues, &field.text.plain()));
            }
        }
    }

    /// Reads a cell; returns its issues other than blockers.
    fn cell(&self, field: &TableCell, content: &mut LineContent) -> Vec<IssueRef> {
        let whole = if field.kind == FieldKind::Owner { field.text.without_badges() } else { field.text.clone() };
        let (plain, standing) = (whole.plain(), whole.standing());
        let is_struck_row = content.is_struck || content.state == Some(State::Dropped);
        let text = if is_struck_row { &whole } else { &standing };
        let tokens = self.tokens(text);
        let note = labelled(&field.name, &plain);
        let says_less = text.plain() != plain;
        if says_less && matches!(field.kind, FieldKind::Owner | FieldKind::Issue | FieldKind::Blocker) {
            content.notes.push(note.clone());
        }
        match field.kind {
            FieldKind::Status => take_status(&standing.plain(), &plain, note, content),
            FieldKind::Owner => {
                let found: Option<Vec<_>> =
                    text.lines().iter().map(|line| owners::read_cell(line, self.groups)).collect();
                if !says_less && (found.is_none() || owners::says_more(&plain)) {
                    content.notes.push(note);
                }
                found.into_iter().flatten().for_each(|owner| content.owner.add(owner));
            }
            FieldKind::Issue if tokens.issues.is_empty() && tokens.links.is_empty() => {
                match self.bare_numbers(&text.plain()).as_slice() {
                    [number] => content.issues.push(number.clone()),
                    _ if text.plain().contains(char::is_alphanumeric) && !says_less => content.notes.push(note),
                    _ => {}
                }
            }
            FieldKind::Issue => match words_beside(&tokens).filter(|words| !words.eq_ignore_ascii_case("see")) {
                Some(words) if status::of_remark(&words).is_some() && !status::is_waiting(&words) => {
                    content.state = content.state.or(status::of_remark(&words));
                }
                Some(_) if !says_less => content.notes.push(note),
                Some(_) | None => {}
            },
            FieldKind::Blocker => {
                self.blockers(&field.name, text, content);
                return Vec::new();
            }
            FieldKind::Due => match date(&standing.plain()) {
                Some(due) => content.due = Some(due),
                None => content.notes.push(note),
            },
            FieldKind::Other => content.notes.push(note),
        }
        let UnblockedLine { issues, blocked_by, .. } = blockers::take(&tokens);
        push_all_new(&mut content.blocked_by, blocked_by);
        content.take_links(tokens.links);
        issues
    }

    /// Reads a cell of blockers; further words become a note.
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

    /// Reads a cell that holds only numbers, as issues: `14`, `14, 15`.
    fn bare_numbers(&self, plain: &str) -> Vec<IssueRef> {
        let words = plain.split([',', ' ']).filter(|word| !word.is_empty());
        let issue = |word: &str| {
            let number = word.parse().ok().filter(|number| *number > 0)?;
            Some(IssueRef::new(self.repo.clone(), number))
        };
        words.map(issue).collect::<Option<_>>().unwrap_or_default()
    }
}

/// Reads a full date: `2027-05-01`, `1 May 2027`, `May 1, 2027`.
fn date(text: &str) -> Option<Date> {
    const FORMS: [&str; 4] = ["%Y-%m-%d", "%Y/%m/%d", "%d %B %Y", "%B %d, %Y"];
    let date = FORMS.iter().find_map(|form| Date::parse_from_str(text, form).ok());
    // `25/12/26` is no day of the year 25.
    date.filter(|date| date.year() > 999)
}

/// Reads a status cell: a state or figures; other words become a note.
fn take_status(standing: &str, plain: &str, note: String, content: &mut LineContent) {
    let (state, progress) = (status::of_text(standing), figures::of_cell(standing));
    content.state = state.or(content.state);
    content.progress = content.progress.or(progress);
    let is_all_said = content.progress == progress && progress.is_some();
    let is_status = state.is_some() && status::is_only_status(plain);
    if !is_all_said && !is_status {
        content.notes.push(note);
    }
}

/// Returns the words of a cell without its issues and links: "draft" of "PR #5, draft".
fn words_beside(tokens: &Tokens) -> Option<String> {
    const NOUNS: [&str; 9] = ["pr", "prs", "issue", "issues", "pull", "request", "requests", "and", "gh"];
    let mut rest = String::new();
    let mut from = 0;
    for mention in &tokens.mentions {
        rest.push_str(tokens.text.get(from..mention.start).unwrap_or_default());
        rest.push(' ');
        from = from.max(mention.end);
    }
    rest.push_str(tokens.text.get(from..).unwrap_or_default());
    let rest = tokens.links.iter().fold(rest, |rest, (shown, _)| rest.replacen(shown.as_str(), "", 1));
    let is_noun = |word: &&str| NOUNS.contains(&word.trim_matches([':', ',', '.']).to_lowercase().as_str());
    let words: Vec<&str> = rest.split_whitespace().filter(|word| !is_noun(word)).collect();
    Some(words.join(" ")).filter(|words| words.contains(char::is_alphanumeric))
}

/// Whether a cell holds a placeholder for "nothing".
fn says_nothing(text: &str) -> bool {
    matches!(text.to_lowercase().as_str(), "none" | "no" | "nothing" | "n/a" | "na")
}
