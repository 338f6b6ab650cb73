import type { ErrorCode } from '../errors.js';

/** Errors that any service of AWS may answer with, and the SDK in front of it, by their names. */
export const awsCodes: Readonly<Record<string, ErrorCode>> = {
  ...named('AWS_NO_CREDENTIALS', 'CredentialsProviderError', 'ProviderError', 'TokenProviderError'),
  ...named('AWS_EXPIRED', 'ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired', 'RequestExpired'),
  ...named('AWS_REFUSED', 'InvalidAccessKeyId', 'SignatureDoesNotMatch', 'InvalidToken'),
  ...named('AWS_REFUSED', 'InvalidClientTokenId', 'UnrecognizedClientException', 'InvalidSecurity'),
  ...named('AWS_CLOCK', 'RequestTimeTooSkewed', 'RequestInTheFuture'),
  ...named('AWS_DENIED', 'AccessDenied', 'AccessDeniedException', 'AllAccessDisabled', 'Forbidden'),
  ...named('AWS_DENIED', 'UnauthorizedAccess', 'AccountProblem'),
  ...named('AWS_UNREACHABLE', 'TimeoutError', 'NetworkingError', 'ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED'),
  ...named('AWS_UNREACHABLE', 'ECONNRESET', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EPIPE'),
  // An endpoint that is no address, or lacks its https://.
  ...named('AWS_UNREACHABLE', 'ERR_INVALID_URL', 'EndpointError'),
  ...named(
    'AWS_UNREACHABLE',
    'SlowDown',
    'ServiceUnavailable',
    'InternalError',
    'Throttling',
    'RequestTimeout',
  ),
};

export function named(code: ErrorCode, ...names: string[]): Record<string, ErrorCode> {
  return Object.fromEntries(names.map((name) => [name, code]));
}

/** The statement of a policy that would allow something, as a sentence without full stop. */
export function allow(action: string | readonly string[], on: string | readonly string[]): string {
  return `This statement would allow it: ${JSON.stringify({ Effect: 'Allow', Action: action, Resource: on })}`;
}

/** What AWS said, fit to stand inside a sentence. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '');
}
