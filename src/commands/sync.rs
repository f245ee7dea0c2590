//! `offramp sync`: fetches the issues from GitHub.

use std::collections::{BTreeMap, BTreeSet};

use super::{Context, Exit, Failure, FailureKind, fresh};
use crate::domain::{FactKind, IssueRef, Timestamp};
use crate::report::{Cell, Column, Field, Page, Stamp, Table};
use crate::sources::cache::{self, DatabaseError, LoadedCache};
use crate::sources::github::{self, Access, GithubError, Summary, SyncRequest};
use crate::sources::refresh::Refreshed;
use crate::words;

const HELP: &str = "\
Fetches the issues that the roadmap links to, its umbrellas with their children, and its searches; for a counter of \
issues, all of the repository. Only what changed is fetched again: without any change, a sync costs one request, or two \
with `--all` or a counter of issues.

Token: GH_TOKEN, GITHUB_TOKEN, `gh auth token`, or none (60 requests an hour). It is never stored, and sent only to \
the API. OFFRAMP_API_URL or GH_HOST name another GitHub server; HTTPS_PROXY is used.

Exit codes: 0 everything was fetched, 1 something is missing (without a token, large roadmaps take several syncs), \
4 the token was refused.";

/// The arguments of `sync`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = HELP)]
pub struct SyncArgs {
    /// Fetch all issues of the repository, not only those that the roadmap needs; a counter of issues needs all of them
    #[arg(long)]
    pub all: bool,
    /// Show which requests would be sent and why, and send none
    #[arg(long)]
    pub dry_run: bool,
}

/// How many missing issues are named.
const MOST_NAMED: usize = 10;

/// Runs the command.
pub fn run(context: &Context, args: &SyncArgs) -> Result<Exit, Failure> {
    if context.global.offline && !args.dry_run {
        return Err(Failure::usage("`sync` needs the network").hint("leave out `--offline`, and unset OFFRAMP_OFFLINE"));
    }
    let origin = context.origin();
    let roadmap = context.roadmap(&origin)?;
    let access = fresh::run(Access::of_environment())??;
    // A counter of issues would only count linked ones.
    let all = args.all || words::counts_issues(&roadmap);
    let request = SyncRequest { all, is_asked_for: true, ..fresh::request(context, &roadmap, access) };
    if origin.is_example() {
        context.note("note: without a roadmap file, this fetches the issues of the built-in example");
    }
    if args.dry_run {
        return plan(context, &request, &cache::load(&context.paths, &context.cache_key(&roadmap)?));
    }
    let refreshed = fresh::refresh(context, &request)?;
    context.notes(&refreshed.loaded.notes);
    context.show(&summary(context, &request, &refreshed))?;
    match refreshed.error {
        Some(error) => Err(error.into()),
        None => outcome(&refreshed.summary, refreshed.not_stored),
    }
}

/// Fails if the issues could not be stored, or if some could not be read or lack facts.
fn outcome(summary: &Summary, not_stored: Option<DatabaseError>) -> Result<Exit, Failure> {
    if let Some(error) = not_stored {
        let hint = error.hint();
        return Err(Failure::failed("the issues were fetched but could not be stored").because(error).hint(hint));
    }
    match unreadable(&summary.unreadable).or_else(|| incomplete(summary)) {
        Some(failure) => Err(failure),
        None => Ok(Exit::Done),
    }
}

/// Names the issues that could not be read, with one hint: preferably one that opens all issues of an organization.
fn unreadable(all: &BTreeMap<IssueRef, GithubError>) -> Option<Failure> {
    let why = all.values().find(|why| why.is_of_organization()).or_else(|| all.values().next())?;
    let kind = if why.is_of_organization() { FailureKind::Auth } else { FailureKind::Failed };
    let ids: Vec<IssueRef> = all.keys().cloned().collect();
    let hint = format!("{}; known facts are kept, and the next sync requests the missing ones", why.hint());
    let failure = Failure::new(kind, format!("{} could not be read", named(&ids))).hint(hint);
    let is_shared = all.values().all(|other| other.to_string() == why.to_string());
    Some(if is_shared { failure.because(why.clone()) } else { failure })
}

