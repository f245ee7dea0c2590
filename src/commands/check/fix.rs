//! `check --fix`: applies the edits of findings to the roadmap file.

use std::path::Path;

use super::super::{Context, Exit, Failure};
use crate::domain::World;
use crate::insight::finding::{Checked, Confidence, Finding};
use crate::report::{Cell, Column, Format, Page, Table};
use crate::sources::roadmap_file::{self, edit};
use crate::words;

/// Applies the edits of one rule or of all rules, and prints them as one diff.
pub(super) fn run(
    context: &Context,
    world: &World,
    checked: &Checked,
    rule: &str,
    dry_run: bool,
) -> Result<Exit, Failure> {
    let path = context.roadmap_path()?;
    // A mere guess is applied only if its rule is named.
    let is_sure = |finding: &&Finding| finding.confidence > Confidence::Possible;
    let wanted = checked.findings.iter().filter(|finding| rule == "all" && is_sure(finding) || finding.rule == rule);
    let others = wanted.clone().filter(|finding| finding.edit().is_none()).count();
    let edits: Vec<_> = wanted.filter(|finding| finding.edit().is_some()).collect();
    let name = path.display().to_string();
    let old = roadmap_file::read_text(&path, &name).map_err(|faults| Failure::failed(faults.to_string()))?;
    let proposed = propose(context, world, &old, &edits);
    let is_new = proposed.text != old;
    let is_written = is_new && !dry_run;
    let diff = edit::unified(&old, &proposed.text, &name);
    if is_written {
        let done = edit::replace(&path, &name, &old, &proposed.text);
        done.map_err(|error| Failure::failed(error.to_string()))?;
    }
    if context.format == Format::Json {
        return context.show(&data(context, &path, &proposed, (others, is_written), diff));
    }
    for (found, why) in &proposed.refused {
        context.note(&format!("not changed: {} ({}): {why}", found.location, found.rule));
    }
    if others > 0 {
        context.note(&format!("{} to settle by hand", words::count(others as u64, "finding", "findings")));
    }
    if !is_new {
        context.note("nothing to write");
        return Ok(Exit::Done);
    }
    context.print(&diff)
}

/// The edits made and refused, for programs.
fn data(
    context: &Context,
    path: &Path,
    proposed: &Proposed<'_>,
    (others, is_written): (usize, bool),
    diff: String,
) -> Page {
    let mut page = context.file_page("offramp/fix/1", path);
    page.fact("written", is_written);
    page.fact("by_hand", others);
    page.fact("diff", diff);
    page.table(Table::of(
        "not_changed",
        &proposed.refused,
        &[
            (Column::data("rule"), |(found, _)| Cell::data(found.rule)),
            (Column::data("where"), |(found, _)| Cell::data(found.location.to_string())),
            (Column::data("why"), |(_, why)| Cell::data(why.as_str())),
        ],
    ));
    page
}

/// The result of applying edits to a text.
pub(in crate::commands) struct Proposed<'a> {
    /// The new text.
    pub(in crate::commands) text: String,
    /// The edits that could not be made safely, and why.
    pub(in crate::commands) refused: Vec<(&'a Finding, String)>,
}

/// Applies the edits that are safe; one that would break the file is refused.
pub(in crate::commands) fn propose<'a>(
    context: &Context,
    world: &World,
    old: &str,
    edits: &[&'a Finding],
) -> Proposed<'a> {
    let around =
        edit::EditContext { name: "roadmap", groups: &world.roadmap.groups, today: context.now.date(), seen: None };
    let wanted: Vec<_> = edits.iter().filter_map(|finding| Some((*finding, finding.edit()?))).collect();
    let remedies: Vec<_> = wanted.iter().map(|(_, remedy)| *remedy).collect();
    let batch = edit::plan_remedies(old, &remedies, &around);
    let finding = |index: usize| wanted.get(index).map(|(finding, _)| *finding);
    let refused = batch.refused.into_iter().filter_map(|(index, why)| Some((finding(index)?, why.to_string())));
    Proposed { refused: refused.collect(), text: batch.new_text }
}
