-- Where a table that a query engine reads lay when its days were read: two tables of one name, in two regions or two
-- accounts, have one name in the ledger.
CREATE TABLE engine_table (
  name TEXT PRIMARY KEY, -- athena://[catalog.]database.table
  location TEXT NOT NULL -- s3://…
) WITHOUT ROWID;
