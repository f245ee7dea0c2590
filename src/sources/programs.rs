//! Starts other programs: from absolute folders of `PATH` only, without tokens in the environment, and with timeouts.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

/// The variables with a token; no child process needs one.
const TOKENS: [&str; 4] = ["GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"];
/// The interval for polling a running child.
const PAUSE: Duration = Duration::from_millis(5);

/// The search path if `PATH` has no absolute folder.
const DEFAULT_PATH: &str = "/usr/bin:/bin";

/// Builds a command from a name, or from a path that the user wrote; a missing program fails to start.
///
/// An empty or relative entry of `PATH` means the current folder, which may be an untrusted clone. Such entries are
/// skipped, and removed from the `PATH` of the child.
pub fn command(name: impl AsRef<OsStr>) -> Command {
    let name = name.as_ref();
    let path = search_path();
    let is_path = Path::new(name).components().count() > 1;
    let found = if is_path { None } else { find(name, &path) };
    let mut command = Command::new(found.unwrap_or_else(|| PathBuf::from(name)));
    // An empty `PATH` would mean the current folder, too.
    match env::join_paths(&path) {
        Ok(path) if !path.is_empty() => command.env("PATH", path),
        Ok(_) | Err(_) => command.env("PATH", DEFAULT_PATH),
    };
    for token in TOKENS {
        command.env_remove(token);
    }
    command
}

/// Whether a program is installed.
pub fn is_installed(name: &str) -> bool {
    find(OsStr::new(name), &search_path()).is_some()
}

fn search_path() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).filter(|folder| folder.is_absolute()).collect()
}

fn find(name: &OsStr, folders: &[PathBuf]) -> Option<PathBuf> {
    let endings: &[&str] = if cfg!(windows) { &[".exe", ".cmd", ".bat", ""] } else { &[""] };
    let files = folders.iter().flat_map(|folder| {
        endings.iter().map(move |ending| {
            let mut file = OsString::from(name);
            file.push(ending);
            folder.join(file)
        })
    });
    files.into_iter().find(|file| is_program(file))
}

#[cfg(unix)]
fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(file: &Path) -> bool {
    file.is_file()
}

/// Splits a command line at whitespace outside quotes.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut quote): (Option<String>, Option<char>) = (None, None);
    for c in text.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (Some(_) | None, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// How much of stderr is kept, in bytes.
const LARGEST_COMPLAINT: u64 = 64 << 10;

/// Returns the stdout of a program; fails after more than `limit` bytes, after `time`, or if the program fails.
pub fn output(mut command: Command, limit: u64, time: Duration) -> io::Result<Vec<u8>> {
    let output = answer(&mut command, limit, time)?;
    if output.status.success() { Ok(output.stdout) } else { Err(io::Error::other(output.status.to_string())) }
}

/// Runs a program and returns its output, whatever its status; fails after more than `limit` bytes or after `time`.
pub fn answer(command: &mut Command, limit: u64, time: Duration) -> io::Result<Output> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let printed = read_beside(child.stdout.take().expect("stdout is a pipe"), limit);
    let complaints = read_beside(child.stderr.take().expect("stderr is a pipe"), LARGEST_COMPLAINT);
    let read = printed.recv_timeout(time).unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
    let status = match &read {
        Ok(bytes) if bytes.len() as u64 <= limit => wait(&mut child, time),
        Ok(_) | Err(_) => Ok(None),
    };
    if !matches!(status, Ok(Some(_))) {
        let _ = child.kill();
        let _ = child.wait();
    }
    let stdout = read?;
    match status? {
        Some(status) => {
            let stderr = complaints.recv_timeout(PAUSE * 100).and_then(|read| read.or(Ok(Vec::new())));
            Ok(Output { status, stdout, stderr: stderr.unwrap_or_default() })
        }
        None if stdout.len() as u64 > limit => Err(io::Error::other("its output does not end")),
        None => Err(io::ErrorKind::TimedOut.into()),
    }
}

/// Reads a pipe in a thread, since a program may neither print nor exit. The thread ends with the pipe.
fn read_beside(pipe: impl Read + Send + 'static, limit: u64) -> Receiver<io::Result<Vec<u8>>> {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = pipe.take(limit + 1).read_to_end(&mut bytes);
        let _ = send.send(read.map(|_| bytes));
    });
    receive
}

/// Waits for a program to exit; `None` if it still runs after that time.
pub fn wait(child: &mut Child, time: Duration) -> io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    loop {
        match child.try_wait()? {
            Some(status) => return Ok(Some(status)),
            None if start.elapsed() >= time => return Ok(None),
            None => std::thread::sleep(PAUSE),
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_secs(20);

    fn shell(script: &str) -> Command {
        let mut command = command("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn relative_entries_of_the_path_are_skipped() {
        let folder = tempfile::tempdir().unwrap();
        assert!(find(OsStr::new("sh"), &[folder.path().to_owned()]).is_none());
        assert!(search_path().iter().all(|folder| folder.is_absolute()));
        assert_eq!(command("no-such-program-at-all").spawn().unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn only_executable_files_are_found() {
        let folder = tempfile::tempdir().unwrap();
        crate::sources::disk::write(&folder.path().join("gh"), b"text").unwrap();
        std::fs::create_dir(folder.path().join("git")).unwrap();
        for name in ["gh", "git"] {
            assert_eq!(find(OsStr::new(name), &[folder.path().to_owned()]), None, "{name}");
        }
    }

    #[test]
    fn output_and_time_of_a_program_are_limited() {
        assert_eq!(output(shell("echo yes"), 9, SOON).unwrap(), b"yes\n");
        let endless = output(shell("while :; do echo yes; done"), 9, SOON).unwrap_err();
        assert_eq!(endless.to_string(), "its output does not end");
        let silent = output(shell("exec sleep 60"), 9, Duration::from_millis(50)).unwrap_err();
        assert_eq!(silent.kind(), io::ErrorKind::TimedOut);
        assert!(output(shell("exit 3"), 9, SOON).unwrap_err().to_string().contains('3'));
    }

    #[test]
    fn no_child_inherits_a_token() {
        let command = shell("true");
        for token in TOKENS {
            assert!(command.get_envs().any(|(name, value)| name == token && value.is_none()), "{token}");
        }
    }
}
