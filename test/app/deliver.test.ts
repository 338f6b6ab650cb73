import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { Channel, Patience } from '../../src/alerts/index.js';
import { type DeliverQuestion, deliver } from '../../src/app/deliver.js';
import type { Finding } from '../../src/model/finding.js';
import { openForWriting } from '../../src/store/open.js';
import { takeTurn } from '../../src/store/turn.js';
import { channel, finding } from '../alerts/made.js';
import { answer, cut, hang, type Received, startReceiver } from '../alerts/receiver.js';
import { ask, bytesOfStore, newDb } from './ingest-made.js';

/** As patient as a test can be. */
const patience: Patience = { attempts: 4, pause: 1, longestWait: 1 };
const few = [1, 2, 3, 4, 5, 6].map((number) => finding(number));

function store(): string {
  const db = newDb();
  openForWriting(db).close();
  return db;
}

const told = (db: string, channels: Channel[], question: Partial<DeliverQuestion> = {}) =>
  deliver({ db, channels, findings: few, least: 'info', patience, ...question });

const idOf = ({ headers }: Received) => String(headers['x-rolecall-delivery']);
const titleOf = ({ body }: Received) => JSON.parse(body).finding.title as string;
const titles = (findings: Finding[]) => findings.map(({ title }) => title);

/** A channel that keeps what it is given, and does what it is told to. */
function stub(name: string, act: (title: string) => Promise<void> | void = () => {}) {
  const sent: string[] = [];
  const target = {
    kind: 'stdout',
    url: null,
    hash: createHash('sha256').update(name).digest(),
    label: name,
  } as const;
  const stubbed: Channel = {
    target,
    payload: (each) => each.title,
    send: async (title) => {
      await act(title);
      sent.push(title);
    },
  };
  return { sent, channel: stubbed };
}

