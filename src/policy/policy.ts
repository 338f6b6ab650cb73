import type { Severity } from '../model/finding.js';

/**
 * `rolecall.yaml`, read and found sound. Lists keep the order of the file; an absent list is null where
 * "nothing was promised" differs from "nothing is allowed".
 */
export interface Policy {
  /** Name of the file it was read from, for messages. */
  file: string;
  version: 1;
  /** `o-…`. */
  organization: string | null;
  accounts: readonly PolicyAccount[];
  roles: readonly RolePromise[];
  /** Principal patterns that may go round the rules in an emergency. */
  breakGlass: readonly string[];
  guardrails: {
    /** Action globs such as `iam:Create*`. */
    deny: readonly string[];
    /** Regions in use; null allows all. */
    regions: readonly string[] | null;
  };
  never: readonly ForbiddenEdge[];
  limits: { maxDepth: number | null };
  detectors: readonly DetectorSettings[];
  /** Where the promises that are no maps stand in the file, from 1. */
  lines: {
    breakGlass: readonly number[];
    deny: readonly number[];
    regions: number | null;
    maxDepth: number | null;
  };
}

export interface PolicyAccount {
  alias: string;
  /** 12 digits. */
  id: string;
  env: string | null;
  /** Somebody else's account: a vendor or a customer. */
  external: boolean;
  /** `YYYY-MM-DD` from which (UTC) nothing may come from this account. */
  offboarded: string | null;
}

/** How a role is meant to be used. */
export type RoleUsage = 'cicd' | 'audit' | 'vendor' | 'resource' | 'human';

/** A name for questions, and what the roles behind it promise. */
export interface RolePromise {
  name: string;
  /** Line of the policy file, from 1: where `verify` points. */
  line: number;
  /** Role patterns. */
  match: readonly string[];
  /** People come through IAM Identity Center only. */
  humans: 'identity-center' | null;
  usage: RoleUsage | null;
  /** Principal patterns; null allows any caller, an empty list none. */
  callers: readonly string[] | null;
  /** Origin patterns such as `web-identity:repo:acme/*:ref:refs/heads/main`. */
  origins: readonly string[] | null;
  /** Action globs. */
  calls: readonly string[] | null;
  /** ARN globs. */
  resources: readonly string[] | null;
  readOnly: boolean;
  /** `required`, or the hash of the only one allowed: `sha256:<64 hex>`. */
  externalId: string | null;
  maxDepth: number | null;
  sourceIdentity: 'required' | null;
  /** `YYYY-MM-DD` from which (UTC) nobody may hold the role. */
  offboarded: string | null;
}

/** An assumption that must never succeed. */
export interface ForbiddenEdge {
  line: number;
  /** Principal pattern, or an account. */
  from: string;
  /** Role pattern. */
  to: string;
  reason: string | null;
}

export type OptionValue = string | number | boolean | readonly (string | number | boolean)[];

export interface DetectorSettings {
  id: string;
  line: number;
  enabled: boolean;
  /** Overrides the detector's own. */
  severity: Severity | null;
  exceptions: readonly DetectorException[];
  /** The detector's own options. */
  options: ReadonlyMap<string, OptionValue>;
}

/** Findings that are known and accepted until a date. Every condition given must hold; null is "any". */
export interface DetectorException {
  line: number;
  role: string | null;
  caller: string | null;
  origin: string | null;
  /** Account alias or id. */
  account: string | null;
  /** Action glob. */
  action: string | null;
  region: string | null;
  /** Glob on the session's name. */
  sessionName: string | null;
  /** `YYYY-MM-DD`: the last day (UTC) on which it holds. */
  until: string;
  reason: string;
}
