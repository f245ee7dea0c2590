//! The last meeting of a group before a day: where changes begin on every face that shows that day, unless the user
//! names another day.

use chrono::Days;

use crate::domain::meeting::Schedule;
use crate::domain::{Date, GroupId, Meeting, Roadmap, Timestamp};
use crate::words;

/// Returns the last meeting of a group before a day; `met` is a day on which it is known to have met. The later of that day
/// and the last one of the schedule, since meetings go on.
pub fn before(roadmap: &Roadmap, id: &GroupId, met: Option<Date>, date: Date) -> Option<Date> {
    met.filter(|day| *day < date).max(scheduled(roadmap, id, met, date))
}

/// Returns the day to compare with after a meeting: the day before it. A change on the day of the meeting may have come
/// after it, so all changes of that day are shown.
pub fn begin(meeting: Date) -> Date {
    meeting.pred_opt().unwrap_or(meeting)
}

/// Returns the day to compare with where no meeting is known: two weeks before.
pub fn two_weeks_before(date: Date) -> Date {
    date.checked_sub_days(Days::new(14)).unwrap_or(date)
}

/// Returns the day of a group's last regular meeting before a day, if its schedule says so.
pub fn scheduled(roadmap: &Roadmap, id: &GroupId, met: Option<Date>, date: Date) -> Option<Date> {
    let group = roadmap.groups.group(id)?;
    let name = words::group(id, &roadmap.groups).to_lowercase();
    let meeting = group.meetings.iter().min_by_key(|meeting| std::cmp::Reverse(likeness(meeting, &name)))?;
    let schedule = Schedule::read(meeting)?.met_on(met);
    // Every schedule that can be parsed recurs within 70 days.
    let start = Timestamp::start_of(date.checked_sub_days(Days::new(70))?);
    let days = schedule.next(start, 80).into_iter().map(Timestamp::date);
    days.filter(|day| *day < date).max()
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
    use crate::domain::{Groups, fixtures};

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

    #[test]
    fn a_meeting_of_that_day_or_later_does_not_count() {
        let roadmap = fixtures::roadmap(Vec::new());
        let (id, day) = (GroupId::new("sig-testing"), fixtures::day);
        assert_eq!(roadmap.groups, Groups::default());
        let on = |met: &str| before(&roadmap, &id, Some(day(met)), day("2021-01-10"));
        assert_eq!(on("2021-01-09"), Some(day("2021-01-09")));
        assert_eq!((on("2021-01-10"), on("2021-01-11")), (None, None));
        assert_eq!(begin(day("2021-01-09")), day("2021-01-08"));
    }
}
