//! Groups: SIGs, working groups, committees and teams, and how to reach them.

use serde::{Deserialize, Serialize};

use super::{Date, GroupId, Text};

/// The groups of the project and the day of these facts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Groups {
    /// The day of the commit of kubernetes/community's sigs.yaml.
    #[serde(rename = "taken")]
    pub as_of: Date,
    /// By kind (SIG, WG, committee), then name.
    #[serde(rename = "groups")]
    pub list: Vec<Group>,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// `sig-testing`
    pub id: GroupId,
    /// `Testing`
    pub name: String,
    /// Former ids, for example `wg-k8s-infra` of `sig-k8s-infra`.
    #[serde(default)]
    pub formerly: Vec<GroupId>,
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

impl Groups {
    /// Finds a group by its id or a former one.
    pub fn group(&self, id: &GroupId) -> Option<&Group> {
        self.list.iter().find(|group| &group.id == id || group.formerly.contains(id))
    }

    /// Finds a group as people call it: by id, former id, label or name, with or without `sig-`.
    pub fn find(&self, text: &str) -> Option<&Group> {
        let name = text.trim().to_lowercase().replace(['/', ' '], "-");
        let id = |kind: &str| GroupId::new(&format!("{kind}{name}"));
        let by_id = ["", "sig-", "wg-", "committee-"].iter().find_map(|kind| self.group(&id(kind)));
        by_id.or_else(|| self.list.iter().find(|group| group.name.to_lowercase().replace(' ', "-") == name))
    }

    /// Finds the group of a label, present or former: both `sig/k8s-infra` and `wg/k8s-infra`.
    pub fn of_label(&self, label: &str) -> Option<&Group> {
        self.group(&GroupId::from_label(label)?)
    }
}
