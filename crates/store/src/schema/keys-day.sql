-- One wrapped key per day for what belongs to no subject. When it is destroyed, so is what was sealed that day, in every copy.
CREATE TABLE day_keys (
  day INTEGER PRIMARY KEY,
  key BLOB NOT NULL
) STRICT;
