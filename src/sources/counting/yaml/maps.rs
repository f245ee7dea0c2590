//! YAML merge keys: the maps of a document with merges resolved.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use super::{NodeId, YamlTree, YamlValue};

/// The maximum nesting depth of a document.
pub(super) const DEEPEST: u32 = 400;

type MergedPairs = Rc<Vec<(NodeId, NodeId)>>;

/// The maps of a document with their merge keys resolved.
#[derive(Debug)]
pub(crate) struct Maps<'a, 't> {
    pub(super) tree: &'a YamlTree<'t>,
    /// The resolved pairs by node, with the last of duplicate keys.
    merged: RefCell<Vec<Option<MergedPairs>>>,
    /// The places of the keys among the pairs, of maps in which a key was looked up by [`Maps::pair`].
    places: RefCell<HashMap<NodeId, HashMap<&'a str, usize>>>,
    pub(super) depth: Cell<u32>,
}

impl<'a, 't> Maps<'a, 't> {
    /// Creates a resolver; maps are resolved on first use.
    pub(crate) fn new(tree: &'a YamlTree<'t>) -> Self {
        let merged = RefCell::new(vec![None; tree.nodes.len()]);
        Self { tree, merged, places: RefCell::default(), depth: Cell::new(0) }
    }

    /// Returns the value of a key of a map.
    pub(crate) fn get(&self, map: NodeId, key: &str) -> Option<NodeId> {
        let is_key = |id: NodeId| self.tree.scalar(id).is_some_and(|scalar| scalar.text == key && !scalar.is_null);
        let Some(YamlValue::Map(own)) = self.tree.kind(map) else { return None };
        // The last of duplicate keys wins, and own keys win over merged ones.
        let found = own.iter().rfind(|(id, _)| is_key(*id)).map(|(_, value)| *value);
        if found.is_some() || !own.iter().any(|(id, _)| self.is_merge(*id)) {
            return found;
        }
        self.pairs(map).iter().find(|(id, _)| is_key(*id)).map(|(_, value)| *value)
    }

    /// Finds a key and its value in a map in which every key may be looked up.
    pub(super) fn pair(&self, map: NodeId, key: &str) -> Option<(NodeId, NodeId)> {
        let (pairs, tree) = (self.pairs(map), self.tree);
        let place = |(place, (key, _)): (usize, &(NodeId, NodeId))| Some((tree.scalar(*key)?.text.as_ref(), place));
        let mut all = self.places.borrow_mut();
        let places = all.entry(map).or_insert_with(|| pairs.iter().enumerate().filter_map(place).collect());
        pairs.get(*places.get(key)?).copied()
    }

    fn is_merge(&self, key: NodeId) -> bool {
        self.tree.scalar(key).is_some_and(|scalar| scalar.is_merge)
    }

    /// Returns the pairs of a map, merged as in YAML 1.1: own keys win over merged ones, an earlier map of a list over
    /// a later one, and the last of duplicate keys over the others.
    pub(crate) fn pairs(&self, map: NodeId) -> MergedPairs {
        if let Some(Some(known)) = self.merged.borrow().get(map) {
            return Rc::clone(known);
        }
        // Marks the map as resolved first, so that one that merges itself ends.
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

    /// Runs a step one level deeper, unless the limit is reached: chained aliases could overflow the stack.
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
