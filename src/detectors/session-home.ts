import type { Client, Scene } from '../model/scene.js';
import type { Session } from '../model/session.js';
import { type Address, isAddress, networkOf, publicAddress } from './address.js';
import { type Family, familyOf, familyText, isConsoleAgent, isServiceAgent } from './client-family.js';

/** Whose credentials a session's are: which of its calls show where it belongs. */
export type Holder = 'instance' | 'workload' | 'issued';

/** One client of the session itself, with what it tells. */
export interface Spot extends Client {
  /** Null for a private address. */
  ip: Address | null;
  family: Family;
}

/** Where a session belongs: as far as known. */
export interface Home {
  addresses: Address[];
  families: Family[];
  text: string;
}

/** Services that act for a session say nothing about where it is. */
export function spotOf(client: Client): Spot[] {
  const { address, userAgent, invokedBy } = client;
  if (invokedBy !== null || isServiceAgent(userAgent) || !isAddress(address)) return [];
  const console = client.console || isConsoleAgent(userAgent);
  return [{ ...client, console, ip: publicAddress(address), family: familyOf(userAgent) }];
}

/** Only the first session of an instance or a workload is its own. */
export function holderOf({ session, origin }: Scene): Holder {
  if (origin.kind !== 'aws-service' || (session?.depth ?? 1) > 1) return 'issued';
  return origin.id === 'ec2.amazonaws.com' ? 'instance' : 'workload';
}

/** The place that the credentials were asked for from; else the first that they were used from. */
export function homeOf(scene: Scene, { issuance }: Session, spots: readonly Spot[]): Home {
  const holder = holderOf(scene);
  const asked = holder === 'issued' ? publicAddress(issuance?.sourceIp ?? '') : null;
  if (asked !== null) {
    const family = familyOf(issuance?.userAgent ?? '');
    return { addresses: [asked], families: [family], text: placeText(asked, family) };
  }
  const own = spots.filter((spot) => holder === 'issued' || !spot.console);
  const before = scene.clientsBefore.flatMap((each) => publicAddress(each.address) ?? []);
  const known = new Set(before.map(networkOf));
  const outside = own.filter(({ ip }) => ip !== null);
  const there = outside.filter(({ ip }) => known.has(networkOf(ip!)));
  const homes = there.length > 0 ? there : outside.slice(0, 1);
  const [first] = homes.length > 0 ? homes : own;
  return {
    addresses: homes.map(({ ip }) => ip!),
    families: [
      ...[...own.slice(0, 1), ...there].map(({ family }) => family),
      ...scene.clientsBefore.map(({ userAgent }) => familyOf(userAgent)),
    ],
    text: first === undefined ? 'nothing' : placeText(first.ip, first.family),
  };
}

/** `192.0.2.10 (aws-cli on linux)` */
export function placeText(ip: Address | null, family: Family): string {
  const [place, client] = [ip === null ? 'a private address' : ip.toString(), familyText(family)];
  return client === '' ? place : `${place} (${client})`;
}
