//! The issues of a snapshot, by repository and number.
//!
//! Those of a cache stay packed until somebody looks at them: of ten thousand a roadmap links to some hundred.
//! How they are packed is the business of the cache, which hands in the functions that open them.

use std::sync::OnceLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Issue, IssueRef, Repo, Timestamp};

/// Issues in order, none twice.
#[derive(Debug, Clone, Default)]
pub struct Issues {
    ids: Ids,
    /// One a name; filled once, when somebody looks. `None` is a record that cannot be opened.
    slots: Vec<OnceLock<Option<Box<Issue>>>>,
    packed: Option<Packed>,
}

/// The names of issues, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ids {
    /// Repositories in order, each with the place behind its last issue.
    groups: Vec<(Repo, usize)>,
    /// Ascending within a repository.
    numbers: Vec<u64>,
}

/// Records of issues, and how to open them.
#[derive(Debug, Clone)]
pub struct Packed {
    /// One record after the other, behind anything else.
    pub bytes: Vec<u8>,
    /// Where the first one begins.
    pub start: u32,
    /// Where each one ends.
    pub ends: Vec<u32>,
    /// Opens a record.
    pub open: fn(&[u8]) -> Option<Issue>,
    /// Reads the beginning of a record.
    pub glance: fn(&[u8]) -> Option<Glance<'_>>,
}

/// What can be told of an issue without opening its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance<'a> {
    /// As [`Issue::title`].
    pub title: &'a str,
    /// As [`Issue::is_pull`].
    pub is_pull: bool,
    /// As [`Issue::created`].
    pub created: Option<Timestamp>,
    /// As [`Issue::parents`]: repository and number.
    pub parents: Vec<(&'a str, u64)>,
}

impl<'a> Glance<'a> {
    fn of(issue: &'a Issue) -> Self {
        let parents = issue.parents.iter().map(|parent| (parent.repo.as_str(), parent.number)).collect();
        Self { title: &issue.title, is_pull: issue.is_pull, created: issue.created, parents }
    }

    /// Tells whether one of the parents is this one.
    pub fn has_parent(&self, id: &IssueRef) -> bool {
        self.parents.iter().any(|&(repo, number)| number == id.number && repo == id.repo.as_str())
    }
}

impl Ids {
    /// Takes names that are in order, none twice.
    pub fn new<'a>(sorted: impl IntoIterator<Item = (&'a Repo, u64)>) -> Self {
        let mut ids = Self::default();
        for (repo, number) in sorted {
            ids.numbers.push(number);
            match ids.groups.last_mut() {
                Some((last, end)) if last == repo => *end = ids.numbers.len(),
                Some(_) | None => ids.groups.push((repo.clone(), ids.numbers.len())),
            }
        }
        ids
    }

    /// Takes repositories in order with how many issues each has, and the numbers of all.
    pub fn grouped(repos: impl IntoIterator<Item = (Repo, usize)>, numbers: Vec<u64>) -> Self {
        let mut end = 0;
        let until = |(repo, count)| {
            end += count;
            (repo, end)
        };
        Self { groups: repos.into_iter().map(until).collect(), numbers }
    }

    /// Finds the place of a name.
    pub fn find(&self, id: &IssueRef) -> Option<usize> {
        let group = self.groups.binary_search_by(|(repo, _)| repo.cmp(&id.repo)).ok()?;
        let (_, end) = self.groups.get(group)?;
        let start = group.checked_sub(1).and_then(|before| self.groups.get(before)).map_or(0, |(_, end)| *end);
        let at = self.numbers.get(start..*end)?.binary_search(&id.number).ok()?;
        Some(start + at)
    }

    /// Returns all names, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Repo, u64)> {
        let starts = std::iter::once(0).chain(self.groups.iter().map(|(_, end)| *end));
        let groups = starts.zip(&self.groups).map(|(start, (repo, end))| (repo, self.numbers.get(start..*end)));
        groups.flat_map(|(repo, numbers)| numbers.into_iter().flatten().map(move |&number| (repo, number)))
    }

    /// Returns the repositories in order, and how many issues each has.
    pub fn repos(&self) -> impl Iterator<Item = (&Repo, usize)> {
        let starts = std::iter::once(0).chain(self.groups.iter().map(|(_, end)| *end));
        starts.zip(&self.groups).map(|(start, (repo, end))| (repo, end - start))
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }
}

impl Packed {
    fn record(&self, at: usize) -> Option<&[u8]> {
        let start = at.checked_sub(1).map_or(Some(self.start), |before| self.ends.get(before).copied())?;
        self.bytes.get(start as usize..*self.ends.get(at)? as usize)
    }
}

impl Issues {
    /// Takes records of the named issues, which are in order; there must be as many.
    pub fn packed(ids: Ids, packed: Packed) -> Self {
        let slots = std::iter::repeat_with(OnceLock::new).take(ids.len()).collect();
        Self { ids, slots, packed: Some(packed) }
    }

    /// Finds an issue.
    pub fn get(&self, id: &IssueRef) -> Option<&Issue> {
        self.at(self.ids.find(id)?)
    }

    /// Finds an issue, to change it.
    pub fn get_mut(&mut self, id: &IssueRef) -> Option<&mut Issue> {
        let at = self.ids.find(id)?;
        self.at(at)?;
        self.slots.get_mut(at)?.get_mut()?.as_deref_mut()
    }

