//! The last meeting of a group before a day: where changes begin on every face that shows that day, unless the user
//! names another day.

use chrono::Days;

use crate::domain::meeting::Schedule;
use crate::domain::{Date, GroupId, Meeting, Timestamp, World, end_of};
use crate::words;

/// A meeting that was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastMeeting {
    /// Its day in its own time zone; one set by hand is a local day.
    pub day: Date,
    /// The day to compare with: the last one in UTC that was over when the day of the meeting began. A change on that day
    /// may have come after the meeting, so all changes of that day are shown.
    pub since: Date,
}

impl LastMeeting {
    fn on(day: Date, local_day: impl Fn(Timestamp) -> Date) -> Self {
        Self { day, since: day.pred_opt().map_or(day, |eve| over_by_end_of(eve, local_day)) }
    }
}

/// Returns the last meeting of a group before the shown day; `met` is a day on which it is known to have met. The later of
/// that day and the last one of the schedule, since meetings go on. `local_day` returns the day of the user.
pub fn before(world: &World, id: &GroupId, met: Option<Date>, local_day: fn(Timestamp) -> Date) -> Option<LastMeeting> {
    let met_before = met.filter(|day| *day < world.date).map(|day| LastMeeting::on(day, local_day));
    let found = [met_before, scheduled(world, id, met, local_day)].into_iter().flatten();
    found.max_by_key(|meeting| (meeting.day, std::cmp::Reverse(meeting.since)))
}

/// Returns the last day in UTC that is over at the end of a local day: east of Greenwich, the day before.
pub fn over_by_end_of(day: Date, local_day: impl Fn(Timestamp) -> Date) -> Date {
    if local_day(end_of(day)) > day { day.pred_opt().unwrap_or(day) } else { day }
}

/// Returns the day to compare with where no meeting is known: two weeks before.
pub fn two_weeks_before(date: Date) -> Date {
    date.checked_sub_days(Days::new(14)).unwrap_or(date)
}

