//! Splits text into words with comparison keys: lower case, without hyphens and underscores, with the slashes of paths.

use std::borrow::Cow;

use crate::domain::Task;
use crate::domain::wording::PhraseList;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TextWord {
    /// The comparison key.
    pub(super) key: String,
    /// The word as written.
    pub(super) raw: String,
    /// Whether it is quoted as code.
    pub(super) is_code: bool,
    /// Whether it is written as a folder: `cm/` or `cm/*`.
    pub(super) is_folder: bool,
}

/// Stop words.
static COMMON: PhraseList = PhraseList::new(
    "a; about; add; after; all; am; an; and; any; are; as; at; be; been; but; by; can; convert; did; do; doc; \
    done; each; enable; fix; fixed; for; from; get; has; have; i; if; in; into; is; issue; it; its; just; left; \
    like; make; me; migrate; more; move; my; need; needs; new; no; not; now; of; on; one; only; or; other; our; \
    part; pr; remaining; remove; replace; see; so; some; support; task; test; tests; that; the; this; to; todo; \
    up; update; us; use; was; we; will; with; work; you",
);

pub(super) fn is_distinctive(word: &TextWord) -> bool {
    !is_common(&word.key) && !word.key.bytes().all(|b| b.is_ascii_digit())
}

/// Further boxes of an issue are ignored.
pub(super) const MAX_BOXES: usize = 1_000;

/// Further words of a text are ignored.
const MAX_WORDS: usize = 2_000;

/// Whether a word is a stop word.
pub(super) fn is_common(key: &str) -> bool {
    COMMON.has(key)
}

/// Splits a text into words. `@names` and references to issues are skipped, other links are replaced with their paths.
pub(super) fn of(text: &str) -> Vec<TextWord> {
    let expanded = expand(text);
    let mut words = Vec::new();
    let mut is_code = false;
    for part in expanded.split_inclusive('`') {
        for raw in part.split(|c: char| !is_word_char(c)) {
            words.extend(word(raw, is_code));
        }
        is_code ^= part.ends_with('`');
        if words.len() > MAX_WORDS {
            break;
        }
    }
    words
}

/// Splits the text of each box into words.
pub(super) fn of_boxes(tasks: &[Task]) -> Vec<Vec<TextWord>> {
    tasks.iter().take(MAX_BOXES).map(|task| of(&task.text)).collect()
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '@' | '#' | ':' | '+')
}

fn word(raw: &str, is_code: bool) -> Option<TextWord> {
    let is_folder = (raw.ends_with('/') && raw.starts_with(char::is_alphanumeric)
        || raw.strip_prefix('/').is_some_and(|rest| !rest.contains('/')))
        && !raw.contains(':');
    // A leading underscore is part of the name: `_queue`.
    let raw = raw.trim_end_matches(['.', ':', '-', '_', '/', '+']).trim_start_matches(['.', ':', '-', '/', '+']);
    let raw = linked_path(raw).unwrap_or(raw);
    // `@scope/package` is a name, `@person` is not.
    let is_person = raw.starts_with('@') && !raw.contains('/');
    let is_reference = is_person || raw.contains('#') || raw.contains("://");
    if raw.is_empty() || is_reference {
        return None;
    }
    Some(TextWord { key: key(raw), raw: raw.to_owned(), is_code, is_folder })
}

/// The path of a link, unless it is an issue: `a/b` for `https://github.com/a/b`.
fn linked_path(raw: &str) -> Option<&str> {
    let (_, rest) = raw.split_once("://")?;
    let (_, path) = rest.split_once('/')?;
    let path = path.split('#').next()?;
    let is_issue = ["/issues/", "/pull/"].iter().any(|part| path.contains(part));
    (!is_issue && !path.is_empty()).then_some(path)
}

/// Returns the comparison key of a name.
pub(super) fn key(raw: &str) -> String {
    let mut key = raw.to_lowercase();
    key.retain(|c| !matches!(c, '-' | '_' | ':' | '@'));
    key
}

/// A number word in digits: `1` for `one`.
pub(super) fn digits(key: &str) -> &str {
    match key {
        "one" => "1",
        "two" => "2",
        "three" => "3",
        "four" => "4",
        "five" => "5",
        "six" => "6",
        other => other,
    }
}

/// A word without its ending, so that `prototyping` and `prototype` are equal.
pub(super) fn stem(key: &str) -> &str {
    const MIN_LETTERS: usize = 5;
    let without = |end: &str| key.strip_suffix(end).filter(|rest| rest.len() >= MIN_LETTERS);
    ["ing", "ed", "es", "s", "e"].into_iter().find_map(without).unwrap_or(key)
}

