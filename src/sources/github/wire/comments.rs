//! Facts from comments: robots, the last comment of a person, claims, task lists, and `/close`.

use serde::Deserialize;

use super::issue::{Actor, moment};
use crate::domain::clean::{clean, clean_line};
use crate::domain::{
    CloseReason, Comment, Issue, IssueClaim, IssueRef, IssueState, Repo, Task, Text, Timestamp, boxes,
};
use crate::sources::body::{self, Home};

/// The maximum length of the last comment, in characters.
const MAX_TEXT: usize = 200;

/// Logins of robots, to distinguish them from people.
#[derive(Debug, Clone, Default)]
pub struct Robots(Vec<Text>);

impl Robots {
    /// Adds the robots of the roadmap and of the settings.
    pub fn new(more: impl IntoIterator<Item = Text>) -> Self {
        Self(more.into_iter().collect())
    }

    /// Whether a login is a robot.
    pub fn has(&self, login: &str) -> bool {
        boxes::is_robot(login, &self.0)
    }
}

/// Sets the reason of closing. Unlike on GitHub, closing by a robot while stale or rotten is a separate reason, unless
/// a person commented `/close`.
pub(crate) fn settle_reason(issue: &mut Issue, robots: &Robots) {
    let is_quiet = issue.has_label("lifecycle/stale") || issue.has_label("lifecycle/rotten");
    let IssueState::Closed { reason, by, .. } = &mut issue.state else { return };
    let by_robot = by.as_deref().is_some_and(|login| robots.has(login));
    *reason = match issue.github_reason {
        reason if issue.is_pull || !is_quiet || !by_robot || issue.close_requested => reason,
        Some(_) | None => Some(CloseReason::Robot),
    };
}

/// Facts from the comments of an issue.
#[derive(Debug, Default)]
pub(crate) struct CommentFacts {
    /// The last comment of a person.
    pub(crate) last: Option<Comment>,
    /// The claims of the whole issue.
    pub(crate) claims: Vec<IssueClaim>,
    /// Whether the last `/close` is by a person.
    pub(crate) close_requested: bool,
    /// The newest task list.
    pub(crate) tasks: Vec<Task>,
}

/// Collects the facts from comments, in any order.
pub(crate) fn facts_of(
    comments: &[RawComment<'_>],
    robots: &Robots,
    home: Home<'_>,
    author: Option<&str>,
) -> CommentFacts {
    // Task lists of other people do not count for the issue.
    let may_list = |comment: &RawComment<'_>| comment.is_maintainer || comment.by.as_deref() == author;
    let mut sorted: Vec<&RawComment<'_>> = comments.iter().collect();
    sorted.sort_by_key(|comment| comment.at);
    let newest = || sorted.iter().rev();
    CommentFacts {
        last: newest().find_map(|comment| of_person(comment, robots)),
        claims: claims_after(Vec::new(), comments, robots),
        close_requested: newest()
            .find(|comment| comment.text.contains("/close"))
            .is_some_and(|comment| asks_to_close(comment, robots)),
        tasks: newest()
            .filter(|comment| may_list(comment))
            .map(|it| body::tasks(&clean(it.text), home))
            .find(|tasks| !tasks.is_empty())
            .unwrap_or_default(),
    }
}

/// Returns the claims of a whole issue after further comments, in any order.
pub(crate) fn claims_after(
    mut claims: Vec<IssueClaim>,
    comments: &[RawComment<'_>],
    robots: &Robots,
) -> Vec<IssueClaim> {
    let mut sorted: Vec<&RawComment<'_>> = comments.iter().filter(|comment| !comment.is_by(robots)).collect();
    sorted.sort_by_key(|comment| comment.at);
    for comment in sorted {
        boxes::follow_claims(&mut claims, &whole(comment));
    }
    claims
}

/// Stores facts from comments in an issue whose body was parsed.
pub(crate) fn put(facts: CommentFacts, issue: &mut Issue) {
    issue.last_comment = facts.last;
    issue.claims = facts.claims;
    issue.close_requested = facts.close_requested;
    issue.comment_tasks = Some(facts.tasks);
    issue.use_comment_tasks();
}

/// A comment as received.
pub(crate) struct RawComment<'a> {
    pub(crate) by: Option<Text>,
    pub(crate) at: Timestamp,
    pub(crate) text: &'a str,
    /// Whether its author may write to the repository, or this is unknown.
    pub(crate) is_maintainer: bool,
}

impl RawComment<'_> {
    /// Whether it is by one of the robots.
    fn is_by(&self, robots: &Robots) -> bool {
        self.by.as_ref().is_some_and(|login| robots.has(login))
    }
}

