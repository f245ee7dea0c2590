//! Measures: how the state of an item is known.

mod elsewhere;

use super::notes::doubted;
use super::{Doubt, Freedom, Inner, ItemRow, JoinContext, ProjectRow, SILENT_DAYS, progress_inside};
use crate::domain::boxes::{BoxKind, BoxState, Evidence};
use crate::domain::{
    Absence, ClaimKind, CloseReason, CounterId, Issue, IssueState, Item, Progress, State, Task, Text, Timestamp,
};
pub use elsewhere::BoxesElsewhere;
use elsewhere::SubIssue;
pub(super) use elsewhere::settle_elsewhere;

/// How the state of an item is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measure {
    /// A person wrote the state in the roadmap.
    Written,
    /// A person wrote done and total in the roadmap.
    Typed,
    /// No state, issue or counter: work that has not begun.
    Nothing,
    /// The title is a placeholder (`???`).
    Placeholder,
    /// The state of its issue.
    Issue,
    /// Its issue had not been opened at the date.
    IssueNotYetOpened,
    /// Its issue was never fetched.
    NotFetched,
    /// Its issue was requested but is not available.
    IssueMissing,
    /// The reading of a counter.
    Counter(CounterId),
    /// The counter has no reading at the date.
    NoReading(CounterId),
}

impl Measure {
    /// Returns the counter that was read.
    pub fn counter(&self) -> Option<&CounterId> {
        if let Self::Counter(id) = self { Some(id) } else { None }
    }

    /// Returns the counter, whether or not it has a reading.
    pub fn named_counter(&self) -> Option<&CounterId> {
        if let Self::Counter(id) | Self::NoReading(id) = self { Some(id) } else { None }
    }
}

/// The measured state of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    /// The state.
    pub state: State,
    /// How the state is known.
    pub measure: Measure,
    /// The written state, if it differs.
    pub contradicted: Option<State>,
    /// Progress inside it.
    pub inner: Option<Inner>,
}

/// Measures an item by its counter, else its issue (if it was `found`), else the written state.
pub fn measure(at: &JoinContext<'_>, item: &Item, found: Option<&Issue>) -> Measured {
    match (&item.counter, &item.issue) {
        (Some(counter), _) => by_counter(at, item, counter),
        (None, Some(_)) => by_issue(at, item, found),
        (None, None) => by_hand(item),
    }
}

fn by_counter(at: &JoinContext<'_>, item: &Item, counter: &CounterId) -> Measured {
    let figure = at.roadmap.counter(counter).and_then(|own| Some(own.inner(own.reading_at(at.date)?)));
    let Some(inner) = figure else {
        let state = item.written.unwrap_or(State::Unknown);
        return Measured { measure: Measure::NoReading(counter.clone()), ..plain(state) };
    };
    settle(item.written, state_of(inner.progress), Measure::Counter(counter.clone()), Some(inner))
}

fn by_issue(at: &JoinContext<'_>, item: &Item, found: Option<&Issue>) -> Measured {
    let Some(issue) = found else { return without_issue(at, item) };
    if !at.has(issue) {
        let state = item.written.unwrap_or(State::Todo);
        return Measured { measure: Measure::IssueNotYetOpened, ..plain(state) };
    }
    let inner = inside(at, issue).or_else(|| typed(item));
    settle(item.written, issue_state(at, issue), Measure::Issue, inner)
}

/// An issue that was never requested is not known to be missing.
fn without_issue(at: &JoinContext<'_>, item: &Item) -> Measured {
    let missing = item.issue.as_ref().and_then(|id| at.snapshot.missing.get(id));
    let (state, measure) = match missing {
        None | Some(Absence::NotFetched) => (State::NotFetched, Measure::NotFetched),
        Some(Absence::Gone | Absence::Disabled | Absence::NotFound | Absence::Moved(_) | Absence::Unreadable(_)) => {
            (State::Unknown, Measure::IssueMissing)
        }
    };
    Measured { measure, ..plain(item.written.unwrap_or(state)) }
}

