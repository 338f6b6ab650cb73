import { findingLine } from '../report/index.js';
import type { Channel, ChannelSettings } from './channel.js';
import type { Target } from './target.js';

/** One `rolecall/finding/v1` a line. */
export function stdout(target: Target, { report, write }: ChannelSettings): Channel {
  return {
    target,
    payload: (finding) => findingLine(finding, report),
    send: (payload) => write(`${payload}\n`),
  };
}
