//! The roadmap as written. Parsed from YAML by `sources::roadmap_file`.

use std::collections::HashSet;

use super::text_id::text_id;
use super::{
    Account, AccountId, Conventions, Costs, Counter, CounterId, Date, Group, GroupId, Groups, Issue, IssueRef, Owner,
    OwnerName, PageLink, Progress, Repo, Rule, Snapshot, State, Text,
};

/// A validated roadmap file: ids are unique, and references within it resolve.
#[derive(Debug, Clone, PartialEq)]
pub struct Roadmap {
    /// The title, one line.
    pub title: String,
    /// The repository of bare issue numbers.
    pub repo: Repo,
    /// How the community works on GitHub.
    pub conventions: Conventions,
    /// The groups that can own something. If empty, any name can.
    pub groups: Groups,
    /// Umbrella issues.
    pub umbrellas: Vec<IssueRef>,
    /// Texts to search for in titles, to find further issues on GitHub.
    pub searches: Vec<String>,
    /// Logins of robots, besides the known ones: those of the file and of the settings.
    pub robots: Vec<Text>,
    /// The day on which the file was last correct, according to its authors.
    pub written: Option<Date>,
    /// The counters.
    pub counters: Vec<Counter>,
    /// Items migrated before: shown in reports, not part of any project.
    pub migrated: Vec<Item>,
    /// In the order of the file, which is used everywhere.
    pub projects: Vec<Project>,
    /// The accounts, including `spend` with the id `spend`.
    pub accounts: Vec<Account>,
    /// When claims count as quiet. From the user's settings, not from the file.
    pub quiet: super::boxes::QuietDays,
    /// Findings silenced for the whole file.
    pub silenced: Vec<Silence>,
}

impl Roadmap {
    /// Finds the group that runs the migration and is responsible for work without an owner: by the conventions,
    /// else the only group.
    pub fn steward(&self) -> Option<&Group> {
        match self.conventions.steward(&self.repo) {
            Some(id) => self.groups.group(&id),
            None => self.groups.list.first().filter(|_| self.groups.list.len() == 1),
        }
    }

    /// Returns the group whose meeting is the default: the steward, else `meeting`.
    pub fn home_meeting(&self) -> GroupId {
        self.steward().map_or_else(|| GroupId::new("meeting"), |group| group.id.clone())
    }

    /// Returns the unit of a counter, with its id if several counters share the unit: `files (strict-types)`.
    pub fn label(&self, counter: &Counter) -> String {
        let is_alone = self.counters.iter().filter(|other| other.unit == counter.unit).count() < 2;
        if is_alone { counter.unit.clone() } else { format!("{} ({})", counter.unit, counter.id) }
    }

    /// Finds a project by id or alias.
    pub fn project(&self, name: &str) -> Option<&Project> {
        self.projects.iter().find(|project| project.is_called(name))
    }

    /// Finds an account.
    pub fn account(&self, id: &AccountId) -> Option<&Account> {
        self.accounts.iter().find(|account| &account.id == id)
    }

    /// Finds an item by the exact ids of its project and itself.
    pub fn item_of(&self, project: &ProjectId, key: &ItemKey) -> Option<(&Project, &Item)> {
        let project = self.projects.iter().find(|own| own.id == *project)?;
        Some((project, project.items.iter().find(|item| item.key == *key)?))
    }

