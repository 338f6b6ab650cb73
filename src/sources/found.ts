import { realpath, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import type { Problem } from '../model/record.js';
import type { Discovery, SourceObject } from './discover.js';
import { type LayoutPlace, placeOf } from './layout.js';
import { ruledOut, type SourceFilter } from './narrow.js';

/** Gathers what discovery finds; the same file under two names counts once, under the first. */
export class Found {
  private readonly objects = new Map<string, SourceObject>();
  private readonly passedOver: Record<string, number> = {};
  private readonly folders = new Set<string>();
  private readonly problems: Problem[] = [];

  constructor(readonly filter: SourceFilter) {}

  /** @throws what looking at a file throws. */
  async add(name: string): Promise<void> {
    const path = await realpath(name);
    if (this.objects.has(path)) return;
    // The name it was found under may tell more than the place a link leads to, or less.
    const place = placeOf(slashed(name)) ?? placeOf(slashed(path));
    if (ruledOut(place, this.filter)) return;
    const { size, mtimeMs } = await stat(path);
    this.objects.set(path, {
      name,
      path,
      size,
      etag: `${size}-${mtimeMs}`,
      account: place?.account ?? null,
      region: place?.region ?? null,
      day: place?.day ?? null,
      order: orderOf(place, slashed(name)),
    });
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
    const objects = [...this.objects.values()].sort(
      (a, b) => compare(a.order, b.order) || compare(a.path, b.path),
    );
    const problems = this.problems.sort((a, b) => compare(a.source, b.source));
    return { objects, passedOver: sorted(this.passedOver), problems };
  }
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
