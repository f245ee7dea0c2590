//! Formatting of values for people: percentages, dates, ages, plurals, owners and states. Screens, tables and reports
//! all use it, so that they never disagree. Unknown is `??` or `–`, never 0.

mod boxes;
pub mod contact;
pub mod fit;
mod freedom;
mod inner;
pub mod label;
mod measure;
pub mod money;
mod moves;
mod project;
mod rule;
mod time;
mod tone;

pub use boxes::{box_doubt, box_evidence, box_people, box_state, box_state_in_full, box_tick, box_word};
pub use freedom::{claim, doubt, freedom, freedom_short, freedom_word, issue_note};
pub use inner::{amount, amount_short, chart_lines, inner, inner_on, inner_short, recorded, recorded_amount, share};
pub use measure::{
    absence, as_seen, comment, comment_quoted, how_to_count, last_sign, measure, measure_short, owner_in_full, reason,
    reason_on,
};
pub use moves::{shift, too_many_commits};
pub use project::{items_free, items_left, project_done, project_done_as, unit};
pub use rule::{missing_configs, no_fields, no_files, no_units, no_wildcards, none_left, rule, unused_names};
pub use time::{age, ago, clock, days, days_ago, meeting_time, since};
pub use tone::Tone;

use crate::domain::{
    Board, Certainty, CounterRow, Example, Group, GroupId, Groups, IssueRef, ItemRow, Origin, Owner, OwnerName,
    Percent, Progress, Repo, Roadmap, Snapshot, State, Target, World, item_name,
};

/// Returns the first line of an error, without the prefix `error: `.
pub fn first_line(error: &str) -> &str {
    error.lines().next().unwrap_or_default().trim_start_matches("error: ")
}

/// Stands for an unknown value.
pub const UNKNOWN: &str = "??";
/// Stands for a value that does not exist.
pub const NONE: &str = "–";

/// `16 %` or `??`
pub fn percent(percent: Percent) -> String {
    percent.known().map_or_else(|| UNKNOWN.to_owned(), |known| format!("{known} %"))
}

/// `288/1780`
pub fn progress(progress: Progress) -> String {
    format!("{}/{}", progress.done, progress.total)
}

/// Returns the noun of a unit without its qualifiers: `prow jobs` for `prow jobs without gs://kubernetes-jenkins`.
pub fn unit_short(unit: &str) -> &str {
    const LINKS: [&str; 20] = [
        "of", "without", "with", "in", "from", "that", "on", "to", "which", "by", "off", "per", "for", "at", "under",
        "behind", "using", "still", "not", "as",
    ];
    // A remark in brackets is not part of the name.
    let name = unit.split_once(" (").map_or(unit, |(name, _)| name);
    let word_after = |at: usize| name.get(at + 1..).and_then(|rest| rest.split_once(' '));
    let is_link = |at: &usize| word_after(*at).is_some_and(|(word, _)| LINKS.contains(&word));
    let end = name.match_indices(' ').map(|(at, _)| at).find(is_link).unwrap_or(name.len());
    unit.get(..end).unwrap_or(unit)
}

/// The noun of a unit, for little room: `jobs` of `prow jobs without …`. `None` if a longer unit may not end with it:
/// `jobs leaving kube-up`.
pub fn unit_noun(unit: &str) -> Option<&str> {
    let mut words = unit_short(unit).split(' ');
    let first = words.next()?;
    let noun = words.next().unwrap_or(first);
    words.next().is_none().then_some(noun)
}

/// `1 item`, `2 items`
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// The size of a roadmap: `3 projects, 20 items`.
pub fn size(roadmap: &Roadmap) -> String {
    let projects = count(roadmap.projects.len() as u64, "project", "projects");
    format!("{projects}, {}", count(roadmap.items().count() as u64, "item", "items"))
}

/// `41 of 52 requests`, or `3 requests` if the number to come is not known.
pub fn requests(sent: u64, expected: u64) -> String {
    let all = count(sent.max(expected), "request", "requests");
    if sent < expected { format!("{sent} of {all}") } else { all }
}

/// `SIG Testing`, `WG Batch`, `Steering Committee`; an unknown group keeps its id.
pub fn group(id: &GroupId, groups: &Groups) -> String {
    if let Some(title) = groups.group(id).and_then(|group| group.title.clone()) {
        return title;
    }
    let name = group_short(id, groups);
    match id.as_str().split_once('-') {
        Some(("sig", _)) => format!("SIG {name}"),
        Some(("wg", _)) => format!("WG {name}"),
        Some(("ug", _)) => format!("UG {name}"),
        Some(("committee", _)) => format!("{name} Committee"),
        Some(_) | None => name,
    }
}

