import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../../src/app/ingest.js';
import { openStore } from '../../src/app/open.js';
import { sessions } from '../../src/app/sessions.js';
import { query, type Sqlite } from '../../src/store/open.js';
import { newDb } from '../app/ingest-made.js';
import { build, demo, root } from '../cli/rolecall.js';

const tuesday = { from: Date.UTC(2026, 10, 17) / 1000, to: Date.UTC(2026, 10, 18) / 1000 };
/** Columns of any of the questions. */
interface Row {
  id: string;
  time: string;
  calls: number;
  denied: number;
  granted: number;
  read: number;
  stored: number;
  duplicate: number;
  rejected: number;
}
const questions: Record<string, Record<string, unknown>> = {
  sessions: { role: 'PlatformAdmin', ...tuesday },
  calls: { id: '' },
  issuances: tuesday,
  objects: {},
  coverage: tuesday,
};
let store: Sqlite;
let db: string;

beforeAll(async () => {
  build();
  db = newDb();
  await ingest({ db, sources: [demo.logs] });
  store = openStore(db);
  return () => store.close();
}, 120_000);

const ask = (name: string, values = questions[name]!) => store.prepare(query(name)).all(values) as Row[];

describe('the questions in queries/sqlite', () => {
  it('are all asked here, and each has an answer in the made week', () => {
    const files = readdirSync(join(root, 'queries/sqlite')).filter((name) => name.endsWith('.sql'));
    expect(files.map((name) => name.replace('.sql', '')).sort()).toEqual(Object.keys(questions).sort());
    for (const name of Object.keys(questions)) expect(ask(name).length, name).toBeGreaterThan(0);
  });

  it('tell the same sessions of a role as rolecall', () => {
    const { sessions: told } = sessions(store, {
      account: null,
      role: 'PlatformAdmin',
      origin: null,
      name: null,
      window: null,
      unobserved: false,
      ambiguous: false,
      minDepth: null,
      limit: 1000,
      policy: null,
    });
    const found = ask('sessions', { role: 'PlatformAdmin', from: 0, to: 2 ** 32 });
    expect(found.map(({ id, calls, denied }) => ({ id, calls, denied }))).toEqual(
      told.map(({ id, calls, denied }) => ({ id, calls, denied })),
    );
  });

  it('list exactly the calls of a session, and refused attempts beside granted ones', () => {
    for (const { id, calls } of ask('sessions')) expect(ask('calls', { id })).toHaveLength(calls);
    const issued = ask('issuances');
    expect(issued.filter(({ granted }) => granted === 0)).toHaveLength(5);
    expect(issued.every(({ time }) => time.startsWith('2026-11-17T'))).toBe(true);
  });

  it('balance the ledger', () => {
    for (const { read, stored, duplicate, rejected } of ask('objects'))
      expect(read).toBe(stored + duplicate + rejected);
  });

  it('run in the sqlite3 shell, where there is one', ({ skip }) => {
    if (spawnSync('sqlite3', ['--version']).status !== 0) skip('there is no sqlite3 shell here');
    const script = [
      '.param set :role "\'PlatformAdmin\'"',
      '.param set :from 0',
      '.param set :to 4000000000',
    ];
    const { stdout, stderr } = spawnSync('sqlite3', ['-readonly', db], {
      input: `${script.join('\n')}\n${query('sessions')}\n`,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(stdout.trim().split('\n')).toHaveLength(
      ask('sessions', { role: 'PlatformAdmin', from: 0, to: 4e9 }).length,
    );
  });
});
