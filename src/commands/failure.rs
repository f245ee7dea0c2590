//! Exit codes and errors: how a command ends, and the error that says what to do next.

use std::error::Error;
use std::fmt::Write as _;
use std::io;

use crate::domain::{FilterError, clean};
use crate::sources::cache::DatabaseError;
use crate::sources::diagnostic::Diagnostics;
use crate::sources::disk::DiskError;
use crate::sources::github::GithubError;
use crate::sources::paths::NoHome;
use crate::sources::roadmap_file::edit::{ApplyError, EditError};

/// How a successful command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Code 0.
    Done,
    /// Code 3: `check` found something at its `--fail-on`.
    Found,
    /// Code 5: answered from data older than `--max-age`, since it could not be fetched again.
    Stale,
    /// Code 128 + n: the signal n ended the screens.
    Signal(u8),
}

impl Exit {
    /// Returns the exit code of the process.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Found => 3,
            Self::Stale => 5,
            Self::Signal(number) => number.saturating_add(128),
        }
    }
}

/// The kind of a failure, which decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// Code 1: something went wrong.
    Failed,
    /// Code 2: the arguments, the settings or the roadmap are wrong.
    Usage,
    /// Code 4: GitHub does not accept the token, or wants one.
    Auth,
    /// Code 130: the user stopped it.
    Interrupted,
    /// Code 143: SIGTERM stopped it.
    Terminated,
    /// Code 0, without a message: the reader of the output closed the pipe.
    Closed,
}

impl FailureKind {
    /// Returns the exit code of the process.
    pub fn code(self) -> u8 {
        match self {
            Self::Closed => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Auth => 4,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }
}

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// Decides the exit code.
    pub kind: FailureKind,
    /// The thing and the place, in lower case, without a full stop.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
    source: Option<Box<dyn Error + Send + Sync>>,
    is_rendered: bool,
}

impl Failure {
    /// Makes a failure of a kind.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None, source: None, is_rendered: false }
    }

    /// Makes a failure with code 1.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Failed, message)
    }

    /// Makes a failure with code 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Usage, message)
    }

    /// Makes a failure from text with its own `error:` and `hint:`, which is printed as it is.
    pub fn verbatim(kind: FailureKind, text: impl Into<String>) -> Self {
        Self { is_rendered: true, ..Self::new(kind, text) }
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds what to do next, if that is known.
    #[must_use]
    pub fn maybe_hint(self, hint: Option<impl Into<String>>) -> Self {
        Self { hint: hint.map(Into::into), ..self }
    }

    /// Adds the known names as the hint: `known counters: here, there`.
    #[must_use]
    pub fn known<T: ToString>(self, what: &str, names: impl IntoIterator<Item = T>) -> Self {
        let names: Vec<_> = names.into_iter().map(|name| name.to_string()).collect();
        self.hint(format!("known {what}: {}", names.join(", ")))
    }

    /// Prepends the place to the message.
    #[must_use]
    pub fn within(mut self, place: &str) -> Self {
        self.message = format!("{place}: {}", self.message);
        self
    }

    /// Adds the cause.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(cause.into());
        self
    }

    /// Turns an error of writing the output into a failure; a closed pipe ends quietly.
    pub fn output(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::new(FailureKind::Closed, "");
        }
        Self::failed("the output could not be written").because(error)
    }

    /// Returns the lines for stderr: `error: …` with its causes, and `hint: …`; cleaned, since they quote arguments and
    /// file names.
    pub fn rendered(&self) -> String {
        if self.kind == FailureKind::Closed {
            return String::new();
        }
        let prefix = if self.is_rendered { "" } else { "error: " };
        let mut text = format!("{prefix}{}", self.message.trim_end());
        let mut cause = self.source.as_deref().map(|cause| cause as &dyn Error);
        while let Some(error) = cause {
            let words = error.to_string();
            // Many errors repeat their cause.
            if !text.contains(&words) {
                let _ = write!(text, ": {words}");
            }
            cause = error.source();
        }
        text.push('\n');
        if let Some(hint) = &self.hint {
            let _ = writeln!(text, "hint: {hint}");
        }
        clean(&text).into_owned()
    }
}

impl From<GithubError> for Failure {
    fn from(error: GithubError) -> Self {
        let kind = if let GithubError::Interrupted { signal } = &error {
            if *signal == 15 { FailureKind::Terminated } else { FailureKind::Interrupted }
        } else if error.is_authentication() {
            FailureKind::Auth
        } else if error.is_usage() {
            FailureKind::Usage
        } else {
            FailureKind::Failed
        };
        Self::new(kind, error.to_string()).hint(error.hint())
    }
}

impl From<NoHome> for Failure {
    fn from(error: NoHome) -> Self {
        Self::failed(error.to_string())
    }
}

impl From<DatabaseError> for Failure {
    fn from(error: DatabaseError) -> Self {
        Self::failed(error.to_string()).hint(error.hint())
    }
}

/// The faults of a roadmap file have their own `error:` and `hint:`.
impl From<Diagnostics> for Failure {
    fn from(faults: Diagnostics) -> Self {
        Self::verbatim(FailureKind::Usage, faults.to_string())
    }
}

impl From<EditError> for Failure {
    fn from(error: EditError) -> Self {
        match error {
            EditError::Faulty(faults) => faults.into(),
            EditError::Refused { message, hint } => Self::usage(message).maybe_hint(hint),
        }
    }
}

impl From<FilterError> for Failure {
    fn from(error: FilterError) -> Self {
        Self::usage(error.to_string()).hint(error.hint)
    }
}

impl From<ApplyError> for Failure {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Edit(error) => error.into(),
            ApplyError::Disk(error) => error.into(),
        }
    }
}

impl From<DiskError> for Failure {
    fn from(error: DiskError) -> Self {
        Self::failed(error.to_string()).maybe_hint(error.hint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_its_cause_and_what_to_do() {
        let cause = io::Error::other("no space left");
        let failure = Failure::failed("`x` could not be written").because(cause).hint("make room");
        assert_eq!(failure.rendered(), "error: `x` could not be written: no space left\nhint: make room\n");
    }

    #[test]
    fn a_closed_pipe_ends_quietly_with_0() {
        let failure = Failure::output(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!((failure.kind.code(), failure.rendered()), (0, String::new()));
        assert_eq!(Failure::output(io::Error::other("full")).kind.code(), 1);
    }
}
