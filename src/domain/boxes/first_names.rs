//! People named without `@` at the ends of lines: `Icon - Maria #12`, `Tag - Mike`.

use std::collections::BTreeMap;

use super::{BoxKind, BoxState, Evidence};
use crate::domain::{Confidence, Task};

/// Lowers the confidence of a free box to a guess if its line ends with a word in the place where other lines of the list
/// have people: behind a dash, before the link to their pull request.
pub(super) fn doubt_named(tasks: &[Task], states: &mut [Option<BoxState>]) {
    if !has_people(tasks) {
        return;
    }
    for (task, state) in tasks.iter().zip(states) {
        let own = state.as_mut().filter(|own| own.kind == BoxKind::Free && last_name(&task.text).is_some());
        if let Some(own) = own {
            own.confidence = Confidence::Possible;
            own.evidence.push(Evidence::Note);
        }
    }
}

/// Whether several lines with a link end with one of several names, one of them at least twice.
fn has_people(tasks: &[Task]) -> bool {
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for name in tasks.iter().filter(|task| !task.issues.is_empty()).filter_map(|task| last_name(&task.text)) {
        *names.entry(name).or_default() += 1;
    }
    names.len() > 1 && names.values().any(|count| *count > 1)
}

/// The single word behind the last dash of a line, without the links behind it: `Maria` in `Icon - Maria #12`.
fn last_name(text: &str) -> Option<&str> {
    let is_link = |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '#' | ',' | '(' | ')');
    let (_, behind) = text.rsplit_once(" - ").or_else(|| text.rsplit_once(" – "))?;
    let name = behind.split("https://").next().unwrap_or_default().trim_end_matches(is_link);
    let is_name = name.starts_with(char::is_uppercase)
        && name.chars().skip(1).all(char::is_lowercase)
        && name.chars().count() > 2;
    is_name.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::boxes::{BoxFacts, QuietDays, of_issue};
    use crate::domain::fixtures::{self, closed, id, issue, task};
    use crate::domain::{CloseReason, Issue, TaskState, end_of};

    fn are_free(boxes: &[(&str, &[u64])]) -> Vec<bool> {
        let list = |(text, issues): &(&str, &[u64])| Task {
            issues: issues.iter().map(|number| id(*number)).collect(),
            ..task(text, if issues.is_empty() { TaskState::Open } else { TaskState::Done })
        };
        let list = Issue { tasks: boxes.iter().map(list).collect(), ..issue(1) };
        let snapshot = fixtures::snapshot(vec![closed(2, Some(CloseReason::Completed), None)]);
        let date = fixtures::day("2024-06-01");
        let facts = BoxFacts { snapshot: &snapshot, date, end: end_of(date), quiet: QuietDays::default(), robots: &[] };
        of_issue(&list, facts).into_iter().flatten().map(|state| state.is_free()).collect()
    }

    #[test]
    fn a_name_in_the_place_of_people_makes_a_box_maybe_free() {
        let done: [(&str, &[u64]); 3] = [("Icon - Maria #2", &[2]), ("Text - Deno 2", &[2]), ("Link - Maria #2", &[2])];
        let open: [(&str, &[u64]); 3] = [("Tag - Mike", &[]), ("Tile", &[]), ("Table - Checkbox, Icon", &[])];
        assert_eq!(are_free(&[&done[..], &open[..]].concat()), [false, true, true]);
        assert_eq!(are_free(&[&done[..2], &open[..]].concat()), [true, true, true], "no name is there twice");
    }
}
