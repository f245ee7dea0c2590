//! Text of a comment: finds names in code blocks, skips robot commands and remarks, normalizes prose.

use crate::domain::wording::PhraseList;

/// The name in a line of a code block: the whole line if it is one word, or the first quoted word if only flags precede
/// it: `-i "a.b SA01"`, but not `File "a.py", line 3`.
pub(super) fn code_name(line: &str) -> Option<&str> {
    let (before, rest) = line.split_once('"').unwrap_or(("?", ""));
    let is_flags = before.split_whitespace().all(|word| word.starts_with('-'));
    let quoted = rest.split('"').next().and_then(|quoted| quoted.split_whitespace().next()).filter(|_| is_flags);
    Some(line).filter(|line| !line.contains(' ')).or(quoted).filter(|name| !name.is_empty())
}

/// Whether a line is a robot command that is not about assignment: `/kind cleanup`, but not `/ssh is mine`, which names
/// a folder.
pub(super) fn is_unrelated_command(line: &str) -> bool {
    static COMMANDS: PhraseList = PhraseList::new(
        "approve; area; cc; check-cla; close; committee; good-first-issue; help; hold; honk; joke; kind; label; language; lgtm; \
        lifecycle; meow; milestone; ok-to-test; override; priority; project; reopen; retest; retitle; reviewers; sig; skip; test; \
        transfer; transfer-issue; triage; uncc; wg; woof",
    );
    let word = line.strip_prefix('/').and_then(|rest| rest.split_whitespace().next());
    word.is_some_and(|word| COMMANDS.has(word) || word.starts_with("remove-") || word.starts_with("ci-"))
}

/// The text without its first remark in parentheses; `None` if it has none.
pub(super) fn without_remarks(text: &str) -> Option<String> {
    let (before, rest) = text.split_once('(')?;
    let (_, behind) = rest.split_once(')')?;
    Some(format!("{before}{behind}"))
}
