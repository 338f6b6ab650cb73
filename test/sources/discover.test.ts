import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { discover } from '../../src/sources/discover.js';
import { list } from '../../src/sources/list.js';
import { openBytes } from '../../src/sources/open.js';

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'rolecall-sources-')));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), '{}');
  }
}

/** Path of a delivered file, for a minute such as `20261117T1005`. */
function delivered(account: string, region: string, minute: string, prefix = 'AWSLogs'): string {
  const day = `${minute.slice(0, 4)}/${minute.slice(4, 6)}/${minute.slice(6, 8)}`;
  return `${prefix}/${account}/CloudTrail/${region}/${day}/${account}_CloudTrail_${region}_${minute}Z_AcmeAcmeAcme0001.json.gz`;
}

const seconds = (iso: string) => Date.parse(iso) / 1000;
const names = (objects: { name: string }[]) => objects.map(({ name }) => relative(root, name));

describe('a folder', () => {
  test('gives the logs below it, account, region and day read from the layout', async () => {
    const prefixes = [
      'AWSLogs',
      'trails/main/AWSLogs',
      'AWSLogs/o-a1b2c3d4e5',
      'o-a1b2c3d4e5/AWSLogs/o-a1b2c3d4e5',
    ];
    const files = prefixes.map((prefix, i) =>
      delivered('222222222222', 'eu-west-1', `20261117T100${i}`, prefix),
    );
    put(...files);
    const { objects, passedOver, problems } = await discover([root]);
    expect(names(objects)).toEqual(files);
    for (const object of objects) {
      expect(object).toMatchObject({
        account: '222222222222',
        region: 'eu-west-1',
        day: '2026-11-17',
        size: 2,
      });
    }
    expect({ passedOver, problems }).toEqual({ passedOver: {}, problems: [] });
  });

  test('gives accounts and regions in the order of time, and what has no time in its name last', async () => {
    const files = [
      delivered('222222222222', 'eu-west-1', '20261116T2355'),
      delivered('111111111111', 'us-east-1', '20261117T1000'),
      delivered('222222222222', 'af-south-1', '20261117T1005'),
      'a.json',
      'b.ndjson',
    ];
    put(...[...files].reverse());
    expect(names((await discover([root])).objects)).toEqual(files);
  });

  test('passes over what lies beside logs, and counts it by kind', async () => {
    const log = delivered('222222222222', 'eu-west-1', '20261117T1000');
    const digest = '222222222222_CloudTrail-Digest_eu-west-1_acme_eu-west-1_20261117T100000Z.json.gz';
    put(
      log,
      `AWSLogs/222222222222/CloudTrail-Digest/eu-west-1/2026/11/17/${digest}`,
      `copied/${digest}`,
      'AWSLogs/222222222222/CloudTrail-Insight/eu-west-1/2026/11/17/a.json.gz',
      'AWSLogs/222222222222/CloudTrail-Aggregated/eu-west-1/2026/11/17/a.json.gz',
      'AWSLogs/222222222222/vpcflowlogs/eu-west-1/2026/11/17/a.log.gz',
      '.DS_Store',
      'notes.pdf',
      'README.md',
      'backup.tar.gz',
    );
    const { objects, passedOver } = await discover([root]);
    expect(names(objects)).toEqual([log]);
    expect(passedOver).toEqual({
      'CloudTrail-Aggregated': 1,
      'CloudTrail-Digest': 2,
      'CloudTrail-Insight': 1,
      hidden: 1,
      other: 3,
      vpcflowlogs: 1,
    });
  });

  test('is read once, however links lead around in it, and files go by their own name', async () => {
    put('logs/a.json', 'z.json');
    symlinkSync(root, join(root, 'logs', 'around'));
    symlinkSync(join(root, 'z.json'), join(root, 'a-link.json'));
    symlinkSync(join(root, 'logs'), join(root, 'logs-again'));
    const { objects, problems } = await discover([root, join(root, 'logs'), root]);
    expect(names(objects)).toEqual(['logs/a.json', 'z.json']);
    expect(problems).toEqual([]);
  });

  test('with a link that leads nowhere is a problem, and the rest is found', async () => {
    put('a.json');
    symlinkSync(join(root, 'gone.json'), join(root, 'link.json'));
    const { objects, problems } = await discover([root]);
    expect(names(objects)).toEqual(['a.json']);
    expect(problems).toEqual([
      { source: join(root, 'link.json'), at: '', reason: expect.stringContaining('leads nowhere') },
    ]);
  });

  test('that may not be entered is a problem, or is read where nothing is forbidden', async () => {
    put('a.json', 'closed/b.json');
    chmodSync(join(root, 'closed'), 0o000);
    const { objects, problems } = await discover([root]);
    chmodSync(join(root, 'closed'), 0o700);
    const asRoot = process.getuid?.() === 0;
    expect(names(objects)).toEqual(asRoot ? ['a.json', 'closed/b.json'] : ['a.json']);
    expect(problems).toHaveLength(asRoot ? 0 : 1);
  });
});

