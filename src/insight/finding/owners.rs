//! Rules about owners, and about placeholder items.

use super::input::Input;
use super::link::IssueLink;
use super::location::{at_item, at_project};
use super::{Confidence, Finding, FindingRule, Remedy, Severity};
use crate::domain::board::measure::is_placeholder;
use crate::domain::conventions::K8S_INFRA;
use crate::domain::{Certainty, Conventions, GroupId, Issue, Owner, OwnerName, Project, Request, Roadmap, paste};
use crate::words;

/// The group that runs the infrastructure labels everything, so its label says nothing about the owner.
const EVERYWHERE: [&str; 2] = [K8S_INFRA, "wg-k8s-infra"];

const OWNER_AGAINST_LABELS: FindingRule = FindingRule {
    name: "owner-against-labels",
    severity: Severity::Warning,
    summary: "the labels name other groups than the roadmap",
    explain: "The labels of the issue name groups, but none that the roadmap names as owner. The label of the group that \
runs the migration is ignored. Labels are evidence, not truth: ask, then change one of the two.",
    find: owner_against_labels,
};

pub(super) const RULES: &[FindingRule] = &[OWNER_AGAINST_LABELS, OWNER_UNSETTLED, PLACEHOLDER];

fn owner_against_labels(input: &Input<'_>, found: &mut Vec<Finding>) {
    if !input.is_current() {
        return;
    }
    found.extend(input.links.iter().filter_map(|link| contradiction(input, link)));
}

fn contradiction(input: &Input<'_>, link: &IssueLink<'_>) -> Option<Finding> {
    let (owner, id) = (link.unnamed?, &link.issue.id);
    let labels = groups(link.issue, input.roadmap);
    let agrees =
        labels.is_empty() || owner.groups().next().is_none() || owner.groups().any(|group| labels.contains(group));
    let is_everywhere = owner.names.iter().any(|name| EVERYWHERE.contains(&name.as_str()));
    if agrees || is_everywhere {
        return None;
    }
    let (ours, theirs) = (names(&owner.names, ", ", input.roadmap), groups_named(&labels, input.roadmap));
    let message = format!("the roadmap says {ours}, the labels of {} say {theirs}", input.short(id));
    let text: String = owner.groups().map(|id| input.roadmap.conventions.comment(Request::Group(id))).collect();
    let remedy = if text.is_empty() { Remedy::None } else { Remedy::say(id, text) };
    let new = OWNER_AGAINST_LABELS.finding(link.location(), message).issues([id]);
    Some(new.confidence(Confidence::Likely).remedy(remedy))
}

const OWNER_UNSETTLED: FindingRule = FindingRule {
    name: "owner-unsettled",
    severity: Severity::Info,
    summary: "no single group owns the project",
    explain: "The owner is one of several groups, uncertain, or missing. Work of two groups is often done by neither. \
Ask them, then set `owner` to the one that says yes.",
    find: owner_unsettled,
};

fn owner_unsettled(input: &Input<'_>, found: &mut Vec<Finding>) {
    for (project, row) in input.projects().filter(|(_, row)| !row.state.is_end()) {
        let names = || names(&row.owner.names, " or ", input.roadmap);
        let message = match row.owner.certainty {
            Certainty::Accepted | Certainty::Stated | Certainty::Proposed => continue,
            Certainty::Either => format!("{} could own `{}`", names(), row.title),
            Certainty::Unsure => format!("the owner of `{}` is uncertain: {}", row.title, names()),
            Certainty::None => format!("`{}` has no owner", row.title),
        };
        let issues: Vec<_> = project.issues.iter().filter_map(|id| input.issue(id)).collect();
        let labelled =
            issues.iter().map(|issue| (issue, groups(issue, input.roadmap))).filter(|(_, groups)| !groups.is_empty());
        let evidence = labelled.map(|(issue, groups)| {
            format!("labels of {}: {}", input.short(&issue.id), groups_named(&groups, input.roadmap))
        });
        let new = OWNER_UNSETTLED.finding(at_project(project), message).issues(&project.issues).evidence(evidence);
        let place = issues.iter().find(|issue| !input.is_closed(issue)).map(|issue| issue.id.clone());
        let place = place.or_else(|| input.roadmap.umbrellas.first().cloned());
        found.push(new.remedy(Remedy::Say { issue: place, text: question(input, project, &row.owner) }));
    }
}

