//! Dependency graph of a board: what waits for what, and the longest chain.

use std::collections::{HashMap, HashSet};

use crate::domain::circles::{neighbours, post_order};
use crate::domain::{Board, IssueRef, ItemKey, ItemRow, ProjectId, Repo, Target};

/// A node of the graph: something that others can wait for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChainNode {
    /// An item that is left; the first of several with one issue.
    Item(ProjectId, ItemKey),
    /// An open issue that no item has.
    Issue(IssueRef),
}

impl ChainNode {
    fn of(item: &ItemRow) -> Self {
        Self::Item(item.project.clone(), item.key.clone())
    }

    /// Returns the name to show: the issue, else the key of the item.
    pub fn name(&self, board: &Board, home: &Repo) -> String {
        match self {
            Self::Issue(issue) => issue.short(home),
            Self::Item(project, key) => match board.item(project, key).and_then(|item| item.issue.as_ref()) {
                Some(issue) => issue.short(home),
                None => key.to_string(),
            },
        }
    }
}

/// All dependencies between what is left on a board.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chains {
    /// The node of each issue that items have: one piece of work.
    by_issue: HashMap<IssueRef, ChainNode>,
    /// What each item waits for: of several items of an issue, one may wait for its project's blockers alone.
    waits_for: HashMap<ChainNode, Vec<ChainNode>>,
    /// For each node, those that wait for it.
    unblocks: HashMap<ChainNode, Vec<ChainNode>>,
    longest: Vec<ChainNode>,
    /// The place of each node of `longest`, from 0.
    places: HashMap<ChainNode, usize>,
}

impl Chains {
    /// Builds the graph of a board. Its rows no longer name blockers that are done or dropped.
    pub fn of(board: &Board) -> Self {
        let mut chains = Self::default();
        if board.items().all(|item| item.blocked_by.is_empty()) {
            return chains;
        }
        for item in board.items().filter(|item| item.is_left()) {
            if let Some(issue) = &item.issue {
                chains.by_issue.entry(issue.clone()).or_insert_with(|| ChainNode::of(item));
            }
        }
        let mut edges = Vec::new();
        for item in board.items().filter(|item| item.is_left() && !item.blocked_by.is_empty()) {
            let waiter = chains.node(item);
            let mut seen = HashSet::from([waiter.clone()]);
            let blockers = item.blocked_by.iter().flat_map(|target| chains.blockers(board, target));
            let blockers: Vec<_> = blockers.filter(|blocker| seen.insert(blocker.clone())).collect();
            edges.extend(blockers.iter().map(|blocker| (waiter.clone(), blocker.clone())));
            chains.waits_for.insert(ChainNode::of(item), blockers);
        }
        // Items of one issue may share blockers.
        let mut seen = HashSet::new();
        edges.retain(|edge| seen.insert(edge.clone()));
        for (waiter, blocker) in &edges {
            chains.unblocks.entry(blocker.clone()).or_default().push(waiter.clone());
        }
        chains.longest = longest(&edges);
        chains.places = chains.longest.iter().cloned().zip(0..).collect();
        chains
    }

    /// Returns the node of an item.
    fn node(&self, item: &ItemRow) -> ChainNode {
        let shared = item.issue.as_ref().and_then(|issue| self.by_issue.get(issue));
        shared.cloned().unwrap_or_else(|| ChainNode::of(item))
    }

    fn blockers(&self, board: &Board, target: &Target) -> Vec<ChainNode> {
        match target {
            Target::Item(project, key) => board.item(project, key).map(|item| self.node(item)).into_iter().collect(),
            Target::Issue(issue) => {
                vec![self.by_issue.get(issue).cloned().unwrap_or_else(|| ChainNode::Issue(issue.clone()))]
            }
            Target::Project(id) => {
                let items = board.project(id).map(|row| row.items.as_slice()).unwrap_or_default();
                items.iter().filter(|item| item.is_left()).map(|item| self.node(item)).collect()
            }
        }
    }

    /// Returns what an item unblocks directly, in roadmap order.
    pub fn unblocks(&self, item: &ItemRow) -> Vec<&ChainNode> {
        self.unblocks.get(&self.node(item)).into_iter().flatten().collect()
    }

    /// Returns what an item waits for, in the order of the file.
    pub fn waits_for(&self, item: &ItemRow) -> Vec<&ChainNode> {
        self.waits_for.get(&ChainNode::of(item)).into_iter().flatten().collect()
    }

    /// Returns the longest chain, with what must end first in front; empty if nothing waits.
    pub fn longest(&self) -> Vec<&ChainNode> {
        self.longest.iter().collect()
    }

    /// Returns the place of an item in the longest chain, from 0.
    pub fn place_in_longest(&self, item: &ItemRow) -> Option<usize> {
        self.places.get(&self.node(item)).copied()
    }

    /// Whether an item is part of the longest chain.
    pub fn is_critical(&self, item: &ItemRow) -> bool {
        self.place_in_longest(item).is_some()
    }
}

