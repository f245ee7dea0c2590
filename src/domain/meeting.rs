//! Meetings of groups: parses the free text of sigs.yaml and computes the next dates, as far as they can be known.
//!
//! A bi-weekly meeting has no start date there. In which weeks it takes place is only known if the text says `starting
//! …`, or if a day on which it met is given.

use chrono::{Datelike, Days, Duration, NaiveTime, Timelike, Weekday};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::{Date, Meeting, Timestamp};

/// The days of the week, in lower case.
pub const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Mon),
    ("tuesday", Weekday::Tue),
    ("wednesday", Weekday::Wed),
    ("thursday", Weekday::Thu),
    ("friday", Weekday::Fri),
    ("saturday", Weekday::Sat),
    ("sunday", Weekday::Sun),
];

/// The ordinals of the same day of the week in a month.
pub const ORDINALS: [&str; 5] = ["first", "second", "third", "fourth", "fifth"];

const SHORT_ORDINALS: [&str; 5] = ["1st", "2nd", "3rd", "4th", "5th"];

/// When a meeting takes place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// The weeks.
    pub rhythm: Rhythm,
    /// The day of the week.
    pub weekday: Weekday,
    /// The local time.
    pub time: NaiveTime,
    /// The time zone.
    pub zone: TimeZone,
}

/// In which weeks a meeting takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rhythm {
    /// Every n weeks. The date is a day on which it met, if known.
    Weeks(u32, Option<Date>),
    /// On the nth such weekday of the month, from 1.
    Nth(u32),
    /// On the first such weekday after the nth of another weekday of the month.
    After(u32, Weekday),
    /// Once a month, on an unknown day.
    Monthly,
}

impl Rhythm {
    /// Whether the dates can be computed.
    pub fn is_known(self) -> bool {
        !matches!(self, Self::Monthly | Self::Weeks(2.., None))
    }
}

impl Schedule {
    /// Parses a meeting of sigs.yaml; `None` if its wording is unknown, or if it meets more often or more rarely than one
    /// schedule can say.
    pub fn read(meeting: &Meeting) -> Option<Self> {
        let (frequency, day) = (meeting.frequency.to_lowercase(), meeting.day.to_lowercase());
        if is_beyond_one_schedule(&format!("{frequency} {day}")) {
            return None;
        }
        let weekday = weekday_in(&day).or_else(|| weekday_in(&frequency))?;
        let phase = start_in(&frequency).or_else(|| start_in(&day));
        let rhythm = rhythm(&frequency, &day, phase)?;
        Some(Self { rhythm, weekday, time: time(&meeting.time)?, zone: zone(&meeting.tz)? })
    }

    /// Sets a day on which it met, unless the weeks are known already. Where the user lives, that may be the day before or
    /// after the one in the time zone of the meeting, and in another week.
    #[must_use]
    pub fn met_on(mut self, day: Option<Date>) -> Self {
        if let (Rhythm::Weeks(weeks, None), Some(day)) = (self.rhythm, day) {
            let near = [Some(day), day.succ_opt(), day.pred_opt()].into_iter().flatten();
            let own = near.into_iter().find(|near| near.weekday() == self.weekday);
            self.rhythm = Rhythm::Weeks(weeks, own.or(Some(day)));
        }
        self
    }

    /// Whether its next days follow from a day on which it met.
    pub fn follows_from_a_day(&self) -> bool {
        matches!(self.rhythm, Rhythm::Weeks(..))
    }

    /// Returns the next meetings that start after a moment; none if the dates cannot be computed.
    pub fn next(&self, after: Timestamp, count: usize) -> Vec<Timestamp> {
        let Some(first) = self.day_of(after).filter(|_| self.rhythm.is_known()) else { return Vec::new() };
        // Half a year contains several meetings of any rhythm.
        let days = first.iter_days().take(190).filter(|day| self.is_on(*day));
        days.filter_map(|day| self.begin(day)).filter(|begin| *begin > after).take(count).collect()
    }

