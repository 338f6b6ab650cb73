import { describe, expect, it } from 'vitest';
import { readEngineRow } from '../../src/parse/engine-row.js';
import { readRecord } from '../../src/parse/record.js';
import { engineRows } from '../app/engine-stand-in.js';
import { allRecords } from '../app/ingest-made.js';
import { json, plainRecord, recordNames } from './records.js';

/** A text where CloudTrail has an object looks like one to a table: see the README on what Athena cannot tell. */
const asTexts = ['an-assumption-whose-response-is-a-string'];

describe('a row of a query engine', () => {
  it.each(recordNames.filter((name) => !asTexts.includes(name)))('is read as its record is: %s', (name) => {
    const record = json(name);
    const [row] = engineRows([record]);
    const told = readEngineRow(row!);
    const expected = readRecord(record);
    if (typeof expected === 'string') return expect(told).toBe(expected);
    if (typeof told === 'string') throw new Error(told);
    // A sum tells neither of targets nor of a request; an id made of a record's content is another for other content.
    const sum = told.fold !== null;
    const blind = {
      ...(sum ? { targets: [], requestId: null } : {}),
      ...(expected.eventId.startsWith('content:') ? { eventId: told.record.eventId } : {}),
    };
    return expect(told.record).toEqual({ ...expected, ...blind });
  });

  it('is read as each record of the scenarios is', () => {
    for (const record of allRecords) {
      const told = readEngineRow(engineRows([record])[0]!);
      const expected = readRecord(record);
      if (typeof told === 'string' || typeof expected === 'string') throw new Error(String(told));
      const sum = told.fold !== null;
      expect(told.record).toEqual(sum ? { ...expected, targets: [], requestId: null } : expected);
    }
  });

  it('adds up equal calls of one hour, a record that was delivered twice once', () => {
    const call = (id: string, time: string) =>
      plainRecord({ eventID: `5f0c0001-7c1e-4d2a-9b60-acade000000${id}`, eventTime: `2026-11-17T${time}Z` });
    const rows = engineRows([
      call('2', '10:05:00'),
      call('1', '10:00:00'),
      call('2', '10:05:00'),
      call('3', '11:00:00'),
    ]);
    const told = rows.map((row) => readEngineRow(row));
    expect(told).toMatchObject([
      {
        record: {
          eventId: '5f0c0001-7c1e-4d2a-9b60-acade0000001',
          time: Date.parse('2026-11-17T10:00:00Z') / 1000,
        },
        fold: { calls: 2, records: 3, last: Date.parse('2026-11-17T10:05:00Z') / 1000 },
      },
      { fold: { calls: 1, records: 1 } },
    ]);
  });

  it('that adds up what is told one by one is refused', () => {
    const row = engineRows([json('a-user-assumes-a-role-with-mfa')])[0]!;
    expect(readEngineRow({ ...row, kind: 'sum' })).toBe('a sum of AssumeRole, which is told one by one');
  });

  it.each([
    ['no number of records', { records: null }],
    ['no number of records', { records: '-1' }],
    ['neither a record nor a sum', { kind: 'total' }],
    ['neither a record nor a sum', { kind: 'sum', calls: '5', records: '2' }],
    ['neither a record nor a sum', { kind: 'sum', last_time: 'yesterday' }],
  ])('is refused with %s', (reason, more) => {
    const row = engineRows([plainRecord()])[0]!;
    expect(readEngineRow({ ...row, ...more })).toBe(`not a row of ingest.sql: ${reason}`);
  });

  it('takes no text of a record for the hash of an ExternalId', () => {
    const row = engineRows([json('a-vendor-assumes-a-role-with-an-external-id')])[0]!;
    const hash = (more: object) => {
      const told = readEngineRow({ ...row, ...more });
      return typeof told === 'string' ? told : told.record.issuance?.externalIdHash;
    };
    expect(hash({})).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(hash({ external_id: 'sha256:nonsense' })).toBeNull();
    expect(hash({ external_id: null })).toBeNull();
  });
});
