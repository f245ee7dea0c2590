//! The issues of a snapshot, by repository and number.
//!
//! Those of a cache stay where they are until somebody looks at them: of ten thousand a roadmap links to some hundred.
//! How they are kept there is the business of the cache, which hands in its [`Records`].

use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::titles::{Said, Titles};
use super::{Ids, Issue, IssueRef};

/// Issues in order, none twice.
#[derive(Debug, Clone, Default)]
pub struct Issues {
    ids: Ids,
    slots: Slots,
    records: Option<Arc<dyn Records>>,
    /// What the titles say of those that are not kept elsewhere.
    titles: OnceLock<Arc<Titles>>,
}

/// A place for each issue, filled once, when somebody looks. `None` is a record that cannot be opened.
type Slot = OnceLock<Option<Box<Issue>>>;

/// As many slots as are made at a time.
const SOME: usize = 64;

/// Places for issues, made where somebody looks: of fifty thousand few are ever filled.
#[derive(Debug, Clone, Default)]
struct Slots {
    some: Vec<OnceLock<Box<[Slot; SOME]>>>,
    count: usize,
}

impl Slots {
    fn new(count: usize) -> Self {
        Self { some: std::iter::repeat_with(OnceLock::new).take(count.div_ceil(SOME)).collect(), count }
    }

    fn at(&self, place: usize) -> Option<&Slot> {
        if place >= self.count {
            return None;
        }
        let some = self.some.get(place / SOME)?.get_or_init(|| Box::new([const { OnceLock::new() }; SOME]));
        some.get(place % SOME)
    }

    /// A slot that somebody looked at.
    fn at_mut(&mut self, place: usize) -> Option<&mut Slot> {
        self.some.get_mut(place / SOME)?.get_mut()?.get_mut(place % SOME)
    }
}

/// Issues that are kept elsewhere, each at the place of its name.
pub trait Records: fmt::Debug + Send + Sync {
    /// Opens the one at a place; `None` where it cannot be had.
    fn open(&self, place: usize) -> Option<Issue>;

    /// Tells whether one that was opened is damaged.
    fn is_damaged(&self) -> bool;

