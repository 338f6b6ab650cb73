import type { Coverage, Window } from './answers.js';

export type Verdict = 'pass' | 'fail' | 'no-evidence';

/** What a promise is about, in the order of the answer. */
export const checkGroups = {
  people: 'People reach accounts through Identity Center',
  cicd: 'Pipelines deploy, and do nothing else',
  audit: 'The audit role reads everywhere and writes nowhere',
  resource: 'Workloads touch what they may, and nothing else',
  vendor: 'Vendors come from their account, with their ExternalId, to one role',
  roles: 'Other roles',
  guardrails: 'Guardrails of the organization',
  never: 'Negative tests: assumptions that must fail',
  keys: 'No long-lived keys',
  chains: 'Chains are shallow',
  'break-glass': 'Break-glass identities are used with an alert',
} as const;
export type CheckGroup = keyof typeof checkGroups;

/** One promise held against the logs. */
export interface Check {
  /** Where it stands in the policy: `roles.deploy.callers`, `never[0]`. */
  id: string;
  /** What should be true: a sentence without full stop. */
  promise: string;
  /** Line of the policy file; null for what holds without being written down. */
  line: number | null;
  verdict: Verdict;
  /** What the logs show: a sentence without full stop. */
  says: string;
  /** Each breach or doubt, or what was seen, one sentence each; bounded. */
  detail: string[];
  /** Event ids that show it, the earliest first; bounded. */
  evidence: string[];
}

/** Answer of `verify`. */
export interface Verification {
  /** Policy file. */
  policy: string;
  /** Null: everything in the store. */
  window: Window | null;
  groups: { group: CheckGroup; checks: Check[] }[];
  /** The six points of a review of roles over several accounts. */
  review: Check[];
  counts: Record<Verdict, number>;
  looked: { sessions: number; direct: number };
  coverage: Coverage;
}
