//! Facts of a checkout on a day: its newest commits, and what is left of each counter.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::tally::{self, GroupBy};
use super::{CounterId, Date, Text, Unit};

/// The facts of a checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckoutFacts {
    /// The day the facts are for.
    pub asked: Date,
    /// The newest commit of each counter's checkout on or before that day; none for a plain folder.
    pub newest: Vec<NewestCommit>,
    /// What is left of each counter, without counters that could not be counted completely.
    pub rows: Vec<LeftByRepo>,
}

/// The newest commit of a counter's checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewestCommit {
    /// The counter.
    pub counter: CounterId,
    /// The abbreviated commit hash.
    pub commit: Text,
    /// The day of the commit.
    pub date: Date,
    /// Why its rule finds nothing there, if the place where it looks is gone; known only if it may be counted again.
    pub gone: Option<String>,
}

/// What is left of a counter, in groups that one person can take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftByRepo {
    /// The counter.
    pub counter: CounterId,
    /// The groups, smallest first.
    pub left: Vec<LeftInRepo>,
}

/// What is left of a counter in one repository or folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftInRepo {
    /// The repository or folder; [`tally::NONE`] for units that belong to none.
    pub repo: Text,
    /// The number of units left.
    pub left: u64,
    /// A description: `2 jobs of kubernetes/org`.
    pub what: String,
    /// The first units as a Markdown task list.
    pub tasks: String,
}

/// The maximum number of entries in a drafted issue, so that it stays readable.
const LISTED: usize = 60;

/// The maximum number of units of a group, so that it can be done in an evening.
const EVENING: usize = 40;

impl LeftByRepo {
    /// Groups what is left of a counter. `base` is the URL of the files, `nouns` are singular and plural of the unit.
    pub fn of(counter: CounterId, units: &[Unit], base: Option<&str>, nouns: (&str, &str)) -> Self {
        let has_repos = units.first().is_some_and(|unit| unit.fields.iter().any(|field| field.key == "repo"));
        let (groups, of) = if has_repos {
            let by_repo = by_key(units, &GroupBy::field("repo"));
            (by_repo.into_iter().map(|(repo, own)| (repo.to_owned(), own)).collect(), "of")
        } else {
            (folders(units, 1), "in")
        };
        let of_group = |(key, own): (String, Vec<&Unit>)| LeftInRepo::of(key.into(), of, &own, base, nouns);
        let mut left: Vec<_> = groups.into_iter().map(of_group).collect();
        left.sort_by_key(|own| own.left);
        Self { counter, left }
    }
}

fn by_key<'u>(units: impl IntoIterator<Item = &'u Unit>, by: &GroupBy) -> BTreeMap<&'u str, Vec<&'u Unit>> {
    let mut groups: BTreeMap<&str, Vec<&Unit>> = BTreeMap::new();
    for unit in units {
        for key in by.keys(unit) {
            groups.entry(key).or_default().push(unit);
        }
    }
    groups
}

/// Splits units by folder until each group can be done in an evening, and by file in a folder without subfolders.
fn folders<'u>(units: impl IntoIterator<Item = &'u Unit>, depth: u8) -> Vec<(String, Vec<&'u Unit>)> {
    let mut groups = Vec::new();
    for (key, own) in by_key(units, &GroupBy::Dir(Some(depth))) {
        let is_deeper = own.iter().any(|unit| GroupBy::Dir(None).keys(unit) != [key]);
        let is_one_file = own.iter().all(|unit| Some(&unit.path) == own.first().map(|first| &first.path));
        if own.len() <= EVENING || (!is_deeper && is_one_file) {
            groups.push((key.to_owned(), own));
        } else if is_deeper && depth < u8::MAX {
            groups.extend(folders(own, depth + 1));
        } else {
            groups.extend(files(&own));
        }
    }
    groups
}

