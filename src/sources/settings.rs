//! Parses the settings file: TOML, written by the user, never by offramp.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fmt, io};

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};

use super::diagnostic::{Diagnostic, Excerpt, Span};
use super::disk;
use super::paths::Paths;
use crate::domain::time::read_age;
use crate::domain::{Date, Repo};

/// The maximum size of the file, in bytes.
const LARGEST: u64 = 1 << 20;
const COLORS: [&str; 3] = ["auto", "always", "never"];

/// The settings; every key is optional.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The roadmap to open.
    pub roadmap: Option<PathBuf>,
    /// The predecessor of `[checkouts]`, for kubernetes/test-infra; not documented any more.
    pub test_infra: Option<PathBuf>,
    /// Checkouts by repository, for `count` and `refs`; or a list, only for `refs`.
    pub checkouts: Checkouts,
    /// Data older than this is refreshed before it is shown: `1h`.
    #[serde(deserialize_with = "age")]
    pub max_age: Option<Duration>,
    /// Whether the screens react to the mouse.
    pub mouse: bool,
    /// Whether to draw with ASCII only.
    pub ascii: bool,
    /// Whether the background of the terminal is light, if the terminal does not report it.
    pub light: bool,
    /// The pager for long pages; default: `PAGER`, else `less`.
    pub pager: Option<String>,
    /// When to use colour: `auto`, `always` or `never`.
    #[serde(deserialize_with = "color")]
    pub color: Option<String>,
    /// The login of the user on GitHub, for `@me`.
    pub login: Option<String>,
    /// Logins of robots, beyond the known ones.
    pub robots: Vec<String>,
    /// After how many days without a pull request a claim on a box is quiet; default: 30.
    pub claim_days: Option<u32>,
    /// After how many days an open pull request for a box is quiet; default: 90.
    pub pull_days: Option<u32>,
    /// A day on which a group met, by group, from which the weeks of its bi-weekly meetings follow.
    #[serde(deserialize_with = "days")]
    pub meetings: BTreeMap<String, Date>,
}

/// The checkouts of the user.
#[derive(Debug, Clone, PartialEq)]
pub enum Checkouts {
    /// `[checkouts]`: a folder for each `owner/name`.
    ByRepo(BTreeMap<String, PathBuf>),
    /// `checkouts = […]`
    List(Vec<PathBuf>),
}

impl Default for Checkouts {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

impl Checkouts {
    /// Returns the folders.
    pub fn paths(&self) -> Vec<&PathBuf> {
        match self {
            Self::ByRepo(folders) => folders.values().collect(),
            Self::List(folders) => folders.iter().collect(),
        }
    }

    fn paths_mut(&mut self) -> Vec<&mut PathBuf> {
        match self {
            Self::ByRepo(folders) => folders.values_mut().collect(),
            Self::List(folders) => folders.iter_mut().collect(),
        }
    }
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("the settings `{}` cannot be read: {}", path.display(), disk::in_words(cause))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        #[source]
        cause: io::Error,
    },
    /// The file that `OFFRAMP_CONFIG` names does not exist.
    #[error("OFFRAMP_CONFIG names `{}`, which does not exist", .0.display())]
    Missing(PathBuf),
    /// A key or a value is invalid.
    #[error("{}", .0.described())]
    Wrong(Diagnostic),
}

impl SettingsError {
    /// Returns what to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "make it a file that you may read, or name another one in OFFRAMP_CONFIG",
            Self::Missing(_) => "correct OFFRAMP_CONFIG, or unset it",
            Self::Wrong(_) => "`offramp config --help` explains the keys",
        }
    }
}

impl Settings {
    /// All keys of the settings file.
    pub const KEYS: [&'static str; 13] = [
        "roadmap",
        "login",
        "checkouts",
        "max_age",
        "mouse",
        "ascii",
        "light",
        "pager",
        "color",
        "robots",
        "claim_days",
        "pull_days",
        "meetings",
    ];

