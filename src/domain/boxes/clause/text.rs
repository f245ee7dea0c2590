//! What of a comment is read: names in blocks of code, and neither commands to robots, quoted speech nor remarks.

/// What a line of a block of code names: all of it where it is one word, or its one word in quotes: `-i "a.b SA01"`.
pub(super) fn code_name(line: &str) -> Option<&str> {
    let quoted = line.split('"').nth(1).and_then(|quoted| quoted.split_whitespace().next());
    Some(line).filter(|line| !line.contains(' ')).or(quoted).filter(|name| !name.is_empty())
}

/// Whether a line is a command to a robot about something else than who does the work: `/kind cleanup`.
pub(super) fn is_other_command(line: &str) -> bool {
    const OF_WORK: [&str; 7] = ["assign", "unassign", "assigntome", "claim", "unclaim", "take", "attempt"];
    let word = line.strip_prefix('/').and_then(|rest| rest.split_whitespace().next());
    word.is_some_and(|word| {
        word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.is_empty() && !OF_WORK.contains(&word)
    })
}

/// A text without what is in parentheses, where there is some.
pub(super) fn without_remarks(text: &str) -> Option<String> {
    let (before, rest) = text.split_once('(')?;
    let (_, behind) = rest.split_once(')')?;
    Some(format!("{before}{behind}"))
}

/// A text without what it quotes of speech: sentences between quotation marks.
pub(super) fn without_speech(text: &str) -> String {
    const SENTENCE: usize = 3;
    let parts = text.split(['"', '“', '”', '`']).enumerate();
    let is_speech = |(at, part): &(usize, &str)| at % 2 == 1 && part.split_whitespace().count() >= SENTENCE;
    parts.filter(|part| !is_speech(part)).map(|(_, part)| part).collect()
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