    /// Shows what each title says, in order; `false` where what was shown is not to be trusted.
    fn titles(&self, look: &mut dyn FnMut(Said<'_>)) -> bool;

    /// Returns the places of those that name an issue as parent, in order.
    fn with_parent(&self, id: &IssueRef) -> Vec<usize>;
}

impl Issues {
    /// Takes records of the named issues, which are in order.
    pub fn kept(ids: Ids, records: Arc<dyn Records>) -> Self {
        let slots = Slots::new(ids.len());
        Self { ids, slots, records: Some(records), titles: OnceLock::new() }
    }

    /// Finds an issue.
    pub fn get(&self, id: &IssueRef) -> Option<&Issue> {
        self.at(self.ids.find(id)?)
    }

    /// Finds the text of an issue, to put in what was read elsewhere.
    pub fn body_mut(&mut self, id: &IssueRef) -> Option<&mut String> {
        let place = self.ids.find(id)?;
        self.at(place)?;
        Some(&mut self.slots.at_mut(place)?.get_mut()?.as_deref_mut()?.body)
    }

    /// Returns the issue at a place.
    pub fn at(&self, place: usize) -> Option<&Issue> {
        self.slots.at(place)?.get_or_init(|| self.open(place).map(Box::new)).as_deref()
    }

    fn open(&self, place: usize) -> Option<Issue> {
        self.records.as_ref()?.open(place)
    }

    /// Tells whether somebody looked at an issue that is there and damaged: what was made of the issues may lack it.
    pub fn is_damaged(&self) -> bool {
        self.records.as_ref().is_some_and(|records| records.is_damaged())
    }

    /// Returns the names of all, in order.
    pub fn ids(&self) -> &Ids {
        &self.ids
    }

    /// Gathers from what the titles say, in order, without opening what is kept elsewhere.
    pub fn gather<T: Default>(&self, look: impl Fn(&mut T, Said<'_>)) -> T {
        let mut found = T::default();
        if self.records.as_ref().is_some_and(|records| records.titles(&mut |said| look(&mut found, said))) {
            return found;
        }
        found = T::default();
        self.titles().each().for_each(|said| look(&mut found, said));
        found
    }

    /// Returns what the titles say; opens what is kept elsewhere.
    pub fn titles(&self) -> &Titles {
        let places = || (0..self.len()).filter_map(|place| self.at(place).map(|issue| (place, issue)));
        self.titles.get_or_init(|| Arc::new(Titles::of(places())))
    }

    /// Returns the places of the issues that name one as parent, in order, without opening what is kept elsewhere.
    pub fn with_parent(&self, id: &IssueRef) -> Vec<usize> {
        if let Some(records) = &self.records {
            return records.with_parent(id);
        }
        let named = self.iter().enumerate().filter(|(_, issue)| issue.parents.contains(id));
        named.map(|(place, _)| place).collect()
    }

    /// Returns all issues, in order; opens what is kept elsewhere.
    pub fn iter(&self) -> impl Iterator<Item = &Issue> {
        (0..self.len()).filter_map(|place| self.at(place))
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
        let slots = Slots::new(issues.len());
        for (place, issue) in issues.into_iter().enumerate() {
            if let Some(slot) = slots.at(place) {
                slot.get_or_init(|| Some(Box::new(issue)));
            }
        }
        Self { ids, slots, records: None, titles: OnceLock::new() }
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
        let count = self.len();
        let open = |place| match self.slots.at_mut(place).and_then(OnceLock::take) {
            Some(issue) => issue.map(|issue| *issue),
            None => self.open(place),
        };
        (0..count).filter_map(open).collect::<Vec<_>>().into_iter()
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
    use super::super::Repo;
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
        let at: Vec<_> = (0..4).map(|place| issues.ids().at(place)).collect();
        assert_eq!(at, [Some(id(3)), Some(id(7)), Some(elsewhere(1)), None]);
    }

    #[test]
    fn of_two_with_one_name_the_later_stays() {
        let titled = |title: &str| Issue { title: title.to_owned(), ..issue(1) };
        let issues: Issues = vec![titled("old"), issue(2), titled("new")].into();
        assert_eq!((issues.len(), issues.get(&id(1)).unwrap().title.as_str()), (2, "new"));
    }

    /// Records of the issues 1, 2 and 9, of which the last cannot be opened.
    #[derive(Debug)]
    struct Kept;

    impl Records for Kept {
        fn open(&self, place: usize) -> Option<Issue> {
            let number = *[1, 2].get(place)?;
            Some(Issue { title: "opened".into(), ..issue(number) })
        }

        fn is_damaged(&self) -> bool {
            false
        }

        fn titles(&self, look: &mut dyn FnMut(Said<'_>)) -> bool {
            let kept = Titles::of([(2, &issue(2))].into_iter());
            kept.each().for_each(look);
            true
        }

        fn with_parent(&self, parent: &IssueRef) -> Vec<usize> {
            if parent == &id(5) { vec![0] } else { Vec::new() }
        }
    }

    fn places(issues: &Issues) -> Vec<usize> {
        issues.gather(|places: &mut Vec<_>, said| places.push(said.place))
    }

    #[test]
    fn what_is_kept_elsewhere_is_opened_when_somebody_looks() {
        let home = id(1).repo;
        let issues = Issues::kept(Ids::new([(&home, 1), (&home, 2), (&home, 9)]), Arc::new(Kept));
        assert_eq!(issues.get(&id(2)).map(|issue| (issue.id.number, issue.title.as_str())), Some((2, "opened")));
        assert_eq!(places(&issues), [2]);
        assert_eq!((issues.with_parent(&id(5)), issues.with_parent(&id(6))), (vec![0], vec![]));
        assert_eq!(issues.get(&id(9)), None, "a record that cannot be opened is no issue");
        assert_eq!(issues.into_iter().map(|issue| issue.id.number).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn issues_in_memory_are_looked_at_the_same_way() {
        let child = |number, parent| Issue { parents: vec![id(parent)], ..issue(number) };
        let issues: Issues = vec![child(7, 3), issue(3), child(1, 3), child(2, 9)].into();
        assert_eq!(places(&issues), [0, 1, 2, 3]);
        assert_eq!(issues.titles(), &Titles::of(issues.iter().enumerate()));
        assert_eq!((issues.with_parent(&id(3)), issues.with_parent(&id(4))), (vec![0, 3], vec![]));
    }
}
