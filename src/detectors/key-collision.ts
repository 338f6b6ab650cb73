import type { KeyHolder } from '../model/scene.js';
import { defineDetector } from './define.js';
import { listText } from './say.js';

export default defineDetector({
  id: 'key-collision',
  summary: 'the records show one access key with two principals',
  severity: 'high',
  attack: ['T1562.008', 'T1550'],
  cannotSee: [
    'which of the records is true',
    'a principal that a record leaves out or hides: it contradicts nothing',
  ],
  falsePositives: ['logs whose keys were made unreadable before they came here, so that two became one'],
  triage: [
    'AWS gives a key to one principal and never to another: one of the records is false or damaged.',
    'Check the files of both records against their digests: aws cloudtrail validate-logs.',
    'Read both records with `rolecall show <event id> --raw`.',
  ],
  options: {},
  detect({ sharedKey }) {
    if (sharedKey === null) return null;
    const { accessKeyId, holders } = sharedKey;
    const [first] = holders;
    const other = holders.find((holder) => !agree(first!, holder));
    if (first === undefined || other === undefined) return null;
    const names = holders.map(({ principalId }) => principalId);
    return {
      title: `access key ${accessKeyId} belongs to ${new Set(names).size} principals: ${listText(names)}`,
      detail: holders.slice(0, 6).map(holderText),
      time: first.time,
      last: holders.at(-1)!.time,
      evidence: holders.map(({ eventId }) => eventId),
      about: [accessKeyId],
    };
  },
});

/** A role's id without a session is that role in any of its sessions. */
function agree(a: KeyHolder, b: KeyHolder): boolean {
  const [short, long] = [a.principalId, b.principalId].sort((x, y) => x.length - y.length) as [
    string,
    string,
  ];
  return short === long || (!short.includes(':') && long.startsWith(`${short}:`) && short.startsWith('AROA'));
}

function holderText({ principalId, as, accountId }: KeyHolder): string {
  return `${principalId} in ${accountId ?? 'an account that is not named'}, as ${as}.`;
}
