//! Aliases of a box: suffixes of its path, its file name without extension, and the part that its siblings do not
//! share.

use std::collections::{BTreeMap, BTreeSet};

use super::words::{self, TextWord, is_distinctive};

/// File extensions that people omit.
const ENDINGS: [&str; 34] = [
    "adoc", "bash", "c", "cc", "cpp", "cs", "css", "go", "gradle", "h", "hpp", "html", "java", "js", "json", "jsx",
    "kt", "kts", "md", "mjs", "php", "proto", "py", "pyi", "rb", "rs", "rst", "scss", "sh", "swift", "toml", "ts",
    "tsx", "yaml",
];

/// Top-level domains: parts of host names are not aliases.
const HOSTS: [&str; 7] = ["io", "org", "com", "net", "dev", "cloud", "sh"];

/// Separators inside a name.
const SEPARATORS: [char; 3] = ['-', '_', '.'];

/// Returns the aliases of a name as comparison keys, without the name itself.
pub(super) fn of(raw: &str) -> Vec<String> {
    let mut found = Vec::new();
    let raw = raw.trim_start_matches('@');
    let mut rest = Some(raw);
    while let Some(name) = rest {
        found.push(words::key(name));
        found.extend(
            without_ending(name)
                .into_iter()
                .flat_map(|stem| [Some(stem), without_kind(stem)])
                .flatten()
                .map(words::key),
        );
        found.extend(dotted_ends(name).map(words::key));
        rest = name.split_once('/').map(|(_, behind)| behind);
    }
    found.extend(code_without_lead(raw));
    found.retain(|key| key.len() > 1 && *key != words::key(raw));
    found
}

/// A rule code without the prefix of its linter: `w0244` for `PLW0244`.
fn code_without_lead(raw: &str) -> Option<String> {
    let (letters, ..) =
        words::code(raw).filter(|(letters, digits, _)| words::is_in_capitals(letters) && *digits > 2)?;
    raw.get(letters.len() - 1..).map(words::key)
}

/// The name of a group without its kind: `node` for `sig-node`.
pub(super) fn without_group_kind(raw: &str) -> Option<&str> {
    ["sig-", "wg-", "team-"].iter().find_map(|kind| raw.strip_prefix(kind))
}

/// The file name without its extension.
pub(super) fn without_ending(name: &str) -> Option<&str> {
    let (stem, ending) = name.rsplit_once('.')?;
    let is_ending = ENDINGS.contains(&ending.to_ascii_lowercase().as_str());
    (is_ending && stem.chars().any(char::is_alphanumeric)).then_some(stem)
}

/// Strips the suffix `module`: `_bz2` for `_bz2module`.
fn without_kind(stem: &str) -> Option<&str> {
    stem.strip_suffix("module").map(|name| name.trim_end_matches(['_', '-'])).filter(|name| name.len() > 2)
}

/// The suffixes of a dotted name: `cluster.dbscan` and `dbscan` for `sklearn.cluster.dbscan`.
fn dotted_ends(name: &str) -> impl Iterator<Item = &str> {
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_name = !name.contains('/') && !HOSTS.contains(&last) && without_ending(name).is_none();
    let ends = name.match_indices('.').filter_map(|(at, _)| name.get(at + 1..));
    ends.filter(move |end| is_name && end.len() > 1 && !end.starts_with(|c: char| c.is_ascii_digit()))
}

/// All runs of folders above the file of a path; for a dotted name, its prefixes.
pub(super) fn folders(raw: &str) -> Vec<String> {
    let Some((folder, _)) = raw.trim_start_matches(['@', '.', '/']).rsplit_once('/') else { return beginnings(raw) };
    // In `tests/controller.TestConfig`, `tests/controller` is a folder as well.
    let file = raw.rsplit('/').next().unwrap_or_default();
    let dotted = file.split_once('.').map(|(start, _)| start).filter(|_| without_ending(file).is_none());
    let parts = folder.split('/').chain(dotted).map(words::key);
    let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    let ends = 1..=parts.len();
    ends.flat_map(|end| {
        (0..end).filter_map(|start| parts.get(start..end)).map(|part| part.join("/")).collect::<Vec<_>>()
    })
    .collect()
}

/// The prefixes of a dotted name: `sklearn.tree` and `tree` for `sklearn.tree.plot_tree`.
fn beginnings(name: &str) -> Vec<String> {
    let last = name.rsplit('.').next().unwrap_or_default();
    if HOSTS.contains(&last) || without_ending(name).is_some() {
        return Vec::new();
    }
    let cuts = name.match_indices('.').skip(1).filter_map(|(at, _)| name.get(..at));
    let starts = cuts.filter(|start| !start.ends_with(|c: char| c.is_ascii_digit()));
    starts.flat_map(|start| [Some(start), start.rsplit('.').next()]).flatten().map(words::key).collect()
}

/// The suffix that a name does not share with its siblings: `aws` for `provider-aws` beside `provider-gcp`.
pub(super) fn unshared_suffix<'n>(name: &'n str, names: &[&str]) -> Option<&'n str> {
    let cuts = name.char_indices().filter(|(_, c)| SEPARATORS.contains(c)).map(|(at, c)| at + c.len_utf8());
    let is_shared = |cut: &usize| {
        name.get(..*cut).is_some_and(|start| names.iter().any(|other| *other != name && other.starts_with(start)))
    };
    cuts.rev().find(is_shared).and_then(|cut| name.get(cut..))
}

