//! Many issues in one GraphQL request, each with all kinds of facts: for those who have a token.
//!
//! An answer may hold data and errors at once. A kind of fact beside which an error stands did not come.

use std::fmt::Write;

use serde::Deserialize;
use serde_json::Value;

use super::comments::{self, RawComment, Robots, github_reason, settle_reason};
use super::rest::stored;
use crate::domain::clean::{clean, clean_line};
use crate::domain::{
    CloseReason, Comment, FactKind, Issue, IssueRef, IssueState, Mark, MentioningPull, Milestone, Pull, PullState,
    Repo, Text, Timeline, Timestamp,
};
use crate::sources::body::{self, Home};

/// How many issues one request asks for: more, and GitHub runs out of time.
pub(crate) const BATCH: usize = 50;

/// How many comments are looked at below an issue, from the newest on.
pub(crate) const COMMENTS: usize = 100;

/// How much of a comment or of a pull request's text a timeline keeps, in characters.
const MAX_TEXT: usize = 4_000;

/// What servers of before 2025 do not know.
const RECENT: &str = "
  issueType { name } duplicateOf { ...N }
  blockedBy(first: 50) { ...R } blocking(first: 50) { ...R }";

const FRAGMENTS: &str = "
fragment U on Actor { __typename login }
fragment N on Issue { number repository { nameWithOwner } }
fragment R on IssueConnection { pageInfo { hasNextPage } nodes { ...N } }
fragment P on PullRequest { number state author { ...U } repository { nameWithOwner } }
fragment C on IssueCommentConnection { totalCount nodes { author { ...U } createdAt body } }
fragment I on Issue {
  __typename number title state stateReason(enableDuplicate: true) body locked createdAt updatedAt closedAt
  repository { nameWithOwner } author { ...U }
  labels(first: 100) { nodes { name } } assignees(first: 20) { nodes { login } }
  milestone { title dueOn state } comments(last: 20) { ...C }
  parent { ...N } subIssues(first: 100) { ...R }
  closedBy: timelineItems(last: 1, itemTypes: [CLOSED_EVENT]) { nodes { ... on ClosedEvent { actor { ...U } } } }
  closedByPullRequestsReferences(first: 20, includeClosedPrs: true) { nodes { ...P } }
  mentions: timelineItems(last: 50, itemTypes: [CROSS_REFERENCED_EVENT]) {
    nodes { ... on CrossReferencedEvent { source { ... on PullRequest { ...P } } } }
  }";

/// What boxes need, and comments beyond the last twenty.
const TIMELINE: &str = "
fragment T on Issue {
  talk: comments(last: 100) { ...C }
  linking: timelineItems(last: 100, itemTypes: [CROSS_REFERENCED_EVENT]) {
    nodes { ... on CrossReferencedEvent { source { ... on PullRequest { ...P title body updatedAt } } } }
  }
}";

/// Pull requests. Their state has a type of its own, so that it needs a name of its own beside that of issues;
/// and a fragment that nothing uses is an error.
const PULLS: &str = "
fragment Q on PullRequest {
  __typename number title pullState: state body locked createdAt updatedAt closedAt
  repository { nameWithOwner } author { ...U }
  labels(first: 100) { nodes { name } } assignees(first: 20) { nodes { login } }
  milestone { title dueOn state } comments(last: 20) { ...C }
}";

/// An issue to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) id: IssueRef,
    /// Whether its timeline is asked for as well.
    pub(crate) with_timeline: bool,
}

/// What to ask for in one request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ask {
    pub(crate) issues: Vec<Wanted>,
    pub(crate) searches: Vec<String>,
}

/// Whom an answer is read for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading<'a> {
    /// The web host of the issues.
    pub(crate) host: &'a str,
    pub(crate) robots: &'a Robots,
    /// When it was asked for.
    pub(crate) now: Timestamp,
}

