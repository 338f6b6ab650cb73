import { defineDetector } from './define.js';
import { originKey, originText, roleText } from './say.js';

const people = new Set(['iam-user', 'identity-center-user', 'saml-user']);

export default defineDetector({
  id: 'name-mismatch',
  summary: "a person's session carries the name of somebody else",
  severity: 'medium',
  attack: ['T1078.004'],
  cannotSee: ['names of people that never appear in the logs, unless the people option lists them'],
  falsePositives: ['two people who share a first name, when sessions are named by first name'],
  triage: [
    'The origin is who it was; the name is only what they wrote.',
    'Ask them why; require sts:RoleSessionName to be the user name in the trust policy.',
  ],
  options: {
    people: { default: [], help: 'names of people: a session named after one must come from that one' },
  },
  detect({ session, origin, assumption, roleArn }, { option }) {
    if (session === null || assumption === null || !people.has(origin.kind)) return null;
    const name = plain(session.sessionName);
    const own = plain(origin.id);
    if (name === own) return null;
    const other = option<readonly string[]>('people').find((each) => plain(each) === name);
    // An address names a person; any other word may be the name of a job.
    const address = /^[^@\s]+@[^@\s]+\.[a-z]+$/i.test(session.sessionName ?? '');
    if (other === undefined && !address) return null;
    return {
      title: `${originText(origin)} held ${roleText(roleArn)} under the name ${session.sessionName}`,
      time: assumption.at,
      evidence: assumption.evidence,
      about: [originKey(origin), roleArn ?? '', name],
    };
  },
});

/** Without domain and case: `Alice@acme.example` and `alice` are one. */
function plain(name: string | null): string {
  return (name ?? '').replace(/@.*$/, '').toLowerCase();
}
