//! Damaged caches: which are set aside, which are not changed, and what is reported.

use super::*;

#[test]
fn a_damaged_file_is_set_aside_reported_once_and_replaced() {
    let place = place();
    let many = (1..200).map(|number| issue(number, 1, &"text ".repeat(200))).collect();
    place.store(&LoadedCache::default(), snapshot(many));
    let good = std::fs::read(&place.path).unwrap();
    for length in [1, 63, 100, 5_000, good.len() / 2] {
        disk::write(&place.path, &good[..length]).unwrap();
        let loaded = place.load();
        assert!(loaded.notes[0].contains("damaged") && loaded.notes[0].contains(".corrupt-"), "{:?}", loaded.notes);
        assert!(place.load().notes.is_empty(), "reported twice: {length}");
    }
    place.store(&LoadedCache::default(), snapshot(vec![issue(1, 2, "two")]));
    assert_eq!(titles(&place.load()), ["issue 1 at 2"]);
}

#[test]
fn an_intact_database_with_invalid_content_is_set_aside() {
    let damage = [
        "UPDATE issues SET packed = x'ff' WHERE number = 1",
        "UPDATE issues SET packed = 7 WHERE number = 1",
        "UPDATE caches SET state = '{'",
        "UPDATE caches SET fetched_at = 'abc'",
        "INSERT INTO missing SELECT id, 'a/b', 77, 'nonsense' FROM caches",
        "DROP TABLE missing",
        "DROP TABLE bodies",
        "DROP TABLE issues",
    ];
    for sql in damage {
        for is_read in [true, false] {
            let place = place();
            place.store(&LoadedCache::default(), snapshot(vec![issue(1, 1, "one")]));
            let done = rusqlite::Connection::open(&place.path).unwrap().execute_batch(sql);
            if done.is_err() {
                // A column rejects the value.
                continue;
            }
            let notes = if is_read && !sql.contains("bodies") {
                place.load().notes
            } else {
                place.store(&LoadedCache::default(), snapshot(vec![issue(1, 2, "two")])).notes
            };
            assert!(notes[0].contains("damaged") && notes[0].contains(".corrupt-1"), "{sql}: {notes:?}");
            assert_eq!(place.load().notes, [""; 0], "{sql}");
            place.store(&LoadedCache::default(), snapshot(vec![issue(1, 3, "three")]));
            assert_eq!(titles(&place.load()), ["issue 1 at 3"], "{sql}");
        }
    }
}

#[test]
fn any_damaged_byte_is_harmless() {
    let place = place();
    place.store(&LoadedCache::default(), snapshot(vec![issue(1, 1, "one"), full(), issue(3, 1, "three")]));
    let good = std::fs::read(&place.path).unwrap();
    for at in (0..good.len()).step_by(97) {
        let mut bad = good.clone();
        bad[at] ^= 0x41;
        disk::write(&place.path, &bad).unwrap();
        let loaded = place.load();
        assert!(loaded.notes.len() <= 1, "byte {at}: {:?}", loaded.notes);
        for suffix in ["", "-wal", "-shm", ".corrupt-1", ".corrupt-1-wal", ".corrupt-1-shm"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", place.path.display()));
        }
    }
}

#[test]
fn a_newer_file_is_not_changed() {
    let place = place();
    place.store(&LoadedCache::default(), snapshot(vec![issue(1, 1, "one")]));
    rusqlite::Connection::open(&place.path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let bytes = std::fs::read(&place.path).unwrap();
    let loaded = place.load();
    assert!(loaded.notes[0].contains("newer offramp") && loaded.notes[0].contains("nothing is stored"));
    let refused = store_file(&place.path, &key(), &Default::default(), &Default::default());
    assert!(matches!(refused, Err(DatabaseError::Newer { .. })));
    assert_eq!(std::fs::read(&place.path).unwrap(), bytes);
}

#[test]
fn a_folder_that_cannot_be_created_is_named_in_the_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    disk::write(&file, b"").unwrap();
    let path = file.join("a/b.sqlite");
    let error = store_file(&path, &key(), &Default::default(), &Default::default()).unwrap_err();
    assert!(error.to_string().contains("file"), "{error}");
}

