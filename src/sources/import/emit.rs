//! YAML writer: a draft as the text of a roadmap file that people will edit.

use std::fmt::{self, Write as _};

use super::inline::one_line;
use super::owners::OwnerDraft;
use super::{ItemDraft, ProjectDraft, RoadmapDraft};
use crate::domain::owner::{is_login, is_team};
use crate::domain::wording::says_no_owner;
use crate::domain::{Certainty, Conventions, IssueRef, PageLink, Repo};
use crate::sources::body::split_box;
use crate::sources::roadmap_file::edit::{double_quoted, is_plain};

pub(super) fn yaml(draft: &RoadmapDraft) -> String {
    let mut out = String::new();
    write(&mut out, draft).expect("writing to a string cannot fail");
    out
}

fn write(out: &mut String, draft: &RoadmapDraft) -> fmt::Result {
    writeln!(out, "# Made from {} by `offramp import`. Edit it freely: offramp will not overwrite it.", draft.source)?;
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
    let has_title = !project.title.is_empty() && project.title != project.id;
    line("title", has_title.then(|| quoted(&project.title)))?;
    let is_kubernetes = Conventions::of(home) == Conventions::Kubernetes;
    line("kind", (is_kubernetes && !project.title.is_empty()).then(|| "other".to_owned()))?;
    line("owner", owner(&project.owner, home))?;
    line(if project.issues.len() > 1 { "issues" } else { "issue" }, references(&project.issues, home))?;
    line("blocked_by", references(&project.blocked_by, home))?;
    line("state", project.state.map(|state| state.word().to_owned()))?;
    line("due", project.due.map(|due| due.to_string()))?;
    line("note", note(&project.notes, &project.owner, home))?;
    line("links", links(&project.links, &project.title))?;
    if !project.items.is_empty() {
        writeln!(out, "    items:")?;
    }
    let mut heading = "";
    for item in &project.items {
        if item.heading != heading {
            heading = &item.heading;
            writeln!(out, "      # {}", one_line(heading))?;
        }
        writeln!(out, "      - {}", item_text(item, home))?;
    }
    Ok(())
}

/// Writes the owners that a roadmap can name; other names go into the note.
fn owner(owner: &OwnerDraft, home: &Repo) -> Option<String> {
    let groups = owner.groups.iter().map(|group| group.as_str().to_owned());
    let others = owner.others.iter().filter_map(|name| name_of(name, home));
    let names: Vec<String> = groups.chain(others).collect();
    let only_groups = names.len() == owner.groups.len();
    let key = match (only_groups, names.as_slice()) {
        (true, [_]) => "sig",
        (true, _) => "sigs",
        (false, _) => "names",
    };
    let shown = match names.as_slice() {
        [] => return None,
        [name] => name.clone(),
        names => list(names.iter().cloned()),
    };
    Some(match (names.len(), owner.certainty) {
        (1, None | Some(Certainty::Accepted | Certainty::None)) => shown,
        (_, None | Some(Certainty::None)) if !only_groups => shown,
        (_, None | Some(Certainty::None)) => format!("{{{key}: {shown}, certainty: either}}"),
        (_, Some(certainty)) => format!("{{{key}: {shown}, certainty: {}}}", certainty.word()),
    })
}

/// The longest owner name, in characters; longer text is a remark.
const LONGEST_OWNER: usize = 60;

/// Writes a person, a team, or free text that the reader will not report as a misspelt group.
fn name_of(name: &str, home: &Repo) -> Option<String> {
    if let Some(bare) = name.strip_prefix('@') {
        return (is_login(bare) || is_team(bare)).then(|| double_quoted(name));
    }
    if is_team(name) {
        return Some(double_quoted(&format!("@{name}")));
    }
    let has_blank = name.contains(char::is_whitespace);
    let is_free = has_blank || Conventions::of(home) == Conventions::GitHub;
    let is_short = name.chars().count() <= LONGEST_OWNER && name.contains(char::is_alphabetic) && !says_no_owner(name);
    (is_free && is_short).then(|| double_quoted(name))
}

