-- What records tell about who may do what, and what was touched. Facts, as in 0001: they follow from the records
-- alone, whatever the order of arrival.

-- Long texts that repeat. `id` is made from the text itself: a text is found without an index that holds it again.
-- Policy documents are canonical JSON; an ExternalId in them is a hash.
CREATE TABLE document (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE resource (id INTEGER PRIMARY KEY, text TEXT NOT NULL); -- ARNs

-- Changes of trust policies and permissions, one row per record that made one and succeeded.
CREATE TABLE iam_change (
  event INTEGER PRIMARY KEY,
  change TEXT NOT NULL, -- create, trust, delete, attach, detach, put, remove, policy
  entity TEXT NOT NULL, -- role, user, group, policy
  account TEXT NOT NULL,
  name TEXT NOT NULL, -- without path; of a managed policy its ARN
  policy TEXT, -- ARN of a managed policy, name of an inline one
  document INTEGER REFERENCES document (id)
);
CREATE INDEX iam_change_entity ON iam_change (account, entity, name);
CREATE INDEX iam_change_policy ON iam_change (policy) WHERE policy IS NOT NULL;

-- Calls that showed something to others.
CREATE TABLE exposure (
  event INTEGER PRIMARY KEY,
  what TEXT NOT NULL,
  resource TEXT,
  recipients TEXT NOT NULL -- JSON list: account ids, '*', 'authenticated'
);

-- ARNs that a call worked on, or tried to: of data events, and of calls that change something.
CREATE TABLE target (
  event INTEGER NOT NULL,
  resource INTEGER NOT NULL REFERENCES resource (id),
  PRIMARY KEY (event, resource)
) WITHOUT ROWID;
