-- Imports that a server carries out: the staged file, how it is read, what is wanted of it. A row is gone once nothing is left to do.
CREATE TABLE import_jobs (
  import INTEGER PRIMARY KEY,
  node TEXT NOT NULL,
  file TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  key BLOB NOT NULL,
  who TEXT NOT NULL,
  touched_at INTEGER NOT NULL,
  asked TEXT NOT NULL,
  wanted TEXT NOT NULL,
  progress TEXT NOT NULL,
  trouble TEXT NOT NULL
) STRICT;

-- What was found in the file, and what a dry run came to, sealed under the staged file's key.
CREATE TABLE import_told (
  import INTEGER NOT NULL,
  what TEXT NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (import, what)
) STRICT, WITHOUT ROWID;
