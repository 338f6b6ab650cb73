import type { Digest, DigestProblem } from '../model/digest.js';
import { isSignedBy, nameHere } from './digest.js';

/** A digest as it was found: `digest` is null when it is none, or could not be had. */
export interface FoundDigest {
  /** Path or `s3://bucket/key`, with `/`. */
  name: string;
  digest: Digest | null;
  /** False when its bytes did not come this time. */
  had: boolean;
  /** Hex; null when nothing beside the digest holds it. */
  signature: string | null;
}

/**
 * What is here of a log, by its name: its SHA-256, null when it could not be read this time, and whether all of its
 * records were kept.
 */
export type LogHash = (name: string) => { hash: string | null; whole: boolean } | undefined;

export interface Verdict {
  /** `unproven`: no problem, and no signature either. */
  state: 'proven' | 'unproven' | 'wrong';
  /** What it says was said by CloudTrail. */
  signed: boolean;
  problems: DigestProblem[];
}

export interface Neighbours {
  before: FoundDigest | null;
  after: FoundDigest | null;
  /** Whether the digest before must be here, should there be one: it is of a time that was listed. */
  beforeWasListed: (name: string) => boolean;
}

/**
 * Judges one digest as `aws cloudtrail validate-logs` does: its signature, its link to the one before, and each log
 * that it lists. A signature missing beside it may be taken from the digest after it, which repeats it.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-custom-validation.html
 */
export function judgeDigest(
  found: FoundDigest,
  { before, after, beforeWasListed }: Neighbours,
  keys: ReadonlyMap<string, Uint8Array>,
  logHash: LogHash,
): Verdict {
  const { name, digest } = found;
  if (!found.had) return wrong(name, 'unread');
  if (digest === null) return wrong(name, 'altered');
  if (nameHere(name, digest.object, digest.object) === null)
    return wrong(name, fileName(name) === fileName(digest.object) ? 'misplaced' : 'altered');
  const repeated = after?.digest?.previous?.object === digest.object ? after.digest.previous.signature : null;
  const signature = found.signature ?? repeated;
  const gap = gapBefore(found, before, beforeWasListed);
  const broken = signature === null ? null : brokenSeal(digest, signature, keys);
  if (broken !== null)
    return { state: 'wrong', signed: false, problems: [...gap, { key: name, reason: broken }] };
  const logs = digest.logs.map((log) => judgeLog(log, name, digest, logHash));
  const problems = [...altered(digest, before), ...logs.filter((problem) => typeof problem === 'object')];
  const open = signature === null || logs.includes('open');
  // A hole before it says nothing against the digest itself.
  const state = problems.length > 0 ? 'wrong' : open ? 'unproven' : 'proven';
  return { state, signed: signature !== null, problems: [...gap, ...problems] };
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function wrong(key: string, reason: DigestProblem['reason']): Verdict {
  return { state: 'wrong', signed: false, problems: [{ key, reason }] };
}

/** A key that is not there says nothing against the digest: each region has its own. */
function brokenSeal(
  digest: Digest,
  signature: string,
  keys: ReadonlyMap<string, Uint8Array>,
): 'unknown-key' | 'bad-signature' | null {
  const key = keys.get(digest.fingerprint);
  if (key === undefined) return 'unknown-key';
  return isSignedBy(digest, signature, key) ? null : 'bad-signature';
}

function gapBefore(
  { name, digest }: FoundDigest,
  before: FoundDigest | null,
  beforeWasListed: (name: string) => boolean,
): DigestProblem[] {
  if (digest!.previous === null) {
    // A chain that begins anew after another: nothing tells what was delivered in between.
    const hole = before?.digest && digest!.start > before.digest.end;
    return hole ? [{ key: name, reason: 'gap' }] : [];
  }
  const key = nameHere(name, digest!.object, digest!.previous.object);
  if (key === null || before?.name === key || !beforeWasListed(key)) return [];
  return [{ key, reason: 'gap' }];
}

/** The digest before, where it is not the one that this one follows. */
function altered({ previous }: Digest, before: FoundDigest | null): DigestProblem[] {
  if (previous === null || before?.digest?.object !== previous.object) return [];
  return before.digest.hash === previous.hash ? [] : [{ key: before.name, reason: 'altered' }];
}

/** `open` when the log is there and could not be read, or some of its records could not. */
function judgeLog(
  { object, hash }: Digest['logs'][number],
  name: string,
  digest: Digest,
  logHash: LogHash,
): DigestProblem | 'open' | 'fine' {
  const key = nameHere(name, digest.object, object);
  const here = key === null ? undefined : logHash(key);
  if (here === undefined) return { key: key ?? object, reason: 'missing' };
  if (here.hash === null) return 'open';
  if (here.hash !== hash) return { key: key ?? object, reason: 'altered' };
  return here.whole ? 'fine' : 'open';
}
