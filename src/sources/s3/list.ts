import { setMaxListeners } from 'node:events';
import { RolecallError } from '../../errors.js';
import type { Discovery } from '../discover.js';
import { Found } from '../found.js';
import type { ListOptions } from '../list.js';
import type { SourceFilter } from '../narrow.js';
import { type Days, dayOf, daysOf, type Folder, fewDays, folderOf, isRuledOut } from './folder.js';
import { type Listing, type Page, pages } from './pages.js';
import { s3Place, s3Uri } from './place.js';

/** Listings under way at a time. */
const atOnce = 16;
/** Objects handed on together: they are in memory until they are read. */
const batchObjects = 20_000;
/** Day folders that are listed one by one; longer windows are found folder by folder. */
const mostDays = 4;
/** Days back from now within which a window without end is listed in one go. */
const recentDays = 7;
/** Folders outside CloudTrail's layout that are looked into; what is in more of them is listed without. */
const mostOthers = 2_000;

/** Times that the first request is tried. */
const firstAttempts = 3;

const daySeconds = 86_400;

/**
 * Lists the logs below `s3://bucket/prefix`, oldest days first, in batches; what the filter rules out is not even
 * listed. The last batch says which folders were looked through.
 * @throws RolecallError `NO_SUCH_SOURCE` when nothing is there, `AWS_*`, `S3_*`
 */
export async function* listS3(
  source: string,
  filter: SourceFilter,
  options: ListOptions,
): AsyncGenerator<Discovery> {
  const walk = new Walk(source, filter, options);
  try {
    yield* walk.batches();
  } finally {
    walk.stop();
  }
}

/** Something to list, and what it is. */
interface Step {
  folder: Folder;
  listing: Listing;
}

class Walk {
  private readonly bucket: string;
  private readonly key: string;
  private readonly days: Days;
  private found: Found;
  /** What is yet to list, by date: `''`, `2026`, `2026/11`, `2026/11/17`. */
  private readonly ahead = new Map<string, Step[]>();
  private readonly walked: string[] = [];
  private readonly digestFolders: Discovery['digestFolders'] = [];
  private readonly ended = new AbortController();
  private others = 0;

  constructor(
    private readonly source: string,
    private readonly filter: SourceFilter,
    private readonly options: ListOptions,
  ) {
    const { bucket, key } = s3Place(source);
    this.bucket = bucket;
    this.key = key;
    this.days = daysOf(filter);
    this.found = new Found(filter);
    // Each request under way listens to it.
    setMaxListeners(0, this.ended.signal);
  }

  async *batches(): AsyncGenerator<Discovery> {
    await this.begin();
    for (let date = this.earliest(); date !== null; date = this.earliest()) {
      const steps = this.ahead.get(date)!;
      this.ahead.delete(date);
      for await (const [folder, page] of this.together(steps)) {
        this.take(folder, page);
        if (this.found.amount >= batchObjects) yield this.batch();
      }
    }
    yield { ...this.batch(), walked: this.walked, digestFolders: this.digestFolders };
  }

  /** Requests under way are given up. */
  stop(): void {
    this.ended.abort();
  }

  /** A prefix without `/` at its end may be a folder, or an object's whole key. */
  private async begin(): Promise<void> {
    const folder = this.key === '' || this.key.endsWith('/');
    const listing = {
      bucket: this.bucket,
      prefix: this.key,
      folders: !folder,
      ...(folder ? { most: 1 } : {}),
    };
    let any = false;
    // A mistake shows with the first request: nobody should wait for it to be repeated ten times.
    for await (const { objects, folders } of pages(listing, {
      ...this.options.s3,
      attempts: firstAttempts,
    })) {
      if (folder) {
        any = objects.length > 0;
        if (any) this.enter(folderOf(this.key));
        break;
      }
      const object = objects.find(({ key }) => key === this.key);
      if (object !== undefined) this.found.put(this.described(object));
      const inside = folders.includes(`${this.key}/`);
      if (inside) this.enter(folderOf(`${this.key}/`));
      any ||= inside || object !== undefined;
    }
    if (!any) throw new RolecallError('NO_SUCH_SOURCE', `there is nothing under ${this.source}`);
  }

  private earliest(): string | null {
    return [...this.ahead.keys()].sort()[0] ?? null;
  }

  /** Pages of several listings in the order of the listings, some of them asked for ahead. */
  private async *together(steps: Step[]): AsyncGenerator<[Folder, Page]> {
    const begun: [Folder, AsyncGenerator<Page>][] = [];
    let next = 0;
    for (;;) {
      for (; next < steps.length && begun.length < atOnce; next++) {
        const { folder, listing } = steps[next]!;
        begun.push([folder, pages(listing, this.options.s3, this.ended.signal)]);
      }
      const first = begun.shift();
      if (first === undefined) return;
      for await (const page of first[1]) {
        yield [first[0], page];
        if (this.isBehind(page)) break;
      }
    }
  }

