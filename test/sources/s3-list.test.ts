import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pathOf } from '../../fixtures/make/deliver.js';
import { Random } from '../../fixtures/make/random.js';
import type { Discovery, SourceFilter } from '../../src/sources/discover.js';
import { type ListOptions, list } from '../../src/sources/list.js';
import { emptyFolder } from '../cli/rolecall.js';
import { awsEnvironment, type Bucket, newBucket, useEnvironment } from '../s3/bucket.js';
import { type FaultProxy, faultProxy } from '../s3/proxy.js';
import { withS3 } from '../s3/server.js';

const seconds = (iso: string) => Date.parse(iso) / 1000;
const accounts = ['111111111111', '222222222222', '333333333333', '444444444444'];
const regions = ['eu-west-1', 'us-east-1'];

/** Path of a delivered file, for a minute such as `20261117T1005`. */
function delivered(account: string, region: string, minute: string, prefix = 'AWSLogs'): string {
  const day = `${minute.slice(0, 4)}/${minute.slice(4, 6)}/${minute.slice(6, 8)}`;
  return `${prefix}/${account}/CloudTrail/${region}/${day}/${account}_CloudTrail_${region}_${minute}Z_AcmeAcmeAcme0001.json.gz`;
}

await withS3('listing S3', (server) => {
  let proxy: FaultProxy;
  let bucket: Bucket;

  beforeAll(async () => {
    proxy = await faultProxy(server.endpoint);
  });
  afterAll(() => proxy.stop());
  beforeEach(() => {
    proxy.seen.length = 0;
  });
  useEnvironment(() => awsEnvironment(proxy.endpoint));

  async function filled(paths: string[]): Promise<Bucket> {
    const folder = emptyFolder();
    for (const path of paths) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), '{}');
    }
    const made = await newBucket(server);
    await server.fill(made.name, folder);
    return made;
  }

  async function batches(source: string, filter: SourceFilter = {}, more: Partial<ListOptions> = {}) {
    const all: Discovery[] = [];
    const options = {
      s3: {},
      now: seconds('2026-11-20T00:00:00Z'),
      digests: false,
      settle: 172_800,
      ...more,
    };
    for await (const batch of list([source], filter, options)) all.push(batch);
    return all;
  }

  async function keys(source: string, filter: SourceFilter = {}, more: Partial<ListOptions> = {}) {
    const all = (await batches(source, filter, more)).flatMap(({ objects }) => objects);
    return all.map(({ name }) => name.replace(/^s3:\/\/[^/]+\//, ''));
  }

  const prefixes = () => proxy.seen.map(({ key }) => key);

  describe('a layout', () => {
    const layouts = [
      'AWSLogs',
      'AWSLogs/o-a1b2c3d4e5',
      'o-a1b2c3d4e5/AWSLogs/o-a1b2c3d4e5',
      'trails/main/AWSLogs',
      'a b+c/ü%2F/AWSLogs',
    ];
    const logs = layouts.map((prefix, i) =>
      delivered('222222222222', 'eu-west-1', `20261117T100${i}`, prefix),
    );
    const others = [
      'AWSLogs/222222222222/CloudTrail-Digest/eu-west-1/2026/11/17/222222222222_CloudTrail-Digest_eu-west-1_acme_eu-west-1_20261117T100000Z.json.gz',
      'AWSLogs/222222222222/Config/eu-west-1/2026/11/17/config.json.gz',
      'exports/2026/events.ndjson',
      'exports/picture.png',
      '.hidden/x.json',
      'loose.json',
    ];

    beforeAll(async () => {
      bucket = await filled([...logs, ...others]);
    });

    it('is found with and without an organization, behind any prefix, several in one bucket', async () => {
      expect((await keys(`s3://${bucket.name}`)).toSorted()).toEqual(
        [...logs, 'exports/2026/events.ndjson', 'loose.json'].toSorted(),
      );
    });

    it('tells account, region and day, and what was passed over', async () => {
      const [{ objects, passedOver }] = (await batches(`s3://${bucket.name}/trails/`)) as [Discovery];
      expect(objects).toEqual([
        {
          name: `s3://${bucket.name}/${logs[3]}`,
          path: `s3://${bucket.name}/${logs[3]}`,
          size: 2,
          etag: '99914b932bd37a50b983c5e7c90ae93b',
          account: '222222222222',
          region: 'eu-west-1',
          day: '2026-11-17',
          order: expect.stringContaining('20261117T1003'),
        },
      ]);
      expect(passedOver).toEqual({});
      expect((await batches(`s3://${bucket.name}/exports`))[0]!.passedOver).toEqual({ other: 1 });
    });

    it('may be named by a prefix without its slash, by any folder inside, or by the key of one object', async () => {
      const inside = logs[3]!.split('/').slice(0, -2).join('/');
      for (const source of ['trails', 'trails/main/AWSLogs/', inside, `${inside}/`, logs[3]!])
        expect(await keys(`s3://${bucket.name}/${source}`)).toEqual([logs[3]]);
      expect(await keys(`s3://${bucket.name}/exports/picture.png`)).toEqual(['exports/picture.png']);
    });

    it('may be named by a folder of what is passed over: that is said, not that nothing is there', async () => {
      const digests = others[0]!.split('/CloudTrail-Digest/')[0]!;
      for (const [folder, kind] of [
        [`${digests}/CloudTrail-Digest`, 'CloudTrail-Digest/'],
        [`${digests}/CloudTrail-Digest/eu-west-1/2026/`, 'CloudTrail-Digest/'],
        [`${digests}/Config/`, 'Config/'],
        ['.hidden', 'hidden'],
      ] as const) {
        const found = await batches(`s3://${bucket.name}/${folder}`);
        expect(found).toMatchObject([{ objects: [], passedOver: { [kind]: 1 } }]);
      }
      const region = `s3://${bucket.name}/${digests}/CloudTrail-Digest/eu-west-1`;
      expect((await batches(region, {}, { digests: true }))[0]!.digestFolders).toHaveLength(1);
    });

    it('that is not there is a mistake', async () => {
      for (const source of ['trail', 'AWSLogs/999999999999/', 'loose.jso'])
        await expect(keys(`s3://${bucket.name}/${source}`)).rejects.toMatchObject({ code: 'NO_SUCH_SOURCE' });
      await expect(keys('s3://')).rejects.toMatchObject({ code: 'NO_SUCH_SOURCE' });
    });
  });

  describe('20,000 objects', () => {
    const days = Array.from({ length: 25 }, (_, i) => `2026-11-${String(i + 1).padStart(2, '0')}`);

    beforeAll(async () => {
      const random = new Random('list');
      const paths = accounts.flatMap((account) =>
        regions.flatMap((region) =>
          days.flatMap((day) =>
            Array.from({ length: 100 }, (_, i) =>
              pathOf(`${account}/${region}`, seconds(`${day}T00:00:00Z`) + i * 600, random),
            ),
          ),
        ),
      );
      expect(paths).toHaveLength(20_000);
      bucket = await filled(paths);
    });

    it('are not looked through for one day: only the folders of that day and its neighbours are listed', async () => {
      const filter = { from: seconds('2026-11-17T00:00:00Z'), to: seconds('2026-11-18T00:00:00Z') };
      const found = await keys(`s3://${bucket.name}`, filter);
      expect(found).toHaveLength(8 * 300);
      expect(found.filter((key) => !/\/2026\/11\/1[678]\//.test(key))).toEqual([]);
      const listed = prefixes().filter((key) => /\/\d{4}\//.test(key));
      expect(listed).toHaveLength(8 * 3);
      expect(listed.filter((key) => !/\/2026\/11\/1[678]\/$/.test(key))).toEqual([]);
      // The bucket twice, AWSLogs, the organization, and the regions of each account.
      expect(prefixes()).toHaveLength(8 * 3 + 4 + 4);
    });

    it('are narrowed by account and region before anything of them is listed', async () => {
      const filter = {
        from: seconds('2026-11-17T00:00:00Z'),
        to: seconds('2026-11-18T00:00:00Z'),
        accounts: ['222222222222'],
        regions: ['us-east-1'],
      };
      expect(await keys(`s3://${bucket.name}`, filter)).toHaveLength(300);
      expect(prefixes().filter((key) => /\d{12}/.test(key) && !key.includes('222222222222'))).toEqual([]);
      expect(prefixes().filter((key) => key.includes('eu-west-1'))).toEqual([]);
    });

    it('come in batches, oldest days first, each object once', async () => {
      const all = await batches(`s3://${bucket.name}`);
      const found = all.flatMap(({ objects }) => objects);
      expect(new Set(found.map(({ path }) => path)).size).toBe(20_000);
      expect(all.length).toBeGreaterThan(1);
      expect(all.at(-1)!.walked).toHaveLength(8);
    });

    it('that were looked through before are listed again only as far back as logs may be late', async () => {
      const listed = seconds('2026-11-20T00:00:00Z');
      const now = seconds('2026-11-20T01:00:00Z');
      const found = await keys(`s3://${bucket.name}`, {}, { now, listedAt: () => listed });
      expect(found.filter((key) => !/\/2026\/11\/(?:1[89]|2\d)\//.test(key))).toEqual([]);
      expect(found).toHaveLength(8 * 800);
      expect(prefixes().filter((key) => /\/\d{4}\//.test(key))).toEqual([]);
    });
  });
});
