import { RolecallError } from '../../errors.js';
import { columnSql, type LogColumn, logColumns, sources } from './columns.js';
import { field } from './field.js';
import { type AthenaTable, tableName } from './table.js';

/** What cannot be seen where a table has nothing to make a column of. Without the other columns nothing works. */
const effects: Partial<Record<LogColumn, string>> = {
  region: 'the region of a call is not known',
  error_message: 'why a call was denied is not known',
  read_only: 'writes are told from reads by the name of the call alone',
  event_type: 'calls are not told from events that a service reports by itself',
  event_category: 'management events are not told from data events',
  management_event: 'management events are told by their category alone',
  source_ip: 'addresses that sessions were used from are not known',
  user_agent: 'programs that sessions were used with are not known',
  request_id: 'two records of one request are not recognized as one by its id',
  shared_event_id:
    'the two copies of a call between accounts are not joined: a chain may end at the border of an account',
  additional: 'MFA and switched roles at the console sign-in are not seen',
  details: 'sign-ins of Identity Center, and what else services report of themselves, lack their particulars',
  resources: 'accounts and resources that a call concerned are known from its parameters alone',
  revises: 'records that CloudTrail corrected later do not replace the ones that they correct',
  has_addendum: 'records that CloudTrail delivered late or corrected are not told from others',
  user_type: 'kinds of identities are known from their ARNs alone',
  user_principal_id: 'calls whose key is not known are not tied to their session',
  user_arn: 'who made a call is known from its principal id alone',
  user_account: 'callers from another account are not told from those of the same',
  user_access_key: 'calls are not tied to the credentials that they were made with',
  user_name: 'IAM users are known from their ARNs alone',
  invoked_by: 'calls that a service made for a session count as its own',
  identity_provider: 'the provider behind a federated sign-in is not known',
  behalf_user: 'Identity Center users are not tied to the sessions behind them by userId',
  behalf_store: 'the identity store of an Identity Center user is not known',
  issuer_type: 'role sessions are not told from sessions of users',
  issuer_id: 'a role that was deleted and made again is not told from the one before',
  issuer_arn: "a session's role is known without its path",
  created_at: 'sessions whose key changes, as the console has them, are not joined by their start',
  mfa: 'whether MFA was used is not known',
  source_identity: 'source identities are known where they were set, not of each call',
  ec2_role_delivery: 'the way that an instance got its credentials is not known',
  from_console: 'calls made with the console are not told from others by the record itself',
  assumed_root: 'sessions of AssumeRoot are not told from root itself',
  web_provider: "a web identity's provider is not seen in its calls",
  web_subject: 'whom a web identity stands for is not seen in its calls',
  sign_in_session: 'sessions of `aws login` are not tied to their sign-in',
};

/** Columns whose text is read as JSON that has its names as CloudTrail wrote them; the catalog's are lower case. */
const json: Partial<Record<LogColumn, true>> = { request: true, response: true };

/** Columns that hold JSON, too, but can be done without. */
const dispensableJson: Partial<Record<LogColumn, true>> = { additional: true, details: true };

/** SQL for each column of `logs`, and what the table cannot show, as clauses without full stop. */
export interface Fitting {
  columns: Map<LogColumn, string | null>;
  missing: string[];
}

/**
 * Fits the columns of `logs` to a table.
 * @throws RolecallError ATHENA_COLUMNS when it lacks one without which nothing works
 */
export function fitted(table: AthenaTable): Fitting {
  const columns = new Map(logColumns.map((column) => [column, sqlOf(table, column)]));
  const lacking = [...columns].filter(([, sql]) => sql === null).map(([column]) => column);
  const needed = lacking.filter((column) => effects[column] === undefined);
  if (needed.length > 0)
    throw new RolecallError(
      'ATHENA_COLUMNS',
      `the table ${tableName(table)} cannot be used: ${[...new Set(needed.map((column) => lack(table, column)))].join(', ')}`,
    );
  if (field(table, 'userIdentity.type') === null && field(table, 'userIdentity.arn') === null)
    throw new RolecallError(
      'ATHENA_COLUMNS',
      `the table ${tableName(table)} cannot be used: ${lack(table, 'user_type')}`,
    );
  const missing = lacking.map((column) => `${effects[column]} (${lack(table, column)})`);
  return { columns, missing };
}

function sqlOf(table: AthenaTable, column: LogColumn): string | null {
  const strict = json[column] || dispensableJson[column];
  if (strict && field(table, sources[column][0])?.type.kind !== 'text') return null;
  return columnSql(table, column);
}

/** The column or field that is not there, or is of a type that says nothing. */
function lack(table: AthenaTable, column: LogColumn): string {
  const path = sources[column][0].toLowerCase();
  const type = table.columns.get(path.split('.')[0]!);
  if (type === undefined) return `no column ${path.split('.')[0]}`;
  if (path.includes('.') && type.startsWith('struct')) return `no field ${path}`;
  const short = type.length > 40 ? `${type.slice(0, 40)}…` : type;
  return `the column ${path.split('.')[0]} is of type ${short}`;
}