/// Progress inside an issue: its task list, else its sub-issues. Unknown on earlier days.
fn inside(at: &JoinContext<'_>, issue: &Issue) -> Option<Inner> {
    let of = |unit| move |progress| Inner::new(progress, Text::const_new(unit));
    let snapshot = at.is_current().then_some(at.snapshot)?;
    let tasks = progress_inside::of_tasks(issue, snapshot).map(of("tasks"));
    tasks.or_else(|| progress_inside::of_sub_issues(issue, snapshot).map(of("sub-issues")))
}

fn by_hand(item: &Item) -> Measured {
    let inner = typed(item);
    let (state, measure) = match (item.written, &inner) {
        (Some(state), _) => (state, Measure::Written),
        (None, Some(inner)) => (state_of(inner.progress), Measure::Typed),
        (None, None) if is_placeholder(item.title.as_deref().unwrap_or_default()) => {
            (State::Unknown, Measure::Placeholder)
        }
        (None, None) => (State::Todo, Measure::Nothing),
    };
    Measured { measure, inner, ..plain(state) }
}

fn plain(state: State) -> Measured {
    Measured { state, measure: Measure::Nothing, contradicted: None, inner: None }
}

fn typed(item: &Item) -> Option<Inner> {
    item.progress.map(|progress| Inner::new(progress, Text::const_new("parts")))
}

/// When a written state and a measure disagree, the measure is shown. Only a person can say that
/// something was removed, left the scope, or was done although its issue was closed otherwise.
fn settle(written: Option<State>, measured: State, measure: Measure, inner: Option<Inner>) -> Measured {
    let (state, contradicted) = match (written, measured) {
        (Some(State::Dropped), _) => (State::Dropped, None),
        (Some(State::Removed), State::Done) => (State::Removed, None),
        (Some(end), State::ClosedNotDone) if end.is_end() => (end, None),
        (Some(State::Started), State::Todo) => (State::Started, None),
        // A written `todo` is only less precise than a measured `started`.
        (Some(State::Todo | State::Started), State::Todo | State::Started) | (None, _) => (measured, None),
        (Some(written), measured) if written == measured => (measured, None),
        (Some(written), measured) => (measured, Some(written)),
    };
    Measured { state, measure, contradicted, inner }
}

/// The state that follows from parts: all done is done, some done is started, no parts is unknown.
fn state_of(progress: Progress) -> State {
    match progress {
        Progress { total: 0, .. } => State::Unknown,
        Progress { done, total } if done == total => State::Done,
        Progress { done: 0, .. } => State::Todo,
        Progress { .. } => State::Started,
    }
}

/// Whether a title is only a placeholder.
pub fn is_placeholder(title: &str) -> bool {
    let title = title.trim();
    !title.is_empty() && title.chars().all(|c| c == '?')
}

/// An issue closed as completed is done; as not planned, as a duplicate or by a robot it is closed, not done.
fn issue_state(at: &JoinContext<'_>, issue: &Issue) -> State {
    match closing(at, issue) {
        // A robot may have closed it.
        Some(None | Some(CloseReason::Completed)) if !issue.knows_closer() => State::Unknown,
        Some(None | Some(CloseReason::Completed)) => State::Done,
        Some(Some(CloseReason::NotPlanned | CloseReason::Duplicate | CloseReason::Robot)) => State::ClosedNotDone,
        None if is_begun(at, issue) => State::Started,
        None => State::Todo,
    }
}

/// Returns how an issue had been closed at the date; `None` while it was open.
///
/// A closing date that is not known counts as open before the issues were fetched.
pub fn closing(at: &JoinContext<'_>, issue: &Issue) -> Option<Option<CloseReason>> {
    let IssueState::Closed { reason, at: closed, .. } = &issue.state else { return None };
    let was_closed = match closed {
        Some(closed) => at.is_past(*closed),
        None => at.is_current(),
    };
    was_closed.then_some(*reason)
}

fn is_begun(at: &JoinContext<'_>, issue: &Issue) -> bool {
    let has_done = || progress_inside::has_done(issue, at.snapshot);
    issue.is_pull || at.is_current() && (!issue.assignees.is_empty() || issue.has_open_pull() || has_done())
}

