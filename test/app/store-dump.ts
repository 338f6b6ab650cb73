import { eventIdText, timeOf } from '../../src/store/event-key.js';
import { openForReading, type Sqlite } from '../../src/store/open.js';

/** What a store says, as sorted lines of JSON by table: row numbers are replaced by what they stand for. */
export interface StoreDump {
  events: string[];
  identities: string[];
  issuances: string[];
  sessions: string[];
  coverage: string[];
  revocations: string[];
  copies: string[];
  revisions: string[];
  changes: string[];
  exposures: string[];
  targets: string[];
  /** Objects by name, without the order they were read in: of one record in two objects either may hold it. */
  ledger: string[];
  problems: string[];
}

const questions: Record<keyof StoreDump, string> = {
  events: `SELECT e.event_id, e.key, e.counted, c.event_source, c.event_name, c.region, c.account, c.error_code,
      c.read_only, c.event_type, c.denied, hex(i.hash) AS identity, cl.source_ip, cl.user_agent
    FROM event e JOIN call c ON c.id = e.call JOIN actor a ON a.id = e.actor JOIN identity i ON i.id = a.identity
    JOIN client cl ON cl.id = a.client`,
  identities: `SELECT hex(i.hash) AS hash, i.type, i.access_key_id, p.text AS principal, i.arn, i.account, i.user_name,
      i.invoked_by, r.type AS issuer_type, r.arn AS issuer_arn, r.role_id, i.created_at, i.mfa, i.source_identity,
      i.more, i.calls, i.denied, i.first, i.last, s.id AS session, i.tie
    FROM identity i LEFT JOIN principal p ON p.id = i.principal LEFT JOIN issuer r ON r.id = i.issuer
    LEFT JOIN session s ON s.sid = i.session`,
  issuances: `SELECT e.event_id, c.account AS seen_in, i.name, i.granted, i.access_key_id, i.expires_at, i.duration,
      t.text AS told, p.text AS principal, r.type AS issuer_type, r.arn, r.role_id, i.session_name, i.account,
      i.source_identity, i.external_id, i.mfa, i.more, hex(i.shared) AS shared, s.id AS session
    FROM issuance i JOIN event e ON e.key = i.event JOIN call c ON c.id = e.call
    LEFT JOIN principal t ON t.id = i.told_principal LEFT JOIN principal p ON p.id = i.principal
    LEFT JOIN issuer r ON r.id = i.issuer LEFT JOIN session s ON s.sid = i.session`,
  sessions: `SELECT s.id, s.kind, p.text AS principal, r.arn, r.role_id, s.account, e.event_id, s.issued_at,
      s.expires_at, s.expiry, s.candidates
    FROM session s LEFT JOIN principal p ON p.id = s.principal LEFT JOIN issuer r ON r.id = s.issuer
    LEFT JOIN event e ON e.key = s.issuance`,
  coverage: 'SELECT * FROM coverage',
  revocations: `SELECT e.event_id, r.account, r.role_name, r.before FROM revocation r JOIN event e ON e.key = r.event`,
  copies: 'SELECT hex(s.hash) AS hash, e.event_id FROM shared s JOIN event e ON e.key = s.event',
  revisions: `SELECT r.original, r.account, e.event_id FROM revision r JOIN event e ON e.key = r.event`,
  changes: `SELECT e.event_id, i.change, i.entity, i.account, i.name, i.policy, d.text AS document
    FROM iam_change i JOIN event e ON e.key = i.event LEFT JOIN document d ON d.id = i.document`,
  exposures:
    'SELECT e.event_id, x.what, x.resource, x.recipients FROM exposure x JOIN event e ON e.key = x.event',
  targets: `SELECT e.event_id, r.text FROM target t JOIN event e ON e.key = t.event
    JOIN resource r ON r.id = t.resource`,
  ledger: 'SELECT name, etag, bytes, read, stored + duplicate AS kept, rejected, complete FROM object',
  problems: 'SELECT o.name, p.at, p.reason FROM problem p JOIN object o ON o.id = p.object',
};

/** @param path of the store. Two stores of the same records give equal dumps, however the records came. */
export function dumpStore(path: string): StoreDump {
  const db = openForReading(path);
  try {
    const tables = Object.entries(questions).map(([table, sql]) => [table, rows(db, sql)]);
    return Object.fromEntries(tables) as unknown as StoreDump;
  } finally {
    db.close();
  }
}

/** The dump without what tells how the records were put into objects. */
export function recordsOf(dump: StoreDump): Omit<StoreDump, 'ledger' | 'problems'> {
  const { ledger: _, problems: __, ...records } = dump;
  return records;
}

function rows(db: Sqlite, sql: string): string[] {
  const found = db.prepare(sql).all() as Record<string, unknown>[];
  return found.map((row) => JSON.stringify(readable(row))).sort();
}

/** Event ids as people write them; a key's slot depends on what was there before, its time does not. */
function readable({ key, ...row }: Record<string, unknown>): object {
  const told = Object.entries(row).map(([name, value]) => [
    name,
    Buffer.isBuffer(value) ? eventIdText(value) : value,
  ]);
  return { ...(typeof key === 'number' ? { time: timeOf(key) } : {}), ...Object.fromEntries(told) };
}
