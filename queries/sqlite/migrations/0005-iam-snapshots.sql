-- Exports of IAM (`aws iam get-account-authorization-details`): who may do what at one moment. Facts, as in 0001 and
-- 0002: what they mean is decided when asked for. Documents are as in 0002: canonical JSON, an ExternalId is a hash.
CREATE TABLE iam_snapshot (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE, -- SHA-256 of the file: importing it twice is nothing
  account TEXT NOT NULL,
  taken_at INTEGER NOT NULL,
  name TEXT NOT NULL, -- of the file, without its folder
  complete INTEGER NOT NULL -- 0: the output was cut, and a role that is missing may be there
);
CREATE INDEX iam_snapshot_account ON iam_snapshot (account, taken_at);

CREATE TABLE iam_snapshot_role (
  id INTEGER PRIMARY KEY,
  snapshot INTEGER NOT NULL REFERENCES iam_snapshot (id),
  arn TEXT NOT NULL,
  role_id TEXT NOT NULL,
  account TEXT NOT NULL,
  name TEXT NOT NULL, -- without path
  created_at INTEGER,
  trust INTEGER REFERENCES document (id), -- NULL: could not be read
  UNIQUE (account, name, snapshot)
);

CREATE TABLE iam_snapshot_policy (
  role INTEGER NOT NULL REFERENCES iam_snapshot_role (id),
  kind TEXT NOT NULL, -- attached, inline
  name TEXT NOT NULL, -- ARN of an attached policy
  document INTEGER REFERENCES document (id), -- NULL: the export does not have it
  PRIMARY KEY (role, kind, name)
) WITHOUT ROWID;

-- What rests on a role's trust or permissions is to be looked at again: `role:<account> <role>`.
CREATE TRIGGER touched_snapshot_role AFTER INSERT ON iam_snapshot_role WHEN EXISTS (SELECT 1 FROM detect_state)
BEGIN
  INSERT OR IGNORE INTO touched VALUES ('role:' || new.account || ' ' || new.name);
END;
