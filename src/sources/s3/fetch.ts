import { GetObjectCommand } from '@aws-sdk/client-s3';
import pRetry from 'p-retry';
import { SourceFailure } from '../failure.js';
import { inItsRegion, type S3Options } from './connect.js';
import { explained, isFatal } from './explain.js';
import { isS3, type S3Place, s3Place } from './place.js';

export { isS3 };

/** An object as it was listed. */
export interface S3Version {
  /** `s3://bucket/key` */
  path: string;
  /** Without quotes. */
  etag: string;
  size: number;
}

/** Bytes asked for at once: what a break costs, and what one object holds of memory. */
export const partBytes = 8 * 1024 * 1024;

/** A part of an object is asked for so often when its bytes break off. */
const attempts = 10;

/**
 * The object's bytes in parts of at most 8 MiB, each given out when it is there as a whole. A connection that breaks
 * inside a part is taken up where it broke, and never with bytes of another version of the object.
 * @throws SourceFailure when the object changed, is gone or cannot be had
 * @throws RolecallError when no other object could be had either: credentials, permissions, network
 */
export async function* s3Bytes(object: S3Version, options: S3Options): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < object.size; from += partBytes)
    yield await part(object, options, from, Math.min(object.size, from + partBytes));
}

/** All bytes of an object of at most 8 MiB, and what S3 keeps beside them. @throws as `s3Bytes` */
export async function s3Whole(
  object: S3Version,
  options: S3Options,
): Promise<{ bytes: Uint8Array; metadata: Record<string, string> }> {
  const metadata: Record<string, string> = {};
  const bytes = await part(object, options, 0, object.size, (told) => Object.assign(metadata, told));
  return { bytes, metadata };
}

/** As `s3Bytes`, of whatever version is there now. */
export async function* s3Current(path: string, options: S3Options): AsyncGenerator<Uint8Array> {
  const { bucket, key } = s3Place(path);
  const { Body } = await asked(path, () => send(options, { bucket, key }, {}));
  yield* Body as AsyncIterable<Uint8Array>;
}

async function part(
  object: S3Version,
  options: S3Options,
  from: number,
  to: number,
  tell: (metadata: Record<string, string>) => void = () => {},
): Promise<Uint8Array> {
  const place = s3Place(object.path);
  const bytes = new Uint8Array(to - from);
  let filled = 0;
  const rest = async () => {
    const whole = from === 0 && filled === 0 && to === object.size;
    const range = whole ? {} : { Range: `bytes=${from + filled}-${to - 1}` };
    const { Body, ContentLength, Metadata } = await send(options, place, {
      IfMatch: `"${object.etag}"`,
      ...range,
    });
    tell(Metadata ?? {});
    await intact(Body as AsyncIterable<Uint8Array>, ContentLength, bytes.length - filled, (chunk) => {
      bytes.set(chunk, filled);
      filled += chunk.length;
    });
  };
  await asked(object.path, () =>
    pRetry(rest, {
      retries: attempts - 1,
      minTimeout: 50,
      maxTimeout: 5_000,
      randomize: true,
      shouldRetry: ({ error }) => error instanceof Broken,
    }),
  );
  return bytes;
}

/** The bytes did not come as announced. */
class Broken extends Error {}

async function intact(
  body: AsyncIterable<Uint8Array> & { destroy?: () => void },
  announced: number | undefined,
  wanted: number,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  let room = wanted;
  try {
    if (announced !== wanted) throw new Error(`${announced} bytes were announced instead of ${wanted}`);
    for await (const chunk of body) {
      if (chunk.length > room) throw new Error('more bytes came than were announced');
      room -= chunk.length;
      take(chunk);
    }
    if (room > 0) throw new Error('fewer bytes came than were announced');
  } catch (error) {
    body.destroy?.();
    throw new Broken(`its bytes broke off again and again: ${(error as Error).message}`);
  }
}

function send(options: S3Options, { bucket, key }: S3Place, how: { IfMatch?: string; Range?: string }) {
  const payer = options.requesterPays ? { RequestPayer: 'requester' as const } : {};
  const command = new GetObjectCommand({ Bucket: bucket, Key: key, ...payer, ...how });
  return inItsRegion(bucket, options, (client) => client.send(command));
}

async function asked<T>(path: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const { bucket, key } = s3Place(path);
    if (isFatal(error)) throw explained(error, { action: 's3:GetObject', bucket, key });
    throw new SourceFailure(reasonOf(error), { cause: error });
  }
}

/** Why one object could not be had. */
function reasonOf(error: unknown): string {
  const { name, message } = error as Error;
  return reasons[name] ?? message;
}

const reasons: Record<string, string> = {
  PreconditionFailed: 'it was changed between listing and reading: the next run reads it',
  NoSuchKey: 'it was removed between listing and reading',
  InvalidObjectState: 'it is archived (Glacier): restore it and ingest again',
};
