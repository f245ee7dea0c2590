//! Rules about names: which issue, which umbrella and which project speak of the same thing.

use std::collections::HashMap;

use super::input::{Input, Naming, at_file, at_project, finding, names_of};
use super::{Confidence, Edit, Finding, Remedy, Severity};
use crate::domain::{Issue, IssueRef, Project, ProjectId, State};

const GCP_PROJECT: &str = "gcp-project";

pub(super) fn not_linked(input: &Input<'_>, found: &mut Vec<Finding>) {
    for (project, row) in input.projects() {
        let is_over =
            matches!(row.state, State::Dropped | State::Removed) || project.written.is_some_and(State::is_end);
        if !project.issues.is_empty() || project.kind != GCP_PROJECT || is_over {
            continue;
        }
        let candidates = candidates(input, project);
        let Some((best, issue)) = candidates.first().and_then(|best| Some((best, input.snapshot.issue(&best.id)?)))
        else {
            continue;
        };
        let how = if input.is_closed(issue) { "closed" } else { "open" };
        let names = if best.as_project { "names" } else { "mentions" };
        let said = format!("no issue is linked, but {} {names} it ({how})", input.short(&best.id));
        let mut new = finding("not-linked", at_project(project), said);
        if !best.as_project {
            // A guess is worth a look, not a failed run.
            new.severity = Severity::Info;
        }
        let first = candidates.iter().take(4).filter_map(|naming| input.snapshot.issue(&naming.id));
        new.evidence = first.map(|issue| called(input, issue)).collect();
        new.evidence.extend(child_of(input, issue));
        new.confidence = match (best.as_project, input.is_child(&best.id)) {
            (true, true) => Confidence::Certain,
            (true, false) => Confidence::Likely,
            (false, _) => Confidence::Possible,
        };
        let value = input.yaml(&best.id);
        new.issues = candidates.into_iter().map(|naming| naming.id).collect();
        new.remedy = Remedy::Edit(Edit::Set { project: project.id.clone(), item: None, key: "issue", value });
        found.push(new);
    }
}

/// The issues that name a project and that the roadmap has nowhere, the likeliest first.
fn candidates(input: &Input<'_>, project: &Project) -> Vec<Naming> {
    let own: Vec<&IssueRef> = project.items.iter().filter_map(|item| item.issue.as_ref()).collect();
    // `docs` is a word before it is a name, and what tracks another project mentions this one at most.
    let tells = &|name: &str, naming: &Naming| {
        let mentions = name.contains('-') || input.is_child(&naming.id);
        naming.as_project || mentions && !input.is_linked(&naming.id)
    };
    let mut all: Vec<_> = names_of(project)
        .flat_map(|name| input.naming(name).filter(move |naming| tells(name, naming)))
        .filter(|naming| !own.contains(&&naming.id) && !input.roadmap.umbrellas.contains(&naming.id))
        .collect();
    // What says `project NAME` is the project's own; what merely mentions it stands behind.
    all.sort_by_cached_key(|naming| (!naming.as_project, !input.is_child(&naming.id), naming.id.clone()));
    all.dedup_by(|a, b| a.id == b.id);
    let has_own = all.first().is_some_and(|naming| naming.as_project);
    all.retain(|naming| naming.as_project || !has_own);
    all
}

pub(super) fn not_in_roadmap(input: &Input<'_>, found: &mut Vec<Finding>) {
    let mut known: Vec<&str> = Vec::new();
    for umbrella in umbrellas(input) {
        for name in &umbrella.names {
            if known.contains(&name.as_str()) || is_known(input, name) {
                continue;
            }
            known.push(name);
            let said = format!("the umbrella {} names {name}, the roadmap does not", input.short(&umbrella.id));
            found.push(lacking(input, name, &said, umbrella));
        }
    }
    let mut children: Vec<_> = umbrellas(input).flat_map(|umbrella| input.snapshot.children(umbrella)).collect();
    children.sort_by_key(|child| &child.id);
    children.dedup_by_key(|child| &child.id);
    for child in children.into_iter().filter(|child| !child.is_pull && child.existed(input.date)) {
        let Some(name) = named_at_end(&child.title) else { continue };
        if known.contains(&name) || is_known(input, name) {
            continue;
        }
        known.push(name);
        let said = format!("{}, a child of the umbrella, names {name}, the roadmap does not", input.short(&child.id));
        found.push(lacking(input, name, &said, child));
    }
}

fn lacking(input: &Input<'_>, name: &str, said: &str, source: &Issue) -> Finding {
    let mut new = finding("not-in-roadmap", at_file(), said.to_owned());
    let own = input.naming(name).filter(|naming| naming.as_project && naming.id != source.id);
    let mut own: Vec<_> = own.filter_map(|naming| input.snapshot.issue(&naming.id)).collect();
    if !source.names.iter().any(|other| other == name) {
        own.push(source);
    }
    own.sort_by_key(|issue| (input.is_closed(issue), &issue.id));
    new.issues = own.iter().map(|issue| issue.id.clone()).collect();
    if new.issues.is_empty() {
        new.issues.push(source.id.clone());
    }
    new.evidence = own.iter().take(3).map(|issue| called(input, issue)).collect();
    let issue = own.first().map(|issue| input.yaml(&issue.id));
    new.remedy = Remedy::Edit(Edit::AddProject { id: ProjectId::new(name), issue });
    new
}

