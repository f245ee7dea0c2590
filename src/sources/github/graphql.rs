//! Many issues in one request, with comments, pull requests and sub-issues: for those who have a token.
//!
//! An answer may hold data and errors at once; both are used.

use std::fmt::Write;

use serde::Deserialize;
use serde_json::Value;

use super::people::{Robots, Said, asks_to_close, close_reason, word};
use super::wire::{stored, with_reason};
use crate::domain::clean::{clean, clean_line};
use crate::domain::{CloseReason, Issue, IssueRef, IssueState, Marks, Milestone, Pull, Repo, Text, Timestamp};
use crate::sources::body::{self, Home};

/// How many issues one request asks for: more, and GitHub runs out of time.
pub(super) const BATCH: usize = 50;

const FRAGMENTS: &str = "
fragment U on Actor { __typename login }
fragment R on IssueConnection { nodes { number repository { nameWithOwner } } }
fragment P on PullRequest { number state author { ...U } repository { nameWithOwner } }
fragment C on IssueCommentConnection { totalCount nodes { author { ...U } createdAt body } }
fragment I on Issue {
  __typename number title state stateReason(enableDuplicate: true) body locked createdAt updatedAt closedAt
  repository { nameWithOwner } author { ...U }
  labels(first: 30) { nodes { name } } assignees(first: 10) { nodes { login } }
  milestone { title dueOn state } comments(last: 20) { ...C }
  parent { number repository { nameWithOwner } } subIssues(first: 100) { ...R }
  closedBy: timelineItems(last: 1, itemTypes: [CLOSED_EVENT]) { nodes { ... on ClosedEvent { actor { ...U } } } }
  closedByPullRequestsReferences(first: 10, includeClosedPrs: true) { nodes { ...P } }
  mentions: timelineItems(last: 20, itemTypes: [CROSS_REFERENCED_EVENT]) {
    nodes { ... on CrossReferencedEvent { source { ... on PullRequest { ...P } } } }
  }
}";

/// Pull requests. Their state has a type of its own, so that it needs a name of its own beside that of issues;
/// and a fragment that nothing uses is an error.
const PULLS: &str = "
fragment Q on PullRequest {
  __typename number title pullState: state body locked createdAt updatedAt closedAt
  repository { nameWithOwner } author { ...U }
  labels(first: 30) { nodes { name } } assignees(first: 10) { nodes { login } }
  milestone { title dueOn state } comments(last: 20) { ...C }
}";

/// What to ask for in one request.
#[derive(Debug, Clone, Default)]
pub(super) struct Ask {
    pub(super) issues: Vec<IssueRef>,
    pub(super) searches: Vec<String>,
}

/// Writes the query.
pub(super) fn query(ask: &Ask) -> String {
    let mut text = String::from("query {");
    for (number, search) in ask.searches.iter().enumerate() {
        let search = Value::String(search.clone());
        let _ = write!(
            text,
            " s{number}: search(query: {search}, type: ISSUE, first: 100) {{ pageInfo {{ hasNextPage }} nodes {{ ...I }} }}"
        );
    }
    for (number, issue) in ask.issues.iter().enumerate() {
        let (owner, name) = (issue.repo.owner(), issue.repo.name());
        let _ = write!(
            text,
            " i{number}: repository(owner: \"{owner}\", name: \"{name}\") {{ issueOrPullRequest(number: {}) {{ ...I ...Q }} }}",
            issue.number
        );
    }
    text.push_str(" }");
    text.push_str(FRAGMENTS);
    text.push_str(if ask.issues.is_empty() { "" } else { PULLS });
    text
}

/// What an answer held.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) issues: Vec<Issue>,
    /// What was asked for and is not there.
    pub(super) absent: Vec<IssueRef>,
    /// Searches that found more than a page, or were not answered.
    pub(super) longer: Vec<String>,
    /// Why nothing at all was answered.
    pub(super) refusal: Option<String>,
    pub(super) odd: Vec<String>,
}

/// Reads an answer; errors without any data are a refusal.
pub(super) fn read(bytes: &[u8], ask: &Ask, host: &str, robots: &Robots) -> Result<Found, String> {
    let answer: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let errors = answer.get("errors").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let said = |error: &Value| error.get("message").and_then(Value::as_str).unwrap_or("an error").to_owned();
    let Some(data) = answer.get("data").and_then(Value::as_object) else {
        let refusal = errors.first().map_or_else(|| "it has no data".to_owned(), said);
        return Ok(Found { refusal: Some(clean_line(&refusal).into_owned()), ..Found::default() });
    };
    let mut found = Found::default();
    for (number, query) in ask.searches.iter().enumerate() {
        let search = data.get(&format!("s{number}"));
        let nodes = search.and_then(|search| search.get("nodes")?.as_array());
        for node in nodes.into_iter().flatten() {
            found.take(node, None, host, robots);
        }
        let has_more = search.and_then(|search| search.pointer("/pageInfo/hasNextPage")?.as_bool());
        if nodes.is_none() || has_more == Some(true) {
            found.longer.push(query.clone());
        }
    }
    for (number, id) in ask.issues.iter().enumerate() {
        match data.get(&format!("i{number}")).and_then(|repo| repo.get("issueOrPullRequest")) {
            Some(node) if node.is_object() => found.take(node, Some(id), host, robots),
            Some(_) | None => found.absent.push(id.clone()),
        }
    }
    let is_absence = |error: &&Value| error.get("type").and_then(Value::as_str) == Some("NOT_FOUND");
    found
        .odd
        .extend(errors.iter().filter(|error| !is_absence(error)).map(said).map(|text| clean_line(&text).into_owned()));
    Ok(found)
}

