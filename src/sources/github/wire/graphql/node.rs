//! The structure of an issue in an answer, and its conversion.

use serde::Deserialize;
use serde_json::Value;

use super::super::comments::{self, CommentFields, RawComment, settle_reason};
use super::super::issue::{Actor, IssueFields, NamedState, OwnFields, is_number, line, moment};
use super::AnswerContext;
use crate::domain::{Comment, Issue, IssueRef, MentioningPull, Pull, PullState, Repo, Timeline};
use crate::sources::body::Home;

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct IssueNode {
    #[serde(flatten)]
    fields: IssueFields,
    #[serde(rename = "__typename")]
    kind: Option<String>,
    repository: Option<RepositoryNode>,
    pull_state: Option<String>,
    comments: Option<Connection<CommentFields>>,
    sub_issues: Option<Connection<ReferenceNode>>,
    closed_by: Option<Connection<TimelineEvent>>,
    closed_by_pull_requests_references: Option<Connection<ReferenceNode>>,
    mentions: Option<Connection<TimelineEvent>>,
    duplicate_of: Option<ReferenceNode>,
    blocked_by: Option<Connection<ReferenceNode>>,
    blocking: Option<Connection<ReferenceNode>>,
    talk: Option<Connection<CommentFields>>,
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

/// Parses a page of mentions.
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

impl ReferenceNode {
    fn id(&self) -> Option<IssueRef> {
        id(self.repository.as_ref(), self.number)
    }

    fn mentioning(&self) -> Option<MentioningPull> {
        let state = match NamedState::read(Some(self.state.as_deref()?)) {
            Some(NamedState::Open) => PullState::Open,
            Some(NamedState::Merged) => PullState::Merged,
            Some(NamedState::Closed) | None => PullState::Closed,
        };
        Some(MentioningPull {
            id: self.id()?,
            title: line(self.title.as_deref()),
            body: comments::beginning(self.body.as_deref().unwrap_or_default()),
            state,
            author: self.author.as_ref().and_then(Actor::name),
            updated: moment(self.updated_at.as_deref()),
            files: Connection::items(self.files.as_ref()).map(|file| line(Some(&file.path))).collect(),
        })
    }

    fn pull(&self) -> Option<Pull> {
        let is_open = self.state.as_deref()? == "OPEN";
        Some(Pull { id: self.id()?, is_open, author: self.author.as_ref().and_then(Actor::name), by_list: false })
    }
}

impl IssueNode {
    pub(super) fn into_issue(self, reading: AnswerContext<'_>) -> Result<Issue, String> {
        let id = id(self.repository.as_ref(), self.fields.number).ok_or("it has no number")?;
        let mut issue = Issue {
            sub_issues: ids(self.sub_issues.as_ref()),
            pulls: (!self.is_pull()).then(|| self.pulls()),
            duplicate_of: self.duplicate_of.as_ref().and_then(ReferenceNode::id),
            blocked_by: ids(self.blocked_by.as_ref()),
            blocking: ids(self.blocking.as_ref()),
            timeline: self.timeline(),
            ..self.fields.issue(self.own(id.clone()), reading.host)
        };
        // The longer list of comments if it was requested, else the shorter one.
        let all = self.talk.as_ref().or(self.comments.as_ref());
        let all: Vec<RawComment<'_>> = Connection::items(all).filter_map(CommentFields::raw).collect();
        let home = Home { issue: &id, host: reading.host };
        comments::put(comments::facts_of(&all, reading.robots, home, issue.author.as_deref()), &mut issue);
        settle_reason(&mut issue, reading.robots);
        Ok(issue)
    }

    fn own(&self, id: IssueRef) -> OwnFields<'_> {
        OwnFields {
            id,
            is_pull: self.is_pull(),
            state: NamedState::read(self.pull_state.as_deref().or(self.fields.state.as_deref())),
            closed_by: Connection::items(self.closed_by.as_ref()).last().and_then(|event| event.actor.as_ref()),
            comments: self.comments.as_ref().and_then(|list| list.total_count),
        }
    }

    fn timeline(&self) -> Timeline {
        let raw = Connection::items(self.talk.as_ref()).filter_map(CommentFields::raw);
        let mut comments: Vec<Comment> = raw.map(|it| comments::whole(&it)).collect();
        comments.sort_by_key(|comment| comment.at);
        let sources = Connection::items(self.linking.as_ref()).filter_map(|event| event.source.as_ref());
        let mut pulls: Vec<MentioningPull> = sources.filter_map(ReferenceNode::mentioning).collect();
        pulls.sort_by(|a, b| a.id.cmp(&b.id));
        pulls.dedup_by(|a, b| a.id == b.id);
        let count = |list: &Connection<CommentFields>| list.nodes.as_ref().map_or(0, Vec::len);
        let lacks_comments =
            self.talk.as_ref().is_some_and(|list| list.total_count.unwrap_or(0) as usize > count(list));
        let lacks_pulls = self.linking.as_ref().and_then(|list| list.page_info.as_ref());
        let lacks_pulls = lacks_pulls.is_some_and(|info| info.has_previous_page);
        Timeline { comments, pulls, lacks_comments, lacks_pulls }
    }

    fn is_pull(&self) -> bool {
        self.kind.as_deref() == Some("PullRequest")
    }

    fn pulls(&self) -> Vec<Pull> {
        let closing = Connection::items(self.closed_by_pull_requests_references.as_ref());
        let is_cut_off =
            self.mentions.as_ref().and_then(|list| list.page_info.as_ref()).is_some_and(|it| it.has_previous_page);
        // The longer list of a timeline, if the shorter one is truncated.
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

fn id(repository: Option<&RepositoryNode>, number: Option<u64>) -> Option<IssueRef> {
    Some(IssueRef::new(Repo::new(&repository?.name_with_owner)?, number.filter(|number| is_number(*number))?))
}

fn ids(list: Option<&Connection<ReferenceNode>>) -> Vec<IssueRef> {
    Connection::items(list).filter_map(ReferenceNode::id).collect()
}
