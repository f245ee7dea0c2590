//! Words with a key, such as `owner:testing` or `updated:<90d`.

use super::Candidate;
use crate::domain::nearest::nearest;
use crate::domain::{Conventions, Date, Freedom, Issue, Owner, State};

/// The keys of filter words, in the order in which help and completion show them. `sig` is another name of `owner`.
pub const KEYS: [&str; 11] =
    ["owner", "project", "state", "kind", "type", "label", "assignee", "milestone", "no", "is", "updated"];

/// Returns the keys that completion offers: communities with SIGs also type `sig:`.
pub fn keys(conventions: Conventions) -> impl Iterator<Item = &'static str> {
    let sig = match conventions {
        Conventions::Kubernetes => Some("sig"),
        Conventions::GitHub => None,
    };
    KEYS.into_iter().chain(sig)
}

/// The values of `is:`.
pub const IS: [&str; 11] =
    ["free", "maybe-free", "blocked", "taken", "open", "ended", "stale", "rotten", "unowned", "unknown", "overdue"];

/// The values of `no:`.
pub const NO: [&str; 4] = ["assignee", "issue", "owner", "milestone"];

/// One fact to test. Values of a list are alternatives.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Facet {
    Owner(Vec<String>),
    Project(Vec<String>),
    State(Vec<State>),
    Kind(Vec<String>),
    Type(Vec<String>),
    Label(Vec<String>),
    Assignee(Vec<String>),
    Milestone(Vec<String>),
    No(&'static str),
    Is(&'static str),
    Updated(Updated),
}

/// When a person last said something.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Updated {
    /// `<90d`: fewer days ago.
    Within(i64),
    /// `>90d`: more days ago.
    Before(i64),
    /// `>2020-10-01`: after that day.
    After(Date),
    /// `<2020-10-01`: before that day.
    Until(Date),
}

/// Message and hint.
type FilterProblem = (String, String);

/// Whether a word begins with a known key; `://` makes it a link, thus plain text.
pub(super) fn has_key(word: &str) -> bool {
    let is_key = |key: &str| KEYS.contains(&key) || key == "sig";
    word.split_once(':').is_some_and(|(key, value)| is_key(key) && !value.starts_with("//"))
}

/// Refuses what looks like a key and is none; a link, a path or a name with a colon is plain text.
fn refuse_unknown_key(word: &str) -> Result<(), FilterProblem> {
    let Some((key, value)) = word.split_once(':') else { return Ok(()) };
    let is_key = !key.is_empty() && key.bytes().all(|letter| letter.is_ascii_alphabetic());
    if !is_key || value.starts_with("//") {
        return Ok(());
    }
    let hint = match nearest(key, KEYS) {
        Some(near) => format!("did you mean `{near}:`?"),
        None => format!("the keys are {}; to search for the text, leave out the colon", KEYS.join(", ")),
    };
    Err((format!("unknown key `{key}`"), hint))
}

