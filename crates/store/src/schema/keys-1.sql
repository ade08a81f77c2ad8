-- One wrapped data key per subject. A key that is gone takes with it what it sealed.
CREATE TABLE keys (
  subject INTEGER PRIMARY KEY,
  key BLOB NOT NULL
) STRICT;
