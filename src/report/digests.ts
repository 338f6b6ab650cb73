import type { DigestProblem, DigestReason, DigestSummary } from '../model/digest.js';
import { problemLines } from './problems.js';
import type { Style } from './style.js';
import { hang } from './text-fit.js';
import { count, number } from './words.js';

const MOST_PROBLEMS = 20;

const reasons: Record<DigestReason, string> = {
  missing: 'missing: a digest lists this log, and it is not there',
  altered: 'altered: it is not what CloudTrail delivered',
  misplaced:
    'misplaced: it does not lie in the folders that it was delivered to, and proves nothing elsewhere; copy them whole',
  'bad-signature': 'bad signature: CloudTrail did not sign this digest, or not as it is now',
  'unknown-key':
    'unknown key: the key that this digest names is not among the public keys; each region has its own',
  gap: 'gap: the digest of an hour is not there, and nothing tells what was delivered then',
  unread: 'unread: this digest could not be had; ingest again',
};

export function digestProblemJson({ key, reason }: DigestProblem) {
  return { key, reason };
}

/** What digests prove of an ingest, and what is wrong. */
export function digestLines({ verified, unproven, problems }: DigestSummary, style: Style): string[] {
  const { paint } = style;
  if (verified + unproven + problems.length === 0)
    return hang(
      '',
      paint.yellow('no digests were found: nothing proves that the logs are complete'),
      style.width,
    );
  const without =
    unproven === 0
      ? ''
      : `; ${number(unproven)} without a signature, or with logs that could not be read: they prove nothing`;
  const head = hang('', `${count(verified, 'digest')} verified${without}`, style.width);
  return [...head, ...digestProblemLines(problems, MOST_PROBLEMS, style)];
}

/** `key: what is wrong`, and how many more. */
export function digestProblemLines(problems: readonly DigestProblem[], most: number, style: Style): string[] {
  if (problems.length === 0) return [];
  const title = style.paint.red(`${count(problems.length, 'problem')} that digests show`);
  const told = problems.map(({ key, reason }) => ({ source: key, at: '', reason: reasons[reason] }));
  return [title, ...problemLines(told, most, style)];
}
