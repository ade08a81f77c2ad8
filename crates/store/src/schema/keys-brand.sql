-- What the brand itself keeps here, by name: its keys, wrapped by the master key, and how far its audit trail has come.
CREATE TABLE brand (
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
