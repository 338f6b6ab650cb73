import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RolecallError } from '../errors.js';

/** Where the numbers of a watch can be read. */
export interface Metrics {
  /** `http://127.0.0.1:9464/metrics`; null when nobody listens. */
  url: string | null;
  /** @returns why the file could not be written; null when it was, or there is none */
  publish(text: string, healthy: boolean): string | null;
  /** Ends at once: whoever is asking gets no answer. */
  close(): void;
}

/**
 * @param file written whole and then put in its place, so that a reader never sees half of it
 * @param listen `host:port` or `:port`, then for this machine alone; `/metrics`, and `/healthz` for whoever only asks
 *   whether all is well: 200, or 503 before the first round and while something goes wrong
 * @throws RolecallError USAGE for a file that cannot be written, or an address that is none or is taken
 */
export async function openMetrics(file: string | null, listen: string | null): Promise<Metrics> {
  if (file !== null) tryFile(file);
  let now: Numbers = { text: '', healthy: false };
  const server = listen === null ? null : await serve(listen, () => now);
  return {
    url: server === null ? null : urlOf(server),
    publish(text, healthy) {
      now = { text, healthy };
      return file === null ? null : put(file, text);
    },
    close() {
      server?.close();
      server?.closeAllConnections();
    },
  };
}

interface Numbers {
  text: string;
  healthy: boolean;
}

/** Before the first round, which may take an hour. What a watch before this one wrote stays until then. */
function tryFile(file: string): void {
  try {
    if (file === '') throw new RolecallError('USAGE', '--metrics-file names no file');
    const there = statSync(file, { throwIfNoEntry: false });
    if (there?.isDirectory()) throw new RolecallError('USAGE', `--metrics-file ${file} is a folder`);
    // For root, /dev/null itself would give way to a file, and with it whatever the machine puts there.
    if (there?.isFile() === false)
      throw new RolecallError('USAGE', `--metrics-file ${file} is no plain file: numbers take its place`);
    writePart(file, '');
    rmSync(partOf(file));
  } catch (error) {
    if (error instanceof RolecallError) throw error;
    throw new RolecallError('USAGE', `--metrics-file cannot be written: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function put(file: string, text: string): string | null {
  try {
    writePart(file, text);
    renameSync(partOf(file), file);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** In a folder that others may write to, the name may be a link of theirs to a file of ours: it is not followed. */
function writePart(file: string, text: string): void {
  rmSync(partOf(file), { force: true });
  writeFileSync(partOf(file), text, { flag: 'wx' });
}

/** Collectors of text files read `*.prom` alone. */
function partOf(file: string): string {
  return `${file}.part`;
}

async function serve(listen: string, numbers: () => Numbers): Promise<Server> {
  const { host, port } = addressIn(listen);
  const server = createServer((request, response) => respond(request, response, numbers()));
  return await new Promise((resolve, reject) => {
    // Stays: what goes wrong later, such as too many open files, costs one reader his answer and no more.
    server.on('error', (error) =>
      reject(new RolecallError('USAGE', `--metrics-listen ${listen}: ${error.message}`, { cause: error })),
    );
    server.listen(port, host, () => resolve(server));
  });
}

function respond(request: IncomingMessage, response: ServerResponse, { text, healthy }: Numbers): void {
  const path = request.url?.replace(/\?.*$/s, '');
  const reply = (status: number, body: string, type = 'text/plain; charset=utf-8') =>
    void response.writeHead(status, { 'content-type': type }).end(body);
  if (request.method !== 'GET' && request.method !== 'HEAD') reply(405, 'GET alone\n');
  else if (path === '/metrics') reply(200, text, 'text/plain; version=0.0.4; charset=utf-8');
  else if (path === '/healthz') reply(healthy ? 200 : 503, healthy ? 'ok\n' : 'failing, or not begun\n');
  else reply(404, 'see /metrics and /healthz\n');
}

/** @throws RolecallError USAGE */
function addressIn(listen: string): { host: string; port: number } {
  const [, host, port] = /^([^:[\]\s]*|\[[0-9a-f:.]+\]):(\d{1,5})$/i.exec(listen) ?? [];
  if (host === undefined || Number(port) > 65_535)
    throw new RolecallError(
      'USAGE',
      `--metrics-listen ${JSON.stringify(listen)} is no address such as 127.0.0.1:9464, [::1]:9464 or :9464`,
    );
  // Only this machine, unless somebody says otherwise.
  return { host: host === '' ? '127.0.0.1' : host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/metrics`;
}
