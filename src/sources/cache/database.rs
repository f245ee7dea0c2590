//! The cache database: one SQLite file, private to its user, with recovery from damage.
//!
//! Its content can be fetched or counted again, so a file of an older offramp is emptied and a damaged one is set
//! aside. A file of a newer offramp or of another program never loses a byte. The tables are in `schema`.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::error::{classify, of_writing, unusable};
use super::schema::{self, VERSION, fault};
use crate::domain::unit::percent_encoded;
use crate::sources::disk::{self, DiskError, in_words};
use crate::sources::paths::{NoHome, Paths};

pub use super::error::DatabaseError;

/// The name of the file in the cache folder.
const FILE: &str = "offramp.sqlite";

/// Marks a file as ours in its header (`PRAGMA application_id`): `ofrm`.
const APPLICATION: i32 = 0x6f66_726d;

/// The pause between two tries while another process holds the database.
const PAUSE: Duration = Duration::from_millis(20);
/// The number of pauses after which the wait is announced: a second.
const ANNOUNCED_AFTER: i32 = 50;
/// The number of pauses after which it ends: ten seconds.
const LAST_TRY: i32 = 500;

/// Suffixes of the files that SQLite may create beside a database.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Waits a moment for another process; returns false to give up.
fn wait_for_others(tries: i32) -> bool {
    if tries == ANNOUNCED_AFTER {
        disk::tell("waiting for another process that holds the cache");
    }
    std::thread::sleep(PAUSE);
    tries < LAST_TRY
}

/// An open cache database.
#[derive(Debug)]
pub struct Database {
    connection: Connection,
    path: PathBuf,
}

/// Returns the path of the database.
pub fn path(paths: &Paths) -> Result<PathBuf, NoHome> {
    Ok(paths.cache()?.join(FILE))
}

