import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { coverage } from '../../src/app/coverage.js';
import { ingest } from '../../src/app/ingest.js';
import { openForReading } from '../../src/store/open.js';
import { build, emptyFolder } from '../cli/rolecall.js';
import { type Delivered, delivered, type Log, publicKeysFile, type Trail } from './digests-made.js';
import { newDb } from './ingest-made.js';

const account = '222222222222';
const region = 'eu-west-1';
const start = Date.parse('2026-11-17T08:00:00Z') / 1000;
const keys = publicKeysFile();

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
    eventID: `${String(hour + 100).padStart(8, '0')}-0000-4000-8000-0000000000${String(minute).padStart(2, '0')}`,
    eventType: 'AwsApiCall',
    recipientAccountId: account,
  };
}

const everyHour = (hours: number): Log[] =>
  Array.from({ length: hours }, (_, hour) => ({ hour, records: [call(hour, 1), call(hour, 7)] }));

/** What a trail delivered, on a disk, with each digest's signature beside it. */
function onDisk(hours: number, logs = everyHour(hours), how: Partial<Trail> = {}): Delivered {
  const made = delivered({ account, region, bucket: 'acme-trail', start, ...how }, hours, logs);
  for (const digest of made.digests) {
    const beside = join(made.folder, `${digest}.metadata`);
    const { signature } = JSON.parse(readFileSync(beside, 'utf8'));
    rmSync(beside);
    writeFileSync(join(made.folder, `${digest}.signature`), signature);
  }
  return made;
}

function remove({ folder }: Delivered, ...names: string[]): void {
  for (const name of names) {
    rmSync(join(folder, name));
    rmSync(join(folder, `${name}.signature`), { force: true });
  }
}

/** Hours that the store's digests prove, counted from the first. */
function hoursProven(db: string): number[] {
  const store = openForReading(db);
  const { proven } = coverage(store, { window: null, accounts: null, regions: null });
  store.close();
  return proven.flatMap(({ hours }) => hours.map((hour) => (hour - start) / 3600));
}

beforeAll(build);

describe('a hole in the chain of digests', () => {
  const [from, to] = [start + 16 * 3600, start + 40 * 3600];

  it.each([
    ['all of the window', 16, 40],
    ['the window and more', 10, 44],
    ['the end of the window', 37, 40],
    ['the beginning of the window', 16, 19],
    ['the end of the window and all after it', 30, 64],
    ['the window and all after it', 14, 64],
  ])('is named when it is %s', async (_title, first, end) => {
    const made = onDisk(64);
    const gone = made.digests.slice(first, end);
    remove(made, ...gone);
    const now = start + 70 * 3600;
    const { digests } = await ingest({
      db: newDb(),
      sources: [made.folder],
      from,
      to,
      now,
      digests: { keys: [keys] },
    });
    expect(digests!.problems.map(({ reason }) => reason)).toEqual(['gap']);
  });
});

it('a digest that came while logs were being read accuses none that came then, too', async () => {
  const made = onDisk(6);
  remove(made, made.logs[4]!);
  const sources = [made.folder];
  const during = await ingest({ db: newDb(), sources, now: start + 4.5 * 3600, digests: { keys: [keys] } });
  expect(during.digests).toEqual({ verified: 5, unproven: 1, problems: [] });
  const after = await ingest({ db: newDb(), sources, now: start + 7 * 3600, digests: { keys: [keys] } });
  expect(after.digests!.problems).toEqual([{ key: join(made.folder, made.logs[4]!), reason: 'missing' }]);
});

it('a log with a record that could not be read proves nothing, whatever its digest says', async () => {
  const strange = { hour: 2, records: [call(2, 30), { ...call(2, 31), eventTime: 'yesterday' }] };
  const db = newDb();
  const { records, digests } = await ingest({
    db,
    sources: [onDisk(6, [...everyHour(6), strange]).folder],
    digests: { keys: [keys] },
  });
  expect(records.rejected).toBe(1);
  expect(digests).toEqual({ verified: 5, unproven: 1, problems: [] });
  // The hour before could have calls in the digest in question, too.
  expect(hoursProven(db)).toEqual([0, 3, 4]);
});

