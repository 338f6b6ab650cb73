import { findingLine } from '../report/index.js';
import type { Channel, ChannelSettings } from './channel.js';
import type { Target } from './target.js';
import { Undelivered } from './undelivered.js';

/** One `rolecall/finding/v1` a line. */
export function stdout(target: Target, { report, write, writeWithin }: ChannelSettings): Channel {
  // A line that was given away cannot be taken back: the next attempt waits for it and does not write it again.
  const given = new Map<string, Promise<void>>();
  const taken = async (id: string) => {
    const line = given.get(id)!;
    await (writeWithin === undefined ? line : inTime(line, writeWithin));
  };
  return {
    target,
    payload: (finding) => findingLine(finding, report),
    send: async (payload, { id }) => {
      for (const other of given.keys()) if (other !== id) await taken(other);
      if (!given.has(id)) {
        const line = write(`${payload}\n`);
        line.catch(() => given.delete(id));
        given.set(id, line);
      }
      await taken(id);
      given.delete(id);
    },
  };
}

/** @throws Undelivered */
async function inTime(line: Promise<void>, within: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const stuck = new Undelivered(
      `nobody read a line for ${within / 1000} s`,
      'target',
      'Look at what reads stdout.',
    );
    timer = setTimeout(() => reject(stuck), within);
  });
  try {
    await Promise.race([line, late]);
  } finally {
    clearTimeout(timer);
  }
}
