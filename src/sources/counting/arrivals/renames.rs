//! Rename detection by content, as in Git: finds the old path of each renamed file.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::FileLines;
use crate::domain::Text;

/// The maximum number of file pairs compared line by line; with more, only exact renames are found.
const MOST_PAIRS: usize = 10_000;

/// Maps the new path of every renamed file to its old one: the file with the same lines, else the one with the most
/// lines in common. At least half must be the same, as in Git.
pub(super) fn find(old: &HashMap<Text, FileLines>, new: &HashMap<Text, FileLines>) -> HashMap<Text, Text> {
    let (mut removed, mut added) = (alone(old), alone(new));
    let mut renamed = HashMap::new();
    added.retain(|(path, lines)| {
        let Some(at) = removed.iter().position(|(_, old)| old == lines) else { return true };
        renamed.insert((*path).clone(), removed.remove(at).0.clone());
        false
    });
    if removed.len() * added.len() > MOST_PAIRS {
        return renamed;
    }
    let counts: Vec<HashMap<&str, usize>> = removed.iter().map(|(_, lines)| count(lines)).collect();
    let mut pairs: Vec<(usize, &Text, &Text)> = Vec::new();
    for (new_path, lines) in &added {
        let own = count(lines);
        for ((old_path, old), counts) in removed.iter().zip(&counts) {
            let common: usize = own.iter().map(|(line, n)| *n.min(counts.get(line).unwrap_or(&0))).sum();
            let percent = 200 * common / (lines.len() + old.len()).max(1);
            pairs.extend((percent >= 50).then_some((percent, *new_path, *old_path)));
        }
    }
    pairs.sort_unstable_by_key(|(percent, new, old)| (Reverse(*percent), *new, *old));
    let mut taken: Vec<&Text> = Vec::new();
    for (_, new, old) in pairs {
        if !renamed.contains_key(new) && !taken.contains(&old) {
            renamed.insert(new.clone(), old.clone());
            taken.push(old);
        }
    }
    renamed
}

/// Returns the files whose paths the other commit lacks, by path.
fn alone(files: &HashMap<Text, FileLines>) -> Vec<(&Text, &[String])> {
    let alone = files.iter().filter(|(_, file)| file.is_alone);
    let mut alone: Vec<_> = alone.map(|(path, file)| (path, file.lines.as_slice())).collect();
    alone.sort_unstable_by_key(|(path, _)| *path);
    alone
}

fn count(lines: &[String]) -> HashMap<&str, usize> {
    let mut counts = HashMap::new();
    for line in lines {
        *counts.entry(line.as_str()).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(files: &[(&str, &str, bool)]) -> HashMap<Text, FileLines> {
        let file = |(path, text, is_alone): &(&str, &str, bool)| {
            ((*path).into(), FileLines { lines: text.lines().map(str::to_owned).collect(), is_alone: *is_alone })
        };
        files.iter().map(file).collect()
    }

    #[test]
    fn a_renamed_file_is_the_one_with_the_same_lines_or_most_of_them() {
        let old =
            files(&[("a", "1\n2\n3\n4", true), ("b", "1\n2\n3", true), ("c", "x\ny", true), ("d", "1\n2\n3", false)]);
        let new = files(&[("p", "1\n2\n3", true), ("q", "0\n2\n3\n4", true), ("r", "x\n8\n9", true)]);
        let mut found: Vec<_> = find(&old, &new).into_iter().map(|(new, old)| format!("{old} {new}")).collect();
        found.sort_unstable();
        assert_eq!(found, ["a q", "b p"]);
    }
}
