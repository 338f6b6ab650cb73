import { describe, expect, it } from 'vitest';
import type { Lake } from '../athena/lake.js';
import { type LayoutName, layouts, onlyAdded } from '../athena/layouts.js';
import { describeMade } from '../athena/table.js';

const lake: Lake = {
  ...{ bucket: 'acme-trail', root: 'logs/AWSLogs/o-a1b2c3d4e5', organization: 'o-a1b2c3d4e5' },
  ...{ accounts: ['111111111111', '222222222222'], regions: ['eu-west-1', 'us-east-1'] },
  ...{ days: ['2026-11-16', '2026-11-17'], objects: 1, records: 1 },
  folders: [{ account: '111111111111', region: 'eu-west-1', day: '2026-11-16' }],
};
const above = 's3://acme-trail/logs/AWSLogs/o-a1b2c3d4e5';
const names = Object.keys(layouts) as LayoutName[];

describe('a table that tests make', () => {
  it('is our own DDL with its blanks filled in', () => {
    const { Parameters } = describeMade({ lake }).metadata;
    expect(Parameters).toMatchObject({
      location: `${above}/`,
      'projection.account.values': '111111111111,222222222222',
      'projection.region.values': 'eu-west-1,us-east-1',
      'projection.day.range': '2026/11/16,2026/11/17',
      'storage.location.template': `${above}/\${account}/CloudTrail/\${region}/\${day}`,
    });
    expect(JSON.stringify(Parameters)).not.toContain('acme-log-archive');
    const single = describeMade({ lake, layout: 'create-table-single-account', accounts: ['222222222222'] });
    expect(single.metadata.Parameters.location).toBe(`${above}/222222222222/CloudTrail/`);
  });

  it.each(names.filter((name) => !onlyAdded.includes(name) && name !== 'unpartitioned'))(
    'is projected with one path for all of its columns: %s',
    (layout) => {
      const { Parameters, PartitionKeys } = describeMade({ lake, layout }).metadata;
      expect(Parameters['projection.enabled']).toBe('true');
      const named = [...Parameters['storage.location.template']!.matchAll(/\$\{(\w+)\}/g)].map(
        ([, name]) => name,
      );
      expect(named).toEqual(PartitionKeys.map(({ Name }) => Name));
      expect(Parameters['storage.location.template']!.startsWith(Parameters.location!)).toBe(true);
    },
  );

  it('has a partition for each folder, and no projection, when they are added by hand', () => {
    const made = describeMade({ lake, layout: 'dt-dashes' });
    expect(Object.keys(made.metadata.Parameters).filter((key) => /projection|template/.test(key))).toEqual(
      [],
    );
    expect(made.trino.slice(1)).toEqual([
      `CALL awsdatacatalog.system.register_partition('acme', 'logs', ARRAY['dt'], ARRAY['2026-11-16'], '${above}/111111111111/CloudTrail/eu-west-1/2026/11/16')`,
    ]);
  });

  it('lacks what older tables lack', () => {
    const typeOf = (columns: 'ours' | 'older', name: string) =>
      describeMade({ lake, columns }).metadata.Columns.find(({ Name }) => Name === name)?.Type;
    for (const name of [
      'addendum',
      'sessioncredentialfromconsole',
      'tlsdetails',
      'vpcendpointaccountid',
      'eventcategory',
    ]) {
      expect(typeOf('ours', name)).toBeDefined();
      expect(typeOf('older', name)).toBeUndefined();
    }
    expect(typeOf('ours', 'useridentity')).toContain(
      'onbehalfof:struct<userid:string,identitystorearn:string>',
    );
    expect(typeOf('older', 'useridentity')).not.toMatch(/onbehalfof|inscopeof|credentialid|signinsessionarn/);
    expect(typeOf('older', 'useridentity')).toContain('webidfederationdata:map<string,string>');
    const { Columns } = describeMade({ lake, columns: 'boolean-readonly' }).metadata;
    expect(Columns).toContainEqual({ Name: 'readonly', Type: 'boolean' });
  });
});
