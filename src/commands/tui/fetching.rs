//! Background sync for the screens, from the cache into the cache.

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::task::spawn_blocking;

use crate::commands::{Context, Failure, Global, fresh};
use crate::domain::{IssueRef, Origin, Roadmap, World};
use crate::sources::cache::BodyStore;
use crate::sources::github::{Access, GithubError, News, SyncRequest};
use crate::sources::refresh::{Refreshed, refresh, unagreed};
use crate::tui::model::{Fetch, Msg};
use crate::tui::run::{BackgroundTask, Post};
use crate::words;

/// Why nothing can be fetched; `None` if it can.
pub(super) fn refusal(context: &Context, world: &World) -> Option<&'static str> {
    match world.origin {
        Origin::Example(_) => Some("the example never changes; `offramp init` writes a roadmap with issues to fetch"),
        Origin::File(_) if context.global.offline => Some("`--offline` or OFFRAMP_OFFLINE forbids fetching"),
        Origin::File(_) => None,
    }
}

/// Fetches what the roadmap needs now, or everything.
pub(super) fn sync(
    global: &Global,
    fetch: Fetch,
    post: Post,
    stop: Arc<Notify>,
) -> BackgroundTask<Result<String, String>> {
    let global = global.clone();
    Box::pin(async move {
        let runtime = Handle::current();
        // On a thread of its own: parsing thousands of issues must not hold up the other tasks.
        let work = move || super::with(&global, |context| Ok(runtime.block_on(fetched(context, fetch, post, stop))));
        spawn_blocking(work).await.unwrap_or_else(|_| Err("the sync was cancelled".to_owned())).flatten()
    })
}

async fn fetched(context: &Context, fetch: Fetch, post: Post, stop: Arc<Notify>) -> Result<String, String> {
    let access = Access::of_environment().await.map_err(|error| with_hint(&error))?;
    // The roadmap is read again: it may link to other issues by now.
    let roadmap = context.roadmap(&context.origin()).map_err(|failure| failure.rendered())?;
    let request = request(context, &roadmap, access, fetch, stop);
    if fetch == Fetch::Due
        && let Some(what) = unagreed(&context.paths, &request)
    {
        return Ok(format!("nothing fetched yet: {{sync}} requests {}", fresh::describe_unagreed(&what)));
    }
    let tell = move |news: News<'_>| match news {
        News::Progress(at) => post(Msg::Progress(u64::from(at.done), u64::from(at.total))),
        News::Facts(facts) => post(Msg::Facts(Box::new(facts.snapshot()))),
    };
    let Refreshed { summary, error, .. } = refresh(&context.paths, &request, &tell).await;
    if let Some(error) = error {
        return Err(with_hint(&error));
    }
    let new = words::count(summary.new as u64, "new issue", "new issues");
    let missing = match summary.not_fetched.len() {
        0 => String::new(),
        missing => format!(", {missing} not fetched"),
    };
    // Said only if few requests are left, as in an hour without a token.
    let left = summary.left.filter(|left| *left < 100).map(|left| format!(", {left} requests left this hour"));
    Ok(format!("fetched: {new}, {} changed{missing}{}", summary.changed, left.unwrap_or_default()))
}

/// The request for what the roadmap needs, under the name by which the commands know it.
fn request(context: &Context, roadmap: &Roadmap, access: Access, fetch: Fetch, stop: Arc<Notify>) -> SyncRequest {
    let request = fresh::request(context, roadmap, access);
    let is_asked_for = fetch != Fetch::Due;
    let all = fetch == Fetch::All || is_asked_for && words::counts_issues(roadmap);
    SyncRequest { all, is_asked_for, stop, ..request }
}

fn with_hint(error: &GithubError) -> String {
    format!("{error}; {}", error.hint())
}

/// Reads the text of an issue, which the cache stores separately.
pub(super) fn body(context: &Context, issue: &IssueRef) -> Result<String, Failure> {
    let roadmap = context.roadmap(&context.origin())?;
    let bodies = BodyStore::of(&context.paths, &context.cache_key(&roadmap)?);
    let body = bodies.and_then(|bodies| bodies.read(issue)).map_err(|error| Failure::failed(error.to_string()))?;
    Ok(body.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::domain::Example;
    use crate::sources::example;
    use crate::sources::github::Api;

    #[test]
    fn a_sync_of_the_screens_counts_as_one_of_its_roadmap() {
        let global = Global { roadmap: Some(PathBuf::from("/plans/roadmap.yaml")), ..Global::default() };
        let context = Context::of_options(global);
        let access = Access::new(Api::new(None, None).unwrap(), None);
        let sent = request(&context, example::roadmap(Example::default()), access, Fetch::Due, Arc::default());
        assert_eq!(sent.roadmap, "/plans/roadmap.yaml");
    }
}
