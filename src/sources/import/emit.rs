//! A draft as the YAML of a roadmap file, which people go on with.

use std::fmt::{self, Write as _};

use super::inline::one_line;
use super::owners::OwnerDraft;
use super::{ItemDraft, ProjectDraft, RoadmapDraft};
use crate::domain::{Certainty, GroupId, IssueRef, Repo};
use crate::sources::roadmap_file::edit::plain_or_quoted;

/// Returns the text of a roadmap file.
pub(super) fn yaml(draft: &RoadmapDraft) -> String {
    let mut out = String::new();
    write(&mut out, draft).expect("writing to a string cannot fail");
    out
}

fn write(out: &mut String, draft: &RoadmapDraft) -> fmt::Result {
    writeln!(out, "# Made from {} by `offramp import`. Go on from here: it is yours.", draft.source)?;
    writeln!(out, "version: 1\ntitle: {}\nrepo: {}", quoted(&draft.title), draft.repo)?;
    if !draft.umbrellas.is_empty() {
        writeln!(out, "umbrellas: {}", list(draft.umbrellas.iter().map(|issue| reference(issue, &draft.repo))))?;
    }
    if !draft.migrated.is_empty() {
        writeln!(out, "\nmigrated:")?;
        for item in &draft.migrated {
            writeln!(out, "  - {}", item_text(item, &draft.repo))?;
        }
    }
    if !draft.projects.is_empty() {
        writeln!(out, "\nprojects:")?;
    }
    let mut heading = "";
    for (index, project) in draft.projects.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        if project.heading != heading {
            heading = &project.heading;
            if !heading.is_empty() {
                writeln!(out, "  # {}", one_line(heading))?;
            }
        }
        write_project(out, project, &draft.repo)?;
    }
    Ok(())
}

fn write_project(out: &mut String, project: &ProjectDraft, home: &Repo) -> fmt::Result {
    writeln!(out, "  - id: {}", quoted(&project.id))?;
    let mut line = |key: &str, value: Option<String>| match value {
        Some(value) => writeln!(out, "    {key}: {value}"),
        None => Ok(()),
    };
    line(
        "title",
        Some(&project.title).filter(|title| !title.is_empty() && **title != project.id).map(|title| quoted(title)),
    )?;
    line("kind", (!project.title.is_empty()).then(|| "other".to_owned()))?;
    line("owner", owner(&project.owner))?;
    match project.issues.as_slice() {
        [] => {}
        [issue] => line("issue", Some(reference(issue, home)))?,
        issues => line("issues", Some(list(issues.iter().map(|issue| reference(issue, home)))))?,
    }
    line("state", project.state.map(|state| state.word().to_owned()))?;
    line("note", note(&project.notes, &project.owner))?;
    if !project.items.is_empty() {
        writeln!(out, "    items:")?;
    }
    project.items.iter().try_for_each(|item| writeln!(out, "      - {}", item_text(item, home)))
}

/// Writes an owner that the roadmap knows how to name; others are in the note.
fn owner(owner: &OwnerDraft) -> Option<String> {
    let groups = list(owner.groups.iter().map(|group| group.as_str().to_owned()));
    match (owner.groups.as_slice(), owner.certainty) {
        ([], _) => None,
        ([group], None | Some(Certainty::Accepted | Certainty::None)) => Some(group.as_str().to_owned()),
        ([group], Some(certainty)) => Some(format!("{{sig: {}, certainty: {}}}", group.as_str(), certainty.word())),
        (_, None | Some(Certainty::None)) => Some(format!("{{sigs: {groups}, certainty: either}}")),
        (_, Some(certainty)) => Some(format!("{{sigs: {groups}, certainty: {}}}", certainty.word())),
    }
}

fn note(notes: &[String], owner: &OwnerDraft) -> Option<String> {
    let others = (!owner.others.is_empty()).then(|| format!("Owner as written: {}.", owner.others.join(", ")));
    let mut text = String::new();
    for note in others.iter().chain(notes).map(|note| one_line(note)).filter(|note| !note.is_empty()) {
        if !text.is_empty() {
            text.push_str(if text.ends_with(['.', '!', '?', ':', ';']) { " " } else { ". " });
        }
        text.push_str(&note);
    }
    (!text.is_empty()).then(|| quoted(&text))
}

/// Writes an item in its shortest form.
fn item_text(item: &ItemDraft, home: &Repo) -> String {
    let ItemDraft { title, kind, issue, owner: who, state, progress, notes } = item;
    let note = note(notes, who);
    let who = owner(who);
    let bare = kind.is_none() && state.is_none() && progress.is_none() && note.is_none() && who.is_none();
    match (title.as_str(), issue) {
        ("", Some(issue)) if bare => return reference(issue, home),
        // A title that reads like an issue, a number or a date would be one.
        (title, None) if bare && IssueRef::parse(title, home).is_none() => return quoted(title),
        _ => {}
    }
    let mut pairs = Vec::new();
    if !title.is_empty() {
        pairs.push(format!("title: {}", quoted(title)));
    }
    pairs.extend(kind.map(|kind| format!("kind: {kind}")));
    pairs.extend(issue.as_ref().map(|issue| format!("issue: {}", reference(issue, home))));
    pairs.extend(who.map(|who| format!("owner: {who}")));
    pairs.extend(state.map(|state| format!("state: {}", state.word())));
    pairs.extend(progress.map(|progress| format!("done: {}, total: {}", progress.done, progress.total)));
    pairs.extend(note.map(|note| format!("note: {note}")));
    format!("{{{}}}", pairs.join(", "))
}

/// Writes text so that every reader of YAML 1.1 and 1.2 takes it for the same text: plain only where it begins with a
/// letter and holds nothing that could mean something.
fn quoted(text: &str) -> String {
    let is_safe = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '/' | '(' | ')' | '+');
    let is_plain = text.starts_with(char::is_alphabetic)
        && text.is_ascii()
        && text.chars().all(is_safe)
        && !text.contains(" -")
        && !text.ends_with(' ')
        && plain_or_quoted(text) == text;
    if is_plain { text.to_owned() } else { double_quoted(text) }
}

fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            // YAML 1.1 takes these for the end of a line, and no reader takes the others unescaped.
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') => {
                write!(out, "\\u{:04x}", u32::from(c)).expect("writing to a string cannot fail");
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn reference(issue: &IssueRef, home: &Repo) -> String {
    if &issue.repo == home { issue.number.to_string() } else { issue.to_string() }
}

fn list(values: impl Iterator<Item = String>) -> String {
    format!("[{}]", values.collect::<Vec<_>>().join(", "))
}

/// Names a group, for a draft that is made from facts.
pub(super) fn groups(groups: Vec<GroupId>, certainty: Certainty) -> OwnerDraft {
    OwnerDraft { groups, others: Vec::new(), certainty: Some(certainty) }
}
