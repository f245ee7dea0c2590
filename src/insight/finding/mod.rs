//! Findings: where roadmap and issues disagree, each with its place, its evidence and its remedy.
//!
//! Each rule is a const and a function; [`rules`] returns them all. The callers decide how a finding looks.

mod accounts;
mod boxes;
mod circles;
mod counters;
mod dates;
mod input;
mod issues;
mod link;
mod location;
mod names;
mod owners;
mod related;
mod remedy;
mod rule;
mod structure;
#[cfg(test)]
mod tests;
mod titles;
mod written;

pub use crate::domain::Confidence;
use crate::domain::edit::RoadmapEdit;
use crate::domain::{Board, Date, IssueRef, Roadmap, Silence, Snapshot, Text, World};
use crate::words::{self, Tone};
pub use counters::no_issue_has;
pub use dates::{StaleOutcome, fate};
pub use input::Input;
pub use location::Location;
pub use related::Related;
pub use remedy::Remedy;
pub use rule::{FindingRule, rule, rules};

/// How much a finding matters; the greatest is the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Worth a look.
    Warning,
    /// Something shown is wrong, or will be.
    Error,
}

impl Severity {
    /// Returns the name used in data.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }

    /// Returns the tone in which it is shown.
    pub fn tone(self) -> Tone {
        match self {
            Self::Error => Tone::Bad,
            Self::Warning => Tone::Warning,
            Self::Info => Tone::Faint,
        }
    }
}

/// One disagreement between roadmap, issues and counters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The name of its rule.
    pub rule: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Where in the file.
    pub location: Location,
    /// How sure it is.
    pub confidence: Confidence,
    /// The issues it is about, the most important first.
    pub issues: Vec<IssueRef>,
    /// One sentence without a full stop.
    pub message: String,
    /// The facts behind it, each a sentence without a full stop.
    pub evidence: Vec<String>,
    /// What to do.
    pub remedy: Remedy,
}

impl Finding {
    /// Returns the edit of the roadmap that is its remedy.
    pub fn edit(&self) -> Option<&RoadmapEdit> {
        if let Remedy::Edit(edit) = &self.remedy { Some(edit) } else { None }
    }

    /// Returns a unique id for selection, which stays the same while the message changes with the days.
    pub fn id(&self) -> String {
        let project = match &self.location.project {
            Some(project) => project.to_string(),
            // Findings about counters and the whole file have no project.
            None => format!("line {}", self.location.place.line),
        };
        let item = self.location.item.as_ref().map(ToString::to_string).unwrap_or_default();
        let issue = self.issues.first().map(ToString::to_string).unwrap_or_default();
        let edit = match &self.remedy {
            Remedy::Edit(RoadmapEdit::Set { value, .. } | RoadmapEdit::Append { value, .. }) => value.as_str(),
            Remedy::Edit(RoadmapEdit::AddProject { id, .. }) => id.as_str(),
            Remedy::Say { .. } | Remedy::Run(_) | Remedy::None => "",
        };
        format!("{}:{project}:{item}:{issue}:{edit}", self.rule)
    }
}

/// The findings of a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The day that the findings are about.
    pub date: Date,
    /// In the order of the file, then by severity; those about the whole file last.
    pub findings: Vec<Finding>,
    /// The silenced findings, each with its silence.
    pub silenced: Vec<(Finding, Silence)>,
}

impl Checked {
    /// Counts the findings of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// Counts the findings by severity, without zeros: `3 errors`, `12 warnings`, `1 info`.
    pub fn counts(&self) -> Vec<String> {
        let all = [
            (Severity::Error, "error", "errors"),
            (Severity::Warning, "warning", "warnings"),
            (Severity::Info, "info", "info"),
        ];
        let counts = all.map(|(severity, one, many)| (self.count(severity) as u64, one, many)).into_iter();
        counts.filter(|(found, ..)| *found > 0).map(|(found, one, many)| words::count(found, one, many)).collect()
    }

    /// Returns the worst severity there is.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }
}

/// Which day the findings are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// What is known now: the newest day of snapshot and readings, even where an older board is shown.
    Now,
    /// The day of the world, which the user asked for.
    AsShown,
}

/// Checks a world.
pub fn of_world(world: &World, moment: Moment) -> Checked {
    of_board(world, &world.board_at(day_of(world, moment)))
}

/// Checks a board of a world.
pub fn of_board(world: &World, board: &Board) -> Checked {
    let mut input = Input::new(&world.roadmap, &world.snapshot, board);
    input.newest_commits = world.checkout.as_ref().map(|facts| facts.newest.as_slice()).unwrap_or_default();
    check_input(&input)
}

/// Returns the day that the findings of a world are about.
pub fn day_of(world: &World, moment: Moment) -> Date {
    match moment {
        Moment::Now => world.date.max(world.newest()),
        Moment::AsShown => world.date,
    }
}

/// Compares a roadmap with a snapshot, as of the date of the board, which must be their join.
pub fn check(roadmap: &Roadmap, snapshot: &Snapshot, board: &Board) -> Checked {
    check_input(&Input::new(roadmap, snapshot, board))
}

fn check_input(input: &Input<'_>) -> Checked {
    let (roadmap, board) = (input.roadmap, input.board);
    let find = |rule: &FindingRule| {
        let mut found = Vec::new();
        (rule.find)(input, &mut found);
        debug_assert!(found.iter().all(|finding| finding.rule == rule.name), "{}", rule.name);
        found
    };
    let mut found: Vec<_> = rules().flat_map(find).collect();
    // Findings about the whole file are the least urgent.
    let is_of_all = |location: &Location| *location == location::at_file();
    // Findings are large, so each is moved only once.
    let order =
        |finding: &Finding| (is_of_all(&finding.location), finding.location.place, std::cmp::Reverse(finding.severity));
    found.sort_by_cached_key(order);
    let mut checked = Checked { date: board.date, findings: Vec::new(), silenced: Vec::new() };
    for mut finding in found {
        match silence_of(roadmap, &finding, board.date) {
            Silenced::Yes(silence) => checked.silenced.push((finding, silence)),
            Silenced::RanOut(until) => {
                finding.evidence.push(format!("it was silenced until {until}"));
                checked.findings.push(finding);
            }
            Silenced::No => checked.findings.push(finding),
        }
    }
    checked
}

enum Silenced {
    Yes(Silence),
    RanOut(Date),
    No,
}

/// The innermost silence counts: the item's, else the project's, else the file's.
fn silence_of(roadmap: &Roadmap, finding: &Finding, date: Date) -> Silenced {
    let project = finding.location.project.as_ref().and_then(|id| roadmap.projects.iter().find(|own| &own.id == id));
    let item = project.and_then(|project| {
        finding.location.item.as_ref().and_then(|key| project.items.iter().find(|item| &item.key == key))
    });
    let of_item = item.map(|item| item.silenced.as_slice()).unwrap_or_default();
    let of_project = project.map(|project| project.silenced.as_slice()).unwrap_or_default();
    let fits = |silence: &&Silence| silence.rule == Text::new(finding.rule) || silence.rule == "all";
    let mut ran_out = None;
    for silence in of_item.iter().chain(of_project).chain(&roadmap.silenced).filter(fits) {
        match silence.until {
            Some(until) if until < date => ran_out = ran_out.max(Some(until)),
            Some(_) | None => return Silenced::Yes(silence.clone()),
        }
    }
    ran_out.map_or(Silenced::No, Silenced::RanOut)
}
