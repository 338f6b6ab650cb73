import { promisesOf } from '../policy/promises.js';
import { defineDetector } from './define.js';
import { originKey, originText, roleText } from './say.js';

export default defineDetector({
  id: 'source-identity',
  summary: 'a role that requires a source identity was held without one, or it changed inside a chain',
  severity: 'medium',
  attack: ['T1078.004'],
  cannotSee: ['a source identity that only a request in an uncollected account shows'],
  falsePositives: ['Identity Center and SAML providers that were not yet set up to send one'],
  triage: [
    'AWS never lets a source identity change: two in one chain mean that records are missing or false.',
    'Require sts:SourceIdentity in the trust policy of the role.',
  ],
  options: {},
  detect({ session, above, origin, assumption, roleArn }, { policy }) {
    if (session === null || assumption === null) return null;
    const before = above.find(({ sourceIdentity }) => sourceIdentity !== null);
    const about = [roleArn ?? '', originKey(origin)];
    const shown = { time: assumption.at, evidence: assumption.evidence };
    if (
      before !== undefined &&
      session.sourceIdentity !== null &&
      before.sourceIdentity !== session.sourceIdentity
    )
      return {
        ...shown,
        title: `the source identity changed inside a chain of ${originText(origin)}, from ${before.sourceIdentity} to ${session.sourceIdentity}`,
        severity: 'high',
        about: [...about, before.sourceIdentity!, session.sourceIdentity],
      };
    const required = promisesOf(policy, roleArn).some(({ sourceIdentity }) => sourceIdentity === 'required');
    if (!required || session.sourceIdentity !== null) return null;
    return {
      ...shown,
      title: `${originText(origin)} held ${roleText(roleArn)} without the source identity that it requires`,
      about,
    };
  },
});
