import type { CommandRow } from './row.js';
import { account, athenaPlaces, aws, fullScan, role, time, timeAbout } from './shared-options.js';

/** Commands about logs that stay where they are. */
export const athenaCommands: readonly CommandRow[] = [
  {
    name: 'athena',
    summary: 'print the SQL: queries for the Athena console, and the table to ask',
    about:
      '"sql" prints a query with its values filled in: who and chains answer by themselves; issuances, uses, ' +
      'significant, coverage and ingest are what rolecall reads; record is one event. With --source it is fitted to a ' +
      `table of yours. "ddl" prints the statement that makes a table. Neither costs anything. ${timeAbout}`,
    arguments: [{ name: 'what', help: '"sql" and the name of a query, or "ddl"', many: true }],
    options: [
      ...time,
      { ...account, help: 'for sql who: alias or id' },
      {
        ...role,
        help: 'for sql who: name of a role, * for any part of it, or a name of the policy that is one',
      },
      { flags: '--event <id>', help: 'for sql record: the event' },
      {
        flags: '--source <uri>',
        help: 'for sql: athena://database.table, whose columns and partitions are asked for',
      },
      { flags: '--bucket <uri>', help: 'for ddl: s3://bucket/prefix, what lies above AWSLogs' },
      {
        flags: '--organization <id>',
        help: 'for ddl: o-… of an organization trail (default: of the policy)',
      },
      {
        flags: '--accounts <ids>',
        help: 'for ddl: accounts, with commas (default: of the policy)',
        reads: 'list',
      },
      { flags: '--regions <names>', help: 'for ddl: regions, with commas', reads: 'list' },
      { flags: '--table <name>', help: 'for ddl: name of the table (default: cloudtrail_logs)' },
      ...aws,
      ...athenaPlaces,
      fullScan,
    ],
    examples: [
      {
        line: 'athena ddl --bucket s3://acme-logs --regions eu-west-1,us-east-1',
        says: 'a table; organization and accounts are those of the policy',
      },
      {
        line: 'athena sql who --account prod --role PlatformAdmin --on yesterday',
        says: 'an answer from the console alone',
      },
    ],
    load: () => import('./commands/athena.js'),
  },
];
