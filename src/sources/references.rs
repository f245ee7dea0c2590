//! Searches checkouts for lines that still reference a project: in a repository, or a folder of one, the files tracked
//! at HEAD; in any other folder, the files that no `.gitignore` excludes. Binary files are skipped.

use std::path::{Path, PathBuf};

use aho_corasick::{AhoCorasick, Match};
use memchr::{memchr, memchr_iter, memrchr};
use rayon::prelude::*;

use super::counting::{Checkout, CheckoutError, CheckoutReader, ProblemKind, file_bytes, in_utf8, is_binary};
use super::git::{Commit, GitError, Repository};
use super::paths;
use super::plain_files::{self, PlainFiles};
use crate::domain::clean::clean_line;
use crate::domain::rule::{Condition, FileTest, Files, Source, TextMeasure, TextRule, TextTest, TextUnit};
use crate::domain::{Project, Rule};

/// The maximum length of a line in a result, in characters.
const LONGEST: usize = 240;

/// A text whose occurrence is a reference to a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferencePattern {
    /// The text.
    pub text: String,
    /// Whether it must be a whole word: the id `k8s-prow` does not match `k8s-prow-builds`.
    pub is_name: bool,
}

/// A line that references a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The checkout, as given.
    pub checkout: PathBuf,
    /// The file, relative to the checkout, with `/`, cleaned.
    pub path: String,
    /// From 1.
    pub line: u64,
    /// The line, cleaned and trimmed.
    pub text: String,
    /// Indices into the list of patterns.
    pub patterns: Vec<usize>,
}

/// The parameters of a search.
#[derive(Debug, Clone, Copy)]
pub struct ReferenceSearch<'s> {
    /// The patterns, searched in one pass.
    pub patterns: &'s [ReferencePattern],
    /// Files to skip, as real paths: those of the roadmap itself.
    pub except: &'s [PathBuf],
    /// The database that caches what was read.
    pub cache: Option<&'s Path>,
}

/// The result of a search.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundReferences {
    /// In order of checkout, file and line.
    pub references: Vec<Reference>,
    /// The number of files searched, without unreadable ones.
    pub files: usize,
    /// Paths that could not be searched, each with the reason.
    pub unread: Vec<String>,
}

/// Why a search failed.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The patterns are too large for one pass.
    #[error("there is too much to search for: {0}")]
    TooMuch(#[from] aho_corasick::BuildError),
    /// A repository could not be read.
    #[error(transparent)]
    Checkout(#[from] CheckoutError),
}

/// Returns the patterns of a project: its id and aliases as whole words, and the texts of `references` at any position.
pub fn patterns(project: &Project) -> Vec<ReferencePattern> {
    let names = std::iter::once(project.id.as_str()).chain(project.aliases.iter().map(crate::domain::Text::as_str));
    let names = names.map(|name| ReferencePattern { text: name.to_owned(), is_name: true });
    let texts = project.references.iter().map(|text| ReferencePattern { text: text.clone(), is_name: false });
    names.chain(texts).filter(|pattern| !pattern.text.is_empty()).collect()
}

impl ReferenceSearch<'_> {
    /// Returns the rule that counts the matching lines of a checkout, at any commit up to `head`: the files to skip may
    /// have had other paths before.
    pub fn rule(&self, checkout: &Path, repository: &Repository, head: &Commit) -> Result<Rule, GitError> {
        let root = std::fs::canonicalize(checkout).unwrap_or_else(|_| checkout.to_owned());
        let mut except = self.except_in(&root);
        for path in except.clone() {
            except.extend(repository.former_paths(None, head, &path)?);
        }
        Ok(self.rule_below("", &except))
    }

    /// Returns the rule for the files below a folder of a repository.
    fn rule_below(&self, below: &str, except: &[String]) -> Rule {
        let include = if below.is_empty() { Vec::new() } else { vec![format!("{}/**", globset::escape(below))] };
        let exclude = except.iter().map(|path| globset::escape(path)).collect();
        rule_of(self.patterns, Files { include, exclude, own: Vec::new() })
    }

    /// Returns the paths of the files to skip, relative to a checkout.
    fn except_in(&self, root: &Path) -> Vec<String> {
        let below_root = self.except.iter().filter_map(|file| file.strip_prefix(root).ok()?.to_str());
        below_root.map(|path| path.replace('\\', "/")).collect()
    }

    fn skips(&self, file: &Path) -> bool {
        let is_named_like = |own: &PathBuf| own.file_name() == file.file_name();
        self.except.iter().any(is_named_like)
            && std::fs::canonicalize(file).is_ok_and(|real| self.except.contains(&real))
    }
}

