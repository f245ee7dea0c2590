//! An index of issue titles: which name a project as a word, and which say the same as others.

use std::collections::{HashMap, HashSet};

use crate::domain::{Issue, Issues, Timestamp};

/// What was looked up in the titles of issues; pull requests are left out.
#[derive(Default)]
pub(super) struct Titles<'a> {
    /// For each name that was asked for, the issues whose title has it as a word.
    named: HashMap<String, Vec<TitleMatch<'a>>>,
    /// For each title that was asked for, as [`folded`], the issues that have it.
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
    /// Looks for names, and for titles like others, in the issues that existed at a moment.
    pub(super) fn new<'b>(
        issues: &'a Issues,
        moment: Timestamp,
        names: impl Iterator<Item = &'b str>,
        like: impl Iterator<Item = &'b str>,
    ) -> Self {
        let mut titles = Self {
            named: names.map(|name| (name.to_owned(), Vec::new())).collect(),
            // Titles of nothing but brackets have nothing in common.
            alike: like.map(folded).filter(|title| !title.is_empty()).map(|title| (title, Vec::new())).collect(),
        };
        for issue in issues.iter().filter(|issue| !issue.is_pull && issue.existed_by(moment)) {
            titles.add(issue);
        }
        titles
    }

    fn add(&mut self, issue: &'a Issue) {
        let title = issue.title.as_str();
        let words: Vec<_> = words(title).collect();
        // Of a word that is there twice the first counts.
        let mut seen = HashSet::new();
        for &(start, word) in &words {
            if let Some(named) = self.named.get_mut(word)
                && seen.insert(word)
            {
                named.push(TitleMatch { issue, as_project: is_named_as_project(title, start, word) });
            }
        }
        if let Some(alike) = self.alike.get_mut(&joined(&words)) {
            alike.push(issue);
        }
    }

    /// Returns the issues whose title has a name as a word, in order.
    pub(super) fn naming(&self, name: &str) -> &[TitleMatch<'a>] {
        self.named.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns the issues with the same words in their title, without regard to case, in order.
    pub(super) fn same(&self, title: &str) -> &[&'a Issue] {
        self.alike.get(&folded(title)).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The words of a title in lower case: brackets, quotes and the like make no difference, `C++` and `C#` do.
fn folded(title: &str) -> String {
    joined(&words(title).collect::<Vec<_>>())
}

fn joined(words: &[(usize, &str)]) -> String {
    words.iter().map(|(_, word)| *word).collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The words of a title that may be names, and where they start. A name inside a path (`gs://name`, `name/cluster`) or
/// a longer name is none.
fn words(title: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut end = 0;
    let parts = title.split_inclusive(is_edge).map(move |part| {
        let start = end;
        end += part.len();
        (start, trimmed(part.trim_end_matches(is_edge)))
    });
    parts.filter(|(_, word)| !word.is_empty())
}

/// The last word before a name.
fn last_word(before: &str) -> &str {
    before.rsplit(is_edge).map(trimmed).find(|word| !word.is_empty()).unwrap_or_default()
}

fn trimmed(word: &str) -> &str {
    word.trim_end_matches(['.', ':', '?', '!'])
}

/// Whether a character separates words.
fn is_edge(c: char) -> bool {
    c.is_whitespace() || matches!(c, '`' | '"' | '\'' | '(' | ')' | '[' | ']' | ',' | ';' | '>' | '<')
}

fn is_named_as_project(title: &str, start: usize, word: &str) -> bool {
    let before = last_word(title.get(..start).unwrap_or_default());
    let is_last = || title.trim_end().ends_with(word);
    let behind = || title.get(start + word.len()..).unwrap_or_default().trim_start_matches(['`', '"', ' ']);
    before.eq_ignore_ascii_case("project") || !is_last() && begins_with_project(behind())
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
        let index = Titles::new(&issues, moment, names.iter().copied(), like.iter().copied());
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
    fn a_name_is_a_word_of_a_title_and_no_part_of_one() {
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
    fn titles_alike_are_found_whatever_their_case_and_signs() {
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
        assert_eq!(before.map(last_word), ["", "project", "project", "Project", "project", "projects"]);
    }

    #[test]
    fn pull_requests_and_issues_opened_later_are_left_out() {
        let later = Issue { created: issue(1).created.map(|at| Timestamp(at.0 + 1)), ..titled(1, "same") };
        let pull = Issue { is_pull: true, ..titled(2, "same") };
        let issues = [later, pull, Issue { created: None, ..titled(3, "same") }, titled(4, "same")];
        let issues: Issues = issues.into_iter().collect();
        let index = Titles::new(&issues, issue(1).created.unwrap(), std::iter::empty(), std::iter::once("same"));
        assert_eq!(index.same("Same").iter().map(|issue| issue.id.number).collect::<Vec<_>>(), [3, 4]);
    }
}
