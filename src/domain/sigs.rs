//! SIGs, working groups and committees: who they are and how to reach them.

use serde::{Deserialize, Serialize};

use super::{Date, SigId, Text};

/// The groups of the project and the day the facts were taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sigs {
    /// The day of the commit of kubernetes/community's sigs.yaml.
    pub taken: Date,
    /// By kind (SIG, WG, committee), then name.
    pub groups: Vec<Group>,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// `sig-testing`
    pub id: SigId,
    /// `Testing`
    pub name: String,
    /// Former ids, for example `wg-k8s-infra` of `sig-k8s-infra`.
    #[serde(default)]
    pub formerly: Vec<SigId>,
    /// The label on issues: `sig/testing`.
    pub label: Text,
    /// The Slack channel, without `#`.
    pub slack: Option<Text>,
    /// The page of the mailing list.
    pub mailing_list: Option<String>,
    /// GitHub logins.
    pub chairs: Vec<Text>,
    /// GitHub logins.
    pub tech_leads: Vec<Text>,
    /// Regular meetings.
    pub meetings: Vec<Meeting>,
}

/// A regular meeting, as sigs.yaml has it: its frequency is free text and a bi-weekly one has no phase.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Meeting {
    /// `Regular SIG Meeting`
    pub description: String,
    /// `Wednesday`
    pub day: String,
    /// `17:00`, `4PM`
    pub time: String,
    /// `UTC`, `PT (Pacific Time)`
    pub tz: String,
    /// `bi-weekly`, `First Wednesday of the month`
    pub frequency: String,
    /// The page of the notes.
    pub archive: Option<String>,
}

impl Sigs {
    /// Finds a group by its id or a former one.
    pub fn group(&self, id: &SigId) -> Option<&Group> {
        self.groups.iter().find(|group| &group.id == id || group.formerly.contains(id))
    }

    /// Finds the group of a label, present or former: both `sig/k8s-infra` and `wg/k8s-infra`.
    pub fn of_label(&self, label: &str) -> Option<&Group> {
        self.group(&SigId::from_label(label)?)
    }
}
