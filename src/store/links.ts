import type { IssuanceName } from '../model/record.js';
import { eventIdText, firstKey, timeOf } from './event-key.js';
import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

/** An identity as the linking sees it. */
export interface IdentityNode {
  id: number;
  type: string;
  accessKeyId: string | null;
  principal: string | null;
  principalRow: number | null;
  createdAt: number | null;
  assumedRoot: boolean;
  account: string | null;
  issuer: number | null;
  session: number | null;
  tie: string | null;
}

/** A granted issuance record as the linking sees it. */
export interface IssuanceNode {
  event: number;
  eventId: string;
  time: number;
  name: IssuanceName;
  accessKeyId: string | null;
  principal: string | null;
  principalRow: number | null;
  issuer: number | null;
  sessionName: string | null;
  account: string | null;
  expiresAt: number | null;
  duration: number | null;
  shared: string | null;
  fullness: number;
  session: number | null;
}

const identityColumns = `i.id, i.type, i.access_key_id AS accessKeyId, p.text AS principal, i.principal AS principalRow,
  i.created_at AS createdAt, ifnull(i.more ->> 'assumedRoot', 0) AS assumedRoot, i.account, i.issuer, i.session, i.tie`;
// An identity of which every record gave way to another is no evidence of anything. Neither is the one in a console
// switch's own record: without key and creation date it says no more than the issuance does.
const identityFrom = `FROM identity i LEFT JOIN principal p ON p.id = i.principal
  WHERE (i.calls > 0 OR EXISTS (SELECT 1 FROM actor a JOIN event e ON e.actor = a.id WHERE a.identity = i.id))
    AND (i.access_key_id IS NOT NULL OR i.created_at IS NOT NULL OR EXISTS (SELECT 1 FROM actor a
      JOIN event e ON e.actor = a.id LEFT JOIN issuance s ON s.event = e.key
      WHERE a.identity = i.id AND s.name IS NOT 'SwitchRole'))`;

const issuanceSelect = `SELECT s.event, e.event_id AS eventId, s.name, s.access_key_id AS accessKeyId,
    p.text AS principal, s.principal AS principalRow, s.issuer, s.session_name AS sessionName, s.account, s.expires_at AS expiresAt, s.duration,
    hex(s.shared) AS shared, s.session,
    2 * ((i.access_key_id IS NOT NULL) + 2 * (i.created_at IS NOT NULL) + (i.issuer IS NOT NULL))
      + (i.type <> 'AWSAccount') AS fullness
  FROM issuance s JOIN event e ON e.key = s.event JOIN actor a ON a.id = e.actor JOIN identity i ON i.id = a.identity
    LEFT JOIN principal p ON p.id = s.principal`;

/** What lies beside a row in the store: the neighbourhoods that one linking decision needs. */
export class Links {
  constructor(private readonly db: Sqlite) {}

  private identities(where: string, ...values: unknown[]): IdentityNode[] {
    return prepared<IdentityNode>(this.db, `SELECT ${identityColumns} ${identityFrom} AND ${where}`)
      .all(...values)
      .map((row) => ({ ...row, assumedRoot: Boolean(row.assumedRoot) }));
  }

  private issuances(where: string, ...values: unknown[]): IssuanceNode[] {
    return prepared<IssuanceNode & { eventId: Buffer | string }>(
      this.db,
      `${issuanceSelect} WHERE s.granted = 1 AND ${where}`,
    )
      .all(...values)
      .map((row) => ({
        ...row,
        eventId: eventIdText(row.eventId),
        time: timeOf(row.event),
        shared: row.shared === '' ? null : row.shared,
      }));
  }

  identity(id: number): IdentityNode | null {
    return this.identities('i.id = ?', id)[0] ?? null;
  }

  issuance(event: number): IssuanceNode | null {
    return this.issuances('s.event = ?', event)[0] ?? null;
  }

  identitiesWithKey(key: string): IdentityNode[] {
    return this.identities('i.access_key_id = ?', key);
  }

  issuancesWithKey(key: string): IssuanceNode[] {
    return this.issuances('s.access_key_id = ?', key);
  }

  /** @param from @param to creation dates, both included; both null for identities that show none. */
  identitiesOf(principal: number | null, from: number | null, to: number | null): IdentityNode[] {
    return from === null
      ? this.identities('i.principal IS ? AND i.created_at IS NULL', principal)
      : this.identities('i.principal = ? AND i.created_at BETWEEN ? AND ?', principal, from, to);
  }

  issuancesOf(principal: number, from: number, to: number): IssuanceNode[] {
    return this.issuances(
      's.principal = ? AND s.event >= ? AND s.event < ?',
      principal,
      firstKey(from),
      firstKey(to + 1),
    );
  }

  copies(shared: string): IssuanceNode[] {
    return this.issuances('s.event IN (SELECT event FROM shared WHERE hash = ?)', Buffer.from(shared, 'hex'));
  }

  identitiesIn(session: number): IdentityNode[] {
    return this.identities('i.session = ?', session);
  }

  issuancesIn(session: number): IssuanceNode[] {
    return this.issuances('s.session = ?', session);
  }
}
