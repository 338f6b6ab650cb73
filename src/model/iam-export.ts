/** What `aws iam get-account-authorization-details` shows of an account: who may do what at one moment. */
export interface IamExport {
  /** Account of everything in it. */
  accountId: string;
  roles: ExportedRole[];
  /** False when the output was cut (`IsTruncated`): a role that is not in it may still be there. */
  complete: boolean;
  /** What could not be kept, one sentence each with its place. */
  problems: string[];
}

/** A role as the export shows it. Documents are canonical JSON; an ExternalId in them is a hash. */
export interface ExportedRole {
  arn: string;
  /** `AROA…` */
  roleId: string;
  /** Without path. */
  name: string;
  /** Epoch seconds; null where the export does not say. */
  createdAt: number | null;
  /** Its trust policy; null where it cannot be read. */
  trust: string | null;
  /** Managed policies by ARN, each with its default version where the export has it. */
  attached: { name: string; document: string | null }[];
  inline: { name: string; document: string | null }[];
}

/** An export as it is kept. */
export interface IamSnapshot {
  /** Row. */
  id: number;
  accountId: string;
  /** Epoch seconds: when the export was made. */
  takenAt: number;
  /** Name of its file, without the folder. */
  name: string;
  complete: boolean;
}

/** An account as `aws organizations list-accounts` shows it. */
export interface ListedAccount {
  id: string;
  name: string;
  /** It may be used: neither suspended nor about to be closed. */
  active: boolean;
}

/** What names an export where an event id would name a record. */
export function exportName({ name }: Pick<IamSnapshot, 'name'>): string {
  return `iam-export:${name}`;
}
