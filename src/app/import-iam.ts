import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { IamExport } from '../model/iam-export.js';
import { readIamExport } from '../parse/iam-export.js';
import type { ImportedExport } from '../report/index.js';
import { openForWriting, type Sqlite } from '../store/open.js';
import { keepSnapshot } from '../store/snapshots.js';
import { readText } from './read-text.js';

/**
 * Puts exports of IAM into the store, each whole or not at all. All are read before the first is kept.
 * @param asOf when they were made, epoch seconds; null: when each file was last changed
 * @throws RolecallError IAM_UNREADABLE, DB_*
 */
export function importIam({
  db,
  files,
  asOf,
}: {
  db: string;
  files: readonly string[];
  asOf: number | null;
}): ImportedExport[] {
  const read = files.map((file) => {
    const { text, changedAt } = readText(file);
    const hash = createHash('sha256').update(text).digest('hex');
    return { file, hash, changedAt, found: readIamExport(text, file) };
  });
  const store = openForWriting(db);
  try {
    return read.map(({ file, hash, changedAt, found }) =>
      kept(store, file, found, { hash, takenAt: asOf ?? changedAt, told: asOf !== null }),
    );
  } finally {
    store.close();
  }
}

function kept(
  store: Sqlite,
  file: string,
  found: IamExport,
  about: { hash: string; takenAt: number; told: boolean },
): ImportedExport {
  const { snapshot, known } = keepSnapshot(store, found, { ...about, name: basename(file) });
  const time = about.told ? 'given' : known ? 'known' : 'file';
  return { file, snapshot, known, roles: found.roles.length, time, problems: found.problems };
}
