import { eventIdText, firstKey, slots, startSlot, timeOf } from './event-key.js';
import { factTables } from './facts.js';
import type { ActorRow, CallRow } from './intern.js';
import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';
import { noFacts } from './row-facts.js';

/** How far an addendum's time may lie from the record that it revises, seconds. */
const revisionReach = 900;

interface EventRow {
  key: number;
  event_id: Buffer | string;
  call: number;
  actor: number;
}

/**
 * Records that speak of one call: delivered twice (one identity), copied into two accounts (`sharedEventID`),
 * or revised later (`addendum`). Exactly one of them counts, whatever the order they came in.
 */
export class Twins {
  /** Ids that some addendum revises. Few; loaded at the start of every transaction. */
  private revised = new Set<string>();
  private readonly find;
  private readonly account;

  constructor(
    private readonly db: Sqlite,
    private readonly recount: (identity: number) => void,
    /** Told before an issuance record goes, because another with the same identity takes its place. */
    private readonly leaving: (event: number) => void,
  ) {
    this.find = prepared<EventRow>(db, 'SELECT key, event_id, call, actor FROM event WHERE key = ?');
    this.account = prepared<{ account: string }>(db, 'SELECT account FROM call WHERE id = ?');
  }

  load(): void {
    const rows = prepared<{ original: Buffer | string }>(this.db, 'SELECT original FROM revision').all();
    this.revised = new Set(rows.map((row) => eventIdText(row.original)));
  }

  /** The stored record with this key, if it has the same event id and recipient account. */
  at(key: number, id: Buffer | string, call: number): EventRow | null {
    const row = this.find.get(key);
    if (!row || !sameId(row.event_id, id)) return null;
    const sameAccount =
      row.call === call || this.account.get(row.call)!.account === this.account.get(call)!.account;
    return sameAccount ? row : null;
  }

  /** Natural text of what a record says, for choosing between two that contradict each other. */
  text(call: number, actor: number): string {
    const row = prepared<{ text: string }>(
      this.db,
      `SELECT json_array(c.event_source, c.event_name, c.region, c.error_code, c.read_only, c.event_type,
           hex(i.hash), cl.source_ip, cl.user_agent) AS text
         FROM call c, actor a JOIN identity i ON i.id = a.identity JOIN client cl ON cl.id = a.client
         WHERE c.id = ? AND a.id = ?`,
    ).get(call, actor)!;
    return row.text;
  }

  /** The same for the issuance that a stored record holds; after everything when it holds none. */
  issuanceText(key: number): string {
    const i = prepared<Record<string, string | number | null>>(
      this.db,
      `SELECT i.access_key_id, p.text AS principal, i.expires_at, i.session_name, i.source_identity, i.external_id,
           i.more FROM issuance i LEFT JOIN principal p ON p.id = i.told_principal WHERE i.event = ?`,
    ).get(key);
    if (!i) return noFacts;
    return JSON.stringify([i.access_key_id === null ? 1 : 0, ...Object.values(i)]);
  }

  /** Puts another record in the place of a stored one with the same identity. */
  replace(key: number, object: number, position: number, call: number, actor: ActorRow): void {
    this.recount(this.identityOf(this.find.get(key)!.actor));
    this.recount(actor.identity);
    this.leaving(key);
    const hashes = prepared<{ hash: Buffer }>(this.db, 'SELECT hash FROM shared WHERE event = ?').all(key);
    for (const table of ['issuance', 'shared', 'revision', ...factTables])
      prepared(this.db, `DELETE FROM ${table} WHERE event = ?`).run(key);
    prepared(this.db, 'UPDATE event SET object = ?, position = ?, call = ?, actor = ? WHERE key = ?').run(
      object,
      position,
      call,
      actor.id,
      key,
    );
    for (const { hash } of hashes) this.settleShared(hash);
    this.settle(key);
  }

  /** A record was stored: an addendum that came before it may already revise it. */
  arrived(id: Buffer | string, key: number): void {
    if (this.revised.size > 0 && this.revised.has(eventIdText(id))) this.settle(key);
  }

