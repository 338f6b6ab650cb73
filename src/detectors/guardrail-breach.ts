import type { Deed } from '../model/scene.js';
import { matchAction } from '../policy/action.js';
import type { Policy } from '../policy/policy.js';
import { defineDetector } from './define.js';
import { actorText, listText, originKey, span, succeeded } from './say.js';

/** Services that answer from one region whoever asks: the region of such a call says nothing about where data is. */
const global = new Set([
  'iam',
  'sts',
  'organizations',
  'account',
  'cloudfront',
  'route53',
  'route53domains',
  'support',
  'trustedadvisor',
  'budgets',
  'ce',
  'cur',
  'health',
  'signin',
  'sso',
  'sso-oauth',
  'shield',
  'waf',
  'globalaccelerator',
  'networkmanager',
  'importexport',
  'artifact',
  'billing',
  'tax',
  'notifications',
]);

export default defineDetector({
  id: 'guardrail-breach',
  summary: 'an action or a region that the policy denies to the whole organization succeeded',
  severity: 'high',
  attack: ['T1078.004'],
  cannotSee: ['reads in a region whose trail was not collected'],
  falsePositives: ['a console that lists every region: reads in denied regions are not reported'],
  triage: [
    'Find out why the service control policy let it pass: is it attached to this account?',
    'Undo the call, or move what it made.',
  ],
  options: { reads: { default: false, help: 'true: reads in a denied region count too' } },
  detect(scene, { policy, option }) {
    if (policy === null) return null;
    const breaches = scene.deeds.flatMap((deed) => {
      const why = breach(deed, policy, option<boolean>('reads'));
      return why === null || !succeeded(deed) ? [] : [{ deed, why }];
    });
    if (breaches.length === 0) return null;
    const deeds = breaches.map(({ deed }) => deed);
    const actions = deeds.map(({ action }) => action);
    return {
      title: `${actorText(scene, deeds)} called ${listText(actions)}, against a guardrail`,
      detail: [...new Set(breaches.map(({ why }) => why))],
      ...span(deeds),
      about: [
        scene.roleArn ?? '',
        originKey(scene.origin),
        ...[...new Set(breaches.map(({ why }) => why))].sort(),
      ],
      actions,
      regions: deeds.map(({ region }) => region),
    };
  },
});

/** Why the organization denies the call, as a sentence; null when it does not. */
export function breach(deed: Deed, { guardrails }: Policy, reads: boolean): string | null {
  const denied = guardrails.deny.find((pattern) => matchAction(pattern, deed.action));
  if (denied !== undefined) return `The policy denies ${denied}.`;
  if (guardrails.regions === null || guardrails.regions.includes(deed.region)) return null;
  if (deed.readOnly !== false && !reads) return null;
  const service = deed.eventSource.split('.')[0]!;
  if (global.has(service) || deed.region === 'unknown' || deed.invokedBy !== null) return null;
  return `The policy allows no calls in ${deed.region}.`;
}
