import type { AthenaTable } from './table.js';

/** What a partition column is about. */
export type PartitionRole =
  | 'account'
  | 'region'
  | 'org'
  | 'date'
  | 'year'
  | 'month'
  | 'day'
  | 'hour'
  | 'other';

export interface Partition {
  name: string;
  type: string;
  role: PartitionRole;
  /** `projection.<name>.*`; empty where the table's partitions are not projected. */
  projection: Record<string, string>;
}

/** Names as AWS's documentation and its users give them. https://docs.aws.amazon.com/athena/latest/ug/cloudtrail-logs.html */
const names: Record<string, PartitionRole> = {
  ...of(
    'account',
    'account',
    'accountid',
    'awsaccount',
    'awsaccountid',
    'recipientaccountid',
    'acct',
    'acctid',
  ),
  ...of('account', 'accountnumber', 'awsaccountnumber', 'recipientaccount'),
  ...of('region', 'region', 'awsregion', 'regionname', 'regionid'),
  ...of('org', 'org', 'orgid', 'organization', 'organizationid', 'organisation', 'organisationid'),
  ...of(
    'date',
    'timestamp',
    'dt',
    'date',
    'ds',
    'datestamp',
    'datestr',
    'eventdate',
    'logdate',
    'partitiondate',
  ),
  ...of('date', 'pdate', 'eventday', 'logday', 'dateday', 'daydate', 'ymd', 'yyyymmdd', 'ts', 'datehour'),
  ...of('date', 'yearmonth', 'yyyymm', 'ym', 'eventtimestamp', 'partitiontime'),
  ...of('year', 'year', 'yyyy', 'yr', 'y', 'eventyear', 'logyear'),
  ...of('month', 'month', 'mm', 'mon', 'm', 'eventmonth', 'logmonth'),
  ...of('day', 'day', 'dd', 'd', 'dayofmonth'),
  ...of('hour', 'hour', 'hh', 'hr', 'h', 'eventhour', 'loghour'),
};

function of(role: PartitionRole, ...all: string[]): Record<string, PartitionRole> {
  return Object.fromEntries(all.map((name) => [name, role]));
}

/** The partition columns of a table, each with what it is about, told from the names. */
export function partitionsOf({ partitions, parameters }: AthenaTable): Partition[] {
  const projected = parameters['projection.enabled']?.toLowerCase() === 'true';
  const found = partitions.map(({ name, type }) => ({
    name,
    type,
    role: names[name.replaceAll(/[_-]/g, '')] ?? 'other',
    projection: projected ? projectionOf(parameters, name) : {},
  }));
  const roles = new Set(found.map(({ role }) => role));
  return found.map((partition) => ({ ...partition, role: alone(partition, roles) }));
}

/** A day without a year, or a month without one, is a whole date, or it would say nothing. */
function alone({ role, name }: Partition, all: ReadonlySet<PartitionRole>): PartitionRole {
  const date = (role === 'day' && name.length > 1) || (role === 'month' && !all.has('day'));
  return date && !all.has('year') ? 'date' : role;
}

function projectionOf(parameters: Record<string, string>, name: string): Record<string, string> {
  const prefix = `projection.${name}.`;
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([key, value]) =>
      key.toLowerCase().startsWith(prefix) ? [[key.slice(prefix.length).toLowerCase(), value]] : [],
    ),
  );
}
