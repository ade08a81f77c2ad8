-- Dashboards: cards in an order of somebody's choosing, for one or for all. A card is a room with its address; its numbers are asked anew.
CREATE TABLE dashboards (
  id INTEGER PRIMARY KEY /*pg GENERATED ALWAYS AS IDENTITY */,
  name TEXT NOT NULL,
  cards TEXT NOT NULL,
  shared INTEGER NOT NULL,
  who TEXT NOT NULL,
  version INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;
