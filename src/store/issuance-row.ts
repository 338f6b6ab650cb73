import type { Issuance } from '../model/record.js';
import type { Interner } from './intern.js';
import { moreOf } from './issuance-text.js';
import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

/** Writes what a record tells of the credentials that it handed out, or refused. @param o.shared hash of the call's copies */
export function writeIssuance(
  db: Sqlite,
  interner: Interner,
  { key, issuance: i, shared }: { key: number; issuance: Issuance; shared: Buffer | null },
): void {
  const principal = interner.principal(i.principalId);
  const roleId = i.principalId?.startsWith('AROA') ? i.principalId.split(':', 1)[0]! : null;
  prepared(
    db,
    `INSERT OR REPLACE INTO issuance (event, name, granted, access_key_id, expires_at, duration, told_principal,
       principal, issuer, session_name, account, source_identity, external_id, mfa, more, shared)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    key,
    i.name,
    Number(i.granted),
    i.issuedKey,
    i.expiresAt,
    i.durationSeconds,
    principal,
    principal,
    interner.issuer('Role', i.roleArn, roleId),
    i.sessionName,
    i.targetAccountId,
    i.sourceIdentity,
    i.externalIdHash,
    Number(i.mfa),
    moreOf(i),
    shared,
  );
}
