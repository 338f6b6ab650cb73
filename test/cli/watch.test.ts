import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { writeOrganization } from '../../fixtures/make/organization.js';
import { Random } from '../../fixtures/make/random.js';
import { ingest } from '../../src/app/ingest.js';
import { answer, hang, type Received, startReceiver } from '../alerts/receiver.js';
import { ask, folderOf, newDb } from '../app/ingest-made.js';
import { dumpStore, recordsOf } from '../app/store-dump.js';
import { arrivals, atOnce, parts } from '../app/watch-made.js';
import { samplesIn } from '../report/prometheus.js';
import { build, demo, emptyFolder, rolecall, root } from './rolecall.js';
import { startWatch } from './watching.js';

const env = { ROLECALL_WEBHOOK_SECRET: 'a secret of the shop called acme' };
const rootSigns = join(root, 'fixtures/detectors/root-use/fires/root-signs-in-and-looks-around.json');
const idOf = ({ headers }: Received) => String(headers['x-rolecall-delivery']);
const fingerprintOf = ({ body }: Received) => JSON.parse(body).finding.fingerprint as string;

beforeAll(build);

/** A folder with one log in it that one detector fires on. */
function oneLog(): string {
  const folder = emptyFolder();
  copyFileSync(rootSigns, join(folder, 'log.json'));
  return folder;
}

