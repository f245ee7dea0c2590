//! The short names of a box: ends of its path, its file without the ending, what it does not share with its siblings.

use std::collections::{BTreeMap, BTreeSet};

use super::words::{self, MAX_BOXES, TextWord, is_telling};
use crate::domain::Task;

/// Endings of files that people leave out.
const ENDINGS: [&str; 34] = [
    "adoc", "bash", "c", "cc", "cpp", "cs", "css", "go", "gradle", "h", "hpp", "html", "java", "js", "json", "jsx",
    "kt", "kts", "md", "mjs", "php", "proto", "py", "pyi", "rb", "rs", "rst", "scss", "sh", "swift", "toml", "ts",
    "tsx", "yaml",
];

/// Ends of host names: their parts are no names.
const HOSTS: [&str; 7] = ["io", "org", "com", "net", "dev", "cloud", "sh"];

/// Separators inside a name.
const SEPARATORS: [char; 3] = ['-', '_', '.'];

/// Returns the short names of a name, as names are compared, without the name itself.
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

/// The code of a rule without the letters of its linter: of `PLW0244` it is `w0244`.
fn code_without_lead(raw: &str) -> Option<String> {
    let (letters, ..) =
        words::code(raw).filter(|(letters, digits, _)| words::is_in_capitals(letters) && *digits > 2)?;
    raw.get(letters.len() - 1..).map(words::key)
}

/// The name of a group without what kind it is: of `sig-node` it is `node`.
pub(super) fn without_kind_of_group(raw: &str) -> Option<&str> {
    ["sig-", "wg-", "team-"].iter().find_map(|kind| raw.strip_prefix(kind))
}

/// The name of a file without what says its language.
pub(super) fn without_ending(name: &str) -> Option<&str> {
    let (stem, ending) = name.rsplit_once('.')?;
    let is_ending = ENDINGS.contains(&ending.to_ascii_lowercase().as_str());
    (is_ending && stem.chars().any(char::is_alphanumeric)).then_some(stem)
}

/// `_bz2module` is the module `_bz2`.
fn without_kind(stem: &str) -> Option<&str> {
    stem.strip_suffix("module").map(|name| name.trim_end_matches(['_', '-'])).filter(|name| name.len() > 2)
}

/// The ends of a dotted name: of `sklearn.cluster.dbscan` it is `cluster.dbscan` and `dbscan`.
fn dotted_ends(name: &str) -> impl Iterator<Item = &str> {
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_name = !name.contains('/') && !HOSTS.contains(&last) && without_ending(name).is_none();
    let ends = name.match_indices('.').filter_map(|(at, _)| name.get(at + 1..));
    ends.filter(move |end| is_name && end.len() > 1 && !end.starts_with(|c: char| c.is_ascii_digit()))
}

/// The folders that a path is in, from the whole down to the last one, each also by its own end; of a dotted name
/// these are its beginnings.
pub(super) fn folders(raw: &str) -> Vec<String> {
    let Some((folder, _)) = raw.trim_start_matches(['@', '.', '/']).rsplit_once('/') else { return beginnings(raw) };
    // Of `tests/controller.TestConfig`, `tests/controller` is a folder as well.
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

/// Of `sklearn.tree.plot_tree` it is `sklearn.tree` and `tree`.
fn beginnings(name: &str) -> Vec<String> {
    let last = name.rsplit('.').next().unwrap_or_default();
    if HOSTS.contains(&last) || without_ending(name).is_some() {
        return Vec::new();
    }
    let cuts = name.match_indices('.').skip(1).filter_map(|(at, _)| name.get(..at));
    let starts = cuts.filter(|start| !start.ends_with(|c: char| c.is_ascii_digit()));
    starts.flat_map(|start| [Some(start), start.rsplit('.').next()]).flatten().map(words::key).collect()
}

/// What a name does not share with its siblings: `aws` of `provider-aws` beside `provider-gcp`.
pub(super) fn behind_shared<'n>(name: &'n str, names: &[&str]) -> Option<&'n str> {
    let cuts = name.char_indices().filter(|(_, c)| SEPARATORS.contains(c)).map(|(at, c)| at + c.len_utf8());
    let is_shared = |cut: &usize| {
        name.get(..*cut).is_some_and(|start| names.iter().any(|other| *other != name && other.starts_with(start)))
    };
    cuts.rev().find(is_shared).and_then(|cut| name.get(cut..))
}

/// The same from the end: `kafka` of `kafka-operator` beside `spark-operator`.
pub(super) fn before_shared<'n>(name: &'n str, names: &[&str]) -> Option<&'n str> {
    let mut cuts = name.char_indices().filter(|(_, c)| SEPARATORS.contains(c)).map(|(at, _)| at);
    let is_shared = |cut: &usize| {
        name.get(*cut..).is_some_and(|end| names.iter().any(|other| *other != name && other.ends_with(end)))
    };
    cuts.find(is_shared).and_then(|cut| name.get(..cut))
}