/// The prefix that a name does not share with its siblings: `kafka` for `kafka-operator` beside `spark-operator`.
pub(super) fn unshared_prefix<'n>(name: &'n str, names: &[&str]) -> Option<&'n str> {
    let mut cuts = name.char_indices().filter(|(_, c)| SEPARATORS.contains(c)).map(|(at, _)| at);
    let is_shared = |cut: &usize| {
        name.get(*cut..).is_some_and(|end| names.iter().any(|other| *other != name && other.ends_with(end)))
    };
    cuts.find(is_shared).and_then(|cut| name.get(..cut))
}

/// The initials of a compound name, marked with `^`: `^pvc` for `PersistentVolumeClaim`.
pub(super) fn initials(raw: &str) -> Option<String> {
    let last = raw.rsplit('/').next().unwrap_or(raw);
    let pieces = words::pieces(last);
    first_letters(&pieces).filter(|_| pieces.len() > 1)
}

/// The initials of several words: `^bfs` for `Breadth-first search`.
pub(super) fn initials_of_words(all: &[TextWord]) -> Option<String> {
    const MAX_WORDS: usize = 3;
    let pieces: Vec<String> = all.iter().flat_map(|word| words::pieces(&word.raw)).collect();
    first_letters(&pieces).filter(|letters| (2..=MAX_WORDS).contains(&all.len()) && (4..=6).contains(&letters.len()))
}

fn first_letters(pieces: &[String]) -> Option<String> {
    let letters: String = pieces.iter().filter_map(|piece| piece.chars().next()).collect();
    letters.chars().all(char::is_alphabetic).then(|| format!("^{letters}"))
}

/// Words followed by a number: `wave1` for `Wave 1: agents`.
pub(super) fn numbered(all: &[TextWord]) -> Vec<String> {
    let is_word = |word: &TextWord| word.key.len() > 2 && word.key.chars().all(char::is_alphabetic);
    let is_number = |word: &TextWord| word.key.bytes().all(|b| b.is_ascii_digit());
    let pairs = all.iter().zip(all.iter().skip(1)).filter(|(word, number)| is_word(word) && is_number(number));
    pairs.map(|(word, number)| format!("{}{}", word.key, number.key)).collect()
}

/// The distinctive words of proper names that share a word with a sibling: `Hive` for `Apache Hive` beside `Apache
/// Drill`.
pub(super) fn proper(boxes: &[Vec<TextWord>]) -> Vec<(usize, String)> {
    let is_name = |words: &[TextWord]| {
        (2..=3).contains(&words.len()) && words.iter().all(|word| word.raw.starts_with(char::is_uppercase))
    };
    let names: Vec<_> = boxes.iter().enumerate().filter(|(_, words)| is_name(words)).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for word in names.iter().flat_map(|(_, words)| *words) {
        *counts.entry(&word.key).or_default() += 1;
    }
    let is_own = |word: &&TextWord| counts.get(word.key.as_str()) == Some(&1) && is_distinctive(word);
    let shares = |words: &[TextWord]| words.iter().any(|word| counts.get(word.key.as_str()) > Some(&1));
    let sharing = names.iter().filter(|(_, words)| shares(words));
    sharing.flat_map(|(at, words)| words.iter().filter(is_own).map(|word| (*at, word.key.clone()))).collect()
}

/// The words that more than half of the boxes contain, and at least three of them.
pub(super) fn shared_words(boxes: &[Vec<TextWord>]) -> BTreeSet<String> {
    const MIN_BOXES: usize = 3;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for words in boxes {
        let own: BTreeSet<&str> =
            words.iter().filter(|word| is_distinctive(word)).map(|word| word.key.as_str()).collect();
        for key in own {
            *counts.entry(key).or_default() += 1;
        }
    }
    let most = boxes.len() / 2;
    let shared = counts.into_iter().filter(|(_, count)| *count >= MIN_BOXES && *count > most);
    shared.map(|(key, _)| key.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_aliases_of_a_file_are_path_suffixes_with_and_without_extension() {
        assert_eq!(of("torch/fx/ir.py"), ["torch/fx/ir", "fx/ir.py", "fx/ir", "ir.py", "ir"]);
        assert_eq!(of("Modules/_bz2module.c"), ["modules/bz2module", "modules/bz2", "bz2module.c", "bz2module", "bz2"]);
        assert_eq!(of("sklearn.cluster.fetch_it"), ["cluster.fetchit", "fetchit"]);
        assert_eq!(of("flowcontrol.apiserver.k8s.io"), Vec::<String>::new());
        assert_eq!(of("@scope/instrumentation-fs"), ["instrumentationfs"]);
    }

    #[test]
    fn a_word_followed_by_a_number_is_a_name() {
        assert_eq!(numbered(&words::of("Wave 1: agents")), ["wave1"]);
        assert_eq!(numbered(&words::of("Python 3.8")), Vec::<String>::new());
    }

    #[test]
    fn folders_are_all_runs_of_segments_above_a_file() {
        assert_eq!(folders("a/b/c"), ["a", "a/b", "b"]);
        assert_eq!(folders("plain"), Vec::<String>::new());
        assert_eq!(folders("sklearn.tree.plot_tree"), ["sklearn.tree", "tree"]);
        assert_eq!(folders("flowcontrol.apiserver.k8s.io"), Vec::<String>::new());
    }

    #[test]
    fn an_alias_is_the_part_that_siblings_do_not_share() {
        let names = ["csi-driver-nfs", "csi-driver-nfs-operator", "csi-driver-smb", "kafka-operator"];
        assert_eq!(unshared_suffix("csi-driver-smb", &names), Some("smb"));
        assert_eq!(unshared_suffix("csi-driver-nfs-operator", &names), Some("nfs-operator"));
        assert_eq!(unshared_prefix("kafka-operator", &names), Some("kafka"));
        assert_eq!(unshared_suffix("alone-here", &names), None);
    }
}
