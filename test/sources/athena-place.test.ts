import { describe, expect, it } from 'vitest';
import { costOf } from '../../src/sources/athena/cost.js';
import { athenaPlace, athenaUri, isAthena } from '../../src/sources/athena/place.js';

describe('a place in Athena', () => {
  it('is a database and a table, in lower case as Athena keeps them', () => {
    expect(athenaPlace('athena://Security.CloudTrail_logs')).toEqual({
      catalog: null,
      database: 'security',
      table: 'cloudtrail_logs',
    });
  });

  it('may name a catalog before them', () => {
    const place = athenaPlace('athena://AwsDataCatalog.security.logs');
    expect(place).toEqual({ catalog: 'AwsDataCatalog', database: 'security', table: 'logs' });
    expect(athenaUri(place)).toBe('athena://AwsDataCatalog.security.logs');
  });

  it.each([
    ['no table', 'athena://security'],
    ['nothing', 'athena://'],
    ['a quote', `athena://security.lo"gs`],
    ['a blank', 'athena://security.logs x'],
    ['four parts', 'athena://a.b.c.d'],
    ['SQL', 'athena://a.b;DROP TABLE c'],
  ])('is refused with %s', (_title, source) => {
    expect(() => athenaPlace(source)).toThrow(expect.objectContaining({ code: 'ATHENA_TABLE' }));
    expect(isAthena(source)).toBe(true);
  });
});

describe('the cost of queries', () => {
  it('is five dollars for a terabyte', () => {
    expect(costOf(2e12, 3)).toBe(10);
  });

  it('counts ten megabytes at least for each query', () => {
    expect(costOf(1, 4)).toBeCloseTo(0.0002, 12);
    expect(costOf(0, 0)).toBe(0);
  });
});
