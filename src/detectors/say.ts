import { dayOf } from '../model/day.js';
import type { Deed, Scene, SceneCaller, TrustGiven } from '../model/scene.js';
import type { Origin, Session } from '../model/session.js';

/** `web identity repo:acme/shop:…`; says so when nobody was observed. */
export function originText({ kind, id }: Origin): string {
  if (kind === 'unobserved') return 'an origin that was not observed';
  const words = kind.replaceAll('-', ' ').replace('iam', 'IAM');
  return id === '' ? `${words} whom no record names` : `${words} ${id}`;
}

/** `role deploy in 222222222222` */
export function roleText(arn: string | null): string {
  if (arn === null) return 'a role that no record names';
  const [, , , , account, ...resource] = arn.split(':');
  return `role ${lastPart(resource.join(':'))} in ${account}`;
}

export function callerText(caller: SceneCaller): string {
  switch (caller.kind) {
    case 'principal':
      return principalText(caller.arn);
    case 'account':
      return `somebody in account ${caller.accountId}`;
    case 'service':
      return caller.name;
    case 'federated':
      return originText(caller.origin);
    case 'unknown':
      return 'somebody not observed';
  }
}

function principalText(arn: string): string {
  const [, , , , account, ...rest] = arn.split(':');
  const resource = rest.join(':');
  if (resource === 'root') return `root of ${account}`;
  return `${resource.split('/')[0]} ${lastPart(resource)} in ${account}`;
}

/** What stands for a caller in a fingerprint. */
export function callerKey(caller: SceneCaller): string {
  switch (caller.kind) {
    case 'principal':
      return caller.arn;
    case 'account':
      return caller.accountId;
    case 'service':
      return caller.name;
    case 'federated':
      return originKey(caller.origin);
    case 'unknown':
      return '?';
  }
}

/** What stands for an origin in a fingerprint; an unobserved one is told apart by nothing. */
export function originKey({ kind, id, accountId }: Origin): string {
  return JSON.stringify([kind, id, accountId]);
}

/** `iam:CreateUser, iam:CreateAccessKey and 3 more` */
export function listText(items: readonly string[], most = 4): string {
  const names = [...new Set(items)];
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

/** By whom a session's deeds were really done: services that the session was used by are named. */
export function actorText(scene: Scene, deeds: readonly Deed[]): string {
  const services = [...new Set(deeds.flatMap(({ invokedBy }) => (invokedBy === null ? [] : [invokedBy])))];
  const direct = deeds.some(({ invokedBy }) => invokedBy === null);
  const who = scene.session === null ? originText(scene.origin) : sessionText(scene.session);
  if (services.length === 0) return who;
  return direct
    ? `${who}, in part through ${listText(services)}`
    : `${listText(services)}, acting for ${who}`;
}

function sessionText(session: Session): string {
  const what =
    session.kind === 'assumed-role' ? roleText(session.roleArn) : `a ${session.kind.replaceAll('-', ' ')}`;
  return `${originText(session.origin)} as ${what}`;
}

/** How a chain leads to its session, role by role. */
export function chainText(above: readonly Session[], session: Session): string {
  const names = [...above, session].map((each) =>
    each.roleArn === null ? each.kind : lastPart(each.roleArn),
  );
  // A role juggled for days makes a chain of thousands.
  const shown =
    names.length <= 12 ? names : [...names.slice(0, 5), `(${names.length - 10} more)`, ...names.slice(-5)];
  return shown.join(' -> ');
}

/** `3 min after the assumption` */
export function sinceText(session: Pick<Session, 'issuedAt'>, time: number): string {
  const seconds = Math.max(0, time - session.issuedAt);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** In which role, and through which service, a trust policy was given: a sentence, or nothing to say. */
export function actingText({ caller, sessionId, invokedBy }: TrustGiven): string[] {
  const as = sessionId === null ? '' : ` as ${callerText(caller)}, in session ${sessionId.slice(0, 8)}`;
  const through = invokedBy === null ? '' : `, through ${invokedBy}`;
  return as === '' && through === '' ? [] : [`The trust was given${as}${through}.`];
}

/** Account and name of a role: not every record keeps the path. */
export function placeOf(roleArn: string | null): string {
  return roleArn === null ? '' : `${roleArn.split(':')[4]} ${lastPart(roleArn)}`;
}

export function lastPart(text: string): string {
  return text.slice(text.lastIndexOf('/') + 1);
}

/** Time and evidence of some deeds. */
export function span(deeds: readonly Deed[]): { time: number; last: number; evidence: string[] } {
  return {
    time: deeds.reduce((least, deed) => Math.min(least, deed.first), Infinity),
    last: deeds.reduce((most, deed) => Math.max(most, deed.last), 0),
    evidence: deeds.map((deed) => deed.eventId),
  };
}

export function succeeded(deed: Deed): boolean {
  return deed.errorCode === null;
}

/** Deeds by the day (UTC) that they began on. Without a role there is no session to tell one occasion from the next. */
export function byDay<T extends Deed>(deeds: readonly T[]): { day: string; deeds: T[] }[] {
  const days = new Map<string, T[]>();
  for (const deed of deeds) {
    const day = dayOf(deed.first);
    days.set(day, [...(days.get(day) ?? []), deed]);
  }
  return [...days].map(([day, deeds]) => ({ day, deeds }));
}
