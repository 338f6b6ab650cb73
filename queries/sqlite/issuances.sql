-- Every credential handed out, or refused, in [:from, :to), with its caller. :from and :to are epoch seconds.
SELECT strftime('%Y-%m-%dT%H:%M:%SZ', n.event / 2097152, 'unixepoch') AS time, n.name, n.granted,
  r.arn AS role_arn, n.session_name, n.access_key_id, i.type AS caller_type,
  ifnull(i.arn, cp.text) AS caller, k.source_ip, s.id AS session_id
FROM issuance n JOIN event e ON e.key = n.event JOIN actor a ON a.id = e.actor
  JOIN identity i ON i.id = a.identity JOIN client k ON k.id = a.client
  LEFT JOIN principal cp ON cp.id = i.principal LEFT JOIN issuer r ON r.id = n.issuer
  LEFT JOIN session s ON s.sid = n.session
WHERE n.event >= :from * 2097152 AND n.event < :to * 2097152
ORDER BY n.event;
