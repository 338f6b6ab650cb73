import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { awsEnvironment } from '../s3/bucket.js';

/** What the fake answers to a call of Athena: a body, or an error by its name. */
export type Answer = object | Refusal;

export interface Refusal {
  /** Name of the exception. */
  error: string;
  message?: string;
  status?: number;
}

export interface Call {
  action: string;
  body: Record<string, unknown>;
}

/** A fake of Athena's API and of as much of S3 as results need: answers are scripted, nothing runs. */
export interface FakeAws {
  calls: Call[];
  /** By action, the answers one after the other; the last one stays. */
  script: Record<string, Answer[]>;
  /** `bucket/key` → bytes. */
  objects: Map<string, Buffer>;
  /** Tells of each request for an object; a number cuts the body off after so many bytes. */
  onGet: (key: string) => number | 'denied' | null;
  denyDelete: boolean;
  /** Told of each call of Athena before it is answered. */
  onCall: (action: string) => void;
  actions(): string[];
}

export function useFakeAws(): FakeAws {
  const fake: FakeAws = {
    calls: [],
    script: {},
    objects: new Map(),
    onGet: () => null,
    denyDelete: false,
    onCall: () => {},
    actions: () => fake.calls.map(({ action }) => action),
  };
  let [server, endpoint]: [Server | null, string] = [null, ''];
  // One for all tests: clients are kept as long as the thread lives, and so is where they ask.
  beforeAll(async () => {
    server = createServer((request, response) => {
      void answer(fake, request).then(({ status, headers, body, cut }) => {
        response.writeHead(status, { 'content-length': String(body.length), ...headers });
        if (cut === undefined) response.end(body);
        else response.write(body.subarray(0, cut), () => setTimeout(() => response.destroy(), 20));
      });
    });
    await new Promise<void>((ready) => server!.listen(0, '127.0.0.1', ready));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    Object.assign(fake, { calls: [], script: {}, objects: new Map() });
    Object.assign(fake, { onGet: () => null, denyDelete: false, onCall: () => {} });
    const environment = { ...awsEnvironment(endpoint), AWS_ENDPOINT_URL_ATHENA: endpoint };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  });
  afterEach(() => vi.unstubAllEnvs());
  afterAll(async () => {
    server!.closeAllConnections();
    await new Promise((closed) => server!.close(closed));
  });
  return fake;
}

interface Sent {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  cut?: number;
}

async function answer(fake: FakeAws, request: IncomingMessage): Promise<Sent> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const target = request.headers['x-amz-target'];
  if (typeof target !== 'string') return ofS3(fake, request);
  const action = target.replace('AmazonAthena.', '');
  const body = JSON.parse(Buffer.concat(parts).toString() || '{}');
  fake.calls.push({ action, body });
  fake.onCall(action);
  const left = fake.script[action] ?? [{}];
  const told = (left.length > 1 ? left.shift() : left[0]) ?? {};
  const headers = { 'content-type': 'application/x-amz-json-1.1' };
  if (!isRefusal(told)) return { status: 200, headers, body: Buffer.from(JSON.stringify(told)) };
  const text = JSON.stringify({ __type: told.error, message: told.message ?? 'so it is' });
  return { status: told.status ?? 400, headers, body: Buffer.from(text) };
}

function isRefusal(told: Answer): told is Refusal {
  return 'error' in told;
}

const xml = { 'content-type': 'application/xml' };
const denied = {
  status: 403,
  headers: xml,
  body: Buffer.from('<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'),
};

function ofS3(fake: FakeAws, request: IncomingMessage): Sent {
  const url = new URL(request.url!, 'http://localhost');
  const key = decodeURIComponent(url.pathname.slice(1)).replace(/\/$/, '');
  if (url.searchParams.get('list-type') === '2') {
    fake.calls.push({ action: 'ListObjectsV2', body: { prefix: url.searchParams.get('prefix') } });
    return list(fake, key, url.searchParams.get('prefix') ?? '');
  }
  if (request.method === 'DELETE') {
    fake.calls.push({ action: 'DeleteObject', body: { key } });
    if (fake.denyDelete) return denied;
    fake.objects.delete(key);
    return { status: 204, headers: {}, body: Buffer.alloc(0) };
  }
  fake.calls.push({ action: 'GetObject', body: { key, range: request.headers.range } });
  const fault = fake.onGet(key);
  if (fault === 'denied') return denied;
  const bytes = fake.objects.get(key);
  if (bytes === undefined)
    return { status: 404, headers: xml, body: Buffer.from('<Error><Code>NoSuchKey</Code></Error>') };
  const [from, to] =
    /bytes=(\d+)-(\d+)/
      .exec(request.headers.range ?? '')
      ?.slice(1)
      .map(Number) ?? [];
  const body = from === undefined ? bytes : bytes.subarray(from, to! + 1);
  const headers = { etag: '"e"' };
  return { status: from === undefined ? 200 : 206, headers, body, ...(fault === null ? {} : { cut: fault }) };
}

function list({ objects }: FakeAws, bucket: string, prefix: string): Sent {
  const contents = [...objects]
    .filter(([key]) => key.startsWith(`${bucket}/${prefix}`))
    .map(
      ([key, bytes]) =>
        `<Contents><Key>${key.slice(bucket.length + 1)}</Key><ETag>"e"</ETag><Size>${bytes.length}</Size></Contents>`,
    );
  const text = `<ListBucketResult><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`;
  return { status: 200, headers: xml, body: Buffer.from(text) };
}
