//! The issues of a snapshot, by repository and number.

use std::collections::BTreeMap;
use std::collections::btree_map::{IntoValues, Keys, Values};
use std::iter::Map;

use serde::{Deserialize, Deserializer};

use super::{Issue, IssueRef};

/// Issues ordered by repository and number, without duplicates. Boxed, since they are large and would be moved when the
/// map grows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Issues(BTreeMap<IssueRef, Box<Issue>>);

/// All issues, in order.
type Iter<'a> = Map<Values<'a, IssueRef, Box<Issue>>, fn(&'a Box<Issue>) -> &'a Issue>;

impl Issues {
    /// Finds an issue.
    pub fn get(&self, id: &IssueRef) -> Option<&Issue> {
        self.0.get(id).map(Box::as_ref)
    }

    /// Finds an issue to modify. Its id must not be changed.
    pub fn get_mut(&mut self, id: &IssueRef) -> Option<&mut Issue> {
        self.0.get_mut(id).map(Box::as_mut)
    }

    /// Whether an issue is present.
    pub fn contains(&self, id: &IssueRef) -> bool {
        self.0.contains_key(id)
    }

    /// Inserts an issue, replacing one with the same id.
    pub fn insert(&mut self, issue: Issue) {
        self.0.insert(issue.id.clone(), Box::new(issue));
    }

    /// Removes an issue.
    pub fn remove(&mut self, id: &IssueRef) -> Option<Issue> {
        self.0.remove(id).map(|issue| *issue)
    }

    /// Returns all ids, in order.
    pub fn ids(&self) -> Keys<'_, IssueRef, Box<Issue>> {
        self.0.keys()
    }

    /// Returns all issues, in order.
    pub fn iter(&self) -> Iter<'_> {
        self.0.values().map(Box::as_ref)
    }

    /// Returns the number of issues.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Vec<Issue>> for Issues {
    /// Sorts issues. Of several with the same id, the last one is kept.
    fn from(issues: Vec<Issue>) -> Self {
        issues.into_iter().collect()
    }
}

impl FromIterator<Issue> for Issues {
    fn from_iter<T: IntoIterator<Item = Issue>>(issues: T) -> Self {
        Self(issues.into_iter().map(|issue| (issue.id.clone(), Box::new(issue))).collect())
    }
}

impl IntoIterator for Issues {
    type Item = Issue;
    type IntoIter = Map<IntoValues<IssueRef, Box<Issue>>, fn(Box<Issue>) -> Issue>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_values().map(|issue| *issue)
    }
}

impl<'a> IntoIterator for &'a Issues {
    type Item = &'a Issue;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'de> Deserialize<'de> for Issues {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<Issue>::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Repo;
    use super::super::fixtures::{id, issue};
    use super::*;

    fn elsewhere(number: u64) -> IssueRef {
        IssueRef::new(Repo::new("kubernetes/test-infra").unwrap(), number)
    }

    #[test]
    fn issues_are_found_by_id_and_ordered_by_repository_and_number() {
        let issues: Issues = vec![Issue { id: elsewhere(1), ..issue(1) }, issue(7), issue(3)].into();
        for name in [id(3), id(7), elsewhere(1)] {
            assert_eq!(issues.get(&name).map(|issue| &issue.id), Some(&name));
        }
        assert_eq!((issues.get(&id(1)), issues.get(&elsewhere(3))), (None, None));
        assert_eq!(issues.ids().cloned().collect::<Vec<_>>(), [id(3), id(7), elsewhere(1)]);
    }

    #[test]
    fn of_two_issues_with_the_same_id_the_last_is_kept() {
        let titled = |title: &str| Issue { title: title.to_owned(), ..issue(1) };
        let issues: Issues = vec![titled("old"), issue(2), titled("new")].into();
        assert_eq!((issues.len(), issues.get(&id(1)).unwrap().title.as_str()), (2, "new"));
    }
}
