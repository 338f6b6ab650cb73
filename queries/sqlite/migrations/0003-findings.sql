-- What `detect` found, kept from run to run. Nothing here is a fact: all of it follows from the records, the policy
-- and the runs, and is made again when either changes.

-- One row once something was examined: before that, nobody needs to know what changes.
CREATE TABLE detect_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  basis TEXT NOT NULL, -- hash of the policy, the detectors and their options
  run INTEGER NOT NULL,
  at INTEGER NOT NULL,
  object INTEGER NOT NULL -- row of the last object that was read by then: a record in a later one came late
);

-- What ingest changed since, written in its own transactions by the triggers below: `session:<id>`, `identity:<row>`,
-- `principal:<principal id>`, …
CREATE TABLE touched (token TEXT PRIMARY KEY) WITHOUT ROWID;
-- Scenes that have to be looked at again.
CREATE TABLE due (scene TEXT PRIMARY KEY) WITHOUT ROWID;
-- What a scene was made of beyond its own rows.
CREATE TABLE depends (
  token TEXT NOT NULL,
  scene TEXT NOT NULL,
  PRIMARY KEY (token, scene)
) WITHOUT ROWID;
CREATE INDEX depends_scene ON depends (scene);

-- What one detector saw in one scene.
CREATE TABLE sighting (
  scene TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  n INTEGER NOT NULL, -- of several with one fingerprint in one scene
  detector TEXT NOT NULL,
  time INTEGER NOT NULL,
  last INTEGER NOT NULL,
  exception INTEGER, -- line of the policy that hides it
  body TEXT NOT NULL, -- JSON
  PRIMARY KEY (fingerprint, scene, n)
) WITHOUT ROWID;
CREATE INDEX sighting_scene ON sighting (scene);
CREATE INDEX sighting_exception ON sighting (exception) WHERE exception IS NOT NULL;
-- What a detector could not judge.
CREATE TABLE unjudged (
  scene TEXT NOT NULL,
  detector TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (scene, detector, reason)
) WITHOUT ROWID;

-- Fingerprints whose sightings changed and whose finding has not been put together again yet.
CREATE TABLE stale (fingerprint TEXT PRIMARY KEY) WITHOUT ROWID;

CREATE TABLE finding (
  fingerprint TEXT PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  detector TEXT NOT NULL,
  rank INTEGER NOT NULL, -- of its severity, from 0
  time INTEGER NOT NULL,
  last INTEGER NOT NULL,
  body TEXT NOT NULL, -- JSON
  first_seen INTEGER NOT NULL,
  opened_run INTEGER NOT NULL, -- run that told of it as new; 0: a run that was killed found it, and told nobody
  opened INTEGER NOT NULL, -- how many times
  opened_at INTEGER NOT NULL, -- the last time
  closed_at INTEGER,
  closed_why TEXT
) WITHOUT ROWID;
CREATE INDEX finding_order ON finding (rank DESC, time, id);

CREATE TABLE acknowledgement (
  fingerprint TEXT PRIMARY KEY,
  reason TEXT NOT NULL,
  until TEXT, -- YYYY-MM-DD, the last day; NULL: for good
  rank INTEGER NOT NULL, -- of the finding then: a more urgent one is shown again
  made_at INTEGER NOT NULL -- before the finding was opened last: it holds no longer
) WITHOUT ROWID;

-- Those who act without a role are asked for one by one.
CREATE INDEX identity_direct ON identity (account) WHERE type IN ('IAMUser', 'Root', 'FederatedUser');

CREATE TRIGGER touched_session_new AFTER INSERT ON session WHEN EXISTS (SELECT 1 FROM detect_state)
BEGIN
  INSERT OR IGNORE INTO touched VALUES ('session:' || new.id);
  INSERT OR IGNORE INTO touched SELECT 'principal:' || text FROM principal WHERE id = new.principal;
  INSERT OR IGNORE INTO touched SELECT 'named:' || r.account || ' ' || r.name || ' ' || substr(p.text, instr(p.text, ':') + 1)
    FROM issuer r, principal p WHERE r.id = new.issuer AND p.id = new.principal AND r.account IS NOT NULL AND r.name IS NOT NULL;
  INSERT OR IGNORE INTO touched SELECT 'role:' || account || ' ' || name FROM issuer
    WHERE id = new.issuer AND account IS NOT NULL AND name IS NOT NULL;
  INSERT OR IGNORE INTO touched SELECT 'edges:' || account || ' ' || name FROM issuer
    WHERE id IN (new.issuer) AND account IS NOT NULL AND name IS NOT NULL;
