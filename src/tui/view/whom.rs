//! The window of contacts: the owning groups, and how to reach them.

use ratatui::text::Line;

use super::super::model::Id;
use super::Scene;
use super::text::PageText;
use crate::domain::meeting::Schedule;
use crate::domain::{Group, GroupId, Meeting, Owner};
use crate::words::{self, contact};

/// Fills the window and returns its title.
pub(super) fn fill<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, id: &Id) -> String {
    let model = scene.model;
    let none = Owner::none();
    let owner = model.owner_of(id).unwrap_or(&none);
    text.paragraph(&format!("{}.", words::owner_in_full(owner, &model.world.roadmap.groups)), 1);
    let groups: Vec<_> = owner.groups().cloned().collect();
    let groups = if owner.names.is_empty() { instead(text, scene, id) } else { groups };
    for id in &groups {
        text.gap();
        match model.world.roadmap.groups.group(id) {
            Some(group) => reach(text, scene, id, group),
            None => text.push(format!(" {}: {}", id.as_str(), contact::NO_CONTACT)),
        }
    }
    people(text, scene, id);
    text.gap();
    if let Some(as_of) = model.world.roadmap.groups.as_of {
        text.push(Line::styled(format!(" who is who as of {as_of}"), scene.theme.dim()));
    }
    "Whom to ask".to_owned()
}

/// The groups to ask if there is no owner: by the issue's labels, else the group that runs the migration.
fn instead<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, id: &Id) -> Vec<GroupId> {
    let groups = of_labels(scene, id);
    let steward = scene.model.world.roadmap.steward().filter(|_| groups.is_empty());
    if !groups.is_empty() {
        text.paragraph("The labels of its issue name:", 1);
    }
    if steward.is_some() {
        text.paragraph("It has no owner; the group that runs the migration is:", 1);
    }
    groups.into_iter().chain(steward.map(|group| group.id.clone())).collect()
}

fn of_labels(scene: &Scene<'_>, id: &Id) -> Vec<GroupId> {
    let labels = scene.model.issue_of(id).map(|issue| issue.labels.as_slice()).unwrap_or_default();
    let groups = &scene.model.world.roadmap.groups;
    labels.iter().filter_map(|label| groups.of_label(label)).map(|group| group.id.clone()).collect()
}

fn reach<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, sig: &GroupId, group: &Group) {
    text.push(Line::styled(format!(" {}", words::group(sig, &scene.model.world.roadmap.groups)), scene.theme.strong()));
    for (role, logins) in contact::leads(group) {
        text.fact(scene, role, &words::people(logins));
    }
    for channel in contact::channels(group) {
        text.fact(scene, channel.label, &channel.text);
    }
    for meeting in &group.meetings {
        meets(text, scene, sig, meeting);
    }
}

/// Adds the time of a meeting, and the next one in local time if its weeks are known.
fn meets<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, sig: &GroupId, meeting: &Meeting) {
    let model = scene.model;
    text.fact(scene, "Meets", &format!("{}: {}", words::meeting_time(meeting), meeting.description));
    let Some(schedule) = Schedule::read(meeting) else { return };
    let schedule = schedule.met_on(model.met.get(sig.as_str()).copied());
    if let Some(next) = schedule.next(model.world.now, 1).first() {
        return text.fact(scene, "Next", &format!("{} (your time)", (model.local)(*next)));
    }
    if !schedule.follows_from_a_day() {
        return;
    }
    let id = sig.as_str();
    let set = format!("`{id} = DAY` under [meetings] in the settings says on which day it met");
    let help = if id == model.world.roadmap.home_meeting().as_str() {
        model.keymap.fill(&format!("{{meeting}} sets the last one; {set}"))
    } else {
        set
    };
    text.fact(scene, "Next", &format!("weeks not known; {help}"));
}

fn people<'a>(text: &mut PageText<'a>, scene: &Scene<'a>, id: &Id) {
    let Some(issue) = scene.model.issue_of(id) else { return };
    text.gap();
    text.fact(scene, words::label::ASSIGNEES, &words::people(&issue.assignees));
    let world = &scene.model.world;
    text.facts(scene, words::label::LAST_COMMENT, world.at(world.date).last_comment(issue).map(words::comment));
}
