import { beforeAll, describe, expect, it } from 'vitest';
import { Acme } from '../../fixtures/make/acme.js';
import { assumeRole, denyAssumeRole } from '../../fixtures/make/issue/assume-role.js';
import {
  administratorAccess,
  allowAll,
  attach,
  createRole,
  detach,
  putInline,
  trusting,
} from '../../fixtures/make/issue/permission-changes.js';
import { prod, T, tooling } from '../../fixtures/make/scenario/scene.js';
import { ingest } from '../../src/app/ingest.js';
import { sessions } from '../../src/app/sessions.js';
import { who } from '../../src/app/who.js';
import type { Who } from '../../src/model/answers.js';
import type { AdminBy } from '../../src/model/session.js';
import { parsePolicy } from '../../src/policy/index.js';
import { renderWho } from '../../src/report/index.js';
import { openForReading, type Sqlite } from '../../src/store/open.js';
import { build } from '../cli/rolecall.js';
import { context } from '../report/made.js';
import { folderOf, newDb, packed } from './ingest-made.js';

beforeAll(build);

const HOUR = 3600;
const tuesday = { from: T - 2 * HOUR, to: T + 10 * HOUR, tz: 'UTC' };

async function asking<T>(play: (acme: Acme) => void, question: (store: Sqlite) => T): Promise<T> {
  const acme = new Acme('who by evidence');
  play(acme);
  const db = newDb();
  await ingest({ db, sources: [folderOf({ 'all.json.gz': packed(acme.records) })], threads: 1 });
  const store = openForReading(db);
  try {
    return question(store);
  } finally {
    store.close();
  }
}

function admins(store: Sqlite, more: Partial<Parameters<typeof who>[1]> = {}): Who {
  return who(store, { account: null, role: 'admin', window: tuesday, when: '', policy: null, ...more });
}

/** Role name → why its sessions are answers. */
function reasons({ answers }: Who): Record<string, AdminBy | null> {
  const held = answers.flatMap((answer) => answer.sessions);
  return Object.fromEntries(held.map(({ roleArn, adminBy }) => [roleArn!.split('/').at(-1)!, adminBy]));
}

const of = (policy: string) => (acme: Acme) => acme.role(prod, policy);
const [worker, platform] = [of('order-worker'), of('PlatformAdmin')];

function holds(acme: Acme, role: ReturnType<typeof worker>, at: number, seconds = HOUR): void {
  const session = assumeRole(acme, acme.user(prod, 'bob'), role, at, { name: 'bob', seconds });
  acme.call(session, at + 5, 's3:ListBuckets');
}

