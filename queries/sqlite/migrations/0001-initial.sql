-- The store's first shape. Facts come from records and are never decided here; `session` and the two
-- `session` columns are derived from the facts alone, so any order of arrival gives the same content.
-- Times are epoch seconds, UTC. Nothing here holds a session token; an ExternalId is a hash.

-- The ledger: one row per object (file, stdin) that was read, written in the transaction of its records.
CREATE TABLE object (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  etag TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  read INTEGER NOT NULL,
  stored INTEGER NOT NULL,
  duplicate INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  complete INTEGER NOT NULL
);

CREATE TABLE problem (
  object INTEGER NOT NULL REFERENCES object (id),
  at TEXT NOT NULL,
  reason TEXT NOT NULL
);
CREATE INDEX problem_object ON problem (object);

-- What was called and how it ended.
CREATE TABLE call (
  id INTEGER PRIMARY KEY,
  event_source TEXT NOT NULL,
  event_name TEXT NOT NULL,
  region TEXT NOT NULL,
  account TEXT NOT NULL,
  error_code TEXT NOT NULL, -- '' when it succeeded
  read_only INTEGER NOT NULL, -- 1, 0, or -1 when the record does not say
  event_type TEXT NOT NULL,
  denied INTEGER NOT NULL,
  UNIQUE (event_source, event_name, region, account, error_code, read_only, event_type)
);

CREATE TABLE principal (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);

-- Issuers of sessions: a role with its AROA id, a user, root. role_id '' where no record has told it yet.
CREATE TABLE issuer (
  id INTEGER PRIMARY KEY,
  type TEXT NOT NULL,
  arn TEXT NOT NULL,
  role_id TEXT NOT NULL,
  account TEXT, -- from the ARN
  name TEXT, -- from the ARN, path dropped
  UNIQUE (arn, role_id, type)
);

-- Distinct `userIdentity` contents, and how much each did.
CREATE TABLE identity (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  type TEXT NOT NULL,
  access_key_id TEXT,
  principal INTEGER REFERENCES principal (id),
  arn TEXT, -- NULL for a role session whose ARN follows from issuer and principal
  account TEXT,
  user_name TEXT,
  invoked_by TEXT,
  issuer INTEGER REFERENCES issuer (id),
  created_at INTEGER,
  mfa INTEGER,
  source_identity TEXT,
  more TEXT, -- JSON of the rarer fields, NULL when all are empty
  calls INTEGER NOT NULL DEFAULT 0,
  denied INTEGER NOT NULL DEFAULT 0,
  first INTEGER,
  last INTEGER,
  session INTEGER, -- derived
  tie TEXT -- derived: how the identity is tied to its session
);
CREATE INDEX identity_key ON identity (access_key_id) WHERE access_key_id IS NOT NULL;
CREATE INDEX identity_principal ON identity (principal, created_at);
CREATE INDEX identity_session ON identity (session) WHERE session IS NOT NULL;

CREATE TABLE client (
  id INTEGER PRIMARY KEY,
  source_ip TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  UNIQUE (source_ip, user_agent)
);

CREATE TABLE actor (
  id INTEGER PRIMARY KEY,
  identity INTEGER NOT NULL REFERENCES identity (id),
  client INTEGER NOT NULL REFERENCES client (id),
  UNIQUE (identity, client)
);

-- One row per record. `key` = eventTime * 2^21 + slot: rows of one time lie together, so a window is a range
-- of keys and a record delivered twice meets its twin without an index of event ids.
CREATE TABLE event (
  key INTEGER PRIMARY KEY,
  event_id NOT NULL, -- 16 bytes of the UUID, or the text where it is none
  object INTEGER NOT NULL,
  position INTEGER NOT NULL,
  call INTEGER NOT NULL,
  actor INTEGER NOT NULL,
  counted INTEGER NOT NULL -- 0: another copy of this call, or a revision of it, is the one that counts
);
CREATE INDEX event_actor ON event (actor);

-- Records that carry a sharedEventID: the copies of one call have one hash.
CREATE TABLE shared (
  hash BLOB NOT NULL,
  event INTEGER NOT NULL,
  PRIMARY KEY (hash, event)
) WITHOUT ROWID;

-- Records that revise an earlier one (`addendum`), by the earlier one's id.
CREATE TABLE revision (
  original NOT NULL,
  account TEXT NOT NULL,
  event INTEGER NOT NULL,
  PRIMARY KEY (original, account, event)
) WITHOUT ROWID;

CREATE TABLE issuance (
  event INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  granted INTEGER NOT NULL,
  access_key_id TEXT,
  expires_at INTEGER,
  duration INTEGER,
  told_principal INTEGER REFERENCES principal (id), -- as the record says
  principal INTEGER REFERENCES principal (id), -- derived: told, or learned from the role's id
  issuer INTEGER REFERENCES issuer (id),
  session_name TEXT,
  account TEXT,
  source_identity TEXT,
  external_id TEXT,
  mfa INTEGER NOT NULL,
  more TEXT, -- JSON: subject, provider, audience, switchFrom, signInSessionArn, detail
  shared BLOB,
  session INTEGER -- derived
);
CREATE INDEX issuance_key ON issuance (access_key_id) WHERE access_key_id IS NOT NULL;
CREATE INDEX issuance_principal ON issuance (principal) WHERE principal IS NOT NULL;
CREATE INDEX issuance_session ON issuance (session) WHERE session IS NOT NULL;
CREATE INDEX issuance_issuer ON issuance (issuer) WHERE granted = 0 OR told_principal IS NULL;
CREATE INDEX issuance_name ON issuance (name) WHERE name IN ('CreateOAuth2Token', 'GetRoleCredentials', 'Federate', 'AssumeRoleForPodIdentity');

-- IAM's "revoke active sessions".
CREATE TABLE revocation (
  event INTEGER PRIMARY KEY,
  account TEXT NOT NULL,
  role_name TEXT NOT NULL,
  before INTEGER NOT NULL
);
CREATE INDEX revocation_role ON revocation (account, role_name);

-- Derived: one row per credential.
CREATE TABLE session (
  sid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  principal INTEGER,
  issuer INTEGER,
  account TEXT,
  issuance INTEGER, -- event key of the fullest issuance record
  issued_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  expiry TEXT NOT NULL,
  candidates TEXT -- JSON list of session ids: its uses may belong to any of these
);
CREATE INDEX session_issuer ON session (issuer, issued_at);
CREATE INDEX session_principal ON session (principal, issued_at);
CREATE INDEX session_time ON session (issued_at);

-- What the store has seen.
CREATE TABLE coverage (
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  hour INTEGER NOT NULL,
  records INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (account, region, hour)
) WITHOUT ROWID;