/// Returns a group's last regular meeting that began before the shown day, if its schedule says when. One of that day does
/// not count, since people still prepare for it.
pub fn scheduled(
    world: &World,
    id: &GroupId,
    met: Option<Date>,
    local_day: fn(Timestamp) -> Date,
) -> Option<LastMeeting> {
    let (groups, date) = (&world.roadmap.groups, world.date);
    let name = words::group(id, groups).to_lowercase();
    let meetings = groups.group(id)?.meetings.iter();
    let meeting = meetings.min_by_key(|meeting| std::cmp::Reverse(likeness(meeting, &name)))?;
    let schedule = Schedule::read(meeting)?.met_on(met);
    // Every schedule that can be parsed recurs within 130 days: fifth Mondays are up to 119 days apart, from January to May.
    let start = Timestamp::start_of(date.checked_sub_days(Days::new(130))?);
    let is_held = |begin: &Timestamp| *begin <= world.now && local_day(*begin) < date;
    let begin = schedule.next(start, 80).into_iter().rfind(is_held)?;
    Some(LastMeeting::on(schedule.day_of(begin)?, |moment| schedule.day_of(moment).unwrap_or(moment.date())))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Group, Groups, Snapshot, fixtures};

    #[test]
    fn the_main_meeting_of_a_group_counts() {
        let meeting = |text: &str| Meeting { description: text.into(), ..Meeting::default() };
        let best = |texts: [&str; 2], group| {
            let all = texts.map(meeting);
            all.iter().max_by_key(|meeting| likeness(meeting, group)).unwrap().description.clone()
        };
        assert_eq!(
            best(["SIG Testing Bi-Weekly Meeting", "Office hours"], "sig testing"),
            "SIG Testing Bi-Weekly Meeting"
        );
        assert_eq!(best(["SIG Network Gateway API", "SIG Network Meeting"], "sig network"), "SIG Network Meeting");
        assert_eq!(best(["Node CI", "Main SIG Meeting"], "sig node"), "Main SIG Meeting");
    }

    fn tokyo(moment: Timestamp) -> Date {
        Timestamp(moment.0 + 9 * 3600).date()
    }

    fn los_angeles(moment: Timestamp) -> Date {
        Timestamp(moment.0 - 8 * 3600).date()
    }

    fn world_at(now: &str, local_day: fn(Timestamp) -> Date) -> World {
        let now = Timestamp::parse(now).unwrap();
        World { date: local_day(now), now, ..fixtures::world(fixtures::roadmap(Vec::new()), Snapshot::default()) }
    }

    /// The same with a group that meets at these words.
    fn meeting_world([frequency, time, tz]: [&str; 3], now: &str, local_day: fn(Timestamp) -> Date) -> World {
        let [frequency, time, tz] = [frequency, time, tz].map(ToOwned::to_owned);
        let meetings = vec![Meeting { time, tz, frequency, ..Meeting::default() }];
        let mut world = world_at(now, local_day);
        world.roadmap.groups.list = vec![Group { meetings, ..Group::new(GroupId::new("infra")) }];
        world
    }

    /// The day of the last meeting of that group, and the day to compare with.
    fn last(words: [&str; 3], now: &str, local_day: fn(Timestamp) -> Date) -> (String, String) {
        let world = meeting_world(words, now, local_day);
        let found = before(&world, &GroupId::new("infra"), None, local_day).unwrap();
        (found.day.to_string(), found.since.to_string())
    }

    #[test]
    fn the_last_meeting_is_of_its_own_day_and_has_begun() {
        let on = |day: &str, since: &str| (day.to_owned(), since.to_owned());
        let east = ["weekly, tuesday", "08:00", "Asia/Tokyo"];
        // Tuesday 07:40 in Tokyo, before the meeting of that day; then Wednesday.
        assert_eq!(last(east, "2026-02-16T22:40:00Z", tokyo), on("2026-02-10", "2026-02-08"));
        assert_eq!(last(east, "2026-02-17T22:40:00Z", tokyo), on("2026-02-17", "2026-02-15"));
        // Monday afternoon and Tuesday in Los Angeles, where the meeting is on Monday.
        assert_eq!(last(east, "2026-02-16T23:40:00Z", los_angeles), on("2026-02-10", "2026-02-08"));
        assert_eq!(last(east, "2026-02-17T17:00:00Z", los_angeles), on("2026-02-17", "2026-02-15"));
        let west = ["weekly, thursday", "17:00", "PT"];
        assert_eq!(last(west, "2026-02-13T17:00:00Z", los_angeles), on("2026-02-12", "2026-02-11"));
        assert_eq!(last(west, "2026-02-12T20:00:00Z", los_angeles), on("2026-02-05", "2026-02-04"));
        // Friday 09:40 in Tokyo, before the meeting, which is on Friday there.
        assert_eq!(last(west, "2026-02-13T00:40:00Z", tokyo), on("2026-02-05", "2026-02-04"));
    }

    #[test]
    fn a_meeting_that_is_still_to_begin_does_not_count_on_a_later_day() {
        let mut world = meeting_world(["weekly, tuesday", "08:00", "UTC"], "2026-02-16T12:00:00Z", Timestamp::date);
        world.date = fixtures::day("2026-03-31");
        let found = before(&world, &GroupId::new("infra"), None, Timestamp::date);
        assert_eq!(found.map(|meeting| meeting.day), Some(fixtures::day("2026-02-10")));
    }

    #[test]
    fn every_known_rhythm_has_a_last_meeting_on_every_day() {
        for weekday in ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] {
            for day in fixtures::day("2023-01-01").iter_days().take(4 * 366).step_by(5) {
                let (words, now) = (format!("fifth {weekday} of the month"), format!("{day}T12:00:00Z"));
                last([&words, "10:00", "UTC"], &now, Timestamp::date);
            }
        }
    }

    #[test]
    fn a_meeting_of_that_day_or_later_does_not_count() {
        let mut world = world_at("2021-01-10T12:00:00Z", Timestamp::date);
        let (id, day) = (GroupId::new("sig-testing"), fixtures::day);
        assert_eq!(world.roadmap.groups, Groups::default());
        world.date = day("2021-01-10");
        let on = |met: &str, local_day| before(&world, &id, Some(day(met)), local_day);
        let ninth = |since| Some(LastMeeting { day: day("2021-01-09"), since: day(since) });
        assert_eq!(on("2021-01-09", Timestamp::date), ninth("2021-01-08"));
        assert_eq!(on("2021-01-09", los_angeles), ninth("2021-01-08"));
        // In Tokyo, the 9th begins on the 8th in UTC.
        assert_eq!(on("2021-01-09", tokyo), ninth("2021-01-07"));
        assert_eq!((on("2021-01-10", tokyo), on("2021-01-11", Timestamp::date)), (None, None));
    }
}
