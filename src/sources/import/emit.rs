//! Writing a draft as YAML that people go on with.

use std::fmt::Write as _;

use super::{Draft, Entry, Line};
use crate::domain::{Certainty, IssueRef, Owner, Repo};
use crate::sources::roadmap_file::edit::plain_or_quoted as quoted;

/// Returns the text of a roadmap file.
pub(super) fn yaml(draft: &Draft) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut out, draft);
    out
}

fn write(out: &mut String, draft: &Draft) -> std::fmt::Result {
    writeln!(out, "# Made from {} by `offramp import`. Go on from here: it is yours.", draft.source)?;
    writeln!(out, "version: 1\ntitle: {}\nrepo: {}", quoted(&draft.title), draft.repo)?;
    if !draft.umbrellas.is_empty() {
        writeln!(out, "umbrellas: {}", list(draft.umbrellas.iter().map(|issue| reference(issue, &draft.repo))))?;
    }
    if !draft.migrated.is_empty() {
        writeln!(out, "\nmigrated:")?;
        for item in &draft.migrated {
            writeln!(out, "  - {}", line(item, &draft.repo))?;
        }
    }
    writeln!(out, "\nprojects:")?;
    for (index, entry) in draft.entries.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        write_entry(out, entry, &draft.repo)?;
    }
    Ok(())
}

fn write_entry(out: &mut String, entry: &Entry, home: &Repo) -> std::fmt::Result {
    writeln!(out, "  - id: {}", quoted(&entry.id))?;
    if let Some(title) = &entry.title {
        writeln!(out, "    title: {}", quoted(title))?;
    }
    if let Some(kind) = entry.kind {
        writeln!(out, "    kind: {kind}")?;
    }
    if entry.owner.certainty != Certainty::None {
        writeln!(out, "    owner: {}", owner(&entry.owner))?;
    }
    match entry.issues.as_slice() {
        [] => {}
        [issue] => writeln!(out, "    issue: {}", reference(issue, home))?,
        issues => writeln!(out, "    issues: {}", list(issues.iter().map(|issue| reference(issue, home))))?,
    }
    if let Some(note) = &entry.note {
        writeln!(out, "    note: {}", quoted(note))?;
    }
    if !entry.items.is_empty() {
        writeln!(out, "    items:")?;
    }
    entry.items.iter().try_for_each(|item| writeln!(out, "      - {}", line(item, home)))
}

fn owner(owner: &Owner) -> String {
    match (owner.names.as_slice(), owner.certainty) {
        ([sig], Certainty::Accepted) => sig.as_str().to_owned(),
        ([sig], certainty) => format!("{{sig: {}, certainty: {}}}", sig.as_str(), certainty.word()),
        (sigs, certainty) => {
            let sigs = list(sigs.iter().map(|sig| sig.as_str().to_owned()));
            format!("{{sigs: {sigs}, certainty: {}}}", certainty.word())
        }
    }
}

/// Writes an item in its shortest form.
fn line(item: &Line, home: &Repo) -> String {
    let Line { title, kind, issue, state, progress, note } = item;
    let bare = kind.is_none() && state.is_none() && progress.is_none() && note.is_none();
    match (title, issue) {
        (None, Some(issue)) if bare => return reference(issue, home),
        // A title that reads like an issue, a number or a date would be taken for one.
        (Some(title), None) if bare && IssueRef::parse(title, home).is_none() && !is_number_like(title) => {
            return quoted(title);
        }
        _ => {}
    }
    let mut pairs = Vec::new();
    pairs.extend(title.as_ref().map(|title| format!("title: {}", quoted(title))));
    pairs.extend(kind.map(|kind| format!("kind: {kind}")));
    pairs.extend(issue.as_ref().map(|issue| format!("issue: {}", reference(issue, home))));
    pairs.extend(state.map(|state| format!("state: {}", state.word())));
    pairs.extend(progress.map(|progress| format!("done: {}, total: {}", progress.done, progress.total)));
    pairs.extend(note.as_ref().map(|note| format!("note: {}", quoted(note))));
    format!("{{{}}}", pairs.join(", "))
}

fn is_number_like(title: &str) -> bool {
    !title.contains(' ') && title.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'))
}

fn reference(issue: &IssueRef, home: &Repo) -> String {
    if &issue.repo == home { issue.number.to_string() } else { issue.to_string() }
}

fn list(values: impl Iterator<Item = String>) -> String {
    format!("[{}]", values.collect::<Vec<_>>().join(", "))
}
