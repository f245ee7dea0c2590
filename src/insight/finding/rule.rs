//! Rules of findings: name, severity and text, each a const beside the function that finds.

use super::{
    Confidence, Finding, Input, Location, Remedy, Severity, accounts, boxes, circles, counters, dates, issues, names,
    owners, structure, written,
};
use crate::domain::IssueRef;

/// One rule.
pub struct FindingRule {
    /// Its name in silences and on the command line.
    pub name: &'static str,
    /// How much its findings matter.
    pub severity: Severity,
    /// One line.
    pub summary: &'static str,
    /// What it looks at, why that matters, and what to do.
    pub explain: &'static str,
    /// Adds the findings of the rule.
    pub find: fn(&Input<'_>, &mut Vec<Finding>),
}

impl FindingRule {
    /// Makes a certain finding of this rule without evidence or remedy.
    pub(super) fn finding(&self, location: Location, message: String) -> Finding {
        Finding {
            rule: self.name,
            severity: self.severity,
            location,
            confidence: Confidence::Certain,
            issues: Vec::new(),
            message,
            evidence: Vec::new(),
            remedy: Remedy::None,
        }
    }
}

impl Finding {
    /// Sets the issues that it is about.
    pub(super) fn issues<'i>(self, issues: impl IntoIterator<Item = &'i IssueRef>) -> Self {
        Self { issues: issues.into_iter().cloned().collect(), ..self }
    }

    /// Adds evidence.
    pub(super) fn evidence(mut self, evidence: impl IntoIterator<Item = String>) -> Self {
        self.evidence.extend(evidence);
        self
    }

    /// Sets how sure it is.
    pub(super) fn confidence(self, confidence: Confidence) -> Self {
        Self { confidence, ..self }
    }

    /// Sets the remedy.
    pub(super) fn remedy(self, remedy: Remedy) -> Self {
        Self { remedy, ..self }
    }
}

/// Returns all rules.
pub fn rules() -> impl Iterator<Item = &'static FindingRule> {
    let by_topic = [
        written::RULES,
        issues::RULES,
        names::RULES,
        owners::RULES,
        boxes::RULES,
        structure::RULES,
        circles::RULES,
        accounts::RULES,
        counters::RULES,
        dates::RULES,
    ];
    by_topic.into_iter().flatten()
}

/// Finds a rule by its name.
pub fn rule(name: &str) -> Option<&'static FindingRule> {
    rules().find(|rule| rule.name == name)
}
