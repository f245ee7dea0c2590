//! Rules about names: which issues, umbrellas and projects are about the same thing.

use std::collections::{HashMap, HashSet};

use super::input::{Input, names_of};
use super::location::{at_file, at_project};
use super::titles::TitleMatch;
use super::{Confidence, Finding, FindingRule, Remedy, Severity};
use crate::domain::board::JoinContext;
use crate::domain::edit::RoadmapEdit;
use crate::domain::{Issue, IssueRef, Project, ProjectId, State, TaskState, boxes, paste};

const NOT_LINKED: FindingRule = FindingRule {
    name: "not-linked",
    severity: Severity::Warning,
    summary: "the project is not linked to the issue that names it",
    explain: "The project has no issue in the roadmap, but the title of an issue contains its name as a word. A title \
with `project NAME` is a warning; one that merely mentions the name is only info. Link the issue, so that its state \
shows here.",
    find: not_linked,
};

pub(super) const RULES: &[FindingRule] = &[NOT_LINKED, NOT_IN_ROADMAP, NOT_IN_UMBRELLA, NAME_DIFFERS];

fn not_linked(input: &Input<'_>, found: &mut Vec<Finding>) {
    for (project, row) in input.projects() {
        let is_over =
            matches!(row.state, State::Dropped | State::Removed) || project.written.is_some_and(State::is_end);
        if !project.issues.is_empty() || is_over {
            continue;
        }
        let named = candidates(input, project);
        found.extend(named.first().map(|best| unlinked(input, project, best, &named)));
    }
}

fn unlinked(input: &Input<'_>, project: &Project, best: &TitleMatch<'_>, named: &[TitleMatch<'_>]) -> Finding {
    let (issue, is_child) = (best.issue, input.children.contains(&best.issue.id));
    let names = if best.as_project { "names" } else { "mentions" };
    let (issue_name, how) = (input.short(&issue.id), how(&input.at, issue));
    let message = format!("`{}` has no issue linked, but {issue_name} {names} it ({how})", project.id);
    let (severity, confidence) = match (best.as_project, is_child) {
        (true, true) => (NOT_LINKED.severity, Confidence::Certain),
        (true, false) => (NOT_LINKED.severity, Confidence::Likely),
        // A guess is worth a look, not a failed run.
        (false, _) => (Severity::Info, Confidence::Possible),
    };
    let new = NOT_LINKED.finding(at_project(project), message).issues(named.iter().map(|named| &named.issue.id));
    let called = named.iter().take(4).map(|named| called(&input.at, named.issue));
    let new = new.evidence(called).evidence(child_of(&input.at, issue)).confidence(confidence);
    let remedy = Remedy::set(project, None, "issue", &input.yaml(&issue.id));
    Finding { severity, ..new.remedy(remedy) }
}

/// The issues that may be the project's own by their title, the likeliest first.
fn candidates<'a>(input: &Input<'a>, project: &Project) -> Vec<TitleMatch<'a>> {
    let known = project.item_issues().chain(&input.roadmap.umbrellas);
    let known: HashSet<_> = known.map(|id| input.snapshot.current_id(id)).collect();
    // `docs` is an ordinary word, too, and an issue linked elsewhere only mentions this project.
    let is_evidence = &|name: &str, named: &TitleMatch<'_>| {
        let mentions = name.contains('-') || input.children.contains(&named.issue.id);
        named.as_project || mentions && !input.linked.contains(&named.issue.id)
    };
    let mut all: Vec<_> = names_of(project)
        .flat_map(|name| input.titles.naming(name).iter().filter(move |named| is_evidence(name, named)))
        .filter(|named| !known.contains(&named.issue.id))
        .copied()
        .collect();
    // Titles with `project NAME` come before those that merely mention it.
    all.sort_by_key(|named| (!named.as_project, !input.children.contains(&named.issue.id), &named.issue.id));
    all.dedup_by_key(|named| &named.issue.id);
    let has_own = all.first().is_some_and(|named| named.as_project);
    all.retain(|named| named.as_project || !has_own);
    all
}

