//! Tallies: counts units by group, and lists them as a task list.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::unit::{Amounts, UnitState, encoded};
use super::{Progress, Text, Unit, paste};

/// What units are grouped by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum GroupBy {
    /// A field, for example `cluster` or `owner`. A unit with two values counts for both.
    Field(Text),
    /// The file.
    File,
    /// The folder of the file, or only its first few segments.
    Dir(Option<u8>),
}

/// The key of units without a value, for example of periodics without a repository. Empty, so that a folder may be
/// named `none`.
pub const NONE: &str = "";

/// The field for the owner of a unit.
pub const OWNER: &str = "owner";

impl GroupBy {
    /// Groups by a field.
    pub fn field(key: &str) -> Self {
        Self::Field(Text::new(key))
    }

    /// Parses `file`, `dir`, `dir=2` or the name of a field.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            None if text.is_empty() => Err("name a field, `file`, `dir`, `dir=2` or `owner`".to_owned()),
            None if text == "file" => Ok(Self::File),
            None if text == "dir" => Ok(Self::Dir(None)),
            Some(("dir", steps)) => match steps.parse() {
                Ok(steps) if steps > 0 => Ok(Self::Dir(Some(steps))),
                Ok(_) | Err(_) => Err(format!("`dir={steps}` needs a number from 1 to 255")),
            },
            None | Some(_) => Ok(Self::field(text)),
        }
    }

    /// Returns its spelling.
    pub fn word(&self) -> String {
        match self {
            Self::Field(key) => key.to_string(),
            Self::File => "file".to_owned(),
            Self::Dir(None) => "dir".to_owned(),
            Self::Dir(Some(steps)) => format!("dir={steps}"),
        }
    }

    /// Returns the key of a group for display.
    pub fn shown<'k>(&self, key: &'k str) -> &'k str {
        match self {
            Self::Dir(_) if key == NONE => ROOT_FOLDER,
            Self::Dir(_) | Self::File | Self::Field(_) => shown_key(key),
        }
    }

    /// Returns the groups that a unit belongs to.
    pub fn keys<'u>(&self, unit: &'u Unit) -> Vec<&'u str> {
        let keys: Vec<&str> = match self {
            Self::Field(key) => unit.field(key).iter().map(Text::as_str).collect(),
            Self::File => vec![&unit.path],
            Self::Dir(steps) => vec![dir_of(&unit.path, *steps)],
        };
        let mut known = BTreeSet::new();
        let keys: Vec<&str> = keys.into_iter().filter(|key| !key.is_empty() && known.insert(*key)).collect();
        if keys.is_empty() { vec![NONE] } else { keys }
    }
}

/// The displayed name of the root folder.
pub const ROOT_FOLDER: &str = "the root folder";

/// A group and its progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TallyGroup {
    /// The cluster, repository, folder …; [`NONE`] for units without one.
    pub key: Text,
    /// The progress of its units.
    pub progress: Progress,
}

/// Returns the key of a group for display.
pub fn shown_key(key: &str) -> &str {
    if key == NONE { "(none)" } else { key }
}

/// Groups units, with most left first, then by key.
pub fn group<'u>(units: impl IntoIterator<Item = &'u Unit>, by: &GroupBy) -> Vec<TallyGroup> {
    let mut groups: BTreeMap<&str, Amounts> = BTreeMap::new();
    for unit in units {
        for key in by.keys(unit) {
            groups.entry(key).or_default().count(unit.state);
        }
    }
    let group = |(key, amounts): (&str, Amounts)| TallyGroup { key: key.into(), progress: amounts.progress() };
    let mut groups: Vec<TallyGroup> = groups.into_iter().map(group).filter(|group| group.progress.total > 0).collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.progress.left()));
    groups
}

/// Returns the units of one group, in the order of the list.
pub fn of_group<'a>(units: &'a [Unit], by: &GroupBy, key: &str) -> Vec<&'a Unit> {
    units.iter().filter(|unit| by.keys(unit).contains(&key)).collect()
}

