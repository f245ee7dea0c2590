//! Groups values by key, in the order in which the keys first appear.

use std::collections::HashMap;
use std::hash::Hash;

/// Groups values by key, keeping the order of keys and values.
pub fn grouped<K: Eq + Hash + Clone, V>(pairs: impl IntoIterator<Item = (K, V)>) -> Vec<(K, Vec<V>)> {
    let mut groups: Vec<(K, Vec<V>)> = Vec::new();
    let (mut places, mut place) = (HashMap::new(), usize::MAX);
    for (key, value) in pairs {
        // Most values belong to the same group as the one before.
        if groups.get(place).is_none_or(|(own, _)| *own != key) {
            place = *places.entry(key.clone()).or_insert(groups.len());
        }
        match groups.get_mut(place) {
            Some((_, values)) => values.push(value),
            None => groups.push((key, vec![value])),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn groups_and_their_values_keep_their_order() {
        let words = ["b1", "a1", "b2", "b3", "c1", "a2"].map(|word| word.split_at(1));
        assert_eq!(grouped(words), [("b", vec!["1", "2", "3"]), ("a", vec!["1", "2"]), ("c", vec!["1"])]);
    }
}
