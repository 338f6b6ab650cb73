import type { LogHash } from '../parse/digest-chain.js';
import { slashed } from '../sources/found.js';
import { placeOf, timeOfName } from '../sources/layout.js';
import { ledgerRow } from '../store/ledger.js';
import type { Sqlite } from '../store/open.js';
import { markedFilter } from './ingest-filter.js';

/** Which logs a run has listed, and what reading them came to. */
export class SeenLogs {
  /** A bit for each row of the ledger. */
  private bits = new Uint8Array(1024);
  private readonly failed = new Set<string>();
  private readonly byFolder = new Map<
    string,
    { account: string | null; region: string | null; oldest: number }
  >();

  constructor(private readonly db: Sqlite) {}

  /** @param failed names among them that could not be had */
  add(names: Iterable<string>, failed: Iterable<string>): void {
    for (const name of failed) this.failed.add(name);
    for (const name of names) {
      this.place(name);
      const id = ledgerRow(this.db, name)?.id;
      if (id === undefined) continue;
      const byte = id >> 3;
      if (byte >= this.bits.length) {
        const more = new Uint8Array(Math.max(byte + 1, this.bits.length * 2));
        more.set(this.bits);
        this.bits = more;
      }
      this.bits[byte]! |= 1 << (id & 7);
    }
  }

  /** Where the digests of the listed logs would lie, and when the first of those logs came, epoch seconds. */
  get digestFolders(): ReadonlyMap<
    string,
    { account: string | null; region: string | null; oldest: number }
  > {
    return this.byFolder;
  }

  private place(name: string): void {
    const path = slashed(name);
    const { account = null, region = null, day = null, minute = null } = placeOf(path) ?? {};
    const folder = path.replace(/\/CloudTrail\/([^/]+)\/.*$/, '/CloudTrail-Digest/$1/');
    const key = folder === path ? path.slice(0, path.lastIndexOf('/') + 1) : folder;
    const came = day === null || minute === null ? 0 : timeOfName({ day, minute });
    const oldest = Math.min(this.byFolder.get(key)?.oldest ?? Number.POSITIVE_INFINITY, came);
    this.byFolder.set(key, { account, region, oldest });
  }

  /** A listed log's SHA-256, null where it could not be told; undefined for a log that is not there. */
  hashOf(name: string): ReturnType<LogHash> {
    if (this.failed.has(name)) return { hash: null, whole: false };
    const row = ledgerRow(this.db, name);
    if (row === null || (this.bits[row.id >> 3]! & (1 << (row.id & 7))) === 0) return undefined;
    return { hash: row.sha256, whole: row.complete && row.rejected === 0 };
  }

  /** The window whose records were kept of all these logs: filters may have left out the rest, and damage all. */
  windowKept(names: Iterable<string>): { since: number; until: number } {
    let [since, until] = [0, Number.MAX_SAFE_INTEGER];
    for (const name of names) {
      const here = this.hashOf(name);
      if (here === undefined || here.hash === null || !here.whole)
        return { since: Number.MAX_SAFE_INTEGER, until: 0 };
      const { from = 0, to = Number.MAX_SAFE_INTEGER } = markedFilter(ledgerRow(this.db, name)?.etag ?? '');
      since = Math.max(since, from);
      until = Math.min(until, to);
    }
    return { since, until };
  }
}
