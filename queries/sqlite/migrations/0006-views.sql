-- What SQL rules and people ask: names that stay, whatever becomes of the tables behind them. `rolecall detectors
-- views` tells what each column means. Times are epoch seconds, and ISO 8601 (UTC) in the columns that end in _iso.
-- A call or an issuance that two accounts logged is here once. What is concluded from all records together (origin,
-- chain, depth, revocation) is no fact of one row, and not here: a finding gets it by its session_id.

-- Behind the views: not for rules.
CREATE VIEW event_text AS
SELECT key, counted, call, actor,
  CASE typeof(event_id) WHEN 'blob' THEN lower(
    substr(hex(event_id), 1, 8) || '-' || substr(hex(event_id), 9, 4) || '-' || substr(hex(event_id), 13, 4)
    || '-' || substr(hex(event_id), 17, 4) || '-' || substr(hex(event_id), 21)) ELSE event_id END AS event_id,
  key / 2097152 AS time, strftime('%Y-%m-%dT%H:%M:%SZ', key / 2097152, 'unixepoch') AS time_iso
FROM event;

CREATE VIEW identity_text AS
SELECT i.id, i.type, i.access_key_id, p.text AS principal_id, i.account AS account_id, i.user_name, i.invoked_by, i.mfa,
  i.session,
  coalesce(i.arn, CASE WHEN r.type = 'Role' AND instr(p.text, ':') > 0 THEN
    substr(r.arn, 1, instr(substr(r.arn, 5), ':') + 4) || 'sts::' || r.account || ':assumed-role/' || r.name || '/'
    || substr(p.text, instr(p.text, ':') + 1) END) AS arn
FROM identity i LEFT JOIN principal p ON p.id = i.principal LEFT JOIN issuer r ON r.id = i.issuer;

CREATE VIEW v_sessions AS
SELECT s.id AS session_id, s.kind, p.text AS principal_id,
  CASE WHEN s.kind = 'assumed-role' THEN nullif(r.arn, '') END AS role_arn,
  CASE WHEN s.kind = 'assumed-role' THEN r.name END AS role_name,
  s.account AS account_id,
  coalesce(n.session_name, CASE WHEN instr(p.text, ':') > 0 THEN substr(p.text, instr(p.text, ':') + 1) END)
    AS session_name,
  n.access_key_id,
  s.issued_at, strftime('%Y-%m-%dT%H:%M:%SZ', s.issued_at, 'unixepoch') AS issued_at_iso,
  s.expires_at, strftime('%Y-%m-%dT%H:%M:%SZ', s.expires_at, 'unixepoch') AS expires_at_iso,
  CASE s.expiry WHEN 'unknown' THEN 'assumed' ELSE s.expiry END AS expiry,
  e.event_id AS issued_by, n.name AS issued_with, n.source_identity, n.external_id AS external_id_hash,
  (SELECT ifnull(sum(i.calls), 0) FROM identity i WHERE i.session = s.sid) AS calls,
  (SELECT ifnull(sum(i.denied), 0) FROM identity i WHERE i.session = s.sid) AS denied,
  (SELECT min(i.first) FROM identity i WHERE i.session = s.sid) AS first_used_at,
  (SELECT max(i.last) FROM identity i WHERE i.session = s.sid) AS last_used_at
FROM session s
  LEFT JOIN principal p ON p.id = s.principal LEFT JOIN issuer r ON r.id = s.issuer
  LEFT JOIN issuance n ON n.event = s.issuance LEFT JOIN event_text e ON e.key = s.issuance;