const NOT_IN_ROADMAP: FindingRule = FindingRule {
    name: "not-in-roadmap",
    severity: Severity::Warning,
    summary: "the umbrella names a project that the roadmap lacks",
    explain: "The umbrella issue lists a project, or a child of it says `project NAME` in its title, and no project \
of the roadmap has that id or alias. Open children of an umbrella that the roadmap does not link are reported, too. Add the \
project or the issue, add an alias, or silence the finding for the file.",
    find: not_in_roadmap,
};

fn not_in_roadmap(input: &Input<'_>, found: &mut Vec<Finding>) {
    let listed = umbrellas(input).flat_map(|umbrella| {
        let source = format!("the umbrella {}", input.short(&umbrella.id));
        umbrella.names.iter().map(move |name| (name.as_str(), source.clone(), umbrella))
    });
    let children = input.snapshot.issues.iter().filter(|issue| input.children.contains(&issue.id));
    let in_titles = children.filter(|child| !child.is_pull && input.has(child)).filter_map(|child| {
        let source = format!("{}, a child of the umbrella,", input.short(&child.id));
        Some((named_at_end(&child.title)?, source, child))
    });
    let mut seen = HashSet::new();
    for (name, source, issue) in listed.chain(in_titles) {
        if !is_known(input, name) && seen.insert(name) {
            let message = format!("{source} names {name}, but the roadmap does not");
            found.push(lacking(input, name, message, issue));
        }
    }
    // An issue that another finding proposes to link is not reported here, too.
    let mut others = found.clone();
    not_linked(input, &mut others);
    super::issues::same_title(input, &mut others);
    super::boxes::box_not_in_roadmap(input, &mut others);
    found.extend(children_outside(input, &others));
}

/// Reports the open issues under an umbrella, or in its list, that the roadmap lacks, whatever their title. Those that
/// another finding names are left out.
fn children_outside(input: &Input<'_>, found: &[Finding]) -> Vec<Finding> {
    let named: HashSet<&IssueRef> = found.iter().flat_map(|finding| &finding.issues).collect();
    let linked = input.at.linked_issues();
    let in_boxes = umbrellas(input).flat_map(|umbrella| &umbrella.tasks);
    let in_boxes = in_boxes.filter(|task| task.state != TaskState::Dropped).filter_map(boxes::own_issue);
    let listed: HashSet<&IssueRef> = in_boxes.map(|id| input.snapshot.current_id(id)).collect();
    let counted = input.counted_issues();
    let is_outside = |issue: &&Issue| {
        let hangs_below = input.children.contains(&issue.id) || listed.contains(&issue.id);
        let is_open = !issue.is_pull && input.has(issue) && !input.is_closed(issue);
        hangs_below
            && is_open
            && !linked.contains(&issue.id)
            && !counted.contains(&issue.id)
            && !named.contains(&issue.id)
            && named_at_end(&issue.title).is_none()
    };
    input.snapshot.issues.iter().filter(is_outside).map(|issue| child_outside(input, issue)).collect()
}

fn child_outside(input: &Input<'_>, child: &Issue) -> Finding {
    let message = format!("{} is a child of an umbrella, but not in the roadmap", input.short(&child.id));
    let value = input.yaml(&child.id);
    let id = ProjectId::new(&id_of_title(&child.title));
    let remedy = match project_of_siblings(input) {
        Some(project) => Remedy::append(project, "items", value),
        None => Remedy::Edit(RoadmapEdit::AddProject { id, issue: Some(value) }),
    };
    let new = NOT_IN_ROADMAP.finding(at_file(), message).issues([&child.id]);
    new.evidence([called(&input.at, child)]).remedy(remedy)
}

