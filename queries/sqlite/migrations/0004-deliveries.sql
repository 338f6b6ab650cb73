-- What was told to whom: one row per finding, target and state of the finding (an opening, and a severity that it
-- rose to). A row is written before anything is sent and holds what is to be sent; once that has arrived, the row
-- stays without it, so that nothing is told twice. Addresses are secrets and are not here.
CREATE TABLE delivery (
  id TEXT PRIMARY KEY, -- told to the receiver, which may see it twice after a crash
  target BLOB NOT NULL, -- SHA-256 of kind and address
  fingerprint TEXT NOT NULL,
  opening INTEGER NOT NULL, -- 1, and one more each time the finding is opened again
  severity TEXT NOT NULL,
  time INTEGER NOT NULL, -- of the finding
  payload TEXT, -- NULL once delivered
  attempts INTEGER NOT NULL DEFAULT 0,
  refused INTEGER NOT NULL DEFAULT 0, -- 1: the receiver did not want this one
  last_error TEXT,
  delivered_at INTEGER
) WITHOUT ROWID;
CREATE INDEX delivery_finding ON delivery (target, fingerprint, opening);
CREATE INDEX delivery_due ON delivery (target, refused, time, id) WHERE delivered_at IS NULL;
