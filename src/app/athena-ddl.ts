import { RolecallError } from '../errors.js';
import { queryText } from '../sources/athena/query-file.js';

/** What a table's statement is filled in with. */
export interface DdlQuestion {
  /** `s3://bucket[/prefix]`: what lies above `AWSLogs`. */
  bucket: string;
  /** `o-…`; null for the trail of one account. */
  organization: string | null;
  accounts: string[];
  regions: string[];
  /** `YYYY-MM-DD`: the first day that there are logs of. */
  since: string;
  /** Name of the table. */
  table: string;
}

/**
 * The statement that makes a table over a trail's logs. Every value is held to a strict pattern: it becomes SQL.
 * @throws RolecallError USAGE
 */
export function athenaDdl({ bucket, organization, accounts, regions, since, table }: DdlQuestion): string {
  const place = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[\w!.*()-]+)*)\/?$/.exec(bucket);
  if (place === null)
    throw usage(
      `--bucket ${bucket} is not s3://bucket or s3://bucket/prefix, the bucket being 3 to 63 of a-z, 0-9, . and -, the prefix of letters, digits and _ ! . * ( ) -`,
    );
  if (/\/AWSLogs(?:\/|$)/.test(place[2]!))
    throw usage(`--bucket ends above AWSLogs: ${bucket.replace(/\/AWSLogs(?:\/.*)?$/, '')}`);
  if (organization !== null && !/^o-[a-z0-9]{10,32}$/.test(organization))
    throw usage(`--organization ${organization} is no organization id such as o-a1b2c3d4e5`);
  each(
    accounts,
    /^\d{12}$/,
    'account id',
    '--accounts 111111111111,222222222222, or accounts in rolecall.yaml',
  );
  each(
    regions,
    /^[a-z]{2}(?:-[a-z]+)+-\d$/,
    'region',
    '--regions eu-west-1,us-east-1, all that the trail logs',
  );
  if (!/^[a-z_][a-z0-9_]{0,254}$/.test(table))
    throw usage(`--table ${table} is no table name: a-z, 0-9 and _`);
  if (organization === null && accounts.length !== 1)
    throw usage('without --organization the table is of one account: name it with --accounts');
  const name = organization === null ? 'create-table-single-account' : 'create-table';
  const root = `${place[1]}${place[2]}/AWSLogs`;
  const folder = organization ?? accounts[0]!;
  const made = organization === null ? '222222222222' : 'o-a1b2c3d4e5';
  return replaced(queryText(name), [
    [`acme-log-archive/AWSLogs/${made}`, `${root}/${folder}`],
    ["'111111111111,222222222222,333333333333'", `'${accounts.join(',')}'`],
    ["'eu-west-1,us-east-1'", `'${regions.join(',')}'`],
    ["'2025/01/01,NOW'", `'${since.replaceAll('-', '/')},NOW'`],
    ['CREATE EXTERNAL TABLE cloudtrail_logs', `CREATE EXTERNAL TABLE ${table}`],
  ]);
}

/** The comment on top tells what to fill in: nothing is left to. */
function replaced(text: string, pairs: readonly (readonly [from: string, to: string])[]): string {
  const statement = text.slice(text.indexOf('CREATE EXTERNAL TABLE'));
  return pairs.reduce((sql, [from, to]) => sql.replaceAll(from, to), statement);
}

function each(values: readonly string[], shape: RegExp, what: string, how: string): void {
  const wrong = values.find((value) => !shape.test(value));
  if (wrong !== undefined) throw usage(`${JSON.stringify(wrong)} is no ${what}`);
  if (values.length === 0) throw usage(`at least one ${what} is needed: ${how}`);
}

function usage(message: string): RolecallError {
  return new RolecallError('USAGE', message);
}
