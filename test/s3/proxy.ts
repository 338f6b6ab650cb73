import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A request that came by. */
export interface Seen {
  kind: 'list' | 'get' | 'other';
  /** The listing's prefix, or the object's key. */
  key: string;
  range: string | null;
  ifMatch: string | null;
}

/** What goes wrong on the way: of the connection, of the body, or an answer in the place of the server's. */
export type Fault =
  | 'reset'
  | 'cut'
  | 'too-long'
  | 'too-short'
  | 'slow'
  | { status: number; code: string; message?: string };

export const slowDown: Fault = { status: 503, code: 'SlowDown', message: 'Please reduce your request rate.' };
export const everyFault: readonly Fault[] = ['reset', 'cut', 'too-long', 'too-short', 'slow', slowDown];

/** Stands in front of the real server, counts, and spoils what it is told to. */
export interface FaultProxy {
  endpoint: string;
  seen: Seen[];
  /** Asked for each request; null lets it pass. May wait, or do something first. */
  fault: (seen: Seen) => Fault | null | Promise<Fault | null>;
  stop(): Promise<void>;
}

export async function faultProxy(target: string): Promise<FaultProxy> {
  const proxy: FaultProxy = { endpoint: '', seen: [], fault: () => null, stop: async () => {} };
  const server = createServer(async (incoming, outgoing) => {
    incoming.on('error', () => {});
    outgoing.on('error', () => {});
    const seen = seenOf(incoming);
    proxy.seen.push(seen);
    const fault = await proxy.fault(seen);
    if (fault === 'reset') incoming.socket.destroy();
    else if (fault !== null && typeof fault === 'object') refuse(outgoing, fault);
    else pass(target, incoming, outgoing, fault);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  proxy.stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return proxy;
}

function seenOf({ method, url = '', headers }: IncomingMessage): Seen {
  const { pathname, searchParams } = new URL(url, 'http://proxy');
  const lists = method === 'GET' && searchParams.get('list-type') === '2';
  const key = decodeURIComponent(pathname).replace(/^\/[^/]*\/?/, '');
  return {
    kind: lists ? 'list' : method === 'GET' && key !== '' ? 'get' : 'other',
    key: lists ? (searchParams.get('prefix') ?? '') : key,
    range: headers.range ?? null,
    ifMatch: headers['if-match'] ?? null,
  };
}

function refuse(outgoing: ServerResponse, { status, code, message = code }: Exclude<Fault, string>): void {
  outgoing.writeHead(status, { 'content-type': 'application/xml' });
  outgoing.end(
    `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  );
}

function pass(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fault: string | null,
): void {
  const { method, url, headers } = incoming;
  const { hostname, port } = new URL(target);
  const onward = request({ hostname, port, method, path: url, headers }, async (answer) => {
    const parts: Buffer[] = [];
    try {
      for await (const part of answer) parts.push(part as Buffer);
    } catch {
      outgoing.destroy();
      return;
    }
    await spoilt(outgoing, answer, Buffer.concat(parts), fault);
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
}

async function spoilt(
  outgoing: ServerResponse,
  { statusCode = 502, headers }: IncomingMessage,
  body: Buffer,
  fault: string | null,
): Promise<void> {
  const { 'transfer-encoding': _, connection: __, ...rest } = headers;
  const half = Math.floor(body.length / 2);
  const announced = { 'too-long': body.length + 100, 'too-short': half }[fault ?? ''] ?? body.length;
  outgoing.writeHead(statusCode, { ...rest, 'content-length': announced });
  if (fault === 'slow') {
    for (let at = 0; at < body.length && !outgoing.destroyed; at += Math.ceil(body.length / 8)) {
      outgoing.write(body.subarray(at, at + Math.ceil(body.length / 8)));
      await sleep(15);
    }
    outgoing.end();
  } else if (fault === 'too-short') outgoing.end(body.subarray(0, half));
  else if (fault === 'cut' || fault === 'too-long')
    // What was sent before should arrive before the end does.
    outgoing.write(fault === 'cut' ? body.subarray(0, half) : body, () =>
      setTimeout(() => outgoing.destroy(), 40),
    );
  else outgoing.end(body);
}
