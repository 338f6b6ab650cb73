/** ARN of an account's root user. */
export function rootArn(accountId: string | null): string {
  return `arn:aws:iam::${accountId}:root`;
}

/** ARN of an IAM user as far as its name tells: without the path. */
export function userArn(accountId: string | null, name: string): string {
  return `arn:aws:iam::${accountId}:user/${name}`;
}