/// Joins consecutive files of a folder into groups that can be done in an evening.
fn files<'u>(own: &[&'u Unit]) -> Vec<(String, Vec<&'u Unit>)> {
    let mut pieces: Vec<Vec<&Unit>> = Vec::new();
    for file in own.chunk_by(|one, other| one.path == other.path) {
        match pieces.last_mut().filter(|piece| piece.len() + file.len() <= EVENING) {
            Some(piece) => piece.extend_from_slice(file),
            None => pieces.push(file.to_vec()),
        }
    }
    let named = |piece: Vec<&'u Unit>| {
        let (first, last) = (&piece.first()?.path, &piece.last()?.path);
        let end = last.rsplit('/').next().unwrap_or_default();
        Some((if first == last { first.to_string() } else { format!("{first} to {end}") }, piece))
    };
    pieces.into_iter().filter_map(named).collect()
}

impl LeftInRepo {
    fn of(repo: Text, of: &str, own: &[&Unit], base: Option<&str>, nouns: (&str, &str)) -> Self {
        let listed = own.get(..LISTED.min(own.len())).unwrap_or_default();
        let mut tasks = tally::task_list(listed, base);
        if let Some(more) = own.len().checked_sub(LISTED).filter(|&more| more > 0) {
            // Writing to a string cannot fail.
            let _ = writeln!(tasks, "\nand {more} more");
        }
        let count = if own.len() == 1 { format!("1 {}", nouns.0) } else { format!("{} {}", own.len(), nouns.1) };
        let what = match repo.as_str() {
            tally::NONE if of == "of" => format!("{count} without a repository"),
            tally::NONE => format!("{count} in {}", tally::ROOT_FOLDER),
            repo => format!("{count} {of} {repo}"),
        };
        Self { repo, left: own.len() as u64, what, tasks }
    }

    /// Returns the title for this part of an item: `2 jobs of kubernetes/org: Prow jobs run elsewhere`.
    pub fn title(&self, item: &str) -> String {
        format!("{}: {item}", self.what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::UnitState;
    use crate::domain::unit::UnitField;

    const JOBS: (&str, &str) = ("job", "jobs");

    fn job(name: &str, repo: &str) -> Unit {
        let fields = vec![UnitField::new("repo", [repo])];
        Unit { name: name.into(), path: "config/jobs/a.yaml".into(), line: Some(3), fields, state: UnitState::Left }
    }

    #[test]
    fn jobs_are_grouped_by_repository_with_a_task_list() {
        let rows = LeftByRepo::of(CounterId::new("jobs"), &[job("one", "a/b"), job("two", "")], None, JOBS);
        assert_eq!(rows.left.iter().map(|own| own.left).collect::<Vec<_>>(), [1, 1]);
        let titles: Vec<_> = rows.left.iter().map(|own| own.title("Jobs")).collect();
        assert!(titles.contains(&"1 job of a/b: Jobs".to_owned()), "{titles:?}");
        assert!(titles.contains(&"1 job without a repository: Jobs".to_owned()), "{titles:?}");
        assert!(rows.left.iter().any(|own| own.tasks.contains("`one`")));
    }

    #[test]
    fn a_long_list_ends_with_the_number_of_further_entries() {
        let jobs: Vec<_> = (0..70).map(|n| job(&format!("job-{n}"), "a/b")).collect();
        let rows = LeftByRepo::of(CounterId::new("jobs"), &jobs, None, JOBS);
        assert!(rows.left[0].tasks.ends_with("\nand 10 more\n"));
        assert_eq!((rows.left[0].left, rows.left[0].tasks.matches("job-").count()), (70, 60));
    }

    #[test]
    fn folders_are_split_until_each_group_fits_an_evening() {
        let line = |path: &str| Unit { path: path.into(), fields: Vec::new(), ..job("x", "") };
        let mut units = vec![line("README"), line("a/one.rb"), line("a/one.rb")];
        units.extend((0..50).map(|n| line(&format!("b/c{}/x.rb", n % 2))));
        units.extend((0..50).map(|_| line("d/big.rb")));
        units.extend((10..60).map(|n| line(&format!("e/{n}.rb"))));
        let rows = LeftByRepo::of(CounterId::new("lines"), &units, None, ("line", "lines"));
        let shown: Vec<_> = rows.left.iter().map(|own| own.what.as_str()).collect();
        let expected = [
            "1 line in the root folder",
            "2 lines in a",
            "10 lines in e/50.rb to 59.rb",
            "25 lines in b/c0",
            "25 lines in b/c1",
            "40 lines in e/10.rb to 49.rb",
            "50 lines in d",
        ];
        assert_eq!(shown, expected);
    }
}
