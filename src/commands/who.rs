//! `offramp who`: whom to ask.

use std::sync::Arc;

use super::reference::{self, Found};
use super::{Context, Exit, Failure, last_meeting};
use crate::domain::meeting::Schedule;
use crate::domain::{Date, Group, Issue, Meeting, Owner, OwnerName, Text, Timestamp, World};
use crate::report::{Cell, Column, Field, Json, Object, Page, Table};
use crate::sources::clock;
use crate::words;

const HELP: &str = "\
A REF is a project, an item or an issue of the roadmap, or a group: sig-testing, sig/testing, testing.
Which weeks are those of a bi-weekly meeting is often not written down. The settings can say on which
day a group met:
  [meetings]
  sig-k8s-infra = 2026-11-18
For sig-k8s-infra the key `m` of the screens says it, too; the newer day holds.";

/// The arguments of `who`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = HELP)]
pub struct Args {
    /// Whose owner, or which group
    #[arg(value_name = "REF")]
    pub reference: String,
}

const MEETINGS: [Column; 6] = [
    Column::data("group"),
    Column::new("meeting", "MEETING").cut(16),
    Column::new("when", "WHEN"),
    Column::people("NEXT, HERE"),
    Column::data("next"),
    Column::new("notes", "NOTES").cut(24).leaves(1),
];

const UNKNOWN_WEEKS: &str = "weeks not known";

/// Runs the command.
pub fn run(context: &Context, args: &Args) -> Result<Exit, Failure> {
    let world = context.world()?;
    let mut page = context.page("offramp/who/1", &world);
    let owner = match world.groups.find(&args.reference) {
        Some(group) => Owner::accepted(group.id.as_str()).into(),
        None => of_reference(context, &world, &mut page, &args.reference)?,
    };
    if owner.names.is_empty() {
        page.line("Nobody is named as owner in the roadmap.");
        page.points(vec!["SIG K8s Infra carries what nobody owns: `offramp who sig-k8s-infra`.".to_owned()]);
    }
    let groups: Vec<_> =
        owner.names.iter().map(|name| name.group().and_then(|id| world.groups.group(id)).ok_or(name)).collect();
    let facts = groups.iter().flatten().map(|group| facts(context, group));
    page.fact("owner", Json::list(owner.names.iter().map(OwnerName::as_str)));
    page.fact("groups", Json::list(facts));
    for group in groups {
        match group {
            Ok(group) => one_group(context, &mut page, group, &world),
            Err(name) => page.line(format!("Nothing is known of {}.", words::owner_name(name, &world.groups))),
        }
    }
    page.line(format!("Groups as of {}, from sigs.yaml of kubernetes/community.", world.groups.as_of));
    page.fact("groups_as_of", world.groups.as_of.to_string());
    context.show(&page)?;
    Ok(Exit::Done)
}

/// Finds the owner of something in the roadmap, and says what labels and assignees say beside it.
fn of_reference(context: &Context, world: &World, page: &mut Page, text: &str) -> Result<Arc<Owner>, Failure> {
    let board = world.board();
    let found = reference::find(context, world, &board, text).map_err(|failure| {
        let names = world.groups.list.iter().map(|group| group.id.as_str().to_owned()).collect();
        reference::near(text, names)
            .map_or(failure, |hint| Failure::usage(format!("nothing is called `{text}`")).hint(hint))
    })?;
    let (title, owner, issue) = match &found {
        Found::Project(row) => (row.title.clone(), row.owner.clone(), None),
        Found::Item(item) => (item.title.clone(), item.owner.clone(), item.issue.clone()),
        Found::Counter(row) => {
            let of = board.projects.iter().find(|project| project.measure.as_ref() == Some(&row.id));
            (row.unit.clone(), of.map(|project| Arc::clone(&project.owner)).unwrap_or_default(), None)
        }
        Found::Issue(id, items) => {
            let of_item = items.first().map(|item| item.owner.clone());
            let of_project = || reference::tracked(world, id).next().map(|project| Arc::new(project.owner.clone()));
            (id.to_string(), of_item.or_else(of_project).unwrap_or_default(), Some(id.clone()))
        }
    };
    page.title(title);
    page.line(format!("Owner: {}; {}", words::owner(&owner, &world.groups), words::certainty(owner.certainty)));
    page.fact("certainty", owner.certainty.word());
    if let Some(issue) = issue.and_then(|id| world.snapshot.issue(&id)) {
        evidence(page, issue, &owner, world);
    }
    Ok(owner)
}

