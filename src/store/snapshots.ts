import type { RoleSnapshot } from '../model/iam.js';
import { exportName, type IamExport, type IamSnapshot } from '../model/iam-export.js';
import { LongTexts } from './long-texts.js';
import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';

/** A role as one export shows it. */
export interface SnapshotRole {
  snapshot: IamSnapshot;
  arn: string;
  accountId: string;
  name: string;
  /** Epoch seconds; null where the export does not say. */
  createdAt: number | null;
  /** JSON of its trust policy; null where it could not be read. */
  trust: string | null;
}

/**
 * Keeps an export, whole or not at all.
 * @param told when it was made was said, not guessed: then a known one moves to that time
 * @returns the snapshot, and whether it was there before
 */
export function keepSnapshot(
  db: Sqlite,
  { accountId, roles, complete }: IamExport,
  { hash, name, takenAt, told }: { hash: string; name: string; takenAt: number; told: boolean },
): { snapshot: IamSnapshot; known: boolean } {
  return db
    .transaction(() => {
      const before = prepared<SnapshotRow>(db, `${snapshotSelect} WHERE s.hash = ?`).get(hash);
      if (before !== undefined) {
        if (told) prepared(db, 'UPDATE iam_snapshot SET taken_at = ? WHERE id = ?').run(takenAt, before.id);
        return { snapshot: snapshotOf(told ? { ...before, takenAt } : before), known: true };
      }
      const id = Number(
        prepared(
          db,
          'INSERT INTO iam_snapshot (hash, account, taken_at, name, complete) VALUES (?, ?, ?, ?, ?)',
        ).run(hash, accountId, takenAt, name, Number(complete)).lastInsertRowid,
      );
      const documents = new LongTexts(db, 'document');
      const idOf = (text: string | null) => (text === null ? null : documents.idOf(text));
      const addRole = prepared(
        db,
        `INSERT INTO iam_snapshot_role (snapshot, arn, role_id, account, name, created_at, trust)
           VALUES (?, ?, ?, ?, ?, ?, ?)`,
      );
      const addPolicy = prepared(db, 'INSERT INTO iam_snapshot_policy VALUES (?, ?, ?, ?)');
      for (const { arn, roleId, name: role, createdAt, trust, attached, inline } of roles) {
        const row = addRole.run(id, arn, roleId, accountId, role, createdAt, idOf(trust)).lastInsertRowid;
        for (const each of attached) addPolicy.run(row, 'attached', each.name, idOf(each.document));
        for (const each of inline) addPolicy.run(row, 'inline', each.name, idOf(each.document));
      }
      return { snapshot: { id, accountId, takenAt, name, complete }, known: false };
    })
    .immediate();
}

interface SnapshotRow extends Omit<IamSnapshot, 'complete'> {
  complete: number;
}

const snapshotColumns = 's.id, s.account AS accountId, s.taken_at AS takenAt, s.name, s.complete';
const snapshotSelect = `SELECT ${snapshotColumns} FROM iam_snapshot s`;
/** Exports of one moment go by what is in them. */
const byTime = 's.taken_at, s.hash';

function snapshotOf({ id, accountId, takenAt, name, complete }: SnapshotRow): IamSnapshot {
  return { id, accountId, takenAt, name, complete: complete === 1 };
}

/** All exports that are kept, by time. */
export function snapshots(db: Sqlite): IamSnapshot[] {
  return prepared<SnapshotRow>(db, `${snapshotSelect} ORDER BY ${byTime}`).all().map(snapshotOf);
}

/** Every role of every export: by account, name and time. */
export function snapshotRoles(db: Sqlite): SnapshotRole[] {
  return prepared<Omit<SnapshotRole, 'snapshot'> & SnapshotRow>(
    db,
    `SELECT ${snapshotColumns}, r.arn, r.name AS role, r.created_at AS createdAt, d.text AS trust
       FROM iam_snapshot_role r JOIN iam_snapshot s ON s.id = r.snapshot LEFT JOIN document d ON d.id = r.trust
       ORDER BY r.account, r.name, ${byTime}`,
  )
    .all()
    .map((row) => {
      const { arn, accountId, createdAt, trust, role } = row as typeof row & { role: string };
      return { snapshot: snapshotOf(row), arn, accountId, name: role, createdAt, trust };
    });
}

/** What was attached to each role in each export: by `<account> <name>`, then by time. */
export function permissionSnapshots(db: Sqlite): Map<string, RoleSnapshot[]> {
  const policies = prepared<{ role: number; kind: string; name: string; document: string | null }>(
    db,
    `SELECT p.role, p.kind, p.name, d.text AS document FROM iam_snapshot_policy p
       LEFT JOIN document d ON d.id = p.document ORDER BY p.role, p.kind, p.name`,
  ).all();
  const ofRole = new Map<number, typeof policies>();
  for (const policy of policies) {
    const known = ofRole.get(policy.role);
    if (known === undefined) ofRole.set(policy.role, [policy]);
    else known.push(policy);
  }
  const found = new Map<string, RoleSnapshot[]>();
  const roles = prepared<{ row: number; account: string; role: string; at: number; name: string }>(
    db,
    `SELECT r.id AS row, r.account, r.name AS role, s.taken_at AS at, s.name FROM iam_snapshot_role r
       JOIN iam_snapshot s ON s.id = r.snapshot ORDER BY ${byTime}`,
  ).all();
  for (const { row, account, role, at, name } of roles) {
    const own = ofRole.get(row) ?? [];
    const ofKind = (kind: string) => own.filter((each) => each.kind === kind);
    const snapshot: RoleSnapshot = {
      at,
      evidence: exportName({ name }),
      attached: ofKind('attached').map((each) => ({ arn: each.name, document: each.document })),
      inline: ofKind('inline').map((each) => ({ name: each.name, document: each.document })),
    };
    const key = `${account} ${role}`;
    found.set(key, [...(found.get(key) ?? []), snapshot]);
  }
  return found;
}
