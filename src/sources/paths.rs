//! Paths of offramp's files: settings (config), issues (cache), meeting dates (data) and the log (state).

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use crate::domain::clean::clean_line;
use crate::domain::{Example, Origin};

/// Formats a path for display: cleaned, on one line.
pub fn shown(path: impl AsRef<Path>) -> String {
    clean_line(&path.as_ref().display().to_string()).into_owned()
}

/// Names a roadmap in output: `example`, `example homebrew`, or its file.
pub fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Example(Example::Kubernetes) => "example".to_owned(),
        Origin::Example(other) => format!("example {}", other.name()),
        Origin::File(path) => shown(path),
    }
}

/// The user's folders by the conventions of the system; they need not exist.
#[derive(Debug, Clone, Default)]
pub struct Paths {
    dirs: Option<ProjectDirs>,
    settings: Option<PathBuf>,
}

/// A folder of the user is needed, and the home folder is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no home folder is known, so there is no place for the {0} of offramp; set HOME")]
pub struct NoHome(&'static str);

impl Paths {
    /// Finds the user's folders; `OFFRAMP_CONFIG` overrides the settings file.
    pub fn of_user() -> Self {
        let settings = std::env::var_os("OFFRAMP_CONFIG").filter(|path| !path.is_empty()).map(PathBuf::from);
        Self { dirs: ProjectDirs::from("", "", "offramp"), settings }
    }

    /// Returns the settings file.
    pub fn settings(&self) -> Result<PathBuf, NoHome> {
        match &self.settings {
            Some(path) => Ok(path.clone()),
            None => Ok(self.dirs("settings")?.config_dir().join("config.toml")),
        }
    }

    /// Whether the settings file comes from `OFFRAMP_CONFIG`.
    pub fn names_settings(&self) -> bool {
        self.settings.is_some()
    }

    /// Returns the folder for data that can be fetched again.
    pub fn cache(&self) -> Result<&Path, NoHome> {
        Ok(self.dirs("issues")?.cache_dir())
    }

    /// Returns the folder for data that cannot be fetched again: meeting dates.
    pub fn data(&self) -> Result<&Path, NoHome> {
        Ok(self.dirs("meeting dates")?.data_dir())
    }

    /// Returns the folder of the log: on systems without a state folder, the data folder.
    pub fn state(&self) -> Result<&Path, NoHome> {
        let dirs = self.dirs("log")?;
        Ok(dirs.state_dir().unwrap_or_else(|| dirs.data_dir()))
    }

    fn dirs(&self, what: &'static str) -> Result<&ProjectDirs, NoHome> {
        self.dirs.as_ref().ok_or(NoHome(what))
    }
}
