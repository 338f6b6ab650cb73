import type { ExportedRole, IamExport } from '../model/iam-export.js';
import { canonicalJson } from './canonical-json.js';
import { cliOutput, listAt, objectAt, type Place, textAt, unreadable } from './cli-output.js';
import { type Fields, fields, text } from './fields.js';
import { keptPolicy, listOf } from './policy-document.js';
import { readTime } from './time.js';

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
const roleArn = /^arn:aws[a-z-]*:iam::[0-9]{12}:role\/[!-~]{1,600}$/;
const anyArn = /^arn:aws[a-z-]*:iam::(?:[0-9]{12}|aws):[!-~]{1,600}$/;
const roleName = /^[\w+=,.@-]{1,64}$/;
const policyName = /^[\w+=,.@-]{1,128}$/;
const uniqueId = /^[A-Z0-9]{16,128}$/;

const lists = ['RoleDetailList', 'UserDetailList', 'GroupDetailList', 'Policies'];

/**
 * Reads the output of `aws iam get-account-authorization-details`: its roles, with what is attached to them. A policy
 * document is an object, as the CLI prints it, or URL-encoded text, as the API answers.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
 * @throws RolecallError IAM_UNREADABLE, naming file and place: an export is taken whole or not at all
 */
export function readIamExport(content: string, file: string): IamExport {
  const output = cliOutput(content, file);
  if (lists.every((key) => output[key] === undefined))
    throw unreadable(
      { file, path: '' },
      'it has no RoleDetailList, as `aws iam get-account-authorization-details` prints',
    );
  const top = { file, path: '' };
  const problems: string[] = [];
  const versions = defaultVersions(output, file, problems);
  const roles = listAt(output, 'RoleDetailList', top).map((entry, i) =>
    readRole(entry, { file, path: `RoleDetailList[${i}]` }, versions, problems),
  );
  const names = new Set<string>();
  for (const [i, { name }] of roles.entries()) {
    if (names.has(name)) throw unreadable({ file, path: `RoleDetailList[${i}]` }, `${name} is there twice`);
    names.add(name);
  }
  const complete = output.IsTruncated !== true && text(output.NextToken ?? output.Marker) === null;
  return { accountId: accountOf(output, roles, file), roles, complete, problems };
}

function readRole(
  entry: unknown,
  place: Place,
  versions: ReadonlyMap<string, string | null>,
  problems: string[],
): ExportedRole {
  const role = objectAt(entry, place);
  const arn = textAt(role, 'Arn', roleArn, place);
  const document = (value: unknown, path: string) => kept(value, { ...place, path }, problems);
  const attached = listAt(role, 'AttachedManagedPolicies', place).map((policy, i) => {
    const at = { ...place, path: `${place.path}.AttachedManagedPolicies[${i}]` };
    const name = textAt(objectAt(policy, at), 'PolicyArn', anyArn, at);
    return { name, document: versions.get(name) ?? null };
  });
  const inline = listAt(role, 'RolePolicyList', place).map((policy, i) => {
    const at = { ...place, path: `${place.path}.RolePolicyList[${i}]` };
    const name = textAt(objectAt(policy, at), 'PolicyName', policyName, at);
    return { name, document: document(fields(policy).PolicyDocument, `${at.path}.PolicyDocument`) };
  });
  return {
    arn,
    roleId: textAt(role, 'RoleId', uniqueId, place),
    name: textAt(role, 'RoleName', roleName, place),
    createdAt: readTime(role.CreateDate),
    trust: document(role.AssumeRolePolicyDocument, `${place.path}.AssumeRolePolicyDocument`),
    attached: onePerName(attached),
    inline: onePerName(inline),
  };
}

/** Documents of managed policies: of each the version that is in force. */
function defaultVersions(output: Fields, file: string, problems: string[]): Map<string, string | null> {
  return new Map(
    listAt(output, 'Policies', { file, path: '' }).map((entry, i) => {
      const place = { file, path: `Policies[${i}]` };
      const policy = objectAt(entry, place);
      const versions = listOf(policy.PolicyVersionList).map(fields);
      const version =
        versions.find(({ IsDefaultVersion }) => IsDefaultVersion === true) ??
        versions.find(({ VersionId }) => VersionId === policy.DefaultVersionId);
      const path = `${place.path}.PolicyVersionList`;
      const document = version === undefined ? null : kept(version.Document, { file, path }, problems);
      return [textAt(policy, 'Arn', anyArn, place), document] as const;
    }),
  );
}

function kept(document: unknown, { path }: Place, problems: string[]): string | null {
  const written = typeof document === 'string' ? document : canonicalJson(document);
  const policy = keptPolicy(written);
  if (policy === null) problems.push(`${path} is no policy document, or longer than any may be`);
  return policy;
}

function onePerName<T extends { name: string }>(list: readonly T[]): T[] {
  return [...new Map(list.map((each) => [each.name, each])).values()];
}

/** An export is of one account: everything in it that is the account's own says which. */
function accountOf(output: Fields, roles: readonly ExportedRole[], file: string): string {
  const arns = [
    ...roles.map(({ arn }) => arn),
    ...lists.flatMap((key) =>
      listAt(output, key, { file, path: '' }).map((entry) => text(fields(entry).Arn) ?? ''),
    ),
  ];
  const ids = new Set(arns.map((arn) => arn.split(':')[4] ?? '').filter((id) => /^[0-9]{12}$/.test(id)));
  const [id, other] = ids;
  if (id === undefined)
    throw unreadable({ file, path: '' }, 'it holds nothing that tells which account it is of');
  if (other !== undefined)
    throw unreadable({ file, path: '' }, `it is of several accounts: ${id} and ${other}`);
  return id;
}