/// Returns the longest chain of some edges, with what must end first in front. Of chains of the same length it is the first
/// in the file. A circle, which the reader refuses within a file, is cut where it closes.
fn longest(edges: &[(ChainNode, ChainNode)]) -> Vec<ChainNode> {
    let edges: Vec<_> = edges.iter().map(|(waiter, blocker)| (waiter, blocker)).collect();
    let blockers = neighbours(edges.iter().copied());
    // For each node, the length of the longest chain that ends with it, and the node before it there.
    let mut chains: HashMap<&ChainNode, (usize, Option<&ChainNode>)> = HashMap::new();
    for node in post_order(&edges, &blockers) {
        let known = blockers.get(node).into_iter().flatten().filter_map(|&below| Some((chains.get(below)?.0, below)));
        let best = known.rev().max_by_key(|(length, _)| *length);
        chains.insert(node, best.map_or((1, None), |(length, below)| (length + 1, Some(below))));
    }
    let last = edges.iter().rev().map(|(waiter, _)| *waiter).max_by_key(|waiter| chains.get(waiter).map(|own| own.0));
    let mut chain: Vec<_> = std::iter::successors(last, |node| chains.get(node)?.1).cloned().collect();
    chain.reverse();
    chain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Item, Snapshot, fixtures, join};

    fn item(key: &str, waits_for: &[&str]) -> Item {
        let target = |key: &&str| Target::Item(ProjectId::new("p"), ItemKey::new(key));
        Item { blocked_by: waits_for.iter().map(target).collect(), ..fixtures::item(key) }
    }

    fn board(items: Vec<Item>) -> Board {
        let roadmap = fixtures::roadmap(vec![fixtures::project("p", items)]);
        join(&roadmap, &Snapshot::default(), fixtures::day("2020-12-10"))
    }

    fn chains(items: Vec<Item>) -> Chains {
        Chains::of(&board(items))
    }

    fn row<'b>(board: &'b Board, key: &str) -> &'b ItemRow {
        board.item(&ProjectId::new("p"), &ItemKey::new(key)).unwrap()
    }

    fn node(key: &str) -> ChainNode {
        ChainNode::Item(ProjectId::new("p"), ItemKey::new(key))
    }

    #[test]
    fn the_longest_chain_begins_with_what_must_come_first() {
        let board = board(vec![item("c", &["b"]), item("b", &["a"]), item("a", &[]), item("d", &["a"])]);
        let chains = Chains::of(&board);
        assert_eq!(chains.longest(), [&node("a"), &node("b"), &node("c")]);
        assert_eq!(["a", "c", "d"].map(|key| chains.place_in_longest(row(&board, key))), [Some(0), Some(2), None]);
        assert!(chains.is_critical(row(&board, "b")) && !chains.is_critical(row(&board, "d")));
    }

    #[test]
    fn a_blocker_unblocks_what_waits_for_it() {
        let board = board(vec![item("c", &["a"]), item("b", &["a"]), item("a", &[])]);
        let chains = Chains::of(&board);
        assert_eq!(chains.unblocks(row(&board, "a")), [&node("c"), &node("b")]);
        assert_eq!(chains.waits_for(row(&board, "c")), [&node("a")]);
    }

    #[test]
    fn items_with_one_issue_are_one_node() {
        let shared = |key| Item { issue: Some(fixtures::id(2)), ..item(key, &[]) };
        let of_issue = Item { blocked_by: vec![Target::Issue(fixtures::id(2))], ..item("later", &[]) };
        let board = board(vec![shared("first"), shared("again"), of_issue, item("other", &["again"])]);
        let chains = Chains::of(&board);
        for key in ["first", "again"] {
            assert_eq!(chains.unblocks(row(&board, key)), [&node("later"), &node("other")], "{key}");
        }
        assert_eq!(chains.longest().len(), 2);
    }

    #[test]
    fn items_of_one_issue_wait_for_a_blocker_once() {
        let waits = |key| Item { issue: Some(fixtures::id(1)), ..item(key, &["a"]) };
        let board = board(vec![waits("x"), waits("y"), waits("z"), item("a", &[])]);
        let chains = Chains::of(&board);
        assert_eq!(chains.unblocks(row(&board, "a")), [&node("x")]);
        assert_eq!(["x", "y", "z"].map(|key| chains.waits_for(row(&board, key))), [[&node("a")]; 3]);
    }

    #[test]
    fn an_item_does_not_wait_for_the_blockers_of_another_project_with_its_issue() {
        let shared = || fixtures::by_issue(1);
        let waits = crate::domain::Project {
            blocked_by: vec![Target::Issue(fixtures::id(4))],
            ..fixtures::project("q", vec![shared()])
        };
        let roadmap = fixtures::roadmap(vec![fixtures::project("p", vec![shared()]), waits]);
        let snapshot = fixtures::snapshot(vec![fixtures::issue(1), fixtures::issue(4)]);
        let board = join(&roadmap, &snapshot, fixtures::day("2024-06-01"));
        let chains = Chains::of(&board);
        let waits: Vec<_> = board.items().map(|item| chains.waits_for(item)).collect();
        assert_eq!(waits, [vec![], vec![&ChainNode::Issue(fixtures::id(4))]]);
        assert_eq!(chains.longest().len(), 2);
    }

    #[test]
    fn ended_items_block_nothing() {
        let done = Item { written: Some(crate::domain::State::Done), ..item("a", &[]) };
        assert!(chains(vec![item("b", &["a"]), done]).longest().is_empty());
    }

    #[test]
    fn a_circle_is_cut() {
        assert_eq!(chains(vec![item("a", &["b"]), item("b", &["a"])]).longest().len(), 2);
    }

    #[test]
    fn a_single_node_is_not_a_chain() {
        let empty = crate::domain::Project { id: ProjectId::new("q"), ..fixtures::project("q", Vec::new()) };
        let waits = Item { blocked_by: vec![Target::Project(ProjectId::new("q"))], ..item("k", &[]) };
        let roadmap = fixtures::roadmap(vec![fixtures::project("p", vec![waits]), empty]);
        let board = join(&roadmap, &Snapshot::default(), fixtures::day("2020-12-10"));
        let chains = Chains::of(&board);
        assert!(chains.longest().is_empty() && !chains.is_critical(row(&board, "k")));
    }
}
