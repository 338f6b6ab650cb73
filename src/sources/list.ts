import { RolecallError } from '../errors.js';
import { type Discovery, discover, type SourceFilter } from './discover.js';
import type { S3Options } from './s3/connect.js';
import { isS3 } from './s3/place.js';

export type { S3Options };

export interface ListOptions {
  s3: S3Options;
  /** Epoch seconds. */
  now: number;
  /** Look for digests, too. */
  digests: boolean;
  /** Seconds back from the last time that a folder was looked through within which logs may still have come. */
  settle: number;
  /** When all of a folder that the filter leaves was listed and read, epoch seconds; null when it never was. */
  listedAt?: (folder: string) => number | null;
}

/**
 * Lists what the sources hold: files in one batch, objects of S3 in batches that memory has room for, each given out
 * before the next is asked for.
 * @throws RolecallError `NO_SUCH_SOURCE`, `SOURCE_NOT_SUPPORTED`, `AWS_*`, `S3_*`
 */
export async function* list(
  sources: string[],
  filter: SourceFilter,
  options: ListOptions,
): AsyncGenerator<Discovery> {
  for (const source of sources) refuseUnknown(source);
  const files = sources.filter((source) => !isS3(source));
  if (files.length > 0) yield await discover(files, filter, options);
  const elsewhere = sources.filter(isS3);
  if (elsewhere.length === 0) return;
  // The AWS SDK takes a while to load: it comes in when there is something to do for it.
  const { listS3 } = await import('./s3/list.js');
  for (const source of elsewhere) yield* listS3(source, filter, options);
}

function refuseUnknown(source: string): void {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(source)?.[1];
  if (scheme?.toLowerCase() === 'athena')
    throw new RolecallError(
      'USAGE',
      `${source}: a table in Athena is only read by \`rolecall ingest\` and by \`who --source\``,
    );
  if (scheme !== undefined && scheme.toLowerCase() !== 's3')
    throw new RolecallError(
      'SOURCE_NOT_SUPPORTED',
      `${source}: reading from ${scheme}:// is not possible yet`,
    );
}
