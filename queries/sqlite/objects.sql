-- The ledger: what was read from each object, the troubled first. read = stored + duplicate + rejected.
SELECT o.name, o.bytes, o.read, o.stored, o.duplicate, o.rejected, o.complete,
  (SELECT group_concat(p.at || ': ' || p.reason, '; ') FROM problem p WHERE p.object = o.id) AS problems
FROM object o
ORDER BY o.complete, o.rejected DESC, o.name;
