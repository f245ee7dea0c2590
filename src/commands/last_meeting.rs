//! Start of the period of changes: the day given, the last meeting, or two weeks ago.

use chrono::Days;

use super::{Context, Failure};
use crate::domain::meeting::Schedule;
use crate::domain::{Conventions, Date, GroupId, Meeting, Roadmap, Timestamp, World};
use crate::sources::disk;
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
        return Ok((day, format!("since {day}")));
    }
    let home = world.roadmap.home_meeting();
    let id = owner.unwrap_or(&home);
    let group = world.roadmap.groups.group(id).map(|group| words::group(&group.id, &world.roadmap.groups));
    if let Some(day) = known(context, world, id) {
        let of = group.map(|name| format!(" of {name}")).unwrap_or_default();
        return Ok((begin(day), format!("since the meeting{of} on {day}, that day included")));
    }
    let day = world.date.checked_sub_days(Days::new(14)).unwrap_or(world.date);
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
    Ok((day, format!("since {day}")))
}

/// Returns the day of the last meeting of the roadmap's own group, if known.
pub(super) fn of_home(context: &Context, world: &World) -> Option<Date> {
    known(context, world, &world.roadmap.home_meeting())
}

/// The day to compare with after a meeting: the day before it. What changed on the day of the meeting may have come after
/// it, so it is shown even if it came before.
pub(super) fn begin(meeting: Date) -> Date {
    meeting.pred_opt().unwrap_or(meeting)
}

/// Whether the schedule of that group is known, so that later meetings follow from the day that was set.
pub(super) fn has_schedule(context: &Context, world: &World) -> bool {
    last_meeting(context, world, &world.roadmap.home_meeting()).is_some()
}

/// The later of the day that was set and the last one of the schedule, since meetings go on.
fn known(context: &Context, world: &World, id: &GroupId) -> Option<Date> {
    let met = met(context, &world.roadmap, id).filter(|day| *day < world.date);
    met.max(last_meeting(context, world, id))
}

/// The day of the group's last regular meeting before the day shown.
fn last_meeting(context: &Context, world: &World, id: &GroupId) -> Option<Date> {
    let group = world.roadmap.groups.group(id)?;
    let name = words::group(id, &world.roadmap.groups).to_lowercase();
    let meeting = group.meetings.iter().min_by_key(|meeting| std::cmp::Reverse(likeness(meeting, &name)))?;
    let schedule = Schedule::read(meeting)?.met_on(met(context, &world.roadmap, id));
    // Every schedule that can be parsed recurs within 70 days.
    let start = Timestamp::start_of(world.date.checked_sub_days(Days::new(70))?);
    let days = schedule.next(start, 80).into_iter().map(Timestamp::date);
    days.filter(|day| *day < world.date).max()
}

/// Scores how much a meeting looks like the main one of its group, rather than office hours or a subproject.
fn likeness(meeting: &Meeting, group: &str) -> u8 {
    let text = meeting.description.to_lowercase();
    match () {
        () if text.contains("regular") => 4,
        () if text.contains("main ") || text == format!("{group} meeting") => 3,
        () if text.starts_with(group) => 2,
        () => u8::from(meeting.archive.is_some()),
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::example;

    #[test]
    fn the_main_meeting_of_a_group_counts() {
        let of = |id: &str| {
            let group = example::groups().group(&GroupId::new(id)).unwrap();
            let name = words::group(&group.id, example::groups()).to_lowercase();
            let best = group.meetings.iter().min_by_key(|meeting| std::cmp::Reverse(likeness(meeting, &name)));
            best.unwrap().description.clone()
        };
        assert_eq!(of("sig-testing"), "SIG Testing Bi-Weekly Meeting");
        assert_eq!(of("sig-network"), "SIG Network Meeting");
        assert_eq!(of("sig-node"), "Main SIG Meeting");
        assert_eq!(of("sig-cli"), "Regular SIG Meeting");
        assert_eq!(of("committee-steering"), "Public Steering Committee Meeting");
    }
}
