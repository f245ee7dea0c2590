//! Remedies of findings: values that are set, lists that grow, projects that are added.

use super::splice::{self, Splice, by_hand};
use super::{EditContext, EditError, EditField, EditTarget, EditedFile, ItemPath, check, diff, plan};
use crate::domain::edit::RoadmapEdit as Remedy;
use crate::domain::{Project, ProjectId, Roadmap};
use crate::sources::roadmap_file::tree::{Layout, Node, NodeKind};

/// Works out one remedy without touching the disk.
pub fn plan_remedy(text: &str, remedy: &Remedy, around: &EditContext<'_>) -> Result<EditedFile, EditError> {
    match remedy {
        Remedy::Set { project, item, key, value } => {
            let field = EditField::ALL.into_iter().find(|field| field.key() == *key).ok_or_else(by_hand)?;
            let target = match item {
                Some(item) => EditTarget::Item(project.clone(), item.clone()),
                None => EditTarget::Project(project.clone()),
            };
            plan(text, &super::Edit { target, changes: vec![(field, value.clone())] }, around)
        }
        Remedy::Append { project, key, value } => append(text, project, key, value, around),
        Remedy::AddProject { id, issue } => add_project(text, id, issue.as_deref(), around),
    }
}

/// Adds a value to `aliases` or `items` of a project.
fn append(
    text: &str,
    id: &ProjectId,
    key: &str,
    value: &str,
    around: &EditContext<'_>,
) -> Result<EditedFile, EditError> {
    let mut expected = super::super::read(text, around.name, around.groups, around.today)?;
    let place = ItemPath::find(&expected, &EditTarget::Project(id.clone()))?;
    let meant = parse_in_isolation(&format!("id: x-y-z, {key}: [{value}]"), &expected, around)?;
    let project = expected.projects.get_mut(place.project).ok_or_else(by_hand)?;
    match (meant.aliases.as_slice(), meant.items.as_slice(), key) {
        ([alias], [], "aliases") => project.aliases.push(alias.clone()),
        ([], [item], "items") => project.items.push(item.clone()),
        _ => return Err(by_hand()),
    }
    // The key of a new item comes from its neighbours, too.
    let last = ItemPath { item: project.items.len().checked_sub(1), ..place };
    let splice = splice::in_body(text, |body, root| {
        let node = splice::node(root, &place)?;
        let NodeKind::Map(pairs, layout) = &node.kind else { return None };
        match pairs.iter().find(|(name, _)| name.scalar() == Some(key)) {
            Some((name, list)) => grow(body, name, list, value, None),
            None => splice::add_pair(body, pairs, *layout, key, &format!("[{value}]")),
        }
    })?;
    finish(text, splice, expected, &last, around, &format!("{id}"))
}

/// Adds a project at the end.
fn add_project(
    text: &str,
    id: &ProjectId,
    issue: Option<&str>,
    around: &EditContext<'_>,
) -> Result<EditedFile, EditError> {
    let mut expected = super::super::read(text, around.name, around.groups, around.today)?;
    let pairs = issue.map_or_else(|| format!("id: {id}"), |issue| format!("id: {id}, issue: {issue}"));
    expected.projects.push(parse_in_isolation(&pairs, &expected, around)?);
    let place = ItemPath { project: expected.projects.len() - 1, item: None };
    let splice = splice::in_body(text, |body, root| {
        let NodeKind::Map(pairs_of_root, layout) = &root.kind else { return None };
        match pairs_of_root.iter().find(|(name, _)| name.scalar() == Some("projects")) {
            Some((name, list)) => grow(body, name, list, &format!("{{{pairs}}}"), Some(gap(body, list))),
            None => splice::add_pair(body, pairs_of_root, *layout, "projects", &format!("[{{{pairs}}}]")),
        }
    })?;
    finish(text, splice, expected, &place, around, &format!("{id}"))
}

fn finish(
    text: &str,
    Splice { range, text: put }: Splice,
    expected: Roadmap,
    place: &ItemPath,
    around: &EditContext<'_>,
    target: &str,
) -> Result<EditedFile, EditError> {
    let mut new_text = text.to_owned();
    new_text.replace_range(range, &put);
    check(&new_text, expected, place, around, target)?;
    let diff = diff::unified(text, &new_text, around.name);
    Ok(EditedFile { new_text, diff })
}

/// Lets the reader of the file decide what a value means: it is put into a project of its own.
fn parse_in_isolation(pairs: &str, roadmap: &Roadmap, around: &EditContext<'_>) -> Result<Project, EditError> {
    if pairs.contains(['\n', '\r']) {
        return Err(by_hand());
    }
    let text = format!("version: 1\nrepo: {}\nprojects: [{{{pairs}}}]\n", roadmap.repo);
    let projects = super::super::read(&text, "the remedy", around.groups, around.today)?.projects;
    let [project] = <[Project; 1]>::try_from(projects).map_err(|_| by_hand())?;
    Ok(project)
}

/// Adds an entry to a list in whatever form it has.
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
            // The dash stands where the last entry has it; the parser does not say where that is.
            let before = body.get(..last.span.start)?.rsplit(['\n', '\r']).next()?;
            let indent = before.strip_suffix(before.trim_start()).filter(|_| before.trim_start().starts_with('-'))?;
            // On lines of its own a map needs no braces: `{id: a, issue: 7}` stands as two lines.
            let bare = value.strip_prefix('{').and_then(|value| value.strip_suffix('}')).filter(|_| gap.is_some());
            let value = bare.map_or_else(|| value.to_owned(), |bare| bare.replace(", ", &format!("{eol}{indent}  ")));
            at(end, format!("{}{eol}{indent}- {value}", gap.unwrap_or_default()))
        }
        NodeKind::Scalar(..) if list.is_null() && list.span.start == list.span.end => {
            let colon = key.span.end + body.get(key.span.end..)?.find(':')? + 1;
            at(colon, format!(" [{value}]"))
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

/// Returns a blank line where the entries of a list have blank lines between them.
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
