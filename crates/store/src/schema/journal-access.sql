-- What users may see, how they prove who they are, and the audit trail as a chain. The trail before was not sealed and was never released.
ALTER TABLE users ADD COLUMN stores TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN active INTEGER NOT NULL DEFAULT 1;
ALTER TABLE users ADD COLUMN must_change INTEGER NOT NULL DEFAULT 0;

ALTER TABLE secrets ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE secrets ADD COLUMN agent TEXT NOT NULL DEFAULT '';

CREATE TABLE second_factors (
  name TEXT PRIMARY KEY,
  sealed BLOB NOT NULL,
  confirmed INTEGER NOT NULL,
  step INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

DROP TABLE audit;

-- Only added to. Ids are dense: a line's id and seal follow from the line before.
CREATE TABLE trail (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  who TEXT NOT NULL,
  what TEXT NOT NULL,
  about TEXT NOT NULL,
  detail TEXT NOT NULL,
  seal BLOB NOT NULL
) STRICT;
CREATE INDEX trail_by_who ON trail (who /*pg , id */);
CREATE INDEX trail_by_about ON trail (about /*pg , id */);
