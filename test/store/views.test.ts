import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ingest } from '../../src/app/ingest.js';
import { openStore } from '../../src/app/open.js';
import { ruleViews } from '../../src/app/rule-views.js';
import { sessions } from '../../src/app/sessions.js';
import { actionOf } from '../../src/model/action.js';
import { emptyStore, openForWriting, type Sqlite } from '../../src/store/open.js';
import { allRecords, folderOf, newDb, packed } from '../app/ingest-made.js';
import { build, demo, rolecall } from '../cli/rolecall.js';

let store: Sqlite;

beforeAll(async () => {
  build();
  const db = newDb();
  await ingest({ db, sources: [demo.logs, folderOf({ 'all.json.gz': packed(allRecords) })] });
  store = openStore(db);
  return () => store.close();
});

const all = <Row>(sql: string, ...values: unknown[]) => store.prepare(sql).all(...values) as Row[];
const one = (sql: string) => store.prepare(sql).pluck().get() as number;

describe('the views', () => {
  it('are those that are told about, column by column', () => {
    const empty = emptyStore();
    const names = empty.prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'view' AND name LIKE 'v\\_%' ESCAPE '\\'",
    );
    expect(names.pluck().all().sort()).toEqual(Object.keys(ruleViews).sort());
    for (const [name, { columns }] of Object.entries(ruleViews)) {
      const there = empty.prepare(`SELECT * FROM ${name}`).columns();
      expect(there.map((column) => column.name)).toEqual(Object.keys(columns));
    }
    empty.close();
  });

  it('are told about by `detectors views`, and those in the README are among them', () => {
    const { code, stdout } = rolecall(['detectors', 'views', '--width', '80']);
    expect(code).toBe(0);
    for (const [name, { columns }] of Object.entries(ruleViews))
      for (const word of [name, ...Object.keys(columns)]) expect(stdout).toContain(`${word} `);
    const { views, answer } = JSON.parse(rolecall(['detectors', 'views', '--format', 'json']).stdout);
    expect([Object.keys(views), Object.keys(answer)[0]]).toEqual([Object.keys(ruleViews), 'title']);
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const named = [...readme.matchAll(/\bv_[a-z_]+/g)].map(([name]) => name);
    expect(named.filter((name) => !Object.hasOwn(ruleViews, name))).toEqual([]);
  });

  it('have a row for each counted call, credential handed out and session: no more, no fewer', () => {
    expect(one('SELECT count(*) FROM v_calls')).toBe(one('SELECT count(*) FROM event WHERE counted > 0'));
    expect(one('SELECT count(*) FROM v_calls')).toBe(
      one('SELECT count(DISTINCT event_id || account_id) FROM v_calls'),
    );
    expect(one('SELECT count(*) FROM v_sessions')).toBe(one('SELECT count(*) FROM session'));
    expect(one('SELECT count(*) FROM v_issuances')).toBe(
      one('SELECT count(*) FROM issuance n JOIN event e ON e.key = n.event WHERE e.counted > 0'),
    );
    expect(one('SELECT sum(records) FROM v_coverage')).toBe(one('SELECT sum(records) FROM coverage'));
    expect(one('SELECT count(*) FROM v_calls')).toBeGreaterThan(2000);
  });

  it('tell of every session what rolecall tells of it, as far as one row can', () => {
    const question = { account: null, role: null, origin: null, name: null, window: null, minDepth: null };
    const told = sessions(store, {
      ...question,
      unobserved: false,
      ambiguous: false,
      limit: 10_000,
      policy: null,
    });
    const rows = new Map(
      all<Record<string, unknown>>('SELECT * FROM v_sessions').map((row) => [row.session_id, row]),
    );
    expect(told.sessions.length).toBeGreaterThan(400);
    expect(told.sessions.length).toBe(rows.size);
    for (const session of told.sessions) {
      const revoked = session.expiry === 'revoked';
      expect(rows.get(session.id)).toMatchObject({
        kind: session.kind,
        principal_id: session.principalId,
        role_arn: session.roleArn,
        account_id: session.accountId,
        session_name: session.sessionName,
        issued_at: session.issuedAt,
        ...(revoked ? {} : { expires_at: session.expiresAt, expiry: session.expiry }),
        issued_by: session.issuance?.eventId ?? null,
        calls: session.calls,
        denied: session.denied,
        first_used_at: session.firstUsedAt,
        last_used_at: session.lastUsedAt,
      });
    }
  });

  it('write times in both ways, ids as CloudTrail does, and ARNs of sessions whole', () => {
    for (const { time, time_iso } of all<{ time: number; time_iso: string }>(
      'SELECT time, time_iso FROM v_calls',
    ))
      expect(Date.parse(time_iso) / 1000).toBe(time);
    expect(
      one(
        "SELECT count(*) FROM v_calls WHERE event_id NOT GLOB '*-*-*-*-*' AND event_id NOT LIKE 'content:%'",
      ),
    ).toBe(0);
    const arns = all<{ arn: string | null }>("SELECT arn FROM v_calls WHERE identity_type = 'AssumedRole'");
    const whole = arns.filter(({ arn }) =>
      /^arn:aws[a-z-]*:sts::\d{12}:assumed-role\/[^/]+\/.+$/.test(arn ?? ''),
    );
    expect(whole.length / arns.length).toBeGreaterThan(0.99);
    expect(arns.filter(({ arn }) => arn !== null && !arn.startsWith('arn:aws'))).toEqual([]);
  });

  it('name actions as IAM does, each as rolecall does', () => {
    const odd: [source: string, name: string][] = [
      ['monitoring.amazonaws.com', 'PutMetricData'],
      ['email.amazonaws.com', 'SendEmail'],
      ['tagging.amazonaws.com', 'TagResources'],
      ['models.lex.amazonaws.com', 'PutBot'],
      ['runtime.lex.amazonaws.com', 'PostText'],
      ['entitlement.marketplace.amazonaws.com', 'GetEntitlements'],
      ['metering.marketplace.amazonaws.com', 'MeterUsage'],
      ['ec2.amazonaws.com.cn', 'RunInstances'],
      ['example.com', 'Run'],
      ...[
        'ListObjects',
        'ListObjectsV2',
        'HeadBucket',
        'HeadObject',
        'CopyObject',
        'CreateMultipartUpload',
        'CompleteMultipartUpload',
        'UploadPart',
        'UploadPartCopy',
        'DeleteObjects',
        'ListBuckets',
        'GetObject',
      ].map((name): [string, string] => ['s3.amazonaws.com', name]),
      ...[
        'UpdateFunctionCode20150331v2',
        'ListFunctions20150331',
        'Invoke',
        'GetLayerVersion',
        'Ab1234567',
        'Move',
      ].map((name): [string, string] => ['lambda.amazonaws.com', name]),
    ];
    const db = openForWriting(newDb());
    const call = db.prepare(
      "INSERT INTO call (event_source, event_name, region, account, error_code, read_only, event_type, denied) VALUES (?, ?, '', '', '', 0, '', 0) RETURNING id",
    );
    db.exec(
      "INSERT INTO client VALUES (1, '', ''); INSERT INTO identity (id, hash, type) VALUES (1, x'00', 'IAMUser'); INSERT INTO actor VALUES (1, 1, 1)",
    );
    for (const [at, [source, name]] of odd.entries()) {
      const { id } = call.get(source, name) as { id: number };
      db.prepare('INSERT INTO event VALUES (?, ?, 1, 1, ?, 1, 1)').run(at, `e${at}`, id);
    }
    const select = 'SELECT event_source AS source, event_name AS name, action FROM v_calls';
    const rows = [...db.prepare(select).all(), ...all(select)] as {
      source: string;
      name: string;
      action: string;
    }[];
    expect(rows.length).toBeGreaterThan(2000);
    expect(rows.filter(({ source, name, action }) => action !== actionOf(source, name))).toEqual([]);
    db.close();
  });

  it('find the calls of a session, and issuances, without reading everything', () => {
    const plan = (sql: string) =>
      all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).map(({ detail }) => detail);
    expect(
      plan("SELECT * FROM v_calls WHERE session_id = 'x'").filter((step) => step.startsWith('SCAN')),
    ).toEqual([]);
    expect(plan('SELECT * FROM v_issuances').filter((step) => step.startsWith('SCAN'))).toEqual(['SCAN n']);
  });
});
