import { describe, expect, it } from 'vitest';
import { Acme } from '../../fixtures/make/acme.js';
import { outsider } from '../../fixtures/make/detectors/case.js';
import { assumeRole } from '../../fixtures/make/issue/assume-role.js';
import { prod, staging, T } from '../../fixtures/make/scenario/scene.js';
import { ingest } from '../../src/app/ingest.js';
import { openStore } from '../../src/app/open.js';
import { verify } from '../../src/app/verify.js';
import { parsePolicy } from '../../src/policy/index.js';
import { folderOf, newDb, packed } from './ingest-made.js';

/** The checks of one made play, by id. */
async function checks(play: (acme: Acme) => void, text: string, hours: [number, number] | null = null) {
  const acme = new Acme('verify');
  play(acme);
  const db = newDb();
  await ingest({ db, sources: [folderOf({ 'logs.json.gz': packed(acme.records) })], threads: 1 });
  const policy = parsePolicy(
    `version: 1\naccounts: { prod: { id: "${prod}" }, staging: { id: "${staging}" } }\n${text}`,
    'rolecall.yaml',
  );
  const store = openStore(db);
  try {
    const window = hours && { from: T + hours[0] * 3600, to: T + hours[1] * 3600, tz: 'UTC' };
    const { groups } = verify(store, { policy, window });
    return new Map(groups.flatMap((group) => group.checks).map((check) => [check.id, check]));
  } finally {
    store.close();
  }
}

const enters =
  (user: string, role = 'deploy') =>
  (acme: Acme) =>
    assumeRole(acme, acme.user(staging, user), acme.role(prod, role), T);

describe('an edge that must never succeed', () => {
  const refused = (acme: Acme) => {
    const denied = {
      denied: true,
      request: { roleArn: `arn:aws:iam::${prod}:role/deploy`, roleSessionName: 'x' },
    };
    acme.call(acme.user(staging, 'dave'), T + 60, 'sts:AssumeRole', denied);
  };

  it('is broken though a wider one before it is broken as well', async () => {
    const found = await checks((acme) => {
      enters('dave')(acme);
      refused(acme);
    }, 'never: [{ from: staging, to: "prod:role/*" }, { from: "staging:user/dave", to: "prod:role/deploy" }]\n');
    expect(['never[0]', 'never[1]'].map((id) => found.get(id)?.verdict)).toEqual(['fail', 'fail']);
  });

  it('cannot be confirmed when somebody of the account came in and no record says who', async () => {
    const found = await checks((acme) => {
      assumeRole(acme, outsider(staging), acme.role(prod, 'deploy'), T);
      refused(acme);
    }, 'never: [{ from: "staging:user/dave", to: "prod:role/deploy" }]\n');
    expect(found.get('never[0]')).toMatchObject({ verdict: 'no-evidence' });
    expect(found.get('never[0]')?.detail[0]).toContain(`somebody in account ${staging}`);
  });

  it('says how many sessions nobody saw assumed', async () => {
    const found = await checks((acme) => {
      const session = enters('carol')(acme);
      acme.records.length = 0;
      acme.call(session, T + 60, 'ec2:RunInstances');
      refused(acme);
    }, 'never: [{ from: "staging:user/dave", to: "prod:role/deploy" }]\n');
    expect(found.get('never[0]')?.detail).toEqual([
      expect.stringContaining('nobody saw who assumed 1 session'),
    ]);
  });
});

describe('how urgent the policy calls a finding', () => {
  const callers = (severity: string) =>
    `roles: { deploy: { match: ["prod:role/deploy"], callers: ["staging:user/ci"] } }\ndetectors: { unexpected-principal: { severity: ${severity} } }\n`;

  it('does not turn a broken promise into a doubt', async () => {
    expect((await checks(enters('dave'), callers('low'))).get('roles.deploy.callers')?.verdict).toBe('fail');
  });

  it('does not turn a doubt into a broken promise', async () => {
    const found = await checks((acme) => {
      assumeRole(acme, outsider(staging), acme.role(prod, 'deploy'), T);
    }, callers('critical'));
    expect(found.get('roles.deploy.callers')?.verdict).toBe('no-evidence');
  });
});

