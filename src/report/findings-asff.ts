import { RolecallError } from '../errors.js';
import { arnAccount, arnPartition, regionPartition } from '../model/arn.js';
import type { DetectorFacts } from '../model/detector.js';
import type { Finding, Findings, Severity } from '../model/finding.js';
import { asffResources } from './asff-resources.js';
import { bounded, type FindingsAbout, factsById, lifeOf, sentences } from './finding-about.js';
import { iso, jsonText } from './json-text.js';

const labels: Record<Severity, string> = {
  info: 'INFORMATIONAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  critical: 'CRITICAL',
};

/** Security Hub's names for what ATT&CK counts as the end of an attack; all other tactics keep theirs. */
const effects: Readonly<Record<string, string>> = {
  Impact: 'Effects/Data Destruction',
  Exfiltration: 'Effects/Data Exfiltration',
};

/**
 * AWS Security Finding Format: a list for `aws securityhub batch-import-findings`, which takes 100 at once. The
 * finding's account may import it, or the one that the options name.
 * https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html
 * @throws RolecallError USAGE for a finding without an account when none was named
 */
export function* asff(answer: Findings, about: FindingsAbout): Generator<string> {
  const facts = factsById(about);
  let before = '[\n';
  for (const finding of answer.findings) {
    yield `${before}${jsonText(asffFinding(finding, facts.get(finding.detector), about))}`;
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

function asffFinding(
  finding: Finding,
  facts: DetectorFacts | undefined,
  { asff, now, version }: FindingsAbout,
) {
  const account = asff.account ?? accountOf(finding);
  const partition = finding.roleArn === null ? regionPartition(asff.region) : arnPartition(finding.roleArn);
  const life = lifeOf(finding);
  const told = life.lastSeen ?? now ?? finding.last;
  const severity = { Label: labels[finding.severity], Original: finding.severity };
  const types = typesOf(facts);
  const triage = (facts?.triage ?? []).map((text, at) => `${at + 1}. ${text}`).join(' ');
  return {
    SchemaVersion: '2018-10-08',
    Id: `rolecall/${finding.detector}/${finding.fingerprint.replace(/^sha256:/, '')}`,
    ProductArn: `arn:${partition}:securityhub:${asff.region}:${account}:product/${account}/default`,
    ProductName: 'rolecall',
    CompanyName: 'rolecall',
    GeneratorId: `rolecall/${finding.detector}`,
    AwsAccountId: account,
    Types: types,
    CreatedAt: iso(life.firstSeen ?? finding.time),
    // Security Hub takes an update only when it is newer than what it has.
    UpdatedAt: iso(now ?? told),
    FirstObservedAt: iso(finding.time),
    LastObservedAt: iso(finding.last),
    Severity: severity,
    // An update of the two is taken from here alone.
    FindingProviderFields: { Severity: severity, Types: types },
    Title: bounded(finding.title, 256),
    Description: bounded(sentences(finding).join(' '), 1024),
    ...(triage === '' ? {} : { Remediation: { Recommendation: { Text: bounded(triage, 512) } } }),
    Resources: asffResources(finding, partition, asff.region),
    ProductFields: productFields(finding, facts, version),
    RecordState: life.state === 'closed' ? 'ARCHIVED' : 'ACTIVE',
    Workflow: { Status: life.state === 'acknowledged' ? 'SUPPRESSED' : 'NEW' },
    ...(life.why === null
      ? {}
      : { Note: { Text: bounded(life.why, 512), UpdatedBy: 'rolecall', UpdatedAt: iso(told) } }),
  };
}

function accountOf(finding: Finding): string {
  const account = finding.accountId ?? arnAccount(finding.roleArn) ?? finding.origin?.accountId;
  if (/^\d{12}$/.test(account ?? '')) return account!;
  throw new RolecallError(
    'USAGE',
    `finding ${finding.id} of ${finding.detector} is about no account; name one with --asff-account`,
  );
}

/** What the detector looks for, which may be more than it saw this time: `TTPs/Persistence`. https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-type-taxonomy.html */
function typesOf(facts: DetectorFacts | undefined): string[] {
  const tactics = Object.values(facts?.tactics ?? {}).map(({ name }) => effects[name] ?? `TTPs/${name}`);
  return tactics.length === 0 ? ['Unusual Behaviors/User'] : [...new Set(tactics)].slice(0, 50);
}

function productFields(finding: Finding, facts: DetectorFacts | undefined, version: string | null) {
  const fields: Record<string, string | null> = {
    id: finding.id,
    fingerprint: finding.fingerprint,
    version,
    session: finding.session,
    sessions: String(finding.sessions),
    'origin/kind': finding.origin?.kind ?? null,
    'origin/id': finding.origin?.id || null,
    depth: finding.depth === null ? null : String(finding.depth),
    evidence: finding.evidence.join(' ') || null,
    techniques: Object.keys(facts?.attack ?? {}).join(' ') || null,
  };
  const told = Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== null);
  return Object.fromEntries(told.map(([key, value]) => [`rolecall/${key}`, bounded(value, 2048)]));
}
