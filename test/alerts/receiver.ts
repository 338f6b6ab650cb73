import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What a receiver was sent. */
export interface Received {
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** What it does with the request of that number, from 0; `response` is its to end, cut or leave open. */
export type Behaviour = (response: ServerResponse, number: number, received: Received) => void;

export interface Receiver {
  port: number;
  /** Address of a path on it. */
  at: (path: string) => string;
  received: Received[];
  /** Changes what it does from now on. */
  become: (behaviour: Behaviour) => void;
}

export const answer =
  (status: number, headers: Record<string, string> = {}, body = ''): Behaviour =>
  (response) =>
    void response.writeHead(status, headers).end(body);

export const cut: Behaviour = (response) => void response.destroy();
export const hang: Behaviour = () => {};

/** A test server on this machine: takes POSTs as a receiver of alerts would, until the test is over. */
export async function startReceiver(behaviour: Behaviour = answer(200, {}, 'ok')): Promise<Receiver> {
  const received: Received[] = [];
  let now = behaviour;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const all = {
      path: request.url!,
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    now(response, received.push(all) - 1, all);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    at: (path) => `http://127.0.0.1:${port}${path}`,
    received,
    become: (behaviour) => {
      now = behaviour;
    },
  };
}