/// The project with the most children of umbrellas among its items: another child belongs there.
fn project_of_siblings<'a>(input: &Input<'a>) -> Option<&'a Project> {
    let siblings = |project: &&Project| {
        project.item_issues().filter(|id| input.children.contains(input.snapshot.current_id(id))).count()
    };
    let best = input.roadmap.projects.iter().rev().max_by_key(siblings)?;
    (siblings(&best) > 0).then_some(best)
}

/// Makes an id of a title: its first six words in lower case, joined by `-`.
fn id_of_title(title: &str) -> String {
    let words = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let id = words.take(6).map(str::to_lowercase).collect::<Vec<_>>().join("-");
    if id.is_empty() || id.bytes().all(|b| b.is_ascii_digit()) { format!("item-{id}") } else { id }
}

fn lacking(input: &Input<'_>, name: &str, message: String, source: &Issue) -> Finding {
    let own = input.titles.naming(name).iter().filter(|named| named.as_project);
    let mut own: Vec<_> = own.map(|named| named.issue).filter(|issue| issue.id != source.id).collect();
    if !source.names.iter().any(|other| other == name) {
        own.push(source);
    }
    own.sort_by_key(|issue| (input.is_closed(issue), &issue.id));
    let issue = own.first().map(|issue| input.yaml(&issue.id));
    let edit = RoadmapEdit::AddProject { id: ProjectId::new(name), issue };
    let evidence = own.iter().take(3).map(|issue| called(&input.at, issue));
    let new = NOT_IN_ROADMAP.finding(at_file(), message).evidence(evidence).remedy(Remedy::Edit(edit));
    let about = if own.is_empty() { vec![source] } else { own };
    new.issues(about.iter().map(|issue| &issue.id))
}

const NOT_IN_UMBRELLA: FindingRule = FindingRule {
    name: "not-in-umbrella",
    severity: Severity::Info,
    summary: "the roadmap has a project that no umbrella names",
    explain: "The umbrella issues list projects, but not this one, and none of its issues is their child, so readers \
of the umbrella will miss it. Add it there. Projects of a kind that no umbrella names are not reported.",
    find: not_in_umbrella,
};

fn not_in_umbrella(input: &Input<'_>, found: &mut Vec<Finding>) {
    let listed: Vec<_> =
        umbrellas(input).flat_map(|umbrella| &umbrella.names).map(crate::domain::Text::as_str).collect();
    if listed.is_empty() {
        return;
    }
    let is_named = |project: &Project| {
        names_of(project).any(|name| listed.iter().any(|other| *other == name || fuzzy_matches(other, name)))
    };
    let (named, unnamed): (Vec<_>, Vec<_>) = input.projects().partition(|(project, _)| is_named(project));
    let kinds: HashSet<_> = named.iter().filter_map(|(project, _)| project.kind.as_ref()).collect();
    for (project, row) in unnamed {
        let is_listed_kind = project.kind.as_ref().is_none_or(|kind| kinds.contains(kind));
        let mut issues = project.issues.iter().filter_map(|id| input.issue(id));
        let is_under = issues.any(|issue| input.children.contains(&issue.id));
        if !is_listed_kind || is_under || row.state.is_end() {
            continue;
        }
        let Some(umbrella) = umbrellas(input).find(|umbrella| !umbrella.names.is_empty()) else { continue };
        let message = format!("the umbrella {} does not name {}", input.short(&umbrella.id), project.id);
        let text =
            format!("Also part of this migration, and not in the list above: {}\n", paste::code(project.id.as_str()));
        let new = NOT_IN_UMBRELLA.finding(at_project(project), message).issues([&umbrella.id]);
        found.push(new.remedy(Remedy::say(&umbrella.id, text)));
    }
}