END;
CREATE TRIGGER touched_session_changed AFTER UPDATE ON session WHEN EXISTS (SELECT 1 FROM detect_state)
BEGIN
  INSERT OR IGNORE INTO touched VALUES ('session:' || new.id);
  INSERT OR IGNORE INTO touched SELECT 'principal:' || text FROM principal WHERE id IN (old.principal, new.principal);
  INSERT OR IGNORE INTO touched SELECT 'named:' || r.account || ' ' || r.name || ' ' || substr(p.text, instr(p.text, ':') + 1)
    FROM issuer r, principal p WHERE r.id IN (old.issuer, new.issuer) AND p.id IN (old.principal, new.principal)
      AND r.account IS NOT NULL AND r.name IS NOT NULL;
  INSERT OR IGNORE INTO touched SELECT 'role:' || account || ' ' || name FROM issuer
    WHERE id IN (old.issuer, new.issuer) AND account IS NOT NULL AND name IS NOT NULL;
  INSERT OR IGNORE INTO touched SELECT 'edges:' || account || ' ' || name FROM issuer
    WHERE id IN (old.issuer, new.issuer) AND account IS NOT NULL AND name IS NOT NULL;
END;
CREATE TRIGGER touched_session_gone AFTER DELETE ON session WHEN EXISTS (SELECT 1 FROM detect_state)
BEGIN
  INSERT OR IGNORE INTO touched VALUES ('session:' || old.id);
  INSERT OR IGNORE INTO touched SELECT 'principal:' || text FROM principal WHERE id = old.principal;
  INSERT OR IGNORE INTO touched SELECT 'named:' || r.account || ' ' || r.name || ' ' || substr(p.text, instr(p.text, ':') + 1)
    FROM issuer r, principal p WHERE r.id = old.issuer AND p.id = old.principal AND r.account IS NOT NULL AND r.name IS NOT NULL;
  INSERT OR IGNORE INTO touched SELECT 'role:' || account || ' ' || name FROM issuer
    WHERE id = old.issuer AND account IS NOT NULL AND name IS NOT NULL;
  INSERT OR IGNORE INTO touched SELECT 'edges:' || account || ' ' || name FROM issuer
    WHERE id IN (old.issuer) AND account IS NOT NULL AND name IS NOT NULL;
END;

CREATE TRIGGER touched_identity_new AFTER INSERT ON identity WHEN EXISTS (SELECT 1 FROM detect_state)
BEGIN
  INSERT OR IGNORE INTO touched VALUES ('identity:' || new.id);
  INSERT OR IGNORE INTO touched SELECT 'principal:' || text FROM principal WHERE id = new.principal;
END;
CREATE TRIGGER touched_identity_changed AFTER UPDATE ON identity WHEN EXISTS (SELECT 1 FROM detect_state)
BEGIN
  INSERT OR IGNORE INTO touched VALUES ('identity:' || new.id);
  INSERT OR IGNORE INTO touched SELECT 'session:' || id FROM session WHERE sid IN (old.session, new.session);
  INSERT OR IGNORE INTO touched SELECT 'principal:' || text FROM principal WHERE id = new.principal;
  -- What it asked for has another parent now.
  INSERT OR IGNORE INTO touched SELECT 'signer:' || new.id WHERE old.session IS NOT new.session OR old.tie IS NOT new.tie;
END;

-- A role's callers and sessions: `edges:<account> <role>`. Who is allowed to sign in: `signin:<arn>`. Records that hand out
-- credentials without saying which: `blind:<account>`.
CREATE TRIGGER touched_issuance_new AFTER INSERT ON issuance WHEN EXISTS (SELECT 1 FROM detect_state)
BEGIN
  INSERT OR IGNORE INTO touched SELECT 'session:' || id FROM session WHERE sid = new.session;
  INSERT OR IGNORE INTO touched SELECT 'edges:' || account || ' ' || name FROM issuer
    WHERE id = new.issuer AND account IS NOT NULL AND name IS NOT NULL;
  INSERT OR IGNORE INTO touched SELECT 'signin:' || (new.more ->> 'signInSessionArn')
    WHERE new.more ->> 'signInSessionArn' IS NOT NULL;
  INSERT OR IGNORE INTO touched SELECT 'blind:' || c.account FROM event e JOIN call c ON c.id = e.call
    WHERE e.key = new.event AND new.granted = 1 AND new.access_key_id IS NULL;
END;
CREATE TRIGGER touched_issuance_changed AFTER UPDATE ON issuance WHEN EXISTS (SELECT 1 FROM detect_state)
BEGIN
  INSERT OR IGNORE INTO touched SELECT 'session:' || id FROM session WHERE sid IN (old.session, new.session);
  INSERT OR IGNORE INTO touched SELECT 'blind:' || c.account FROM event e JOIN call c ON c.id = e.call
    WHERE e.key = new.event AND new.granted = 1 AND new.access_key_id IS NULL;
