//! "Did you mean": the known names nearest to a mistyped word.

/// The longest word that is compared with names, in bytes. Longer ones are not typos.
const LONGEST_WORD: usize = 100;

/// Returns the name that a mistyped word most likely meant.
pub fn nearest<'n>(word: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let word = MistypedWord::of(word)?;
    names.into_iter().filter_map(|name| Some((word.distance(name)?, name))).min_by_key(|(at, _)| *at).map(|(_, it)| it)
}

/// Returns `did you mean …?` with up to three equally near names. A part of a name is as near as a typo of one letter.
pub fn did_you_mean<'n>(word: &str, names: impl IntoIterator<Item = &'n str>) -> Option<String> {
    let word = MistypedWord::of(word)?;
    let near = |name| Some((word.distance(name).or_else(|| word.is_part(name).then_some(1))?, name));
    let mut found: Vec<(usize, &str)> = names.into_iter().filter_map(near).collect();
    found.sort_unstable();
    found.dedup();
    let best = found.first()?.0;
    let shown = found.iter().take_while(|(distance, _)| *distance == best).take(3);
    let shown: Vec<_> = shown.map(|(_, name)| format!("`{name}`")).collect();
    Some(format!("did you mean {}?", shown.join(" or ")))
}

/// Returns `did you mean …?`, or another hint if no name is near.
pub fn meant(near: Option<impl std::fmt::Display>, otherwise: impl FnOnce() -> String) -> String {
    near.map_or_else(otherwise, |near| format!("did you mean `{near}`?"))
}

/// A mistyped word in lower case.
struct MistypedWord {
    text: String,
    length: usize,
}

impl MistypedWord {
    fn of(word: &str) -> Option<Self> {
        let text = word.to_lowercase();
        (word.len() <= LONGEST_WORD).then(|| Self { length: text.chars().count(), text })
    }

    /// The number of inserted, deleted, changed or swapped letters, if it is at most a third.
    fn distance(&self, name: &str) -> Option<usize> {
        let most = name.len().max(3) / 3;
        // The distance is at least the difference of the lengths.
        if name.len() > 2 * LONGEST_WORD || name.chars().count().abs_diff(self.length) > most {
            return None;
        }
        let distance = strsim::osa_distance(&self.text, &name.to_lowercase());
        (distance <= most && distance < self.length).then_some(distance)
    }

    fn is_part(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.length >= 3 && name.chars().count() >= 3 && (name.contains(&self.text) || self.text.contains(&name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_near_word_is_suggested() {
        assert_eq!(nearest("sig-testng", ["sig-release", "sig-testing"]), Some("sig-testing"));
        assert_eq!(nearest("ownr", ["owner", "note"]), Some("owner"));
        assert_eq!(nearest("zebra", ["owner", "note"]), None);
    }

    #[test]
    fn typos_and_parts_of_names_are_suggested() {
        let names = ["k8s-prow", "k8s-gubernator", "kubernetes-site"];
        assert_eq!(did_you_mean("gubernator", names), Some("did you mean `k8s-gubernator`?".into()));
        assert_eq!(did_you_mean("k8s-prwo", names), Some("did you mean `k8s-prow`?".into()));
        assert_eq!(did_you_mean("zzz", names), None);
        assert_eq!(did_you_mean("nobody", ["b"]), None);
    }
}
