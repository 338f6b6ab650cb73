import type { Actor, Call, Identity } from '../model/identity.js';

/**
 * Numbers distinct values from 0 in the order they first come. Compares the values themselves: cheaper than making
 * one text of all fields, and no text inside a record can make two values look like one.
 */
export class Distinct<T> {
  readonly list: T[] = [];
  private readonly alike = new Map<string, number[]>();

  /** @param hint equal for equal values, and mostly different for different ones */
  constructor(
    private readonly hint: (value: T) => string,
    private readonly same: (a: T, b: T) => boolean,
  ) {}

  indexOf(value: T): number {
    const hint = this.hint(value);
    const candidates = this.alike.get(hint);
    const known = candidates?.find((at) => this.same(this.list[at]!, value));
    if (known !== undefined) return known;
    const at = this.list.push(value) - 1;
    if (candidates === undefined) this.alike.set(hint, [at]);
    else candidates.push(at);
    return at;
  }
}

export function distinctCalls(): Distinct<Call> {
  return new Distinct<Call>((c) => `${c.eventName} ${c.recipientAccountId} ${c.region}`, sameCall);
}

export function distinctActors(): Distinct<Actor> {
  return new Distinct<Actor>(
    (a) => `${a.identity.accessKeyId} ${a.identity.principalId} ${a.sourceIp} ${a.userAgent}`,
    (a, b) =>
      a.sourceIp === b.sourceIp && a.userAgent === b.userAgent && sameIdentity(a.identity, b.identity),
  );
}

function sameCall(a: Call, b: Call): boolean {
  return (
    a.eventSource === b.eventSource &&
    a.eventName === b.eventName &&
    a.region === b.region &&
    a.recipientAccountId === b.recipientAccountId &&
    a.errorCode === b.errorCode &&
    a.readOnly === b.readOnly &&
    a.eventType === b.eventType
  );
}

/** By the type: a field that the model gains has to be added here. */
const identityFields = Object.keys({
  accessKeyId: 0,
  principalId: 0,
  type: 0,
  arn: 0,
  accountId: 0,
  userName: 0,
  invokedBy: 0,
  issuerType: 0,
  issuerArn: 0,
  issuerId: 0,
  createdAt: 0,
  mfa: 0,
  sourceIdentity: 0,
  ec2RoleDelivery: 0,
  fromConsole: 0,
  assumedRoot: 0,
  webProvider: 0,
  webSubject: 0,
  identityProvider: 0,
  onBehalfOfUser: 0,
  identityStoreArn: 0,
  signInSessionArn: 0,
} satisfies Record<keyof Identity, 0>) as (keyof Identity)[];

function sameIdentity(a: Identity, b: Identity): boolean {
  for (const field of identityFields) if (a[field] !== b[field]) return false;
  return true;
}
