import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readObject } from '../../src/parse/read-object.js';
import { envelope, event, events, lines, readAll, standInRecord } from './stand-in.js';

const three = ['e-1', 'e-2', 'e-3'];

describe('every container gives the same records', () => {
  const all = events(3);
  const containers: Record<string, string> = {
    'a delivered log file': JSON.stringify({ Records: all }),
    'a container with other keys around': JSON.stringify({
      version: 1,
      Records: all,
      next: [{ eventID: 'no' }],
    }),
    'a pretty-printed log file': JSON.stringify({ Records: all }, null, 2),
    'log files behind each other': all.map((one) => JSON.stringify({ Records: [one] })).join(''),
    'log files one per line': lines(all.map((one) => ({ Records: [one] }))),
    'a list': JSON.stringify(all),
    NDJSON: lines(all),
    'NDJSON with a last line end': `${lines(all)}\n`,
    'NDJSON from Windows, with blank lines': `\r\n${lines(all, '\r\n\r\n')}\r\n`,
    'pretty-printed events behind each other': all.map((one) => JSON.stringify(one, null, 2)).join('\n'),
    'a byte-order mark in front': `\uFEFF${JSON.stringify({ Records: all })}`,
    'EventBridge envelopes one per line': lines(all.map(envelope)),
    'EventBridge envelopes in a list': JSON.stringify(all.map(envelope)),
    LookupEvents: JSON.stringify({ Events: all.map((one) => ({ CloudTrailEvent: JSON.stringify(one) })) }),
    'lookup results one per line': lines(
      all.map((one) => ({ EventId: 'x', CloudTrailEvent: JSON.stringify(one) })),
    ),
    'CloudWatch filter-log-events': JSON.stringify({
      events: all.map((one) => ({ timestamp: 1, message: JSON.stringify(one) })),
    }),
    'a CloudWatch subscription': JSON.stringify({
      messageType: 'DATA_MESSAGE',
      logEvents: all.map((one) => ({ id: '1', timestamp: 1, message: JSON.stringify(one) })),
    }),
    'a CloudWatch export': all.map((one) => `2026-11-17T10:00:00.000Z ${JSON.stringify(one)}\n`).join(''),
  };

  test.each(Object.entries(containers))('%s', async (_, text) => {
    for (const bytes of [Buffer.from(text), gzipSync(text), gzipSync(gzipSync(text))]) {
      const { ids, positions, result } = await readAll(bytes);
      expect(ids).toEqual(three);
      expect(positions).toEqual([1, 2, 3]);
      expect(result).toEqual({ read: 3, rejected: 0, bytes: bytes.length, problems: [], complete: true });
    }
  });
});

test('records come in batches of the size asked for, the last one smaller', async () => {
  const { batches, ids } = await readAll(JSON.stringify({ Records: events(10) }), { batchSize: 4 });
  expect(batches.map((batch) => batch.length)).toEqual([4, 4, 2]);
  expect(ids).toEqual(events(10).map((one) => one.eventID));
});

