//! Owners: groups, people, teams or plain words, and how sure that is.

use serde::{Deserialize, Serialize};

use super::Text;

/// A SIG, working group or committee as data spells it: `sig-testing`, `wg-batch`, `committee-steering`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GroupId(pub Text);

impl GroupId {
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

/// One owner, as the roadmap spells it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "Text", into = "Text")]
pub enum OwnerName {
    /// A group: `sig-testing`, `infra`.
    Group(GroupId),
    /// A person, with the `@` in front: `@login`.
    Person(Text),
    /// A team of an organisation, with the `@` in front: `@org/team`.
    Team(Text),
    /// Words: `Example Inc`.
    Words(Text),
}

impl OwnerName {
    /// Reads a name by its spelling alone: `@login`, `@org/team`, an id without blanks, else words.
    pub fn new(text: &str) -> Self {
        match text.strip_prefix('@') {
            Some(rest) if is_team(rest) => Self::Team(Text::new(text)),
            Some(rest) if is_login(rest) => Self::Person(Text::new(text)),
            Some(_) => Self::Words(Text::new(text)),
            None if is_group_id(text) => Self::Group(GroupId::new(text)),
            None => Self::Words(Text::new(text)),
        }
    }

    /// Returns the spelling of data.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Group(id) => id.as_str(),
            Self::Person(text) | Self::Team(text) | Self::Words(text) => text,
        }
    }

    /// Returns the group, where it is one.
    pub fn group(&self) -> Option<&GroupId> {
        match self {
            Self::Group(id) => Some(id),
            Self::Person(_) | Self::Team(_) | Self::Words(_) => None,
        }
    }

    /// Returns the page of a person or a team on a web host, `https://github.com` for example.
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

/// Whether GitHub would take a text as a login: letters, digits and single hyphens, at most 39.
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

/// How sure an owner is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// The owner said yes.
    Accepted,
    /// The roadmap says no more than a name.
    Stated,
    /// "This would be owned by …".
    Proposed,
    /// One of several.
    Either,
    /// "Unsure, maybe …".
    Unsure,
    /// There is no owner.
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

    /// Returns the spelling of data.
    pub fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Stated => "stated",
            Self::Proposed => "proposed",
            Self::Either => "either",
            Self::Unsure => "unsure",
            Self::None => "none",
        }
    }
}

/// Who owns something; by default no one. Without names the certainty is `none`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Owner {
    /// In the order in which they were written.
    pub names: Vec<OwnerName>,
    /// How sure that is.
    pub certainty: Certainty,
}

impl Owner {
    /// No owner.
    pub fn none() -> Self {
        Self::default()
    }

    /// One owner, who said yes.
    pub fn accepted(name: &str) -> Self {
        Self { names: vec![OwnerName::new(name)], certainty: Certainty::Accepted }
    }

    /// One owner of whom the file says no more than the name.
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

    /// Whether it is owned, alone or together, and no doubt about it.
    pub fn is_settled(&self) -> bool {
        !self.names.is_empty()
            && matches!(self.certainty, Certainty::Accepted | Certainty::Stated | Certainty::Proposed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_names_its_group() {
        assert_eq!(GroupId::from_label("sig/testing"), Some(GroupId::new("sig-testing")));
        assert_eq!(GroupId::from_label("wg/k8s-infra"), Some(GroupId::new("wg-k8s-infra")));
        assert_eq!(GroupId::from_label("area/prow"), None);
        assert_eq!(GroupId::from_label("sig/"), None);
    }

    #[test]
    fn several_owners_together_are_settled_and_one_of_several_is_not() {
        let is_settled = |names: &[&str], certainty| {
            Owner { names: names.iter().map(|name| OwnerName::new(name)).collect(), certainty }.is_settled()
        };
        assert!(is_settled(&["infra", "@bob"], Certainty::Stated) && is_settled(&["infra"], Certainty::Proposed));
        assert!(!is_settled(&["infra", "docs"], Certainty::Either) && !is_settled(&[], Certainty::Stated));
    }

    #[test]
    fn the_spelling_tells_people_teams_groups_and_words_apart() {
        assert_eq!(OwnerName::new("@alice"), OwnerName::Person("@alice".into()));
        assert_eq!(OwnerName::new("@org/infra-team"), OwnerName::Team("@org/infra-team".into()));
        assert_eq!(OwnerName::new("sig-testing"), OwnerName::Group(GroupId::new("sig-testing")));
        for words in ["Example Inc", "@alice and @bob", "@", "the vendor (see #3)"] {
            assert_eq!(OwnerName::new(words), OwnerName::Words(words.into()));
        }
    }
}