fn rule_of(patterns: &[ReferencePattern], files: Files) -> Rule {
    let test = |pattern: &ReferencePattern| {
        let edge = "[^A-Za-z0-9_-]";
        let test = if pattern.is_name {
            TextTest::Regex(format!("(?:^|{edge}){}(?:{edge}|$)", regex::escape(&pattern.text)))
        } else {
            TextTest::Contains(pattern.text.clone())
        };
        Condition::Is(FileTest::Text(test))
    };
    let left = Condition::Any(patterns.iter().map(test).collect());
    let rule = TextRule { files, count: TextUnit::Lines, measure: TextMeasure::Left(left) };
    Rule::new(1, Source::Text(rule))
}

/// Searches checkouts.
pub fn search(checkouts: &[PathBuf], search: &ReferenceSearch<'_>) -> Result<FoundReferences, SearchError> {
    let patterns = search.patterns;
    let texts = AhoCorasick::new(patterns.iter().map(|pattern| &pattern.text))?;
    let mut found = FoundReferences::default();
    for checkout in checkouts {
        if let Some(place) = RepositoryFolder::of(checkout)
            && search_head(checkout, &place, &texts, search, &mut found)?
        {
            continue;
        }
        let PlainFiles { mut files, unread, links: _ } = plain_files::list(checkout);
        files.retain(|file| !search.skips(file));
        found.unread.extend(unread.iter().map(|(path, why)| unreadable(path, why)));
        let read: Vec<_> = files.par_iter().map(|file| references(checkout, file, &texts, patterns)).collect();
        for (file, read) in files.iter().zip(read) {
            match read {
                Ok(references) => {
                    found.files += 1;
                    found.references.extend(references);
                }
                Err(problem) => found.unread.push(unreadable(file, &problem.describe())),
            }
        }
    }
    Ok(found)
}

fn unreadable(path: &Path, why: &str) -> String {
    format!("{}: {why}", paths::shown(path))
}

/// A repository, or a folder of its checkout.
struct RepositoryFolder {
    root: PathBuf,
    repository: Repository,
    /// The path of the folder in the repository, with `/`; empty for the root.
    below: String,
}

impl RepositoryFolder {
    /// Finds the repository of a folder.
    fn of(checkout: &Path) -> Option<Self> {
        let folder = std::fs::canonicalize(checkout).ok()?;
        let (root, repository) = Repository::around(&folder)?;
        let below = folder.strip_prefix(&root).ok()?.to_str()?.replace('\\', "/");
        Some(Self { root, repository, below })
    }
}

