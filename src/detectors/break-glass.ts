import { dayOf } from '../model/day.js';
import { defineDetector } from './define.js';
import { isBreakGlass } from './identity-center-bypass.js';
import { byDay, originKey, originText, roleText, span } from './say.js';

export default defineDetector({
  id: 'break-glass',
  summary: 'an identity that is kept for emergencies was used',
  severity: 'high',
  attack: ['T1078.004'],
  cannotSee: ['whether there was an emergency'],
  falsePositives: ['a drill: except it until the day of the drill, with the reason'],
  triage: [
    'Find the emergency that it was for; without one, treat it as an intrusion.',
    'Read everything that it did.',
    'Change its credentials afterwards.',
  ],
  options: {},
  detect(scene, { policy }) {
    if (!isBreakGlass(scene, policy)) return null;
    const { session, assumption, origin, roleArn, deeds } = scene;
    if (session === null)
      return byDay(deeds).map(({ day, deeds }) => ({
        title: `break-glass: ${originText(origin)} was used`,
        ...span(deeds),
        about: [originKey(origin), day],
      }));
    const calls = span(deeds);
    const what = roleArn === null ? 'took a session token' : `held ${roleText(roleArn)}`;
    const time = assumption?.at ?? session.issuedAt;
    return {
      title: `break-glass: ${originText(origin)} ${what}`,
      time,
      last: Math.max(time, calls.last),
      evidence: [...(assumption?.evidence ?? []), ...calls.evidence],
      // A day's use is one emergency, whichever sessions it took.
      about: [originKey(origin), dayOf(time)],
    };
  },
});
