//! Edits: change one value of the roadmap and no other byte of the file.
//!
//! The result is parsed again and must be the old roadmap with only that change; otherwise nothing is written.

mod batch;
mod diff;
mod growth;
mod quote;
mod splice;
mod value;

use std::path::Path;

use crate::domain::nearest::{meant, nearest};
use crate::domain::roadmap::item_names;
use crate::domain::{Date, Groups, IssueRef, Item, ItemKey, Place, Project, ProjectId, Roadmap, Target, item_name};
use crate::sources::diagnostic::Diagnostics;
use crate::sources::disk;

pub use batch::{EditBatch, plan_remedies};
pub use diff::{patch, unified};
pub(in crate::sources) use quote::{double_quoted, is_plain};
pub use value::EditField;

use splice::ScalarBody;

/// An edit of the roadmap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The project or item.
    pub target: EditTarget,
    /// The fields with their new values, as typed.
    pub changes: Vec<(EditField, String)>,
}

/// The target of an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditTarget {
    /// A project, by id or alias.
    Project(ProjectId),
    /// An item of a project.
    Item(ProjectId, ItemKey),
    /// A typed name: a project, `project/item`, `project#item` or an issue.
    Named(String),
}

impl std::fmt::Display for EditTarget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Project(project) => write!(f, "{project}"),
            Self::Item(project, item) => f.write_str(&item_name(project, item)),
            Self::Named(text) => f.write_str(text),
        }
    }
}

/// The result of an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditedFile {
    /// The whole new file.
    pub new_text: String,
    /// The change as a cleaned unified diff; empty if the file says so already.
    pub diff: String,
}

/// Why an edit failed. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The current file is not a valid roadmap.
    #[error(transparent)]
    Faulty(#[from] Diagnostics),
    /// The edit cannot be made safely.
    #[error("{message}")]
    Refused {
        /// The message, in lower case, without a full stop.
        message: String,
        /// What to do instead.
        hint: Option<String>,
    },
}

impl EditError {
    fn refused(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Refused { message: message.into(), hint: Some(hint.into()) }
    }
}

/// The context of an edit.
#[derive(Debug, Clone, Copy)]
pub struct EditContext<'a> {
    /// The name of the file in messages and the diff.
    pub name: &'a str,
    /// The groups that can own something.
    pub groups: &'a Groups,
    /// The current day.
    pub today: Date,
    /// The roadmap that the user saw, if any. The edit is refused if the target has changed since.
    pub seen: Option<&'a Roadmap>,
}

/// Applies an edit to a text, without touching the disk.
pub fn plan(text: &str, edit: &Edit, around: &EditContext<'_>) -> Result<EditedFile, EditError> {
    let keys: Vec<&str> = edit.changes.iter().map(|(field, _)| field.key()).collect();
    if let Some(twice) = keys.iter().enumerate().find_map(|(at, key)| keys.get(at + 1..)?.contains(key).then_some(key))
    {
        return Err(EditError::refused(format!("`{twice}` is set twice"), "set each key once"));
    }
    let old = super::read(text, around.name, around.groups, around.today)?;
    let place = ItemPath::find(&old, &edit.target)?;
    if let Some(seen) = around.seen {
        place.check_seen(&old, seen, edit)?;
    }
    let mut new_text = text.to_owned();
    let mut expected = old.clone();
    for (field, value) in &edit.changes {
        let body = ScalarBody::parse(&new_text)?;
        if let Some((splice, _)) = growth::set_field(&body, &mut expected, (place, *field, value), around)? {
            new_text.replace_range(splice.range, &splice.text);
        }
    }
    check(&new_text, expected, &[place], around, &edit.target.to_string())?;
    let diff = diff::unified(text, &new_text, around.name);
    Ok(EditedFile { new_text, diff })
}

