-- What finds a member besides identities: keyed hashes of the normalised name and of a phone's last four digits. Many to many. Deleted
-- with the member; nothing can be read back out of them.
CREATE TABLE search_tokens (
  token BLOB NOT NULL,
  member INTEGER NOT NULL,
  PRIMARY KEY (token, member)
) STRICT, WITHOUT ROWID;
CREATE INDEX search_tokens_by_member ON search_tokens (member);

-- Work in the background, and what came of it. A running job whose beat stopped was broken off.
CREATE TABLE jobs (
  id INTEGER PRIMARY KEY /*pg GENERATED ALWAYS AS IDENTITY */,
  kind TEXT NOT NULL,
  who TEXT NOT NULL,
  request TEXT NOT NULL,
  state TEXT NOT NULL,
  done INTEGER NOT NULL,
  total INTEGER NOT NULL,
  message TEXT NOT NULL,
  result TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  beat_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;

-- A job's file, sealed piece by piece.
CREATE TABLE job_pieces (
  job INTEGER NOT NULL,
  piece INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (job, piece)
) STRICT, WITHOUT ROWID;

CREATE TABLE views (
  id INTEGER PRIMARY KEY /*pg GENERATED ALWAYS AS IDENTITY */,
  room TEXT NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  shared INTEGER NOT NULL,
  who TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

-- What became of policy versions: who put which in force or withdrew it, when and why.
CREATE TABLE policy_notes (
  id INTEGER PRIMARY KEY /*pg GENERATED ALWAYS AS IDENTITY */,
  policy TEXT NOT NULL,
  version INTEGER NOT NULL,
  what TEXT NOT NULL,
  who TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
