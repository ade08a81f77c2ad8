-- Who is whom: derived from identity facts, memberships and rulings. What names a value is deleted with its person.

-- Every fact that says that a value belongs to a subject's person; of one subject and import the earliest (import 0: none).
CREATE TABLE links (
  token BLOB NOT NULL,
  subject INTEGER NOT NULL,
  import INTEGER NOT NULL,
  kind TEXT NOT NULL,
  source TEXT NOT NULL,
  occurred_at INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  position INTEGER NOT NULL,
  is_root INTEGER NOT NULL,
  PRIMARY KEY (token, subject, import)
) STRICT, WITHOUT ROWID;
CREATE INDEX links_by_subject ON links (subject);
-- An identity's row says whose own value it is; subject 0 while it is nobody's own, only linked.
CREATE INDEX identities_by_subject ON identities (subject);

-- Subjects that ever shared a value with another: the member each belongs to now, and the family of all of them.
CREATE TABLE kin (
  subject INTEGER PRIMARY KEY,
  lane INTEGER NOT NULL,
  member INTEGER NOT NULL,
  family INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  position INTEGER NOT NULL
) STRICT;
CREATE INDEX kin_by_family ON kin (family, subject);

CREATE TABLE rulings (
  a INTEGER NOT NULL,
  b INTEGER NOT NULL,
  together INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (a, b, position)
) STRICT, WITHOUT ROWID;

-- Members that a value names both, and the rules keep apart.
CREATE TABLE conflicts (
  family INTEGER NOT NULL,
  one INTEGER NOT NULL,
  other INTEGER NOT NULL,
  kind TEXT NOT NULL,
  named_by TEXT NOT NULL,
  PRIMARY KEY (family, one, other)
) STRICT, WITHOUT ROWID;

-- Snapshots of members that are part of another now, as they were then: what a split goes on from.
CREATE TABLE parted (
  member INTEGER PRIMARY KEY,
  body BLOB NOT NULL
) STRICT;
