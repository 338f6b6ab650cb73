import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { owner, region } from '../s3/server.js';
import type { TrinoServer } from './trino.js';
import { query } from './trino-client.js';

/** Athena's name of the catalog that AWS Glue is: over the S3 server. */
export const lakeCatalog = 'awsdatacatalog';
/** Over local files: what UNLOAD makes, since the S3 server takes no uploads of the kind that Trino sends. */
export const outCatalog = 'out';

/**
 * Gives Trino its two catalogs, new and empty ones.
 * @param endpoint of the S3 server, or of a proxy in front of it
 * @returns the folder that tables of the `out` catalog may be made below
 */
export async function makeCatalogs(trino: TrinoServer, endpoint: string): Promise<string> {
  const folder = mkdtempSync(join(trino.folder, 'catalogs-'));
  const made = join(folder, 'made');
  mkdirSync(made);
  await makeCatalog(trino, lakeCatalog, {
    ...hive(join(folder, 'lake')),
    'fs.native-s3.enabled': 'true',
    's3.endpoint': endpoint,
    's3.region': region,
    's3.path-style-access': 'true',
    's3.aws-access-key': owner.accessKeyId,
    's3.aws-secret-key': owner.secretAccessKey,
    // As Athena does: folders below a location belong to it, and a projected one need not be there.
    'hive.recursive-directories': 'true',
    'hive.ignore-absent-partitions': 'true',
    'hive.allow-register-partition-procedure': 'true',
  });
  await makeCatalog(trino, outCatalog, {
    ...hive(join(folder, 'out')),
    'hive.non-managed-table-writes-enabled': 'true',
    'hive.compression-codec': 'GZIP',
  });
  await query(trino.url, `CREATE SCHEMA ${outCatalog}.unload`);
  return made;
}

/** A metastore in files. */
function hive(folder: string): Record<string, string> {
  mkdirSync(folder);
  return {
    'hive.metastore': 'file',
    'hive.metastore.catalog.dir': `file://${folder}`,
    'hive.metastore.disable-location-checks': 'true',
    'fs.hadoop.enabled': 'true',
  };
}

async function makeCatalog(
  { url }: TrinoServer,
  name: string,
  properties: Record<string, string>,
): Promise<void> {
  const text = Object.entries(properties).map(([key, value]) => `"${key}" = '${value}'`);
  await query(url, `DROP CATALOG IF EXISTS ${name}`);
  await query(url, `CREATE CATALOG ${name} USING hive WITH (${text.join(', ')})`);
}
