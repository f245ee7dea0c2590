//! A runner for the real binary: an empty home folder, no settings, no cache, no token, a fixed clock.

use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// 2026-11-24 02:00:00 UTC
const NOW: &str = "1795485600";

/// The binary, with its arguments, environment and home.
pub(crate) struct Program {
    command: Command,
    home: TempDir,
}

/// Exit code and output of a run.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Output {
    /// Asserts the exit code, and that stderr contains texts.
    #[track_caller]
    pub(crate) fn exits<const N: usize>(&self, code: i32, texts: [&str; N]) {
        assert_eq!(self.code, code, "{self:?}");
        self.stderr.shows(texts);
    }

    /// Parses the output as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Assertions about a text.
pub(crate) trait Shows {
    /// Asserts that the text contains others.
    fn shows<const N: usize>(&self, texts: [&str; N]);
    /// Asserts that the text contains none of others.
    fn hides<const N: usize>(&self, texts: [&str; N]);
}

impl Shows for str {
    #[track_caller]
    fn shows<const N: usize>(&self, texts: [&str; N]) {
        let missing = texts.into_iter().find(|text| !self.contains(text));
        assert_eq!(missing, None, "in\n{self}");
    }

    #[track_caller]
    fn hides<const N: usize>(&self, texts: [&str; N]) {
        let shown = texts.into_iter().find(|text| self.contains(text));
        assert_eq!(shown, None, "in\n{self}");
    }
}

impl Program {
    /// Prepares the binary in an empty home folder, which is also its current folder.
    pub(crate) fn new() -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let mut command = Command::new(env!("CARGO_BIN_EXE_offramp"));
        command.env_clear().current_dir(home.path()).stdin(Stdio::null());
        for (name, folder) in [
            ("HOME", ""),
            ("XDG_CONFIG_HOME", ".config"),
            ("XDG_CACHE_HOME", ".cache"),
            ("XDG_DATA_HOME", ".local/share"),
            ("XDG_STATE_HOME", ".local/state"),
        ] {
            command.env(name, home.path().join(folder));
        }
        command
            .env("SOURCE_DATE_EPOCH", NOW)
            .env("TZ", "UTC")
            .env("OFFRAMP_OFFLINE", "1")
            .env("PATH", std::env::var_os("PATH").unwrap_or_default());
        Self { command, home }
    }

    /// Adds arguments.
    pub(crate) fn args<'a>(mut self, args: impl IntoIterator<Item = &'a str>) -> Self {
        self.command.args(args);
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Allows it to use the network, with a local server in place of GitHub.
    pub(crate) fn online(mut self, url: &str) -> Self {
        self.command.env_remove("OFFRAMP_OFFLINE");
        self.env("OFFRAMP_API_URL", url)
    }

    /// Writes a file, relative to the home.
    pub(crate) fn file(self, name: &str, text: &str) -> Self {
        let path = self.home.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder of the home");
        write(&path, text).expect("a file of the home");
        self
    }

    /// Returns the home folder.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Redirects stdout.
    pub(crate) fn stdout(mut self, to: impl Into<Stdio>) -> Self {
        self.command.stdout(to);
        self
    }

    /// Returns the command itself; the home folder must outlive it.
    pub(crate) fn command(&mut self) -> &mut Command {
        &mut self.command
    }

    /// Runs it to its end and deletes the home folder.
    pub(crate) fn run(mut self) -> Output {
        self.run_again()
    }

    /// Runs it to its end and keeps the home folder.
    pub(crate) fn run_again(&mut self) -> Output {
        output_of(&mut self.command)
    }

    /// Runs it with only these arguments, in the same home folder.
    pub(crate) fn run_with(&mut self, args: &[&str]) -> Output {
        output_of(self.bare().args(args))
    }

    /// Returns the binary without arguments, in the same home folder and environment.
    pub(crate) fn bare(&self) -> Command {
        let mut command = Command::new(self.command.get_program());
        command.env_clear().envs(self.command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.current_dir(self.home.path()).stdin(Stdio::null());
        command
    }
}

fn output_of(command: &mut Command) -> Output {
    let output = command.output().expect("the binary runs");
    Output {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
    }
}

/// Writes a file.
#[expect(clippy::disallowed_methods, reason = "no one reads it before it is complete")]
pub(crate) fn write(path: &Path, text: impl AsRef<[u8]>) -> std::io::Result<()> {
    std::fs::write(path, text)
}

/// Runs the binary with arguments in an empty home.
pub(crate) fn offramp<'a>(args: impl IntoIterator<Item = &'a str>) -> Output {
    Program::new().args(args).run()
}

/// Writes a shell script that can be run.
#[cfg(unix)]
pub(crate) fn script(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    write(path, format!("#!/bin/sh\n{text}\n")).expect("a script");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("a script that can be run");
}
