//! Filter words with a dash: hidden from clap, which would read `-owner:x` as `-o wner:x`, and restored after parsing.

use std::ffi::OsString;

use clap::ValueEnum;

use super::Failure;
use crate::domain::filter::{FilterKey, KnownValues};
use crate::domain::{Filter, World};
use crate::report::Format;

/// Stands in for the dash while clap parses the arguments; it cannot be typed.
const HIDDEN: char = '\u{1}';

/// The short options without a value, which may be combined.
const FLAGS: &str = "vahV";

/// Hides the dash of filter words: `-key:value` anywhere, `-word` after `list`, `next` or an alias of them, unless it could
/// be an option.
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
    has_key || (takes_words && !is_option(word))
}

/// Whether the text after a dash could be options: `ojson`, `n5`, `av`, `ao`, `f` with any file.
fn is_option(word: &str) -> bool {
    let rest = word.trim_start_matches(|letter| FLAGS.contains(letter));
    let Some((letter, value)) = rest.split_at_checked(1) else { return rest.is_empty() };
    match letter {
        "-" => word == rest,
        "f" => value.is_empty() || word == rest,
        "R" => value.is_empty() || value.contains('/'),
        "o" => value.is_empty() || Format::from_str(value.trim_start_matches('='), true).is_ok(),
        "n" => value.trim_start_matches(['=', '-']).bytes().all(|byte| byte.is_ascii_digit()),
        _ => false,
    }
}

/// Restores the dash of a filter word; a value parser for clap.
pub fn shown(text: &str) -> Result<String, std::convert::Infallible> {
    Ok(restored(text))
}

/// Parses a number; a value parser for clap, whose own quotes the standard library.
pub fn number<N: std::str::FromStr>(text: &str) -> Result<N, &'static str> {
    text.parse().map_err(|_| "expected a whole number")
}

/// Restores the dashes of all words in a text.
pub fn restored(text: &str) -> String {
    text.replace(HIDDEN, "-")
}

/// Resolves the values of a filter in a world. The error names the value that the roadmap does not know.
pub(super) fn in_world(filter: Filter, world: &World) -> Result<Filter, Failure> {
    let known = KnownValues { roadmap: &world.roadmap, groups: &world.roadmap.groups };
    let filter = known.resolve(filter);
    known.check(&filter)?;
    Ok(filter.with_me(world.me.as_deref())?)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Cli;

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
        assert_eq!(hidden(&["offramp", "next", "-kettle", "-n5", "-n", "5"])[2..], ["^kettle", "-n5", "-n", "5"]);
        let words = ["-onboarding", "-nice", "-archive", "-after", "-avocado", "-a-b", "-Review", "-é"];
        assert_eq!(
            hidden(&[&["offramp", "list"], &words[..]].concat())[2..],
            words.map(|word| word.replacen('-', "^", 1))
        );
        let options =
            ["-av", "-ao", "-vojson", "-af", "-o=csv", "-n=5", "-Racme/p", "-fplan.yaml", "-R", "-f", "-", "-n-1"];
        assert_eq!(hidden(&[&["offramp", "list"], &options[..]].concat())[2..], options);
        assert_eq!(hidden(&["offramp", "work", "-kettle"])[2], "^kettle");
        assert_eq!(hidden(&["offramp", "free", "-kettle"])[2], "^kettle");
        assert_eq!(hidden(&["offramp", "status", "-kettle"])[2], "-kettle");
        assert_eq!(hidden(&["offramp", "list", "--", "-is:free"])[3], "-is:free");
        assert_eq!(shown(&format!("{HIDDEN}is:free")), Ok("-is:free".to_owned()));
    }

    #[test]
    fn every_short_option_of_list_and_next_is_recognized() {
        let mut command = Cli::command();
        command.build();
        for name in ["list", "next"] {
            let own = command.find_subcommand(name).unwrap();
            let letters: Vec<char> = own.get_arguments().filter_map(clap::Arg::get_short).collect();
            assert!(
                letters.len() > 4 && letters.iter().all(|letter| is_option(&letter.to_string())),
                "{name}: {letters:?}"
            );
        }
    }
}
