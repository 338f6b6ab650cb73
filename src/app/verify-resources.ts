import { originText, roleText } from '../detectors/say.js';
import type { TargetUse } from '../model/iam.js';
import { matchResource, serviceOf } from '../policy/resource.js';
import { headOf, type RoleOf, times } from './verify-head.js';
import type { Examiner } from './verify-look.js';
import { Tally } from './verify-tally.js';

/** What the calls of a session worked on. @param sessionId of the session */
export type TargetsOf = (sessionId: string) => readonly TargetUse[];

/** A role works on its own resources alone; what it tried elsewhere was refused. Null when it promises none. */
export function resourcesUsed(of: RoleOf, targets: TargetsOf): Examiner[] {
  const patterns = of.role.resources;
  if (patterns === null) return [];
  // A promise about buckets says nothing about keys.
  const services = patterns.map(serviceOf);
  const spoken = (arn: string) => services.some((each) => each === null || each === serviceOf(arn));
  const tally = new Tally();
  let refused = 0;
  return [
    {
      group: of.group,
      look({ scene: { session, origin, roleArn, deeds } }) {
        if (session === null || !of.means(roleArn) || deeds.length === 0) return;
        const uses = targets(session.id);
        for (const { target, eventName, errorCode, denied, count, eventId } of uses) {
          if (!spoken(target)) continue;
          // A call on an object names its bucket as well.
          const within = `${target}/`;
          if (uses.some((use) => use.eventName === eventName && use.target.startsWith(within))) continue;
          const own = patterns.some((pattern) => matchResource(pattern, target));
          if (own && errorCode === null) tally.keep([eventId]);
          else if (!own && denied) refused += count;
          else if (!own && errorCode === null)
            tally.breach(`${originText(origin)} as ${roleText(roleArn)} called ${eventName} on ${target}`, [
              eventId,
            ]);
        }
      },
      check: () =>
        tally.check(
          headOf(of, 'resources', `${of.role.name} works on ${patterns.join(', ')} alone`),
          {
            pass: `${times(tally.kept, 'use', 'uses')} of its own resources, and of no others`,
            fail: `${times(tally.breaches.length, 'use', 'uses')} of others`,
            'no-evidence': 'no record names what it worked on: data events and changes do',
          },
          refused === 0 ? [] : [`${times(refused, 'attempt', 'attempts')} elsewhere refused`],
        ),
    },
  ];
}