/// Applies an edit to a file: reads it, changes it, and replaces it atomically, unless another program wrote it
/// in between.
pub fn apply(path: &Path, edit: &Edit, around: &EditContext<'_>) -> Result<EditedFile, ApplyError> {
    let locked = disk::lock(path)?;
    let text = super::read_text(path, around.name)?;
    let change = plan(&text, edit, around)?;
    if !change.diff.is_empty() {
        swap(&locked, around.name, &text, &change.new_text)?;
    }
    Ok(change)
}

/// Replaces the content `old` of a file, for edits computed before. Refused if the file has other content by now.
pub fn replace(path: &Path, name: &str, old: &str, new: &str) -> Result<(), ApplyError> {
    swap(&disk::lock(path)?, name, old, new)
}

/// Checks the content right before writing, since other programs ignore our lock.
fn swap(locked: &disk::Locked, name: &str, old: &str, new: &str) -> Result<(), ApplyError> {
    if !locked.still_holds(Some(old.as_bytes())) {
        let message = format!("`{name}` changed while it was edited");
        return Err(EditError::refused(message, "nothing was written; try again").into());
    }
    Ok(locked.write(new.as_bytes())?)
}

/// Returns what [`apply`] would do to the current file.
pub fn preview(path: &Path, edit: &Edit, around: &EditContext<'_>) -> Result<EditedFile, ApplyError> {
    let text = super::read_text(path, around.name)?;
    Ok(plan(&text, edit, around)?)
}

/// Why an edit did not reach the disk.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The edit failed.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The file could not be written.
    #[error(transparent)]
    Disk(#[from] disk::DiskError),
}

impl From<Diagnostics> for ApplyError {
    fn from(faults: Diagnostics) -> Self {
        Self::Edit(EditError::Faulty(faults))
    }
}

fn no_project(roadmap: &Roadmap, name: &str) -> EditError {
    let names = roadmap.projects.iter().map(|project| project.id.as_str());
    EditError::refused(format!("there is no project `{name}`"), suggest(name, names))
}

/// Returns the error for an issue that no item has, with where it is instead.
fn no_item_of(roadmap: &Roadmap, text: &str) -> Option<EditError> {
    let issue = IssueRef::parse(text, &roadmap.repo)?;
    let tracked = roadmap.projects.iter().filter(|project| project.issues.contains(&issue));
    let names: Vec<String> = tracked.map(|project| format!("`{}`", project.id)).collect();
    let hint = match names.as_slice() {
        [] if roadmap.umbrellas.contains(&issue) => "it is an umbrella of the roadmap".to_owned(),
        [] => "name a project, or an item as PROJECT/ITEM".to_owned(),
        [name] => format!("it tracks the project {name}: name that"),
        names => format!("it tracks the projects {}: name one of them", names.join(", ")),
    };
    Some(EditError::refused(format!("no item has the issue {}", issue.short(&roadmap.repo)), hint))
}

fn no_item(project: &Project, key: &str) -> EditError {
    let (id, lower) = (&project.id, key.to_lowercase());
    let same = project.items.iter().filter(|item| item.title.as_ref().is_some_and(|own| own.to_lowercase() == lower));
    let same: Vec<_> = same.map(|item| format!("{} (line {})", item_name(id, &item.key), item.place.line)).collect();
    if same.len() > 1 {
        let hint = format!("name one of them: {}", same.join(", "));
        return EditError::refused(format!("several items of `{id}` are called `{key}`"), hint);
    }
    let keys = project.items.iter().map(|item| item.key.as_str());
    EditError::refused(format!("there is no item `{key}` in `{id}`"), suggest(key, keys))
}

/// The position of the target. An edit may change its key, but not its position.
#[derive(Debug, Clone, Copy)]
struct ItemPath {
    project: usize,
    item: Option<usize>,
}