  /** Keys come sorted: behind the last day there is nothing more to find. */
  private isBehind({ objects }: Page): boolean {
    const { last } = this.days;
    const date = last === null ? '' : folderOf((objects.at(-1)?.key ?? '').replace(/[^/]*$/, '')).date;
    return last !== null && date.length === last.length && date > last;
  }

  private take(folder: Folder, { objects, folders }: Page): void {
    for (const object of objects) {
      if (object.key === folder.prefix || object.key.endsWith('/')) continue;
      if (object.key.startsWith(folder.prefix)) this.found.look(this.described(object));
      else this.found.passOver('other');
    }
    for (const prefix of folders) {
      // A folder that is said to be inside itself would be listed for ever.
      if (prefix.startsWith(folder.prefix) && prefix !== folder.prefix) this.enter(folderOf(prefix));
      else this.found.passOver('other');
    }
  }

  private described({ key, etag, size }: Page['objects'][number]) {
    const name = s3Uri({ bucket: this.bucket, key });
    return { name, path: name, etag, size };
  }

  private enter(folder: Folder): void {
    const { service, kind, prefix } = folder;
    if (isRuledOut(folder, this.filter, this.days)) this.found.ruleOut();
    else if (isHidden(folder)) this.found.passOver('hidden');
    else if (service === 'CloudTrail-Digest' && this.options.digests) this.enterDigests(folder);
    else if (service !== null && service !== 'CloudTrail') this.found.passOver(`${service}/`);
    else if (kind === 'account') {
      this.enter(folderOf(`${prefix}CloudTrail/`));
      if (this.options.digests) this.enter(folderOf(`${prefix}CloudTrail-Digest/`));
    } else if (kind === 'region') this.enterRegion(folder);
    else if (kind === 'day') this.plan(folder, false);
    else this.plan(folder, kind !== 'other' || ++this.others <= mostOthers);
  }

  private enterRegion(folder: Folder): void {
    const uri = s3Uri({ bucket: this.bucket, key: folder.prefix });
    this.walked.push(uri);
    const days = this.unsettled(uri);
    const few = fewDays(days, mostDays);
    for (const day of few ?? []) this.plan(folderOf(`${folder.prefix}${day}/`), false);
    if (few !== null) {
      if (few.length === 0) this.found.ruleOut();
      return;
    }
    // What came since the last time, or in the last days, is not much: one listing for all of it.
    const recent = dayOf(this.options.now - recentDays * daySeconds);
    const little = days.first !== null && (days.first !== this.days.first || days.first >= recent);
    if (little && days.last === null)
      this.plan({ ...folder, date: days.first! }, false, `${folder.prefix}${days.first}`);
    else this.plan(folder, true);
  }

  /** Days that have to be listed although the folder was looked through before: logs may come late. */
  private unsettled(folder: string): Days {
    const { settle, now } = this.options;
    const listed = this.options.listedAt?.(folder) ?? null;
    // A clock that was ahead says nothing of when it was: what has come since then would never be listed.
    if (listed === null || listed > now || !Number.isFinite(settle)) return this.days;
    const first = dayOf(listed - settle);
    return {
      ...this.days,
      first: this.days.first !== null && this.days.first > first ? this.days.first : first,
    };
  }

  private enterDigests(folder: Folder): void {
    const { region, prefix } = folder;
    if (region === null) {
      this.plan(folder, true);
      return;
    }
    const { first } = this.days;
    const after = first === null ? {} : { after: `${prefix}${first}` };
    const listing = { bucket: this.bucket, prefix, folders: false, ...after };
    this.digestFolders.push({
      name: s3Uri({ bucket: this.bucket, key: prefix }),
      list: () => this.digests(listing),
    });
  }

  private async digests(listing: Listing): Promise<Discovery['objects']> {
    const found = new Found(this.filter);
    for await (const page of pages(listing, this.options.s3)) {
      for (const object of page.objects) found.lookForDigest(this.described(object));
      if (this.isBehind(page)) break;
    }
    return found.digestObjects();
  }

  private plan(folder: Folder, folders: boolean, after?: string): void {
    const listing = { bucket: this.bucket, prefix: folder.prefix, folders };
    const step = { folder, listing: after === undefined ? listing : { ...listing, after } };
    const steps = this.ahead.get(folder.date);
    if (steps === undefined) this.ahead.set(folder.date, [step]);
    else steps.push(step);
  }

  private batch(): Discovery {
    const found = this.found.discovery();
    this.found = new Found(this.filter);
    return found;
  }
}

function isHidden({ kind, prefix }: Folder): boolean {
  return kind === 'other' && /(?:^|\/)\.[^/]*\/$/.test(prefix);
}
