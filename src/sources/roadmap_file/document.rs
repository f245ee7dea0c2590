//! Parses the top level of the file.

use std::collections::HashSet;
use std::sync::OnceLock;

use crate::domain::{Conventions, Counter, IssueRef, Item, Project, Repo, Roadmap, Silence, State, Text};

use super::fields::Fields;
use super::item_keys::name_items;
use super::links::{check_counter, connect, ids};
use super::reader::{RoadmapReader, head};
use super::tree::Node;

pub(super) const KEYS: [&str; 15] = [
    "version",
    "title",
    "repo",
    "conventions",
    "groups",
    "umbrellas",
    "searches",
    "robots",
    "written",
    "counters",
    "migrated",
    "projects",
    "accounts",
    "spend",
    "silence",
];
pub(super) const SILENCE_KEYS: [&str; 3] = ["rule", "reason", "until"];

const VERSION: u64 = 1;
/// Far more than people write: a larger file comes from a faulty program.
pub(in crate::sources) const MOST_PROJECTS: usize = 20_000;
/// Limited, since each costs a request with every sync.
const MOST_SEARCHES: usize = 100;
/// Limited, since each costs a request with every sync.
const MOST_UMBRELLAS: usize = 1000;

impl RoadmapReader<'_> {
    /// Parses the whole file. Faults are collected in the reader.
    pub(super) fn roadmap(&mut self, root: &Node<'_>) -> Option<Roadmap> {
        if !self.is_readable(root) {
            return None;
        }
        let fields = self.fields(root, "a roadmap", &KEYS)?;
        if let Some(repo) = fields.get("repo").and_then(|node| self.repo(node)) {
            self.home = repo;
        }
        let conventions = fields.get("conventions");
        let conventions = conventions.and_then(|node| self.choice(node, "a set of conventions", &Conventions::WRITTEN));
        self.conventions = conventions.unwrap_or_else(|| Conventions::of(&self.home));
        self.settle_groups(fields.get("groups"));
        let written = fields.get("written").and_then(|node| self.past_date(node));
        let accounts = self.accounts(&fields, written);
        self.account_ids = accounts.iter().map(|account| account.id.clone()).collect();
        let counters = self.counters(fields.get("counters"), written);
        let migrated = self.migrated(fields.get("migrated"), &counters);
        let projects = fields.get("projects");
        let projects = self.list_up_to((MOST_PROJECTS, "projects"), projects, "a list of projects");
        let (mut projects, links): (Vec<Project>, Vec<_>) =
            projects.iter().filter_map(|node| self.project(node)).unzip();
        connect(self, &mut projects, &links, &counters);
        Some(Roadmap {
            title: fields.get("title").and_then(|node| self.line(node)).unwrap_or_else(|| "Roadmap".to_owned()),
            repo: self.home.clone(),
            conventions: self.conventions,
            groups: self.groups.as_ref().clone(),
            umbrellas: self.umbrellas(fields.get("umbrellas")),
            searches: self.searches(&fields),
            robots: self.each(fields.get("robots"), Self::word),
            written,
            counters,
            migrated,
            projects,
            accounts,
            quiet: crate::domain::boxes::QuietDays::default(),
            silenced: self.each(fields.get("silence"), Self::silence),
        })
    }

    /// Checks the version. A newer format must not be guessed, since its keys may mean something else.
    fn is_readable(&mut self, root: &Node<'_>) -> bool {
        let Some(node) = root.merged_entry("version") else {
            self.fault_with(head(root), "the file has no `version`", Some("begin it with `version: 1`"));
            return true;
        };
        match self.whole(node) {
            Some(VERSION) => true,
            Some(newer) if newer > VERSION => {
                let message = format!("this roadmap has version {newer}, and this offramp reads version {VERSION}");
                self.fault_with(node.span, message, Some("update offramp"));
                false
            }
            Some(other) => {
                self.fault_with(node.span, format!("there is no version {other}"), Some("write `version: 1`"));
                true
            }
            None => true,
        }
    }

    pub(super) fn repo(&mut self, node: &Node<'_>) -> Option<Repo> {
        let text = self.line(node)?;
        let bare = text.trim_end_matches('/').rsplit("github.com/").next().unwrap_or_default().trim_end_matches(".git");
        let repo = Repo::new(&text);
        if repo.is_none() {
            let hint = match Repo::new(bare) {
                Some(repo) => format!("write {repo}"),
                None => "write it as owner/name".to_owned(),
            };
            self.fault_with(node.span, format!("`{text}` is not a repository"), Some(hint));
        }
        repo
    }

    fn umbrellas(&mut self, node: Option<&Node<'_>>) -> Vec<IssueRef> {
        let umbrellas = distinct(self.each(node, Self::issue));
        node.map_or_else(Vec::new, |node| self.at_most(MOST_UMBRELLAS, &umbrellas, node, "umbrellas").to_vec())
    }

    fn searches(&mut self, fields: &Fields<'_>) -> Vec<String> {
        let Some(node) = fields.get("searches") else { return self.conventions.default_searches(&self.home) };
        let searches = self.each(Some(node), Self::line);
        self.at_most(MOST_SEARCHES, &searches, node, "searches").to_vec()
    }

    /// Parses migrated items, which are done unless a state or a measure says otherwise.
    fn migrated(&mut self, node: Option<&Node<'_>>, counters: &[Counter]) -> Vec<Item> {
        let mut drafts = self.items(node);
        let counter_ids = ids(counters);
        for draft in &mut drafts {
            for link in draft.links.drain(..) {
                self.fault(link.span, "what has been migrated waits for nothing");
            }
            match (&draft.item.counter, draft.counter) {
                (Some(id), Some(span)) => check_counter(self, id, span, &counter_ids),
                _ if draft.item.progress.is_some_and(|progress| progress.left() > 0) => {}
                _ => draft.item.written = draft.item.written.or(Some(State::Done)),
            }
        }
        name_items(self, drafts).0
    }

    pub(super) fn silence(&mut self, node: &Node<'_>) -> Option<Silence> {
        if node.scalar().is_some() {
            let hint = "write {rule: …, reason: …}: readers will want to know why";
            return self.unexpected(node, "a rule and a reason", Some(hint));
        }
        let fields = self.fields(node, "a silence", &SILENCE_KEYS)?;
        let (rule, reason) = (self.want(&fields, "rule"), self.want(&fields, "reason"));
        let until = fields.get("until").and_then(|node| self.date(node));
        let names = finding_rules().iter().map(|name| (name.as_str(), name.as_str())).collect::<Vec<_>>();
        let rule = self.choice(rule?, "a rule of `offramp check`", &names)?;
        Some(Silence { rule: Text::new(rule), reason: self.line(reason?)?, until })
    }

    /// Returns the value of a key, and rejects a map without it.
    pub(super) fn want<'n>(&mut self, fields: &Fields<'n>, key: &str) -> Option<&'n Node<'n>> {
        fields
            .get(key)
            .or_else(|| self.reject(fields.span, format!("`{key}` is missing here"), format!("add `{key}: …`")))
    }
}

/// Removes repeated issues.
pub(super) fn distinct(mut issues: Vec<IssueRef>) -> Vec<IssueRef> {
    let mut seen = HashSet::new();
    issues.retain(|issue| seen.insert(issue.clone()));
    issues
}

/// The rules that can be silenced: those in the JSON Schema.
fn finding_rules() -> &'static [String] {
    static NAMES: OnceLock<Vec<String>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let schema: serde_json::Value = serde_json::from_str(super::SCHEMA).expect("the schema is JSON");
        let names = schema.pointer("/$defs/silence/properties/rule/enum").and_then(|names| names.as_array());
        let names = names.expect("the schema names the rules").iter();
        names.filter_map(|name| name.as_str()).map(ToOwned::to_owned).collect()
    })
}
