//! The shape of an issue in an answer, and the issue that it becomes.

use serde::Deserialize;
use serde_json::Value;

use super::super::comments::{self, RawComment, github_reason, settle_reason};
use super::super::rest::stored;
use super::AnswerContext;
use crate::domain::clean::{clean, clean_line};
use crate::domain::{
    CloseReason, Comment, Issue, IssueRef, IssueState, MentioningPull, Milestone, Pull, PullState, Repo,
    SubIssueSummary, Text, Timeline, Timestamp,
};
use crate::sources::body::{self, Home};

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct IssueNode {
    #[serde(rename = "__typename")]
    kind: Option<String>,
    number: Option<u64>,
    repository: Option<RepositoryNode>,
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
    labels: Option<Connection<Name>>,
    assignees: Option<Connection<Actor>>,
    milestone: Option<NodeMilestone>,
    comments: Option<Connection<NodeComment>>,
    sub_issues: Option<Connection<ReferenceNode>>,
    sub_issues_summary: Option<SubIssueSummary>,
    closed_by: Option<Connection<TimelineEvent>>,
    closed_by_pull_requests_references: Option<Connection<ReferenceNode>>,
    mentions: Option<Connection<TimelineEvent>>,
    issue_type: Option<Name>,
    duplicate_of: Option<ReferenceNode>,
    blocked_by: Option<Connection<ReferenceNode>>,
    blocking: Option<Connection<ReferenceNode>>,
    talk: Option<Connection<NodeComment>>,
    linking: Option<Connection<TimelineEvent>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Connection<T> {
    total_count: Option<u32>,
    page_info: Option<PageInfo>,
    #[serde(bound(deserialize = "T: Deserialize<'de>"))]
    nodes: Option<Vec<Option<T>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PageInfo {
    has_previous_page: bool,
    has_next_page: bool,
    end_cursor: Option<String>,
}

/// A page of the pull requests that mention an issue.
#[derive(Debug, Default)]
pub(crate) struct MentionPage {
    pub(crate) pulls: Vec<MentioningPull>,
    /// The cursor of the next page.
    pub(crate) next: Option<String>,
}

/// Reads a page of mentions.
pub(super) fn mentions(list: &Value) -> Result<MentionPage, String> {
    let list = Connection::<TimelineEvent>::deserialize(list).map_err(|error| error.to_string())?;
    let info = list.page_info.as_ref().ok_or("it has no page")?;
    let next = info.end_cursor.clone().filter(|_| info.has_next_page);
    let sources = Connection::items(Some(&list)).filter_map(|event| event.source.as_ref());
    Ok(MentionPage { pulls: sources.filter_map(ReferenceNode::mentioning).collect(), next })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RepositoryNode {
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
    author_association: Option<String>,
    created_at: Option<String>,
    body: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ReferenceNode {
    number: Option<u64>,
    repository: Option<RepositoryNode>,
    state: Option<String>,
    author: Option<Actor>,
    title: Option<String>,
    body: Option<String>,
    #[serde(rename = "updatedAt")]
    updated_at: Option<String>,
    files: Option<Connection<ChangedFile>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ChangedFile {
    path: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TimelineEvent {
    actor: Option<Actor>,
    source: Option<ReferenceNode>,
}

impl<T> Connection<T> {
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

impl ReferenceNode {
    fn id(&self) -> Option<IssueRef> {
        Some(IssueRef::new(
            Repo::new(&self.repository.as_ref()?.name_with_owner)?,
            self.number.filter(|number| is_number(*number))?,
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
            body: comments::beginning(self.body.as_deref().unwrap_or_default()),
            state,
            author: self.author.as_ref().and_then(Actor::name),
            updated: moment(self.updated_at.as_ref()),
            files: Connection::items(self.files.as_ref()).map(|file| clean_line(&file.path).into_owned()).collect(),
        })
    }

    fn pull(&self) -> Option<Pull> {
        let is_open = self.state.as_deref()? == "OPEN";
        Some(Pull { id: self.id()?, is_open, author: self.author.as_ref().and_then(Actor::name) })
    }
}

impl IssueNode {
    fn id(&self) -> Option<IssueRef> {
        let repo = Repo::new(&self.repository.as_ref()?.name_with_owner)?;
        Some(IssueRef::new(repo, self.number.filter(|number| is_number(*number))?))
    }

    pub(super) fn into_issue(self, reading: AnswerContext<'_>) -> Result<Issue, String> {
        let id = self.id().ok_or("it has no number")?;
        let text = clean(self.body.as_deref().unwrap_or_default()).into_owned();
        let home = Home { issue: &id, host: reading.host };
        let read = body::read(&text, home);
        let labels = Connection::items(self.labels.as_ref()).filter_map(|label| label.name.as_deref());
        let is_pull = self.is_pull();
        let mut issue = Issue {
            title: clean_line(self.title.as_deref().unwrap_or_default()).into_owned(),
            is_pull,
            state: self.state(),
            github_reason: self.reason(),
            author: self.author.as_ref().and_then(Actor::name),
            labels: labels.map(|name| Text::from(clean_line(name))).collect(),
            assignees: Connection::items(self.assignees.as_ref()).filter_map(Actor::name).collect(),
            milestone: self.milestone.as_ref().and_then(milestone),
            created: moment(self.created_at.as_ref()),
            updated: moment(self.updated_at.as_ref()),
            comments: self.comments.as_ref().and_then(|list| list.total_count).unwrap_or(0),
            locked: self.locked.unwrap_or(false),
            tasks: read.tasks,
            parents: read.parents,
            sub_issues: ids(self.sub_issues.as_ref()),
            sub_issue_summary: self.sub_issues_summary,
            steps: read.steps,
            references: read.references,
            pulls: (!is_pull).then(|| self.pulls()),
            names: read.names,
            continued_in: read.continued_in,
            body: stored(text.clone()),
            issue_type: self.issue_type.as_ref().and_then(|it| it.name.as_deref()).map(|it| Text::from(clean_line(it))),
            duplicate_of: self.duplicate_of.as_ref().and_then(ReferenceNode::id),
            blocked_by: ids(self.blocked_by.as_ref()),
            blocking: ids(self.blocking.as_ref()),
            timeline: self.timeline(),
            ..Issue::new(id.clone())
        };
        // The longer list of comments where it came, else the shorter one.
        let all = self.talk.as_ref().or(self.comments.as_ref());
        let all: Vec<RawComment<'_>> = Connection::items(all).filter_map(raw).collect();
        comments::put(comments::facts_of(&all, reading.robots, home, issue.author.as_deref()), &mut issue);
        settle_reason(&mut issue, reading.robots);
        Ok(issue)
    }

    fn timeline(&self) -> Timeline {
        let mut comments: Vec<Comment> =
            Connection::items(self.talk.as_ref()).filter_map(raw).map(|it| comments::whole(&it)).collect();
        comments.sort_by_key(|comment| comment.at);
        let sources = Connection::items(self.linking.as_ref()).filter_map(|event| event.source.as_ref());
        let mut pulls: Vec<MentioningPull> = sources.filter_map(ReferenceNode::mentioning).collect();
        pulls.sort_by(|a, b| a.id.cmp(&b.id));
        pulls.dedup_by(|a, b| a.id == b.id);
        let count = |list: &Connection<NodeComment>| list.nodes.as_ref().map_or(0, Vec::len);
        let lacks_comments =
            self.talk.as_ref().is_some_and(|list| list.total_count.unwrap_or(0) as usize > count(list));
        let lacks_pulls = self.linking.as_ref().and_then(|list| list.page_info.as_ref());
        let lacks_pulls = lacks_pulls.is_some_and(|info| info.has_previous_page);
        Timeline { comments, pulls, lacks_comments, lacks_pulls }
    }

    fn is_pull(&self) -> bool {
        self.kind.as_deref() == Some("PullRequest")
    }

    fn state(&self) -> IssueState {
        let at = moment(self.closed_at.as_ref());
        let by = Connection::items(self.closed_by.as_ref()).last().and_then(|event| event.actor.as_ref()?.name());
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
        let closing = Connection::items(self.closed_by_pull_requests_references.as_ref());
        let is_cut_off =
            self.mentions.as_ref().and_then(|list| list.page_info.as_ref()).is_some_and(|it| it.has_previous_page);
        // The longer list of a timeline, where the shorter one does not suffice.
        let longer = self.linking.as_ref().filter(|_| is_cut_off);
        let naming = Connection::items(self.mentions.as_ref()).chain(Connection::items(longer));
        let naming = naming.filter_map(|event| event.source.as_ref());
        let mut pulls: Vec<Pull> = Vec::new();
        for pull in closing.chain(naming).filter_map(ReferenceNode::pull) {
            if !pulls.iter().any(|known| known.id == pull.id) {
                pulls.push(pull);
            }
        }
        pulls.sort_by(|a, b| a.id.cmp(&b.id));
        pulls
    }
}

/// Whether it is the number of an issue, which the cache can hold, too.
fn is_number(number: u64) -> bool {
    number > 0 && i64::try_from(number).is_ok()
}

fn raw(comment: &NodeComment) -> Option<RawComment<'_>> {
    let at = moment(comment.created_at.as_ref())?;
    let by = comment.author.as_ref().and_then(Actor::name);
    let is_maintainer = comments::is_maintainer(comment.author_association.as_deref());
    Some(RawComment { by, at, text: comment.body.as_deref().unwrap_or_default(), is_maintainer })
}

fn ids(list: Option<&Connection<ReferenceNode>>) -> Vec<IssueRef> {
    Connection::items(list).filter_map(ReferenceNode::id).collect()
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
