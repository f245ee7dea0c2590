//! Cycles in a directed graph.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::Hash;

/// A directed graph with its cycles.
#[derive(Debug)]
pub struct Circles<N> {
    next: HashMap<N, Vec<N>>,
    /// The number of each node's strongly connected component.
    component: HashMap<N, usize>,
}

impl<N: Copy + Eq + Hash> Circles<N> {
    /// Finds the strongly connected components of the graph in linear time (Kosaraju's algorithm).
    pub fn of(edges: &[(N, N)]) -> Self {
        let next = neighbours(edges.iter().copied());
        let before = neighbours(edges.iter().map(|(from, to)| (*to, *from)));
        let mut component = HashMap::new();
        for (number, root) in post_order(edges, &next).into_iter().rev().enumerate() {
            let mut open = vec![root];
            while let Some(node) = open.pop() {
                if let Entry::Vacant(free) = component.entry(node) {
                    free.insert(number);
                    open.extend(before.get(&node).into_iter().flatten());
                }
            }
        }
        Self { next, component }
    }

    /// Whether an edge of the graph is part of a cycle.
    pub fn has(&self, from: N, to: N) -> bool {
        let component = self.component.get(&from);
        component.is_some() && component == self.component.get(&to)
    }

    /// Returns the nodes of a shortest cycle that starts with an edge of the graph; `None` if there is none.
    pub fn through(&self, from: N, to: N) -> Option<Vec<N>> {
        if !self.has(from, to) {
            return None;
        }
        let mut before = HashMap::from([(to, from)]);
        let mut open = VecDeque::from([to]);
        while !before.contains_key(&from) {
            let node = open.pop_front()?;
            for next in self.next.get(&node).into_iter().flatten().filter(|next| self.has(node, **next)) {
                before.entry(*next).or_insert_with(|| {
                    open.push_back(*next);
                    node
                });
            }
        }
        let mut circle = Vec::new();
        let mut node = from;
        while let Some(step) = before.remove(&node) {
            circle.push(step);
            node = step;
        }
        circle.reverse();
        Some(circle)
    }
}

/// Returns the targets of the edges from each node, in order.
pub fn neighbours<N: Eq + Hash>(edges: impl Iterator<Item = (N, N)>) -> HashMap<N, Vec<N>> {
    let mut all: HashMap<N, Vec<N>> = HashMap::new();
    for (from, to) in edges {
        all.entry(from).or_default().push(to);
    }
    all
}

/// Returns the nodes in depth-first post-order. Not recursive, since a path may be as long as a file.
pub(crate) fn post_order<N: Copy + Eq + Hash>(edges: &[(N, N)], next: &HashMap<N, Vec<N>>) -> Vec<N> {
    let (mut seen, mut left) = (HashSet::new(), Vec::new());
    for (start, _) in edges {
        let mut path: Vec<(N, usize)> = seen.insert(*start).then_some((*start, 0)).into_iter().collect();
        while let Some((node, at)) = path.last_mut() {
            if let Some(to) = next.get(node).and_then(|next| next.get(*at)) {
                *at += 1;
                path.extend(seen.insert(*to).then_some((*to, 0)));
            } else {
                left.push(*node);
                path.pop();
            }
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_edges_with_a_way_back_are_on_a_cycle() {
        // Two cycles, an edge from one to the other, and an edge into the first.
        let circles = Circles::of(&[(0, 1), (1, 2), (2, 1), (2, 3), (3, 4), (4, 3)]);
        assert!(circles.has(1, 2) && circles.has(3, 4));
        assert!(!circles.has(0, 1) && !circles.has(2, 3));
        assert_eq!(circles.through(0, 1), None);
    }

    #[test]
    fn the_shortest_cycle_through_an_edge_is_found() {
        let circles = Circles::of(&[(0, 1), (1, 2), (2, 3), (3, 0), (2, 0), (7, 7)]);
        assert_eq!(circles.through(0, 1), Some(vec![0, 1, 2]));
        assert_eq!(circles.through(3, 0), Some(vec![3, 0, 1, 2]));
        assert_eq!(circles.through(7, 7), Some(vec![7]));
    }
}
