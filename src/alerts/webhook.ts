import { RolecallError } from '../errors.js';
import { findingLine } from '../report/index.js';
import type { Attempt, Channel, ChannelSettings } from './channel.js';
import { post } from './post.js';
import { signature } from './sign.js';
import type { Target } from './target.js';

/**
 * POSTs `rolecall/alert/v1`, signed. The receiver takes the raw body and the header X-Rolecall-Timestamp, makes the
 * signature itself, compares it in constant time, refuses what is older than some minutes, and drops what has an
 * X-Rolecall-Delivery that it has seen.
 * @throws RolecallError ALERT_SECRET
 */
export function webhook(target: Target, url: URL, settings: ChannelSettings): Channel {
  const { secret, version, report, timeout = 10_000 } = settings;
  if (secret === null)
    throw new RolecallError('ALERT_SECRET', `${target.label}: there is no secret to sign with`);
  return {
    target,
    payload: (finding) => findingLine(finding, report),
    send: (payload, delivery) => {
      const body = envelope(payload, delivery);
      const timestamp = Math.floor(Date.now() / 1000);
      const headers = {
        'user-agent': `rolecall/${version}`,
        'x-rolecall-delivery': delivery.id,
        'x-rolecall-timestamp': String(timestamp),
        'x-rolecall-signature': signature(secret, timestamp, body),
      };
      return post({ url, body, headers, timeout, words: false });
    },
  };
}

/** @param finding JSON, taken as it is */
function envelope(finding: string, { id, number }: Attempt): string {
  const delivery = JSON.stringify({ id, attempt: number });
  return `{"schema":"rolecall/alert/v1","delivery":${delivery},"finding":${finding}}`;
}
