//! A rule about items that wait for each other. The reader refuses a circle of the file; with the dependencies of GitHub
//! one may still arise.

use std::collections::{HashMap, HashSet};

use super::input::Input;
use super::location::at;
use super::{Finding, FindingRule, Severity};
use crate::domain::{Freedom, IssueRef, Item, ItemRow, Project, Target};
use crate::words;

const BLOCKED_IN_A_CIRCLE: FindingRule = FindingRule {
    name: "blocked-in-a-circle",
    severity: Severity::Error,
    summary: "items wait for each other, so none of them can begin",
    explain: "What an item waits for, in the roadmap or on GitHub, waits for this item in turn. None of them is ever free. \
Take one of the links out, here or on GitHub.",
    find: blocked_in_a_circle,
};

pub(super) const RULES: &[FindingRule] = &[BLOCKED_IN_A_CIRCLE];

fn blocked_in_a_circle(input: &Input<'_>, found: &mut Vec<Finding>) {
    found.extend(circles(input));
}

/// The issues of each circle.
pub(super) fn issues_in_circles(input: &Input<'_>) -> Vec<HashSet<IssueRef>> {
    circles(input).into_iter().map(|circle| circle.issues.into_iter().collect()).collect()
}

fn circles(input: &Input<'_>) -> Vec<Finding> {
    if !input.board.items().any(|row| row.freedom == Freedom::Blocked) {
        return Vec::new();
    }
    let waits = Waits::of(input);
    let mut seen = HashSet::new();
    let circles = (0..waits.rows.len()).filter_map(|start| waits.circle(start, &mut seen));
    circles.map(|circle| finding(input, &waits, &circle)).collect()
}

/// Which rows wait for which.
struct Waits<'a> {
    /// All rows in the order of the file.
    rows: Vec<(&'a Project, Option<&'a Item>, &'a ItemRow)>,
    of_issue: HashMap<&'a IssueRef, Vec<usize>>,
    /// The rows that can never begin, however much of the others is done.
    stuck: HashSet<usize>,
}

/// A step of a circle: a row, and which of its blockers leads to the next one.
type Step<'a> = (usize, &'a Target);

impl<'a> Waits<'a> {
    fn of(input: &Input<'a>) -> Self {
        let rows: Vec<_> = input.rows().collect();
        let mut of_issue = HashMap::<_, Vec<_>>::new();
        for (at, (_, _, row)) in rows.iter().enumerate() {
            if let Some(issue) = &row.issue {
                of_issue.entry(input.snapshot.current_id(issue)).or_default().push(at);
            }
        }
        let blocked = rows.iter().enumerate().filter(|(_, (_, _, row))| row.freedom == Freedom::Blocked);
        let stuck = blocked.map(|(at, _)| at).collect();
        let mut waits = Self { rows, of_issue, stuck };
        // What waits only for work that can begin can begin itself, some day.
        loop {
            let still: HashSet<_> = waits.stuck.iter().copied().filter(|row| waits.next(*row).is_some()).collect();
            if still.len() == waits.stuck.len() {
                return waits;
            }
            waits.stuck = still;
        }
    }

    /// The first blocker of a row that can never end, and the row behind it.
    fn next(&self, row: usize) -> Option<(&'a Target, usize)> {
        let (_, _, row) = self.rows.get(row)?;
        row.blocked_by.iter().find_map(|target| Some((target, self.stuck_row_of(target)?)))
    }

    /// An issue ends with the last item that has it, a project with the last of its items.
    fn stuck_row_of(&self, target: &Target) -> Option<usize> {
        let find = |fits: &dyn Fn(&ItemRow) -> bool| {
            self.stuck.iter().copied().filter(|row| self.rows.get(*row).is_some_and(|(_, _, row)| fits(row))).min()
        };
        match target {
            Target::Issue(id) => self.of_issue.get(id)?.iter().copied().find(|row| self.stuck.contains(row)),
            Target::Project(project) => find(&|row| row.project == *project),
            Target::Item(project, key) => find(&|row| row.project == *project && row.key == *key),
        }
    }

    /// The circle to which a row leads, beginning where the file names it first; none where that was found before.
    fn circle(&self, start: usize, seen: &mut HashSet<usize>) -> Option<Vec<Step<'a>>> {
        let (mut path, mut row) = (Vec::<Step<'_>>::new(), start);
        while seen.insert(row) {
            let (target, next) = self.next(row).filter(|_| self.stuck.contains(&row))?;
            path.push((row, target));
            row = next;
        }
        let mut circle = path.split_off(path.iter().position(|(own, _)| *own == row)?);
        let first = circle.iter().enumerate().min_by_key(|(_, (row, _))| *row).map_or(0, |(at, _)| at);
        circle.rotate_left(first);
        Some(circle)
    }
}

fn finding(input: &Input<'_>, waits: &Waits<'_>, circle: &[Step<'_>]) -> Finding {
    let rows: Vec<_> = circle.iter().filter_map(|(row, target)| Some((waits.rows.get(*row)?, *target))).collect();
    let name = |row: &ItemRow| row.issue.as_ref().map_or_else(|| words::item_ref(row), |id| input.short(id));
    let names: Vec<_> = rows.iter().map(|((_, _, row), _)| name(row)).collect();
    let message = match names.as_slice() {
        [one] => format!("{one} waits for itself, so it can never begin"),
        [first, rest @ ..] => {
            let others = rest.iter().chain([first]).map(|name| format!("for {name}")).collect::<Vec<_>>();
            format!("{first} waits {}: none of them can begin", others.join(", that "))
        }
        [] => String::new(),
    };
    let location = rows.first().map_or_else(super::location::at_file, |((project, item, _), _)| at(project, *item));
    let mut new = BLOCKED_IN_A_CIRCLE.finding(location, message);
    new.issues = rows.iter().filter_map(|((_, _, row), _)| row.issue.clone()).collect();
    new.evidence = rows
        .iter()
        .zip(&names)
        .map(|(((project, item, _), target), name)| {
            let written = input.roadmap.blockers(project, *item);
            let is_written = input.snapshot.current_targets(written).contains(target);
            let source = if is_written { "the roadmap" } else { "GitHub" };
            format!("{source}: {name} is blocked by {}", words::target(target, &input.roadmap.repo))
        })
        .collect();
    new
}
