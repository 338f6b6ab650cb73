import type { AthenaTable } from '../../src/sources/athena/logs.js';

/** Columns of a table as AWS's documentation has had it for years; newer ones are added to it. */
const columns: Record<string, string> = {
  eventversion: 'string',
  useridentity:
    'struct<type:string,principalid:string,arn:string,accountid:string,invokedby:string,accesskeyid:string,username:string,' +
    'onbehalfof:struct<userid:string,identitystorearn:string>,sessioncontext:struct<attributes:struct<mfaauthenticated:string,' +
    'creationdate:string>,sessionissuer:struct<type:string,principalid:string,arn:string,accountid:string,username:string>,' +
    'ec2roledelivery:string,sourceidentity:string,webidfederationdata:struct<federatedprovider:string,attributes:map<string,string>>>>',
  eventtime: 'string',
  eventsource: 'string',
  eventname: 'string',
  awsregion: 'string',
  sourceipaddress: 'string',
  useragent: 'string',
  errorcode: 'string',
  errormessage: 'string',
  requestparameters: 'string',
  responseelements: 'string',
  additionaleventdata: 'string',
  requestid: 'string',
  eventid: 'string',
  readonly: 'string',
  resources: 'array<struct<arn:string,accountid:string,type:string>>',
  eventtype: 'string',
  recipientaccountid: 'string',
  serviceeventdetails: 'string',
  sharedeventid: 'string',
};

export interface TableParts {
  /** Name → type; null takes a column away. */
  columns?: Record<string, string | null>;
  /** `name type`, or `name` of a string. */
  partitions?: string[];
  parameters?: Record<string, string>;
  location?: string;
}

/** A table of CloudTrail's logs as the catalog would describe it. */
export function tableOf({
  columns: other = {},
  partitions = [],
  parameters = {},
  location,
}: TableParts = {}): AthenaTable {
  const all = Object.entries({ ...columns, ...other }).filter(
    (entry): entry is [string, string] => !!entry[1],
  );
  return {
    catalog: null,
    database: 'acme',
    name: 'cloudtrail_logs',
    location: location ?? 's3://acme-logs/AWSLogs/o-a1b2c3d4e5/',
    columns: new Map(all),
    partitions: partitions.map((text) => {
      const [name, type = 'string'] = text.split(' ');
      return { name: name!, type };
    }),
    parameters,
  };
}
