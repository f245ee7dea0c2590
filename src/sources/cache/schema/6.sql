-- Issues once more, each as one value: many columns take ten times longer to load. Written with its row, and again from
-- the columns after every step of this schema.
CREATE TABLE packed (
  cache   INTEGER NOT NULL,
  repo    TEXT NOT NULL,
  number  INTEGER NOT NULL,
  issue   BLOB NOT NULL,
  PRIMARY KEY (cache, repo, number),
  FOREIGN KEY (cache, repo, number) REFERENCES issues ON DELETE CASCADE
) WITHOUT ROWID;
