import type { OptionValue } from '../policy/policy.js';
import assumeRoot from './assume-root.js';
import breakGlass from './break-glass.js';
import consoleFromKeys from './console-from-keys.js';
import deepChain from './deep-chain.js';
import type { Detector } from './define.js';
import deniedBurst from './denied-burst.js';
import firstSeenEdge from './first-seen-edge.js';
import forbiddenEdge from './forbidden-edge.js';
import guardrailBreach from './guardrail-breach.js';
import identityCenterBypass from './identity-center-bypass.js';
import keyCollision from './key-collision.js';
import missingExternalId from './missing-external-id.js';
import nameMismatch from './name-mismatch.js';
import oidcSubject from './oidc-subject.js';
import outsideCaller from './outside-caller.js';
import readRoleWrite from './read-role-write.js';
import roleJuggling from './role-juggling.js';
import rootUse from './root-use.js';
import sensitiveCall from './sensitive-call.js';
import sessionMoved from './session-moved.js';
import sourceIdentity from './source-identity.js';
import trustThenAssume from './trust-then-assume.js';
import trustWeakened from './trust-weakened.js';
import unexpectedCall from './unexpected-call.js';
import unexpectedPrincipal from './unexpected-principal.js';
import unobservedOrigin from './unobserved-origin.js';

/** Every detector there is, by id. */
export const detectors: readonly Detector[] = [
  assumeRoot,
  breakGlass,
  consoleFromKeys,
  deepChain,
  deniedBurst,
  firstSeenEdge,
  forbiddenEdge,
  guardrailBreach,
  identityCenterBypass,
  keyCollision,
  missingExternalId,
  nameMismatch,
  oidcSubject,
  outsideCaller,
  readRoleWrite,
  roleJuggling,
  rootUse,
  sensitiveCall,
  sessionMoved,
  sourceIdentity,
  trustThenAssume,
  trustWeakened,
  unexpectedCall,
  unexpectedPrincipal,
  unobservedOrigin,
];

/** What each takes in the policy, with the defaults: for checking a policy file. */
export const detectorOptions = optionDefaults(detectors);

/** The same for any detectors. */
export function optionDefaults(
  all: readonly Detector[],
): ReadonlyMap<string, Readonly<Record<string, OptionValue>>> {
  return new Map(
    all.map(({ id, options }) => [
      id,
      Object.fromEntries(Object.entries(options).map(([name, option]) => [name, option.default])),
    ]),
  );
}

/** What a built-in detector has against a value of the right type for one of its options; null when nothing. */
export const optionValueFault = valueFaultOf(detectors);

/** The same for any detectors: a sentence. */
export function valueFaultOf(all: readonly Detector[]) {
  return (id: string, name: string, value: OptionValue): string | null =>
    all.find((detector) => detector.id === id)?.options[name]?.fault?.(value) ?? null;
}