/// Writes the query; without what servers of before 2025 do not know, where that was refused.
pub(crate) fn query(ask: &Ask, is_recent: bool) -> String {
    let mut text = String::from("query {");
    for (number, search) in ask.searches.iter().enumerate() {
        let search = Value::String(search.clone());
        let _ = write!(
            text,
            " s{number}: search(query: {search}, type: ISSUE, first: 100) {{ issueCount pageInfo {{ hasNextPage }} nodes {{ ...I }} }}"
        );
    }
    for (number, Wanted { id, with_timeline }) in ask.issues.iter().enumerate() {
        let (owner, name) = (id.repo.owner(), id.repo.name());
        let timeline = if *with_timeline { " ...T" } else { "" };
        let _ = write!(
            text,
            " i{number}: repository(owner: \"{owner}\", name: \"{name}\") {{ issueOrPullRequest(number: {}) {{ ...I ...Q{timeline} }} }}",
            id.number
        );
    }
    text.push_str(" }");
    text.push_str(FRAGMENTS);
    text.push_str(if is_recent { RECENT } else { "" });
    text.push_str("\n}");
    text.push_str(if ask.issues.is_empty() { "" } else { PULLS });
    text.push_str(if ask.issues.iter().any(|issue| issue.with_timeline) { TIMELINE } else { "" });
    text
}

/// Whether a refusal is of a server that does not know a field.
pub(crate) fn is_of_unknown_field(refusal: &str) -> bool {
    refusal.contains("doesn't exist on type") || refusal.contains("does not exist on type")
}

/// What an answer held.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) issues: Vec<Issue>,
    /// What was asked for and is not there, or did not come.
    pub(crate) absent: Vec<IssueRef>,
    /// What is known under another name by now: the issue that was asked for, and the one that came.
    pub(crate) renamed: Vec<(IssueRef, IssueRef)>,
    /// Searches that found more than a page, or were not answered.
    pub(crate) longer: Vec<String>,
    /// Why nothing at all was answered.
    pub(crate) refusal: Option<String>,
    pub(crate) odd: Vec<String>,
}

/// Reads an answer; errors without any data are a refusal.
pub(crate) fn read(bytes: &[u8], ask: &Ask, reading: Reading<'_>) -> Result<Found, String> {
    let answer: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let errors = answer.get("errors").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let message = |error: &Value| error.get("message").and_then(Value::as_str).unwrap_or("an error").to_owned();
    let Some(data) = answer.get("data").and_then(Value::as_object) else {
        let refusal = errors.first().map_or_else(|| "it has no data".to_owned(), message);
        return Ok(Found { refusal: Some(clean_line(&refusal).into_owned()), ..Found::default() });
    };
    let errors = Errors::of(errors);
    let mut found = Found::default();
    for (number, query) in ask.searches.iter().enumerate() {
        let name = format!("s{number}");
        let search = data.get(&name);
        let nodes = search.and_then(|search| search.get("nodes")?.as_array());
        for (at, node) in nodes.into_iter().flatten().enumerate() {
            found.take(node, None, &errors.below(&[&name, "nodes", &at.to_string()]), reading);
        }
        let has_more = search.and_then(|search| search.pointer("/pageInfo/hasNextPage")?.as_bool());
        let lacks = nodes.is_some_and(|nodes| nodes.iter().any(Value::is_null)) || errors.names(&[&name, "nodes"]);
        if nodes.is_none() || has_more == Some(true) || lacks {
            found.longer.push(query.clone());
        }
    }
    for (number, wanted) in ask.issues.iter().enumerate() {
        let name = format!("i{number}");
        match data.get(&name).and_then(|repo| repo.get("issueOrPullRequest")) {
            Some(node) if node.is_object() => {
                found.take(node, Some(wanted), &errors.below(&[&name, "issueOrPullRequest"]), reading);
            }
            Some(_) | None => found.absent.push(wanted.id.clone()),
        }
    }
    found.odd.extend(errors.messages);
    Ok(found)
}