impl ItemPath {
    fn find(roadmap: &Roadmap, target: &EditTarget) -> Result<Self, EditError> {
        let called = |name: &str| roadmap.projects.iter().enumerate().find(|(_, project)| project.is_called(name));
        let (name, key) = match target {
            EditTarget::Project(id) => (id.as_str(), None),
            EditTarget::Item(id, key) => (id.as_str(), Some(key.as_str())),
            EditTarget::Named(text) if called(text).is_some() => (text.as_str(), None),
            EditTarget::Named(text) => match item_names(text).find(|(name, _)| called(name).is_some()) {
                Some((name, key)) => (name, Some(key)),
                None => (item_names(text).last().map_or(text.as_str(), |(name, _)| name), None),
            },
        };
        let Some((index, project)) = called(name) else {
            let text = target.to_string();
            return match Self::of_issue(roadmap, &text)? {
                Some(spot) => Ok(spot),
                None => Err(no_item_of(roadmap, &text).unwrap_or_else(|| no_project(roadmap, name))),
            };
        };
        let Some(key) = key else { return Ok(Self { project: index, item: None }) };
        match project.position(key, &roadmap.repo) {
            Some(item) => Ok(Self { project: index, item: Some(item) }),
            None => Err(no_item(project, key)),
        }
    }

    /// Finds the item of an issue. Several are an error.
    fn of_issue(roadmap: &Roadmap, text: &str) -> Result<Option<Self>, EditError> {
        let Some(issue) = IssueRef::parse(text, &roadmap.repo) else { return Ok(None) };
        let mut found = Vec::new();
        for (project, of) in roadmap.projects.iter().enumerate() {
            let own = of.items.iter().enumerate().filter(|(_, item)| item.issue.as_ref() == Some(&issue));
            found.extend(own.map(|(item, it)| (Self { project, item: Some(item) }, item_name(&of.id, &it.key))));
        }
        match found.as_slice() {
            [] => Ok(None),
            [(place, _)] => Ok(Some(*place)),
            several => {
                let names: Vec<_> = several.iter().map(|(_, name)| name.as_str()).collect();
                let message = format!("several items have the issue {issue}");
                Err(EditError::refused(message, format!("name one of them: {}", names.join(", "))))
            }
        }
    }

    /// Refuses the edit if the target is not what the user saw.
    fn check_seen(self, now: &Roadmap, seen: &Roadmap, edit: &Edit) -> Result<(), EditError> {
        let then = Self::find(seen, &edit.target).ok();
        let before = then.and_then(|place| place.shown(seen));
        if before.is_some() && before == self.shown(now) {
            return Ok(());
        }
        let message = format!("`{}` has changed on disk", edit.target);
        Err(EditError::refused(message, "nothing was written; look at what it says now and try again"))
    }

    /// Returns the target without places, which other edits may have moved.
    fn shown(self, roadmap: &Roadmap) -> Option<Shown> {
        let project = roadmap.projects.get(self.project)?;
        Some(match self.item {
            Some(position) => {
                let item = project.items.get(position)?.clone();
                Shown::Item(project.id.clone(), Item { place: NOWHERE, ..item })
            }
            None => Shown::Project(Project { items: Vec::new(), place: NOWHERE, ..project.clone() }),
        })
    }

    /// Returns its line; 1 if unknown.
    fn line(self, roadmap: &Roadmap) -> u32 {
        let Some(project) = roadmap.projects.get(self.project) else { return 1 };
        let item = self.item.and_then(|item| project.items.get(item));
        item.map_or(project.place, |item| item.place).line
    }

    fn name(self, roadmap: &Roadmap) -> String {
        let Some(project) = roadmap.projects.get(self.project) else { return String::new() };
        let item = self.item.and_then(|item| project.items.get(item));
        item.map_or_else(|| project.id.to_string(), |item| item_name(&project.id, &item.key))
    }

    /// Returns the number of issues, if the target is a project.
    fn issues(self, roadmap: &Roadmap) -> usize {
        let project = roadmap.projects.get(self.project).filter(|_| self.item.is_none());
        project.map_or(0, |project| project.issues.len())
    }

    fn item_mut(self, roadmap: &mut Roadmap) -> Option<&mut Item> {
        roadmap.projects.get_mut(self.project)?.items.get_mut(self.item?)
    }
}

