import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { demo, emptyFolder } from '../cli/rolecall.js';

/** Which of the demo's logs: lists read fast, and each object takes Trino some milliseconds. */
export interface Few {
  accounts: readonly string[];
  /** `2026/11/16` */
  days: readonly string[];
}

const few: Few = { accounts: ['111111111111', '222222222222'], days: ['2026/11/16', '2026/11/17'] };

/** A folder with a part of the demo's logs, in the same layout. */
export function fewLogs({ accounts, days }: Few = few): string {
  const folder = emptyFolder();
  cpSync(demo.logs, folder, {
    recursive: true,
    filter: (path) =>
      !path.endsWith('.gz') ||
      (days.some((day) => path.includes(`/${day}/`)) &&
        accounts.some((id) => path.includes(`/${id}/CloudTrail/`))),
  });
  return folder;
}

/** Every record below a folder, with its key. */
export function recordsBelow(folder: string): { key: string; record: Record<string, unknown> }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((key) => key.endsWith('.gz'))
    .flatMap((key) => {
      const { Records } = JSON.parse(gunzipSync(readFileSync(join(folder, key))).toString()) as {
        Records: Record<string, unknown>[];
      };
      return Records.map((record) => ({ key, record }));
    });
}
