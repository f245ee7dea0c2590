//! Rules about counters and figures.

use super::input::Input;
use super::location::{at_item, at_place};
use super::{Confidence, Finding, FindingRule, Location, Remedy, Severity};
use crate::domain::checkout::NewestCommit;
use crate::domain::{Counter, Date, Progress, Rule, State};
use crate::words;

/// The number of days after which a reading is old.
const OLD_DAYS: i64 = 30;
/// How many days the code may be ahead of a reading: many repositories change every day.
const AHEAD_DAYS: i64 = 14;

const COUNTER_OLD: FindingRule = FindingRule {
    name: "counter-old",
    severity: Severity::Warning,
    summary: "a counter has no reading, an old one, or one much older than the code",
    explain: "The counter has no reading, or something was left at the newest one, which is more than 30 days old or \
more than 14 days older than the newest commit of the checkout. The figure may be out of date. `offramp count --write` \
records a new reading from a checkout; `offramp sync` fetches the issues that a counter counts.",
    find: counter_old,
};

pub(super) const RULES: &[FindingRule] = &[COUNTER_OLD, NEVER_LEFT, CHECKOUT_OLD, LABEL_UNKNOWN, FIGURE_UNEQUAL];

fn counter_old(input: &Input<'_>, found: &mut Vec<Finding>) {
    for counter in &input.roadmap.counters {
        let Some(last) = counter.reading_at(input.date) else {
            let message = format!("{} has never been counted", counter.id);
            found.push(COUNTER_OLD.finding(at_place(counter.place), message).remedy(read_again(input, counter)));
            continue;
        };
        let newest = newest_commit(input, counter).map(|newest| newest.date);
        // A commit after the day of the findings does not make the reading old.
        let newer = newest.filter(|newest| days_between(last.date, *newest) > AHEAD_DAYS && *newest <= input.date);
        let is_old = days_between(last.date, input.date) > OLD_DAYS && newest.is_none_or(|newest| last.date < newest);
        if (!is_old && newer.is_none()) || last.progress.left() == 0 {
            continue;
        }
        let then = |day| words::days(days_between(last.date, day));
        let message = match newer {
            Some(code) => {
                let (id, last) = (&counter.id, last.date);
                format!("{id} was last counted on {last}, and the newest commit is from {code}, {} later", then(code))
            }
            None => format!("{} was last counted on {}, {} ago", counter.id, last.date, then(input.date)),
        };
        let new = COUNTER_OLD.finding(at_place(counter.place), message).remedy(read_again(input, counter));
        found.push(new.evidence([format!("{} then", words::inner(&counter.inner(last)))]));
    }
}

const NEVER_LEFT: FindingRule = FindingRule {
    name: "never-left",
    severity: Severity::Info,
    summary: "a counter is at 100 %, but never had anything left",
    explain: "Nothing is left at any reading of a counter of code. Either all was done before the first reading, as with a \
counter that only guards against new cases, or the rule is mistaken: a misspelt value or text matches nothing, so \
everything counts as done. `offramp count COUNTER --list done` shows what counts as done, and `offramp count COUNTER \
--history --write` adds earlier readings.",
    find: never_left,
};

fn never_left(input: &Input<'_>, found: &mut Vec<Finding>) {
    for counter in input.roadmap.counters.iter().filter(|counter| counter.reads_code()) {
        let is_over = counter.readings.iter().all(|reading| reading.progress.left() == 0);
        if let Some(first) = counter.readings.first().filter(|first| is_over && first.date <= input.date) {
            let message =
                format!("{} had nothing left at any reading since {}: is its rule right?", counter.id, first.date);
            let look = format!("`offramp count {} --list done` shows what counts as done", counter.id);
            found.push(NEVER_LEFT.finding(at_place(counter.place), message).remedy(Remedy::Run(look)));
        }
    }
}

const CHECKOUT_OLD: FindingRule = FindingRule {
    name: "checkout-old",
    severity: Severity::Info,
    summary: "a counter is up to date with its checkout, but the checkout is old",
    explain: "The newest reading is of the newest commit in the checkout, which is more than 30 days old. The checkout \
may be behind: run `git pull` there, then `offramp count --write`.",
    find: checkout_old,
};

