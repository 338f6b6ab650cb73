import type { IamChange } from '../model/iam.js';
import type { Call } from '../model/identity.js';
import { partitionOf } from './arn.js';
import { type Fields, fields, flag, told } from './fields.js';
import { keptPolicy } from './policy-document.js';
import { isService } from './service.js';

type Entity = IamChange['entity'];
type Told = Pick<IamChange, 'name'> & Partial<Pick<IamChange, 'policy' | 'document'>>;

/** One IAM call: what it changes of which kind of entity, and where the record tells the rest. */
interface Kind {
  change: IamChange['change'];
  entity: Entity;
  read: (request: Fields, record: Fields, call: Call) => Told | null;
}

const named = { role: 'roleName', user: 'userName', group: 'groupName', policy: 'policyArn' } as const;

function onEntity(entity: Entity, rest: (request: Fields) => Partial<Told> | null): Kind['read'] {
  return (request) => {
    const name = told(request[named[entity]]);
    const more = rest(request);
    return name === null || more === null ? null : { name, ...more };
  };
}

const nothingMore = () => ({});

function managed(request: Fields): Partial<Told> | null {
  const policy = told(request.policyArn);
  return policy === null ? null : { policy };
}

function inline(request: Fields): Partial<Told> | null {
  const policy = told(request.policyName);
  return policy === null ? null : { policy };
}

function inlineDocument(request: Fields): Partial<Told> | null {
  const found = inline(request);
  return found && { ...found, document: keptPolicy(request.policyDocument) };
}

/** The response tells the new policy's ARN; without one it follows from account, path and name. */
function createdPolicy(request: Fields, record: Fields, call: Call): Told | null {
  const document = keptPolicy(request.policyDocument);
  const arn = told(fields(fields(record.responseElements).policy).arn);
  if (arn !== null) return { name: arn, document };
  const name = told(request.policyName);
  if (name === null) return null;
  const path = told(request.path) ?? '/';
  const partition = partitionOf(call.region);
  return { name: `arn:${partition}:iam::${call.recipientAccountId}:policy${path}${name}`, document };
}

/** A version that is not the default changes nobody's permissions. */
function newVersion(request: Fields): Partial<Told> | null {
  return flag(request.setAsDefault) === true ? { document: keptPolicy(request.policyDocument) } : null;
}

const kinds = new Map<string, Kind>([
  [
    'CreateRole',
    {
      change: 'create',
      entity: 'role',
      read: onEntity('role', (request) => ({ document: keptPolicy(request.assumeRolePolicyDocument) })),
    },
  ],
  [
    'UpdateAssumeRolePolicy',
    {
      change: 'trust',
      entity: 'role',
      read: onEntity('role', (request) => ({ document: keptPolicy(request.policyDocument) })),
    },
  ],
  ['CreatePolicy', { change: 'policy', entity: 'policy', read: createdPolicy }],
  ['CreatePolicyVersion', { change: 'policy', entity: 'policy', read: onEntity('policy', newVersion) }],
  // The record names a version and not what is in it.
  ['SetDefaultPolicyVersion', { change: 'policy', entity: 'policy', read: onEntity('policy', nothingMore) }],
  ['DeletePolicy', { change: 'delete', entity: 'policy', read: onEntity('policy', nothingMore) }],
]);

for (const [word, entity] of [
  ['Role', 'role'],
  ['User', 'user'],
  ['Group', 'group'],
] as const) {
  const kind = (change: Kind['change'], rest: Parameters<typeof onEntity>[1]): Kind => ({
    change,
    entity,
    read: onEntity(entity, rest),
  });
  kinds.set(`Attach${word}Policy`, kind('attach', managed));
  kinds.set(`Detach${word}Policy`, kind('detach', managed));
  kinds.set(`Put${word}Policy`, kind('put', inlineDocument));
  kinds.set(`Delete${word}Policy`, kind('remove', inline));
  kinds.set(`Delete${word}`, kind('delete', nothingMore));
}

/**
 * The change of trust or permissions that a successful IAM record shows; null for any other record. A policy document
 * that is hidden, missing or unreadable is null: the change is known, what it brought is not.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html
 */
export function readIamChange(record: Fields, call: Call): IamChange | null {
  const kind = kinds.get(call.eventName);
  if (kind === undefined || call.errorCode !== null) return null;
  if (!isService(call.eventSource, 'iam') || call.eventType === 'AwsVpceEvent') return null;
  const { change, entity, read } = kind;
  const found = read(fields(record.requestParameters), record, call);
  if (found === null) return null;
  return { change, entity, accountId: call.recipientAccountId, policy: null, document: null, ...found };
}