    /// Reads the user's settings; a missing file is like an empty one.
    pub fn load(paths: &Paths) -> Result<Self, SettingsError> {
        let Ok(path) = paths.settings() else { return Ok(Self::default()) };
        match disk::read_text(&path, LARGEST) {
            Ok(text) => Self::read(&text, &path),
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(SettingsError::Unreadable { path, cause }),
            Err(_) if paths.names_settings() => Err(SettingsError::Missing(path)),
            Err(_) => Ok(Self::default()),
        }
    }

    /// Parses settings; paths are relative to the folder of the file, and `~/` is the home folder.
    pub fn read(text: &str, path: &Path) -> Result<Self, SettingsError> {
        let wrong = |error| SettingsError::Wrong(fault(path, text, &error));
        let mut settings: Self = toml::from_str(text).map_err(wrong)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let named = settings.roadmap.iter_mut().chain(&mut settings.test_infra).chain(settings.checkouts.paths_mut());
        for path in named {
            *path = absolute(path, folder);
        }
        Ok(settings)
    }

    /// Returns the checkout of a repository.
    pub fn checkout(&self, repo: &Repo) -> Option<&PathBuf> {
        let named = match &self.checkouts {
            Checkouts::ByRepo(folders) => {
                folders.iter().find(|(name, _)| name.eq_ignore_ascii_case(repo.as_str())).map(|(_, folder)| folder)
            }
            Checkouts::List(_) => None,
        };
        let is_test_infra = || repo.as_str().eq_ignore_ascii_case("kubernetes/test-infra");
        named.or_else(|| self.test_infra.as_ref().filter(|_| is_test_infra()))
    }

    /// Returns the folders that hold these repositories, and all that are listed without a repository.
    pub fn checkouts_of<'r>(&self, repos: impl IntoIterator<Item = &'r Repo>) -> Vec<&PathBuf> {
        let listed = match &self.checkouts {
            Checkouts::ByRepo(_) => Vec::new(),
            Checkouts::List(folders) => folders.iter().collect(),
        };
        listed.into_iter().chain(repos.into_iter().filter_map(|repo| self.checkout(repo))).collect()
    }
}

fn fault(path: &Path, text: &str, error: &toml::de::Error) -> Diagnostic {
    let span = error.span().unwrap_or_default();
    let excerpt = Some(Excerpt::of(text, Span::of(text, span.start, span.end)));
    let message = error.message().replace('\n', " ").replace("unknown field", "unknown key");
    let message = mistaken_type(&message).unwrap_or(message);
    Diagnostic { excerpt, ..Diagnostic::of_file(&path.display().to_string(), message, None) }
}

/// Rewords serde's message about a value of the wrong type.
fn mistaken_type(error: &str) -> Option<String> {
    let rest = error.strip_prefix("invalid type: ").or_else(|| error.strip_prefix("invalid value: "))?;
    let (found, expected) = rest.split_once(", expected ")?;
    let expected = match expected {
        "a string" => "a text in quotes",
        "path string" => "a path in quotes",
        "a boolean" => "true or false",
        "a sequence" => "a list in brackets",
        "u32" => "a whole number",
        other => other,
    };
    let found = match found.split_once(' ') {
        Some((_, value)) => value,
        None if found == "sequence" => "a list",
        None if found == "map" => "a table",
        None => found,
    };
    Some(format!("expected {expected}, found {found}"))
}

fn absolute(path: &Path, folder: &Path) -> PathBuf {
    match (path.strip_prefix("~"), directories::BaseDirs::new()) {
        (Ok(rest), Some(dirs)) => dirs.home_dir().join(rest),
        (Ok(_) | Err(_), _) => folder.join(path),
    }
}

fn age<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    deserializer.deserialize_str(AgeVisitor).map(Some)
}

struct AgeVisitor;

impl Visitor<'_> for AgeVisitor {
    type Value = Duration;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a duration in quotes, such as \"1h\"")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Duration, E> {
        read_age(text).ok_or_else(|| E::custom(format!("`{text}` is not a time such as 90m, 1h or 2d")))
    }
}

