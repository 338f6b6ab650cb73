import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from '../cli/rolecall.js';
import { type Answers, answers, context, names, rendered } from './made.js';

let made: Answers;
beforeAll(async () => {
  build();
  made = await answers();
}, 120_000);

const widths = [60, 80, 120, 200];

describe('every answer', () => {
  it.each(widths)('keeps within %i columns, whole words of the answer in each', (width) => {
    for (const [name, text] of Object.entries(rendered(made, context({ width })))) {
      const lines = text.split('\n');
      expect(lines.length, name).toBeGreaterThan(3);
      // A raw record is shown as it is: it is for copying.
      const tables = name === 'show-event' ? lines.filter((line) => !/^\s*["{}[\]]/.test(line)) : lines;
      expect(
        tables.filter((line) => stringWidth(line) > width),
        name,
      ).toEqual([]);
      expect(
        lines.filter((line) => line !== line.trimEnd()),
        name,
      ).toEqual([]);
    }
  });

  it.each(widths)('is ASCII alone where the terminal knows no more, %i wide', (width) => {
    for (const [name, text] of Object.entries(rendered(made, context({ width, unicode: false }))))
      expect(text.replace(/[\n -~]/g, ''), name).toBe('');
  });

  it('says the same with colours as without', () => {
    const plain = rendered(made, context());
    const painted = rendered(made, context({ color: true }));
    for (const [name, text] of Object.entries(painted))
      expect(stripVTControlCharacters(text), name).toBe(plain[name]);
    expect(painted.who).not.toBe(plain.who);
  });

  it('shows times in the zone asked for, and names it', () => {
    const utc = rendered(made, context());
    const tokyo = rendered(made, context({ tz: 'Asia/Tokyo' }));
    for (const name of ['who', 'sessions', 'chain', 'show-session']) {
      expect(tokyo[name], name).not.toBe(utc[name]);
      expect(tokyo[name], name).toMatch(/Tokyo|\+09|JST/);
    }
  });

  it('tells files from answers of a query engine', () => {
    const title = (more: object) =>
      rendered({ ...made, coverage: { ...made.coverage, ...more } }, context()).coverage!.split('\n')[0];
    expect(title({ objects: 7, queried: 0 })).toMatch(/^Coverage: 2,324 records from 7 files$/);
    expect(title({ objects: 7, queried: 7 })).toMatch(/from 7 answers of Athena$/);
    expect(title({ objects: 7, queried: 1 })).toMatch(/from 6 files and 1 answer of Athena$/);
  });

  it('looks as it was agreed, 80 wide', () => {
    const { ingest: _, ...texts } = rendered(made, context());
    for (const [name, text] of Object.entries(texts))
      if (name !== 'show-event') expect(text).toMatchSnapshot(name);
  });

  it('looks as it was agreed, in ASCII on 60 columns', () => {
    const texts = rendered(made, context({ width: 60, unicode: false }));
    for (const name of ['who', 'chain', 'coverage', 'findings']) expect(texts[name]).toMatchSnapshot(name);
  });
});

/** The value with every text of it replaced, numbers and shape kept. */
function withTexts<T>(value: T, text: (was: string, key: string) => string, key = ''): T {
  if (typeof value === 'string') return text(value, key) as T;
  if (Array.isArray(value)) return value.map((part) => withTexts(part, text, key)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, withTexts(v, text, k)])) as T;
}

/** Texts that an attacker chooses: each is shown somewhere. */
const chosen = new Set([
  'sessionName',
  'sourceIdentity',
  'userAgent',
  'sourceIps',
  'sourceIp',
  'errorCode',
  'title',
]);

