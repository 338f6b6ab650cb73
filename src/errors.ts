/** Exit codes, the whole program's: see README "Exit codes". */
export const exit = {
  /** Answered, completely. */
  ok: 0,
  /** Findings at or above `--fail-on`, or a promise of the policy was not kept. */
  findings: 1,
  /** Could not run: the question was not answered. */
  failed: 2,
  /** Answered, but some input was unreadable or passed over. */
  incomplete: 3,
} as const;

/**
 * One table of everything that can go wrong: code → exit code and remedy.
 * A message says what happened and where; the remedy says what to do next.
 */
export const errorTable = {
  USAGE: { exit: exit.failed, remedy: 'See `rolecall --help`, or `rolecall <command> --help`.' },
  NO_SUCH_SOURCE: {
    exit: exit.failed,
    remedy:
      'Check the path; a directory is read recursively, and quotes keep the shell from expanding a glob.',
  },
  NO_LOGS_FOUND: {
    exit: exit.failed,
    remedy:
      'Point rolecall at files that hold CloudTrail records (.json, .json.gz, NDJSON), or at a folder above them.',
  },
  SOURCE_NOT_SUPPORTED: { exit: exit.failed, remedy: 'Copy the logs to a folder first and ingest that.' },
  AWS_NO_CREDENTIALS: {
    exit: exit.failed,
    remedy:
      'Name a profile with --profile, sign in with `aws sso login`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  },
  AWS_EXPIRED: {
    exit: exit.failed,
    remedy:
      'Get new ones (`aws sso login`, or whatever issued them) and repeat the command: it goes on from there.',
  },
  AWS_REFUSED: {
    exit: exit.failed,
    remedy:
      'Check which credentials are used with `aws sts get-caller-identity`, or name a profile with --profile.',
  },
  AWS_DENIED: {
    exit: exit.failed,
    remedy:
      'Have it allowed, read with another role (--role-arn, --profile), or, where the requester pays, add --requester-pays. What was read before is kept.',
  },
  AWS_CLOCK: {
    exit: exit.failed,
    remedy: 'Set the clock, with NTP if possible: AWS allows a difference of 15 minutes at most.',
  },
  AWS_UNREACHABLE: {
    exit: exit.failed,
    remedy:
      'Check the network, DNS, HTTPS_PROXY and AWS_ENDPOINT_URL_S3 (or _ATHENA), and repeat the command: it goes on from there.',
  },
  S3_NO_BUCKET: {
    exit: exit.failed,
    remedy: 'Check its spelling: s3://bucket/prefix, as `aws s3 ls` shows it.',
  },
  S3_REGION: { exit: exit.failed, remedy: "Name the bucket's region with --region." },
  S3_KMS: {
    exit: exit.failed,
    remedy: "Enable the key again, or read with a role of the key's account; then repeat the command.",
  },
  SOURCES_OVERLAP: {
    exit: exit.failed,
    remedy:
      'Sums from Athena and the records in them would be counted twice: ingest into another store (--db), or other whole hours, accounts or regions.',
  },
  ATHENA_TABLE: {
    exit: exit.failed,
    remedy:
      'Check its spelling, athena://[catalog.]database.table, and the region (--region); `rolecall athena ddl` prints the statement that makes a table.',
  },
  ATHENA_COLUMNS: {
    exit: exit.failed,
    remedy:
      'Make another table over the same logs: `rolecall athena ddl` prints the statement. It costs nothing and moves nothing.',
  },
  ATHENA_NO_TIME_PARTITION: {
    exit: exit.failed,
    remedy:
      'Make a table with a partition for each day (`rolecall athena ddl` prints the statement), or have all of it read and paid for with --full-scan.',
  },
  ATHENA_DATA: {
    exit: exit.failed,
    remedy:
      'Ask for the other days, accounts or regions, and ingest what is left from s3://, which reads every record by itself; where no day can be read, `rolecall athena ddl` prints a table that fits.',
  },
  ATHENA_NO_PARTITION: {
    exit: exit.failed,
    remedy:
      'Ask for what it has, or let it have more: its partition projection is set with ALTER TABLE … SET TBLPROPERTIES, and `rolecall athena ddl` prints a table that has it.',
  },
  ATHENA_MOVED: {
    exit: exit.failed,
    remedy:
      'Ingest another table of that name (of another region or account) into another store (--db); where this table was moved, --settle all asks for the days of the window again.',
  },
  ATHENA_OUTPUT: {
    exit: exit.failed,
    remedy: "Name a place for results with --output s3://bucket/prefix/, in the table's region.",
  },
  ATHENA_REGION: { exit: exit.failed, remedy: 'Name it with --region, or set AWS_REGION.' },
  ATHENA_WORKGROUP: {
    exit: exit.failed,
    remedy: 'Name another workgroup of this region with --workgroup, or have this one enabled.',
  },
  ATHENA_BUSY: {
    exit: exit.failed,
    remedy:
      'Wait until other queries of the account have ended, or have its quota raised, and repeat the command.',
  },
  ATHENA_SCAN_LIMIT: {
    exit: exit.failed,
    remedy:
      "Ask for fewer days, accounts or regions, or raise the limit: --max-scan, --max-cost, or the workgroup's own. Days that were answered before are kept.",
  },
  ATHENA_QUERY: {
    exit: exit.failed,
    remedy:
      'Nothing of this query was kept; repeat the command, for fewer days, accounts or regions at a time.',
  },
  ATHENA_CANCELLED: {
    exit: exit.failed,
    remedy: 'Nothing of this query was kept; repeat the command.',
  },
  DIGEST_KEYS: {
    exit: exit.failed,
    remedy:
      'Write them with `aws cloudtrail list-public-keys --region <region> --start-time <first day> > keys.json`, or leave --digest-keys out to have CloudTrail asked.',
  },
  DB_MISSING: {
    exit: exit.failed,
    remedy: 'Run `rolecall ingest <folder>` first, or name the store with --db.',
  },
  DB_FOREIGN: {
    exit: exit.failed,
    remedy: 'Name another file with --db: rolecall never writes into a file that it did not make.',
  },
  DB_NEWER: { exit: exit.failed, remedy: 'Update rolecall, or ingest again into a new file with --db.' },
  DB_LOCKED: {
    exit: exit.failed,
    remedy:
      'Another rolecall is writing to this store: wait for it to finish, or use another file with --db.',
  },
  DB_DAMAGED: {
    exit: exit.failed,
    remedy: 'The logs are still where they were: move this file away and ingest again.',
  },
  DB_UNWRITABLE: {
    exit: exit.failed,
    remedy: 'Check the permissions and free space of its folder, or name another with --db.',
  },
  POLICY_INVALID: {
    exit: exit.failed,
    remedy: 'Correct the lines named above; nothing was answered with a half-read policy.',
  },
  POLICY_NONE: {
    exit: exit.failed,
    remedy: 'Name the policy with --policy, or begin one with `rolecall policy init > rolecall.yaml`.',
  },
  POLICY_MISSING: { exit: exit.failed, remedy: 'Check the path given with --policy.' },
  IAM_UNREADABLE: {
    exit: exit.failed,
    remedy:
      'Give the JSON that `aws iam get-account-authorization-details` or `aws organizations list-accounts` prints, whole; nothing of it was kept.',
  },
  TIME_NOT_UNDERSTOOD: {
    exit: exit.failed,
    remedy:
      'Write 2026-11-17, 2026-11-17T09:30Z, "last tuesday", "yesterday 9am..noon", or a length back from now such as 3h or 7d.',
  },
  TIMEZONE_UNKNOWN: { exit: exit.failed, remedy: 'Use an IANA name such as Africa/Johannesburg, or UTC.' },
  ACCOUNT_UNKNOWN: {
    exit: exit.failed,
    remedy: 'Use a 12-digit account id, or name the account under `accounts:` in rolecall.yaml.',
  },
  ROLE_UNKNOWN: { exit: exit.failed, remedy: 'See `rolecall sessions` for the roles in the store.' },
  DETECT_OVERTAKEN: {
    exit: exit.failed,
    remedy: 'Run it again when the other has ended: findings follow one policy at a time.',
  },
  DETECTOR_UNKNOWN: { exit: exit.failed, remedy: 'See `rolecall detectors list`.' },
  FINDING_UNKNOWN: {
    exit: exit.failed,
    remedy:
      'See `rolecall detect --format json` for the ids of findings. They may be shortened to any unique prefix.',
  },
  RULES_MISSING: {
    exit: exit.failed,
    remedy: 'Name a folder with rules: files such as my-rule.ts, my-rule.js or my-rule.sql.',
  },
  RULE_INVALID: {
    exit: exit.failed,
    remedy: 'Correct the files named above; nothing was looked at while a detector was missing.',
  },
  ALERT_TARGET: {
    exit: exit.failed,
    remedy:
      'Write stdout, webhook:https://… or slack:https://…; env:NAME in place of the address takes it from the environment.',
  },
  ALERT_SECRET: {
    exit: exit.failed,
    remedy:
      'Webhooks are signed: put a random secret (`openssl rand -hex 32`) into ROLECALL_WEBHOOK_SECRET, or name its file with --webhook-secret-file.',
  },
  ALERT_UNDELIVERED: {
    exit: exit.incomplete,
    remedy: 'What did not arrive stays due: the same command tries again.',
  },
  ID_UNKNOWN: {
    exit: exit.failed,
    remedy: 'See `rolecall sessions` for what is in the store. Ids may be shortened to any unique prefix.',
  },
  ID_AMBIGUOUS: { exit: exit.failed, remedy: 'Give more characters of the id.' },
  RAW_UNAVAILABLE: {
    exit: exit.failed,
    remedy:
      'The raw record is read from the place it was ingested from: put the file back, or ingest it again.',
  },
  OUTPUT_UNWRITABLE: {
    exit: exit.failed,
    remedy: 'Look at where the answer goes: its disk may be full. What there is of it is not all.',
  },
  INTERNAL: {
    exit: exit.failed,
    remedy: 'This is a fault in rolecall: please report it with the command and the output of --verbose.',
  },
} as const;

export type ErrorCode = keyof typeof errorTable;

/** An error with a remedy; the CLI prints both and exits with the table's code. */
export class RolecallError extends Error {
  override readonly name = 'RolecallError';
  readonly code: ErrorCode;

  /** @param message what happened and where: file and place, flag, line and column. */
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  get exitCode(): number {
    return errorTable[this.code].exit;
  }

  get remedy(): string {
    return errorTable[this.code].remedy;
  }
}