impl Database {
    /// Opens the file for reading; `None` if it does not exist. Changes nothing except SQLite's lock and journal files.
    /// A file of an older version is emptied first.
    pub fn open_to_read(path: &Path) -> Result<Option<Self>, DatabaseError> {
        match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unusable(path, &error)),
            Ok(file) if file.is_file() && file.len() == 0 => return Ok(None),
            Ok(_) => reject_non_files(path)?,
        }
        reject_truncated(path)?;
        let database = match Self::connect(path, path, OpenFlags::SQLITE_OPEN_READ_ONLY) {
            Err(DatabaseError::Closed { .. }) if !has_journal(path) => Self::connect_to_unchanging(path),
            other => other,
        };
        let database = database.map_err(|error| with_cause(path, error))?;
        match database.version()? {
            VERSION => Ok(Some(database)),
            _ => Self::open_to_write(path).map(Some),
        }
    }

    /// Opens the file for reading and writing, creating file and folder if needed.
    pub fn open_to_write(path: &Path) -> Result<Self, DatabaseError> {
        if let Some(folder) = path.parent() {
            disk::make_private_folder(folder)?;
        }
        reject_non_files(path)?;
        reject_truncated(path)?;
        create_private(path)?;
        let mut database = Self::connect(path, path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(of_writing)?;
        if database.version()? != VERSION {
            database.make_tables()?;
        }
        Ok(database)
    }

    /// Like [`Database::open_to_write`], but sets a damaged or foreign file aside first and returns a note about it.
    pub fn open_or_replace(path: &Path) -> Result<(Self, Option<String>), DatabaseError> {
        match Self::open_to_write(path) {
            Err(damaged) if damaged.is_damage() => {
                let note = set_aside(path, &damaged, |_| Ok(()));
                Self::open_to_write(path).map(|database| (database, Some(note)))
            }
            other => other.map(|database| (database, None)),
        }
    }

    /// Opens a file for reading in a folder where SQLite cannot create the files that it shares with other processes.
    /// Only for a file without a journal, which no writer has open.
    fn connect_to_unchanging(path: &Path) -> Result<Self, DatabaseError> {
        let plain = path.to_str().ok_or_else(|| unusable(path, &io::ErrorKind::InvalidFilename.into()))?;
        let address = format!("file:{}?immutable=1", percent_encoded(plain, b"/"));
        Self::connect(path, address.as_ref(), OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI)
    }

    fn connect(path: &Path, address: &Path, access: OpenFlags) -> Result<Self, DatabaseError> {
        let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(address, flags).map_err(|error| classify(path, &error))?;
        connection.busy_handler(Some(wait_for_others)).map_err(|error| classify(path, &error))?;
        let database = Self { connection, path: path.to_owned() };
        let set = |pragmas: &str| database.connection.execute_batch(pragmas).map_err(|error| database.error(&error));
        database.reject_foreign_file()?;
        set("PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;")?;
        if access == OpenFlags::SQLITE_OPEN_READ_WRITE {
            database.use_journal()?;
        } else {
            // In KiB. Small, since a full scan needs no page twice.
            set("PRAGMA cache_size = -512;")?;
        }
        Ok(database)
    }

    /// Turns on the write-ahead journal. If two processes do so at the same time, SQLite fails one without calling the
    /// busy handler, so it is retried here.
    fn use_journal(&self) -> Result<(), DatabaseError> {
        let pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";
        let mut tries = 0;
        loop {
            let done = self.connection.execute_batch(pragmas).map_err(|error| self.error(&error));
            if !matches!(done, Err(DatabaseError::Busy(_))) || !wait_for_others(tries) {
                return done;
            }
            tries += 1;
        }
    }

    /// Rejects a file that is neither empty nor marked as ours. Another process may create the tables in between,
    /// together with the mark, so the tables are checked first.
    fn reject_foreign_file(&self) -> Result<(), DatabaseError> {
        let tables = self.number("SELECT count(*) FROM sqlite_schema")?;
        let application: i32 = self.number("PRAGMA application_id")? as i32;
        if application == APPLICATION || (application == 0 && tables == 0) {
            return Ok(());
        }
        Err(DatabaseError::Foreign(self.path.clone()))
    }

    /// Returns the version of the schema; a newer one is an error.
    fn version(&self) -> Result<i64, DatabaseError> {
        let version = self.number("PRAGMA user_version")?;
        if version > VERSION {
            return Err(DatabaseError::Newer { path: self.path.clone(), version });
        }
        Ok(version)
    }

    fn number(&self, sql: &str) -> Result<i64, DatabaseError> {
        self.connection.query_row(sql, [], |row| row.get(0)).map_err(|error| self.error(&error))
    }

    /// Creates the tables in one transaction, unless another process has created them. Reports if they replace those of
    /// an older offramp.
    fn make_tables(&mut self) -> Result<(), DatabaseError> {
        let was_older = self.write(|transaction| {
            let version: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
            if version >= VERSION {
                return Ok(false);
            }
            let was_older = schema::make(transaction)?;
            transaction.pragma_update(None, "application_id", APPLICATION)?;
            transaction.pragma_update(None, "user_version", VERSION)?;
            Ok(was_older)
        })?;
        if was_older {
            let path = self.path.display();
            disk::tell(&format!(
                "note: the cache `{path}` was written by an older offramp and is now empty; the next sync \
                 fetches everything again"
            ));
        }
        Ok(())
    }

    /// Runs queries; errors name the file.
    pub fn read<T>(&self, query: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, DatabaseError> {
        query(&self.connection).map_err(|error| self.error(&error))
    }

    /// Changes the file in one transaction.
    pub fn write<T>(
        &mut self,
        change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, DatabaseError> {
        let path = &self.path;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let changed = transaction.and_then(|transaction| {
            let changed = change(&transaction)?;
            transaction.commit()?;
            Ok(changed)
        });
        changed.map_err(|error| of_writing(classify(path, &error)))
    }

    /// Returns the path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn error(&self, error: &rusqlite::Error) -> DatabaseError {
        classify(&self.path, error)
    }
}

/// Renames a damaged file and returns a note. Checks it again under a lock, since another process may have replaced it.
/// The check includes `read_again`, since an intact database may still contain values that offramp never writes.
pub fn set_aside(
    path: &Path,
    damaged: &DatabaseError,
    read_again: impl Fn(&Database) -> Result<(), DatabaseError>,
) -> String {
    match rename_damaged(path, read_again) {
        Some(aside) => format!("{damaged}; kept as `{}`; the next sync fetches everything again", aside.display()),
        None => damaged.to_string(),
    }
}

fn rename_damaged(path: &Path, read_again: impl Fn(&Database) -> Result<(), DatabaseError>) -> Option<PathBuf> {
    let lock = beside(path, ".lock");
    let lock = private(OpenOptions::new().write(true).create(true).truncate(false)).open(lock).ok()?;
    lock.lock().ok()?;
    let is_damaged = match Database::open_to_read(path) {
        Err(error) => error.is_damage(),
        Ok(Some(database)) => {
            !matches!(database.read(fault), Ok(None)) || read_again(&database).is_err_and(|error| error.is_damage())
        }
        Ok(None) => false,
    };
    is_damaged.then_some(())?;
    let named = |number: u32| beside(path, &format!(".corrupt-{number}"));
    // The last name is reused, so that damaged files do not fill the disk.
    let aside = (1..9).map(named).find(|aside| !aside.exists()).unwrap_or_else(|| named(9));
    fs::rename(path, &aside).ok()?;
    for companion in COMPANIONS {
        // A journal belongs to its file.
        let _ = fs::rename(beside(path, companion), beside(&aside, companion));
    }
    Some(aside)
}

/// Removes the file with its companions; returns the number of bytes freed. Facts about files are removed as well, and
/// counted again.
pub fn remove(path: &Path) -> Result<u64, DatabaseError> {
    let freed = size(path);
    for path in with_companions(path) {
        match fs::remove_file(&path) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                return Err(DiskError::removing(path, cause).into());
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(freed)
}

/// Returns the size of the file and its companions, in bytes.
pub fn size(path: &Path) -> u64 {
    with_companions(path).filter_map(|path| fs::metadata(path).ok()).map(|file| file.len()).sum()
}

/// Adds the cause to an error of SQLite, which only says that it cannot open a file.
fn with_cause(path: &Path, error: DatabaseError) -> DatabaseError {
    if !matches!(error, DatabaseError::Closed { .. }) {
        return error;
    }
    fs::File::open(path).err().map_or(error, |cause| unusable(path, &cause))
}

/// Whether a journal contains changes that are not in the file yet.
fn has_journal(path: &Path) -> bool {
    fs::metadata(beside(path, "-wal")).is_ok_and(|journal| journal.len() > 0)
}

fn with_companions(path: &Path) -> impl Iterator<Item = PathBuf> {
    std::iter::once(path.to_owned()).chain(COMPANIONS.map(|companion| beside(path, companion)))
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    PathBuf::from(format!("{}{suffix}", path.display()))
}

/// Rejects anything but regular files, since opening a pipe would block.
fn reject_non_files(path: &Path) -> Result<(), DatabaseError> {
    for path in with_companions(path) {
        match fs::metadata(&path) {
            Ok(file) if !file.is_file() => return Err(DatabaseError::NotAFile(path)),
            Ok(_) | Err(_) => {}
        }
    }
    Ok(())
}

/// Rejects a truncated file: SQLite treats a file that ends within its header as empty, and would overwrite it.
fn reject_truncated(path: &Path) -> Result<(), DatabaseError> {
    match fs::metadata(path) {
        Ok(file) if (1..512).contains(&file.len()) => {
            Err(DatabaseError::Damaged { path: path.to_owned(), why: "cut off".to_owned() })
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Creates the file for its user only. SQLite gives its journals the same mode.
fn create_private(path: &Path) -> Result<(), DatabaseError> {
    let mut options = OpenOptions::new();
    private(options.write(true).create(true).truncate(false))
        .open(path)
        .map(drop)
        .map_err(|error| DatabaseError::Unwritable { path: path.to_owned(), why: in_words(&error) })
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::super::tests::{CacheFolder, place};
    use super::*;

    fn begun() -> CacheFolder {
        let place = place();
        Database::open_to_write(&place.path).unwrap();
        place
    }

    #[test]
    fn a_missing_file_is_not_created_by_reading() {
        let place = place();
        assert!(Database::open_to_read(&place.path).unwrap().is_none());
        assert!(!place.path.exists());
    }

    #[test]
    fn a_failed_transaction_changes_nothing() {
        let place = begun();
        let mut database = Database::open_to_write(&place.path).unwrap();
        database.write(|it| it.execute_batch("CREATE TABLE t(a); INSERT INTO t VALUES (1)")).unwrap();
        let failed = database.write(|it| {
            it.execute("INSERT INTO t VALUES (2)", [])?;
            it.execute("INSERT INTO nowhere VALUES (3)", [])
        });
        assert!(failed.is_err());
        let read = Database::open_to_read(&place.path).unwrap().unwrap();
        assert_eq!(read.read(|it| it.query_row("SELECT count(*) FROM t", [], |row| row.get::<_, i64>(0))).unwrap(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn folder_file_and_journals_are_private() {
        use std::os::unix::fs::PermissionsExt;
        let place = begun();
        let mut database = Database::open_to_write(&place.path).unwrap();
        database.write(|it| it.execute_batch("CREATE TABLE t(a)")).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(place.path.parent().unwrap()), 0o700);
        for suffix in ["", "-wal", "-shm"] {
            assert_eq!(mode(&beside(&place.path, suffix)), 0o600, "{suffix}");
        }
    }

    #[test]
    fn a_damaged_or_foreign_file_is_set_aside_and_reported_once() {
        let foreign = |path: &Path| Connection::open(path).unwrap().execute_batch("CREATE TABLE theirs(a)").unwrap();
        let noise = |path: &Path| disk::write(path, &b"no database".repeat(500)).unwrap();
        let torn = |path: &Path| {
            Database::open_to_write(path).unwrap();
            OpenOptions::new().write(true).open(path).unwrap().set_len(5_000).unwrap();
        };
        let damage: [&dyn Fn(&Path); 3] = [&foreign, &noise, &torn];
        for damage in damage {
            let place = place();
            disk::make_private_folder(place.path.parent().unwrap()).unwrap();
            damage(&place.path);
            let old = fs::read(&place.path).unwrap();
            let (database, note) = Database::open_or_replace(&place.path).unwrap();
            drop(database);
            assert!(note.as_ref().is_some_and(|note| note.contains(".corrupt-1")), "{note:?}");
            assert_eq!(fs::read(beside(&place.path, ".corrupt-1")).unwrap(), old);
            assert_eq!(Database::open_or_replace(&place.path).unwrap().1, None);
        }
    }

    #[test]
    fn a_newer_file_is_not_changed() {
        let place = begun();
        Connection::open(&place.path).unwrap().pragma_update(None, "user_version", 999).unwrap();
        let old = fs::read(&place.path).unwrap();
        for error in [
            Database::open_to_read(&place.path).map(drop).unwrap_err(),
            Database::open_to_write(&place.path).map(drop).unwrap_err(),
            Database::open_or_replace(&place.path).map(drop).unwrap_err(),
        ] {
            assert!(matches!(error, DatabaseError::Newer { version: 999, .. }), "{error}");
        }
        assert_eq!(fs::read(&place.path).unwrap(), old);
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_in_place_of_the_file_or_its_journal_is_rejected() {
        for suffix in ["", "-wal", "-journal"] {
            let place = begun();
            let pipe = beside(&place.path, suffix);
            let _ = fs::remove_file(&pipe);
            rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
            if suffix.is_empty() || cfg!(target_os = "linux") {
                let refused = Database::open_to_read(&place.path).map(drop);
                assert!(matches!(refused, Err(DatabaseError::NotAFile(_))), "{suffix}: {refused:?}");
            }
        }
    }

    #[test]
    fn many_processes_may_create_the_file_at_once() {
        for _ in 0..10 {
            let place = place();
            std::thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| Database::open_to_write(&place.path).map(drop).unwrap());
                }
            });
            assert_eq!(Database::open_to_read(&place.path).unwrap().unwrap().read(fault).unwrap(), None);
        }
    }
}
