//! Which titles name a project, and which are like those of closed issues.

use crate::domain::titles::{Said, fingerprint, number_of};
use crate::domain::{Issues, Map, Timestamp};

/// What was found in titles; an issue is its place in the snapshot.
#[derive(Default)]
pub(super) struct Found {
    /// The numbers of names, each with its place in `named`.
    names: Map<u64, usize>,
    /// For each name, the issues whose title has it as a word.
    named: Vec<Vec<Named>>,
    /// The fingerprints that were wanted with the issues that have them, in order.
    alike: Vec<(u64, usize)>,
}

/// An issue whose title names a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) place: usize,
    /// Whether the title says `project NAME` or `NAME project`.
    pub(super) as_project: bool,
}

impl Found {
    /// Finds names, and titles that are like some, in those that were there at a moment.
    pub(super) fn new<'a, 'b>(
        issues: &Issues,
        moment: Timestamp,
        wanted: impl Iterator<Item = &'a str>,
        like: impl Iterator<Item = &'b str>,
    ) -> Self {
        let mut names = Map::default();
        for name in wanted {
            let next = names.len();
            names.entry(number_of(name)).or_insert(next);
        }
        let (words, prints) = (Bits::of(names.keys().copied()), Bits::of(like.map(fingerprint)));
        let look = |(named, alike): &mut (Vec<_>, Vec<_>), said: Said<'_>| {
            if said.created.is_some_and(|created| created > moment) {
                return;
            }
            alike.extend(prints.has(said.print).then_some((said.print, said.place)));
            for word in said.names().filter(|word| words.has(word.number)) {
                let of = Named { place: said.place, as_project: word.as_project };
                named.extend(names.get(&word.number).map(|name| (*name, of)));
            }
        };
        let (all, mut alike) = issues.gather(look);
        let mut named = vec![Vec::new(); names.len()];
        for (name, of) in all {
            named.get_mut(name).into_iter().for_each(|of_name: &mut Vec<_>| of_name.push(of));
        }
        alike.sort_unstable();
        Self { names, named, alike }
    }

    /// Returns the issues whose title has a name as a word, in order.
    pub(super) fn naming(&self, name: &str) -> &[Named] {
        let of_name = self.names.get(&number_of(name)).and_then(|at| self.named.get(*at));
        of_name.map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns the issues whose title is probably the same, in order.
    pub(super) fn same(&self, title: &str) -> impl Iterator<Item = usize> {
        let print = fingerprint(title);
        let first = self.alike.partition_point(|(other, _)| *other < print);
        let behind = self.alike.get(first..).unwrap_or_default().iter();
        behind.take_while(move |(other, _)| *other == print).map(|(_, place)| *place)
    }
}

/// Tells most numbers apart from those that are wanted.
struct Bits([u64; 256]);

impl Bits {
    fn of(numbers: impl Iterator<Item = u64>) -> Self {
        let mut bits = [0; 256];
        for number in numbers {
            let (cell, bit) = Self::place(number);
            bits.get_mut(cell).into_iter().for_each(|cell| *cell |= bit);
        }
        Self(bits)
    }

    fn has(&self, number: u64) -> bool {
        let (cell, bit) = Self::place(number);
        self.0.get(cell).is_some_and(|cell| cell & bit != 0)
    }

    fn place(number: u64) -> (usize, u64) {
        ((number >> 56) as usize, 1 << (number >> 50 & 63))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Issue;
    use crate::domain::sample::issue;

    fn found(names: &[&str], like: &[&str], titles: &[&str]) -> Found {
        let titled = |(number, title): (u64, &&str)| Issue { title: (*title).to_owned(), ..issue(number) };
        let issues = (1..).zip(titles).map(titled).collect();
        Found::new(&issues, issue(1).created.unwrap(), names.iter().copied(), like.iter().copied())
    }

    #[test]
    fn names_are_found_in_the_order_of_issues() {
        let names = ["k8s-prow", "docs", "k8s-prow"];
        let found = found(&names, &[], &["docs", "clean k8s-prow", "none", "project k8s-prow and docs"]);
        let named = |place, as_project| Named { place, as_project };
        assert_eq!(found.naming("k8s-prow"), [named(1, false), named(3, true)]);
        assert_eq!(found.naming("docs"), [named(0, false), named(3, false)]);
        assert_eq!(found.naming("none"), [], "nobody asked for it");
    }

    #[test]
    fn titles_alike_are_found_whatever_their_case_and_signs() {
        let found =
            found(&[], &["Move: the Größe (1)"], &["", "move THE größe 1", "move the größe 2", "Move the größe: 1"]);
        assert_eq!(found.same("Move: the Größe (1)").collect::<Vec<_>>(), [1, 3]);
    }

    #[test]
    fn what_was_made_later_is_not_there_yet() {
        let same = |number| Issue { title: "same".to_owned(), ..issue(number) };
        let later = Issue { created: issue(1).created.map(|at| Timestamp(at.0 + 1)), ..same(1) };
        let issues = [later, Issue { created: None, ..same(2) }, same(3)].into_iter().collect();
        let found = Found::new(&issues, issue(1).created.unwrap(), std::iter::empty(), std::iter::once("same"));
        assert_eq!(found.same("Same").collect::<Vec<_>>(), [1, 2]);
    }
}
