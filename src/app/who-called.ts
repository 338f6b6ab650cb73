import { readSwitchFrom } from '../chains/lead.js';
import { isIdentityCenterRole, lastPart, unobserved } from '../chains/origin.js';
import { rootArn, userArn } from '../model/arn.js';
import type { SceneCaller } from '../model/scene.js';
import type { Origin, OriginKind } from '../model/session.js';
import { type CallerShown, latestIssuer, roleArnsById } from '../store/callers.js';
import type { Sqlite } from '../store/open.js';

const known = new WeakMap<Sqlite, { latest: number; arns: ReadonlyMap<string, string> }>();

/** ARNs of roles by their ids (`AROA…`), read again only when there are new ones. */
export function rolesById(db: Sqlite): ReadonlyMap<string, string> {
  const latest = latestIssuer(db);
  const before = known.get(db);
  if (before?.latest === latest) return before.arns;
  const arns = roleArnsById(db);
  known.set(db, { latest, arns });
  return arns;
}

/** A caller, and what is the same about it from one session to the next. */
export interface WhoCalled {
  caller: SceneCaller;
  key: string;
}

/**
 * The caller of an issuance, or of an attempt at one, as that record alone shows it: without its own session. Null
 * when the record does not tell.
 * @param roleArn ARN of the role asked for
 * @param roleById ARNs by role id (`AROA…`): another account's copy names its caller by that alone
 */
export function whoCalled(
  shown: CallerShown,
  roleArn: string | null,
  roleById: ReadonlyMap<string, string>,
): WhoCalled | null {
  const { type, principalId, accountId, subject, userName } = shown;
  if (shown.switchFrom !== null) return switched(shown.switchFrom);
  if (type === 'AWSService') {
    const name = shown.invokedBy ?? 'an AWS service';
    return { caller: { kind: 'service', name }, key: `service ${name}` };
  }
  const provider = shown.provider ?? shown.identityProvider ?? '';
  switch (type) {
    case 'SAMLUser': {
      const kind = isIdentityCenterRole(roleArn) ? 'identity-center-user' : 'saml-user';
      return token(kind, subject ?? userName, provider, accountId, (id) => id);
    }
    case 'WebIdentityUser': {
      const cognito = provider.includes('cognito-identity.');
      return token(cognito ? 'cognito' : 'web-identity', subject ?? userName, provider, accountId, (id) =>
        cognito ? '*' : kindOfSubject(id),
      );
    }
    case 'AWSAccount':
      return fromAccount(principalId, accountId, roleById);
    case 'Root':
      return principal(rootArn(accountId), principalId ?? accountId);
  }
  if (shown.roleArn !== null) return ofRole(shown.roleArn);
  if (type === 'AssumedRole') return ofSession(shown.arn) ?? fromAccount(principalId, accountId, roleById);
  if (type === 'IAMUser')
    return principal(shown.arn ?? userArn(accountId, userName ?? principalId ?? ''), principalId);
  if (type === 'FederatedUser' && shown.arn !== null) return principal(shown.arn, principalId);
  // Roles Anywhere: the certificate speaks for the caller.
  return token('roles-anywhere', shown.sourceIdentity ?? subject, provider, accountId, (id) => id);
}

function ofRole(arn: string): WhoCalled {
  // Role names are unique in an account, and not every record keeps the path.
  const key = `role ${arn.split(':')[4]} ${lastPart(arn)}`;
  return { caller: { kind: 'principal', arn }, key };
}

function ofSession(arn: string | null): WhoCalled | null {
  const [, partition, , , account, resource = ''] = arn?.split(':') ?? [];
  const name = /^assumed-role\/([^/]+)\//.exec(resource)?.[1];
  return name === undefined ? null : ofRole(`arn:${partition}:iam::${account}:role/${name}`);
}

function fromAccount(
  principalId: string | null,
  accountId: string | null,
  roleById: ReadonlyMap<string, string>,
): WhoCalled | null {
  const id = principalId?.split(':')[0] ?? null;
  const arn = id === null ? undefined : roleById.get(id);
  if (arn !== undefined) return ofRole(arn);
  if (accountId === null || !/^\d{12}$/.test(accountId)) return null;
  return { caller: { kind: 'account', accountId }, key: `id ${id ?? accountId}` };
}

function switched(arn: string): WhoCalled | null {
  const from = readSwitchFrom(arn);
  if (from === null) return null;
  return from.kind === 'session' ? ofSession(arn) : principal(arn, arn);
}

function principal(arn: string, id: string | null): WhoCalled {
  return { caller: { kind: 'principal', arn }, key: `id ${id ?? arn}` };
}

function token(
  kind: OriginKind,
  id: string | null,
  provider: string,
  accountId: string | null,
  plain: (id: string) => string,
): WhoCalled | null {
  if (id === null) return null;
  const origin = { kind, id, accountId, detail: provider === '' ? null : provider };
  return { caller: { kind: 'federated', origin }, key: `${kind} ${provider} ${plain(id)}` };
}

/**
 * A GitHub subject names the branch, tag or pull request of the job: what stays is the repository and which of these
 * it was. Other providers' subjects name somebody.
 * https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims
 */
function kindOfSubject(subject: string): string {
  return /^repo:[^:]+(?::(?:ref:refs\/[a-z]+|[a-z_]+))?/.exec(subject)?.[0] ?? subject;
}

/** The account that a caller is of; null when nothing tells. */
export function accountOf(caller: SceneCaller): string | null {
  switch (caller.kind) {
    case 'principal':
      return caller.arn.split(':')[4] || null;
    case 'account':
      return caller.accountId;
    case 'federated':
      return caller.origin.accountId;
    default:
      return null;
  }
}

/** Who is behind a caller that is its own origin; a role alone does not tell. */
export function originOf(caller: SceneCaller): Origin {
  if (caller.kind === 'federated') return caller.origin;
  const accountId = accountOf(caller);
  if (caller.kind === 'account') return { kind: 'external-account', id: accountId!, accountId, detail: null };
  const resource = caller.kind === 'principal' ? (caller.arn.split(':')[5] ?? '') : '';
  if (resource === 'root') return { kind: 'root', id: accountId ?? '', accountId, detail: null };
  if (!resource.startsWith('user/')) return unobserved;
  return { kind: 'iam-user', id: lastPart(resource), accountId, detail: null };
}
