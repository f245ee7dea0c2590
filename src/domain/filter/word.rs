//! Filter words that test a fact: those with a key, such as `owner:testing` or `updated:<90d`, and `owner/name#4`.

use super::Candidate;
use super::key::{FilterKey, LACKS, ME, NamedTest, TRAITS, short_group};
use crate::domain::nearest::nearest;
use crate::domain::{Date, IssueRef, State};

/// The test of a word that is not plain text. The values of a list are alternatives.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Facet {
    Owner(Vec<String>),
    Project(Vec<ProjectName>),
    State(Vec<State>),
    Kind(Vec<String>),
    Type(Vec<String>),
    Label(Vec<String>),
    Assignee(Vec<String>),
    Milestone(Vec<String>),
    /// The values of `is:` or `no:`.
    Named(Vec<&'static NamedTest>),
    Updated(Updated),
    /// The full name of an issue; `#4` is plain text.
    Issue(IssueRef),
}

/// A value of `project:`.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum ProjectName {
    /// A part of an id, in lower case.
    Part(String),
    /// A whole id, resolved from an alias.
    Id(String),
}

impl ProjectName {
    pub(super) fn fits(&self, id: &str) -> bool {
        match self {
            Self::Part(part) => id.to_lowercase().contains(part),
            Self::Id(own) => own == id,
        }
    }
}

/// A value of `updated:`, compared with the day on which a person last did something.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Updated {
    /// `<90d`: fewer days ago than this.
    Within(i64),
    /// `>90d`: more days ago than this.
    Before(i64),
    /// `>2020-10-01`: after that day.
    After(Date),
    /// `<2020-10-01`: before that day.
    Until(Date),
}

/// Message and hint.
type FilterProblem = (String, String);

/// Whether a word starts with a known key. A word with `://` is a link, thus plain text.
pub(super) fn has_key(word: &str) -> bool {
    split(word).is_some()
}

fn split(word: &str) -> Option<(FilterKey, &str)> {
    let (key, value) = word.split_once(':').filter(|(_, value)| !value.starts_with("//"))?;
    FilterKey::named(key).map(|key| (key, value))
}

/// Rejects a word with an unknown key. A link, a path or a name with a colon is plain text.
fn reject_unknown_key(word: &str) -> Result<(), FilterProblem> {
    if let Some((key, value)) = word.split_once('=').filter(|(key, _)| FilterKey::named(key).is_some()) {
        return Err((format!("`{word}` has no colon"), format!("write `{key}:{value}`")));
    }
    let Some((key, value)) = word.split_once(':') else { return Ok(()) };
    let is_key = !key.is_empty() && key.bytes().all(|letter| letter.is_ascii_alphabetic());
    if !is_key || value.starts_with("//") {
        return Ok(());
    }
    let hint = match nearest(key, FilterKey::words()) {
        Some(near) => format!("did you mean `{near}:`?"),
        None => format!("the keys are {}; to search for the text, leave out the colon", listed(FilterKey::words())),
    };
    Err((format!("unknown key `{key}`"), hint))
}

impl Facet {
    /// Parses a word; `None` for plain text.
    pub(super) fn parse(word: &str) -> Result<Option<Self>, FilterProblem> {
        if let Some(issue) = IssueRef::from_full_name(word) {
            return Ok(Some(Self::Issue(issue)));
        }
        let Some((key, value)) = split(word) else { return reject_unknown_key(word).map(|()| None) };
        if value.is_empty() {
            return Err(("a value is missing".into(), key.example()));
        }
        let list = || value.split(',').map(str::to_lowercase).filter(|part| !part.is_empty()).collect::<Vec<_>>();
        Ok(Some(match key {
            FilterKey::Owner => Self::Owner(list().iter().map(|name| bare_group(name)).collect()),
            FilterKey::Project => Self::Project(list().into_iter().map(ProjectName::Part).collect()),
            FilterKey::State => Self::State(list().iter().map(|state| known_state(state)).collect::<Result<_, _>>()?),
            FilterKey::Kind => Self::Kind(list()),
            FilterKey::Type => Self::Type(list()),
            FilterKey::Label => Self::Label(list()),
            FilterKey::Assignee => Self::Assignee(list().iter().map(|login| bare_login(login)).collect()),
            FilterKey::Milestone => Self::Milestone(list()),
            FilterKey::No => Self::Named(all_known(&list(), &LACKS)?),
            FilterKey::Is => Self::Named(all_known(&list(), &TRAITS)?),
            FilterKey::Updated => Self::Updated(updated(value)?),
        }))
    }

