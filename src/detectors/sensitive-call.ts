import { type Severity, severities } from '../model/finding.js';
import type { Deed, Scene } from '../model/scene.js';
import type { Session } from '../model/session.js';
import { matchAction } from '../policy/action.js';
import { type Draft, defineDetector } from './define.js';
import { actorText, byDay, chainText, listText, originKey, sinceText, span, succeeded } from './say.js';
import { type Sensitive, sensitiveActions } from './sensitive-actions.js';

export default defineDetector({
  id: 'sensitive-call',
  summary:
    'somebody changed identities, trust, logging, keys, sharing or code, after an assumption or without one',
  severity: 'high',
  attack: [
    'T1098.001',
    'T1098.003',
    'T1136.003',
    'T1484.002',
    'T1562.008',
    'T1537',
    'T1485',
    'T1651',
    'T1648',
  ],
  cannotSee: ['what the call changed: read the record with `rolecall show <event id> --raw`'],
  falsePositives: ['infrastructure as code: except its role for the actions that it is meant for'],
  triage: [
    'Read who stands at the origin, how deep the chain is, and how soon after the assumption the call came.',
    'Read the record itself, and undo what it changed if it was not meant.',
    'Follow the chain down: what was made here may be in use already.',
  ],
  options: {
    also: { default: [], help: 'further action globs' },
    not: { default: [], help: 'action globs that are ordinary here' },
  },
  risesWithDepth: true,
  detect(scene, { option }) {
    const { session } = scene;
    const [also, not] = [option<readonly string[]>('also'), option<readonly string[]>('not')];
    const found = scene.deeds.flatMap((deed) => {
      const what =
        sensitiveActions.get(deed.action.toLowerCase()) ?? (matches(also, deed.action) ? other : null);
      if (what === null || !succeeded(deed) || deed.inSession || matches(not, deed.action)) return [];
      return [{ ...deed, what }];
    });
    if (found.length === 0) return null;
    if (session !== null) return draft(scene, found, [session.id]);
    return byDay(found).map(({ day, deeds }) => draft(scene, deeds, [originKey(scene.origin), day]));
  },
});

type Found = Deed & { what: Sensitive };

function draft(scene: Scene, found: readonly Found[], about: string[]): Draft {
  const actions = found.map(({ action }) => action);
  const { session, above } = scene;
  return {
    title: `${actorText(scene, found)} called ${listText(actions)}`,
    detail: [
      session === null
        ? 'Without a role: there is no session to revoke.'
        : whence(session, above, span(found).time),
      ...new Set(found.map(({ action, what }) => `${action} ${what.why}.`)),
    ],
    severity: worst(found.map(({ what }) => what)),
    ...span(found),
    about,
    actions,
    regions: found.map(({ region }) => region),
  };
}

function whence(session: Session, above: readonly Session[], time: number): string {
  const depth = session.depth === null ? 'of unknown depth' : `${session.depth} deep`;
  return `${sinceText(session, time)} after the session was issued, in a chain ${depth}: ${chainText(above, session)}`;
}

const other: Sensitive = { why: 'is on the list of the policy', attack: 'T1098', severity: 'high' };

function matches(patterns: readonly string[], action: string): boolean {
  return patterns.some((pattern) => matchAction(pattern, action));
}

function worst(all: readonly Sensitive[]): Severity {
  return severities[Math.max(...all.map(({ severity }) => severities.indexOf(severity)))]!;
}