/// Flips a bit at the end of an index's root page, in the row number of its first entry.
fn damage_index(path: &Path, name: &str) {
    let connection = rusqlite::Connection::open(path).unwrap();
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap() as usize;
    let root = number(&format!("SELECT rootpage FROM sqlite_schema WHERE name = '{name}'"));
    let size = number("PRAGMA page_size");
    drop(connection);
    let mut bytes = std::fs::read(path).unwrap();
    bytes[root * size - 1] ^= 1;
    disk::write(path, &bytes).unwrap();
}

#[test]
fn an_index_that_does_not_match_its_table_is_set_aside_by_the_next_write() {
    let place = place();
    let all = |at: i64| (1..=9).map(|number| issue(number, at, "body")).collect::<Vec<_>>();
    place.store(&LoadedCache::default(), snapshot(all(1)));
    damage_index(&place.path, "headlines");
    let loaded = place.load();
    assert_eq!(loaded.notes, [""; 0], "what is loaded is not in the index");
    let stored = place.store(&loaded, snapshot(all(2)));
    assert!(stored.notes[0].contains("damaged") && stored.notes[0].contains(".corrupt-1"), "{:?}", stored.notes);
    assert_eq!(place.store(&place.load(), snapshot(all(3))).notes, [""; 0]);
    assert_eq!(titles(&place.load())[0], "issue 1 at 3");
}

#[test]
fn a_table_that_offramp_did_not_make_is_set_aside_by_the_next_write() {
    for sql in [
        "ALTER TABLE issues RENAME COLUMN milestone TO milestonf",
        "ALTER TABLE issues RENAME COLUMN open_pulls TO open_pullt",
        "ALTER TABLE bodies RENAME COLUMN body TO bodz",
        "ALTER TABLE issues RENAME COLUMN packed TO packee",
        "ALTER TABLE issues ADD COLUMN theirs CHECK (title = 'issue 1 at 1')",
    ] {
        let place = place();
        place.store(&LoadedCache::default(), snapshot(vec![issue(1, 1, "one")]));
        rusqlite::Connection::open(&place.path).unwrap().execute_batch(sql).unwrap();
        let loaded = place.load();
        let stored = place.store(&loaded, snapshot(vec![issue(1, 2, "two")]));
        let notes = [loaded.notes, stored.notes].concat();
        assert!(notes.len() == 1 && notes[0].contains(".corrupt-1"), "{sql}: {notes:?}");
        assert_eq!(place.store(&place.load(), snapshot(vec![issue(1, 3, "three")])).notes, [""; 0], "{sql}");
        assert_eq!(titles(&place.load()), ["issue 1 at 3"], "{sql}");
    }
}

#[test]
fn the_check_finds_a_damaged_index_but_accepts_an_additional_one() {
    let sound = place();
    sound.store(&LoadedCache::default(), snapshot(vec![issue(1, 1, "one")]));
    let fault = |path: &Path| Database::open_to_read(path).unwrap().unwrap().read(schema::fault).unwrap();
    assert_eq!(fault(&sound.path), None);
    // An additional index is not damage.
    rusqlite::Connection::open(&sound.path).unwrap().execute_batch("CREATE INDEX mine ON issues (author)").unwrap();
    assert_eq!(fault(&sound.path), None);
    damage_index(&sound.path, "headlines");
    assert!(fault(&sound.path).unwrap().contains("headlines"));
}

#[test]
fn a_foreign_file_is_not_called_damaged() {
    let place = place();
    disk::make_private_folder(place.path.parent().unwrap()).unwrap();
    rusqlite::Connection::open(&place.path).unwrap().execute_batch("CREATE TABLE theirs(a)").unwrap();
    let notes = place.load().notes;
    assert!(notes[0].contains("is not a cache of offramp; kept as `") && !notes[0].contains("damaged"), "{notes:?}");
}
