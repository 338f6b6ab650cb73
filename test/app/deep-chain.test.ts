import { describe, expect, it } from 'vitest';
import { chain } from '../../src/app/chain.js';
import { detect } from '../../src/app/detect.js';
import { ingest } from '../../src/app/ingest.js';
import { openStore } from '../../src/app/open.js';
import { sessions } from '../../src/app/sessions.js';
import type { Session } from '../../src/model/session.js';
import type { Sqlite } from '../../src/store/open.js';
import { folderOf, newDb, packed } from './ingest-made.js';

const start = Date.UTC(2026, 10, 17, 10);
const iso = (second: number) => `${new Date(start + second * 1000).toISOString().slice(0, 19)}Z`;
const key = (step: number) => `ASIAEXAMPLE${step.toString().padStart(9, '0')}`;

/** Session `step`, made at second `made`. */
function caller(step: number, made: number) {
  const [account, id, role] = ['222222222222', `AROAEXAMPLE${step % 2}`, `juggled-${step % 2}`];
  return {
    type: 'AssumedRole',
    principalId: `${id}:loop`,
    arn: `arn:aws:sts::${account}:assumed-role/${role}/loop`,
    accountId: account,
    accessKeyId: key(step),
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: id,
        arn: `arn:aws:iam::${account}:role/${role}`,
        accountId: account,
        userName: role,
      },
      attributes: { creationDate: iso(made), mfaAuthenticated: 'false' },
    },
  };
}

/** The call by which the holder of key `from` gets key `to`. */
function assumption(from: number, to: number, made: number, second: number, userIdentity: object) {
  return {
    eventVersion: '1.08',
    userIdentity,
    eventTime: iso(second),
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRole',
    awsRegion: 'eu-west-1',
    sourceIPAddress: '192.0.2.10',
    userAgent: 'made',
    requestParameters: {
      roleArn: `arn:aws:iam::222222222222:role/juggled-${to % 2}`,
      roleSessionName: 'loop',
    },
    responseElements: {
      credentials: { accessKeyId: key(to), expiration: iso(second + 3600) },
      assumedRoleUser: {
        assumedRoleId: `AROAEXAMPLE${to % 2}:loop`,
        arn: `arn:aws:sts::222222222222:assumed-role/juggled-${to % 2}/loop`,
      },
    },
    eventID: `00000000-0000-4000-8000-${from.toString(16).padStart(6, '0')}${made.toString(16).padStart(6, '0')}`,
    eventType: 'AwsApiCall',
    recipientAccountId: '222222222222',
  };
}

const anna = {
  type: 'IAMUser',
  principalId: 'AIDAEXAMPLE',
  arn: 'arn:aws:iam::222222222222:user/anna',
  accountId: '222222222222',
  accessKeyId: 'AKIAEXAMPLE',
  userName: 'anna',
};

async function asked<T>(records: object[], question: (store: Sqlite) => T): Promise<T> {
  const db = newDb();
  await ingest({ db, sources: [folderOf({ 'made.json.gz': packed(records) })] });
  const store = openStore(db);
  try {
    return question(store);
  } finally {
    store.close();
  }
}

function all(store: Sqlite): Session[] {
  const question = { account: null, role: null, origin: null, name: null, window: null, policy: null };
  return sessions(store, { ...question, unobserved: false, ambiguous: false, minDepth: null, limit: 10_000 })
    .sessions;
}

describe('a role juggled fifteen hundred times', () => {
  const steps = 1500;
  const records = [
    assumption(0, 1, 0, 0, anna),
    ...Array.from({ length: steps - 1 }, (_, at) =>
      assumption(at + 1, at + 2, at + 1, (at + 1) * 60, caller(at + 1, at * 60)),
    ),
  ];

  it('is one chain from its origin, each session a step deeper', async () => {
    const found = await asked(records, all);
    expect(found).toHaveLength(steps);
    expect(found.map(({ depth }) => depth)).toEqual(Array.from({ length: steps }, (_, at) => steps - at));
    expect(new Set(found.map(({ origin }) => origin.id))).toEqual(new Set(['anna']));
  }, 60_000);

  it('is drawn from either end', async () => {
    for (const end of [key(1), key(steps)]) {
      const answer = await asked(records, (store) => chain(store, end, { limit: 1 }));
      let length = 0;
      for (let node = answer.root; node !== undefined; node = node.children[0]!) length++;
      expect([answer.origin.id, length]).toEqual(['anna', steps]);
    }
  }, 60_000);
});

describe('the detectors, on a role juggled fifteen hundred times', () => {
  it('tell one incident each, not one for every renewal', async () => {
    const steps = 1500;
    const first = assumption(0, 1, 0, 0, anna);
    const renewals = Array.from({ length: steps - 1 }, (_, at) =>
      assumption(at + 1, at + 2, at + 1, (at + 1) * 60, caller(at + 1, at * 60)),
    );
    const { findings } = await asked([first, ...renewals], (store) =>
      detect(store, { policy: null, window: null, only: null }),
    );
    expect(findings.map(({ detector, sessions }) => [detector, sessions])).toEqual([
      ['role-juggling', steps - 60],
      ['deep-chain', steps - 2],
    ]);
    expect(findings.every(({ detail }) => detail.join('').length < 500)).toBe(true);
  }, 60_000);
});

describe('a ring of six hundred sessions within one second', () => {
  it('is no chain without an end, and every session of it is told', async () => {
    const length = 600;
    const ring = Array.from({ length }, (_, at) => assumption(at, (at + 1) % length, at, 0, caller(at, 0)));
    const found = await asked(ring, all);
    expect(found.length).toBeGreaterThanOrEqual(2);
    expect(found.every(({ origin }) => origin.kind === 'unobserved')).toBe(true);
  }, 60_000);
});