describe('where two trails log the same account', () => {
  const twoTrails = () => ({
    one: onDisk(6),
    other: onDisk(6, everyHour(6), { name: 'data', prefix: 'data/' }),
  });

  async function proven(...folders: string[][]): Promise<number[]> {
    const db = newDb();
    for (const sources of folders) await ingest({ db, sources, digests: { keys: [keys] } });
    return hoursProven(db);
  }

  it('an hour is complete when no digest of either names a log that is not here', async () => {
    const { one, other } = twoTrails();
    expect(await proven([one.folder, other.folder])).toEqual([0, 1, 2, 3, 4]);
    remove(other, other.logs[2]!);
    expect(await proven([one.folder, other.folder])).toEqual([0, 3, 4]);
    // Where its digest is gone as well, or was never there, nothing tells of it.
    remove(other, other.digests[2]!);
    expect(await proven([one.folder, other.folder])).toEqual([0, 1, 2, 3, 4]);
  });

  it('a log that lacks in one copy of a trail is no matter when another copy has it', async () => {
    const { one } = twoTrails();
    const copy = onDisk(6);
    remove(copy, copy.logs[2]!);
    expect(await proven([copy.folder])).toEqual([0, 3, 4]);
    expect(await proven([copy.folder], [one.folder])).toEqual([0, 1, 2, 3, 4]);
  });

  it('an hour of which a filter left out records of one is not complete', async () => {
    const { one, other } = twoTrails();
    const db = newDb();
    const [from, to] = [start + 2 * 3600, start + 4 * 3600];
    await ingest({ db, sources: [one.folder], digests: { keys: [keys] } });
    await ingest({ db, sources: [other.folder], digests: { keys: [keys] }, from, to });
    expect(hoursProven(db)).toEqual([0, 2, 3, 4]);
  });

  it('a digest that nobody signed takes no more than its own hour away', async () => {
    const { one, other } = twoTrails();
    const path = join(other.folder, other.digests[3]!);
    const text = gunzipSync(readFileSync(path)).toString();
    writeFileSync(
      path,
      gzipSync(text.replace(/"digestStartTime":"[^"]*"/, '"digestStartTime":"1970-01-01T00:00:00Z"')),
    );
    remove(other, ...other.digests.slice(4));
    expect(await proven([one.folder, other.folder])).toEqual([0, 1, 4]);
  });
});

it('a digest that unpacks to more than any holds is not looked into', async () => {
  const made = onDisk(6);
  const path = join(made.folder, made.digests[2]!);
  const padding = Buffer.alloc(40 * 1024 * 1024, ' ');
  writeFileSync(path, gzipSync(Buffer.concat([gunzipSync(readFileSync(path)), padding]), { level: 1 }));
  const { digests } = await ingest({ db: newDb(), sources: [made.folder], digests: { keys: [keys] } });
  expect(digests!.problems).toEqual([{ key: path, reason: 'altered' }]);
});

describe('a file of public keys', () => {
  it('may be as PowerShell writes it', async () => {
    const path = join(emptyFolder(), 'keys.json');
    writeFileSync(path, Buffer.from(`\ufeff${readFileSync(keys, 'utf8')}`, 'utf16le'));
    const sources = [onDisk(3).folder];
    expect((await ingest({ db: newDb(), sources, digests: { keys: [path] } })).digests!.verified).toBe(3);
  });

  it('without an end is not read to it', async () => {
    const question = { db: newDb(), sources: [onDisk(1).folder], digests: { keys: ['/dev/zero'] } };
    await expect(ingest(question)).rejects.toMatchObject({ code: 'DIGEST_KEYS' });
  });
});

it('a digest by its name, of a day that there is not, stands in the way of none', async () => {
  const made = onDisk(3);
  const path = join(made.folder, made.digests[1]!.replace('20261117T', '20269999T'));
  writeFileSync(path, gzipSync('{}'));
  const { digests } = await ingest({ db: newDb(), sources: [made.folder], digests: { keys: [keys] } });
  expect(digests).toEqual({ verified: 3, unproven: 0, problems: [] });
});

describe('logs of which no digest tells at all', () => {
  const digestsOf = (made: Delivered, hours: number) =>
    ingest({ db: newDb(), sources: [made.folder], now: start + hours * 3600, digests: { keys: [keys] } });

  it('are named by the folder that theirs would lie in', async () => {
    const made = onDisk(6);
    remove(made, ...made.digests);
    const folder = join(made.folder, made.digests[0]!.replace(/(CloudTrail-Digest\/[^/]+\/).*/, '$1'));
    expect((await digestsOf(made, 70)).digests).toEqual({
      verified: 0,
      unproven: 0,
      problems: [{ key: folder, reason: 'gap' }],
    });
  });

  it('are named, too, when those of another region are all there', async () => {
    const made = onDisk(6);
    const other = onDisk(6, everyHour(6), { region: 'us-east-1' });
    remove(other, ...other.digests);
    const question = { db: newDb(), sources: [made.folder, other.folder], now: start + 70 * 3600 };
    const { digests } = await ingest({ ...question, digests: { keys: [keys] } });
    expect(digests!.problems.map(({ key }) => key.slice(other.folder.length))).toEqual([
      expect.stringMatching(/\/CloudTrail-Digest\/us-east-1\/$/),
    ]);
  });

  it('are not named before the first digest can have come', async () => {
    const made = onDisk(1);
    remove(made, ...made.digests);
    expect((await digestsOf(made, 1.5)).digests!.problems).toEqual([]);
  });
});
