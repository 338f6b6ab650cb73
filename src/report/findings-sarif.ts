import type { Finding, Findings } from '../model/finding.js';
import { bounded, type FindingsAbout, lifeOf, scores, sentences } from './finding-about.js';
import { findingsSum } from './findings-sum.js';
import { iso, jsonText } from './json-text.js';
import { sarifLevel, sarifRule } from './sarif-rule.js';
import { sarifText } from './sarif-text.js';

/**
 * Results need a file for GitHub to show them at, and logs are none: the policy stands for them, since what was
 * promised is there. The address must be the same in every run.
 * https://docs.github.com/en/code-security/reference/code-scanning/sarif-support-for-code-scanning
 */
const place = 'rolecall.yaml';

/**
 * SARIF 2.1.0: one run, a rule for each detector that ran, a result for each finding.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function* sarif(answer: Findings, about: FindingsAbout): Generator<string> {
  const ids = [...answer.detectors];
  const facts = new Map(about.detectors.map((each) => [each.id, each]));
  const driver = {
    name: 'rolecall',
    ...(about.version === null ? {} : { version: about.version, semanticVersion: about.version }),
    rules: ids.map((id) => sarifRule(id, facts.get(id))),
  };
  yield '{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{';
  yield `"tool":${jsonText({ driver })},"automationDetails":{"id":"rolecall/"},"columnKind":"utf16CodeUnits","results":[`;
  let before = '\n';
  for (const finding of answer.findings) {
    yield `${before}${jsonText(result(finding, ids.indexOf(finding.detector)))}`;
    before = ',\n';
  }
  // Last, since it tells of all that came before.
  yield `\n],"invocations":[${jsonText(invocation(answer, about))}]}]}\n`;
}

function result(finding: Finding, ruleIndex: number) {
  const life = lifeOf(finding);
  const { detector, severity, fingerprint, evidence } = finding;
  return {
    ruleId: detector,
    ...(ruleIndex < 0 ? {} : { ruleIndex }),
    level: sarifLevel(severity),
    rank: scores[severity],
    message: { text: sarifText(sentences(finding).join(' ')) },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: place }, region: { startLine: 1 } },
        ...(logical(finding).length === 0 ? {} : { logicalLocations: logical(finding) }),
      },
    ],
    // GitHub tells alerts apart by the second alone, and would make it from the line: one for all findings.
    partialFingerprints: {
      'rolecall/v1': fingerprint,
      primaryLocationLineHash: `${fingerprint.replace(/^sha256:/, '').slice(0, 16)}:1`,
    },
    ...baseline(life),
    properties: {
      id: finding.id,
      severity,
      account: shown(finding.accountId),
      role: shown(finding.roleArn),
      session: finding.session,
      sessions: finding.sessions,
      origin: finding.origin && {
        kind: finding.origin.kind,
        id: shown(finding.origin.id),
        accountId: shown(finding.origin.accountId),
      },
      depth: finding.depth,
      first: iso(finding.time),
      last: iso(finding.last),
      evidence: evidence.map((id) => bounded(id, 256)),
    },
  };
}

function shown(text: string | null): string | null {
  return text === null ? null : bounded(text, 2048);
}

/** The role, or else the account. */
function logical({ roleArn, accountId }: Finding) {
  const name = roleArn ?? accountId;
  if (name === null) return [];
  return [{ fullyQualifiedName: bounded(name, 2048), kind: roleArn === null ? 'account' : 'role' }];
}

/** A finding that is not known to be new or old says nothing of it. */
function baseline({ state, isNew, why }: ReturnType<typeof lifeOf>) {
  const justification = why === null ? {} : { justification: bounded(why, 1000) };
  return {
    ...(state === 'closed' ? { baselineState: 'absent' } : {}),
    ...(state !== 'closed' && isNew !== null ? { baselineState: isNew ? 'new' : 'unchanged' } : {}),
    suppressions:
      state === 'acknowledged' ? [{ kind: 'external', status: 'accepted', ...justification }] : [],
  };
}

function invocation(answer: Findings, { now, window }: FindingsAbout) {
  const [, ...notes] = findingsSum(answer);
  return {
    executionSuccessful: answer.problems.length === 0,
    ...(now === null ? {} : { endTimeUtc: iso(now) }),
    ...(notes.length === 0
      ? {}
      : {
          toolExecutionNotifications: notes.map(({ text, isFault }) => ({
            level: isFault ? 'error' : 'note',
            message: { text: sarifText(text) },
          })),
        }),
    properties: {
      looked: answer.looked,
      ...(window === null ? {} : { window: { from: iso(window.from), to: iso(window.to) } }),
    },
  };
}
