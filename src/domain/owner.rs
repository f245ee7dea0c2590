//! Who a piece of the migration belongs to, and how sure that is.

use serde::{Deserialize, Serialize};

use super::Text;

/// A SIG, working group or committee as data spells it: `sig-testing`, `wg-batch`, `committee-steering`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SigId(pub Text);

impl SigId {
    /// Names a group.
    pub fn new(id: &str) -> Self {
        Self(Text::new(id))
    }

    /// Returns the spelling of data.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads the group out of a label such as `sig/testing`, `wg/batch` or `committee/steering`.
    pub fn from_label(label: &str) -> Option<Self> {
        let (kind, name) = label.split_once('/')?;
        let grouped = matches!(kind, "sig" | "wg" | "committee") && !name.is_empty();
        grouped.then(|| Self(Text::from(format!("{kind}-{name}"))))
    }
}

/// How sure an owner is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// The group said yes.
    Accepted,
    /// "This would be owned by …".
    Proposed,
    /// One of several groups.
    Either,
    /// "Unsure, maybe …".
    Unsure,
    /// Nobody was named.
    #[default]
    None,
}

impl Certainty {
    /// All certainties with their spelling in a roadmap.
    pub const ALL: [(&'static str, Self); 5] = [
        ("accepted", Self::Accepted),
        ("proposed", Self::Proposed),
        ("either", Self::Either),
        ("unsure", Self::Unsure),
        ("none", Self::None),
    ];

    /// Returns the spelling of data.
    pub fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Proposed => "proposed",
            Self::Either => "either",
            Self::Unsure => "unsure",
            Self::None => "none",
        }
    }
}

/// The groups that own something; nobody by default. Without groups the certainty is `none`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Owner {
    /// In the order in which they were written.
    pub sigs: Vec<SigId>,
    /// How sure that is.
    pub certainty: Certainty,
}

impl Owner {
    /// Nobody.
    pub fn none() -> Self {
        Self::default()
    }

    /// One group, certainly.
    pub fn accepted(id: &str) -> Self {
        Self { sigs: vec![SigId::new(id)], certainty: Certainty::Accepted }
    }

    /// Tells whether the group is among the owners.
    pub fn names(&self, sig: &SigId) -> bool {
        self.sigs.contains(sig)
    }

    /// Tells whether exactly one group said yes or was proposed.
    pub fn is_settled(&self) -> bool {
        self.sigs.len() == 1 && matches!(self.certainty, Certainty::Accepted | Certainty::Proposed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_names_its_group() {
        assert_eq!(SigId::from_label("sig/testing"), Some(SigId::new("sig-testing")));
        assert_eq!(SigId::from_label("wg/k8s-infra"), Some(SigId::new("wg-k8s-infra")));
        assert_eq!(SigId::from_label("area/prow"), None);
        assert_eq!(SigId::from_label("sig/"), None);
    }
}