pub(super) fn not_in_umbrella(input: &Input<'_>, found: &mut Vec<Finding>) {
    let listed: Vec<_> = umbrellas(input).flat_map(|umbrella| &umbrella.names).map(AsRef::as_ref).collect();
    if listed.is_empty() {
        return;
    }
    for (project, row) in input.projects().filter(|(project, _)| project.kind == GCP_PROJECT) {
        let named = names_of(project).any(|name| listed.iter().any(|other| *other == name || is_near(other, name)));
        let is_under = project.issues.iter().any(|id| input.issue(id).is_some() && input.is_child(id));
        if named || is_under || row.state.is_end() {
            continue;
        }
        let Some(umbrella) = umbrellas(input).find(|umbrella| !umbrella.names.is_empty()) else { continue };
        let said = format!("the umbrella {} does not name {}", input.short(&umbrella.id), project.id);
        let mut new = finding("not-in-umbrella", at_project(project), said);
        new.issues = vec![umbrella.id.clone()];
        let text = format!("`{}` is also to be turned off, and is not in the list above.\n", project.id);
        new.remedy = Remedy::Say { issue: Some(umbrella.id.clone()), text };
        found.push(new);
    }
}

pub(super) fn name_differs(input: &Input<'_>, found: &mut Vec<Finding>) {
    let ids: HashMap<_, _> = input.roadmap.projects.iter().map(|project| (project.id.as_str(), project)).collect();
    for umbrella in umbrellas(input) {
        for name in umbrella.names.iter().filter(|name| !ids.contains_key(name.as_str())) {
            let by_alias = input.roadmap.projects.iter().find(|project| project.is_called(name));
            let by_looks = || input.roadmap.projects.iter().find(|project| is_near(project.id.as_str(), name));
            let Some(project) = by_alias.or_else(by_looks) else { continue };
            let said = format!("the umbrella {} calls it {name}", input.short(&umbrella.id));
            let mut new = finding("name-differs", at_project(project), said);
            new.issues = vec![umbrella.id.clone()];
            if by_alias.is_some() {
                new.evidence = vec![format!("{name} is an alias of {}", project.id)];
            } else {
                new.confidence = Confidence::Likely;
                new.evidence = vec![format!("the roadmap has {}, which differs by little", project.id)];
                let project = project.id.clone();
                new.remedy = Remedy::Edit(Edit::Append { project, key: "aliases", value: name.to_string() });
            }
            found.push(new);
        }
    }
}

/// The umbrellas that are there.
fn umbrellas<'a>(input: &Input<'a>) -> impl Iterator<Item = &'a Issue> {
    input.roadmap.umbrellas.iter().filter_map(|id| input.issue(id))
}

fn child_of(input: &Input<'_>, issue: &Issue) -> Option<String> {
    let umbrella = input.roadmap.umbrellas.iter().find(|umbrella| issue.parents.contains(umbrella))?;
    Some(format!("{} is a child of the umbrella {}", input.short(&issue.id), input.short(umbrella)))
}

fn called(input: &Input<'_>, issue: &Issue) -> String {
    let how = if input.is_closed(issue) { "closed" } else { "open" };
    format!("{} ({how}): {}", input.short(&issue.id), issue.title)
}

fn is_known(input: &Input<'_>, name: &str) -> bool {
    input.roadmap.projects.iter().any(|project| project.is_called(name) || is_near(project.id.as_str(), name))
}

/// Tells whether two names differ by no more than a plural, a hyphen, case or one letter of a long name.
fn is_near(one: &str, other: &str) -> bool {
    if one == other || one.len().abs_diff(other.len()) > 2 {
        return one == other;
    }
    if !differs_in_a_word(one, other) {
        return false;
    }
    let plain = |name: &str| name.to_ascii_lowercase().replace(['-', '_'], "");
    let (one, other) = (plain(one), plain(other));
    let differs_by_digit =
        || one.chars().zip(other.chars()).any(|(a, b)| a != b && (a.is_ascii_digit() || b.is_ascii_digit()));
    one == other || one.len().min(other.len()) >= 8 && strsim::levenshtein(&one, &other) == 1 && !differs_by_digit()
}

/// Tells whether a part that differs is long enough for a slip: `k8s-cluster-a` and `k8s-cluster-b` are two.
fn differs_in_a_word(one: &str, other: &str) -> bool {
    let parts = |name: &str| name.split(['-', '_']).map(str::to_owned).collect::<Vec<_>>();
    let (one, other) = (parts(one), parts(other));
    let pairs = || one.iter().zip(&other).filter(|(a, b)| !a.eq_ignore_ascii_case(b));
    one.len() != other.len() || pairs().all(|(a, b)| a.len().min(b.len()) >= 4)
}

/// The name behind `project` at the end of a title: `… gcp project kubebuilder`.
fn named_at_end(title: &str) -> Option<&str> {
    let (before, name) = title.trim_end().rsplit_once(char::is_whitespace)?;
    let name = name.trim_matches(['`', '"', '\'']);
    let is_name = name.len() >= 4 && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let word = before.rsplit(char::is_whitespace).next()?;
    (is_name && word.eq_ignore_ascii_case("project")).then_some(name)
}