/// The errors of an answer, by where they stand.
#[derive(Debug, Default)]
struct Errors {
    /// The paths of those that have one.
    paths: Vec<Vec<String>>,
    /// Whether one of them names no place: then it may concern any null.
    has_unplaced: bool,
    /// What they say, those apart that only tell that something is not there.
    messages: Vec<String>,
}

impl Errors {
    fn of(all: &[Value]) -> Self {
        let mut errors = Self::default();
        for error in all {
            let kind = error.get("type").and_then(Value::as_str).unwrap_or_default();
            let steps = error.get("path").and_then(Value::as_array);
            let step = |step: &Value| step.as_str().map_or_else(|| step.to_string(), ToOwned::to_owned);
            let path: Option<Vec<String>> = steps.map(|steps| steps.iter().map(step).collect());
            // Pull requests that only others may see tell nothing of an issue.
            let is_of_others = kind == "FORBIDDEN" && path.iter().flatten().any(|step| step == "source");
            if kind == "NOT_FOUND" || is_of_others {
                continue;
            }
            let text = error.get("message").and_then(Value::as_str).unwrap_or("an error");
            errors.messages.push(clean_line(text).into_owned());
            match path {
                Some(path) => errors.paths.push(path),
                None => errors.has_unplaced = true,
            }
        }
        errors
    }

    /// Whether an error stands exactly there.
    fn names(&self, place: &[&str]) -> bool {
        self.paths.iter().any(|path| path.iter().map(String::as_str).eq(place.iter().copied()))
    }

    /// Returns what failed below a place: the fields that errors name.
    fn below(&self, place: &[&str]) -> Failed {
        let inside = self.paths.iter().filter_map(|path| {
            let head = path.iter().take(place.len()).map(String::as_str);
            head.eq(place.iter().copied()).then(|| path.get(place.len()).cloned()).flatten()
        });
        let is_around = |path: &Vec<String>| path.iter().map(String::as_str).eq(place.iter().copied().take(path.len()));
        Failed { fields: inside.collect(), is_any_null: self.has_unplaced || self.paths.iter().any(is_around) }
    }
}

/// What did not come of an issue.
#[derive(Debug, Default)]
struct Failed {
    fields: Vec<String>,
    /// Whether every null may be one that did not come.
    is_any_null: bool,
}

impl Failed {
    /// Whether a field of a node did not come.
    fn has(&self, node: &Value, field: &str) -> bool {
        self.fields.iter().any(|failed| failed == field)
            || (self.is_any_null && node.get(field).is_some_and(Value::is_null) && !NULLABLE.contains(&field))
    }
}

/// What may be null where all is well.
const NULLABLE: [&str; 9] =
    ["author", "milestone", "parent", "closedAt", "stateReason", "issueType", "duplicateOf", "blockedBy", "blocking"];

/// The fields that each kind of fact is made of.
const PARTS: [(FactKind, &[&str]); 7] = [
    (
        FactKind::Fields,
        &[
            "number",
            "title",
            "state",
            "pullState",
            "stateReason",
            "body",
            "locked",
            "createdAt",
            "updatedAt",
            "closedAt",
            "author",
            "labels",
            "assignees",
            "milestone",
            "parent",
            "repository",
            "issueType",
        ],
    ),
    (FactKind::Comments, &["comments"]),
    (FactKind::Closer, &["closedBy"]),
    (FactKind::Pulls, &["closedByPullRequestsReferences", "mentions"]),
    (FactKind::SubIssues, &["subIssues"]),
    (FactKind::Dependencies, &["blockedBy", "blocking", "duplicateOf"]),
    (FactKind::Timeline, &["talk", "linking"]),
];