describe('rolecall watch', () => {
  it('ended ten times, half of them by kill -9, tells each finding of the day once', {
    timeout: 240_000,
  }, async () => {
    const folder = emptyFolder();
    const db = newDb();
    const { at, received } = await startReceiver();
    const random = new Random('restarts');
    const args = [
      folder,
      '--db',
      db,
      '--policy',
      demo.policy,
      '--every',
      '1s',
      '--alert',
      `webhook:${at('/hook')}`,
    ];
    const steps = parts(arrivals('restarted'), 10);
    const run = async (signal: 'SIGTERM' | 'SIGKILL', step: (typeof steps)[number]) => {
      const watch = startWatch(args, { env });
      for (const part of parts(step, 3)) {
        for (const { put } of part) put(folder);
        if (signal === 'SIGTERM') await watch.until(/ round \d+: /, watch.said().length);
        else await sleep(random.int(0, 900));
      }
      watch.child.kill(signal);
      const { code } = await watch.ended;
      expect(code).toBe(signal === 'SIGTERM' ? 0 : null);
    };
    for (const [n, step] of steps.entries()) await run(n % 2 === 0 ? 'SIGKILL' : 'SIGTERM', step);
    await run('SIGTERM', []);
    const clean = newDb();
    const whole = await atOnce(clean, folder, 2);
    const deliveries = new Map(received.map((each) => [idOf(each), fingerprintOf(each)]));
    expect([...deliveries.values()].toSorted()).toEqual(whole);
    expect(whole).toHaveLength(7);
    expect(recordsOf(dumpStore(db))).toEqual(recordsOf(dumpStore(clean)));
  });

  it('says a line a round; SIGTERM in the pause ends it at once with 0', async () => {
    const watch = startWatch([oneLog(), '--db', newDb(), '--every', '1h']);
    await watch.until(/ round 1: 1 object, \d+ records; newest record .+ old; 1 new finding, 1 open; .+ s\n/);
    watch.child.kill('SIGTERM');
    expect(await watch.ended).toEqual({ code: 0, signal: null });
    expect(watch.said()).toMatch(/\nstopping after what is being written; .*\nstopped\n$/);
  });

  it('SIGTERM while it reads ends it with 0 after the object in hand; nothing is half', {
    timeout: 120_000,
  }, async () => {
    const [logs, db] = [emptyFolder(), newDb()];
    await writeOrganization({ records: 30_000, seed: 'stopped', accounts: 4 }, logs);
    const watch = startWatch([logs, '--db', db, '--every', '1s', '--metrics-listen', ':0']);
    await watch.until(/numbers at /);
    await sleep(500);
    watch.child.kill('SIGTERM');
    expect(await watch.ended).toEqual({ code: 0, signal: null });
    expect(watch.said()).not.toContain(' round ');
    if (existsSync(db))
      expect(
        ask(db, 'SELECT ifnull(sum(stored), 0) = (SELECT count(*) FROM event) AS whole FROM object'),
      ).toEqual([{ whole: 1 }]);
    await ingest({ db, sources: [logs] });
    expect(ask(db, 'SELECT count(*) AS events FROM event')).toEqual([{ events: 30_000 }]);
  });

  it('a second signal ends it at once', async () => {
    const { at, received } = await startReceiver(hang);
    const watch = startWatch(
      [oneLog(), '--db', newDb(), '--alert', `webhook:${at('/')}`, '--alert-min', 'info'],
      { env },
    );
    while (received.length === 0) await sleep(20);
    watch.child.kill('SIGTERM');
    await watch.until(/stopping after/);
    watch.child.kill('SIGTERM');
    expect(await watch.ended).toEqual({ code: null, signal: 'SIGTERM' });
  });

  it('goes on with --quiet, and says then only what goes wrong', async () => {
    const folder = oneLog();
    const db = newDb();
    const { at, received, become } = await startReceiver(answer(404));
    const target = ['--alert', `webhook:${at('/')}`, '--alert-min', 'info'];
    const watch = startWatch([folder, '--db', db, '--every', '1s', '--quiet', ...target], { env });
    await watch.until(
      /^webhook [^\n]+ 0 delivered, 1 still due: answered 404\n {2}Check the address[^\n]+\n/,
    );
    renameSync(folder, `${folder}.away`);
    await watch.until(/rolecall: there is no file or folder .+\nCheck the path/);
    renameSync(`${folder}.away`, folder);
    become(answer(200));
    const told = received.length;
    while (received.length === told) await sleep(20);
    watch.child.kill('SIGTERM');
    expect(await watch.ended).toEqual({ code: 0, signal: null });
    expect(watch.said()).not.toMatch(/ round |stopped/);
  });

  it('names what it cannot read once, and counts it every round', async () => {
    const folder = oneLog();
    writeFileSync(join(folder, 'cut.json.gz'), Buffer.from('1f8b0800000000000003', 'hex'));
    const watch = startWatch([folder, '--db', newDb(), '--every', '1s']);
    await watch.until(/ round 3: 0 objects, 0 records; [1-9]\d* unreadable; /);
    watch.child.kill('SIGTERM');
    await watch.ended;
    expect(watch.said().match(/^ {2}.*cut\.json\.gz/gm)).toHaveLength(1);
  });

  it('says no line that a name made: what is unreadable stays on its own', async () => {
    const folder = oneLog();
    writeFileSync(join(folder, 'cut\n2026-11-17T10:00:00Z round 7: all is well.json.gz'), '');
    const watch = startWatch([folder, '--db', newDb(), '--every', '1s']);
    await watch.until(/ round 2: /);
    watch.child.kill('SIGTERM');
    await watch.ended;
    expect(watch.said()).toMatch(/^ {2}.*cut\\n2026-11-17T10:00:00Z round 7: all is well\.json\.gz/m);
    expect(watch.said()).not.toMatch(/^2026-11-17/m);
  });

  it('says that the last good policy holds while the file is wrong', async () => {
    const policy = join(folderOf({ 'rolecall.yaml': readFileSync(demo.policy) }), 'rolecall.yaml');
    const watch = startWatch([oneLog(), '--db', newDb(), '--every', '1s', '--policy', policy]);
    await watch.until(/ round 1: /);
    writeFileSync(policy, 'version: 1\nacounts: {}\n');
    await watch.until(
      /; failed; .+\nrolecall: .*rolecall\.yaml:2:1: .+\nCorrect .+\nUntil then the last good policy holds\.\n/,
    );
    copyFileSync(demo.policy, policy);
    const before = watch.said().length;
    await watch.until(/ round \d+: (?:(?!failed).)*\n/, before);
    watch.child.kill('SIGTERM');
    expect((await watch.ended).code).toBe(0);
  });

  it('ends with 3, and not in silence, when nobody reads its alerts any more: they stay due', async () => {
    const db = newDb();
    const alerts = ['--alert', 'stdout', '--alert-min', 'info'];
    const watch = startWatch([oneLog(), '--db', db, '--every', '1s', ...alerts]);
    watch.child.stdout.destroy();
    expect(await watch.ended).toEqual({ code: 3, signal: null });
    expect(watch.said()).toContain('nobody reads stdout any more: what was not told stays due\n');
    const { stdout } = rolecall(['detect', '--db', db, ...alerts, '--fail-on', 'never']);
    expect(JSON.parse(stdout)).toMatchObject({ detector: 'root-use' });
  });

  it('goes on beside a reader that stands still, and ends with 0 when it is asked to', {
    timeout: 120_000,
  }, async () => {
    const folder = oneLog();
    const log = readFileSync(rootSigns, 'utf8');
    // More than a pipe holds.
    for (let n = 0; n < 1500; n++)
      writeFileSync(join(folder, `${n}.json`), log.replaceAll('222222222222', `33333333${1000 + n}`));
    const alerts = ['--alert', 'stdout', '--alert-min', 'info'];
    const watch = startWatch([folder, '--db', newDb(), '--every', '1s', ...alerts]);
    watch.child.stdout.pause();
    await watch.until(/ round 2: .+\nstdout: 0 delivered, [\d,]+ still due: nobody read a line for 5 s\n/);
    watch.child.kill('SIGTERM');
    expect(await watch.ended).toEqual({ code: 0, signal: null });
  });

  it('does not end with 0 when nobody hears it any more', async () => {
    const watch = startWatch([oneLog(), '--db', newDb(), '--every', '1s']);
    await watch.until(/ round 1: /);
    watch.child.stderr.destroy();
    expect(await watch.ended).toEqual({ code: 3, signal: null });
  });
});

