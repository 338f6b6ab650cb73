import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadPolicy } from '../../src/app/open.js';
import { Troubles } from '../../src/app/rule-troubles.js';
import { loadRules } from '../../src/app/rules.js';
import { parsePolicy } from '../../src/policy/index.js';
import { build } from '../cli/rolecall.js';
import { bytesOfStore, folderOf } from './ingest-made.js';
import { exampleRules, found, scriptRule, sqlRule, storeOf } from './rules-made.js';

/** One session of bob's, in four regions. */
let tour: string;
/** Two sessions of a job, the second in the first. */
let hops: string;

beforeAll(async () => {
  build();
  tour = await storeOf('many-regions/fires/a-session-looks-around-in-four-regions.json');
  hops = await storeOf('secret-behind-a-hop/fires/a-deployment-reads-a-secret-twice.json');
});

const policy = (text: string) => parsePolicy(`version: 1\n${text}\n`, 'rolecall.yaml');
/** Bob without a role is a scene too. */
const inSession = (detect: string) =>
  `(scene, means) => scene.session === null ? null : (${detect})(scene, means)`;
/** A finding in every session. */
const finding = `{ title: 'seen', time: session.issuedAt, evidence: ['e'], about: [session.id] }`;
const always = (id: string, draft = finding) =>
  scriptRule(id, `({ session }) => session === null ? null : (${draft})`);

describe('a rule', () => {
  it('gives findings like any other, with the origin, the chain and a fingerprint', async () => {
    const { findings, problems, detectors } = await found(hops, exampleRules);
    expect(problems).toEqual([]);
    expect(detectors).toEqual(['long-session', 'many-regions', 'secret-behind-a-hop']);
    expect(findings).toMatchObject([
      {
        detector: 'secret-behind-a-hop',
        severity: 'medium',
        title: expect.stringMatching(
          /^web identity repo:acme\/shop:\S+ as role deployment-role-prod in \d+ read a secret$/,
        ),
        detail: ['The chain: github-actions-deploy -> deployment-role-prod'],
        origin: { kind: 'web-identity' },
        depth: 2,
        fingerprint: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      },
    ]);
  });

  it('is run beside the built-in detectors, and changes nothing about theirs', async () => {
    const without = await found(hops, exampleRules, { only: ['root-use', 'sensitive-call', 'deep-chain'] });
    const rules = { 'a.js': always('a') };
    const { findings, detectors, looked } = await found(hops, rules, { only: null });
    expect(findings.filter(({ detector }) => detector !== 'a')).toEqual(without.findings);
    expect([detectors.length > 15, detectors.at(-1), looked]).toEqual([true, 'a', without.looked]);
    expect(findings.filter(({ detector }) => detector === 'a')).toHaveLength(2);
  });

  it('takes severity, options and exceptions from the policy, and may be switched off', async () => {
    const run = async (text: string) => {
      const { findings, excepted } = await found(tour, exampleRules, { policy: policy(text) });
      return [findings.map(({ severity }) => severity), excepted.length];
    };
    expect(await run('')).toEqual([['medium'], 0]);
    expect(await run('detectors: { many-regions: { severity: critical } }')).toEqual([['critical'], 0]);
    expect(await run('detectors: { many-regions: { regions: 5 } }')).toEqual([[], 0]);
    expect(await run('detectors: { many-regions: { enabled: false } }')).toEqual([[], 0]);
    const except = (what: string) =>
      `detectors: { many-regions: { exceptions: [{ ${what}, until: 2026-12-31, reason: "x" }] } }`;
    expect(await run(except('origin: "iam-user:bob"'))).toEqual([[], 1]);
    expect(await run(except('region: eu-west-1'))).toEqual([['medium'], 0]);
  });
});

