import type { Deed } from '../model/scene.js';
import { defineDetector } from './define.js';
import { byDay, originKey, originText, roleText, span, succeeded } from './say.js';

export default defineDetector({
  id: 'console-from-keys',
  summary: 'credentials were turned into a console sign-in (GetSigninToken)',
  severity: 'medium',
  attack: ['T1550.001'],
  cannotSee: ['sign-in tokens asked for in a region whose trail was not collected'],
  falsePositives: ['a portal of your own that signs people in this way; except its role'],
  triage: [
    'See whether the origin is a person and used to do this.',
    'A stolen key becomes a browser session so: look for calls from another address soon after.',
  ],
  options: {},
  detect({ session, origin, roleArn, deeds }) {
    const tokens = deeds.filter(
      (deed) => deed.action === 'signin:GetSigninToken' && succeeded(deed) && !deed.inSession,
    );
    if (tokens.length === 0) return null;
    const as = roleArn === null ? '' : ` as ${roleText(roleArn)}`;
    const draft = (deeds: readonly Deed[], occasion: string) => ({
      title: `${originText(origin)}${as} turned credentials into a console sign-in`,
      ...span(deeds),
      about: [originKey(origin), roleArn ?? '', occasion],
      actions: ['signin:GetSigninToken'],
    });
    if (session !== null) return draft(tokens, session.id);
    return byDay(tokens).map(({ day, deeds }) => draft(deeds, day));
  },
});