describe('who held admin', () => {
  it('counts a role that had the permissions, whatever its name, and tells the events', async () => {
    const answer = await asking((acme) => {
      attach(acme, acme.user(prod, 'alice'), worker(acme), administratorAccess, T);
      holds(acme, worker(acme), T + 60);
      detach(acme, acme.user(prod, 'alice'), worker(acme), administratorAccess, T + 120);
    }, admins);
    expect(answer.question.roleMeaning.byEvidence).toEqual([`arn:aws:iam::${prod}:role/order-worker`]);
    const found = reasons(answer)['order-worker']!;
    expect(found).toMatchObject({
      from: 'evidence',
      pattern: null,
      permissions: 'admin',
      since: T,
      until: T + 120,
    });
    expect(found.evidence).toHaveLength(2);
  });

  it('counts the sessions that were held while it had them, and no others', async () => {
    const answer = await asking((acme) => {
      const alice = acme.user(prod, 'alice');
      holds(acme, worker(acme), T - HOUR, 900);
      attach(acme, alice, worker(acme), administratorAccess, T);
      detach(acme, alice, worker(acme), administratorAccess, T + HOUR);
      holds(acme, worker(acme), T + 2 * HOUR);
      holds(acme, worker(acme), T - 600, 900);
    }, admins);
    expect(answer.answers.flatMap((each) => each.sessions.map(({ issuedAt }) => issuedAt))).toEqual([
      T - 600,
    ]);
  });

  it('counts an inline policy and one with a path, in the account asked about', async () => {
    const play = (acme: Acme) => {
      const role = acme.role(prod, 'order-repair', '/shop/');
      createRole(acme, acme.user(prod, 'alice'), role, trusting('*'), T);
      putInline(acme, acme.user(prod, 'alice'), role, 'all', allowAll, T + 1);
      holds(acme, role, T + 60);
      attach(acme, acme.user(tooling, 'bob'), acme.role(tooling, 'order-repair'), administratorAccess, T);
    };
    expect(reasons(await asking(play, admins))['order-repair']).toMatchObject({ from: 'evidence' });
    const elsewhere = await asking(play, (store) => admins(store, { account: tooling }));
    expect(elsewhere.answers).toEqual([]);
  });

  it('keeps a role that only its name speaks for, and says by what', async () => {
    const play = (acme: Acme) => holds(acme, platform(acme), T);
    const unknown = { permissions: 'unknown', since: null, until: null, evidence: [] };
    expect(reasons(await asking(play, admins))).toEqual({
      PlatformAdmin: { from: 'built-in', pattern: '*:role/*Admin', ...unknown },
    });
    const named = parsePolicy(
      'version: 1\nroles: { admin: { match: ["*:role/Platform*"] } }\n',
      'rolecall.yaml',
    );
    expect(reasons(await asking(play, (store) => admins(store, { policy: named })))).toEqual({
      PlatformAdmin: { from: 'policy', pattern: '*:role/Platform*', ...unknown },
    });
  });

  it('prefers evidence to the name, and keeps both', async () => {
    const answer = await asking((acme) => {
      attach(acme, acme.user(prod, 'alice'), platform(acme), administratorAccess, T);
      holds(acme, platform(acme), T + 60);
    }, admins);
    expect(reasons(answer).PlatformAdmin).toMatchObject({ from: 'evidence', pattern: '*:role/*Admin' });
  });

  it('never drops a role for what the records say, and says what they say', async () => {
    const answer = await asking((acme) => {
      holds(acme, acme.role(prod, 'ShopAdmin'), T);
      detach(acme, acme.user(prod, 'alice'), platform(acme), administratorAccess, T + HOUR);
      holds(acme, platform(acme), T + 2 * HOUR);
    }, admins);
    expect(reasons(answer)).toMatchObject({
      ShopAdmin: { permissions: 'unknown' },
      PlatformAdmin: { from: 'built-in', permissions: 'not-admin', since: T + HOUR },
    });
    const text = renderWho(answer, context({ width: 200 }));
    expect(text).toContain('but not by its permissions since 2026-11-17 11:00:00 UTC');
    expect(text).toContain('no record shows its permissions');
  });

  it('does not say that a role had none where that is known of a part of the time only', async () => {
    const answer = await asking((acme) => {
      holds(acme, platform(acme), T);
      createRole(acme, acme.user(prod, 'alice'), platform(acme), trusting('*'), T + 60);
    }, admins);
    expect(reasons(answer).PlatformAdmin).toMatchObject({ permissions: 'unknown' });
  });

  it('goes back before a detachment as far as the account has records', async () => {
    const play = (acme: Acme) => {
      acme.call(acme.user(prod, 'alice'), T - HOUR, 'iam:ListRoles');
      holds(acme, worker(acme), T);
      detach(acme, acme.user(prod, 'alice'), worker(acme), administratorAccess, T + 5 * HOUR);
    };
    const answer = await asking(play, admins);
    expect(reasons(answer)['order-worker']).toMatchObject({
      from: 'evidence',
      since: null,
      until: T + 5 * HOUR,
    });
    const before = { window: { from: T - 9 * HOUR, to: T - 2 * HOUR, tz: 'UTC' } };
    expect((await asking(play, (store) => admins(store, before))).question.roleMeaning.byEvidence).toEqual(
      [],
    );
  });

  it('lists attempts at a role that was admin when it was tried', async () => {
    const answer = await asking((acme) => {
      attach(acme, acme.user(prod, 'alice'), worker(acme), administratorAccess, T);
      for (const at of [T - 60, T + 60]) denyAssumeRole(acme, acme.user(prod, 'bob'), worker(acme), at);
    }, admins);
    expect(answer.attempts.map(({ attempts, first }) => [attempts, first])).toEqual([[1, T + 60]]);
  });

  it('is no question about permissions when another name is asked for', async () => {
    const play = (acme: Acme) => {
      attach(acme, acme.user(prod, 'alice'), worker(acme), administratorAccess, T);
      holds(acme, worker(acme), T + 60);
    };
    const answer = await asking(play, (store) => admins(store, { role: 'order-worker' }));
    expect(answer.question.roleMeaning).toMatchObject({ from: 'given', byEvidence: null });
    expect(reasons(answer)).toEqual({ 'order-worker': null });
  });

  it('is answered alike by the list of sessions, with a window or without', async () => {
    const found = await asking(
      (acme) => {
        attach(acme, acme.user(prod, 'alice'), worker(acme), administratorAccess, T);
        detach(acme, acme.user(prod, 'alice'), worker(acme), administratorAccess, T + HOUR);
        for (const at of [T + 60, T + 5 * HOUR]) holds(acme, worker(acme), at);
      },
      (store) =>
        [tuesday, null].map((window) => {
          const asked = {
            account: null,
            origin: null,
            name: null,
            unobserved: false,
            ambiguous: false,
            minDepth: null,
          };
          const list = sessions(store, { ...asked, role: 'admin', window, limit: 10, policy: null });
          return [list.total, list.sessions.map(({ issuedAt }) => issuedAt)];
        }),
    );
    expect(found).toEqual([
      [1, [T + 60]],
      [1, [T + 60]],
    ]);
  });
});

describe('the JSON of the answer', () => {
  it('says for each session what makes it an administrator’s', async () => {
    const answer = await asking((acme) => {
      attach(acme, acme.user(prod, 'alice'), worker(acme), administratorAccess, T);
      holds(acme, worker(acme), T + 60);
    }, admins);
    const json = JSON.parse(renderWho(answer, context({ format: 'json' })));
    expect(json.question.roleMeaning).toMatchObject({
      from: 'built-in',
      byEvidence: [`arn:aws:iam::${prod}:role/order-worker`],
    });
    const evidence = reasons(answer)['order-worker']!.evidence;
    expect(json.answers[0].sessions[0].adminBy).toEqual({
      from: 'evidence',
      pattern: null,
      permissions: 'admin',
      since: '2026-11-17T10:00:00Z',
      until: null,
      evidence,
    });
  });
});
