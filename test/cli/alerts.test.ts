import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../../src/app/ingest.js';
import { answer, hang, type Received, startReceiver } from '../alerts/receiver.js';
import { ask, bytesOfStore, newDb } from '../app/ingest-made.js';
import { build, demo, emptyFolder, type Result, type RunOptions, start } from './rolecall.js';

const secret = 'a secret of the shop called acme';
const path = '/services/T0/B0/acmeSecretPath';
const env = { ROLECALL_WEBHOOK_SECRET: secret };

/** For command lines that come to nothing. */
const unchanged = newDb();

beforeAll(async () => {
  build();
  await ingest({ db: unchanged, sources: [demo.logs] });
});

async function demoStore(): Promise<string> {
  const db = newDb();
  await ingest({ db, sources: [demo.logs] });
  return db;
}

/** Runs the built program beside this one, so that a receiver here can answer it. */
async function run(args: readonly string[], options: RunOptions = {}): Promise<Result> {
  const child = start(args, options);
  const out = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      out[name] += text;
    });
  const [code] = await once(child, 'close');
  return { ...out, code };
}

const detect = (db: string, ...more: string[]) => ['detect', '--db', db, '--policy', demo.policy, ...more];
const idOf = ({ headers }: Received) => String(headers['x-rolecall-delivery']);
const detectorOf = ({ body }: Received) => JSON.parse(body).finding.detector as string;

/** The demo's findings from medium on, in order of time. */
const findings = [
  'root-use',
  'identity-center-bypass',
  'deep-chain',
  'sensitive-call',
  'unexpected-call',
  'guardrail-breach',
  'break-glass',
];

describe('rolecall detect --alert', () => {
  it('answers as ever, tells each target once, and says so on stderr', async () => {
    const { at, received } = await startReceiver();
    const db = await demoStore();
    const targets = ['--alert', `webhook:${at(path)}`, '--alert', `slack:${at(path)}`];
    const first = await run(detect(db, ...targets), { env });
    expect(first.code).toBe(1);
    expect(first.stdout).toContain('7 findings.');
    const label = (kind: string) => `${kind} http://127\\.0\\.0\\.1:\\d+/\\.\\.\\. \\([0-9a-f]{8}\\)`;
    expect(first.stderr).toMatch(
      new RegExp(`^${label('webhook')}: 7 delivered\n${label('slack')}: 7 delivered\n$`),
    );
    const signed = received.filter(({ headers }) => 'x-rolecall-signature' in headers);
    expect(signed.map(detectorOf).toSorted()).toEqual(findings.toSorted());
    expect(received).toHaveLength(14);
    const again = await run(detect(db, ...targets, '--fail-on', 'never'), { env });
    expect([again.code, received.length]).toEqual([0, 14]);
    expect(again.stdout).toContain('7 findings. Nothing was new since the last run.');
    expect(again.stderr).toContain(': 0 delivered\n');
    for (const { stdout, stderr } of [first, again])
      expect(stdout + stderr).not.toMatch(/acmeSecretPath|a secret of the shop/);
    expect(bytesOfStore(db).includes('acmeSecretPath')).toBe(false);
  });

  it('exits 3 when something did not arrive, says what and how many with --quiet too, and tries again', async () => {
    const { at, received, become } = await startReceiver(answer(404, {}, `Cannot POST ${path}`));
    const db = await demoStore();
    const args = detect(db, '--alert', 'slack:env:SLACK_URL', '--alert-min', 'high', '--quiet');
    const options = { env: { SLACK_URL: at(path) } };
    const failed = await run([...args, '--verbose'], options);
    expect(failed.code).toBe(3);
    expect(failed.stderr).toMatch(
      /^slack http:\/\/127\.0\.0\.1:\d+\/\.\.\. \(\w{8}\): 0 delivered, 5 still due: answered 404\n {2}Check the address/,
    );
    expect(failed.stdout + failed.stderr).not.toContain('acmeSecretPath');
    expect(bytesOfStore(db).includes('acmeSecretPath')).toBe(false);
    expect(received).toHaveLength(1);
    become(answer(200, {}, 'ok'));
    const { code, stderr } = await run(args, options);
    expect([code, stderr, received.length]).toEqual([1, '', 6]);
  });

  it('gives stdout to the alerts when they go there: one finding a line, once', async () => {
    const db = await demoStore();
    const first = await run(detect(db, '--alert', 'stdout'));
    const lines = first.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ schema }) => schema)).toEqual(Array(7).fill('rolecall/finding/v1'));
    expect(lines.map(({ time }) => time)).toEqual(lines.map(({ time }) => time).toSorted());
    expect([first.code, first.stderr]).toEqual([1, 'stdout: 7 delivered\n']);
    expect((await run(detect(db, '--alert', 'stdout'))).stdout).toBe('');
  });

  it('killed at any moment and run again loses none, and repeats only under the same delivery', async () => {
    const db = await demoStore();
    const { at, received, become } = await startReceiver();
    const args = detect(db, '--alert', `webhook:${at(path)}`, '--quiet');
    // Killed while it waits for an answer, and just after the answer was sent: by turns, at each finding.
    for (let kill = 0; kill < 2 * findings.length; kill++) {
      const child = start(args, { env });
      child.stdout.resume();
      child.stderr.resume();
      const ended = once(child, 'exit');
      const end = () => void child.kill('SIGKILL');
      become((response, number, request) => {
        if (new Set(received.map(idOf)).size <= kill / 2) return answer(200)(response, number, request);
        if (kill % 2 === 1) return void response.writeHead(200).end('ok', end);
        hang(response, number, request);
        end();
      });
      await ended;
    }
    become(answer(200));
    await run(args, { env });
    const rest = received.length;
    await run(args, { env });
    expect(received).toHaveLength(rest);
    expect(rest).toBeGreaterThan(findings.length);
    const deliveries = new Map(received.map((each) => [idOf(each), detectorOf(each)]));
    expect([...deliveries.values()].toSorted()).toEqual(findings.toSorted());
    expect(ask(db, 'SELECT count(*) AS told FROM delivery WHERE delivered_at IS NOT NULL')).toEqual([
      { told: 7 },
    ]);
  });

  it('stopped by Ctrl-C ends with 130, and the next run goes on', async () => {
    const db = await demoStore();
    const { at, received, become } = await startReceiver();
    const args = detect(db, '--alert', `webhook:${at(path)}`);
    const child = start(args, { env });
    let stderr = '';
    let heard = () => {};
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (stderr.includes('stopping after what is being sent')) heard();
    });
    child.stdout.resume();
    become((response, number, request) => {
      if (number !== 2) return answer(200)(response, number, request);
      heard = () => {
        heard = () => {};
        answer(200)(response, number, request);
      };
      child.kill('SIGINT');
    });
    const [code] = await once(child, 'close');
    expect([code, received.length]).toEqual([130, 3]);
    expect(stderr).toContain('3 delivered, 4 still due');
    await run(args, { env });
    expect(new Set(received.map(idOf)).size).toBe(7);
    expect(received).toHaveLength(7);
  });

  it.each([
    [['--alert', `https://hooks.slack.com${path}`], {}, 'is no kind of target'],
    [['--alert', `slack:http://hooks.acme.example${path}`], {}, '--allow-http permits it'],
    [['--alert', `webhook:https://hooks.acme.example${path}`], {}, 'there is no secret to sign with'],
    [
      ['--alert', `webhook:https://hooks.acme.example${path}`],
      { ROLECALL_WEBHOOK_SECRET: 'short' },
      'shorter than 16',
    ],
    [['--alert', 'slack:env:NOT_SET'], {}, 'the address in NOT_SET is empty'],
    [[`--alerts=slack:https://hooks.slack.com${path}`], {}, 'unknown option'],
    [['--alert', 'stdout', '--webhook-secret-file'], {}, 'argument missing'],
  ])('refuses what cannot work with exit 2, and repeats no address: %j', async (more, env, message) => {
    const { code, stdout, stderr } = await run(detect(unchanged, ...more), { env });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('acmeSecretPath');
  });
});

