//! `offramp roadmap`: validates the file, and prints its schema.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Context, Exit, Failure};
use crate::domain::{Conventions, Counter, Origin, Roadmap};
use crate::report::{Format, Page, json};
use crate::sources::diagnostic::{Diagnostic, Diagnostics};
use crate::sources::example;
use crate::sources::paths;
use crate::sources::roadmap_file::{self, LoadedRoadmap, SCHEMA};
use crate::words::{self, count};

/// The arguments of `roadmap`.
#[derive(Debug, Clone, clap::Args)]
pub struct RoadmapArgs {
    /// What to do with the file.
    #[command(subcommand)]
    pub action: RoadmapAction,
}

/// What can be done with a roadmap file.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum RoadmapAction {
    /// List every fault in a roadmap file; exit with code 2 if there is one
    Validate {
        /// The file to check [default: the roadmap that other commands read]
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Print the JSON Schema of roadmap files
    #[command(after_help = "\
Save it, and add this first line to the roadmap for your editor:
  # yaml-language-server: $schema=roadmap.schema.json")]
    Schema,
}

/// Runs the command.
pub fn run(context: &Context, args: &RoadmapArgs) -> Result<Exit, Failure> {
    match &args.action {
        RoadmapAction::Validate { file } => validate(context, file.clone()),
        RoadmapAction::Schema => context.print_page(&schema(context)),
    }
}

/// The schema for the roadmap at hand. Outside Kubernetes it omits Prow jobs and the old owner keys, unless the roadmap
/// uses them.
fn schema(context: &Context) -> Cow<'static, str> {
    let Origin::File(path) = context.origin() else { return SCHEMA.into() };
    let Ok(loaded) = roadmap_file::load(&path, example::groups(), context.now.date()) else { return SCHEMA.into() };
    let uses = |key: &str| loaded.text.contains(key);
    match loaded.roadmap.conventions {
        Conventions::GitHub if !uses("prow-jobs") && !uses("sig:") && !uses("sigs:") => general_schema().into(),
        Conventions::GitHub | Conventions::Kubernetes => SCHEMA.into(),
    }
}

/// The schema without what only Kubernetes uses.
fn general_schema() -> String {
    let mut schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let definitions = schema.get_mut("$defs").and_then(Value::as_object_mut).expect("the schema has definitions");
    definitions.retain(|name, _| !["jobs_rule", "condition"].contains(&name.as_str()));
    if let Some(rules) = schema.pointer_mut("/$defs/rule/anyOf").and_then(Value::as_array_mut) {
        rules.retain(|rule| rule.get("$ref").is_none_or(|name| name != "#/$defs/jobs_rule"));
    }
    if let Some(keys) = schema.pointer_mut("/$defs/owner/anyOf/2/properties").and_then(Value::as_object_mut) {
        keys.retain(|key, _| !["sig", "sigs"].contains(&key.as_str()));
    }
    format!("{schema:#}\n")
}

fn validate(context: &Context, file: Option<PathBuf>) -> Result<Exit, Failure> {
    let path = match file {
        Some(file) => file,
        None => context.roadmap_path()?,
    };
    let loaded = context.load(&path);
    let is_json = context.format == Format::Json;
    if is_json {
        context.show(&verdict(context, &path, &loaded))?;
    }
    let loaded = loaded?;
    for warning in &loaded.warnings {
        context.note(&warning.as_note());
    }
    for absent in &loaded.absent {
        let is_own = |counter: &&Counter| counter.readings_file.as_ref() == Some(absent);
        let is_counted = loaded.roadmap.counters.iter().filter(is_own).any(Counter::reads_code);
        let how = if is_counted { "; `offramp count --write` creates it" } else { "" };
        context.note(&format!("note: there is no {absent} yet{how}"));
    }
    if !is_json {
        context.print(&format!("{}: ok, {}\n", paths::shown(path), summary(&loaded.roadmap)))?;
    }
    Ok(Exit::Done)
}

/// The verdict for programs; people read the faults on stderr.
fn verdict(context: &Context, path: &Path, loaded: &Result<LoadedRoadmap, Diagnostics>) -> Page {
    let mut page = context.file_page("offramp/validate/1", path);
    let roadmap = loaded.as_ref().ok().map(|loaded| &loaded.roadmap);
    let faults = loaded.as_ref().err().map(|faults| faults.described.as_slice()).unwrap_or_default();
    page.fact("file", path.display().to_string());
    page.fact("ok", roadmap.is_some());
    page.fact("projects", roadmap.map(|roadmap| roadmap.projects.len()));
    page.fact("items", roadmap.map(|roadmap| roadmap.items().count()));
    page.fact("counters", roadmap.map(|roadmap| roadmap.counters.len()));
    page.fact("faults", json::list(faults.iter().map(fault)));
    page
}

fn fault(fault: &Diagnostic) -> Value {
    let excerpt = fault.excerpt.as_ref();
    serde_json::json!({
        "file": fault.file,
        "line": excerpt.map(|excerpt| excerpt.line),
        "column": excerpt.map(|excerpt| excerpt.column),
        "message": fault.message,
        "hint": fault.hint,
    })
}

fn summary(roadmap: &Roadmap) -> String {
    let readings: usize = roadmap.counters.iter().map(|counter| counter.readings.len()).sum();
    let parts = [
        words::size(roadmap),
        count(roadmap.linked_issues().len() as u64, "linked issue", "linked issues"),
        count(roadmap.counters.len() as u64, "counter", "counters"),
        count(readings as u64, "reading", "readings"),
    ];
    parts.join(", ")
}
