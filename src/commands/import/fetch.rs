//! Umbrella fetch: the umbrella issue, the issues that it lists, and its children.

use super::super::{Context, Failure, fresh};
use crate::domain::boxes;
use crate::domain::{Absence, IssueRef, Origin, Roadmap, Snapshot};
use crate::sources::cache::{self, CacheKey, LoadedCache};
use crate::sources::github::{Access, Api, GithubError, SyncRequest};
use crate::sources::import::{Umbrella, from_umbrella};
use crate::sources::{example, roadmap_file};
use crate::words;

/// A fetched umbrella.
pub(super) struct UmbrellaFacts {
    /// The umbrella, after any transfer.
    pub(super) id: IssueRef,
    /// The umbrella, its children and the issues that it lists.
    pub(super) snapshot: Snapshot,
    /// The body of the umbrella.
    pub(super) body: String,
}

/// Returns an umbrella, from the cache if offline.
pub(super) fn umbrella(context: &Context, id: &IssueRef, api: &Api) -> Result<UmbrellaFacts, Failure> {
    // The example has its own umbrellas, and no roadmap of the user needs newer facts.
    if let Origin::Example(shown) = context.origin()
        && example::roadmap(shown).umbrellas.contains(id)
    {
        return Ok(UmbrellaFacts { id: id.clone(), snapshot: example::snapshot(shown).clone(), body: String::new() });
    }
    if context.global.offline {
        let loaded = cache::load(&context.paths, &CacheKey { host: api.host().to_owned(), repo: id.repo.clone() });
        return facts(context, loaded, id).ok_or_else(|| {
            Failure::failed(format!("{id} has not been fetched"))
                .hint("leave out `--offline` and unset OFFRAMP_OFFLINE to fetch it")
        });
    }
    fetch(context, id, api)
}

/// Fetches the umbrella with its children, then the issues in its list.
fn fetch(context: &Context, id: &IssueRef, api: &Api) -> Result<UmbrellaFacts, Failure> {
    let access = fresh::run(Access::of_environment())??;
    let roadmap = roadmap_of(context, id)?;
    let mut request = SyncRequest { searches: Vec::new(), ..fresh::request(context, &roadmap, access) };
    request.home = id.repo.clone();
    request.is_asked_for = true;
    // A separate name, so that the cache keeps what the user's own roadmap needs.
    request.roadmap = format!("import of {id}");
    let first = fresh::refresh(context, &request)?;
    let absence = first.loaded.snapshot.missing.get(id).cloned();
    let Some(known) = facts(context, first.loaded, id) else {
        return match (first.error, absence) {
            (Some(error), _) => Err(error.into()),
            (None, Some(Absence::Moved(to))) => {
                context.note(&format!("note: {id} moved to {to}"));
                fetch(context, &to, api)
            }
            (None, absence) => Err(absent(id, absence.as_ref(), request.access.token.is_some())),
        };
    };
    warn(context, first.error.as_ref());
    let listed = listed(&known, id, api);
    if listed.is_empty() {
        return Ok(known);
    }
    request.linked.extend(listed);
    let second = fresh::refresh(context, &request)?;
    warn(context, second.error.as_ref());
    Ok(facts(context, second.loaded, id).unwrap_or(known))
}

/// Returns the error for an umbrella that could not be fetched.
fn absent(id: &IssueRef, why: Option<&Absence>, has_token: bool) -> Failure {
    match why {
        Some(why @ (Absence::Gone | Absence::Disabled | Absence::Unreadable(_))) => {
            Failure::failed(format!("{id} cannot be imported: {}", words::absence(why)))
        }
        Some(Absence::NotFound | Absence::Moved(_) | Absence::NotFetched) | None => {
            let hint = if has_token {
                "check the name; it may be in a repository that the token may not read"
            } else {
                "it may be private: `gh auth login` or GH_TOKEN lets offramp see it"
            };
            Failure::failed(format!("{id} cannot be found")).hint(hint)
        }
    }
}

/// Returns a roadmap that contains only the umbrella.
fn roadmap_of(context: &Context, id: &IssueRef) -> Result<Roadmap, Failure> {
    let text = format!("version: 1\nrepo: {}\numbrellas: [{}]\n", id.repo, id.number);
    let roadmap = roadmap_file::read(&text, "the umbrella", example::groups(), context.now.date());
    roadmap.map_err(|faults| Failure::failed(faults.to_string()))
}

/// Returns the listed issues that have not been fetched yet.
fn listed(known: &UmbrellaFacts, id: &IssueRef, api: &Api) -> Vec<IssueRef> {
    let UmbrellaFacts { snapshot, body, .. } = known;
    let umbrella = Umbrella { id, snapshot, body, host: api.web_host(), groups: example::groups() };
    let Some(imported) = from_umbrella(&umbrella) else { return Vec::new() };
    let is_new = |issue: &&IssueRef| snapshot.issue(issue).is_none() && !snapshot.missing.contains_key(*issue);
    imported.draft.issues().filter(is_new).cloned().collect()
}

fn facts(context: &Context, loaded: LoadedCache, id: &IssueRef) -> Option<UmbrellaFacts> {
    let mut snapshot = loaded.snapshot;
    boxes::link_to_sub_issues(&mut snapshot);
    let issue = snapshot.issue(id)?;
    let kept = || {
        let body = loaded.bodies.read(id).inspect_err(|error| context.note(&format!("note: {error}")));
        body.ok().flatten().unwrap_or_default()
    };
    let body = if issue.body.is_empty() { kept() } else { issue.body.clone() };
    Some(UmbrellaFacts { id: id.clone(), body, snapshot })
}

fn warn(context: &Context, error: Option<&GithubError>) {
    if let Some(error) = error {
        context.note(&format!("warning: not all issues were fetched: {error}\nhint: {}", error.hint()));
    }
}
