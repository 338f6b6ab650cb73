import { allow } from '../aws-errors.js';
import type { Asked } from './explain.js';

/**
 * What was denied, and the statement that would allow it; null when the text tells of no denial. Athena reads the
 * catalog, the logs and their key, and writes results, all with the rights of whoever asks:
 * https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena.html
 */
export function denied(said: string, asked: Asked): string | null {
  if (/lake ?formation|principal does not have any privilege/i.test(said))
    return ofLakeFormation(said, asked);
  const stated = /not authorized to perform:? ([\w-]+:\w+)(?: on (?:the )?resource:? "?([^\s",)]+))?/i.exec(
    said,
  );
  const key = /arn:aws[\w-]*:kms:[^\s"',)]+/.exec(said)?.[0];
  if (!stated && !/access ?denied|permission denied|insufficient permissions|forbidden/i.test(said))
    return null;
  const action = stated?.[1] ?? '';
  if (action.startsWith('kms:') || key !== undefined || /\bkms\b/i.test(said.replace(ifEncrypted, ''))) {
    const one = action.startsWith('kms:') ? action : ofKey(said, asked);
    return say(one, key ?? stated?.[2] ?? 'arn:aws:kms:<region>:<account>:key/<id>', said);
  }
  if (
    action.startsWith('glue:') ||
    /\bglue\b|metastore|AWSDataCatalog|\b(?:Get|BatchGet)(?:Database|Table|Partition)s?\b/i.test(said)
  )
    return say(
      action || ['glue:GetDatabase', 'glue:GetTable', 'glue:GetPartitions'],
      asked.catalogResources,
      said,
    );
  const path = /s3a?:\/\/([^\s"',)]+)/.exec(said)?.[1];
  const s3 = action.startsWith('s3:') ? action : null;
  if (s3 !== null || path !== undefined || /Amazon S3|\bS3\b/.test(said)) {
    const at = path === undefined ? undefined : `s3://${path}`;
    if (at !== undefined && isResult(at, said, asked))
      return say(s3 ?? 's3:PutObject', `arn:aws:s3:::${bucket(path!)}/*`, said, 'where results go');
    if (stated?.[2] !== undefined) return say(s3!, stated[2], said);
    const of = path === undefined ? '<bucket of the logs>' : bucket(path);
    return s3 === null
      ? say(
          ['s3:ListBucket', 's3:GetObject'],
          [`arn:aws:s3:::${of}`, `arn:aws:s3:::${of}/*`],
          said,
          'where the logs are',
        )
      : say(s3, s3 === 's3:ListBucket' ? `arn:aws:s3:::${of}` : `arn:aws:s3:::${of}/*`, said);
  }
  const one = action || asked.action;
  return say(
    one,
    stated?.[2] ??
      `arn:aws:athena:*:*:${one.endsWith('Metadata') ? 'datacatalog/*' : `workgroup/${asked.workgroup}`}`,
    said,
  );
}

function say(action: string | string[], on: string | string[], said: string, where?: string): string {
  const what = typeof action === 'string' ? action : action.join(', ');
  return `${what} was denied${where === undefined ? '' : ` ${where}`}: ${said}. ${allow(action, on)}`;
}

/** Athena says so of every place that it may not write to, whether there is a key or not. */
const ifEncrypted = /if you are encrypting .*$/i;

/** A right of IAM's alone is not enough there. */
function ofLakeFormation(said: string, { table }: Asked): string {
  return `Lake Formation denied ${table}: ${said}. Have SELECT and DESCRIBE on it granted there. ${allow('lakeformation:GetDataAccess', '*')}`;
}

/** Logs are decrypted, results encrypted. */
function ofKey(said: string, asked: Asked): string {
  return /writing|output|GenerateDataKey|PutObject/i.test(said) || isResult(said, said, asked)
    ? 'kms:GenerateDataKey'
    : 'kms:Decrypt';
}

function isResult(at: string, said: string, { output }: Asked): boolean {
  return (
    /writing output|output (?:to|location|bucket)/i.test(said) ||
    (output !== null && at.includes(output.replace(/\/$/, '')))
  );
}

function bucket(path: string): string {
  return path.split('/')[0]!;
}
