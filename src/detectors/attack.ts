import type { TacticFacts } from '../model/detector.js';

/**
 * Techniques of MITRE ATT&CK that the detectors speak of.
 * https://attack.mitre.org/matrices/enterprise/cloud/
 */
export const techniques = {
  T1078: 'Valid Accounts',
  'T1078.004': 'Valid Accounts: Cloud Accounts',
  T1098: 'Account Manipulation',
  'T1098.001': 'Account Manipulation: Additional Cloud Credentials',
  'T1098.003': 'Account Manipulation: Additional Cloud Roles',
  T1110: 'Brute Force',
  'T1136.003': 'Create Account: Cloud Account',
  T1199: 'Trusted Relationship',
  'T1484.002': 'Domain or Tenant Policy Modification: Trust Modification',
  T1485: 'Data Destruction',
  T1537: 'Transfer Data to Cloud Account',
  'T1548.005': 'Abuse Elevation Control Mechanism: Temporary Elevated Cloud Access',
  T1550: 'Use Alternate Authentication Material',
  'T1550.001': 'Use Alternate Authentication Material: Application Access Token',
  'T1552.005': 'Unsecured Credentials: Cloud Instance Metadata API',
  'T1562.008': 'Impair Defenses: Disable or Modify Cloud Logs',
  T1648: 'Serverless Execution',
  T1651: 'Cloud Administration Command',
} as const;

export type Technique = keyof typeof techniques;

/**
 * What somebody wants to reach.
 * https://attack.mitre.org/tactics/enterprise/
 */
const tactics = {
  'Initial Access': 'TA0001',
  Execution: 'TA0002',
  Persistence: 'TA0003',
  'Privilege Escalation': 'TA0004',
  'Defense Evasion': 'TA0005',
  'Credential Access': 'TA0006',
  'Lateral Movement': 'TA0008',
  Exfiltration: 'TA0010',
  Impact: 'TA0040',
} as const;

/** Of several tactics that a technique serves, the one that fits a role in AWS best. */
const served: Record<Technique, keyof typeof tactics> = {
  T1078: 'Initial Access',
  'T1078.004': 'Initial Access',
  T1098: 'Persistence',
  'T1098.001': 'Persistence',
  'T1098.003': 'Persistence',
  T1110: 'Credential Access',
  'T1136.003': 'Persistence',
  T1199: 'Initial Access',
  'T1484.002': 'Privilege Escalation',
  T1485: 'Impact',
  T1537: 'Exfiltration',
  'T1548.005': 'Privilege Escalation',
  T1550: 'Lateral Movement',
  'T1550.001': 'Lateral Movement',
  'T1552.005': 'Credential Access',
  'T1562.008': 'Defense Evasion',
  T1648: 'Execution',
  T1651: 'Execution',
};

/** What a technique is mostly done for. */
export function tacticOf(technique: Technique): TacticFacts {
  const name = served[technique];
  return { id: tactics[name], name };
}
