//! Since when: the day that somebody named, the last meeting, or two weeks.

use chrono::Days;

use super::{Context, Failure};
use crate::domain::meeting::Plan;
use crate::domain::{Date, SigId, Timestamp, World};
use crate::sources::disk;
use crate::words;

/// The group whose meeting is meant where none is named.
const HOME: &str = "sig-k8s-infra";
/// The file in the data folder that holds the day of its last meeting, as the screens set it.
const KEPT: &str = "last-meeting";

/// Finds the day to compare with, and says why that one.
pub(super) fn since(
    context: &Context,
    world: &World,
    given: Option<&str>,
    sig: Option<&SigId>,
) -> Result<(Date, String), Failure> {
    if let Some(text) = given {
        let day = context.day(text)?;
        return Ok((day, format!("since {day}")));
    }
    let home = SigId::new(HOME);
    let id = sig.unwrap_or(&home);
    let name = words::group(id, &world.sigs);
    let kept = kept(context, id).filter(|day| *day < world.date);
    // Meetings go on after the day that was set, so the newer one holds.
    if let Some(day) = kept.max(last_meeting(context, world, id)) {
        return Ok((day, format!("since the meeting of {name} on {day}")));
    }
    let day = world.date.checked_sub_days(Days::new(14)).unwrap_or(world.date);
    let why = format!(
        "of 14 days: in which weeks {name} meets is not known (`meetings` of the settings, or `m` in the screens)"
    );
    Ok((day, why))
}

/// The day of the group's regular meeting that lies last before the day that is shown.
fn last_meeting(context: &Context, world: &World, id: &SigId) -> Option<Date> {
    let group = world.sigs.group(id)?;
    let regular = |meeting: &&crate::domain::Meeting| meeting.description.to_lowercase().contains("regular");
    let meeting = group.meetings.iter().find(regular).or_else(|| group.meetings.first())?;
    let plan = Plan::read(meeting)?.met_on(met(context, id));
    // Any rhythm that is read comes round within 70 days.
    let start = Timestamp::start_of(world.date.checked_sub_days(Days::new(70))?);
    let days = plan.next(start, 80).into_iter().map(Timestamp::date);
    days.filter(|day| *day < world.date).max()
}

/// A day on which a group met, from the settings or the screens: it tells which weeks are those of a bi-weekly meeting.
pub(super) fn met(context: &Context, id: &SigId) -> Option<Date> {
    context.settings.meetings.get(id.as_str()).copied().max(kept(context, id))
}

/// Keeps the day of the last meeting.
pub(super) fn keep(context: &Context, day: Date) -> Result<(), Failure> {
    let folder = context.paths.data().map_err(|error| Failure::failed(error.to_string()))?;
    let made = std::fs::create_dir_all(folder);
    made.map_err(|error| Failure::failed(format!("{}: {error}", folder.display())))?;
    Ok(disk::write(&folder.join(KEPT), format!("{day}\n").as_bytes())?)
}

fn kept(context: &Context, id: &SigId) -> Option<Date> {
    if id.as_str() != HOME {
        return None;
    }
    let text = std::fs::read_to_string(context.paths.data().ok()?.join(KEPT)).ok()?;
    text.trim().parse().ok()
}
