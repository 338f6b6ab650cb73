/**
 * What reading from S3 costs over reading the same files from disk. `npm run bench -- [--records 100000]`
 * The answers are those of the real server (OpenStack Swift), kept by a proxy and given again: its own speed, some
 * hundred requests a second, would hide ours.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { writeOrganization } from '../../fixtures/make/organization.js';
import { awsEnvironment, newBucket } from '../s3/bucket.js';
import { startSwift } from '../s3/server.js';

const { values } = parseArgs({
  options: { records: { type: 'string', default: '100000' } },
  strict: false,
});
const records = Number(values.records);
const folder = mkdtempSync(join(tmpdir(), 'rolecall-bench-s3-'));
const built = pathToFileURL(join(import.meta.dirname, '../../dist/app/ingest.js')).href;

interface Ran {
  seconds: number;
  /** Highest resident memory of the whole process, MiB. */
  peak: number;
  stored: number;
}

/** An ingest in a process of its own, so that its memory is its own and this one can serve it. */
async function ingest(db: string, source: string, env: Record<string, string> = {}): Promise<Ran> {
  const program = `
    import { ingest } from ${JSON.stringify(built)};
    const summary = await ingest({ db: ${JSON.stringify(db)}, sources: [${JSON.stringify(source)}], s3: { pathStyle: true } });
    console.log(JSON.stringify({ seconds: summary.seconds, peak: process.resourceUsage().maxRSS / 1024, stored: summary.records.stored }));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const told = text(child.stdout);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the ingest ended with ${code}`);
  return JSON.parse(await told) as Ran;
}

/** Gives the server's answers again, once it has them. */
async function replaying(target: string): Promise<{ server: Server; endpoint: string }> {
  const kept = new Map<string, Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }>>();
  const { hostname, port } = new URL(target);
  const server = createServer(async ({ method, url, headers }, outgoing) => {
    const key = `${method} ${url} ${headers.range ?? ''}`;
    const answer = kept.get(key) ?? onward({ hostname, port, method, path: url, headers });
    kept.set(key, answer);
    const { status, headers: told, body } = await answer;
    const { 'transfer-encoding': _, connection: __, ...rest } = told;
    outgoing.writeHead(status, { ...rest, 'content-length': body.length }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function onward(options: object): Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const sent = request(options, async (answer) => {
      const parts: Buffer[] = [];
      for await (const part of answer) parts.push(part as Buffer);
      resolve({ status: answer.statusCode!, headers: answer.headers, body: Buffer.concat(parts) });
    });
    sent.on('error', reject).end();
  });
}

function show(what: string, value: number, unit: string, digits = 1): void {
  console.log(`${what.padEnd(44)} ${value.toFixed(digits).padStart(10)} ${unit}`);
}

async function main(): Promise<void> {
  const swift = await startSwift().catch((error: Error) => error);
  if (swift instanceof Error) {
    console.log(`S3: not measured, no server could be started: ${swift.message}`);
    return;
  }
  const { server, endpoint } = await replaying(swift.endpoint);
  try {
    const logs = join(folder, 'logs');
    const made = await writeOrganization({ records, seed: 'bench' }, logs);
    console.log(`S3: ${records} records in ${made.files} files`);
    const bucket = await newBucket(swift);
    await swift.fill(bucket.name, logs);
    const source = `s3://${bucket.name}`;
    const env = awsEnvironment(endpoint);
    const server = await ingest(join(folder, 'first.db'), source, env);
    const disk = await ingest(join(folder, 'disk.db'), logs);
    const s3 = await ingest(join(folder, 's3.db'), source, env);
    if (s3.stored !== disk.stored) throw new Error('S3 and disk gave different stores');
    show('from disk', disk.seconds, 's', 2);
    show('from S3', s3.seconds, 's', 2);
    show('from S3, Swift answering', server.seconds, 's', 2);
    show('S3 ÷ disk', s3.seconds / disk.seconds, '', 2);
    show('objects per second', made.files / s3.seconds, '', 0);
    show('peak memory, S3', s3.peak, 'MiB');
    show('again, with nothing new', (await ingest(join(folder, 's3.db'), source, env)).seconds, 's', 2);
  } finally {
    server.closeAllConnections();
    server.close();
    swift.stop();
  }
}

try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
