//! Rule about items that wait for each other. The reader refuses a circle within the file, but dependencies on GitHub may
//! still close one.

use std::collections::{HashMap, HashSet};

use super::input::Input;
use super::location::at;
use super::{Finding, FindingRule, Severity};
use crate::domain::circles::Circles;
use crate::domain::{Freedom, IssueRef, Item, ItemRow, Project, Target};
use crate::words;

const BLOCKED_IN_A_CIRCLE: FindingRule = FindingRule {
    name: "blocked-in-a-circle",
    severity: Severity::Error,
    summary: "items wait for each other, so none of them can begin",
    explain: "An item waits, in the roadmap or on GitHub, for something that waits for this item in turn. None of them is \
ever free. Remove one of the links, here or on GitHub.",
    find: |input, found| found.extend(circles(input)),
};

pub(super) const RULES: &[FindingRule] = &[BLOCKED_IN_A_CIRCLE];

/// The issues of each circle.
pub(super) fn issues_in_circles(input: &Input<'_>) -> Vec<HashSet<IssueRef>> {
    circles(input).into_iter().map(|circle| circle.issues.into_iter().collect()).collect()
}

fn circles(input: &Input<'_>) -> Vec<Finding> {
    if !input.board.items().any(|row| row.freedom == Freedom::Blocked) {
        return Vec::new();
    }
    let waits = Waits::of(input);
    let circles = Circles::of(&waits.steps.iter().map(|(from, _, to)| (*from, *to)).collect::<Vec<_>>());
    let mut seen: HashSet<&Target> = HashSet::new();
    let mut found = Vec::new();
    for (from, target, to) in &waits.steps {
        // Several items with one issue are in the same circle.
        if seen.contains(target) {
            continue;
        }
        if let Some(circle) = circles.through(*from, *to) {
            let steps = waits.along(&circle);
            seen.extend(steps.iter().map(|(_, target)| *target));
            found.push(finding(input, &steps));
        }
    }
    found
}

/// A row with its project and item in the file.
type WaitingRow<'a> = (&'a Project, Option<&'a Item>, &'a ItemRow);

/// Which rows wait for which.
struct Waits<'a> {
    /// All rows in the order of the file.
    rows: Vec<WaitingRow<'a>>,
    /// Each blocked row, what it waits for, and a blocked row that is a part of that.
    steps: Vec<(usize, &'a Target, usize)>,
}

impl<'a> Waits<'a> {
    /// Builds the edges. An issue ends with the last item that has it, a project with the last of its items.
    fn of(input: &Input<'a>) -> Self {
        let rows: Vec<_> = input.rows().collect();
        let blocked = || rows.iter().enumerate().filter(|(_, (_, _, row))| row.freedom == Freedom::Blocked);
        let mut parts: HashMap<Target, Vec<usize>> = HashMap::new();
        for (at, (_, _, row)) in blocked() {
            let issue = row.issue.as_ref().map(|issue| Target::Issue(input.snapshot.current_id(issue).clone()));
            let item = Target::Item(row.project.clone(), row.key.clone());
            for target in [Target::Project(row.project.clone()), item].into_iter().chain(issue) {
                parts.entry(target).or_default().push(at);
            }
        }
        let parts_of = |target: &Target| parts.get(target).into_iter().flatten().copied();
        let steps_of = |(at, (_, _, row)): (usize, &(_, _, &'a ItemRow))| {
            let targets = row.blocked_by.iter();
            targets.flat_map(|target| parts_of(target).map(move |part| (at, target, part))).collect::<Vec<_>>()
        };
        let steps = blocked().flat_map(steps_of).collect();
        Self { rows, steps }
    }

    /// The rows of a circle, each with what it waits for.
    fn along(&self, circle: &[usize]) -> Vec<(&WaitingRow<'a>, &'a Target)> {
        let steps = circle.iter().zip(circle.iter().cycle().skip(1));
        let step = |(row, part): (&usize, &usize)| {
            let (_, target, _) = self.steps.iter().find(|(from, _, to)| (from, to) == (row, part))?;
            Some((self.rows.get(*row)?, *target))
        };
        steps.filter_map(step).collect()
    }
}

fn finding(input: &Input<'_>, rows: &[(&WaitingRow<'_>, &Target)]) -> Finding {
    let name = |row: &ItemRow| row.issue.as_ref().map_or_else(|| words::item_ref(row), |id| input.short(id));
    let names: Vec<_> = rows.iter().map(|((_, _, row), _)| name(row)).collect();
    let message = match names.as_slice() {
        [one] => format!("{one} waits for itself, so it can never begin"),
        [first, rest @ ..] => {
            let others = rest.iter().chain([first]).map(|name| format!("for {name}")).collect::<Vec<_>>();
            format!("{first} waits {}: none of them can begin", others.join(", which waits "))
        }
        [] => String::new(),
    };
    let location = rows.first().map_or_else(super::location::at_file, |((project, item, _), _)| at(project, *item));
    let evidence = rows.iter().zip(&names).map(|(((project, item, _), target), name)| {
        let written = input.roadmap.blockers(project, *item);
        let is_written = input.snapshot.current_targets(written).contains(target);
        let source = if is_written { "the roadmap" } else { "GitHub" };
        format!("{source}: {name} is blocked by {}", words::target(target, &input.roadmap.repo))
    });
    let issues = rows.iter().filter_map(|((_, _, row), _)| row.issue.as_ref());
    BLOCKED_IN_A_CIRCLE.finding(location, message).issues(issues).evidence(evidence)
}