describe('what is rejected is counted and located, and the rest goes in', () => {
  test('a record that the reader refuses', async () => {
    const { ids, positions, result } = await readAll(
      JSON.stringify({ Records: [event('e-1'), {}, event('e-3')] }),
    );
    expect(ids).toEqual(['e-1', 'e-3']);
    expect(positions).toEqual([1, 3]);
    expect(result).toMatchObject({ read: 3, rejected: 1, complete: true });
    expect(result.problems).toEqual([{ source: 'acme.json', at: 'record 2', reason: 'it has no eventID' }]);
  });

  test('a record whose reader fails', async () => {
    const { result } = await readAll(lines(events(1)), {
      readRecord: () => {
        throw new TypeError('cannot read AKIAACMEEXAMPLE');
      },
    });
    expect(result.problems).toEqual([
      { source: 'acme.json', at: 'record 1', reason: 'it could not be understood (TypeError)' },
    ]);
  });

  test('values that are no objects', async () => {
    const { ids, result } = await readAll(
      JSON.stringify({ Records: [1, event('e-1'), 'x', null, [event('no')]] }),
    );
    expect(ids).toEqual(['e-1']);
    expect(result).toMatchObject({ read: 5, rejected: 4 });
    expect(result.problems.map((problem) => problem.at)).toEqual([
      'record 1',
      'record 3',
      'record 4',
      'record 5',
    ]);
  });

  test('lines of garbage in NDJSON, with their line numbers', async () => {
    const [one, two] = events(2).map((value) => JSON.stringify(value));
    const { ids, positions, result } = await readAll(
      `${one}\n\nnot json\n{"a": tru}\n{"eventID":"cu\n${two}\n`,
    );
    expect(ids).toEqual(['e-1', 'e-2']);
    expect(positions).toEqual([1, 5]);
    expect(result).toMatchObject({ read: 5, rejected: 3, complete: false });
    expect(result.problems.map(({ at, reason }) => `${at}: ${reason}`)).toEqual([
      'record 2: it is a line that is no JSON: it was skipped (line 3)',
      'record 3: it is not valid JSON (line 4)',
      'record 4: it is damaged, and what follows it could be read only from a later line on (line 5)',
    ]);
  });

  test('JSON cut off inside a record and between records', async () => {
    const text = JSON.stringify({ Records: events(3) });
    const inside = await readAll(text.slice(0, -20));
    expect(inside.ids).toEqual(['e-1', 'e-2']);
    expect(inside.result).toMatchObject({ read: 3, rejected: 1, complete: false });
    expect(inside.result.problems.map((problem) => problem.at)).toEqual(['record 3']);
    const between = await readAll(text.slice(0, -2));
    expect(between.ids).toEqual(three);
    expect(between.result).toMatchObject({ read: 3, rejected: 0, complete: false });
    expect(between.result.problems.map((problem) => problem.at)).toEqual([
      `byte ${Buffer.byteLength(text) - 2}`,
    ]);
  });

  test('a record over the size limit', async () => {
    const large = { ...event('large'), errorMessage: 'x'.repeat(5000) };
    const { ids, result } = await readAll(JSON.stringify({ Records: [event('e-1'), large, event('e-3')] }), {
      limits: { recordBytes: 4096 },
    });
    expect(ids).toEqual(['e-1', 'e-3']);
    expect(result.problems.map(({ at, reason }) => `${at}: ${reason}`)).toEqual([
      'record 2: it is larger than 4 KiB: it was skipped',
    ]);
  });

  test('nesting that no record has, in the record or in the text around it', async () => {
    const deep = `{"eventID":"deep","a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const text = `${deep}\n${JSON.stringify({ CloudTrailEvent: deep })}\n${JSON.stringify(event('e-1'))}`;
    const { ids, result } = await readAll(text);
    expect(ids).toEqual(['e-1']);
    expect(result.problems.map((problem) => problem.reason)).toEqual([
      'it is nested deeper than 200 levels: it was skipped',
      'it is nested deeper than 200 levels (line 2)',
    ]);
  });

  test('bytes that are no UTF-8 are replaced and said, and the record is kept', async () => {
    const bytes = Buffer.from(JSON.stringify({ ...event('e-1'), userAgent: 'acme ?' }));
    bytes[bytes.indexOf('?')] = 0xe9;
    const { ids, result } = await readAll(bytes);
    expect(ids).toEqual(['e-1']);
    expect(result.problems).toEqual([
      { source: 'acme.json', at: 'record 1', reason: expect.stringContaining('not UTF-8') },
    ]);
  });

  test('wrapped text that is no JSON', async () => {
    const { result } = await readAll(JSON.stringify({ Events: [{ CloudTrailEvent: '{"eventID"' }] }));
    expect(result.problems.map(({ at, reason }) => `${at}: ${reason}`)).toEqual([
      'record 1: it holds text in `CloudTrailEvent` that is not whole JSON',
    ]);
  });

  test('problems past the first fifty are counted', async () => {
    const { result } = await readAll(JSON.stringify({ Records: Array.from({ length: 70 }, () => ({})) }));
    expect(result.rejected).toBe(70);
    expect(result.problems).toHaveLength(51);
    expect(result.problems[50]).toEqual({
      source: 'acme.json',
      at: '',
      reason: '20 more problems in this object, counted but not listed',
    });
  });
});

describe('objects that hold no log', () => {
  test.each<[string, unknown, RegExp]>([
    ['a digest', { digestS3Object: 'x', logFiles: [] }, /digest/],
    ['a delivery notice', { s3Bucket: 'acme-trail', s3ObjectKey: ['x'] }, /delivery notice/],
    ['a Config snapshot', { configSnapshotId: 'x', configurationItems: [] }, /AWS Config/],
    ['an EventBridge event of GuardDuty', { 'detail-type': 'GuardDuty Finding', detail: {} }, /another kind/],
  ])('%s is passed over and named, and counts as no record', async (_, value, reason) => {
    const { result } = await readAll(JSON.stringify(value));
    expect(result).toMatchObject({ read: 0, rejected: 0, complete: true });
    expect(result.problems).toEqual([{ source: 'acme.json', at: '', reason: expect.stringMatching(reason) }]);
  });

  test.each<[string, unknown, RegExp]>([
    ['an S3 notification', { eventVersion: '2.1', eventSource: 'aws:s3', s3: {} }, /S3 notification/],
    ['an Insights event', { ...event('i'), eventCategory: 'Insight' }, /Insights/],
  ])('%s among records is rejected by name', async (_, value, reason) => {
    const { ids, result } = await readAll(JSON.stringify({ Records: [value, event('e-1')] }));
    expect(ids).toEqual(['e-1']);
    expect(result).toMatchObject({ read: 2, rejected: 1 });
    expect(result.problems[0]!.reason).toMatch(reason);
  });

  test('a container without records has nothing to complain about', async () => {
    const { result } = await readAll('{"Records":[]}\n');
    expect(result).toEqual({ read: 0, rejected: 0, bytes: 15, problems: [], complete: true });
  });

  test.each([
    ['empty', ''],
    ['empty once unpacked', gzipSync('')],
    ['nothing but white space', ' \n\t\n'],
  ])('an object that is %s is named', async (_, bytes) => {
    const { result } = await readAll(bytes);
    expect(result).toMatchObject({ read: 0, rejected: 0 });
    expect(result.problems).toHaveLength(1);
  });
});

test('a source that fails midway ends the object there, with a problem', async () => {
  async function* failing() {
    yield Buffer.from(`${lines(events(2))}\n{"eventID":`);
    throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
  }
  const { ids, result } = await readAll(failing());
  expect(ids).toEqual(['e-1', 'e-2']);
  expect(result).toMatchObject({ read: 3, rejected: 1, complete: false });
  expect(result.problems[0]!.reason).toBe('reading stopped here: EIO: i/o error, read');
});

test.each<[string, Buffer]>([
  ['that stops early', Buffer.from(`${lines(events(500))}\n`)],
  ['that stops early in packed members', gzipSync(`${lines(events(500))}\n`)],
  ['that cannot read it', Buffer.from('PK\x03\x04 acme')],
])('a reader %s releases the source', async (_, bytes) => {
  let released = false;
  async function* endless() {
    try {
      for (;;) yield bytes;
    } finally {
      released = true;
    }
  }
  const options = { readRecord: standInRecord, batchSize: 10 };
  for await (const batch of readObject(endless(), '-', options)) {
    expect(batch.length).toBe(10);
    break;
  }
  expect(released).toBe(true);
});
