//! Values of edits: parsed from the command line, validated, and set in a roadmap.

use crate::domain::nearest::{meant, nearest};
use crate::domain::{Date, IssueRef, Owner, Repo, State};
use crate::sources::roadmap_file::text::parse_date;

use super::{EditContext, EditError};

/// The fields that an edit can set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EditField {
    /// `state=done`
    State,
    /// `owner=sig-testing`, or its long form in braces
    Owner,
    /// `issue=787`
    Issue,
    /// `due=2021-03-31`
    Due,
    /// `note=…`
    Note,
}

impl EditField {
    /// All fields.
    pub const ALL: [Self; 5] = [Self::State, Self::Owner, Self::Issue, Self::Due, Self::Note];

    /// Returns the key in the file.
    pub fn key(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Owner => "owner",
            Self::Issue => "issue",
            Self::Due => "due",
            Self::Note => "note",
        }
    }

    /// Parses `state=done`.
    pub fn parse(text: &str) -> Result<(Self, String), EditError> {
        let keys = Self::ALL.map(Self::key);
        let Some((key, value)) = text.split_once('=') else {
            let hint = format!("write one of: {}", keys.map(|key| format!("{key}=…")).join(", "));
            return Err(EditError::refused(format!("`{text}` does not say what to set"), hint));
        };
        let field = Self::ALL.into_iter().find(|field| field.key() == key);
        let field = field.ok_or_else(|| {
            let hint = meant(nearest(key, keys), || format!("what can be set: {}", keys.join(", ")));
            EditError::refused(format!("`{key}` cannot be set"), hint)
        })?;
        if value.trim().is_empty() {
            let hint = "to remove a value, edit the file";
            return Err(EditError::refused(format!("`{key}` is set to nothing"), hint));
        }
        Ok((field, value.to_owned()))
    }
}

/// The parsed new value of a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum NewValue {
    State(State),
    /// The owner and its YAML, on one line.
    Owner(Owner, String),
    Issue(IssueRef),
    Due(Date),
    Note(String),
}

/// Parses a value, which must be valid in the file.
pub(super) fn read(field: EditField, text: &str, home: &Repo, around: &EditContext<'_>) -> Result<NewValue, EditError> {
    let text = text.trim();
    let refused = |what: &str, hint: &str| EditError::refused(format!("`{text}` is not {what}"), hint);
    match field {
        EditField::State => {
            let words = State::WRITTEN.map(|(word, _)| word);
            let hint = meant(nearest(text, words), || format!("write one of: {}", words.join(", ")));
            State::from_word(text).map(NewValue::State).ok_or_else(|| refused("a state", &hint))
        }
        EditField::Issue => {
            let hint = "write a number, owner/name#number or a link";
            IssueRef::parse(text, home).map(NewValue::Issue).ok_or_else(|| refused("an issue", hint))
        }
        EditField::Due => {
            let hint = "write year-month-day, as in 2020-12-10";
            parse_date(text).map(NewValue::Due).map_err(|_| refused("a day", hint))
        }
        EditField::Note => Ok(NewValue::Note(crate::domain::clean(text).trim_end().to_owned())),
        EditField::Owner => owner(text, around),
    }
}

/// Parses an owner with the reader of the file, inside a minimal roadmap.
fn owner(text: &str, around: &EditContext<'_>) -> Result<NewValue, EditError> {
    let quoted = format!("\"{text}\"");
    // YAML reserves `@`.
    let is_handle = text.starts_with('@') && !text.contains(['"', '\\']);
    let text = if is_handle { quoted.as_str() } else { text };
    let one_line = !text.contains(['\n', '\r', '#']) && !text.starts_with(['|', '>', '&', '*', '!']);
    let form = "write a group, @login, none, or {names: [infra, \"@login\"], certainty: either}";
    if text.contains(',') && !text.starts_with(['{', '[', '"', '\'']) {
        return Err(EditError::refused(format!("`{text}` is not one owner"), form.to_owned()));
    }
    let alone = format!("version: 1\nprojects: [{{id: x, owner: {text}}}]\n");
    let read = super::super::read(&alone, "owner", around.groups, around.today);
    let faults = match read.map(|roadmap| roadmap.projects) {
        Ok(projects) => match <[_; 1]>::try_from(projects) {
            Ok([project]) if one_line => return Ok(NewValue::Owner(project.owner, text.to_owned())),
            Ok(_) | Err(_) => None,
        },
        Err(faults) => faults.described.into_iter().next(),
    };
    let hint = faults.as_ref().and_then(|fault| fault.hint.clone());
    let message = faults.map_or_else(|| format!("`{text}` is not an owner"), |fault| fault.message);
    Err(EditError::refused(message, hint.unwrap_or_else(|| form.to_owned())))
}
