-- Times are seconds since 1970 (UTC). Lists of names are lines of text; structures are JSON; NULL is "none".

-- What was fetched for the roadmaps of one repository on one host.
CREATE TABLE caches (
  id          INTEGER PRIMARY KEY,
  host        TEXT NOT NULL,
  repo        TEXT NOT NULL,
  generation  INTEGER NOT NULL DEFAULT 0,  -- how often it was written
  fetched_at  INTEGER,                     -- the last sync that got an answer to everything
  state       TEXT NOT NULL DEFAULT '{}',  -- what the next sync must know
  UNIQUE (host, repo)
);

-- Issues, and pull requests that one of them links to.
CREATE TABLE issues (
  cache         INTEGER NOT NULL REFERENCES caches ON DELETE CASCADE,
  repo          TEXT NOT NULL,
  number        INTEGER NOT NULL,
  is_pull       INTEGER NOT NULL,
  title         TEXT NOT NULL,
  state         TEXT NOT NULL,             -- open, closed
  reason        TEXT,                      -- completed, not-planned, duplicate, robot
  github_reason TEXT,                      -- the same without the rule about robots
  closed_at     INTEGER,
  closed_by     TEXT,
  close_request INTEGER NOT NULL,          -- whether a person commented /close
  author        TEXT,
  created_at    INTEGER,
  updated_at    INTEGER,
  labels        TEXT,
  assignees     TEXT,
  milestone     TEXT,
  type          TEXT,
  locked        INTEGER NOT NULL,
  comments      INTEGER NOT NULL,          -- how many
  last_comment  TEXT,                      -- of a person
  tasks         TEXT,
  tasks_below   INTEGER NOT NULL,          -- whether they are of a comment, not of the body
  parents       TEXT,
  steps         TEXT,
  sub_issues    TEXT,
  refers_to     TEXT,
  names         TEXT,
  pulls         TEXT,
  duplicate_of  TEXT,
  blocked_by    TEXT,
  blocking      TEXT,
  timeline      TEXT,
  -- When each kind of fact was asked for: NULL is never; a negative time is one at which no whole answer came.
  asked_fields       INTEGER,
  asked_comments     INTEGER,
  asked_closer       INTEGER,
  asked_pulls        INTEGER,
  asked_sub_issues   INTEGER,
  asked_dependencies INTEGER,
  asked_timeline     INTEGER,
  PRIMARY KEY (cache, repo, number)
) WITHOUT ROWID;

-- Their Markdown, read only when an issue is opened.
CREATE TABLE bodies (
  cache   INTEGER NOT NULL,
  repo    TEXT NOT NULL,
  number  INTEGER NOT NULL,
  body    TEXT NOT NULL,
  PRIMARY KEY (cache, repo, number),
  FOREIGN KEY (cache, repo, number) REFERENCES issues ON DELETE CASCADE
) WITHOUT ROWID;

-- What was asked for and is not there.
CREATE TABLE missing (
  cache     INTEGER NOT NULL REFERENCES caches ON DELETE CASCADE,
  repo      TEXT NOT NULL,
  number    INTEGER NOT NULL,
  why       TEXT NOT NULL,                 -- JSON: gone, not-found, {"moved": …}, {"unreadable": …}, not-fetched
  PRIMARY KEY (cache, repo, number)
) WITHOUT ROWID;