    /// Returns the issue at a place.
    pub fn at(&self, place: usize) -> Option<&Issue> {
        self.slots.get(place)?.get_or_init(|| self.open(place).map(Box::new)).as_deref()
    }

    fn open(&self, place: usize) -> Option<Issue> {
        let packed = self.packed.as_ref()?;
        (packed.open)(packed.record(place)?)
    }

    /// Returns the names of all, in order.
    pub fn ids(&self) -> &Ids {
        &self.ids
    }

    /// Looks at all without opening what is packed; each with its place.
    pub fn glances(&self) -> impl Iterator<Item = (usize, Glance<'_>)> {
        self.slots.iter().enumerate().filter_map(|(place, slot)| {
            let opened = slot.get().and_then(|issue| issue.as_deref()).map(Glance::of);
            let packed = || self.packed.as_ref().and_then(|packed| (packed.glance)(packed.record(place)?));
            Some((place, opened.or_else(packed)?))
        })
    }

    /// Returns all issues, in order; opens what is packed.
    pub fn iter(&self) -> impl Iterator<Item = &Issue> {
        (0..self.slots.len()).filter_map(|place| self.at(place))
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}

impl From<Vec<Issue>> for Issues {
    /// Puts issues in order; of two with one name the later one stays.
    fn from(mut issues: Vec<Issue>) -> Self {
        issues.reverse();
        issues.sort_by(|a, b| a.id.cmp(&b.id));
        issues.dedup_by(|a, b| a.id == b.id);
        let ids = Ids::new(issues.iter().map(|issue| (&issue.id.repo, issue.id.number)));
        let slots = issues.into_iter().map(|issue| OnceLock::from(Some(Box::new(issue)))).collect();
        Self { ids, slots, packed: None }
    }
}

impl FromIterator<Issue> for Issues {
    fn from_iter<T: IntoIterator<Item = Issue>>(issues: T) -> Self {
        issues.into_iter().collect::<Vec<_>>().into()
    }
}

impl IntoIterator for Issues {
    type Item = Issue;
    type IntoIter = std::vec::IntoIter<Issue>;

    fn into_iter(mut self) -> Self::IntoIter {
        let slots = std::mem::take(&mut self.slots);
        let open = |(place, slot): (usize, OnceLock<Option<Box<Issue>>>)| match slot.into_inner() {
            Some(issue) => issue.map(|issue| *issue),
            None => self.open(place),
        };
        slots.into_iter().enumerate().filter_map(open).collect::<Vec<_>>().into_iter()
    }
}

impl PartialEq for Issues {
    fn eq(&self, other: &Self) -> bool {
        self.ids == other.ids && self.iter().eq(other.iter())
    }
}

impl Serialize for Issues {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Issues {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<Issue>::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{id, issue};
    use super::*;

    fn elsewhere(number: u64) -> IssueRef {
        IssueRef::new(Repo::new("kubernetes/test-infra").unwrap(), number)
    }

    #[test]
    fn issues_are_found_by_name_in_any_repository() {
        let issues: Issues = vec![Issue { id: elsewhere(1), ..issue(1) }, issue(7), issue(3)].into();
        let found = |id: &IssueRef| issues.get(id).map(|issue| issue.id.clone());
        for name in [id(3), id(7), elsewhere(1)] {
            assert_eq!(found(&name), Some(name));
        }
        assert_eq!((found(&id(1)), found(&elsewhere(3))), (None, None));
        let names: Vec<_> = issues.ids().iter().map(|(repo, number)| IssueRef::new(repo.clone(), number)).collect();
        assert_eq!(names, [id(3), id(7), elsewhere(1)]);
    }

    #[test]
    fn of_two_with_one_name_the_later_stays() {
        let titled = |title: &str| Issue { title: title.to_owned(), ..issue(1) };
        let issues: Issues = vec![titled("old"), issue(2), titled("new")].into();
        assert_eq!((issues.len(), issues.get(&id(1)).unwrap().title.as_str()), (2, "new"));
    }

    #[test]
    fn what_is_packed_is_opened_when_somebody_looks_and_only_that() {
        fn open(record: &[u8]) -> Option<Issue> {
            let number = u64::from(*record.first()?);
            (number != 9).then(|| Issue { title: "opened".into(), ..issue(number) })
        }
        fn glance(_: &[u8]) -> Option<Glance<'_>> {
            Some(Glance { title: "packed", is_pull: false, created: None, parents: Vec::new() })
        }
        let home = id(1).repo;
        let ids = Ids::new([(&home, 1), (&home, 2), (&home, 9)]);
        let packed = Packed { bytes: vec![0, 1, 2, 9], start: 1, ends: vec![2, 3, 4], open, glance };
        let issues = Issues::packed(ids, packed);
        assert_eq!(issues.get(&id(2)).map(|issue| issue.id.number), Some(2));
        let titles: Vec<_> = issues.glances().map(|(_, glance)| glance.title).collect();
        assert_eq!(titles, ["packed", "opened", "packed"]);
        assert_eq!(issues.get(&id(9)), None, "a record that cannot be opened is no issue");
        assert_eq!(issues.into_iter().map(|issue| issue.id.number).collect::<Vec<_>>(), [1, 2]);
    }
}
