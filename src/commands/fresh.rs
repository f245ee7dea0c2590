//! Freshness: data older than `--max-age` is fetched anew before it is shown. Where that fails, the old
//! data is the answer, and the exit code says so.

use super::{Context, Failure};
use crate::domain::{Roadmap, Snapshot, Timestamp};
use crate::sources::github::{Access, SyncRequest};
use crate::sources::refresh;

/// Returns the issues, fetched anew where they are older than what was asked for.
pub(super) fn fresh(context: &Context, roadmap: &Roadmap, snapshot: Snapshot) -> Result<Snapshot, Failure> {
    let Some(limit) = context.global.max_age.or(context.settings.max_age) else { return Ok(snapshot) };
    if is_young(snapshot.taken, context.now, limit.as_secs()) {
        return Ok(snapshot);
    }
    if context.global.offline {
        // Who says `--offline` knows; only an age that was asked for in the same breath is missed.
        if context.global.max_age.is_some() {
            context.note("note: the issues are older than --max-age, and --offline keeps them so");
            context.mark_stale();
        }
        return Ok(snapshot);
    }
    fetch(context, roadmap, snapshot)
}

fn is_young(taken: Option<Timestamp>, now: Timestamp, limit: u64) -> bool {
    taken.is_some_and(|taken| u64::try_from(now.0.saturating_sub(taken.0)).unwrap_or(0) <= limit)
}

fn fetch(context: &Context, roadmap: &Roadmap, old: Snapshot) -> Result<Snapshot, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| Failure::failed("no threads can be had").because(error))?;
    let refreshed = runtime.block_on(async {
        let access = Access::of_environment().await?;
        let request =
            SyncRequest::of_roadmap(roadmap, context.repo(roadmap), &context.settings.robots, access, context.now);
        Ok(refresh::refresh(&context.paths, &request, &|_| {}).await)
    });
    let (snapshot, trouble) = match refreshed {
        Ok(refreshed) => {
            refreshed.loaded.notes.iter().for_each(|note| context.note(&format!("note: {note}")));
            (refreshed.loaded.snapshot, refreshed.trouble)
        }
        Err(trouble) => (old, Some(trouble)),
    };
    if let Some(trouble) = trouble {
        let age = snapshot
            .taken
            .map_or_else(|| "there are none".to_owned(), |taken| format!("those of {}", crate::words::clock(taken)));
        context.note(&format!(
            "note: the issues could not be fetched anew ({age}): {trouble}\nhint: {}",
            trouble.remedy()
        ));
        context.mark_stale();
    }
    Ok(snapshot)
}