    fn is_on(&self, day: Date) -> bool {
        match self.rhythm {
            Rhythm::Weeks(weeks, phase) => day.weekday() == self.weekday && in_phase(day, weeks, phase),
            Rhythm::Nth(nth) => day.weekday() == self.weekday && nth_of_month(day) == nth,
            Rhythm::After(nth, other) => day.weekday() == self.weekday && follows(day, nth, other),
            Rhythm::Monthly => false,
        }
    }

    /// Returns the day of a moment in the time zone of the meeting.
    pub fn day_of(&self, at: Timestamp) -> Option<Date> {
        let offset = self.zone.to_offset(jiff::Timestamp::from_second(at.0).ok()?);
        Some((at.utc() + Duration::seconds(offset.seconds().into())).date_naive())
    }

    /// The start of the meeting on a day; an hour later if daylight saving time skips that hour.
    fn begin(&self, day: Date) -> Option<Timestamp> {
        let part = |number: u32| i8::try_from(number).ok();
        let (year, month, day) = (i16::try_from(day.year()).ok()?, part(day.month())?, part(day.day())?);
        let (hour, minute) = (part(self.time.hour())?, part(self.time.minute())?);
        let local = DateTime::new(year, month, day, hour, minute, 0, 0).ok()?;
        let begin = self.zone.to_ambiguous_timestamp(local).compatible().ok()?;
        Some(Timestamp(begin.as_second()))
    }
}

/// Whether two weeks are whole periods apart. Compares weeks, since the weekday of the known date may be wrong: a start
/// written as Tuesday June 7, 2018 was a Thursday.
fn in_phase(day: Date, weeks: u32, phase: Option<Date>) -> bool {
    let Some(phase) = phase else { return weeks <= 1 };
    let monday = |day: Date| day.num_days_from_ce() - day.weekday().num_days_from_monday() as i32;
    ((monday(day) - monday(phase)) / 7).rem_euclid(weeks.max(1) as i32) == 0
}

fn nth_of_month(day: Date) -> u32 {
    day.day0() / 7 + 1
}

/// Whether the nth of another weekday of a month is within the week before a day.
fn follows(day: Date, nth: u32, other: Weekday) -> bool {
    (1..=7)
        .filter_map(|back| day.checked_sub_days(Days::new(back)))
        .any(|it| it.weekday() == other && nth_of_month(it) == nth)
}

/// Whether words mean several days (`Monday and Thursday`, `first and third Tuesday`, `twice a month`), or not every
/// month (`bimonthly`, `every other month`, `quarterly`).
fn is_beyond_one_schedule(text: &str) -> bool {
    const WORDS: [&str; 6] = ["twice", "bimonthly", "semimonthly", "quarter", "quarterly", "months"];
    let text = text.replace("bi-monthly", "bimonthly").replace("semi-monthly", "semimonthly");
    let words: Vec<_> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    // The weekday of a start may be wrong.
    let is_of_start = |at: usize| at.checked_sub(1).and_then(|before| words.get(before)) == Some(&"starting");
    let days = words.iter().enumerate().filter(|(at, _)| !is_of_start(*at)).filter_map(|(_, word)| weekday_of(word));
    let is_after_another = text.contains("after the");
    let ordinals = words.iter().take_while(|word| **word != "starting").filter_map(|word| ordinal_of(word));
    distinct(days) > 1 + usize::from(is_after_another)
        || !is_after_another && distinct(ordinals) > 1
        || words.iter().any(|word| WORDS.contains(word))
        || words.windows(3).any(|three| matches!(three, ["every", _, "month"]))
}

fn distinct<T: PartialEq>(values: impl Iterator<Item = T>) -> usize {
    let mut seen = Vec::new();
    for value in values {
        if !seen.contains(&value) {
            seen.push(value);
        }
    }
    seen.len()
}

