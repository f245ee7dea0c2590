//! Parser of progress figures: `(3/7)`, `288 / 1780 jobs`, but not dates, versions and fractions.

use crate::domain::Progress;
use crate::domain::status;
use crate::domain::wording::PhraseList;

/// Units and states that may follow a figure, such as `jobs` or `migrated`, with up to two adjectives in between.
static UNITS: PhraseList = PhraseList::new(
    "accounts; apps; artifacts; binaries; boards; boxes; branches; buckets; builds; charts; checks; clusters; \
    components; configs; containers; dashboards; databases; domains; endpoints; entries; files; hosts; images; \
    issues; items; jobs; libraries; machines; modules; nodes; packages; pages; pieces; pipelines; pods; \
    projects; prs; records; references; releases; repos; repositories; resources; scripts; servers; services; \
    sites; steps; subtasks; tables; tasks; teams; tests; users; workflows; zones; closed; completed; done; \
    merged; migrated; moved",
);
/// Words that begin another clause.
const BREAKS: [&str; 20] = [
    "a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "of", "on", "or", "per", "than", "the", "to",
    "until", "via", "with",
];
/// Words after figures whose first number counts what is left, not what is done.
const REMAINING: [&str; 4] = ["left", "remaining", "remain", "open"];
/// Words that make figures at the end of a line a month and a day.
static DAYS: PhraseList = PhraseList::new(
    "deadline; due; date; week; weeks; freeze; cutoff; meeting; today; tomorrow; yesterday; monday; tuesday; \
    wednesday; thursday; friday; saturday; sunday",
);
/// Words that begin a line in which "100 %" is a goal.
static GOALS: PhraseList = PhraseList::new("reach; achieve; hit; get; bring; raise; increase; make; keep");
/// The most words that may follow figures at the end of a line.
const MOST_WORDS: usize = 4;

/// Figures and the line without them.
#[derive(Debug, PartialEq)]
pub(super) struct TakenFigures {
    pub(super) progress: Progress,
    pub(super) rest: String,
    /// The figures as written, if their unit was cut from the line.
    pub(super) note: Option<String>,
}

/// Extracts figures from a line: in brackets at its end, or with their unit at either end.
pub(super) fn take(text: &str) -> Option<TakenFigures> {
    in_brackets(text).or_else(|| at_start(text)).or_else(|| at_end(text))
}

/// `(3/7)`, `[3/7]`, `(3/7 jobs)`, `(3/7 done)`
fn in_brackets(text: &str) -> Option<TakenFigures> {
    [('(', ')'), ('[', ']')].into_iter().find_map(|(open, close)| {
        let (before, inner) = text.strip_suffix(close)?.rsplit_once(open)?;
        let (progress, unit) = figures(inner.trim())?;
        let fits = unit.is_empty() || (is_apart(unit) && is_unit(unit));
        // `2**(1/8)` is part of a formula, and "Code freeze (11/16)" names a day.
        let is_day = unit.is_empty() && is_like_a_date(progress) && speaks_of_a_day(before);
        // "Copy it (1 of 2)" is the number of a part.
        let is_part = unit.is_empty() && inner.contains(" of ");
        let fits = fits && before.ends_with(' ') && !is_day && !is_part;
        let note = (!unit.is_empty() && status::of_word(unit).is_none()).then(|| inner.trim().to_owned());
        let rest = before.trim_end().to_owned();
        (fits && !rest.is_empty()).then_some(TakenFigures { progress, rest, note })
    })
}

/// `288 / 1780 jobs`
fn at_start(text: &str) -> Option<TakenFigures> {
    let (progress, behind) = figures(text)?;
    let is_counted =
        has_unit(behind, |word| UNITS.has(word)) || (!is_like_a_date(progress) && has_unit(behind, is_plural));
    let fits = is_apart(behind) && is_counted && status::of_word(behind.trim()).is_none() && !is_prose(text, behind);
    fits.then(|| TakenFigures { progress, rest: behind.trim().to_owned(), note: None })
}

