import { defineDetector } from './define.js';
import { byDay, listText, span, succeeded } from './say.js';

export default defineDetector({
  id: 'root-use',
  summary: 'the root user of an account was used',
  severity: 'high',
  attack: ['T1078.004'],
  cannotSee: ['what root did in consoles that leave no record'],
  falsePositives: ['one of the few tasks that need root, such as closing an account'],
  triage: [
    'Ask the owner of the account which task needed root.',
    'Delete root access keys; turn central root access on and root credentials off.',
  ],
  options: {},
  detect({ session, origin, deeds }) {
    // A session token of root is root; a role that root took is not.
    if (origin.kind !== 'root' || (session !== null && session.kind !== 'session-token')) return null;
    // Anybody may ask for a new password in root's name.
    const own = deeds.filter(({ eventName }) => eventName !== 'PasswordRecoveryRequested');
    return byDay(own).map(({ day, deeds }) => {
      const done = deeds.filter(succeeded);
      const what =
        done.length > 0
          ? `called ${listText(done.map(({ action }) => action))}`
          : `tried ${listText(deeds.map(({ action }) => action))} without success`;
      return {
        title: `root of account ${origin.id} ${what}`,
        ...(done.length > 0 ? {} : { severity: 'medium' as const }),
        ...span(deeds),
        about: [origin.id, day],
        actions: deeds.map(({ action }) => action),
      };
    });
  },
});