  /** A record with a sharedEventID was stored. */
  share(hash: Buffer, key: number): void {
    prepared(this.db, 'INSERT OR IGNORE INTO shared (hash, event) VALUES (?, ?)').run(hash, key);
    this.settleShared(hash);
  }

  /** A record that revises another was stored. */
  revise(original: Buffer | string, account: string, call: CallRow, key: number): void {
    prepared(this.db, 'INSERT OR IGNORE INTO revision (original, account, event) VALUES (?, ?, ?)').run(
      original,
      account,
      key,
    );
    this.revised.add(eventIdText(original));
    const found = this.near(original, call, timeOf(key));
    if (found !== null) this.settle(found);
  }

  /** Key of an event id: at its own second first, then in the minutes around. */
  private near(id: Buffer | string, call: CallRow, time: number): number | null {
    for (let slot = startSlot(id, call.salt); ; slot = (slot + 1) % slots) {
      const row = this.find.get(firstKey(time) + slot);
      if (!row) break;
      if (sameId(row.event_id, id)) return row.key;
    }
    const around = prepared<{ key: number }>(
      this.db,
      'SELECT key FROM event WHERE key BETWEEN ? AND ? AND event_id = ?',
    ).get(firstKey(time - revisionReach), firstKey(time + revisionReach), id);
    return around?.key ?? null;
  }

  private settleShared(hash: Buffer): void {
    const keys = prepared<{ event: number }>(this.db, 'SELECT event FROM shared WHERE hash = ?').all(hash);
    if (keys.length > 1) for (const { event } of keys) this.settle(event, hash);
    else if (keys[0] && this.revised.size > 0) this.settle(keys[0].event, hash);
  }

  /**
   * Decides whether one record counts, from facts alone.
   * @param hash of its call's copies; looked for where the caller does not know it, which takes long and is rare
   */
  private settle(key: number, hash = this.sharedHashOf(key)): void {
    const counted = this.isRevised(key) || !this.isFullestCopy(key, hash) ? 0 : 1;
    const changed = prepared(
      this.db,
      `UPDATE event SET counted = ? WHERE key = ? AND counted <> ?
         AND NOT EXISTS (SELECT 1 FROM fold WHERE fold.event = event.key)`,
    ).run(counted, key, counted);
    if (changed.changes > 0) this.recount(this.identityOf(this.find.get(key)!.actor));
  }

  private isRevised(key: number): boolean {
    if (this.revised.size === 0) return false;
    return (
      prepared(
        this.db,
        `SELECT 1 FROM event e JOIN call c ON c.id = e.call JOIN revision r
             ON r.original = e.event_id AND r.account = c.account AND r.event <> e.key
           WHERE e.key = ? AND r.event BETWEEN ? AND ?`,
      ).get(key, firstKey(timeOf(key) - revisionReach), firstKey(timeOf(key) + revisionReach)) !== undefined
    );
  }

  /** Among the copies of one call the one with the fullest identity counts; the smallest event id breaks a tie. */
  private isFullestCopy(key: number, hash: Buffer | null): boolean {
    if (hash === null) return true;
    const best = prepared<{ event: number }>(
      this.db,
      `SELECT o.event FROM shared o JOIN event e ON e.key = o.event
           JOIN actor a ON a.id = e.actor JOIN identity i ON i.id = a.identity
         WHERE o.hash = ?
         ORDER BY (i.access_key_id IS NOT NULL) + (i.created_at IS NOT NULL) * 2 + (i.issuer IS NOT NULL) DESC,
           (i.type = 'AWSAccount'), e.event_id, e.key LIMIT 1`,
    ).get(hash);
    return best === undefined || best.event === key;
  }

  private sharedHashOf(key: number): Buffer | null {
    return (
      prepared<{ hash: Buffer }>(this.db, 'SELECT hash FROM shared WHERE event = ?').get(key)?.hash ?? null
    );
  }

  private identityOf(actor: number): number {
    return prepared<{ identity: number }>(this.db, 'SELECT identity FROM actor WHERE id = ?').get(actor)!
      .identity;
  }
}

function sameId(a: Buffer | string, b: Buffer | string): boolean {
  return typeof a === 'string' || typeof b === 'string' ? a === b : a.equals(b);
}
