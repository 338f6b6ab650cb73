import { existsSync, readFileSync } from 'node:fs';
import { detectorOptions, optionValueFault } from '../detectors/index.js';
import { RolecallError } from '../errors.js';
import { type Policy, parsePolicy } from '../policy/index.js';
import { openForReading, openForWriting, type Sqlite } from '../store/open.js';

/**
 * Opens a store for questions.
 * @throws RolecallError DB_MISSING, DB_FOREIGN, DB_NEWER, DB_DAMAGED
 */
export function openStore(db: string): Sqlite {
  return openForReading(db);
}

/**
 * Opens a store that is there, to keep what is found in it.
 * @throws RolecallError DB_MISSING, DB_FOREIGN, DB_NEWER, DB_DAMAGED, DB_LOCKED, DB_UNWRITABLE
 */
export function openStoreToKeep(db: string): Sqlite {
  if (!existsSync(db)) return openForReading(db);
  return openForWriting(db);
}

/**
 * Reads the policy file; null when there is none and nobody asked for one.
 * @param explicit the path was given by the user: then it has to be there.
 * @throws RolecallError POLICY_MISSING, POLICY_INVALID
 */
export function loadPolicy(path: string | null, explicit: boolean): Policy | null {
  if (path === null || (!explicit && !existsSync(path))) return null;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new RolecallError('POLICY_MISSING', `${path} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return parsePolicy(text, path, { detectors: detectorOptions, valueFault: optionValueFault });
}
