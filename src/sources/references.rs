//! The last references: lines of checkouts that still name a legacy project. Searched as ripgrep
//! does: what `.gitignore` leaves out is left out, and so are binary files.

use std::io;
use std::path::{Path, PathBuf};

use grep_regex::{RegexMatcher, RegexMatcherBuilder};
use grep_searcher::{BinaryDetection, Searcher, SearcherBuilder, sinks};
use ignore::WalkBuilder;
use rayon::prelude::*;

use crate::domain::Project;
use crate::domain::clean::clean_line;

/// The longest line that is kept, in characters.
const LONGEST: usize = 240;

/// A text that shows that a line uses a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// What is looked for.
    pub text: String,
    /// Whether it must stand alone: the id `k8s-prow` is not meant by `k8s-prow-builds`.
    pub is_name: bool,
}

/// A line that names a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The checkout, as it was given.
    pub checkout: PathBuf,
    /// The file, relative to the checkout, with `/`, cleaned.
    pub path: String,
    /// From 1.
    pub line: u64,
    /// The line, cleaned, without the blanks around it.
    pub text: String,
    /// Positions in the list of patterns.
    pub patterns: Vec<usize>,
}

/// What was found, and what could not be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// By checkout, file and line.
    pub references: Vec<Reference>,
    /// How many files were searched.
    pub files: usize,
    /// What could not be searched, each with the reason.
    pub unread: Vec<String>,
}

/// A pattern cannot be searched for.
#[derive(Debug, thiserror::Error)]
#[error("`{text}` cannot be searched for: {cause}")]
pub struct BadPattern {
    text: String,
    #[source]
    cause: grep_regex::Error,
}

/// Returns what shows that a line uses a project: its id and aliases as whole names, and the texts
/// of `references` wherever they stand.
pub fn patterns(project: &Project) -> Vec<Pattern> {
    let names = std::iter::once(project.id.as_str()).chain(project.aliases.iter().map(crate::domain::Text::as_str));
    let names = names.map(|name| Pattern { text: name.to_owned(), is_name: true });
    let texts = project.references.iter().map(|text| Pattern { text: text.clone(), is_name: false });
    names.chain(texts).filter(|pattern| !pattern.text.is_empty()).collect()
}

/// Searches checkouts.
pub fn search(checkouts: &[PathBuf], patterns: &[Pattern]) -> Result<Found, BadPattern> {
    let matchers: Vec<RegexMatcher> = patterns.iter().map(matcher).collect::<Result<_, _>>()?;
    let mut found = Found::default();
    for checkout in checkouts {
        let files = files(checkout, &mut found.unread);
        found.files += files.len();
        let read: Vec<_> = files.par_iter().map(|file| lines(checkout, file, &matchers)).collect();
        for (file, read) in files.iter().zip(read) {
            match read {
                Ok(references) => found.references.extend(references),
                Err(error) => found.unread.push(format!("{}: {error}", clean_line(&file.display().to_string()))),
            }
        }
    }
    Ok(found)
}

fn matcher(pattern: &Pattern) -> Result<RegexMatcher, BadPattern> {
    let text: String = pattern.text.chars().map(escaped).collect();
    let edge = "[^A-Za-z0-9_-]";
    let regex = if pattern.is_name { format!("(?:^|{edge}){text}(?:$|{edge})") } else { text };
    let built = RegexMatcherBuilder::new().line_terminator(Some(b'\n')).build(&regex);
    built.map_err(|cause| BadPattern { text: pattern.text.clone(), cause })
}

fn escaped(c: char) -> String {
    if c.is_alphanumeric() || c == '_' || c == ' ' || !c.is_ascii() {
        c.to_string()
    } else {
        format!("\\x{{{:x}}}", u32::from(c))
    }
}

/// Lists the files of a checkout in order of path.
fn files(checkout: &Path, unread: &mut Vec<String>) -> Vec<PathBuf> {
    let mut walk = WalkBuilder::new(checkout);
    walk.hidden(false).require_git(false).git_global(false).parents(false).follow_links(false);
    walk.filter_entry(|entry| entry.file_name() != ".git");
    walk.sort_by_file_path(Ord::cmp);
    let mut files = Vec::new();
    for entry in walk.build() {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => files.push(entry.into_path()),
            Ok(_) => {}
            Err(error) => unread.push(clean_line(&error.to_string()).into_owned()),
        }
    }
    files
}

fn lines(checkout: &Path, file: &Path, matchers: &[RegexMatcher]) -> io::Result<Vec<Reference>> {
    let relative = file.strip_prefix(checkout).unwrap_or(file).to_string_lossy().replace('\\', "/");
    let path = clean_line(&relative).into_owned();
    let mut found: Vec<Reference> = Vec::new();
    let mut searcher = searcher();
    for (number, matcher) in matchers.iter().enumerate() {
        let sink = sinks::Lossy(|line, text| {
            if let Some(known) = found.iter_mut().find(|reference| reference.line == line) {
                known.patterns.push(number);
            } else {
                let text = clean_line(text.trim()).chars().take(LONGEST).collect();
                let (checkout, path) = (checkout.to_owned(), path.clone());
                found.push(Reference { checkout, path, line, text, patterns: vec![number] });
            }
            Ok(true)
        });
        searcher.search_path(matcher, file, sink)?;
    }
    found.sort_unstable_by_key(|reference| reference.line);
    Ok(found)
}

fn searcher() -> Searcher {
    SearcherBuilder::new().line_number(true).binary_detection(BinaryDetection::quit(0)).build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::disk;

    fn checkout(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            disk::write(&path, text.as_bytes()).unwrap();
        }
        folder
    }

    fn found(files: &[(&str, &str)], patterns: &[(&str, bool)]) -> Vec<String> {
        let folder = checkout(files);
        let patterns: Vec<Pattern> =
            patterns.iter().map(|(text, is_name)| Pattern { text: (*text).to_owned(), is_name: *is_name }).collect();
        let found = search(&[folder.path().to_owned()], &patterns).unwrap();
        found.references.iter().map(|r| format!("{}:{} {:?}", r.path, r.line, r.patterns)).collect()
    }

    #[test]
    fn a_name_stands_alone_and_a_text_anywhere() {
        let files = [("a.yaml", "k8s-prow-builds\ngcr.io/k8s-prow/x\nk8s-prow\nxk8s-prow\n")];
        assert_eq!(found(&files, &[("k8s-prow", true)]), ["a.yaml:2 [0]", "a.yaml:3 [0]"]);
        assert_eq!(found(&files, &[("k8s-prow", false)]).len(), 4);
    }

    #[test]
    fn a_line_is_found_once_whatever_it_names() {
        let files = [("a", "gs://b and gs://a\n")];
        assert_eq!(found(&files, &[("gs://a", false), ("gs://b", false)]), ["a:1 [0, 1]"]);
    }

    #[test]
    fn ignored_and_binary_files_and_git_itself_are_left_out() {
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
    fn signs_of_regular_expressions_mean_themselves() {
        assert_eq!(found(&[("a", "k8s-gcr-io\nk8s.gcr.io\n")], &[("k8s.gcr.io", false)]), ["a:2 [0]"]);
    }
}
