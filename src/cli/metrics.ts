import { renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { RolecallError } from '../errors.js';

/** Where the numbers of a watch can be read. */
export interface Metrics {
  publish(text: string, healthy: boolean): void;
  close(): void;
}

/**
 * @param file written whole and then put in its place, so that a reader never sees half of it
 * @param listen `host:port` or `:port`; `/metrics`, and `/healthz` for whoever only asks whether all is well
 * @throws RolecallError USAGE for an address that is none
 */
export async function openMetrics(file: string | null, listen: string | null): Promise<Metrics> {
  let now = { text: '', healthy: false };
  const server = listen === null ? null : await serve(listen, () => now);
  return {
    publish(text, healthy) {
      now = { text, healthy };
      if (file === null) return;
      writeFileSync(`${file}.part`, text);
      renameSync(`${file}.part`, file);
    },
    close: () => void server?.close(),
  };
}

async function serve(listen: string, state: () => { text: string; healthy: boolean }) {
  const [, host, port] = /^(.*):(\d{1,5})$/.exec(listen) ?? [];
  if (port === undefined)
    throw new RolecallError(
      'USAGE',
      `--metrics-listen ${JSON.stringify(listen)} is no address such as 127.0.0.1:9464`,
    );
  const server = createServer((request, response) => {
    const { text, healthy } = state();
    const headers = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };
    if (request.url === '/metrics') response.writeHead(200, headers).end(text);
    else if (request.url === '/healthz')
      response.writeHead(healthy ? 200 : 503, headers).end(healthy ? 'ok\n' : 'failing\n');
    else response.writeHead(404, headers).end('see /metrics and /healthz\n');
  });
  return await new Promise<typeof server>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new RolecallError('USAGE', `--metrics-listen ${listen}: ${error.message}`, { cause: error })),
    );
    // Only this machine, unless somebody says otherwise.
    server.listen(Number(port), host === '' ? '127.0.0.1' : host!.replace(/^\[(.*)\]$/, '$1'), () =>
      resolve(server),
    );
  });
}
