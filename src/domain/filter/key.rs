//! The keys of filter words and their values.

use std::collections::BTreeSet;

use super::matcher::Candidate;
use crate::domain::{Board, Conventions, Freedom, Issues, Owner, State, Text};

/// The key of a filter word, before its colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterKey {
    /// A group, a person or a team that owns it.
    Owner,
    /// A part of its project's name.
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
    /// Something it lacks.
    No,
    /// A property.
    Is,
    /// When it was last touched.
    Updated,
}

impl FilterKey {
    /// All keys in the order of help and completion, with an example unless their values are a fixed list.
    const WRITTEN: [(&'static str, Self, &'static str); 11] = [
        ("owner", Self::Owner, "`owner:testing`"),
        ("project", Self::Project, "`project:registry`"),
        ("state", Self::State, ""),
        ("kind", Self::Kind, "`kind:bucket`"),
        ("type", Self::Type, "`type:bug`, a type of issues on GitHub"),
        ("label", Self::Label, "`label:\"help wanted\"`"),
        ("assignee", Self::Assignee, "`assignee:octocat` or `assignee:@me`"),
        ("milestone", Self::Milestone, "`milestone:v1.22`"),
        ("no", Self::No, ""),
        ("is", Self::Is, ""),
        ("updated", Self::Updated, "`updated:<90d`, `updated:>12w` or `updated:>2020-10-01`"),
    ];

    /// Returns all keys as typed, except `sig`, an alias of `owner`.
    pub fn words() -> impl Iterator<Item = &'static str> + Clone {
        Self::WRITTEN.iter().map(|(word, ..)| *word)
    }

    /// Returns the keys that completion offers, with `sig` for communities with SIGs.
    pub fn words_for(conventions: Conventions) -> impl Iterator<Item = &'static str> {
        let sig = match conventions {
            Conventions::Kubernetes => Some("sig"),
            Conventions::GitHub => None,
        };
        Self::words().chain(sig)
    }

    /// Returns the key of this name.
    pub fn named(word: &str) -> Option<Self> {
        let word = if word == "sig" { "owner" } else { word };
        Self::WRITTEN.into_iter().find(|(written, ..)| *written == word).map(|(_, key, _)| key)
    }

    /// Returns the values that do not depend on the roadmap; examples for `updated:`.
    pub fn fixed_values(self) -> Vec<&'static str> {
        match self {
            Self::State => State::ALL.map(State::word).to_vec(),
            Self::No => LACKS.iter().map(|lack| lack.word).collect(),
            Self::Is => TRAITS.iter().map(|own| own.word).collect(),
            Self::Updated => vec!["<30d", "<90d", ">90d", ">1y"],
            Self::Owner | Self::Project | Self::Kind | Self::Type | Self::Label | Self::Assignee | Self::Milestone => {
                Vec::new()
            }
        }
    }

    /// Returns the values that completion offers: fixed ones, else values of the board and its issues.
    pub fn values(self, board: &Board, issues: &Issues) -> Vec<String> {
        let of_issues = board.items().filter_map(|item| issues.get(item.issue.as_ref()?));
        let mut found = BTreeSet::new();
        match self {
            Self::Is | Self::No | Self::State | Self::Updated => {
                return self.fixed_values().into_iter().map(str::to_owned).collect();
            }
            Self::Project => return board.projects.iter().map(|project| project.id.to_string()).collect(),
            Self::Owner => {
                let names = board.items().flat_map(|item| &item.owner.names);
                found.extend(names.map(|name| short_group(name.as_str())));
            }
            Self::Kind => found.extend(board.items().filter_map(|item| item.kind.as_deref())),
            Self::Assignee => {
                let logins = board.items().flat_map(|item| &item.assignees);
                found.extend(logins.map(Text::as_str).chain([ME]));
            }
            Self::Milestone => found.extend(board.items().filter_map(|item| item.milestone.as_deref())),
            Self::Type => found.extend(of_issues.filter_map(|issue| issue.issue_type.as_deref())),
            Self::Label => found.extend(of_issues.flat_map(|issue| &issue.labels).map(Text::as_str)),
        }
        found.into_iter().map(str::to_owned).collect()
    }

    /// Returns an example for error messages.
    pub(super) fn example(self) -> String {
        match Self::WRITTEN.iter().find(|(_, key, _)| *key == self) {
            Some((.., example)) if !example.is_empty() => format!("for example {example}"),
            Some(_) | None => format!("one of {}", self.fixed_values().join(", ")),
        }
    }

    /// Whether its values may contain spaces.
    pub(super) fn takes_spaces(self) -> bool {
        match self {
            Self::Owner | Self::Kind | Self::Type | Self::Label | Self::Milestone => true,
            Self::Project | Self::State | Self::Assignee | Self::No | Self::Is | Self::Updated => false,
        }
    }
}

/// The value for the current user.
pub const ME: &str = "@me";

/// Returns the short form of a group: `testing` for `sig-testing`. Other groups are unchanged.
pub fn short_group(id: &str) -> &str {
    id.strip_prefix("sig-").unwrap_or(id)
}

/// A value of `is:` or `no:` with its test.
#[derive(Debug)]
pub(super) struct NamedTest {
    pub(super) word: &'static str,
    pub(super) holds: fn(&Candidate<'_>) -> bool,
}

impl PartialEq for NamedTest {
    fn eq(&self, other: &Self) -> bool {
        self.word == other.word
    }
}

const fn test(word: &'static str, holds: fn(&Candidate<'_>) -> bool) -> NamedTest {
    NamedTest { word, holds }
}

/// The values of `is:`.
pub(super) static TRAITS: [NamedTest; 11] = [
    test("free", |it| it.facts.freedom == Some(Freedom::Free)),
    test("maybe-free", |it| matches!(it.facts.freedom, Some(Freedom::MaybeFree(_)))),
    test("blocked", |it| it.facts.freedom == Some(Freedom::Blocked)),
    test("taken", |it| it.facts.freedom == Some(Freedom::Taken)),
    test("open", |it| it.facts.is_left()),
    test("ended", |it| it.facts.state.is_some_and(State::is_end)),
    test("stale", |it| it.issue().is_some_and(|issue| issue.has_label("lifecycle/stale"))),
    test("rotten", |it| it.issue().is_some_and(|issue| issue.has_label("lifecycle/rotten"))),
    test("unowned", |it| !it.facts.owner.is_some_and(Owner::is_settled)),
    test("unknown", |it| it.facts.state == Some(State::Unknown)),
    test("overdue", |it| it.facts.is_left() && it.facts.due.is_some_and(|due| due < it.date)),
];

/// The values of `no:`.
pub(super) static LACKS: [NamedTest; 4] = [
    test("assignee", |it| it.facts.assignees.is_empty()),
    test("issue", |it| it.facts.issue.is_none()),
    test("owner", |it| it.facts.owner.is_none_or(|owner| owner.names.is_empty())),
    test("milestone", |it| it.facts.milestone.is_none()),
];

#[cfg(test)]
mod tests {
    use super::super::Filter;
    use super::*;

    #[test]
    fn every_fixed_value_is_accepted_by_its_key() {
        let words = FilterKey::words().flat_map(|word| {
            let values = FilterKey::named(word).unwrap().fixed_values();
            values.into_iter().map(move |value| format!("{word}:{value}"))
        });
        let words: Vec<_> = words.collect();
        assert!(words.len() > 20);
        assert!(words.iter().all(|word| Filter::parse(word).is_ok()), "{words:?}");
    }
}
