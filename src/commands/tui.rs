//! `offramp` without a command: opens the screens, and gives them what they may ask for.

use std::sync::Arc;

use super::{Context, Exit, Failure};
use crate::cli::Global;
use crate::domain::{Date, Origin, Roadmap, World};
use crate::report::Color;
use crate::sources::roadmap_file::edit::{self, Change, Field, Goal, Surroundings};
use crate::sources::{example, roadmap_file};
use crate::tui::model::Edit;
use crate::tui::run::{self, Ended, Sources};
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
    let (load, plan, apply) = (context.global.clone(), context.global.clone(), context.global.clone());
    Sources {
        load: Arc::new(move || with(&load, Context::world)),
        sync: None,
        is_old: false,
        roadmap,
        plan: Arc::new(move |edit, seen| with(&plan, |context| planned(context, edit, seen))),
        apply: Arc::new(move |edit, seen| with(&apply, |context| applied(context, edit, seen))),
        report: Arc::new(|_| Err("reports are not built yet".to_owned())),
        remember: Arc::new(|date: Date| Ok(format!("the last meeting was on {date}"))),
        meeting: None,
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

fn planned(context: &Context, edit: &Edit, seen: &Roadmap) -> Result<String, Failure> {
    let path = context.roadmap_path()?;
    let text =
        std::fs::read_to_string(&path).map_err(|error| Failure::failed(format!("{}: {error}", path.display())))?;
    let change = surrounded(context, seen, |around| {
        edit::plan(&text, &meant(edit)?, around).map_err(|error| Failure::usage(error.to_string()))
    })?;
    if change.diff.is_empty() { Err(Failure::failed("the roadmap says so already")) } else { Ok(change.diff) }
}

fn applied(context: &Context, edit: &Edit, seen: &Roadmap) -> Result<String, Failure> {
    let path = context.roadmap_path()?;
    surrounded(context, seen, |around| {
        edit::apply(&path, &meant(edit)?, around).map_err(|error| Failure::failed(error.to_string()))
    })?;
    Ok(format!("{} changed", path.display()))
}

fn surrounded(
    context: &Context,
    seen: &Roadmap,
    work: impl FnOnce(&Surroundings<'_>) -> Result<Change, Failure>,
) -> Result<Change, Failure> {
    let name = context.roadmap_path()?.display().to_string();
    let today = context.now.date();
    work(&Surroundings { name: &name, sigs: example::sigs(), today, seen: Some(seen) })
}

/// The edit in the terms of the file.
fn meant(edit: &Edit) -> Result<roadmap_file::edit::Edit, Failure> {
    match edit {
        Edit::State(project, item, state) => Ok(roadmap_file::edit::Edit {
            target: Goal::Item(project.clone(), item.clone()),
            changes: vec![(Field::State, state.word().to_owned())],
        }),
        Edit::Fix(name) => Err(Failure::failed(format!("{name} has no remedy"))),
    }
}
