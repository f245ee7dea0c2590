//! Code owners: from the nearest OWNERS file as in Prow, else from CODEOWNERS as on GitHub.

use std::collections::{BTreeMap, BTreeSet};

use globset::GlobBuilder;
use serde_json::Value;

use super::document::{FileFormat, each_document};
use super::problem::{ParseFault, Problem, ProblemKind};
use super::reader::ReadFiles;
use super::yaml::PathStep;
use super::{CheckoutError, CheckoutReader, Listing};
use crate::domain::clean::clean_line;
use crate::domain::rule::{CompiledGlob, Files};
use crate::domain::tally::OWNER;
use crate::domain::unit::UnitField;
use crate::domain::{GroupId, Unit};

/// Where GitHub looks for CODEOWNERS; the first existing file is used.
const CODEOWNERS: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];
/// The maximum number of members of an alias that are listed.
const MEMBERS: usize = 6;
/// The largest CODEOWNERS file that GitHub reads, in bytes.
const LARGEST: usize = 3 << 20;
/// The longest path of common systems, in bytes.
const LONGEST_PATH: usize = 4096;

/// The owners of the files of a commit.
#[derive(Debug, Default)]
pub struct Owners {
    /// The OWNERS files by folder.
    nearest: BTreeMap<String, FolderOwners>,
    /// The lines of CODEOWNERS, in file order: the last match wins.
    by_glob: Vec<(CompiledGlob, Vec<String>)>,
    /// The files of owners that could not be read completely.
    pub problems: Vec<Problem>,
}

/// A parsed OWNERS file.
#[derive(Debug, Default)]
struct FolderOwners {
    rules: Vec<OwnersRule>,
    /// Whether the folder does not inherit the owners of its parents.
    is_alone: bool,
}

/// The owners of some files below the folder of an OWNERS file.
#[derive(Debug)]
struct OwnersRule {
    /// Matches paths relative to the folder; `None` matches all.
    filter: Option<regex::Regex>,
    groups: BTreeSet<String>,
    approvers: Option<String>,
}

impl Owners {
    /// Reads the owners of a listing's commit.
    pub fn read(reader: &mut CheckoutReader, listing: &Listing) -> Result<Self, CheckoutError> {
        let mut include: Vec<String> = ["**/OWNERS", "OWNERS_ALIASES"].map(str::to_owned).into();
        include.extend(CODEOWNERS.map(str::to_owned));
        let ReadFiles { files, problems } = reader.files(listing, &Files { include, ..Files::default() })?;
        let mut owners = Self::of(&files);
        owners.problems.extend(problems);
        owners.problems.sort_unstable();
        Ok(owners)
    }

    fn of(files: &[(String, Vec<u8>)]) -> Self {
        let text = |name: &str| files.iter().find(|(path, _)| path == name).map(|(_, bytes)| bytes.as_slice());
        let mut owners = Self::default();
        let mut aliases = BTreeMap::new();
        if let Some(bytes) = text("OWNERS_ALIASES") {
            owners.note("OWNERS_ALIASES", read_aliases(bytes, &mut aliases));
        }
        for (path, bytes) in files {
            let Some(folder) = path.strip_suffix("OWNERS").map(|folder| folder.trim_end_matches('/')) else { continue };
            if path.rsplit('/').next() == Some("OWNERS") {
                let mut own = FolderOwners::default();
                owners.note(path, own.read(bytes, &aliases));
                owners.nearest.insert(folder.to_owned(), own);
            }
        }
        if let Some(bytes) = CODEOWNERS.iter().find_map(|name| text(name)).filter(|bytes| bytes.len() <= LARGEST) {
            owners.by_glob = String::from_utf8_lossy(bytes).lines().filter_map(code_owner).collect();
        }
        owners
    }

    fn note(&mut self, path: &str, read: Result<(), ParseFault>) {
        self.problems.extend(read.err().map(|fault| Problem::new(path, ProblemKind::Broken(fault))));
    }