fn color<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let word = String::deserialize(deserializer)?;
    if COLORS.iter().any(|known| known.eq_ignore_ascii_case(&word)) {
        return Ok(Some(word));
    }
    Err(de::Error::custom(format!("`{word}` does not say when to use colour: write auto, always or never")))
}

impl<'de> Deserialize<'de> for Checkouts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CheckoutsVisitor)
    }
}

/// Parses both forms of `checkouts`, each with its own error messages.
struct CheckoutsVisitor;

impl<'de> Visitor<'de> for CheckoutsVisitor {
    type Value = Checkouts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of folders, or lines such as \"owner/name\" = \"FOLDER\" below [checkouts]")
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, seq: A) -> Result<Checkouts, A::Error> {
        let folders = Vec::<CheckoutPath>::deserialize(SeqAccessDeserializer::new(seq))?;
        Ok(Checkouts::List(folders.into_iter().map(|CheckoutPath(path)| path).collect()))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Checkouts, A::Error> {
        let folders = BTreeMap::<RepoName, CheckoutPath>::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Checkouts::ByRepo(folders.into_iter().map(|(RepoName(name), CheckoutPath(path))| (name, path)).collect()))
    }
}

/// The key of a checkout.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct RepoName(String);

impl<'de> Deserialize<'de> for RepoName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        match Repo::new(&name) {
            Some(_) => Ok(Self(name)),
            None => Err(de::Error::custom(format!("`{name}` is not a repository: write \"owner/name\" = \"FOLDER\""))),
        }
    }
}

/// The folder of a checkout. An empty path would be the folder of the settings.
struct CheckoutPath(PathBuf);

impl<'de> Deserialize<'de> for CheckoutPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let path = PathBuf::deserialize(deserializer)?;
        if path.as_os_str().is_empty() {
            return Err(de::Error::custom("the path of the checkout is empty"));
        }
        Ok(Self(path))
    }
}

fn days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Date>, D::Error> {
    let days = BTreeMap::<String, MeetingDay>::deserialize(deserializer)?;
    Ok(days.into_iter().map(|(group, MeetingDay(day))| (group, day)).collect())
}

/// A TOML date (`2025-02-11`) or a string; a type of its own, so that an error has the place of the value.
struct MeetingDay(Date);

