import { athenaDdl } from '../../app/athena-ddl.js';
import { athenaSql, refuseUnknownQuery, sqlNames, sqlRole } from '../../app/athena-sql.js';
import { exit, RolecallError } from '../../errors.js';
import { dayOf } from '../../model/day.js';
import { accountIds, preparePolicy, windowAsked } from '../answering.js';
import { athenaOptions, windowPaidFor } from '../athena-options.js';
import type { Context } from '../context.js';
import type { OptionValues } from '../option-values.js';
import type { Act } from '../row.js';

/** `rolecall athena sql <name>` and `rolecall athena ddl`. */
export const act: Act = async ([verb, ...rest], options, context) => {
  if (verb === 'sql' && rest.length <= 1) {
    if (rest[0] === undefined) throw new RolecallError('USAGE', `name a query: ${sqlNames().join(', ')}`);
    return { text: await sql(rest[0], options, context), exit: exit.ok };
  }
  if (verb === 'ddl' && rest.length === 0) return { text: ddl(options, context), exit: exit.ok };
  throw new RolecallError('USAGE', 'athena takes "sql <name>" or "ddl"');
};

async function sql(name: string, options: OptionValues, context: Context): Promise<string> {
  refuseUnknownQuery(name);
  refuseForeignOptions(name, options);
  const { policy } = preparePolicy(context);
  const asked = windowPaidFor(options, context, '--on, --from, --last');
  const account = options.text('account');
  const ids = account === null ? [] : accountIds([account], policy)!;
  if (ids.length > 1)
    throw new RolecallError('USAGE', `--account ${account} is ${ids.length} accounts; name one`);
  context.note(`the window is ${asked.text}`);
  return athenaSql({
    name,
    window: asked.window,
    account: ids[0] ?? null,
    role: sqlRole(options.text('role'), policy),
    eventId: options.text('event'),
    source: options.text('source'),
    athena: athenaOptions(options, context),
    fullScan: options.given('full-scan'),
  });
}

/** An option that would say nothing is a mistake: the query would answer for everybody. */
function refuseForeignOptions(name: string, options: OptionValues): void {
  const queries = { account: 'who', role: 'who', event: 'record' };
  for (const [option, query] of Object.entries(queries))
    if (options.text(option) !== null && name !== query)
      throw new RolecallError(
        'USAGE',
        `--${option} is for the query ${query}, and ${name} has no place for it`,
      );
  const ofDdl = [
    ...['bucket', 'organization', 'table'].filter((option) => options.text(option) !== null),
    ...['accounts', 'regions'].filter((option) => options.list(option) !== null),
  ];
  if (ofDdl.length > 0)
    throw new RolecallError(
      'USAGE',
      `--${ofDdl[0]} is for athena ddl; a query is fitted to a table with --source athena://database.table`,
    );
}

function ddl(options: OptionValues, context: Context): string {
  const ofSql = ['account', 'role', 'event', 'source'].find((option) => options.text(option) !== null);
  if (ofSql !== undefined) throw new RolecallError('USAGE', `--${ofSql} is for athena sql`);
  const bucket = options.text('bucket');
  if (bucket === null)
    throw new RolecallError(
      'USAGE',
      'where are the logs? --bucket s3://bucket/prefix, what lies above AWSLogs',
    );
  const { policy } = preparePolicy(context);
  const asked = windowAsked(options, context);
  const since = dayOf(asked === null ? context.now - 365 * 86_400 : asked.window.from);
  const statement = athenaDdl({
    bucket,
    organization: options.text('organization') ?? policy?.organization ?? null,
    accounts:
      accountIds(options.list('accounts'), policy) ??
      policy?.accounts.filter(({ external }) => !external).map(({ id }) => id) ??
      [],
    regions: options.list('regions') ?? [],
    since,
    table: options.text('table') ?? 'cloudtrail_logs',
  });
  if (asked === null)
    context.note(`the table begins with the logs of ${since}; --from names another first day`);
  return statement;
}
