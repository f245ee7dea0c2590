//! Words such as `-is:blocked`, which look like options and are not: hidden from the parser of the arguments, and found
//! again.

use std::ffi::OsString;

use crate::domain::filter::FilterKey;

/// Takes the place of the dash while the arguments are parsed; it cannot be typed.
const HIDDEN: char = '\u{1}';

/// The letters of our options.
const LETTERS: &str = "fRovahVn";

/// Hides the dash of filter words: `-key:value` everywhere, `-word` behind `list` and `next`, or an alias of them, unless it begins as an
/// option does.
pub fn hide(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let (mut takes_words, mut literal) = (false, false);
    let hide_one = |argument: OsString| {
        let Some(text) = argument.to_str() else { return argument };
        takes_words |= matches!(text, "list" | "work" | "next" | "free");
        literal |= text == "--";
        match text.strip_prefix('-') {
            Some(word) if !literal && is_word(word, takes_words) => OsString::from(format!("{HIDDEN}{word}")),
            Some(_) | None => argument,
        }
    };
    arguments.map(hide_one).collect()
}

fn is_word(word: &str, takes_words: bool) -> bool {
    let has_key = word.split_once(':').is_some_and(|(key, _)| FilterKey::named(key).is_some());
    let is_plain =
        word.chars().nth(1).is_some() && !word.starts_with('-') && !word.starts_with(|c| LETTERS.contains(c));
    has_key || (takes_words && is_plain)
}

/// Gives a filter word its dash back; for clap.
pub fn shown(text: &str) -> Result<String, std::convert::Infallible> {
    Ok(text.strip_prefix(HIDDEN).map_or_else(|| text.to_owned(), |word| format!("-{word}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(arguments: &[&str]) -> Vec<String> {
        let hidden = hide(arguments.iter().map(OsString::from));
        hidden.into_iter().map(|it| it.into_string().unwrap().replace(HIDDEN, "^")).collect()
    }

    #[test]
    fn filter_words_are_hidden_and_options_are_not() {
        assert_eq!(
            hidden(&["offramp", "list", "-is:free", "-kettle", "-o", "json", "-ojson", "--as-of", "2020", "-a"]),
            ["offramp", "list", "^is:free", "^kettle", "-o", "json", "-ojson", "--as-of", "2020", "-a"]
        );
        assert_eq!(hidden(&["offramp", "next", "-kettle", "-n5"])[2..], ["^kettle", "-n5"]);
        assert_eq!(hidden(&["offramp", "work", "-kettle"])[2], "^kettle");
        assert_eq!(hidden(&["offramp", "free", "-kettle"])[2], "^kettle");
        assert_eq!(hidden(&["offramp", "status", "-kettle"])[2], "-kettle");
        assert_eq!(hidden(&["offramp", "list", "--", "-is:free"])[3], "-is:free");
        assert_eq!(shown(&format!("{HIDDEN}is:free")), Ok("-is:free".to_owned()));
    }
}
