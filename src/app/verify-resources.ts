import { originText, roleText } from '../detectors/say.js';
import { actionOf } from '../model/action.js';
import type { TargetUse } from '../model/iam.js';
import { matchResource, serviceOf } from '../policy/resource.js';
import { doubtful, headOf, type RoleOf, times } from './verify-head.js';
import type { Examiner } from './verify-look.js';
import { Tally } from './verify-tally.js';

/** What the calls of a session worked on, and which of them came as sums that do not tell. @param sessionId of it */
export type TargetsOf = (sessionId: string) => {
  uses: readonly TargetUse[];
  sums: readonly { eventSource: string; eventName: string; count: number; eventId: string }[];
};

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
        const { uses, sums } = targets(session.id);
        for (const { eventSource, eventName, count, eventId } of sums)
          if (spoken(`arn:aws:${eventSource.split('.')[0]}:::`))
            tally.doubt(
              `${originText(origin)} as ${roleText(roleArn)} called ${actionOf(eventSource, eventName)} ${times(count, 'time', 'times')}: they came as a sum, which does not tell on what`,
              [eventId],
            );
        // A call on an object names its bucket as well: the bucket alone says less.
        const within = new Set(
          uses.flatMap(({ eventName, target }) => containers(target).map((each) => `${eventName} ${each}`)),
        );
        for (const { target, eventName, errorCode, denied, count, eventId } of uses) {
          if (!spoken(target)) continue;
          if (within.has(`${eventName} ${target}`)) continue;
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
            'no-evidence':
              tally.doubts.length > 0
                ? doubtful(tally)
                : 'no record names what it worked on: data events and changes do',
          },
          refused === 0 ? [] : [`${times(refused, 'attempt', 'attempts')} elsewhere refused`],
        ),
    },
  ];
}

/** What a resource lies in, by the `/` in its ARN. */
function containers(arn: string): string[] {
  return [...arn.matchAll(/\//g)].map(({ index }) => arn.slice(0, index));
}
