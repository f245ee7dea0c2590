//! Objects: one `git cat-file --batch` that is asked for as many as are needed.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::thread;

use super::{GitError, Oid, Repository};

/// What Git has under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GitObject {
    /// It is not there: a partial clone, a shallow one, or a broken one.
    Missing,
    /// It is there, and larger than anything that is read: its size in bytes, and its beginning.
    TooLarge(u64, Vec<u8>),
    /// It is there.
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

/// Questions that fit into the smallest pipe there is, so that writing them never has to wait.
const AT_ONCE: usize = 80;

/// The largest object that is read, in bytes: a few kilobytes can unfold to gigabytes.
pub(crate) const LARGEST: u64 = 32 << 20;

/// How much of a file Git looks at to tell whether it is text, in bytes.
pub(crate) const LOOKED_AT: u64 = 8_000;

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

    /// Returns another way to the same objects, by a process of its own.
    pub(crate) fn beside(&self) -> Self {
        Self::new(&self.repository)
    }

    fn process(&mut self) -> Result<&mut Process, GitError> {
        if self.process.is_none() {
            self.process = Some(Process::start(&self.repository)?);
        }
        self.process.as_mut().ok_or_else(|| GitError::Refused("cat-file did not start".to_owned()))
    }

    /// Asks for objects by name, a few at once, so that Git need not wait for each next question; answers are in order.
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
                    // The bytes of the large one are still to come: a new process does not send them.
                    self.process = None;
                    break;
                }
            }
        }
        Ok(found)
    }

    /// Asks for one object.
    pub(crate) fn get(&mut self, name: &str) -> Result<GitObject, GitError> {
        Ok(self.get_all(&[name.to_owned()])?.pop().unwrap_or(GitObject::Missing))
    }

    /// Asks for many objects and hands them out in order, until `each` has had enough. Requests are written by a
    /// thread of their own, since Git answers while it is asked.
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
            // Its end closes the pipe, which ends the writer; a request that could not be written shows as an answer
            // that did not come.
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
        let unclear = || stopped("an answer was not understood");
        let (id, kind, size) = match words.as_slice() {
            [.., "missing" | "ambiguous"] => return Ok(GitObject::Missing),
            [id, kind, size] => (Oid::of_hex(id).ok_or_else(unclear)?, *kind, size.parse().map_err(|_| unclear())?),
            _ => return Err(unclear()),
        };
        if size > LARGEST {
            let mut beginning = Vec::new();
            (&mut self.answers).take(LOOKED_AT).read_to_end(&mut beginning).map_err(GitError::Stopped)?;
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
        // Whether it ends by itself or is ended makes no difference any more.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
