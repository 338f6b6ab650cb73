import type { IssuedRecord, SessionFacts } from '../model/facts.js';
import type { Origin } from '../model/session.js';

/** Nobody knows. */
export const unobserved: Origin = { kind: 'unobserved', id: '', accountId: null, detail: null };

/** Roles that Identity Center makes in member accounts. A person's user name is the session's name. */
export function isIdentityCenterRole(roleArn: string | null): boolean {
  return roleArn !== null && /(?:^|\/)AWSReservedSSO_[^/]+$/.test(roleArn);
}

/** What follows the last `/` of an ARN; the whole text when there is none. */
export function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** Name of the session, as the issuance says it or as the principal shows it. */
export function sessionNameOf(facts: SessionFacts): string | null {
  const told = facts.issued.find((record) => record.sessionName !== null)?.sessionName;
  if (told !== undefined) return told;
  const colon = facts.principalId?.indexOf(':') ?? -1;
  return colon < 0 ? null : facts.principalId!.slice(colon + 1);
}

/** Identity Center's own id of the person, from any record that shows it. */
function personId(facts: SessionFacts): string | null {
  const ids = [
    ...facts.issued.map((record) => record.caller.onBehalfOfUser),
    ...facts.uses.map((use) => use.onBehalfOfUser),
  ];
  return ids.filter((id) => id !== null).sort()[0] ?? null;
}

/**
 * The origin that an issuance record itself names; null when its caller is a session, another account, or hidden.
 */
export function originNamed(facts: SessionFacts, record: IssuedRecord): Origin | null {
  const { caller } = record;
  const accountId = record.accountId ?? facts.accountId;
  if (record.name === 'CreateSession')
    return {
      kind: 'roles-anywhere',
      // Roles Anywhere sets the certificate's common name as source identity; the subject may be a mere ARN.
      id: [readable(record.subject), record.sourceIdentity, record.subject].find((id) => id) ?? '',
      accountId,
      detail: record.provider,
    };
  switch (caller.type) {
    case 'AWSService':
      return {
        kind: 'aws-service',
        id: caller.invokedBy ?? 'an AWS service',
        accountId,
        detail: record.detail ?? instanceOf(record.sessionName),
      };
    case 'SAMLUser':
      if (isIdentityCenterRole(facts.roleArn)) return identityCenterUser(facts, caller.userName);
      return {
        kind: 'saml-user',
        id: record.subject ?? caller.userName ?? sessionNameOf(facts) ?? '',
        accountId,
        detail: record.provider ?? caller.identityProvider,
      };
    case 'WebIdentityUser': {
      const provider = record.provider ?? caller.identityProvider;
      return webIdentity(provider, record.subject ?? caller.userName ?? '', accountId);
    }
    case 'IAMUser':
      return {
        kind: 'iam-user',
        id: caller.userName ?? (caller.arn === null ? caller.principalId : lastPart(caller.arn)) ?? '',
        accountId: caller.accountId,
        detail: null,
      };
    case 'Root':
      return { kind: 'root', id: caller.accountId ?? '', accountId: caller.accountId, detail: null };
    default:
      return null;
  }
}

/** The origin that a session's own calls give away where its issuance is not in the logs; null when they do not. */
export function originShown(facts: SessionFacts): Origin | null {
  const { kind, uses, accountId, roleArn } = facts;
  const user = uses.find((use) => use.userName !== null)?.userName ?? null;
  if (kind === 'session-token') {
    if (uses.some((use) => use.type === 'Root'))
      return { kind: 'root', id: accountId ?? '', accountId, detail: null };
    return { kind: 'iam-user', id: user ?? facts.principalId ?? '', accountId, detail: null };
  }
  if (kind === 'federated-user') {
    const issuer = uses.find((use) => use.issuerArn?.includes(':user/'))?.issuerArn;
    return issuer ? { kind: 'iam-user', id: lastPart(issuer), accountId, detail: null } : null;
  }
  if (kind !== 'assumed-role') return null;
  if (isIdentityCenterRole(roleArn) || personId(facts) !== null) return identityCenterUser(facts, null);
  const web = uses.find((use) => use.webProvider !== null && use.webSubject !== null);
  if (web) return webIdentity(web.webProvider, web.webSubject!, accountId);
  const service = /:role\/aws-service-role\/([^/]+)\//.exec(roleArn ?? '')?.[1];
  if (service) return { kind: 'aws-service', id: service, accountId, detail: null };
  if (uses.some((use) => use.ec2RoleDelivery !== null))
    return {
      kind: 'aws-service',
      id: 'ec2.amazonaws.com',
      accountId,
      detail: instanceOf(sessionNameOf(facts)),
    };
  return null;
}

/** Credentials that AWS renews for a workload by itself: that their issuance is elsewhere is no surprise. */
export function isWorkload(facts: SessionFacts): boolean {
  return (
    facts.uses.some((use) => use.ec2RoleDelivery !== null) ||
    /:role\/aws-service-role\//.test(facts.roleArn ?? '')
  );
}

function readable(subject: string | null): string | null {
  return subject?.startsWith('arn:') ? null : subject;
}

function identityCenterUser(facts: SessionFacts, userName: string | null): Origin {
  return {
    kind: 'identity-center-user',
    id: userName ?? sessionNameOf(facts) ?? '',
    accountId: facts.accountId,
    detail: personId(facts),
  };
}

function webIdentity(provider: string | null, id: string, accountId: string | null): Origin {
  const kind = provider?.includes('cognito-identity.') ? 'cognito' : 'web-identity';
  return { kind, id, accountId, detail: provider };
}

function instanceOf(sessionName: string | null): string | null {
  return sessionName !== null && /^i-[0-9a-f]{8,17}$/.test(sessionName) ? sessionName : null;
}
