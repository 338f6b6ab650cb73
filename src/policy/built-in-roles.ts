/** One role pattern of a built-in name, and why it is on the list. */
export interface BuiltInRole {
  pattern: string;
  because: string;
}

const admin: readonly BuiltInRole[] = [
  {
    pattern: '*:role/AWSReservedSSO_AdministratorAccess_*',
    because: "Identity Center's predefined permission set AdministratorAccess",
  },
  {
    pattern: '*:role/AWSReservedSSO_AWSAdministratorAccess_*',
    because: "Control Tower's permission set AWSAdministratorAccess",
  },
  {
    pattern: '*:role/OrganizationAccountAccessRole',
    because: 'made by Organizations in every account it creates, with AdministratorAccess',
  },
  {
    pattern: '*:role/AWSControlTowerExecution',
    because: 'made by Control Tower in every account it enrols, with AdministratorAccess',
  },
  {
    pattern: '*:role/Admin*',
    because: 'customary name: Admin, AdminRole, Administrator, AdministratorAccess',
  },
  { pattern: '*:role/admin*', because: 'the same in lower case' },
  { pattern: '*:role/*Admin', because: 'customary name: PlatformAdmin, ProdAdmin' },
  { pattern: '*:role/*-admin', because: 'customary name: platform-admin' },
  { pattern: '*:role/*_admin', because: 'customary name: platform_admin' },
  { pattern: '*:role/*Administrator', because: 'customary name: CloudAdministrator' },
];

/**
 * What a few role names mean where the policy does not say: a starting point that every answer names as built-in.
 * The first four are documented by AWS; the others go by name alone and say nothing about permissions.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetpredefined.html
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html
 * https://docs.aws.amazon.com/controltower/latest/userguide/roles-how.html
 */
export const builtInRoles: ReadonlyMap<string, readonly BuiltInRole[]> = new Map([['admin', admin]]);
