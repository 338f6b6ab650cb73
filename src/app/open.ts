import { existsSync } from 'node:fs';
import { detectors, optionDefaults, valueFaultOf } from '../detectors/index.js';
import { RolecallError } from '../errors.js';
import { type Policy, parsePolicy } from '../policy/index.js';
import { openForReading, openForWriting, type Sqlite } from '../store/open.js';
import { readBounded } from './read-bounded.js';
import type { Rules } from './rules.js';

/** Bytes of a policy that are read: more than one may have, so that its own message says so. */
const mostPolicy = 16 * 1024 * 1024;

/**
 * Opens a store for questions.
 * @throws RolecallError DB_MISSING, DB_FOREIGN, DB_NEWER, DB_DAMAGED
 */
export function openStore(db: string): Sqlite {
  return openForReading(db);
}

/** Which detectors a policy may name: the built-in ones, those and a user's own, or any. */
export type KnownDetectors = 'built-in' | Rules | 'any';

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
 * @param known `any` where no detector is run, and so no rules are read that the policy may speak of
 * @throws RolecallError POLICY_MISSING, POLICY_INVALID
 */
export function loadPolicy(
  path: string | null,
  explicit: boolean,
  known: KnownDetectors = 'built-in',
): Policy | null {
  if (path === null || (!explicit && !existsSync(path))) return null;
  let text: string;
  try {
    text = readBounded(path, mostPolicy).bytes.toString('utf8');
  } catch (error) {
    throw new RolecallError('POLICY_MISSING', `${path} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (known === 'any') return parsePolicy(text, path);
  const all =
    known === 'built-in' ? detectors : [...detectors, ...known.rules.map(({ detector }) => detector)];
  return parsePolicy(text, path, { detectors: optionDefaults(all), valueFault: valueFaultOf(all) });
}
