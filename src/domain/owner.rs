//! Owners: groups, people, teams or plain words, with their certainty.

use serde::{Deserialize, Serialize};

use super::Text;
use super::text_id::text_id;

text_id! {
    /// The id of a SIG, working group, committee or team: `sig-testing`, `wg-batch`, `committee-steering`, `infra`.
    GroupId
}

impl GroupId {
    /// Returns the group of a label such as `sig/testing`, `wg/batch` or `committee/steering`.
    pub fn from_label(label: &str) -> Option<Self> {
        let (kind, name) = label.split_once('/')?;
        let grouped = matches!(kind, "sig" | "wg" | "committee") && !name.is_empty();
        grouped.then(|| Self(Text::from(format!("{kind}-{name}"))))
    }
}

/// One owner as written in the roadmap.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "Text", into = "Text")]
pub enum OwnerName {
    /// A group: `sig-testing`, `infra`.
    Group(GroupId),
    /// A person, including the `@`: `@login`.
    Person(Text),
    /// A team of an organisation, including the `@`: `@org/team`.
    Team(Text),
    /// Any other text: `Example Inc`.
    Words(Text),
}

impl std::fmt::Display for OwnerName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl OwnerName {
    /// Parses a name: `@login`, `@org/team`, an id without spaces, else words.
    pub fn new(text: &str) -> Self {
        match text.strip_prefix('@') {
            Some(rest) if is_team(rest) => Self::Team(Text::new(text)),
            Some(rest) if is_login(rest) => Self::Person(Text::new(text)),
            Some(_) => Self::Words(Text::new(text)),
            None if is_group_id(text) => Self::Group(GroupId::new(text)),
            None => Self::Words(Text::new(text)),
        }
    }

    /// Returns the name used in data.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Group(id) => id.as_str(),
            Self::Person(text) | Self::Team(text) | Self::Words(text) => text,
        }
    }

    /// Returns the group, if it is one.
    pub fn group(&self) -> Option<&GroupId> {
        if let Self::Group(id) = self { Some(id) } else { None }
    }

    /// Returns the URL of a person or a team on a web host such as `https://github.com`.
    pub fn page(&self, web: &str) -> Option<String> {
        match self {
            Self::Person(text) => Some(format!("{web}/{}", text.trim_start_matches('@'))),
            Self::Team(text) => {
                let (org, team) = text.trim_start_matches('@').split_once('/')?;
                Some(format!("{web}/orgs/{org}/teams/{team}"))
            }
            Self::Group(_) | Self::Words(_) => None,
        }
    }
}

impl From<Text> for OwnerName {
    fn from(text: Text) -> Self {
        Self::new(&text)
    }
}

impl From<OwnerName> for Text {
    fn from(name: OwnerName) -> Self {
        match name {
            OwnerName::Group(GroupId(text)) => text,
            OwnerName::Person(text) | OwnerName::Team(text) | OwnerName::Words(text) => text,
        }
    }
}

/// Whether a text is a GitHub login: at most 39 letters, digits, hyphens and underscores.
pub fn is_login(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    !text.is_empty() && text.len() <= 39 && text.chars().all(fits) && !text.starts_with('-')
}

/// Whether a text is `org/team`.
pub fn is_team(text: &str) -> bool {
    let is_slug = |slug: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        !slug.is_empty() && slug.len() <= 100 && slug.chars().all(fits)
    };
    text.split_once('/').is_some_and(|(org, team)| is_login(org) && is_slug(team))
}

fn is_group_id(text: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    !text.is_empty() && text.chars().all(fits)
}

/// How certain an owner is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// The owner agreed.
    Accepted,
    /// The roadmap only gives a name.
    Stated,
    /// "This would be owned by …".
    Proposed,
    /// One of several.
    Either,
    /// "Unsure, maybe …".
    Unsure,
    /// No owner.
    #[default]
    None,
}

impl Certainty {
    /// All certainties with their spelling in a roadmap.
    pub const ALL: [(&'static str, Self); 6] = [
        ("accepted", Self::Accepted),
        ("stated", Self::Stated),
        ("proposed", Self::Proposed),
        ("either", Self::Either),
        ("unsure", Self::Unsure),
        ("none", Self::None),
    ];

    /// Returns the name used in data.
    pub fn word(self) -> &'static str {
        super::word_of(&Self::ALL, &self)
    }
}

/// The owner of a project or an item; empty by default. Without names, the certainty is `none`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Owner {
    /// The names, as written.
    pub names: Vec<OwnerName>,
    /// How certain it is.
    pub certainty: Certainty,
}

impl Owner {
    /// No owner.
    pub fn none() -> Self {
        Self::default()
    }

    /// Returns one owner, who agreed.
    pub fn accepted(name: &str) -> Self {
        Self { names: vec![OwnerName::new(name)], certainty: Certainty::Accepted }
    }

    /// Returns one owner of whom the file only gives the name.
    pub fn stated(name: OwnerName) -> Self {
        Self { names: vec![name], certainty: Certainty::Stated }
    }

    /// Whether a name is among the owners.
    pub fn includes(&self, name: &OwnerName) -> bool {
        self.names.contains(name)
    }

    /// Whether a group is among the owners.
    pub fn includes_group(&self, id: &GroupId) -> bool {
        self.groups().any(|group| group == id)
    }

    /// Returns the groups among the owners.
    pub fn groups(&self) -> impl Iterator<Item = &GroupId> {
        self.names.iter().filter_map(OwnerName::group)
    }

    /// Whether the owners are certain.
    pub fn is_settled(&self) -> bool {
        !self.names.is_empty()
            && matches!(self.certainty, Certainty::Accepted | Certainty::Stated | Certainty::Proposed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_gives_its_group() {
        assert_eq!(GroupId::from_label("sig/testing"), Some(GroupId::new("sig-testing")));
        assert_eq!(GroupId::from_label("wg/k8s-infra"), Some(GroupId::new("wg-k8s-infra")));
        assert_eq!(GroupId::from_label("area/prow"), None);
        assert_eq!(GroupId::from_label("sig/"), None);
    }

    #[test]
    fn joint_owners_are_settled_but_one_of_several_is_not() {
        let is_settled = |names: &[&str], certainty| {
            Owner { names: names.iter().map(|name| OwnerName::new(name)).collect(), certainty }.is_settled()
        };
        assert!(is_settled(&["infra", "@bob"], Certainty::Stated) && is_settled(&["infra"], Certainty::Proposed));
        assert!(!is_settled(&["infra", "docs"], Certainty::Either) && !is_settled(&[], Certainty::Stated));
    }

    #[test]
    fn people_teams_groups_and_words_are_distinguished_by_spelling() {
        assert_eq!(OwnerName::new("@alice"), OwnerName::Person("@alice".into()));
        assert_eq!(OwnerName::new("@org/infra-team"), OwnerName::Team("@org/infra-team".into()));
        assert_eq!(OwnerName::new("sig-testing"), OwnerName::Group(GroupId::new("sig-testing")));
        for words in ["Example Inc", "@alice and @bob", "@", "the vendor (see #3)"] {
            assert_eq!(OwnerName::new(words), OwnerName::Words(words.into()));
        }
    }
}
