//! Arrivals: the units of a commit that an earlier one did not have.
//!
//! A line diff of each changed or renamed file pairs the units on unchanged lines. Those that remain may have moved
//! within their file or to another, and are matched by name, or by the text of their line.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use similar::DiffOp;
use similar::algorithms::{Capture, Compact, Replace, myers};

use super::text::as_text;
use super::{CheckoutError, CheckoutReader, Listing};
use crate::domain::clean::clean_line;
use crate::domain::tally::OWNER;
use crate::domain::{Text, Unit, UnitState};

/// The time limit for finding a minimal diff of a file; after that a larger diff is used.
const PATIENCE: Duration = Duration::from_millis(200);

/// The content of the files that differ between two commits, by path.
pub(super) type ChangedFiles = HashMap<Text, Vec<u8>>;

/// The lines of these files.
type FileLines = HashMap<Text, Vec<String>>;

impl CheckoutReader {
    /// Returns the `units`, all from `head`, that have no counterpart among the wanted units of `base`.
    pub fn arrivals(
        &mut self,
        (base, head): (&Listing, &Listing),
        rule: usize,
        units: Vec<Unit>,
        is_wanted: impl Fn(UnitState) -> bool,
    ) -> Result<Vec<Unit>, CheckoutError> {
        let before = self.units(base, rule, is_wanted)?;
        let (old, new) = self.changed_files(base, head, rule)?;
        let has_text = self.reads_lines(rule);
        let sizes = |files: &ChangedFiles| self.unit_counts(rule, files);
        let now = CommitUnits { units, sizes: sizes(&new), files: new };
        let before = CommitUnits { units: before, sizes: sizes(&old), files: old };
        Ok(not_in(now, before, &self.renamed(base, head, rule)?, has_text))
    }

    /// Maps the new path of every file that a rule reads and that was renamed to its old one.
    fn renamed(&self, base: &Listing, head: &Listing, rule: usize) -> Result<HashMap<Text, Text>, CheckoutError> {
        let (Some(repository), Some(base), Some(head)) = (self.checkout().repository(), &base.commit, &head.commit)
        else {
            return Ok(HashMap::new());
        };
        let paths = self.sources.get(rule).map(|source| source.place().pathspecs()).unwrap_or_default();
        let path = |path: String| Text::from(clean_line(&path));
        let renames = repository.renames(&base.id, head, &paths)?.into_iter();
        Ok(renames.map(|rename| (path(rename.to), path(rename.from))).collect())
    }
}

/// The units of a commit, and the files that differ from the other commit.
struct CommitUnits {
    units: Vec<Unit>,
    files: ChangedFiles,
    /// The number of units of any state in each file.
    sizes: HashMap<Text, usize>,
}

/// The key by which a moved unit is recognised: its name, and details where the name is not specific.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Identity {
    name: Text,
    detail: String,
}

impl Identity {
    fn is_empty(&self) -> bool {
        self.name.is_empty() && self.detail.is_empty()
    }
}

/// A unit without a counterpart so far.
struct Unpaired {
    unit: Unit,
    identity: Identity,
}

fn not_in(new: CommitUnits, old: CommitUnits, renamed: &HashMap<Text, Text>, has_text: bool) -> Vec<Unit> {
    let lines_of = |files: &ChangedFiles| -> FileLines {
        files.iter().map(|(path, bytes)| (path.clone(), lines(bytes))).collect()
    };
    let (old_lines, new_lines) = (lines_of(&old.files), lines_of(&new.files));
    let before = |path: &Text| renamed.get(path).unwrap_or(path).clone();
    let after: HashMap<&Text, &Text> = renamed.iter().map(|(new, old)| (old, new)).collect();
    // Units in unchanged files are never new.
    let candidates = |units: Vec<Unit>, files: &FileLines| -> Vec<Unpaired> {
        let candidate = |unit: Unit| {
            let lines = files.get(&unit.path)?;
            Some(Unpaired { identity: identity(&unit, has_text.then_some(lines)), unit })
        };
        units.into_iter().filter_map(candidate).collect()
    };
    let (old_sizes, new_sizes) = (old.sizes, new.sizes);
    let mut old = candidates(old.units, &old_lines);
    let mut new = candidates(new.units, &new_lines);
    let moved_lines =
        |(path, new): (&Text, &Vec<String>)| Some((path.clone(), same_lines(old_lines.get(&before(path))?, new)));
    let moves: HashMap<Text, HashMap<u32, u32>> = new_lines.iter().filter_map(moved_lines).collect();
    pair(
        &mut new,
        &mut old,
        |new| {
            let line = moves.get(&new.unit.path)?.get(&new.unit.line?)?;
            Some((before(&new.unit.path), Some(*line), new.unit.name.clone()))
        },
        |old| Some((old.unit.path.clone(), old.unit.line, old.unit.name.clone())),
    );
    pair(
        &mut new,
        &mut old,
        |new| Some((before(&new.unit.path), new.identity.clone())),
        |old| Some((old.unit.path.clone(), old.identity.clone())),
    );
    // Entries in many files share their names, so one counts as moved only if the old file lost an entry and the new
    // file gained one.
    let size = |sizes: &HashMap<Text, usize>, path: &Text| sizes.get(path).copied().unwrap_or(0);
    let is_less = |old: &Text| size(&new_sizes, after.get(old).unwrap_or(&old)) < size(&old_sizes, old);
    let is_more = |new: &Text| size(&new_sizes, new) > size(&old_sizes, &before(new));
    let anywhere = |one: &Unpaired| Some(one.identity.clone()).filter(|identity| !identity.is_empty());
    pair(
        &mut new,
        &mut old,
        |new| anywhere(new).filter(|_| has_text || is_more(&new.unit.path)),
        |old| anywhere(old).filter(|_| has_text || is_less(&old.unit.path)),
    );
    new.into_iter().map(|one| one.unit).collect()
}

