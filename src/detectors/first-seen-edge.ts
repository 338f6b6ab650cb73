import type { Scene } from '../model/scene.js';
import type { OptionValue } from '../policy/policy.js';
import { defineDetector, type Means } from './define.js';
import { type Lookback, noveltyOf } from './novelty.js';
import { callerText, listText, roleText } from './say.js';

export default defineDetector({
  id: 'first-seen-edge',
  summary: 'a caller held a role that it was not seen to hold in the days before',
  severity: 'low',
  attack: ['T1078.004', 'T1548.005'],
  cannotSee: [
    'assumptions in days or accounts whose logs were not collected: with gaps it cannot confirm, and says so',
    "which of a role's sessions is new: all of a caller role's sessions are one caller",
  ],
  falsePositives: ['a new pipeline, a new colleague, a task that runs once a quarter'],
  triage: [
    'Ask whether the caller has a reason to hold the role: what changed in the days before?',
    'Look for a change of the trust policy of the role, or of the permissions of the caller.',
  ],
  options: {
    days: { default: 30, help: 'days back in which the pair was not seen, from 7 to 400', fault: daysFault },
    minDays: {
      default: 7,
      help: 'days with logs in the role account, among these, below which it says nothing',
    },
    services: { default: false, help: 'true: AWS services count as callers, too' },
  },
  detect(scene, means) {
    const { edge, assumption, roleArn } = scene;
    if (edge === null || assumption === null || roleArn === null || isExcepted(scene, means)) return null;
    const lookback = lookbackOf(means);
    const { verdict, covered } = noveltyOf(edge, assumption.at, lookback);
    if (verdict === 'known' || verdict === 'blind') return null;
    const pair = `${listText(assumption.callers.map(callerText))} held ${roleText(roleArn)}`;
    const told = { time: assumption.at, evidence: assumption.evidence, about: [edge.caller, roleArn] };
    if (verdict === 'new') return { ...told, title: `${pair} for the first time in ${lookback.days} days` };
    return {
      ...told,
      title: `cannot confirm that it is no news that ${pair}: it was not seen before`,
      severity: 'info',
      detail: [`Only ${covered} of the ${lookback.days} days before have logs in the account of the role.`],
    };
  },
  blind(scene, means) {
    const { edge, assumption } = scene;
    if (edge === null || assumption === null || isExcepted(scene, means)) return null;
    const lookback = lookbackOf(means);
    return noveltyOf(edge, assumption.at, lookback).verdict === 'blind'
      ? `fewer than ${lookback.minDays} days with logs lie before them in the account of the role`
      : null;
  },
});

/** How far the policy lets it look back. */
export function lookbackOf({ option }: Means): Lookback {
  return { days: option<number>('days'), minDays: option<number>('minDays') };
}

/** A service comes when it is set up to: that shows elsewhere. */
function isExcepted({ assumption }: Scene, { option }: Means): boolean {
  return !option<boolean>('services') && assumption?.callers.every(({ kind }) => kind === 'service') === true;
}

/** How far late logs are reckoned with: see app/edges.ts. */
function daysFault(value: OptionValue): string | null {
  return (value as number) >= 7 && (value as number) <= 400 ? null : 'it must be from 7 to 400';
}
