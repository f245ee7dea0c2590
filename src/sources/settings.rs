//! The settings file: TOML, written by the user, never by offramp.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Deserializer};

use super::diagnostic::{Diagnostic, Excerpt, Span};
use super::disk;
use super::paths::Paths;
use crate::domain::time::read_age;
use crate::domain::{Date, Repo};

/// The largest settings file that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// What the settings file says; everything is optional.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The roadmap to open.
    pub roadmap: Option<PathBuf>,
    /// A checkout or bare clone of kubernetes/test-infra, for `count`.
    pub test_infra: Option<PathBuf>,
    /// Checkouts by repository, for `count` and `refs`; or a list, for `refs` alone.
    pub checkouts: Checkouts,
    /// Data older than this is fetched again before it is shown: `1h`.
    #[serde(deserialize_with = "age")]
    pub max_age: Option<Duration>,
    /// Whether the screens take the mouse.
    pub mouse: bool,
    /// Whether to draw with ASCII only.
    pub ascii: bool,
    /// Whether the background of the terminal is light, where the terminal does not say so itself.
    pub light: bool,
    /// What shows long pages on a terminal; without it `PAGER`, else `less`.
    pub pager: Option<String>,
    /// When to use colour: `auto`, `always` or `never`.
    pub color: Option<String>,
    /// The login of the user on GitHub, for `@me`.
    pub login: Option<String>,
    /// Logins of robots, beyond the known ones.
    pub robots: Vec<String>,
    /// After how many days a claim on a box without a pull request has gone quiet: 30.
    pub claim_days: Option<u32>,
    /// After how many days an open pull request for a box has gone quiet: 90.
    pub pull_days: Option<u32>,
    /// A day on which a group met, by group: it decides in which weeks a bi-weekly meeting takes place.
    #[serde(deserialize_with = "days")]
    pub meetings: BTreeMap<String, Date>,
}

/// Folders that hold repositories.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
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

/// The settings file is there and cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// It cannot be read.
    #[error("the settings `{}` cannot be read: {cause}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
    /// It was named by `OFFRAMP_CONFIG` and is not there.
    #[error("OFFRAMP_CONFIG names `{}`, which does not exist", .0.display())]
    Missing(PathBuf),
    /// It says something that is not understood; the text shows where.
    #[error("{}", .0.described())]
    Wrong(Diagnostic),
}

impl Settings {
    /// The keys that a settings file may have.
    pub const KEYS: [&'static str; 14] = [
        "roadmap",
        "login",
        "test_infra",
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

    /// Reads the settings of the user; without a file all is as if it were empty.
    pub fn load(paths: &Paths) -> Result<Self, SettingsError> {
        let Ok(path) = paths.settings() else { return Ok(Self::default()) };
        match disk::read_text(&path, LARGEST) {
            Ok(text) => Self::read(&text, &path),
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(SettingsError::Unreadable { path, cause }),
            Err(_) if paths.names_settings() => Err(SettingsError::Missing(path)),
            Err(_) => Ok(Self::default()),
        }
    }

    /// Reads settings; paths in them are relative to the folder of the file, and `~/` is the home folder.
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
}

impl Settings {
    /// Returns the folder that holds a repository; `test_infra` is that of kubernetes/test-infra.
    pub fn checkout(&self, repo: &Repo) -> Option<&PathBuf> {
        let named = match &self.checkouts {
            Checkouts::ByRepo(folders) => {
                folders.iter().find(|(name, _)| name.eq_ignore_ascii_case(repo.as_str())).map(|(_, folder)| folder)
            }
            Checkouts::List(_) => None,
        };
        named.or_else(|| {
            self.test_infra.as_ref().filter(|_| repo.as_str().eq_ignore_ascii_case("kubernetes/test-infra"))
        })
    }
}

fn fault(path: &Path, text: &str, error: &toml::de::Error) -> Diagnostic {
    let span = error.span().unwrap_or_default();
    let excerpt = Some(Excerpt::of(text, Span::of(text, span.start, span.end)));
    Diagnostic { excerpt, ..Diagnostic::of_file(&path.display().to_string(), error.message().replace('\n', " "), None) }
}

fn absolute(path: &Path, folder: &Path) -> PathBuf {
    match (path.strip_prefix("~"), directories::BaseDirs::new()) {
        (Ok(rest), Some(dirs)) => dirs.home_dir().join(rest),
        (Ok(_) | Err(_), _) => folder.join(path),
    }
}

fn age<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let wrong = || serde::de::Error::custom(format!("`{text}` is not a time such as 90m, 1h or 2d"));
    read_age(&text).map(Some).ok_or_else(wrong)
}

/// A day in TOML is a date (`2025-02-11`) or a text.
fn days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Date>, D::Error> {
    let values = BTreeMap::<String, toml::Value>::deserialize(deserializer)?;
    let read = |(group, value): (String, toml::Value)| {
        let text = match &value {
            toml::Value::String(text) => text.clone(),
            toml::Value::Datetime(day) => day.to_string(),
            toml::Value::Integer(_)
            | toml::Value::Float(_)
            | toml::Value::Boolean(_)
            | toml::Value::Array(_)
            | toml::Value::Table(_) => group.clone(),
        };
        let wrong = |_| serde::de::Error::custom(format!("`{text}` is not a day such as 2025-02-11"));
        text.parse().map(|day| (group, day)).map_err(wrong)
    };
    values.into_iter().map(read).collect()
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
    fn values_are_read_and_paths_are_relative_to_the_file() {
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
    fn an_unknown_key_is_an_error_with_its_line() {
        let error = read("ascii = true\ncolour = \"never\"\n").unwrap_err();
        assert!(error.starts_with("/etc/config.toml:2:1: unknown field `colour`"), "{error}");
        assert!(error.contains("2 | colour = "), "{error}");
    }

    #[test]
    fn a_wrong_value_is_an_error_with_its_line() {
        let error = read("\nmax_age = \"soon\"\n").unwrap_err();
        assert!(error.starts_with("/etc/config.toml:2:11: `soon` is not a time"), "{error}");
    }

    #[test]
    fn every_key_is_listed() {
        let error = read("x = 1").unwrap_err();
        for key in Settings::KEYS {
            assert!(error.contains(key), "{key}: {error}");
        }
    }
}
