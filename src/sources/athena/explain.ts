import { type ErrorCode, RolecallError } from '../../errors.js';
import { allow, awsCodes, oneLine } from '../aws-errors.js';
import { denied } from './denied.js';

/** What was asked of Athena. */
export interface Asked {
  /** `athena:StartQueryExecution` and its like. */
  action: `athena:${string}`;
  /** As in messages: `database.table`. */
  table: string;
  /** `arn:aws:glue:…` resources of the table, as in a policy. */
  catalogResources: string[];
  workgroup: string;
  /** Where results go, `s3://…`; null where Athena keeps them, or nobody has said. */
  output: string | null;
  profile?: string | undefined;
}

/** How Athena says what went wrong, in answers and as the reason why a query failed. The first that fits counts. */
const reasons: readonly (readonly [shape: RegExp, code: ErrorCode, say: (asked: Asked) => string])[] = [
  [
    /no output location provided|output ?location .*(?:required|not (?:set|configured))/i,
    'ATHENA_OUTPUT',
    ({ workgroup }) =>
      `there is no place for results: the workgroup ${workgroup} has none, and --output is not given`,
  ],
  [
    /unable to verify\/create output bucket|output bucket|outputlocation.*(?:invalid|not a valid)/i,
    'ATHENA_OUTPUT',
    ({ output }) => `results cannot be written to ${output ?? "the workgroup's place"}`,
  ],
  [
    /specified bucket does not exist|NoSuchBucket/i,
    'ATHENA_OUTPUT',
    ({ table, output }) =>
      `a bucket does not exist: that of ${output ?? 'the results'}, or the one that the table ${table} lies over`,
  ],
  [
    /external location .*workgroup|workgroup .*enforces? /i,
    'ATHENA_OUTPUT',
    ({ workgroup }) => `the workgroup ${workgroup} has results written to its own place alone`,
  ],
  [
    /work ?group .*(?:not found|does not exist)/i,
    'ATHENA_WORKGROUP',
    ({ workgroup }) => `there is no workgroup ${workgroup} in this region`,
  ],
  [
    /work ?group .*disabled/i,
    'ATHENA_WORKGROUP',
    ({ workgroup }) => `the workgroup ${workgroup} is disabled`,
  ],
  [
    /bytes scanned limit|scanned.*(?:exceeded|limit)|BytesScannedCutoff/i,
    'ATHENA_SCAN_LIMIT',
    ({ table, workgroup }) =>
      `the query on ${table} was stopped by the workgroup ${workgroup}: it scanned more than its limit for one query`,
  ],
  [
    /exhausted resources|EXCEEDED_(?:LOCAL_|GLOBAL_)?MEMORY|INSUFFICIENT_RESOURCES|EXCEEDED_TIME_LIMIT|query timeout/i,
    'ATHENA_QUERY',
    ({ table }) =>
      `the query on ${table} was too much for Athena at once: ask for fewer accounts, regions or days per run, or, instead of \`who --source\`, a store that \`ingest\` has filled`,
  ],
  [
    /(?:table|view) .*(?:does not exist|not found)|TABLE_NOT_FOUND|EntityNotFound|Entity Not Found/i,
    'ATHENA_TABLE',
    ({ table }) => `there is no table ${table}`,
  ],
  [
    /(?:schema|database) .*(?:does not exist|not found)|SCHEMA_NOT_FOUND/i,
    'ATHENA_TABLE',
    ({ table }) => `there is no database for ${table}`,
  ],
  [
    /catalog .*(?:does not exist|not found)|CATALOG_NOT_FOUND/i,
    'ATHENA_TABLE',
    ({ table }) => `there is no catalog (data source) for ${table}`,
  ],
  [
    /HIVE_BAD_DATA|HIVE_CURSOR_ERROR/,
    'ATHENA_DATA',
    ({ table }) =>
      `an object below ${table} does not hold what a column of it says: a record there is no usual one, the object is no log of CloudTrail, or the type of the column is another`,
  ],
  [
    /COLUMN_NOT_FOUND|cannot be resolved|TYPE_MISMATCH|HIVE_PARTITION_SCHEMA_MISMATCH|INVALID_CAST|cannot cast|Cannot apply operator|Unexpected parameters/i,
    'ATHENA_COLUMNS',
    ({ table }) => `a column of ${table} is of another type, or not there`,
  ],
];

