-- Sessions of the roles with this name, issued in [:from, :to), the last first. :role is a role's name, without its
-- path; :from and :to are epoch seconds. The shell takes them as `.param set :role "'PlatformAdmin'"`.
SELECT s.id, r.arn AS role_arn, p.text AS principal_id,
  strftime('%Y-%m-%dT%H:%M:%SZ', s.issued_at, 'unixepoch') AS issued_at,
  strftime('%Y-%m-%dT%H:%M:%SZ', s.expires_at, 'unixepoch') AS expires_at,
  (SELECT ifnull(sum(i.calls), 0) FROM identity i WHERE i.session = s.sid) AS calls,
  (SELECT ifnull(sum(i.denied), 0) FROM identity i WHERE i.session = s.sid) AS denied
FROM session s JOIN issuer r ON r.id = s.issuer LEFT JOIN principal p ON p.id = s.principal
WHERE r.name = :role AND s.issued_at >= :from AND s.issued_at < :to
ORDER BY s.issued_at DESC, s.id;
