-- Fixed lists of members. A list that is not whole yet is being written, or was broken off, and is no list.
CREATE TABLE lists (
  id INTEGER PRIMARY KEY /*pg GENERATED ALWAYS AS IDENTITY */,
  name TEXT NOT NULL,
  origin TEXT NOT NULL,
  shared INTEGER NOT NULL,
  who TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  whole INTEGER NOT NULL
) STRICT;

CREATE TABLE list_members (
  list INTEGER NOT NULL,
  member INTEGER NOT NULL,
  PRIMARY KEY (list, member)
) STRICT, WITHOUT ROWID;
CREATE INDEX list_members_by_member ON list_members (member);
