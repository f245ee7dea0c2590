//! Conditions: tests combined by `all`, `any` and `not`.

/// A condition on tests of type `T`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Condition<T> {
    /// A test.
    Is(T),
    /// `all:` every one matches.
    All(Vec<Condition<T>>),
    /// `any:` at least one matches.
    Any(Vec<Condition<T>>),
    /// `not:` does not match.
    Not(Box<Condition<T>>),
}

impl<T> Condition<T> {
    /// Evaluates the condition with `test`.
    pub fn holds(&self, test: &mut impl FnMut(&T) -> bool) -> bool {
        match self {
            Self::Is(own) => test(own),
            Self::All(inner) => inner.iter().all(|condition| condition.holds(test)),
            Self::Any(inner) => inner.iter().any(|condition| condition.holds(test)),
            Self::Not(inner) => !inner.holds(test),
        }
    }

    /// Converts the tests.
    pub fn map<'c, U, E>(&'c self, make: &mut impl FnMut(&'c T) -> Result<U, E>) -> Result<Condition<U>, E> {
        let mut each = |inner: &'c [Self]| inner.iter().map(|one| one.map(make)).collect::<Result<Vec<_>, E>>();
        Ok(match self {
            Self::All(inner) => Condition::All(each(inner)?),
            Self::Any(inner) => Condition::Any(each(inner)?),
            Self::Is(own) => Condition::Is(make(own)?),
            Self::Not(inner) => Condition::Not(Box::new(inner.map(make)?)),
        })
    }

    /// Replaces each test by a condition.
    pub fn replace<U>(&self, make: &impl Fn(&T) -> Condition<U>) -> Condition<U> {
        let each = |inner: &[Self]| inner.iter().map(|one| one.replace(make)).collect();
        match self {
            Self::Is(own) => make(own),
            Self::All(inner) => Condition::All(each(inner)),
            Self::Any(inner) => Condition::Any(each(inner)),
            Self::Not(inner) => Condition::Not(Box::new(inner.replace(make))),
        }
    }

    /// Returns a condition that always holds, or never.
    pub fn constant(holds: bool) -> Self {
        if holds { Self::All(Vec::new()) } else { Self::Any(Vec::new()) }
    }

    /// Returns all tests.
    pub fn tests(&self) -> Vec<&T> {
        match self {
            Self::Is(own) => vec![own],
            Self::All(inner) | Self::Any(inner) => inner.iter().flat_map(Self::tests).collect(),
            Self::Not(inner) => inner.tests(),
        }
    }

    /// Returns the tests that are not below a `not`.
    pub fn positive(&self) -> Vec<&T> {
        match self {
            Self::Is(own) => vec![own],
            Self::All(inner) | Self::Any(inner) => inner.iter().flat_map(Self::positive).collect(),
            Self::Not(_) => Vec::new(),
        }
    }

    /// Returns tests at least one of which matches whenever the condition does; `None` if there is no such list.
    pub fn necessary(&self) -> Option<Vec<&T>> {
        match self {
            Self::Is(own) => Some(vec![own]),
            Self::All(inner) => inner.iter().find_map(Self::necessary),
            Self::Any(inner) => inner.iter().map(Self::necessary).collect::<Option<Vec<_>>>().map(|all| all.concat()),
            Self::Not(_) => None,
        }
    }

    /// Returns the tests of a condition that only uses `any`; `None` for others.
    pub fn alternatives(&self) -> Option<Vec<&T>> {
        match self {
            Self::Is(own) => Some(vec![own]),
            Self::Any(inner) => {
                inner.iter().map(Self::alternatives).collect::<Option<Vec<_>>>().map(|all| all.concat())
            }
            Self::All(_) | Self::Not(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_combine() {
        let not = |inner| Condition::Not(Box::new(inner));
        let condition =
            Condition::All(vec![Condition::Any(vec![Condition::Is(1), Condition::Is(2)]), not(Condition::Is(3))]);
        let holds = |numbers: &[u8]| condition.holds(&mut |own: &u8| numbers.contains(own));
        assert!(holds(&[1]) && holds(&[2, 4]) && !holds(&[1, 3]) && !holds(&[]));
        assert_eq!(condition.necessary(), Some(vec![&1, &2]));
        assert_eq!((not(Condition::Is(1)).necessary(), condition.tests()), (None, vec![&1, &2, &3]));
        assert_eq!(condition.positive(), vec![&1, &2]);
        let (all, any) = (Condition::<u8>::All(Vec::new()), Condition::<u8>::Any(Vec::new()));
        assert!(all.holds(&mut |_: &u8| false) && !any.holds(&mut |_: &u8| true));
    }
}
