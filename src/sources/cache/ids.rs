//! The names of issues. Of a whole repository hardly a number is missing, so they are kept as runs.

use std::sync::Arc;

use crate::domain::{IssueRef, Repo};

/// The names of issues, in order, none twice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ids {
    /// In order.
    repos: Arc<[Numbers]>,
}

/// The numbers of a repository: at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Numbers {
    repo: Repo,
    /// In order, with a gap between one and the next.
    runs: Vec<Run>,
}

/// Numbers without a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    first: u64,
    count: u64,
    /// Where the first of them stands among all names.
    place: usize,
}

impl Run {
    /// The place behind the last.
    fn end(&self) -> usize {
        self.place + self.count as usize
    }
}

impl Numbers {
    fn end(&self) -> usize {
        self.runs.last().map_or(0, Run::end)
    }
}

impl Ids {
    /// Takes names that are in order, none twice.
    pub(super) fn new<'a>(sorted: impl IntoIterator<Item = (&'a Repo, u64)>) -> Self {
        let mut repos: Vec<Numbers> = Vec::new();
        for (place, (repo, number)) in sorted.into_iter().enumerate() {
            let new = Run { first: number, count: 1, place };
            match repos.last_mut() {
                Some(last) if &last.repo == repo => match last.runs.last_mut() {
                    Some(run) if run.first + run.count == number => run.count += 1,
                    Some(_) | None => last.runs.push(new),
                },
                Some(_) | None => repos.push(Numbers { repo: repo.clone(), runs: vec![new] }),
            }
        }
        Self { repos: repos.into() }
    }

    /// Takes what [`Ids::runs`] returned; `None` where it cannot be that.
    pub(super) fn of_runs(all: Vec<(Repo, Vec<(u64, u64)>)>) -> Option<Self> {
        let (mut repos, mut place) = (Vec::<Numbers>::with_capacity(all.len()), 0_usize);
        for (repo, runs) in all {
            let is_behind = repos.last().is_none_or(|last| last.repo < repo);
            (is_behind && !runs.is_empty()).then_some(())?;
            let (mut own, mut end) = (Vec::with_capacity(runs.len()), None);
            for (first, count) in runs {
                (count > 0 && end.is_none_or(|end| first > end)).then_some(())?;
                end = Some(first.checked_add(count)?);
                own.push(Run { first, count, place });
                place = place.checked_add(usize::try_from(count).ok()?)?;
            }
            repos.push(Numbers { repo, runs: own });
        }
        Some(Self { repos: repos.into() })
    }

    /// Returns each repository with its numbers: the first of a run, and how many there are.
    pub(super) fn runs(&self) -> impl Iterator<Item = (&Repo, Vec<(u64, u64)>)> {
        self.repos.iter().map(|own| (&own.repo, own.runs.iter().map(|run| (run.first, run.count)).collect()))
    }

    /// Finds the place of a name.
    pub(super) fn find(&self, id: &IssueRef) -> Option<usize> {
        let at = self.repos.binary_search_by(|own| own.repo.cmp(&id.repo)).ok()?;
        let runs = &self.repos.get(at)?.runs;
        let behind = runs.partition_point(|run| run.first <= id.number);
        let run = runs.get(behind.checked_sub(1)?)?;
        let offset = id.number - run.first;
        (offset < run.count).then(|| run.place + offset as usize)
    }

    /// Returns how many there are.
    pub(super) fn len(&self) -> usize {
        self.repos.last().map_or(0, Numbers::end)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn repo(name: &str) -> Repo {
        Repo::new(name).unwrap()
    }

    proptest! {
        #[test]
        fn names_are_found_where_they_stand(
            names in prop::collection::btree_set((prop::sample::select(vec!["a/b", "c/d", "c/e"]), 0..60_u64), 0..80)
        ) {
            let names: Vec<_> = names.into_iter().map(|(name, number)| (repo(name), number)).collect();
            let ids = Ids::new(names.iter().map(|(repo, number)| (repo, *number)));
            prop_assert_eq!(ids.len(), names.len());
            for name in ["a/b", "b/b", "c/d", "c/e", "d/d"] {
                for number in 0..62 {
                    let id = IssueRef::new(repo(name), number);
                    let place = names.iter().position(|(repo, own)| *repo == id.repo && *own == number);
                    prop_assert_eq!(ids.find(&id), place);
                }
            }
            let runs = ids.runs().map(|(repo, runs)| (repo.clone(), runs)).collect();
            prop_assert_eq!(Ids::of_runs(runs), Some(ids));
        }
    }

    #[test]
    fn runs_that_cannot_be_are_none() {
        let of = |name: &str, runs: &[(u64, u64)]| (repo(name), runs.to_vec());
        assert!(Ids::of_runs(vec![of("a/b", &[(1, 2), (9, 1)]), of("c/d", &[(0, 1)])]).is_some());
        for wrong in [
            vec![of("a/b", &[])],
            vec![of("a/b", &[(1, 0)])],
            vec![of("a/b", &[(1, 2), (3, 1)])],
            vec![of("a/b", &[(5, 2), (1, 1)])],
            vec![of("a/b", &[(u64::MAX, 1)])],
            vec![of("a/b", &[(1, u64::MAX - 1), (u64::MAX, 1)])],
            vec![of("c/d", &[(1, 1)]), of("a/b", &[(1, 1)])],
            vec![of("a/b", &[(1, 1)]), of("a/b", &[(5, 1)])],
        ] {
            assert_eq!(Ids::of_runs(wrong.clone()), None, "{wrong:?}");
        }
    }
}