/// Removes units with equal keys from both sides, one for one.
fn pair<K: Eq + std::hash::Hash>(
    new: &mut Vec<Unpaired>,
    old: &mut Vec<Unpaired>,
    new_key: impl Fn(&Unpaired) -> Option<K>,
    old_key: impl Fn(&Unpaired) -> Option<K>,
) {
    let mut counts: HashMap<K, (usize, usize)> = HashMap::new();
    for key in old.iter().filter_map(&old_key) {
        counts.entry(key).or_default().0 += 1;
    }
    new.retain(|one| match new_key(one).and_then(|key| counts.get_mut(&key)) {
        Some((known, met)) if *met < *known => {
            *met += 1;
            false
        }
        Some(_) | None => true,
    });
    old.retain(|one| match old_key(one).and_then(|key| counts.get_mut(&key)) {
        Some((_, met)) if *met > 0 => {
            *met -= 1;
            false
        }
        Some(_) | None => true,
    });
}

/// Returns the identity of a unit: the line of a text is part of it, and so are all fields of an entry without a name.
fn identity(unit: &Unit, lines: Option<&Vec<String>>) -> Identity {
    let line = || lines?.get(usize::try_from(unit.line?).ok()?.checked_sub(1)?).map(|line| line.trim().to_owned());
    let fields = || {
        let fields = unit.fields.iter().filter(|field| field.key != OWNER);
        fields
            .flat_map(|field| std::iter::once(&field.key).chain(&field.values))
            .map(Text::as_str)
            .collect::<Vec<_>>()
            .join("\0")
    };
    let detail = line().unwrap_or_else(|| if unit.name.is_empty() { fields() } else { String::new() });
    Identity { name: unit.name.clone(), detail }
}

fn lines(bytes: &[u8]) -> Vec<String> {
    let bytes = as_text(bytes);
    bytes.split(|byte| *byte == b'\n').map(|line| String::from_utf8_lossy(line).into_owned()).collect()
}

/// Maps each unchanged line of the new version to its line in the old one, both from 1.
fn same_lines(old: &[String], new: &[String]) -> HashMap<u32, u32> {
    let mut changes = Compact::new(Replace::new(Capture::new()), old, new);
    let until = Instant::now().checked_add(PATIENCE);
    let Ok(()) = myers::diff_deadline(&mut changes, old, 0..old.len(), new, 0..new.len(), until);
    let mut same = HashMap::new();
    for op in changes.into_inner().into_inner().into_ops() {
        if let DiffOp::Equal { old_index, new_index, len } = op {
            let pairs = (new_index + 1..).zip(old_index + 1..).take(len);
            same.extend(pairs.filter_map(|(new, old)| Some((u32::try_from(new).ok()?, u32::try_from(old).ok()?))));
        }
    }
    same
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit((path, line, name): (&str, u32, &str)) -> Unit {
        Unit { name: name.into(), path: path.into(), line: Some(line), fields: Vec::new(), state: UnitState::Left }
    }

    fn side(units: &[(&str, u32, &str)], files: &[(&str, &str)]) -> CommitUnits {
        let files = files.iter().map(|(path, text)| ((*path).into(), text.as_bytes().to_vec())).collect();
        let mut sizes: HashMap<Text, usize> = HashMap::new();
        for (path, ..) in units {
            *sizes.entry((*path).into()).or_default() += 1;
        }
        CommitUnits { units: units.iter().copied().map(unit).collect(), files, sizes }
    }

    fn places(new: CommitUnits, old: CommitUnits, has_text: bool) -> Vec<String> {
        not_in(new, old, &HashMap::new(), has_text)
            .iter()
            .map(|unit| format!("{} {}", unit.place(), unit.name))
            .collect()
    }

    #[test]
    fn unchanged_and_moved_units_are_not_new() {
        let old = side(&[("a", 1, "x"), ("a", 2, "x"), ("b", 1, "y")], &[("a", "x\nx"), ("b", "y")]);
        let now = [("a", 1, "x"), ("a", 2, "x"), ("a", 3, "x"), ("c", 1, "y"), ("c", 2, "z")];
        let new = side(&now, &[("a", "x\nx\nx"), ("c", "y\nz")]);
        assert_eq!(places(new, old, true), ["a:3 x", "c:2 z"]);
    }

    #[test]
    fn among_equal_units_the_one_on_an_added_line_is_new() {
        let old = || side(&[("a", 2, "old_api")], &[("a", "fine\nold_api(1)\nfine\n")]);
        let text = "old_api(2)\nfine\nold_api(1)\nfine\n";
        let new = side(&[("a", 1, "old_api"), ("a", 3, "old_api")], &[("a", text)]);
        assert_eq!(places(new, old(), true), ["a:1 old_api"]);
        let entries = "- old_api(1)\nfine\nold_api(1)\nfine\n";
        assert_eq!(
            places(
                side(&[("a", 1, ""), ("a", 3, "")], &[("a", entries)]),
                side(&[("a", 2, "")], &[("a", "fine\nold_api(1)\nfine\n")]),
                false
            ),
            ["a:1 "]
        );
    }

    #[test]
    fn a_match_on_a_different_line_of_another_file_is_new() {
        let old = side(&[("a", 1, "old_api"), ("a", 2, "old_api")], &[("a", "old_api(1)\nold_api(2)\n"), ("b", "")]);
        let new =
            side(&[("b", 1, "old_api"), ("b", 2, "old_api")], &[("a", ""), ("b", "y = old_api(7)\n  old_api(2)\n")]);
        assert_eq!(places(new, old, true), ["b:1 old_api"]);
    }
}
