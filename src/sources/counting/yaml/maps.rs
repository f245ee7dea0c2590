//! Maps of a document with their merge keys resolved.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use super::{NodeId, YamlTree, YamlValue};

/// Steps from a document to its innermost value at most.
pub(super) const DEEPEST: u32 = 400;

type MergedPairs = Rc<Vec<(NodeId, NodeId)>>;

/// The maps of a document with their merge keys resolved.
#[derive(Debug)]
pub(crate) struct Maps<'a, 't> {
    pub(super) tree: &'a YamlTree<'t>,
    /// Those that were resolved, by their number, the last of equal keys kept.
    merged: RefCell<Vec<Option<MergedPairs>>>,
    pub(super) depth: Cell<u32>,
}

impl<'a, 't> Maps<'a, 't> {
    /// Begins with nothing resolved.
    pub(crate) fn new(tree: &'a YamlTree<'t>) -> Self {
        Self { tree, merged: RefCell::new(vec![None; tree.nodes.len()]), depth: Cell::new(0) }
    }

    /// Returns the value of a key of a map.
    pub(crate) fn get(&self, map: NodeId, key: &str) -> Option<NodeId> {
        let is_key = |id: NodeId| self.tree.scalar(id).is_some_and(|scalar| scalar.text == key && !scalar.is_null);
        let Some(YamlValue::Map(own)) = self.tree.kind(map) else { return None };
        // The last of equal keys counts, and the map's own count before those that are merged in.
        let found = own.iter().rfind(|(id, _)| is_key(*id)).map(|(_, value)| *value);
        if found.is_some() || !own.iter().any(|(id, _)| self.is_merge(*id)) {
            return found;
        }
        self.pairs(map).iter().find(|(id, _)| is_key(*id)).map(|(_, value)| *value)
    }

    fn is_merge(&self, key: NodeId) -> bool {
        self.tree.scalar(key).is_some_and(|scalar| scalar.is_merge)
    }

    /// Returns the pairs of a map as YAML 1.1 merges them: keys of the map win over what is
    /// merged in, an earlier map of a list over a later one, the last of equal keys over the others.
    pub(crate) fn pairs(&self, map: NodeId) -> MergedPairs {
        if let Some(Some(known)) = self.merged.borrow().get(map) {
            return Rc::clone(known);
        }
        // A map that merges itself finds nothing in itself.
        self.keep(map, &MergedPairs::default());
        let pairs = Rc::new(self.deeper(|| self.resolve(map)));
        self.keep(map, &pairs);
        pairs
    }

    fn keep(&self, map: NodeId, pairs: &MergedPairs) {
        if let Some(place) = self.merged.borrow_mut().get_mut(map) {
            *place = Some(Rc::clone(pairs));
        }
    }

    fn resolve(&self, map: NodeId) -> Vec<(NodeId, NodeId)> {
        let Some(YamlValue::Map(own)) = self.tree.kind(map) else { return Vec::new() };
        let mut all: Vec<(NodeId, NodeId)> = Vec::new();
        for (_, source) in own.iter().filter(|(key, _)| self.is_merge(*key)) {
            let one = [*source];
            let sources = self.tree.list(*source).unwrap_or(&one);
            sources.iter().rev().for_each(|source| all.extend(self.pairs(*source).iter()));
        }
        all.extend(own.iter().filter(|(key, _)| !self.is_merge(*key)));
        self.last_of_each(all)
    }

    fn last_of_each(&self, pairs: Vec<(NodeId, NodeId)>) -> Vec<(NodeId, NodeId)> {
        let name = |key: NodeId| self.tree.scalar(key).map(|scalar| (scalar.text.as_ref(), scalar.is_null));
        let mut kept: Vec<(NodeId, NodeId)> = Vec::with_capacity(pairs.len());
        let mut places: HashMap<(&str, bool), usize> = HashMap::new();
        for (key, value) in pairs {
            let Some(name) = name(key) else { continue };
            if let Some(pair) = places.get(&name).and_then(|place| kept.get_mut(*place)) {
                *pair = (key, value);
            } else {
                places.insert(name, kept.len());
                kept.push((key, value));
            }
        }
        kept
    }

    /// Goes one step down; aliases can be chained deeper than any stack.
    pub(crate) fn deeper<T: Default>(&self, step: impl FnOnce() -> T) -> T {
        if self.depth.get() >= DEEPEST {
            return T::default();
        }
        self.depth.set(self.depth.get() + 1);
        let value = step();
        self.depth.set(self.depth.get() - 1);
        value
    }
}
