//! Prose of a comment: names in blocks of code, and neither commands to robots nor remarks.

use crate::domain::wording::PhraseList;

/// What a line of a block of code names: all of it where it is one word, or its first word in quotes behind no more than
/// flags: `-i "a.b SA01"`, but not `File "a.py", line 3`.
pub(super) fn code_name(line: &str) -> Option<&str> {
    let (before, rest) = line.split_once('"').unwrap_or(("?", ""));
    let is_flags = before.split_whitespace().all(|word| word.starts_with('-'));
    let quoted = rest.split('"').next().and_then(|quoted| quoted.split_whitespace().next()).filter(|_| is_flags);
    Some(line).filter(|line| !line.contains(' ')).or(quoted).filter(|name| !name.is_empty())
}

/// Whether a line is a command to a robot about something else than who does the work: `/kind cleanup`, but not `/ssh is
/// mine`, which is about a folder.
pub(super) fn is_other_command(line: &str) -> bool {
    static COMMANDS: PhraseList = PhraseList::new(
        "approve; area; cc; check-cla; close; committee; good-first-issue; help; hold; honk; joke; kind; label; language; lgtm; \
        lifecycle; meow; milestone; ok-to-test; override; priority; project; reopen; retest; retitle; reviewers; sig; skip; test; \
        transfer; transfer-issue; triage; uncc; wg; woof",
    );
    let word = line.strip_prefix('/').and_then(|rest| rest.split_whitespace().next());
    word.is_some_and(|word| COMMANDS.has(word) || word.starts_with("remove-") || word.starts_with("ci-"))
}

/// A text without what is in parentheses, where there is some.
pub(super) fn without_remarks(text: &str) -> Option<String> {
    let (before, rest) = text.split_once('(')?;
    let (_, behind) = rest.split_once(')')?;
    Some(format!("{before}{behind}"))
}

/// Lower case words between single blanks, without apostrophes, with a blank at either end.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::from(" ");
    let text = text.replace("e'll ", "e will ").replace("e’ll ", "e will ");
    let text = text.replace(" pls", " please").replace(" plz", " please");
    let letters = text.chars().filter(|c| !matches!(c, '\'' | '’' | '`' | '*'));
    for c in letters.flat_map(char::to_lowercase) {
        let is_letter = c.is_alphanumeric() || matches!(c, '/' | '@' | '-' | '_');
        if is_letter {
            plain.push(c);
        } else if !plain.ends_with(' ') {
            plain.push(' ');
        }
    }
    if !plain.ends_with(' ') {
        plain.push(' ');
    }
    plain
}
