-- What CloudTrail's own digests prove, and how far a bucket was looked through.

-- SHA-256 of an object's content, unpacked: there when digests were asked for.
ALTER TABLE object ADD COLUMN sha256 BLOB;

-- Folders of a source whose logs were all listed and read. `filter` as the etag of an object has it: '' for none.
CREATE TABLE walked (
  folder TEXT NOT NULL,
  filter TEXT NOT NULL,
  listed INTEGER NOT NULL, -- epoch seconds: what came later was not seen
  PRIMARY KEY (folder, filter)
) WITHOUT ROWID;

-- One row per digest that was looked at: the logs delivered from `start` to `end` are those that it lists.
CREATE TABLE digest (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  account TEXT NOT NULL,
  region TEXT NOT NULL,
  trail TEXT NOT NULL,
  start INTEGER NOT NULL,
  end INTEGER NOT NULL,
  proven INTEGER NOT NULL, -- 1: signed, in its chain, and every log that it lists is in the store as it was delivered
  since INTEGER NOT NULL, -- records from then ...
  until INTEGER NOT NULL -- ... up to here were kept: what a filter left out is not proven
);
CREATE INDEX digest_place ON digest (account, region, start);

CREATE TABLE digest_problem (
  digest INTEGER NOT NULL REFERENCES digest (id),
  key TEXT NOT NULL, -- name of the log or digest that is missing or not as it was
  reason TEXT NOT NULL -- missing, altered, misplaced, bad-signature, unknown-key, gap
);
CREATE INDEX digest_problem_digest ON digest_problem (digest);
