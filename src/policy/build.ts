import type { Severity } from '../model/finding.js';
import type { PolicyDocument } from './document.js';
import type {
  DetectorException,
  DetectorSettings,
  ForbiddenEdge,
  OptionValue,
  Policy,
  PolicyAccount,
  RolePromise,
  RoleUsage,
} from './policy.js';

/** The file's own shape, once the schema has accepted it. */
interface RawPolicy {
  version: 1;
  organization?: string;
  accounts?: Record<string, RawAccount>;
  roles?: Record<string, RawRole>;
  breakGlass?: string[];
  guardrails?: { deny?: string[]; regions?: string[] };
  never?: { from: string; to: string; reason?: string }[];
  limits?: { maxDepth?: number };
  detectors?: Record<string, RawDetector>;
}

interface RawAccount {
  id: string;
  env?: string;
  external?: boolean;
  offboarded?: string;
}

interface RawRole {
  match: string[];
  humans?: 'identity-center';
  pattern?: RoleUsage;
  callers?: string[];
  origins?: string[];
  calls?: string[];
  resources?: string[];
  readOnly?: boolean;
  externalId?: string;
  maxDepth?: number;
  sourceIdentity?: 'required';
  offboarded?: string;
}

interface RawException extends Partial<Omit<DetectorException, 'line'>> {
  until: string;
  reason: string;
}

type RawDetector = { enabled?: boolean; severity?: Severity; exceptions?: RawException[] } & Record<
  string,
  unknown
>;

/** Turns a document without problems into a `Policy`. Call it only after every check has passed. */
export function buildPolicy(document: PolicyDocument, file: string): Policy {
  const raw = document.value as RawPolicy;
  const line = (...path: (string | number)[]) => document.locate(path, 'key').line;
  return {
    file,
    version: raw.version,
    organization: raw.organization ?? null,
    accounts: Object.entries(raw.accounts ?? {}).map(([alias, account]) => buildAccount(alias, account)),
    roles: Object.entries(raw.roles ?? {}).map(([name, role]) => buildRole(name, role, line('roles', name))),
    breakGlass: raw.breakGlass ?? [],
    guardrails: { deny: raw.guardrails?.deny ?? [], regions: raw.guardrails?.regions ?? null },
    never: (raw.never ?? []).map(
      ({ from, to, reason }, i): ForbiddenEdge => ({
        line: line('never', i),
        from,
        to,
        reason: reason ?? null,
      }),
    ),
    limits: { maxDepth: raw.limits?.maxDepth ?? null },
    detectors: Object.entries(raw.detectors ?? {}).map(([id, settings]) =>
      buildDetector(id, settings, line('detectors', id), (i) => line('detectors', id, 'exceptions', i)),
    ),
    lines: {
      breakGlass: (raw.breakGlass ?? []).map((_, i) => line('breakGlass', i)),
      deny: (raw.guardrails?.deny ?? []).map((_, i) => line('guardrails', 'deny', i)),
      regions: raw.guardrails?.regions === undefined ? null : line('guardrails', 'regions'),
      maxDepth: raw.limits?.maxDepth === undefined ? null : line('limits', 'maxDepth'),
    },
  };
}

function buildAccount(alias: string, account: RawAccount): PolicyAccount {
  return {
    alias,
    id: account.id,
    env: account.env ?? null,
    external: account.external ?? false,
    offboarded: account.offboarded ?? null,
  };
}

function buildRole(name: string, role: RawRole, line: number): RolePromise {
  return {
    name,
    line,
    match: role.match,
    humans: role.humans ?? null,
    usage: role.pattern ?? null,
    callers: role.callers ?? null,
    origins: role.origins ?? null,
    calls: role.calls ?? null,
    resources: role.resources ?? null,
    readOnly: role.readOnly ?? false,
    externalId: role.externalId ?? null,
    maxDepth: role.maxDepth ?? null,
    sourceIdentity: role.sourceIdentity ?? null,
    offboarded: role.offboarded ?? null,
  };
}

function buildDetector(
  id: string,
  settings: RawDetector,
  line: number,
  exceptionLine: (index: number) => number,
): DetectorSettings {
  const { enabled = true, severity = null, exceptions = [], ...options } = settings;
  return {
    id,
    line,
    enabled,
    severity,
    exceptions: exceptions.map((exception, i) => buildException(exception, exceptionLine(i))),
    options: new Map(Object.entries(options as Record<string, OptionValue>)),
  };
}

function buildException(exception: RawException, line: number): DetectorException {
  return {
    line,
    role: exception.role ?? null,
    caller: exception.caller ?? null,
    origin: exception.origin ?? null,
    account: exception.account ?? null,
    action: exception.action ?? null,
    region: exception.region ?? null,
    sessionName: exception.sessionName ?? null,
    until: exception.until,
    reason: exception.reason,
  };
}
