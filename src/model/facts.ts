import type { Identity } from './identity.js';
import type { IssuanceName } from './record.js';
import type { SessionKind } from './session.js';

/** What the store keeps about one session, before anything is concluded. Times are epoch seconds. */
export interface SessionFacts {
  /** Row number in the store. */
  sid: number;
  id: string;
  kind: SessionKind;
  principalId: string | null;
  roleArn: string | null;
  accountId: string | null;
  issuedAt: number;
  expiresAt: number;
  expiry: 'response' | 'duration' | 'assumed';
  /** Session ids that the uses may belong to. */
  candidates: string[];
  /** STS and Roles Anywhere records before the console's SwitchRole; the fullest caller first. */
  issued: IssuedRecord[];
  uses: UseRecord[];
}

/** One record that issued the session, with its caller. */
export interface IssuedRecord {
  /** Event key in the store. */
  event: number;
  eventId: string;
  name: IssuanceName;
  at: number;
  region: string;
  recipientAccountId: string;
  accessKeyId: string | null;
  sessionName: string | null;
  accountId: string | null;
  sourceIdentity: string | null;
  externalIdHash: string | null;
  mfa: boolean;
  subject: string | null;
  provider: string | null;
  switchFrom: string | null;
  detail: string | null;
  caller: Caller;
  sourceIp: string | null;
  userAgent: string | null;
}

/** Who called, and the session that they called from. */
export interface Caller
  extends Pick<
    Identity,
    | 'type'
    | 'accessKeyId'
    | 'principalId'
    | 'arn'
    | 'accountId'
    | 'userName'
    | 'invokedBy'
    | 'identityProvider'
    | 'onBehalfOfUser'
    | 'mfa'
  > {
  /** Row number of the session that the caller's identity belongs to. */
  session: number | null;
  tie: string | null;
}

/** An identity that the session acted as, and how often. */
export interface UseRecord
  extends Pick<
    Identity,
    | 'type'
    | 'accessKeyId'
    | 'userName'
    | 'issuerArn'
    | 'sourceIdentity'
    | 'mfa'
    | 'ec2RoleDelivery'
    | 'webProvider'
    | 'webSubject'
    | 'onBehalfOfUser'
    | 'signInSessionArn'
  > {
  identity: number;
  accountId: string | null;
  calls: number;
  denied: number;
  first: number | null;
  last: number | null;
}
