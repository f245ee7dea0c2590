//! Object reader: one `git cat-file --batch` process for many requests.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::thread;

use super::{GitError, Oid, Repository};

/// The object that a name refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GitObject {
    /// It is missing, as in a partial, shallow or corrupt clone.
    Missing,
    /// It is larger than the limit: its size in bytes, and its beginning.
    TooLarge(u64, Vec<u8>),
    /// It exists: its kind, hash and bytes.
    Found(ObjectKind, Oid, Vec<u8>),
}

/// The kinds of object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ObjectKind {
    /// A file.
    Blob,
    /// A folder.
    Tree,
    /// A commit or tag.
    Other,
}

/// The number of requests that fit into the smallest pipe buffer, so that writing them never blocks.
const AT_ONCE: usize = 80;

/// The largest object that is read, in bytes: a few compressed kilobytes can expand to gigabytes.
pub(crate) const LARGEST: u64 = 32 << 20;

/// How much of a file Git examines to decide whether it is binary, in bytes.
pub(crate) const EXAMINED: u64 = 8_000;

/// A `git cat-file --batch` process, started on first use.
#[derive(Debug)]
pub(crate) struct Objects {
    repository: Repository,
    process: Option<Process>,
}

#[derive(Debug)]
struct Process {
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Objects {
    pub(super) fn new(repository: &Repository) -> Self {
        Self { repository: repository.clone(), process: None }
    }

    /// Returns another reader of the same repository, with its own process.
    pub(crate) fn reopen(&self) -> Self {
        Self::new(&self.repository)
    }

    fn process(&mut self) -> Result<&mut Process, GitError> {
        match self.process {
            Some(ref mut process) => Ok(process),
            ref mut none => Ok(none.insert(Process::start(&self.repository)?)),
        }
    }

    /// Reads objects by name and returns them in order. Requests are sent in batches, so that Git never waits for one.
    pub(crate) fn get_all(&mut self, names: &[String]) -> Result<Vec<GitObject>, GitError> {
        let mut found = Vec::with_capacity(names.len());
        while let Some(rest) = names.get(found.len()..).filter(|rest| !rest.is_empty()) {
            let names = rest.get(..AT_ONCE.min(rest.len())).unwrap_or_default();
            let questions: String = names.iter().flat_map(|name| [name.as_str(), "\n"]).collect();
            let process = self.process()?;
            let requests = process.requests.as_mut().ok_or_else(closed)?;
            requests.write_all(questions.as_bytes()).map_err(GitError::Stopped)?;
            for _ in names {
                let object = process.answer()?;
                let is_cut = matches!(object, GitObject::TooLarge(..));
                found.push(object);
                if is_cut {
                    // The rest of the large object would follow, so a new process replaces this one.
                    self.process = None;
                    break;
                }
            }
        }
        Ok(found)
    }

    /// Reads one object.
    pub(crate) fn get(&mut self, name: &str) -> Result<GitObject, GitError> {
        Ok(self.get_all(&[name.to_owned()])?.pop().unwrap_or(GitObject::Missing))
    }

    /// Reads many objects and passes them to `each` in order, until it returns `false`. A separate thread writes the
    /// requests, since Git answers while it still receives some.
    pub(crate) fn stream(
        mut self,
        names: &[String],
        mut each: impl FnMut(usize, GitObject) -> bool,
    ) -> Result<(), GitError> {
        let mut next = 0;
        while let Some(rest) = names.get(next..).filter(|rest| !rest.is_empty()) {
            let process = self.process()?;
            let Some(mut requests) = process.requests.take() else { return Err(closed()) };
            let rest = rest.to_vec();
            let writer = thread::spawn(move || -> io::Result<()> {
                let mut buffer = io::BufWriter::new(&mut requests);
                for name in rest {
                    writeln!(buffer, "{name}")?;
                }
                buffer.flush()
            });
            while next < names.len() {
                let object = process.answer()?;
                let is_cut = matches!(object, GitObject::TooLarge(..));
                if !each(next, object) {
                    return Ok(());
                }
                next += 1;
                if is_cut {
                    break;
                }
            }
            // Ending the process closes the pipe, which ends the writer. A failed write shows up as a missing answer.
            self.process = None;
            let _ = writer.join();
        }
        Ok(())
    }
}

fn closed() -> GitError {
    GitError::Stopped(io::ErrorKind::BrokenPipe.into())
}

impl Process {
    fn start(repository: &Repository) -> Result<Self, GitError> {
        let mut command = repository.command();
        command.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(GitError::NotStarted)?;
        let requests = child.stdin.take();
        let answers = BufReader::with_capacity(1 << 16, child.stdout.take().expect("stdout is piped"));
        Ok(Self { child, requests, answers })
    }

    fn answer(&mut self) -> Result<GitObject, GitError> {
        let stopped = |what: &str| GitError::Stopped(io::Error::new(io::ErrorKind::UnexpectedEof, what.to_owned()));
        let mut head = Vec::new();
        (&mut self.answers).take(4096).read_until(b'\n', &mut head).map_err(GitError::Stopped)?;
        let head = String::from_utf8_lossy(&head);
        let words: Vec<&str> = head.split_whitespace().collect();
        let unclear = || stopped("an answer could not be parsed");
        let (id, kind, size) = match words.as_slice() {
            [.., "missing" | "ambiguous"] => return Ok(GitObject::Missing),
            [id, kind, size] => (Oid::of_hex(id).ok_or_else(unclear)?, *kind, size.parse().map_err(|_| unclear())?),
            _ => return Err(unclear()),
        };
        if size > LARGEST {
            let mut beginning = Vec::new();
            (&mut self.answers).take(EXAMINED).read_to_end(&mut beginning).map_err(GitError::Stopped)?;
            return Ok(GitObject::TooLarge(size, beginning));
        }
        let mut bytes = Vec::with_capacity(size as usize + 1);
        let read = (&mut self.answers).take(size + 1).read_to_end(&mut bytes).map_err(GitError::Stopped)?;
        if read as u64 != size + 1 {
            return Err(stopped("an object is cut off"));
        }
        bytes.truncate(size as usize);
        let kind = match kind {
            "blob" => ObjectKind::Blob,
            "tree" => ObjectKind::Tree,
            _ => ObjectKind::Other,
        };
        Ok(GitObject::Found(kind, id, bytes))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.requests = None;
        // It may have exited by itself, which is fine.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
