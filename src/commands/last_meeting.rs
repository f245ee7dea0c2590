//! Start of the period of changes: the day given, the last meeting, or two weeks before the day that is shown.

use super::{Context, Failure};
use crate::domain::{Conventions, Date, GroupId, Roadmap, World};
use crate::insight::last_meeting::{self, LastMeeting};
use crate::sources::{clock, disk};
use crate::words;

/// The file in the data folder with the day of the last meeting of the Kubernetes migration, as set on the screens. Other
/// roadmaps append their repository.
const MEETING_FILE: &str = "last-meeting";

/// Returns the day to compare with, and a phrase that says which one it is.
pub(super) fn since(
    context: &Context,
    world: &World,
    given: Option<&str>,
    owner: Option<&GroupId>,
) -> Result<(Date, String), Failure> {
    if let Some(text) = given {
        let day = context.day_before(text)?;
        if day > world.date {
            return Err(Failure::usage(format!("{day} is after {}", world.date)).hint("give an earlier `--since`"));
        }
        let day = last_meeting::over_by_end_of(day, clock::day);
        return Ok((day, format!("since the end of {day}")));
    }
    let home = world.roadmap.home_meeting();
    let id = owner.unwrap_or(&home);
    let group = world.roadmap.groups.group(id).map(|group| words::group(&group.id, &world.roadmap.groups));
    if let Some(meeting) = known(context, world, id) {
        return Ok((meeting.since, since_meeting(group, meeting.day)));
    }
    let day = last_meeting::two_weeks_before(world.date);
    // Not on the page itself, which is pasted into meeting notes.
    let unknown = match group {
        Some(name) => format!("the weeks in which {name} meets are unknown"),
        None => "the day of the last meeting is unknown".to_owned(),
    };
    context.note(&format!(
        "note: {unknown}, so this looks back 14 days; to set the day, press `m` on the screens, or write `{} = {}` \
         under [meetings] in the settings",
        id.as_str(),
        day
    ));
    Ok((day, format!("since the end of {day}")))
}

fn since_meeting(group: Option<String>, day: Date) -> String {
    let of = group.map(|name| format!(" of {name}")).unwrap_or_default();
    format!("since the meeting{of} on {day}, that day included")
}

/// Returns the phrase for a day to compare with: the last meeting, if that is where changes begin.
pub(super) fn phrase(context: &Context, world: &World, since: Date) -> String {
    match of_home(context, world).filter(|meeting| meeting.since == since) {
        Some(meeting) => {
            let group = world.roadmap.groups.group(&world.roadmap.home_meeting());
            since_meeting(group.map(|group| words::group(&group.id, &world.roadmap.groups)), meeting.day)
        }
        None => format!("since the end of {since}"),
    }
}

/// Returns the last meeting of the roadmap's own group, if known.
pub(super) fn of_home(context: &Context, world: &World) -> Option<LastMeeting> {
    known(context, world, &world.roadmap.home_meeting())
}

/// Whether the schedule of that group is known, so that later meetings follow from the day that was set.
pub(super) fn has_schedule(context: &Context, world: &World) -> bool {
    let (roadmap, id) = (&world.roadmap, world.roadmap.home_meeting());
    last_meeting::scheduled(world, &id, met(context, roadmap, &id), clock::day).is_some()
}

/// The last meeting before the day that is shown.
fn known(context: &Context, world: &World, id: &GroupId) -> Option<LastMeeting> {
    last_meeting::before(world, id, met(context, &world.roadmap, id), clock::day)
}

/// The last day on which a group met, from the settings or the screens: it decides the weeks of a bi-weekly meeting.
pub(super) fn met(context: &Context, roadmap: &Roadmap, id: &GroupId) -> Option<Date> {
    let known = [context.settings.meetings.get(id.as_str()).copied(), kept(context, roadmap, id)];
    // A future day is a typo, or the clock is wrong.
    known.into_iter().flatten().filter(|day| *day <= context.today()).max()
}

/// Stores the day of the last meeting.
pub(super) fn keep(context: &Context, roadmap: &Roadmap, day: Date) -> Result<(), Failure> {
    let folder = context.paths.data()?;
    let made = std::fs::create_dir_all(folder);
    made.map_err(|error| Failure::failed(format!("{}: {error}", folder.display())))?;
    Ok(disk::write(&folder.join(file(roadmap)), format!("{day}\n").as_bytes())?)
}

fn file(roadmap: &Roadmap) -> String {
    match roadmap.conventions {
        Conventions::Kubernetes => MEETING_FILE.to_owned(),
        Conventions::GitHub => format!("{MEETING_FILE}-{}", roadmap.repo.as_str().replace('/', "-")),
    }
}

fn kept(context: &Context, roadmap: &Roadmap, id: &GroupId) -> Option<Date> {
    if *id != roadmap.home_meeting() {
        return None;
    }
    let text = disk::read_text(&context.paths.data().ok()?.join(file(roadmap)), 1 << 10).ok()?;
    text.trim().parse().ok()
}