describe('rolecall alert-test', () => {
  it('sends every target one finding that is marked as a test, and needs no store', async () => {
    const { at, received } = await startReceiver();
    const file = join(emptyFolder(), 'secret');
    writeFileSync(file, `${secret}\n`);
    const targets = [`webhook:${at(path)}`, `slack:${at(path)}`];
    const { code, stdout, stderr } = await run(['alert-test', ...targets, '--webhook-secret-file', file]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^webhook [^\n]+: 1 delivered\nslack [^\n]+: 1 delivered\n$/);
    expect(
      received.every(({ body }) => body.includes('alert-test') && body.includes('nothing happened')),
    ).toBe(true);
    expect(received.map(idOf).filter((id) => id.startsWith('test-'))).toHaveLength(1);
  });

  it('exits 3 after one attempt when a target does not take it', async () => {
    const { at, received } = await startReceiver(answer(503));
    const { code, stdout } = await run(['alert-test', `slack:${at(path)}`, '--format', 'json']);
    expect([code, received.length]).toEqual([3, 1]);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'rolecall/deliveries/v1',
      targets: [{ delivered: 0, problem: { reason: 'answered 503' } }],
    });
    expect(stdout).not.toContain('acmeSecretPath');
  });

  it('writes the line alone to stdout when that is a target', async () => {
    const { code, stdout, stderr } = await run(['alert-test', 'stdout']);
    expect([code, stderr]).toEqual([0, 'stdout: 1 delivered\n']);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'rolecall/finding/v1', detector: 'alert-test' });
  });

  it('says with --quiet too what did not arrive', async () => {
    const { at } = await startReceiver(answer(401));
    const { code, stderr } = await run(['alert-test', 'stdout', `slack:${at(path)}`, '--quiet']);
    expect(code).toBe(3);
    expect(stderr).toContain('0 delivered: answered 401\n');
  });
});
