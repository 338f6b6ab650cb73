import { describe, expect, it } from 'vitest';
import { askedOf } from '../../src/sources/athena/ask.js';
import { ended, explained } from '../../src/sources/athena/explain.js';
import { describeTable } from '../../src/sources/athena/metadata.js';
import { useFakeAws } from './athena-fake.js';

const fake = useFakeAws();
const place = { catalog: null, database: 'acme', table: 'logs' };
const about = { place, options: { output: 's3://acme-results/here', workgroup: 'audit' } };
const asked = askedOf('athena:StartQueryExecution', about);
const failed = (reason: string) => ended('FAILED', reason, 'q-1', asked);
const refused = (name: string, message: string) =>
  explained(Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } }), asked);

describe('a query that failed', () => {
  it.each([
    [
      'TABLE_NOT_FOUND: line 1:8: Table awsdatacatalog.acme.logs does not exist',
      'ATHENA_TABLE',
      'there is no table acme.logs',
    ],
    [
      'SCHEMA_NOT_FOUND: line 1:8: Schema acme does not exist',
      'ATHENA_TABLE',
      'there is no database for acme.logs',
    ],
    ["CATALOG_NOT_FOUND: line 1:8: Catalog 'x' does not exist", 'ATHENA_TABLE', 'there is no catalog'],
    [
      "COLUMN_NOT_FOUND: line 2:1: Column 'x' cannot be resolved",
      'ATHENA_COLUMNS',
      'a column of acme.logs is of another type',
    ],
    [
      'TYPE_MISMATCH: line 2:1: Cannot apply operator: varchar = integer',
      'ATHENA_COLUMNS',
      'a column of acme.logs is of another type',
    ],
    [
      'HIVE_BAD_DATA: Error Parsing a column in the table: target scale',
      'ATHENA_DATA',
      'an object below acme.logs',
    ],
    [
      'Query exhausted resources at this scale factor',
      'ATHENA_QUERY',
      'ask for fewer accounts, regions or days per run',
    ],
    ['Bytes scanned limit was exceeded', 'ATHENA_SCAN_LIMIT', 'by the workgroup audit'],
    [
      'GENERIC_INTERNAL_ERROR: so\n\n it is.',
      'ATHENA_QUERY',
      'the query q-1 on acme.logs failed: GENERIC_INTERNAL_ERROR: so it is',
    ],
    ['', 'ATHENA_QUERY', 'Athena gives no reason'],
  ])('because of: %s', (reason, code, message) => {
    expect(failed(reason)).toMatchObject({ code, message: expect.stringContaining(message) });
    expect(failed(reason).message).not.toContain('\n');
  });

  it('or that somebody cancelled says so', () => {
    expect(ended('CANCELLED', 'Query cancelled by user', 'q-1', asked)).toMatchObject({
      code: 'ATHENA_CANCELLED',
      message: 'the query q-1 on acme.logs was cancelled in Athena (Query cancelled by user)',
    });
  });
});