/// Whether someone can take an item; blocking is settled later, when all states are known.
pub fn freedom(at: &JoinContext<'_>, row: &ItemRow, issue: Option<&Issue>) -> Freedom {
    match row.state {
        State::Done | State::Removed | State::Dropped => Freedom::Ended,
        State::Unknown | State::ClosedNotDone => Freedom::Unclear,
        State::NotFetched => Freedom::Unchecked,
        // The issue says that the work is over, and the counter that it is not.
        State::Todo | State::Started if issue.is_some_and(|issue| at.is_closed(issue)) => Freedom::Unclear,
        State::Todo | State::Started => {
            let freedom = issue.map_or_else(|| freedom_by_hand(row), |issue| freedom_of_issue(at, issue));
            if freedom.may_be_free() && row.is_started_by_owner() { Freedom::Taken } else { freedom }
        }
    }
}

/// If an item has an issue, only the issue says who works on it.
fn freedom_by_hand(row: &ItemRow) -> Freedom {
    match (&row.issue, &row.measure) {
        (None, _) => Freedom::Free,
        (Some(_), Measure::IssueMissing) => Freedom::Unclear,
        (Some(_), _) => Freedom::Unchecked,
    }
}

/// Whether someone can take an open issue.
pub fn freedom_of_issue(at: &JoinContext<'_>, issue: &Issue) -> Freedom {
    if issue.is_pull {
        // The author of a pull request works on it.
        return Freedom::Taken;
    }
    if !at.is_current() {
        let waits = issue.blocked_by.iter().any(|id| at.may_block(id));
        let now = freedom_of_issue(&at.at_fetch(), issue);
        return if !waits && was_free(at, issue, now) { Freedom::Free } else { Freedom::Unchecked };
    }
    if issue.assignees.is_empty() {
        return match (issue.knows_holders(), issue.has_open_pull()) {
            (true, _) => unassigned(at, issue, None, &[]),
            (false, true) => Freedom::Taken,
            (false, false) => Freedom::Unchecked,
        };
    }
    match issue.touched().filter(|_| !issue.has_open_pull()).map(|touched| touched.days_before(at.known_until())) {
        Some(silent) if silent >= SILENT_DAYS => Freedom::MaybeFree(Doubt::Assigned(silent)),
        Some(_) | None => Freedom::Taken,
    }
}

/// Returns when an issue that was open on an earlier day was closed since.
pub(super) fn closed_since(at: &JoinContext<'_>, issue: &Issue) -> Option<Timestamp> {
    let IssueState::Closed { at: closed, .. } = issue.state else { return None };
    closed.filter(|closed| !at.is_past(*closed))
}

/// Whether an issue was free on an earlier day. Its assignees and blockers of that day are unknown: if it has none now,
/// it most likely had none then. An issue closed since has nothing open now.
fn was_free(at: &JoinContext<'_>, issue: &Issue, now: Freedom) -> bool {
    now == Freedom::Free || now == Freedom::Unclear && at.at_fetch().is_closed(issue)
}

