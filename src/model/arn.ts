/** ARN of an account's root user. */
export function rootArn(accountId: string | null): string {
  return `arn:aws:iam::${accountId}:root`;
}

/** ARN of an IAM user as far as its name tells: without the path. */
export function userArn(accountId: string | null, name: string): string {
  return `arn:aws:iam::${accountId}:user/${name}`;
}

/** `aws`, `aws-us-gov`, …; `aws` for what is no ARN. */
export function arnPartition(arn: string | null): string {
  return /^arn:(aws[a-z-]*):/.exec(arn ?? '')?.[1] ?? 'aws';
}

/** Account in an ARN; null when it has none. */
export function arnAccount(arn: string | null): string | null {
  return /^arn:aws[a-z-]*:[^:]*:[^:]*:(\d{12}):/.exec(arn ?? '')?.[1] ?? null;
}

/** Partition that a region lies in. */
export function regionPartition(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
