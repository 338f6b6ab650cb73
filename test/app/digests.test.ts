import { copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { coverage } from '../../src/app/coverage.js';
import { ingest } from '../../src/app/ingest.js';
import { openForReading } from '../../src/store/open.js';
import { build, emptyFolder, rolecall } from '../cli/rolecall.js';
import { awsEnvironment, newBucket, useEnvironment } from '../s3/bucket.js';
import { faultProxy, slowDown } from '../s3/proxy.js';
import { withS3 } from '../s3/server.js';
import { type Delivered, delivered, publicKeysFile } from './digests-made.js';
import { ask, newDb } from './ingest-made.js';

const account = '222222222222';
const region = 'eu-west-1';
const start = Date.parse('2026-11-17T08:00:00Z') / 1000;
const iso = (hour: number) => `2026-11-17T${String(8 + hour).padStart(2, '0')}:00:00Z`;
const keys = [publicKeysFile()];

/** A call in an hour, so many minutes into it. */
function call(hour: number, minute: number) {
  return {
    eventVersion: '1.11',
    userIdentity: { type: 'IAMUser', principalId: 'AIDAEXAMPLE', accountId: account, userName: 'bob' },
    eventTime: new Date((start + hour * 3600 + minute * 60) * 1000).toISOString().replace('.000', ''),
    eventSource: 'iam.amazonaws.com',
    eventName: 'ListUsers',
    awsRegion: region,
    sourceIPAddress: '192.0.2.10',
    userAgent: 'aws-cli/2.31.4',
    eventID: `${hour}${hour}000000-0000-4000-8000-0000000000${String(minute).padStart(2, '0')}`,
    eventType: 'AwsApiCall',
    recipientAccountId: account,
  };
}

/** Six hours of a trail; nothing happens in the fourth. */
function trail(bucket = 'acme-trail'): Delivered {
  const logs = [0, 1, 2, 4, 5].flatMap((hour) => [
    { hour, records: [call(hour, 1), call(hour, 7)] },
    { hour, records: [call(hour, 20)] },
  ]);
  return delivered({ account, region, bucket, start }, 6, logs);
}

/** Changes a packed file's content. */
function change(path: string, edit: (text: string) => string): void {
  writeFileSync(path, gzipSync(edit(gunzipSync(readFileSync(path)).toString())));
}

const damage: [title: string, spoil: (made: Delivered) => void, problems: (made: Delivered) => object[]][] = [
  [
    'a changed log',
    ({ folder, logs }) => change(join(folder, logs[3]!), (text) => text.replace('ListUsers', 'ListRoles')),
    ({ logs }) => [{ key: logs[3], reason: 'altered' }],
  ],
  [
    'a removed log',
    ({ folder, logs }) => rmSync(join(folder, logs[2]!)),
    ({ logs }) => [{ key: logs[2], reason: 'missing' }],
  ],
  [
    'a removed digest',
    ({ folder, digests }) => rmSync(join(folder, digests[2]!)),
    ({ digests }) => [{ key: digests[2], reason: 'gap' }],
  ],
  [
    'a changed digest',
    ({ folder, digests }) =>
      change(join(folder, digests[2]!), (text) =>
        text.replace('"newestEventTime":null', '"newestEventTime":""'),
      ),
    ({ digests }) => [
      { key: digests[2], reason: 'bad-signature' },
      { key: digests[2], reason: 'altered' },
    ],
  ],
  [
    'a digest in the place of another',
    ({ folder, digests }) =>
      writeFileSync(join(folder, digests[2]!), readFileSync(join(folder, digests[4]!))),
    ({ digests }) => [{ key: digests[2], reason: 'altered' }],
  ],
  [
    'something that is no digest',
    ({ folder, digests }) => writeFileSync(join(folder, digests[2]!), gzipSync('{}')),
    ({ digests }) => [{ key: digests[2], reason: 'altered' }],
  ],
];

beforeAll(build);

await withS3('digests in a bucket', (server) => {
  useEnvironment(() => awsEnvironment(server.endpoint));

  async function verified(spoil: (made: Delivered) => void = () => {}, db = newDb()) {
    const bucket = await newBucket(server);
    const made = trail(bucket.name);
    spoil(made);
    await server.fill(bucket.name, made.folder);
    const source = `s3://${bucket.name}`;
    const summary = await ingest({ db, sources: [source], digests: { keys } });
    const named = summary.digests!.problems.map(({ key, reason }) => ({
      key: key.replace(`${source}/`, ''),
      reason,
    }));
    return { made, source, db, summary: summary.digests!, named };
  }

  it('that are sound prove their hours, also the one in which nothing happened', async () => {
    const { db, summary } = await verified();
    expect(summary).toEqual({ verified: 6, unproven: 0, problems: [] });
    const store = openForReading(db);
    const { proven, gaps, rows, digests } = coverage(store, { window: null, accounts: null, regions: null });
    store.close();
    // The last hour waits for the digest behind it.
    expect(proven).toEqual([
      { accountId: account, region, hours: [0, 1, 2, 3, 4].map((hour) => start + hour * 3600) },
    ]);
    expect(rows[0]!.hours).not.toContain(start + 3 * 3600);
    expect({ gaps, digests }).toEqual({ gaps: [], digests: { verified: 6, problems: [] } });
  });

  it.each(damage)('show %s', async (_title, spoil, problems) => {
    const { made, named, summary, db } = await verified(spoil);
    expect(named).toEqual(problems(made));
    expect(summary.verified).toBeLessThan(6);
    const store = openForReading(db);
    const { proven, digests } = coverage(store, { window: null, accounts: null, regions: null });
    store.close();
    expect(digests.problems).toHaveLength(problems(made).length);
    // Neither the hour in question nor, where it reaches into it, the one before.
    expect(proven[0]!.hours.length).toBeLessThan(5);
  });

  it('without a signature, or with one of another, are not taken', async () => {
    const { made, named } = await verified(({ folder, digests }) => {
      rmSync(join(folder, `${digests[1]!}.metadata`));
      renameSync(join(folder, `${digests[4]!}.metadata`), join(folder, `${digests[3]!}.metadata`));
    });
    expect(named).toEqual([1, 3, 4].map((i) => ({ key: made.digests[i], reason: 'bad-signature' })));
  });

  it('notice a log that vanished after it was read, and forgive what is put back', async () => {
    const { db, source, made } = await verified();
    const bucket = source.slice('s3://'.length);
    const without = await newBucket(server);
    await server.fill(without.name, made.folder);
    await without.remove(made.logs[0]!);
    const sources = [`s3://${without.name}`];
    const gone = await ingest({ db, sources, digests: { keys } });
    expect(gone.digests!.problems).toEqual([{ key: `${sources[0]}/${made.logs[0]}`, reason: 'missing' }]);
    await without.put(made.logs[0]!, readFileSync(join(made.folder, made.logs[0]!)));
    expect((await ingest({ db, sources, digests: { keys } })).digests!.problems).toEqual([]);
    expect(ask(db, 'SELECT 1 FROM digest_problem')).toEqual([]);
    expect(bucket).not.toBe(without.name);
  });

  it('prove nothing of hours that a filter left out', async () => {
    const { source } = await verified();
    const db = newDb();
    const [from, to] = [start + 3600, start + 3 * 3600];
    const { digests } = await ingest({ db, sources: [source], from, to, digests: { keys } });
    expect(digests).toMatchObject({ problems: [] });
    const store = openForReading(db);
    const { proven } = coverage(store, {
      window: { from: start, to: start + 6 * 3600, tz: 'UTC' },
      accounts: null,
      regions: null,
    });
    store.close();
    expect(proven.flatMap(({ hours }) => hours)).toEqual([start + 3600]);
  });

  it('that cannot be had are called unread, not altered', async () => {
    const { source, made } = await verified();
    const proxy = await faultProxy(server.endpoint);
    vi.stubEnv('AWS_ENDPOINT_URL_S3', proxy.endpoint);
    proxy.fault = ({ kind, key }) => (kind === 'get' && key === made.digests[2] ? slowDown : null);
    const s3 = { attempts: 1 };
    const { digests } = await ingest({ db: newDb(), sources: [source], s3, digests: { keys } });
    await proxy.stop();
    expect(digests).toEqual({
      verified: 5,
      unproven: 0,
      problems: [{ key: `${source}/${made.digests[2]}`, reason: 'unread' }],
    });
  });

  it('that end before the window does leave a gap', async () => {
    const { source, made } = await verified();
    const [from, to] = [start, start + 9 * 3600];
    const { digests } = await ingest({
      db: newDb(),
      sources: [source],
      from,
      to,
      digests: { keys },
      now: to + 86_400,
    });
    expect(digests!.problems).toEqual([{ key: `${source}/${made.digests[5]}`, reason: 'gap' }]);
  });

  it('that end before now leave a gap in a window that goes on until now', async () => {
    const { source, made } = await verified();
    const end = start + 6 * 3600;
    const since = async (now: number) => {
      const asked = { db: newDb(), sources: [source], from: start, digests: { keys }, now };
      return (await ingest(asked)).digests!.problems;
    };
    expect(await since(end + 86_400)).toEqual([{ key: `${source}/${made.digests[5]}`, reason: 'gap' }]);
    expect(await since(end + 3600)).toEqual([]);
  });
});

describe('digests on a disk', () => {
  let made: Delivered;

  beforeEach(() => {
    made = trail();
    for (const digest of made.digests) rmSync(join(made.folder, `${digest}.metadata`));
  });

  it('are proven by the signature that the next one repeats; the last has none', async () => {
    const { digests } = await ingest({ db: newDb(), sources: [made.folder], digests: { keys } });
    expect(digests).toEqual({ verified: 5, unproven: 1, problems: [] });
  });

  it('may have their signature beside them', async () => {
    const last = made.digests.at(-1)!;
    writeFileSync(join(made.folder, `${last}.signature`), 'ab'.repeat(256));
    const wrong = await ingest({ db: newDb(), sources: [made.folder], digests: { keys } });
    expect(wrong.digests).toEqual({
      verified: 5,
      unproven: 0,
      problems: [{ key: expect.stringContaining(last), reason: 'bad-signature' }],
    });
  });

  it('that were copied out of their folders are not said to be altered', async () => {
    const flat = emptyFolder();
    for (const path of [...made.logs, ...made.digests])
      copyFileSync(join(made.folder, path), join(flat, basename(path)));
    const { digests } = await ingest({ db: newDb(), sources: [flat], digests: { keys } });
    expect(digests).toMatchObject({ verified: 0, unproven: 0 });
    expect(digests!.problems.map(({ reason }) => reason)).toEqual(Array(6).fill('misplaced'));
  });

  it('whose key is not among those given are not said to be forged', async () => {
    const none = join(made.folder, 'keys-of-another-region.json');
    writeFileSync(none, '{"PublicKeyList":[]}');
    const { digests } = await ingest({ db: newDb(), sources: [made.folder], digests: { keys: [none] } });
    expect(digests).toMatchObject({ verified: 0, unproven: 1 });
    expect(digests!.problems.map(({ reason }) => reason)).toEqual(Array(5).fill('unknown-key'));
    const args = ['ingest', made.folder, '--db', newDb(), '--format', 'json'];
    const both = rolecall([...args, '--digest-keys', keys[0]!, '--digest-keys', none]);
    expect(JSON.parse(both.stdout).digests).toEqual({ verified: 5, unproven: 1, problems: [] });
  });

  it('may be a part of the bucket', async () => {
    const sources = [join(made.folder, `AWSLogs/${account}`)];
    expect((await ingest({ db: newDb(), sources, digests: { keys } })).digests).toMatchObject({
      verified: 5,
      problems: [],
    });
  });

  it('are checked by the command line: exit 3 and a sentence for each problem, in coverage and who as well', () => {
    rmSync(join(made.folder, made.logs[2]!));
    const db = newDb();
    const args = ['ingest', made.folder, '--db', db, '--digests', '--digest-keys', keys[0]!];
    const table = rolecall(args);
    expect(table.code).toBe(3);
    expect(table.stdout.replaceAll(/\s+/g, ' ')).toContain(
      'missing: a digest lists this log, and it is not there',
    );
    const json = JSON.parse(rolecall([...args, '--format', 'json']).stdout);
    expect(json.digests).toEqual({
      verified: 4,
      unproven: 1,
      problems: [{ key: join(made.folder, made.logs[2]!), reason: 'missing' }],
    });
    const seen = rolecall(['coverage', '--db', db, '--width', '80']).stdout;
    expect(seen).toMatch(/4 digests verified/);
    expect(JSON.parse(rolecall(['coverage', '--db', db, '--format', 'json']).stdout).proven).toEqual([
      { accountId: account, account: null, region, hours: [2, 3].map(iso) },
    ]);
    const who = rolecall(['who', '--account', account, '--on', '2026-11-17', '--db', db]).stdout;
    expect(who.replaceAll(/\s+/g, ' ')).toContain(
      '2 of 24 hours proven complete by digests, the rest only seen',
    );
    expect(who).toContain('no answer is not proof');
  });

  it('without keys that can be read are not looked at, and nothing else either', () => {
    for (const file of [join(made.folder, 'none.json'), join(made.folder, made.logs[0]!)]) {
      const { code, stderr } = rolecall(['ingest', made.folder, '--digest-keys', file]);
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('list-public-keys') });
    }
  });
});