describe('deliveries', () => {
  it('arrive in order of time, once, and are not repeated by another run', async () => {
    const { at, received } = await startReceiver();
    const [db, channels] = [store(), [channel(`webhook:${at('/')}`)]];
    const first = await told(db, channels, { findings: few.toReversed() });
    expect(first).toMatchObject({ stopped: false, targets: [{ delivered: 6, due: 0, problem: null }] });
    expect(received.map(titleOf)).toEqual(titles(few));
    expect((await told(db, channels)).targets).toMatchObject([{ delivered: 0, due: 0, problem: null }]);
    expect((await told(db, channels, { findings: [...few, finding(0)] })).targets).toMatchObject([
      { delivered: 1 },
    ]);
    expect(received).toHaveLength(7);
    expect(new Set(received.map(idOf)).size).toBe(7);
  });

  it('keep in the store neither the address nor, after the arrival, what was sent', async () => {
    const { at } = await startReceiver();
    const db = store();
    await told(db, [channel(`webhook:${at('/acmeSecretPath')}`)]);
    expect(bytesOfStore(db).includes('acmeSecretPath')).toBe(false);
    expect(ask(db, 'SELECT count(*) AS rows, count(payload) AS kept FROM delivery')).toEqual([
      { rows: 6, kept: 0 },
    ]);
  });

  it('are below the severity asked for not made', async () => {
    const { sent, channel } = stub('quiet');
    const findings = [finding(1, { severity: 'low' }), finding(2, { severity: 'medium' }), finding(3)];
    await told(store(), [channel], { findings, least: 'medium' });
    expect(sent).toEqual(titles([finding(2), finding(3)]));
  });

  it('are made again when a finding is opened again or becomes more severe, not when it becomes less', async () => {
    const { at, received } = await startReceiver();
    const [db, channels] = [store(), [channel(`webhook:${at('/')}`)]];
    const run = async (severity: Finding['severity'], opening: number) => {
      await told(db, channels, { findings: [finding(1, { severity })], opening: () => opening });
      return received.length;
    };
    const runs: [Finding['severity'], number][] = [
      ['medium', 1],
      ['high', 1],
      ['medium', 1],
      ['high', 1],
      ['low', 2],
      ['low', 2],
      ['critical', 1],
    ];
    const counts: number[] = [];
    for (const [severity, opening] of runs) counts.push(await run(severity, opening));
    expect(counts).toEqual([1, 2, 2, 2, 3, 3, 4]);
    expect(new Set(received.map(idOf)).size).toBe(4);
  });

  it('that fail for a while are neither lost nor repeated', async () => {
    const arrived: string[] = [];
    const troubles = [answer(500), cut, answer(429, { 'retry-after': '1' }), hang, answer(503), cut];
    const { at, received } = await startReceiver((response, number, request) => {
      // Every second request fails, each time in another way.
      if (number % 2 === 0) return troubles[(number / 2) % troubles.length]!(response, number, request);
      arrived.push(titleOf(request));
      answer(200)(response, number, request);
    });
    const { targets } = await told(store(), [channel(`webhook:${at('/')}`, { timeout: 1_000 })]);
    expect(targets).toMatchObject([{ delivered: 6, due: 0, problem: null }]);
    expect(arrived).toEqual(titles(few));
    const attempts = received.map((each) => [idOf(each), JSON.parse(each.body).delivery.attempt]);
    expect(attempts.map(([, attempt]) => attempt)).toEqual(few.flatMap(() => [1, 2]));
    expect(new Set(attempts.map(([id]) => id)).size).toBe(6);
  });

  it('to a target that is down stay due, and the run after it is up again brings each once, in order', async () => {
    const { at, received, become } = await startReceiver((response, number, request) =>
      answer(number < 2 ? 200 : 503)(response, number, request),
    );
    const db = store();
    const channels = [channel(`webhook:${at('/acmeSecretPath')}`)];
    const down = await told(db, channels);
    expect(down.targets).toMatchObject([
      { delivered: 2, due: 4, problem: { reason: 'answered 503, 4 times', remedy: 'Look at the receiver.' } },
    ]);
    expect(ask(db, 'SELECT attempts, last_error FROM delivery WHERE last_error IS NOT NULL')).toEqual([
      { attempts: 4, last_error: 'answered 503, 4 times' },
    ]);
    become(answer(200));
    // What is due is sent although nobody asks about it any more.
    expect((await told(db, channels, { findings: [] })).targets).toMatchObject([{ delivered: 4, due: 0 }]);
    const failed = received.slice(2, 6);
    expect(new Set([...failed, received[6]!].map(idOf)).size).toBe(1);
    expect(JSON.parse(received[6]!.body).delivery.attempt).toBe(5);
    expect(received.toSpliced(2, 4).map(titleOf)).toEqual(titles(few));
    expect(JSON.stringify(down)).not.toContain('acmeSecretPath');
  });

  it('wait no longer than a moment for a receiver that asks for an hour', async () => {
    const { at, received } = await startReceiver(answer(429, { 'retry-after': '3600' }));
    const { targets } = await told(store(), [channel(`webhook:${at('/')}`)]);
    expect(targets).toMatchObject([{ delivered: 0, due: 6, problem: { reason: 'answered 429' } }]);
    expect(received).toHaveLength(1);
  });

  it('that the receiver refuses hold up no others, and come last in the next run', async () => {
    const refused = titles([finding(1), finding(3)]);
    const { at, received, become } = await startReceiver((response, number, request) =>
      answer(refused.includes(titleOf(request)) ? 400 : 200)(response, number, request),
    );
    const [db, channels] = [store(), [channel(`webhook:${at('/')}`)]];
    expect((await told(db, channels)).targets).toMatchObject([
      { delivered: 4, due: 2, problem: { reason: 'answered 400' } },
    ]);
    expect(received.map(titleOf)).toEqual(titles(few));
    become(answer(200));
    expect((await told(db, channels, { findings: [finding(7)] })).targets).toMatchObject([
      { delivered: 3, due: 0 },
    ]);
    expect(received.slice(6).map(titleOf)).toEqual(titles([finding(7), finding(1), finding(3)]));
  });

  it('end for a run when everything is refused, or the target says that it takes nothing', async () => {
    for (const [status, requests] of [
      [422, 5],
      [401, 1],
      [404, 1],
      [302, 1],
    ] as const) {
      const { at, received } = await startReceiver(answer(status));
      const { targets } = await told(store(), [channel(`webhook:${at('/')}`)]);
      expect(targets).toMatchObject([{ delivered: 0, due: 6, problem: { reason: `answered ${status}` } }]);
      expect(received).toHaveLength(requests);
    }
  });

  it('to one target do not wait for another, which may be down', async () => {
    const up = stub('up');
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const waiting = stub('waiting', () => held);
    const { at } = await startReceiver(answer(500));
    const watched = stub('watched', (title) => {
      if (title === few.at(-1)!.title) release();
    });
    const { targets } = await told(store(), [
      waiting.channel,
      channel(`webhook:${at('/')}`),
      watched.channel,
      up.channel,
    ]);
    expect(targets.map(({ delivered }) => delivered)).toEqual([6, 0, 6, 6]);
    expect([waiting.sent, up.sent]).toEqual([titles(few), titles(few)]);
  });

  it('stop between two when they are asked to: what is under way arrives, the rest stays due', async () => {
    const controller = new AbortController();
    const { sent, channel } = stub('stopping', (title) => {
      if (title === few[2]!.title) controller.abort();
    });
    const db = store();
    const stopped = await told(db, [channel], { signal: controller.signal });
    expect(stopped).toMatchObject({ stopped: true, targets: [{ delivered: 3, due: 3, problem: null }] });
    expect(await told(db, [channel])).toMatchObject({ stopped: false, targets: [{ delivered: 3, due: 0 }] });
    expect(sent).toEqual(titles(few));
  });

  it('stop between two attempts at one as well, however long the receiver asked to wait', async () => {
    const controller = new AbortController();
    const { at, received } = await startReceiver((response, number, request) => {
      answer(503, { 'retry-after': '30' })(response, number, request);
      setTimeout(() => controller.abort(), 50);
    });
    const db = store();
    const stopped = await told(db, [channel(`webhook:${at('/')}`)], {
      signal: controller.signal,
      patience: { attempts: 4, pause: 30_000, longestWait: 60 },
    });
    expect(stopped).toMatchObject({ stopped: true, targets: [{ delivered: 0, due: 6, problem: null }] });
    expect(received).toHaveLength(1);
    expect(ask(db, 'SELECT sum(attempts) AS attempts FROM delivery')).toEqual([{ attempts: 1 }]);
  });

  it('end when their time is over, after one at least to each target; the rest stays due', async () => {
    const db = store();
    const [one, other] = [stub('one'), stub('other')];
    const question = { within: 0 };
    const first = await told(db, [one.channel, other.channel], question);
    expect(first.targets).toMatchObject(Array(2).fill({ delivered: 1, due: 5, problem: null }));
    await told(db, [one.channel, other.channel], question);
    expect([one.sent, other.sent]).toEqual(Array(2).fill(titles(few.slice(0, 2))));
    const refusing = await startReceiver(answer(400));
    await told(db, [channel(`webhook:${refusing.at('/')}`)], question);
    expect(refusing.received).toHaveLength(1);
  });

  it('that are stopped before they begin blame no other process', async () => {
    expect(await told(store(), [stub('none').channel], { signal: AbortSignal.abort() })).toMatchObject({
      stopped: true,
      targets: [{ delivered: 0, due: 6, problem: null }],
    });
  });

  it('of two runs at a time take turns', async () => {
    const db = store();
    const [one, two] = [stub('one'), stub('one')];
    const both = await Promise.all([told(db, [one.channel]), told(db, [two.channel])]);
    expect(both.map(({ targets }) => targets[0]!.delivered).toSorted()).toEqual([0, 6]);
    expect([...one.sent, ...two.sent]).toEqual(titles(few));
  });

  it('stay due when another process does not give its turn back', async () => {
    const db = store();
    const giveBack = takeTurn(`${db}-alerts`)!;
    expect(takeTurn(`${db}-alerts`)).toBeNull();
    const { sent, channel } = stub('late');
    const { targets } = await told(db, [channel], { turnWithin: 0 });
    expect(targets).toMatchObject([
      { delivered: 0, due: 6, problem: { reason: 'another rolecall is delivering from this store' } },
    ]);
    giveBack();
    await told(db, [channel], { findings: [] });
    expect(sent).toEqual(titles(few));
    const beside = readdirSync(dirname(db)).filter((name) => name.includes('-alerts'));
    expect(beside.map((name) => [name, statSync(join(dirname(db), name)).mode & 0o777])).toEqual([
      ['rolecall.db-alerts', 0o600],
    ]);
  });

  it('are refused without a store', async () => {
    await expect(told(newDb(), [stub('none').channel])).rejects.toMatchObject({ code: 'DB_MISSING' });
  });

  it('of what the channel itself gets wrong are no failures to deliver', async () => {
    const broken = stub('broken', () => {
      throw new TypeError('x is undefined');
    });
    await expect(told(store(), [broken.channel])).rejects.toThrow('x is undefined');
  });
});

describe('ten thousand findings', () => {
  it('stream: those that were put down are kept by nobody', async () => {
    const many = 10_000;
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    let alive = 0;
    let most = 0;
    const gone = new FinalizationRegistry(() => void alive--);
    async function* stream(): AsyncGenerator<Finding> {
      for (let made = 1; made <= many; made++) {
        const next = finding(made, { detail: ['x'.repeat(1000)] });
        gone.register(next, null);
        alive++;
        yield next;
        if (made % 1000 !== 0) continue;
        collect();
        // The registry tells what is gone between two tasks.
        await new Promise((resolve) => setImmediate(resolve));
        most = Math.max(most, alive);
      }
    }
    const [one, two] = [stub('one'), stub('two')];
    const db = store();
    const { targets } = await told(db, [one.channel, two.channel], { findings: stream() });
    expect(targets).toMatchObject(Array(2).fill({ delivered: many, due: 0, problem: null }));
    expect([new Set(one.sent).size, new Set(two.sent).size]).toEqual([many, many]);
    expect(ask(db, 'SELECT count(payload) AS kept FROM delivery')).toEqual([{ kept: 0 }]);
    // Counted every thousand, and the registry may be some counts late on a busy machine.
    expect(most).toBeLessThan(many / 2);
  });
});
