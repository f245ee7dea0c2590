//! Matches the path of a changed file to a box.

use super::words;

/// A change that touches more boxes than this is not attributed to any.
pub(super) const MAX_BOXES: usize = 3;

/// Deeper segments of a path are ignored.
const MAX_DEPTH: usize = 16;

/// Looks up the runs of segments of a path, longest first. Returns the first match, and whether that run is a path or
/// file name rather than a plain word.
pub(super) fn longest<T>(path: &str, lookup: impl Fn(&str) -> Option<T>) -> Option<(T, bool)> {
    let parts: Vec<&str> = path.split('/').take(MAX_DEPTH).collect();
    let keys: Vec<String> = parts.iter().map(|part| words::key(part)).collect();
    let mut runs =
        (1..=parts.len()).rev().flat_map(|length| (0..=parts.len() - length).rev().map(move |start| (start, length)));
    runs.find_map(|(start, length)| {
        let found = lookup(&keys.get(start..start + length)?.join("/"))?;
        let is_named = parts.get(start).is_some_and(|part| words::is_identifier(part));
        Some((found, length > 1 || is_named))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_run_of_segments_wins() {
        let known = |key: &str| ["filters/http/cors", "cors", "role", "ir.py"].into_iter().find(|own| *own == key);
        assert_eq!(longest("source/filters/http/cors/config.cc", known), Some(("filters/http/cors", true)));
        assert_eq!(longest("torch/ir.py", known), Some(("ir.py", true)));
        assert_eq!(longest("pkg/role/strategy.go", known), Some(("role", false)));
        assert_eq!(longest("pkg/pod/strategy.go", known), None);
    }
}
