import { createHash } from 'node:crypto';
import { RolecallError } from '../errors.js';

export const targetKinds = ['stdout', 'webhook', 'slack'] as const;
export type TargetKind = (typeof targetKinds)[number];

/** Where alerts go. */
export interface Target {
  kind: TargetKind;
  /** A secret: whoever has it can write there. Null for stdout. */
  url: URL | null;
  /** SHA-256 of kind and address: what the store keeps in place of the address. */
  hash: Buffer;
  /** For messages: `slack https://hooks.slack.com/... (3f2a9c1b)`. */
  label: string;
}

export interface TargetRules {
  /** Addresses without TLS are for this machine alone unless this is set. */
  allowHttp: boolean;
  /** Value of an environment variable. */
  variable: (name: string) => string | undefined;
}

/**
 * Reads `stdout`, `webhook:<url>` or `slack:<url>`; `env:<name>` in place of the address takes it from the
 * environment, which keeps it out of the list of processes.
 * @throws RolecallError ALERT_TARGET, which does not repeat the address
 */
export function readTarget(text: string, rules: TargetRules): Target {
  if (text === 'stdout') return made('stdout', null);
  const [, kind, place] = /^(webhook|slack):([\s\S]*)$/.exec(text) ?? [];
  if (kind === undefined || place === undefined) throw wrong(`--alert ${quoted(text)} is no kind of target`);
  const name = /^env:([A-Za-z_][A-Za-z0-9_]*)$/.exec(place)?.[1];
  const said = name === undefined ? `the address of --alert ${kind}` : `the address in ${name}`;
  return made(
    kind as TargetKind,
    readAddress(name === undefined ? place : rules.variable(name), said, rules),
  );
}

function readAddress(text: string | undefined, said: string, { allowHttp }: TargetRules): URL {
  if (text === undefined || text.trim() === '') throw wrong(`${said} is empty`);
  if (!URL.canParse(text.trim())) throw wrong(`${said} is no URL`);
  const url = new URL(text.trim());
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw wrong(`${said} is not an https URL`);
  if (url.protocol === 'http:' && !allowHttp && !isThisMachine(url.hostname))
    throw wrong(
      `${said} begins with http: findings would cross the network for all to read; --allow-http permits it`,
    );
  // Fetch refuses these, and says the whole address when it does.
  if (url.username !== '' || url.password !== '') throw wrong(`${said} holds a user name or password`);
  url.hash = '';
  return url;
}

function made(kind: TargetKind, url: URL | null): Target {
  const hash = createHash('sha256')
    .update(url === null ? kind : `${kind}\n${url.href}`)
    .digest();
  const label =
    url === null ? kind : `${kind} ${url.protocol}//${url.host}/... (${hash.toString('hex', 0, 4)})`;
  return { kind, url, hash, label };
}

// https://www.rfc-editor.org/rfc/rfc6761#section-6.3 https://www.rfc-editor.org/rfc/rfc1122#section-3.2.1.3
function isThisMachine(host: string): boolean {
  return /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(host);
}

/** The word before the colon at most: what follows may be an address. */
function quoted(text: string): string {
  const word = /^[A-Za-z0-9_-]{1,20}(?=:|$)/.exec(text)?.[0] ?? '';
  return JSON.stringify(word === text ? word : `${word}...`);
}

function wrong(message: string): RolecallError {
  return new RolecallError('ALERT_TARGET', message);
}
