//! The roadmap file on disk: heard of at once on Linux, and looked at with every key everywhere.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use tokio::sync::mpsc::UnboundedSender;

use crate::tui::input::keymap::Action;
use crate::tui::model::Msg;

/// What tells one content of a file from the next: time, length, and the file itself.
type Mark = Option<(SystemTime, u64, u64)>;

/// Tells the loop to reload when the roadmap file is another one.
pub(super) struct Watch {
    shared: Option<Arc<Shared>>,
}

struct Shared {
    path: PathBuf,
    seen: Mutex<Mark>,
    post: UnboundedSender<Msg>,
}

impl Watch {
    /// Remembers the file as it is.
    pub(super) fn new(path: Option<PathBuf>, post: UnboundedSender<Msg>) -> Self {
        let shared = path.map(|path| {
            let seen = Mutex::new(mark(&path));
            Arc::new(Shared { path, seen, post })
        });
        Self { shared }
    }

    /// Begins to listen; what changed since [`Watch::new`] is told, too.
    pub(super) fn listen(&self) {
        if let Some(shared) = &self.shared {
            listen(Arc::clone(shared));
        }
    }

    /// Looks whether the file has changed.
    pub(super) fn look(&self) {
        if let Some(shared) = &self.shared {
            shared.look();
        }
    }
}

impl Shared {
    fn look(&self) {
        let now = mark(&self.path);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *seen != now {
            *seen = now;
            // The loop is gone: nobody wants to know.
            let _ = self.post.send(Msg::Act(Action::Reload));
        }
    }
}

fn mark(path: &Path) -> Mark {
    let meta = fs::metadata(path).ok()?;
    Some((meta.modified().ok()?, meta.len(), inode(&meta)))
}

#[cfg(unix)]
fn inode(meta: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(meta)
}

#[cfg(not(unix))]
fn inode(_meta: &fs::Metadata) -> u64 {
    0
}

/// Waits in the folder of the file: editors replace files rather than write into them.
#[cfg(target_os = "linux")]
fn listen(shared: Arc<Shared>) {
    use rustix::fs::inotify::{CreateFlags, Reader, WatchFlags, add_watch, init};

    // A link is watched where it leads.
    let real = fs::canonicalize(&shared.path).unwrap_or_else(|_| shared.path.clone());
    let (Some(folder), Some(name)) = (real.parent().map(Path::to_path_buf), real.file_name().map(ToOwned::to_owned))
    else {
        return;
    };
    let Ok(fd) = init(CreateFlags::CLOEXEC) else { return };
    if add_watch(&fd, &folder, WatchFlags::CLOSE_WRITE | WatchFlags::MOVED_TO | WatchFlags::DELETE).is_err() {
        return;
    }
    std::thread::spawn(move || {
        shared.look();
        let mut buffer = [std::mem::MaybeUninit::uninit(); 4096];
        let mut events = Reader::new(fd, &mut buffer);
        loop {
            let Ok(event) = events.next() else { return };
            let is_ours = event.file_name().is_some_and(|file| file.to_bytes() == name.as_encoded_bytes());
            if is_ours {
                shared.look();
            }
        }
    });
}

#[cfg(not(target_os = "linux"))]
fn listen(_shared: Arc<Shared>) {}