impl Found {
    fn take(&mut self, value: &Value, wanted: Option<&Wanted>, failed: &Failed, reading: Reading<'_>) {
        if value.as_object().is_none_or(serde_json::Map::is_empty) {
            return;
        }
        let node = Node::deserialize(value).map_err(|error| error.to_string());
        match node.and_then(|node| node.into_issue(reading)) {
            Ok(mut issue) => {
                mark(&mut issue, value, failed, wanted.is_some_and(|it| it.with_timeline), reading);
                if let Some(wanted) = wanted.filter(|wanted| wanted.id != issue.id) {
                    self.renamed.push((wanted.id.clone(), issue.id.clone()));
                }
                self.issues.push(issue);
            }
            Err(why) => {
                let name = wanted.map_or_else(|| "an issue of a search".to_owned(), |wanted| wanted.id.to_string());
                self.odd.push(format!("{name}: {why}"));
                // REST may tell more of it.
                self.absent.extend(wanted.map(|wanted| wanted.id.clone()));
            }
        }
    }
}

/// Marks what came whole, and what did not.
fn mark(issue: &mut Issue, value: &Value, failed: &Failed, with_timeline: bool, reading: Reading<'_>) {
    let at = reading.now;
    for (kind, parts) in PARTS {
        let is_asked = match kind {
            FactKind::Timeline => with_timeline,
            FactKind::Fields
            | FactKind::Comments
            | FactKind::Closer
            | FactKind::Pulls
            | FactKind::SubIssues
            | FactKind::Dependencies => true,
        };
        let is_of_pulls = issue.is_pull && kind != FactKind::Fields && kind != FactKind::Comments;
        let is_whole = is_of_pulls || !parts.iter().any(|part| failed.has(value, part) || has_more(value, part));
        if is_asked {
            issue.marks.set(kind, if is_whole { Mark::Known { at } } else { Mark::Failed { at } });
        }
    }
    if issue.marks.of(FactKind::Comments).is_known() && needs_more_comments(issue) && !with_timeline {
        issue.marks.set(FactKind::Comments, Mark::Failed { at });
    }
}

/// Whether twenty comments do not tell all: none of a person, or a task list that may stand further up.
fn needs_more_comments(issue: &Issue) -> bool {
    let may_have_list = issue.tasks.is_empty() || issue.tasks_in_comments;
    issue.comments > 20 && (issue.last_comment.is_none() || (may_have_list && issue.tasks.is_empty()))
}