    /// Returns the owners of a file.
    pub fn of_path(&self, path: &str) -> Vec<&str> {
        let mut folder = path;
        while !self.nearest.is_empty() {
            folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
            let below = path.strip_prefix(folder).unwrap_or(path).trim_start_matches('/');
            let own = self.nearest.get(folder);
            let owners = own.map(|own| own.of_path(below)).unwrap_or_default();
            if !owners.is_empty() || own.is_some_and(|own| own.is_alone) {
                return owners;
            }
            if folder.is_empty() {
                break;
            }
        }
        let last = self.by_glob.iter().rev().find(|(glob, _)| glob.is_match(path));
        last.map(|(_, owners)| owners.iter().map(String::as_str).collect()).unwrap_or_default()
    }

    /// Adds the owners of a unit to its fields.
    pub fn mark(&self, unit: &mut Unit) {
        if unit.fields.iter().all(|field| field.key != OWNER) {
            let field = UnitField::new(OWNER, self.of_path(&unit.path));
            unit.fields.push(field);
        }
    }
}

impl FolderOwners {
    /// Returns the owners of a path below the folder: the groups of the labels, else the approvers, of all its rules.
    fn of_path(&self, below: &str) -> Vec<&str> {
        let rules =
            || self.rules.iter().filter(|rule| rule.filter.as_ref().is_none_or(|filter| filter.is_match(below)));
        let groups: BTreeSet<&str> = rules().flat_map(|rule| rule.groups.iter().map(String::as_str)).collect();
        let approvers = || rules().filter_map(|rule| rule.approvers.as_deref()).collect();
        let owners = if groups.is_empty() { approvers() } else { groups };
        owners.into_iter().collect()
    }

    /// Reads an OWNERS file. Fails for an invalid filter, but keeps the rest.
    fn read(&mut self, bytes: &[u8], aliases: &BTreeMap<String, Vec<String>>) -> Result<(), ParseFault> {
        let mut fault = None;
        each_document(bytes, FileFormat::Yaml, &mut |document, line_of| {
            let is_alone = document.get("options").and_then(|options| options.get("no_parent_owners"));
            self.is_alone |= is_alone == Some(&Value::Bool(true));
            self.rules.push(OwnersRule::read(None, document, aliases));
            for (pattern, own) in document.get("filters").and_then(Value::as_object).into_iter().flatten() {
                if let Ok(filter) = regex::RegexBuilder::new(pattern).size_limit(1 << 20).build() {
                    self.rules.push(OwnersRule::read(Some(filter), own, aliases));
                } else {
                    let line = line_of(&[PathStep::Key("filters"), PathStep::Key(pattern)]);
                    let reason = format!("the filter `{pattern}` is not a usable regular expression");
                    fault.get_or_insert(ParseFault { line, reason });
                }
            }
        })?;
        fault.map_or(Ok(()), Err)
    }
}

impl OwnersRule {
    fn read(filter: Option<regex::Regex>, value: &Value, aliases: &BTreeMap<String, Vec<String>>) -> Self {
        let labels = texts(value.get("labels"));
        let groups = labels.iter().filter_map(|label| GroupId::from_label(label));
        let named = |name: &String| match aliases.get(&name.to_lowercase()) {
            Some(members) if members.len() > MEMBERS => {
                let first = members.get(..MEMBERS).unwrap_or_default().join(", ");
                format!("{name} ({first} and {} more)", members.len() - MEMBERS)
            }
            Some(members) if !members.is_empty() => format!("{name} ({})", members.join(", ")),
            Some(_) | None => name.clone(),
        };
        let approvers: Vec<String> = texts(value.get("approvers")).iter().map(named).collect();
        Self {
            filter,
            groups: groups.map(|group| group.as_str().to_owned()).collect(),
            approvers: (!approvers.is_empty()).then(|| approvers.join(", ")),
        }
    }
}

