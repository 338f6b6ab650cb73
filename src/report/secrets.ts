const NAMES =
  'sessionToken|secretAccessKey|securityToken|x-amz-security-token|externalId|password|clientSecret|SAMLAssertion|webIdentityToken|accessToken|refreshToken|idToken';
const KEY = new RegExp(`^(?:${NAMES})$`, 'i');
// Some exports keep requestParameters and responseElements as JSON inside a string, once or twice quoted.
const INSIDE_TEXT = new RegExp(String.raw`(\\*"(?:${NAMES})\\*"\s*:\s*\\*")((?:[^"\\]|\\[^"\\])+)`, 'gi');
const REMOVED = '(removed)';
const DEEPEST = 100;

/**
 * A raw record without what could be used again: session tokens sit in every AssumeRole response, and an ExternalId
 * is shown as a hash or not at all.
 */
export function withoutSecrets(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.replace(INSIDE_TEXT, `$1${REMOVED}`);
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object') return value;
  if (depth >= DEEPEST) return '(nested too deeply to show)';
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      KEY.test(key) && isSecret(item) ? REMOVED : withoutSecrets(item, depth + 1),
    ]),
  );
}

function isSecret(value: unknown): boolean {
  return value !== null && typeof value !== 'boolean' && !(typeof value === 'string' && isHash(value));
}

function isHash(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}
