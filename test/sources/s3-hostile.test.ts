import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { list } from '../../src/sources/list.js';
import { awsEnvironment } from '../s3/bucket.js';

const folder = 'AWSLogs/111111111111/CloudTrail/eu-west-1/2026/11/17/';
const log = (i: number) =>
  `${folder}111111111111_CloudTrail_eu-west-1_20261117T1${i}00Z_AcmeAcmeAcme000${i}.json.gz`;
const xml = (inner: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>acme</Name>${inner}</ListBucketResult>`;
const entry = (key: string) => `<Contents><Key>${key}</Key><ETag>"abc"</ETag><Size>2</Size></Contents>`;

describe('a server that answers a listing with', () => {
  let server: Server;
  let answer: (asked: URLSearchParams, times: number) => string;
  let asked = 0;

  beforeEach(() => {
    asked = 0;
  });
  beforeAll(async () => {
    server = createServer(({ url = '' }, response) => {
      response.writeHead(200, { 'content-type': 'application/xml' });
      response.end(answer(new URL(url, 'http://s3').searchParams, ++asked));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    for (const [name, value] of Object.entries(awsEnvironment(`http://127.0.0.1:${port}`)))
      process.env[name] = value;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  async function keys(source = `s3://acme/${folder}`): Promise<string[]> {
    const found: string[] = [];
    const options = { s3: {}, now: 1_795_000_000, digests: false, settle: 172_800 };
    for await (const { objects } of list([source], {}, options))
      found.push(...objects.map(({ path }) => path));
    return found;
  }
  const sound = xml(`<IsTruncated>false</IsTruncated>${entry(log(1))}`);
  /** The first request only looks whether there is something. */
  const isFirst = (params: URLSearchParams) => params.has('max-keys');

  const more = '<IsTruncated>true</IsTruncated>';

  it.each([
    ['nothing', ''],
    ['the page of a proxy', '<!DOCTYPE html><html><body>Please log in</body></html>'],
    ['a part that tells of more, and not how to ask for it', xml(`${more}${entry(log(1))}`)],
  ])('%s is asked again: nobody takes it for an empty folder', async (_what, wrong) => {
    answer = (params, times) => (isFirst(params) || times > 2 ? sound : wrong);
    expect(await keys()).toEqual([`s3://acme/${log(1)}`]);
  });

  it('nothing but pages of a proxy is refused in the end', async () => {
    answer = (params) => (isFirst(params) ? sound : '<html><body>Please log in</body></html>');
    await expect(keys()).rejects.toMatchObject({ code: 'AWS_UNREACHABLE' });
  });

  it('the same page for ever is refused', async () => {
    const page = (token: string) =>
      xml(`${more}<NextContinuationToken>${token}</NextContinuationToken>${entry(log(1))}`);
    answer = (params, times) => (isFirst(params) ? sound : page(times % 2 === 0 ? 'even' : 'odd'));
    await expect(keys()).rejects.toThrow(/continuation token twice/);
    expect(asked).toBeLessThan(6);
  });

  it('a folder inside itself, or keys from elsewhere, is not followed', async () => {
    const inside = (prefix: string) =>
      `<CommonPrefixes><Prefix>${prefix}</Prefix></CommonPrefixes><CommonPrefixes><Prefix>AWSLogs/</Prefix></CommonPrefixes>`;
    answer = (params) =>
      xml(
        `<IsTruncated>false</IsTruncated>${entry(log(1))}${entry('private/x.json')}${inside(params.get('prefix')!)}`,
      );
    expect(await keys()).toEqual([`s3://acme/${log(1)}`]);
    expect(asked).toBeLessThan(4);
  });
});