describe('a script that goes wrong', () => {
  it('ends no run: it is counted, and told once with the session it began at', async () => {
    const { findings, problems } = await found(hops, {
      'broken.js': scriptRule('broken', '({ session }) => session.no.such.thing'),
      'sound.js': always('sound'),
    });
    expect(findings.map(({ detector }) => detector)).toEqual(['sound', 'sound']);
    expect(problems).toEqual([
      {
        detector: 'broken',
        reason: "Cannot read properties of undefined (reading 'such')",
        session: expect.stringMatching(/^[a-z2-7]{16}$/),
        times: 2,
      },
    ]);
  });

  it.each([
    ['throws nothing at all', '() => { throw undefined; }', 'undefined'],
    ['throws an empty error', '() => { throw new Error(); }', 'it failed without a word'],
    ['calls itself for ever', 'function f() { return f() + 1; }', 'Maximum call stack size exceeded'],
    ['gives a promise', 'async () => null', 'it gave a promise: a detector answers at once'],
    ['gives a function', '() => () => 1', expect.stringContaining('could not be cloned')],
    ['gives a text', "() => 'x'", 'what it gave is wrong: it is not a draft of a finding'],
    ['gives too much', '() => Array(2000).fill({})', 'it gave 2000 findings at once, more than 1000'],
    [
      'gives next to nothing',
      '() => ({})',
      'what it gave is wrong: it has no title (a sentence: who did what); it has no time (epoch seconds); it has no evidence (event ids); it has no about (what makes it one incident)',
    ],
    [
      'gives things of another kind',
      "() => ({ title: 5, time: NaN, last: Infinity, evidence: [1], about: [], severity: 'urgent', colour: 1 })",
      expect.stringMatching(
        /it has "colour", which nobody reads.*title is not a text; severity is not one of.*time is not a time.*last is not a time.*evidence\[0\] is not a text; about is not/,
      ),
    ],
    [
      'gives milliseconds',
      "() => ({ title: 'x', time: 1794829176000, evidence: [], about: ['x'] })",
      'what it gave is wrong: time is not a time in epoch seconds, between 1970 and 2106',
    ],
    [
      'ends before it begins',
      "() => ({ title: 'x', time: 5, last: 4, evidence: [], about: ['x'] })",
      'what it gave is wrong: last is before time',
    ],
    [
      'sorts what others look at',
      '({ deeds }) => { deeds.push(1); return null; }',
      expect.stringContaining('Cannot add property'),
    ],
    [
      'changes the session',
      '({ session }) => { session.origin.id = "somebody else"; return null; }',
      expect.stringContaining('Cannot assign to read only property'),
    ],
    ['asks for an option that it does not have', '(_, { option }) => option("x")', 'x has no option x'],
  ])('and %s is told', async (_title, detect, reason) => {
    const { findings, problems } = await found(tour, { 'x.js': scriptRule('x', inSession(detect)) });
    expect(findings).toEqual([]);
    expect(problems).toMatchObject([{ detector: 'x', reason, times: 1 }]);
  });

  it('may say what it cannot judge, and is told when that fails', async () => {
    const blind = (what: string) => scriptRule('x', '() => null', `blind: ${inSession(what)},`);
    const said = async (what: string) => {
      const { unjudged, problems } = await found(tour, { 'x.js': blind(what) });
      return [unjudged, problems.map(({ reason }) => reason)];
    };
    expect(await said("() => 'no address is known'")).toEqual([
      [{ detector: 'x', reason: 'no address is known', sessions: 1 }],
      [],
    ]);
    expect(await said('() => { throw new Error("no luck"); }')).toEqual([[], ['no luck']]);
    expect(await said('() => 5')).toEqual([[], ['blind gave something else than a text or null']]);
  });

  it('may refuse a value of an option, and fails no policy by throwing', async () => {
    const refuse = async (fault: string) => {
      const options = `options: { days: { default: 1, help: 'days', fault: ${fault} } },`;
      const rules = await loadRules(folderOf({ 'x.js': scriptRule('x', '() => null', options) }));
      const path = join(folderOf({ 'p.yaml': 'version: 1\ndetectors: { x: { days: 7 } }\n' }), 'p.yaml');
      try {
        return loadPolicy(path, true, rules)?.detectors.length;
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(await refuse('() => null')).toBe(1);
    expect(await refuse("(value) => value > 5 ? 'it must be 5 or less' : null")).toContain(
      'it must be 5 or less',
    );
    expect(await refuse('() => { throw new Error("no luck"); }')).toContain(
      'the rule cannot check it: no luck',
    );
  });

  it('in another way each time is counted, and does not fill the answer', async () => {
    const troubles = new Troubles();
    for (let i = 0; i < 1000; i++) troubles.add('x', null, new Error(`no ${i}`));
    const told = troubles.list();
    expect(told).toHaveLength(21);
    expect(told.at(-1)).toEqual({
      detector: 'x',
      reason: 'it failed in other ways, too',
      session: null,
      times: 980,
    });
  });

  it('and writes without end is cut to size', async () => {
    const long = `{ title: 'x'.repeat(1e6), detail: Array(1e4).fill('y'.repeat(1e4)), time: session.issuedAt + 0.7,
      evidence: Array(1e4).fill('z'), about: ['x'] }`;
    const { findings, problems } = await found(tour, { 'x.js': always('x', long) });
    expect(problems).toEqual([]);
    const [{ title, detail, evidence, time } = { title: '', detail: [''], evidence: [], time: 0.5 }] =
      findings;
    expect([title.length, detail.length, detail[0]!.length]).toEqual([500, 100, 2000]);
    expect([evidence.length <= 20, Number.isInteger(time)]).toEqual([true, true]);
  });

  it('and changes what it gave afterwards changes nothing', async () => {
    const detect = `(() => { const kept = { title: 'one', time: 5, evidence: [], about: ['x'] };
      setTimeout(() => { kept.title = 'two'; }, 0); return () => kept; })()`;
    const { findings } = await found(tour, { 'x.js': scriptRule('x', detect) });
    expect(findings.map(({ title }) => title)).toEqual(['one']);
  });
});

describe('a question', () => {
  const rows = (sql: string, o?: Parameters<typeof found>[2]) =>
    found(tour, { 'x.sql': sqlRule('x', sql) }, o);

  it('gives one finding for what is about the same thing, with all its evidence and times', async () => {
    const { findings, problems } = await rows(
      "SELECT event_id, time_iso AS time, session_id, action, region, 'called ' || region AS title, 'one' || char(10) || 'two' AS detail FROM v_calls WHERE session_id IS NOT NULL ORDER BY time DESC",
    );
    expect(problems).toEqual([]);
    expect(findings).toMatchObject([
      {
        title: 'called eu-west-1',
        detail: ['one', 'two'],
        origin: { kind: 'iam-user', id: 'bob' },
        sessions: 1,
        depth: 1,
        roleArn: 'arn:aws:iam::222222222222:role/order-worker',
      },
    ]);
    const [{ time, last, evidence }] = findings as [(typeof findings)[0]];
    expect([last - time, evidence.length]).toEqual([90, 4]);
  });

  it('may be about no session, and says then what it knows', async () => {
    const { findings } = await rows(
      "SELECT 'refused' AS title, 5 AS time, 'a,b' AS event_ids, '222222222222' AS account_id, 'arn:aws:iam::222222222222:role/x' AS role_arn, 'high' AS severity, 'x' AS about",
    );
    expect(findings).toMatchObject([
      {
        session: null,
        sessions: 0,
        origin: null,
        accountId: '222222222222',
        roleArn: 'arn:aws:iam::222222222222:role/x',
        severity: 'high',
        evidence: ['a', 'b'],
      },
    ]);
  });

  it.each([
    ['time is no time', "'soon' AS time, 'e' AS event_id", /time is not a time/],
    ['time is missing', "NULL AS time, 'e' AS event_id", /time is not a time/],
    [
      'session is not there',
      "5 AS time, 'e' AS event_id, 'nope' AS session_id",
      /session_id that is not in the store/,
    ],
    ['severity is none', "5 AS time, 'e' AS event_id, 'urgent' AS severity", /severity is not one of/],
    ['event id is bytes', "5 AS time, x'00' AS event_id", /column event_id holds bytes/],
  ])('whose row is wrong, as its %s, is told', async (_title, columns, reason) => {
    const { findings, problems } = await rows(`SELECT 'x' AS title, ${columns}`);
    expect(findings).toEqual([]);
    expect(problems).toMatchObject([{ detector: 'x', reason: expect.stringMatching(reason), times: 1 }]);
  });

  it('that never ends is ended, and costs no other rule', async () => {
    const forever = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)';
    const { findings, problems } = await found(
      tour,
      {
        'x.sql': sqlRule('x', `${forever} SELECT count(*) AS title, 1 AS time, 'e' AS event_id FROM n`),
        'sound.js': always('sound'),
      },
      { seconds: 1 },
    );
    expect(findings.map(({ detector }) => detector)).toEqual(['sound']);
    expect(problems).toEqual([
      { detector: 'x', reason: 'it was ended after 1 s without an answer', session: null, times: 1 },
    ]);
  });

  it('with rows without end is cut off, and says so', async () => {
    const { findings, problems } = await rows(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT 'x' AS title, i AS time, i AS event_id FROM n",
    );
    expect(findings).toHaveLength(10_000);
    expect(problems).toMatchObject([{ reason: 'it gave more than 10000 rows: the rest was not looked at' }]);
  });

  it.each(["load_extension('x')", "readfile('/etc/passwd')", "writefile('x', 'y')", "edit('x')"])(
    'reaches nothing beside the store: %s',
    async (call) => {
      const files = { 'x.sql': sqlRule('x', `SELECT ${call} AS title, 1 AS time, 'e' AS event_id`) };
      const said = await found(tour, files).then(
        ({ problems }) => problems.map(({ reason }) => reason).join(),
        (error: Error) => error.message,
      );
      expect(said).toMatch(/not authorized|no such function/);
    },
  );

  it('leaves the store as it is, to the byte', async () => {
    const before = bytesOfStore(tour);
    await found(tour, exampleRules);
    expect(bytesOfStore(tour).equals(before)).toBe(true);
  });

  it('ends with whoever asked, even in the middle of a query that never ends', () => {
    const script = `
      import { fork } from 'node:child_process';
      const child = fork('bin/rule-query.js', [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
      const sql = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n';
      child.send({ db: ${JSON.stringify(tour)}, sql, values: {}, mostRows: 1 });
      console.log(child.pid);
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), 1000);`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    const pid = Number(stdout);
    expect(pid).toBeGreaterThan(0);
    const until = Date.now() + 20_000;
    while (running(pid) && Date.now() < until)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    expect(running(pid)).toBe(false);
  });
});

/** A zombie runs no longer. */
function running(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('what a rule throws', () => {
  it('may be anything, and is told without being trusted', () => {
    const troubles = new Troubles();
    const trap = {
      toString() {
        throw new Error('again');
      },
    };
    for (const thrown of ['', trap, Object.create(null), Object.assign(new Error('x'), { message: trap })])
      troubles.add('mine', null, thrown);
    expect(troubles.list().map(({ reason, times }) => [reason, times])).toEqual([
      ['it failed without a word', 1],
      ['it threw something that cannot be read', 3],
    ]);
  });
});
