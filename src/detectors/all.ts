import type { OptionValue } from '../policy/policy.js';
import assumeRoot from './assume-root.js';
import breakGlass from './break-glass.js';
import consoleFromKeys from './console-from-keys.js';
import deepChain from './deep-chain.js';
import type { Detector } from './define.js';
import forbiddenEdge from './forbidden-edge.js';
import guardrailBreach from './guardrail-breach.js';
import identityCenterBypass from './identity-center-bypass.js';
import missingExternalId from './missing-external-id.js';
import nameMismatch from './name-mismatch.js';
import oidcSubject from './oidc-subject.js';
import outsideCaller from './outside-caller.js';
import readRoleWrite from './read-role-write.js';
import roleJuggling from './role-juggling.js';
import rootUse from './root-use.js';
import sensitiveCall from './sensitive-call.js';
import sourceIdentity from './source-identity.js';
import unexpectedCall from './unexpected-call.js';
import unexpectedPrincipal from './unexpected-principal.js';
import unobservedOrigin from './unobserved-origin.js';

/** Every detector there is, by id. */
export const detectors: readonly Detector[] = [
  assumeRoot,
  breakGlass,
  consoleFromKeys,
  deepChain,
  forbiddenEdge,
  guardrailBreach,
  identityCenterBypass,
  missingExternalId,
  nameMismatch,
  oidcSubject,
  outsideCaller,
  readRoleWrite,
  roleJuggling,
  rootUse,
  sensitiveCall,
  sourceIdentity,
  unexpectedCall,
  unexpectedPrincipal,
  unobservedOrigin,
];

/** What each takes in the policy, with the defaults: for checking a policy file. */
export const detectorOptions: ReadonlyMap<string, Readonly<Record<string, OptionValue>>> = new Map(
  detectors.map(({ id, options }) => [
    id,
    Object.fromEntries(Object.entries(options).map(([name, option]) => [name, option.default])),
  ]),
);
