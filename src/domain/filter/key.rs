//! The keys of filter words, and the values of those keys that have a fixed list.

use crate::domain::{Conventions, State};

/// What a filter word with a colon tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterKey {
    /// A group, a person or a team that owns it.
    Owner,
    /// A part of the name of its project.
    Project,
    /// Its state.
    State,
    /// Its kind in the roadmap.
    Kind,
    /// The type of its issue on GitHub.
    Type,
    /// A label of its issue.
    Label,
    /// An assignee of its issue.
    Assignee,
    /// The milestone of its issue.
    Milestone,
    /// Something it does not have.
    No,
    /// Something that is true of it.
    Is,
    /// When it was last touched.
    Updated,
}

impl FilterKey {
    /// All keys as they are typed, in the order in which help and completion show them.
    const WRITTEN: [(&'static str, Self); 11] = [
        ("owner", Self::Owner),
        ("project", Self::Project),
        ("state", Self::State),
        ("kind", Self::Kind),
        ("type", Self::Type),
        ("label", Self::Label),
        ("assignee", Self::Assignee),
        ("milestone", Self::Milestone),
        ("no", Self::No),
        ("is", Self::Is),
        ("updated", Self::Updated),
    ];

    /// Returns all keys as they are typed, but for `sig`, which is another name of `owner`.
    pub fn words() -> impl Iterator<Item = &'static str> + Clone {
        words(&Self::WRITTEN)
    }

    /// Returns the keys that completion offers: communities with SIGs also type `sig:`.
    pub fn words_for(conventions: Conventions) -> impl Iterator<Item = &'static str> {
        let sig = match conventions {
            Conventions::Kubernetes => Some("sig"),
            Conventions::GitHub => None,
        };
        Self::words().chain(sig)
    }

    /// Returns the key that is typed like this.
    pub fn named(word: &str) -> Option<Self> {
        let word = if word == "sig" { "owner" } else { word };
        Self::WRITTEN.into_iter().find(|(written, _)| *written == word).map(|(_, key)| key)
    }

    /// Returns the values that are the same in every roadmap; of `updated:` examples.
    pub fn fixed_values(self) -> Vec<&'static str> {
        match self {
            Self::State => State::ALL.map(State::word).to_vec(),
            Self::No => words(&LACKS).collect(),
            Self::Is => words(&TRAITS).collect(),
            Self::Updated => vec!["<30d", "<90d", ">90d", ">1y"],
            Self::Owner | Self::Project | Self::Kind | Self::Type | Self::Label | Self::Assignee | Self::Milestone => {
                Vec::new()
            }
        }
    }

    /// Whether its values may have blanks.
    pub(super) fn takes_blanks(self) -> bool {
        match self {
            Self::Owner | Self::Kind | Self::Type | Self::Label | Self::Milestone => true,
            Self::Project | Self::State | Self::Assignee | Self::No | Self::Is | Self::Updated => false,
        }
    }
}

/// A value of `is:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trait {
    Free,
    MaybeFree,
    Blocked,
    Taken,
    Open,
    Ended,
    Stale,
    Rotten,
    Unowned,
    Unknown,
    Overdue,
}

/// The values of `is:` as they are typed.
pub(super) const TRAITS: [(&str, Trait); 11] = [
    ("free", Trait::Free),
    ("maybe-free", Trait::MaybeFree),
    ("blocked", Trait::Blocked),
    ("taken", Trait::Taken),
    ("open", Trait::Open),
    ("ended", Trait::Ended),
    ("stale", Trait::Stale),
    ("rotten", Trait::Rotten),
    ("unowned", Trait::Unowned),
    ("unknown", Trait::Unknown),
    ("overdue", Trait::Overdue),
];

/// A value of `no:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lack {
    Assignee,
    Issue,
    Owner,
    Milestone,
}

/// The values of `no:` as they are typed.
pub(super) const LACKS: [(&str, Lack); 4] =
    [("assignee", Lack::Assignee), ("issue", Lack::Issue), ("owner", Lack::Owner), ("milestone", Lack::Milestone)];

pub(super) fn words<T>(table: &'static [(&'static str, T)]) -> impl Iterator<Item = &'static str> + Clone {
    table.iter().map(|(word, _)| *word)
}

#[cfg(test)]
mod tests {
    use super::super::Filter;
    use super::*;

    #[test]
    fn every_fixed_value_is_one_that_its_key_takes() {
        let words = FilterKey::words().flat_map(|word| {
            let values = FilterKey::named(word).unwrap().fixed_values();
            values.into_iter().map(move |value| format!("{word}:{value}"))
        });
        let words: Vec<_> = words.collect();
        assert!(words.len() > 20);
        assert!(words.iter().all(|word| Filter::parse(word).is_ok()), "{words:?}");
    }
}