/// Searches the tracked files of a repository, or of a folder in it; returns false if the folder has none.
fn search_head(
    checkout: &Path,
    RepositoryFolder { root, repository, below }: &RepositoryFolder,
    texts: &AhoCorasick,
    search: &ReferenceSearch<'_>,
    found: &mut FoundReferences,
) -> Result<bool, CheckoutError> {
    let rule = search.rule_below(below, &search.except_in(root));
    let cache = search.cache.map(Path::to_owned);
    let mut reader = CheckoutReader::new(Checkout::Git(repository.clone()), &[&rule], [], cache)?;
    let head = repository.commit("HEAD")?;
    let Some(listing) = reader.read_commits(repository, &[head], &mut |_, _| {})?.pop() else { return Ok(false) };
    // Without the cache the result is the same, and the next search takes longer.
    let _ = reader.save(None);
    reader.each_file(&listing, 0, &mut |path, bytes| {
        let path = path.strip_prefix(below).map_or(path, |path| path.trim_start_matches('/'));
        found.references.extend(lines(checkout, path, bytes, texts, search.patterns));
    })?;
    let count = reader.count(&listing, 0);
    found.files += count.files - count.unread;
    found.unread.extend(count.problems.iter().map(|problem| format!("{}: {}", problem.path, problem.kind.describe())));
    Ok(below.is_empty() || count.files > 0 || !count.problems.is_empty())
}

fn references(
    checkout: &Path,
    file: &Path,
    texts: &AhoCorasick,
    patterns: &[ReferencePattern],
) -> Result<Vec<Reference>, ProblemKind> {
    let bytes = file_bytes(file)?;
    if is_binary(&in_utf8(&bytes)) {
        return Ok(Vec::new());
    }
    let relative = file.strip_prefix(checkout).unwrap_or(file).to_string_lossy().replace('\\', "/");
    Ok(lines(checkout, &relative, &bytes, texts, patterns))
}

/// Finds the matching lines of a file.
fn lines(
    checkout: &Path,
    path: &str,
    bytes: &[u8],
    texts: &AhoCorasick,
    patterns: &[ReferencePattern],
) -> Vec<Reference> {
    let (path, bytes) = (clean_line(path), &*in_utf8(bytes));
    let mut found: Vec<Reference> = Vec::new();
    let (mut line, mut counted) = (1, 0);
    for hit in texts.find_overlapping_iter(bytes) {
        let number = hit.pattern().as_usize();
        if patterns.get(number).is_none_or(|pattern| pattern.is_name && !stands_alone(bytes, &hit)) {
            continue;
        }
        let start = hit.start().max(counted);
        line += memchr_iter(b'\n', bytes.get(counted..start).unwrap_or_default()).count() as u64;
        counted = start;
        match found.last_mut() {
            Some(known) if known.line == line => known.patterns.push(number),
            _ => {
                let text = line_around(bytes, &hit);
                let (checkout, path) = (checkout.to_owned(), path.to_string());
                found.push(Reference { checkout, path, line, text, patterns: vec![number] });
            }
        }
    }
    for reference in &mut found {
        reference.patterns.sort_unstable();
        reference.patterns.dedup();
    }
    found
}

