//! `offramp` without a command: opens the screens, and gives them what they may ask for.

mod changing;
mod counting;
mod fetching;

use std::collections::HashMap;
use std::sync::Arc;

use super::Global;
use super::{Context, Exit, Failure, brief, code, last_meeting};
use crate::domain::{Date, Origin, World};
use crate::report::{Color, Format, Style};
use crate::sources::disk;
use crate::tui::run::{self, CodeJob, Ended, Sources};
use crate::tui::theme::Theme;

/// Opens the screens.
pub fn run(context: &Context) -> Result<Exit, Failure> {
    let world = context.world()?;
    let sources = sources(context, &world);
    match run::run(world, sources) {
        Ok(Ended::Quit) => Ok(Exit::Done),
        Ok(Ended::Signal(number)) => Ok(Exit::Signal(number)),
        // As if the terminal had said goodbye.
        Ok(Ended::Vanished) => Ok(Exit::Signal(1)),
        Err(error) => Err(Failure::failed(format!("the terminal cannot be used: {error}"))),
    }
}

fn sources(context: &Context, world: &World) -> Sources {
    let roadmap = match &world.origin {
        Origin::File(path) => Some(path.clone()),
        Origin::Example => None,
    };
    // A file that goes away is a fault to tell: the example must not take its place on the screen.
    let global =
        || Global { roadmap: roadmap.clone().or_else(|| context.global.roadmap.clone()), ..context.global.clone() };
    let (load, plan, apply, body) = (global(), global(), global(), global());
    let (report, remember, left, count) = (global(), global(), global(), global());
    Sources {
        load: Arc::new(move || with(&load, Context::world)),
        sync: fetching::sync(context, world),
        is_old: fetching::is_old(context, world),
        body: Arc::new(move |issue| with(&body, |context| fetching::body(context, &issue))),
        left: Arc::new(move |counter| with(&left, |context| counting::left(context, &counter))),
        code: context.settings.test_infra.is_some().then(|| -> CodeJob {
            Arc::new(move |day| with(&count, |context| code::counted(context, &context.world()?, day)))
        }),
        roadmap,
        plan: Arc::new(move |edit, seen| with(&plan, |context| changing::plan(context, edit, seen))),
        apply: Arc::new(move |edit, seen, agreed| with(&apply, |context| changing::apply(context, edit, seen, agreed))),
        report: Arc::new(move |days| with(&report, |context| written(context, days))),
        remember: Arc::new(move |day| with(&remember, |context| remembered(context, day))),
        meeting: last_meeting::of_home(context, world),
        met: met(context, world),
        theme: Theme { colour: uses_colour(context), ascii: context.style.ascii },
        mouse: context.settings.mouse,
    }
}

/// On a terminal the way to print makes no difference: `-o json` does not take the colours away.
fn uses_colour(context: &Context) -> bool {
    context.style.color || context.global.color == Some(Color::Always)
}

/// Reads arguments and settings anew: both may have changed since the screens were opened.
fn with<T>(global: &Global, work: impl FnOnce(&Context) -> Result<T, Failure>) -> Result<T, String> {
    let context = Context::new(global.clone());
    context.and_then(|context| work(&context)).map_err(|failure| failure.rendered())
}

/// Writes the page for the meeting into the current folder; a page that is there is not replaced.
fn written(context: &Context, (date, since): (Date, Date)) -> Result<String, Failure> {
    let mut world = context.world()?;
    world.date = date;
    code::count(context, &mut world);
    let page = brief::page(context, &world, (since, format!("since {since}")), None);
    let text = page.render(Format::Md, Style { width: None, color: false, ascii: false });
    let name = format!("offramp-{date}.md");
    disk::write_new(std::path::Path::new(&name), text.as_bytes())?;
    Ok(format!("wrote {name}"))
}

/// The days on which groups met, as far as someone said it.
fn met(context: &Context, world: &World) -> HashMap<String, Date> {
    let groups = world.groups.list.iter();
    groups.filter_map(|group| Some((group.id.as_str().to_owned(), last_meeting::met(context, &group.id)?))).collect()
}

fn remembered(context: &Context, day: Date) -> Result<String, Failure> {
    last_meeting::keep(context, day)?;
    Ok(format!("Changes now begin at {day}; the meetings after it are reckoned from it"))
}
