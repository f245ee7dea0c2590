//! `check --fix`: puts right in the file what can be put right there, and nothing else.

use super::super::{Context, Exit, Failure};
use crate::domain::World;
use crate::domain::finding::{Checked, Confidence, Edit, Finding, Remedy};
use crate::sources::roadmap_file::{edit, proposal};
use crate::sources::{disk, roadmap_file};
use crate::words;

/// Applies the edits of a rule, or of all of them; shows them as one diff.
pub(super) fn run(
    context: &Context,
    world: &World,
    checked: &Checked,
    rule: &str,
    dry_run: bool,
) -> Result<Exit, Failure> {
    let path = context.roadmap_path()?;
    // A guess is only followed where its rule is named.
    let is_sure = |finding: &&Finding| finding.confidence > Confidence::Possible;
    let wanted = checked.findings.iter().filter(|finding| rule == "all" && is_sure(finding) || finding.rule == rule);
    let (edits, others): (Vec<_>, Vec<_>) = wanted.partition(|finding| matches!(finding.remedy, Remedy::Edit(_)));
    let name = path.display().to_string();
    let read = std::fs::read_to_string(&path);
    let old = read.map_err(|error| Failure::failed(format!("`{name}` could not be read")).because(error))?;
    let proposed = propose(context, world, &old, &edits);
    for (finding, why) in &proposed.refused {
        context.note(&format!("not changed: {} ({}): {why}", words::spot(&finding.spot), finding.rule));
    }
    if !others.is_empty() {
        context.note(&format!(
            "{} to be looked at by a person",
            words::count(others.len() as u64, "finding is", "findings are")
        ));
    }
    if proposed.text == old {
        context.note("nothing to write");
        return Ok(Exit::Done);
    }
    if !dry_run {
        disk::write(&path, proposed.text.as_bytes())?;
    }
    context.print(&edit::unified(&old, &proposed.text, &name))?;
    Ok(Exit::Done)
}

/// What edits make of a text.
pub(in crate::commands) struct Proposed<'a> {
    /// The new text.
    pub(in crate::commands) text: String,
    /// Edits that could not be made safely, and why.
    pub(in crate::commands) refused: Vec<(&'a Finding, String)>,
}

/// Makes one edit after the other; what does not parse afterwards is not made.
pub(in crate::commands) fn propose<'a>(
    context: &Context,
    world: &World,
    old: &str,
    findings: &[&'a Finding],
) -> Proposed<'a> {
    let mut proposed = Proposed { text: old.to_owned(), refused: Vec::new() };
    let around = edit::Surroundings { name: "roadmap", sigs: &world.sigs, today: context.now.date(), seen: None };
    for finding in findings {
        let Remedy::Edit(wanted) = &finding.remedy else { continue };
        match one(&proposed.text, wanted, &around) {
            Ok(text) => proposed.text = text,
            Err(why) => proposed.refused.push((finding, why)),
        }
    }
    proposed
}

fn one(text: &str, wanted: &Edit, around: &edit::Surroundings<'_>) -> Result<String, String> {
    let new = match wanted {
        Edit::Set { project, item, key, value } => {
            let target = match item {
                Some(item) => edit::Goal::Item(project.clone(), item.clone()),
                None => edit::Goal::Project(project.clone()),
            };
            let change = edit::Field::parse(&format!("{key}={value}")).map_err(|error| error.to_string())?;
            let edit = edit::Edit { target, changes: vec![change] };
            match edit::plan(text, &edit, around) {
                Ok(change) => change.new_text,
                Err(error) if item.is_none() && *key == "issue" => {
                    proposal::project_key(text, project, key, value).ok_or_else(|| error.to_string())?
                }
                Err(error) => return Err(error.to_string()),
            }
        }
        Edit::Append { project, key, value } => {
            proposal::project_list(text, project, key, value).ok_or("the list has a form that is left alone")?
        }
        Edit::AddProject { id, issue } => proposal::new_project(text, id, issue.as_deref())
            .ok_or("the list of projects has a form that is left alone")?,
    };
    let read = |text: &str| roadmap_file::read(text, around.name, around.sigs, around.today);
    match read(&new) {
        Ok(_) => Ok(new),
        Err(faults) => Err(faults.to_string().lines().next().unwrap_or_default().to_owned()),
    }
}
