-- SQLite's text. For PostgreSQL the types are renamed, STRICT and WITHOUT ROWID fall away, and what stands in /*pg … */ is uncovered.

-- Where each lane stands. Its row, locked, is the exclusive right to write to the lane.
CREATE TABLE lanes (
  lane INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL,
  subjects INTEGER NOT NULL,
  chain BLOB NOT NULL,
  epoch INTEGER NOT NULL
) STRICT;

-- What was accepted; never updated, never deleted. position = lane << 48 | seq.
CREATE TABLE facts (
  position INTEGER PRIMARY KEY,
  recorded_at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  version INTEGER NOT NULL,
  subject INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL,
  origin TEXT NOT NULL,
  import INTEGER,
  source TEXT NOT NULL,
  object TEXT NOT NULL,
  object_version TEXT NOT NULL,
  payload BLOB NOT NULL,
  sealed BLOB NOT NULL,
  chain BLOB NOT NULL
) STRICT;
-- SQLite ends every index entry with the row's key, which is the position.
CREATE INDEX facts_by_subject ON facts (subject, occurred_at /*pg , position */);

-- What was decided; never updated, never deleted.
CREATE TABLE effects (
  position INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  member INTEGER NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  payload BLOB NOT NULL,
  PRIMARY KEY (position, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX effects_by_member ON effects (member, position /*pg , ordinal */);

-- Commands that were answered before.
CREATE TABLE seen (
  key BLOB PRIMARY KEY,
  content BLOB NOT NULL,
  recorded_at INTEGER NOT NULL,
  position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The blind index: who is known by a token, and the lane they live in.
CREATE TABLE identities (
  token BLOB PRIMARY KEY,
  subject INTEGER NOT NULL,
  lane INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Snapshots; disposable.
CREATE TABLE states (
  member INTEGER PRIMARY KEY,
  body BLOB NOT NULL
) STRICT;

CREATE TABLE orders (
  ref BLOB PRIMARY KEY,
  member INTEGER NOT NULL,
  lane INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE timers (
  member INTEGER NOT NULL,
  policy TEXT NOT NULL,
  lane INTEGER NOT NULL,
  due INTEGER NOT NULL,
  PRIMARY KEY (member, policy)
) STRICT, WITHOUT ROWID;
CREATE INDEX timers_by_due ON timers (due, member, policy);

CREATE TABLE sources (
  source TEXT PRIMARY KEY,
  live_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Facts whose order nobody has seen yet.
CREATE TABLE waiting (
  ref BLOB NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (ref, position)
) STRICT, WITHOUT ROWID;

-- The desk.
CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE documents (
  policy TEXT NOT NULL,
  version INTEGER NOT NULL,
  body TEXT NOT NULL,
  author TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (policy, version)
) STRICT;

CREATE TABLE users (
  name TEXT PRIMARY KEY,
  role TEXT NOT NULL,
  password TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE secrets (
  hash BLOB PRIMARY KEY,
  purpose TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE imports (
  id INTEGER PRIMARY KEY /*pg GENERATED ALWAYS AS IDENTITY */,
  source TEXT NOT NULL,
  file TEXT NOT NULL,
  digest BLOB NOT NULL,
  preset TEXT NOT NULL,
  shift_days INTEGER NOT NULL,
  state TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  records INTEGER NOT NULL,
  added INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  unchanged INTEGER NOT NULL,
  skipped INTEGER NOT NULL,
  bad INTEGER NOT NULL
) STRICT;

CREATE TABLE bad_rows (
  import INTEGER NOT NULL,
  record INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (import, record)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  id INTEGER PRIMARY KEY /*pg GENERATED ALWAYS AS IDENTITY */,
  at INTEGER NOT NULL,
  who TEXT NOT NULL,
  what TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;

/*pg
INSERT INTO lanes (lane, seq, subjects, chain, epoch) SELECT lane, 0, 0, decode(repeat('00', 32), 'hex'), 0 FROM generate_series(0, 63) AS lane;
-- Rows rewritten all the time keep their new version on the same page, and the indexes alone.
ALTER TABLE lanes SET (fillfactor = 10);
ALTER TABLE states SET (fillfactor = 70);
ALTER TABLE orders SET (fillfactor = 80);
*/