/** A named pipe stands for what must not be replaced by a file, such as a device. */
function pipe(): string {
  const path = join(emptyFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
}

describe('what cannot work', () => {
  const folder = oneLog();
  it.each<[string[], string, Record<string, string>?]>([
    [[join(folder, 'none')], 'there is no file or folder'],
    [[folder, '--policy', join(folder, 'none.yaml')], 'none.yaml cannot be read'],
    [[folder, '--alert', 'webhook:https://alerts.acme.example/'], 'there is no secret to sign with'],
    [[folder, '--tz', 'Mars/Olympus'], 'Mars/Olympus'],
    [[folder, '--every', 'often'], '--every "often" is no length'],
    [[folder, '--every', '0s'], '--every is 0s; it may be 1s at least'],
    [[folder, '--every', '60d'], '--every is 60d; it may be 1w at most'],
    [[folder, '--lookback', 'yesterday'], '--lookback "yesterday" is no length'],
    [['-'], 'standard input cannot be read twice'],
    // A listening server must not keep it from ending.
    [[folder, '--accounts', 'prod', '--metrics-listen', ':0'], 'prod'],
    [[join(folder, 'none'), '--metrics-listen', ':0'], 'there is no file or folder'],
    [[folder, '--metrics-listen', '9464'], '"9464" is no address'],
    [[folder, '--metrics-listen', '127.0.0.1:70000'], '"127.0.0.1:70000" is no address'],
    [[folder, '--metrics-listen', '::1:9464'], '"::1:9464" is no address'],
    [[folder, '--metrics-listen', '192.0.2.1:0'], '--metrics-listen 192.0.2.1:0: listen EADDRNOTAVAIL'],
    [[folder, '--metrics-file', join(folder, 'none', 'x.prom')], '--metrics-file cannot be written: ENOENT'],
    [[folder, '--metrics-file', folder], 'is a folder'],
    [[folder, '--metrics-file', ''], '--metrics-file names no file'],
    [[folder, '--metrics-file', pipe()], 'is no plain file'],
    [[folder, '--hold', '2d', '--lookback', '2d'], '--hold is not shorter than --lookback'],
  ])('ends at once with 2: %j', (args, message) => {
    const { code, stdout, stderr } = rolecall(['watch', ...args, '--db', newDb()]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  it('is a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const watch = startWatch([folder, '--db', newDb(), '--metrics-listen', `127.0.0.1:${port}`]);
    expect(await watch.ended).toEqual({ code: 2, signal: null });
    expect(watch.said()).toMatch(/rolecall: --metrics-listen 127\.0\.0\.1:\d+: listen EADDRINUSE/);
  });
});

describe('the numbers', () => {
  it.each(['127.0.0.1:0', '[::1]:0'])(
    'are at %s, and gone with the watch though somebody is still connected',
    async (address) => {
      const { at, become } = await startReceiver(answer(503));
      const watch = startWatch(
        [
          oneLog(),
          '--db',
          newDb(),
          '--every',
          '1s',
          '--metrics-listen',
          address,
          '--alert',
          `webhook:${at('/')}`,
          '--alert-min',
          'info',
        ],
        { env },
      );
      const [, url] = await watch.until(/^numbers at (http:\/\/.+\/metrics)\n/);
      const get = (path: string, init: RequestInit = {}) => fetch(new URL(path, url), init);
      expect((await get('/healthz')).status).toBe(503);
      become(answer(200));
      while ((await get('/healthz')).status !== 200) await sleep(50);
      const response = await get('/metrics?x=1');
      expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
      const samples = samplesIn(await response.text());
      expect(samples.get('rolecall_alerts_delivered_total')).toBe(1);
      expect(samples.get('rolecall_findings_open{severity="high"}')).toBe(1);
      expect((await get('/healthz', { method: 'HEAD' })).status).toBe(200);
      expect((await get('/metrics', { method: 'POST' })).status).toBe(405);
      expect((await get('/')).status).toBe(404);
      const { hostname, port } = new URL(url!);
      const silent = connect(Number(port), hostname.replace(/[[\]]/g, ''));
      silent.on('error', () => {});
      await once(silent, 'connect');
      watch.child.kill('SIGTERM');
      expect(await watch.ended).toEqual({ code: 0, signal: null });
      await expect(get('/metrics')).rejects.toThrow();
    },
  );

  it('are in a file that is whole at any moment; that it cannot be written is said, and the watch goes on', async () => {
    const place = emptyFolder();
    const file = join(place, 'sub', 'rolecall.prom');
    mkdirSync(join(place, 'sub'));
    const watch = startWatch([oneLog(), '--db', newDb(), '--every', '1s', '--metrics-file', file]);
    await watch.until(/ round 2: /);
    expect(samplesIn(readFileSync(file, 'utf8')).get('rolecall_objects_read_total')).toBe(1);
    expect(existsSync(`${file}.part`)).toBe(false);
    renameSync(join(place, 'sub'), join(place, 'away'));
    await watch.until(/rolecall: --metrics-file cannot be written: ENOENT/);
    renameSync(join(place, 'away'), join(place, 'sub'));
    await watch.until(/ round \d+: [^\n]+\n[^\n]+ round /, watch.said().length);
    watch.child.kill('SIGTERM');
    expect((await watch.ended).code).toBe(0);
    expect(samplesIn(readFileSync(file, 'utf8')).get('rolecall_last_round_ok')).toBe(1);
  });

  it('are not written through a link that somebody left in their place', async () => {
    const place = emptyFolder();
    const file = join(place, 'rolecall.prom');
    writeFileSync(join(place, 'victim'), 'precious');
    symlinkSync(join(place, 'victim'), `${file}.part`);
    const watch = startWatch([oneLog(), '--db', newDb(), '--every', '1s', '--metrics-file', file]);
    await watch.until(/ round 2: /);
    watch.child.kill('SIGTERM');
    expect((await watch.ended).code).toBe(0);
    expect(readFileSync(join(place, 'victim'), 'utf8')).toBe('precious');
    expect(samplesIn(readFileSync(file, 'utf8')).get('rolecall_last_round_ok')).toBe(1);
  });
});
