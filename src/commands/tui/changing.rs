//! Edits from the screens: planned as a diff, then applied to the file as it is at that time.

use std::path::Path;

use crate::commands::check::fix;
use crate::commands::{Context, Failure};
use crate::domain::Roadmap;
use crate::insight::finding::{self, Moment};
use crate::sources::roadmap_file;
use crate::sources::roadmap_file::edit::{self, Edit, EditContext, EditError, EditField, EditTarget};
use crate::tui::model::EditRequest;

/// Returns the diff of an edit.
pub(super) fn plan(context: &Context, edit: &EditRequest, seen: &Roadmap) -> Result<String, Failure> {
    let path = context.roadmap_path()?;
    let (old, new) = changed(context, &path, edit, seen)?;
    Ok(edit::unified(&old, &new, &path.display().to_string()))
}

/// Applies an edit, if it still gives the diff that was agreed to.
pub(super) fn apply(context: &Context, edit: &EditRequest, seen: &Roadmap, agreed: &str) -> Result<String, Failure> {
    let path = context.roadmap_path()?;
    let name = path.display().to_string();
    let (old, new) = changed(context, &path, edit, seen)?;
    if !lines(&edit::unified(&old, &new, &name)).eq(lines(agreed)) {
        return Err(Failure::failed(format!("`{name}` changed on disk after the diff was shown; nothing was written"))
            .hint("review the new diff"));
    }
    edit::replace(&path, &name, &old, &new)?;
    Ok(format!("{name} changed"))
}

/// The lines that a diff removes and adds, without their positions.
fn lines(diff: &str) -> impl Iterator<Item = &str> {
    diff.lines().filter(|line| line.starts_with(['+', '-']) && !line.starts_with("+++ ") && !line.starts_with("--- "))
}

/// The text of the file before and after an edit.
fn changed(context: &Context, path: &Path, edit: &EditRequest, seen: &Roadmap) -> Result<(String, String), Failure> {
    let name = path.display().to_string();
    let old = roadmap_file::read_text(path, &name).map_err(EditError::from)?;
    let new = match edit {
        EditRequest::State(project, item, state) => {
            let target = EditTarget::Item(project.clone(), item.clone());
            let wanted = Edit { target, changes: vec![(EditField::State, state.word().to_owned())] };
            let today = context.now.date();
            let around = EditContext { name: &name, groups: &seen.groups, today, seen: Some(seen) };
            edit::plan(&old, &wanted, &around)?.new_text
        }
        EditRequest::Fix(id) => remedied(context, &old, id)?,
    };
    if new == old { Err(Failure::failed("nothing to change: it already has this value")) } else { Ok((old, new)) }
}

fn remedied(context: &Context, old: &str, id: &str) -> Result<String, Failure> {
    let world = context.world()?;
    let checked = finding::of_world(&world, Moment::Now);
    let found = checked.findings.iter().filter(|finding| finding.edit().is_some()).find(|finding| finding.id() == id);
    let over = || Failure::failed("this finding no longer applies: the roadmap has changed");
    let found = found.ok_or_else(|| over().hint("nothing was written; {check} shows what is left to check"))?;
    let proposed = fix::propose(context, &world, old, &[found]);
    match proposed.refused.first() {
        Some((_, why)) => Err(Failure::failed(format!("not changed: {why}"))),
        None => Ok(proposed.text),
    }
}
