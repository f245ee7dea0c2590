-- Times are in seconds since 1970 (UTC). Lists have one entry per line. NULL means none. Names on GitHub ignore case.
-- Tables with long rows keep their row ids, since WITHOUT ROWID would move most of each row to overflow pages.

-- A cache: the issues for all roadmaps of one home repository on one host.
CREATE TABLE caches (
  id          INTEGER PRIMARY KEY,
  host        TEXT NOT NULL,
  repo        TEXT NOT NULL COLLATE NOCASE,
  generation  INTEGER NOT NULL DEFAULT 0,  -- incremented by each write
  fetched_at  INTEGER,                     -- time of the last complete sync
  state       TEXT NOT NULL DEFAULT '{}',  -- JSON: sync state for the next sync
  UNIQUE (host, repo)
);

-- Issues and linked pull requests. offramp reads only `packed`; the other columns are for queries.
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
  comments    INTEGER NOT NULL,            -- number of comments
  open_pulls  INTEGER,                     -- number of open pull requests that link to it; NULL if unknown
  parents     TEXT,                        -- parent issues named in the body: OWNER/NAME#NUMBER
  created_at  INTEGER,
  updated_at  INTEGER,
  closed_at   INTEGER,
  packed      BLOB NOT NULL,               -- all facts except the body, serialized
  PRIMARY KEY (cache, repo, number)
);

-- Covers the query that `check` runs on all issues.
CREATE INDEX headlines ON issues (cache, title, parents, repo, number) WHERE is_pull = 0;

-- Bodies in Markdown, read only when an issue is opened.
CREATE TABLE bodies (
  cache   INTEGER NOT NULL,
  repo    TEXT NOT NULL COLLATE NOCASE,
  number  INTEGER NOT NULL,
  body    TEXT NOT NULL,
  PRIMARY KEY (cache, repo, number),
  FOREIGN KEY (cache, repo, number) REFERENCES issues ON DELETE CASCADE
);

-- Issues that were requested and are not available.
CREATE TABLE missing (
  cache   INTEGER NOT NULL REFERENCES caches ON DELETE CASCADE,
  repo    TEXT NOT NULL COLLATE NOCASE,
  number  INTEGER NOT NULL,
  why     TEXT NOT NULL,                   -- reason as JSON: gone, disabled, not-found, {"moved": …}, {"unreadable": …}, not-fetched
  PRIMARY KEY (cache, repo, number)
) WITHOUT ROWID;

-- Facts extracted from files of checkouts, by extractor and blob hash, so that no file is read twice.
CREATE TABLE extractors (
  id       INTEGER PRIMARY KEY,
  key      TEXT NOT NULL UNIQUE,           -- name and version, for example text/1
  used_at  INTEGER NOT NULL,
  rows     INTEGER NOT NULL DEFAULT 0,
  bytes    INTEGER NOT NULL DEFAULT 0      -- approximate size of its facts
);
CREATE TABLE facts (
  extractor  INTEGER NOT NULL REFERENCES extractors ON DELETE CASCADE,
  blob       BLOB NOT NULL,                -- hash of the file, 20 or 32 bytes
  facts      BLOB NOT NULL,
  PRIMARY KEY (extractor, blob)
) WITHOUT ROWID;

-- The newest commit of each day on a repository's main line, newest first: one line HASH DATE per day.
CREATE TABLE main_lines (
  repository  TEXT PRIMARY KEY,            -- path of its object directory
  days        TEXT NOT NULL,
  used_at     INTEGER NOT NULL
) WITHOUT ROWID;