/// Names the issues that were not fetched, or not with all facts, except facts that no sync could read.
fn incomplete(summary: &Summary) -> Option<Failure> {
    let unknown = summary.unknown.iter().filter(|id| !summary.much_mentioned.contains(*id));
    let ids: BTreeSet<&IssueRef> = summary.not_fetched.iter().chain(unknown).collect();
    let ids: Vec<IssueRef> = ids.into_iter().cloned().collect();
    let failure = || Failure::failed(format!("facts are missing for {}", named(&ids)));
    (!ids.is_empty()).then(|| failure().hint("fetched data is kept; the next sync requests the rest"))
}

fn plan(context: &Context, request: &SyncRequest, loaded: &LoadedCache) -> Result<Exit, Failure> {
    let steps = github::plan(request, &loaded.snapshot, &loaded.state);
    let total = steps.iter().map(|step| step.requests).sum::<u32>();
    let most = total + steps.iter().map(|step| step.more).sum::<u32>();
    // All steps share the budget of the hour.
    let most = if request.access.token.is_some() { most } else { most.min(request.policy.budget.max(total)) };
    let mut page = Page::new("offramp/sync-plan/1", stamp(context, loaded.snapshot.fetched_at));
    page.table(Table::of(
        "steps",
        &steps,
        &[
            (Column::new("requests", "REQUESTS"), |step| {
                Cell::of(range(step.requests, step.requests + step.more), step.requests)
            }),
            (Column::new("what", "WHAT").cut(20), |step| Cell::new(step.what.as_str())),
            (Column::new("why", "WHY").cut(20), |step| Cell::new(step.why.as_str())),
        ],
    ));
    let as_whom = if request.access.token.is_some() { "with a token" } else { "without a token" };
    page.line(format!(
        "{} to {}, {as_whom}",
        if total == most {
            words::count(total.into(), "request", "requests")
        } else {
            format!("{total} to {most} requests")
        },
        request.access.api.host()
    ));
    page.fact("requests", u64::from(total));
    page.fact("requests_at_most", u64::from(most));
    page.fact("has_token", request.access.token.is_some());
    context.show(&page)
}

fn range(least: u32, most: u32) -> String {
    if least == most { least.to_string() } else { format!("{least}-{most}") }
}

fn summary(context: &Context, request: &SyncRequest, refreshed: &Refreshed) -> Page {
    let (summary, snapshot) = (&refreshed.summary, &refreshed.loaded.snapshot);
    let mut page = Page::new("offramp/sync/2", stamp(context, snapshot.fetched_at));
    let number = |key, label, number: usize| Field::new(key, label, Cell::number(number as u64));
    let left = summary.left.map_or_else(Cell::none, |left| {
        let until = summary.reset.map(|reset| format!(" until {}", clock(reset))).unwrap_or_default();
        Cell::of(format!("{left}{until}"), left)
    });
    page.fields(vec![
        Field::new("repo", "Repository", Cell::new(request.home.as_str())),
        number("requests", "Requests", summary.requests as usize),
        number("issues", "Issues", snapshot.issues.len()),
        number("new", "New", summary.new),
        number("changed", "Changed", summary.changed),
        number("gone", "Gone", summary.gone.len()),
        number("not_fetched", "Not fetched", summary.not_fetched.len()),
        number("incomplete", "Incomplete", summary.unknown.len()),
        Field::new("left", "Requests left", left),
    ]);
    page.fact("left_until", summary.reset.map(Timestamp::rfc3339));
    page.points(
        odd(&summary.odd)
            .chain(summary.is_old_server.then(|| OLD_SERVER.to_owned()))
            .chain(summary.limit.clone())
            .chain(missing(summary, request.access.token.is_some()))
            .collect(),
    );
    page
}

/// The note about a server version from before 2025.
const OLD_SERVER: &str = "the server is too old for issue types, sub-issues, dependencies and what an issue duplicates: they were not requested";

/// What was left out of answers: each reason once, with its count.
fn odd(all: &[String]) -> impl Iterator<Item = String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for one in all {
        *counts.entry(one).or_default() += 1;
    }
    counts.into_iter().map(|(one, count)| match count {
        1 => format!("left out: {one}"),
        count => format!("left out, {count} times: {one}"),
    })
}

