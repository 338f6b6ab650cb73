import { setTimeout as sleep } from 'node:timers/promises';
import { owner, region } from '../s3/server.js';
import type { FakeAthena } from './api.js';

/** What came back, a result or an error's fields. */
export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: each action has its own shape
  body: any;
}

/** Calls an action the plain way, without the SDK. */
export async function call(
  api: FakeAthena,
  action: string,
  input: object,
  key = owner.accessKeyId,
): Promise<Answer> {
  const answer = await fetch(api.endpoint, {
    method: 'POST',
    body: JSON.stringify(input),
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AmazonAthena.${action}`,
      authorization: `AWS4-HMAC-SHA256 Credential=${key}/20261117/${region}/athena/aws4_request, SignedHeaders=host, Signature=0`,
    },
  });
  return { status: answer.status, body: await answer.json() };
}

/** Starts a query in the database `acme`. @returns its id @throws Error `<name>: <message>` when it is refused */
export async function begin(api: FakeAthena, sql: string, more: object = {}): Promise<string> {
  const { status, body } = await call(api, 'StartQueryExecution', {
    QueryString: sql,
    QueryExecutionContext: { Catalog: 'AwsDataCatalog', Database: 'acme' },
    ...more,
  });
  if (status !== 200) throw new Error(`${body.__type}: ${body.message}`);
  return body.QueryExecutionId;
}

/** The execution of a query that has ended, as GetQueryExecution tells of it. */
export async function ended(api: FakeAthena, id: string): Promise<Answer['body']> {
  for (;;) {
    const { body } = await call(api, 'GetQueryExecution', { QueryExecutionId: id });
    if (!['QUEUED', 'RUNNING'].includes(body.QueryExecution.Status.State)) return body.QueryExecution;
    await sleep(30);
  }
}
