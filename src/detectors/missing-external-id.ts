import { accountNamed, promisesOf } from '../policy/promises.js';
import { defineDetector } from './define.js';
import { callerKey, callerText, listText, roleText } from './say.js';

export default defineDetector({
  id: 'missing-external-id',
  summary: 'a vendor assumed a role without an ExternalId, or with another than the one agreed',
  severity: 'high',
  attack: ['T1199'],
  cannotSee: ['the ExternalId of a request whose parameters CloudTrail left out: it counts as one without'],
  falsePositives: ['a vendor that is a sister company and was marked external'],
  triage: [
    'Require sts:ExternalId in the trust policy: without it any customer of the vendor may be confused for you.',
    'Ask the vendor which of their systems came without it.',
  ],
  options: {},
  detect({ session, assumption, roleArn }, { policy }) {
    if (session === null || assumption?.eventName !== 'AssumeRole') return null;
    const wanted = promisesOf(policy, roleArn).flatMap(({ externalId }) => externalId ?? []);
    const outside = accountNamed(policy, assumption.callerAccountId)?.external === true;
    // Whoever comes from inside the account needs no ExternalId: it protects from other customers of a vendor.
    const foreign = assumption.callerAccountId !== session.accountId;
    if (!foreign || (wanted.length === 0 && !outside)) return null;
    const agreed = wanted.filter((each) => each !== 'required');
    const given = assumption.externalId;
    if (given !== null && (agreed.length === 0 || agreed.includes(given))) return null;
    const how = given === null ? 'without an ExternalId' : 'with another ExternalId than the one agreed';
    return {
      title: `${listText(assumption.callers.map(callerText))} assumed ${roleText(roleArn)} ${how}`,
      time: assumption.at,
      evidence: assumption.evidence,
      about: [roleArn ?? '', given ?? '', ...assumption.callers.map(callerKey).sort()],
    };
  },
});
