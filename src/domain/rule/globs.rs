//! Globs for paths, where `*` stays within a segment and `**` does not, and for names, where `*` matches anything.
//!
//! A history tests every job of every month. Most globs are plain words, which are compared directly: a glob matcher
//! takes fifteen times as long.

mod compiled;

use globset::GlobBuilder;

pub use compiled::CompiledGlob;

/// A set of globs, any of which may match.
#[derive(Debug, Clone)]
pub struct Globs {
    /// Plain words, compared for equality.
    words: Vec<String>,
    /// Files, and folders with everything in them.
    folders: Vec<String>,
    /// Whether letter case is ignored.
    ignores_case: bool,
    /// All others. Not a `GlobSet`, which does not match `..`.
    others: Vec<CompiledGlob>,
}

/// An invalid glob.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{pattern}` is not a glob: {reason}")]
pub struct BadGlob {
    /// The pattern as written.
    pub pattern: String,
    /// What is wrong with it.
    pub reason: String,
}

/// The maximum length of a glob, in bytes: longer than any written by hand.
const LONGEST: usize = 1_000;

impl Globs {
    /// Compiles globs for paths.
    pub fn new(patterns: &[String]) -> Result<Self, BadGlob> {
        Self::compiled(patterns, GlobKind::Path)
    }

    /// Compiles globs for files. One without special characters is a file, or a folder with everything in it.
    pub fn of_files(patterns: &[String]) -> Result<Self, BadGlob> {
        let mut globs = Self::new(patterns)?;
        let names = globs.words.drain(..).map(|name| name.trim_end_matches('/').to_owned());
        globs.folders = names.filter(|name| !name.is_empty()).collect();
        Ok(globs)
    }

    /// Compiles globs for GitHub repositories, whose names are case-insensitive.
    pub fn of_repos(patterns: &[String]) -> Result<Self, BadGlob> {
        Self::compiled(patterns, GlobKind::Repo)
    }

    /// Compiles globs for names on GitHub. They are case-insensitive, and a slash is an ordinary character: `*bug`
    /// matches `kind/bug`.
    pub fn of_names(patterns: &[String]) -> Result<Self, BadGlob> {
        Self::compiled(patterns, GlobKind::Name)
    }

    fn compiled(patterns: &[String], kind: GlobKind) -> Result<Self, BadGlob> {
        if kind != GlobKind::Name {
            patterns.iter().try_for_each(|pattern| check_segments(pattern))?;
        }
        if let Some(pattern) = patterns.iter().find(|pattern| kind == GlobKind::Path && pattern.starts_with('!')) {
            let reason = "`!` leaves nothing out: name files in `exclude`, or use `not` in a condition".to_owned();
            return Err(BadGlob { pattern: pattern.clone(), reason });
        }
        let (words, others): (Vec<_>, Vec<_>) = patterns.iter().cloned().partition(|pattern| is_word(pattern));
        let others = others.iter().map(|other| compile(other, kind)).collect::<Result<_, _>>()?;
        Ok(Self { words, folders: Vec::new(), ignores_case: kind != GlobKind::Path, others })
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.folders.is_empty() && self.others.is_empty()
    }

    /// Whether any glob matches the whole text.
    pub fn match_any(&self, text: &str) -> bool {
        let is_equal =
            |word: &String| word == text || (self.ignores_case && word.to_lowercase() == text.to_lowercase());
        let is_within = |folder: &String| {
            text.strip_prefix(folder.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.words.iter().any(is_equal)
            || self.folders.iter().any(is_within)
            || self.others.iter().any(|other| other.is_match(text))
    }
}

/// Rejects `**` inside a path segment, where it would mean `*`, and spaces around an alternative in braces, which would
/// be part of it.
fn check_segments(pattern: &str) -> Result<(), BadGlob> {
    let bad = |reason| Err(BadGlob { pattern: pattern.to_owned(), reason });
    // Characters in brackets or after a backslash are literal.
    let (mut step, mut is_escaped, mut is_class) = (String::new(), false, false);
    let (mut depth, mut last) = (0_usize, '/');
    for c in pattern.chars().chain(['/']) {
        let is_literal = is_escaped || (is_class && c != ']');
        is_class = !is_escaped && if is_class { c != ']' } else { c == '[' };
        is_escaped = c == '\\' && !is_escaped;
        if is_literal || is_escaped || !matches!(c, '/' | ',' | '{' | '}') {
            step.push(if is_literal { '_' } else { c });
            continue;
        }
        if let Some((before, after)) = step.split_once("**").filter(|_| step != "**") {
            let star = |part: &str, written: String| if part.is_empty() { String::new() } else { written };
            let after = after.trim_start_matches('*');
            let instead = format!("{}**{}", star(before, format!("{before}*/")), star(after, format!("/*{after}")));
            return bad(format!(
                "`**` must be a whole part of a path: write `{instead}` for `{step}`, or a single `*`"
            ));
        }
        let is_spaced = last != '/' && step.starts_with(' ') || c != '/' && step.ends_with(' ');
        if depth > 0 && is_spaced && c != '{' {
            return bad(format!("a space in braces belongs to the name: write `{}` for `{step}`", step.trim()));
        }
        depth = if c == '{' { depth + 1 } else { depth.saturating_sub(usize::from(c == '}')) };
        last = c;
        step.clear();
    }
    Ok(())
}

/// Whether every character is literal.
fn is_word(pattern: &str) -> bool {
    !pattern.is_empty() && !pattern.contains(['*', '?', '[', ']', '{', '}', '\\'])
}

/// What globs are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum GlobKind {
    Path,
    Repo,
    Name,
}

fn compile(pattern: &str, kind: GlobKind) -> Result<CompiledGlob, BadGlob> {
    let bad = |reason| BadGlob { pattern: pattern.to_owned(), reason };
    // The automaton of a longer glob could exceed the size limit.
    if pattern.len() > LONGEST {
        return Err(bad(format!("it has more than {LONGEST} characters")));
    }
    let mut builder = GlobBuilder::new(pattern);
    builder.literal_separator(kind != GlobKind::Name).case_insensitive(kind != GlobKind::Path).empty_alternates(true);
    CompiledGlob::new(&builder).map_err(bad)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn direct_comparison_and_glob_matcher_agree(pattern in "[a*/.?-]{0,5}", text in "[a/.-]{0,5}") {
            prop_assume!(check_segments(&pattern).is_ok());
            let machine = compile(&pattern, GlobKind::Path).unwrap();
            let globs = Globs::new(std::slice::from_ref(&pattern)).unwrap();
            prop_assert_eq!(globs.match_any(&text), machine.is_match(&text));
        }
    }

