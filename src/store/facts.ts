import type { RecordBatch } from '../model/batch.js';
import type { Exposure, IamChange } from '../model/iam.js';
import { LongTexts } from './long-texts.js';
import type { Sqlite } from './open.js';
import { prepared } from './prepared.js';
import { factsText, type ToldFacts } from './row-facts.js';

/** Tables with rows that belong to one record's facts beside its issuance, by `event`. */
export const factTables = ['revocation', 'iam_change', 'exposure', 'target'] as const;

/** Writes what records tell about permissions, exposure and targets. */
export class Facts {
  private readonly documents: LongTexts;
  private readonly resources: LongTexts;

  constructor(private readonly db: Sqlite) {
    this.documents = new LongTexts(db, 'document');
    this.resources = new LongTexts(db, 'resource');
  }

  forget(): void {
    this.documents.forget();
    this.resources.forget();
  }

  /** @param written row → event key, of the rows that are to be written */
  add(batch: RecordBatch, written: ReadonlyMap<number, number>): void {
    const { db } = this;
    const each = <T>(list: readonly [row: number, value: T][], write: (key: number, value: T) => void) => {
      for (const [row, value] of list) {
        const key = written.get(row);
        if (key !== undefined) write(key, value);
      }
    };
    each(batch.revocations, (key, { accountId, roleName, before }) =>
      prepared(db, 'INSERT OR REPLACE INTO revocation VALUES (?, ?, ?, ?)').run(
        key,
        accountId,
        roleName,
        before,
      ),
    );
    each(batch.changes, (key, { change, entity, accountId, name, policy, document }) =>
      prepared(db, 'INSERT OR REPLACE INTO iam_change VALUES (?, ?, ?, ?, ?, ?, ?)').run(
        key,
        change,
        entity,
        accountId,
        name,
        policy,
        document === null ? null : this.documents.idOf(document),
      ),
    );
    each(batch.exposures, (key, { what, resource, to }) =>
      prepared(db, 'INSERT OR REPLACE INTO exposure VALUES (?, ?, ?, ?)').run(
        key,
        what,
        resource,
        JSON.stringify(to),
      ),
    );
    const aim = prepared(db, 'INSERT OR IGNORE INTO target VALUES (?, ?)');
    each(batch.targets, (key, arns) => {
      for (const arn of arns) aim.run(key, this.resources.idOf(arn));
    });
  }

  /** What a stored record tells, as text to order records by; the same as of its row. */
  textOf(key: number): string {
    const { db } = this;
    const revocation = prepared<NonNullable<ToldFacts['revocation']>>(
      db,
      'SELECT account AS accountId, role_name AS roleName, before FROM revocation WHERE event = ?',
    ).get(key);
    const change = prepared<IamChange>(
      db,
      `SELECT c.change, c.entity, c.account AS accountId, c.name, c.policy, d.text AS document
         FROM iam_change c LEFT JOIN document d ON d.id = c.document WHERE c.event = ?`,
    ).get(key);
    const exposure = prepared<Omit<Exposure, 'to'> & { to: string }>(
      db,
      'SELECT what, resource, recipients AS "to" FROM exposure WHERE event = ?',
    ).get(key);
    const targets = prepared<{ text: string }>(
      db,
      'SELECT r.text FROM target t JOIN resource r ON r.id = t.resource WHERE t.event = ?',
    ).all(key);
    return factsText({
      revocation: revocation ?? null,
      change: change ?? null,
      exposure: exposure === undefined ? null : { ...exposure, to: JSON.parse(exposure.to) as string[] },
      targets: targets.map(({ text }) => text),
    });
  }
}