fn checkout_old(input: &Input<'_>, found: &mut Vec<Finding>) {
    // Counters of one commit share a checkout.
    let mut old: Vec<(&NewestCommit, Vec<&Counter>)> = Vec::new();
    for counter in &input.roadmap.counters {
        let Some(last) = counter.reading_at(input.date).filter(|last| last.progress.left() > 0) else { continue };
        let Some(newest) = newest_commit(input, counter).filter(|newest| newest.date <= last.date) else { continue };
        if days_between(newest.date, input.date) <= OLD_DAYS {
            continue;
        }
        match old.iter_mut().find(|(known, _)| known.commit == newest.commit) {
            Some((_, counters)) => counters.push(counter),
            None => old.push((newest, vec![counter])),
        }
    }
    for (newest, counters) in old {
        let ids: Vec<_> = counters.iter().map(|counter| counter.id.as_str()).collect();
        let then = words::days(days_between(newest.date, input.date));
        let message = format!("the checkout of {} has no commit after {}, {then} ago", ids.join(", "), newest.date);
        let remedy = "`git pull` in the checkout brings newer commits, if there are any".to_owned();
        let places = counters.first().map(|counter| at_place(counter.place));
        found.extend(places.map(|place| CHECKOUT_OLD.finding(place, message).remedy(Remedy::Run(remedy))));
    }
}

const LABEL_UNKNOWN: FindingRule = FindingRule {
    name: "label-unknown",
    severity: Severity::Warning,
    summary: "no fetched issue has a label that a counter counts",
    explain: "The rule of a counter names a label that none of the fetched issues has. The label may be misspelt or \
renamed, or its issues were not fetched.",
    find: label_unknown,
};

fn label_unknown(input: &Input<'_>, found: &mut Vec<Finding>) {
    for counter in &input.roadmap.counters {
        let rules = counter.rules.iter().filter_map(Rule::issues);
        for label in rules.flat_map(|rule| rule.unknown_labels(&input.snapshot.issues)) {
            let message = format!("{}: {}", counter.id, no_issue_has(label));
            found.push(LABEL_UNKNOWN.finding(at_place(counter.place), message));
        }
    }
}

/// What may be wrong with a label of a rule.
pub fn no_issue_has(label: &str) -> String {
    format!("no fetched issue has the label `{label}`: is it spelt right?")
}

/// Returns the newest commit of a counter's checkout, if that was read.
fn newest_commit<'a>(input: &Input<'a>, counter: &Counter) -> Option<&'a NewestCommit> {
    input.newest_commits.iter().find(|newest| newest.counter == counter.id)
}

/// How to get a new reading; no command makes one for figures that people count.
fn read_again(input: &Input<'_>, counter: &Counter) -> Remedy {
    let gone = newest_commit(input, counter).and_then(|newest| newest.gone.as_ref());
    let first = gone.map(|gone| format!("change its rule ({gone}); then ")).unwrap_or_default();
    match () {
        () if counter.reads_code() => Remedy::Run(format!("{first}{}", words::how_to_count(counter))),
        () if counter.counts_issues() => Remedy::Run("`offramp sync` fetches the issues that it counts".to_owned()),
        () => Remedy::None,
    }
}

fn days_between(from: Date, to: Date) -> i64 {
    (to - from).num_days()
}

/// A figure recorded by hand, and where.
struct WrittenFigure {
    progress: Progress,
    unit: String,
    location: Location,
}

const FIGURE_UNEQUAL: FindingRule = FindingRule {
    name: "figure-unequal",
    severity: Severity::Error,
    summary: "the same figure is given twice, with different values",
    explain: "Two places of the file count the same thing with different numbers (`288/1780 jobs`), or a text has a \
figure that the counter of that unit never had. Use one counter in both places.",
    find: figure_unequal,
};