/// `Testing` for `sig-testing`; the name or the id if the id has no kind in front.
fn group_short(id: &GroupId, groups: &Groups) -> String {
    let name = |group: &Group| Some(group.name.clone()).filter(|name| !name.is_empty());
    let known = groups.group(id).and_then(|group| group.title.clone().or_else(|| name(group)));
    known.unwrap_or_else(|| match id.as_str().split_once('-') {
        Some(("sig" | "wg" | "ug" | "committee", _)) => titled(id.as_str()),
        Some(_) | None => id.as_str().to_owned(),
    })
}

/// Converts `sig-some-thing` to `Some Thing`.
fn titled(id: &str) -> String {
    id.split('-').skip(1).map(capitalised).collect::<Vec<_>>().join(" ")
}

/// Capitalises the first letter.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// `Owner: SIG Testing (proposed)`
pub fn named_owner(owner: &Owner, groups: &Groups) -> String {
    format!("Owner: {}", self::owner(owner, groups))
}

/// `SIG Testing (proposed)`, `SIG Testing or SIG Release`, `unsure: SIG Contributor Experience or SIG Docs`,
/// `no owner`
pub fn owner(owner: &Owner, groups: &Groups) -> String {
    let names: Vec<_> = owner.names.iter().map(|name| owner_name(name, groups)).collect();
    if names.is_empty() { "no owner".to_owned() } else { owned(owner, &names, " and ") }
}

/// Like [`owner`], but short, for narrow columns: `Testing (proposed)`, `Testing or Release`, `–`.
pub fn owner_short(owner: &Owner, groups: &Groups) -> String {
    let names: Vec<_> = owner.names.iter().map(|name| owner_name_short(name, groups)).collect();
    if names.is_empty() { NONE.to_owned() } else { owned(owner, &names, ", ") }
}

/// `SIG Testing`, `@alice`, `@org/team`, `Example Inc`
pub fn owner_name(name: &OwnerName, groups: &Groups) -> String {
    name.group().map_or_else(|| name.as_str().to_owned(), |id| group(id, groups))
}

/// `Testing`, `@alice`, `team`, `Example Inc`
fn owner_name_short(name: &OwnerName, groups: &Groups) -> String {
    match name {
        OwnerName::Group(id) => group_short(id, groups),
        OwnerName::Person(text) | OwnerName::Team(text) | OwnerName::Words(text) => text.to_string(),
    }
}

fn owned(owner: &Owner, names: &[String], and: &str) -> String {
    match owner.certainty {
        Certainty::Accepted | Certainty::Stated => names.join(and),
        Certainty::Proposed => format!("{} (proposed)", names.join(and)),
        Certainty::Either => names.join(" or "),
        // The doubt comes first, since a narrow column cuts off the end.
        Certainty::Unsure | Certainty::None => format!("unsure: {}", names.join(" or ")),
    }
}

/// `to do`, `started`, `done`, `removed`, `dropped`, `closed, not done`, `??`
pub fn state(state: State) -> &'static str {
    match state {
        State::Todo => "to do",
        State::Started => "started",
        State::Done => "done",
        State::Removed => "removed",
        State::Dropped => "dropped",
        State::ClosedNotDone => "closed, not done",
        State::Unknown => UNKNOWN,
        State::NotFetched => "not fetched",
    }
}

/// Returns the mark before the word of a state, one column wide. It is never shown alone.
pub fn mark(state: State) -> &'static str {
    match state {
        State::Todo => "○",
        State::Started => "◐",
        State::Done => "✓",
        State::Removed => "×",
        State::Dropped => "–",
        State::ClosedNotDone => "!",
        State::Unknown => "?",
        State::NotFetched => "…",
    }
}

/// `○ to do`
pub fn marked(of: State) -> String {
    if of == State::Unknown { UNKNOWN.to_owned() } else { format!("{} {}", mark(of), state(of)) }
}

/// Returns the ASCII replacement of a mark or line of this program, one column wide; any other character is returned as
/// it is.
pub fn in_ascii(sign: char) -> char {
    match sign {
        '–' | '—' | '−' | '─' | '•' | '▪' => '-',
        '·' | '│' | '╎' => '|',
        '╭' | '╮' | '╰' | '╯' | '└' | '✓' => '+',
        '…' | '◐' => '~',
        '→' | '›' | '▌' => '>',
        '█' | '━' | '◆' => '#',
        '○' => 'o',
        '×' => 'x',
        '░' => ':',
        '┊' => '!',
        '▲' => '^',
        '▼' => 'v',
        '’' => '\'',
        other => other,
    }
}

/// `@spiffxp, @ameukam`, or `–`.
pub fn people<T: AsRef<str>>(logins: &[T]) -> String {
    let named: Vec<_> = logins.iter().map(|login| format!("@{}", login.as_ref())).collect();
    if named.is_empty() { NONE.to_owned() } else { named.join(", ") }
}