/// `Prow: 288 / 1780 jobs`, `Move 3/7 images`
fn at_end(text: &str) -> Option<TakenFigures> {
    text.match_indices(' ').find_map(|(at, _)| {
        let (before, text) = (text.get(..at)?.trim_end(), text.get(at + 1..)?);
        let (progress, behind) = figures(text)?;
        let last = before.rsplit(' ').next().unwrap_or_default().to_lowercase();
        let is_date =
            is_like_a_date(progress) && matches!(last.as_str(), "on" | "by" | "until" | "before" | "since" | "due");
        let bare = before.trim_end_matches([':', ',', ';', '-', '–', '—', ' ']);
        // Without a unit, only `3/3` is no fraction.
        let is_all = behind.is_empty() && progress.left() == 0 && !speaks_of_a_day(before);
        let is_counted = is_all || (is_apart(behind) && is_unit(behind));
        if !is_counted || is_date || is_prose(text, behind) || bare.is_empty() {
            return None;
        }
        let unit = behind.trim();
        let says_only_done = is_all || status::of_word(&unit.to_lowercase()).is_some();
        let has_joint = bare.len() < before.len();
        let rest = if says_only_done || has_joint { bare.to_owned() } else { format!("{before} {unit}") };
        let note = (has_joint && !says_only_done).then(|| text.trim().to_owned());
        Some(TakenFigures { progress, rest, note })
    })
}

/// Strips "100 %" from the end of a line: "Images 100%", but not "Roll out to 100%".
pub(super) fn take_whole(text: &str) -> Option<&str> {
    let rest = text.strip_suffix('%')?.trim_end().strip_suffix(" 100")?.trim_end();
    let lower = rest.to_lowercase();
    let is_goal = lower.rsplit(' ').next().is_some_and(|last| BREAKS.contains(&last)) || GOALS.begins(&lower);
    (!rest.is_empty() && !is_goal).then_some(rest)
}

/// Reads a cell of figures: `3/7`, `3 of 7`, `3/7 jobs`, with or without a sign.
pub(super) fn of_cell(text: &str) -> Option<Progress> {
    let (bare, _) = status::take_signs(text);
    let bare = bare.trim_matches(['(', ')', '[', ']']).replacen(" out of ", "/", 1);
    let (progress, behind) = figures(&bare)?;
    let fits = behind.trim().is_empty() || (is_apart(behind) && is_unit(behind));
    fits.then_some(progress)
}

/// Whether all cells of a column are figures and its name does not announce dates.
pub(super) fn fill_column<'c>(name: &str, mut cells: impl Iterator<Item = &'c String>) -> bool {
    !speaks_of_a_day(name) && cells.all(|cell| of_cell(cell).is_some())
}

/// Reads `3/7`, `288 / 1780` or `3 of 7` at the beginning of a text; also returns the rest of the text.
pub(super) fn figures(text: &str) -> Option<(Progress, &str)> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let (done, rest) = text.split_at_checked(digits(text))?;
    let rest = rest.strip_prefix(" of ").or_else(|| rest.trim_start().strip_prefix('/'))?.trim_start();
    let (total, rest) = rest.split_at_checked(digits(rest))?;
    let progress = Progress::new(done.parse().ok()?, total.parse().ok()?)?;
    (progress.total > 0).then_some((progress, rest))
}

/// Whether `1 of 2` is part of a sentence: "1 of 2 nodes drains".
fn is_prose(text: &str, behind: &str) -> bool {
    let last = behind.rsplit(' ').next().unwrap_or_default().to_lowercase();
    text.split(' ').nth(1) == Some("of") && !UNITS.has(&last)
}

/// Whether a space follows the figures: `3/7/2020` and `1/2.5` are something else.
fn is_apart(behind: &str) -> bool {
    behind.starts_with(' ')
}

/// Whether figures can be a month and a day.
fn is_like_a_date(progress: Progress) -> bool {
    (1..=12).contains(&progress.done) && progress.total <= 31
}