describe('a role with two entries', () => {
  it('keeps the one while it breaks the other', async () => {
    const found = await checks(
      enters('ci'),
      'roles: { a: { match: ["prod:role/*"], callers: ["staging:user/other"] }, b: { match: ["prod:role/deploy"], callers: ["staging:user/ci"] } }\n',
    );
    expect(found.get('roles.a.callers')?.verdict).toBe('fail');
    expect(found.get('roles.b.callers')?.verdict).toBe('pass');
  });

  it('does not keep an entry that it goes beyond, though another allows more', async () => {
    const found = await checks((acme) => {
      acme.call(enters('ci')(acme), T + 60, 'ec2:RunInstances');
    }, 'roles: { a: { match: ["prod:role/*"], calls: ["s3:*"] }, b: { match: ["prod:role/deploy"], calls: ["ec2:*"] } }\n');
    expect(found.get('roles.a.calls')).toMatchObject({
      verdict: 'no-evidence',
      says: 'what was seen goes beyond it',
    });
    expect(found.get('roles.b.calls')?.verdict).toBe('pass');
  });

  it('that has a depth of its own is no business of the general limit', async () => {
    const found = await checks((acme) => {
      const first = enters('ci')(acme);
      assumeRole(acme, first, acme.role(prod, 'far'), T + 60);
    }, 'roles: { far: { match: ["prod:role/far"], maxDepth: 2 } }\nlimits: { maxDepth: 1 }\n');
    expect(found.get('roles.far.maxDepth')?.verdict).toBe('pass');
    expect(found.get('limits.maxDepth')).toMatchObject({ verdict: 'pass', says: '1 session, none deeper' });
  });
});

describe('a window', () => {
  const audit =
    'roles: { audit: { match: ["prod:role/audit"], readOnly: true, resources: ["arn:aws:s3:::mine/*"] } }\n';
  const worksAllDay = (acme: Acme) => {
    const session = assumeRole(acme, acme.user(staging, 'ci'), acme.role(prod, 'audit'), T, {
      seconds: 43_200,
    });
    const put = (hour: number, bucket: string) =>
      acme.call(session, T + hour * 3600, 's3:PutObject', {
        resources: [{ ARN: `arn:aws:s3:::${bucket}/key` }],
        readOnly: false,
      });
    put(0.5, 'other');
    put(8, 'other');
    acme.call(session, T + 3 * 3600, 's3:GetObject', {
      resources: [{ ARN: 'arn:aws:s3:::mine/key' }],
      readOnly: true,
    });
  };

  it('holds nothing against a session that it did before and after', async () => {
    const found = await checks(worksAllDay, audit, [2, 4]);
    expect(found.get('roles.audit.readOnly')?.verdict).toBe('pass');
    expect(found.get('roles.audit.resources')?.verdict).toBe('no-evidence');
    const later = await checks(worksAllDay, audit, [7, 9]);
    expect(later.get('roles.audit.readOnly')?.verdict).toBe('fail');
    expect(later.get('roles.audit.resources')?.verdict).toBe('fail');
  });

  it('holds nothing against root that it did earlier and later on the same day', async () => {
    const found = await checks(
      (acme) => {
        const root = { kind: 'root', accountId: prod, key: null } as const;
        for (const hour of [0, 3]) acme.call(root, T + hour * 3600, 'iam:ListUsers');
        acme.call(acme.user(prod, 'bob'), T + 5400, 'iam:ListUsers');
      },
      '',
      [1, 2],
    );
    expect(found.get('guardrails.root')?.verdict).toBe('pass');
  });
});

describe('a record that does not say whether it writes', () => {
  const writes = (acme: Acme) => {
    const session = enters('ci')(acme);
    const record = acme.call(session, T + 60, 'ec2:RunInstances', { region: 'us-west-2' });
    delete (record as Record<string, unknown>).readOnly;
    acme.call(session, T + 90, 'ec2:RunInstances', { region: 'eu-west-1' });
  };

  it('is no evidence that nothing was changed elsewhere', async () => {
    const found = await checks(writes, 'guardrails: { regions: [eu-west-1] }\n');
    expect(found.get('guardrails.regions')).toMatchObject({ verdict: 'no-evidence' });
  });

  it('is no evidence that a role only read', async () => {
    const found = await checks((acme) => {
      const session = enters('ci')(acme);
      delete (acme.call(session, T + 60, 'ec2:RunInstances') as Record<string, unknown>).readOnly;
    }, 'roles: { audit: { match: ["prod:role/deploy"], readOnly: true } }\n');
    expect(found.get('roles.audit.readOnly')).toMatchObject({ verdict: 'no-evidence' });
  });
});
