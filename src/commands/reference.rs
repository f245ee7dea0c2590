//! REF arguments: resolves a project, an item, a counter or an issue, and suggests near names for an unknown one.

use super::{Context, Failure};
use crate::domain::nearest::did_you_mean;
use crate::domain::{Board, CounterRow, IssueRef, ItemRow, Project, ProjectRow, World};
use crate::words::item_ref;

/// The help text about REF.
pub const HELP: &str = "\
A REF is a project (google-containers), an item (google-containers/846 or google-containers#846), a counter \
(jenkins-jobs), or an issue: 1308, #1308, owner/name#3810, or its link.";

/// What a REF means.
#[derive(Debug, Clone)]
pub enum ResolvedRef<'a> {
    /// A project, by id or alias.
    Project(&'a ProjectRow),
    /// An item, by project and key.
    Item(&'a ItemRow),
    /// A counter, by id.
    Counter(&'a CounterRow),
    /// An issue, with the items that it measures; there may be none.
    Issue(IssueRef, Vec<&'a ItemRow>),
}

/// Resolves a REF.
pub fn find<'a>(context: &Context, world: &World, board: &'a Board, text: &str) -> Result<ResolvedRef<'a>, Failure> {
    let name = text.trim();
    project(world, board, name)
        .map(ResolvedRef::Project)
        .or_else(|| item(world, board, name).map(ResolvedRef::Item))
        .or_else(|| board.counters.iter().find(|counter| counter.id.as_str() == name).map(ResolvedRef::Counter))
        .or_else(|| issue(context, world, board, name))
        .ok_or_else(|| unknown(context, world, board, name))
}

/// Notes that a counter has the name of a project, since only the project is shown.
pub fn note_counter(context: &Context, board: &Board, name: &str) {
    let name = name.trim();
    if board.counters.iter().any(|counter| counter.id.as_str() == name) {
        context.note(&format!("note: this is the project; `offramp trend {name}` shows the counter `{name}`"));
    }
}

/// Finds a project by id or alias; the error suggests a near name.
pub fn find_project<'a>(world: &World, board: &'a Board, name: &str) -> Result<&'a ProjectRow, Failure> {
    let names = world.roadmap.projects.iter().map(|project| project.id.as_str());
    project(world, board, name).ok_or_else(|| {
        Failure::usage(format!("the {} has no project `{name}`", searched(world)))
            .hint(did_you_mean(name, names).unwrap_or_else(|| "`offramp status` lists the projects".into()))
    })
}

fn project<'a>(world: &World, board: &'a Board, name: &str) -> Option<&'a ProjectRow> {
    board.project(&world.roadmap.project(name)?.id)
}

fn item<'a>(world: &World, board: &'a Board, name: &str) -> Option<&'a ItemRow> {
    if let Some((project, item)) = world.roadmap.item(name) {
        return board.item(&project.id, &item.key);
    }
    // The issue of a project without items is a row of the board, but not an item of the file.
    board.items().find(|item| [item_ref(item), item_ref(item).replacen('/', "#", 1)].iter().any(|own| own == name))
}

/// Finds an issue that the roadmap or the snapshot has.
fn issue<'a>(context: &Context, world: &World, board: &'a Board, name: &str) -> Option<ResolvedRef<'a>> {
    let written = IssueRef::parse(name, context.repo(&world.roadmap))?;
    let id = world.snapshot.current_issue(&written).map_or_else(|| written.clone(), |issue| issue.id.clone());
    if id != written {
        context.note(&format!("note: {written} was transferred: it is {id} now"));
    }
    let items: Vec<_> = board.items().filter(|item| item.issue.as_ref() == Some(&id)).collect();
    let is_known = !items.is_empty()
        || world.snapshot.issue(&id).is_some()
        || world.snapshot.missing.contains_key(&id)
        || world.roadmap.linked_issues().contains(&&written);
    is_known.then_some(ResolvedRef::Issue(id, items))
}

/// The projects that an issue tracks as a whole.
pub fn tracked<'w>(world: &'w World, id: &'w IssueRef) -> impl Iterator<Item = &'w Project> {
    let is_it = move |own: &IssueRef| own == id || world.snapshot.current_id(own) == id;
    world.roadmap.projects.iter().filter(move |project| project.issues.iter().any(is_it))
}

fn unknown(context: &Context, world: &World, board: &Board, name: &str) -> Failure {
    if let Some(id) = IssueRef::parse(name, context.repo(&world.roadmap)) {
        return Failure::usage(format!("{id} is neither in the roadmap nor among the fetched issues"))
            .hint(format!("its page is {}", id.url(&world.web)));
    }
    let mut names: Vec<String> = Vec::new();
    for project in &world.roadmap.projects {
        names.push(project.id.to_string());
        names.extend(project.aliases.iter().map(ToString::to_string));
    }
    names.extend(world.roadmap.counters.iter().map(|counter| counter.id.to_string()));
    if name.contains(['/', '#']) {
        names.extend(board.items().map(item_ref));
    }
    let hint = did_you_mean(name, names.iter().map(String::as_str))
        .unwrap_or_else(|| "`offramp status` lists the projects, `offramp list` the items".to_owned());
    Failure::usage(format!("nothing in the {} is called `{name}`", searched(world))).hint(hint)
}

/// What was searched: someone without a roadmap file may not expect the example.
fn searched(world: &World) -> &'static str {
    if world.origin.is_example() { "built-in example" } else { "roadmap" }
}
