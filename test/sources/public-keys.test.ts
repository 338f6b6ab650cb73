import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { publicKeys } from '../../src/sources/public-keys.js';
import { awsEnvironment, useEnvironment } from '../s3/bucket.js';

let close = () => {};
let endpoint = '';
const asked: Record<string, unknown>[] = [];
afterEach(() => close());

/** A fake of CloudTrail's API, as far as ListPublicKeys goes. */
async function fakeCloudTrail(answer: (question: Record<string, unknown>) => [status: number, body: object]) {
  asked.length = 0;
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += part;
    const question = { target: request.headers['x-amz-target'], ...JSON.parse(text) };
    asked.push(question);
    const [status, body] = answer(question);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  close = () => void server.close();
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const key = (name: string) => ({
  Fingerprint: name,
  Value: Buffer.from(`DER of ${name}`).toString('base64'),
});
const ask = () => {
  vi.stubEnv('AWS_ENDPOINT_URL_CLOUDTRAIL', endpoint);
  return publicKeys('eu-west-1', 1_794_909_600, 1_794_996_000, {});
};

describe('the keys of digests', () => {
  useEnvironment(() => awsEnvironment(endpoint));

  it('are asked of CloudTrail for the time of the digests, all pages of them', async () => {
    await fakeCloudTrail(({ NextToken }) =>
      NextToken === undefined
        ? [200, { PublicKeyList: [key('one')], NextToken: 'more' }]
        : [200, { PublicKeyList: [key('two')] }],
    );
    const keys = await ask();
    expect([...keys].map(([name, der]) => [name, Buffer.from(der).toString()])).toEqual([
      ['one', 'DER of one'],
      ['two', 'DER of two'],
    ]);
    expect(asked).toHaveLength(2);
    expect(String(asked[0]?.target)).toMatch(/\.ListPublicKeys$/);
    expect(asked[0]).toMatchObject({ StartTime: 1_794_909_600, EndTime: 1_794_996_000 });
  });

  it('that may not be had are an error that names the permission', async () => {
    await fakeCloudTrail(() => [400, { __type: 'AccessDeniedException', message: 'not allowed' }]);
    await expect(ask()).rejects.toMatchObject({
      code: 'DIGEST_KEYS',
      message: expect.stringContaining('cloudtrail:ListPublicKeys: AccessDeniedException'),
    });
  });
});
