import { promisesOf } from '../policy/promises.js';
import { defineDetector } from './define.js';
import { chainText, originKey, originText, roleText } from './say.js';

export default defineDetector({
  id: 'deep-chain',
  summary: 'more role assumptions lie between a session and its origin than the policy allows',
  severity: 'medium',
  attack: ['T1548.005', 'T1550'],
  cannotSee: ['hops in accounts whose logs were not collected: such a chain looks shorter than it is'],
  falsePositives: ['tooling that hops through a landing role by design: allow it with maxDepth on that role'],
  triage: [
    'Follow the chain up to its origin.',
    'Ask whether each hop has a purpose: a hop hides the origin from logs of the last account.',
    'Let the origin assume the last role directly, or raise maxDepth for that role in rolecall.yaml.',
  ],
  options: {
    maxDepth: {
      default: 2,
      help: 'role assumptions from the origin; maxDepth of a role comes first, and this before limits.maxDepth',
    },
  },
  detect({ session, above, switches, origin, assumption, roleArn }, { policy, option, given }) {
    if (session === null || assumption === null || session.depth === null) return null;
    const told = promisesOf(policy, roleArn).flatMap(({ maxDepth }) => maxDepth ?? []);
    const general = given('maxDepth')
      ? option<number>('maxDepth')
      : (policy?.limits.maxDepth ?? option<number>('maxDepth'));
    const most = told.length > 0 ? Math.max(...told) : general;
    // Whoever switches in the console is still the person who signed in: the switch hides nobody.
    const depth = session.depth - switches;
    if (depth <= most) return null;
    return {
      title: `${originText(origin)} reached ${roleText(roleArn)} through ${depth} role assumptions, more than ${most}`,
      detail: [chainText(above, session)],
      time: assumption.at,
      evidence: assumption.evidence,
      // Roles that are juggled for days are one incident, however long the chain grows.
      about: [originKey(origin), ...new Set([...above, session].map((each) => each.roleArn ?? each.kind))],
    };
  },
});