-- `action` is what IAM calls it, as in src/model/action.ts: a test compares the two.
CREATE VIEW v_calls AS
SELECT e.event_id, e.time, e.time_iso,
  CASE c.event_source
    WHEN 'monitoring.amazonaws.com' THEN 'cloudwatch'
    WHEN 'email.amazonaws.com' THEN 'ses'
    WHEN 'tagging.amazonaws.com' THEN 'tag'
    WHEN 'models.lex.amazonaws.com' THEN 'lex'
    WHEN 'runtime.lex.amazonaws.com' THEN 'lex'
    WHEN 'entitlement.marketplace.amazonaws.com' THEN 'aws-marketplace'
    WHEN 'metering.marketplace.amazonaws.com' THEN 'aws-marketplace'
    ELSE replace(replace(c.event_source, '.amazonaws.com.cn', ''), '.amazonaws.com', '')
  END || ':' || CASE
    WHEN c.event_source = 's3.amazonaws.com' THEN CASE
      WHEN c.event_name IN ('ListObjects', 'ListObjectsV2', 'HeadBucket') THEN 'ListBucket'
      WHEN c.event_name = 'HeadObject' THEN 'GetObject'
      WHEN c.event_name IN ('CopyObject', 'CreateMultipartUpload', 'CompleteMultipartUpload', 'UploadPart',
        'UploadPartCopy') THEN 'PutObject'
      WHEN c.event_name = 'DeleteObjects' THEN 'DeleteObject'
      WHEN c.event_name = 'ListBuckets' THEN 'ListAllMyBuckets'
      ELSE c.event_name END
    -- A date and perhaps a version: UpdateFunctionCode20150331v2.
    WHEN c.event_source = 'lambda.amazonaws.com' AND (
      c.event_name GLOB '*[^0-9v][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]' OR c.event_name GLOB '*[^0-9v][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]v[0-9]*')
      THEN rtrim(c.event_name, '0123456789v')
    ELSE c.event_name END AS action,
  c.event_source, c.event_name, c.event_type, c.region, c.account AS account_id,
  nullif(c.error_code, '') AS error_code, c.denied, nullif(c.read_only, -1) AS read_only,
  s.id AS session_id, i.type AS identity_type, i.principal_id, i.arn, i.user_name, i.access_key_id, i.mfa,
  i.invoked_by, nullif(k.source_ip, '') AS source_ip, nullif(k.user_agent, '') AS user_agent
FROM event_text e
  JOIN call c ON c.id = e.call JOIN actor a ON a.id = e.actor JOIN identity_text i ON i.id = a.identity
  JOIN client k ON k.id = a.client LEFT JOIN session s ON s.sid = i.session
WHERE e.counted = 1;

CREATE VIEW v_issuances AS
SELECT e.event_id, e.time, e.time_iso, n.name, n.granted, nullif(c.error_code, '') AS error_code, c.region,
  nullif(r.arn, '') AS role_arn, r.name AS role_name, n.account AS account_id, n.session_name, n.access_key_id,
  n.expires_at, n.duration, n.source_identity, n.external_id AS external_id_hash, n.mfa,
  n.more ->> 'subject' AS subject, n.more ->> 'provider' AS provider, s.id AS session_id,
  i.type AS caller_type, i.arn AS caller_arn, i.principal_id AS caller_principal_id,
  i.account_id AS caller_account_id, i.user_name AS caller_user_name, i.access_key_id AS caller_access_key_id,
  cs.id AS caller_session_id, i.invoked_by,
  nullif(k.source_ip, '') AS source_ip, nullif(k.user_agent, '') AS user_agent
-- CROSS JOIN: from the few issuances to their events, never the other way.
FROM issuance n
  CROSS JOIN event_text e ON e.key = n.event JOIN call c ON c.id = e.call JOIN actor a ON a.id = e.actor
  JOIN identity_text i ON i.id = a.identity JOIN client k ON k.id = a.client
  LEFT JOIN issuer r ON r.id = n.issuer LEFT JOIN session s ON s.sid = n.session
  LEFT JOIN session cs ON cs.sid = i.session
WHERE e.counted = 1;

CREATE VIEW v_coverage AS
SELECT account AS account_id, region, hour, strftime('%Y-%m-%dT%H:%M:%SZ', hour, 'unixepoch') AS hour_iso,
  records, first, last
FROM coverage;
