//! The top of the file: version, titles, projects, spend and what is silenced.

use crate::domain::{Counter, IssueRef, Item, Project, Repo, Roadmap, Silence, Spend, SpendLine, State, Text};
use crate::insight::finding::RULES;
use crate::sources::diagnostic::Span;

use super::item_keys::name_items;
use super::links::{check_counter, connect};
use super::reader::{Fields, Reader, head, one_or_many};
use super::tree::Node;

pub(super) const KEYS: [&str; 12] = [
    "version",
    "title",
    "repo",
    "umbrellas",
    "searches",
    "robots",
    "written",
    "counters",
    "migrated",
    "projects",
    "spend",
    "silence",
];
pub(super) const SPEND_KEYS: [&str; 6] = ["currency", "budget_per_year", "days", "until", "total", "lines"];
pub(super) const SPEND_LINE_KEYS: [&str; 2] = ["name", "amount"];
pub(super) const SILENCE_KEYS: [&str; 3] = ["rule", "reason", "until"];

/// The repository of bare issue numbers where nothing else is said.
pub(super) const DEFAULT_REPO: &str = "kubernetes/k8s.io";
/// What is searched for in titles where nothing else is said.
pub(super) const DEFAULT_SEARCH: &str = "Migrate away from google.com gcp project";
const VERSION: u64 = 1;

