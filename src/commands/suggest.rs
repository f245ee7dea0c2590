//! `offramp suggest`: the edits that findings propose, as a diff to review.

use super::check::fix;
use super::{Context, Exit, Failure, fallback};
use crate::domain::{Origin, World};
use crate::insight::finding::{self, Finding};
use crate::report::{Cell, Column, Format, Page, Table, json};
use crate::sources::example;
use crate::sources::roadmap_file::{self, edit};
use crate::words;

/// The help below the options.
pub const EXAMPLES: &str = "\
Examples:
  offramp suggest                    every proposal, as one diff
  offramp suggest > proposals.diff && patch -p0 < proposals.diff

`offramp check --fix RULE` applies what one rule proposes.";

/// Runs the command.
pub fn run(context: &Context) -> Result<Exit, Failure> {
    let world = context.world()?;
    fallback::note(context, &world.origin);
    let (name, old) = match &world.origin {
        Origin::File(path) => {
            let name = path.display().to_string();
            let text = roadmap_file::read_text(path, &name)?;
            (name, text)
        }
        Origin::Example(shown) => ("roadmap.yaml".to_owned(), example::text(*shown).to_owned()),
    };
    let checked = finding::of_world(&world, super::check::moment(context));
    let edits: Vec<_> = checked.findings.iter().filter(|finding| finding.edit().is_some()).collect();
    let proposed = fix::propose(context, &world, &old, &edits);
    for (found, why) in &proposed.refused {
        let what = found.remedy.text(&world.roadmap.repo).unwrap_or_default();
        context.note(&format!("by hand: {}: {what} ({why})", found.location));
    }
    if proposed.text == old {
        context.note(match world.snapshot.fetched_at {
            Some(_) => "nothing to suggest: roadmap and issues agree, or differ in what only people can settle",
            None if !words::needs_issues(&world.roadmap) => "nothing to suggest: the roadmap names no issues",
            None => "nothing to suggest: no issues were fetched yet (`offramp sync`)",
        });
    }
    let diff = edit::unified(&old, &proposed.text, &name);
    match context.format {
        Format::Json | Format::Csv => context.show(&data(context, &world, &edits, &proposed, &diff)),
        Format::Plain => Context::write(&edit::patch(&old, &proposed.text, &name)),
        Format::Table | Format::Md | Format::Github => context.print_page(&diff),
    }
}

/// The proposals one by one, and the diff of all that can be applied.
fn data(context: &Context, world: &World, edits: &[&Finding], proposed: &fix::Proposed<'_>, diff: &str) -> Page {
    let mut page = context.page("offramp/suggest/1", world);
    page.fact("diff", diff);
    let refusal = |edit: &Finding| proposed.refused.iter().find(|(other, _)| std::ptr::eq(*other, edit));
    page.table(Table::of(
        "proposals",
        edits.iter().map(|edit| (*edit, refusal(edit), &world.roadmap.repo)),
        &[
            (Column::data("rule"), |(edit, ..)| Cell::data(edit.rule)),
            (Column::data("line"), |(edit, ..)| Cell::data(edit.location.place.line)),
            (Column::data("project"), |(edit, ..)| Cell::data(json::maybe(edit.location.project.as_ref()))),
            (Column::data("item"), |(edit, ..)| Cell::data(json::maybe(edit.location.item.as_ref()))),
            (Column::data("message"), |(edit, ..)| Cell::data(edit.message.as_str())),
            (Column::data("proposal"), |(edit, _, home)| Cell::data(edit.remedy.text(home))),
            (Column::data("confidence"), |(edit, ..)| Cell::data(edit.confidence.word())),
            (Column::data("refused"), |(_, refusal, _)| Cell::data(refusal.map(|(_, why)| why.as_str()))),
        ],
    ));
    page
}
