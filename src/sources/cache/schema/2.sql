-- What was read of files in checkouts, by what reads them and by the hash of their bytes: no file is read twice.
CREATE TABLE extractors (
  id       INTEGER PRIMARY KEY,
  key      TEXT NOT NULL UNIQUE,       -- what reads, with its version: text/1 …
  used_at  INTEGER NOT NULL,
  rows     INTEGER NOT NULL DEFAULT 0,
  bytes    INTEGER NOT NULL DEFAULT 0  -- about what its facts take
);
CREATE TABLE facts (
  extractor  INTEGER NOT NULL REFERENCES extractors ON DELETE CASCADE,
  blob       BLOB NOT NULL,            -- the hash, 20 or 32 bytes
  facts      BLOB NOT NULL,
  PRIMARY KEY (extractor, blob)
) WITHOUT ROWID;

-- The last commit of every day along the first parents of a repository's head, newest first: HASH DATE a line.
CREATE TABLE main_lines (
  repository  TEXT PRIMARY KEY,        -- the folder of its objects
  days        TEXT NOT NULL,
  used_at     INTEGER NOT NULL
) WITHOUT ROWID;
