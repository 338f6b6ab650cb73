import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { owner } from '../s3/server.js';
import { type Actions, actionsOf } from './api-actions.js';
import type { FakeQuery, Fate } from './api-query.js';
import { type Refusal, Refused } from './api-refusal.js';
import type { Engine } from './api-run.js';
import type { TableMetadata } from './table.js';

/** A workgroup, by what Athena's GetWorkGroup says of it. */
export interface Workgroup {
  state: 'ENABLED' | 'DISABLED';
  /** `s3://bucket/prefix/` */
  outputLocation: string | null;
  /** Its location takes precedence over the client's. */
  enforced: boolean;
  /** Athena keeps results itself. */
  managedResults: boolean;
  bytesScannedCutoffPerQuery: number | null;
}

/** A call that the API got. */
export interface ApiCall {
  /** `StartQueryExecution` */
  action: string;
  input: Record<string, unknown>;
  /** For which region the request was signed. */
  region: string;
}

/** A fake of Athena's API: what it runs it runs on a real engine, over real storage. */
export interface FakeAthena {
  endpoint: string;
  /** Every call, also those that were refused. */
  calls: ApiCall[];
  /** Every query that was started, in order. */
  queries: FakeQuery[];
  /** By name; `primary` has no place for results. */
  workgroups: Map<string, Workgroup>;
  /** By `database.table`. */
  tables: Map<string, TableMetadata>;
  /** Asked for each call; null lets it pass. */
  refuse: (call: ApiCall) => Refusal | null | Promise<Refusal | null>;
  /** Asked when a query begins; null lets it run. */
  fate: (query: FakeQuery) => Fate | null;
  /** How often an action was called. */
  count(action: string): number;
  /** Forgets calls, queries, hooks and settings of workgroups; tables stay. */
  reset(): void;
  stop(): Promise<void>;
}

export const openWorkgroup: Workgroup = {
  ...{ state: 'ENABLED', outputLocation: null, enforced: false, managedResults: false },
  bytesScannedCutoffPerQuery: null,
};

/** Starts a server that speaks awsJson1.1 as Athena does: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export async function startFakeAthena(engine: Engine): Promise<FakeAthena> {
  const fake: FakeAthena = {
    ...{ endpoint: '', calls: [], queries: [], workgroups: new Map(), tables: new Map() },
    refuse: () => null,
    fate: () => null,
    count: (action) => fake.calls.filter((call) => call.action === action).length,
    reset() {
      for (const query of fake.queries) query.stop('The tests have gone on');
      Object.assign(fake, { calls: [], queries: [], refuse: () => null, fate: () => null });
      fake.workgroups = new Map([['primary', { ...openWorkgroup }]]);
    },
    stop: async () => {},
  };
  fake.reset();
  const actions = actionsOf(engine, fake);
  const server = createServer((incoming, outgoing) => void answer(fake, actions, incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  fake.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  fake.stop = async () => {
    fake.reset();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return fake;
}

async function answer(
  fake: FakeAthena,
  actions: Actions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const send = (status: number, body: object, headers: Record<string, string> = {}) => {
    outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', ...headers });
    outgoing.end(JSON.stringify(body));
  };
  try {
    const input = (await json(incoming)) as Record<string, unknown>;
    const action = String(incoming.headers['x-amz-target']).replace(/^AmazonAthena\./, '');
    const signed = signatureOf(incoming.headers.authorization);
    const call = { action, input, region: signed.region };
    fake.calls.push(call);
    const refusal = await fake.refuse(call);
    if (refusal !== null) throw new Refused(refusal);
    if (signed.key !== owner.accessKeyId)
      throw new Refused({
        name: 'UnrecognizedClientException',
        message: 'The security token included in the request is invalid.',
      });
    const act = actions[action];
    if (act === undefined) throw new Refused({ name: 'UnknownOperationException', message: action });
    send(200, await act(input));
  } catch (error) {
    const { name, message, status, more }: Refusal =
      error instanceof Refused
        ? error.refusal
        : { name: 'InternalServerException', message: String(error), status: 500 };
    send(status ?? 400, { __type: name, Message: message, message, ...more }, { 'x-amzn-errortype': name });
  }
}

/** Whose request it says that it is: the signature itself is not looked at. */
function signatureOf(header = ''): { key: string; region: string } {
  const [, key = '', region = ''] = /Credential=([^/]+)\/\d+\/([^/]+)\/athena\//.exec(header) ?? [];
  return { key, region };
}