    /// Returns the items of all projects.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.projects.iter().flat_map(|project| &project.items)
    }

    /// Finds an item by `project/item` or `project#item`, where `item` is a key, title or issue.
    pub fn item(&self, name: &str) -> Option<(&Project, &Item)> {
        item_names(name).find_map(|(project, item)| {
            let project = self.project(project)?;
            Some((project, project.items.get(project.position(item, &self.repo)?)?))
        })
    }

    /// Returns the blockers that the file gives for an item or project. Items of the same issue share their blockers.
    pub fn blockers<'a>(&'a self, project: &'a Project, item: Option<&'a Item>) -> impl Iterator<Item = &'a Target> {
        let issue = item.and_then(|item| item.issue.as_ref());
        let others = self.projects.iter().flat_map(|project| project.items.iter().map(move |item| (project, item)));
        let others = others.filter(move |(_, item)| issue.is_some() && item.issue.as_ref() == issue);
        let own = project.blocked_by.iter().chain(item.into_iter().flat_map(|item| &item.blocked_by));
        own.chain(others.flat_map(|(project, item)| project.blocked_by.iter().chain(&item.blocked_by)))
    }

    /// Finds a counter.
    pub fn counter(&self, id: &CounterId) -> Option<&Counter> {
        self.counters.iter().find(|counter| &counter.id == id)
    }

    /// Returns the rules of all counters.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.counters.iter().flat_map(|counter| &counter.rules)
    }

    /// Returns every owner in the file, in file order, without duplicates.
    pub fn owners(&self) -> Vec<&OwnerName> {
        let mut seen = std::collections::HashSet::new();
        let owners = self.projects.iter().flat_map(|project| {
            let of_items = project.items.iter().filter_map(|item| item.owner.as_ref());
            std::iter::once(&project.owner).chain(of_items).flat_map(|owner| &owner.names)
        });
        owners.filter(|name| seen.insert(*name)).collect()
    }

    /// Returns every page link in the file.
    pub fn page_links(&self) -> impl Iterator<Item = &PageLink> {
        let items = self.items().chain(&self.migrated);
        self.projects.iter().flat_map(|project| &project.links).chain(items.flat_map(|item| &item.links))
    }

    /// Returns every issue linked in the file, in file order after the umbrellas, without duplicates.
    pub fn linked_issues(&self) -> Vec<&IssueRef> {
        let mut seen = HashSet::new();
        let mut all: Vec<_> = self.umbrellas.iter().collect();
        all.extend(self.migrated.iter().filter_map(|item| item.issue.as_ref()));
        for project in &self.projects {
            all.extend(project.linked_issues());
            let targets = project.blocked_by.iter().chain(project.items.iter().flat_map(|item| &item.blocked_by));
            all.extend(targets.filter_map(Target::issue));
        }
        all.retain(|issue| seen.insert(*issue));
        all
    }

    /// Adds the readings of counters of issues. There are none until all issues were fetched: those that happen to be
    /// known would be taken for all.
    pub fn read_issues(&mut self, home: &Repo, snapshot: &Snapshot) {
        let Some(fetched) = snapshot.day().filter(|_| snapshot.is_whole) else { return };
        let (issues, conventions) = (self.countable_issues(home, snapshot), self.conventions);
        self.counters.iter_mut().for_each(|counter| counter.read_issues(&issues, fetched, conventions));
    }

    /// Returns the issues that a counter may count: those of the home repository and the linked ones. The cache also has
    /// what those depend on, and what other roadmaps link to.
    pub fn countable_issues<'s>(&self, home: &Repo, snapshot: &'s Snapshot) -> Vec<&'s Issue> {
        let linked: HashSet<_> = self.linked_issues().into_iter().map(|id| snapshot.current_id(id)).collect();
        snapshot.issues.iter().filter(|issue| issue.id.repo == *home || linked.contains(&issue.id)).collect()
    }
}

text_id! {
    /// The id of a project, for example `k8s-prow-build`.
    ProjectId
}

text_id! {
    /// The key of an item within its project: its `id`, else the number of its issue, else its title as a slug (lower
    /// case, `-` between words, at most 40 bytes). A number is appended if two keys would be equal.
    ItemKey
}

/// Returns the name of an item in commands and files: `project/item`, or `project#item` if the project's id has a
/// slash.
pub fn item_name(project: &ProjectId, item: &ItemKey) -> String {
    let between = if project.as_str().contains('/') { '#' } else { '/' };
    format!("{project}{between}{item}")
}

/// Returns the ways to split a text into project and item, likeliest first: at the `#`, then at each slash from the
/// right.
pub fn item_names(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let slashes = text.rmatch_indices('/').filter_map(|(at, _)| text.split_at_checked(at));
    let slashes = slashes.filter_map(|(project, rest)| Some((project, rest.strip_prefix('/')?)));
    let all = text.rsplit_once('#').into_iter().chain(slashes);
    all.filter(|(project, item)| !project.is_empty() && !item.is_empty())
}

/// A position in the roadmap file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
}

/// Something to be switched off or moved.
#[derive(Debug, Clone, PartialEq)]
pub struct Project {
    /// Unique in the file.
    pub id: ProjectId,
    /// Other names used in issues.
    pub aliases: Vec<Text>,
    /// The title to show instead of the id.
    pub title: Option<String>,
    /// For example `gcp-project`, `artifact` or `policy`.
    pub kind: Option<Text>,
    /// Who is responsible for it.
    pub owner: Owner,
    /// The issues that track the project as a whole.
    pub issues: Vec<IssueRef>,
    /// The counter for the project's percentage.
    pub measure: Option<CounterId>,
    /// The written state of the project as a whole.
    pub written: Option<State>,
    /// In the order of the file.
    pub items: Vec<Item>,
    /// What it waits for.
    pub blocked_by: Vec<Target>,
    /// The day by which it should be done.
    pub due: Option<Date>,
    /// Free text.
    pub note: Option<String>,
    /// Pages that belong to it, such as issues of other trackers.
    pub links: Vec<PageLink>,
    /// Texts besides id and aliases that show that a file still uses the project: buckets, images, accounts.
    pub references: Vec<String>,
    /// Its monthly cost.
    pub costs: Costs,
    /// Findings silenced for this project and its items.
    pub silenced: Vec<Silence>,
    /// Its place in the file.
    pub place: Place,
}