/// The weekday that a word names: `monday`, `mondays`, `mon`.
fn weekday_of(word: &str) -> Option<Weekday> {
    let word = word.strip_suffix('s').unwrap_or(word);
    WEEKDAYS.iter().find(|(name, _)| word.len() > 2 && name.starts_with(word)).map(|(_, day)| *day)
}

/// The number that an ordinal names: `first`, `1st`; 0 for `last`.
fn ordinal_of(word: &str) -> Option<usize> {
    let place = |names: [&str; 5]| names.iter().position(|name| *name == word).map(|at| at + 1);
    place(ORDINALS).or_else(|| place(SHORT_ORDINALS)).or_else(|| (word == "last").then_some(0))
}

fn rhythm(frequency: &str, day: &str, phase: Option<Date>) -> Option<Rhythm> {
    let has = |word: &str| frequency.contains(word);
    if let (true, Some((nth, other))) =
        (has("after the"), frequency.split_once("after the").and_then(|(_, it)| nth_in(it)))
    {
        return Some(Rhythm::After(nth, other));
    }
    if has("biweekly") || has("bi-weekly") {
        return Some(Rhythm::Weeks(2, phase));
    }
    if let Some(weeks) = weeks_in(frequency) {
        return Some(Rhythm::Weeks(weeks, phase));
    }
    if has("weekly") {
        return Some(Rhythm::Weeks(1, None));
    }
    match nth_in(frequency).or_else(|| nth_in(day)) {
        Some((nth, _)) => Some(Rhythm::Nth(nth)),
        None => has("month").then_some(Rhythm::Monthly),
    }
}

/// Parses `every second Wednesday` and `every three weeks`, but not `every second Wednesday of the month`.
fn weeks_in(frequency: &str) -> Option<u32> {
    let (_, behind) = frequency.split_once("every ").filter(|_| !frequency.contains("month"))?;
    match behind.split_whitespace().next()? {
        "other" | "second" | "two" | "2" => Some(2),
        "third" | "three" | "3" => Some(3),
        "fourth" | "four" | "4" => Some(4),
        word => (word.starts_with("week") || is_day(word)).then_some(1),
    }
}

/// Parses `first Wednesday`, `1st Wednesday` and the like; `None` if there are two such days.
fn nth_in(text: &str) -> Option<(u32, Weekday)> {
    // A number in the date of a start counts days.
    let text = text.split("starting").next().unwrap_or_default();
    let spelled = |text: String, (short, full): (&&str, &str)| text.replace(short, full);
    let text = SHORT_ORDINALS.iter().zip(ORDINALS).fold(text.to_owned(), spelled);
    let mut named = ORDINALS.iter().enumerate().filter(|(_, name)| text.contains(**name));
    let (at, name) = named.next()?;
    if named.next().is_some() {
        return None;
    }
    let (_, behind) = text.split_once(name)?;
    Some((at as u32 + 1, weekday_in(behind)?))
}

/// Finds the first weekday in a text.
fn weekday_in(text: &str) -> Option<Weekday> {
    let named = WEEKDAYS.iter().filter_map(|(name, day)| text.find(name).map(|at| (at, *day)));
    named.min_by_key(|(at, _)| *at).map(|(_, day)| day)
}

/// Parses the date after `starting`: `starting Tuesday Feb 11, 2025`, `(starting September 10th 2024)`, `starting
/// 2026-03-02`.
fn start_in(text: &str) -> Option<Date> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let (_, behind) = text.split_once("starting")?;
    let iso = |word: &str| word.trim_matches(|c: char| !c.is_ascii_alphanumeric()).parse().ok();
    if let Some(day) = behind.split_whitespace().find_map(iso) {
        return Some(day);
    }
    let words: Vec<_> = behind.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let month = |word: &str| MONTHS.iter().position(|month| word.starts_with(month) && weekday_in(word).is_none());
    let at = words.iter().position(|word| month(word).is_some())?;
    let number = |at: usize| words.get(at)?.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse::<u32>().ok();
    let year = i32::try_from(number(at + 2)?).ok()?;
    Date::from_ymd_opt(year, month(words.get(at)?)? as u32 + 1, number(at + 1)?)
}