fn figure_unequal(input: &Input<'_>, found: &mut Vec<Finding>) {
    for counter in &input.roadmap.counters {
        contradicting_readings(counter, found);
    }
    let mut seen: Vec<WrittenFigure> = Vec::new();
    for figure in figures(input) {
        let counter = input.roadmap.counters.iter().find(|counter| same_unit(&counter.unit, &figure.unit));
        let written = (figure.progress.done, figure.progress.total);
        let readings = counter.map(|counter| counter.readings.as_slice()).unwrap_or_default();
        let was_read = readings.iter().any(|reading| reading.progress == figure.progress);
        let other = seen.iter().find(|other| same_unit(&other.unit, &figure.unit) && other.progress != figure.progress);
        let message = match (counter, other) {
            (Some(counter), _) if !was_read && !readings.is_empty() => {
                let latest = counter.reading_at(input.date).map(|reading| words::amount_short(&counter.inner(reading)));
                let latest = latest.map(|latest| format!(", now {latest}")).unwrap_or_default();
                Some(format!(
                    "{}/{} {} was never a reading of {}{latest}",
                    written.0, written.1, figure.unit, counter.id
                ))
            }
            (None, Some(other)) => Some(format!(
                "{}/{} {} here, {}/{} on line {}",
                written.0, written.1, figure.unit, other.progress.done, other.progress.total, other.location.place.line
            )),
            (Some(_), _) | (None, None) => None,
        };
        if let Some(message) = message {
            found.push(FIGURE_UNEQUAL.finding(figure.location.clone(), message).confidence(Confidence::Likely));
        }
        seen.push(figure);
    }
}

/// Two readings of one rule on one day from one commit must agree.
fn contradicting_readings(counter: &Counter, found: &mut Vec<Finding>) {
    for [one, next] in counter.readings.array_windows() {
        let same = one.date == next.date && one.rule == next.rule && one.commit == next.commit;
        if same && one.progress != next.progress {
            let [one_amount, next_amount] = [one, next].map(|reading| words::amount_short(&counter.inner(reading)));
            let message = format!("{} has two readings for {}: {one_amount} and {next_amount}", counter.id, one.date);
            found.push(FIGURE_UNEQUAL.finding(at_place(counter.place), message));
        }
    }
}

fn figures<'a>(input: &'a Input<'_>) -> impl Iterator<Item = WrittenFigure> + 'a {
    let items = input.items().filter(|(_, item, row)| item.counter.is_none() && row.state != State::Dropped);
    items.flat_map(|(project, item, _)| {
        let texts = item.title.iter().chain(&item.note);
        texts.filter_map(move |text| {
            let (progress, unit) = figure(text)?;
            Some(WrittenFigure { progress, unit, location: at_item(project, item) })
        })
    })
}

/// Parses `288/1780 jobs` or `288 / 1780 prow jobs`; the unit is the last of the next two words that ends in s.
fn figure(text: &str) -> Option<(Progress, String)> {
    let (before, behind) = text.split_once('/')?;
    let done: String = before.trim_end().chars().rev().take_while(char::is_ascii_digit).collect();
    let done: u64 = done.chars().rev().collect::<String>().parse().ok()?;
    let behind = behind.trim_start();
    let end = behind.find(|c: char| !c.is_ascii_digit()).unwrap_or(behind.len());
    let (total, rest) = behind.split_at_checked(end)?;
    let words = rest.split_whitespace().take(2).filter(|word| word.ends_with('s') && word.len() > 3);
    let unit = words.last()?.trim_end_matches(['.', ',']).to_ascii_lowercase();
    Some((Progress::new(done, total.parse().ok()?)?, unit))
}

/// `jobs` is the same as `prow jobs`.
fn same_unit(one: &str, other: &str) -> bool {
    let last = |unit: &str| unit.rsplit(' ').next().unwrap_or_default().to_ascii_lowercase();
    last(one) == last(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_read_in_both_spellings_of_the_report() {
        let progress = Progress::new(288, 1780).unwrap();
        assert_eq!(figure("288 / 1780 prow jobs"), Some((progress, "jobs".into())));
        assert_eq!(figure("288/1780 jobs migrated out thus far"), Some((progress, "jobs".into())));
        assert_eq!(figure("gubernator.k8s.io/pr"), None);
        assert_eq!(figure("24/7 on call"), None);
    }
}
