-- Sources connected on purpose. `sources` above is the engine's own: when each went live.
CREATE TABLE connected_sources (
  name TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  label TEXT NOT NULL,
  state TEXT NOT NULL,
  -- Sealed; empty where the source has none.
  secret BLOB NOT NULL,
  previous BLOB NOT NULL,
  previous_until INTEGER,
  settings TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What each source delivered, by day of the brand.
CREATE TABLE source_days (
  source TEXT NOT NULL,
  day INTEGER NOT NULL,
  accepted INTEGER NOT NULL,
  repeated INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  PRIMARY KEY (source, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE source_signs (
  source TEXT PRIMARY KEY,
  delivered_at INTEGER,
  error_at INTEGER,
  error_code TEXT NOT NULL,
  error_en TEXT NOT NULL,
  error_zh TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Event names as they arrive, with a sample sealed under the key of its day.
CREATE TABLE source_events (
  source TEXT NOT NULL,
  name TEXT NOT NULL,
  seen INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  sample BLOB NOT NULL,
  sample_day INTEGER NOT NULL,
  PRIMARY KEY (source, name)
) STRICT, WITHOUT ROWID;

-- What was not taken. Words, pointer and body are sealed under the key of the day: all of them may quote a person.
CREATE TABLE dead_letters (
  id INTEGER PRIMARY KEY /*pg GENERATED ALWAYS AS IDENTITY */,
  digest BLOB NOT NULL UNIQUE,
  source TEXT NOT NULL,
  route TEXT NOT NULL,
  code TEXT NOT NULL,
  state TEXT NOT NULL,
  times INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  day INTEGER NOT NULL,
  sealed BLOB NOT NULL
) STRICT;
CREATE INDEX dead_letters_by_state ON dead_letters (state, id);
