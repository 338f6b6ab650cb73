import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe } from 'vitest';
import { withLock } from '../../bin/setup/lock.js';
import { root } from '../cli/rolecall.js';

/** OpenStack Swift with its S3 API, started for a test. */
export interface S3Server {
  /** `http://127.0.0.1:<port>` */
  endpoint: string;
  /**
   * Puts the files below a folder into a bucket that is there, under a prefix, without a request: what lies beside a
   * file as `.metadata` (JSON) becomes its metadata.
   */
  fill(bucket: string, folder: string, prefix?: string): Promise<number>;
  stop(): void;
}

/** Whom the server knows; both in one account. The stranger may do nothing. */
export const owner = { accessKeyId: 'acme:owner', secretAccessKey: 'owner-secret' };
export const stranger = { accessKeyId: 'acme:stranger', secretAccessKey: 'stranger-secret' };
export const region = 'eu-west-1';

const place = join(root, 'node_modules/.cache/rolecall-swift');

/** What Swift's four servers import, and no more: nothing of it is installed or started as a service. */
const packages = [
  ...['swift', 'eventlet', 'greenlet', 'dnspython', 'pyeclib', 'lxml', 'xattr', 'cffi', 'cffi-backend'],
  ...['pycparser', 'ply', 'netifaces', 'paste', 'pastedeploy', 'pastedeploy-tpl', 'tempita', 'requests'],
  ...['urllib3', 'idna', 'certifi', 'chardet', 'charset-normalizer', 'six', 'pkg-resources', 'setuptools'],
  ...['cryptography', 'openssl'],
]
  .map((name) => `python3-${name}`)
  .concat('liberasurecode1', 'swift-proxy', 'swift-account', 'swift-container', 'swift-object');

/**
 * Unpacks Swift from Debian's packages beside the tests, once.
 * @throws when there is no apt, no network or no Python
 */
async function unpacked(): Promise<string> {
  const files = join(place, 'files');
  if (existsSync(files)) return files;
  mkdirSync(place, { recursive: true });
  return await withLock(
    join(place, 'lock'),
    () => {},
    async () => {
      if (existsSync(files)) return files;
      const work = mkdtempSync(join(place, 'new-'));
      try {
        download(work);
        for (const deb of readdirSync(work).filter((name) => name.endsWith('.deb')))
          run('dpkg', ['-x', deb, 'files'], work);
        renameSync(join(work, 'files'), files);
      } finally {
        rmSync(work, { recursive: true, force: true });
      }
      return files;
    },
  );
}

function download(folder: string): void {
  try {
    run('apt-get', ['download', ...packages], folder);
  } catch {
    // Where apt has no lists, or old ones, it gets some of its own: that takes no rights and leaves the machine as it is.
    const own = ['-o', `Dir::State=${folder}/state`, '-o', `Dir::Cache=${folder}/cache`];
    for (const each of ['state/lists/partial', 'cache/archives/partial'])
      mkdirSync(join(folder, each), { recursive: true });
    run('apt-get', [...own, 'update'], folder);
    run('apt-get', [...own, 'download', ...packages], folder);
  }
}

function run(command: string, args: string[], cwd: string): void {
  const { status, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args[0]} failed: ${error?.message ?? stderr}`);
}

/** @throws when it cannot be started */
export async function startSwift(): Promise<S3Server> {
  const files = await unpacked();
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-swift-'));
  const libraries = readdirSync(join(files, 'usr/lib')).filter((name) => name.endsWith('-linux-gnu'));
  const child = spawn('python3', [join(import.meta.dirname, 'serve-swift.py'), folder], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      PYTHONPATH: join(files, 'usr/lib/python3/dist-packages'),
      LD_LIBRARY_PATH: libraries.map((name) => join(files, 'usr/lib', name)).join(':'),
    },
  });
  let complaint = '';
  child.stderr.on('data', (text) => {
    complaint = `${complaint}${text}`.slice(-2000);
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async (): Promise<Record<string, unknown>> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`Swift ended: ${complaint}`);
    return JSON.parse(value) as Record<string, unknown>;
  };
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  const { endpoint } = await Promise.race([answer(), failed]);
  return {
    endpoint: endpoint as string,
    async fill(bucket, from, prefix = '') {
      child.stdin.write(`${JSON.stringify({ bucket, prefix, folder: from })}\n`);
      const { put, error } = await answer();
      if (error !== undefined) throw new Error(String(error));
      return put as number;
    },
    stop() {
      child.once('exit', () => rmSync(folder, { recursive: true, force: true }));
      child.kill('SIGKILL');
    },
  };
}

/** Set by `.ci/run`: then a server that cannot be started is a failure. */
const required = (process.env.ROLECALL_REQUIRE_S3 ?? '') !== '';

async function tried(): Promise<S3Server | Error> {
  try {
    return await startSwift();
  } catch (error) {
    return error as Error;
  }
}

/**
 * Tests against a real S3 server, one for the file. Where none can be started they are skipped, which is said on
 * stderr; with `ROLECALL_REQUIRE_S3=1` they fail.
 */
export async function withS3(title: string, tests: (server: S3Server) => void): Promise<void> {
  const server = await tried();
  if (!(server instanceof Error)) {
    describe(title, () => {
      afterAll(() => server.stop());
      tests(server);
    });
    return;
  }
  const why = `${title}: SKIPPED, no S3 server could be started: ${server.message}`;
  process.stderr.write(`\n*** ${why}\n`);
  describe.skipIf(!required)(title, () => {
    beforeAll(() => {
      throw new Error(why);
    });
    tests({ endpoint: 'http://127.0.0.1:9', fill: async () => 0, stop() {} });
  });
}
