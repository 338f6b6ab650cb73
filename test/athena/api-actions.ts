import type { FakeAthena, Workgroup } from './api.js';
import { type FakeQuery, startQuery } from './api-query.js';
import { invalid, Refused } from './api-refusal.js';
import { pageOf } from './api-rows.js';
import type { Engine } from './api-run.js';
import { parseStatement } from './api-statement.js';

export type Actions = Record<string, (input: Record<string, unknown>) => object | Promise<object>>;

interface StartInput {
  QueryString: string;
  ClientRequestToken?: string;
  QueryExecutionContext?: { Database?: string; Catalog?: string };
  ResultConfiguration?: { OutputLocation?: string };
  WorkGroup?: string;
  ExecutionParameters?: string[];
}

/** Name of the only catalog. */
const glue = 'AwsDataCatalog';

/** What the API can do, by the name of the action: https://docs.aws.amazon.com/athena/latest/APIReference/API_Operations.html */
export function actionsOf(engine: Engine, fake: FakeAthena): Actions {
  /** Of queries by the token that their caller gave: asked again, a start is no second one. */
  const tokens = new Map<string, { query: FakeQuery; input: string }>();
  return {
    StartQueryExecution(given) {
      const input = given as unknown as StartInput;
      const { ClientRequestToken: token } = input;
      const known = token === undefined ? undefined : tokens.get(token);
      if (known !== undefined) {
        if (known.input !== JSON.stringify(input)) throw invalid('Idempotent parameters do not match');
        return { QueryExecutionId: known.query.id };
      }
      const query = start(engine, fake, input);
      if (token !== undefined) tokens.set(token, { query, input: JSON.stringify(input) });
      return { QueryExecutionId: query.id };
    },
    GetQueryExecution: (input) => ({ QueryExecution: executionOf(queryOf(fake, input)) }),
    async StopQueryExecution(input) {
      const query = queryOf(fake, input);
      query.stop('Query cancelled by user');
      return {};
    },
    GetQueryResults(input) {
      const { state, result } = queryOf(fake, input);
      if (state === 'QUEUED' || state === 'RUNNING')
        throw invalid(`Query has not yet finished. Current state: ${state}`);
      if (state !== 'SUCCEEDED')
        throw invalid(`Query did not finish successfully. Final query state: ${state}`);
      const most = (input.MaxResults as number | undefined) ?? 1000;
      if (most < 1 || most > 1000) throw invalid('MaxResults is more than maximum allowed length 1000');
      if (result === null)
        return { UpdateCount: 0, ResultSet: { Rows: [], ResultSetMetadata: { ColumnInfo: [] } } };
      return pageOf(result, Number(input.NextToken ?? 0), most);
    },
    GetWorkGroup(input) {
      const name = String(input.WorkGroup);
      return { WorkGroup: workgroupOf(name, found(fake, name)) };
    },
    GetTableMetadata(input) {
      const metadata = fake.tables.get(`${input.DatabaseName}.${input.TableName}`.toLowerCase());
      if (!sameCatalog(input) || metadata === undefined) throw absent('Entity Not Found');
      return { TableMetadata: metadata };
    },
    ListTableMetadata(input) {
      const inside = `${input.DatabaseName}.`.toLowerCase();
      const tables = [...fake.tables].filter(([name]) => name.startsWith(inside));
      if (!sameCatalog(input) || tables.length === 0) throw absent('Entity Not Found');
      return { TableMetadataList: tables.map(([, metadata]) => metadata) };
    },
  };
}

const sameCatalog = ({ CatalogName }: Record<string, unknown>) =>
  String(CatalogName).toLowerCase() === glue.toLowerCase();

/** As Athena words it. */
function absent(what: string): Refused {
  const message = `${what} (Service: AmazonDataCatalog; Status Code: 400; Error Code: EntityNotFoundException; Request ID: 00000000-0000-4000-8000-000000000000; Proxy: null)`;
  return new Refused({ name: 'MetadataException', message });
}

function start(engine: Engine, fake: FakeAthena, input: StartInput): FakeQuery {
  const { QueryString: sql, WorkGroup: name = 'primary', ExecutionParameters: parameters = [] } = input;
  const workgroup = found(fake, name);
  if (workgroup.state === 'DISABLED') throw invalid(`WorkGroup ${name} is disabled.`);
  if (parameters.some((each) => each.length < 1 || each.length > 1024))
    throw invalid('Member must have length between 1 and 1024 at executionParameters');
  if (sql.length > 262_144) throw invalid('queryString has failed: length is more than 262144');
  const wanted = input.ResultConfiguration?.OutputLocation ?? null;
  const results = resultsOf(workgroup, wanted);
  const statement = parseStatement(sql);
  if (typeof statement === 'string') throw invalid(statement);
  if (statement.kind === 'unload' && statement.options.format === undefined)
    throw invalid('UNLOAD needs a format');
  if (statement.kind === 'unload' && workgroup.enforced)
    throw invalid(
      'The Unload query was submitted with a location to an Athena Workgroup that enforces a centralized output location for all queries.',
    );
  const { Catalog: catalog = glue, Database: database } = input.QueryExecutionContext ?? {};
  const query = startQuery(engine, {
    ...{ sql, statement, parameters, workgroup: name, catalog, database, results },
    cutOff: workgroup.bytesScannedCutoffPerQuery,
    fate: (made) => fake.fate(made),
  });
  fake.queries.push(query);
  return query;
}