/// Whether someone can take an unassigned issue, by its parts, its comments and its notes.
fn unassigned(
    at: &JoinContext<'_>,
    issue: &Issue,
    elsewhere: Option<&BoxesElsewhere<'_>>,
    below: &[SubIssue<'_>],
) -> Freedom {
    doubted(at, issue, freest_part(at, issue, elsewhere, below))
}

/// An issue is as free as the freest of its open boxes and open sub-issues. Of nested boxes only the innermost count. A
/// pull request may be for one of several boxes; without boxes, comments may claim the issue as a whole. Work elsewhere
/// makes no issue free.
fn freest_part(
    at: &JoinContext<'_>,
    issue: &Issue,
    elsewhere: Option<&BoxesElsewhere<'_>>,
    below: &[SubIssue<'_>],
) -> Freedom {
    let open = at.open_boxes(issue);
    let below = below.iter().map(|sub| sub.freedom).filter(|own| own.may_be_free() || *own == Freedom::Unchecked);
    if open.is_empty() {
        let whole = if issue.has_open_pull() { Freedom::Taken } else { claimed_whole(at, issue) };
        if whole == Freedom::Free && progress_inside::has_nothing_open(issue, at.snapshot) {
            return Freedom::Unclear;
        }
        let is_alone = issue.sub_issues.is_empty() || elsewhere.is_none();
        return if is_alone { whole } else { harder(whole, freest(&below.collect::<Vec<_>>())) };
    }
    let is_here = |task: &Task| elsewhere.is_none_or(|elsewhere| elsewhere.of_box(task).next().is_none());
    let here = open.iter().filter(|(_, task, _)| is_here(task)).map(|(.., state)| freedom_of_box(at, state));
    let freest = freest(&here.chain(below).collect::<Vec<_>>());
    if freest != Freedom::Free && issue.has_open_pull() { Freedom::Taken } else { freest }
}

/// Whether someone can take one of several pieces.
fn freest(pieces: &[Freedom]) -> Freedom {
    match pieces.iter().filter_map(|own| own.doubt()).max_by_key(|doubt| doubt.days()) {
        _ if pieces.contains(&Freedom::Free) => Freedom::Free,
        Some(doubt) => Freedom::MaybeFree(doubt),
        None if pieces.contains(&Freedom::ClaimsUnchecked) => Freedom::ClaimsUnchecked,
        None if pieces.contains(&Freedom::Unchecked) => Freedom::Unchecked,
        None if pieces.iter().all(|own| *own == Freedom::Unclear) => Freedom::Unclear,
        None => Freedom::Taken,
    }
}

/// Whether someone can take what is left of a parent, given the claims of the parent itself and its freest sub-issue.
fn harder(whole: Freedom, below: Freedom) -> Freedom {
    match (whole, below) {
        (Freedom::Taken, _) => Freedom::Taken,
        (_, Freedom::Free) => whole,
        (Freedom::MaybeFree(days), Freedom::MaybeFree(_) | Freedom::ClaimsUnchecked) => Freedom::MaybeFree(days),
        (_, below) => below,
    }
}

/// Whether someone can take an open box, given its state.
pub fn freedom_of_box(at: &JoinContext<'_>, state: &BoxState) -> Freedom {
    let silent = || state.since.map_or(0, |since| Timestamp::start_of(since).days_before(at.known_until()));
    match state.kind {
        BoxKind::Free if state.is_free() => Freedom::Free,
        BoxKind::Free => Freedom::MaybeFree(doubt(state)),
        BoxKind::Quiet => Freedom::MaybeFree(Doubt::Claimed(silent())),
        BoxKind::Unchecked => Freedom::ClaimsUnchecked,
        BoxKind::Claimed | BoxKind::InReview | BoxKind::Collided => Freedom::Taken,
        BoxKind::Merged | BoxKind::Unclear => Freedom::Unclear,
    }
}

/// Why an unclaimed box may not be free.
fn doubt(state: &BoxState) -> Doubt {
    let is_named = matches!(state.evidence.first(), None | Some(Evidence::Comment(..) | Evidence::Pull(..)));
    if is_named { Doubt::Named } else { Doubt::Noted }
}

/// An item that the roadmap marks as started is maybe free at most, whether or not its comments were read.
pub(super) fn settle_started(projects: &mut [ProjectRow]) {
    let rows = projects.iter_mut().flat_map(|project| &mut project.items);
    for row in rows.filter(|row| row.is_written_as_started() && row.freedom.is_unclaimed()) {
        row.freedom = Freedom::MaybeFree(Doubt::Started);
    }
}

/// Whether comments claim the issue as a whole. A question for it counts as a doubt, like a guess about a box, and so does
/// a comment that it was done.
fn claimed_whole(at: &JoinContext<'_>, issue: &Issue) -> Freedom {
    let quiet = at.roadmap.quiet;
    let silent = |kind| {
        let own = issue.claims.iter().filter(move |own| own.kind == kind);
        own.map(|own| own.heard.days_before(at.known_until())).min()
    };
    let doubt = |kind, doubt| silent(kind).filter(|days| *days < quiet.pull).map(|days| (days, doubt));
    let doubt = doubt(ClaimKind::Asked, Doubt::Asked).or_else(|| doubt(ClaimKind::Done, Doubt::SaidDone));
    match (silent(ClaimKind::Claimed), doubt) {
        (Some(days), _) if days < quiet.claim => Freedom::Taken,
        (Some(claimed), Some((said, _))) if claimed <= said => Freedom::MaybeFree(Doubt::Claimed(claimed)),
        (_, Some((_, doubt))) => Freedom::MaybeFree(doubt),
        (Some(days), None) => Freedom::MaybeFree(Doubt::Claimed(days)),
        (None, None) if issue.knows_comments() => Freedom::Free,
        (None, None) => Freedom::ClaimsUnchecked,
    }
}
