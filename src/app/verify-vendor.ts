import { callerText, listText, roleText } from '../detectors/say.js';
import { matchAccount } from '../policy/match.js';
import type { Policy, PolicyAccount } from '../policy/policy.js';
import { headOf, type RoleOf, times } from './verify-head.js';
import type { Examiner } from './verify-look.js';
import { Tally } from './verify-tally.js';

/** A vendor's role is for the vendor, and the vendor comes to no other. */
export function onlyRole(of: RoleOf, policy: Policy): Examiner {
  const tally = new Tally();
  const accounts = vendorAccounts(of, policy);
  const names = accounts.map(({ alias }) => alias);
  return {
    group: of.group,
    look({ scene: { assumption, roleArn } }) {
      if (assumption === null) return;
      const vendor = accounts.some(({ id }) => id === assumption.callerAccountId);
      const own = of.means(roleArn);
      const by = listText(assumption.callers.map(callerText));
      if (vendor && own) tally.keep(assumption.evidence);
      else if (vendor) tally.breach(`${by} assumed ${roleText(roleArn)} as well`, assumption.evidence);
      else if (own && assumption.callerAccountId === null)
        tally.doubt(
          `no record tells from which account ${by} assumed ${roleText(roleArn)}`,
          assumption.evidence,
        );
      else if (own) tally.breach(`${by}, no vendor, assumed ${roleText(roleArn)}`, assumption.evidence);
    },
    check: () =>
      tally.check(
        headOf(
          of,
          'only',
          `${names.length === 0 ? 'the vendor' : listText(names)} holds ${of.role.name} alone, and nobody else holds it`,
        ),
        {
          pass: `${times(tally.kept, 'assumption', 'assumptions')}, all by the vendor and all of this role`,
          fail: `${times(tally.breaches.length, 'assumption', 'assumptions')} by somebody else, or of another role`,
          'no-evidence': 'the vendor did not come',
        },
      ),
  };
}

/** Nobody comes on or after the day on which a role, or the account of a vendor, was given up. */
export function offboarding(of: RoleOf, policy: Policy): Examiner[] {
  const days = [
    ...(of.role.offboarded === null ? [] : [of.role.offboarded]),
    ...vendorAccounts(of, policy).flatMap(({ offboarded }) => offboarded ?? []),
  ].sort();
  const day = days[0];
  if (day === undefined) return [];
  const from = Date.parse(`${day}T00:00:00Z`) / 1000;
  const tally = new Tally();
  let before = 0;
  return [
    {
      group: of.group,
      look({ scene: { session, assumption, roleArn, deeds } }) {
        if (!of.means(roleArn) || session === null) return;
        const later = deeds.filter(({ last }) => last >= from);
        const by = listText((assumption?.callers ?? [{ kind: 'unknown' } as const]).map(callerText));
        if (assumption !== null && assumption.at >= from)
          tally.breach(`${by} assumed ${roleText(roleArn)} after ${day}`, assumption.evidence);
        else if (later.length > 0)
          tally.breach(
            `${roleText(roleArn)}, assumed earlier, was used after ${day}`,
            later.map(({ eventId }) => eventId),
          );
        else before++;
      },
      refused({ roleArn, time, eventId }) {
        if (of.means(roleArn) && time >= from) tally.keep([eventId]);
      },
      check: () =>
        tally.check(
          headOf(of, 'offboarded', `nobody holds ${of.role.name} from ${day} on`),
          {
            pass: `${times(tally.kept, 'attempt', 'attempts')} from then on, all refused`,
            fail: `${times(tally.breaches.length, 'session', 'sessions')} from then on`,
            'no-evidence': 'nobody tried from then on',
          },
          before === 0 ? [] : [`${times(before, 'session', 'sessions')} before`],
        ),
    },
  ];
}

/** External accounts that the role's callers name. */
function vendorAccounts({ role }: RoleOf, policy: Policy): PolicyAccount[] {
  return policy.accounts.filter(
    ({ id, external }) =>
      external && (role.callers ?? []).some((pattern) => matchAccount(pattern, id, policy)),
  );
}
