import { matchOrigin } from '../policy/origin.js';
import { promisesOf } from '../policy/promises.js';
import { defineDetector } from './define.js';
import { listText, roleText } from './say.js';

export default defineDetector({
  id: 'oidc-subject',
  summary: 'a web identity assumed a role directly with a subject that the policy does not expect',
  severity: 'high',
  attack: ['T1078.004', 'T1550.001'],
  cannotSee: ['claims of the token other than its subject'],
  falsePositives: ['a new repository or branch: add its subject to origins or to the subjects option'],
  triage: [
    'Read the subject: is it a repository, branch or environment of yours?',
    'Put a condition on the sub claim into the trust policy of the role.',
  ],
  options: {
    subjects: {
      default: [],
      help: 'subject globs that any role may be assumed with; when empty only roles with web-identity origins are judged',
    },
  },
  detect({ assumption, origin, roleArn }, { policy, option }) {
    if (assumption?.eventName !== 'AssumeRoleWithWebIdentity' || origin.kind !== 'web-identity') return null;
    const everywhere = option<readonly string[]>('subjects').map((glob) => `web-identity:${glob}`);
    const promised = promisesOf(policy, roleArn)
      .flatMap(({ origins }) => origins ?? [])
      .filter((pattern) => pattern.startsWith('web-identity'));
    const expected = [...everywhere, ...promised];
    if (expected.length === 0 || expected.some((pattern) => matchOrigin(pattern, origin))) return null;
    return {
      title: `${roleText(roleArn)} was assumed with the web identity ${origin.id}, which is not expected`,
      detail: [`Expected: ${listText(expected)}.`],
      time: assumption.at,
      evidence: assumption.evidence,
      about: [roleArn ?? '', origin.id],
    };
  },
});
