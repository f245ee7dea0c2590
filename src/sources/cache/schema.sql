-- Times are seconds since 1970 (UTC). Lists are lines of text. NULL means none. GitHub tells no letter cases apart.
-- Tables with long rows have row ids: without them SQLite keeps all but the beginning of a row in a page of its own.

-- What was fetched for the roadmaps of one repository on one host.
CREATE TABLE caches (
  id          INTEGER PRIMARY KEY,
  host        TEXT NOT NULL,
  repo        TEXT NOT NULL COLLATE NOCASE,
  generation  INTEGER NOT NULL DEFAULT 0,  -- how often it was written
  fetched_at  INTEGER,                     -- the last sync that got an answer to everything
  state       TEXT NOT NULL DEFAULT '{}',  -- JSON: what the next sync must know
  UNIQUE (host, repo)
);

-- Issues, and pull requests that one of them links to. offramp reads `packed`; the columns before it are for queries.
CREATE TABLE issues (
  cache       INTEGER NOT NULL REFERENCES caches ON DELETE CASCADE,
  repo        TEXT NOT NULL COLLATE NOCASE,
  number      INTEGER NOT NULL,
  is_pull     INTEGER NOT NULL,
  title       TEXT NOT NULL,
  state       TEXT NOT NULL,               -- open, closed
  reason      TEXT,                        -- completed, not-planned, duplicate, robot
  author      TEXT,
  labels      TEXT,
  assignees   TEXT,
  milestone   TEXT,
  comments    INTEGER NOT NULL,            -- how many
  open_pulls  INTEGER,                     -- how many open pull requests link to it; NULL where that is not known
  parents     TEXT,                        -- what its body says it is a part of: OWNER/NAME#NUMBER
  created_at  INTEGER,
  updated_at  INTEGER,
  closed_at   INTEGER,
  packed      BLOB NOT NULL,               -- everything that is known of it, but for its body
  PRIMARY KEY (cache, repo, number)
);

-- What `check` asks of every issue.
CREATE INDEX headlines ON issues (cache, title, parents, repo, number) WHERE is_pull = 0;

-- Their Markdown, read only when an issue is opened.
CREATE TABLE bodies (
  cache   INTEGER NOT NULL,
  repo    TEXT NOT NULL COLLATE NOCASE,
  number  INTEGER NOT NULL,
  body    TEXT NOT NULL,
  PRIMARY KEY (cache, repo, number),
  FOREIGN KEY (cache, repo, number) REFERENCES issues ON DELETE CASCADE
);

-- What was asked for and is not there.
CREATE TABLE missing (
  cache   INTEGER NOT NULL REFERENCES caches ON DELETE CASCADE,
  repo    TEXT NOT NULL COLLATE NOCASE,
  number  INTEGER NOT NULL,
  why     TEXT NOT NULL,                   -- JSON: gone, disabled, not-found, {"moved": …}, {"unreadable": …}, not-fetched
  PRIMARY KEY (cache, repo, number)
) WITHOUT ROWID;

-- What was read of files in checkouts, by what reads them and by the hash of their bytes: no file is read twice.
CREATE TABLE extractors (
  id       INTEGER PRIMARY KEY,
  key      TEXT NOT NULL UNIQUE,           -- what reads, with its version: text/1 …
  used_at  INTEGER NOT NULL,
  rows     INTEGER NOT NULL DEFAULT 0,
  bytes    INTEGER NOT NULL DEFAULT 0      -- about what its facts take
);
CREATE TABLE facts (
  extractor  INTEGER NOT NULL REFERENCES extractors ON DELETE CASCADE,
  blob       BLOB NOT NULL,                -- the hash, 20 or 32 bytes
  facts      BLOB NOT NULL,
  PRIMARY KEY (extractor, blob)
) WITHOUT ROWID;

-- The commits of a repository's main line whose date is not that of the next newer one, newest first: HASH DATE a line.
CREATE TABLE main_lines (
  repository  TEXT PRIMARY KEY,            -- the folder of its objects
  days        TEXT NOT NULL,
  used_at     INTEGER NOT NULL
) WITHOUT ROWID;
