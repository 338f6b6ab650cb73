import { ListObjectsV2Command, type ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import pRetry from 'p-retry';
import { RolecallError } from '../../errors.js';
import { inItsRegion, type S3Options } from './connect.js';
import { explained } from './explain.js';

/** A page is asked for so often when its answer breaks off. */
const attempts = 10;

/** What is listed: keys that begin so, all of them or up to the next `/`. */
export interface Listing {
  bucket: string;
  prefix: string;
  /** Folders instead of what is in them. */
  folders: boolean;
  /** Only keys behind this one. */
  after?: string;
  /** Only so many entries, on one page. */
  most?: number;
}

export interface Page {
  objects: { key: string; etag: string; size: number }[];
  /** Each ends with `/`. */
  folders: string[];
}

/**
 * A listing, page by page; the first is asked for at once.
 * @throws RolecallError `AWS_*`, `S3_*` when it cannot be listed
 */
export function pages(listing: Listing, options: S3Options, stop?: AbortSignal): AsyncGenerator<Page> {
  const first = page(listing, options, stop);
  // It may be a while until somebody asks.
  first.catch(() => {});
  return following(first, listing, options, stop);
}

async function* following(
  first: Promise<ListObjectsV2CommandOutput>,
  listing: Listing,
  options: S3Options,
  stop: AbortSignal | undefined,
): AsyncGenerator<Page> {
  const asked = new Set<string>();
  for (let told = await first; ; ) {
    const next = listing.most === undefined && told.IsTruncated ? told.NextContinuationToken : undefined;
    if (next !== undefined && asked.has(next)) throw endless(listing);
    if (next !== undefined) asked.add(next);
    const ahead = next === undefined ? null : page(listing, options, stop, next);
    ahead?.catch(() => {});
    yield pageOf(told);
    if (ahead === null) return;
    told = await ahead;
  }
}

async function page(
  listing: Listing,
  options: S3Options,
  stop: AbortSignal | undefined,
  token?: string,
): Promise<ListObjectsV2CommandOutput> {
  const { bucket, prefix, folders, after, most } = listing;
  const command = new ListObjectsV2Command({
    Bucket: bucket,
    Prefix: prefix,
    ...(folders ? { Delimiter: '/' } : {}),
    ...(after === undefined ? {} : { StartAfter: after }),
    ...(most === undefined ? {} : { MaxKeys: most }),
    ...(token === undefined ? {} : { ContinuationToken: token }),
    ...(options.requesterPays ? { RequestPayer: 'requester' } : {}),
  });
  const how = stop === undefined ? {} : { abortSignal: stop };
  const ask = async () => {
    const told = await inItsRegion(bucket, options, (client) => client.send(command, how));
    if (!isListing(told)) throw new Torn('what came is no listing');
    return told;
  };
  try {
    // The SDK asks again when the connection breaks, but not when an answer came in part.
    return await pRetry(ask, {
      retries: attempts - 1,
      minTimeout: 50,
      maxTimeout: 5_000,
      randomize: true,
      shouldRetry: ({ error }) => isTorn(error),
    });
  } catch (error) {
    const { profile } = options;
    const told = isTorn(error)
      ? Object.assign(new Error('its answers broke off, or were no listing, again and again'), {
          code: 'ECONNRESET',
        })
      : error;
    throw explained(told, { action: 's3:ListBucket', bucket, key: prefix, profile });
  }
}

class Torn extends Error {}

/** Nothing at all, or a page of a proxy, is read as a listing without entries: then a day's logs would be passed by. */
function isListing({ IsTruncated, NextContinuationToken }: ListObjectsV2CommandOutput): boolean {
  return IsTruncated === false || (IsTruncated === true && Boolean(NextContinuationToken));
}

function endless({ bucket }: Listing): RolecallError {
  return new RolecallError(
    'AWS_UNREACHABLE',
    `S3 lists the same part of ${bucket} again and again: it gave one continuation token twice`,
  );
}

/** An answer that is no whole document: neither AWS nor the network says so, only the parser. */
function isTorn(error: unknown): boolean {
  if (error instanceof Torn) return true;
  return error instanceof Error && !('$fault' in error) && /\bparse error\b|deserializ/i.test(error.message);
}

function pageOf({ Contents = [], CommonPrefixes = [] }: ListObjectsV2CommandOutput): Page {
  const objects = Contents.flatMap(({ Key, ETag, Size }) =>
    Key === undefined ? [] : [{ key: Key, etag: (ETag ?? '').replaceAll('"', ''), size: Size ?? 0 }],
  );
  return { objects, folders: CommonPrefixes.flatMap(({ Prefix }) => Prefix ?? []) };
}
