//! Who is a robot, and what a person last said.

use crate::domain::clean::{clean, clean_line};
use crate::domain::{CloseReason, Comment, Text, Timestamp};

/// The robots of the Kubernetes project, which are ordinary users to GitHub.
const KNOWN: [&str; 9] = [
    "k8s-ci-robot",
    "k8s-triage-robot",
    "fejta-bot",
    "k8s-infra-ci-robot",
    "k8s-github-robot",
    "k8s-merge-robot",
    "k8s-release-robot",
    "k8s-cherrypick-bot",
    "k8s-reviewable",
];

/// How much of a comment is kept.
const MAX_WORD: usize = 200;

/// Tells robots from people.
#[derive(Debug, Clone, Default)]
pub struct Robots(Vec<Text>);

impl Robots {
    /// Adds robots of the roadmap and of the settings to the known ones.
    pub fn new(more: impl IntoIterator<Item = Text>) -> Self {
        Self(more.into_iter().collect())
    }

    /// Tells whether a login is a robot's: `…[bot]`, known, or added.
    pub fn has(&self, login: &str) -> bool {
        let is = |robot: &str| robot.eq_ignore_ascii_case(login);
        login.ends_with("[bot]") || KNOWN.into_iter().any(is) || self.0.iter().any(|robot| is(robot))
    }
}

/// Returns how an issue was closed: by a robot while stale or rotten is a way of its own, whatever GitHub calls it.
pub(super) fn close_reason(
    reason: Option<&str>,
    closer: Option<&str>,
    labels: &[Text],
    robots: &Robots,
) -> Option<CloseReason> {
    let is_quiet = labels.iter().any(|label| matches!(label.as_str(), "lifecycle/stale" | "lifecycle/rotten"));
    if is_quiet && closer.is_some_and(|closer| robots.has(closer)) {
        return Some(CloseReason::Robot);
    }
    match reason.map(str::to_ascii_lowercase).as_deref() {
        Some("completed") => Some(CloseReason::Completed),
        Some("not_planned") => Some(CloseReason::NotPlanned),
        Some("duplicate") => Some(CloseReason::Duplicate),
        Some(_) | None => None,
    }
}

/// What somebody wrote under an issue.
pub(super) struct Said<'a> {
    pub(super) by: Option<Text>,
    pub(super) at: Timestamp,
    pub(super) text: &'a str,
}

/// Returns the word of a person, unless it is a robot's or nothing but commands.
pub(super) fn word(said: &Said<'_>, robots: &Robots) -> Option<Comment> {
    if said.by.as_ref().is_some_and(|login| robots.has(login)) {
        return None;
    }
    let text = clean(said.text);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let spoken: Vec<&str> = lines.filter(|line| !is_command(line)).collect();
    if spoken.is_empty() && !text.trim().is_empty() {
        return None;
    }
    let own = spoken.iter().copied().filter(|line| !line.starts_with('>')).collect::<Vec<_>>().join(" ");
    Some(Comment { at: said.at, by: said.by.clone(), text: clean_line(&own).chars().take(MAX_WORD).collect() })
}

/// Tells whether somebody other than a robot asked to close.
pub(super) fn asks_to_close(said: &Said<'_>, robots: &Robots) -> bool {
    let is_person = !said.by.as_ref().is_some_and(|login| robots.has(login));
    is_person && said.text.lines().any(|line| line.trim_end() == "/close" || line.starts_with("/close "))
}

fn is_command(line: &str) -> bool {
    line.strip_prefix('/').is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_lowercase())
            && !rest.split(' ').next().is_some_and(|word| word.contains('/'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said<'a>(by: &str, text: &'a str) -> Said<'a> {
        Said { by: Some(Text::new(by)), at: Timestamp(1), text }
    }

    #[test]
    fn robots_are_known_by_suffix_list_and_roadmap() {
        let robots = Robots::new([Text::new("my-bot")]);
        for robot in ["dependabot[bot]", "K8s-ci-robot", "fejta-bot", "my-bot"] {
            assert!(robots.has(robot), "{robot}");
        }
        assert!(!robots.has("spiffxp") && !Robots::default().has("my-bot"));
    }

    #[test]
    fn only_what_a_person_says_is_a_word() {
        let text = |by, text| word(&said(by, text), &Robots::default()).map(|word| word.text);
        assert_eq!(text("ameukam", "/remove-lifecycle stale\r\n/milestone v1.22"), None);
        assert_eq!(text("k8s-triage-robot", "The project lacks contributors"), None);
        assert_eq!(text("ameukam", "/assign\n> quoted\nI take it.\n\nSoon."), Some("I take it. Soon.".into()));
        assert_eq!(text("ameukam", "/etc/hosts is wrong"), Some("/etc/hosts is wrong".into()));
        assert_eq!(text("ameukam", &"x".repeat(500)).map(|text| text.len()), Some(200));
    }

    #[test]
    fn closing_by_a_robot_needs_a_quiet_issue() {
        let reason = |label: &str, closer| {
            close_reason(Some("completed"), Some(closer), &[Text::new(label)], &Robots::default())
        };
        assert_eq!(reason("lifecycle/rotten", "k8s-ci-robot"), Some(CloseReason::Robot));
        assert_eq!(reason("lifecycle/frozen", "k8s-ci-robot"), Some(CloseReason::Completed));
        assert_eq!(reason("lifecycle/rotten", "spiffxp"), Some(CloseReason::Completed));
        assert_eq!(close_reason(Some("REOPENED"), None, &[], &Robots::default()), None);
    }

    #[test]
    fn a_person_s_close_is_seen() {
        assert!(asks_to_close(&said("a", "done\n/close"), &Robots::default()));
        assert!(asks_to_close(&said("a", "/close not-planned"), &Robots::default()));
        assert!(!asks_to_close(&said("fejta-bot", "/close"), &Robots::default()));
        assert!(!asks_to_close(&said("a", "then /close"), &Robots::default()));
    }
}
