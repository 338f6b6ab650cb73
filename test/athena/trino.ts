import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { javaHome, missingParts, trinoHome } from './trino-files.js';

/** A Trino on this machine, with no catalog yet. */
export interface TrinoServer {
  /** `http://127.0.0.1:<port>` */
  url: string;
  /** What it writes lies below: it runs as the user who runs the tests. */
  folder: string;
  stop(): void;
}

const patience = 120_000;

/** A JVM that warms up fast is worth more here than one that ends up fast. */
const jvm = [
  ...['-Xmx1G', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:+ExitOnOutOfMemoryError'],
  ...['-Djdk.attach.allowAttachSelf=true', '-Dfile.encoding=UTF-8', '--add-modules=jdk.incubator.vector'],
];

/**
 * Kills what it starts and removes its folder when its own standard input ends: Trino never outlives the test that
 * started it. That takes a shell, since Java does not care for its standard input.
 */
const guard = `
  folder=$1; shift; exec 3<&0
  "$@" </dev/null >"$folder/trino.log" 2>&1 3<&- & child=$!
  {
    cat <&3
    kill -9 $child
    while kill -0 $child; do sleep 0.1; done
    rm -rf "$folder"
  } >/dev/null 2>&1 &
  wait $child
  tail -c 2000 "$folder/trino.log" >&2`;

/** Name of a variable that tells test files of a Trino that is there for all of them. */
export const sharedTrino = 'ROLECALL_TRINO';

/** Starts one, or gives the one that is there for all. @throws when it cannot be started */
export async function startTrino(): Promise<TrinoServer> {
  const shared = process.env[sharedTrino];
  if (shared) return { ...(JSON.parse(shared) as { url: string; folder: string }), stop() {} };
  const missing = missingParts();
  if (missing !== null) throw new Error(missing);
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-trino-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const command = [join(javaHome()!, 'bin/java'), ...jvm, ...settings(folder, port)];
  const child = spawn('/bin/sh', ['-c', guard, 'trino', folder, ...command], {
    // It looks for its plugins here.
    cwd: trinoHome()!,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const ended = text(child.stderr).then((said) => {
    throw new Error(`Trino ended: ${said.trim()}`);
  });
  ended.catch(() => {});
  const stop = () => void child.stdin.end();
  try {
    await Promise.race([ended, ready(url)]);
  } catch (error) {
    stop();
    throw error;
  }
  return { url, folder, stop };
}

function settings(folder: string, port: number): string[] {
  const write = (name: string, lines: string[]) => {
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
    return join(folder, name);
  };
  const config = write('config.properties', [
    'coordinator=true',
    'node-scheduler.include-coordinator=true',
    `http-server.http.port=${port}`,
    'node.internal-address=127.0.0.1',
    `discovery.uri=http://127.0.0.1:${port}`,
    'catalog.management=dynamic',
    'catalog.store=memory',
  ]);
  mkdirSync(join(folder, 'data'));
  return [
    '-Dnode.environment=test',
    '-Dnode.id=rolecall',
    '-Dnode.bind-ip=127.0.0.1',
    `-Dnode.data-dir=${join(folder, 'data')}`,
    `-Dconfig=${config}`,
    `-Dlog.levels-file=${write('log.properties', ['io.trino=WARN'])}`,
    ...['-cp', join(trinoHome()!, 'lib/*'), 'io.trino.server.TrinoServer'],
  ];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function ready(url: string): Promise<void> {
  for (const until = Date.now() + patience; Date.now() < until; await sleep(200)) {
    const answer = await fetch(`${url}/v1/info`).catch(() => null);
    if (answer?.ok && ((await answer.json()) as { starting: boolean }).starting === false) return;
  }
  throw new Error(`Trino was not ready within ${patience / 1000} s`);
}