/// The initials of a name of several pieces, marked as such: of `PersistentVolumeClaim` it is `^pvc`.
pub(super) fn initials(raw: &str) -> Option<String> {
    let last = raw.rsplit('/').next().unwrap_or(raw);
    let pieces = words::pieces(last);
    let letters: String = pieces.iter().filter_map(|piece| piece.chars().next()).collect();
    (pieces.len() > 1 && letters.chars().all(char::is_alphabetic)).then(|| format!("^{letters}"))
}

/// The same of a name of several words: of `Breadth-first search` it is `^bfs`.
pub(super) fn initials_of_words(all: &[TextWord]) -> Option<String> {
    const MAX_WORDS: usize = 3;
    let pieces: Vec<String> = all.iter().flat_map(|word| words::pieces(&word.raw)).collect();
    let letters: String = pieces.iter().filter_map(|piece| piece.chars().next()).collect();
    let is_name = (2..=MAX_WORDS).contains(&all.len()) && (3..=5).contains(&letters.len());
    (is_name && letters.chars().all(char::is_alphabetic)).then(|| format!("^{letters}"))
}

/// Words with a number behind them: of `Wave 1: agents` it is `wave1`.
pub(super) fn numbered(all: &[TextWord]) -> Vec<String> {
    let is_word = |word: &TextWord| word.key.len() > 2 && word.key.chars().all(char::is_alphabetic);
    let is_number = |word: &TextWord| word.key.bytes().all(|b| b.is_ascii_digit());
    let pairs = all.iter().zip(all.iter().skip(1)).filter(|(word, number)| is_word(word) && is_number(number));
    pairs.map(|(word, number)| format!("{}{}", word.key, number.key)).collect()
}

/// The words of proper names that share another word with a sibling: of `Apache Hive` beside `Apache Drill` it is `Hive`.
pub(super) fn proper(tasks: &[Task]) -> Vec<(usize, String)> {
    let is_name = |words: &[TextWord]| {
        (2..=3).contains(&words.len()) && words.iter().all(|word| word.raw.starts_with(char::is_uppercase))
    };
    let all = tasks.iter().take(MAX_BOXES).map(|task| words::of(&task.text)).enumerate();
    let names: Vec<_> = all.filter(|(_, words)| is_name(words)).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for word in names.iter().flat_map(|(_, words)| words) {
        *counts.entry(&word.key).or_default() += 1;
    }
    let is_own = |word: &&TextWord| counts.get(word.key.as_str()) == Some(&1) && is_telling(word);
    let shares = |words: &[TextWord]| words.iter().any(|word| counts.get(word.key.as_str()) > Some(&1));
    let sharing = names.iter().filter(|(_, words)| shares(words));
    sharing.flat_map(|(at, words)| words.iter().filter(is_own).map(|word| (*at, word.key.clone()))).collect()
}

/// The words that more than half of the boxes have, of at least three.
pub(super) fn shared_words(tasks: &[Task]) -> BTreeSet<String> {
    const MIN_BOXES: usize = 3;
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for task in tasks.iter().take(MAX_BOXES) {
        let own: BTreeSet<String> = words::of(&task.text).into_iter().filter(is_telling).map(|word| word.key).collect();
        for key in own {
            *counts.entry(key).or_default() += 1;
        }
    }
    let most = tasks.len().min(MAX_BOXES) / 2;
    counts.into_iter().filter(|(_, count)| *count >= MIN_BOXES && *count > most).map(|(key, _)| key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_its_ends_and_without_its_ending() {
        assert_eq!(of("torch/fx/ir.py"), ["torch/fx/ir", "fx/ir.py", "fx/ir", "ir.py", "ir"]);
        assert_eq!(of("Modules/_bz2module.c"), ["modules/bz2module", "modules/bz2", "bz2module.c", "bz2module", "bz2"]);
        assert_eq!(of("sklearn.cluster.fetch_it"), ["cluster.fetchit", "fetchit"]);
        assert_eq!(of("flowcontrol.apiserver.k8s.io"), Vec::<String>::new());
        assert_eq!(of("@scope/instrumentation-fs"), ["instrumentationfs"]);
    }

    #[test]
    fn a_word_and_a_number_are_a_name() {
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
    fn a_name_is_what_its_siblings_do_not_share() {
        let names = ["csi-driver-nfs", "csi-driver-nfs-operator", "csi-driver-smb", "kafka-operator"];
        assert_eq!(behind_shared("csi-driver-smb", &names), Some("smb"));
        assert_eq!(behind_shared("csi-driver-nfs-operator", &names), Some("nfs-operator"));
        assert_eq!(before_shared("kafka-operator", &names), Some("kafka"));
        assert_eq!(behind_shared("alone-here", &names), None);
    }
}
