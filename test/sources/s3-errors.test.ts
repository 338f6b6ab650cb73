import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { allRecords, ask, newDb, packed } from '../app/ingest-made.js';
import { build, emptyFolder, rolecallWhile } from '../cli/rolecall.js';
import { awsEnvironment, type Bucket, newBucket } from '../s3/bucket.js';
import { type Fault, type FaultProxy, faultProxy } from '../s3/proxy.js';
import { owner, stranger, withS3 } from '../s3/server.js';

const log = (i: number) =>
  `AWSLogs/111111111111/CloudTrail/eu-west-1/2026/11/17/111111111111_CloudTrail_eu-west-1_20261117T10${10 + i}Z_AcmeAcmeAcme000${i}.json.gz`;

beforeAll(build);

await withS3('what keeps a bucket from being read', (server) => {
  let proxy: FaultProxy;
  let bucket: Bucket;

  beforeAll(async () => {
    proxy = await faultProxy(server.endpoint);
    bucket = await newBucket(server);
    for (const i of [0, 1]) await bucket.put(log(i), packed(allRecords.slice(i * 10, i * 10 + 10)));
  });
  afterAll(() => proxy.stop());
  beforeEach(() => {
    proxy.fault = () => null;
  });

  /** Runs `rolecall ingest` on the bucket, and checks what every failure has in common. */
  async function refused(
    o: { source?: string; args?: string[]; env?: Record<string, string>; db?: string } = {},
  ): Promise<string> {
    const { source = `s3://${bucket.name}/`, args = [], env = {}, db = newDb() } = o;
    const { code, stdout, stderr } = await rolecallWhile(['ingest', source, '--db', db, ...args], {
      env: { ...awsEnvironment(proxy.endpoint), ...env },
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    // What happened, and what to do: two lines, and no secret in them.
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(stderr).not.toMatch(/-secret|wrong-key/);
    return stderr;
  }

  it('wrong credentials', async () => {
    const env = { AWS_SECRET_ACCESS_KEY: 'wrong-key' };
    expect(await refused({ env })).toMatch(
      /AWS does not accept these credentials .*\n.*get-caller-identity/s,
    );
  });

  it('no credentials', async () => {
    const env = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
    expect(await refused({ env })).toMatch(/there are no AWS credentials .*\n.*--profile/s);
  });

  it('no credentials, where nothing names a region either', async () => {
    const env = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_REGION: '' };
    expect(await refused({ env })).toMatch(/there are no AWS credentials /);
  });

  it('a profile that is not there', async () => {
    expect(await refused({ args: ['--profile', 'nobody'] })).toMatch(/no AWS credentials .*nobody.*\n/s);
  });

  it.each(['nope', 'localhost:9000'])('%s for an endpoint', async (endpoint) => {
    expect(await refused({ env: { AWS_ENDPOINT_URL_S3: endpoint } })).toMatch(
      /S3 could not be reached .*(?:Invalid URL|not a valid URI)\)\n.*AWS_ENDPOINT_URL_S3/s,
    );
  });

  it('a region that cannot be one', async () => {
    expect(await refused({ args: ['--region', 'eu west 1'] })).toMatch(
      /cannot be looked for \(Region not accepted.*\nName the bucket's region with --region\./,
    );
  });

  it('nothing allowed', async () => {
    const env = awsEnvironment(proxy.endpoint, stranger);
    expect(await refused({ env })).toContain(
      `s3:ListBucket on arn:aws:s3:::${bucket.name} was denied: Access Denied. This statement would allow it: ` +
        `{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::${bucket.name}"}\n`,
    );
  });

  it('listing allowed, reading not: what was read before is kept', async () => {
    proxy.fault = ({ kind, key }) => (kind === 'get' && key === log(1) ? denied : null);
    const db = newDb();
    expect(await refused({ db, args: ['--threads', '1'] })).toContain(
      `s3:GetObject on arn:aws:s3:::${bucket.name}/${log(1)} was denied: Access Denied. This statement would allow it: ` +
        `{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::${bucket.name}/AWSLogs/*"}\n`,
    );
    expect(ask(db, 'SELECT name FROM object')).toEqual([{ name: `s3://${bucket.name}/${log(0)}` }]);
  });

  it('a missing bucket', async () => {
    expect(await refused({ source: 's3://acme-nowhere/AWSLogs' })).toContain(
      'there is no bucket acme-nowhere',
    );
  });

  it('a wrong region, where S3 does not tell the right one; where it does, that is no failure', async () => {
    const args = ['--region', 'af-south-1'];
    const { code } = await rolecallWhile(['ingest', `s3://${bucket.name}/`, '--db', newDb(), ...args], {
      env: awsEnvironment(proxy.endpoint),
    });
    expect(code).toBe(0);
    proxy.fault = () => ({
      status: 400,
      code: 'AuthorizationHeaderMalformed',
      message: 'the region is wrong',
    });
    expect(await refused({ args })).toMatch(/is in another region \(the region is wrong\)\n.*--region/s);
  });

  it('no network', async () => {
    const env = { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9' };
    expect(await refused({ env })).toMatch(
      /S3 could not be reached .*ECONNREFUSED.*\n.*AWS_ENDPOINT_URL_S3/s,
    );
  });

  const answers: [title: string, fault: Exclude<Fault, string>, says: RegExp][] = [
    ['credentials that have expired', { status: 400, code: 'ExpiredToken' }, /have expired .*\n.*sso login/s],
    [
      'a clock that is wrong',
      { status: 403, code: 'RequestTimeTooSkewed' },
      /clock is wrong, and AWS refuses .*\n.*15 minutes/s,
    ],
    [
      'a key that may not be used',
      {
        status: 403,
        code: 'AccessDenied',
        message:
          'User: arn:aws:iam::111111111111:user/acme is not authorized to perform: kms:Decrypt on resource: ' +
          'arn:aws:kms:eu-west-1:111111111111:key/0000 because no identity-based policy allows it',
      },
      /kms:Decrypt was denied .*\{"Effect":"Allow","Action":"kms:Decrypt","Resource":"arn:aws:kms:eu-west-1:111111111111:key\/0000"\}\n/s,
    ],
    [
      'a key that is disabled',
      { status: 400, code: 'KMS.DisabledException', message: 'it is disabled' },
      /is encrypted with cannot be used: it is disabled\n/,
    ],
  ];

  it.each(answers)('%s', async (_title, fault, says) => {
    proxy.fault = ({ kind }) => (kind === 'get' ? fault : null);
    expect(await refused()).toMatch(says);
  });

  describe('a role to read with', () => {
    let sts: Server;
    let answer: { status: number; body: string };
    let asked = '';

    beforeAll(async () => {
      sts = createServer((request, response) => {
        request.on('data', (part) => {
          asked += part;
        });
        request.on('end', () =>
          response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(answer.body),
        );
      });
      await new Promise<void>((resolve) => sts.listen(0, '127.0.0.1', resolve));
    });
    afterAll(() => {
      sts.closeAllConnections();
      sts.close();
    });

    const role = 'arn:aws:iam::111111111111:role/log-reader';
    const args = ['--role-arn', role];
    const env = () => ({
      AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${(sts.address() as AddressInfo).port}`,
    });

    it('is assumed with the credentials found', async () => {
      answer = { status: 200, body: assumed };
      const { code, stderr } = await rolecallWhile(
        ['ingest', `s3://${bucket.name}/`, '--db', newDb(), '--quiet', ...args],
        { env: { ...awsEnvironment(proxy.endpoint), AWS_SECRET_ACCESS_KEY: 'of-somebody-else', ...env() } },
      );
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(new URLSearchParams(asked).get('RoleArn')).toBe(role);
    });

    it('that may not be assumed', async () => {
      const message = `User: arn:aws:iam::111111111111:user/acme is not authorized to perform: sts:AssumeRole on resource: ${role}`;
      answer = {
        status: 403,
        body: `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${message}</Message></Error></ErrorResponse>`,
      };
      expect(await refused({ args, env: env() })).toContain(
        `sts:AssumeRole was denied: ${message}. This statement would allow it: ` +
          `{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"${role}"}\n`,
      );
    });
  });

  it('a file source needs no AWS SDK', async () => {
    const folder = emptyFolder();
    mkdirSync(join(folder, 'AWSLogs'));
    writeFileSync(join(folder, 'AWSLogs/a.json.gz'), packed(allRecords.slice(0, 3)));
    const loader = join(folder, 'no-aws.mjs');
    writeFileSync(
      loader,
      `import { register } from 'node:module';
       register('data:text/javascript,' + encodeURIComponent(\`export async function resolve(name, context, next) {
         if (name.startsWith('@aws-sdk/') || name.startsWith('@smithy/')) throw new Error('loaded ' + name);
         return next(name, context);
       }\`));`,
    );
    const env = { NODE_OPTIONS: `--import=${loader}` };
    for (const args of [
      ['--help'],
      ['ingest', '--help'],
      ['ingest', join(folder, 'AWSLogs'), '--db', newDb()],
    ])
      expect((await rolecallWhile(args, { env })).code).toBe(0);
    const { code, stderr } = await rolecallWhile(['ingest', 's3://acme', '--db', newDb()], { env });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('loaded @aws-sdk/') });
  });
});

const denied: Fault = { status: 403, code: 'AccessDenied', message: 'Access Denied.' };

const assumed = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
  <AssumedRoleUser><Arn>arn:aws:sts::111111111111:assumed-role/log-reader/rolecall</Arn><AssumedRoleId>AROAEXAMPLE:rolecall</AssumedRoleId></AssumedRoleUser>
  <Credentials><AccessKeyId>${owner.accessKeyId}</AccessKeyId><SecretAccessKey>${owner.secretAccessKey}</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>
  </AssumeRoleResult></AssumeRoleResponse>`;