/// Parses `9:00`, `06:00`, `4PM` and `10:30 am`.
fn time(text: &str) -> Option<NaiveTime> {
    let text = text.trim().to_lowercase();
    let (digits, add) = match (text.strip_suffix("pm"), text.strip_suffix("am")) {
        (Some(digits), _) => (digits, Some(12)),
        (None, Some(digits)) => (digits, Some(0)),
        (None, None) => (text.as_str(), None),
    };
    let (hour, minute) = digits.trim().split_once(':').unwrap_or((digits.trim(), "0"));
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    let hour = match add {
        Some(add) if (1..=12).contains(&hour) => hour % 12 + add,
        Some(_) => return None,
        None => hour,
    };
    NaiveTime::from_hms_opt(hour, minute, 0)
}

/// Whether the text contains a weekday.
pub fn is_day(text: &str) -> bool {
    weekday_in(&text.to_lowercase()).is_some()
}

/// Whether the text is a time of day.
pub fn is_time(text: &str) -> bool {
    time(text).is_some()
}

/// Whether the text is a known time zone.
pub fn is_zone(text: &str) -> bool {
    zone(text).is_some()
}

/// Parses a time zone: a name of the IANA database such as `Asia/Tokyo`, or an abbreviation. EST means the local time
/// of New York all year, since people use it that way.
fn zone(text: &str) -> Option<TimeZone> {
    const SPOKEN: [(&[&str], &str); 5] = [
        (&["pt", "pst", "pdt", "pacific"], "America/Los_Angeles"),
        (&["et", "est", "edt", "eastern"], "America/New_York"),
        (&["cet", "cest", "central european"], "Europe/Paris"),
        (&["poland"], "Europe/Warsaw"),
        (&["utc", "gmt"], "UTC"),
    ];
    let text = text.trim();
    let name = if text.contains('/') {
        text.split(' ').next()?
    } else {
        let lower = text.to_lowercase();
        SPOKEN.iter().find(|(begins, _)| begins.iter().any(|begin| lower.starts_with(begin)))?.1
    };
    TimeZone::get(name).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meeting(frequency: &str, day: &str, time: &str, tz: &str) -> Meeting {
        let text = ToOwned::to_owned;
        Meeting {
            description: String::new(),
            day: text(day),
            time: text(time),
            tz: text(tz),
            frequency: text(frequency),
            archive: None,
        }
    }

    fn next(frequency: &str, day: &str, after: &str) -> Vec<String> {
        let schedule = Schedule::read(&meeting(frequency, day, "17:00", "UTC")).unwrap();
        schedule.next(Timestamp::parse(after).unwrap(), 3).iter().map(|it| it.date().to_string()).collect()
    }

    const NOW: &str = "2026-11-24T02:00:00Z";

    #[test]
    fn weekly_is_every_week_whatever_else_the_text_says() {
        let weeks = ["2026-11-25", "2026-12-02", "2026-12-09"];
        assert_eq!(next("weekly", "Wednesday", NOW), weeks);
        assert_eq!(next("weekly, you must be signed into a free zoom account to join", "Wednesday", NOW), weeks);
        assert_eq!(next("weekly", "Thursdays (starting February 15th 2024)", NOW)[0], "2026-11-26");
    }

    #[test]
    fn every_second_wednesday_is_bi_weekly_unless_it_is_of_the_month() {
        let rhythm = |text: &str| rhythm(text, "Wednesday", None);
        assert_eq!(rhythm("every wednesday"), Some(Rhythm::Weeks(1, None)));
        assert_eq!(rhythm("every second wednesday"), Some(Rhythm::Weeks(2, None)));
        assert_eq!(rhythm("every other wednesday"), Some(Rhythm::Weeks(2, None)));
        assert_eq!(rhythm("every 3 weeks on wednesday"), Some(Rhythm::Weeks(3, None)));
        assert_eq!(rhythm("every second wednesday of the month"), Some(Rhythm::Nth(2)));
    }

    #[test]
    fn bi_weekly_without_a_start_has_no_known_date() {
        for frequency in [
            "biweekly",
            "Biweekly",
            "bi-weekly",
            "biweekly, you must be signed into a free zoom account to join",
            "Biweekly, interleaved with the Regular SIG Meeting",
            "biweekly - alternating with regular meeting",
            "bi-weekly ([upcoming meeting dates](#upcoming-meeting-dates))",
            "every four weeks",
            "monthly",
        ] {
            assert!(next(frequency, "Wednesday", NOW).is_empty(), "{frequency}");
        }
    }

    #[test]
    fn a_start_date_decides_the_weeks() {
        for (frequency, first) in [
            ("biweekly starting Tuesday Oct 28, 2025", "2026-11-24"),
            ("biweekly starting Tuesday Feb 11, 2025", "2026-12-01"),
            ("biweekly starting Tuesday Feb 27, 2024", "2026-12-01"),
            ("biweekly starting Tuesday March 12, 2024", "2026-12-01"),
            ("bi-weekly starting Tuesday April 16, 2024", "2026-11-24"),
            ("bi-weekly starting Tuesday August 13, 2019", "2026-11-24"),
            ("biweekly starting 2026-11-03, Tuesday", "2026-12-01"),
            ("biweekly (starting 2026-11-10)", "2026-11-24"),
        ] {
            let days = next(frequency, "Tuesday", NOW);
            let start = start_in(&frequency.to_lowercase()).unwrap();
            assert_eq!(
                (days[0].as_str(), (days[0].parse::<Date>().unwrap() - start).num_days() % 14),
                (first, 0),
                "{frequency}"
            );
        }
        assert_eq!(next("biweekly starting Thursday June 7, 2018", "Thursday", NOW)[0], "2026-11-26");
        assert_eq!(next("bi-weekly", "Tuesday (starting September 10th 2024)", NOW)[0], "2026-12-01");
    }

    #[test]
    fn a_day_on_which_it_met_decides_the_weeks() {
        let schedule = Schedule::read(&meeting("bi-weekly", "Wednesday", "17:00", "UTC")).unwrap();
        let schedule = schedule.met_on(Date::from_ymd_opt(2026, 11, 18));
        assert_eq!(schedule.next(Timestamp::parse(NOW).unwrap(), 1)[0].rfc3339(), "2026-12-02T17:00:00Z");
    }

    #[test]
    fn a_day_on_which_it_met_may_be_the_day_before_or_after_elsewhere() {
        let next = |day: &str, met: &str| {
            let schedule = Schedule::read(&meeting("bi-weekly", day, "08:00", "Asia/Tokyo")).unwrap();
            let schedule = schedule.met_on(met.parse().ok());
            let next = schedule.next(Timestamp::parse(NOW).unwrap(), 1).first().copied().unwrap();
            schedule.day_of(next).unwrap().to_string()
        };
        // Monday in Tokyo is Sunday in America, in the week before.
        assert_eq!([next("Monday", "2026-11-16"), next("Monday", "2026-11-15")], ["2026-11-30", "2026-11-30"]);
        assert_eq!(next("Sunday", "2026-11-16"), "2026-11-29");
        assert_eq!(next("Friday", "2026-11-16"), "2026-12-04");
    }

    #[test]
    fn days_of_the_month_are_counted() {
        let first = ["2026-12-02", "2027-01-06", "2027-02-03"];
        assert_eq!(next("First Wednesday of the month", "Wednesday", NOW), first);
        assert_eq!(next("monthly on the 1st Wednesday, starting September 3rd 2024", "Wednesday", NOW), first);
        assert_eq!(next("first Monday of the month", "Monday", NOW)[0], "2026-12-07");
        assert_eq!(next("first Tuesday of the month", "Tuesday", NOW)[0], "2026-12-01");
        assert_eq!(next("monthly", "third Wednesday", NOW)[0], "2026-12-16");
        assert_eq!(next("monthly", "first Wednesday", NOW)[0], "2026-12-02");
        let after = next("monthly - Wednesday, after the fourth Tuesday, every month", "Wednesday", NOW);
        assert_eq!(after, ["2026-11-25", "2026-12-23", "2027-01-27"]);
    }

    #[test]
    fn local_time_follows_daylight_saving_time() {
        let begin = |time: &str, tz: &str, after: &str| {
            let schedule = Schedule::read(&meeting("weekly", "Thursday", time, tz)).unwrap();
            schedule.next(Timestamp::parse(after).unwrap(), 1)[0].rfc3339()
        };
        assert_eq!(begin("9:00", "PT (Pacific Time)", "2026-07-01T00:00:00Z"), "2026-07-02T16:00:00Z");
        assert_eq!(begin("9:00", "PT (Pacific Time)", NOW), "2026-11-26T17:00:00Z");
        assert_eq!(begin("4PM", "Eastern Time (ET)", NOW), "2026-11-26T21:00:00Z");
        assert_eq!(begin("12:15", "EST (Eastern Time)", "2026-07-01T00:00:00Z"), "2026-07-02T16:15:00Z");
        assert_eq!(begin("06:00", "CET (Central European Time)", "2026-07-01T00:00:00Z"), "2026-07-02T04:00:00Z");
        assert_eq!(begin("2PM", "Poland", NOW), "2026-11-26T13:00:00Z");
    }

    #[test]
    fn a_meeting_that_has_started_is_not_the_next_one() {
        assert_eq!(next("weekly", "Tuesday", "2026-11-24T17:00:00Z")[0], "2026-12-01");
        assert_eq!(next("weekly", "Tuesday", "2026-11-24T16:59:59Z")[0], "2026-11-24");
    }

    #[test]
    fn words_that_one_schedule_cannot_say_are_not_guessed() {
        let read = |frequency: &str, day: &str| Schedule::read(&meeting(frequency, day, "10:00", "UTC"));
        for (frequency, day) in [
            ("weekly, Monday and Thursday", "Thursday"),
            ("weekly", "Mon, Thursday"),
            ("Tuesdays & Wednesdays", "Wednesdays"),
            ("every other month, first Monday", "Monday"),
            ("every two months", "Monday"),
            ("first Monday of odd months", "Monday"),
            ("bimonthly, first Monday", "Monday"),
            ("bi-monthly", "first Monday"),
            ("quarterly, first Monday of the month", "Monday"),
            ("first and third Tuesday of the month", "Tuesday"),
            ("monthly", "1st and 3rd Tuesday"),
            ("first and last Tuesday of the month", "Tuesday"),
            ("twice a month", "Monday"),
            ("biweekly starting Mar 2 2026, Monday and Thursday", "Thursday"),
        ] {
            assert_eq!(read(frequency, day), None, "{frequency}");
        }
        for (frequency, day) in [
            ("biweekly starting Tuesday June 7, 2018", "Thursday"),
            ("first Tuesday of every month, starting September 3rd 2024", "Tuesday"),
            ("first Wednesday after the fourth Tuesday", "Wednesday"),
            ("third Wednesday", "third Wednesday"),
        ] {
            assert!(read(frequency, day).is_some(), "{frequency}");
        }
    }

    #[test]
    fn unknown_words_are_not_guessed() {
        assert_eq!(Schedule::read(&meeting("as needed", "Wednesday", "17:00", "UTC")), None);
        assert_eq!(Schedule::read(&meeting("weekly", "someday", "17:00", "UTC")), None);
        assert_eq!(Schedule::read(&meeting("weekly", "Monday", "noon", "UTC")), None);
        assert_eq!(Schedule::read(&meeting("weekly", "Monday", "25:00", "UTC")), None);
        assert_eq!(Schedule::read(&meeting("weekly", "Monday", "17:00", "IST")), None);
    }
}
