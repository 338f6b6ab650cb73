import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { newBucket } from '../s3/bucket.js';
import type { S3Server } from '../s3/server.js';

/** Where the records of one account, region and day lie. */
export interface DayFolder {
  account: string;
  region: string;
  /** `2026-11-16` */
  day: string;
}

/** A bucket of logs in CloudTrail's layout, as Trino can read them. */
export interface Lake {
  bucket: string;
  /** Folder that holds the accounts' folders: `AWSLogs/o-a1b2c3d4e5`. */
  root: string;
  /** `o-a1b2c3d4e5`; null without an organization. */
  organization: string | null;
  accounts: string[];
  regions: string[];
  /** First and last day with a folder. */
  days: [first: string, last: string];
  folders: DayFolder[];
  objects: number;
  records: number;
}

const layout =
  /^(AWSLogs(?:\/(o-[a-z0-9]+))?)\/(\d{12})\/CloudTrail\/([a-z0-9-]+)\/(\d{4})\/(\d\d)\/(\d\d)\//;

/**
 * Puts a folder of CloudTrail's log files into a bucket of its own, under the same keys. Trino has no input format
 * for `{"Records":[…]}`, so each object has a record on each line. Files that hold no records (digests) stay out.
 * @param folder holds `AWSLogs`, as deep as it likes
 */
export async function makeLake(server: S3Server, folder: string): Promise<Lake> {
  const { name: bucket } = await newBucket(server);
  return await addToLake(server, bucket, folder);
}

/** Adds a folder to a lake's bucket and tells what this folder holds. */
export async function addToLake(server: S3Server, bucket: string, folder: string): Promise<Lake> {
  const work = mkdtempSync(join(tmpdir(), 'rolecall-lake-'));
  try {
    const found = new Map<string, DayFolder>();
    let [records, root, organization] = [0, '', null as string | null];
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const place = layout.exec(file);
      const lines =
        place === null || !file.endsWith('.gz') ? null : linesOf(readFileSync(join(folder, file)));
      if (place === null || lines === null) continue;
      const [, above, org, account, region, ...ymd] = place;
      [root, organization] = [above!, org ?? null];
      found.set(place[0], { account: account!, region: region!, day: ymd.join('-') });
      records += lines.length;
      mkdirSync(dirname(join(work, file)), { recursive: true });
      writeFileSync(join(work, file), gzipSync(lines.map((line) => `${line}\n`).join(''), { level: 1 }));
    }
    const objects = await server.fill(bucket, work);
    const folders = [...found.values()];
    const all = (name: keyof DayFolder) => [...new Set(folders.map((each) => each[name]))].sort();
    const days = all('day');
    return {
      ...{ bucket, root, organization, accounts: all('account'), regions: all('region') },
      ...{ days: [days[0]!, days.at(-1)!], folders, objects, records },
    };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function linesOf(packed: Buffer): string[] | null {
  const { Records } = JSON.parse(gunzipSync(packed).toString('utf8')) as { Records?: unknown[] };
  return Records?.map((record) => JSON.stringify(record)) ?? null;
}
