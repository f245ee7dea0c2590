//! Dependency graph of a board: what waits for what, and the longest chain.

use std::collections::{HashMap, HashSet};

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
    nodes: Vec<ChainNode>,
    /// The node of each issue that items have: one piece of work.
    by_issue: HashMap<IssueRef, ChainNode>,
    at: HashMap<ChainNode, usize>,
    /// For each node, those that it waits for.
    waits: Vec<Vec<usize>>,
    /// The same for each item that waits: of several items of an issue, one may wait for its project's blockers alone.
    waits_of_items: HashMap<ChainNode, Vec<usize>>,
    /// For each node, those that wait for it.
    unblocks: Vec<Vec<usize>>,
    longest: Vec<usize>,
    /// The nodes of `longest`, for lookup.
    critical: HashSet<usize>,
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
        for item in board.items().filter(|item| item.is_left() && !item.blocked_by.is_empty()) {
            let blockers: Vec<_> = item.blocked_by.iter().flat_map(|target| chains.blockers(board, target)).collect();
            let blockers = chains.add(chains.node(item), blockers);
            chains.waits_of_items.insert(ChainNode::of(item), blockers);
        }
        chains.longest = chains.find_longest();
        chains.critical = chains.longest.iter().copied().collect();
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
        self.listed(self.at.get(&self.node(item)).and_then(|&at| self.unblocks.get(at)))
    }

    /// Returns what an item waits for, in the order of the file.
    pub fn waits_for(&self, item: &ItemRow) -> Vec<&ChainNode> {
        self.listed(self.waits_of_items.get(&ChainNode::of(item)))
    }

    /// Returns the longest chain, with what must end first in front; empty if nothing waits.
    pub fn longest(&self) -> Vec<&ChainNode> {
        self.longest.iter().filter_map(|&at| self.nodes.get(at)).collect()
    }

    /// Returns the place of an item in the longest chain, from 0.
    pub fn place_in_longest(&self, item: &ItemRow) -> Option<usize> {
        let node = self.at.get(&self.node(item))?;
        self.longest.iter().position(|at| at == node)
    }

    /// Whether an item is part of the longest chain.
    pub fn is_critical(&self, item: &ItemRow) -> bool {
        self.at.get(&self.node(item)).is_some_and(|at| self.critical.contains(at))
    }

    fn listed(&self, edges: Option<&Vec<usize>>) -> Vec<&ChainNode> {
        edges.into_iter().flatten().filter_map(|&at| self.nodes.get(at)).collect()
    }

    /// Adds the edges of an item to its node, each once, and returns the blockers of the item.
    fn add(&mut self, waiter: ChainNode, blockers: Vec<ChainNode>) -> Vec<usize> {
        let waiter = self.index(waiter);
        let mut own = HashSet::from([waiter]);
        let blockers: Vec<_> = blockers.into_iter().map(|blocker| self.index(blocker)).collect();
        let blockers: Vec<_> = blockers.into_iter().filter(|&blocker| own.insert(blocker)).collect();
        // Another item of the issue may have added some of them.
        let known: HashSet<_> = self.waits.get(waiter).into_iter().flatten().copied().collect();
        for &blocker in blockers.iter().filter(|blocker| !known.contains(blocker)) {
            self.waits.get_mut(waiter).into_iter().for_each(|waits| waits.push(blocker));
            self.unblocks.get_mut(blocker).into_iter().for_each(|unblocks| unblocks.push(waiter));
        }
        blockers
    }

    fn index(&mut self, node: ChainNode) -> usize {
        if let Some(&at) = self.at.get(&node) {
            return at;
        }
        self.nodes.push(node.clone());
        self.waits.push(Vec::new());
        self.unblocks.push(Vec::new());
        self.at.insert(node, self.nodes.len() - 1);
        self.nodes.len() - 1
    }

    fn find_longest(&self) -> Vec<usize> {
        let mut longest = Longest { waits: &self.waits, depths: vec![Depth::New; self.nodes.len()] };
        (0..self.nodes.len()).for_each(|at| longest.measure(at));
        longest.chain()
    }
}

/// Search for the longest chain below each node.
struct Longest<'c> {
    waits: &'c [Vec<usize>],
    depths: Vec<Depth>,
}

#[derive(Clone, Copy)]
enum Depth {
    New,
    /// On the current path.
    Open,
    /// How many nodes the longest chain has, this one included, and the next of them.
    Known(usize, Option<usize>),
}

impl Longest<'_> {
    /// Walks without recursion, since a chain may be as long as the file. A circle, which the reader refuses within a
    /// file, is cut where it closes.
    fn measure(&mut self, start: usize) {
        let mut path = vec![start];
        while let Some(&at) = path.last() {
            match self.depths.get(at) {
                Some(Depth::New) => {
                    self.set(at, Depth::Open);
                    path.extend(self.below(at).filter(|&below| matches!(self.depths.get(below), Some(Depth::New))));
                }
                Some(Depth::Open) => {
                    let known = self.below(at).filter_map(|below| Some((self.known(below)?, below)));
                    // Of chains of the same length, the first in the file.
                    let best = known.rev().max_by_key(|(depth, _)| *depth);
                    self.set(at, Depth::Known(best.map_or(0, |(depth, _)| depth) + 1, best.map(|(_, below)| below)));
                    path.pop();
                }
                Some(Depth::Known(..)) | None => {
                    path.pop();
                }
            }
        }
    }

    fn below(&self, at: usize) -> impl DoubleEndedIterator<Item = usize> + use<'_> {
        self.waits.get(at).into_iter().flatten().copied()
    }

    fn known(&self, at: usize) -> Option<usize> {
        match self.depths.get(at) {
            Some(Depth::Known(depth, _)) => Some(*depth),
            Some(Depth::New | Depth::Open) | None => None,
        }
    }

    fn set(&mut self, at: usize, to: Depth) {
        if let Some(depth) = self.depths.get_mut(at) {
            *depth = to;
        }
    }

    /// The longest chain of all, with what must end first in front.
    fn chain(&self) -> Vec<usize> {
        let ends = (0..self.depths.len()).rev();
        let mut next = ends.max_by_key(|&at| self.known(at));
        let mut chain = Vec::new();
        while let Some(at) = next {
            chain.push(at);
            next = match self.depths.get(at) {
                Some(Depth::Known(_, via)) => *via,
                Some(Depth::New | Depth::Open) | None => None,
            };
        }
        chain.reverse();
        // An item that waits only for a project without items is alone.
        if chain.len() < 2 { Vec::new() } else { chain }
    }
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
