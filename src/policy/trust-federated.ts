import type { TrustCondition } from '../model/trust.js';
import { narrowed, type WayIn } from './trust-condition.js';
import { type Weak, weak } from './weak.js';

const cognito = 'cognito-identity.amazonaws.com';

/** Providers that need no entry in IAM: everybody can get a token of theirs, so the application must be named. */
const applicationKeys: ReadonlyMap<string, string> = new Map([
  ['accounts.google.com', 'accounts.google.com:aud'],
  ['www.amazon.com', 'www.amazon.com:app_id'],
  ['graph.facebook.com', 'graph.facebook.com:app_id'],
]);

/**
 * Claims that tell whose token it is. `sub` for all; the others GitHub fills in and STS compares.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
 */
const subjectClaims = ['sub', 'repository', 'repository_id', 'job_workflow_ref', 'enterprise_id'];

/**
 * What is missing where a provider's tokens or assertions open a role.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
 */
export function federatedWeakness(provider: string, way: WayIn): Weak[] {
  if (provider.includes(':saml-provider/')) {
    const says = `an assertion of ${provider} opens it without SAML:aud: one made for another application will do`;
    return narrowed(way, (key) => key === 'saml:aud') ? [] : [weak('saml-without-audience', 'low', says)];
  }
  const issuer = (provider.split(':oidc-provider/')[1] ?? provider).toLowerCase();
  if (issuer === cognito) {
    const says = `a token of any Cognito identity pool, whoever owns it, opens it: no ${cognito}:aud`;
    return narrowed(way, (key) => key === `${cognito}:aud`)
      ? []
      : [weak('cognito-without-audience', 'high', says)];
  }
  return weakSubject(issuer, way);
}

function weakSubject(issuer: string, way: WayIn): Weak[] {
  const application = applicationKeys.get(issuer);
  const keys = new Set([...subjectClaims.map((claim) => `${issuer}:${claim}`), application]);
  if (!narrowed(way, (key) => keys.has(key))) {
    const subject = subjects(issuer, way).find((condition) => !condition.optional);
    if (subject !== undefined) return [wide(subject.values.join(', '), issuer)];
    return [
      weak(
        'oidc-without-subject',
        'high',
        `any token of ${issuer} opens it: no condition asks for ${issuer}:sub`,
      ),
    ];
  }
  // Another claim, or one sound condition on the subject, is enough: all of them must hold.
  const all = subjects(issuer, way);
  const others = [...keys].filter((key) => key !== undefined && key !== `${issuer}:sub`);
  if (narrowed(way, (key) => others.includes(key)) || all.some((each) => wideValues(each).length === 0))
    return [];
  return [wide([...new Set(all.flatMap(wideValues))].join(', '), issuer)];
}

function wide(values: string, issuer: string): Weak {
  return weak('oidc-wide-subject', 'high', `the subject ${values} lets in strangers who use ${issuer} too`);
}

function subjects(issuer: string, { statement, asked }: WayIn): TrustCondition[] {
  const key = `${issuer}:sub`;
  return [...(statement.conditions.get(key) ?? []), ...(asked.get(key) ?? [])];
}

function wideValues({ operator, optional, values }: TrustCondition): string[] {
  if (optional || operator.includes('not') || operator === 'null') return values;
  return operator === 'stringlike' ? values.filter(isWideSubject) : [];
}

/**
 * A subject begins with who it belongs to: `repo:acme/…`, `project_path:acme/…`, `organization:acme:…`,
 * `system:serviceaccount:<namespace>:…`. A wildcard before that is written out takes in others' tokens as well;
 * `repo:acme*` takes in acme-evil.
 */
function isWideSubject(subject: string): boolean {
  const wildcard = subject.search(/[*?]/);
  if (wildcard === -1) return false;
  const certain = subject.slice(0, wildcard).replace(/^system:serviceaccount:/, 'serviceaccount:');
  return !/^[^:]+:[^:/]+[:/]/.test(certain);
}
