//! Applies single remedies of findings: sets values, appends to lists, adds projects.

use super::splice::{self, ScalarBody, Splice, by_hand};
use super::value::{self, NewValue};
use super::{EditContext, EditError, EditField, EditTarget, ItemPath, by_hand_at};
use crate::domain::edit::RoadmapEdit as Remedy;
use crate::domain::{Project, ProjectId, Roadmap};
use crate::sources::roadmap_file::tree::{Layout, Node, NodeKind};

/// Returns the change that a remedy makes to the text, and applies it to the expected roadmap; `None` if the file says
/// so already.
pub(super) fn plan_on(
    body: &ScalarBody<'_>,
    expected: &mut Roadmap,
    remedy: &Remedy,
    around: &EditContext<'_>,
) -> Result<Option<(Splice, ItemPath)>, EditError> {
    let place = target(remedy).map(|target| ItemPath::find(expected, &target)).transpose()?;
    match (remedy, place) {
        (Remedy::Set { key, value, .. }, Some(place)) => {
            let field = EditField::ALL.into_iter().find(|field| field.key() == *key).ok_or_else(by_hand)?;
            set_field(body, expected, (place, field, value), around)
        }
        (Remedy::Append { key, value, .. }, Some(place)) => {
            append(body, expected, (place, key, value), around).map(Some)
        }
        (Remedy::AddProject { id, issue }, _) => add_project(body, expected, (id, issue.as_deref()), around).map(Some),
        (Remedy::Set { .. } | Remedy::Append { .. }, None) => Err(by_hand()),
    }
}

/// Returns the target of a remedy that sets or appends something.
fn target(remedy: &Remedy) -> Option<EditTarget> {
    match remedy {
        Remedy::Set { project, item: Some(item), .. } => Some(EditTarget::Item(project.clone(), item.clone())),
        Remedy::Set { project, item: None, .. } | Remedy::Append { project, .. } => {
            Some(EditTarget::Project(project.clone()))
        }
        Remedy::AddProject { .. } => None,
    }
}

pub(super) fn name_of(remedy: &Remedy) -> String {
    match (target(remedy), remedy) {
        (Some(target), _) => target.to_string(),
        (None, Remedy::AddProject { id, .. }) => id.to_string(),
        (None, Remedy::Set { project, .. } | Remedy::Append { project, .. }) => project.to_string(),
    }
}

/// Sets one field, unless the roadmap says so already.
pub(super) fn set_field(
    body: &ScalarBody<'_>,
    expected: &mut Roadmap,
    (place, field, value): (ItemPath, EditField, &str),
    around: &EditContext<'_>,
) -> Result<Option<(Splice, ItemPath)>, EditError> {
    let new_value = value::read(field, value, &expected.repo, around)?;
    if field == EditField::Issue && place.issues(expected) > 1 {
        let message =
            format!("`{}` has several issues, and it is not clear which one to replace", place.name(expected));
        let hint = format!("change it by hand in {}:{}", around.name, place.line(expected));
        return Err(EditError::refused(message, hint));
    }
    let refused = |(line, why): (u32, &str)| by_hand_at(&place.name(expected), (around.name, line), why);
    let splice = body.set(&place, field, &new_value, &expected.repo).map_err(refused);
    Ok(set(expected, &place, new_value, splice)?.map(|splice| (splice, place)))
}

/// Sets the value in the roadmap that the edited file is expected to yield, if `splice` sets it in the text. Returns
/// `None` if the roadmap says so already.
fn set(
    roadmap: &mut Roadmap,
    place: &ItemPath,
    new_value: NewValue,
    splice: Result<Splice, EditError>,
) -> Result<Option<Splice>, EditError> {
    let Some(project) = roadmap.projects.get_mut(place.project) else { return splice.map(Some) };
    let Some(position) = place.item else {
        return match new_value {
            NewValue::State(state) => replace(&mut project.written, Some(state), splice),
            NewValue::Owner(owner, _) => replace(&mut project.owner, owner, splice),
            NewValue::Issue(issue) => replace(&mut project.issues, vec![issue], splice),
            NewValue::Due(date) => replace(&mut project.due, Some(date), splice),
            NewValue::Note(note) => replace(&mut project.note, Some(note), splice),
        };
    };
    let Some(item) = project.items.get_mut(position) else { return splice.map(Some) };
    match new_value {
        NewValue::State(state) => replace(&mut item.written, Some(state), splice),
        NewValue::Owner(owner, _) => replace(&mut item.owner, Some(owner), splice),
        NewValue::Issue(issue) => replace(&mut item.issue, Some(issue), splice),
        NewValue::Due(date) => replace(&mut item.due, Some(date), splice),
        NewValue::Note(note) => replace(&mut item.note, Some(note), splice),
    }
}

fn replace<T: PartialEq>(old: &mut T, new: T, splice: Result<Splice, EditError>) -> Result<Option<Splice>, EditError> {
    if *old == new {
        return Ok(None);
    }
    let splice = splice?;
    *old = new;
    Ok(Some(splice))
}