    pub(super) fn holds(&self, candidate: &Candidate<'_>) -> bool {
        let facts = candidate.facts;
        let is_any = |list: &[String], text: &str| list.iter().any(|value| value.eq_ignore_ascii_case(text));
        match self {
            Self::Owner(names) => {
                let own = facts.owner.iter().flat_map(|owner| &owner.names);
                own.into_iter().any(|own| names.iter().any(|name| is_same_owner(name, own.as_str())))
            }
            Self::Project(names) => names.iter().any(|name| name.fits(facts.project)),
            Self::State(states) => facts.state.is_some_and(|state| states.contains(&state)),
            Self::Kind(kinds) => facts.kind.is_some_and(|kind| is_any(kinds, kind)),
            Self::Type(types) => {
                candidate.issue().and_then(|issue| issue.issue_type.as_deref()).is_some_and(|own| is_any(types, own))
            }
            Self::Label(labels) => {
                candidate.issue().is_some_and(|issue| issue.labels.iter().any(|own| is_any(labels, own)))
            }
            Self::Assignee(logins) => facts.assignees.iter().any(|own| is_any(logins, own)),
            Self::Milestone(names) => facts.milestone.is_some_and(|own| is_any(names, own)),
            Self::Named(tests) => tests.iter().any(|test| (test.holds)(candidate)),
            Self::Updated(updated) => was_updated(*updated, candidate),
            Self::Issue(issue) => facts.issue == Some(issue),
        }
    }
}

fn was_updated(updated: Updated, candidate: &Candidate<'_>) -> bool {
    let Some(touched) = candidate.facts.touched.map(crate::domain::Timestamp::date) else {
        return false;
    };
    let age = (candidate.date - touched).num_days();
    match updated {
        Updated::Within(days) => age < days,
        Updated::Before(days) => age > days,
        Updated::After(date) => touched > date,
        Updated::Until(date) => touched < date,
    }
}

/// Normalizes the name of a group: `testing` for `sig-testing`, `sig/testing` and `testing`, but `wg-batch` stays.
pub(super) fn bare_group(name: &str) -> String {
    short_group(&name.to_lowercase().replace('/', "-")).to_owned()
}

fn bare_login(login: &str) -> String {
    if login == ME { login.to_owned() } else { login.trim_start_matches('@').to_owned() }
}

/// Whether a value of `owner:` matches an owner: groups with or without `sig-`, people and teams with or without `@`.
pub(super) fn is_same_owner(value: &str, own: &str) -> bool {
    let own = short_group(own);
    let own = own.strip_prefix('@').filter(|_| !value.starts_with('@')).unwrap_or(own);
    let plain = |c: char| if c == '/' { '-' } else { c.to_ascii_lowercase() };
    value.len() == own.len() && value.chars().map(plain).eq(own.chars().map(plain))
}

impl Facet {
    /// Replaces `@me` with a login; `Err` if it is needed but not known.
    pub(super) fn with_me(&mut self, me: Option<&str>) -> Result<(), ()> {
        let (values, sign) = if let Self::Owner(values) = self {
            (values, "@")
        } else if let Self::Assignee(values) = self {
            (values, "")
        } else {
            return Ok(());
        };
        for value in values.iter_mut().filter(|value| *value == ME) {
            *value = format!("{sign}{}", me.ok_or(())?.to_lowercase());
        }
        Ok(())
    }
}

fn known_state(word: &str) -> Result<State, FilterProblem> {
    let found = State::ALL.into_iter().find(|state| state.word().eq_ignore_ascii_case(word));
    found.ok_or_else(|| unknown_value(word, State::ALL.into_iter().map(State::word)))
}

fn all_known(values: &[String], tests: &'static [NamedTest]) -> Result<Vec<&'static NamedTest>, FilterProblem> {
    let known = |value: &String| {
        let found = tests.iter().find(|known| known.word.eq_ignore_ascii_case(value));
        found.ok_or_else(|| unknown_value(value, tests.iter().map(|known| known.word)))
    };
    values.iter().map(known).collect()
}

fn unknown_value(value: &str, known: impl Iterator<Item = &'static str> + Clone) -> FilterProblem {
    let hint = match nearest(value, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("one of {}", listed(known)),
    };
    (format!("unknown value `{value}`"), hint)
}

fn listed(words: impl Iterator<Item = &'static str>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

/// Parses `<90d`, `>12w`, `<6m`, `>1y` and `>2020-10-01`.
fn updated(value: &str) -> Result<Updated, FilterProblem> {
    let problem = || (format!("unknown time `{value}`"), FilterKey::Updated.example());
    let (within, rest) = match (value.strip_prefix('<'), value.strip_prefix('>')) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) => return Err(problem()),
    };
    if let Ok(date) = rest.parse::<Date>() {
        return Ok(if within { Updated::Until(date) } else { Updated::After(date) });
    }
    let unit = rest.chars().last().ok_or_else(problem)?;
    let days = match unit {
        'd' => 1,
        'w' => 7,
        'm' => 30,
        'y' => 365,
        _ => return Err(problem()),
    };
    let count: i64 = rest.trim_end_matches(unit).parse().map_err(|_| problem())?;
    let days = count.checked_mul(days).filter(|&days| days >= 0).ok_or_else(problem)?;
    Ok(if within { Updated::Within(days) } else { Updated::Before(days) })
}
