import { describe, expect, it } from 'vitest';
import { dayPattern } from '../../src/sources/athena/day-pattern.js';
import { field, text } from '../../src/sources/athena/field.js';
import { hiveType } from '../../src/sources/athena/hive-type.js';
import { tableOf } from './athena-tables.js';

const sqlOf = (column: string, type: string, path: string) => {
  const found = field(tableOf({ columns: { [column]: type } }), path);
  return found && text(found);
};

describe('a type of the catalog', () => {
  it.each([
    ['string', 'text'],
    ['varchar(64)', 'text'],
    ['BOOLEAN', 'boolean'],
    ['decimal(10, 2)', 'number'],
    ['timestamp(3) with time zone', 'timestamp'],
    ['array<map<string,struct<a:int>>>', 'array'],
    ['binary', 'other'],
    ['struct<a:string', 'other'],
    ['struct<a string>', 'other'],
    ['', 'other'],
  ])('%s is understood', (written, kind) => {
    expect(hiveType(written).kind).toBe(kind);
  });

  it('may have structs in structs, in any case, with spaces and quotes', () => {
    const type = hiveType(
      'STRUCT < userName : STRING, `on behalf`:struct<userId:string>, t:map<string, int> >',
    );
    expect(type.kind === 'struct' && [...type.fields]).toEqual([
      ['username', { kind: 'text' }],
      ['on behalf', { kind: 'struct', fields: new Map([['userid', { kind: 'text' }]]) }],
      ['t', { kind: 'map', of: { kind: 'number' } }],
    ]);
  });
});

describe('a field of a record', () => {
  it('is taken from a struct by its name in the catalog', () => {
    expect(sqlOf('useridentity', 'struct<accessKeyId:string>', 'userIdentity.accessKeyId')).toBe(
      '"useridentity"."accesskeyid"',
    );
    expect(sqlOf('useridentity', 'struct<arn:string>', 'userIdentity.accessKeyId')).toBeNull();
  });

  it('is taken from a map by its key, as the record has it or in lower case', () => {
    expect(sqlOf('useridentity', 'map<string,string>', 'userIdentity.userName')).toBe(
      `coalesce(element_at("useridentity", 'userName'), element_at("useridentity", 'username'))`,
    );
  });

  it('is taken out of JSON where the column is text', () => {
    expect(sqlOf('useridentity', 'string', 'userIdentity.sessionContext.attributes.creationDate')).toBe(
      `json_extract_scalar("useridentity", '$.sessionContext.attributes.creationDate')`,
    );
  });

  it('is text whatever its type', () => {
    expect(sqlOf('readonly', 'boolean', 'readOnly')).toBe('CAST("readonly" AS varchar)');
    expect(sqlOf('resources', 'array<struct<arn:string>>', 'resources')).toBe(
      'json_format(CAST("resources" AS json))',
    );
    expect(sqlOf('resources', 'string', 'resources')).toBe('"resources"');
  });
});

describe('the format of a date', () => {
  const moment = { day: '2026-03-07', hour: 9 };

  it.each([
    ['yyyy/MM/dd', '2026/03/07', true],
    ['yyyy-MM-dd', '2026-03-07', true],
    ['yyyyMMdd', '20260307', true],
    ['yyyy/M/d', '2026/3/7', false],
    ['dd-MM-yyyy', '07-03-2026', false],
    ['yyyy-MM-dd-HH', '2026-03-07-09', true],
    ["'d='yyyy-MM-dd", 'd=2026-03-07', true],
  ])('%s is written %s', (pattern, written, sorted) => {
    const found = dayPattern(pattern)!;
    expect([found.write(moment), found.sorted, found.read(written)]).toEqual([written, sorted, '2026-03-07']);
  });

  it.each(['yy/MM/dd', 'MMM yyyy', 'MM/dd', 'yyyy-ww', "yyyy'x", 'yyyyMMyyyy'])(
    '%s is not known',
    (pattern) => {
      expect(dayPattern(pattern)).toBeNull();
    },
  );

  it('reads nothing from what moves', () => {
    expect(dayPattern('yyyy/MM/dd')!.read('NOW-3YEARS')).toBeNull();
  });
});