/// Adds a value to `aliases` or `items` of a project.
fn append(
    body: &ScalarBody<'_>,
    expected: &mut Roadmap,
    (place, key, value): (ItemPath, &str, &str),
    around: &EditContext<'_>,
) -> Result<(Splice, ItemPath), EditError> {
    let parsed = parse_in_isolation(&format!("id: x-y-z, {key}: [{value}]"), expected, around)?;
    let splice = body.splice(|text, root| {
        let node = splice::node(root, &place)?;
        let NodeKind::Map(pairs, layout) = &node.kind else { return None };
        match pairs.iter().find(|(name, _)| name.scalar() == Some(key)) {
            Some((name, list)) => grow(text, name, list, value, None),
            None => splice::add_pair(text, pairs, *layout, key, &format!("[{value}]")),
        }
    })?;
    let project = expected.projects.get_mut(place.project).ok_or_else(by_hand)?;
    match (parsed.aliases.as_slice(), parsed.items.as_slice(), key) {
        ([alias], [], "aliases") => project.aliases.push(alias.clone()),
        ([], [item], "items") => project.items.push(item.clone()),
        _ => return Err(by_hand()),
    }
    // The key of a new item also depends on its neighbours.
    Ok((splice, ItemPath { item: project.items.len().checked_sub(1), ..place }))
}

fn add_project(
    body: &ScalarBody<'_>,
    expected: &mut Roadmap,
    (id, issue): (&ProjectId, Option<&str>),
    around: &EditContext<'_>,
) -> Result<(Splice, ItemPath), EditError> {
    let pairs = issue.map_or_else(|| format!("id: {id}"), |issue| format!("id: {id}, issue: {issue}"));
    let added = parse_in_isolation(&pairs, expected, around)?;
    let splice = body.splice(|text, root| {
        let NodeKind::Map(pairs_of_root, layout) = &root.kind else { return None };
        match pairs_of_root.iter().find(|(name, _)| name.scalar() == Some("projects")) {
            Some((name, list)) => grow(text, name, list, &format!("{{{pairs}}}"), Some(gap(text, list))),
            None => splice::add_pair(text, pairs_of_root, *layout, "projects", &format!("[{{{pairs}}}]")),
        }
    })?;
    expected.projects.push(added);
    Ok((splice, ItemPath { project: expected.projects.len() - 1, item: None }))
}

/// Parses the key-value pairs of a project with the reader of the file, inside a minimal roadmap.
fn parse_in_isolation(pairs: &str, roadmap: &Roadmap, around: &EditContext<'_>) -> Result<Project, EditError> {
    if pairs.contains(['\n', '\r']) {
        return Err(by_hand());
    }
    let text = format!("version: 1\nrepo: {}\nprojects: [{{{pairs}}}]\n", roadmap.repo);
    let projects = super::super::read(&text, "the remedy", around.groups, around.today)?.projects;
    let [project] = <[Project; 1]>::try_from(projects).map_err(|_| by_hand())?;
    Ok(project)
}

/// Adds an entry to a list, in block or flow style.
fn grow(body: &str, key: &Node<'_>, list: &Node<'_>, value: &str, gap: Option<&str>) -> Option<Splice> {
    if list.aliased {
        return None;
    }
    let at = |at: usize, text: String| Some(Splice { range: at..at, text });
    match &list.kind {
        NodeKind::List(nodes, Layout::Flow) => match nodes.last() {
            Some(last) => at(last.span.end, format!(", {value}")),
            None => at(list.span.start + 1, value.to_owned()),
        },
        NodeKind::List(nodes, Layout::Block) => {
            let last = nodes.last()?;
            let (end, eol) = splice::line_end(body, last.span.end);
            // The dash gets the indentation of the last entry's dash, which the parser does not report.
            let before = body.get(..last.span.start)?.rsplit(['\n', '\r']).next()?;
            let indent = before.strip_suffix(before.trim_start()).filter(|_| before.trim_start().starts_with('-'))?;
            // A map on separate lines needs no braces: `{id: a, issue: 7}` becomes two lines.
            let bare = value.strip_prefix('{').and_then(|value| value.strip_suffix('}')).filter(|_| gap.is_some());
            let value = bare.map_or_else(|| value.to_owned(), |bare| bare.replace(", ", &format!("{eol}{indent}  ")));
            at(end, format!("{}{eol}{indent}- {value}", gap.unwrap_or_default()))
        }
        NodeKind::Scalar(..) if list.is_null() && list.span.start == list.span.end => {
            at(splice::behind_colon(body, key)?, format!(" [{value}]"))
        }
        NodeKind::Scalar(..) if list.is_null() => {
            Some(Splice { range: list.span.start..list.span.end, text: format!("[{value}]") })
        }
        NodeKind::Scalar(..) => {
            let source = body.get(list.span.start..list.span.end)?;
            Some(Splice { range: list.span.start..list.span.end, text: format!("[{source}, {value}]") })
        }
        NodeKind::Map(..) => None,
    }
}

/// Returns a blank line if the entries of a list are separated by blank lines.
fn gap<'t>(body: &'t str, list: &Node<'_>) -> &'t str {
    let NodeKind::List(nodes, Layout::Block) = &list.kind else { return "" };
    let last = nodes.last().filter(|_| nodes.len() > 1);
    let before = last.and_then(|last| body.get(..last.span.start)).unwrap_or_default();
    let before = before.trim_end_matches([' ', '-']);
    match (before.ends_with("\r\n\r\n"), before.ends_with("\n\n")) {
        (true, _) => "\r\n",
        (_, true) => "\n",
        (false, false) => "",
    }
}