/// Labels confirm or contradict; an assignee is whom to ask first.
fn evidence(page: &mut Page, issue: &Issue, owner: &Owner, world: &World) {
    let home = world.roadmap.repo.clone();
    let labelled = issue.labels.iter().filter_map(|label| world.groups.of_label(label));
    // The group of the whole migration is on most issues: it says nothing about the owner.
    let others = labelled.filter(|group| group.id.as_str() != "sig-k8s-infra" && !owner.includes_group(&group.id));
    let others: Vec<_> = others.map(|group| words::group(&group.id, &world.groups)).collect();
    if !others.is_empty() {
        page.line(format!("Labels of {} name {} too.", issue.id.short(&home), others.join(" and ")));
    }
    if !issue.assignees.is_empty() {
        page.line(format!("{} is assigned to {}.", issue.id.short(&home), words::people(&issue.assignees)));
    }
}

fn one_group(context: &Context, page: &mut Page, group: &Group, world: &World) {
    page.title(words::group(&group.id, &world.groups));
    let slack = group.slack.as_ref().map(|slack| format!("https://kubernetes.slack.com/messages/{slack}"));
    let mut fields = vec![people("Chairs", &group.chairs), people("Tech leads", &group.tech_leads)];
    if let (Some(name), Some(link)) = (&group.slack, slack) {
        fields.push(Field::new(
            "",
            "Slack",
            Cell::new(format!("#{name}")).exact(format!("#{name} {link}")).link(Some(link)),
        ));
    }
    if let Some(list) = &group.mailing_list {
        fields.push(Field::new("", "Mailing list", Cell::new(list.as_str()).link(Some(list.clone()))));
    }
    fields.push(Field::new("", "Label", Cell::new(group.label.as_str())));
    page.fields(fields);
    if group.meetings.is_empty() {
        page.line("No regular meeting is known.");
        return;
    }
    let table = meetings(context, group);
    let is_unknown = table.rows.iter().any(|row| row.iter().any(|cell| cell.text == UNKNOWN_WEEKS));
    page.table(table);
    if is_unknown {
        let id = group.id.as_str();
        page.line(format!(
            "Which weeks are meant is not written down; `{id} = DAY` under [meetings] in the settings says it."
        ));
    }
}

fn meetings(context: &Context, group: &Group) -> Table {
    let met = last_meeting::met(context, &group.id);
    // JSON has them inside their group.
    let mut table = Table::new("", &MEETINGS);
    for meeting in &group.meetings {
        table.row(cells(context, group, meeting, met));
    }
    table
}

fn facts(context: &Context, group: &Group) -> Object {
    let list = |logins: &[Text]| Json::list(logins.iter().map(Text::as_str));
    Object::new()
        .with("id", group.id.as_str())
        .with("name", group.name.as_str())
        .with("chairs", list(&group.chairs))
        .with("tech_leads", list(&group.tech_leads))
        .with("slack", group.slack.as_deref())
        .with("mailing_list", group.mailing_list.as_deref())
        .with("label", group.label.as_str())
        .with("meetings", meetings(context, group).json())
}

fn people(label: &'static str, logins: &[Text]) -> Field {
    Field::new("", if logins.is_empty() { "" } else { label }, Cell::new(words::people(logins)))
}

fn cells(context: &Context, group: &Group, meeting: &Meeting, met: Option<Date>) -> Vec<Cell> {
    let schedule = Schedule::read(meeting).map(|schedule| schedule.met_on(met));
    let next = schedule.and_then(|schedule| schedule.next(context.now, 1).first().copied());
    let when = schedule.map_or_else(
        || format!("{}, {} {} {}", meeting.frequency, meeting.day, meeting.time, meeting.tz),
        |schedule| words::schedule(&schedule),
    );
    vec![
        Cell::data(group.id.as_str()),
        Cell::new(&meeting.description),
        Cell::new(when),
        next.map_or_else(|| Cell::new(UNKNOWN_WEEKS), |next| Cell::new(clock::local(next))),
        Cell::data(next.map(Timestamp::rfc3339)),
        Cell::maybe(meeting.archive.as_deref()).link(meeting.archive.clone()),
    ]
}