impl Found {
    fn take(&mut self, node: &Value, asked: Option<&IssueRef>, host: &str, robots: &Robots) {
        if node.as_object().is_some_and(serde_json::Map::is_empty) {
            return;
        }
        match Node::deserialize(node).map_err(|error| error.to_string()).and_then(|node| node.into_issue(host, robots))
        {
            Ok(issue) => self.issues.push(issue),
            Err(why) => {
                let name = asked.map_or_else(|| "an issue of a search".to_owned(), ToString::to_string);
                self.odd.push(format!("{name}: {why}"));
            }
        }
    }
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
    milestone: Option<WireMilestone>,
    comments: Option<List<Comment>>,
    parent: Option<Reference>,
    sub_issues: Option<List<Reference>>,
    closed_by: Option<List<Event>>,
    closed_by_pull_requests_references: Option<List<Reference>>,
    mentions: Option<List<Event>>,
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
struct WireMilestone {
    title: Option<String>,
    due_on: Option<String>,
    state: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Comment {
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

    fn into_issue(self, host: &str, robots: &Robots) -> Result<Issue, String> {
        let id = self.id().ok_or("it has no number")?;
        let text = clean(self.body.as_deref().unwrap_or_default()).into_owned();
        let home = Home { issue: &id, host };
        let mut read = body::read(&text, home);
        let comments: Vec<Said<'_>> = List::items(self.comments.as_ref()).filter_map(said).collect();
        if read.tasks.is_empty() {
            let lists = comments.iter().map(|said| body::tasks(&clean(said.text), home));
            read.tasks = lists.rev().find(|tasks| !tasks.is_empty()).unwrap_or_default();
        }
        let word = comments.iter().rev().find_map(|said| word(said, robots));
        let labels = List::items(self.labels.as_ref()).filter_map(|label| label.name.as_deref());
        let labels: Vec<Text> = labels.map(|name| Text::from(clean_line(name))).collect();
        let state = self.state_with_reason(&labels, &comments, robots);
        let mut parents = read.parents;
        parents.extend(self.parent.as_ref().and_then(Reference::id).filter(|parent| !parents.contains(parent)));
        let mut sub_issues: Vec<IssueRef> = List::items(self.sub_issues.as_ref()).filter_map(Reference::id).collect();
        sub_issues.extend(read.steps.into_iter().filter(|step| !sub_issues.contains(step)).collect::<Vec<_>>());
        let is_pull = self.is_pull();
        Ok(Issue {
            title: clean_line(self.title.as_deref().unwrap_or_default()).into_owned(),
            is_pull,
            state,
            author: self.author.as_ref().and_then(Actor::name),
            labels,
            assignees: List::items(self.assignees.as_ref()).filter_map(Actor::name).collect(),
            milestone: self.milestone.as_ref().and_then(milestone),
            created: moment(self.created_at.as_ref()),
            updated: moment(self.updated_at.as_ref()),
            last_comment: word,
            comments: self.comments.as_ref().and_then(|list| list.total_count).unwrap_or(0),
            locked: self.locked.unwrap_or(false),
            tasks: read.tasks,
            parents,
            sub_issues,
            references: read.references,
            pulls: (!is_pull).then(|| self.pulls()),
            names: read.names,
            body: stored(text.clone()),
            marks: Marks::all_known(),
            ..Issue::new(id.clone())
        })
    }

    fn is_pull(&self) -> bool {
        self.kind.as_deref() == Some("PullRequest")
    }

    fn state_with_reason(&self, labels: &[Text], comments: &[Said<'_>], robots: &Robots) -> IssueState {
        let at = moment(self.closed_at.as_ref());
        let closer = List::items(self.closed_by.as_ref()).last().and_then(|event| event.actor.as_ref()?.name());
        let named = self.pull_state.as_deref().or(self.state.as_deref());
        let state = match named {
            Some("OPEN") => return IssueState::Open,
            Some("CLOSED" | "MERGED") => IssueState::Closed { reason: None, at, by: closer.clone() },
            Some(_) | None if at.is_some() => IssueState::Closed { reason: None, at, by: closer.clone() },
            Some(_) | None => return IssueState::Open,
        };
        let reason = match (self.is_pull(), named) {
            (true, Some("MERGED")) => Some(CloseReason::Completed),
            (true, _) => Some(CloseReason::NotPlanned),
            (false, _) => {
                // Prow's robot also closes for people who comment `/close`: then it is their word that counts.
                let by_person = comments
                    .iter()
                    .rev()
                    .find(|said| said.text.contains("/close"))
                    .is_some_and(|said| asks_to_close(said, robots));
                close_reason(self.state_reason.as_deref(), closer.as_deref().filter(|_| !by_person), labels, robots)
            }
        };
        with_reason(state, reason)
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

fn said(comment: &Comment) -> Option<Said<'_>> {
    let at = moment(comment.created_at.as_ref())?;
    Some(Said {
        by: comment.author.as_ref().and_then(Actor::name),
        at,
        text: comment.body.as_deref().unwrap_or_default(),
    })
}

fn moment(text: Option<&String>) -> Option<Timestamp> {
    Timestamp::parse(text?)
}

fn milestone(wire: &WireMilestone) -> Option<Milestone> {
    Some(Milestone {
        title: Text::from(clean_line(wire.title.as_deref()?)),
        due: moment(wire.due_on.as_ref()).map(Timestamp::date),
        closed: wire.state.as_deref() == Some("CLOSED"),
    })
}

#[cfg(test)]
mod tests;