function found(fake: FakeAthena, name: string): Workgroup {
  const workgroup = fake.workgroups.get(name);
  if (workgroup === undefined) throw invalid(`WorkGroup ${name} is not found.`);
  return workgroup;
}

/** https://docs.aws.amazon.com/athena/latest/ug/query-results-specify-location.html */
function resultsOf(
  { outputLocation, enforced, managedResults }: Workgroup,
  wanted: string | null,
): string | null {
  if (managedResults) {
    if (wanted !== null)
      throw invalid('ResultConfiguration cannot be given where managed query results are enabled');
    return null;
  }
  const place = enforced ? outputLocation : (wanted ?? outputLocation);
  if (place === null)
    throw invalid(
      'No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.',
    );
  if (!/^s3:\/\/[^/]+/.test(place)) throw invalid('outputLocation is not a valid S3 path.');
  return place.replace(/\/*$/, '/');
}

function queryOf(fake: FakeAthena, { QueryExecutionId: id }: Record<string, unknown>): FakeQuery {
  const query = fake.queries.find((each) => each.id === id);
  if (query === undefined) throw invalid(`QueryExecution ${id} was not found`);
  return query;
}

function workgroupOf(name: string, workgroup: Workgroup): object {
  const { state, outputLocation, enforced, managedResults, bytesScannedCutoffPerQuery } = workgroup;
  return {
    Name: name,
    State: state,
    Configuration: {
      ResultConfiguration: outputLocation === null ? {} : { OutputLocation: outputLocation },
      ManagedQueryResultsConfiguration: { Enabled: managedResults },
      EnforceWorkGroupConfiguration: enforced,
      PublishCloudWatchMetricsEnabled: false,
      ...(bytesScannedCutoffPerQuery === null
        ? {}
        : { BytesScannedCutoffPerQuery: bytesScannedCutoffPerQuery }),
      RequesterPaysEnabled: false,
      EngineVersion: engineVersion,
    },
    CreationTime: 1_790_000_000,
  };
}

const engineVersion = {
  SelectedEngineVersion: 'AUTO',
  EffectiveEngineVersion: 'Athena engine version 3',
};

function executionOf(query: FakeQuery): object {
  const { id, sql, state, reason, statement, results, submitted, completed, scannedBytes, engineMs } = query;
  const unload = statement.kind === 'unload';
  const total = Math.round(((completed ?? Date.now() / 1000) - submitted) * 1000);
  return {
    QueryExecutionId: id,
    Query: sql,
    StatementType: 'DML',
    SubstatementType: unload ? 'UNLOAD' : 'SELECT',
    ...(results === null
      ? { ManagedQueryResultsConfiguration: { Enabled: true } }
      : { ResultConfiguration: { OutputLocation: `${results}${id}${unload ? '' : '.csv'}` } }),
    QueryExecutionContext: { Catalog: glue.toLowerCase(), Database: query.database },
    Status: {
      State: state,
      ...(reason === null ? {} : { StateChangeReason: reason }),
      SubmissionDateTime: submitted,
      ...(completed === null ? {} : { CompletionDateTime: completed }),
      ...(state === 'FAILED' ? { AthenaError: athenaError(reason ?? '') } : {}),
    },
    Statistics: {
      EngineExecutionTimeInMillis: engineMs,
      DataScannedInBytes: scannedBytes,
      TotalExecutionTimeInMillis: total,
      ...(unload && results !== null ? { DataManifestLocation: `${results}${id}-manifest.csv` } : {}),
    },
    WorkGroup: query.workgroup,
    EngineVersion: engineVersion,
    ...(query.parameters.length === 0 ? {} : { ExecutionParameters: query.parameters }),
  };
}

/** https://docs.aws.amazon.com/athena/latest/ug/error-reference.html: 2 is a mistake of the user's, 1 one of the system's. */
function athenaError(message: string): object {
  const system = /^(?:GENERIC_INTERNAL|HIVE_PATH|INTERNAL)/.test(message);
  return {
    ErrorCategory: system ? 1 : 2,
    ErrorType: system ? 233 : 1006,
    Retryable: false,
    ErrorMessage: message,
  };
}
