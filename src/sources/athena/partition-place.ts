import { RolecallError } from '../../errors.js';
import { Column, every, type Part, type Restriction } from './condition.js';
import type { Partition } from './roles.js';
import { type AthenaTable, tableName } from './table.js';

const shapes = { account: /^\d{12}$/, region: /^[a-z0-9]+(?:-[a-z0-9]+)*$/, org: /^o-[a-z0-9]{10,32}$/ };

/** What the accounts and regions that were asked for add, on a column that is about them. */
export function placeRestriction(table: AthenaTable, partition: Partition, part: Part): Restriction {
  const { name, type, role, projection } = partition;
  const about = role as keyof typeof shapes;
  const asked = about === 'account' ? part.accounts : about === 'region' ? part.regions : organization(table);
  const injected = projection.type === 'injected';
  const listed = projection.values?.split(',').map((value) => value.trim());
  const reach = listed === undefined || about === 'org' ? {} : { [`${about}s`]: listed };
  if (asked === null || asked.length === 0 || (about === 'org' && !injected)) {
    if (injected)
      throw new RolecallError(
        'USAGE',
        `the table ${tableName(table)} answers for named values of its partition column ${name} alone (projection.${name}.type is injected): name ${wanted[about]}`,
      );
    return { ...every(name, listed === undefined ? 'every one' : `each of ${listed.join(', ')}`), reach };
  }
  for (const value of asked)
    if (!shapes[about].test(value))
      throw new RolecallError('USAGE', `${JSON.stringify(value)} is no ${words[about]}`);
  const column = new Column(name, type);
  const sql = column.among(asked);
  const absent = listed === undefined ? [] : asked.filter((value) => !listed.includes(value));
  return {
    sql,
    params: column.params,
    words: `${name}: ${asked.join(', ')}`,
    missing: absent.map((value) => `${about} ${value}: it is not in the table's projection.${name}.values`),
    reach,
    time: false,
    days: false,
  };
}

const words = { account: 'account id of 12 digits', region: 'name of a region', org: 'organization id' };

const wanted = {
  account: 'accounts with --accounts',
  region: 'regions with --regions',
  org: 'the organization in its LOCATION',
};

/** The organization whose logs the table lies over, told from the place; null where it tells none. */
function organization({ location, parameters }: AthenaTable): string[] | null {
  const place = `${location ?? ''} ${parameters['storage.location.template'] ?? ''}`;
  const found = /\/(o-[a-z0-9]{10,32})(?:\/|\s|$)/.exec(place)?.[1];
  return found === undefined ? null : [found];
}