describe('narrowing', () => {
  const files = ['20261114T1200', '20261116T1200', '20261117T1200', '20261118T1200', '20261120T1200'].map(
    (minute) => delivered('222222222222', 'eu-west-1', minute),
  );

  test('by time keeps the days asked for, one more on each side, and what has no day', async () => {
    put(...files, 'other.json');
    const filter = { from: seconds('2026-11-17T00:00:00Z'), to: seconds('2026-11-18T00:00:00Z') };
    expect(names((await discover([root], filter)).objects)).toEqual([...files.slice(1, 4), 'other.json']);
  });

  test('by account and region keeps what the layout does not tell', async () => {
    const kept = delivered('111111111111', 'eu-west-1', '20261117T1000');
    put(
      kept,
      delivered('222222222222', 'eu-west-1', '20261117T1000'),
      delivered('111111111111', 'us-east-1', '20261117T1000'),
      'other.json',
    );
    const { objects } = await discover([root], { accounts: ['111111111111'], regions: ['eu-west-1'] });
    expect(names(objects)).toEqual([kept, 'other.json']);
  });
});

describe('files and globs', () => {
  test('a named file is taken whatever it is called', async () => {
    put('.hidden', 'notes.pdf');
    const { objects } = await discover([join(root, 'notes.pdf'), join(root, '.hidden')]);
    expect(names(objects)).toEqual(['.hidden', 'notes.pdf']);
  });

  test('a glob takes the files it matches, or the folders when it matches no file', async () => {
    put('2026/a.json', '2026/b.bin', '2027/c.json');
    expect(names((await discover([join(root, '2026/*')])).objects)).toEqual(['2026/a.json', '2026/b.bin']);
    expect(names((await discover([join(root, '202*')])).objects)).toEqual(['2026/a.json', '2027/c.json']);
    expect(names((await discover([join(root, '**/*.json')])).objects)).toEqual([
      '2026/a.json',
      '2027/c.json',
    ]);
  });

  test('a file whose name looks like a glob is itself', async () => {
    put('a[1].json', 'a1.json');
    expect(names((await discover([join(root, 'a[1].json')])).objects)).toEqual(['a[1].json']);
  });

  test('a file reached twice appears once', async () => {
    put('a.json');
    const path = join(root, 'a.json');
    expect(
      (await discover([path, root, join(root, '*.json'), relative(process.cwd(), path)])).objects,
    ).toHaveLength(1);
  });

  test('the etag changes when the file does', async () => {
    put('a.json');
    const path = join(root, 'a.json');
    const before = (await discover([path])).objects[0]!.etag;
    expect((await discover([path])).objects[0]!.etag).toBe(before);
    utimesSync(path, 1, 1);
    expect((await discover([path])).objects[0]!.etag).not.toBe(before);
  });
});

describe('what cannot be a source', () => {
  test.each(['gone.json', 'gone/', 'gone/*.json'])('%s is named in the error', async (name) => {
    const path = `${root}/${name}`;
    await expect(discover([path])).rejects.toMatchObject({
      code: 'NO_SUCH_SOURCE',
      message: expect.stringContaining(path),
    });
  });

  test('a scheme that nothing reads is not supported', async () => {
    const options = { s3: {}, now: 0, digests: false, settle: 0 };
    const listing = list(['gs://security/cloudtrail'], {}, options);
    await expect(listing.next()).rejects.toMatchObject({ code: 'SOURCE_NOT_SUPPORTED' });
  });

  test('a table in Athena is no source of files, and what reads it is named', async () => {
    const options = { s3: {}, now: 0, digests: false, settle: 0 };
    const listing = list(['athena://security.cloudtrail'], {}, options);
    await expect(listing.next()).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('`who --source`'),
    });
  });
});

test('the bytes of a file come out as they lie there', async () => {
  const bytes = Buffer.alloc(700_000, 'acme shop ');
  writeFileSync(join(root, 'a.json'), bytes);
  const read: Uint8Array[] = [];
  for await (const chunk of openBytes(join(root, 'a.json'))) read.push(chunk);
  expect(Buffer.concat(read).equals(bytes)).toBe(true);
  expect(read.length).toBeGreaterThan(1);
});
