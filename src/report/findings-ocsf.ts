import { arnPartition } from '../model/arn.js';
import type { DetectorFacts } from '../model/detector.js';
import type { Finding, Findings, Severity } from '../model/finding.js';
import type { Origin } from '../model/session.js';
import { bounded, type FindingsAbout, factsById, lifeOf, sentences } from './finding-about.js';
import { jsonText } from './json-text.js';

const severities: Record<Severity, [id: number, name: string]> = {
  info: [1, 'Informational'],
  low: [2, 'Low'],
  medium: [3, 'Medium'],
  high: [4, 'High'],
  critical: [5, 'Critical'],
};
const activities = { create: [1, 'Create'], update: [2, 'Update'], close: [3, 'Close'] } as const;
const states = { open: [1, 'New'], acknowledged: [3, 'Suppressed'], closed: [4, 'Resolved'] } as const;
const people: ReadonlySet<string> = new Set(['identity-center-user', 'saml-user', 'iam-user', 'root']);

/**
 * OCSF 1.5 Detection Finding, one a line, as data lakes and SIEMs read it. Times are in milliseconds.
 * https://schema.ocsf.io/1.5.0/classes/detection_finding?profiles=cloud
 */
export function* ocsf(answer: Findings, about: FindingsAbout): Generator<string> {
  const facts = factsById(about);
  for (const finding of answer.findings)
    yield `${jsonText(ocsfFinding(finding, facts.get(finding.detector), about))}\n`;
}

function ocsfFinding(finding: Finding, facts: DetectorFacts | undefined, { version }: FindingsAbout) {
  const life = lifeOf(finding);
  const [activityId, activity] =
    activities[life.state === 'closed' ? 'close' : life.isNew === false ? 'update' : 'create'];
  const [severityId, severity] = severities[finding.severity];
  const [statusId, status] = states[life.state];
  const seen = { first: milliseconds(finding.time), last: milliseconds(finding.last) };
  const actor = actorOf(finding);
  return {
    class_uid: 2004,
    class_name: 'Detection Finding',
    category_uid: 2,
    category_name: 'Findings',
    activity_id: activityId,
    activity_name: activity,
    type_uid: 200400 + activityId,
    type_name: `Detection Finding: ${activity}`,
    severity_id: severityId,
    severity,
    status_id: statusId,
    status,
    is_alert: life.state === 'open',
    time: milliseconds(life.lastSeen ?? finding.last),
    start_time: seen.first,
    end_time: seen.last,
    message: bounded(finding.title, 1024),
    metadata: {
      version: '1.5.0',
      profiles: ['cloud'],
      product: {
        name: 'rolecall',
        vendor_name: 'rolecall',
        ...(version === null ? {} : { version }),
      },
    },
    finding_info: {
      uid: finding.fingerprint,
      uid_alt: finding.id,
      title: bounded(finding.title, 1024),
      desc: bounded(sentences(finding).join(' '), 4096),
      first_seen_time: seen.first,
      last_seen_time: seen.last,
      ...(life.firstSeen === null ? {} : { created_time: milliseconds(life.firstSeen) }),
      ...(life.lastSeen === null ? {} : { modified_time: milliseconds(life.lastSeen) }),
      types: [finding.detector],
      analytic: {
        uid: finding.detector,
        name: finding.detector,
        type_id: 1,
        type: 'Rule',
        ...(facts === undefined ? {} : { desc: facts.summary }),
      },
      ...(facts === undefined ? {} : { attacks: attacksOf(facts) }),
      related_events: finding.evidence.map((id) => ({ uid: bounded(id, 256), type: 'CloudTrail event' })),
    },
    evidences: [
      {
        ...(actor === null ? {} : { actor }),
        data: { event_ids: finding.evidence.map((id) => bounded(id, 256)), sessions: finding.sessions },
      },
    ],
    resources: resourcesOf(finding),
    cloud: {
      provider: 'AWS',
      ...(finding.accountId === null ? {} : { account: accountOf(finding.accountId) }),
    },
    ...(facts === undefined || facts.triage.length === 0
      ? {}
      : {
          remediation: {
            desc: bounded(facts.triage.map((text, at) => `${at + 1}. ${text}`).join(' '), 4096),
          },
        }),
    ...(life.why === null ? {} : { comment: bounded(life.why, 1024) }),
    observables: observablesOf(finding),
    unmapped: { depth: finding.depth, session: finding.session },
  };
}

/** `T1098.001`, `Account Manipulation: Additional Cloud Credentials` is a technique and its sub-technique. */
function attacksOf({ attack, tactics }: DetectorFacts) {
  return Object.entries(attack).map(([id, name]) => {
    const [technique, sub] = id.split('.');
    const [over, own] = /^(.+?): (.+)$/.exec(name)?.slice(1) ?? [];
    const tactic = tactics[id];
    return {
      technique: {
        uid: technique,
        name: (sub === undefined ? name : over) || technique,
        src_url: address(`techniques/${technique}`),
      },
      ...(sub === undefined
        ? {}
        : {
            sub_technique: {
              uid: id,
              name: own || name || id,
              src_url: address(`techniques/${technique}/${sub}`),
            },
          }),
      ...(tactic === undefined
        ? {}
        : { tactic: { uid: tactic.id, name: tactic.name, src_url: address(`tactics/${tactic.id}`) } }),
    };
  });
}

function address(path: string): string {
  return `https://attack.mitre.org/${path}/`;
}

/** Null when neither a session nor an origin is known. */
function actorOf({ origin, session }: Finding) {
  const user = origin === null || origin.kind === 'unobserved' ? null : userOf(origin);
  if (user === null && session === null) return null;
  return { ...(user === null ? {} : { user }), ...(session === null ? {} : { session: { uid: session } }) };
}

function userOf({ kind, id, accountId }: Origin) {
  const name = bounded(id, 1024);
  const [typeId, type] = people.has(kind) ? [1, 'User'] : [99, kind];
  return {
    name,
    uid: name,
    type_id: typeId,
    type,
    ...(accountId === null ? {} : { account: accountOf(accountId) }),
  };
}

function accountOf(id: string) {
  const uid = bounded(id, 64);
  return { uid, name: uid, type_id: 10, type: 'AWS Account' };
}

function resourcesOf({ roleArn, accountId }: Finding) {
  const uid = roleArn ?? accountId;
  if (uid === null) return [];
  const type = roleArn === null ? 'AwsAccount' : 'AwsIamRole';
  return [
    {
      uid: bounded(uid, 2048),
      name: bounded(uid.slice(uid.lastIndexOf('/') + 1), 1024),
      type,
      cloud_partition: arnPartition(roleArn),
    },
  ];
}

/** https://schema.ocsf.io/1.5.0/objects/observable */
function observablesOf({ roleArn, origin }: Finding) {
  const found: [name: string, typeId: number, type: string, value: string][] = [];
  if (roleArn !== null) found.push(['resources.uid', 10, 'Resource UID', roleArn]);
  if (origin !== null && origin.kind !== 'unobserved')
    found.push(['evidences.actor.user.name', 4, 'User Name', origin.id]);
  return found.map(([name, type_id, type, value]) => ({ name, type_id, type, value: bounded(value, 2048) }));
}

function milliseconds(epoch: number): number {
  return Math.floor(epoch) * 1000;
}