impl Facet {
    /// Reads a word; `None` for plain text.
    pub(super) fn parse(word: &str) -> Result<Option<Self>, FilterProblem> {
        if !has_key(word) {
            refuse_unknown_key(word)?;
            return Ok(None);
        }
        let Some((key, value)) = word.split_once(':') else { return Ok(None) };
        if value.is_empty() {
            return Err(("a value is missing".into(), example(key)));
        }
        let list = || value.split(',').map(str::to_lowercase).filter(|part| !part.is_empty()).collect::<Vec<_>>();
        Ok(Some(match key {
            "sig" | "owner" => Self::Owner(list().iter().map(|name| bare_group(name)).collect()),
            "project" => Self::Project(list()),
            "state" => Self::State(list().iter().map(|state| known_state(state)).collect::<Result<_, _>>()?),
            "kind" => Self::Kind(list()),
            "type" => Self::Type(list()),
            "label" => Self::Label(list()),
            "assignee" => Self::Assignee(list().iter().map(|login| bare_login(login)).collect()),
            "milestone" => Self::Milestone(list()),
            "no" => Self::No(known(value, &NO)?),
            "is" => Self::Is(known(value, &IS)?),
            _ => Self::Updated(updated(value)?),
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
            Self::Project(names) => names.iter().any(|name| facts.project.to_lowercase().contains(name)),
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
            Self::No(what) => lacks(what, candidate),
            Self::Is(what) => is(what, candidate),
            Self::Updated(updated) => was_updated(*updated, candidate),
        }
    }
}

fn lacks(what: &str, candidate: &Candidate<'_>) -> bool {
    match what {
        "assignee" => candidate.facts.assignees.is_empty(),
        "issue" => candidate.facts.issue.is_none(),
        "owner" => candidate.facts.owner.is_none_or(|owner| owner.names.is_empty()),
        _ => candidate.facts.milestone.is_none(),
    }
}

fn is(what: &str, candidate: &Candidate<'_>) -> bool {
    let facts = candidate.facts;
    let has_label = |label: &str| candidate.issue().is_some_and(|issue: &Issue| issue.has_label(label));
    match what {
        "free" => facts.freedom == Some(Freedom::Free),
        "maybe-free" => matches!(facts.freedom, Some(Freedom::MaybeFree(_))),
        "blocked" => facts.freedom == Some(Freedom::Blocked),
        "taken" => facts.freedom == Some(Freedom::Taken),
        "open" => facts.is_left(),
        "ended" => facts.state.is_some_and(State::is_end),
        "stale" => has_label("lifecycle/stale"),
        "rotten" => has_label("lifecycle/rotten"),
        "unowned" => !facts.owner.is_some_and(Owner::is_settled),
        "unknown" => facts.state == Some(State::Unknown),
        _ => facts.is_left() && facts.due.is_some_and(|due| due < candidate.date),
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

/// `sig-testing`, `sig/testing` and `testing` are one group; a WG keeps its kind in `wg-batch`.
pub(super) fn bare_group(name: &str) -> String {
    short_group(&name.to_lowercase().replace('/', "-")).to_owned()
}

/// The current user.
pub(super) const ME: &str = "@me";

fn bare_login(login: &str) -> String {
    if login == ME { login.to_owned() } else { login.trim_start_matches('@').to_owned() }
}

/// Whether a value of `owner:` names an owner: groups with or without `sig-`, people and teams with or without `@`.
pub(super) fn is_same_owner(value: &str, own: &str) -> bool {
    let own = short_group(own);
    let own = own.strip_prefix('@').filter(|_| !value.starts_with('@')).unwrap_or(own);
    let plain = |c: char| if c == '/' { '-' } else { c.to_ascii_lowercase() };
    value.len() == own.len() && value.chars().map(plain).eq(own.chars().map(plain))
}

impl Facet {
    /// Puts a login in the place of `@me`; `Err` where it is asked for and not known.
    pub(super) fn with_me(&mut self, me: Option<&str>) -> Result<(), ()> {
        let (values, login) = match self {
            Self::Owner(values) => (values, me.map(|me| format!("@{}", me.to_lowercase()))),
            Self::Assignee(values) => (values, me.map(str::to_lowercase)),
            Self::Project(_)
            | Self::State(_)
            | Self::Kind(_)
            | Self::Type(_)
            | Self::Label(_)
            | Self::Milestone(_)
            | Self::No(_)
            | Self::Is(_)
            | Self::Updated(_) => return Ok(()),
        };
        for value in values.iter_mut().filter(|value| *value == ME) {
            value.clone_from(login.as_ref().ok_or(())?);
        }
        Ok(())
    }
}

fn short_group(id: &str) -> &str {
    id.strip_prefix("sig-").unwrap_or(id)
}

fn known_state(word: &str) -> Result<State, FilterProblem> {
    let words = State::ALL.map(State::word);
    known(word, &words).map(|word| State::ALL.into_iter().find(|state| state.word() == word).unwrap_or(State::Todo))
}

fn known(value: &str, values: &[&'static str]) -> Result<&'static str, FilterProblem> {
    if let Some(known) = values.iter().find(|known| known.eq_ignore_ascii_case(value)) {
        return Ok(known);
    }
    let hint = match nearest(value, values.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("one of {}", values.join(", ")),
    };
    Err((format!("unknown value `{value}`"), hint))
}

/// Reads `<90d`, `>12w`, `<6m`, `>1y` and `>2020-10-01`.
fn updated(value: &str) -> Result<Updated, FilterProblem> {
    let problem = || (format!("unknown time `{value}`"), example("updated"));
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

fn example(key: &str) -> String {
    match key {
        "sig" | "owner" => format!("for example `{key}:testing`"),
        "project" => "for example `project:registry`".into(),
        "state" => format!("one of {}", State::ALL.map(State::word).join(", ")),
        "kind" => "for example `kind:bucket`".into(),
        "type" => "for example `type:bug`, a type of issues on GitHub".into(),
        "label" => "for example `label:\"help wanted\"`".into(),
        "assignee" => "for example `assignee:octocat` or `assignee:@me`".into(),
        "milestone" => "for example `milestone:v1.22`".into(),
        "no" => format!("one of {}", NO.join(", ")),
        "is" => format!("one of {}", IS.join(", ")),
        _ => "for example `updated:<90d`, `updated:>12w` or `updated:>2020-10-01`".into(),
    }
}
