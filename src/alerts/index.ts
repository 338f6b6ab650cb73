import type { Channel, ChannelSettings } from './channel.js';
import { slack } from './slack.js';
import { stdout } from './stdout.js';
import type { Target } from './target.js';
import { webhook } from './webhook.js';

export type { Attempt, Channel, ChannelSettings } from './channel.js';
export { type Patience, persistently, usualPatience } from './persist.js';
export { readSecret, signature } from './sign.js';
export { readTarget, type Target, targetKinds } from './target.js';
export { Undelivered } from './undelivered.js';

/** @throws RolecallError ALERT_SECRET when a webhook has no secret to sign with */
export function channelTo(target: Target, settings: ChannelSettings): Channel {
  const { kind, url } = target;
  if (kind === 'stdout' || url === null) return stdout(target, settings);
  return kind === 'webhook' ? webhook(target, url, settings) : slack(target, url, settings);
}
