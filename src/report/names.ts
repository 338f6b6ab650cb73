import type { Origin, OriginKind, Session, SessionKind } from '../model/session.js';
import type { Style } from './style.js';

const originKinds: ReadonlyMap<string, string> = new Map<OriginKind, string>([
  ['identity-center-user', 'Identity Center user'],
  ['saml-user', 'SAML user'],
  ['web-identity', 'web identity'],
  ['iam-user', 'IAM user'],
  ['root', 'root user'],
  ['aws-service', 'AWS service'],
  ['external-account', 'external account'],
  ['roles-anywhere', 'certificate (Roles Anywhere)'],
  ['cognito', 'Cognito identity'],
  ['unobserved', 'origin not observed'],
]);

const sessionKinds: ReadonlyMap<string, string> = new Map<SessionKind, string>([
  ['assumed-role', 'role session'],
  ['session-token', 'session token'],
  ['federated-user', 'federated user'],
  ['assumed-root', 'root session (AssumeRoot)'],
]);

/** Sessions whose MFA matters: a person stands at their start. */
const people: ReadonlySet<string> = new Set(['identity-center-user', 'saml-user', 'iam-user', 'root']);

export function originKind(kind: string, style: Style): string {
  return originKinds.get(kind) ?? style.clean(kind);
}

export function sessionKind(kind: string, style: Style): string {
  return sessionKinds.get(kind) ?? style.clean(kind);
}

export function isPerson(origin: Origin): boolean {
  return people.has(origin.kind);
}

/** First characters of an id, enough to ask for it again; those made from content keep their kind in front. */
export function shortId(id: string, style: Style): string {
  const [, kind, rest] = /^(content:)?([\s\S]*)$/.exec(id)!;
  return style.clean((kind ?? '') + [...rest!].slice(0, 8).join(''));
}

/** `@prod`; '' when the account is not known. */
export function atAccount(accountId: string | null, style: Style): string {
  const name = style.account(accountId);
  return name === '' ? '' : `@${name}`;
}

/** `prod (222222222222)`, or the id alone when it has no alias. */
export function accountInFull(accountId: string | null, style: Style): string {
  const [name, id] = [style.account(accountId), style.clean(accountId)];
  return name === '' || name === id ? id : `${name} (${id})`;
}

/** What names an origin, without its kind. */
export function originName(origin: Origin, style: Style): string {
  if (origin.kind === 'external-account') return accountInFull(origin.id, style) || 'unknown';
  return style.clean(origin.id) || (origin.kind === 'unobserved' ? 'origin not observed' : 'unknown');
}

/** The role's name without its path, or what stands in its place for other kinds of session. */
export function roleName(
  session: Pick<Session, 'kind' | 'roleArn' | 'principalId' | 'sessionName'>,
  style: Style,
): string {
  if (session.roleArn !== null) return style.clean(lastPart(session.roleArn));
  if (session.kind !== 'assumed-role') return sessionKind(session.kind, style);
  const roleId = session.principalId?.split(':', 1)[0];
  return roleId ? `role ${style.clean(roleId)}` : 'role unknown';
}

/** `deployment-role-prod @prod` */
export function roleAt(
  session: Pick<Session, 'kind' | 'roleArn' | 'principalId' | 'sessionName' | 'accountId'>,
  style: Style,
): string {
  return joined(roleName(session, style), atAccount(session.accountId, style));
}

/** `arn:aws:sts::111111111111:assumed-role/ci/gh-7` → `ci/gh-7 @tooling`; what is no ARN stays as it is. */
export function principalText(arn: string, style: Style): string {
  const found = /^arn:[^:]*:(?:iam|sts)::(\d{12}):([\s\S]+)$/.exec(arn);
  if (found === null) return style.clean(arn);
  const [, accountId, resource] = found;
  const kept = resource!.startsWith('role/')
    ? lastPart(resource!)
    : resource!.replace(/^assumed-role\//, '').replace(/^user\/(?:.*\/)?/, 'user ');
  return joined(style.clean(kept), atAccount(accountId!, style));
}

/** `iam.amazonaws.com`, `CreateUser` → `iam:CreateUser`, as policies write it. */
export function actionText(eventSource: string, eventName: string, style: Style): string {
  return `${style.clean(eventSource.replace(/\.amazonaws\.com$/, ''))}:${style.clean(eventName)}`;
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1) || path;
}

function joined(...parts: string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}
