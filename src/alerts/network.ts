import { Undelivered } from './undelivered.js';

const trust = /^(?:CERT_|ERR_TLS_CERT|SELF_SIGNED|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_)/;

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'its host has no address',
  EAI_AGAIN: 'its host could not be looked up',
  ETIMEDOUT: 'no connection came about in time',
  UND_ERR_CONNECT_TIMEOUT: 'no connection came about in time',
  EHOSTUNREACH: 'its host cannot be reached',
  ENETUNREACH: 'its network cannot be reached',
};

/** What fetch threw, in words; its own may hold the whole address. @param timeout milliseconds that were given */
export function failedConnection(error: unknown, timeout: number): Undelivered {
  if (nameOf(error) === 'TimeoutError')
    return new Undelivered(
      `gave no answer in ${timeout / 1000} s`,
      'passing',
      'Look at the receiver, and at what lies between.',
    );
  const code = codeOf(error);
  if (code !== null && trust.test(code))
    return new Undelivered(
      `its certificate is not trusted (${code})`,
      'target',
      'Name the authority that signed it with NODE_EXTRA_CA_CERTS, or mend the certificate.',
    );
  const reason =
    code === null ? 'it could not be reached' : (reasons[code] ?? `the connection failed (${code})`);
  return new Undelivered(reason, 'passing', 'Check the host, and whether this machine may reach it.');
}

/** The code of the innermost cause that has one. */
function codeOf(error: unknown): string | null {
  let code: string | null = null;
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const own = (at as NodeJS.ErrnoException).code;
    if (typeof own === 'string' && /^[A-Z0-9_]+$/.test(own)) code = own;
  }
  return code;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