/// The fields of a comment in REST or GraphQL.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CommentFields {
    #[serde(alias = "user")]
    author: Option<Actor>,
    #[serde(alias = "authorAssociation")]
    author_association: Option<String>,
    #[serde(alias = "createdAt")]
    created_at: Option<String>,
    body: Option<String>,
    issue_url: Option<String>,
}

impl CommentFields {
    /// Returns the comment; `None` if it has no time.
    pub(crate) fn raw(&self) -> Option<RawComment<'_>> {
        Some(RawComment {
            by: self.author.as_ref().and_then(Actor::name),
            at: moment(self.created_at.as_deref())?,
            text: self.body.as_deref().unwrap_or_default(),
            is_maintainer: is_maintainer(self.author_association.as_deref()),
        })
    }

    /// Returns its issue: `…/repos/owner/name/issues/5`. Only REST has it.
    pub(crate) fn issue(&self) -> Option<IssueRef> {
        let (_, path) = self.issue_url.as_deref()?.split_once("/repos/")?;
        IssueRef::parse(&format!("https://api/{path}"), &Repo::new("a/b")?)
    }
}

/// The maximum length of a text in a timeline, in characters.
const MAX_IN_TIMELINE: usize = 4_000;

/// Returns a comment for a timeline.
pub(crate) fn whole(comment: &RawComment<'_>) -> Comment {
    Comment { at: comment.at, by: comment.by.clone(), text: beginning(comment.text) }
}

/// Truncates a text for a timeline.
pub(crate) fn beginning(text: &str) -> String {
    clean(text).chars().take(MAX_IN_TIMELINE).collect()
}

/// Whether the author may write to the repository; assumed for older servers, which do not say.
fn is_maintainer(association: Option<&str>) -> bool {
    matches!(association, None | Some("OWNER" | "MEMBER" | "COLLABORATOR"))
}

/// Returns a comment unless it is by a robot or consists of commands.
fn of_person(comment: &RawComment<'_>, robots: &Robots) -> Option<Comment> {
    if comment.is_by(robots) {
        return None;
    }
    let text = clean(comment.text);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let (commands, spoken): (Vec<&str>, Vec<&str>) =
        lines.filter(|line| !line.starts_with('>')).partition(|line| is_command(line));
    if spoken.is_empty() && !commands.is_empty() {
        return None;
    }
    let own = spoken.join(" ");
    Some(Comment { at: comment.at, by: comment.by.clone(), text: clean_line(&own).chars().take(MAX_TEXT).collect() })
}

