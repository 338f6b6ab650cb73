/**
 * A principal pattern taken apart. Written as `account:role/name`, `account:user/name`, `account:root`, an account
 * alone (anybody in it), or an IAM ARN with wildcards. `account` is an alias, a 12-digit id or `*`.
 */
export interface PrincipalPattern {
  /** Glob; `*` where the pattern names no partition. */
  partition: string;
  account: string;
  /** `any`: every principal of the account. */
  kind: 'role' | 'user' | 'root' | 'any';
  /** Glob on the name, or on path and name where it holds a `/`. */
  name: string;
}

/** Why a text is no pattern, and what to write instead. */
export interface PatternFault {
  fault: string;
  remedy: string;
}

const ALIAS = /^[A-Za-z][A-Za-z0-9._-]*$/;
// IAM: names are letters, digits and +=,.@_-; a path may hold any printable ASCII, but brackets and braces
// are somebody's idea of a glob.
const NAME_GLOB = /^[\w+=,.@*?-]+$/;
const PATH_GLOB = /^[!-Z\\^-z|~]+$/;

/**
 * Reads a pattern without looking up its account.
 * @returns the pattern, or what is wrong with it; never throws
 */
export function parsePattern(text: string): PrincipalPattern | PatternFault {
  if (text.startsWith('arn:')) return parseArn(text);
  const colon = text.indexOf(':');
  const account = colon === -1 ? text : text.slice(0, colon);
  if (account !== '*' && !ALIAS.test(account) && !isAccountId(account)) {
    return {
      fault: `${JSON.stringify(account)} is not an account`,
      remedy: 'an alias from accounts:, a 12-digit id, or *',
    };
  }
  if (colon === -1) return { partition: '*', account, kind: 'any', name: '*' };
  return parseResource('*', account, text.slice(colon + 1));
}

/** True when `parsePattern` found something wrong. */
export function isFault(parsed: PrincipalPattern | PatternFault): parsed is PatternFault {
  return 'fault' in parsed;
}

/** 12 digits. */
export function isAccountId(text: string): boolean {
  return /^[0-9]{12}$/.test(text);
}

function parseArn(text: string): PrincipalPattern | PatternFault {
  const [, partition = '', service, region, account = '', ...rest] = text.split(':');
  if (service === 'sts') {
    return { fault: 'it names a session', remedy: 'name the role: arn:aws:iam::222222222222:role/deploy' };
  }
  if (service !== 'iam' || region !== '' || rest.length !== 1) {
    return {
      fault: 'it is not the ARN of an IAM principal',
      remedy: 'arn:aws:iam::222222222222:role/deploy',
    };
  }
  if (!/^(?:aws(?:-[a-z0-9]+)*|[a-z*-]*\*[a-z*-]*)$/.test(partition)) {
    return {
      fault: `${JSON.stringify(partition)} is not a partition`,
      remedy: 'aws, aws-cn, aws-us-gov or *',
    };
  }
  if (!isAccountId(account) && !/^[0-9?]*\*[0-9?*]*$|^[0-9?]{12}$/.test(account)) {
    return { fault: `${JSON.stringify(account)} is not an account id`, remedy: '12 digits, or *' };
  }
  return parseResource(partition, account, rest[0]!);
}

function parseResource(
  partition: string,
  account: string,
  resource: string,
): PrincipalPattern | PatternFault {
  if (resource === 'root') return { partition, account, kind: 'root', name: '' };
  const slash = resource.indexOf('/');
  const kind = resource.slice(0, Math.max(slash, 0));
  const name = resource.slice(slash + 1);
  if (kind !== 'role' && kind !== 'user') {
    return {
      fault: `${JSON.stringify(resource)} is neither a role nor a user`,
      remedy: `${account}:role/name, ${account}:user/name or ${account}:root`,
    };
  }
  if (name === '' || name.endsWith('/'))
    return { fault: 'the name is missing', remedy: `${account}:${kind}/name, or ${kind}/* for all` };
  if (name.includes('**'))
    return { fault: '"**" is no wildcard here', remedy: 'write one *: it crosses "/", never ":"' };
  if (!(name.includes('/') ? PATH_GLOB : NAME_GLOB).test(name)) {
    return {
      fault: `${JSON.stringify(name)} is not a name or glob`,
      remedy: '* and ? are the only wildcards',
    };
  }
  return { partition, account, kind, name };
}