describe('a denial', () => {
  it.each([
    [
      'of Glue',
      'Insufficient permissions to execute the query. User: arn:aws:sts::111111111111:assumed-role/audit/x is not authorized to perform: glue:GetTable on resource: arn:aws:glue:eu-west-1:111111111111:catalog because no policy allows it',
      {
        Effect: 'Allow',
        Action: 'glue:GetTable',
        Resource: [
          'arn:aws:glue:*:*:catalog',
          'arn:aws:glue:*:*:database/acme',
          'arn:aws:glue:*:*:table/acme/logs',
        ],
      },
    ],
    [
      'of the logs',
      'Permission denied on S3 path: s3://acme-logs/AWSLogs/111111111111/CloudTrail/eu-west-1/2026/11/17',
      {
        Effect: 'Allow',
        Action: ['s3:ListBucket', 's3:GetObject'],
        Resource: ['arn:aws:s3:::acme-logs', 'arn:aws:s3:::acme-logs/*'],
      },
    ],
    [
      'of an object of the logs',
      'HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split s3://acme-logs/AWSLogs/x.json.gz: User: arn:aws:sts::1:x is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::acme-logs/AWSLogs/x.json.gz"',
      { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::acme-logs/AWSLogs/x.json.gz' },
    ],
    [
      'of their key',
      'HIVE_CURSOR_ERROR: User: arn:aws:sts::1:x is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-1:111111111111:key/k-1 because',
      { Effect: 'Allow', Action: 'kms:Decrypt', Resource: 'arn:aws:kms:eu-west-1:111111111111:key/k-1' },
    ],
    [
      'of the place for results',
      'Access denied when writing output to url: s3://acme-results/here/rolecall/u/about/q-1.csv . Please ensure you are allowed to access the S3 bucket.',
      { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::acme-results/*' },
    ],
    [
      'of Athena',
      'User: arn:aws:iam::1:user/x is not authorized to perform: athena:StartQueryExecution on resource: arn:aws:athena:eu-west-1:111111111111:workgroup/audit',
      {
        Effect: 'Allow',
        Action: 'athena:StartQueryExecution',
        Resource: 'arn:aws:athena:eu-west-1:111111111111:workgroup/audit',
      },
    ],
  ])('%s names the permission', (_title, said, statement) => {
    for (const error of [failed(said), refused('AccessDeniedException', said)])
      expect(error).toMatchObject({
        code: 'AWS_DENIED',
        message: expect.stringContaining(`This statement would allow it: ${JSON.stringify(statement)}`),
      });
  });
});

describe('a request that Athena refuses', () => {
  it.each([
    [
      'InvalidRequestException',
      'No output location provided. An output location is required',
      'ATHENA_OUTPUT',
    ],
    ['InvalidRequestException', 'Unable to verify/create output bucket acme-results', 'ATHENA_OUTPUT'],
    ['InvalidRequestException', 'WorkGroup audit is not found.', 'ATHENA_WORKGROUP'],
    ['InvalidRequestException', 'WorkGroup audit is disabled.', 'ATHENA_WORKGROUP'],
    ['MetadataException', 'Entity Not Found (Service: AmazonDataCatalog; Status Code: 400)', 'ATHENA_TABLE'],
    ['InvalidRequestException', 'something else', 'ATHENA_QUERY'],
    ['TooManyRequestsException', 'Rate exceeded', 'ATHENA_BUSY'],
    ['ExpiredTokenException', 'The security token is expired', 'AWS_EXPIRED'],
    ['UnrecognizedClientException', 'The security token is invalid', 'AWS_REFUSED'],
    ['CredentialsProviderError', 'Could not load credentials', 'AWS_NO_CREDENTIALS'],
  ])('%s: %s', (name, message, code) => {
    expect(refused(name, message)).toMatchObject({ code });
  });

  it('says that no region is named', () => {
    expect(explained(new Error('Region is missing'), asked)).toMatchObject({ code: 'ATHENA_REGION' });
  });

  it('leaves what is no error of Athena alone', () => {
    const fault = new TypeError('undefined is not a function');
    expect(explained(fault, asked)).toBe(fault);
  });
});

describe('the description of a table', () => {
  it('has names and types in lower case, partition columns in their order, and parameters', async () => {
    fake.script.GetTableMetadata = [
      {
        TableMetadata: {
          Name: 'logs',
          Columns: [{ Name: 'userIdentity', Type: 'struct<accessKeyId:string>' }],
          PartitionKeys: [
            { Name: 'region', Type: 'string' },
            { Name: 'day', Type: 'STRING' },
          ],
          Parameters: { location: 's3://acme-logs/', 'projection.enabled': 'true' },
        },
      },
    ];
    expect(await describeTable(place, { region: 'eu-west-1', attempts: 2 })).toEqual({
      catalog: null,
      database: 'acme',
      name: 'logs',
      location: 's3://acme-logs/',
      columns: new Map([['useridentity', 'struct<accesskeyid:string>']]),
      partitions: [
        { name: 'region', type: 'string' },
        { name: 'day', type: 'string' },
      ],
      parameters: { location: 's3://acme-logs/', 'projection.enabled': 'true' },
    });
    expect(fake.calls).toEqual([
      {
        action: 'GetTableMetadata',
        body: { CatalogName: 'AwsDataCatalog', DatabaseName: 'acme', TableName: 'logs' },
      },
    ]);
  });

  it('is refused where there is no such table', async () => {
    fake.script.GetTableMetadata = [
      { error: 'MetadataException', message: 'EntityNotFoundException: Table logs not found' },
    ];
    await expect(describeTable(place, { region: 'eu-west-1', attempts: 2 })).rejects.toMatchObject({
      code: 'ATHENA_TABLE',
    });
  });
});
