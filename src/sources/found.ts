import { realpath, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import type { Problem } from '../model/record.js';
import type { Discovery, SourceObject } from './discover.js';
import { digestPlaceOf, type LayoutPlace, placeOf } from './layout.js';
import { notLog } from './looks.js';
import { ruledOut, type SourceFilter } from './narrow.js';

/** An object as its source lists it. */
export type Listed = Pick<SourceObject, 'name' | 'path' | 'etag' | 'size'>;

/** Gathers what discovery finds; the same file under two names counts once, under the first. */
export class Found {
  /** Files and folders that the filter kept out. */
  ruledOut = 0;
  private readonly objects = new Map<string, SourceObject>();
  private readonly digests: SourceObject[] = [];
  private readonly passedOver: Record<string, number> = {};
  private readonly folders = new Set<string>();
  private readonly problems: Problem[] = [];

  constructor(
    readonly filter: SourceFilter,
    private readonly withDigests = false,
  ) {}

  /** Objects so far. */
  get amount(): number {
    return this.objects.size;
  }

  /** @throws what looking at a file throws. */
  async add(name: string): Promise<void> {
    const path = await realpath(name);
    if (this.objects.has(path)) return;
    const place = this.place(name, path);
    // Before the file is looked at: most of an archive may be ruled out.
    if (ruledOut(place, this.filter)) return this.ruleOut();
    this.objects.set(path, objectOf({ name, path, ...(await seen(path)) }, place));
  }

  /** The same for a digest, where digests are wanted. */
  async addDigest(name: string): Promise<void> {
    if (!this.withDigests) return;
    const path = await realpath(name);
    this.lookForDigest({ name, path, ...(await seen(path)) });
  }

  /** Takes an object, unless the filter rules it out. */
  put(listed: Listed): void {
    const place = this.place(listed.name, listed.path);
    if (ruledOut(place, this.filter)) this.ruleOut();
    else this.objects.set(listed.path, objectOf(listed, place));
  }

  /** Takes an object of a listing when it looks like a log. */
  look(listed: Listed): void {
    const kind = notLog(listed.name);
    if (kind === null) this.put(listed);
    else this.passOver(kind);
  }

  /** Takes an object when it is a digest, and not ruled out. */
  lookForDigest(listed: Listed): void {
    const place = digestPlaceOf(listed.name);
    if (place === null || ruledOut(place, this.filter)) return;
    this.digests.push(objectOf(listed, place));
  }

  ruleOut(): void {
    this.ruledOut++;
  }

  /** The name it was found under may tell more than the place a link leads to, or less. */
  private place(name: string, path: string): LayoutPlace | null {
    return placeOf(slashed(name)) ?? placeOf(slashed(path));
  }

  /** True the first time a folder is come to, by whatever name. */
  async entersFirst(folder: string): Promise<boolean> {
    const path = await realpath(folder);
    if (this.folders.has(path)) return false;
    this.folders.add(path);
    return true;
  }

  passOver(kind: string): void {
    this.passedOver[kind] = (this.passedOver[kind] ?? 0) + 1;
  }

  unreadable(source: string, error: unknown): void {
    const { code, message } = error as NodeJS.ErrnoException;
    this.problems.push({
      source,
      at: '',
      reason: `could not be looked at: ${reasons[code ?? ''] ?? message}`,
    });
  }

  discovery(): Discovery {
    const problems = this.problems.sort((a, b) => compare(a.source, b.source));
    return {
      objects: inOrder([...this.objects.values()]),
      passedOver: sorted(this.passedOver),
      problems,
      ruledOut: this.ruledOut,
      digestFolders: [],
      walked: [],
    };
  }

  /** Digests by time of their end. */
  digestObjects(): SourceObject[] {
    return inOrder(this.digests);
  }
}

async function seen(path: string): Promise<{ size: number; etag: string }> {
  const { size, mtimeMs } = await stat(path);
  return { size, etag: `${size}-${mtimeMs}` };
}

function inOrder(objects: SourceObject[]): SourceObject[] {
  return objects.sort((a, b) => compare(a.order, b.order) || compare(a.path, b.path));
}

function objectOf(listed: Listed, place: LayoutPlace | null): SourceObject {
  return {
    ...listed,
    account: place?.account ?? null,
    region: place?.region ?? null,
    day: place?.day ?? null,
    order: orderOf(place, slashed(listed.name)),
  };
}

const reasons: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'it is a link that leads nowhere, or it was just removed',
  ELOOP: 'it is a link that leads to itself',
};

/** Path with `/` between its parts, as the layout has it. */
export function slashed(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}

/** Files without a minute in their name come after those with one: `~` sorts behind digits. */
function orderOf(place: LayoutPlace | null, name: string): string {
  return `${place?.minute ?? '~'} ${name}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sorted(counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => compare(a, b)));
}