impl Project {
    /// Whether a name is the id or an alias.
    pub fn is_called(&self, name: &str) -> bool {
        self.id.as_str() == name || self.aliases.iter().any(|alias| alias == name)
    }

    /// Returns the issues of its items.
    pub fn item_issues(&self) -> impl Iterator<Item = &IssueRef> {
        self.items.iter().filter_map(|item| item.issue.as_ref())
    }

    /// Returns its own issues and those of its items.
    pub fn linked_issues(&self) -> impl Iterator<Item = &IssueRef> {
        self.issues.iter().chain(self.item_issues())
    }

    /// Returns the index of the item with this key, else of the only one with this title or issue.
    pub fn position(&self, name: &str, home: &Repo) -> Option<usize> {
        let by_key = self.items.iter().position(|item| item.key.as_str() == name);
        by_key.or_else(|| {
            let issue = IssueRef::parse(name, home);
            let is_meant = |item: &Item| {
                let title = item.title.as_ref().is_some_and(|title| title.to_lowercase() == name.to_lowercase());
                title || issue.is_some() && item.issue == issue
            };
            let mut found = self.items.iter().enumerate().filter(|(_, item)| is_meant(item)).map(|(at, _)| at);
            found.next().filter(|_| found.next().is_none())
        })
    }

    /// Returns the title, else the id.
    pub fn shown(&self) -> &str {
        self.title.as_deref().unwrap_or(self.id.as_str())
    }
}

/// One line of a project.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Unique within the project.
    pub key: ItemKey,
    /// What to do; `None` means the title of the issue.
    pub title: Option<String>,
    /// For example `bucket`, `service`, `on-call`, `docs`.
    pub kind: Option<Text>,
    /// The issue that measures it.
    pub issue: Option<IssueRef>,
    /// The counter that measures it.
    pub counter: Option<CounterId>,
    /// The written state.
    pub written: Option<State>,
    /// The written inner progress (`done:` and `total:`).
    pub progress: Option<Progress>,
    /// Its owner, if not the project's.
    pub owner: Option<Owner>,
    /// What it waits for.
    pub blocked_by: Vec<Target>,
    /// The day by which it should be done.
    pub due: Option<Date>,
    /// Free text.
    pub note: Option<String>,
    /// Pages that belong to it, such as issues of other trackers.
    pub links: Vec<PageLink>,
    /// Its monthly cost.
    pub costs: Costs,
    /// Findings silenced for this item.
    pub silenced: Vec<Silence>,
    /// Its place in the file.
    pub place: Place,
}

impl Item {
    /// Creates an item with nothing but a key and a place.
    pub fn new(key: ItemKey, place: Place) -> Self {
        Self {
            key,
            title: None,
            kind: None,
            issue: None,
            counter: None,
            written: None,
            progress: None,
            owner: None,
            blocked_by: Vec::new(),
            due: None,
            note: None,
            links: Vec::new(),
            costs: Costs::default(),
            silenced: Vec::new(),
            place,
        }
    }

    /// Whether it has an issue of another tracker, but none on GitHub.
    pub fn is_tracked_elsewhere(&self) -> bool {
        self.issue.is_none() && self.links.iter().any(PageLink::is_tracker)
    }
}

/// A target of `blocked_by`: a project id, `project/item`, or an issue.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// A whole project.
    Project(ProjectId),
    /// One item.
    Item(ProjectId, ItemKey),
    /// An issue, in the roadmap or not.
    Issue(IssueRef),
}

impl Target {
    /// Returns the issue, if it is one.
    pub fn issue(&self) -> Option<&IssueRef> {
        if let Self::Issue(issue) = self { Some(issue) } else { None }
    }
}

/// A finding that a person decided to ignore, possibly for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// The name of the rule.
    pub rule: Text,
    /// Why it is ignored.
    pub reason: String,
    /// The last day on which it is ignored.
    pub until: Option<Date>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::{by_issue, id, issue, project, roadmap, snapshot};

    #[test]
    fn a_counter_counts_its_repository_and_linked_issues_of_others() {
        let elsewhere = |number| IssueRef::new(Repo::new("acme/tools").unwrap(), number);
        let mut item = by_issue(1);
        item.issue = Some(elsewhere(4));
        let own = roadmap(vec![project("p", vec![item])]);
        let others = [4, 5].map(|number| Issue { id: elsewhere(number), ..issue(number) });
        let snapshot = snapshot([issue(7)].into_iter().chain(others).collect());
        let countable = own.countable_issues(&own.repo, &snapshot);
        assert_eq!(countable.iter().map(|issue| &issue.id).collect::<Vec<_>>(), [&elsewhere(4), &id(7)]);
    }
}