/// Names issues, at most [`MOST_NAMED`].
fn named(issues: &[IssueRef]) -> String {
    let first: Vec<String> = issues.iter().take(MOST_NAMED).map(ToString::to_string).collect();
    match issues.len().saturating_sub(MOST_NAMED) {
        0 => first.join(", "),
        more => format!("{} and {}", first.join(", "), words::count(more as u64, "other", "others")),
    }
}

/// Names facts of some issues that only GraphQL has.
fn without(kind: FactKind, issues: &[IssueRef]) -> String {
    let count = words::count(issues.len() as u64, "issue", "issues");
    match kind {
        FactKind::Closer => format!("who closed {count}"),
        FactKind::Dependencies => format!("what blocks {}", named(issues)),
        FactKind::Timeline => format!("comments on the open boxes of {count}"),
        FactKind::Fields => format!("the fields of {count}"),
        FactKind::Comments => format!("the comments of {count}"),
        FactKind::Pulls => format!("pull requests that link to {count} other than by their text"),
        FactKind::SubIssues => format!("sub-issues of {count}"),
    }
}

/// Says how many issues may have open pull requests that were not read, and why.
fn without_pulls(summary: &Summary, has_token: bool) -> String {
    let count = words::count(summary.without_pulls.len() as u64, "issue", "issues");
    let why = if summary.has_too_many_pulls {
        "the repository has more of them than are read"
    } else {
        "some were not fetched, and the next sync requests them again"
    };
    let hint = if has_token { "" } else { "; with a token they come with each issue" };
    format!("open pull requests of {count} are not known, so none of these is free: {why}{hint}")
}

/// Names what is missing, and what was not requested.
fn missing(summary: &Summary, has_token: bool) -> Vec<String> {
    let of = |ids: Vec<IssueRef>| (!ids.is_empty()).then(|| named(&ids));
    // These have their own points or errors, which say why.
    let has_point = |id: &&IssueRef| summary.unreadable.contains_key(*id) || summary.much_mentioned.contains(*id);
    let unknown = summary.unknown.iter().filter(|id| !has_point(id)).cloned().collect();
    let left = words::count(summary.left_for_later.len() as u64, "issue", "issues");
    let left = (!summary.left_for_later.is_empty()).then_some(left);
    let not_asked: Vec<String> = summary.without_graphql.iter().map(|(kind, issues)| without(*kind, issues)).collect();
    let why = if has_token { "GraphQL was not answered" } else { "it takes a token" };
    let points = [
        of(summary.gone.clone()).map(|ids| format!("gone: {ids}")),
        of(summary.not_fetched.clone()).map(|ids| format!("not fetched: {ids}")),
        of(unknown).map(|ids| format!("facts are missing for {ids}; the next sync requests them again")),
        of(summary.much_mentioned.iter().cloned().collect())
            .map(|ids| format!("pull requests of {ids} are not known: there are more mentions than are read")),
        (!summary.without_pulls.is_empty()).then(|| without_pulls(summary, has_token)),
        left.map(|left| {
            format!(
                "left for the next sync, since without a token few requests are allowed: {left} of other repositories"
            )
        }),
        (!not_asked.is_empty()).then(|| format!("not requested, since {why}: {}", not_asked.join(", "))),
        summary
            .seen_since
            .map(words::clock)
            .map(|since| format!("not checked: issues deleted since {since} (no list of GitHub shows them)")),
        summary.token_expires.map(|expires| format!("the token expires on {}", expires.date())),
        summary.whole_until.map(Timestamp::date).map(|until| {
            format!("all issues that last changed before {until} are fetched; `--all` continues from there")
        }),
    ];
    points.into_iter().flatten().collect()
}

fn clock(moment: Timestamp) -> String {
    moment.utc().format("%H:%M UTC").to_string()
}

fn stamp(context: &Context, fetched_at: Option<Timestamp>) -> Stamp {
    Stamp { data_as_of: fetched_at.map(Timestamp::rfc3339), ..context.stamp() }
}
