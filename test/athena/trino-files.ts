import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { withLock } from '../../bin/setup/lock.js';
import { root } from '../cli/rolecall.js';

/** Athena's engine version 3 is made of Trino; this release is the newest that all of the tests were tried with. */
const version = '476';
const oldestJava = 22;
const place = join(root, 'node_modules/.cache/rolecall-trino');

/** Where Trino lies unpacked, or null: `ROLECALL_TRINO_HOME` names one of one's own. */
export function trinoHome(): string | null {
  const home = process.env.ROLECALL_TRINO_HOME ?? join(place, 'trino');
  return existsSync(join(home, 'plugin/hive')) ? home : null;
}

/** A JDK that Trino runs on, or null: `TRINO_JAVA_HOME`, else the newest of the system's, else `JAVA_HOME`. */
export function javaHome(): string | null {
  const { TRINO_JAVA_HOME, JAVA_HOME } = process.env;
  if (TRINO_JAVA_HOME) return TRINO_JAVA_HOME;
  const systems = [
    ...below('/usr/lib/jvm'),
    ...below('/Library/Java/JavaVirtualMachines').map((folder) => join(folder, 'Contents/Home')),
  ];
  const fit = systems
    .concat(JAVA_HOME ?? [])
    .map((home) => ({ home, java: javaVersion(home) }))
    .filter(({ java }) => java >= oldestJava)
    .sort((a, b) => b.java - a.java);
  return fit[0]?.home ?? null;
}

function below(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

/** 0 where there is none. */
function javaVersion(home: string): number {
  try {
    const told = /^JAVA_VERSION="(\d+)/m.exec(readFileSync(join(home, 'release'), 'utf8'));
    return existsSync(join(home, 'bin/java')) ? Number(told?.[1] ?? 0) : 0;
  } catch {
    return 0;
  }
}

/** What is missing on this machine to start Trino, or null. */
export function missingParts(): string | null {
  if (javaHome() === null) return `no JDK ${oldestJava} or newer was found; TRINO_JAVA_HOME names one`;
  if (trinoHome() === null) return 'Trino is not unpacked beside the tests';
  return null;
}

/**
 * Gets Trino from Maven Central where it is missing and unpacks it beside the tests: its Hive connector alone.
 * @param waiting called once with the owner's process id when another process does the same
 * @throws when there is no Maven, no network or no tar
 */
export async function fetchTrino(
  waiting: (owner: number) => void,
  said: (text: string) => void,
): Promise<void> {
  if (trinoHome() !== null) return;
  mkdirSync(place, { recursive: true });
  await withLock(join(place, 'lock'), waiting, async () => {
    if (trinoHome() !== null) return;
    const archive = archiveOfTrino(said);
    said(`unpacking Trino ${version}`);
    const work = mkdtempSync(join(place, 'new-'));
    try {
      run('tar', ['-xzf', archive, '-C', work]);
      const made = join(work, `trino-server-${version}`);
      // Jars are hard links across the plugins' folders: that is why all of it is unpacked before the rest goes.
      for (const plugin of readdirSync(join(made, 'plugin')))
        if (plugin !== 'hive') rmSync(join(made, 'plugin', plugin), { recursive: true });
      renameSync(made, join(place, 'trino'));
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
}

function archiveOfTrino(said: (text: string) => void): string {
  const archive = join(
    homedir(),
    `.m2/repository/io/trino/trino-server/${version}/trino-server-${version}.tar.gz`,
  );
  if (!existsSync(archive)) {
    said(`downloading Trino ${version} from Maven Central (0.8 GB, once)`);
    const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:get';
    const artifact = `-Dartifact=io.trino:trino-server:${version}:tar.gz`;
    run('mvn', ['-q', '-B', '-C', plugin, artifact, '-Dtransitive=false']);
  }
  return archive;
}

function run(command: string, args: string[]): void {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? `${stderr}${stdout}`}`);
}