impl<'de> Deserialize<'de> for MeetingDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match toml::Value::deserialize(deserializer)? {
            toml::Value::String(text) => text,
            toml::Value::Datetime(day) => day.to_string(),
            toml::Value::Integer(_)
            | toml::Value::Float(_)
            | toml::Value::Boolean(_)
            | toml::Value::Array(_)
            | toml::Value::Table(_) => return Err(de::Error::custom("expected a day such as 2025-02-11")),
        };
        let wrong = |_| de::Error::custom(format!("`{text}` is not a day such as 2025-02-11"));
        text.parse().map(Self).map_err(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Settings, String> {
        Settings::read(text, Path::new("/etc/config.toml")).map_err(|error| error.to_string())
    }

    #[test]
    fn an_empty_file_is_the_default() {
        assert_eq!(read(""), Ok(Settings::default()));
    }

    #[test]
    fn paths_are_relative_to_the_settings_file() {
        let settings = read("roadmap = \"r.yaml\"\nmax_age = \"2h\"\n[meetings]\nsig-testing = 2025-02-11\n").unwrap();
        assert_eq!(settings.roadmap, Some(PathBuf::from("/etc/r.yaml")));
        assert_eq!(settings.max_age, Some(Duration::from_hours(2)));
        assert_eq!(settings.meetings["sig-testing"].to_string(), "2025-02-11");
    }

    #[test]
    fn checkouts_are_a_map_by_repository_or_a_list() {
        let settings = read("test_infra = \"t\"\n[checkouts]\n\"Homebrew/brew\" = \"brew\"\n").unwrap();
        let folder = |repo: &str| settings.checkout(&Repo::new(repo).unwrap()).cloned();
        assert_eq!(folder("homebrew/brew"), Some(PathBuf::from("/etc/brew")));
        assert_eq!(folder("kubernetes/test-infra"), Some(PathBuf::from("/etc/t")));
        assert_eq!(folder("a/b"), None);
        let list = read("checkouts = [\"a\", \"/b\"]\n").unwrap();
        assert_eq!(list.checkouts.paths(), [&PathBuf::from("/etc/a"), &PathBuf::from("/b")]);
    }

    #[test]
    fn a_checkout_of_a_repository_that_is_not_wanted_is_left_alone() {
        let folders = |text: &str, repos: &[&str]| {
            let repos: Vec<_> = repos.iter().map(|repo| Repo::new(repo).unwrap()).collect();
            read(text).unwrap().checkouts_of(&repos).into_iter().cloned().collect::<Vec<_>>()
        };
        let by_repo = "[checkouts]\n\"acme/mono\" = \"mono\"\n";
        assert_eq!(folders(by_repo, &["Acme/mono"]), [PathBuf::from("/etc/mono")]);
        assert_eq!(folders(by_repo, &["a/b"]), Vec::<PathBuf>::new());
        assert_eq!(folders("checkouts = [\"x\"]", &["a/b"]), [PathBuf::from("/etc/x")]);
    }

    #[test]
    fn an_unknown_key_is_an_error_with_its_line() {
        let error = read("ascii = true\ncolour = \"never\"\n").unwrap_err();
        assert!(error.starts_with("/etc/config.toml:2:1: unknown key `colour`"), "{error}");
        assert!(error.contains("2 | colour = "), "{error}");
    }

    #[test]
    fn a_wrong_value_is_an_error_with_its_line() {
        let error = read("\nmax_age = \"soon\"\n").unwrap_err();
        assert!(error.starts_with("/etc/config.toml:2:11: `soon` is not a time"), "{error}");
    }

    #[test]
    fn type_errors_are_in_plain_words() {
        let first_line = |text: &str| read(text).unwrap_err().lines().next().unwrap_or_default().to_owned();
        for (text, expected) in [
            ("max_age = 3", "1:11: expected a duration in quotes, such as \"1h\", found `3`"),
            (
                "checkouts = 3",
                "1:13: expected a list of folders, or lines such as \"owner/name\" = \"FOLDER\" below [checkouts], found `3`",
            ),
            ("checkouts = [3]", "1:14: expected a path in quotes, found `3`"),
            ("[checkouts]\n\"a/b\" = 3", "2:9: expected a path in quotes, found `3`"),
            ("[checkouts]\n\"a/b\" = \"\"", "2:9: the path of the checkout is empty"),
            ("checkouts = [\"\"]", "1:13: the path of the checkout is empty"),
            ("[checkouts]\nacme = \"/a\"", "2:1: `acme` is not a repository: write \"owner/name\" = \"FOLDER\""),
            ("roadmap = 3", "1:11: expected a path in quotes, found `3`"),
            ("login = true", "1:9: expected a text in quotes, found `true`"),
            ("mouse = \"yes\"", "1:9: expected true or false, found \"yes\""),
            ("claim_days = -3", "1:14: expected a whole number, found `-3`"),
            ("robots = \"x\"", "1:10: expected a list in brackets, found \"x\""),
            ("pager = []", "1:9: expected a text in quotes, found a list"),
            ("color = \"red\"", "1:9: `red` does not say when to use colour: write auto, always or never"),
            ("[meetings]\nx = \"soon\"", "2:5: `soon` is not a day such as 2025-02-11"),
            ("[meetings]\nx = true", "2:5: expected a day such as 2025-02-11"),
        ] {
            assert_eq!(first_line(text), format!("/etc/config.toml:{expected}"), "{text}");
        }
    }

    #[test]
    fn every_key_is_listed() {
        let error = read("x = 1").unwrap_err();
        for key in Settings::KEYS {
            assert!(error.contains(key), "{key}: {error}");
        }
    }
}
