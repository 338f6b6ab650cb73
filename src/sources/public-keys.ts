import { RolecallError } from '../errors.js';
import type { S3Options } from './s3/connect.js';

/**
 * Asks CloudTrail for the keys that digests of a region were signed with: fingerprint → DER.
 * Needs `cloudtrail:ListPublicKeys`.
 * @throws RolecallError DIGEST_KEYS when it does not answer
 */
export async function publicKeys(
  region: string,
  from: number,
  to: number,
  options: S3Options,
): Promise<Map<string, Uint8Array>> {
  const { CloudTrailClient, paginateListPublicKeys } = await import('@aws-sdk/client-cloudtrail');
  const { credentialsOf } = await import('./credentials.js');
  const client = new CloudTrailClient({ region, credentials: credentialsOf(options, region) });
  const keys = new Map<string, Uint8Array>();
  try {
    const asked = { StartTime: new Date(from * 1000), EndTime: new Date(to * 1000) };
    for await (const { PublicKeyList = [] } of paginateListPublicKeys({ client }, asked))
      for (const { Fingerprint, Value } of PublicKeyList)
        if (Fingerprint !== undefined && Value !== undefined) keys.set(Fingerprint, Value);
  } catch (error) {
    const { name, message } = error as Error;
    throw new RolecallError(
      'DIGEST_KEYS',
      `CloudTrail in ${region} did not tell its public keys (cloudtrail:ListPublicKeys: ${name}: ${message})`,
      { cause: error },
    );
  } finally {
    client.destroy();
  }
  return keys;
}
