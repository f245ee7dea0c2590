//! Objects: one `git cat-file --batch` that is asked for as many as are needed.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::rc::Rc;
use std::thread;

use super::GitError;

/// What Git has under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Object {
    /// It is not there: a partial clone, a shallow one, or a broken one.
    Missing,
    /// It is there.
    Found(ObjectKind, Vec<u8>),
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
const AT_ONCE: usize = 150;

/// The way to objects.
#[derive(Debug)]
pub(crate) struct Objects {
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Objects {
    pub(super) fn open(mut command: Command) -> Result<Self, GitError> {
        command.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(GitError::NotStarted)?;
        let requests = child.stdin.take();
        let answers = BufReader::with_capacity(1 << 16, child.stdout.take().expect("stdout is piped"));
        Ok(Self { child, requests, answers })
    }

    /// Asks for one object.
    pub(crate) fn get(&mut self, name: &str) -> Result<Object, GitError> {
        let closed = || GitError::Stopped(io::ErrorKind::BrokenPipe.into());
        let requests = self.requests.as_mut().ok_or_else(closed)?;
        requests.write_all(format!("{name}\n").as_bytes()).map_err(GitError::Stopped)?;
        self.answer()
    }

    /// Asks for a few objects at once, so that Git need not wait for each next question; answers are in order.
    pub(crate) fn get_all(&mut self, names: &[Rc<str>]) -> Result<Vec<Object>, GitError> {
        let closed = || GitError::Stopped(io::ErrorKind::BrokenPipe.into());
        let mut found = Vec::with_capacity(names.len());
        for names in names.chunks(AT_ONCE) {
            let questions: String = names.iter().flat_map(|name| [name.as_ref(), "\n"]).collect();
            let requests = self.requests.as_mut().ok_or_else(closed)?;
            requests.write_all(questions.as_bytes()).map_err(GitError::Stopped)?;
            for _ in names {
                found.push(self.answer()?);
            }
        }
        Ok(found)
    }

    /// Asks for many objects and hands them out in order. Requests are written by a thread of their
    /// own, since Git answers while it is asked.
    pub(crate) fn stream(
        mut self,
        names: Vec<String>,
        mut each: impl FnMut(usize, Object) -> bool,
    ) -> Result<(), GitError> {
        let Some(mut requests) = self.requests.take() else { return Ok(()) };
        let count = names.len();
        let writer = thread::spawn(move || -> io::Result<()> {
            let mut buffer = io::BufWriter::new(&mut requests);
            for name in names {
                writeln!(buffer, "{name}")?;
            }
            buffer.flush()
        });
        for place in 0..count {
            let object = self.answer()?;
            if !each(place, object) {
                return Ok(());
            }
        }
        // A request that could not be written shows as an answer that did not come.
        let _ = writer.join();
        Ok(())
    }

    fn answer(&mut self) -> Result<Object, GitError> {
        let stopped = |what: &str| GitError::Stopped(io::Error::new(io::ErrorKind::UnexpectedEof, what.to_owned()));
        let mut head = Vec::new();
        self.answers.read_until(b'\n', &mut head).map_err(GitError::Stopped)?;
        let head = String::from_utf8_lossy(&head);
        let words: Vec<&str> = head.split_whitespace().collect();
        let (kind, size) = match words.as_slice() {
            [.., "missing" | "ambiguous"] => return Ok(Object::Missing),
            [_, kind, size] => (*kind, size.parse::<usize>().map_err(|_| stopped("an answer was not understood"))?),
            _ => return Err(stopped("an answer was not understood")),
        };
        let mut bytes = Vec::new();
        let wanted = size as u64 + 1;
        let read = (&mut self.answers).take(wanted).read_to_end(&mut bytes).map_err(GitError::Stopped)?;
        if read as u64 != wanted {
            return Err(stopped("an object is cut off"));
        }
        bytes.truncate(size);
        let kind = match kind {
            "blob" => ObjectKind::Blob,
            "tree" => ObjectKind::Tree,
            _ => ObjectKind::Other,
        };
        Ok(Object::Found(kind, bytes))
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        self.requests = None;
        // Whether it ends by itself or is ended makes no difference any more.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
