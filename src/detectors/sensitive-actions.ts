import type { Severity } from '../model/finding.js';
import type { Technique } from './attack.js';

/** Why an action is worth a look whoever makes it. */
export interface Sensitive {
  why: string;
  attack: Technique;
  severity: Severity;
}

const credentials: Sensitive = {
  why: 'gives somebody credentials that outlive the session',
  attack: 'T1098.001',
  severity: 'high',
};
const account: Sensitive = { why: 'makes a lasting identity', attack: 'T1136.003', severity: 'high' };
const permissions: Sensitive = { why: 'changes what somebody may do', attack: 'T1098.003', severity: 'high' };
const trust: Sensitive = { why: 'changes who may come in', attack: 'T1484.002', severity: 'high' };
const logs: Sensitive = {
  why: 'makes later actions harder to see',
  attack: 'T1562.008',
  severity: 'critical',
};
const sharing: Sensitive = { why: 'lets data leave the account', attack: 'T1537', severity: 'high' };
const keys: Sensitive = { why: 'can make data unreadable', attack: 'T1485', severity: 'high' };
const commands: Sensitive = { why: 'runs commands on machines', attack: 'T1651', severity: 'medium' };
const code: Sensitive = {
  why: 'changes code that runs with another role',
  attack: 'T1648',
  severity: 'medium',
};

/** By IAM's name of the action, in lower case. */
export const sensitiveActions: ReadonlyMap<string, Sensitive> = new Map(
  (
    [
      [account, ['iam:CreateUser', 'iam:CreateRole']],
      [
        credentials,
        [
          'iam:CreateAccessKey',
          'iam:UpdateAccessKey',
          'iam:CreateLoginProfile',
          'iam:UpdateLoginProfile',
          'iam:CreateServiceSpecificCredential',
          'iam:UploadSSHPublicKey',
          'iam:DeactivateMFADevice',
          'iam:DeleteVirtualMFADevice',
          'sts:GetFederationToken',
        ],
      ],
      [
        permissions,
        [
          'iam:AttachUserPolicy',
          'iam:AttachRolePolicy',
          'iam:AttachGroupPolicy',
          'iam:PutUserPolicy',
          'iam:PutRolePolicy',
          'iam:PutGroupPolicy',
          'iam:CreatePolicyVersion',
          'iam:SetDefaultPolicyVersion',
          'iam:AddUserToGroup',
          'iam:DeleteRolePermissionsBoundary',
          'iam:DeleteUserPermissionsBoundary',
          'iam:AddRoleToInstanceProfile',
        ],
      ],
      [
        trust,
        [
          'iam:UpdateAssumeRolePolicy',
          'iam:CreateSAMLProvider',
          'iam:UpdateSAMLProvider',
          'iam:CreateOpenIDConnectProvider',
          'iam:AddClientIDToOpenIDConnectProvider',
          'iam:UpdateOpenIDConnectProviderThumbprint',
          'rolesanywhere:CreateTrustAnchor',
          'rolesanywhere:CreateProfile',
          'organizations:LeaveOrganization',
        ],
      ],
      [
        logs,
        [
          'cloudtrail:StopLogging',
          'cloudtrail:DeleteTrail',
          'cloudtrail:UpdateTrail',
          'cloudtrail:PutEventSelectors',
          'cloudtrail:DeleteEventDataStore',
          'guardduty:DeleteDetector',
          'guardduty:UpdateDetector',
          'guardduty:DisassociateFromMasterAccount',
          'guardduty:DisassociateFromAdministratorAccount',
          'config:StopConfigurationRecorder',
          'config:DeleteConfigurationRecorder',
          'config:DeleteDeliveryChannel',
          'securityhub:DisableSecurityHub',
          'access-analyzer:DeleteAnalyzer',
          'ec2:DeleteFlowLogs',
          'route53resolver:DeleteResolverQueryLogConfig',
          'bedrock:DeleteModelInvocationLoggingConfiguration',
          'logs:DeleteLogGroup',
          'logs:DeleteLogStream',
        ],
      ],
      [
        sharing,
        [
          's3:PutBucketPolicy',
          's3:PutBucketAcl',
          's3:PutObjectAcl',
          's3:DeletePublicAccessBlock',
          's3:DeleteBucketPublicAccessBlock',
          's3:PutBucketReplication',
          'ec2:ModifySnapshotAttribute',
          'ec2:ModifyImageAttribute',
          'rds:ModifyDBSnapshotAttribute',
          'rds:ModifyDBClusterSnapshotAttribute',
          'ecr:SetRepositoryPolicy',
        ],
      ],
      [keys, ['kms:ScheduleKeyDeletion', 'kms:DisableKey', 'kms:PutKeyPolicy']],
      [
        commands,
        [
          'ssm:SendCommand',
          'ssm:StartSession',
          'ec2:EnableSerialConsoleAccess',
          'ec2-instance-connect:SendSSHPublicKey',
          'ec2-instance-connect:SendSerialConsoleSSHPublicKey',
        ],
      ],
      [
        code,
        [
          'lambda:UpdateFunctionCode',
          'lambda:UpdateFunctionConfiguration',
          'lambda:AddPermission',
          'lambda:CreateFunction',
          'ec2:ModifyInstanceAttribute',
          'glue:CreateDevEndpoint',
          'glue:UpdateDevEndpoint',
        ],
      ],
    ] as const
  ).flatMap(([what, actions]) => actions.map((action): [string, Sensitive] => [action.toLowerCase(), what])),
);