fn read_aliases(bytes: &[u8], found: &mut BTreeMap<String, Vec<String>>) -> Result<(), ParseFault> {
    each_document(bytes, FileFormat::Yaml, &mut |document, _| {
        for (name, members) in document.get("aliases").and_then(Value::as_object).into_iter().flatten() {
            found.insert(name.to_lowercase(), texts(Some(members)));
        }
    })
}

fn texts(value: Option<&Value>) -> Vec<String> {
    let list = value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(Value::as_str).map(|text| clean_line(text).into_owned()).collect()
}

/// Reads a line of CODEOWNERS; a pattern without owners removes them
/// (<https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners>).
fn code_owner(line: &str) -> Option<(CompiledGlob, Vec<String>)> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let mut words = split(line).into_iter();
    let glob = glob_of(&words.next()?)?;
    let owners = words.take_while(|word| !word.starts_with('#')).map(|word| clean_line(&word).into_owned());
    let owners: Vec<String> = owners.collect();
    Some((glob, if owners.is_empty() { owners } else { vec![owners.join(", ")] }))
}

/// Splits at spaces that no backslash escapes.
fn split(line: &str) -> Vec<String> {
    let (mut words, mut word, mut is_escaped) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        if c.is_whitespace() && !is_escaped {
            words.push(std::mem::take(&mut word));
        } else {
            word.push(c);
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

fn glob_of(pattern: &str) -> Option<CompiledGlob> {
    // A longer pattern matches no path, and could exceed the size limit of `globset`.
    (pattern.len() <= LONGEST_PATH).then_some(())?;
    // `**` alone means `*`: every name, in any folder.
    let pattern = if pattern.trim_start_matches('/') == "**" { "*" } else { pattern };
    let anchored = pattern.trim_end_matches('/').contains('/');
    let mut glob = String::new();
    if !anchored {
        glob.push_str("**/");
    }
    for c in pattern.trim_start_matches('/').chars() {
        // CODEOWNERS has no ranges and braces.
        if matches!(c, '[' | ']' | '{' | '}') {
            glob.push('\\');
        }
        glob.push(c);
    }
    if glob.ends_with('/') {
        glob.push_str("**");
    } else if !(anchored && pattern.ends_with("/*")) {
        // Other patterns also match everything below a folder; those that end with `/*` do not.
        glob = format!("{{{glob},{glob}/**}}");
    }
    CompiledGlob::new(GlobBuilder::new(&glob).literal_separator(true).backslash_escape(true)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owners(files: &[(&str, &str)]) -> Owners {
        Owners::of(&files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect::<Vec<_>>())
    }

    #[test]
    fn owners_are_the_labels_or_approvers_of_the_nearest_file() {
        let found = owners(&[
            ("OWNERS", "approvers: [root]\n"),
            ("pkg/OWNERS", "approvers: [team, bob]\nlabels: [area/x]\n"),
            ("pkg/kubelet/OWNERS", "approvers: [eve]\nlabels: [sig/node, area/kubelet]\n"),
            ("pkg/go/OWNERS", "filters:\n  \"\\\\.go$\": {approvers: [gopher]}\n  \".*\": {labels: [area/x]}\n"),
            ("pkg/empty/OWNERS", "reviewers: [x]\n"),
            ("new/OWNERS", "approvers: [new-team]\n"),
            ("OWNERS_ALIASES", "aliases: {team: [ann, dan], new-team: []}\n"),
        ]);
        assert_eq!(found.of_path("README"), ["root"]);
        assert_eq!(found.of_path("new/a.go"), ["new-team"], "an alias without members");
        assert_eq!(found.of_path("pkg/a.go"), ["team (ann, dan), bob"]);
        assert_eq!(found.of_path("pkg/kubelet/cm/x.go"), ["sig-node"]);
        assert_eq!(found.of_path("pkg/empty/x.go"), ["team (ann, dan), bob"]);
        assert_eq!(found.of_path("pkg/go/x.go"), ["gopher"]);
        assert_eq!(found.of_path("pkg/go/x.md"), ["team (ann, dan), bob"]);
    }

    #[test]
    fn labels_of_one_filter_take_precedence_over_approvers_of_another() {
        let filters = "filters:\n  \"\\\\.go$\": {approvers: [ann], labels: [sig/node]}\n  \".*\": {approvers: [ann]}\n  \"^x\": {labels: [sig/node, sig/testing]}\n";
        let found = owners(&[("OWNERS", filters)]);
        assert_eq!(found.of_path("a.md"), ["ann"]);
        assert_eq!(found.of_path("a.go"), ["sig-node"]);
        assert_eq!(found.of_path("x.go"), ["sig-node", "sig-testing"]);
    }

    #[test]
    fn no_parent_owners_stops_inheritance() {
        let alone = "options: {no_parent_owners: true}\n";
        let found = owners(&[("OWNERS", "approvers: [root]\n"), ("a/OWNERS", alone), ("b/OWNERS", "reviewers: [x]\n")]);
        assert_eq!((found.of_path("a/x/y"), found.of_path("b/x")), (vec![], vec!["root"]));
    }

    #[test]
    fn a_broken_owners_file_is_named_with_its_line() {
        let found = owners(&[
            ("OWNERS", "approvers: [root]\n"),
            ("a/OWNERS", "approvers:\n- a\n\tb\n"),
            ("b/OWNERS", "filters:\n  '.*':\n    approvers: [ann]\n  '(':\n    approvers: [x]\n"),
            ("OWNERS_ALIASES", "aliases: [\n"),
        ]);
        let named = |problem: &Problem| {
            let ProblemKind::Broken(fault) = &problem.kind else { return problem.path.clone() };
            format!("{}:{}", problem.path, fault.line)
        };
        let named: Vec<String> = found.problems.iter().map(named).collect();
        assert_eq!(named, ["OWNERS_ALIASES:1", "a/OWNERS:3", "b/OWNERS:4"]);
        assert_eq!(found.of_path("b/x"), ["ann"]);
    }

    #[test]
    fn the_last_matching_line_of_codeowners_wins() {
        let text = "# all\n*  @all\n*.js @js # why\n/build/logs/ @doctocat\ndocs/* docs@example.com\napps/ @octocat\n**/logs @logs\n/apps/github\nsp\\ ace/ @x @org/y\n";
        let found = owners(&[("docs/CODEOWNERS", "* @no\n"), (".github/CODEOWNERS", text)]);
        for (path, owner) in [
            ("x/y.go", "@all"),
            ("a/b.js", "@js"),
            ("build/logs/a/b", "@logs"),
            ("docs/getting-started.md", "docs@example.com"),
            ("docs/build-app/troubleshooting.md", "@all"),
            ("x/apps/y", "@octocat"),
            ("deeply/nested/logs/z", "@logs"),
            ("sp ace/z", "@x, @org/y"),
        ] {
            assert_eq!(found.of_path(path), [owner], "{path}");
        }
        assert_eq!(found.of_path("apps/github/x"), Vec::<&str>::new());
    }

    #[test]
    fn codeowners_patterns_match_characters_and_may_be_long() {
        let found = owners(&[("CODEOWNERS", &format!("/?/x @one\n/{} @no\n", "?*".repeat(1 << 20)))]);
        assert_eq!((found.of_path("ö/x"), found.of_path("öö/x")), (vec!["@one"], Vec::new()));
    }

    #[test]
    fn codeowners_patterns_at_the_root_do_not_match_below_folders() {
        for all in ["*", "**", "/**", "**/*"] {
            let found = owners(&[("CODEOWNERS", &format!("{all} @all\n"))]);
            assert_eq!((found.of_path("a"), found.of_path("a/b/c.md")), (vec!["@all"], vec!["@all"]), "{all}");
        }
        let found = owners(&[("CODEOWNERS", "* @all\n/* @root\n/*.md @docs\n")]);
        for (path, owner) in [("Makefile", "@root"), ("README.md", "@docs"), ("a/b", "@all"), ("a/b.md", "@all")] {
            assert_eq!(found.of_path(path), [owner], "{path}");
        }
    }
}