const NAME_DIFFERS: FindingRule = FindingRule {
    name: "name-differs",
    severity: Severity::Info,
    summary: "the umbrella calls the project by another name",
    explain: "The umbrella uses another name than the roadmap for what seems to be the same project: an alias, or a \
name that differs by one letter, a hyphen or a plural s. Settle on one name; until then keep the other as an alias.",
    find: name_differs,
};

fn name_differs(input: &Input<'_>, found: &mut Vec<Finding>) {
    let ids: HashMap<_, _> = input.roadmap.projects.iter().map(|project| (project.id.as_str(), project)).collect();
    for umbrella in umbrellas(input) {
        for name in umbrella.names.iter().filter(|name| !ids.contains_key(name.as_str())) {
            let by_alias = input.roadmap.projects.iter().find(|project| project.is_called(name));
            let by_looks = || input.roadmap.projects.iter().find(|project| fuzzy_matches(project.id.as_str(), name));
            let in_scope = |project: &&Project| project.written != Some(State::Dropped);
            let Some(project) = by_alias.or_else(by_looks).filter(in_scope) else { continue };
            let message = format!("the umbrella {} calls `{}` {name}", input.short(&umbrella.id), project.id);
            let new = NAME_DIFFERS.finding(at_project(project), message).issues([&umbrella.id]);
            found.push(if by_alias.is_some() {
                new.evidence([format!("{name} is an alias of {}", project.id)])
            } else {
                let new = new.evidence([format!("the roadmap has {}, which is nearly the same", project.id)]);
                new.confidence(Confidence::Likely).remedy(Remedy::append(project, "aliases", name.to_string()))
            });
        }
    }
}

/// The umbrellas in the snapshot.
fn umbrellas<'a>(input: &Input<'a>) -> impl Iterator<Item = &'a Issue> {
    input.roadmap.umbrellas.iter().filter_map(|id| input.issue(id))
}

fn child_of(at: &JoinContext<'_>, issue: &Issue) -> Option<String> {
    let parents = at.snapshot.parents(issue);
    let is_above = |umbrella: &&IssueRef| parents.contains(at.snapshot.current_id(umbrella));
    let umbrella = at.roadmap.umbrellas.iter().find(is_above)?;
    Some(format!("{} is a child of the umbrella {}", at.short(&issue.id), at.short(umbrella)))
}

fn called(at: &JoinContext<'_>, issue: &Issue) -> String {
    format!("{} ({}): {}", at.short(&issue.id), how(at, issue), issue.title)
}

fn how(at: &JoinContext<'_>, issue: &Issue) -> &'static str {
    if at.is_closed(issue) { "closed" } else { "open" }
}

fn is_known(input: &Input<'_>, name: &str) -> bool {
    input.roadmap.projects.iter().any(|project| project.is_called(name) || fuzzy_matches(project.id.as_str(), name))
}

/// Whether two names differ by no more than a plural, a hyphen, case or one letter of a long name.
fn fuzzy_matches(one: &str, other: &str) -> bool {
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

/// Whether the parts that differ are long enough for a typo: `k8s-cluster-a` and `k8s-cluster-b` are two projects.
fn differs_in_a_word(one: &str, other: &str) -> bool {
    let parts = |name: &str| name.split(['-', '_']).map(str::to_owned).collect::<Vec<_>>();
    let (one, other) = (parts(one), parts(other));
    let pairs = || one.iter().zip(&other).filter(|(a, b)| !a.eq_ignore_ascii_case(b));
    one.len() != other.len() || pairs().all(|(a, b)| a.len().min(b.len()) >= 4)
}

/// The name after `project` at the end of a title: `… gcp project kubebuilder`.
fn named_at_end(title: &str) -> Option<&str> {
    let (before, name) = title.trim_end().rsplit_once(char::is_whitespace)?;
    let name = name.trim_matches(['`', '"', '\'']);
    let is_name = name.len() >= 4 && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let word = before.rsplit(char::is_whitespace).next()?;
    (is_name && word.eq_ignore_ascii_case("project")).then_some(name)
}