/// Whether a list of issues goes on behind what came.
fn has_more(value: &Value, part: &str) -> bool {
    value.get(part).and_then(|list| list.pointer("/pageInfo/hasNextPage")?.as_bool()) == Some(true)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Node {
    #[serde(rename = "__typename")]
    kind: Option<String>,
    number: Option<u64>,
    repository: Option<Repository>,
    title: Option<String>,
    state: Option<String>,
    pull_state: Option<String>,
    state_reason: Option<String>,
    body: Option<String>,
    locked: Option<bool>,
    created_at: Option<String>,
    updated_at: Option<String>,
    closed_at: Option<String>,
    author: Option<Actor>,
    labels: Option<List<Name>>,
    assignees: Option<List<Actor>>,
    milestone: Option<NodeMilestone>,
    comments: Option<List<NodeComment>>,
    parent: Option<Reference>,
    sub_issues: Option<List<Reference>>,
    closed_by: Option<List<Event>>,
    closed_by_pull_requests_references: Option<List<Reference>>,
    mentions: Option<List<Event>>,
    issue_type: Option<Name>,
    duplicate_of: Option<Reference>,
    blocked_by: Option<List<Reference>>,
    blocking: Option<List<Reference>>,
    talk: Option<List<NodeComment>>,
    linking: Option<List<Event>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct List<T> {
    total_count: Option<u32>,
    #[serde(bound(deserialize = "T: Deserialize<'de>"))]
    nodes: Option<Vec<Option<T>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Repository {
    name_with_owner: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Actor {
    #[serde(rename = "__typename")]
    kind: Option<String>,
    login: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Name {
    name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct NodeMilestone {
    title: Option<String>,
    due_on: Option<String>,
    state: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct NodeComment {
    author: Option<Actor>,
    created_at: Option<String>,
    body: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Reference {
    number: Option<u64>,
    repository: Option<Repository>,
    state: Option<String>,
    author: Option<Actor>,
    title: Option<String>,
    body: Option<String>,
    #[serde(rename = "updatedAt")]
    updated_at: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Event {
    actor: Option<Actor>,
    source: Option<Reference>,
}

impl<T> List<T> {
    fn items(list: Option<&Self>) -> impl Iterator<Item = &T> {
        list.and_then(|list| list.nodes.as_ref()).into_iter().flatten().flatten()
    }
}

impl Actor {
    /// Returns the login; GraphQL leaves out the suffix of robots.
    fn name(&self) -> Option<Text> {
        let login = clean_line(self.login.as_deref()?);
        let is_app = self.kind.as_deref() == Some("Bot") && !login.ends_with("[bot]");
        Some(if is_app { Text::from(format!("{login}[bot]")) } else { Text::from(login) })
    }
}

impl Reference {
    fn id(&self) -> Option<IssueRef> {
        Some(IssueRef::new(
            Repo::new(&self.repository.as_ref()?.name_with_owner)?,
            self.number.filter(|number| *number > 0)?,
        ))
    }

    fn mentioning(&self) -> Option<MentioningPull> {
        let state = match self.state.as_deref()? {
            "OPEN" => PullState::Open,
            "MERGED" => PullState::Merged,
            _ => PullState::Closed,
        };
        Some(MentioningPull {
            id: self.id()?,
            title: clean_line(self.title.as_deref().unwrap_or_default()).into_owned(),
            body: beginning(self.body.as_deref().unwrap_or_default()),
            state,
            author: self.author.as_ref().and_then(Actor::name),
            updated: moment(self.updated_at.as_ref()),
        })
    }

    fn pull(&self) -> Option<Pull> {
        let is_open = self.state.as_deref()? == "OPEN";
        Some(Pull { id: self.id()?, is_open, author: self.author.as_ref().and_then(Actor::name) })
    }
}

impl Node {
    fn id(&self) -> Option<IssueRef> {
        let repo = Repo::new(&self.repository.as_ref()?.name_with_owner)?;
        Some(IssueRef::new(repo, self.number.filter(|number| *number > 0)?))
    }

    fn into_issue(self, reading: Reading<'_>) -> Result<Issue, String> {
        let id = self.id().ok_or("it has no number")?;
        let text = clean(self.body.as_deref().unwrap_or_default()).into_owned();
        let home = Home { issue: &id, host: reading.host };
        let read = body::read(&text, home);
        let mut parents = read.parents;
        parents.extend(self.parent.as_ref().and_then(Reference::id).filter(|parent| !parents.contains(parent)));
        let labels = List::items(self.labels.as_ref()).filter_map(|label| label.name.as_deref());
        let is_pull = self.is_pull();
        let mut issue = Issue {
            title: clean_line(self.title.as_deref().unwrap_or_default()).into_owned(),
            is_pull,
            state: self.state(),
            github_reason: self.reason(),
            author: self.author.as_ref().and_then(Actor::name),
            labels: labels.map(|name| Text::from(clean_line(name))).collect(),
            assignees: List::items(self.assignees.as_ref()).filter_map(Actor::name).collect(),
            milestone: self.milestone.as_ref().and_then(milestone),
            created: moment(self.created_at.as_ref()),
            updated: moment(self.updated_at.as_ref()),
            comments: self.comments.as_ref().and_then(|list| list.total_count).unwrap_or(0),
            locked: self.locked.unwrap_or(false),
            tasks: read.tasks,
            parents,
            sub_issues: ids(self.sub_issues.as_ref()),
            steps: read.steps,
            references: read.references,
            pulls: (!is_pull).then(|| self.pulls()),
            names: read.names,
            body: stored(text.clone()),
            issue_type: self.issue_type.as_ref().and_then(|it| it.name.as_deref()).map(|it| Text::from(clean_line(it))),
            duplicate_of: self.duplicate_of.as_ref().and_then(Reference::id),
            blocked_by: ids(self.blocked_by.as_ref()),
            blocking: ids(self.blocking.as_ref()),
            timeline: self.timeline(),
            ..Issue::new(id.clone())
        };
        // The longer list of comments where it came, else the shorter one.
        let all = self.talk.as_ref().or(self.comments.as_ref());
        let all: Vec<RawComment<'_>> = List::items(all).filter_map(raw).collect();
        comments::put(comments::facts_of(&all, reading.robots, home), &mut issue);
        settle_reason(&mut issue, reading.robots);
        Ok(issue)
    }

    fn timeline(&self) -> Timeline {
        let mut comments: Vec<Comment> = List::items(self.talk.as_ref()).filter_map(raw).map(|it| whole(&it)).collect();
        comments.sort_by_key(|comment| comment.at);
        let sources = List::items(self.linking.as_ref()).filter_map(|event| event.source.as_ref());
        let mut pulls: Vec<MentioningPull> = sources.filter_map(Reference::mentioning).collect();
        pulls.sort_by(|a, b| a.id.cmp(&b.id));
        pulls.dedup_by(|a, b| a.id == b.id);
        Timeline { comments, pulls }
    }

    fn is_pull(&self) -> bool {
        self.kind.as_deref() == Some("PullRequest")
    }

    fn state(&self) -> IssueState {
        let at = moment(self.closed_at.as_ref());
        let by = List::items(self.closed_by.as_ref()).last().and_then(|event| event.actor.as_ref()?.name());
        let is_closed = match self.named_state() {
            Some("OPEN") => false,
            Some("CLOSED" | "MERGED") => true,
            Some(_) | None => at.is_some(),
        };
        if is_closed { IssueState::Closed { reason: self.reason(), at, by } } else { IssueState::Open }
    }

    fn named_state(&self) -> Option<&str> {
        self.pull_state.as_deref().or(self.state.as_deref())
    }

    fn reason(&self) -> Option<CloseReason> {
        match (self.is_pull(), self.named_state()) {
            (_, Some("OPEN")) => None,
            (true, Some("MERGED")) => Some(CloseReason::Completed),
            (true, _) => Some(CloseReason::NotPlanned),
            (false, _) => github_reason(self.state_reason.as_deref()),
        }
    }

    fn pulls(&self) -> Vec<Pull> {
        let closing = List::items(self.closed_by_pull_requests_references.as_ref());
        let naming = List::items(self.mentions.as_ref()).filter_map(|event| event.source.as_ref());
        let mut pulls: Vec<Pull> = Vec::new();
        for pull in closing.chain(naming).filter_map(Reference::pull) {
            if !pulls.iter().any(|known| known.id == pull.id) {
                pulls.push(pull);
            }
        }
        pulls.sort_by(|a, b| a.id.cmp(&b.id));
        pulls
    }
}

fn raw(comment: &NodeComment) -> Option<RawComment<'_>> {
    let at = moment(comment.created_at.as_ref())?;
    let by = comment.author.as_ref().and_then(Actor::name);
    Some(RawComment { by, at, text: comment.body.as_deref().unwrap_or_default() })
}

fn whole(comment: &RawComment<'_>) -> Comment {
    Comment { at: comment.at, by: comment.by.clone(), text: beginning(comment.text) }
}

fn beginning(text: &str) -> String {
    clean(text).chars().take(MAX_TEXT).collect()
}

fn ids(list: Option<&List<Reference>>) -> Vec<IssueRef> {
    List::items(list).filter_map(Reference::id).collect()
}

fn moment(text: Option<&String>) -> Option<Timestamp> {
    Timestamp::parse(text?)
}

fn milestone(wire: &NodeMilestone) -> Option<Milestone> {
    Some(Milestone {
        title: Text::from(clean_line(wire.title.as_deref()?)),
        due: moment(wire.due_on.as_ref()).map(Timestamp::date),
        closed: wire.state.as_deref() == Some("CLOSED"),
    })
}

#[cfg(test)]
mod tests;
