import type { Caller, IssuedRecord, SessionFacts, UseRecord } from '../model/facts.js';
import { eventIdText, timeOf } from './event-key.js';
import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

interface SessionRow {
  sid: number;
  id: string;
  kind: SessionFacts['kind'];
  principalId: string | null;
  arn: string | null;
  accountId: string | null;
  issuedAt: number;
  expiresAt: number;
  expiry: string;
  candidates: string | null;
}

const sessionSelect = `SELECT s.sid, s.id, s.kind, p.text AS principalId, r.arn, s.account AS accountId,
    s.issued_at AS issuedAt, s.expires_at AS expiresAt, s.expiry, s.candidates
  FROM session s LEFT JOIN principal p ON p.id = s.principal LEFT JOIN issuer r ON r.id = s.issuer`;

/** Facts of one session; null when there is no such row. */
export function sessionFacts(db: Sqlite, sid: number): SessionFacts | null {
  const row = prepared<SessionRow>(db, `${sessionSelect} WHERE s.sid = ?`).get(sid);
  if (row === undefined) return null;
  const { arn, candidates, expiry, ...rest } = row;
  return {
    ...rest,
    roleArn: arn === '' ? null : arn,
    expiry: expiry === 'unknown' ? 'assumed' : (expiry as SessionFacts['expiry']),
    candidates: candidates === null ? [] : JSON.parse(candidates),
    issued: issuedRecords(db, sid),
    uses: useRecords(db, sid),
  };
}

interface IssuedRow extends Omit<IssuedRecord, 'eventId' | 'mfa' | 'caller' | 'at'> {
  eventId: Buffer | string;
  mfa: number;
  callerArn: string | null;
  callerKey: string | null;
  callerMfa: number | null;
  callerAccount: string | null;
  type: string;
  principalId: string | null;
  userName: string | null;
  invokedBy: string | null;
  identityProvider: string | null;
  onBehalfOfUser: string | null;
  session: number | null;
  tie: string | null;
}

function issuedRecords(db: Sqlite, sid: number): IssuedRecord[] {
  const rows = prepared<IssuedRow>(
    db,
    `SELECT s.event, e.event_id AS eventId, s.name, c.region, c.account AS recipientAccountId,
       s.access_key_id AS accessKeyId, s.session_name AS sessionName, s.account AS accountId,
       s.source_identity AS sourceIdentity, s.external_id AS externalIdHash, s.mfa, s.more ->> 'subject' AS subject,
       s.more ->> 'provider' AS provider, s.more ->> 'switchFrom' AS switchFrom, s.more ->> 'detail' AS detail,
       i.type, i.access_key_id AS callerKey, p.text AS principalId, i.arn AS callerArn, i.account AS callerAccount,
       i.user_name AS userName, i.invoked_by AS invokedBy, i.mfa AS callerMfa,
       i.more ->> 'identityProvider' AS identityProvider, i.more ->> 'onBehalfOfUser' AS onBehalfOfUser,
       i.session, i.tie, nullif(cl.source_ip, '') AS sourceIp, nullif(cl.user_agent, '') AS userAgent
     FROM issuance s JOIN event e ON e.key = s.event JOIN call c ON c.id = e.call JOIN actor a ON a.id = e.actor
       JOIN identity i ON i.id = a.identity JOIN client cl ON cl.id = a.client LEFT JOIN principal p ON p.id = i.principal
     WHERE s.session = ?
     ORDER BY s.name = 'SwitchRole', (i.access_key_id IS NOT NULL) + 2 * (i.created_at IS NOT NULL)
       + (i.issuer IS NOT NULL) DESC, i.type = 'AWSAccount', e.event_id`,
  ).all(sid);
  return rows.map((row) => ({
    event: row.event,
    eventId: eventIdText(row.eventId),
    name: row.name,
    at: timeOf(row.event),
    region: row.region,
    recipientAccountId: row.recipientAccountId,
    accessKeyId: row.accessKeyId,
    sessionName: row.sessionName,
    accountId: row.accountId,
    sourceIdentity: row.sourceIdentity,
    externalIdHash: row.externalIdHash,
    mfa: row.mfa === 1,
    subject: row.subject,
    provider: row.provider,
    switchFrom: row.switchFrom,
    detail: row.detail,
    caller: callerOf(row),
    sourceIp: row.sourceIp,
    userAgent: row.userAgent,
  }));
}

function callerOf(row: IssuedRow): Caller {
  return {
    type: row.type,
    accessKeyId: row.callerKey,
    principalId: row.principalId,
    arn: row.callerArn,
    accountId: row.callerAccount,
    userName: row.userName,
    invokedBy: row.invokedBy,
    identityProvider: row.identityProvider,
    onBehalfOfUser: row.onBehalfOfUser,
    mfa: row.callerMfa === null ? null : row.callerMfa === 1,
    session: row.session,
    tie: row.tie,
  };
}

function useRecords(db: Sqlite, sid: number): UseRecord[] {
  return prepared<UseRecord>(
    db,
    `SELECT i.id AS identity, i.type, i.access_key_id AS accessKeyId, i.user_name AS userName, r.arn AS issuerArn,
       i.source_identity AS sourceIdentity, i.mfa, i.account AS accountId, i.calls, i.denied, i.first, i.last,
       i.more ->> 'ec2RoleDelivery' AS ec2RoleDelivery, i.more ->> 'webProvider' AS webProvider,
       i.more ->> 'webSubject' AS webSubject, i.more ->> 'onBehalfOfUser' AS onBehalfOfUser,
       i.more ->> 'signInSessionArn' AS signInSessionArn
     FROM identity i LEFT JOIN issuer r ON r.id = i.issuer WHERE i.session = ? ORDER BY i.hash`,
  )
    .all(sid)
    .map((row) => ({ ...row, mfa: row.mfa === null ? null : Boolean(row.mfa) }));
}

/** Addresses that a session's counted calls came from, sorted. */
export function sourceIpsOf(db: Sqlite, sid: number): string[] {
  return prepared<{ ip: string }>(
    db,
    `SELECT DISTINCT cl.source_ip AS ip FROM identity i JOIN actor a ON a.identity = i.id
       JOIN client cl ON cl.id = a.client WHERE i.session = ? AND cl.source_ip <> '' ORDER BY 1`,
  )
    .all(sid)
    .map((row) => row.ip);
}

/** Time from which on the role's sessions issued before `before` are worthless; both epoch seconds. */
export function revocationsOf(
  db: Sqlite,
  account: string,
  roleName: string,
): { at: number; before: number }[] {
  return prepared<{ event: number; before: number }>(
    db,
    'SELECT event, before FROM revocation WHERE account = ? AND role_name = ? ORDER BY event',
  )
    .all(account, roleName)
    .map(({ event, before }) => ({ at: timeOf(event), before }));
}