/// Whether a person commented `/close`.
fn asks_to_close(comment: &RawComment<'_>, robots: &Robots) -> bool {
    !comment.is_by(robots)
        && comment.text.lines().any(|line| line.trim_end() == "/close" || line.starts_with("/close "))
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

    fn said<'a>(by: &str, text: &'a str) -> RawComment<'a> {
        RawComment { by: Some(Text::new(by)), at: Timestamp(1), text, is_maintainer: true }
    }

    #[test]
    fn only_task_lists_of_the_author_and_maintainers_count() {
        let id = crate::domain::IssueRef::new(crate::domain::Repo::new("a/b").unwrap(), 1);
        let tasks = |by: &str, association| {
            let comment =
                RawComment { is_maintainer: is_maintainer(association), ..said(by, "- [ ] move it\n- [x] test it") };
            let home = Home { issue: &id, host: "github.com" };
            facts_of(&[comment], &Robots::default(), home, Some("ann")).tasks.len()
        };
        assert_eq!((tasks("ann", Some("NONE")), tasks("bob", Some("MEMBER")), tasks("bob", None)), (2, 2, 2));
        assert_eq!(tasks("bob", Some("CONTRIBUTOR")), 0);
    }

    #[test]
    fn robots_are_known_by_suffix_built_in_list_and_roadmap() {
        let robots = Robots::new([Text::new("BrewTestBot")]);
        for robot in ["dependabot[bot]", "K8s-ci-robot", "fejta-bot", "openshift-bot", "k8s-reviewable", "brewtestbot"]
        {
            assert!(robots.has(robot), "{robot}");
        }
        assert!(!robots.has("spiffxp") && !robots.has("abbott") && !Robots::default().has("BrewTestBot"));
    }

    #[test]
    fn commands_and_comments_of_robots_are_skipped() {
        let text = |by, text| of_person(&said(by, text), &Robots::default()).map(|comment| comment.text);
        assert_eq!(text("ameukam", "/remove-lifecycle stale\r\n/milestone v1.22"), None);
        assert_eq!(text("k8s-triage-robot", "The project lacks contributors"), None);
        assert_eq!(text("ameukam", "/assign\n> quoted\nI take it.\n\nSoon."), Some("I take it. Soon.".into()));
        assert_eq!(text("ameukam", "> The issue is stale.\n\n/remove-lifecycle stale"), None);
        assert_eq!(text("ameukam", "/etc/hosts is wrong"), Some("/etc/hosts is wrong".into()));
        assert_eq!(text("ameukam", &"x".repeat(500)).map(|text| text.len()), Some(200));
    }

    #[test]
    fn a_claim_before_the_last_comment_is_found() {
        let at = |at, by, text| RawComment { at: Timestamp(at), ..said(by, text) };
        let comments = [at(3, "k8s-ci-robot", "/assign"), at(1, "zed", "/assign"), at(2, "ann", "Thanks @zed!")];
        let claims = claims_after(Vec::new(), &comments, &Robots::default());
        assert_eq!(claims.iter().map(|own| own.by.as_deref()).collect::<Vec<_>>(), [Some("zed")]);
        let returned = claims_after(claims, &[at(4, "zed", "/unassign")], &Robots::default());
        assert_eq!(returned, []);
    }

    #[test]
    fn closing_by_a_robot_counts_only_for_a_stale_issue_without_a_request() {
        let reason = |label: &str, closer: &str, close_requested| {
            let id = crate::domain::IssueRef::new(crate::domain::Repo::new("a/b").unwrap(), 1);
            let state = IssueState::Closed { reason: None, at: None, by: Some(closer.into()) };
            let github_reason = Some(CloseReason::Completed);
            let mut issue =
                Issue { labels: vec![label.into()], state, github_reason, close_requested, ..Issue::new(id) };
            settle_reason(&mut issue, &Robots::default());
            let IssueState::Closed { reason, .. } = issue.state else { panic!("open") };
            reason
        };
        assert_eq!(reason("lifecycle/rotten", "k8s-ci-robot", false), Some(CloseReason::Robot));
        assert_eq!(reason("lifecycle/rotten", "k8s-ci-robot", true), Some(CloseReason::Completed));
        assert_eq!(reason("lifecycle/frozen", "k8s-ci-robot", false), Some(CloseReason::Completed));
        assert_eq!(reason("lifecycle/rotten", "spiffxp", false), Some(CloseReason::Completed));
    }

    #[test]
    fn close_commands_of_people_are_recognized() {
        assert!(asks_to_close(&said("a", "done\n/close"), &Robots::default()));
        assert!(asks_to_close(&said("a", "/close not-planned"), &Robots::default()));
        assert!(!asks_to_close(&said("fejta-bot", "/close"), &Robots::default()));
        assert!(!asks_to_close(&said("a", "then /close"), &Robots::default()));
    }
}
