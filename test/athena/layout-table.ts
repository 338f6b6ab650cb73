import type { HiveColumn, HiveTable } from './ddl.js';
import type { DayFolder, Lake } from './lake.js';
import { type LayoutName, layouts, type Part } from './layouts.js';

/** What a layout decides of a table. */
export type Partitioning = Pick<HiveTable, 'location' | 'partitions' | 'properties'>;

/** A partition that somebody added by hand. */
export interface AddedPartition {
  values: string[];
  location: string;
}

/** A table of somebody else's over a lake. */
export function laidOut(layout: LayoutName, place: Lake, added: boolean): Partitioning {
  const parts = Object.entries<Part>(layouts[layout]);
  const partitions = parts.map(([name]): HiveColumn => ({ name, type: 'string' }));
  const above = layout === 'unpartitioned' ? place.root : commonFolder(parts, place);
  const location = `s3://${place.bucket}/${above}/`;
  if (added || parts.length === 0) return { location, partitions, properties: {} };
  const properties: Record<string, string> = { 'projection.enabled': 'true' };
  for (const [name, part] of parts)
    for (const [key, value] of Object.entries(projectionOf(part, place)))
      properties[`projection.${name}.${key}`] = value;
  properties['storage.location.template'] =
    `s3://${place.bucket}/${pathOf(parts, place, (name) => `\${${name}}`)}`;
  return { location, partitions, properties };
}

function projectionOf(part: Part, { organization, accounts, regions, days }: Lake): Record<string, string> {
  const [first, last] = days.map((day) => Number(day.slice(0, 4)));
  switch (part) {
    case 'org':
      return { type: 'enum', values: organization! };
    case 'account':
      return { type: 'enum', values: accounts.join(',') };
    case 'region':
      return { type: 'enum', values: regions.join(',') };
    case 'year':
      return { type: 'integer', range: `${first},${last}` };
    case 'month':
      return { type: 'integer', range: '1,12', digits: '2' };
    case 'dayOfMonth':
      return { type: 'integer', range: '1,31', digits: '2' };
    case 'yyyy/MM/dd':
      return {
        ...{ type: 'date', format: part, range: days.map(slashed).join(',') },
        ...{ interval: '1', 'interval.unit': 'DAYS' },
      };
    case 'yyyy-MM-dd':
      throw new Error('a day with dashes cannot be projected');
  }
}

/** The path of a day's folder, with the names of columns where the layout has a column for that. */
function pathOf(parts: [string, Part][], place: Lake, show: (column: string) => string): string {
  const column = (...wanted: Part[]) => {
    const names = wanted.map((part) => parts.find(([, each]) => each === part)?.[0]);
    return names.every((name) => name !== undefined) ? names.map((name) => show(name!)).join('/') : null;
  };
  const org = column('org');
  return [
    org === null ? place.root : `${place.root.replace(/\/o-[a-z0-9]+$/, '')}/${org}`,
    column('account') ?? place.accounts[0],
    'CloudTrail',
    column('region') ?? place.regions[0],
    column('yyyy/MM/dd') ?? column('year', 'month', 'dayOfMonth') ?? '',
  ].join('/');
}

/** The deepest folder that holds all that the table reads. */
function commonFolder(parts: [string, Part][], place: Lake): string {
  return pathOf(parts, place, () => '\0')
    .split(/\/?(?:\0|$)/)[0]!
    .replace(/\/$/, '');
}

/** `2026/11/16` */
export const slashed = (day: string) => day.replaceAll('-', '/');

/** The partitions of a table without projection: one for each folder of the lake. */
export function addedOnes(layout: LayoutName, hive: HiveTable, lake: Lake): AddedPartition[] {
  const parts = Object.values<Part>(layouts[layout]);
  return lake.folders
    .filter(({ account, region }) => lake.accounts.includes(account) && lake.regions.includes(region))
    .filter(({ day }) => day >= lake.days[0] && day <= lake.days[1])
    .map((folder) => ({
      values: parts.map((part, i) => partitionValue(part, folder, lake, hive.partitions[i]!.type)),
      location: `s3://${lake.bucket}/${lake.root}/${folder.account}/CloudTrail/${folder.region}/${slashed(folder.day)}`,
    }));
}

function partitionValue(part: Part, { account, region, day }: DayFolder, lake: Lake, type: string): string {
  const [year, month, dayOfMonth] = day.split('-') as [string, string, string];
  const values: Record<Part, string> = {
    ...{ org: lake.organization ?? '', account, region, year, month, dayOfMonth },
    ...{ 'yyyy/MM/dd': slashed(day), 'yyyy-MM-dd': day },
  };
  if (type === 'date') return day;
  return type === 'int' ? String(Number(values[part])) : values[part];
}
