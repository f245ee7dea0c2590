//! `offramp who`: whom to ask.

use std::sync::Arc;

use super::reference::{self, ResolvedRef};
use super::{Context, Exit, Failure, changes, complete, last_meeting};
use crate::domain::filter::ME;
use crate::domain::meeting::Schedule;
use crate::domain::nearest::did_you_mean;
use crate::domain::{Certainty, Group, Issue, IssueRef, ItemRow, Owner, OwnerName, Text, Timestamp, World, grouped};
use crate::report::{Cell, Column, Field, Json, Page, Table, json};
use crate::sources::clock;
use crate::words;
use crate::words::contact::{self, Channel};

const HELP: &str = "\
A REF is a project, an item or an issue of the roadmap, or an owner: testing, @login, @org/team. If an owner has \
the name of a project, write owner:NAME.

Which weeks a bi-weekly group meets in is often not published. The settings can name a day on which it met:
  [meetings]
  infra = 2026-11-18

For the group that runs the migration, the key `m` on the screens records it too; the newer day counts.";

/// The arguments of `who`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = HELP)]
pub struct WhoArgs {
    /// A project, item, issue or owner
    #[arg(value_name = "REF", add = complete::names(&[complete::owners, complete::projects, complete::items, complete::counters]))]
    pub reference: String,
}

/// What marks a REF as an owner, as in filters.
const OWNER: &str = "owner:";
const UNKNOWN_WEEKS: &str = "weeks not known";

/// Runs the command.
pub fn run(context: &Context, args: &WhoArgs) -> Result<Exit, Failure> {
    let world = context.world_as_fetched()?;
    let mut page = context.page("offramp/who/1", &world);
    let owner = asked_about(context, &world, &mut page, args.reference.trim())?;
    if owner.names.is_empty() {
        page.line("The roadmap names no owner.");
        page.points(without_owner(&world));
    }
    let groups = &world.roadmap.groups;
    let known: Vec<_> = owner.groups().filter_map(|id| groups.group(id)).collect();
    page.fact("owner", json::texts(&owner.names));
    page.fact("groups", json::list(known.iter().map(|group| facts(context, &world, group))));
    for name in &owner.names {
        one_owner(context, &mut page, name, &world);
    }
    if let Some(as_of) = groups.as_of {
        page.line(format!("Groups as of {as_of}, from sigs.yaml of kubernetes/community."));
        page.fact("groups_as_of", as_of.to_string());
    }
    context.show(&page)
}

/// Finds the owner that a REF means: what it names in the roadmap takes precedence over an owner of the same name.
fn asked_about(context: &Context, world: &World, page: &mut Page, text: &str) -> Result<Arc<Owner>, Failure> {
    let name = text.strip_prefix(OWNER);
    let is_in_roadmap = world.roadmap.project(text).is_some() || world.roadmap.item(text).is_some();
    match changes::owner(world, name.unwrap_or(text)) {
        Ok(name) if is_in_roadmap => {
            let owner = of_reference(context, world, page, text)?;
            if !owner.includes(&name) {
                let shown = words::owner_name(&name, &world.roadmap.groups);
                let kind = world.roadmap.project(text).map_or("item", |_| "project");
                context.note(&format!("note: this is the {kind}; `offramp who {OWNER}{text}` shows the owner {shown}"));
            }
            Ok(owner)
        }
        Ok(name) => Ok(Owner { names: vec![name], certainty: Certainty::Accepted }.into()),
        Err(failure) if !is_in_roadmap && (text == ME || name.is_some()) => Err(failure),
        Err(_) => of_reference(context, world, page, text),
    }
}

/// The group responsible for work without an owner, if there is one.
fn without_owner(world: &World) -> Vec<String> {
    let carries = |group: &Group| {
        let name = words::group(&group.id, &world.roadmap.groups);
        format!("{name} is responsible for work without an owner: `offramp who {}`.", group.id.as_str())
    };
    world.roadmap.steward().map(carries).into_iter().collect()
}