/// Splits a name at its separators and before its capitals, in lower case.
pub(super) fn pieces(name: &str) -> Vec<String> {
    const MAX_PIECES: usize = 12;
    let mut pieces = vec![String::new()];
    let letters: Vec<char> = name.chars().collect();
    for (at, c) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let next = letters.get(at + 1);
        let is_edge = before.is_some_and(|before| {
            c.is_uppercase()
                && (before.is_lowercase()
                    || before.is_ascii_digit()
                    || before.is_uppercase() && next.is_some_and(|next| next.is_lowercase()))
        });
        if is_edge || !c.is_alphanumeric() {
            pieces.push(String::new());
        }
        if let Some(last) = pieces.last_mut().filter(|_| c.is_alphanumeric()) {
            last.extend(c.to_lowercase());
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces.truncate(MAX_PIECES);
    pieces
}

/// Expands braces, `kubelet/{apis,pod}` to `kubelet/apis kubelet/pod`, and appends the codes of ranges.
fn expand(text: &str) -> Cow<'_, str> {
    let codes = ranges(text);
    if codes.is_empty() && !text.contains('{') {
        return Cow::Borrowed(text);
    }
    let mut lines = String::with_capacity(text.len());
    for piece in text.split_inclusive(char::is_whitespace) {
        lines.push_str(braces(piece).as_deref().unwrap_or(piece));
    }
    lines.extend(codes.iter().flat_map(|code| [" ", code]));
    Cow::Owned(lines)
}

/// The codes of all ranges of a text, including `F502` for `F501 through F503`.
fn ranges(text: &str) -> Vec<String> {
    const RANGE_WORDS: [&str; 8] = ["to", "through", "thru", "until", "till", "-", "–", "—"];
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let bare = |at: usize| words.get(at).map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    let spoken = |at: usize| {
        let (from, to) = (bare(at.checked_sub(1)?)?, bare(at + 1)?);
        range(&format!("{from}-{to}"))
    };
    let of_word = |(at, word): (usize, &&str)| {
        if RANGE_WORDS.contains(word) {
            return spoken(at);
        }
        let word = bare(at)?;
        let has_dash = word.contains(['-', '–', '…']) || word.contains("..");
        has_dash.then(|| range(&word.replace("...", "-").replace(['–', '…'], "-").replace("..", "-"))).flatten()
    };
    words.iter().enumerate().filter_map(of_word).flatten().collect()
}

/// The codes of a range: all three for `E201-E203`.
pub(super) fn range(word: &str) -> Option<Vec<String>> {
    const MAX_CODES: u32 = 100;
    let (from, to) = word.split_once('-')?;
    let ((letters, width, from), (others, _, to)) = (code(from)?, code(to)?);
    let is_range = !letters.is_empty()
        && (others.eq_ignore_ascii_case(letters) || others.is_empty())
        && from < to
        && to - from < MAX_CODES;
    is_range.then(|| (from..=to).map(|number| format!("{letters}{number:0width$}")).collect())
}

/// The letters of a code, the number of its digits, and its number.
pub(super) fn code(word: &str) -> Option<(&str, usize, u32)> {
    let digits = word.find(|c: char| c.is_ascii_digit())?;
    let (letters, number) = word.split_at_checked(digits)?;
    Some((letters, number.len(), number.parse().ok()?))
}

fn braces(word: &str) -> Option<String> {
    let (before, rest) = word.split_once('{')?;
    let (inside, behind) = rest.split_once('}')?;
    inside.contains(',').then_some(())?;
    let lead = before.trim_start_matches(['(', '`']);
    let all = inside.split(',').map(|part| format!("{lead}{}{} ", part.trim(), behind.trim_end()));
    Some(all.collect())
}

/// Whether a word looks like a name in any context.
pub(super) fn is_identifier(raw: &str) -> bool {
    let has_inner_capital = raw.chars().skip(1).any(char::is_uppercase) && raw.chars().any(char::is_lowercase);
    let has_digit = raw.chars().any(|c| c.is_ascii_digit()) && raw.chars().any(char::is_alphabetic);
    raw.contains(['/', '_', '.', '-']) || has_inner_capital || has_digit
}

/// Whether a word is in capitals, such as `ALBERT`.
pub(super) fn is_in_capitals(raw: &str) -> bool {
    raw.chars().filter(|c| c.is_uppercase()).count() > 1 && !raw.chars().any(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<String> {
        of(text).into_iter().map(|word| word.key).collect()
    }

    #[test]
    fn names_are_compared_without_case_and_separators() {
        assert_eq!(keys("Volume-Attachment, `node_status`."), ["volumeattachment", "nodestatus"]);
        assert_eq!(
            keys("pkg/kubelet/{cm,pod} and cm/{cpu,memory}manager"),
            ["pkg/kubelet/cm", "pkg/kubelet/pod", "and", "cm/cpumanager", "cm/memorymanager"]
        );
        assert_eq!(keys("@someone #12 https://github.com/a/b/pull/3 done"), ["done"]);
    }

    #[test]
    fn a_link_is_its_path_unless_it_is_an_issue() {
        assert_eq!(keys("https://github.com/a/web-jack and https://x.org/b/c.rs#L3."), ["a/webjack", "and", "b/c.rs"]);
        assert_eq!(keys("https://github.com/a/b/issues/3 https://example.org"), Vec::<String>::new());
    }

    #[test]
    fn code_is_recognized() {
        let words = of("the `pod` and pod");
        assert_eq!(words.iter().map(|word| word.is_code).collect::<Vec<_>>(), [false, true, false, false]);
    }

    #[test]
    fn paths_versions_and_inner_capitals_are_identifiers() {
        for name in ["pkg/kubelet", "FlowSchema", "v1beta1", "node-status", "a.b"] {
            assert!(is_identifier(name), "{name}");
        }
        for name in ["pod", "Role", "events", "API"] {
            assert!(!is_identifier(name), "{name}");
        }
    }
}