/** A sentence for what Athena said, and its code; null where it says nothing known. */
function known(said: string, asked: Asked): RolecallError | null {
  for (const [shape, code, say] of reasons)
    if (shape.test(said)) return new RolecallError(code, `${say(asked)} (${said})`);
  return null;
}

/**
 * Why a query failed or was cancelled, as one of our errors.
 * @param reason `StateChangeReason`, as Athena gives it
 */
export function ended(state: 'FAILED' | 'CANCELLED', reason: string, queryId: string, asked: Asked) {
  const said = oneLine(reason).slice(0, 1_000) || 'Athena gives no reason';
  const refused = denied(said, asked);
  if (refused !== null) return new RolecallError('AWS_DENIED', refused);
  const told = known(said, asked);
  if (told !== null) return told;
  if (state === 'CANCELLED')
    return new RolecallError(
      'ATHENA_CANCELLED',
      `the query ${queryId} on ${asked.table} was cancelled in Athena (${said})`,
    );
  return new RolecallError('ATHENA_QUERY', `the query ${queryId} on ${asked.table} failed: ${said}`);
}

type Told = Error & { code?: string; AthenaErrorCode?: string; $metadata?: { httpStatusCode?: number } };

/** True when asking later may help: too many requests, or too many queries at a time. */
export function isThrottled(error: unknown): boolean {
  const { name, message } = error as Told;
  return (
    /TooManyRequests|Throttl|RequestLimitExceeded|SlowDown/i.test(name) ||
    (name === 'InvalidRequestException' && /too many (?:requests|queries)/i.test(message))
  );
}

/** True when the network, or the service itself, did not come through. */
export function isPassing(error: unknown): boolean {
  const { name, code, $metadata } = error as Told;
  const known = awsCodes[name] ?? (code === undefined ? undefined : awsCodes[code]);
  return known === 'AWS_UNREACHABLE' || (known === undefined && ($metadata?.httpStatusCode ?? 0) >= 500);
}

/** An error of the SDK or of Athena as one of ours: what was asked of what, and what would allow it. */
export function explained(error: unknown, asked: Asked): unknown {
  if (error instanceof RolecallError) return error;
  const told = error as Told;
  const said = oneLine(told.message || told.code || told.name);
  const made = (code: ErrorCode, message: string) => new RolecallError(code, message, { cause: error });
  if (/region is missing/i.test(said))
    return made('ATHENA_REGION', `nothing says in which region Athena is to be asked for ${asked.table}`);
  if (isThrottled(error))
    return made('ATHENA_BUSY', `Athena refused ${asked.action} again and again (${told.name}: ${said})`);
  const refused = denied(said, asked);
  if (refused !== null) return made('AWS_DENIED', refused);
  const code = awsCodes[told.name] ?? (told.code === undefined ? undefined : awsCodes[told.code]);
  if (code !== undefined) return made(code, sentence(code, said, asked, told));
  const reason = known(said, asked);
  if (reason !== null) return made(reason.code, reason.message);
  const status = told.$metadata?.httpStatusCode;
  if (status === 403) return made('AWS_DENIED', sentence('AWS_DENIED', said, asked, told));
  if (status !== undefined && status >= 500)
    return made('AWS_UNREACHABLE', sentence('AWS_UNREACHABLE', said, asked, told));
  if (status !== undefined)
    return made('ATHENA_QUERY', `${asked.action} for ${asked.table} failed (${told.name}: ${said})`);
  return error;
}

function sentence(code: ErrorCode, said: string, asked: Asked, { name, code: named }: Told): string {
  const { action, table, workgroup, profile } = asked;
  if (code === 'AWS_DENIED')
    return `${action} was denied: ${said}. ${allow(action, `arn:aws:athena:*:*:workgroup/${workgroup}`)}`;
  if (code === 'AWS_NO_CREDENTIALS')
    return `there are no AWS credentials${profile === undefined ? '' : ` in profile ${profile}`} to ask Athena for ${table} with: ${said}`;
  if (code === 'AWS_EXPIRED') return `the AWS credentials have expired (${action}: ${said})`;
  if (code === 'AWS_REFUSED') return `AWS does not accept these credentials (${action}: ${said})`;
  if (code === 'AWS_CLOCK')
    return `this machine's clock is wrong, and AWS refuses to answer (${action}: ${said})`;
  return `Athena could not be reached (${action}: ${named ?? name}: ${said})`;
}