fn stands_alone(bytes: &[u8], hit: &Match) -> bool {
    let belongs = |at: Option<usize>| {
        let byte = at.and_then(|at| bytes.get(at));
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    !belongs(hit.start().checked_sub(1)) && !belongs(Some(hit.end()))
}

fn line_around(bytes: &[u8], hit: &Match) -> String {
    let (before, after) = bytes.split_at(hit.start().min(bytes.len()));
    let start = memrchr(b'\n', before).map_or(0, |end| end + 1);
    let length = memchr(b'\n', after).unwrap_or(after.len());
    let line = String::from_utf8_lossy(bytes.get(start..before.len() + length).unwrap_or_default());
    clean_line(line.trim_start_matches('\u{feff}').trim()).chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::super::disk;
    use super::super::plain_files::tests::folder;
    use super::*;

    fn search_for(folder: &tempfile::TempDir, patterns: &[ReferencePattern]) -> Result<FoundReferences, SearchError> {
        search(&[folder.path().to_owned()], &ReferenceSearch { patterns, except: &[], cache: None })
    }

    fn found(files: &[(&str, &str)], patterns: &[(&str, bool)]) -> Vec<String> {
        let folder = folder(files);
        let patterns: Vec<ReferencePattern> = patterns
            .iter()
            .map(|(text, is_name)| ReferencePattern { text: (*text).to_owned(), is_name: *is_name })
            .collect();
        let found = search_for(&folder, &patterns).unwrap();
        found.references.iter().map(|r| format!("{}:{} {:?}", r.path, r.line, r.patterns)).collect()
    }

    #[test]
    fn names_match_whole_words_and_texts_match_anywhere() {
        let files = [("a.yaml", "k8s-prow-builds\ngcr.io/k8s-prow/x\nk8s-prow\nxk8s-prow\n")];
        assert_eq!(found(&files, &[("k8s-prow", true)]), ["a.yaml:2 [0]", "a.yaml:3 [0]"]);
        assert_eq!(found(&files, &[("k8s-prow", false)]).len(), 4);
    }

    #[test]
    fn a_line_with_several_matches_is_found_once() {
        let files = [("a", "gs://b and gs://a\n")];
        assert_eq!(found(&files, &[("gs://a", false), ("gs://b", false)]), ["a:1 [0, 1]"]);
    }

    #[test]
    fn ignored_files_binary_files_and_git_are_skipped() {
        let files = [
            (".gitignore", "out/\n"),
            ("out/a", "k8s-prow\n"),
            (".git/config", "k8s-prow\n"),
            ("binary", "\0k8s-prow\n"),
            (".github/w.yml", "k8s-prow\n"),
        ];
        assert_eq!(found(&files, &[("k8s-prow", true)]), [".github/w.yml:1 [0]"]);
    }

    #[test]
    fn patterns_are_literal() {
        assert_eq!(found(&[("a", "k8s-gcr-io\nk8s.gcr.io\n")], &[("k8s.gcr.io", false)]), ["a:2 [0]"]);
    }

    #[test]
    fn overlapping_matches_are_all_found() {
        let patterns = [("k8s-prow", false), ("gcr.io/k8s-prow/", false), ("k8s", true), ("prow", true)];
        let files = [("a", "\n\nimage: gcr.io/k8s-prow/k8s-prow\r\nk8s and prow\nk8sé-prow, prow")];
        assert_eq!(found(&files, &patterns), ["a:3 [0, 1]", "a:4 [2, 3]", "a:5 [2, 3]"]);
    }

    #[test]
    fn lines_are_trimmed_cleaned_and_shortened() {
        let mut long = b"\xef\xbb\xbf\t \x1b[2Jgs://a \xff\xe2\x80\xae".to_vec();
        long.extend([b'x'; 1_000]);
        let folder = folder(&[]);
        disk::write(&folder.path().join("a"), &long).unwrap();
        let patterns = [ReferencePattern { text: "gs://a".into(), is_name: false }];
        let found = search_for(&folder, &patterns).unwrap();
        let [reference] = &*found.references else { panic!("{found:?}") };
        assert!(reference.text.starts_with("gs://a \u{fffd}x"), "{:?}", reference.text);
        assert_eq!(reference.text.chars().count(), LONGEST);
    }

    #[test]
    fn text_is_what_it_is_in_a_repository() {
        let folder = folder(&[("binary", "gs://a\n\0gs://a\n")]);
        let units = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(bytes).collect()
        };
        disk::write(&folder.path().join("big"), &units("é\ngs://a\n", u16::to_be_bytes)).unwrap();
        disk::write(&folder.path().join("little"), &units("gs://a", u16::to_le_bytes)).unwrap();
        disk::write(&folder.path().join("late"), &["x".repeat(100_000).as_bytes(), b"\ngs://a\n\0"].concat()).unwrap();
        let patterns = [ReferencePattern { text: "gs://a".into(), is_name: false }];
        let found = search_for(&folder, &patterns).unwrap();
        let places: Vec<_> = found.references.iter().map(|it| format!("{}:{}:{}", it.path, it.line, it.text)).collect();
        assert_eq!(places, ["big:2:gs://a", "late:2:gs://a", "little:1:gs://a"]);
    }
}