fn one_owner(context: &Context, page: &mut Page, name: &OwnerName, world: &World) {
    if let Some(group) = name.group().and_then(|id| world.roadmap.groups.group(id)) {
        return one_group(context, page, group, world);
    }
    let shown = words::owner_name(name, &world.roadmap.groups);
    let Some(link) = name.page(&world.web) else {
        return page.line(format!("{shown}: {}.", contact::NO_CONTACT));
    };
    page.title(shown);
    page.fields(vec![Field::new("", "GitHub", Cell::new(link.as_str()).link(Some(link.clone())))]);
}

/// Finds the owner of a REF, and adds what labels and assignees say.
fn of_reference(context: &Context, world: &World, page: &mut Page, text: &str) -> Result<Arc<Owner>, Failure> {
    let board = world.board();
    let found = reference::find(context, world, &board, text).map_err(|failure| {
        did_you_mean(text, world.roadmap.groups.list.iter().map(|group| group.id.as_str()))
            .map_or(failure, |hint| Failure::usage(format!("nothing is called `{text}`")).hint(hint))
    })?;
    let (title, owner, issue) = match &found {
        ResolvedRef::Project(row) => (row.title.clone(), row.owner.clone(), None),
        ResolvedRef::Item(item) => (item.title.clone(), item.owner.clone(), item.issue.clone()),
        ResolvedRef::Counter(row) => {
            let of = board.projects.iter().find(|project| project.measure.as_ref() == Some(&row.id));
            (row.unit.clone(), of.map(|project| Arc::clone(&project.owner)).unwrap_or_default(), None)
        }
        ResolvedRef::Issue(id, items) => {
            let owners = owners_of_issue(world, id, items);
            page.title(id.to_string());
            return Ok(several(page, &owners, world.snapshot.issue(id), world));
        }
    };
    page.title(title);
    Ok(several(page, &[(String::new(), owner)], issue.and_then(|id| world.snapshot.issue(&id)), world))
}

/// The owners of the items of an issue, else of the projects that it tracks, each with what they own.
fn owners_of_issue(world: &World, id: &IssueRef, items: &[&ItemRow]) -> Vec<(String, Arc<Owner>)> {
    let of_items = items.iter().map(|item| (item.owner.clone(), words::item_ref(item)));
    let tracked = reference::tracked(world, id).filter(|_| items.is_empty());
    let of_projects = tracked.map(|project| (Arc::new(project.owner.clone()), project.id.to_string()));
    let owners = grouped(of_items.chain(of_projects));
    owners.into_iter().map(|(owner, what)| (what.join(", "), owner)).collect()
}

/// Adds a line per owner, and returns all as one owner with the lowest certainty among them.
fn several(page: &mut Page, owners: &[(String, Arc<Owner>)], issue: Option<&Issue>, world: &World) -> Arc<Owner> {
    for (what, owner) in owners {
        let of = if owners.len() > 1 { format!(" of {what}") } else { String::new() };
        page.line(format!("Owner{of}: {}", words::owner_in_full(owner, &world.roadmap.groups)));
    }
    let mut names: Vec<OwnerName> = Vec::new();
    for name in owners.iter().flat_map(|(_, owner)| &owner.names) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    let certainty = owners.iter().map(|(_, owner)| owner.certainty).max().unwrap_or_default();
    let owner = Owner { names, certainty };
    page.fact("certainty", owner.certainty.word());
    if let Some(issue) = issue {
        evidence(page, issue, &owner, world);
    }
    owner.into()
}

/// Adds what labels and assignees say: labels confirm or contradict, an assignee is the first to ask.
fn evidence(page: &mut Page, issue: &Issue, owner: &Owner, world: &World) {
    let home = world.roadmap.repo.clone();
    let labelled = issue.labels.iter().filter_map(|label| world.roadmap.groups.of_label(label));
    // The label of the group that runs the migration is on most issues, so it says nothing about the owner.
    let others = labelled.filter(|group| {
        world.roadmap.steward().is_none_or(|steward| steward.id != group.id) && !owner.includes_group(&group.id)
    });
    let others: Vec<_> = others.map(|group| words::group(&group.id, &world.roadmap.groups)).collect();
    if !others.is_empty() {
        page.line(format!("Labels of {} name {} too.", issue.id.short(&home), others.join(" and ")));
    }
    if !issue.assignees.is_empty() {
        page.line(format!("{} is assigned to {}.", issue.id.short(&home), words::people(&issue.assignees)));
    }
}

