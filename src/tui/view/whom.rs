//! Whom to ask: the groups behind a thing, and how to reach them.

use ratatui::text::Line;

use super::super::model::{HOST, Id};
use super::Scene;
use super::text::Text;
use crate::domain::meeting::Schedule;
use crate::domain::{Group, GroupId, Meeting, Owner};
use crate::words;

/// Fills the window and gives its title.
pub(super) fn fill<'a>(text: &mut Text<'a>, scene: &Scene<'a>, id: &Id) -> String {
    let model = scene.model;
    let own = model.item_of(id).map(|item| &*item.owner).or_else(|| model.project_of(id).map(|row| &*row.owner));
    let none = Owner::none();
    let owner = own.unwrap_or(&none);
    text.paragraph(&format!("{}: {}.", words::owner(owner, &model.world.groups), words::certainty(owner.certainty)), 1);
    let mut groups = if owner.names.is_empty() { of_labels(scene, id) } else { owner.groups().cloned().collect() };
    if owner.names.is_empty() {
        let why = if groups.is_empty() {
            "It has no owner; the host of the roadmap is:"
        } else {
            "The labels of its issue name:"
        };
        text.paragraph(why, 1);
    }
    if groups.is_empty() {
        groups.push(GroupId::new(HOST));
    }
    for sig in &groups {
        text.gap();
        match model.world.groups.group(sig) {
            Some(group) => reach(text, scene, sig, group),
            None => text.push(format!(" {sig} is not a group that is known here", sig = sig.as_str())),
        }
    }
    people(text, scene, id);
    text.gap();
    text.push(Line::styled(format!(" who is who as of {}", model.world.groups.as_of), scene.theme.dim()));
    "Whom to ask".to_owned()
}

fn of_labels(scene: &Scene<'_>, id: &Id) -> Vec<GroupId> {
    let labels = scene.model.issue_of(id).map(|issue| issue.labels.as_slice()).unwrap_or_default();
    labels.iter().filter_map(|label| GroupId::from_label(label)).collect()
}

fn reach<'a>(text: &mut Text<'a>, scene: &Scene<'a>, sig: &GroupId, group: &Group) {
    text.push(Line::styled(format!(" {}", words::group(sig, &scene.model.world.groups)), scene.theme.strong()));
    text.fact(scene, "Chairs", &words::people(&group.chairs));
    if !group.tech_leads.is_empty() {
        text.fact(scene, "Tech leads", &words::people(&group.tech_leads));
    }
    if let Some(slack) = &group.slack {
        text.fact(scene, "Slack", &format!("#{}", slack.trim_start_matches('#')));
    }
    if let Some(list) = &group.mailing_list {
        text.fact(scene, "Mail", list);
    }
    for meeting in &group.meetings {
        meets(text, scene, sig, meeting);
    }
}

/// When a group meets, and next in local time where its weeks are known.
fn meets<'a>(text: &mut Text<'a>, scene: &Scene<'a>, sig: &GroupId, meeting: &Meeting) {
    let model = scene.model;
    let Some(schedule) = Schedule::read(meeting) else {
        let when = format!("{}, {} {} {}", meeting.frequency, meeting.day, meeting.time, meeting.tz);
        return text.fact(scene, "Meets", &format!("{when}: {}", meeting.description));
    };
    let schedule = schedule.met_on(model.met.get(sig.as_str()).copied());
    text.fact(scene, "Meets", &format!("{}: {}", words::schedule(&schedule), meeting.description));
    if let Some(next) = schedule.next(model.world.now, 1).first() {
        return text.fact(scene, "Next", &format!("{} (your time)", (model.local)(*next)));
    }
    let id = sig.as_str();
    let set = format!("`{id} = DAY` under [meetings] in the settings says on which day it met");
    let help = if id == HOST { format!("m sets the last one; {set}") } else { set };
    text.fact(scene, "Next", &format!("weeks not known; {help}"));
}

fn people<'a>(text: &mut Text<'a>, scene: &Scene<'a>, id: &Id) {
    let Some(issue) = scene.model.issue_of(id) else { return };
    text.gap();
    text.fact(scene, "Assigned", &words::people(&issue.assignees));
    if let Some(word) = words::touched(issue) {
        text.fact(scene, "Last comment", &word);
    }
}
