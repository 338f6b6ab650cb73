-- Calls that a query engine had added up before they came: one row of `event` then stands for `counted` calls that are
-- equal in all but their time, within one hour (UTC). It has the key and the id of the first of them.
CREATE TABLE fold (
  event INTEGER NOT NULL,
  object INTEGER NOT NULL REFERENCES object (id),
  calls INTEGER NOT NULL, -- as this object has it: of an event in two objects, the first call is in both
  last INTEGER NOT NULL, -- epoch seconds
  PRIMARY KEY (event, object)
) WITHOUT ROWID;
CREATE INDEX fold_object ON fold (object);

-- Where an hour's records are from: '' for records one by one, else the table that sums came from. A sum cannot be
-- told from the records in it, so that no hour may have both.
ALTER TABLE coverage ADD COLUMN source TEXT NOT NULL DEFAULT '';

-- The view of 0006 with `calls` and `last_time`.
DROP VIEW v_calls;
CREATE VIEW v_calls AS
SELECT e.event_id, e.time, e.time_iso, e.counted AS calls,
  ifnull((SELECT max(f.last) FROM fold f WHERE f.event = e.key), e.time) AS last_time,
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
WHERE e.counted > 0;

-- Queries that were asked and are not yet in the store: whoever asked may have died, and they are paid for. Gone when
-- their results are.
CREATE TABLE engine_query (
  name TEXT PRIMARY KEY, -- of the object that it becomes
  filter TEXT NOT NULL,
  asked INTEGER NOT NULL, -- epoch seconds
  ticket TEXT NOT NULL, -- JSON: how to find it again
  kept INTEGER NOT NULL -- 1: all of it is in the store, its results may still lie where they were written
) WITHOUT ROWID;