/// Writes links; link text that repeats the title is left out.
fn links(links: &[PageLink], own: &str) -> Option<String> {
    let link = |link: &PageLink| match link.title.as_ref().filter(|title| *title != own) {
        Some(title) => format!("{{title: {}, url: {}}}", quoted(title), double_quoted(&link.url)),
        None => double_quoted(&link.url),
    };
    (!links.is_empty()).then(|| list(links.iter().map(link)))
}

fn note(notes: &[String], owner: &OwnerDraft, home: &Repo) -> Option<String> {
    let others: Vec<&str> =
        owner.others.iter().filter(|name| name_of(name, home).is_none()).map(String::as_str).collect();
    let others = (!others.is_empty()).then(|| format!("Owner as written: {}.", others.join(", ")));
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
    let ItemDraft { heading: _, title, kind, issue, blocked_by, owner: who, state, progress, due, links: pages, notes } =
        item;
    let note = note(notes, who, home);
    let who = owner(who, home);
    // A bare address is a link to itself.
    let is_own_link = matches!(pages.as_slice(), [link] if link.url == *title && link.title.is_none());
    let pages = links(pages, title).filter(|_| !is_own_link || issue.is_some());
    let mut pairs = Vec::new();
    if !title.is_empty() {
        pairs.push(format!("title: {}", quoted(title)));
    }
    pairs.extend(kind.map(|kind| format!("kind: {kind}")));
    pairs.extend(issue.as_ref().map(|issue| format!("issue: {}", reference(issue, home))));
    pairs.extend(references(blocked_by, home).map(|blockers| format!("blocked_by: {blockers}")));
    pairs.extend(who.map(|who| format!("owner: {who}")));
    pairs.extend(state.map(|state| format!("state: {}", state.word())));
    pairs.extend(progress.map(|progress| format!("done: {}, total: {}", progress.done, progress.total)));
    pairs.extend(due.map(|due| format!("due: {due}")));
    pairs.extend(note.map(|note| format!("note: {note}")));
    pairs.extend(pages.map(|pages| format!("links: {pages}")));
    match (title.as_str(), issue) {
        ("", Some(issue)) if pairs.len() == 1 => return reference(issue, home),
        // A title such as `#12` would be read back as an issue, and one such as `[x] a` with a warning.
        (title, None)
            if pairs.len() <= usize::from(!title.is_empty())
                && IssueRef::parse(title, home).is_none()
                && !matches!(split_box(title), Some((true, _))) =>
        {
            return quoted(title);
        }
        _ => {}
    }
    format!("{{{}}}", pairs.join(", "))
}

/// Writes one issue or a list of them.
fn references(issues: &[IssueRef], home: &Repo) -> Option<String> {
    match issues {
        [] => None,
        [issue] => Some(reference(issue, home)),
        issues => Some(list(issues.iter().map(|issue| reference(issue, home)))),
    }
}

/// Quotes text so that every YAML 1.1 and 1.2 parser reads the same string. Text stays plain only if it begins with a
/// letter and contains no character with a meaning in YAML.
fn quoted(text: &str) -> String {
    let is_safe = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '/' | '(' | ')' | '+');
    let is_simple = text.starts_with(char::is_alphabetic)
        && text.is_ascii()
        && text.chars().all(is_safe)
        && !text.contains(" -")
        && !text.ends_with(' ')
        && is_plain(text);
    if is_simple { text.to_owned() } else { double_quoted(text) }
}

fn reference(issue: &IssueRef, home: &Repo) -> String {
    if &issue.repo == home { issue.number.to_string() } else { issue.to_string() }
}

fn list(values: impl Iterator<Item = String>) -> String {
    format!("[{}]", values.collect::<Vec<_>>().join(", "))
}
