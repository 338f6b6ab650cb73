import type { Severity } from './finding.js';

/** A role's trust policy: who may assume it, and on what conditions. */
export interface Trust {
  statements: TrustStatement[];
}

/**
 * One statement, whatever way it was written: single texts are lists, `NotPrincipal` is everybody with `except`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */
export interface TrustStatement {
  effect: 'Allow' | 'Deny';
  principals: TrustPrincipal[];
  /** Whom `NotPrincipal` leaves out; then `principals` is everybody. */
  except: TrustPrincipal[];
  /** As written: `sts:AssumeRole`. `NotAction` is `*` where it allows, and nothing where it denies. */
  actions: string[];
  /** By lower-case key, such as `aws:principalorgid`: all of them must hold. */
  conditions: ReadonlyMap<string, TrustCondition[]>;
}

export interface TrustPrincipal {
  /**
   * `account` and `root` both mean everybody in the account. `deleted`: the unique id that IAM leaves in place of a
   * user or role that is gone. `unknown`: what no rule of IAM explains.
   */
  kind:
    | 'anyone'
    | 'account'
    | 'root'
    | 'role'
    | 'user'
    | 'session'
    | 'federated'
    | 'service'
    | 'deleted'
    | 'unknown';
  /** As written: an ARN, an account id, a provider, a service; `*` for anyone. */
  value: string;
  /** 12 digits; null where the value names none. */
  accountId: string | null;
}

/** One operator on one key. Any of the values will do. */
export interface TrustCondition {
  /** The key as written. */
  key: string;
  /** Lower-case, without set prefix and `IfExists`: `stringequals`. */
  operator: string;
  /** A request without the key passes too: `…IfExists`, `ForAllValues:…`. */
  optional: boolean;
  /** Of `sts:ExternalId` only hashes: `sha256:<64 hex>`. */
  values: string[];
}

export type TrustWeaknessKind =
  /** `*` without a condition that says who. */
  | 'anyone'
  /** Everybody in an account, without any condition. */
  | 'whole-account'
  /** Another company's account without `sts:ExternalId`. */
  | 'outside-without-external-id'
  /** Another account without `aws:PrincipalOrgID` or its like. */
  | 'no-organization-condition'
  | 'oidc-without-subject'
  /** The subject's pattern lets strangers in, as `repo:*` does. */
  | 'oidc-wide-subject'
  | 'cognito-without-audience'
  | 'saml-without-audience';

/** Why a statement lets in more than it should. */
export interface TrustWeakness {
  kind: TrustWeaknessKind;
  severity: Severity;
  /** Index of the statement, from 0. */
  statement: number;
  principal: TrustPrincipal;
  /** A sentence without full stop. Holds text of the document: clean it before printing. */
  says: string;
}

/** What became different from one trust policy to the next. Lists are in the order of the documents. */
export interface TrustChange {
  added: TrustPrincipal[];
  removed: TrustPrincipal[];
  /** Conditions that every way in for a principal had before, and that some way in has no longer. */
  dropped: { key: string; principal: TrustPrincipal }[];
}
