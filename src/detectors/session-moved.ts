import type { Severity } from '../model/finding.js';
import type { OptionValue } from '../policy/policy.js';
import { isInRange, networkOf, rangeOf } from './address.js';
import { type Family, familyText } from './client-family.js';
import { defineDetector } from './define.js';
import { listText, originKey, originText, roleText } from './say.js';
import { type Holder, type Home, holderOf, homeOf, placeText, type Spot, spotOf } from './session-home.js';

export default defineDetector({
  id: 'session-moved',
  summary: "a session's calls came from an address or a client unlike the one it was issued to",
  severity: 'high',
  attack: ['T1550.001', 'T1552.005'],
  cannotSee: [
    'a thief behind the same /24 (or /48) as the owner, or on the instance itself',
    'a move between IPv4 and IPv6, or between a private and a public address: the two cannot be compared',
    'an instance that made no call of its own while its credentials were used elsewhere',
    'who writes a user agent: a thief may write that of the owner',
    'visitors known to Cognito: their phones change networks all day',
  ],
  falsePositives: [
    'a laptop that changes networks; a proxy or several exits of one company: list their ranges in networks',
    'an instance whose public address changes while it runs',
  ],
  triage: [
    'Compare the two addresses: whose are they? Ask whoever stands at the origin whether both are theirs.',
    'Read the calls that came from the second address.',
    'If nobody knows it, revoke the sessions of the role and look for how the credentials got out.',
  ],
  options: {
    networks: {
      default: [],
      help: 'ranges such as 203.0.113.0/24 that are yours: calls from them have not moved',
      fault: networksFault,
    },
    families: {
      default: false,
      help: 'true: another program or system alone counts too, such as boto3 after aws-cli at one address',
    },
  },
  detect(scene, { option }) {
    const { session, origin, roleArn } = scene;
    // A visitor's phone goes from one network to the next all day.
    if (session === null || origin.kind === 'cognito') return null;
    const spots = scene.clients.flatMap(spotOf);
    const home = homeOf(scene, session, spots);
    const networks = option<readonly string[]>('networks');
    const families = option<boolean>('families');
    const weigh = weights[holderOf(scene)];
    const moved = spots.flatMap((spot) => {
      const severity = spot.console ? null : weigh(unlike(spot, home, networks), families);
      return severity === null ? [] : [{ ...spot, severity }];
    });
    const [first] = moved;
    if (first === undefined) return null;
    const places = moved.map(({ ip, family }) => placeText(ip, family));
    return {
      title: `${originText(origin)} as ${roleText(roleArn)}: calls came from ${listText(places, 3)}, unlike ${home.text}`,
      severity: moved.some(({ severity }) => severity === 'high') ? 'high' : 'medium',
      time: first.first,
      last: moved.reduce((most, { last }) => Math.max(most, last), 0),
      evidence: [...(scene.assumption?.evidence ?? []).slice(0, 1), ...moved.map(({ eventId }) => eventId)],
      // Somebody who roams is one finding for each place, whichever sessions it was seen in.
      about: [
        originKey(origin),
        origin.detail ?? '',
        roleArn ?? session.kind,
        first.ip === null ? familyText(first.family) : networkOf(first.ip),
      ],
    };
  },
});

interface Unlike {
  address: boolean;
  /** Another system or program. */
  system: boolean;
  program: boolean;
}

/** How urgent it is that a client is unlike its session's home; null: not at all. */
const weights = {
  /** An instance stays where it is and what it is, but runs many programs. */
  instance: ({ address, system, program }: Unlike, families: boolean) =>
    address || system ? 'high' : families && program ? 'medium' : null,
  /** Functions and tasks share credentials over several hosts: an address alone is no sign. */
  workload: ({ address, system, program }: Unlike, families: boolean) =>
    !system && !program ? null : address ? 'high' : families ? 'medium' : null,
  /** Whoever asked for the credentials is thought to use them, but may have moved house, or hand them to a tool. */
  issued: ({ address, system, program }: Unlike, families: boolean) => {
    const other = system || program;
    return address ? (other ? 'high' : 'medium') : families && other ? 'medium' : null;
  },
} satisfies Record<Holder, (unlike: Unlike, families: boolean) => Severity | null>;

function unlike({ ip, family }: Spot, home: Home, networks: readonly string[]): Unlike {
  const comparable = home.addresses.filter((address) => address.kind() === ip?.kind());
  const other = (what: keyof Family) => {
    const known = home.families.map((each) => each[what]).filter((each) => each !== null);
    return family[what] !== null && known.length > 0 && !known.includes(family[what]);
  };
  return {
    address:
      ip !== null &&
      comparable.length > 0 &&
      !comparable.some((address) => networkOf(address) === networkOf(ip)) &&
      !networks.some((range) => isInRange(ip, range)),
    system: other('system'),
    program: other('program'),
  };
}

/** What the policy is told about a range that is none. */
function networksFault(value: OptionValue): string | null {
  const wrong = (value as readonly string[]).find((text) => rangeOf(text) === null);
  return wrong === undefined ? null : `${JSON.stringify(wrong)} is no range of addresses`;
}
