//! Title index: which issues have the name of a project in their title, and which have the same title as another.

use std::collections::HashMap;

use aho_corasick::AhoCorasick;

use crate::domain::{Issue, Issues, Timestamp};

/// The names and titles to look for, and the issues found, without pull requests.
pub(super) struct Titles<'a> {
    /// Sorted, none twice.
    names: Vec<String>,
    finder: AhoCorasick,
    /// For each name, the issues whose title has it as a word.
    named: Vec<Vec<TitleMatch<'a>>>,
    /// For each title, as [`folded`], the issues that have it.
    alike: HashMap<String, Vec<&'a Issue>>,
}

/// An issue whose title names a project.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct TitleMatch<'a> {
    pub(super) issue: &'a Issue,
    /// Whether the title says `project NAME` or `NAME project`.
    pub(super) as_project: bool,
}

impl<'a> Titles<'a> {
    /// Makes an empty index that looks for these names and titles.
    pub(super) fn looking_for<'b>(names: impl Iterator<Item = &'b str>, like: impl Iterator<Item = &'b str>) -> Self {
        let mut names: Vec<_> = names.filter(|name| !name.is_empty()).map(ToOwned::to_owned).collect();
        names.sort_unstable();
        names.dedup();
        Self {
            finder: AhoCorasick::new(&names).expect("names of projects are short"),
            named: vec![Vec::new(); names.len()],
            names,
            // A title of nothing but brackets is like no other.
            alike: like.map(folded).filter(|title| !title.is_empty()).map(|title| (title, Vec::new())).collect(),
        }
    }

    /// Fills the index with the issues that existed at a moment.
    pub(super) fn found_in(mut self, issues: &'a Issues, moment: Timestamp) -> Self {
        for issue in issues.iter().filter(|issue| !issue.is_pull && issue.existed_by(moment)) {
            let title = issue.title.as_str();
            for (name, start, end) in names_in(&self.finder, title) {
                // If a title has a name twice, the first counts.
                if let Some(named) = self.named.get_mut(name)
                    && named.last().is_none_or(|last| last.issue.id != issue.id)
                {
                    named.push(TitleMatch { issue, as_project: is_named_as_project(title, start, end) });
                }
            }
            if let Some(alike) = self.alike.get_mut(&folded(title)) {
                alike.push(issue);
            }
        }
        self
    }

    /// Whether a title has one of the names, or is one of the titles.
    pub(super) fn matches(&self, title: &str) -> bool {
        names_in(&self.finder, title).next().is_some() || self.alike.contains_key(&folded(title))
    }

    /// Returns the issues whose title has a name as a word, in order.
    pub(super) fn naming(&self, name: &str) -> &[TitleMatch<'a>] {
        let at = self.names.binary_search_by(|own| own.as_str().cmp(name));
        at.ok().and_then(|at| self.named.get(at)).map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns the issues with the same words in their title, without regard to case, in order.
    pub(super) fn same(&self, title: &str) -> &[&'a Issue] {
        self.alike.get(&folded(title)).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The names that a title has as words, each with its start and end. A name inside a path (`gs://name`, `name/cluster`) or a
/// longer name does not count.
fn names_in(finder: &AhoCorasick, title: &str) -> impl Iterator<Item = (usize, usize, usize)> {
    let found = finder.find_overlapping_iter(title);
    let is_word = |start: usize, end: usize| {
        let before = title.get(..start).unwrap_or_default();
        let behind = title.get(end..).unwrap_or_default().trim_start_matches(ENDS);
        (before.is_empty() || before.ends_with(is_edge)) && (behind.is_empty() || behind.starts_with(is_edge))
    };
    found.filter(move |it| is_word(it.start(), it.end())).map(|it| (it.pattern().as_usize(), it.start(), it.end()))
}

/// The words of a title in lower case: brackets, quotes and the like make no difference, `C++` and `C#` do.
fn folded(title: &str) -> String {
    let mut folded = String::with_capacity(title.len());
    for word in words(title) {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    if folded.is_ascii() {
        folded.make_ascii_lowercase();
        return folded;
    }
    folded.to_lowercase()
}

fn words(title: &str) -> impl DoubleEndedIterator<Item = &str> {
    title.split(is_edge).map(|word| word.trim_end_matches(ENDS)).filter(|word| !word.is_empty())
}

/// The punctuation that may follow a word.
const ENDS: [char; 4] = ['.', ':', '?', '!'];

/// Whether a character separates words.
fn is_edge(c: char) -> bool {
    c.is_whitespace() || matches!(c, '`' | '"' | '\'' | '(' | ')' | '[' | ']' | ',' | ';' | '>' | '<')
}

fn is_named_as_project(title: &str, start: usize, end: usize) -> bool {
    let before = words(title.get(..start).unwrap_or_default()).next_back();
    let behind = title.get(end..).unwrap_or_default().trim_start_matches(['`', '"', ' ']);
    before.is_some_and(|word| word.eq_ignore_ascii_case("project")) || begins_with_project(behind)
}

fn begins_with_project(behind: &str) -> bool {
    let begins = |with: &str| behind.get(..with.len()).is_some_and(|it| it.eq_ignore_ascii_case(with));
    begins("project") || begins("gcp project")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::{issue, titled};

    /// For each name the issues and whether they name it as a project; for each title those like it.
    type Found = (Vec<Vec<(u64, bool)>>, Vec<Vec<u64>>);

    fn found(names: &[&str], like: &[&str], titles: &[&str]) -> Found {
        let issues: Issues = (1..).zip(titles).map(|(number, title)| titled(number, title)).collect();
        let moment = issue(1).created.unwrap();
        let index = Titles::looking_for(names.iter().copied(), like.iter().copied()).found_in(&issues, moment);
        for issue in &issues {
            let has_name = names.iter().any(|name| index.naming(name).iter().any(|named| named.issue.id == issue.id));
            let is_like = like.iter().any(|title| index.same(title).iter().any(|same| same.id == issue.id));
            assert_eq!(index.matches(&issue.title), has_name || is_like, "{}", issue.title);
        }
        let named =
            |name: &&str| index.naming(name).iter().map(|named| (named.issue.id.number, named.as_project)).collect();
        let same = |title: &&str| index.same(title).iter().map(|issue| issue.id.number).collect();
        (names.iter().map(named).collect(), like.iter().map(same).collect())
    }

    /// Whether names are found in one title, and whether as projects.
    fn read(names: &[&str], title: &str) -> Vec<Option<bool>> {
        let (named, _) = found(names, &[], &[title]);
        named.into_iter().map(|issues| issues.first().map(|(_, as_project)| *as_project)).collect()
    }

    #[test]
    fn a_name_matches_only_whole_words() {
        let names = ["k8s-prow", "k8s-prow-build"];
        let (no, mentions, as_project) = (None, Some(false), Some(true));
        assert_eq!(read(&names, "Migrate away from gcp project k8s-prow."), [as_project, no]);
        assert_eq!(read(&names, "Move `k8s-prow-build` Project"), [no, as_project]);
        assert_eq!(read(&names, "the k8s-prow GCP project's é"), [as_project, no]);
        assert_eq!(read(&names, "clean\u{a0}k8s-prow up"), [mentions, no]);
        assert_eq!(read(&names, "k8s-prow, the project k8s-prow"), [mentions, no], "the first counts");
        assert_eq!(read(&names, "gs://k8s-prow/x: clean the k8s-prow project up"), [as_project, no]);
        assert_eq!(read(&names, "gs://k8s-prow/x and k8s-prow/cluster and k8s-prows"), [no, no]);
        assert_eq!(read(&names, ""), [no, no]);
    }

    #[test]
    fn names_are_found_in_the_order_of_issues() {
        let names = ["k8s-prow", "docs", "k8s-prow"];
        let (named, _) = found(&names, &[], &["docs", "clean k8s-prow", "none", "project k8s-prow and docs"]);
        assert_eq!(named[0], [(2, false), (4, true)]);
        assert_eq!(named[1], [(1, false), (4, false)]);
    }

    #[test]
    fn titles_match_regardless_of_case_and_punctuation() {
        let titles = ["", "move THE größe 1", "move the größe 2", "Move the größe: 1"];
        assert_eq!(found(&[], &["Move: the Größe (1)"], &titles).1, [[2, 4]]);
        let titles =
            ["Port the C++ client", "Port the C# client", "Release v1.11", "Release v1.1.1", "🚀", "🎉", "..."];
        let same = found(&[], &["port the C++ client.", "Release v1.11", "🚀", "(.)"], &titles).1;
        assert_eq!(same, [vec![1], vec![3], vec![5], vec![]]);
    }

    #[test]
    fn the_word_before_a_name_is_found_through_quotes_and_brackets() {
        let before = ["", "project ", "gcp project `", "Project ... (", "the project: ", "projects "];
        let last = before.map(|before| words(before).next_back().unwrap_or_default());
        assert_eq!(last, ["", "project", "project", "Project", "project", "projects"]);
    }

    #[test]
    fn pull_requests_and_issues_opened_later_are_left_out() {
        let later = Issue { created: issue(1).created.map(|at| Timestamp(at.0 + 1)), ..titled(1, "same") };
        let pull = Issue { is_pull: true, ..titled(2, "same") };
        let issues = [later, pull, Issue { created: None, ..titled(3, "same") }, titled(4, "same")];
        let issues: Issues = issues.into_iter().collect();
        let index = Titles::looking_for(std::iter::empty(), std::iter::once("same"))
            .found_in(&issues, issue(1).created.unwrap());
        assert_eq!(index.same("Same").iter().map(|issue| issue.id.number).collect::<Vec<_>>(), [3, 4]);
    }
}
