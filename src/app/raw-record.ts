import { RolecallError } from '../errors.js';
import { readRawRecord } from '../parse/read-object.js';
import type { S3Options } from '../sources/list.js';
import { openBytes } from '../sources/open.js';

/**
 * Reads one record again from where it was ingested.
 * @param record its number in the object
 * @throws RolecallError RAW_UNAVAILABLE, AWS_*, S3_*
 */
export async function rawRecord(
  { source, record }: { source: string; record: number },
  s3: S3Options,
): Promise<unknown> {
  if (source.startsWith('-'))
    throw new RolecallError('RAW_UNAVAILABLE', `record ${record} came from standard input, which is gone`);
  let failure: unknown = null;
  async function* bytes() {
    try {
      yield* openBytes(source, s3);
    } catch (error) {
      failure = error;
      throw error;
    }
  }
  const value = await readRawRecord(bytes(), record);
  if (failure instanceof RolecallError) throw failure;
  if (failure !== null)
    throw new RolecallError('RAW_UNAVAILABLE', `${source} cannot be read: ${(failure as Error).message}`, {
      cause: failure,
    });
  if (value === null)
    throw new RolecallError('RAW_UNAVAILABLE', `${source} has no record ${record} any more`);
  return value;
}
