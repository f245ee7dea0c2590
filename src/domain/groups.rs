//! Groups: SIGs, working groups, committees and teams, with their contacts.

use serde::{Deserialize, Serialize};

use super::{Date, GroupId, Text};

/// The groups of a community.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Groups {
    /// The day of the commit of kubernetes/community's sigs.yaml, if the built-in groups are included.
    pub as_of: Option<Date>,
    /// The groups, in the order of their file.
    #[serde(rename = "groups")]
    pub list: Vec<Group>,
}

/// A group.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Group {
    /// `sig-testing`
    pub id: GroupId,
    /// The name without its kind: `Testing` of SIG Testing.
    pub name: String,
    /// The full name, if the roadmap gives one: `Infrastructure team`.
    pub title: Option<String>,
    /// Former ids, for example `wg-k8s-infra` of `sig-k8s-infra`.
    pub formerly: Vec<GroupId>,
    /// Its labels on issues: `sig/testing`.
    pub labels: Vec<Text>,
    /// The channel in the Slack of Kubernetes, without `#`.
    pub slack: Option<Text>,
    /// Another place to chat: a link, or words such as `#infra`.
    pub chat: Option<String>,
    /// The page or address of the mailing list.
    pub mailing_list: Option<String>,
    /// Logins of chairs.
    pub chairs: Vec<Text>,
    /// Logins of technical leads.
    pub tech_leads: Vec<Text>,
    /// Logins of leads of a group from the roadmap.
    pub leads: Vec<Text>,
    /// Regular meetings.
    pub meetings: Vec<Meeting>,
    /// The page of its notes.
    pub notes: Option<String>,
    /// Repositories, or globs such as `org/*`.
    pub repos: Vec<Text>,
}

/// A regular meeting as in sigs.yaml: the frequency is free text, and a bi-weekly one does not say in which weeks.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
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

impl Group {
    /// Creates a group with only an id.
    pub fn new(id: GroupId) -> Self {
        Self { id, ..Self::default() }
    }

    /// Whether a label is one of the group's.
    pub fn has_label(&self, label: &str) -> bool {
        self.labels.iter().any(|own| own == label)
    }

    fn is_called(&self, name: &str) -> bool {
        let is = |own: &str| !own.is_empty() && own.to_lowercase().replace([' ', '/'], "-") == name;
        is(&self.name) || self.title.as_deref().is_some_and(is) || self.labels.iter().any(|label| is(label))
    }
}

impl Groups {
    /// Finds a group by its id or a former one.
    pub fn group(&self, id: &GroupId) -> Option<&Group> {
        self.list.iter().find(|group| &group.id == id || group.formerly.contains(id))
    }

    /// Finds a group by id, former id, label or name, with or without `sig-`.
    pub fn find(&self, text: &str) -> Option<&Group> {
        let name = text.trim().to_lowercase().replace(['/', ' '], "-");
        let id = |kind: &str| GroupId::new(&format!("{kind}{name}"));
        let by_id = ["", "sig-", "wg-", "committee-"].iter().find_map(|kind| self.group(&id(kind)));
        by_id.or_else(|| self.list.iter().find(|group| group.is_called(&name)))
    }

    /// Finds the group of a current or former label: both `sig/k8s-infra` and `wg/k8s-infra`.
    pub fn of_label(&self, label: &str) -> Option<&Group> {
        let by_label = self.list.iter().find(|group| group.has_label(label));
        by_label.or_else(|| self.group(&GroupId::from_label(label)?))
    }
}
