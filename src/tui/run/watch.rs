//! The file watcher: reloads when the roadmap or its readings change, as reported by the system and checked at every key.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc::UnboundedSender;

use crate::domain::World;
use crate::tui::input::keymap::Action;
use crate::tui::model::Msg;

/// The polling interval where the system reports no changes.
const POLL: Duration = Duration::from_secs(2);

/// The stamp by which a change of a file is detected: modification time, change time in seconds and nanoseconds, length
/// and inode.
type FileStamp = Option<(SystemTime, i64, i64, u64, u64)>;

/// Sends a reload when one of the files has changed.
pub(super) struct Watch {
    shared: Arc<Shared>,
    /// Watches until dropped.
    watcher: Option<RecommendedWatcher>,
}

struct Shared {
    files: Mutex<Vec<(PathBuf, FileStamp)>>,
    post: UnboundedSender<Msg>,
}

impl Watch {
    /// Records the stamps of the files.
    pub(super) fn new(files: Vec<PathBuf>, post: UnboundedSender<Msg>) -> Self {
        let files = files.into_iter().map(|path| (path.clone(), stamp(&path))).collect();
        Self { shared: Arc::new(Shared { files: Mutex::new(files), post }), watcher: None }
    }

    /// Starts to watch; also reports changes since [`Watch::new`].
    pub(super) fn listen(&mut self) {
        let files: Vec<_> = self.shared.files().iter().map(|(path, _)| path.clone()).collect();
        if files.is_empty() {
            return;
        }
        let shared = Arc::clone(&self.shared);
        let on_event = move |event: notify::Result<notify::Event>| {
            if event.map_or(true, |event| is_change(event.kind)) {
                shared.check();
            }
        };
        self.watcher = notify::recommended_watcher(on_event).ok();
        let is_watching = self.watcher.as_mut().is_some_and(|watcher| listen_at(watcher, &files).is_ok());
        if !is_watching {
            self.watcher = None;
            poll(Arc::downgrade(&self.shared));
        }
        self.shared.check();
    }

    /// Watches the files of the loaded roadmap, which may name others than before.
    pub(super) fn follow(&mut self, files: Vec<PathBuf>) {
        let known = self.shared.files().clone();
        if known.iter().map(|(path, _)| path).eq(&files) {
            return;
        }
        let old = |path: &PathBuf| known.iter().find(|(other, _)| other == path).map(|(_, stamp)| *stamp);
        let stamped = files.into_iter().map(|path| (path.clone(), old(&path).unwrap_or_else(|| stamp(&path))));
        *self.shared.files() = stamped.collect();
        self.listen();
    }

    /// Checks whether a file has changed.
    pub(super) fn check(&self) {
        self.shared.check();
    }
}

/// The roadmap file, and the readings files of its counters.
pub(super) fn files_of(world: &World) -> Vec<PathBuf> {
    let Some(roadmap) = world.origin.file() else { return Vec::new() };
    let folder = roadmap.parent().unwrap_or(Path::new(""));
    let readings = world.roadmap.counters.iter().filter_map(|counter| counter.readings_file.as_deref());
    let mut files = vec![roadmap.to_path_buf()];
    files.extend(readings.map(|file| folder.join(file)));
    files.dedup();
    files
}

impl Shared {
    fn files(&self) -> std::sync::MutexGuard<'_, Vec<(PathBuf, FileStamp)>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check(&self) {
        let mut has_changed = false;
        for (path, seen) in self.files().iter_mut() {
            let now = stamp(path);
            has_changed |= *seen != now;
            *seen = now;
        }
        if has_changed {
            // The event loop may have ended.
            let _ = self.post.send(Msg::Act(Action::Reload));
        }
    }
}

/// Whether an event may be a change. On Linux a write counts only once the file is closed, so that no half-written file
/// is read.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => false,
        EventKind::Modify(ModifyKind::Data(_)) => !cfg!(target_os = "linux"),
        EventKind::Any | EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_) | EventKind::Other => true,
    }
}

/// Watches the folders of the files, since editors replace files; for a link, also the folder of its target.
fn listen_at(watcher: &mut RecommendedWatcher, files: &[PathBuf]) -> notify::Result<()> {
    let real = files.iter().filter_map(|file| fs::canonicalize(file).ok());
    let mut folders: Vec<_> = files.iter().cloned().chain(real).filter_map(|file| folder_of(&file)).collect();
    folders.sort();
    folders.dedup();
    folders.iter().try_for_each(|folder| watcher.watch(folder, RecursiveMode::NonRecursive))
}

fn folder_of(file: &Path) -> Option<PathBuf> {
    let folder = file.parent()?;
    Some(if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_path_buf() })
}

/// Polls, on network file systems and when the system has run out of watches.
fn poll(shared: std::sync::Weak<Shared>) {
    std::thread::spawn(move || {
        while let Some(shared) = shared.upgrade() {
            shared.check();
            drop(shared);
            std::thread::sleep(POLL);
        }
    });
}

fn stamp(path: &Path) -> FileStamp {
    let meta = fs::metadata(path).ok()?;
    let (seconds, nanoseconds, inode) = identity(&meta);
    Some((meta.modified().ok()?, seconds, nanoseconds, meta.len(), inode))
}

/// The change time of a file, which no program can set back, and its inode.
#[cfg(unix)]
fn identity(meta: &fs::Metadata) -> (i64, i64, u64) {
    use std::os::unix::fs::MetadataExt;
    (meta.ctime(), meta.ctime_nsec(), meta.ino())
}

#[cfg(not(unix))]
fn identity(_meta: &fs::Metadata) -> (i64, i64, u64) {
    (0, 0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_that_keeps_size_and_time_is_detected() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.yaml");
        let write = |text: &[u8]| {
            use std::io::Write;
            let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).open(&path).unwrap();
            file.write_all(text).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        };
        write(b"one");
        let (post, mut inbox) = tokio::sync::mpsc::unbounded_channel();
        let watch = Watch::new(vec![path.clone()], post);
        watch.check();
        assert!(inbox.try_recv().is_err());
        write(b"two");
        watch.check();
        assert!(matches!(inbox.try_recv(), Ok(Msg::Act(Action::Reload))));
    }
}