END;
CREATE TRIGGER touched_issuance_gone AFTER DELETE ON issuance WHEN EXISTS (SELECT 1 FROM detect_state)
BEGIN
  INSERT OR IGNORE INTO touched SELECT 'session:' || id FROM session WHERE sid = old.session;
  INSERT OR IGNORE INTO touched SELECT 'edges:' || account || ' ' || name FROM issuer
    WHERE id = old.issuer AND account IS NOT NULL AND name IS NOT NULL;
  INSERT OR IGNORE INTO touched SELECT 'signin:' || (old.more ->> 'signInSessionArn')
    WHERE old.more ->> 'signInSessionArn' IS NOT NULL;
  INSERT OR IGNORE INTO touched SELECT 'blind:' || c.account FROM event e JOIN call c ON c.id = e.call
    WHERE e.key = old.event AND old.granted = 1 AND old.access_key_id IS NULL;
END;

-- The first record of an account, and days on which it had none before: past ones, since none looks ahead.
CREATE TRIGGER touched_coverage_new AFTER INSERT ON coverage WHEN EXISTS (SELECT 1 FROM detect_state)
BEGIN
  INSERT OR IGNORE INTO touched SELECT 'first:' || new.account WHERE NOT EXISTS (
    SELECT 1 FROM coverage WHERE account = new.account AND first <= new.first AND (region, hour) <> (new.region, new.hour));
  INSERT OR IGNORE INTO touched SELECT 'days:' || new.account WHERE NOT EXISTS (
    SELECT 1 FROM coverage WHERE account = new.account AND hour / 86400 = new.hour / 86400
      AND (region, hour) <> (new.region, new.hour))
    AND EXISTS (SELECT 1 FROM session WHERE issued_at >= (new.hour / 86400 + 1) * 86400);
END;
CREATE TRIGGER touched_coverage_changed AFTER UPDATE OF first ON coverage
WHEN new.first < old.first AND EXISTS (SELECT 1 FROM detect_state)
BEGIN
  INSERT OR IGNORE INTO touched SELECT 'first:' || new.account WHERE NOT EXISTS (
    SELECT 1 FROM coverage WHERE account = new.account AND first <= new.first AND (region, hour) <> (new.region, new.hour));
END;

CREATE TRIGGER touched_revocation_new AFTER INSERT ON revocation WHEN EXISTS (SELECT 1 FROM detect_state)
BEGIN
  INSERT OR IGNORE INTO touched VALUES ('revoked:' || new.account || ' ' || new.role_name);
END;
CREATE TRIGGER touched_revocation_gone AFTER DELETE ON revocation WHEN EXISTS (SELECT 1 FROM detect_state)
BEGIN
  INSERT OR IGNORE INTO touched VALUES ('revoked:' || old.account || ' ' || old.role_name);
END;

-- A role or its id that was not known before.
CREATE TRIGGER touched_issuer_new AFTER INSERT ON issuer WHEN EXISTS (SELECT 1 FROM detect_state)
BEGIN
  INSERT OR IGNORE INTO touched VALUES ('roles:');
END;

-- What may be done with a role, and by whom: `role:<account> <role>`, as for its sessions.
CREATE TRIGGER touched_change_new AFTER INSERT ON iam_change
WHEN new.entity = 'role' AND EXISTS (SELECT 1 FROM detect_state)
BEGIN
  INSERT OR IGNORE INTO touched VALUES ('role:' || new.account || ' ' || new.name);
END;
CREATE TRIGGER touched_change_gone AFTER DELETE ON iam_change
WHEN old.entity = 'role' AND EXISTS (SELECT 1 FROM detect_state)
BEGIN
  INSERT OR IGNORE INTO touched VALUES ('role:' || old.account || ' ' || old.name);
END;

-- What a role may do, and whom it trusts: `role:<account> <name>`.
CREATE TRIGGER touched_iam_change_new AFTER INSERT ON iam_change WHEN EXISTS (SELECT 1 FROM detect_state)
BEGIN
  INSERT OR IGNORE INTO touched VALUES (new.entity || ':' || new.account || ' ' || new.name);
END;
CREATE TRIGGER touched_iam_change_gone AFTER DELETE ON iam_change WHEN EXISTS (SELECT 1 FROM detect_state)
BEGIN
  INSERT OR IGNORE INTO touched VALUES (old.entity || ':' || old.account || ' ' || old.name);
END;
