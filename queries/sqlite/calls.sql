-- Every counted call of one session, in order of time. :id is its id, whole or a prefix.
-- The second of an event is its key divided by 2^21. `counted = 0` marks the second copy of a
-- cross-account call; more than 1 is a sum of equal calls of one hour, as Athena gives them.
SELECT strftime('%Y-%m-%dT%H:%M:%SZ', e.key / 2097152, 'unixepoch') AS time,
  c.event_source, c.event_name, c.error_code, c.account, c.region, k.source_ip, k.user_agent, lower(hex(e.event_id)) AS event_id,
  e.counted AS calls,
  o.name AS object, e.position
FROM session s CROSS JOIN identity i ON i.session = s.sid CROSS JOIN actor a ON a.identity = i.id
  CROSS JOIN event e ON e.actor = a.id
  JOIN call c ON c.id = e.call JOIN client k ON k.id = a.client JOIN object o ON o.id = e.object
WHERE s.id >= :id AND s.id < :id || '~' AND e.counted > 0
ORDER BY e.key;