fn one_group(context: &Context, page: &mut Page, group: &Group, world: &World) {
    page.title(words::group(&group.id, &world.roadmap.groups));
    page.fields(contacts(group));
    if group.meetings.is_empty() {
        page.line("No regular meeting is known.");
        return;
    }
    let table = meetings(context, world, group);
    let is_unknown = table.rows.iter().any(|row| row.iter().any(|cell| cell.text == UNKNOWN_WEEKS));
    page.table(table);
    if is_unknown {
        let id = group.id.as_str();
        page.line(format!(
            "Which weeks it meets in is not published; set `{id} = DAY` under [meetings] in the settings."
        ));
    }
}

/// The contacts of a group: its leads and channels.
fn contacts(group: &Group) -> Vec<Field> {
    let people = |(role, logins): (_, &[Text])| Field::new("", role, Cell::new(words::people(logins)));
    let channel = |Channel { label, text, link }| {
        // A pipe gets the address, too.
        let exact = link.iter().filter(|link| **link != text).fold(text.clone(), |text, link| format!("{text} {link}"));
        Field::new("", label, Cell::new(text).exact(exact).link(link))
    };
    let mut fields: Vec<_> = contact::leads(group).map(people).collect();
    fields.extend(contact::channels(group).into_iter().map(channel));
    let lists = [("Label", "Labels", &group.labels), ("Repository", "Repositories", &group.repos)];
    for (one, many, texts) in lists.into_iter().filter(|(.., texts)| !texts.is_empty()) {
        let label = if texts.len() == 1 { one } else { many };
        fields.push(Field::new("", label, Cell::new(texts.join(", "))));
    }
    fields
}

fn meetings(context: &Context, world: &World, group: &Group) -> Table {
    let met = last_meeting::met(context, &world.roadmap, &group.id);
    let rows = group.meetings.iter().map(|meeting| {
        let schedule = Schedule::read(meeting).map(|schedule| schedule.met_on(met));
        let next = schedule.and_then(|schedule| schedule.next(context.now, 1).first().copied());
        (group, meeting, next)
    });
    Table::of(
        // In JSON they are inside their group.
        "",
        rows,
        &[
            (Column::data("group"), |(group, ..)| Cell::data(group.id.as_str())),
            (Column::new("meeting", "MEETING").cut(16), |(_, meeting, ..)| Cell::new(&meeting.description)),
            (Column::new("when", "WHEN"), |(_, meeting, _)| Cell::new(words::meeting_time(meeting))),
            (Column::people("NEXT (YOUR TIME)"), |(_, meeting, next)| match next {
                Some(next) => Cell::new(clock::local(*next)),
                None if Schedule::read(meeting).is_some_and(|schedule| schedule.follows_from_a_day()) => {
                    Cell::new(UNKNOWN_WEEKS)
                }
                None => Cell::none(),
            }),
            (Column::data("next"), |(.., next)| Cell::data(next.map(Timestamp::rfc3339))),
            (Column::new("notes", "NOTES").cut(24).leaves(1), |(_, meeting, ..)| {
                Cell::maybe(meeting.archive.as_deref()).link(meeting.archive.clone())
            }),
        ],
    )
}

fn facts(context: &Context, world: &World, group: &Group) -> Json {
    serde_json::json!({
        "id": group.id.as_str(),
        "name": group.title.as_deref().unwrap_or(group.name.as_str()),
        "chairs": group.chairs,
        "tech_leads": group.tech_leads,
        "slack": group.slack,
        "mailing_list": group.mailing_list,
        "label": group.labels.first(),
        "labels": group.labels,
        "leads": group.leads,
        "chat": group.chat,
        "notes": group.notes,
        "repos": group.repos,
        "meetings": meetings(context, world, group),
    })
}