/// Whether a text mentions a date or a deadline.
fn speaks_of_a_day(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    words.any(|word| DAYS.has(word))
}

/// Whether a text is a unit with few other words.
fn is_unit(behind: &str) -> bool {
    behind.split_whitespace().count() <= MOST_WORDS && has_unit(behind, |word| UNITS.has(word))
}

fn is_plural(word: &str) -> bool {
    word.len() > 3 && word.ends_with('s') && !word.ends_with("ss")
}

/// Whether one of the first three words is a unit and no clause begins before it.
fn has_unit(behind: &str, is_unit: fn(&str) -> bool) -> bool {
    let lower = behind.to_lowercase();
    let words = || lower.split_whitespace().map(|word| word.trim_end_matches(['.', ',', ';', ':', ')']));
    let mut first =
        words().take(3).take_while(|word| !BREAKS.contains(word) && !word.contains(|c: char| c.is_ascii_digit()));
    first.any(is_unit) && !words().take(MOST_WORDS).any(|word| REMAINING.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(u64, u64, String, String)> {
        let TakenFigures { progress, rest, note } = take(text)?;
        Some((progress.done, progress.total, rest, note.unwrap_or_default()))
    }

    #[test]
    fn figures_are_read_in_brackets_and_beside_their_unit() {
        for (text, done, total, rest, note) in [
            ("Jobs (3/7)", 3, 7, "Jobs", ""),
            ("Jobs [3/7]", 3, 7, "Jobs", ""),
            ("Prow (3/7 jobs)", 3, 7, "Prow", "3/7 jobs"),
            ("Prow (3/7 done)", 3, 7, "Prow", ""),
            ("288 / 1780 more jobs", 288, 1780, "more jobs", ""),
            ("288/1780 frobs of the old kind", 288, 1780, "frobs of the old kind", ""),
            ("x 288 / 1780 jobs", 288, 1780, "x jobs", ""),
            ("Prow: 288/1780 jobs", 288, 1780, "Prow", "288/1780 jobs"),
            ("Prow: 288/1780 prow jobs migrated", 288, 1780, "Prow", "288/1780 prow jobs migrated"),
            ("Move 3/7 images", 3, 7, "Move images", ""),
            ("cmd/ 12 of 40 files", 12, 40, "cmd/ files", ""),
            ("Jobs (3 of 7 done)", 3, 7, "Jobs", ""),
            ("Images – 3/7 done", 3, 7, "Images", ""),
            ("Images 3/3", 3, 3, "Images", ""),
        ] {
            assert_eq!(read(text), Some((done, total, rest.to_owned(), note.to_owned())), "{text}");
        }
    }

    #[test]
    fn all_percent_at_the_end_is_everything() {
        assert_eq!((take_whole("Images 100%"), take_whole("Images 100 %")), (Some("Images"), Some("Images")));
        for text in ["Roll out to 100%", "Reach coverage 100%", "100%", "Images 40%", "Images1100%"] {
            assert_eq!(take_whole(text), None, "{text}");
        }
    }

    #[test]
    fn dates_versions_paths_and_fractions_are_not_figures() {
        for text in [
            "Ship by 11/29",
            "Ship by 11/11",
            "Code freeze 11/11",
            "Images 2/3",
            "11/29 release party",
            "11/29 notes of the meeting",
            "Meet on 11/29 tests",
            "Report 11/29/2026 jobs",
            "Move v1.2/1.3 jobs",
            "Move a/1/2 jobs",
            "Use 1/2 of the jobs",
            "Cut costs by 1/2",
            "Open ports 80/443 on hosts",
            "Open 80/443",
            "24/7 services",
            "Copy it (1 of 2)",
            "1 of 2 nodes drains",
            "Check that 1 of 2 nodes drains",
            "1 of 3",
            "3/7 jobs left",
            "3/7 done",
            "(3/7)",
            "3/0 jobs",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
