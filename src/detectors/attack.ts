/**
 * Techniques of MITRE ATT&CK that the detectors speak of.
 * https://attack.mitre.org/matrices/enterprise/cloud/
 */
export const techniques = {
  T1078: 'Valid Accounts',
  'T1078.004': 'Valid Accounts: Cloud Accounts',
  T1098: 'Account Manipulation',
  'T1098.001': 'Additional Cloud Credentials',
  'T1098.003': 'Additional Cloud Roles',
  T1110: 'Brute Force',
  'T1136.003': 'Create Account: Cloud Account',
  T1199: 'Trusted Relationship',
  'T1484.002': 'Domain or Tenant Policy Modification: Trust Modification',
  T1485: 'Data Destruction',
  T1537: 'Transfer Data to Cloud Account',
  'T1548.005': 'Abuse Elevation Control Mechanism: Temporary Elevated Cloud Access',
  T1550: 'Use Alternate Authentication Material',
  'T1550.001': 'Application Access Token',
  'T1552.005': 'Unsecured Credentials: Cloud Instance Metadata API',
  'T1562.008': 'Disable or Modify Cloud Logs',
  T1648: 'Serverless Execution',
  T1651: 'Cloud Administration Command',
} as const;

export type Technique = keyof typeof techniques;