/// A target as shown to the user: a project without its items, or an item.
#[derive(PartialEq)]
enum Shown {
    Project(Project),
    Item(ProjectId, Item),
}

fn suggest<'a>(word: &str, names: impl Iterator<Item = &'a str> + Clone) -> String {
    let near = nearest(word, names.clone()).or_else(|| names.clone().find(|name| name.starts_with(word)));
    meant(near, || format!("there are: {}", names.take(20).collect::<Vec<_>>().join(", ")))
}

/// Parses the result, which must equal the expected roadmap except for the keys of changed items.
fn check(
    new_text: &str,
    mut expected: Roadmap,
    changed: &[ItemPath],
    around: &EditContext<'_>,
    target: &str,
) -> Result<(), EditError> {
    let line = changed.first().map_or(1, |place| place.line(&expected));
    let refused = |why: String| by_hand_at(target, (around.name, line), &why);
    let read = super::read(new_text, around.name, around.groups, around.today);
    let mut new =
        read.map_err(|faults| lost_name(&expected, changed, &faults).unwrap_or_else(|| refused(faults.headline())))?;
    for place in changed {
        // The key of an item may be derived from its issue, and change with it.
        if let (Some(now), Some(then)) = (place.item_mut(&mut new), place.item_mut(&mut expected)) {
            then.key = now.key.clone();
        }
    }
    forget_places(&mut new);
    forget_places(&mut expected);
    if new == expected { Ok(()) } else { Err(refused("other places share what is written there".to_owned())) }
}

/// Returns the error for an edit that must be made by hand.
fn by_hand_at(target: &str, (file, line): (&str, u32), why: &str) -> EditError {
    let message = format!("`{target}` cannot be changed without touching more of the file: {why}");
    EditError::refused(message, format!("change it by hand in {file}:{line}; nothing was written"))
}

/// Returns the error for an item whose key would change with its issue while something refers to the old key.
fn lost_name(expected: &Roadmap, changed: &[ItemPath], faults: &Diagnostics) -> Option<EditError> {
    let fault = faults.described.iter().find(|fault| fault.message.ends_with(super::links::NOWHERE))?;
    let line = fault.excerpt.as_ref()?.line;
    changed.iter().find_map(|place| {
        let project = expected.projects.get(place.project)?;
        let item = project.items.get(place.item?)?;
        let key = ItemKey::new(&item.issue.as_ref()?.number.to_string());
        if key == item.key || !is_awaited(expected, &Target::Item(project.id.clone(), item.key.clone())) {
            return None;
        }
        let (old, new) = (item_name(&project.id, &item.key), item_name(&project.id, &key));
        let message =
            format!("with this issue `{old}` would be called `{new}`, and line {line} refers to it as `{old}`");
        // A number alone cannot be an id.
        let way_out = if item.key.as_str().bytes().all(|byte| byte.is_ascii_digit()) {
            format!("give the item an `id` and use it on line {line} first")
        } else {
            format!("write `id: {}` into the item first, so that it keeps its name", item.key)
        };
        let hint = format!("{way_out}; nothing was written");
        Some(EditError::refused(message, hint))
    })
}

/// Whether something waits for a target.
fn is_awaited(roadmap: &Roadmap, target: &Target) -> bool {
    let items = roadmap.projects.iter().flat_map(|project| &project.items).map(|item| &item.blocked_by);
    roadmap.projects.iter().map(|project| &project.blocked_by).chain(items).any(|waits| waits.contains(target))
}

const NOWHERE: Place = Place { line: 0, column: 0 };

fn forget_places(roadmap: &mut Roadmap) {
    roadmap.counters.iter_mut().for_each(|counter| counter.place = NOWHERE);
    roadmap.accounts.iter_mut().for_each(|account| account.place = NOWHERE);
    roadmap.migrated.iter_mut().for_each(|item| item.place = NOWHERE);
    for project in &mut roadmap.projects {
        project.place = NOWHERE;
        project.items.iter_mut().for_each(|item| item.place = NOWHERE);
    }
}

#[cfg(test)]
mod tests;
