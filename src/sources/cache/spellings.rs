//! Spellings of the names of repositories in a cache: SQL compares them by letter case, and GitHub does not.
//!
//! All rows of a repository have one spelling, the first that was stored, so that each is found by its key.

use std::collections::HashMap;

use rusqlite::{Connection, Transaction, params};

use crate::domain::Repo;

/// Finds the names of all repositories, one step of the index each.
const NAMES: &str = "WITH RECURSIVE names (repo) AS (
    SELECT min(repo) FROM issues WHERE cache = ?1
    UNION ALL
    SELECT (SELECT min(repo) FROM issues WHERE cache = ?1 AND repo > names.repo) FROM names WHERE names.repo IS NOT NULL
  ) SELECT repo FROM names WHERE repo IS NOT NULL";

/// The spellings of one cache.
#[derive(Debug, Default)]
pub(super) struct Spellings {
    stored: HashMap<Repo, String>,
    /// Spellings beside those, which an offramp stored that told letter cases apart.
    surplus: Vec<String>,
}

impl Spellings {
    pub(super) fn read(connection: &Connection, cache: i64) -> rusqlite::Result<Self> {
        let mut spellings = Self::default();
        let mut statement = connection.prepare(NAMES)?;
        let mut rows = statement.query([cache])?;
        while let Some(row) = rows.next()? {
            let name: String = row.get(0)?;
            let Some(repo) = Repo::new(&name) else { continue };
            // As of two issues with one id, the last in order counts.
            spellings.surplus.extend(spellings.stored.insert(repo, name));
        }
        Ok(spellings)
    }

    /// Returns how the rows of a repository spell it.
    pub(super) fn of<'a>(&'a self, repo: &'a Repo) -> &'a str {
        self.stored.get(repo).map_or(repo.as_str(), String::as_str)
    }

    /// Whether rows of a repository have more than one spelling.
    pub(super) fn has_surplus(&self, repo: &Repo) -> bool {
        self.surplus.iter().any(|name| Repo::new(name).as_ref() == Some(repo))
    }

    /// Adds a repository that is about to be stored.
    pub(super) fn add(&mut self, repo: &Repo) {
        if !self.stored.contains_key(repo) {
            self.stored.insert(repo.clone(), repo.to_string());
        }
    }

    /// Removes rows under other spellings than the one that counts.
    pub(super) fn remove_surplus(&self, transaction: &Transaction<'_>, cache: i64) -> rusqlite::Result<()> {
        for name in &self.surplus {
            transaction.execute("DELETE FROM issues WHERE cache = ?1 AND repo = ?2", params![cache, name])?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::{BodyStore, CacheKey, SyncState, load_file, part::read_linked, read_file, store_file};
    use crate::domain::{Issue, IssueRef, Repo, Snapshot};

    fn id(repo: &str, number: u64) -> IssueRef {
        IssueRef::new(Repo::new(repo).unwrap(), number)
    }

    fn key(repo: &str) -> CacheKey {
        CacheKey { host: "github.com".into(), repo: Repo::new(repo).unwrap() }
    }

    fn snapshot(ids: &[IssueRef], title: &str, body: &str) -> Snapshot {
        let issue = |id: &IssueRef| Issue { title: title.into(), body: body.into(), ..Issue::new(id.clone()) };
        Snapshot::new(None, ids.iter().map(issue).collect::<Vec<_>>(), BTreeMap::new())
    }

    #[test]
    fn a_repository_in_any_letter_case_has_one_row_an_issue() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cache.sqlite");
        let first = (snapshot(&[id("ACME/p", 1), id("ACME/p", 2)], "a", "one"), SyncState::default());
        store_file(&path, &key("ACME/p"), &Default::default(), &first).unwrap();
        let loaded = load_file(&path, &key("acme/P"));
        assert_eq!(loaded.snapshot.issues.len(), 2);
        // Another spelling, without the body of one and without the other issue.
        let base = (loaded.snapshot, loaded.state);
        let second = (snapshot(&[id("acme/p", 1), id("acme/p", 3)], "b", ""), base.1.clone());
        store_file(&path, &key("acme/p"), &base, &second).unwrap();
        let loaded = load_file(&path, &key("Acme/p"));
        let titles: Vec<_> = loaded.snapshot.issues.iter().map(|it| (it.id.number, it.title.as_str())).collect();
        assert_eq!(titles, [(1, "b"), (3, "b")]);
        assert_eq!(loaded.bodies.read(&id("acme/P", 1)).unwrap().as_deref(), Some("one"));
        let linked = [&id("acme/P", 3)];
        let found = read_file(&path, |database| read_linked(database, &key("acme/P"), &linked)).unwrap();
        assert_eq!(found.issues.len(), 1);
        assert!(BodyStore::default().read(&id("a/b", 1)).unwrap().is_none());
    }

    #[test]
    fn rows_that_were_stored_by_letter_case_become_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cache.sqlite");
        let first = (snapshot(&[id("acme/p", 1), id("acme/p", 2)], "a", "one"), SyncState::default());
        store_file(&path, &key("acme/p"), &Default::default(), &first).unwrap();
        let connection = rusqlite::Connection::open(&path).unwrap();
        let columns = "SELECT group_concat(name) FROM pragma_table_info('issues') WHERE name <> 'repo'";
        let columns: String = connection.query_row(columns, [], |row| row.get(0)).unwrap();
        let twice = format!("INSERT INTO issues (repo, {columns}) SELECT 'ACME/p', {columns} FROM issues");
        let packed = "INSERT INTO packed SELECT cache, 'ACME/p', number, issue FROM packed";
        connection.execute_batch(&format!("{twice}; {packed};")).unwrap();
        let loaded = load_file(&path, &key("acme/p"));
        let base = (loaded.snapshot, loaded.state);
        let second = (snapshot(&[id("ACME/p", 1)], "b", ""), base.1.clone());
        store_file(&path, &key("acme/p"), &base, &second).unwrap();
        let rows = |table: &str| -> i64 {
            connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
        };
        assert_eq!((rows("issues"), rows("packed"), rows("bodies")), (1, 1, 1));
        assert_eq!(load_file(&path, &key("acme/p")).snapshot.issues.iter().next().unwrap().title, "b");
    }
}
