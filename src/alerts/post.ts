import { failedConnection } from './network.js';
import { Undelivered } from './undelivered.js';

export interface Post {
  url: URL;
  /** JSON. */
  body: string;
  headers: Record<string, string>;
  /** Milliseconds until the answer has to be there. */
  timeout: number;
  /** A refusal's body may be one of the receiver's own words (`invalid_blocks`) and is then shown. */
  words: boolean;
}

/** Bytes read of an answer. */
const mostOfAnswer = 4096;

/** Milliseconds for the rest of an answer that says yes. */
const lingering = 500;

/** Statuses of a receiver that may do better later. https://www.rfc-editor.org/rfc/rfc9110#section-15.5 */
const passing = new Set([408, 425, 429]);
/** Statuses about what was sent, not about where to. */
const aboutContent = new Set([400, 413, 415, 422]);

/**
 * Sends one POST. Redirects are not followed: what was meant for one host is not for another.
 * @throws Undelivered
 */
export async function post({ url, body, headers, timeout, words }: Post): Promise<void> {
  const enough = new AbortController();
  const late = () => enough.abort(new DOMException('no answer in time', 'TimeoutError'));
  const end = setTimeout(late, timeout);
  const all = { 'content-type': 'application/json; charset=utf-8', ...headers };
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      body,
      headers: all,
      redirect: 'manual',
      signal: enough.signal,
    });
  } catch (error) {
    clearTimeout(end);
    throw failedConnection(error, timeout);
  }
  // The status says all; what becomes of the rest of an answer changes nothing about it. A short one is read all the
  // same, so that the connection can be used again.
  const soon = response.ok ? setTimeout(late, lingering) : undefined;
  const answer = await beginning(response).catch(() => '');
  clearTimeout(soon);
  clearTimeout(end);
  if (!response.ok) throw refusal(response, words && /^[a-z_]{1,40}$/.test(answer) ? ` (${answer})` : '');
}

function refusal({ status, headers }: Response, word: string): Undelivered {
  const said = `answered ${status}${word}`;
  if (status < 400)
    return new Undelivered(said, 'target', 'Redirects are not followed: give the address that it leads to.');
  if (passing.has(status) || status >= 500)
    return new Undelivered(said, 'passing', 'Look at the receiver.', retryAfter(headers.get('retry-after')));
  if (aboutContent.has(status))
    return new Undelivered(said, 'content', "The receiver's log tells what it did not like.");
  return new Undelivered(
    said,
    'target',
    remedies[status] ?? 'Check the address and what the receiver expects.',
  );
}

const remedies: Readonly<Record<number, string>> = {
  401: 'Check that the receiver has the same secret.',
  403: 'Check that the receiver has the same secret, and lets this machine in.',
  404: 'Check the address: nobody receives there. A Slack webhook that was removed has to be made again.',
  410: 'The address is no longer in use: make a new webhook.',
};

/** Seconds, from a number or a date. https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
export function retryAfter(text: string | null, now = Date.now()): number {
  if (text === null) return 0;
  const seconds = /^\d+$/.test(text.trim()) ? Number(text) : (Date.parse(text) - now) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : 0;
}

/** The first bytes of an answer, as text; the rest is left where it is. */
async function beginning(response: Response): Promise<string> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= mostOfAnswer) break;
  }
  return Buffer.concat(chunks).toString('latin1', 0, mostOfAnswer).trim();
}
