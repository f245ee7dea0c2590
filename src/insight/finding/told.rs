//! What findings say. The words of those of which there may be thousands are made when somebody reads them.

use super::{Confidence, Edit, Finding, Remedy, Severity, Spot};
use crate::domain::IssueRef;

/// What a finding says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// One sentence without a full stop.
    pub message: String,
    /// What to do.
    pub remedy: Remedy,
}

impl Words {
    /// Begins with a sentence alone.
    pub(super) fn new(message: String) -> Self {
        Self { message, remedy: Remedy::None }
    }
}

/// What the words of a finding are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Facts {
    /// They were made at once.
    Told(Box<Told>),
    /// Nobody said anything in an issue for so many days.
    Quiet(IssueRef, u32),
    /// Nor did whoever has it.
    AssignedButSilent(IssueRef, u32),
    /// An issue was closed with open boxes.
    OpenBoxes(IssueRef),
    /// Issues name a project that links none, the likeliest first.
    NotLinked {
        /// At least one.
        named: Vec<IssueRef>,
        /// Whether the first says `project NAME`.
        as_project: bool,
    },
}

/// Words that were made at once, and the issues they are about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    issues: Vec<IssueRef>,
    pub(super) evidence: Vec<String>,
    pub(super) words: Words,
}

impl Finding {
    /// Begins a finding whose words are made later; it matters as much as its rule says, or less.
    pub(super) fn of(name: &'static str, spot: Spot, facts: Facts) -> Self {
        Self { rule: name, severity: Severity::Error, spot, confidence: Confidence::Certain, ran_out: None, facts }
    }

    /// Returns the issues it is about, the most important first.
    pub fn issues(&self) -> &[IssueRef] {
        match &self.facts {
            Facts::Told(told) => &told.issues,
            Facts::Quiet(issue, _) | Facts::AssignedButSilent(issue, _) | Facts::OpenBoxes(issue) => {
                std::slice::from_ref(issue)
            }
            Facts::NotLinked { named, .. } => named,
        }
    }

    /// Tells whether its remedy is an edit of the roadmap, without making words.
    pub fn is_edit(&self) -> bool {
        match &self.facts {
            Facts::Told(told) => matches!(told.words.remedy, Remedy::Edit(_)),
            Facts::Quiet(..) | Facts::AssignedButSilent(..) | Facts::OpenBoxes(_) => false,
            Facts::NotLinked { .. } => true,
        }
    }

    /// Returns what stays the same while messages change with the days: for selection. No two findings share one.
    pub fn id(&self, words: &Words) -> String {
        let project = match &self.spot.project {
            Some(project) => project.to_string(),
            // Counters and the file as a whole have no name here.
            None => format!("line {}", self.spot.place.line),
        };
        let item = self.spot.item.as_ref().map(ToString::to_string).unwrap_or_default();
        let issue = self.issues().first().map(ToString::to_string).unwrap_or_default();
        let edit = match &words.remedy {
            Remedy::Edit(Edit::Set { value, .. } | Edit::Append { value, .. }) => value.as_str(),
            Remedy::Edit(Edit::AddProject { id, .. }) => id.as_str(),
            Remedy::Say { .. } | Remedy::None => "",
        };
        format!("{}:{project}:{item}:{issue}:{edit}", self.rule)
    }
}

/// A finding whose words are made at once.
pub(super) struct New {
    pub(super) spot: Spot,
    pub(super) issues: Vec<IssueRef>,
    pub(super) message: String,
    pub(super) evidence: Vec<String>,
    pub(super) confidence: Confidence,
    pub(super) remedy: Remedy,
    rule: &'static str,
}

/// Begins a finding of a rule.
pub(super) fn finding(name: &'static str, spot: Spot, message: String) -> New {
    let (issues, evidence) = Default::default();
    let (confidence, remedy) = (Confidence::Certain, Remedy::None);
    New { rule: name, spot, issues, message, evidence, confidence, remedy }
}

impl From<New> for Finding {
    fn from(new: New) -> Self {
        let New { rule, spot, issues, message, evidence, confidence, remedy } = new;
        let facts = Facts::Told(Box::new(Told { issues, evidence, words: Words { message, remedy } }));
        Self { confidence, ..Self::of(rule, spot, facts) }
    }
}