impl Reader<'_> {
    /// Reads the whole file; the faults are in the reader.
    pub(super) fn roadmap(&mut self, root: &Node<'_>) -> Option<Roadmap> {
        if !self.is_readable(root) {
            return None;
        }
        let fields = self.fields(root, "a roadmap", &KEYS)?;
        if let Some(repo) = fields.get("repo").and_then(|node| self.repo(node)) {
            self.home = repo;
        }
        let written = fields.get("written").and_then(|node| self.past_date(node));
        let counters = self.counters(fields.get("counters"), written);
        let migrated = self.migrated(fields.get("migrated"), &counters);
        let projects = self.list(fields.get("projects"), "a list of projects");
        let (mut projects, links): (Vec<Project>, Vec<_>) =
            projects.iter().filter_map(|node| self.project(node)).unzip();
        connect(self, &mut projects, &links, &counters);
        Some(Roadmap {
            title: fields.get("title").and_then(|node| self.line(node)).unwrap_or_else(|| "Roadmap".to_owned()),
            repo: self.home.clone(),
            umbrellas: self.distinct_issues(fields.get("umbrellas")),
            searches: self.searches(&fields),
            robots: self.words(fields.get("robots")),
            written,
            counters,
            migrated,
            projects,
            spend: fields.get("spend").and_then(|node| self.spend(node)),
            silenced: self.silences(fields.get("silence")),
        })
    }

    /// A newer format must not be guessed at: its keys may mean something else.
    fn is_readable(&mut self, root: &Node<'_>) -> bool {
        let Some(node) = root.entry("version") else {
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

    fn repo(&mut self, node: &Node<'_>) -> Option<Repo> {
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

    fn distinct_issues(&mut self, node: Option<&Node<'_>>) -> Vec<IssueRef> {
        let mut distinct: Vec<IssueRef> = Vec::new();
        for issue in self.issues(node) {
            if !distinct.contains(&issue) {
                distinct.push(issue);
            }
        }
        distinct
    }

    fn searches(&mut self, fields: &Fields<'_>) -> Vec<String> {
        match fields.get("searches") {
            Some(node) => self.lines(Some(node)),
            None => vec![DEFAULT_SEARCH.to_owned()],
        }
    }

    /// What was migrated is done where neither a state nor a measure says otherwise.
    fn migrated(&mut self, node: Option<&Node<'_>>, counters: &[Counter]) -> Vec<Item> {
        let mut drafts = self.items(node);
        for draft in &mut drafts {
            for link in draft.links.drain(..) {
                self.fault(link.span, "what has been migrated waits for nothing");
            }
            match (&draft.item.counter, draft.counter) {
                (Some(id), Some(span)) => check_counter(self, id, span, counters),
                _ if draft.item.progress.is_some_and(|progress| progress.left() > 0) => {}
                _ => draft.item.written = draft.item.written.or(Some(State::Done)),
            }
        }
        name_items(self, drafts).0
    }

    fn spend(&mut self, node: &Node<'_>) -> Option<Spend> {
        let fields = self.fields(node, "the spend", &SPEND_KEYS)?;
        let lines = self.list(fields.get("lines"), "a list of lines");
        let lines: Vec<_> = lines.iter().filter_map(|node| self.spend_line(node)).collect();
        let Some(days) = fields.get("days") else {
            self.fault_with(fields.span, "it is not said how many days this was spent in", Some("add `days: 28`"));
            return None;
        };
        let days = self.days(days)?;
        let sum = lines.iter().map(|line| line.amount).fold(0, u64::saturating_add);
        Some(Spend {
            currency: fields.get("currency").and_then(|node| self.word(node)).unwrap_or_else(|| Text::new("USD")),
            budget_per_year: fields.get("budget_per_year").and_then(|node| self.whole(node)),
            days,
            until: fields.get("until").and_then(|node| self.past_date(node)),
            total: fields.get("total").and_then(|node| self.whole(node)).unwrap_or(sum),
            lines,
        })
    }

    fn days(&mut self, node: &Node<'_>) -> Option<u32> {
        let days = self.whole(node)?;
        let fits = u32::try_from(days).ok().filter(|days| (1..=3660).contains(days));
        if fits.is_none() {
            self.fault(node.span, format!("{days} is no number of days from 1 to 3660"));
        }
        fits
    }

    fn spend_line(&mut self, node: &Node<'_>) -> Option<SpendLine> {
        let fields = self.fields(node, "a line of the spend", &SPEND_LINE_KEYS)?;
        let (name, amount) = (fields.get("name"), fields.get("amount"));
        self.want(&fields, "name", name.is_some());
        self.want(&fields, "amount", amount.is_some());
        Some(SpendLine { name: self.line(name?)?, amount: self.whole(amount?)? })
    }

    /// Reads `silence:`, one or a list.
    pub(super) fn silences(&mut self, node: Option<&Node<'_>>) -> Vec<Silence> {
        let nodes = one_or_many(node);
        nodes.iter().filter_map(|node| self.silence(node)).collect()
    }

    fn silence(&mut self, node: &Node<'_>) -> Option<Silence> {
        if node.scalar().is_some() {
            let hint = "write {rule: …, reason: …}: whoever reads it later wants to know why";
            self.expected(node, "a rule and a reason", Some(hint));
            return None;
        }
        let fields = self.fields(node, "a silence", &SILENCE_KEYS)?;
        let (rule, reason) = (fields.get("rule"), fields.get("reason"));
        self.want(&fields, "rule", rule.is_some());
        self.want(&fields, "reason", reason.is_some());
        let until = fields.get("until").and_then(|node| self.date(node));
        let names = RULES.iter().map(|rule| (rule.name, rule.name)).chain([("all", "all")]).collect::<Vec<_>>();
        let rule = self.choice(rule?, "a rule of `offramp check`", &names)?;
        Some(Silence { rule: Text::new(rule), reason: self.line(reason?)?, until })
    }

    fn want(&mut self, fields: &Fields<'_>, key: &str, there: bool) {
        if !there {
            self.fault_with(fields.span, format!("`{key}` is missing here"), None::<String>);
        }
    }

    /// Notes that a file holds no map at all.
    pub(super) fn no_map(&mut self, root: &Node<'_>) {
        let hint = "a roadmap begins with `version: 1`; `offramp init` writes one to begin with";
        let span: Span = head(root);
        self.fault_with(span, "this is not a roadmap", Some(hint));
    }
}
