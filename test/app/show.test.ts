import { describe, expect, it } from 'vitest';
import { ingest } from '../../src/app/ingest.js';
import { openStore } from '../../src/app/open.js';
import { show } from '../../src/app/show.js';
import { openForWriting } from '../../src/store/open.js';
import { folderOf, newDb, packed } from './ingest-made.js';

const ids = [
  '1281178d-f5bc-461d-bb2d-f89ebf23a325',
  '44f83ad4-0000-4000-8000-000000000001',
  '44f83ad4-0000-4000-8000-000000000002',
];

const call = (eventID: string) => ({
  eventVersion: '1.11',
  eventID,
  eventTime: '2026-11-17T10:00:00Z',
  eventSource: 'ec2.amazonaws.com',
  eventName: 'DescribeInstances',
  awsRegion: 'eu-west-1',
  eventType: 'AwsApiCall',
  recipientAccountId: '111111111111',
  userIdentity: { type: 'IAMUser', principalId: 'AIDAEXAMPLE', accountId: '111111111111', userName: 'bob' },
});

async function made(): Promise<string> {
  const db = newDb();
  await ingest({ db, sources: [folderOf({ 'a.json.gz': packed(ids.map(call)) })], threads: 1 });
  return db;
}

async function named(db: string, id: string, raw = false): Promise<string | null> {
  const store = openStore(db);
  try {
    const answer = await show(store, id, { raw });
    return answer.kind === 'event' ? answer.event.eventId : null;
  } finally {
    store.close();
  }
}

describe('an event', () => {
  it('is found by its id, and by what answers show of that', async () => {
    const db = await made();
    for (const id of [ids[0]!, '1281178D', '1281178d-f5b', ids[0]!.slice(0, -1)])
      expect(await named(db, id)).toBe(ids[0]);
    expect(await named(db, '44f83ad4-0000-4000-8000-000000000002')).toBe(ids[2]);
    expect(await named(db, '1281178d', true)).toBe(ids[0]);
  });

  it.each([
    ['44f83ad4', 'ID_AMBIGUOUS', `44f83ad4 begins several event ids: ${ids[1]}, ${ids[2]}`],
    ['1281178', 'ID_UNKNOWN', 'nothing in the store is called "1281178"'],
    ['1281178d5', 'ID_UNKNOWN', 'nothing in the store is called "1281178d5"'],
    ['1281178dffff', 'ID_UNKNOWN', 'nothing in the store is called "1281178dffff"'],
    ['9'.repeat(40), 'ID_UNKNOWN', `nothing in the store is called "${'9'.repeat(40)}"`],
  ])('is not made up of what names several or none: %s', async (id, code, message) => {
    await expect(named(await made(), id)).rejects.toMatchObject({ code, message });
  });

  it('may be in a sum, of which the first event alone is known', async () => {
    const db = await made();
    const other = '1281178d-f5bc-461d-bb2d-f89ebf23a326';
    await expect(named(db, other)).rejects.toThrow(/^nothing in the store is called "[\w-]+"$/);
    const store = openForWriting(db);
    store.exec('INSERT INTO fold (event, object, calls, last) SELECT key, object, 2, 0 FROM event LIMIT 1');
    store.close();
    await expect(named(db, other)).rejects.toMatchObject({
      code: 'ID_UNKNOWN',
      message: expect.stringContaining('rolecall athena sql record --event <id> --on <day>'),
    });
  });
});