    #[test]
    fn a_star_crosses_slashes_in_names_but_not_in_paths() {
        for pattern in ["*bug", "k*", "kind?bug", "*"] {
            let pattern = [pattern.to_owned()];
            assert!(Globs::of_names(&pattern).unwrap().match_any("kind/bug"), "{pattern:?}");
            assert!(!Globs::new(&pattern).unwrap().match_any("kind/bug"), "{pattern:?}");
        }
        assert!(!Globs::of_names(&["*bug".to_owned()]).unwrap().match_any("kind/bugs"));
    }

    #[test]
    fn names_on_github_are_case_insensitive() {
        let patterns = ["acme/P".to_owned(), "Acme/x*".to_owned()];
        for globs in [Globs::of_repos(&patterns).unwrap(), Globs::of_names(&patterns).unwrap()] {
            assert!(globs.match_any("ACME/p") && globs.match_any("acme/xy") && !globs.match_any("acme/q"));
        }
        assert!(!Globs::new(&patterns).unwrap().match_any("acme/p"));
    }

    #[test]
    fn a_path_without_special_characters_is_a_file_or_a_folder() {
        let globs = Globs::of_files(&["config/x".to_owned(), "a/".to_owned(), "b/*.yaml".to_owned()]).unwrap();
        for path in ["config/x", "config/x/a/b.yaml", "a/c", "b/c.yaml"] {
            assert!(globs.match_any(path), "{path}");
        }
        assert!(!globs.match_any("config/xy") && !globs.match_any("b/c/d.yaml"));
    }

    #[test]
    fn an_alternative_may_be_empty() {
        let globs = |pattern: &str| Globs::new(&[pattern.to_owned()]).unwrap();
        let src = globs("{src/,}lib/**/*.{py,}");
        assert!(src.match_any("src/lib/a.py") && src.match_any("lib/a/b.py") && !src.match_any("x/lib/a.py"));
        assert!(globs("a{,.b}").match_any("a") && globs("{**/,}é").match_any("é"));
    }

    #[test]
    fn two_stars_inside_a_segment_are_rejected() {
        let reason = |pattern: &str| Globs::new(&[pattern.to_owned()]).err().map(|error| error.reason);
        let expected = "`**` must be a whole part of a path: write `**/*.rb` for `**.rb`, or a single `*`";
        assert_eq!(reason("src/**.rb").as_deref(), Some(expected));
        for (pattern, instead) in [("a**/b", "`a*/**`"), ("{x,a**b}/c", "`a*/**/*b`"), ("a/***", "`**`")] {
            assert!(reason(pattern).is_some_and(|reason| reason.contains(instead)), "{pattern}");
        }
        for (pattern, instead) in
            [("*.{yml, yaml}", "`yaml` for ` yaml`"), ("{a ,b}/c", "`a` for `a `"), ("{x, y/z}", "`y` for ` y`")]
        {
            assert!(reason(pattern).is_some_and(|reason| reason.contains(instead)), "{pattern}");
        }
        for pattern in ["**", "**/*.rb", "a/**/b", "{a/**,**/b}", "[**]x", "\\**", "*a*", "my docs/{a b,c} d/*"] {
            assert_eq!(reason(pattern), None, "{pattern}");
        }
        assert!(Globs::of_names(&["a**".to_owned()]).is_ok());
    }

    #[test]
    fn dots_match_like_any_other_name() {
        let globs = |pattern: &str| Globs::new(&[pattern.to_owned()]).unwrap();
        assert!(globs("?.").match_any("..") && globs("*/?.").match_any("a/..") && !globs("?.").match_any("..."));
    }

    #[test]
    fn a_glob_that_is_too_long_is_rejected() {
        for part in ["?", "{é,[!a-z]}", "**/", "*a"] {
            let long = part.repeat(LONGEST / part.len());
            assert!(Globs::new(std::slice::from_ref(&long)).is_ok(), "{part}");
            let error = Globs::new(&[long + "????????????"]).unwrap_err();
            assert_eq!(error.reason, "it has more than 1000 characters");
        }
    }

    /// It would match no path, so that what it is meant to leave out would count.
    #[test]
    fn an_exclamation_mark_in_front_is_rejected() {
        let globs = |pattern: &str| Globs::of_files(&[pattern.to_owned()]);
        assert!(globs("!vendor/**").unwrap_err().reason.contains("`exclude`") && globs("!vendor").is_err());
        assert!(globs("[!a]/b").is_ok() && globs("a!").unwrap().match_any("a!"));
        assert!(globs("\\!a").unwrap().match_any("!a"));
    }

    #[test]
    fn an_invalid_glob_is_named() {
        let patterns = ["a".to_owned(), "a[b".to_owned()];
        assert_eq!(Globs::new(&patterns).unwrap_err().pattern, "a[b");
    }
}