/// `prow jobs 355/1890 (18 %, 2020-11-30)`, with `; 288/1780 on 2020-12-10 recorded by hand` if that is newer.
pub fn counter(row: &CounterRow) -> String {
    match row.reading.as_ref().zip(row.inner()) {
        Some((reading, inner)) => {
            let by_hand = row.recorded.as_ref().map(|by_hand| format!("; {}", recorded(by_hand))).unwrap_or_default();
            format!("{} {} ({}, {}{by_hand})", row.label, amount(&inner), share(&inner), reading.date)
        }
        None => format!("{} {UNKNOWN}", row.label),
    }
}

/// `10 projects, none finished · 22 of 23 items left · 14 free · 1 unknown`; items only if there are some.
pub fn totals(board: &Board) -> String {
    let sums = board.totals;
    let finished = match sums.projects_done {
        0 => "none finished".to_owned(),
        done => format!("{done} finished"),
    };
    let mut parts = vec![format!("{}, {finished}", count(sums.projects, "project", "projects"))];
    if sums.items > 0 {
        parts.push(format!("{} of {} left", sums.left, count(sums.items, "item", "items")));
        parts.push(format!("{} free", sums.free));
    }
    let further = [
        (sums.maybe_free, "maybe free"),
        (sums.claims_unchecked, "with claims not checked"),
        (sums.unchecked, "not checked"),
        (sums.blocked, "blocked"),
        (sums.unknown, "unknown"),
        (sums.not_fetched, "not fetched"),
    ];
    parts.extend(further.iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!("{number} {what}")));
    parts.join(" · ")
}

/// `built-in example`, or the name of the file.
pub fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Example(shown) => example_title(*shown).replacen('B', "b", 1),
        Origin::File(path) => path.display().to_string(),
    }
}

/// `Built-in example` for Kubernetes; another example also has its name.
pub fn example_title(shown: Example) -> String {
    match shown {
        Example::Kubernetes => "Built-in example".to_owned(),
        Example::Homebrew => format!("Built-in example of {}", shown.project()),
    }
}

/// The title in a checkout without a roadmap: the example, and how to write a roadmap. The repository comes last, since
/// the end may be cut off.
pub fn example_instead_of(repo: &Repo) -> String {
    format!("Kubernetes example; yours: `offramp init` ({repo})")
}

/// `Built-in example, as of 2020-12-10`; for a file `As of 2026-11-24, issues fetched 2026-11-24 01:30 UTC`.
pub fn as_of(world: &World) -> String {
    match (&world.origin, world.snapshot.fetched_at) {
        (Origin::Example(shown), _) => match &world.here {
            Some(repo) => format!("{}, as of {}", example_instead_of(repo), world.date),
            None => format!("{}, as of {}", example_title(*shown), world.date),
        },
        (Origin::File(_), Some(taken)) => {
            let is_partial = !world.snapshot.is_whole && counts_issues(&world.roadmap);
            let caveat = if is_partial { ", not all: counters of issues are unknown (`offramp sync`)" } else { "" };
            format!("As of {}, issues fetched {}{caveat}", world.date, clock(taken))
        }
        (Origin::File(_), None) if !needs_issues(&world.roadmap) => format!("As of {}", world.date),
        (Origin::File(_), None) => {
            format!("As of {}, issues {} (`offramp sync`)", world.date, not_fetched(&world.snapshot))
        }
    }
}

/// `, by the reading of 2026-04-30`: that was the state of things then.
pub fn by_reading(day: crate::domain::Date) -> String {
    format!(", by the reading of {day}")
}

/// Whether a roadmap refers to issues at all.
pub fn needs_issues(roadmap: &Roadmap) -> bool {
    let are_linked = !roadmap.linked_issues().is_empty() || !roadmap.umbrellas.is_empty();
    are_linked || !roadmap.searches.is_empty() || counts_issues(roadmap)
}

/// Whether a counter of a roadmap counts issues, so that all of its repository are needed.
pub fn counts_issues(roadmap: &Roadmap) -> bool {
    roadmap.counters.iter().any(crate::domain::Counter::counts_issues)
}

/// Replaces the time at which issues were fetched, if there is none.
pub fn not_fetched(snapshot: &Snapshot) -> &'static str {
    if snapshot.issues.is_empty() { "never fetched" } else { "fetched in part" }
}

/// `k8s-prow/on-call`, `k8s-prow`, `#1305`
pub fn target(target: &Target, home: &Repo) -> String {
    match target {
        Target::Project(project) => project.to_string(),
        Target::Item(project, item) => item_name(project, item),
        Target::Issue(issue) => issue.short(home),
    }
}

/// `k8s-gubernator/787`: the name of an item in commands.
pub fn item_ref(item: &ItemRow) -> String {
    item_name(&item.project, &item.key)
}

/// `#1305`, `kubernetes/release#3810`; empty without an issue.
pub fn issue(issue: Option<&IssueRef>, home: &Repo) -> String {
    issue.map(|issue| issue.short(home)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