describe('hostile text', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      '\u001b[2J\u001b[1;1Howned',
      'a\r\nsessions: 0',
      '\u202egnp.exe',
      '\u0007\u0008\u007f\u009b31m',
      '\ud800',
      '<script>alert(1)</script>',
      '\u{e007f}\u{fffff}',
      'e\u0301\u0301\u0301\u0301\u0301\u0301',
      ' '.repeat(300),
      '界'.repeat(200),
      '__proto__',
    ),
  );

  it('in any field that a caller writes moves no cursor, adds no line of its own and keeps the width', () => {
    fc.assert(
      fc.property(nasty, fc.constantFrom(...widths), fc.boolean(), (text, width, unicode) => {
        const hostile = withTexts(made, (was, key) => (chosen.has(key) ? text : was));
        const { 'show-event': _, ...texts } = rendered(hostile, context({ width, unicode }));
        for (const [name, shown] of Object.entries(texts)) {
          expect(/[^\n\P{Cc}]|[\u202a-\u202e\u2066-\u2069]/u.test(shown), name).toBe(false);
          expect(
            shown.split('\n').filter((line) => stringWidth(line) > width),
            name,
          ).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('comes out of JSON as it went in, on one line of ndjson', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const hostile = withTexts(made.list, (was, key) => (key === 'sessionName' ? text : was));
        const { sessions } = rendered({ ...made, list: hostile }, context({ format: 'ndjson' }));
        const lines = sessions!.trimEnd().split('\n');
        expect(lines).toHaveLength(made.list.sessions.length);
        const named = made.list.sessions.findIndex(({ sessionName }) => sessionName !== null);
        expect(JSON.parse(lines[named]!).sessionName).toBe(text);
        expect(/[^\n\P{Cc}]/u.test(sessions!)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});

describe('JSON', () => {
  const session = [
    ...[
      'schema',
      'id',
      'kind',
      'accessKeyId',
      'principalId',
      'roleArn',
      'accountId',
      'account',
      'sessionName',
    ],
    ...['sourceIdentity', 'issuedAt', 'expiresAt', 'expiry', 'firstUsedAt', 'lastUsedAt', 'calls', 'denied'],
    ...['mfa', 'sourceIps', 'parent', 'link', 'origin', 'depth', 'chain', 'issuance'],
  ];
  const keys = (value: unknown) => Object.keys(value as object);
  const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

  it('of a session has the promised keys, each session of every list the same', () => {
    const { sessions } = rendered(made, context({ format: 'json' }));
    const list = JSON.parse(sessions!);
    expect([list.schema, list.total]).toEqual(['rolecall/sessions/v1', made.list.total]);
    for (const one of list.sessions) {
      expect(keys(one)).toEqual(session);
      expect(one.schema).toBe('rolecall/session/v1');
      expect([one.issuedAt, one.expiresAt]).toEqual([expect.stringMatching(iso), expect.stringMatching(iso)]);
      expect(keys(one.link)).toEqual(['method', 'confidence', 'evidence', 'candidates', 'reason']);
      expect(keys(one.origin)).toEqual(['kind', 'id', 'accountId', 'account', 'detail']);
      if (one.issuance !== null)
        expect(keys(one.issuance)).toEqual([
          'eventId',
          'eventName',
          'externalId',
          'sourceIp',
          'userAgent',
          'region',
        ]);
    }
    expect(list.sessions.some((one: { parent: unknown }) => one.parent !== null)).toBe(true);
  });

  it('of who repeats the question and has answers, attempts, direct access and coverage', () => {
    const { who } = rendered(made, context({ format: 'json' }));
    const answer = JSON.parse(who!);
    expect(keys(answer)).toEqual([
      'schema',
      'question',
      'window',
      'answers',
      'attempts',
      'direct',
      'coverage',
    ]);
    expect(answer.window).toEqual({ from: '2026-11-17T00:00:00Z', to: '2026-11-18T00:00:00Z', tz: 'UTC' });
    expect(answer.answers.length).toBeGreaterThan(0);
    for (const one of answer.answers) {
      expect(keys(one)).toEqual(['origin', 'sessions', 'held', 'used']);
      for (const held of one.sessions) expect(keys(held)).toEqual([...session, 'held', 'used', 'adminBy']);
    }
  });

  it('of a finding has the promised keys', () => {
    const { findings } = rendered(made, context({ format: 'json' }));
    const answer = JSON.parse(findings!);
    expect(keys(answer)).toEqual([
      ...[
        'schema',
        'total',
        'acknowledged',
        'excepted',
        'detectors',
        'unjudged',
        'looked',
        'problems',
        'findings',
      ],
    ]);
    expect(answer.findings.length).toBeGreaterThan(4);
    for (const one of answer.findings) {
      expect(keys(one)).toEqual([
        ...['schema', 'id', 'detector', 'severity', 'title', 'detail', 'session', 'sessions', 'origin'],
        ...['accountId', 'account', 'role', 'depth', 'time', 'last', 'evidence', 'fingerprint'],
      ]);
      expect(keys(one.origin)).toEqual(['kind', 'id', 'accountId', 'account', 'detail']);
      expect([one.time, one.last]).toEqual([expect.stringMatching(iso), expect.stringMatching(iso)]);
    }
  });

  it('says which schema it is, whatever was asked, and every line of ndjson too', () => {
    for (const [name, text] of Object.entries(rendered(made, context({ format: 'json' }))))
      expect(JSON.parse(text).schema, name).toMatch(/^rolecall\/[a-z-]+\/v1$/);
    for (const [name, text] of Object.entries(rendered(made, context({ format: 'ndjson' }))))
      for (const line of text.trimEnd().split('\n'))
        expect(JSON.parse(line).schema, name).toMatch(/^rolecall\/[a-z-]+\/v1$/);
  });

  it('is the same in any zone, width, colour and character set', () => {
    const plain = rendered(made, context({ format: 'json' }));
    const other = context({ format: 'json', tz: 'Asia/Tokyo', width: 200, color: true, unicode: false });
    expect(rendered(made, other)).toEqual(plain);
    expect(names('222222222222')).toBe('prod');
  });
});