fn question(input: &Input<'_>, project: &Project, owner: &Owner) -> String {
    let whom = match owner.names.as_slice() {
        [] if input.roadmap.groups.list.is_empty() => "Who takes".to_owned(),
        [] => format!("Which {} takes", input.roadmap.conventions.group_word()),
        [one] => format!("Does {} take", paste::inline(&words::owner_name(one, &input.roadmap.groups))),
        several => format!("Which of {} takes", paste::inline(&names(several, " and ", input.roadmap))),
    };
    let one = if input.roadmap.groups.list.is_empty() { "Someone" } else { "One group" };
    format!("{whom} {}? {one} should say yes, so that the work has a home.\n", paste::code(project.id.as_str()))
}

const PLACEHOLDER: FindingRule = FindingRule {
    name: "placeholder",
    severity: Severity::Warning,
    summary: "an item does not say what there is to do",
    explain: "The title is `???`, `TODO`, `TBD` or `unsure`. Such an item has no percentage, and cannot be started. \
Find out what there is to do, and write that.",
    find: placeholder,
};

fn placeholder(input: &Input<'_>, found: &mut Vec<Finding>) {
    for (project, item, row) in input.items().filter(|(_, _, row)| !row.state.is_end()) {
        let title = item.title.as_deref().unwrap_or_default();
        if !is_placeholder(title) && !says_nothing(title) {
            continue;
        }
        let message = format!("`{title}` does not say what there is to do");
        let issue = project.issues.first().or(input.roadmap.umbrellas.first()).cloned();
        let whom = if row.owner.names.is_empty() {
            String::new()
        } else {
            format!(" {}, do you know?", paste::inline(&names(&row.owner.names, ", ", input.roadmap)))
        };
        let text = format!(
            "What is left to do for {}? The roadmap only says {}.{whom}\n",
            paste::code(project.id.as_str()),
            paste::code(title)
        );
        found.push(PLACEHOLDER.finding(at_item(project, item), message).remedy(Remedy::Say { issue, text }));
    }
}

fn says_nothing(title: &str) -> bool {
    let letters = || title.bytes().filter(u8::is_ascii_alphabetic).map(|letter| letter.to_ascii_lowercase());
    let whole = ["todo", "tbd", "unsure", "unknown", "fixme"].iter().any(|word| letters().eq(word.bytes()));
    whole || title.trim_start().starts_with("TODO") || title.trim_end().ends_with("???")
}

/// The groups that the labels of an issue name, except those that are on every issue.
fn groups(issue: &Issue, roadmap: &Roadmap) -> Vec<GroupId> {
    let known = |label: &str| roadmap.groups.of_label(label).map(|group| group.id.clone());
    let by_kind = |label: &str| match roadmap.conventions {
        Conventions::Kubernetes => GroupId::from_label(label),
        Conventions::GitHub => None,
    };
    let all = issue.labels.iter().filter_map(|label| known(label).or_else(|| by_kind(label)));
    all.filter(|group| !EVERYWHERE.contains(&group.as_str())).collect()
}

fn groups_named(groups: &[GroupId], roadmap: &Roadmap) -> String {
    groups.iter().map(|id| words::group(id, &roadmap.groups)).collect::<Vec<_>>().join(", ")
}

fn names(names: &[OwnerName], between: &str, roadmap: &Roadmap) -> String {
    names.iter().map(|name| words::owner_name(name, &roadmap.groups)).collect::<Vec<_>>().join(between)
}