/// Returns a Markdown task list of units, ready for an issue: a box for each, grouped by file.
///
/// `base` is the URL of the files, without a trailing slash.
pub fn task_list(units: &[&Unit], base: Option<&str>) -> String {
    let mut by_file: BTreeMap<&str, Vec<&Unit>> = BTreeMap::new();
    for unit in units {
        by_file.entry(&unit.path).or_default().push(unit);
    }
    let mut text = String::new();
    for (path, units) in by_file {
        // Writing to a string cannot fail.
        let mark = if units.iter().all(|unit| unit.is_done()) { 'x' } else { ' ' };
        let _ = match base {
            Some(base) => writeln!(text, "- [{mark}] [{}]({base}/{})", paste::inline(path), encoded(path)),
            None => writeln!(text, "- [{mark}] {}", paste::code(path)),
        };
        for unit in units {
            task(&mut text, unit);
        }
    }
    text
}

fn task(text: &mut String, unit: &Unit) {
    let Some(line) = unit.line else { return };
    let mark = if unit.is_done() { 'x' } else { ' ' };
    let name = if unit.name.is_empty() { "(no name)" } else { unit.name.trim() };
    let detail = match (unit.field("type"), unit.field("cluster")) {
        ([kind], [cluster]) => format!("{kind} on {}, ", paste::code(cluster)),
        _ => String::new(),
    };
    let state = if unit.state == UnitState::Unknown { ", unknown" } else { "" };
    // Writing to a string cannot fail.
    let _ = writeln!(text, "  - [{mark}] {} ({detail}line {line}{state})", paste::code(name));
}

/// Returns the folder of a file, or its first segments.
fn dir_of(path: &str, steps: Option<u8>) -> &str {
    let folder = path.rsplit_once('/').map_or("", |(dir, _)| dir);
    let Some(steps) = steps else { return folder };
    folder.match_indices('/').nth(usize::from(steps) - 1).and_then(|(end, _)| folder.get(..end)).unwrap_or(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::unit::UnitField;

    fn row(name: &str, repo: &str, sigs: &[&str], done: bool) -> Unit {
        let fields = vec![
            UnitField::new("type", ["periodic"]),
            UnitField::new("repo", [repo]),
            UnitField::new("cluster", ["default"]),
            UnitField::new("sig", sigs.iter().copied()),
        ];
        let state = if done { UnitState::Done } else { UnitState::Left };
        Unit { name: name.into(), path: "config/jobs/a/b.yaml".into(), line: Some(3), fields, state }
    }

    #[test]
    fn the_group_with_most_left_is_first() {
        let rows = [row("a", "x/y", &[], true), row("b", "", &[], false), row("c", "", &[], false)];
        let groups = group(&rows, &GroupBy::field("repo"));
        let shown: Vec<(&str, u64, u64)> =
            groups.iter().map(|g| (g.key.as_str(), g.progress.done, g.progress.total)).collect();
        assert_eq!(shown, [(NONE, 0, 2), ("x/y", 1, 1)]);
    }

    #[test]
    fn a_job_of_two_sigs_counts_for_both() {
        let rows = [row("a", "", &["sig-auth", "sig-node"], false), row("b", "", &[], false)];
        assert_eq!(group(&rows, &GroupBy::field("sig")).len(), 3);
        assert_eq!(of_group(&rows, &GroupBy::field("sig"), "sig-node").len(), 1);
        assert_eq!(of_group(&rows, &GroupBy::field("sig"), NONE).len(), 1);
    }

    #[test]
    fn units_become_a_task_list() {
        let rows = [row("ci-a", "", &[], false), row("ci-b", "", &[], true)];
        let list =
            task_list(&rows.iter().collect::<Vec<_>>(), Some("https://github.com/kubernetes/test-infra/blob/master"));
        insta::assert_snapshot!(list, @r"
        - [ ] [config/jobs/a/b.yaml](https://github.com/kubernetes/test-infra/blob/master/config/jobs/a/b.yaml)
          - [ ] `ci-a` (periodic on `default`, line 3)
          - [x] `ci-b` (periodic on `default`, line 3)
        ");
    }

    #[test]
    fn units_are_grouped_by_folder_or_its_first_segments() {
        let unit = row("a", "", &[], false);
        let keys = |by: &str| GroupBy::parse(by).unwrap().keys(&unit).concat();
        assert_eq!(
            (keys("dir"), keys("dir=1"), keys("dir=9")),
            ("config/jobs/a".into(), "config".into(), "config/jobs/a".into())
        );
        assert_eq!(keys("file"), "config/jobs/a/b.yaml");
        assert!(GroupBy::parse("dir=0").is_err() && GroupBy::parse("dir=x").is_err());
    }
}
